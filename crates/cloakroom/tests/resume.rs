//! A page that is visited with an expired JWT cookie is resumed on the way, once for each token.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use cloakroom::session::{Cell, EndCause};
use cloakroom::{Auth, Principal};
use http::Method;

use crate::house::{
    Answer, Ask, Browser, Held, House, JWT_COOKIE, ORIGIN, Order, REFRESH_COOKIE, claims_of, forged, signing_key,
};

const RESUME: &str = "/api/v1/session/resume";

/// A house and what a browser holds whose JWT has just expired.
async fn expired() -> (House, Held) {
    let house = House::open();
    let held = house.sign_in(Cell::JwtCookie).await;
    house.later(Duration::from_mins(5));
    (house, held)
}

fn jti(held: &Held) -> String {
    claims_of(held.jwt())["jti"].as_str().unwrap().to_owned()
}

async fn browser_after_sign_in(house: &House) -> Browser<'_> {
    let mut browser = Browser::of(house);
    browser.keep(&house.post(&Order::of(Cell::JwtCookie).path()).send().await);
    browser
}

fn mark(browser: &Browser<'_>) -> String {
    claims_of(browser.cookie(JWT_COOKIE).unwrap())["jti"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_navigation_with_an_expired_jwt_cookie_comes_back_signed_in() {
    let house = House::open();
    let mut browser = browser_after_sign_in(&house).await;
    house.later(Duration::from_mins(5));
    let spent = mark(&browser);
    let page = browser.go("/page?tab=1").await;
    assert_eq!((page.status, &*page.body), (200, "a page for ada"));
    assert_eq!(
        browser.way,
        [
            "GET /page?tab=1".to_owned(),
            "GET /api/v1/session/resume?return_to=/page%3Ftab%3D1".to_owned(),
            format!("GET /page?tab=1&resumed={spent}")
        ]
    );
}

#[tokio::test]
async fn the_layer_redirects_before_any_handler_and_keeps_nothing() {
    let (house, held) = expired().await;
    for path in ["/page", "/open-page"] {
        let answer = house.get(path).with(&held).navigating().send().await;
        let target = format!("{RESUME}?return_to={path}");
        assert_eq!((answer.status, answer.header("location")), (307, Some(&*target)));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.set_cookies().is_empty());
    }
}

#[tokio::test]
async fn a_page_where_a_caller_is_optional_is_resumed_too() {
    let house = House::open();
    let mut browser = browser_after_sign_in(&house).await;
    house.later(Duration::from_mins(5));
    assert_eq!(browser.go("/open-page").await.json()["user"], "ada");
}

#[tokio::test]
async fn a_posted_form_survives() {
    let house = House::open();
    let mut browser = browser_after_sign_in(&house).await;
    house.later(Duration::from_mins(5));
    let answer = browser.submit("/page", "text=much+work").await;
    assert_eq!((answer.status, &*answer.body), (200, "ada sent text=much+work"));
    assert!(browser.way.iter().all(|step| step.starts_with("POST ")), "{:?}", browser.way);
}

#[tokio::test]
async fn only_navigations_of_ours_are_resumed() {
    let (house, held) = expired().await;
    let html = ("accept", "text/html,application/xhtml+xml");
    let navigate = ("sec-fetch-mode", "navigate");
    let ours = ("sec-fetch-site", "same-origin");
    for (what, ask, resumed) in [
        ("a navigation", house.get("/page").headers(&[navigate]), true),
        ("a link from elsewhere", house.get("/page").headers(&[navigate, ("sec-fetch-site", "cross-site")]), true),
        ("an old browser", house.get("/page").headers(&[html]), true),
        ("a fetch", house.get("/page").headers(&[("sec-fetch-mode", "cors"), html]), false),
        ("a program", house.get("/page").headers(&[("accept", "application/json")]), false),
        ("a program that says nothing", house.get("/page"), false),
        ("a form of ours", house.post("/page").headers(&[navigate, ours]), true),
        ("a fetched post", house.post("/page").headers(&[("sec-fetch-mode", "cors"), ours]), false),
        ("a post of an old program", house.post("/page").headers(&[html, ours]), false),
        ("another method", house.ask(Method::PUT, "/me").headers(&[navigate, ours]), false),
    ] {
        let answer = ask.with(&held).send().await;
        if resumed {
            assert_eq!(answer.status, 307, "{what}");
        } else {
            assert_eq!(answer.outcome(), (401, "token_expired".to_owned()), "{what}");
        }
    }
    let unproven = house.post("/page").with(&held).navigating().send().await;
    assert_eq!(unproven.outcome(), (403, "cross_origin".to_owned()));
}

#[tokio::test]
async fn nothing_but_an_expired_cookie_with_a_good_signature_is_resumed() {
    let (house, held) = expired().await;
    let stranger = forged(held.jwt(), &[], "at+jwt", &signing_key(9));
    let ended = house.sign_in(Cell::JwtCookie).await;
    house.later(Duration::from_mins(5));
    house.auth.end_session(ended.id(), EndCause::EndedByOperator).await.unwrap();
    for (what, ask) in [
        ("forged", house.get("/page").cookie(JWT_COOKIE, &stranger)),
        ("ended", house.get("/page").with(&ended)),
        ("in a header", house.get("/page").bearer(held.jwt())),
        ("nobody", house.get("/page")),
    ] {
        assert_eq!(ask.navigating().send().await.status, 401, "{what}");
    }
}

#[tokio::test]
async fn pages_that_read_the_expired_jwt_themselves_are_not_resumed() {
    let (house, held) = expired().await;
    assert_eq!(house.get("/login").with(&held).navigating().send().await.status, 200);
    for path in [RESUME, "/api/v1/session/refresh", "/api/v1/session"] {
        let answer = house.get(path).with(&held).navigating().send().await;
        let location = answer.header("location").unwrap_or_default();
        assert!(!location.starts_with(RESUME), "{path}: {location}");
    }
    let sign_out = house.delete("/api/v1/session").with(&held).navigating().ours().send().await;
    assert_eq!(sign_out.status, 204);
}

#[tokio::test]
async fn a_path_that_only_begins_like_the_session_routes_is_resumed() {
    let house = House::built(|builder| builder.session_path("/pa"));
    let held = house.sign_in(Cell::JwtCookie).await;
    house.later(Duration::from_mins(5));
    let answer = house.get("/page").with(&held).navigating().send().await;
    assert_eq!((answer.status, answer.header("location")), (307, Some("/pa/resume?return_to=/page")));
}

#[tokio::test]
async fn a_token_that_resuming_has_not_helped_is_not_tried_again() {
    let house = House::open();
    let mut browser = browser_after_sign_in(&house).await;
    house.later(Duration::from_hours(1)); // The session is over, and with it whatever the refresh cookie could fetch.
    let required = browser.go("/page").await;
    assert_eq!(required.outcome(), (401, "token_expired".to_owned()));
    assert_eq!(browser.way.len(), 3, "{:?}", browser.way);
    let optional = browser.go("/open-page").await;
    assert_eq!((optional.status, optional.json()["user"].is_null()), (200, true));
    assert!(browser.cookie(JWT_COOKIE).is_some(), "a refused resume clears nothing");
}

#[tokio::test]
async fn the_mark_of_another_token_is_no_reason_not_to_resume() {
    let (house, held) = expired().await;
    for (path, status) in [
        (format!("/page?resumed={}", jti(&held)), 401),
        (format!("/page?a=1&resumed={}&b=2", jti(&held)), 401),
        ("/page?resumed=anothertoken".to_owned(), 307),
        ("/page?resumed=".to_owned(), 307),
        ("/page?resumed".to_owned(), 307),
        (format!("/page?notresumed={}", jti(&held)), 307),
    ] {
        assert_eq!(house.get(&path).with(&held).navigating().send().await.status, status, "{path}");
    }
}

#[tokio::test]
async fn a_mark_takes_the_place_of_an_older_one() {
    let house = House::open();
    let mut browser = browser_after_sign_in(&house).await;
    let mut path = "/page?a=1&b=2".to_owned();
    for _ in 0..3 {
        house.later(Duration::from_mins(5));
        let spent = mark(&browser);
        assert_eq!(browser.go(&path).await.status, 200);
        path = browser.way.last().unwrap().strip_prefix("GET ").unwrap().to_owned();
        assert_eq!(path, format!("/page?a=1&b=2&resumed={spent}"), "a reload of the marked page is no sign-out");
    }
}

#[tokio::test]
async fn a_refused_get_goes_back_marked_and_a_refused_post_to_the_sign_in_page() {
    let (house, held) = expired().await;
    let held = held.without(REFRESH_COOKIE);
    let ask = |method| house.ask(method, &format!("{RESUME}?return_to=%2Fpage%3Fa%3D1")).with(&held).navigating().ours();
    let seen = |answer: &Answer| (answer.status, answer.header("location").unwrap().to_owned(), answer.set_cookies().len());
    let back = format!("/page?a=1&resumed={}", jti(&held));
    assert_eq!(seen(&ask(Method::GET).send().await), (303, back, 0));
    assert_eq!(seen(&ask(Method::POST).send().await), (303, "/login".to_owned(), 0));
}

#[tokio::test]
async fn a_way_back_is_a_path_of_ours() {
    let (house, held) = expired().await;
    for target in
        ["//evil.example", "https://evil.example/", "/%5Cevil.example", "javascript:alert(1)", "/a%0d%0ax:y", "", "page"]
    {
        let path = format!("{RESUME}?return_to={target}");
        let get = house.get(&path).with(&held).navigating().send().await;
        let location = get.header("location").unwrap();
        assert!(location == "/" || location.starts_with("/?resumed="), "{target}: {location}");
        let post = house.post(&path).with(&held).navigating().ours().send().await;
        assert_eq!(post.outcome(), (400, "invalid_field".to_owned()), "{target}");
        assert!(post.json()["errors"]["return_to"].is_array());
    }
    let none = house.post(RESUME).with(&held).navigating().ours().send().await;
    assert_eq!(none.status, 400);
}

#[tokio::test]
async fn who_does_not_navigate_is_told_that_the_token_expired() {
    let (house, held) = expired().await;
    for ask in [house.get(&format!("{RESUME}?return_to=/page")), house.post(&format!("{RESUME}?return_to=/page")).ours()] {
        let answer = ask.with(&held).header("sec-fetch-mode", "cors").send().await;
        assert_eq!(answer.outcome(), (401, "token_expired".to_owned()));
        assert!(answer.set_cookies().is_empty());
    }
    assert_eq!(house.refresh(&held).await.status, 200, "nothing was spent");
}

#[tokio::test]
async fn two_tabs_that_resume_at_once_both_come_back() {
    let (house, held) = expired().await;
    let path = format!("{RESUME}?return_to=/page");
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let answer = house.get(&path).with(&held).navigating().send().await;
        assert_eq!(answer.status, 307);
        tokens.push(Held::from(&answer).cookie(REFRESH_COOKIE).to_owned());
        house.later(Duration::from_secs(119));
    }
    assert_eq!(tokens[0], tokens[1]);
}

#[tokio::test]
async fn who_comes_back_later_than_the_window_with_a_former_cookie_signs_in_again() {
    let (house, held) = expired().await;
    assert_eq!(house.refresh(&held).await.status, 200);
    house.later(Duration::from_mins(2));
    let answer = house.get(&format!("{RESUME}?return_to=/page")).with(&held).navigating().send().await;
    assert_eq!(answer.status, 303);
    assert!(house.row(held.id()).await.is_none());
}

#[tokio::test]
async fn an_application_without_refresh_tokens_resumes_nobody() {
    let (house, held) = expired().await;
    let builder = Auth::builder(ORIGIN.parse().unwrap()).signing_key(house.key.clone());
    let alone = builder.clock(Arc::new(house.clock.clone())).build().unwrap();
    let page = get(|caller: Option<Principal>| async move { caller.is_none().to_string() });
    let router = Router::new().route("/page", page).layer(alone.layer());
    let answer = Ask::new(&router, "app.example", Method::GET, "/page").with(&held).navigating().send().await;
    assert_eq!((answer.status, &*answer.body), (200, "true"));
}
