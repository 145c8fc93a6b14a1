//! A session is exchanged for a short JWT, which is remembered until 80 % of its life and dropped when the session ends or changes.

use std::time::Duration;

use cloakroom::session::{Cell, EndCause, Lifetimes};
use serde_json::json;

use crate::house::{API, Held, House, MILLISECOND, ORIGIN, Order, START, claims_of, over_each_store, with_built_in};

const TOKENS: &str = "/api/v1/session/tokens";

async fn exchanged(house: &House, held: &Held, query: &str) -> String {
    let answer = house.post(&format!("{TOKENS}{query}")).with(held).ours().send().await;
    answer.text("access_token").unwrap_or_else(|| panic!("{}", answer.body))
}

async fn shopping(house: &House) -> Held {
    house.sign_in_as(Order::of(Cell::Token).client("shop").scopes("orders:read orders:write")).await
}

#[tokio::test]
async fn a_session_gets_a_jwt_for_an_audience_of_its_client() {
    let house = House::open();
    let held = shopping(&house).await;
    for (query, audience) in [("", API), ("?audience=https://api.example", API), ("?audience=https://app.example", ORIGIN)] {
        let claims = claims_of(&exchanged(&house, &held, query).await);
        assert_eq!((&claims["aud"], &claims["sid"]), (&json!(audience), &json!(held.id())), "{query}");
        assert_eq!(claims["client_id"], "shop");
    }
    for query in ["?audience=https://evil.example", "?audience=", "?audience=https://api.example/"] {
        let answer = house.post(&format!("{TOKENS}{query}")).with(&held).send().await;
        assert_eq!(answer.outcome(), (400, "invalid_target".to_owned()), "{query}");
    }
}

#[tokio::test]
async fn a_jwt_takes_of_the_sessions_scopes_what_was_asked_for() {
    let house = House::open();
    let held = shopping(&house).await;
    for (query, scope) in [
        ("", json!("orders:read orders:write")),
        ("?scopes=orders:read", json!("orders:read")),
        ("?scopes=orders:read%20users:delete", json!("orders:read")),
        ("?scopes=users:delete", json!(null)),
    ] {
        assert_eq!(claims_of(&exchanged(&house, &held, query).await)["scope"], scope, "{query}");
    }
}

#[tokio::test]
async fn an_exchange_takes_session_proofs_alone() {
    let house = House::open();
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let held = house.sign_in(cell).await;
        let answer = house.post(TOKENS).with(&held).ours().send().await;
        assert_eq!(answer.outcome(), (401, "not_signed_in".to_owned()), "{cell:?}");
    }
    let cookie = house.sign_in(Cell::Cookie).await;
    assert_eq!(house.post(TOKENS).with(&cookie).send().await.outcome(), (403, "cross_origin".to_owned()));
    let jwt = exchanged(&house, &cookie, "").await;
    assert_eq!(house.get("/me").bearer(&jwt).send().await.json()["cell"], "jwt");
}

#[tokio::test]
async fn the_same_token_is_handed_out_until_eighty_percent_of_its_life() {
    let house = House::open();
    let held = house.sign_in(Cell::Token).await;
    let first = exchanged(&house, &held, "").await;
    // Its life is counted to its expiry, which is a whole second.
    let life = claims_of(&first)["exp"].as_u64().unwrap() * 1_000 - START.as_millis();
    let until = Duration::from_millis(life * 8 / 10);
    house.later_almost(until);
    assert_eq!(exchanged(&house, &held, "").await, first);
    house.later(MILLISECOND);
    let second = exchanged(&house, &held, "").await;
    assert_ne!(second, first);
    assert_ne!(claims_of(&second)["jti"], claims_of(&first)["jti"]);
    assert_eq!(exchanged(&house, &held, "").await, second);
}

#[tokio::test]
async fn a_remembered_token_is_for_one_session_audience_and_set_of_scopes() {
    let house = House::open();
    let (held, other) = (shopping(&house).await, shopping(&house).await);
    let first = exchanged(&house, &held, "").await;
    for query in ["?audience=https://app.example", "?scopes=orders:read"] {
        let token = exchanged(&house, &held, query).await;
        assert_ne!(token, first, "{query}");
        assert_eq!(exchanged(&house, &held, query).await, token, "{query}: each is remembered");
    }
    assert_ne!(exchanged(&house, &other, "").await, first);
    assert_eq!(exchanged(&house, &held, "").await, first);
}

#[tokio::test]
async fn a_remembered_token_dies_with_its_session_and_changes_with_it() {
    for (kind, house) in over_each_store() {
        let held = house.sign_in(Cell::Token).await;
        let first = exchanged(&house, &held, "").await;
        let stepped_up = Held::from(&house.post("/step-up").with(&held).send().await);
        house.later(Duration::from_secs(1));
        let second = exchanged(&house, &stepped_up, "").await;
        assert_ne!(second, first, "{kind}");
        assert_eq!(house.get("/me").bearer(&second).send().await.status, 200, "{kind}");
        house.auth.end_session(held.id(), EndCause::EndedByOperator).await.unwrap();
        for token in [&first, &second] {
            assert_eq!(house.get("/me").bearer(token).send().await.outcome(), (401, "not_signed_in".to_owned()), "{kind}");
        }
        assert_eq!(house.post(TOKENS).with(&stepped_up).send().await.status, 401, "{kind}");
    }
}

#[tokio::test]
async fn a_token_for_a_passive_request_ends_with_the_idle_time_and_is_nobody_elses() {
    let house = with_built_in(|client| {
        client.sessions.header = Lifetimes { idle: Duration::from_secs(400), absolute: Duration::from_hours(1) };
    });
    let held = house.sign_in(Cell::Token).await;
    house.later(Duration::from_secs(200));
    let passive = house.post(TOKENS).with(&held).passive().send().await.text("access_token").unwrap();
    assert_eq!(claims_of(&passive)["exp"], START.plus(Duration::from_secs(400)).as_seconds());
    let active = exchanged(&house, &held, "").await;
    assert_eq!(claims_of(&active)["exp"], START.plus(Duration::from_secs(500)).as_seconds());
    let again = house.post(TOKENS).with(&held).passive().send().await.text("access_token").unwrap();
    assert_ne!(again, active);
}

#[tokio::test]
async fn a_page_that_polls_for_tokens_does_not_keep_its_session_alive() {
    let house = House::open();
    let held = house.sign_in(Cell::Cookie).await;
    for _ in 0..11 {
        house.later(Duration::from_mins(5));
        let token = house.post(TOKENS).with(&held).ours().passive().send().await.text("access_token").unwrap();
        let exp = claims_of(&token)["exp"].as_u64().unwrap();
        assert!(exp <= START.plus(Duration::from_hours(1)).as_seconds());
    }
    house.later(Duration::from_mins(5));
    assert_eq!(house.post(TOKENS).with(&held).ours().passive().send().await.status, 401);
}

#[tokio::test]
async fn no_exchanged_token_outlives_the_absolute_deadline() {
    let house = with_built_in(|client| {
        client.sessions.header = Lifetimes { idle: Duration::from_mins(10), absolute: Duration::from_mins(6) };
    });
    let held = house.sign_in(Cell::Token).await;
    house.later(Duration::from_mins(3));
    let claims = claims_of(&exchanged(&house, &held, "").await);
    assert_eq!(claims["exp"], START.plus(Duration::from_mins(6)).as_seconds());
}
