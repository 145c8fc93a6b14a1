//! The promises of [`SessionStore`](crate::SessionStore).

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use cloakroom_primitives::SecretHash;

use super::sample::{
    after, change, ended, ending, family, find, id, insert, insert_each, list, seen, session, start, start_with, user,
};
use crate::{
    AuthMethod, AuthMethods, Cell, EndCause, Former, Inserted, OnLimit, Replaced, Scopes, SecretHashes, Session, SessionId,
    SessionLimit, Start, Store, StoreError,
};

pub(super) async fn find_sees_every_field_of_what_was_inserted(store: Arc<dyn Store>) {
    for (number, cell) in (1..).zip(Cell::ALL) {
        let plain = session(number, "ada", cell, after(u64::from(number)));
        insert(&*store, &start(&plain)).await;
        assert_eq!(find(&*store, number).await, Some(plain), "a new session, cell {cell:?}");

        let full = full(number + 10, cell);
        insert(&*store, &start(&full)).await;
        assert_eq!(find(&*store, number + 10).await, Some(full), "a session with every field set, cell {cell:?}");
    }
}

/// A session in which no field has its first value.
fn full(number: u8, cell: Cell) -> Session {
    let plain = session(number, "user with spaces & \"quotes\" '; DROP TABLE sessions; --", cell, after(u64::from(number)));
    let millis = Duration::from_millis(7);
    Session {
        secret: plain.secret.map(|secret| SecretHashes {
            former: Some(Former { hash: SecretHash::of(b"former"), until: plain.created_at.plus(millis) }),
            ..secret
        }),
        version: 41,
        scopes: Scopes::parse("orders:read orders:write").expect("these are scopes"),
        methods: AuthMethods::of([AuthMethod::HardwareKey, AuthMethod::MultipleFactors]),
        remembered: true,
        authenticated_at: plain.created_at.plus(millis),
        idle_for: plain.idle_for + millis,
        absolute_ends_at: plain.absolute_ends_at.plus(millis),
        seen_at: plain.seen_at.plus(2 * millis),
        seen_from: Some(if number.is_multiple_of(2) {
            [203, 0, 113, 7].into()
        } else {
            [0x2001, 0xdb8, 0, 0, 0, 0, 0, 7].into()
        }),
        user_agent: Some("Mozilla/5.0 (Ünïcode; ✓)".into()),
        ..plain
    }
}

pub(super) async fn an_unknown_id_is_no_error(store: Arc<dyn Store>) {
    let nobody = session(9, "nobody", Cell::Jwt, after(0));
    let gone = ending(EndCause::SignedOut, after(0));
    assert_eq!(find(&*store, 9).await, None);
    assert_eq!(list(&*store, "nobody").await, []);
    assert_eq!(store.remove(id(9), gone).await.expect("remove answers"), None);
    assert_eq!(store.remove_all(&user("nobody"), None, gone).await.expect("remove_all answers"), []);
    assert_eq!(store.replace(&nobody, change(after(0)), None).await.expect("replace answers"), Replaced::Gone);
    assert_eq!(store.sweep(&[], after(0), 10).await.expect("sweep answers"), 0);
    let family = family(9, &nobody);
    assert!(store.find_family(family.id).await.expect("find_family answers").is_none());
    assert_eq!(store.replace_family(&family, family.counter).await.expect("replace_family answers"), Replaced::Gone);
    assert_eq!(store.list_families(id(9)).await.expect("list_families answers"), []);
    assert_eq!(store.find_ended(id(9)).await.expect("find_ended answers"), None);
}

pub(super) async fn an_id_that_exists_is_a_conflict_and_is_not_overwritten(store: Arc<dyn Store>) {
    let first = session(1, "ada", Cell::Jwt, after(0));
    insert(&*store, &start_with(&first, family(1, &first))).await;
    let other = session(2, "ada", Cell::Cookie, after(1));
    insert(&*store, &start(&other)).await;

    let same_id = session(1, "eve", Cell::Cookie, after(2));
    let refused = store.insert(&Start { replaces: vec![other.id], ..start(&same_id) }).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");

    let third = session(3, "eve", Cell::Jwt, after(2));
    let refused = store.insert(&start_with(&third, family(1, &third))).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "the family's id exists: {refused:?}");

    assert_eq!(find(&*store, 1).await, Some(first), "the first stays as it was");
    assert_eq!(find(&*store, 2).await, Some(other), "a conflict ends nothing");
    assert_eq!(find(&*store, 3).await, None, "a conflict leaves nothing behind");
    assert_eq!(list(&*store, "eve").await, []);
}

