//! The promises of [`EndedFeed`](crate::EndedFeed).

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use cloakroom_primitives::Timestamp;

use super::sample::{after, change, ended, ending, family, id, insert, insert_each, session, start, start_with, user};
use super::sessions::joined;
use crate::{Cell, EndCause, FeedEntry, FeedRecord, OnLimit, Session, SessionLimit, Start, Store};

async fn read(store: &dyn Store, after: u64, limit: u32) -> Vec<FeedRecord> {
    store.read(after, limit).await.expect("read answers")
}

fn seqs(records: &[FeedRecord]) -> Vec<u64> {
    records.iter().map(|record| record.seq).collect()
}

/// Opens and ends sessions, one a second from the first second on.
async fn end_each(store: &dyn Store, numbers: impl IntoIterator<Item = u8>) {
    for session in insert_each(store, "ada", numbers).await {
        let at = session.created_at.plus(Duration::from_secs(1));
        store.remove(session.id, ending(EndCause::SignedOut, at)).await.expect("remove answers").expect("it was there");
    }
}

pub(super) async fn every_end_and_change_has_a_number_without_gaps(store: Arc<dyn Store>) {
    let snapshot = store.snapshot(after(0)).await.expect("snapshot answers");
    assert_eq!((snapshot.last, snapshot.records), (0, vec![]));

    let old = insert_each(&*store, "ada", 1..=4).await;
    let next = old[3].stepped_up(None, after(20), after(10));
    store.replace(&next, change(after(10)), None).await.expect("replace answers");
    let new = session(5, "ada", Cell::Cookie, after(11));
    let limit = SessionLimit { most: NonZeroU32::new(3).expect("three is not zero"), on_limit: OnLimit::OldestOut };
    insert(&*store, &Start { replaces: vec![id(2)], limit, ..start(&new) }).await;
    store.remove(id(3), ending(EndCause::SignedOut, after(12))).await.expect("remove answers");
    store.remove_all(&user("ada"), Some(id(5)), ending(EndCause::PasswordChanged, after(13))).await.expect("remove_all answers");

    let changed = FeedEntry::SessionChanged { session: id(4), user: user("ada"), change: change(after(10)) };
    let end = |session: &Session, cause, second| FeedEntry::SessionEnded(ended(session, cause, after(second)));
    let expected = [
        changed,
        end(&old[1], EndCause::Replaced, 11),
        end(&old[0], EndCause::Limit, 11),
        end(&old[2], EndCause::SignedOut, 12),
        end(&old[3], EndCause::PasswordChanged, 13),
    ];
    let expected: Vec<_> = (1..).zip(expected).map(|(seq, entry)| FeedRecord { seq, entry }).collect();
    assert_eq!(read(&*store, 0, 100).await, expected);
}

pub(super) async fn concurrent_ends_have_numbers_without_gaps(store: Arc<dyn Store>) {
    insert_each(&*store, "ada", 1..=24).await;
    let ends = (1..=24).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            store
                .remove(id(number), ending(EndCause::SignedOut, after(50)))
                .await
                .expect("remove answers")
                .expect("it was there");
            let records = store.read(0, 100).await.expect("read answers");
            assert_eq!(
                seqs(&records),
                (1..=records.len() as u64).collect::<Vec<_>>(),
                "a number is never seen before a smaller one"
            );
            assert!(records.iter().any(|record| record.entry.session() == Some(id(number))), "the record is there at the answer");
        })
    });
    joined(ends).await;
    assert_eq!(read(&*store, 0, 100).await.len(), 24);
}

pub(super) async fn what_changed_nothing_has_no_record(store: Arc<dyn Store>) {
    attempt_what_changes_nothing(&*store).await;
    assert_eq!(read(&*store, 0, 100).await, []);
    insert_each(&*store, "ada", [9]).await;
    store.remove(id(9), ending(EndCause::SignedOut, after(60))).await.expect("remove answers");
    assert_eq!(seqs(&read(&*store, 0, 100).await), [1], "and leaves no gap");
}

