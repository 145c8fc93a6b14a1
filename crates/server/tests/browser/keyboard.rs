//! The same way, by keyboard alone.

use crate::chromium::{Browser, ENTER, SPACE, TAB};
use crate::house::PASSWORD;
use crate::stage::{ADA, Stage};

/// Presses Tab until the element has the focus; every stop on the way must be seen to have it.
pub(crate) fn tab_to(browser: &Browser, css: &str) {
    for _ in 0..120 {
        browser.press(TAB);
        let shown = browser.run(
            "const at = document.activeElement;
             const ring = (element) => getComputedStyle(element).outlineStyle !== 'none';
             return at === document.body || ring(at) || ring(at.parentElement)",
        );
        assert_eq!(shown, true, "no ring around {}", browser.run("return document.activeElement.outerHTML"));
        if browser.run(&format!("return document.activeElement.matches({css:?})")) == true {
            return;
        }
    }
    panic!("Tab never comes to {css} at {}", browser.url());
}

#[test]
fn the_keyboard_alone_is_enough() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    stage.house.register("someone@example.org");

    browser.go(&stage.at("/register"));
    tab_to(&browser, ".skip");
    browser.press(ENTER);
    assert_eq!(browser.run("return document.activeElement.id"), "main");
    tab_to(&browser, "#email");
    browser.press(ADA);
    tab_to(&browser, "#password");
    browser.press(PASSWORD);
    browser.press(TAB);
    browser.press(SPACE);
    assert_eq!(browser.run("return document.querySelector('#password').type"), "text", "Space on the button shows the password");
    tab_to(&browser, "[type=submit]");
    browser.press(ENTER);
    browser.wait_until("signed in", |browser| browser.path() == "/account");
    stage.house.sign_in(ADA, "token");

    tab_to(&browser, "nav a[href='/account/sessions']");
    browser.press(ENTER);
    browser.wait_until("the list of sessions", |browser| browser.path() == "/account/sessions");
    tab_to(&browser, ".session summary");
    browser.press(ENTER);
    tab_to(&browser, ".session details[open] button");
    browser.press(ENTER);
    browser.wait_until("the receipt", |browser| browser.has(".receipt"));
    assert_eq!(browser.count(".session"), 1);

    tab_to(&browser, "a[href='/logout']");
    browser.press(ENTER);
    browser.wait_until("the question", |browser| browser.path() == "/logout");
    tab_to(&browser, "main [type=submit]");
    browser.press(ENTER);
    browser.wait_until("signed out", |browser| browser.text("h1") == "You are signed out");
}
