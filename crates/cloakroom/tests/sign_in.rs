//! Signing in and stepping up: which cookies are set and cleared, what is replaced, and how long a former secret serves.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use cloakroom::jwt::{KeyRing, KeyRingHandle, KeyState, RingEntry, RingKey};
use cloakroom::session::{
    AuthMethod, Cell, ClientId, EndCause, Lifetimes, MemoryStore, OnLimit, RefreshStore as _, SessionLimit,
};
use cloakroom::{
    Client, Clients, Clock as _, Delivery, FixedClock, RequestContext, SecurityEvent, SeededRandom, SignIn, TrustedProxies,
    signed_in_event,
};
use serde_json::json;

use crate::house::{
    Held, House, JWT_COOKIE, MILLISECOND, ORIGIN, Order, REFRESH_COOKIE, SESSION_COOKIE, START, ada, claims_of, forged,
    over_each_store, shop, signing_key, with_built_in, written,
};

const IN_COOKIES: [Cell; 2] = [Cell::Cookie, Cell::JwtCookie];
const IN_HEADERS: [Cell; 2] = [Cell::Token, Cell::Jwt];

#[tokio::test]
async fn a_sign_in_sets_the_cookies_of_its_cell_and_no_other() {
    let house = House::open();
    for (cell, cookies) in [
        (Cell::Cookie, &["__Host-Http-cloakroom=…; Path=/; Secure; HttpOnly; SameSite=Lax"] as &[&str]),
        (
            Cell::JwtCookie,
            &[
                "__Host-Http-cloakroom-jwt=…; Path=/; Secure; HttpOnly; SameSite=Lax",
                "__Secure-cloakroom-refresh=…; Path=/api/v1/session; Secure; HttpOnly; SameSite=Lax",
            ],
        ),
        (Cell::Token, &[]),
        (Cell::Jwt, &[]),
    ] {
        let answer = house.post(&Order::of(cell).path()).send().await;
        assert_eq!(answer.blanked_cookies(), cookies, "{cell:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{cell:?}");
        let held = Held::from(&answer);
        assert_eq!(held.session_token.is_some(), cell == Cell::Token);
        assert_eq!((held.access_token.is_some(), held.refresh_token.is_some()), (cell == Cell::Jwt, cell == Cell::Jwt));
        assert!(house.takes(&held).await, "{cell:?}");
    }
}

#[tokio::test]
async fn the_session_cookie_holds_the_session_token_and_is_under_two_hundred_bytes() {
    let house = House::open();
    let answer = house.post(&Order::of(Cell::Cookie).remembered().path()).send().await;
    let held = Held::from(&answer);
    assert!(held.cookie(SESSION_COOKIE).starts_with("crs_"));
    assert_eq!(held.cookie(SESSION_COOKIE).len(), 74);
    assert!(answer.set_cookies()[0].len() < 200);
}

#[tokio::test]
async fn a_remembered_browser_keeps_both_cookies_to_the_absolute_deadline() {
    let house = House::open();
    for cell in IN_COOKIES {
        let answer = house.post(&Order::of(cell).remembered().path()).send().await;
        for cookie in answer.set_cookies() {
            assert!(cookie.contains("; Max-Age=2592000;"), "{cookie}");
        }
        let forgotten = house.post(&Order::of(cell).path()).send().await;
        assert!(forgotten.set_cookies().iter().all(|cookie| !cookie.contains("Max-Age") && !cookie.contains("Expires")));
    }
    let held = house.sign_in_as(Order::of(Cell::JwtCookie).remembered()).await;
    house.later(Duration::from_hours(24));
    for cookie in house.refresh(&held).await.set_cookies() {
        assert!(cookie.contains("; Max-Age=2505600;"), "the deadline does not move: {cookie}");
    }
}

#[tokio::test]
async fn each_cell_has_the_lifetimes_of_the_table() {
    let house = House::open();
    let (hour, day) = (Duration::from_hours(1), Duration::from_hours(24));
    for (cell, remember, idle, absolute) in [
        (Cell::Cookie, false, hour, day),
        (Cell::JwtCookie, false, hour, day),
        (Cell::Cookie, true, day * 14, day * 30),
        (Cell::JwtCookie, true, day * 14, day * 30),
        (Cell::Token, false, day * 7, day * 30),
        (Cell::Jwt, false, day * 7, day * 30),
        (Cell::Token, true, day * 7, day * 30),
        (Cell::Jwt, true, day * 7, day * 30),
    ] {
        let order = if remember { Order::of(cell).remembered() } else { Order::of(cell) };
        let row = house.row(house.sign_in_as(order).await.id()).await.unwrap();
        assert_eq!((row.idle_for, row.absolute_ends_at), (idle, START.plus(absolute)), "{cell:?} {remember}");
    }
}