pub(super) async fn of_concurrent_inserts_of_one_id_one_wins(store: Arc<dyn Store>) {
    let attempts = (0..16).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let name = format!("user {number}");
            match store.insert(&start(&session(1, &name, Cell::Cookie, after(number)))).await {
                Ok(_) => Some(name),
                Err(StoreError::Conflict) => None,
                Err(error) => panic!("{error:?}"),
            }
        })
    });
    let winners: Vec<_> = joined(attempts).await.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1, "{winners:?}");
    assert_eq!(find(&*store, 1).await.map(|session| session.user), Some(user(&winners[0])));
}

pub(super) async fn an_insertion_ends_what_it_replaces(store: Arc<dyn Store>) {
    let old = session(1, "ada", Cell::Jwt, after(0));
    insert(&*store, &start_with(&old, family(1, &old))).await;
    let new = session(2, "ada", Cell::Cookie, after(60));
    let gone = insert(&*store, &Start { replaces: vec![old.id], ..start(&new) }).await;
    assert_eq!(gone, [ended(&old, EndCause::Replaced, after(60))]);
    assert_eq!(list(&*store, "ada").await, [new.id]);
    assert!(store.find_family(family(1, &old).id).await.expect("find_family answers").is_none(), "its family is gone too");

    let newest = session(3, "ada", Cell::Cookie, after(61));
    let gone = insert(&*store, &Start { replaces: vec![old.id], ..start(&newest) }).await;
    assert_eq!(gone, [], "what is gone already cannot be replaced again");

    let others = session(4, "eve", Cell::Cookie, after(62));
    let gone = insert(&*store, &Start { replaces: vec![newest.id], ..start(&others) }).await;
    assert_eq!(gone, [ended(&newest, EndCause::Replaced, after(62))], "a browser's next user replaces the one before");
}

fn limited(session: &Session, most: u32, on_limit: OnLimit) -> Start {
    Start { limit: SessionLimit { most: NonZeroU32::new(most).expect("a limit is not zero"), on_limit }, ..start(session) }
}

pub(super) async fn beyond_the_limit_the_oldest_sessions_end(store: Arc<dyn Store>) {
    let old = insert_each(&*store, "ada", 1..=3).await;
    let others = insert_each(&*store, "eve", 11..=13).await;
    let fourth = session(4, "ada", Cell::Cookie, after(10));
    let gone = insert(&*store, &limited(&fourth, 3, OnLimit::OldestOut)).await;
    assert_eq!(gone, [ended(&old[0], EndCause::Limit, after(10))]);
    assert_eq!(list(&*store, "ada").await, [id(4), id(3), id(2)]);

    let fifth = session(5, "ada", Cell::Cookie, after(11));
    let lowered = Start { replaces: vec![id(4)], ..limited(&fifth, 2, OnLimit::OldestOut) };
    let gone = insert(&*store, &lowered).await;
    let expected = [ended(&fourth, EndCause::Replaced, after(11)), ended(&old[1], EndCause::Limit, after(11))];
    assert_eq!(gone, expected, "what is replaced does not count, and ends first");
    assert_eq!(list(&*store, "ada").await, [id(5), id(3)]);

    let sixth = session(6, "ada", Cell::Cookie, after(12));
    let gone = insert(&*store, &limited(&sixth, 1, OnLimit::OldestOut)).await;
    assert_eq!(gone, [ended(&old[2], EndCause::Limit, after(12)), ended(&fifth, EndCause::Limit, after(12))], "oldest first");
    assert_eq!(list(&*store, "eve").await.len(), others.len(), "a limit is one user's");
}

pub(super) async fn concurrent_insertions_do_not_go_beyond_the_limit(store: Arc<dyn Store>) {
    let attempts = (1..=16).map(|number| {
        let store = Arc::clone(&store);
        let new = session(number, "ada", Cell::Cookie, after(0));
        tokio::spawn(async move { insert(&*store, &limited(&new, 3, OnLimit::OldestOut)).await.len() })
    });
    let ended: usize = joined(attempts).await.into_iter().sum();
    assert_eq!((list(&*store, "ada").await.len(), ended), (3, 13));
}

