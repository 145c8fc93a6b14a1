//! Last uses: exact in memory, written in batches, and never lost to a failed write.

use std::num::NonZeroU32;
use std::sync::Arc;

use cloakroom_primitives::{SeededRandom, Timestamp};
use cloakroom_session::{
    CachedStore, Carrier, Cell, MemoryStore, Seen, Session, SessionLimit, SessionStore, SessionToken, Start, StoreError,
    SwitchedStore, Verdict,
};

use crate::parts::{Watched, address, after, cached, minutes, opened, session, signed_out, start, stepped_up};

async fn judged(store: &CachedStore, token: &SessionToken, now: Timestamp) -> Verdict {
    store.find(token.session()).await.unwrap().unwrap().judge(&token.hash(), Carrier::Cookie, now)
}

async fn used(store: &CachedStore, session: &Session, at: Timestamp) {
    store.find(session.id).await.unwrap().unwrap().seen(at, None);
}

/// Opens so many other sessions and reads them, so that what was in memory leaves.
async fn crowd_out(store: &CachedStore, count: u64) {
    let limit = SessionLimit { most: NonZeroU32::MAX, ..SessionLimit::DEFAULT };
    for seed in 0..count {
        let (session, _) = session(&SeededRandom::new(1_000_000 + seed), Cell::Cookie, after(seed));
        store.insert(&Start { limit, ..start(&session) }).await.unwrap();
        store.find(session.id).await.unwrap();
        store.find(session.id).await.unwrap();
    }
}

#[tokio::test]
async fn on_one_node_the_idle_limit_is_exact_to_the_millisecond() {
    let store = cached(Arc::new(MemoryStore::new()), 100);
    let (session, token) = opened(&store, 1).await;
    let (last_use, deadline) = (minutes(59) + 17, minutes(119) + 17);
    used(&store, &session, after(last_use)).await;
    used(&store, &session, after(minutes(3))).await;
    for (at, verdict) in [(deadline - 1, Verdict::Live), (deadline, Verdict::Idle)] {
        assert_eq!(judged(&store, &token, after(at)).await, verdict);
        let entry = store.peek(session.id).unwrap();
        assert_eq!(entry.is_live(after(at)), verdict == Verdict::Live);
        assert_eq!((entry.seen_at(), entry.ends_at()), (after(last_use), after(deadline)));
    }
}

#[tokio::test]
async fn the_idle_limit_stays_exact_when_the_session_has_left_memory() {
    for flushed in [false, true] {
        let store = cached(Arc::new(MemoryStore::new()), 20);
        let (session, token) = opened(&store, 1).await;
        used(&store, &session, after(minutes(30) + 1)).await;
        if flushed {
            store.flush(after(minutes(30) + 2)).await.unwrap();
            store.find(session.id).await.unwrap().unwrap().seen(after(minutes(30) + 3), Some(address("198.51.100.1")));
        }
        let last_use = minutes(30) + if flushed { 3 } else { 1 };
        crowd_out(&store, 200).await;
        assert!(store.peek(session.id).is_none(), "it has left");
        assert_eq!(judged(&store, &token, after(last_use + minutes(60) - 1)).await, Verdict::Live);
        assert_eq!(judged(&store, &token, after(last_use + minutes(60))).await, Verdict::Idle);
    }
}

#[tokio::test]
async fn whoever_held_on_to_a_session_that_left_memory_still_moves_it() {
    let store = cached(Arc::new(MemoryStore::new()), 20);
    let (session, _) = opened(&store, 1).await;
    let held = store.find(session.id).await.unwrap().unwrap();
    crowd_out(&store, 200).await;
    let again = store.find(session.id).await.unwrap().unwrap();
    for second in 1..4 {
        held.seen(after(second * 1_000), Some(address("198.51.100.1")));
        for entry in [&held, &again] {
            assert_eq!((entry.seen_at(), entry.seen_from()), (after(second * 1_000), Some(address("198.51.100.1"))));
        }
    }
    store.flush_all(after(9_000)).await.unwrap();
    assert_eq!(store.store().find(session.id).await.unwrap().unwrap().seen_at, after(3_000));
}

