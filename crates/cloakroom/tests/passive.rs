//! What counts as use of a session, and to which millisecond its deadlines hold.

use std::time::Duration;

use cloakroom::session::{Cell, Lifetimes};
use http::Method;

use crate::house::{Held, House, MILLISECOND, START, over_each_store, with_built_in};

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn the_idle_limit_is_exact_to_the_millisecond() {
    for (kind, house) in over_each_store() {
        for (cell, idle) in [(Cell::Cookie, HOUR), (Cell::Token, HOUR * 24 * 7)] {
            let held = house.sign_in(cell).await;
            for _ in 0..3 {
                house.later_almost(idle);
                assert!(house.takes(&held).await, "{kind} {cell:?}");
            }
            house.later(idle);
            let refused = house.get("/me").with(&held).send().await;
            assert_eq!(refused.outcome(), (401, "not_signed_in".to_owned()), "{kind} {cell:?}");
            assert!(!house.takes(&held).await, "a look at a dead session does not revive it");
        }
    }
}

#[tokio::test]
async fn the_absolute_limit_is_exact_however_much_a_session_is_used() {
    for (kind, house) in over_each_store() {
        let held = house.sign_in(Cell::Cookie).await;
        for _ in 0..47 {
            house.later(HOUR / 2);
            assert!(house.takes(&held).await, "{kind}");
        }
        house.later_almost(HOUR / 2);
        assert!(house.takes(&held).await, "{kind}");
        house.later(MILLISECOND);
        assert!(!house.takes(&held).await, "{kind}");
    }
}

#[tokio::test]
async fn what_was_used_survives_a_flush_a_sweep_and_a_restart() {
    let house = House::open();
    let held = house.sign_in(Cell::Cookie).await;
    house.later_almost(HOUR);
    assert!(house.takes(&held).await);
    house.later_almost(HOUR);
    let store = house.auth.store().unwrap();
    assert_eq!(store.sweep(house.now(), 100).await.unwrap(), 0, "the last use is written before anything is swept");
    store.flush_all(house.now()).await.unwrap();
    let restarted = House::built_at(crate::house::ORIGIN, house.store.clone(), house.clock.clone(), |builder| builder);
    assert!(restarted.takes(&held).await);
    house.later(HOUR + Duration::from_secs(11));
    assert_eq!(restarted.auth.store().unwrap().sweep(house.now(), 100).await.unwrap(), 1);
}

#[tokio::test]
async fn a_page_that_polls_does_not_defeat_the_idle_limit() {
    for (kind, house) in over_each_store() {
        for cell in [Cell::Cookie, Cell::Token] {
            let idle = if cell == Cell::Cookie { HOUR } else { HOUR * 24 * 7 };
            let held = house.sign_in(cell).await;
            for _ in 0..3 {
                house.later(idle / 4);
                assert_eq!(house.get("/me").with(&held).passive().send().await.status, 200, "{kind} {cell:?}");
            }
            house.later_almost(idle / 4);
            assert_eq!(house.get("/me").with(&held).passive().send().await.status, 200, "{kind} {cell:?}");
            house.later(MILLISECOND);
            assert_eq!(house.get("/me").with(&held).passive().send().await.status, 401, "{kind} {cell:?}");
        }
    }
}

/// Whether a request just before the idle deadline moved it.
async fn counts_as_use(house: &House, held: &Held, ask: crate::house::Ask<'_>) -> bool {
    house.later_almost(HOUR);
    assert_eq!(ask.send().await.status, 200);
    house.later(MILLISECOND);
    house.takes(held).await
}

#[tokio::test]
async fn the_header_means_nothing_with_another_value_or_on_another_request() {
    for (what, method, path, value, counts) in [
        ("a safe method", Method::GET, "/me", "1", false),
        ("another safe method", Method::HEAD, "/me", "1", false),
        ("an exchange", Method::POST, "/api/v1/session/tokens", "1", false),
        ("another value", Method::GET, "/me", "true", true),
        ("no value", Method::GET, "/me", "", true),
        ("two digits", Method::GET, "/me", "11", true),
        ("an unsafe method", Method::POST, "/me", "1", true),
        ("a step-up", Method::POST, "/needs/session", "1", true),
    ] {
        let house = House::open();
        let held = house.sign_in(Cell::Cookie).await;
        let ask = house.ask(method, path).with(&held).ours().header("cloakroom-passive", value);
        assert_eq!(counts_as_use(&house, &held, ask).await, counts, "{what}");
    }
}

#[tokio::test]
async fn a_passive_request_from_another_network_counts_as_use() {
    for (peer, counts) in [("203.0.113.7", false), ("203.0.113.250", false), ("203.0.114.7", true), ("2001:db8::1", true)] {
        let house = House::open();
        let held = house.sign_in(Cell::Cookie).await;
        let ask = house.get("/me").with(&held).passive().from(peer);
        assert_eq!(counts_as_use(&house, &held, ask).await, counts, "{peer}");
        let seen = house.rows().await[0].seen_from.unwrap().to_string();
        assert_eq!(seen, "203.0.113.7", "the last use was from the first place again, or nothing moved it");
    }
}

#[tokio::test]
async fn a_thief_cannot_hide_behind_the_header() {
    let house = House::open();
    let held = house.sign_in(Cell::Cookie).await;
    house.later(Duration::from_secs(1));
    house.get("/me").with(&held).passive().from("198.51.100.9").send().await;
    let row = &house.rows().await[0];
    assert_eq!((row.seen_from.unwrap().to_string().as_str(), row.seen_at), ("198.51.100.9", house.now()));
}

#[tokio::test]
async fn verifying_a_jwt_touches_nothing() {
    let house = with_built_in(|client| {
        client.sessions.header = Lifetimes { idle: Duration::from_mins(6), absolute: HOUR };
        client.sessions.browser = client.sessions.header;
    });
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let held = house.sign_in(cell).await;
        let start = house.now();
        house.later(Duration::from_mins(4));
        house.store.switch(false);
        assert!(house.takes(&held).await);
        house.store.switch(true);
        assert_eq!(house.row(held.id()).await.unwrap().seen_at, start, "{cell:?}");
        house.later(Duration::from_mins(2));
        assert_eq!(house.refresh(&held).await.status, 401, "{cell:?}: the session was idle");
    }
}

#[tokio::test]
async fn the_context_says_when_and_from_where_a_request_came() {
    let house = House::open();
    let answer = house.get("/where").from("2001:db8::9").header("user-agent", "a browser").send().await.json();
    assert_eq!(answer["now"], START.as_millis());
    assert_eq!((answer["client"].as_str(), answer["agent"].as_str()), (Some("2001:db8::9"), Some("a browser")));
}