/// Does what is refused, comes too late, or is no change that others must know of.
pub(super) async fn attempt_what_changes_nothing(store: &dyn Store) {
    let first = session(1, "ada", Cell::Jwt, after(0));
    insert(store, &start_with(&first, family(1, &first))).await;
    let limit = SessionLimit { most: NonZeroU32::MIN, on_limit: OnLimit::Refuse };
    store.insert(&Start { limit, ..start(&session(2, "ada", Cell::Cookie, after(1))) }).await.expect("insert answers");
    store.insert(&Start { replaces: vec![id(1)], ..start(&first) }).await.expect_err("the id exists");
    store.replace(&first, change(after(2)), Some(&family(2, &first))).await.expect("replace answers");
    store.remove(id(7), ending(EndCause::SignedOut, after(3))).await.expect("remove answers");
    store.remove_all(&user("ada"), Some(id(1)), ending(EndCause::SignedOut, after(4))).await.expect("remove_all answers");
    store.touch(&[super::sample::seen(&first, after(5), None)]).await.expect("touch answers");
    store.replace_family(&family(1, &first), first_counter()).await.expect("replace_family answers");
    store.sweep(&[], Timestamp::MAX, 100).await.expect("sweep answers");
}

fn first_counter() -> crate::Counter {
    crate::Counter::default()
}

pub(super) async fn read_starts_after_a_number_and_honours_its_limit(store: Arc<dyn Store>) {
    end_each(&*store, 1..=5).await;
    for (after, limit, expected) in
        [(0, 100, vec![1, 2, 3, 4, 5]), (0, 2, vec![1, 2]), (2, 2, vec![3, 4]), (4, 2, vec![5]), (5, 2, vec![]), (99, 2, vec![])]
    {
        assert_eq!(seqs(&read(&*store, after, limit).await), expected, "after {after}, limit {limit}");
    }
}

pub(super) async fn a_snapshot_has_only_what_matters(store: Arc<dyn Store>) {
    end_each(&*store, 1..=3).await;
    let matters_until = |seq: u64| ending(EndCause::SignedOut, after(seq)).matters_until;
    let before = |moment: Timestamp| moment.minus(Duration::from_millis(1));
    let mut epochs = Vec::new();
    for (now, expected) in [
        (after(0), vec![1, 2, 3]),
        (before(matters_until(1)), vec![1, 2, 3]),
        (matters_until(1), vec![2, 3]),
        (before(matters_until(3)), vec![3]),
        (matters_until(3), vec![]),
    ] {
        let snapshot = store.snapshot(now).await.expect("snapshot answers");
        assert_eq!((seqs(&snapshot.records), snapshot.last), (expected, 3));
        epochs.push(snapshot.epoch);
    }
    epochs.dedup();
    assert_eq!(epochs.len(), 1, "one numbering has one epoch");
}

pub(super) async fn prune_removes_only_what_has_ceased_to_matter(store: Arc<dyn Store>) {
    end_each(&*store, 1..=3).await;
    let matters_until = |seq: u64| ending(EndCause::SignedOut, after(seq)).matters_until;
    for (now, pruned, left) in [
        (matters_until(1).minus(Duration::from_millis(1)), 0, vec![1, 2, 3]),
        (matters_until(1), 1, vec![2, 3]),
        (matters_until(3), 2, vec![]),
        (matters_until(3), 0, vec![]),
    ] {
        assert_eq!(store.prune(now).await.expect("prune answers"), pruned);
        assert_eq!(seqs(&read(&*store, 0, 100).await), left);
    }
    assert_eq!(store.snapshot(after(0)).await.expect("snapshot answers").last, 3);
    end_each(&*store, [4]).await;
    assert_eq!(seqs(&read(&*store, 0, 100).await), [4], "no number is used twice");
}

pub(super) async fn an_end_is_found_while_it_is_on_file(store: Arc<dyn Store>) {
    let sessions = insert_each(&*store, "ada", 1..=2).await;
    let next = sessions[0].stepped_up(None, after(20), after(10));
    store.replace(&next, change(after(10)), None).await.expect("replace answers");
    let find_ended = async |number| store.find_ended(id(number)).await.expect("find_ended answers");
    assert_eq!(find_ended(1).await, None, "a change is no end");
    store.remove(id(1), ending(EndCause::TokenReused, after(11))).await.expect("remove answers");
    let expected = ended(&sessions[0], EndCause::TokenReused, after(11));
    assert_eq!((find_ended(1).await, find_ended(2).await), (Some(expected.clone()), None));
    store.prune(expected.ending.matters_until).await.expect("prune answers");
    assert_eq!(find_ended(1).await, None);
}

pub(super) async fn the_longest_access_lifetime_only_grows(store: Arc<dyn Store>) {
    for (configured, longest) in [(300, 300), (60, 300), (900, 900), (300, 900)] {
        let answer = store.longest_access_lifetime(Duration::from_secs(configured)).await.expect("it answers");
        assert_eq!(answer, Duration::from_secs(longest), "configured {configured} s");
    }
}