#[tokio::test]
async fn all_names_derive_from_one_base_name() {
    let house = House::built(|builder| builder.cookie_name("lab"));
    let held = house.sign_in(Cell::Cookie).await.beside(&house.sign_in(Cell::JwtCookie).await);
    let names: Vec<_> = held.cookies.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["__Host-Http-lab", "__Host-Http-lab-jwt", "__Secure-lab-refresh"]);
}

#[tokio::test]
async fn tls_and_plain_http_ignore_each_others_names() {
    let store = Arc::new(MemoryStore::new());
    let house = |insecure: bool| {
        House::built_at(ORIGIN, store.clone(), FixedClock::at(START), |builder| builder.insecure_http_cookies(insecure))
    };
    let (strict, insecure) = (house(false), house(true));
    let answer = insecure.post(&Order::of(Cell::Cookie).path()).send().await;
    assert_eq!(answer.blanked_cookies(), ["cloakroom=…; Path=/; HttpOnly; SameSite=Lax"]);
    let answer = insecure.post(&Order::of(Cell::JwtCookie).path()).send().await;
    assert_eq!(
        answer.blanked_cookies(),
        ["cloakroom-jwt=…; Path=/; HttpOnly; SameSite=Lax", "cloakroom-refresh=…; Path=/api/v1/session; HttpOnly; SameSite=Lax"]
    );
    for (cell, plain, bound) in [(Cell::Cookie, "cloakroom", SESSION_COOKIE), (Cell::JwtCookie, "cloakroom-jwt", JWT_COOKIE)] {
        let value = insecure.sign_in(cell).await.cookie(plain).to_owned();
        assert_eq!(insecure.get("/me").cookie(plain, &value).send().await.status, 200);
        assert_eq!(strict.get("/me").cookie(bound, &value).send().await.status, 200, "the value itself is good in both");
        assert_eq!(insecure.get("/me").cookie(bound, &value).send().await.status, 401);
        assert_eq!(strict.get("/me").cookie(plain, &value).send().await.status, 401);
    }
}

