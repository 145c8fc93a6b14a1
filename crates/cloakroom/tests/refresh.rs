//! The redeem table, through the route for headers and the routes for cookies.

use std::sync::Arc;
use std::time::Duration;

use cloakroom::session::{
    Cell, Counter, EndCause, FamilyId, Lifetimes, MemoryStore, RefreshFamily, RefreshStore as _, RefreshToken,
};
use cloakroom::{FixedClock, MasterKey, MasterKeys, SecurityEvent, SeededRandom};
use serde_json::json;

use crate::house::{
    API, Answer, Held, House, JWT_COOKIE, MILLISECOND, ORIGIN, Order, QuietStore, REFRESH_COOKIE, SESSION_COOKIE, START,
    claims_of, forged, over_each_store, signing_key, with_built_in,
};

/// The refresh token, wherever it is.
fn refresh_token(held: &Held) -> &str {
    held.refresh_token.as_deref().unwrap_or_else(|| held.cookie(REFRESH_COOKIE))
}

/// What is held after a refresh; of cookies, what was set.
fn after(answer: &Answer) -> Held {
    assert_eq!(answer.status, 200, "{}", answer.body);
    Held::from(answer)
}

async fn family(house: &House, held: &Held) -> RefreshFamily {
    house.store.list_families(held.id()).await.unwrap().pop().unwrap()
}

fn refused(answer: &Answer) -> bool {
    answer.outcome() == (401, "not_signed_in".to_owned()) && answer.set_cookies().is_empty()
}

#[tokio::test]
async fn the_current_token_rotates_and_the_new_pair_is_good() {
    for (kind, house) in over_each_store() {
        for cell in [Cell::Jwt, Cell::JwtCookie] {
            let first = house.sign_in(cell).await;
            house.later(Duration::from_mins(1));
            let second = after(&house.refresh(&first).await);
            assert_ne!(refresh_token(&second), refresh_token(&first), "{kind} {cell:?}");
            assert_ne!(claims_of(second.jwt())["jti"], claims_of(first.jwt())["jti"]);
            let stored = family(&house, &first).await;
            assert_eq!((stored.counter, stored.rotation.unwrap().at), (Counter::new(1), house.now()), "{kind} {cell:?}");
            assert!(house.takes(&second).await);
            assert_eq!(claims_of(second.jwt())["auth_time"], claims_of(first.jwt())["auth_time"]);
            after(&house.refresh(&second).await);
        }
    }
}

#[tokio::test]
async fn a_refresh_by_cookie_answers_how_long_and_sets_both_cookies() {
    let house = House::open();
    let held = house.sign_in(Cell::JwtCookie).await;
    let answer = house.refresh(&held).await;
    // The expiry is rounded down to a whole second, and so is what is left.
    assert_eq!(answer.json(), json!({ "expires_in": 299 }));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        answer.blanked_cookies(),
        [
            "__Host-Http-cloakroom-jwt=…; Path=/; Secure; HttpOnly; SameSite=Lax",
            "__Secure-cloakroom-refresh=…; Path=/api/v1/session; Secure; HttpOnly; SameSite=Lax"
        ]
    );
}

#[tokio::test]
async fn a_token_we_have_not_minted_is_refused_without_a_look_up() {
    let house = House::open();
    let held = house.sign_in(Cell::Jwt).await;
    let token = refresh_token(&held).to_owned();
    let stranger = MasterKeys::of(MasterKey::generate(&SeededRandom::new(77)));
    let mut foreign = family(&house, &held).await;
    foreign.key_id = stranger.minting().id();
    house.store.switch(false);
    for bad in [
        "junk".to_owned(),
        token[..84].to_owned(),
        format!("{token}A"),
        token.replacen("crr_", "crs_", 1),
        RefreshToken::mint(&foreign, &stranger).unwrap().expose().clone(),
    ] {
        let answer = house.post(&format!("/token?refresh_token={bad}")).send().await;
        assert!(refused(&answer), "{bad}: {}", answer.body);
    }
    assert_eq!(house.refresh(&held).await.status, 503, "a token of ours is looked up");
}