pub(super) async fn a_limit_that_refuses_changes_nothing(store: Arc<dyn Store>) {
    insert_each(&*store, "ada", 1..=2).await;
    let third = session(3, "ada", Cell::Jwt, after(10));
    let refusing = Start { family: Some(family(3, &third)), ..limited(&third, 2, OnLimit::Refuse) };
    assert_eq!(store.insert(&refusing).await.expect("insert answers"), Inserted::LimitReached);
    let of_nobody = Start { replaces: vec![id(9)], ..refusing.clone() };
    assert_eq!(
        store.insert(&of_nobody).await.expect("insert answers"),
        Inserted::LimitReached,
        "replacing nothing makes no room"
    );
    assert_eq!(list(&*store, "ada").await, [id(2), id(1)]);
    assert!(store.find_family(family(3, &third).id).await.expect("find_family answers").is_none());

    let makes_room = Start { replaces: vec![id(1)], ..refusing };
    assert_eq!(insert(&*store, &makes_room).await.len(), 1, "what is replaced makes room");
    assert_eq!(list(&*store, "ada").await, [id(3), id(2)]);
}

pub(super) async fn expired_sessions_do_not_count_against_the_limit_and_are_not_ended_by_it(store: Arc<dyn Store>) {
    let old = insert_each(&*store, "ada", [1]).await;
    let used = session(2, "ada", Cell::Cookie, after(1));
    insert(&*store, &start(&used)).await;
    store.touch(&[seen(&used, after(1_800), None)]).await.expect("touch answers");

    // The first one's deadline is this very moment; the second was used in between.
    let third = session(3, "ada", Cell::Cookie, old[0].ends_at());
    assert_eq!(insert(&*store, &limited(&third, 2, OnLimit::Refuse)).await, []);
    assert_eq!(list(&*store, "ada").await, [id(3), id(2), id(1)]);

    let fourth = session(4, "ada", Cell::Cookie, third.created_at.plus(Duration::from_millis(1)));
    let gone = insert(&*store, &limited(&fourth, 2, OnLimit::OldestOut)).await;
    assert_eq!(gone, [ended(&used, EndCause::Limit, fourth.created_at)]);
    assert_eq!(list(&*store, "ada").await, [id(4), id(3), id(1)]);
}

pub(super) async fn a_replacement_compares_versions(store: Arc<dyn Store>) {
    let first = insert_each(&*store, "ada", [1]).await.remove(0);
    let stepped_up = first.stepped_up(Some(SecretHash::of(b"new")), after(20), after(10));
    let replaced = async |session: &Session| store.replace(session, change(after(10)), None).await.expect("replace answers");

    assert_eq!(replaced(&first).await, Replaced::Stale, "the same version is no next version");
    let skipped = Session { version: first.version + 2, ..stepped_up.clone() };
    assert_eq!(replaced(&skipped).await, Replaced::Stale);
    assert_eq!(find(&*store, 1).await.as_ref(), Some(&first), "a stale replacement changes nothing");

    assert_eq!(replaced(&stepped_up).await, Replaced::Yes);
    assert_eq!(find(&*store, 1).await.as_ref(), Some(&stepped_up));
    assert_eq!(replaced(&stepped_up).await, Replaced::Stale, "the second writer read too early");

    let scoped =
        Session { version: stepped_up.version + 1, scopes: Scopes::parse("orders:read").expect("this is a scope"), ..stepped_up };
    assert_eq!(replaced(&scoped).await, Replaced::Yes);
    assert_eq!(find(&*store, 1).await, Some(scoped));
}

pub(super) async fn a_replacement_never_brings_a_session_back(store: Arc<dyn Store>) {
    let first = session(1, "ada", Cell::Jwt, after(0));
    insert(&*store, &start_with(&first, family(1, &first))).await;
    store.remove(first.id, ending(EndCause::SignedOut, after(5))).await.expect("remove answers");
    let late = first.stepped_up(None, after(20), after(10));
    let answer = store.replace(&late, change(after(10)), Some(&family(2, &first))).await.expect("replace answers");
    assert_eq!(answer, Replaced::Gone);
    assert_eq!(find(&*store, 1).await, None);
    assert!(store.find_family(family(2, &first).id).await.expect("find_family answers").is_none());
    assert_eq!(list(&*store, "ada").await, []);
}

