//! What routes ask of their callers.

use std::time::Duration;

use cloakroom::session::{AuthMethod, AuthMethods, Cell, EndCause, Lifetimes, Scopes};
use cloakroom::{Principal, Requirement, Timestamp};

use crate::house::{Held, House, MILLISECOND, Order, ada, over_each_store};

fn refusal(code: &'static str, status: u16) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn each_requirement_refuses_with_its_own_code() {
    let house = House::open();
    for cell in Cell::ALL {
        let plain = house.sign_in(cell).await;
        let scoped = house.sign_in_as(Order::of(cell).scopes("orders:read")).await;
        let is_session = matches!(cell, Cell::Cookie | Cell::Token);
        for (path, held, outcome) in [
            ("/needs/anybody", &plain, refusal("", 200)),
            ("/needs/session", &plain, if is_session { refusal("", 200) } else { refusal("not_signed_in", 401) }),
            ("/needs/scope", &plain, refusal("insufficient_scope", 403)),
            ("/needs/scope", &scoped, refusal("", 200)),
            ("/needs/recent", &plain, refusal("", 200)),
            ("/needs/row", &plain, refusal("", 200)),
            ("/needs/all", &scoped, if is_session { refusal("", 200) } else { refusal("not_signed_in", 401) }),
            ("/needs/all", &plain, if is_session { refusal("insufficient_scope", 403) } else { refusal("not_signed_in", 401) }),
        ] {
            assert_eq!(house.get(path).with(held).send().await.outcome(), outcome, "{cell:?} {path}");
        }
    }
}

#[tokio::test]
async fn nobody_meets_no_requirement() {
    let house = House::open();
    for path in ["/needs/anybody", "/needs/session", "/needs/scope", "/needs/recent", "/needs/row", "/needs/all"] {
        assert_eq!(house.get(path).send().await.outcome(), refusal("not_signed_in", 401), "{path}");
        assert_eq!(house.get(path).bearer("junk").send().await.outcome(), refusal("not_signed_in", 401), "{path}");
    }
}

#[tokio::test]
async fn a_proof_is_recent_for_as_long_as_was_asked_and_a_step_up_renews_it() {
    let house = House::open();
    for cell in [Cell::Cookie, Cell::Token] {
        let held = house.sign_in(cell).await;
        house.later(Duration::from_mins(5));
        assert_eq!(house.get("/needs/recent").with(&held).send().await.status, 200, "{cell:?}");
        house.later(MILLISECOND);
        let answer = house.get("/needs/recent").with(&held).send().await;
        assert_eq!(answer.outcome(), refusal("step_up_required", 401), "{cell:?}");
        assert_eq!(answer.json()["next"], "step_up");
        let challenge = "Bearer error=\"insufficient_user_authentication\", max_age=\"300\"";
        assert_eq!(answer.header("www-authenticate"), Some(challenge));
        let stepped_up = Held::from(&house.post("/step-up").with(&held).ours().send().await);
        assert_eq!(house.get("/needs/recent").with(&stepped_up).send().await.status, 200, "{cell:?}");
    }
}

#[tokio::test]
async fn a_jwt_keeps_its_time_of_proof_until_it_is_refreshed() {
    let house = House::open();
    let held = house.sign_in(Cell::Jwt).await;
    house.later(Duration::from_mins(4));
    let refreshed = Held::from(&house.refresh(&held).await);
    assert_eq!(house.get("/needs/recent").with(&refreshed).send().await.status, 200);
    house.later(Duration::from_mins(1));
    assert_eq!(house.get("/needs/recent").with(&refreshed).send().await.outcome(), refusal("step_up_required", 401));
}

#[tokio::test]
async fn a_client_whose_sessions_fall_idle_before_their_tokens_expire_is_refused() {
    let origin: cloakroom::Origin = "https://app.example".parse().unwrap();
    let mut client = cloakroom::Client::built_in(&origin);
    for (idle, fits) in [(Duration::from_mins(5), false), (Duration::from_secs(301), true)] {
        client.sessions.header = Lifetimes { idle, absolute: Duration::from_hours(1) };
        let built = cloakroom::Auth::builder(origin.clone())
            .sessions(cloakroom::session::MemoryStore::new())
            .signing_key(cloakroom::jwt::SigningKey::generate(cloakroom::jwt::Algorithm::EdDsa, &cloakroom::OsRandom).unwrap())
            .clients(cloakroom::Clients::new(&origin, [client.clone()]))
            .build();
        assert_eq!(built.is_ok(), fits, "{idle:?}");
    }
}

#[tokio::test]
async fn a_route_that_reads_the_row_refuses_whoever_was_ended() {
    for (kind, house) in over_each_store() {
        for cell in Cell::ALL {
            let held = house.sign_in(cell).await;
            assert_eq!(house.get("/needs/row").with(&held).send().await.status, 200, "{kind} {cell:?}");
            house.auth.end_session(held.id(), EndCause::EndedElsewhere).await.unwrap();
            assert_eq!(house.get("/needs/row").with(&held).send().await.outcome(), refusal("not_signed_in", 401), "{kind}");
        }
    }
}

#[tokio::test]
async fn a_route_that_reads_the_row_does_not_guess_while_the_store_is_down() {
    let house = House::open();
    let held = house.sign_in(Cell::Jwt).await;
    house.store.switch(false);
    assert_eq!(house.get("/needs/row").with(&held).send().await.outcome(), refusal("store_unavailable", 503));
    assert_eq!(house.get("/needs/anybody").with(&held).send().await.status, 200);
}

#[tokio::test]
async fn a_route_without_the_layer_lets_nobody_in() {
    let house = House::open();
    let held = house.sign_in(Cell::Cookie).await;
    for path in ["/without-layer", "/require-without-layer"] {
        assert_eq!(house.get(path).with(&held).send().await.status, 500, "{path}");
    }
}

#[tokio::test]
async fn a_scheme_of_an_applications_own_is_no_session() {
    let house = House::open();
    let caller = Principal::of_scheme(
        ada(),
        house.auth.clients().built_in().id.clone(),
        Scopes::parse("orders:read").unwrap(),
        AuthMethods::of([AuthMethod::Password]),
        Timestamp::ZERO,
    );
    for (requirement, met) in [
        (Requirement::signed_in(), true),
        (Requirement::scope("orders:read"), true),
        (Requirement::session(), false),
        (Requirement::authenticated_within(Duration::from_mins(5)), false),
        (Requirement::authoritative(), false),
    ] {
        let answer = house.auth.confirm(&requirement, &caller, house.now()).await;
        assert_eq!(answer.is_ok(), met, "{requirement:?}");
    }
}