#[tokio::test]
async fn a_token_of_another_client_changes_nothing() {
    let house = House::open();
    let held = house.sign_in(Cell::Jwt).await;
    let spent = refresh_token(&held).to_owned();
    let next = after(&house.refresh(&held).await);
    house.later(Duration::from_mins(1));
    house.events();
    for token in [refresh_token(&next), &spent] {
        assert!(refused(&house.post(&format!("/token?client=shop&refresh_token={token}")).send().await));
    }
    assert!(house.events().is_empty(), "not even a spent one ends a session through another client");
    after(&house.refresh(&next).await);
}

#[tokio::test]
async fn a_refused_request_changes_nothing() {
    let house = House::open();
    let held = house.sign_in_as(Order::of(Cell::Jwt).client("shop")).await;
    let token = refresh_token(&held);
    for (query, outcome) in
        [("client=nobody", (400, "unknown_client")), ("client=shop&audience=https://evil.example", (400, "invalid_target"))]
    {
        let answer = house.post(&format!("/token?{query}&refresh_token={token}")).send().await;
        assert_eq!(answer.outcome(), (outcome.0, outcome.1.to_owned()), "{query}");
    }
    assert_eq!(family(&house, &held).await.counter, Counter::new(0));
}

#[tokio::test]
async fn a_token_counts_at_the_route_of_its_cell_alone() {
    let house = House::open();
    let (header, cookie) = (house.sign_in(Cell::Jwt).await, house.sign_in(Cell::JwtCookie).await);
    let in_body = house.post(&format!("/token?refresh_token={}", refresh_token(&cookie))).send().await;
    assert!(refused(&in_body));
    let swapped = Held {
        cookies: vec![
            (JWT_COOKIE.to_owned(), header.jwt().to_owned()),
            (REFRESH_COOKIE.to_owned(), refresh_token(&header).to_owned()),
        ],
        ..Held::default()
    };
    assert!(refused(&house.refresh(&swapped).await));
    for held in [header, cookie] {
        assert_eq!(family(&house, &held).await.counter, Counter::new(0));
        after(&house.refresh(&held).await);
    }
}

#[tokio::test]
async fn a_session_past_its_deadline_is_expired_and_nothing_is_reused() {
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let lifetimes = Lifetimes { idle: Duration::from_mins(10), absolute: Duration::from_mins(15) };
        for (used, left) in [(false, Duration::from_mins(10)), (true, Duration::from_mins(6))] {
            let house = with_built_in(|client| (client.sessions.header, client.sessions.browser) = (lifetimes, lifetimes));
            let mut held = house.sign_in(cell).await;
            if used {
                house.later(Duration::from_mins(9));
                held = Held { session: held.session, ..after(&house.refresh(&held).await) };
            }
            house.later_almost(left);
            let in_time = house.refresh(&held).await;
            let spent = held;
            held = Held { session: spent.session, ..after(&in_time) };
            if used {
                house.later(MILLISECOND);
            } else {
                house.later(Duration::from_mins(10));
            }
            house.events();
            assert!(refused(&house.refresh(&held).await), "{cell:?} {used}");
            assert!(refused(&house.refresh(&spent).await), "{cell:?} {used}");
            assert!(house.events().is_empty(), "{cell:?} {used}");
        }
    }
}

#[tokio::test]
async fn the_token_of_an_ended_session_is_expired() {
    for (kind, house) in over_each_store() {
        for cell in [Cell::Jwt, Cell::JwtCookie] {
            let held = house.sign_in(cell).await;
            house.auth.end_session(held.id(), EndCause::EndedByOperator).await.unwrap();
            house.events();
            assert!(refused(&house.refresh(&held).await), "{kind} {cell:?}");
            assert!(house.events().is_empty());
        }
    }
}