pub(super) async fn a_replacement_never_moves_last_seen_back(store: Arc<dyn Store>) {
    let read = insert_each(&*store, "ada", [1]).await.remove(0);
    let used = seen(&read, after(100), Some("203.0.113.7"));
    store.touch(&[used]).await.expect("touch answers");
    let late = read.stepped_up(Some(SecretHash::of(b"new")), after(60), after(50));
    assert_eq!(store.replace(&late, change(after(50)), None).await.expect("replace answers"), Replaced::Yes);
    let expected = Session { seen_at: used.seen_at, seen_from: used.seen_from, ..late };
    assert_eq!(find(&*store, 1).await.as_ref(), Some(&expected));

    let later = expected.stepped_up(Some(SecretHash::of(b"newer")), after(210), after(200));
    assert_eq!(store.replace(&later, change(after(200)), None).await.expect("replace answers"), Replaced::Yes);
    assert_eq!(find(&*store, 1).await, Some(later), "a replacement that is newer moves it forward");
    let swept = store.sweep(&[], used.ends_at.plus(Duration::from_secs(1)), 10).await.expect("sweep answers");
    assert_eq!(swept, 0, "its deadline has moved with it");
}

pub(super) async fn a_replacement_with_a_family_takes_the_place_of_all_families(store: Arc<dyn Store>) {
    let first = session(1, "ada", Cell::Jwt, after(0));
    let (old, new) = (family(1, &first), family(2, &first));
    insert(&*store, &start_with(&first, old.clone())).await;
    let families = async || store.list_families(first.id).await.expect("list_families answers");
    let next = first.stepped_up(None, after(20), after(10));

    let stale = Session { version: 9, ..next.clone() };
    assert_eq!(store.replace(&stale, change(after(10)), Some(&new)).await.expect("replace answers"), Replaced::Stale);
    assert_eq!(families().await, std::slice::from_ref(&old), "a stale replacement leaves the families alone");

    assert_eq!(store.replace(&next, change(after(10)), Some(&new)).await.expect("replace answers"), Replaced::Yes);
    assert_eq!(families().await, std::slice::from_ref(&new));
    assert!(store.find_family(old.id).await.expect("find_family answers").is_none());

    let again = Session { version: next.version + 1, ..next };
    assert_eq!(store.replace(&again, change(after(11)), None).await.expect("replace answers"), Replaced::Yes);
    assert_eq!(families().await, [new], "without a family the families stay");
}

pub(super) async fn of_concurrent_replacements_one_wins(store: Arc<dyn Store>) {
    let first = insert_each(&*store, "ada", [1]).await.remove(0);
    let attempts = (0..16u8).map(|number| {
        let (store, next) = (Arc::clone(&store), first.stepped_up(Some(SecretHash::of(&[number])), after(20), after(10)));
        tokio::spawn(async move {
            (store.replace(&next, change(after(10)), None).await.expect("replace answers") == Replaced::Yes).then_some(next)
        })
    });
    let winners: Vec<_> = joined(attempts).await.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(find(&*store, 1).await, winners.into_iter().next());
}

pub(super) async fn touch_moves_forward_and_never_back(store: Arc<dyn Store>) {
    let first = insert_each(&*store, "ada", [1]).await.remove(0);
    let seen_at = async |at, from| {
        store.touch(&[seen(&first, at, from)]).await.expect("touch answers");
        let found = find(&*store, 1).await.expect("it is there");
        assert_eq!(Session { seen_at: first.seen_at, seen_from: None, ..found.clone() }, first, "nothing else moves");
        (found.seen_at, found.seen_from.map(|address| address.to_string()))
    };
    assert_eq!(seen_at(after(50), Some("203.0.113.7")).await, (after(50), Some("203.0.113.7".to_owned())));
    assert_eq!(seen_at(after(40), Some("198.51.100.1")).await, (after(50), Some("203.0.113.7".to_owned())), "an older use");
    assert_eq!(seen_at(after(60), Some("2001:db8::7")).await, (after(60), Some("2001:db8::7".to_owned())));
    assert_eq!(seen_at(after(70), None).await, (after(70), Some("2001:db8::7".to_owned())), "an unknown place is no place");
    assert_eq!(store.sweep(&[], after(3_669), 10).await.expect("sweep answers"), 0, "its deadline has moved with it");
    assert_eq!(store.sweep(&[], after(3_671), 10).await.expect("sweep answers"), 1);
}

