//! The promises of [`RefreshStore`](crate::RefreshStore).

use std::sync::Arc;

use cloakroom_primitives::KeyId;

use super::sample::{after, ending, family, id, insert, session, start, start_with};
use super::sessions::joined;
use crate::{Cell, Counter, EndCause, Network, RefreshFamily, Replaced, Rotation, Scopes, Store};

/// The family after its current token was spent.
fn rotated(family: &RefreshFamily, second: u64, from: Option<Network>) -> RefreshFamily {
    RefreshFamily { counter: family.counter.next(), rotation: Some(Rotation { at: after(second), from }), ..family.clone() }
}

pub(super) async fn find_family_gives_every_field_and_the_session(store: Arc<dyn Store>) {
    let networks = [None, Some(Network::V4([203, 0, 113])), Some(Network::V6([0x2001, 0xdb8, 7]))];
    for (number, from) in (1..).zip(networks) {
        let session = session(number, "ada", Cell::Jwt, after(0));
        let plain = family(number, &session);
        insert(&*store, &start_with(&session, plain.clone())).await;
        let full = RefreshFamily {
            audience: "https://api.example/ü?a=b&c".into(),
            scopes: Scopes::parse("orders:read orders:write").expect("these are scopes"),
            key_id: KeyId::from_bytes([0, 255, 1, 254]),
            counter: Counter::new(u32::MAX),
            rotation: Some(Rotation { at: after(77), from }),
            ..plain.clone()
        };
        for (stored, spent) in [(&plain, None), (&full, Some(plain.counter))] {
            if let Some(spent) = spent {
                assert_eq!(store.replace_family(stored, spent).await.expect("replace_family answers"), Replaced::Yes);
            }
            let found = store.find_family(plain.id).await.expect("find_family answers").expect("it is there");
            assert_eq!((&found.family, &found.session), (stored, &session));
        }
    }
}

pub(super) async fn a_family_is_replaced_only_at_the_counter_it_was_read_at(store: Arc<dyn Store>) {
    let session = session(1, "ada", Cell::Jwt, after(0));
    let first = family(1, &session);
    insert(&*store, &start_with(&session, first.clone())).await;
    let second = rotated(&first, 10, None);
    let third = rotated(&second, 20, None);
    let replace =
        async |family: &RefreshFamily, spent| store.replace_family(family, spent).await.expect("replace_family answers");
    let stored = async || store.list_families(session.id).await.expect("list_families answers");

    assert_eq!(replace(&third, second.counter).await, Replaced::Stale, "nobody has spent the first yet");
    assert_eq!(stored().await, std::slice::from_ref(&first), "a stale replacement changes nothing");
    assert_eq!(replace(&second, first.counter).await, Replaced::Yes);
    assert_eq!(replace(&second, first.counter).await, Replaced::Stale, "the first is spent once");
    // A store that has forgotten rotations catches up by more than one.
    let ahead = RefreshFamily { counter: Counter::new(40), ..third };
    assert_eq!(replace(&ahead, second.counter).await, Replaced::Yes);
    assert_eq!(stored().await, [ahead]);
}

pub(super) async fn of_concurrent_rotations_one_wins(store: Arc<dyn Store>) {
    let session = session(1, "ada", Cell::Jwt, after(0));
    let first = family(1, &session);
    insert(&*store, &start_with(&session, first.clone())).await;
    let attempts = (0..16).map(|second| {
        let (store, next, spent) = (Arc::clone(&store), rotated(&first, second, None), first.counter);
        tokio::spawn(async move {
            (store.replace_family(&next, spent).await.expect("replace_family answers") == Replaced::Yes).then_some(next)
        })
    });
    let winners: Vec<_> = joined(attempts).await.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(store.list_families(session.id).await.expect("list_families answers"), winners);
}

pub(super) async fn a_rotation_never_brings_a_family_back(store: Arc<dyn Store>) {
    for number in 1..=10 {
        let session = session(number, "ada", Cell::Jwt, after(0));
        let first = family(number, &session);
        insert(&*store, &start_with(&session, first.clone())).await;
        let rotating = {
            let (store, mut family) = (Arc::clone(&store), first.clone());
            tokio::spawn(async move {
                for second in 1..=10 {
                    let next = rotated(&family, second, None);
                    if store.replace_family(&next, family.counter).await.expect("replace_family answers") != Replaced::Yes {
                        return;
                    }
                    family = next;
                }
            })
        };
        store.remove(session.id, ending(EndCause::SignedOut, after(5))).await.expect("remove answers").expect("it was there");
        rotating.await.expect("rotating does not panic");
        assert!(store.find_family(first.id).await.expect("find_family answers").is_none());
        let late = rotated(&first, 20, None);
        assert_eq!(store.replace_family(&late, first.counter).await.expect("replace_family answers"), Replaced::Gone);
        assert_eq!(store.list_families(session.id).await.expect("list_families answers"), []);
    }
}

pub(super) async fn list_families_lists_those_of_one_session(store: Arc<dyn Store>) {
    let (one, two, none) = (
        session(1, "ada", Cell::Jwt, after(0)),
        session(2, "ada", Cell::JwtCookie, after(0)),
        session(3, "ada", Cell::Cookie, after(0)),
    );
    insert(&*store, &start_with(&one, family(11, &one))).await;
    insert(&*store, &start_with(&two, family(12, &two))).await;
    insert(&*store, &start(&none)).await;
    for (number, families) in [(1, vec![family(11, &one)]), (2, vec![family(12, &two)]), (3, vec![])] {
        assert_eq!(store.list_families(id(number)).await.expect("list_families answers"), families, "session {number}");
    }
}
