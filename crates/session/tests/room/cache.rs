//! What is read once is remembered, and what must not be is not.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use cloakroom_primitives::SeededRandom;
use cloakroom_session::{
    CachedStore, Cell, EndCause, FeedEntry, FeedRecord, FeedSink, MemoryStore, SessionId, SessionMap, StoreError, SwitchedStore,
};

use crate::parts::{Watched, ada, after, cached, opened, session, signed_out, start, stepped_up};

#[tokio::test]
async fn a_session_is_read_once_and_then_remembered() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 100);
    let (session, _) = opened(&store, 1).await;
    assert!(store.peek(session.id).is_none());
    for _ in 0..3 {
        assert_eq!(store.find(session.id).await.unwrap().unwrap().session(), &session);
    }
    assert_eq!(store.peek(session.id).unwrap().session(), &session);
    assert_eq!(watched.finds(), 1);
}

#[tokio::test]
async fn a_session_that_is_not_there_is_asked_for_each_time() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 100);
    let (session, _) = session(&SeededRandom::new(1), Cell::Cookie, after(0));
    assert!(store.find(session.id).await.unwrap().is_none());
    store.insert(&start(&session)).await.unwrap();
    assert!(store.find(session.id).await.unwrap().is_some());
}

#[tokio::test]
async fn those_who_miss_the_same_session_at_once_share_one_read() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 100);
    let (session, _) = opened(&store, 1).await;
    watched.found.shut();
    let find = || {
        let store = store.clone();
        tokio::spawn(async move { store.find(session.id).await.unwrap().unwrap().session().id })
    };
    let first = find();
    watched.found.arrival().await;
    let others: Vec<_> = (0..20).map(|_| find()).collect();
    tokio::task::yield_now().await;
    watched.found.let_one_pass();
    assert_eq!(first.await.unwrap(), session.id);
    for other in others {
        assert_eq!(other.await.unwrap(), session.id);
    }
    assert_eq!(watched.finds(), 1);
}

#[tokio::test]
async fn a_reader_that_is_dropped_lets_the_next_one_read() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 100);
    let (session, _) = opened(&store, 1).await;
    watched.found.shut();
    let first = tokio::spawn({
        let store = store.clone();
        async move { store.find(session.id).await.map(|_| ()) }
    });
    watched.found.arrival().await;
    let second = tokio::spawn({
        let store = store.clone();
        async move { store.find(session.id).await.unwrap().unwrap().session().id }
    });
    tokio::task::yield_now().await;
    first.abort();
    watched.found.arrival().await;
    watched.found.let_one_pass();
    assert_eq!(second.await.unwrap(), session.id);
    assert_eq!(watched.finds(), 2);
}

#[tokio::test]
async fn a_shared_read_that_fails_fails_for_all_and_the_next_one_reads_again() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 100);
    let (session, _) = opened(&store, 1).await;
    watched.found.shut();
    watched.loses_answers.store(true, Ordering::SeqCst);
    let find = || {
        let store = store.clone();
        tokio::spawn(async move { store.find(session.id).await.map(|found| found.is_some()) })
    };
    let first = find();
    watched.found.arrival().await;
    let second = find();
    tokio::task::yield_now().await;
    watched.found.let_one_pass();
    for answer in [first.await.unwrap(), second.await.unwrap()] {
        assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    }
    watched.found.unlock();
    watched.loses_answers.store(false, Ordering::SeqCst);
    assert!(store.find(session.id).await.unwrap().is_some());
    assert_eq!(watched.finds(), 2);
}