pub(super) async fn touch_ignores_what_it_does_not_know_and_never_revives(store: Arc<dyn Store>) {
    let sessions = insert_each(&*store, "ada", 1..=20).await;
    let touching = {
        let (store, batch) =
            (Arc::clone(&store), sessions.iter().map(|session| seen(session, after(100), None)).collect::<Vec<_>>());
        tokio::spawn(async move {
            for _ in 0..20 {
                store.touch(&batch).await.expect("touch answers");
            }
        })
    };
    for session in &sessions[..19] {
        store.remove(session.id, ending(EndCause::SignedOut, after(50))).await.expect("remove answers").expect("it was there");
        assert_eq!(store.find(session.id).await.expect("find answers"), None);
    }
    touching.await.expect("touching does not panic");
    assert_eq!(list(&*store, "ada").await, [id(20)]);
    assert_eq!(find(&*store, 20).await.map(|session| session.seen_at), Some(after(100)), "what it knows it moves");
}

pub(super) async fn concurrent_touches_end_at_the_newest(store: Arc<dyn Store>) {
    let first = insert_each(&*store, "ada", [1]).await.remove(0);
    let touches = (1..=16).map(|turn: u64| {
        let (store, seen) = (Arc::clone(&store), seen(&first, after(turn * 7 % 17), None));
        tokio::spawn(async move { store.touch(&[seen]).await.expect("touch answers") })
    });
    joined(touches).await;
    assert_eq!(find(&*store, 1).await.map(|session| session.seen_at), Some(after(16)));
}

pub(super) async fn removal_leaves_no_family(store: Arc<dyn Store>) {
    let (gone, stays) = (session(1, "ada", Cell::Jwt, after(0)), session(2, "ada", Cell::JwtCookie, after(1)));
    for session in [&gone, &stays] {
        insert(&*store, &start_with(session, family(session.id.as_bytes()[0], session))).await;
    }
    let answer = store.remove(gone.id, ending(EndCause::Revoked, after(9))).await.expect("remove answers");
    assert_eq!(answer, Some(ended(&gone, EndCause::Revoked, after(9))));
    assert_eq!(find(&*store, 1).await, None);
    assert!(store.find_family(family(1, &gone).id).await.expect("find_family answers").is_none());
    assert_eq!(store.list_families(gone.id).await.expect("list_families answers"), []);
    assert_eq!(store.remove(gone.id, ending(EndCause::Revoked, after(10))).await.expect("remove answers"), None, "it ends once");
    assert_eq!(find(&*store, 2).await.as_ref(), Some(&stays));
    assert_eq!(store.list_families(stays.id).await.expect("list_families answers").len(), 1);
}

pub(super) async fn of_concurrent_removals_one_answers(store: Arc<dyn Store>) {
    insert_each(&*store, "ada", [1]).await;
    let attempts = (0..16).map(|second| {
        let store = Arc::clone(&store);
        tokio::spawn(
            async move { store.remove(id(1), ending(EndCause::SignedOut, after(second))).await.expect("remove answers") },
        )
    });
    assert_eq!(joined(attempts).await.into_iter().flatten().count(), 1);
    assert_eq!(store.read(0, 100).await.expect("read answers").len(), 1);
}

