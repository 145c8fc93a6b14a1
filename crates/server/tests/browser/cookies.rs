//! Cookies as the browser sees them.

use serde_json::{Value, json};

use crate::chromium::Browser;
use crate::stage::{ADA, SUBMIT, Stage, is_signed_in, type_credentials};

/// Name, path and flags of the cookies of a host.
fn of_host(browser: &Browser, host: &str) -> Vec<Value> {
    let mut cookies: Vec<_> = browser.cookies().into_iter().filter(|cookie| cookie["domain"] == host).collect();
    cookies.sort_by_key(|cookie| cookie["name"].to_string());
    let shown = |cookie: &Value| {
        json!([cookie["name"], cookie["path"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["session"]])
    };
    cookies.iter().map(shown).collect()
}

#[test]
fn the_browser_keeps_every_cookie_with_prefix_and_flags_on_localhost_and_on_the_loopback_address() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::with_ada();
    for host in ["localhost", "127.0.0.1"] {
        browser.go(&format!("http://{host}:{}/login", stage.house.port));
        type_credentials(&browser, ADA);
        browser.follow(SUBMIT);
        assert_eq!(browser.path(), "/account", "{host}");
        let expected = [
            json!(["__Host-Http-cloakroom", "/", true, true, "Lax", true]),
            json!(["__Host-Http-cloakroom-device", "/", true, true, "Lax", false]),
            json!(["__Host-Http-cloakroom-flow", "/", true, true, "Lax", false]),
        ];
        assert_eq!(of_host(&browser, host), expected, "{host}");
        assert_eq!(browser.run("return document.cookie"), "", "no script reads any of them");
    }
}

#[test]
fn the_two_cookies_of_a_jwt_have_prefix_flags_and_the_path_they_are_needed_at() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::with_ada();
    stage.sign_in_by_script(&browser, "jwt_cookie");
    let expected = [
        json!(["__Host-Http-cloakroom-jwt", "/", true, true, "Lax", true]),
        json!(["__Secure-cloakroom-refresh", "/api/v1/session", true, true, "Lax", true]),
    ];
    assert_eq!(of_host(&browser, "localhost"), expected);
    stage.sign_in(&browser);
    let names: Vec<_> = of_host(&browser, "localhost").iter().map(|cookie| cookie[0].clone()).collect();
    assert_eq!(names, ["__Host-Http-cloakroom", "__Host-Http-cloakroom-device", "__Host-Http-cloakroom-flow"]);
}

#[test]
fn a_remembered_sign_in_outlives_the_browser_and_another_does_not() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::with_ada();
    browser.go(&stage.at("/login"));
    type_credentials(&browser, ADA);
    browser.click("[name=remember]");
    browser.follow(SUBMIT);
    let cookie = browser.cookie("__Host-Http-cloakroom").unwrap();
    assert_eq!(cookie["session"], false, "{cookie}");
}

#[test]
fn a_second_server_on_another_port_signs_nobody_out_of_the_first() {
    let Some(browser) = Browser::open() else { return };
    let first = Stage::with_ada();
    let second = Stage::open_with("", &[("CLOAKROOM_COOKIES_NAME", "second")]);
    second.house.register(ADA);
    first.sign_in(&browser);
    second.sign_in(&browser);
    assert!(is_signed_in(&first, &browser) && is_signed_in(&second, &browser));
    browser.go(&second.at("/logout"));
    browser.follow(SUBMIT);
    assert!(is_signed_in(&first, &browser) && !is_signed_in(&second, &browser));
}
