//! The adviser's pages: from the first question to a configuration, with scripts and without, by keyboard alone, and how they look.

use crate::chromium::{Browser, ENTER, SPACE, Scripts};
use crate::keyboard::tab_to;
use crate::looks::Inspector;
use crate::stage::Stage;

const SHOP: &str =
    "app1.kind=spa&app1.id=shop&app2.kind=mobile&app2.id=courier&app2.stay=on&place=same_origin&apis=several_teams&proxy=can_ask";
const SHOW: &str = ".asked .button[formaction]";

/// The path without the query.
fn page(browser: &Browser) -> String {
    browser.path().split('?').next().unwrap_or_default().to_owned()
}

/// From an empty page to a result, as people go.
fn from_questions_to_a_result(browser: &Browser, stage: &Stage) {
    browser.go(&stage.at("/advise"));
    browser.follow("button[name=add][value=spa]");
    browser.follow("button[name=add][value=mobile]");
    browser.follow("button[name=add][value=job]");
    assert_eq!(browser.count("fieldset.app"), 3);
    browser.follow("#app-3 button[name=remove]");
    assert_eq!(browser.count("fieldset.app"), 2);
    browser.fill("#app1-id", "shop");
    browser.follow(SHOW);
    assert_eq!((page(browser), browser.status()), ("/advise/result".to_owned(), 400), "the place of a web app is missing");
    assert!(browser.text(".notice").contains("where the page gets its data from"), "{}", browser.text(".notice"));
    assert_eq!(browser.value("#app1-id"), "shop", "what was typed is still there");
    browser.click("#q-place input[value=same_origin]");
    browser.click("#q-revocation input[value=next_request]");
    browser.follow(SHOW);
    assert_eq!((page(browser), browser.status()), ("/advise/result".to_owned(), 200));
    assert!(browser.text("main").contains("shop") && browser.text("main").contains("Session in a cookie"));
    assert!(browser.text("#config ~ .copy").contains("[[clients]]"));
}

#[test]
fn a_beginner_comes_from_the_first_question_to_a_configuration() {
    let Some(browser) = Browser::open() else { return };
    from_questions_to_a_result(&browser, &Stage::open());
}

#[test]
fn the_adviser_needs_no_scripts() {
    let Some(browser) = Browser::open_with(Scripts::Off) else { return };
    let stage = Stage::open();
    from_questions_to_a_result(&browser, &stage);
    browser.follow(".assumed li:first-child a");
    assert_eq!(page(&browser), "/advise");
    assert_eq!(browser.value("#app1-id"), "shop", "the link holds the whole system");
}

#[test]
fn the_adviser_is_answered_by_keyboard_alone() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/advise"));
    tab_to(&browser, "button[name=add][value=mobile]");
    browser.press(ENTER);
    browser.wait_until("the app", |browser| browser.has("#app-1"));
    tab_to(&browser, "#q-revocation input");
    browser.press(SPACE);
    tab_to(&browser, SHOW);
    browser.press(ENTER);
    browser.wait_until("the result", |browser| page(browser) == "/advise/result");
    tab_to(&browser, ".snippet summary");
    browser.press(ENTER);
    assert!(browser.has(".snippet[open]"));
}

#[test]
fn an_answer_that_rules_a_cell_out_shows_it_at_once() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/advise?app1.kind=mobile&app1.id=phone"));
    assert_eq!(browser.count(".open td.is-out"), 2, "a phone app holds no cookie");
    browser.go(&stage.at("/advise?app1.kind=mobile&app1.id=phone&proxy=jwt_only"));
    assert_eq!(browser.count(".open td.is-out"), 3, "a gateway that only checks JWTs takes no session token");
    browser.follow(".open tr td:nth-of-type(2) small a");
    assert_eq!(page(&browser), "/advise/rules");
    assert!(browser.has("tr:target"), "the rule that says so");
}

#[test]
fn a_contradiction_leads_out_by_a_link() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/advise/result?app1.kind=spa&app1.id=web&offline=always&place=same_site&revocation=next_request"));
    assert!(browser.has(".status.is-ended"), "{}", browser.text("main"));
    browser.follow(".answer .ways li:first-child a");
    assert_eq!(page(&browser), "/advise/result");
    assert!(!browser.has(".status.is-ended"), "{}", browser.text("main"));
}

#[test]
fn a_flip_is_a_link_to_what_it_says() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at(&format!("/advise/result?{SHOP}")));
    let flips = browser.count("#flips ~ .ways li");
    assert!(flips > 0);
    let gives =
        browser.run("return document.querySelector('#flips ~ .ways .gives').textContent").as_str().unwrap_or_default().to_owned();
    let (app, outcome) = gives.split_once(": ").unwrap();
    browser.follow("#flips ~ .ways li:first-child a");
    let cards = browser.run(&format!(
        "return [...document.querySelectorAll('.answer')].filter((one) => one.querySelector('h2').textContent === '{app}').map((one) => one.querySelector('header p').textContent)[0]"
    ));
    assert!(cards.as_str().unwrap_or_default().ends_with(outcome), "{cards} after {gives}");
}

#[test]
fn the_pages_of_the_adviser_look_right() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    let inspector = Inspector::new(&browser, &stage);
    inspector.look_at("advise-empty", "/advise");
    inspector.look_at("advise-asked", &format!("/advise?{SHOP}"));
    inspector.look_at("advise-wrong", "/advise/result?app1.kind=spa&app1.id=a+b&revocation=soon");
    inspector.look_at("advise-result", &format!("/advise/result?{SHOP}"));
    inspector.look_at(
        "advise-contradiction",
        "/advise/result?app1.kind=spa&app1.id=web&offline=always&place=same_site&revocation=next_request",
    );
    let kinds = ["pages", "spa", "mobile", "desktop", "cli", "device", "job", "webhook"].iter().enumerate();
    let many = kinds.map(|(index, kind)| {
        format!("app{0}.kind={kind}&app{0}.id={kind}-with-a-very-long-name-that-goes-on-and-on-{0}&", index + 1)
    });
    let many = many.collect::<Vec<_>>().concat();
    inspector.look_at(
        "advise-all-kinds",
        &format!("/advise/result?{many}place=same_site&rules=psd2&rules=pci&load=huge&nodes=regions"),
    );
    inspector.look_at("advise-rules", "/advise/rules");
    inspector.look_at("advise-lint", "/advise/lint");
    browser.fill("#config", "orgin = 'https://id.example.com'\n[[clients]]\nid = 'a'\ncells = ['jwt']\naudiences = ['b']\nlifetimes = { access = '20m' }\n");
    browser.follow(".paste .button");
    assert_eq!(browser.count(".findings .error"), 1, "{}", browser.text("main"));
    inspector.look("advise-lint-found");
}