#[tokio::test]
async fn a_sign_in_ends_the_session_whose_credential_it_replaces() {
    for (kind, house) in over_each_store() {
        for (cells, beside) in [(IN_COOKIES, IN_HEADERS), (IN_HEADERS, IN_COOKIES)] {
            for before in cells {
                for after in cells {
                    let (old, other) = (house.sign_in(before).await, house.sign_in(beside[0]).await);
                    house.events();
                    let answer = house.post(&Order::of(after).path()).with(&old).ours().send().await;
                    assert_eq!(answer.json()["ended"], json!([[old.id(), "replaced"]]), "{kind} {before:?} {after:?}");
                    let new = Held::from(&answer);
                    assert_ne!(new.id(), old.id());
                    assert!(!house.takes(&old).await && house.takes(&new).await, "{kind} {before:?} {after:?}");
                    assert_eq!(house.refresh(&old).await.status, 401);
                    assert!(house.takes(&other).await);
                    let mut names = house.event_names();
                    names.sort_unstable();
                    assert_eq!(names, ["session_ended", "signed_in"], "{kind}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_sign_in_leaves_the_credential_of_the_other_carrier_alone() {
    let house = House::open();
    for (presented, cell) in
        [(Cell::Cookie, Cell::Token), (Cell::JwtCookie, Cell::Jwt), (Cell::Token, Cell::Cookie), (Cell::Jwt, Cell::JwtCookie)]
    {
        let old = house.sign_in(presented).await;
        let answer = house.post(&Order::of(cell).path()).with(&old).ours().send().await;
        assert_eq!((answer.status, &answer.json()["ended"]), (200, &json!([])));
        assert!(house.takes(&old).await, "{presented:?} {cell:?}");
        assert!(answer.set_cookies().iter().all(|cookie| !cookie.contains("Max-Age=0")));
    }
}

#[tokio::test]
async fn an_expired_jwt_cookie_names_the_session_it_replaces_and_an_expired_bearer_counts_as_absent() {
    let house = House::open();
    for (presented, ended) in [(Cell::JwtCookie, true), (Cell::Jwt, false)] {
        let old = house.sign_in(presented).await;
        house.later(Duration::from_mins(5));
        let answer = house.post(&Order::of(presented).path()).with(&old).ours().send().await;
        assert_eq!(answer.json()["ended"].as_array().unwrap().len(), usize::from(ended), "{presented:?}");
        assert_eq!(house.row(old.id()).await.is_none(), ended, "{presented:?}");
    }
}

#[tokio::test]
async fn a_former_secret_names_the_session_it_replaces() {
    let house = House::open();
    for cell in [Cell::Cookie, Cell::Token] {
        let old = house.sign_in(cell).await;
        house.post("/step-up").with(&old).ours().send().await;
        let answer = house.post(&Order::of(cell).path()).with(&old).ours().send().await;
        assert_eq!(answer.json()["ended"], json!([[old.id(), "replaced"]]), "{cell:?}");
    }
}

#[tokio::test]
async fn a_credential_that_was_never_good_replaces_nothing() {
    let house = House::open();
    let (cookie, jwt) = (house.sign_in(Cell::Cookie).await, house.sign_in(Cell::JwtCookie).await);
    let stranger = forged(jwt.jwt(), &[], "at+jwt", &signing_key(99));
    for (name, value, session) in [
        (SESSION_COOKIE, house.sign_in(Cell::Token).await.session_token.unwrap(), cookie.id()),
        (SESSION_COOKIE, "junk".to_owned(), cookie.id()),
        (JWT_COOKIE, stranger, jwt.id()),
    ] {
        let answer = house.post(&Order::of(Cell::Cookie).path()).cookie(name, &value).ours().send().await;
        assert_eq!((answer.status, &answer.json()["ended"]), (200, &json!([])));
        assert!(house.row(session).await.is_some());
    }
}

#[tokio::test]
async fn signing_in_by_cookie_clears_the_other_cookie_cell_if_it_was_presented() {
    let house = House::open();
    let cleared_jwt = [
        "__Host-Http-cloakroom-jwt=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax",
        "__Secure-cloakroom-refresh=; Path=/api/v1/session; Max-Age=0; Secure; HttpOnly; SameSite=Lax",
    ];
    let cleared_session = ["__Host-Http-cloakroom=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"];
    for (presented, cell, cleared) in [
        (Some(Cell::JwtCookie), Cell::Cookie, &cleared_jwt as &[_]),
        (Some(Cell::Cookie), Cell::JwtCookie, &cleared_session),
        (Some(Cell::Cookie), Cell::Cookie, &[]),
        (Some(Cell::JwtCookie), Cell::JwtCookie, &[]),
        (Some(Cell::JwtCookie), Cell::Token, &[]),
        (Some(Cell::Cookie), Cell::Jwt, &[]),
        (None, Cell::Cookie, &[]),
        (None, Cell::JwtCookie, &[]),
    ] {
        let held = match presented {
            Some(presented) => house.sign_in(presented).await,
            None => Held::default(),
        };
        let answer = house.post(&Order::of(cell).path()).with(&held).ours().send().await;
        let seen: Vec<_> = answer.set_cookies().into_iter().filter(|cookie| cookie.contains("Max-Age=0")).collect();
        assert_eq!(seen, cleared, "{presented:?} {cell:?}");
    }
}

#[tokio::test]
async fn a_dead_cookie_of_the_other_cell_is_cleared_too() {
    let house = House::open();
    let answer = house.post(&Order::of(Cell::JwtCookie).path()).cookie(SESSION_COOKIE, "junk").ours().send().await;
    assert!(answer.set_cookies().iter().any(|cookie| cookie.starts_with("__Host-Http-cloakroom=; ")));
}

#[tokio::test]
async fn nobody_keeps_the_name_of_a_session_through_a_sign_in() {
    let house = House::open();
    let planted = house.sign_in_as(Order::of(Cell::Cookie).user("mallory")).await;
    let answer = house.post(&Order::of(Cell::Cookie).path()).with(&planted).ours().send().await;
    let new = Held::from(&answer);
    assert_ne!(new.id(), planted.id());
    assert_ne!(new.cookie(SESSION_COOKIE), planted.cookie(SESSION_COOKIE));
    assert!(!house.takes(&planted).await);
}

#[tokio::test]
async fn the_oldest_session_gives_way_at_the_limit() {
    for on_limit in [OnLimit::OldestOut, OnLimit::Refuse] {
        let limit = SessionLimit { most: NonZeroU32::new(2).unwrap(), on_limit };
        let house = with_built_in(|client| client.sessions.limit = limit);
        let first = house.sign_in(Cell::Token).await;
        house.later(MILLISECOND);
        house.sign_in(Cell::Token).await;
        house.later(MILLISECOND);
        let third = house.post(&Order::of(Cell::Cookie).path()).send().await;
        match on_limit {
            OnLimit::OldestOut => assert_eq!(third.json()["ended"], json!([[first.id(), "limit"]])),
            OnLimit::Refuse => {
                assert_eq!(third.outcome(), (409, "session_limit".to_owned()));
                assert!(third.set_cookies().is_empty());
            }
        }
        assert_eq!(house.takes(&first).await, on_limit == OnLimit::Refuse);
        assert_eq!(house.rows().await.len(), 2);
    }
}

#[tokio::test]
async fn a_client_decides_which_cells_there_are() {
    let house = with_built_in(|client| client.cells = vec![Cell::Cookie]);
    for (path, outcome) in [
        ("/sign-in?cell=cookie", (200, "")),
        ("/sign-in", (200, "")),
        ("/sign-in?cell=jwt", (403, "cell_not_allowed")),
        ("/sign-in?client=shop&cell=jwt", (200, "")),
        ("/sign-in?client=nobody", (400, "unknown_client")),
    ] {
        let answer = house.post(path).send().await;
        assert_eq!(answer.outcome(), (outcome.0, outcome.1.to_owned()), "{path}");
    }
    let token = house.post("/sign-in?client=shop").send().await;
    assert!(token.text("session_token").is_some(), "the client's default cell");
}

#[tokio::test]
async fn nothing_is_stored_when_there_is_no_key_to_sign_with() {
    let retired = RingEntry { key: RingKey::Signing(signing_key(1)), state: KeyState::Retired };
    let ring = KeyRing::new([retired]).unwrap();
    let house = House::built(|builder| builder.key_ring(KeyRingHandle::new(ring)));
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let answer = house.post(&Order::of(cell).path()).send().await;
        assert_eq!(answer.outcome(), (503, "store_unavailable".to_owned()), "{cell:?}");
    }
    assert!(house.rows().await.is_empty());
    assert_eq!(house.sign_in(Cell::Cookie).await.cookies.len(), 1, "a session needs no key");
}

#[tokio::test]
async fn a_session_remembers_where_it_began_and_believes_trusted_proxies_alone() {
    let house = House::built(|builder| builder.trusted_proxies(TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()])));
    for (peer, seen) in [("10.0.0.1", "198.51.100.9"), ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1")] {
        let ask = house.post(&Order::of(Cell::Token).path()).from(peer).header("x-forwarded-for", "1.2.3.4, 198.51.100.9");
        let held = Held::from(&ask.header("user-agent", &"x".repeat(300)).send().await);
        let row = house.row(held.id()).await.unwrap();
        assert_eq!(row.seen_from.unwrap().to_string(), seen, "{peer}");
        assert_eq!(row.user_agent.unwrap().len(), 256);
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_neither_half_a_sign_in_nor_an_unrecorded_one() {
    for (kind, house) in over_each_store() {
        for _ in 0..20 {
            let context = RequestContext::at(house.now(), None);
            let waited = tokio::time::timeout(
                Duration::ZERO,
                house.auth.sign_in(SignIn::new(ada(), AuthMethod::Password).cell(Cell::Jwt), context),
            );
            drop(waited.await);
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }
        let recorded = house.event_names().iter().filter(|name| **name == "signed_in").count();
        let rows = house.rows().await;
        assert_eq!((rows.len(), recorded), (20, 20), "{kind}");
        for row in rows {
            assert_eq!(house.store.list_families(row.id).await.unwrap().len(), 1, "{kind}");
        }
    }
}

#[tokio::test]
async fn a_sign_in_is_recorded_with_ids_alone() {
    let house = House::open();
    let held = house.sign_in(Cell::Jwt).await;
    let events = house.events();
    let row = house.row(held.id()).await.unwrap();
    assert_eq!(events, [signed_in_event(&row)]);
    let SecurityEvent::SignedIn { client, cell, .. } = &events[0] else { panic!("another event") };
    assert_eq!((client, *cell), (&ClientId::new("cloakroom").unwrap(), Cell::Jwt));
    let shown = format!("{events:?}");
    assert!(!shown.contains(held.jwt()) && !shown.contains(held.refresh_token.as_deref().unwrap()));
}

#[tokio::test]
async fn no_secret_is_shown_by_what_a_sign_in_returns() {
    let house = House::open();
    for cell in Cell::ALL {
        let sign_in = SignIn::new(ada(), AuthMethod::Password).cell(cell);
        let signed_in = house.auth.sign_in(sign_in, RequestContext::at(house.now(), None)).await.unwrap();
        let shown = format!("{signed_in:?}");
        let mut secrets: Vec<String> = written(&signed_in.cookies);
        secrets = secrets.iter().map(|line| line.split(['=', ';']).nth(1).unwrap().to_owned()).collect();
        match &signed_in.delivery {
            Delivery::Token { session_token } => secrets.push(session_token.expose().clone()),
            Delivery::Jwt { access, refresh } => {
                secrets.extend([access.token.expose().clone(), refresh.as_ref().unwrap().expose().clone()]);
            }
            Delivery::Cookie | Delivery::JwtCookie { .. } => {}
        }
        assert!(!secrets.is_empty());
        for secret in secrets {
            assert!(!shown.contains(&secret), "{cell:?}");
        }
    }
}

#[tokio::test]
async fn a_step_up_keeps_the_session_and_gives_it_a_new_credential() {
    for (kind, house) in over_each_store() {
        for cell in Cell::ALL {
            let old = house.sign_in(cell).await;
            let before = house.row(old.id()).await.unwrap();
            house.later(Duration::from_secs(7));
            let answer = house.post("/step-up").with(&old).ours().send().await;
            let new = Held::from(&answer);
            let after = house.row(old.id()).await.unwrap();
            assert_eq!(new.id(), old.id(), "{kind} {cell:?}");
            assert_eq!((after.authenticated_at, after.absolute_ends_at), (house.now(), before.absolute_ends_at));
            assert_eq!(house.get("/me").with(&new).send().await.json()["user"], "ada", "{kind} {cell:?}");
            let carried = [new.bearer(), new.cookies.first().map(|(_, value)| &**value)];
            assert!(carried.iter().flatten().all(|value| Some(*value) != old.bearer()));
            if cell.proof() == cloakroom::session::Proof::Jwt {
                assert_eq!(claims_of(new.jwt())["auth_time"], house.now().as_seconds());
            }
        }
    }
}

#[tokio::test]
async fn a_former_secret_serves_safe_methods_for_ten_seconds() {
    for (kind, house) in over_each_store() {
        for cell in [Cell::Cookie, Cell::Token] {
            let old = house.sign_in(cell).await;
            house.post("/step-up").with(&old).ours().send().await;
            house.later_almost(Duration::from_secs(10));
            assert_eq!(house.get("/me").with(&old).send().await.status, 200, "{kind} {cell:?}");
            let refused = house.post("/me").with(&old).ours().send().await;
            assert_eq!(refused.outcome(), (401, "session_rotated".to_owned()), "{kind} {cell:?}");
            assert_eq!((refused.json()["next"].as_str(), refused.header("retry-after")), (Some("retry"), Some("1")));
            let recent = house.get("/needs/recent").with(&old).send().await;
            assert_eq!(recent.outcome(), (401, "step_up_required".to_owned()), "{kind} {cell:?}");
            house.later(MILLISECOND);
            for method in [http::Method::GET, http::Method::POST] {
                let refused = house.ask(method, "/me").with(&old).ours().send().await;
                assert_eq!(refused.outcome(), (401, "not_signed_in".to_owned()), "{kind} {cell:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_use_of_a_former_secret_writes_nothing() {
    let lifetimes = Lifetimes { idle: Duration::from_secs(8), absolute: Duration::from_hours(1) };
    let house = with_built_in(|client| {
        client.sessions.browser = lifetimes;
        client.access_lifetime = Duration::from_secs(5);
    });
    let old = house.sign_in(Cell::Cookie).await;
    let new = Held::from(&house.post("/step-up").with(&old).ours().send().await);
    house.later(Duration::from_secs(7));
    assert!(house.takes(&old).await);
    house.later(Duration::from_secs(1));
    assert!(!house.takes(&new).await, "the idle time runs from the step-up");
}

#[tokio::test]
async fn only_the_last_secret_before_a_step_up_is_a_former_one() {
    let house = House::open();
    let first = house.sign_in(Cell::Token).await;
    let second = Held::from(&house.post("/step-up").with(&first).send().await);
    let third = Held::from(&house.post("/step-up").with(&second).send().await);
    assert!(!house.takes(&first).await);
    assert!(house.takes(&second).await && house.takes(&third).await);
}

#[tokio::test]
async fn after_a_step_up_the_old_refresh_token_is_expired_and_not_reused() {
    for (kind, house) in over_each_store() {
        for cell in [Cell::Jwt, Cell::JwtCookie] {
            let old = house.sign_in(cell).await;
            let answer = house.post("/step-up").with(&old).ours().send().await;
            let new = Held::from(&answer);
            house.events();
            let refused = house.refresh(&old).await;
            assert_eq!(refused.outcome(), (401, "not_signed_in".to_owned()), "{kind} {cell:?}");
            assert!(refused.set_cookies().is_empty());
            assert!(house.events().is_empty(), "{kind} {cell:?}");
            assert_eq!(house.refresh(&new).await.status, 200, "{kind} {cell:?}: the session lives on");
            assert!(house.takes(&old).await, "a JWT that is out keeps what it says until it expires");
        }
    }
}

#[tokio::test]
async fn a_session_that_is_gone_cannot_step_up() {
    let house = House::open();
    let held = house.sign_in(Cell::Jwt).await;
    house.later(Duration::from_hours(24 * 30));
    let context = RequestContext::at(house.now(), None);
    assert!(matches!(house.auth.step_up(held.id(), &context).await, Err(cloakroom::AuthError::NotSignedIn)));
    house.auth.end_session(held.id(), EndCause::EndedByOperator).await.unwrap();
    assert!(matches!(house.auth.step_up(held.id(), &context).await, Err(cloakroom::AuthError::NotSignedIn)));
}

#[tokio::test]
async fn a_prepared_sign_in_is_inserted_by_a_job_of_the_callers_own() {
    let house = House::open();
    house.auth.load().await.unwrap();
    let sign_in = SignIn::new(ada(), AuthMethod::Password).cell(Cell::Cookie);
    let prepared = house.auth.prepare(sign_in, &RequestContext::at(house.now(), None)).unwrap();
    let inserted = house.auth.store().unwrap().insert(prepared.start()).await.unwrap();
    let signed_in = house.auth.finish(prepared, inserted).unwrap();
    let line = &written(&signed_in.cookies)[0];
    let value = line.split(['=', ';']).nth(1).unwrap();
    assert_eq!(house.get("/me").cookie(SESSION_COOKIE, value).send().await.status, 200);
    assert_eq!(signed_in.at, house.clock.now());
}

#[tokio::test]
async fn a_changed_profile_applies_to_new_sessions_alone() {
    let (store, clock) = (Arc::new(MemoryStore::new()), FixedClock::at(START));
    let house = House::built_at(ORIGIN, store.clone(), clock.clone(), |builder| builder);
    let held = house.sign_in(Cell::Cookie).await;
    let origin = ORIGIN.parse().unwrap();
    let mut client = Client::built_in(&origin);
    client.sessions.browser = Lifetimes { idle: Duration::from_mins(10), absolute: Duration::from_mins(20) };
    let shorter = House::built_at(ORIGIN, store, clock, |builder| {
        builder.clients(Clients::new(&origin, [client, shop()])).random(Arc::new(SeededRandom::new(4)))
    });
    let new = shorter.sign_in(Cell::Cookie).await;
    shorter.later(Duration::from_mins(30));
    assert!(shorter.takes(&held).await && !shorter.takes(&new).await);
}

#[tokio::test]
async fn the_refresh_cookie_travels_below_the_session_path_alone() {
    let house = House::built(|builder| builder.session_path("/auth"));
    let answer = house.post(&Order::of(Cell::JwtCookie).path()).send().await;
    let refresh = answer.set_cookies().into_iter().find(|cookie| cookie.starts_with(REFRESH_COOKIE)).unwrap();
    assert!(refresh.contains("; Path=/auth; "), "{refresh}");
    let held = Held::from(&answer);
    let ask = house.post("/auth/refresh").with(&held).cookie(REFRESH_COOKIE, held.cookie(REFRESH_COOKIE)).ours();
    assert_eq!(ask.send().await.status, 200);
}

#[tokio::test]
async fn a_sign_in_in_a_browser_ends_what_every_cookie_of_it_stood_for() {
    for (kind, house) in over_each_store() {
        let (ticket, letter) = (house.sign_in(Cell::Cookie).await, house.sign_in(Cell::JwtCookie).await);
        let both = ticket.clone().beside(&letter);
        house.post(&Order::of(Cell::Cookie).path()).with(&both).ours().send().await;
        assert!(!house.takes(&ticket).await && !house.takes(&letter).await, "{kind}: neither is left behind");
    }
}
