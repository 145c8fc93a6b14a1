//! Redeeming refresh tokens.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cloakroom_primitives::{MasterKey, MasterKeys, SeededRandom, Timestamp};
use cloakroom_session::{
    CachedStore, Cell, ClientId, EndCause, FamilyId, FeedWindow, How, MemoryStore, Redeem, Redeemed, RedeemedToken,
    RefreshFamily, RefreshPolicy, RefreshTokens, Scopes, Session, SessionId, Start, Store, StoreError, SwitchedStore, Usage,
};
use proptest::prelude::*;

use crate::parts::{Watched, address, after, cached, minutes, session, shop, signed_out, start, stepped_up};

/// An open session with a refresh family, and its first token.
struct Room {
    store: CachedStore,
    tokens: RefreshTokens,
    session: Session,
    family: RefreshFamily,
    first: String,
    policy: RefreshPolicy,
}

fn keys(seeds: &[u64]) -> Arc<MasterKeys> {
    let lines: Vec<_> =
        seeds.iter().map(|seed| MasterKey::generate(&SeededRandom::new(*seed)).to_line().expose().clone()).collect();
    Arc::new(MasterKeys::parse(&lines.join("\n")).expect("they are keys"))
}

fn tokens(store: &CachedStore, keys: &[u64]) -> RefreshTokens {
    RefreshTokens::new(store.clone(), self::keys(keys), FeedWindow::for_lifetime(Duration::from_mins(5)))
}

impl Room {
    async fn over(store: Arc<dyn Store>, cell: Cell) -> Self {
        let store = cached(store, 100);
        let tokens = tokens(&store, &[1]);
        let (session, _) = session(&SeededRandom::new(1), cell, after(0));
        let id = FamilyId::generate(&SeededRandom::new(2), after(0));
        let audience = "https://app.example".into();
        let family = RefreshFamily::open(id, session.id, shop(), audience, Scopes::none(), tokens.minting_key(), after(0));
        store.insert(&Start { family: Some(family.clone()), ..start(&session) }).await.expect("a new id is inserted");
        let first = tokens.first(&family).expose().clone();
        Self { store, tokens, session, family, first, policy: RefreshPolicy::DEFAULT }
    }

    async fn open(cell: Cell) -> Self {
        Self::over(Arc::new(MemoryStore::new()), cell).await
    }

    /// How an honest client presents its token.
    fn honestly(&self) -> Redeem<'_> {
        Redeem {
            client: Some(&self.family.client),
            cell: self.session.cell,
            session: (self.session.cell == Cell::JwtCookie).then_some(self.session.id),
            usage: Usage::Active,
            from: Some(address("203.0.113.7")),
        }
    }

    async fn try_redeem(&self, text: &str, redeem: &Redeem<'_>, now: Timestamp) -> Result<Redeemed, StoreError> {
        let policy = self.policy;
        self.tokens.redeem(text, redeem, &move |_: &ClientId| policy, now).await
    }

    async fn redeem(&self, text: &str, now: Timestamp) -> Redeemed {
        self.try_redeem(text, &self.honestly(), now).await.expect("the store answers")
    }

    async fn next(&self, text: &str, now: Timestamp) -> RedeemedToken {
        match self.redeem(text, now).await {
            Redeemed::Token(token) => *token,
            refused => panic!("{refused:?}"),
        }
    }

    async fn stored(&self) -> Option<RefreshFamily> {
        self.store.store().find_family(self.family.id).await.expect("the store answers").map(|found| found.family)
    }
}

#[tokio::test]
async fn a_token_is_exchanged_for_the_next_and_the_answer_can_be_asked_for_again() {
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let room = Room::open(cell).await;
        let second = room.next(&room.first, after(1_000)).await;
        assert_eq!((second.how, second.family.counter.get()), (How::Rotated, 1));
        assert_ne!(second.token.expose(), &room.first);
        assert_eq!(room.stored().await.as_ref(), Some(&second.family));
        let again = room.next(&room.first, after(2_000)).await;
        assert_eq!(again.how, How::Repeated { elsewhere: false });
        assert_eq!(again.token.expose(), second.token.expose(), "there is one tip, never a fork");
        assert_eq!(room.stored().await, Some(again.family), "a repeat writes nothing");
        let elsewhere = Redeem { from: Some(address("198.51.100.1")), ..room.honestly() };
        let Ok(Redeemed::Token(third)) = room.try_redeem(&room.first, &elsewhere, after(3_000)).await else {
            panic!("a phone may change networks in the middle of a refresh");
        };
        assert_eq!((third.how, third.token.expose()), (How::Repeated { elsewhere: true }, second.token.expose()));
        assert_eq!(third.session.session().id, room.session.id);
    }
}