#[tokio::test]
async fn a_spent_token_earns_the_same_successor_within_the_window_and_ends_the_session_after_it() {
    for (kind, house) in over_each_store() {
        for (cell, window) in [(Cell::Jwt, 30), (Cell::JwtCookie, 120)] {
            let first = house.sign_in(cell).await;
            let second = after(&house.refresh(&first).await);
            house.later_almost(Duration::from_secs(window));
            house.events();
            let again = after(&house.refresh(&first).await);
            assert_eq!(refresh_token(&again), refresh_token(&second), "{kind} {cell:?}: one tip, never a fork");
            assert_ne!(claims_of(again.jwt())["jti"], claims_of(second.jwt())["jti"]);
            assert_eq!(family(&house, &first).await.counter, Counter::new(1), "a repeat writes nothing");
            let repeated = SecurityEvent::TokenRepeated {
                session: first.id(),
                from: Some("203.0.113.0/24".parse().unwrap()),
                elsewhere: false,
            };
            assert_eq!(house.events(), [repeated], "{kind}");

            house.later(MILLISECOND);
            assert!(refused(&house.refresh(&first).await), "{kind} {cell:?}");
            let mut names = house.event_names();
            names.sort_unstable();
            assert_eq!(names, ["session_ended", "token_reused"], "{kind} {cell:?}");
            for held in [&first, &second, &again] {
                assert!(!house.takes(held).await, "{kind} {cell:?}: all under it ends");
                assert!(refused(&house.refresh(held).await));
            }
            let ended = house.auth.store().unwrap().find_ended(first.id()).await.unwrap().unwrap();
            assert_eq!(ended.ending.cause, EndCause::TokenReused);
        }
    }
}

#[tokio::test]
async fn an_older_token_than_the_last_is_reused_even_within_the_window() {
    let house = House::open();
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let first = house.sign_in(cell).await;
        let second = after(&house.refresh(&first).await);
        let third = after(&house.refresh(&second).await);
        assert!(refused(&house.refresh(&first).await), "{cell:?}");
        assert!(refused(&house.refresh(&third).await), "{cell:?}");
        assert!(house.row(first.id()).await.is_none());
    }
}

#[tokio::test]
async fn a_window_of_zero_makes_every_second_use_reuse() {
    let house = with_built_in(|client| client.refresh.retry_window = Duration::ZERO);
    let held = house.sign_in(Cell::Jwt).await;
    after(&house.refresh(&held).await);
    assert!(refused(&house.refresh(&held).await));
    assert!(house.event_names().contains(&"token_reused"));
}

#[tokio::test]
async fn a_repeat_says_when_it_comes_from_another_network() {
    let house = House::open();
    let held = house.sign_in(Cell::Jwt).await;
    after(&house.refresh(&held).await);
    for (peer, elsewhere) in [("203.0.113.200", false), ("198.51.100.1", true)] {
        house.events();
        let ask = house.post(&format!("/token?refresh_token={}", refresh_token(&held))).from(peer);
        assert_eq!(ask.send().await.status, 200);
        let events = house.events();
        assert!(matches!(events[..], [SecurityEvent::TokenRepeated { elsewhere: seen, .. }] if seen == elsewhere), "{peer}");
    }
    let strict = with_built_in(|client| client.refresh.elsewhere_is_reuse = true);
    let held = strict.sign_in(Cell::Jwt).await;
    after(&strict.refresh(&held).await);
    let elsewhere = strict.post(&format!("/token?refresh_token={}", refresh_token(&held))).from("198.51.100.1");
    assert!(refused(&elsewhere.send().await));
}