#[tokio::test]
async fn every_reader_sees_the_newest_last_use() {
    let store = cached(Arc::new(MemoryStore::new()), 100);
    let (session, _) = opened(&store, 1).await;
    store.find(session.id).await.unwrap().unwrap().seen(after(7_000), Some(address("2001:db8::7")));
    let newest = (after(7_000), Some(address("2001:db8::7")));
    let stored = store.store().find(session.id).await.unwrap().unwrap();
    assert_eq!(stored.seen_at, after(0), "nothing is written yet");

    let listed = store.list(&session.user).await.unwrap().remove(0);
    assert_eq!((listed.seen_at, listed.seen_from), newest);
    let entry = store.peek(session.id).unwrap();
    assert_eq!((entry.seen_at(), entry.seen_from()), newest);
    assert_eq!((entry.to_session().seen_at, entry.to_session().seen_from), newest);

    // A change drops the entry, not what waits.
    store.replace(&session.stepped_up(None, after(20_000), after(5_000)), stepped_up(after(5_000)), None).await.unwrap();
    let entry = store.find(session.id).await.unwrap().unwrap();
    assert_eq!((entry.session().version, entry.session().seen_at, entry.seen_from()), (2, newest.0, newest.1));

    // Proving again who one is is a use as well, and may be newer than what waits.
    store
        .replace(&entry.to_session().stepped_up(None, after(20_000), after(9_000)), stepped_up(after(9_000)), None)
        .await
        .unwrap();
    assert_eq!(store.find(session.id).await.unwrap().unwrap().seen_at(), after(9_000));
}

#[tokio::test]
async fn an_unknown_address_leaves_the_place_as_it_was() {
    let store = cached(Arc::new(MemoryStore::new()), 100);
    let (session, _) = opened(&store, 1).await;
    let entry = store.find(session.id).await.unwrap().unwrap();
    entry.seen(after(1), None);
    assert_eq!(entry.seen_from(), session.seen_from);
    entry.seen(after(2), Some(address("198.51.100.1")));
    entry.seen(after(3), None);
    assert_eq!((entry.seen_at(), entry.seen_from()), (after(3), Some(address("198.51.100.1"))));
}

#[tokio::test]
async fn last_uses_are_written_as_one_batch_each_at_most_once_per_touch_interval() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 100);
    let (one, two) = (opened(&store, 1).await.0, opened(&store, 2).await.0);
    let written = || {
        let mut batches = std::mem::take(&mut *watched.touches.lock().unwrap());
        for batch in &mut batches {
            batch.sort_by_key(|seen| seen.id);
        }
        batches
    };
    let seen = |session: &Session, at: u64| Seen {
        id: session.id,
        seen_at: after(at),
        seen_from: session.seen_from,
        ends_at: after(at + minutes(60)),
    };

    store.flush(after(5_000)).await.unwrap();
    assert_eq!(written(), Vec::<Vec<Seen>>::new(), "nothing moved, nothing is written");

    used(&store, &one, after(10_000)).await;
    used(&store, &two, after(11_000)).await;
    used(&store, &one, after(12_000)).await;
    store.flush(after(59_999)).await.unwrap();
    assert_eq!(written(), Vec::<Vec<Seen>>::new(), "a sixtieth of an hour has not passed");
    store.flush(after(60_000)).await.unwrap();
    let mut batch = vec![seen(&one, 12_000), seen(&two, 11_000)];
    batch.sort_by_key(|seen| seen.id);
    assert_eq!(written(), [batch]);

    store.flush(after(200_000)).await.unwrap();
    assert_eq!(written(), Vec::<Vec<Seen>>::new(), "what is written waits no more");

    used(&store, &one, after(200_001)).await;
    store.flush(after(200_002)).await.unwrap();
    assert_eq!(written(), [vec![seen(&one, 200_001)]]);
    used(&store, &one, after(200_003)).await;
    store.flush(after(260_001)).await.unwrap();
    assert_eq!(written(), Vec::<Vec<Seen>>::new());
    store.flush(after(260_002)).await.unwrap();
    assert_eq!(written(), [vec![seen(&one, 200_003)]]);
}