#[tokio::test]
async fn a_token_that_is_not_for_this_caller_is_unknown_and_changes_nothing() {
    let other_client = ClientId::new("other").unwrap();
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let room = Room::open(cell).await;
        let honestly = room.honestly();
        let other_cell = if cell == Cell::Jwt { Cell::JwtCookie } else { Cell::Jwt };
        // A spent token too: it must not end the session of its owner through another client.
        let mut texts = vec![room.first.clone()];
        texts.push(room.next(&room.first, after(0)).await.token.expose().clone());
        room.next(&texts[1], after(0)).await;
        let before = room.stored().await;
        for text in &texts {
            for redeem in [
                Redeem { client: Some(&other_client), ..honestly },
                Redeem { cell: other_cell, session: Some(room.session.id), ..honestly },
                Redeem { cell: Cell::Cookie, ..honestly },
                Redeem { session: Some(SessionId::from_bytes([9; 16])), ..honestly },
            ] {
                let answer = room.try_redeem(text, &redeem, after(minutes(60 * 24 * 365))).await.unwrap();
                assert!(matches!(answer, Redeemed::Unknown), "{redeem:?}: {answer:?}");
            }
        }
        assert_eq!(room.stored().await, before);
    }
    let room = Room::open(Cell::JwtCookie).await;
    let nameless = Redeem { session: None, ..room.honestly() };
    let answer = room.try_redeem(&room.first, &nameless, after(0)).await.unwrap();
    assert!(matches!(answer, Redeemed::Unknown), "in a cookie the session must be named: {answer:?}");
}

#[tokio::test]
async fn junk_and_forgeries_are_refused_with_no_look_up() {
    let switched = Arc::new(SwitchedStore::new(Arc::new(MemoryStore::new())));
    let room = Room::over(switched.clone(), Cell::Jwt).await;
    let foreign = tokens(&room.store, &[2]);
    let of_another_key = RefreshFamily { key_id: foreign.minting_key(), ..room.family.clone() };
    switched.switch(false);
    for text in ["", "crr_", "nonsense", &room.first[..84], foreign.first(&of_another_key).expose()] {
        let answer = room.try_redeem(text, &room.honestly(), after(0)).await;
        assert!(matches!(answer, Ok(Redeemed::Unknown)), "{text:?}: {answer:?}");
    }
    let answer = room.try_redeem(&room.first, &room.honestly(), after(0)).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "only what is ours needs the store: {answer:?}");
}

#[tokio::test]
async fn any_client_may_be_asked_for_none() {
    let room = Room::open(Cell::Jwt).await;
    let answer = room.try_redeem(&room.first, &Redeem { client: None, ..room.honestly() }, after(0)).await;
    assert!(matches!(answer, Ok(Redeemed::Token(_))), "{answer:?}");
}

