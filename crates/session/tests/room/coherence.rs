//! Once an ending or a change was answered, nobody is shown what was before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cloakroom_primitives::{SecretHash, SeededRandom};
use cloakroom_session::{CachedStore, Cell, FeedSink, MemoryStore, Replaced, SessionId, SessionMap, Store};

use crate::parts::{Watched, after, cached, opened, session, signed_out, start, stepped_up};

/// Starts a read of `id` that has read its row and is held up before it answers.
async fn read_that_lags(watched: &Watched, store: &CachedStore, id: SessionId) -> tokio::task::JoinHandle<Option<u64>> {
    watched.found.shut();
    let store = store.clone();
    let read = tokio::spawn(async move { store.find(id).await.unwrap().map(|found| found.session().version) });
    watched.found.arrival().await;
    watched.found.unlock();
    read
}

#[tokio::test]
async fn a_session_that_ends_while_it_is_read_is_not_kept_and_shown_to_nobody_who_comes_later() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 100);
    let (session, _) = opened(&store, 1).await;
    let lagging = read_that_lags(&watched, &store, session.id).await;
    store.remove(session.id, signed_out(after(1))).await.unwrap();
    assert!(store.find(session.id).await.unwrap().is_none(), "whoever comes later reads anew");
    watched.found.let_one_pass();
    assert_eq!(lagging.await.unwrap(), Some(1), "whoever asked before is answered");
    assert!(store.peek(session.id).is_none());
    assert!(store.find(session.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_that_changes_while_it_is_read_is_kept_as_it_is_after_the_change() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 100);
    let (session, _) = opened(&store, 1).await;
    let lagging = read_that_lags(&watched, &store, session.id).await;
    let next = session.stepped_up(Some(SecretHash::of(b"new")), after(10), after(1));
    assert_eq!(store.replace(&next, stepped_up(after(1)), None).await.unwrap(), Replaced::Yes);
    assert_eq!(store.find(session.id).await.unwrap().unwrap().session().version, 2);
    watched.found.let_one_pass();
    assert_eq!(lagging.await.unwrap(), Some(1));
    assert_eq!(store.peek(session.id).unwrap().session().version, 2);
}

#[tokio::test]
async fn a_session_that_is_forgotten_while_it_is_read_is_not_kept() {
    let watched = Arc::new(Watched::new());
    let map = SessionMap::new(100);
    let store = CachedStore::new(watched.clone(), map.clone(), &[]);
    let (session, _) = opened(&store, 1).await;
    let lagging = read_that_lags(&watched, &store, session.id).await;
    map.forget(&[session.id]);
    watched.found.let_one_pass();
    assert_eq!(lagging.await.unwrap(), Some(1));
    assert!(store.peek(session.id).is_none());
    assert!(store.find(session.id).await.unwrap().is_some());
    map.forget(&[session.id]);
    assert!(store.peek(session.id).is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_an_ending_was_answered_nobody_finds_the_session() {
    for writerless in [false, true] {
        let watched: Arc<dyn Store> =
            if writerless { Arc::new(Watched::with(true, false)) } else { Arc::new(MemoryStore::new()) };
        let store = cached(watched, 1_000);
        for round in 0..400 {
            let (session, _) = session(&SeededRandom::new(round), Cell::Cookie, after(round));
            store.insert(&start(&session)).await.unwrap();
            let gone = Arc::new(AtomicBool::new(false));
            let readers: Vec<_> = (0..3)
                .map(|_| {
                    let (store, gone) = (store.clone(), Arc::clone(&gone));
                    tokio::spawn(async move {
                        loop {
                            let over = gone.load(Ordering::SeqCst);
                            let found = store.find(session.id).await.unwrap();
                            if let Some(found) = &found {
                                found.seen(after(round + 1), None);
                            }
                            assert!(!(over && found.is_some()), "found after its ending was answered");
                            let peeked = store.peek(session.id).is_some();
                            assert!(!(over && peeked), "in memory after its ending was answered");
                            if over {
                                return;
                            }
                            tokio::task::yield_now().await;
                        }
                    })
                })
                .collect();
            for _ in 0..round % 7 {
                tokio::task::yield_now().await;
            }
            store.remove(session.id, signed_out(after(round + 1))).await.unwrap().unwrap();
            gone.store(true, Ordering::SeqCst);
            for reader in readers {
                reader.await.unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_change_was_answered_nobody_finds_the_session_as_it_was() {
    let store = cached(Arc::new(MemoryStore::new()), 1_000);
    let (mut session, _) = opened(&store, 1).await;
    let newest = Arc::new(std::sync::atomic::AtomicU64::new(session.version));
    let over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (store, newest, over) = (store.clone(), Arc::clone(&newest), Arc::clone(&over));
            tokio::spawn(async move {
                while !over.load(Ordering::SeqCst) {
                    let least = newest.load(Ordering::SeqCst);
                    let found = store.find(session.id).await.unwrap().unwrap();
                    assert!(found.session().version >= least, "version {} after {least} was answered", found.session().version);
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for round in 1..1_000 {
        session = session.stepped_up(Some(SecretHash::of(b"new")), after(round), after(round));
        assert_eq!(store.replace(&session, stepped_up(after(round)), None).await.unwrap(), Replaced::Yes);
        newest.store(session.version, Ordering::SeqCst);
        tokio::task::yield_now().await;
    }
    over.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
}