#[tokio::test]
async fn when_the_process_stops_everything_is_written() {
    let store = cached(Arc::new(MemoryStore::new()), 100);
    let (session, _) = opened(&store, 1).await;
    used(&store, &session, after(1)).await;
    store.flush_all(after(2)).await.unwrap();
    assert_eq!(store.store().find(session.id).await.unwrap().unwrap().seen_at, after(1));
}

#[tokio::test]
async fn a_flush_that_failed_loses_nothing() {
    let switched = Arc::new(SwitchedStore::new(Arc::new(MemoryStore::new())));
    let store = cached(switched.clone(), 100);
    let (session, _) = opened(&store, 1).await;
    used(&store, &session, after(minutes(2))).await;
    switched.switch(false);
    let answer = store.flush(after(minutes(3))).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    switched.switch(true);
    assert_eq!(store.store().find(session.id).await.unwrap().unwrap().seen_at, after(0));
    store.flush(after(minutes(3) + 5_000)).await.unwrap();
    assert_eq!(store.store().find(session.id).await.unwrap().unwrap().seen_at, after(minutes(2)));
}

#[tokio::test]
async fn a_session_that_is_used_while_the_batch_is_written_goes_on_waiting() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 100);
    let (session, _) = opened(&store, 1).await;
    used(&store, &session, after(minutes(2))).await;
    watched.touching.shut();
    let flush = tokio::spawn({
        let store = store.clone();
        async move { store.flush(after(minutes(2) + 1)).await.unwrap() }
    });
    watched.touching.arrival().await;
    used(&store, &session, after(minutes(2) + 2)).await;
    watched.touching.unlock();
    watched.touching.let_one_pass();
    flush.await.unwrap();
    store.flush_all(after(minutes(2) + 3)).await.unwrap();
    let batches: Vec<_> = watched.touches().iter().map(|batch| batch[0].seen_at).collect();
    assert_eq!(batches, [after(minutes(2)), after(minutes(2) + 2)]);
}

#[tokio::test]
async fn a_read_that_began_before_a_flush_still_knows_the_last_use() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 20);
    let (session, _) = opened(&store, 1).await;
    used(&store, &session, after(minutes(30))).await;
    crowd_out(&store, 200).await;
    assert!(store.peek(session.id).is_none(), "it has left");
    watched.found.shut();
    let lagging = tokio::spawn({
        let store = store.clone();
        async move { store.find(session.id).await.unwrap().unwrap() }
    });
    watched.found.arrival().await;
    watched.found.unlock();
    store.flush(after(minutes(31))).await.unwrap();
    watched.found.let_one_pass();
    assert_eq!(lagging.await.unwrap().seen_at(), after(minutes(30)));
    assert_eq!(store.peek(session.id).unwrap().seen_at(), after(minutes(30)));
}

#[tokio::test]
async fn an_ended_session_is_written_no_more() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 100);
    let (session, _) = opened(&store, 1).await;
    used(&store, &session, after(1)).await;
    store.remove(session.id, signed_out(after(2))).await.unwrap();
    store.flush_all(after(3)).await.unwrap();
    assert!(watched.touches().is_empty());
}

#[tokio::test]
async fn a_session_whose_last_use_has_yet_to_be_written_is_not_swept() {
    let store = cached(Arc::new(MemoryStore::new()), 100);
    let (kept, idle) = (opened(&store, 1).await.0, opened(&store, 2).await.0);
    used(&store, &kept, after(minutes(59))).await;
    assert_eq!(store.sweep(after(minutes(60)), 100).await.unwrap(), 0, "requests under way have a little longer");
    assert_eq!(store.sweep(after(minutes(61)), 100).await.unwrap(), 1);
    assert!(store.store().find(idle.id).await.unwrap().is_none());
    assert_eq!(store.store().find(kept.id).await.unwrap().unwrap().seen_at, after(minutes(59)));
}

