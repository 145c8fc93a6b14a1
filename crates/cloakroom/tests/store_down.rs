//! The store is down: what memory can answer goes on, everything else is 503, and never "nobody" and never "allowed".

use std::sync::Arc;
use std::time::Duration;

use cloakroom::session::{Cell, EndCause, MemoryStore};
use cloakroom::{AuthError, FixedClock};
use http::Method;

use crate::house::{Answer, Held, House, ORIGIN, Order, QuietStore, START, ada};

fn unavailable(answer: &Answer) {
    assert_eq!(answer.outcome(), (503, "store_unavailable".to_owned()), "{}", answer.body);
    assert_eq!((answer.json()["next"].as_str(), answer.header("retry-after")), (Some("retry"), Some("1")));
    assert!(answer.set_cookies().is_empty());
}

#[tokio::test]
async fn a_session_that_is_not_in_memory_is_503_and_never_nobody() {
    let house = House::open();
    for cell in [Cell::Cookie, Cell::Token] {
        let held = house.sign_in(cell).await;
        house.store.switch(false);
        for path in ["/me", "/maybe", "/page", "/needs/anybody", "/needs/row"] {
            unavailable(&house.get(path).with(&held).send().await);
            unavailable(&house.get(path).with(&held).navigating().send().await);
        }
        house.store.switch(true);
        assert!(house.takes(&held).await, "it recovers by itself");
    }
}

#[tokio::test]
async fn a_session_in_memory_goes_on_until_its_own_deadlines() {
    let house = House::open();
    for cell in [Cell::Cookie, Cell::Token] {
        let held = house.sign_in(cell).await;
        assert!(house.takes(&held).await);
        house.store.switch(false);
        assert!(house.takes(&held).await, "{cell:?}");
        assert_eq!(house.get("/needs/row").with(&held).send().await.status, 200, "{cell:?}: this process alone writes");
        house.later(Duration::from_hours(24 * 7));
        assert!(!house.takes(&held).await, "{cell:?}");
        house.store.switch(true);
    }
}

#[tokio::test]
async fn a_store_that_others_write_too_is_asked_each_time() {
    let house = House::over(Arc::new(QuietStore::shared()));
    let held = house.sign_in(Cell::Cookie).await;
    assert!(house.takes(&held).await);
    house.store.switch(false);
    unavailable(&house.get("/me").with(&held).send().await);
}

#[tokio::test]
async fn a_jwt_goes_on_until_it_expires() {
    let house = House::open();
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let held = house.sign_in(cell).await;
        house.store.switch(false);
        assert!(house.takes(&held).await, "{cell:?}");
        house.later(Duration::from_mins(5));
        assert_eq!(house.get("/me").with(&held).send().await.outcome(), (401, "token_expired".to_owned()), "{cell:?}");
        house.store.switch(true);
    }
}

#[tokio::test]
async fn no_jwt_counts_before_it_is_known_which_sessions_have_ended() {
    let (store, clock) = (Arc::new(MemoryStore::new()), FixedClock::at(START));
    let house = || House::built_at(ORIGIN, store.clone(), clock.clone(), |builder| builder);
    let before = house();
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let held = before.sign_in(cell).await;
        let restarted = house();
        restarted.store.switch(false);
        for path in ["/me", "/maybe", "/page"] {
            unavailable(&restarted.get(path).with(&held).send().await);
        }
        assert!(matches!(restarted.auth.load().await, Err(AuthError::Unavailable(_))));
        restarted.store.switch(true);
        assert!(restarted.takes(&held).await, "{cell:?}");
        restarted.store.switch(false);
        assert!(restarted.takes(&held).await, "{cell:?}: what was read once is known");
    }
}

#[tokio::test]
async fn nobody_signs_in_steps_up_or_refreshes() {
    let house = House::open();
    let mut held = Vec::new();
    for cell in Cell::ALL {
        held.push((cell, house.sign_in(cell).await));
        assert!(house.takes(&held.last().unwrap().1).await);
    }
    house.events();
    house.store.switch(false);
    for (cell, held) in &held {
        unavailable(&house.post(&Order::of(*cell).path()).send().await);
        unavailable(&house.post("/step-up").with(held).ours().send().await);
    }
    for (_, held) in &held[2..] {
        unavailable(&house.refresh(held).await);
    }
    house.later(Duration::from_mins(5));
    let resume = house.get("/api/v1/session/resume?return_to=/page").with(&held[3].1).navigating();
    unavailable(&resume.send().await);
    assert!(house.events().is_empty(), "nothing is recorded that did not happen");
    house.store.switch(true);
    assert_eq!(house.rows().await.len(), 4);
    assert_eq!(house.refresh(&held[3].1).await.status, 200, "nothing was spent");
}

#[tokio::test]
async fn a_sign_out_that_cannot_be_recorded_never_pretends() {
    let house = House::open();
    for cell in Cell::ALL {
        let held = house.sign_in(cell).await;
        assert!(house.takes(&held).await);
        house.store.switch(false);
        unavailable(&house.ask(Method::DELETE, "/api/v1/session").with(&held).ours().send().await);
        house.store.switch(true);
        assert!(house.takes(&held).await, "{cell:?}: it has not ended, and says so");
        assert_eq!(house.delete("/api/v1/session").with(&held).ours().send().await.status, 204);
        assert!(!house.takes(&held).await);
    }
}

#[tokio::test]
async fn whoever_ends_sessions_is_told() {
    let house = House::open();
    let held = house.sign_in(Cell::Cookie).await;
    house.store.switch(false);
    let one = house.auth.end_session(held.id(), EndCause::EndedByOperator).await;
    let all = house.auth.end_all_sessions(&ada(), None, EndCause::AccountDisabled).await;
    assert!(matches!((one, all), (Err(AuthError::Unavailable(_)), Err(AuthError::Unavailable(_)))));
    assert!(matches!(house.auth.prove_store().await, Err(AuthError::Unavailable(_))));
    house.store.switch(true);
    assert!(house.auth.prove_store().await.is_ok() && house.takes(&held).await);
}

#[tokio::test]
async fn an_exchange_from_memory_needs_no_store() {
    let house = House::open();
    let held = house.sign_in(Cell::Token).await;
    assert!(house.takes(&held).await);
    house.store.switch(false);
    let answer = house.post("/api/v1/session/tokens").with(&held).send().await;
    let jwt = Held { access_token: answer.text("access_token"), ..Held::default() };
    assert!(house.takes(&jwt).await);
}

#[tokio::test]
async fn requests_that_present_nothing_go_on() {
    let house = House::open();
    house.store.switch(false);
    assert_eq!(house.get("/maybe").send().await.status, 200);
    assert_eq!(house.get("/me").send().await.status, 401);
    assert_eq!(house.get("/me").bearer("junk").send().await.status, 401, "junk is refused without a look-up");
}
