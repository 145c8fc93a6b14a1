//! A JWT in a cookie, in a browser: it runs out within seconds here, and nobody notices.

use std::time::Duration;

use crate::chromium::Browser;
use crate::house::PASSWORD;
use crate::stage::{ADA, SUBMIT, Stage, fetched, is_signed_in};

const CONFIG: &str = "
[[clients]]
id = \"cloakroom\"
default_cell = \"jwt_cookie\"
lifetimes.access = \"2s\"
";

const JWT: &str = "__Host-Http-cloakroom-jwt";

fn open() -> Option<(Browser, Stage)> {
    let browser = Browser::open()?;
    let stage = Stage::open_with(CONFIG, &[]);
    stage.house.register(ADA);
    stage.sign_in(&browser);
    Some((browser, stage))
}

fn let_it_run_out() {
    std::thread::sleep(Duration::from_millis(2_200));
}

#[test]
fn a_page_resumes_by_itself_whenever_the_jwt_has_run_out() {
    let Some((browser, stage)) = open() else { return };
    let mut jwts = vec![browser.cookie(JWT).unwrap()["value"].clone()];
    for _ in 0..2 {
        let_it_run_out();
        browser.go(&stage.at("/account/sessions"));
        assert!(browser.path().starts_with("/account/sessions?resumed="), "{}", browser.path());
        let jwt = browser.cookie(JWT).unwrap()["value"].clone();
        assert!(!jwts.contains(&jwt));
        jwts.push(jwt);
    }
    let_it_run_out();
    browser.reload();
    assert_eq!(
        (browser.count(".session"), browser.text(".here").as_str()),
        (1, "this one"),
        "the mark in the address bar is no circle"
    );
}

#[test]
fn a_form_that_was_filled_in_slowly_arrives_whole() {
    let Some((browser, stage)) = open() else { return };
    let_it_run_out();
    browser.go(&stage.at("/account"));
    browser.fill("#current_password", PASSWORD);
    browser.fill("#new_password", "another staple for the battery");
    let_it_run_out();
    browser.follow(SUBMIT);
    assert_eq!(browser.text(".notice h2"), "Your password is changed");
}

#[test]
fn two_tabs_that_resume_at_once_both_stay_signed_in() {
    let Some((browser, stage)) = open() else { return };
    let first = browser.tab();
    let second = browser.open_tab();
    browser.go(&stage.at("/account"));
    for _ in 0..2 {
        let_it_run_out();
        let start = browser.run("return Date.now() + 400");
        for tab in [&first, &second] {
            browser.show_tab(tab);
            browser.run(&format!("setTimeout(() => location.assign('/account/sessions'), {start} - Date.now())"));
        }
        std::thread::sleep(Duration::from_millis(600));
        for tab in [&first, &second] {
            browser.show_tab(tab);
            browser.wait_until("the list of sessions", |browser| {
                browser.path().starts_with("/account/sessions") && browser.has(".session")
            });
            browser.go(&stage.at("/account"));
        }
    }
    assert!(is_signed_in(&stage, &browser));
}

#[test]
fn a_script_refreshes_and_a_program_is_told_to() {
    let Some((browser, stage)) = open() else { return };
    browser.lift_policies();
    browser.go(&stage.at("/problems"));
    let_it_run_out();
    assert_eq!(fetched(&browser, "'/api/v1/session'"), 401, "what is no navigation is never redirected");
    assert_eq!(fetched(&browser, "'/api/v1/session/refresh', { method: 'POST' }"), 200);
    assert_eq!(fetched(&browser, "'/api/v1/session'"), 200);
}

#[test]
fn a_session_that_was_ended_elsewhere_leads_to_the_sign_in_page_and_back() {
    let Some((browser, stage)) = open() else { return };
    let operator = stage.house.sign_in(ADA, "token");
    let ended = operator.send(&stage.house, "DELETE", "/api/v1/sessions?keep=current", &serde_json::Value::Null);
    assert_eq!(ended.status, 204);
    let_it_run_out();
    browser.go(&stage.at("/account/sessions"));
    assert_eq!(browser.text("h1"), "Sign in");
    assert!(
        browser.text(".going").contains("to /account/sessions."),
        "the way is told without the mark: {}",
        browser.text(".going")
    );
    browser.fill("#email", ADA);
    browser.fill("#password", PASSWORD);
    browser.follow(SUBMIT);
    assert_eq!(browser.path(), "/account/sessions");
}

#[test]
fn signing_out_with_a_jwt_that_has_run_out_ends_the_session() {
    let Some((browser, stage)) = open() else { return };
    browser.go(&stage.at("/logout"));
    let_it_run_out();
    browser.follow(SUBMIT);
    assert_eq!(browser.text("h1"), "You are signed out");
    assert!(browser.cookie(JWT).is_none() && browser.cookie("__Secure-cloakroom-refresh").is_none());
    assert_eq!(stage.house.sessions_of(ADA), Vec::<String>::new());
}