#[tokio::test]
async fn a_last_use_that_is_not_due_is_still_written_before_a_sweep_would_miss_it() {
    let store = cached(Arc::new(MemoryStore::new()), 100);
    let (session, _) = opened(&store, 1).await;
    used(&store, &session, after(1)).await;
    store.flush(after(minutes(60) - 10_000)).await.unwrap();
    used(&store, &session, after(minutes(60) - 5_000)).await;
    let now = after(minutes(60) + 12_000);
    store.flush(now).await.unwrap();
    assert_eq!(store.store().find(session.id).await.unwrap().unwrap().seen_at, after(1), "it is not due");
    assert_eq!(store.sweep(now, 100).await.unwrap(), 0);
    assert_eq!(store.store().find(session.id).await.unwrap().unwrap().seen_at, after(minutes(60) - 5_000));
}

#[tokio::test]
async fn a_sweep_that_cannot_write_sweeps_nothing_and_loses_nothing() {
    let switched = Arc::new(SwitchedStore::new(Arc::new(MemoryStore::new())));
    let store = cached(switched.clone(), 100);
    let (kept, idle) = (opened(&store, 1).await.0, opened(&store, 2).await.0);
    used(&store, &kept, after(minutes(59))).await;
    switched.switch(false);
    let answer = store.sweep(after(minutes(61)), 100).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    switched.switch(true);
    for session in [&kept, &idle] {
        assert_eq!(switched.find(session.id).await.unwrap().as_ref(), Some(session));
    }
    assert_eq!(store.sweep(after(minutes(61)), 100).await.unwrap(), 1);
    assert_eq!(switched.find(kept.id).await.unwrap().unwrap().seen_at, after(minutes(59)));
}

#[tokio::test]
async fn what_waits_is_bounded_and_what_has_no_place_strikes_early_and_never_late() {
    let watched = Arc::new(Watched::new());
    let store = cached(watched.clone(), 10);
    let limit = SessionLimit { most: NonZeroU32::MAX, ..SessionLimit::DEFAULT };
    let mut sessions = Vec::new();
    for seed in 0..1_100 {
        let (session, token) = session(&SeededRandom::new(seed), Cell::Cookie, after(0));
        store.insert(&Start { limit, ..start(&session) }).await.unwrap();
        used(&store, &session, after(1_000)).await;
        sessions.push((session, token));
    }
    store.flush_wanted().await;
    let (last, token) = sessions.last().unwrap();
    assert!(store.peek(last.id).is_none(), "memory does not know better than the store for longer than it can keep it");
    assert_eq!(judged(&store, token, after(minutes(60))).await, Verdict::Idle, "early by the use that had no place");
    let (first, token) = &sessions[0];
    assert_eq!(judged(&store, token, after(minutes(60))).await, Verdict::Live);
    assert_eq!(judged(&store, token, after(minutes(60) + 1_000)).await, Verdict::Idle);

    store.flush(after(1_001)).await.unwrap();
    assert_eq!(watched.touches().iter().map(Vec::len).sum::<usize>(), 1_024, "a crowd is written before its hour");
    assert_eq!(store.store().find(first.id).await.unwrap().unwrap().seen_at, after(1_000));
    used(&store, last, after(2_000)).await;
    assert_eq!(store.find(last.id).await.unwrap().unwrap().seen_at(), after(2_000), "there is place again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_use_is_lost_between_uses_and_flushes() {
    let store = cached(Arc::new(MemoryStore::new()), 100);
    let (session, _) = opened(&store, 1).await;
    let users: Vec<_> = (0..3u64)
        .map(|user| {
            let store = store.clone();
            tokio::spawn(async move {
                for turn in 0..2_000 {
                    store.find(session.id).await.unwrap().unwrap().seen(after(turn * 3 + user), None);
                    if turn % 16 == 0 {
                        tokio::task::yield_now().await;
                    }
                }
            })
        })
        .collect();
    let flushing = tokio::spawn({
        let store = store.clone();
        async move {
            for _ in 0..500 {
                store.flush_all(after(0)).await.unwrap();
                tokio::task::yield_now().await;
            }
        }
    });
    for user in users {
        user.await.unwrap();
    }
    flushing.await.unwrap();
    assert_eq!(store.peek(session.id).unwrap().seen_at(), after(5_999));
    store.flush_all(after(6_000)).await.unwrap();
    assert_eq!(store.store().find(session.id).await.unwrap().unwrap().seen_at, after(5_999));
}