#[tokio::test]
async fn a_token_ahead_of_the_store_is_ours_and_the_store_has_forgotten() {
    let house = House::open();
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let first = house.sign_in(cell).await;
        let before = family(&house, &first).await;
        let second = after(&house.refresh(&first).await);
        let third = after(&house.refresh(&second).await);
        house.store.replace_family(&before, Counter::new(2)).await.unwrap();
        house.events();
        let fourth = after(&house.refresh(&third).await);
        assert_eq!(house.events(), [SecurityEvent::StateRolledBack { session: first.id() }], "{cell:?}");
        assert_eq!(family(&house, &first).await.counter, Counter::new(3));
        after(&house.refresh(&fourth).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_who_refresh_at_once_get_the_same_token() {
    for (kind, house) in over_each_store() {
        let house = Arc::new(house);
        let held = house.sign_in(Cell::Jwt).await;
        let requests: Vec<_> = (0..16)
            .map(|_| {
                let (house, held) = (Arc::clone(&house), held.clone());
                tokio::spawn(async move { after(&house.refresh(&held).await) })
            })
            .collect();
        let mut tokens = Vec::new();
        for request in requests {
            tokens.push(refresh_token(&request.await.unwrap()).to_owned());
        }
        tokens.dedup();
        assert_eq!(tokens.len(), 1, "{kind}");
        assert_eq!(family(&house, &held).await.counter, Counter::new(1), "{kind}");
    }
}

#[tokio::test]
async fn who_loses_a_rotation_is_judged_again_and_who_loses_twice_is_told_to_come_again() {
    for (lost, status) in [(1, 200), (2, 503)] {
        let house = House::over(Arc::new(QuietStore::that_loses(lost)));
        let held = house.sign_in(Cell::JwtCookie).await;
        let answer = house.refresh(&held).await;
        assert_eq!(answer.status, status, "{lost}");
        if status == 503 {
            assert_eq!((answer.text("next").as_deref(), answer.header("retry-after")), (Some("retry"), Some("1")));
            assert!(answer.set_cookies().is_empty(), "the losing answer never clears a cookie");
            after(&house.refresh(&held).await);
        }
    }
}

#[tokio::test]
async fn a_refresh_counts_as_use_unless_it_is_passive() {
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        for passive in [false, true] {
            let lifetimes = Lifetimes { idle: Duration::from_mins(6), absolute: Duration::from_hours(1) };
            let house = with_built_in(|client| (client.sessions.header, client.sessions.browser) = (lifetimes, lifetimes));
            let held = house.sign_in(cell).await;
            house.later(Duration::from_mins(3));
            let ask = match cell {
                Cell::Jwt => house.post(&format!("/token?passive={passive}&refresh_token={}", refresh_token(&held))),
                _ if passive => house.post("/api/v1/session/refresh").with(&held).ours().passive(),
                _ => house.post("/api/v1/session/refresh").with(&held).ours(),
            };
            let next = after(&ask.send().await);
            let expected = if passive { Duration::from_mins(6) } else { Duration::from_mins(8) };
            let exp = claims_of(next.jwt())["exp"].as_u64().unwrap();
            assert_eq!(exp, START.plus(expected).as_seconds(), "{cell:?} {passive}: no JWT outlives the idle deadline");
            house.later(Duration::from_mins(3));
            assert_eq!(house.refresh(&next).await.status == 200, !passive, "{cell:?}");
        }
    }
}

#[tokio::test]
async fn a_refresh_asks_for_less_and_never_for_more() {
    let house = House::open();
    let order = Order::of(Cell::Jwt).client("shop").scopes("orders:read orders:write");
    let mut held = house.sign_in_as(order).await;
    for (query, audience, scope) in [
        ("", API, json!("orders:read orders:write")),
        ("&audience=https://app.example", ORIGIN, json!("orders:read orders:write")),
        ("&scopes=orders:read%20users:delete", API, json!("orders:read")),
        ("", API, json!("orders:read orders:write")),
    ] {
        let answer = house.post(&format!("/token?client=shop{query}&refresh_token={}", refresh_token(&held))).send().await;
        held = after(&answer);
        let claims = claims_of(held.jwt());
        assert_eq!((&claims["aud"], &claims["scope"]), (&json!(audience), &scope), "{query}");
    }
}

#[tokio::test]
async fn a_rotation_moves_to_the_key_that_mints_and_a_repeat_does_not() {
    let key = |seed| MasterKey::generate(&SeededRandom::new(seed));
    let (old, new) = (key(11), key(12));
    let both = MasterKeys::parse(&format!("{}\n{}", new.to_line().expose(), old.to_line().expose())).unwrap();
    let (store, clock) = (Arc::new(MemoryStore::new()), FixedClock::at(START));
    let house = |keys: MasterKeys| House::built_at(ORIGIN, store.clone(), clock.clone(), |builder| builder.master_key(keys));
    let (before, now) = (house(MasterKeys::of(old.clone())), house(both));
    let first = before.sign_in(Cell::Jwt).await;
    let second = after(&before.refresh(&first).await);
    let repeated = after(&now.refresh(&first).await);
    assert_eq!(refresh_token(&repeated), refresh_token(&second));
    assert_eq!(family(&now, &first).await.key_id, old.id());
    let third = after(&now.refresh(&second).await);
    assert_eq!(family(&now, &first).await.key_id, new.id());
    assert!(refused(&before.refresh(&third).await), "a node without the new key has not minted it");
}

#[tokio::test]
async fn the_cookies_of_a_refresh_must_belong_together() {
    let house = House::open();
    let (held, other) = (house.sign_in(Cell::JwtCookie).await, house.sign_in(Cell::JwtCookie).await);
    house.events();
    let mixed = held.clone().without(REFRESH_COOKIE).beside(&other.clone().without(JWT_COOKIE));
    assert!(refused(&house.refresh(&mixed).await));
    let planted = SecurityEvent::PlantedRefreshCookie { session: held.id(), from: Some("203.0.113.0/24".parse().unwrap()) };
    assert_eq!(house.events(), [planted]);
    for held in [held, other] {
        assert_eq!(family(&house, &held).await.counter, Counter::new(0), "nothing changes");
        after(&house.refresh(&held).await);
    }
}

#[tokio::test]
async fn a_sibling_that_plants_refresh_cookies_signs_nobody_out() {
    let house = House::open();
    let mallory = house.sign_in_as(Order::of(Cell::JwtCookie).user("mallory")).await;
    let gone = house.sign_in_as(Order::of(Cell::JwtCookie).user("mallory")).await;
    house.delete("/api/v1/session").with(&gone).ours().send().await;
    let unheard_of = RefreshFamily { id: FamilyId::from_bytes([9; 16]), ..family(&house, &mallory).await };
    let keys = MasterKeys::of(MasterKey::generate(&SeededRandom::new(2)));
    let minted = RefreshToken::mint(&unheard_of, &keys).unwrap();
    for (what, planted, times) in [
        ("junk", "junk", 1),
        ("much junk", "junk", 40),
        ("a token of the sibling's own", refresh_token(&mallory), 1),
        ("many of the sibling's own", refresh_token(&mallory), 40),
        ("a token of a session that has ended", refresh_token(&gone), 1),
        ("a token of a family that is gone", minted.expose(), 1),
    ] {
        let held = house.sign_in(Cell::JwtCookie).await;
        house.events();
        let mut ask = house.post("/api/v1/session/refresh").ours();
        for _ in 0..times {
            ask = ask.cookie(REFRESH_COOKIE, planted);
        }
        after(&ask.with(&held).send().await);
        assert!(house.event_names().contains(&"planted_refresh_cookie"), "{what}");
        assert!(house.row(mallory.id()).await.is_some(), "{what}");
    }
}

#[tokio::test]
async fn a_refresh_reads_an_expired_jwt_with_a_good_signature_and_no_other() {
    let house = House::open();
    let held = house.sign_in(Cell::JwtCookie).await;
    house.later(Duration::from_mins(50));
    let refresh = refresh_token(&held);
    for (what, jwt) in [
        ("none", None),
        ("junk", Some("junk".to_owned())),
        ("a stranger's", Some(forged(held.jwt(), &[], "at+jwt", &signing_key(9)))),
        ("another audience's", Some(forged(held.jwt(), &[("aud", json!(API))], "at+jwt", &house.key))),
    ] {
        let mut ask = house.post("/api/v1/session/refresh").cookie(REFRESH_COOKIE, refresh).ours();
        if let Some(jwt) = jwt {
            ask = ask.cookie(JWT_COOKIE, &jwt);
        }
        assert!(refused(&ask.send().await), "{what}");
    }
    after(&house.refresh(&held).await);
}

#[tokio::test]
async fn outside_all_refusals_are_one() {
    let house = House::open();
    let cookie = |jwt: &str, refresh: &str| Held {
        cookies: vec![(JWT_COOKIE.to_owned(), jwt.to_owned()), (REFRESH_COOKIE.to_owned(), refresh.to_owned())],
        ..Held::default()
    };
    let (ended, reused) = (house.sign_in(Cell::JwtCookie).await, house.sign_in(Cell::JwtCookie).await);
    house.delete("/api/v1/session").with(&ended).ours().send().await;
    after(&house.refresh(&reused).await);
    house.later(Duration::from_mins(3));
    let live = house.sign_in(Cell::JwtCookie).await;
    let expected = house.refresh(&cookie(live.jwt(), "junk")).await.seen_from_outside();
    for (what, held) in [
        ("ended", ended.clone()),
        ("reused", reused),
        ("another's", cookie(live.jwt(), refresh_token(&ended))),
        ("nothing", Held::default()),
        ("a session cookie", house.sign_in(Cell::Cookie).await),
    ] {
        assert_eq!(house.refresh(&held).await.seen_from_outside(), expected, "{what}");
    }
    assert!(!expected.1.contains(SESSION_COOKIE));
}