#[tokio::test]
async fn while_the_store_is_down_memory_goes_on_and_everything_else_says_so() {
    let switched = Arc::new(SwitchedStore::new(Arc::new(MemoryStore::new())));
    let store = cached(switched.clone(), 100);
    let (known, unknown) = (opened(&store, 1).await.0, opened(&store, 2).await.0);
    store.find(known.id).await.unwrap();
    switched.switch(false);
    assert!(store.find(known.id).await.unwrap().is_some());
    let answer = store.find(unknown.id).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    let answer = store.remove(known.id, signed_out(after(1))).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    switched.switch(true);
    assert!(store.find(unknown.id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_store_that_others_write_too_is_read_each_time() {
    let watched = Arc::new(Watched::with(false, true));
    let store = cached(watched.clone(), 100);
    let (session, token) = opened(&store, 1).await;
    for reads in 1..=3 {
        assert!(store.find(session.id).await.unwrap().is_some());
        assert!(store.peek(session.id).is_none());
        assert_eq!(watched.finds(), reads);
    }
    // Even so, every reader here knows what this process has yet to write.
    store.find(session.id).await.unwrap().unwrap().seen(after(5_000), None);
    let found = store.find(session.id).await.unwrap().unwrap();
    assert_eq!((found.seen_at(), found.session().seen_at), (after(5_000), after(5_000)));
    assert!(found.judge(&token.hash(), session.cell.carrier(), after(5_000)) == cloakroom_session::Verdict::Live);
}

#[tokio::test]
async fn the_map_is_bounded() {
    let store = cached(Arc::new(MemoryStore::new()), 50);
    let mut ids = Vec::new();
    for seed in 0..500 {
        let (session, _) = session(&SeededRandom::new(seed), Cell::Cookie, after(seed));
        let unlimited =
            cloakroom_session::SessionLimit { most: std::num::NonZeroU32::MAX, ..cloakroom_session::SessionLimit::DEFAULT };
        store.insert(&cloakroom_session::Start { limit: unlimited, ..start(&session) }).await.unwrap();
        store.find(session.id).await.unwrap();
        ids.push(session.id);
    }
    let kept = ids.iter().filter(|id| store.peek(**id).is_some()).count();
    assert!((1..=100).contains(&kept), "{kept} of 500 are kept");
}

/// Remembers what it was told.
#[derive(Default)]
struct Told {
    applied: Mutex<Vec<FeedRecord>>,
    forgotten: Mutex<Vec<SessionId>>,
}

impl Told {
    fn applied(&self) -> Vec<(u64, Option<SessionId>)> {
        self.applied.lock().unwrap().iter().map(|record| (record.seq, record.entry.session())).collect()
    }

    fn forgotten(&self) -> Vec<SessionId> {
        let mut forgotten = std::mem::take(&mut *self.forgotten.lock().unwrap());
        forgotten.sort();
        forgotten.dedup();
        forgotten
    }
}

impl FeedSink for Told {
    fn apply(&self, records: &[FeedRecord]) {
        self.applied.lock().unwrap().extend_from_slice(records);
    }

    fn forget(&self, sessions: &[SessionId]) {
        self.forgotten.lock().unwrap().extend_from_slice(sessions);
    }
}

/// A store without a writer of its own, a cache over it, and another sink beside the cache.
fn writerless() -> (Arc<Watched>, CachedStore, Arc<Told>) {
    let (watched, told) = (Arc::new(Watched::with(true, false)), Arc::new(Told::default()));
    let store = CachedStore::new(watched.clone(), SessionMap::new(100), &[Arc::clone(&told) as Arc<dyn FeedSink>]);
    (watched, store, told)
}

#[tokio::test]
async fn without_a_writer_the_sinks_follow_what_each_call_returned() {
    let (_, store, told) = writerless();
    let sessions = [opened(&store, 1).await.0, opened(&store, 2).await.0, opened(&store, 3).await.0, opened(&store, 4).await.0];
    for session in &sessions {
        store.find(session.id).await.unwrap();
    }
    let [changed, removed, replaced, rest] = sessions.each_ref().map(|session| session.id);

    let stale = store.replace(&sessions[0], stepped_up(after(1)), None).await.unwrap();
    assert_eq!((stale, told.applied()), (cloakroom_session::Replaced::Stale, vec![]));
    store.replace(&sessions[0].stepped_up(None, after(10), after(1)), stepped_up(after(1)), None).await.unwrap();
    assert_eq!(told.applied(), [(0, Some(changed))]);
    assert!(store.peek(changed).is_none());
    assert_eq!(store.find(changed).await.unwrap().unwrap().session().version, 2);

    store.remove(removed, signed_out(after(2))).await.unwrap();
    assert_eq!(told.applied()[1..], [(0, Some(removed))]);
    assert!(store.peek(removed).is_none());

    let (new, _) = session(&SeededRandom::new(5), Cell::Cookie, after(3));
    store.insert(&cloakroom_session::Start { replaces: vec![replaced], ..start(&new) }).await.unwrap();
    assert_eq!(told.applied()[2..], [(0, Some(replaced))]);
    assert!(store.peek(replaced).is_none());

    store.remove_all(&ada(), Some(new.id), signed_out(after(4))).await.unwrap();
    let mut ended: Vec<_> = told.applied()[3..].iter().filter_map(|(_, id)| *id).collect();
    ended.sort();
    let mut expected = [changed, rest];
    expected.sort();
    assert_eq!(ended, expected);
    assert!(store.peek(rest).is_none());
    let causes = told
        .applied
        .lock()
        .unwrap()
        .iter()
        .filter(|record| matches!(&record.entry, FeedEntry::SessionEnded(ended) if ended.ending.cause == EndCause::SignedOut))
        .count();
    assert_eq!(causes, 3);
    assert_eq!(told.forgotten(), []);
}

#[tokio::test]
async fn without_a_writer_a_caller_that_is_dropped_cancels_nothing() {
    let (watched, store, told) = writerless();
    let (session, _) = opened(&store, 1).await;
    store.find(session.id).await.unwrap();
    watched.removing.shut();
    let caller = tokio::spawn({
        let store = store.clone();
        async move { store.remove(session.id, signed_out(after(1))).await.map(|_| ()) }
    });
    watched.removing.arrival().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    watched.removing.let_one_pass();
    // Nobody waits for the write any more; it needs some turns to end.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(told.applied(), [(0, Some(session.id))]);
    assert!(store.peek(session.id).is_none());
    assert!(store.find(session.id).await.unwrap().is_none());
}

#[tokio::test]
async fn when_an_answer_is_lost_everything_that_it_may_have_touched_is_forgotten() {
    let (watched, store, told) = writerless();
    let sessions = [opened(&store, 1).await.0, opened(&store, 2).await.0, opened(&store, 3).await.0];
    let [first, second, third] = sessions.each_ref().map(|session| session.id);
    let remember_all = async || {
        watched.loses_answers.store(false, Ordering::SeqCst);
        for id in [first, second, third] {
            store.find(id).await.unwrap();
        }
        watched.loses_answers.store(true, Ordering::SeqCst);
    };
    let remembered = || [first, second, third].map(|id| store.peek(id).is_some());

    remember_all().await;
    let next = sessions[0].stepped_up(None, after(10), after(1));
    store.replace(&next, stepped_up(after(1)), None).await.unwrap_err();
    assert_eq!((remembered(), told.forgotten()), ([false, true, true], vec![first]));
    remember_all().await;
    assert_eq!(store.peek(first).unwrap().session().version, 2, "it had taken effect");

    store.remove(first, signed_out(after(2))).await.unwrap_err();
    assert_eq!((remembered(), told.forgotten()), ([false, true, true], vec![first]));

    remember_all().await;
    let (new, _) = session(&SeededRandom::new(4), Cell::Cookie, after(3));
    store.insert(&cloakroom_session::Start { replaces: vec![second], ..start(&new) }).await.unwrap_err();
    assert_eq!(remembered(), [false, false, false], "the limit may have ended any of the user's sessions");
    assert!(told.forgotten().contains(&second));

    remember_all().await;
    assert_eq!(remembered(), [false, false, true]);
    store.remove_all(&ada(), None, signed_out(after(4))).await.unwrap_err();
    assert_eq!(remembered(), [false, false, false]);
    assert!(told.forgotten().contains(&third));
    watched.loses_answers.store(false, Ordering::SeqCst);
    assert!(store.find(third).await.unwrap().is_none(), "it had taken effect");
    assert_eq!(told.applied(), []);
}

#[tokio::test]
async fn when_an_answer_is_lost_a_session_that_began_meanwhile_is_forgotten_too() {
    let (watched, store, _) = writerless();
    let (session, being_read) = (opened(&store, 1).await.0, opened(&store, 2).await.0);
    store.find(session.id).await.unwrap();
    watched.found.shut();
    let lagging = tokio::spawn({
        let store = store.clone();
        async move { store.find(being_read.id).await.map(|_| ()) }
    });
    watched.found.arrival().await;
    watched.lists_nothing.store(true, Ordering::SeqCst);
    watched.loses_answers.store(true, Ordering::SeqCst);
    store.remove_all(&ada(), None, signed_out(after(1))).await.unwrap_err();
    watched.loses_answers.store(false, Ordering::SeqCst);
    watched.found.let_one_pass();
    lagging.await.unwrap().unwrap();
    assert!(store.peek(session.id).is_none());
    assert!(store.peek(being_read.id).is_none());
}

#[tokio::test]
async fn a_store_that_calls_its_sinks_calls_them_once() {
    let told = Arc::new(Told::default());
    let store = CachedStore::new(Arc::new(MemoryStore::new()), SessionMap::new(100), &[Arc::clone(&told) as Arc<dyn FeedSink>]);
    let (session, _) = opened(&store, 1).await;
    store.remove(session.id, signed_out(after(1))).await.unwrap();
    assert_eq!(told.applied(), [(1, Some(session.id))]);
}