#[tokio::test]
async fn a_reused_refresh_token_ends_the_session() {
    for (window, late) in [(30_000, 30_000), (0, 0)] {
        let mut room = Room::open(Cell::Jwt).await;
        room.policy.retry_window = Duration::from_millis(window);
        let second = room.next(&room.first, after(1_000)).await;
        let at = after(1_000 + late);
        let Redeemed::Reused(Some(ended)) = room.redeem(&room.first, at).await else {
            panic!("it was spent before");
        };
        assert_eq!((ended.id, ended.ending.cause, ended.ending.at), (room.session.id, EndCause::TokenReused, at));
        assert_eq!(ended.ending.matters_until, at.plus(Duration::from_secs(310)));
        assert_eq!(room.store.find_ended(room.session.id).await.unwrap(), Some(ended));
        assert!(room.store.find(room.session.id).await.unwrap().is_none());
        for text in [&room.first, second.token.expose()] {
            let answer = room.redeem(text, at).await;
            assert!(matches!(answer, Redeemed::Expired), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_session_that_is_over_or_gone_redeems_nothing() {
    let room = Room::open(Cell::Jwt).await;
    let second = room.next(&room.first, after(0)).await;
    let idle = after(minutes(7 * 24 * 60));
    for text in [&room.first, second.token.expose()] {
        assert!(matches!(room.redeem(text, idle).await, Redeemed::Expired), "even a spent token ends nothing then");
    }
    assert!(room.store.find(room.session.id).await.unwrap().is_some());
    room.store.remove(room.session.id, signed_out(after(1))).await.unwrap();
    assert!(matches!(room.redeem(second.token.expose(), after(1)).await, Redeemed::Expired));
}

#[tokio::test]
async fn after_a_step_up_the_former_family_is_expired_and_not_reused() {
    let room = Room::open(Cell::Jwt).await;
    let new = RefreshFamily { id: FamilyId::from_bytes([7; 16]), ..room.family.clone() };
    let next = room.session.stepped_up(None, after(10_000), after(0));
    room.store.replace(&next, stepped_up(after(0)), Some(&new)).await.unwrap();
    assert!(matches!(room.redeem(&room.first, after(minutes(60))).await, Redeemed::Expired));
    room.next(room.tokens.first(&new).expose(), after(minutes(60))).await;
}

#[tokio::test]
async fn a_store_that_has_forgotten_rotations_catches_up() {
    let room = Room::open(Cell::Jwt).await;
    let second = room.next(&room.first, after(0)).await;
    let third = room.next(second.token.expose(), after(0)).await;
    // The store goes back to an older state, as a restored backup does.
    room.store.replace_family(&room.family, third.family.counter).await.unwrap();
    let fourth = room.next(third.token.expose(), after(minutes(60))).await;
    assert_eq!((fourth.how, fourth.family.counter.get()), (How::Recovered, 3));
    assert_eq!(room.stored().await, Some(fourth.family));
}

#[tokio::test]
async fn a_family_moves_to_the_key_that_mints_now_and_a_repeat_stays() {
    let room = Room::open(Cell::Jwt).await;
    let second = room.next(&room.first, after(0)).await;
    let rotated = tokens(&room.store, &[2, 1]);
    let policy = |_: &ClientId| RefreshPolicy::DEFAULT;
    let redeem = async |text: &str| match rotated.redeem(text, &room.honestly(), &policy, after(1)).await {
        Ok(Redeemed::Token(token)) => *token,
        refused => panic!("{refused:?}"),
    };
    assert_eq!(redeem(&room.first).await.token.expose(), second.token.expose(), "the same text again");
    assert_eq!(room.stored().await.map(|family| family.key_id), Some(room.tokens.minting_key()));
    let third = redeem(second.token.expose()).await;
    assert_eq!(third.family.key_id, rotated.minting_key());
    assert_ne!(third.family.key_id, room.tokens.minting_key());

    // Another node has not heard of the new key: it cannot repeat what was minted under it, and must not guess.
    let answer = room.try_redeem(second.token.expose(), &room.honestly(), after(2)).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    assert_eq!(room.stored().await, Some(third.family));
}

#[tokio::test]
async fn redeeming_is_use_of_the_session_unless_passive() {
    let room = Room::open(Cell::Jwt).await;
    let home = address("203.0.113.7");
    let cafe = address("198.51.100.1");
    let mut text = room.first.clone();
    for (usage, from, at, expected) in [
        (Usage::Passive, home, 1_000, (after(0), home)),
        (Usage::Active, home, 2_000, (after(2_000), home)),
        (Usage::Passive, cafe, 3_000, (after(3_000), cafe)),
        (Usage::Passive, cafe, 4_000, (after(3_000), cafe)),
    ] {
        let redeem = Redeem { usage, from: Some(from), ..room.honestly() };
        let Redeemed::Token(token) = room.try_redeem(&text, &redeem, after(at)).await.unwrap() else {
            panic!("it is current");
        };
        text = token.token.expose().clone();
        let found = room.store.find(room.session.id).await.unwrap().unwrap();
        assert_eq!((found.seen_at(), found.seen_from()), (expected.0, Some(expected.1)), "{usage:?} after {at} ms");
    }
    // A repeat is use as well, and the newest last use counts when the next one is judged.
    let last_use = minutes(7 * 24 * 60) - 1;
    text = room.next(&text, after(last_use)).await.token.expose().clone();
    room.next(&text, after(last_use + minutes(7 * 24 * 60) - 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_who_refresh_at_once_get_the_same_token() {
    for _ in 0..50 {
        let room = Arc::new(Room::open(Cell::Jwt).await);
        let calls: Vec<_> = (0..8)
            .map(|_| {
                let room = Arc::clone(&room);
                tokio::spawn(async move { room.next(&room.first, after(1)).await })
            })
            .collect();
        let mut texts = Vec::new();
        let mut rotations = 0;
        for call in calls {
            let token = call.await.unwrap();
            rotations += u32::from(token.how == How::Rotated);
            texts.push(token.token.expose().clone());
        }
        texts.dedup();
        assert_eq!((texts.len(), rotations), (1, 1));
    }
}

#[tokio::test]
async fn who_loses_once_is_judged_again_and_who_loses_twice_is_told_to_come_again() {
    let watched = Arc::new(Watched::new());
    let room = Room::over(watched.clone(), Cell::Jwt).await;
    watched.stale.store(2, Ordering::SeqCst);
    let answer = room.try_redeem(&room.first, &room.honestly(), after(0)).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    watched.stale.store(1, Ordering::SeqCst);
    assert_eq!(room.next(&room.first, after(0)).await.how, How::Rotated);
}

#[derive(Clone, Debug)]
enum Step {
    /// The token so many exchanges ago is presented.
    Present {
        ago: usize,
        elsewhere: bool,
    },
    Wait {
        millis: u64,
    },
    /// The store loses the last writes of the family.
    Lose {
        writes: usize,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let ago = prop_oneof![4 => Just(0usize), 3 => Just(1), 1 => 0..6usize];
    let step = prop_oneof![
        6 => (ago, any::<bool>()).prop_map(|(ago, elsewhere)| Step::Present { ago, elsewhere }),
        3 => prop_oneof![4 => 0..40_000u64, 1 => 0..400_000_000u64].prop_map(|millis| Step::Wait { millis }),
        1 => (1..4usize).prop_map(|writes| Step::Lose { writes }),
    ];
    proptest::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn at_most_one_token_redeems_and_after_reuse_none_does(
        steps in steps(),
        window in prop_oneof![Just(0u64), Just(30_000)],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
        runtime.block_on(play(steps, window))?;
    }
}

async fn play(steps: Vec<Step>, window: u64) -> Result<(), TestCaseError> {
    let mut room = Room::open(Cell::Jwt).await;
    room.policy.retry_window = Duration::from_millis(window);
    let mut now = after(0);
    // What was handed out, each token once, in the order of the counters.
    let mut handed_out = vec![room.first.clone()];
    let mut states = vec![room.family.clone()];
    for step in steps {
        match step {
            Step::Wait { millis } => now = now.plus(Duration::from_millis(millis)),
            Step::Lose { writes } => {
                let Some(stored) = room.stored().await else { continue };
                states.truncate(states.len().saturating_sub(writes).max(1));
                let lost = &states[states.len() - 1];
                room.store.replace_family(lost, stored.counter).await.expect("the store answers");
            }
            Step::Present { ago, elsewhere } => {
                let Some(at) = (handed_out.len() - 1).checked_sub(ago) else { continue };
                let from = Some(address(if elsewhere { "198.51.100.1" } else { "203.0.113.7" }));
                let redeem = Redeem { from, ..room.honestly() };
                let before = room.stored().await;
                match room.try_redeem(&handed_out[at], &redeem, now).await.expect("the store answers") {
                    Redeemed::Token(token) => {
                        let (text, stored) = (token.token.expose().clone(), room.stored().await);
                        prop_assert_eq!(stored.as_ref(), Some(&token.family), "the tip is what the store has as current");
                        if let Some(known) = handed_out.get(at + 1) {
                            prop_assert_eq!(&text, known, "each token has one successor");
                        } else {
                            handed_out.push(text);
                        }
                        if stored != before {
                            states.extend(stored);
                        }
                    }
                    Redeemed::Reused(ended) => {
                        prop_assert!(ended.is_some());
                        prop_assert_eq!(room.stored().await, None);
                        for text in &handed_out {
                            let answer = room.redeem(text, now).await;
                            prop_assert!(matches!(answer, Redeemed::Expired), "after reuse none redeems: {answer:?}");
                        }
                        return Ok(());
                    }
                    Redeemed::Expired => prop_assert_eq!(room.stored().await, before),
                    Redeemed::Unknown => prop_assert!(false, "it is ours"),
                }
            }
        }
    }
    Ok(())
}
