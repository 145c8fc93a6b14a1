//! The cross-origin rule and the hosts that are ours, at the door and wherever a cookie is read.

use std::sync::Arc;

use cloakroom::session::{Cell, MemoryStore};
use cloakroom::{FixedClock, OwnHost, OwnHosts};
use http::Method;

use crate::house::{Held, House, Order, REFRESH_COOKIE, START};

/// Headers, what a request without any credential gets, and what one with a cookie gets.
type Row = (&'static [(&'static str, &'static str)], u16, u16);

const ROWS: &[Row] = &[
    (&[("sec-fetch-site", "same-origin")], 200, 200),
    (&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], 200, 200),
    (&[("sec-fetch-site", "same-site")], 403, 403),
    (&[("sec-fetch-site", "same-site"), ("origin", "https://app.example")], 403, 403),
    (&[("sec-fetch-site", "cross-site")], 403, 403),
    (&[("sec-fetch-site", "none")], 403, 403),
    (&[("sec-fetch-site", "Same-Origin")], 403, 403),
    (&[("origin", "https://app.example")], 200, 200),
    (&[("origin", "https://app.example.evil.example")], 403, 403),
    (&[("origin", "https://sub.app.example")], 403, 403),
    (&[("origin", "http://app.example")], 403, 403),
    (&[("origin", "https://app.example:8443")], 403, 403),
    (&[("origin", "null")], 403, 403),
    (&[("authorization", "Basic x"), ("sec-fetch-site", "cross-site")], 403, 403),
    (&[("authorization", "Basic x")], 200, 403),
    (&[("referer", "https://app.example/")], 200, 403),
    (&[], 200, 403),
];

#[tokio::test]
async fn an_unsafe_request_is_judged_by_the_four_sentences() {
    let house = House::open();
    for cell in [Cell::Cookie, Cell::JwtCookie] {
        let held = house.sign_in(cell).await;
        for (headers, bare, with_cookie) in ROWS {
            let sign_in = house.post(&Order::of(Cell::Token).path()).headers(headers).send().await;
            assert_eq!(sign_in.status, *bare, "sign-in: {headers:?}");
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let answer = house.ask(method.clone(), "/me").with(&held).headers(headers).send().await;
                assert_eq!(answer.status, *with_cookie, "{cell:?} {method} {headers:?}");
                if answer.status == 403 {
                    assert_eq!(answer.outcome().1, "cross_origin");
                }
            }
            let optional = house.post("/maybe").with(&held).headers(headers).send().await;
            assert_eq!(optional.status, *with_cookie, "{headers:?}: never merely nobody");
        }
    }
}

#[tokio::test]
async fn a_bearer_credential_passes_from_anywhere() {
    let house = House::open();
    for cell in [Cell::Token, Cell::Jwt] {
        let held = house.sign_in(cell).await;
        for site in ["cross-site", "none", "same-site"] {
            let ask = house.post("/me").with(&held).header("sec-fetch-site", site).header("origin", "https://evil.example");
            assert_eq!(ask.send().await.status, 200, "{cell:?} {site}");
        }
    }
}

#[tokio::test]
async fn a_safe_method_is_not_asked_unless_it_opens_a_websocket() {
    let house = House::open();
    for cell in [Cell::Cookie, Cell::JwtCookie] {
        let held = house.sign_in(cell).await;
        for (headers, status) in [
            (&[("sec-fetch-site", "cross-site")] as &[_], 200),
            (&[], 200),
            (&[("upgrade", "websocket"), ("origin", "https://evil.example")], 403),
            (&[("upgrade", "WebSocket"), ("sec-fetch-site", "cross-site")], 403),
            (&[("upgrade", "h2c, websocket")], 403),
            (&[("upgrade", "websocket"), ("origin", "https://app.example")], 200),
            (&[("upgrade", "h2c"), ("sec-fetch-site", "cross-site")], 200),
        ] {
            assert_eq!(house.get("/me").with(&held).headers(headers).send().await.status, status, "{cell:?} {headers:?}");
        }
    }
}

#[tokio::test]
async fn everything_that_reads_a_cookie_refuses_what_cannot_prove_that_it_is_ours() {
    let house = House::open();
    let (session, jwt) = (house.sign_in(Cell::Cookie).await, house.sign_in(Cell::JwtCookie).await);
    for (method, path, held) in [
        (Method::POST, "/api/v1/session/tokens", &session),
        (Method::POST, "/api/v1/session/refresh", &jwt),
        (Method::DELETE, "/api/v1/session", &session),
        (Method::DELETE, "/api/v1/session", &jwt),
        (Method::POST, "/step-up", &session),
    ] {
        for headers in [&[] as &[_], &[("sec-fetch-site", "cross-site")]] {
            let answer = house.ask(method.clone(), path).with(held).headers(headers).send().await;
            assert_eq!(answer.outcome(), (403, "cross_origin".to_owned()), "{method} {path} {headers:?}");
            assert!(answer.set_cookies().is_empty());
        }
    }
    let resume = house.post("/api/v1/session/resume?return_to=/page").with(&jwt).navigating().send().await;
    assert_eq!((resume.status, resume.set_cookies().is_empty()), (403, true));
    let refresh_alone = Held { cookies: vec![(REFRESH_COOKIE.into(), jwt.cookie(REFRESH_COOKIE).into())], ..Held::default() };
    let alone = house.delete("/api/v1/session").with(&refresh_alone).send().await;
    assert_eq!(alone.outcome(), (403, "cross_origin".to_owned()));
    assert!(house.takes(&session).await && house.takes(&jwt).await);
    assert_eq!(house.refresh(&jwt).await.status, 200);
}

