//! What a form does when something is wrong with it: nothing is lost, and nothing happens that was not asked for.

use crate::chromium::Browser;
use crate::house::PASSWORD;
use crate::stage::{ADA, SUBMIT, Stage, is_signed_in, type_credentials};

const FLOW: &str = "__Host-Http-cloakroom-flow";

/// What a screen reader says with the field that has the focus.
fn said_with_focus(browser: &Browser) -> String {
    let said = browser.run(
        "const ids = document.activeElement.getAttribute('aria-describedby').split(' ');
         return ids.map((id) => document.getElementById(id).textContent).join(' ')",
    );
    said.as_str().unwrap().to_owned()
}

#[test]
fn an_error_keeps_what_was_typed_and_stands_beside_its_field() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::with_ada();
    browser.go(&stage.at("/login"));
    browser.fill("#email", ADA);
    browser.fill("#password", "not this one at all");
    browser.click("[name=remember]");
    browser.follow(SUBMIT);
    assert_eq!((browser.path().as_str(), browser.status()), ("/login", 401));
    assert_eq!((browser.value("#email"), browser.value("#password")), (ADA.to_owned(), String::new()));
    assert!(browser.is_checked("[name=remember]"));
    assert!(browser.title().starts_with("Error: "));
    assert_eq!(browser.run("return document.activeElement.id"), "password");
    assert!(said_with_focus(&browser).contains("do not belong together"));

    browser.go(&stage.at("/register"));
    browser.fill("#email", "no address");
    browser.fill("#name", "Grace \"<b>\" & Söhne");
    browser.fill("#password", PASSWORD);
    browser.follow(SUBMIT);
    assert_eq!((browser.status(), browser.count(".wrong")), (400, 1));
    assert_eq!((browser.value("#email").as_str(), browser.value("#name").as_str()), ("no address", "Grace \"<b>\" & Söhne"));
    assert!(said_with_focus(&browser).contains("one @"));
    browser.fill("#email", ADA);
    browser.fill("#password", PASSWORD);
    browser.follow(SUBMIT);
    assert_eq!((browser.status(), browser.value("#name").as_str()), (409, "Grace \"<b>\" & Söhne"));

    stage.sign_in(&browser);
    browser.fill("#current_password", "not this one at all");
    browser.fill("#new_password", "another staple for the battery");
    browser.follow(SUBMIT);
    assert_eq!((browser.path().as_str(), browser.status()), ("/account/password", 401));
    assert!(said_with_focus(&browser).contains("not your current password"));
    browser.fill("#current_password", PASSWORD);
    browser.fill("#new_password", "short");
    browser.follow(SUBMIT);
    assert_eq!(browser.status(), 400);
    assert_eq!(browser.run("return document.activeElement.id"), "new_password");
    assert!(is_signed_in(&stage, &browser));
}

#[test]
fn a_stale_or_foreign_form_does_nothing_and_comes_back_with_its_input() {
    let (Some(browser), Some(stranger)) = (Browser::open(), Browser::open()) else { return };
    let stage = Stage::with_ada();
    let form = |browser: &Browser| browser.value("main input[name=form]");
    let submit_with = |browser: &Browser, field: &str| {
        browser.run(&format!("document.querySelectorAll('input[name=form]').forEach((one) => one.value = {field:?})"));
        browser.follow("main form:not(details:not([open]) form) button[type=submit]");
        assert_eq!(browser.status(), 400);
        assert!(browser.text("[role=alert]").contains("open for too long"), "{}", browser.text("main"));
    };

    stranger.go(&stage.at("/login"));
    for field in ["", "AAAA", &form(&stranger)] {
        browser.go(&stage.at("/login"));
        type_credentials(&browser, ADA);
        submit_with(&browser, field);
        assert_eq!((browser.value("#email").as_str(), browser.value("#password").as_str()), (ADA, ""));
        assert!(!browser.cookies().iter().any(|cookie| cookie["name"] == "__Host-Http-cloakroom"));
    }
    browser.go(&stage.at("/login"));
    browser.delete_cookie(FLOW, &stage.origin());
    type_credentials(&browser, ADA);
    browser.follow(SUBMIT);
    assert_eq!((browser.status(), browser.value("#email").as_str()), (400, ADA));
    browser.fill("#password", PASSWORD);
    browser.follow(SUBMIT);
    assert_eq!(browser.path(), "/account", "the form that came back is good");

    stranger.go(&stage.at("/register"));
    stranger.fill("#email", "bob@example.org");
    stranger.fill("#name", "Bob");
    stranger.fill("#password", PASSWORD);
    submit_with(&stranger, "AAAA");
    assert_eq!((stranger.value("#email").as_str(), stranger.value("#name").as_str()), ("bob@example.org", "Bob"));

    let other = stage.house.sign_in(ADA, "token");
    let own = form(&browser);
    submit_with(&browser, "AAAA");
    for (page, opens) in [("/account/sessions", ".title-row summary"), ("/account/sessions", ".session summary"), ("/logout", "")]
    {
        browser.go(&stage.at(page));
        if !opens.is_empty() {
            browser.click(opens);
        }
        submit_with(&browser, &own);
    }
    assert!(other.is_taken(&stage.house), "nothing has ended");
    assert!(is_signed_in(&stage, &browser));
}

#[test]
fn two_sign_in_pages_in_two_tabs_work_in_any_order() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::with_ada();
    let first = browser.tab();
    let second = browser.open_tab();
    for order in [[&first, &second], [&second, &first]] {
        for (tab, way) in [(&first, "/account/sessions"), (&second, "/problems")] {
            browser.show_tab(tab);
            browser.go(&stage.at(&format!("/login?return_to={way}")));
        }
        for tab in order {
            browser.show_tab(tab);
            type_credentials(&browser, ADA);
            browser.follow(SUBMIT);
            assert_eq!(browser.path(), if tab == &first { "/account/sessions" } else { "/problems" });
        }
        browser.go(&stage.at("/logout"));
        browser.follow(SUBMIT);
        browser.delete_cookie(FLOW, &stage.origin());
    }
}