pub(super) async fn remove_all_spares_the_kept_session_and_other_users(store: Arc<dyn Store>) {
    let sessions = insert_each(&*store, "ada", 1..=4).await;
    let with_family = session(5, "ada", Cell::Jwt, after(9));
    insert(&*store, &start_with(&with_family, family(5, &with_family))).await;
    insert_each(&*store, "ad", [11]).await;
    let all = |sessions: &[&Session]| {
        sessions.iter().map(|session| ended(session, EndCause::EndedElsewhere, after(10))).collect::<Vec<_>>()
    };
    let remove_all = async |keep: Option<SessionId>| {
        let ending = ending(EndCause::EndedElsewhere, after(10));
        let mut ended = store.remove_all(&user("ada"), keep, ending).await.expect("remove_all answers");
        ended.sort_by_key(|ended| ended.id);
        ended
    };
    assert_eq!(remove_all(Some(id(3))).await, all(&[&sessions[0], &sessions[1], &sessions[3], &with_family]));
    assert_eq!(list(&*store, "ada").await, [id(3)]);
    assert!(store.find_family(family(5, &with_family).id).await.expect("find_family answers").is_none());
    assert_eq!(remove_all(Some(id(11))).await, all(&[&sessions[2]]), "keeping another user's session keeps nothing");
    assert_eq!(remove_all(None).await, []);
    assert_eq!(list(&*store, "ad").await, [id(11)]);
}

pub(super) async fn list_is_newest_first_with_expired_ones(store: Arc<dyn Store>) {
    // Neither the order of the ids nor that of the insertions is the order of time.
    for (number, second) in [(3, 50_000), (1, 100_000), (9, 0), (5, 75_000)] {
        insert(&*store, &start(&session(number, "ada", Cell::Cookie, after(second)))).await;
    }
    assert_eq!(list(&*store, "ada").await, [id(1), id(5), id(3), id(9)]);
    let listed = store.list(&user("ada")).await.expect("list answers");
    assert_eq!(listed[3], session(9, "ada", Cell::Cookie, after(0)), "what is listed is what is found");
}

pub(super) async fn sweep_removes_only_what_ended_before_with_its_families(store: Arc<dyn Store>) {
    let sessions = insert_each(&*store, "ada", 1..=3).await;
    let idle_in_a_week = session(4, "ada", Cell::Jwt, after(0));
    insert(&*store, &start_with(&idle_in_a_week, family(4, &idle_in_a_week))).await;

    assert_eq!(
        store.sweep(&[], sessions[1].ends_at(), 10).await.expect("sweep answers"),
        1,
        "a deadline at that moment is not before it"
    );
    assert_eq!(list(&*store, "ada").await, [id(3), id(2), id(4)]);
    assert_eq!(store.sweep(&[], after(86_400), 10).await.expect("sweep answers"), 2);
    assert_eq!(find(&*store, 4).await, Some(idle_in_a_week.clone()));
    assert_eq!(store.sweep(&[], after(8 * 86_400), 10).await.expect("sweep answers"), 1);
    assert!(store.find_family(family(4, &idle_in_a_week).id).await.expect("find_family answers").is_none());
    assert_eq!(list(&*store, "ada").await, []);
    assert_eq!(store.read(0, 100).await.expect("read answers"), [], "sweeping appends no record");
}

pub(super) async fn sweep_honours_its_limit(store: Arc<dyn Store>) {
    insert_each(&*store, "ada", 1..=7).await;
    for (limit, swept, left) in [(0, 0, 7), (3, 3, 4), (3, 3, 1), (3, 1, 0), (3, 0, 0)] {
        assert_eq!(store.sweep(&[], after(86_400), limit).await.expect("sweep answers"), swept);
        assert_eq!(list(&*store, "ada").await.len(), left);
    }
}

pub(super) async fn sweep_writes_last_seen_first(store: Arc<dyn Store>) {
    let sessions = insert_each(&*store, "ada", 1..=3).await;
    let used = seen(&sessions[0], after(3_000), Some("203.0.113.7"));
    let long_gone = seen(&session(9, "ada", Cell::Cookie, after(0)), after(3_000), None);
    assert_eq!(store.sweep(&[used, long_gone], after(5_000), 10).await.expect("sweep answers"), 2);
    let found = find(&*store, 1).await.expect("a session that was used stays");
    assert_eq!((found.seen_at, found.seen_from), (used.seen_at, used.seen_from));
    assert_eq!(list(&*store, "ada").await, [id(1)]);
}

/// Waits for tasks that do not panic.
pub(super) async fn joined<T>(tasks: impl Iterator<Item = tokio::task::JoinHandle<T>>) -> Vec<T> {
    let mut answers = Vec::new();
    // All are started before the first is waited for.
    for task in tasks.collect::<Vec<_>>() {
        answers.push(task.await.expect("the task does not panic"));
    }
    answers
}