#[tokio::test]
async fn a_host_that_is_not_ours_is_misdirected_whatever_else_is_right() {
    let house = House::open();
    let held = house.sign_in(Cell::Cookie).await;
    for (host, ours) in [
        ("app.example", true),
        ("APP.EXAMPLE", true),
        ("app.example:443", true),
        ("app.example:80", false),
        ("app.example:8443", false),
        ("app.example.", false),
        ("app.example.evil.example", false),
        ("evil.example", false),
        ("localhost", false),
        ("", false),
    ] {
        for ask in [house.get("/me").with(&held), house.post("/me").with(&held).ours(), house.get("/maybe")] {
            let answer = ask.host(host).send().await;
            let expected = if ours { (200, "") } else { (421, "wrong_host") };
            assert_eq!(answer.outcome(), (expected.0, expected.1.to_owned()), "{host:?}");
        }
    }
    let twice = house.get("/me").with(&held).header("host", "app.example").send().await;
    assert_eq!(twice.status, 421);
    assert_eq!(house.get("/me").with(&held).without_host().send().await.status, 421);
    let absolute = house.get("https://app.example/me").with(&held).without_host().send().await;
    assert_eq!(absolute.status, 200, "HTTP/2 names the host in the request's target");
}

#[tokio::test]
async fn for_a_loopback_origin_the_names_of_this_machine_are_ours_as_host_and_as_origin() {
    let house = House::built_at("http://localhost:3000", Arc::new(MemoryStore::new()), FixedClock::at(START), |builder| builder);
    let held = house.sign_in(Cell::Cookie).await;
    let names = ["localhost:3000", "127.0.0.1:3000", "[::1]:3000"];
    for host in names {
        for origin in names {
            let ask = house.post("/me").with(&held).host(host).header("origin", &format!("http://{origin}"));
            assert_eq!(ask.send().await.status, 200, "{host} {origin}");
        }
    }
    for host in ["localhost", "localhost:3001", "127.0.0.2:3000", "evil.localhost:3000"] {
        assert_eq!(house.get("/me").with(&held).host(host).send().await.status, 421, "{host}");
    }
    for origin in ["http://localhost:3001", "https://localhost:3000", "http://localhost"] {
        assert_eq!(house.post("/me").with(&held).header("origin", origin).send().await.status, 403, "{origin}");
    }
    let jwt = house.ask(Method::POST, &Order::of(Cell::Jwt).path()).host("127.0.0.1:3000").send().await;
    let claims = crate::house::claims_of(&jwt.text("access_token").unwrap());
    assert_eq!((&claims["iss"], &claims["aud"]), (&"http://localhost:3000".into(), &"http://localhost:3000".into()));
}

#[tokio::test]
async fn a_list_of_hosts_has_each_host_with_its_own_origin_as_the_only_one_of_ours() {
    let own = |origin: &str| OwnHost::of(&origin.parse().unwrap());
    let hosts = OwnHosts::list([own("https://app.example"), own("https://lab.example:8443")]);
    let house = House::built(|builder| builder.hosts(hosts));
    let held = house.sign_in(Cell::Cookie).await;
    for (host, origin, status) in [
        ("app.example", "https://app.example", 200),
        ("lab.example:8443", "https://lab.example:8443", 200),
        ("lab.example:8443", "https://app.example", 403),
        ("app.example", "https://lab.example:8443", 403),
        ("lab.example", "https://lab.example", 421),
    ] {
        let answer = house.post("/me").with(&held).host(host).header("origin", origin).send().await;
        assert_eq!(answer.status, status, "{host} {origin}");
    }
    let problem = house.get("/me").host("lab.example:8443").send().await;
    assert_eq!(problem.json()["type"], "https://app.example/problems#not_signed_in", "that stays the configured origin's");
}

#[tokio::test]
async fn where_machines_come_neither_host_nor_origin_is_asked_and_no_cookie_counts() {
    let house = House::open();
    let held = house.sign_in(Cell::Cookie).await;
    let ask = house.post("/machines").with(&held).host("internal:8080").header("sec-fetch-site", "cross-site");
    let answer = ask.send().await;
    assert_eq!((answer.status, &answer.json()["user"]), (200, &serde_json::Value::Null));
    let token = house.sign_in(Cell::Token).await;
    assert!(house.get("/machines").with(&token).send().await.json()["user"].is_null());
}

#[tokio::test]
async fn a_refusal_sets_nothing_and_names_no_other_origin() {
    let house = House::open();
    let ask = house.post(&Order::of(Cell::Cookie).path()).header("origin", "https://evil.example");
    let answer = ask.send().await;
    assert_eq!(answer.outcome(), (403, "cross_origin".to_owned()));
    assert!(answer.set_cookies().is_empty() && house.rows().await.is_empty());
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(answer.json()["next"], "denied");
}
