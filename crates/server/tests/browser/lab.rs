//! The lab in Chromium: each scenario's page, the apps that a person's own browser uses, and a real attack from another site.

use serde_json::json;

use crate::chromium::{Browser, ENTER, SPACE, Scripts};
use crate::keyboard::tab_to;
use crate::looks::Inspector;
use crate::stage::Stage;

const SCENARIOS: [&str; 21] = [
    "sign_in",
    "next_request",
    "come_back",
    "sign_out",
    "end_elsewhere",
    "role_changed",
    "plain_cookie",
    "tamper",
    "stolen",
    "stolen_refresh",
    "script",
    "cross_site",
    "two_tabs",
    "lost_answer",
    "restart",
    "store_down",
    "clock_wrong",
    "key_rotation",
    "key_distrusted",
    "too_big",
    "many",
];

/// One of each kind: with and without an axis of time, with many parties, with figures that were computed.
const PICTURED: [&str; 5] = ["sign_in", "sign_out", "stolen", "cross_site", "many"];

const RUN: &str = ".bench button[type=submit]";

/// Runs a scenario by its button.
fn run(stage: &Stage, browser: &Browser, scenario: &str) {
    browser.go(&stage.at(&format!("/lab/{scenario}")));
    browser.follow(RUN);
    browser.wait_until(scenario, |browser| browser.has(".four"));
}

#[test]
fn every_scenario_is_run_by_a_button_and_shown_in_four_cells() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    let inspector = Inspector::new(&browser, &stage);
    inspector.look_at("lab", "/lab");
    assert_eq!(browser.count(".questions a"), SCENARIOS.len());
    inspector.look_at("lab-not-run", "/lab/sign_out");
    for scenario in SCENARIOS {
        run(&stage, &browser, scenario);
        assert_eq!(browser.count(".four > article"), 4, "{scenario}");
        assert_eq!(browser.count(".unexpected"), 0, "{scenario}: {}", browser.text(".four"));
        assert_eq!(browser.count(".four section"), 24, "{scenario}: six answers in each cell");
        if PICTURED.contains(&scenario) {
            inspector.look(&format!("lab-{scenario}"));
        } else {
            inspector.glance(&format!("lab-{scenario}"));
        }
    }
}

#[test]
fn the_same_question_stands_in_the_same_row() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    let inspector = Inspector::new(&browser, &stage);
    run(&stage, &browser, "sign_out");
    inspector.show(1440, 900, "light");
    for row in 1..=6 {
        let tops = browser.run(&format!(
            "return [...new Set([...document.querySelectorAll('.four > article')].map((cell) =>
                Math.round(cell.querySelectorAll('section')[{row} - 1].getBoundingClientRect().top)))].length"
        ));
        assert_eq!(tops, 1, "row {row}");
    }
}

#[test]
fn without_scripts_the_lab_runs_and_a_phone_keeps_its_place() {
    let Some(browser) = Browser::open_with(Scripts::Off) else { return };
    let stage = Stage::open();
    run(&stage, &browser, "sign_out");
    let inspector = Inspector::new(&browser, &stage);
    inspector.show(360, 740, "light");
    let shown = |cell: &str| browser.run(&format!("return document.querySelector('.cell-{cell}').offsetHeight > 0")) == true;
    assert!(shown("cookie") && !shown("jwt"));
    browser.click("#show-jwt");
    assert!(shown("jwt") && !shown("cookie"));
    let stays = browser.run("return getComputedStyle(document.querySelector('.switch')).position");
    assert_eq!(stays, "sticky");
    browser.go(&stage.at("/lab/go?scenario=stolen"));
    assert_eq!(browser.path(), "/lab/stolen");
}

#[test]
fn a_secret_part_is_seen_only_by_whoever_asks() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    run(&stage, &browser, "next_request");
    let seen = "return [...document.querySelectorAll('.cred .secret .plain')].filter((part) => part.offsetWidth > 0).length";
    assert_eq!(browser.run(seen), 0);
    browser.click("#show-secrets");
    assert_ne!(browser.run(seen), 0);
}

#[test]
fn the_lab_needs_no_mouse() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/lab"));
    tab_to(&browser, "a[href='/lab/sign_in']");
    browser.press(ENTER);
    browser.wait_until("the question", |browser| browser.path() == "/lab/sign_in");
    tab_to(&browser, RUN);
    browser.press(ENTER);
    browser.wait_until("the answer", |browser| browser.has(".four"));
    tab_to(&browser, "#show-secrets");
    browser.press(SPACE);
    assert!(browser.is_checked("#show-secrets"));
    tab_to(&browser, "#sign_in-cookie summary");
    browser.press(ENTER);
    assert!(browser.has("#sign_in-cookie details[open]"));
}

#[test]
fn nothing_moves_for_whoever_asks_for_less_motion() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    run(&stage, &browser, "sign_out");
    for (wish, name) in [("reduce", "none"), ("no-preference", "travel")] {
        let features = json!({ "features": [{ "name": "prefers-reduced-motion", "value": wish }] });
        browser.devtools("Emulation.setEmulatedMedia", &features);
        assert_eq!(browser.run("return getComputedStyle(document.querySelector('.seq .go')).animationName"), name, "{wish}");
    }
}

#[test]
fn a_saved_page_is_whole_without_its_server() {
    let Some(browser) = Browser::open() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saved.html");
    {
        let stage = Stage::open();
        run(&stage, &browser, "sign_out");
        std::fs::write(&file, stage.house.send("GET", "/lab/sign_out/saved", &[], "").body).unwrap();
    }
    browser.go(&format!("file://{}", file.display()));
    assert_eq!(browser.count(".four > article"), 4);
    assert_eq!(browser.run("return performance.getEntriesByType('resource').length"), 0);
    let ground = browser.run("return getComputedStyle(document.querySelector('.card')).borderTopStyle");
    assert_eq!(ground, "solid", "its styles stand in it");
}

/// Whether a page that loads itself again has come to say something.
fn says(browser: &Browser, css: &str, words: &str) -> bool {
    let text = browser.run(&format!("return document.querySelector({css:?})?.innerText ?? ''"));
    text.as_str().is_some_and(|text| text.contains(words))
}

/// Goes to an app of the lab, by its link.
fn open_app(stage: &Stage, browser: &Browser, cell: usize) -> String {
    browser.go(&stage.at("/lab/browser"));
    assert_eq!(browser.run("return document.querySelector('[data-probe]').offsetHeight"), 0, "the hosts are found");
    browser.follow(&format!(".apps > li:nth-child({cell}) .button"));
    browser.url()
}

/// What the other site's form for a cell does.
fn attack(browser: &Browser, app: &str, cell: usize) {
    let port = app.parse::<url::Url>().unwrap().port().unwrap();
    browser.go(&format!("http://attacker.localhost:{port}/"));
    browser.follow(&format!(".apps > li:nth-child({cell}) form button"));
}

#[test]
fn another_site_cannot_use_a_cookie_app_in_anybodys_name() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    for (cell, cookie) in [(1, "__Host-Http-cloakroom"), (3, "__Host-Http-cloakroom-jwt")] {
        let app = open_app(&stage, &browser, cell);
        browser.follow(".app-do form button");
        assert!(browser.text("#who").contains("ada@"), "{}", browser.text("main"));
        let kept = browser.cookie(cookie).unwrap();
        assert_eq!((&kept["httpOnly"], &kept["sameSite"]), (&json!(true), &json!("Lax")));

        attack(&browser, &app, cell);
        assert_eq!(browser.status(), 403, "{}", browser.text("body"));
        // The link of the other site brings the cookie along.
        browser.go(&app);
        assert!(browser.text("#who").contains("ada@"), "still signed in");
        let came = browser.text(".seen-list");
        assert!(came.contains("sec-fetch-site: cross-site") && came.contains("403"), "{came}");
        let post = browser.run(
            "return [...document.querySelectorAll('.seen-list .wire')].map((wire) => wire.innerText)
                .find((text) => text.startsWith('POST /app/sign-out'))",
        );
        assert!(!post.as_str().unwrap().to_lowercase().contains("\ncookie:"), "Lax keeps it at home: {post}");

        browser.follow(".app-do form button");
        assert!(browser.text("#who").contains("not signed in"));
        assert_eq!(browser.cookie(cookie), None);
    }
}

#[test]
fn a_header_app_has_nothing_that_another_site_could_attach() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    for (cell, name) in [(2, "session_token"), (4, "access_token")] {
        let app = open_app(&stage, &browser, cell);
        browser.click("[data-do=sign-in]");
        browser.wait_until("signed in", |browser| says(browser, "#who", "ada@"));
        assert_eq!(browser.run(&format!("return sessionStorage.getItem('{name}') !== null")), true);
        assert!(browser.cookies().iter().all(|cookie| cookie["domain"] != app.parse::<url::Url>().unwrap().host_str().unwrap()));

        attack(&browser, &app, cell);
        browser.go(&app);
        browser.click("[data-do=who]");
        browser.wait_until("asked", |browser| says(browser, "[data-app]", "200"));
        assert!(browser.text("#who").contains("ada@"), "still signed in");

        browser.click("[data-do=sign-out]");
        browser.wait_until("signed out", |browser| says(browser, "#who", "not signed in"));
        assert_eq!(browser.run(&format!("return sessionStorage.getItem('{name}')")), serde_json::Value::Null);
    }
}

#[test]
fn without_scripts_a_cookie_app_works_and_a_header_app_says_why_it_cannot() {
    let Some(browser) = Browser::open_with(Scripts::Off) else { return };
    let stage = Stage::open();
    for cell in [1, 3] {
        open_app(&stage, &browser, cell);
        browser.follow(".app-do form button");
        assert!(browser.text("#who").contains("ada@"));
    }
    open_app(&stage, &browser, 2);
    assert!(browser.text("main").contains("only a script can add a header"));
}

#[test]
fn the_apps_and_the_other_site_look_right() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    let inspector = Inspector::new(&browser, &stage);
    // It asks one of the other hosts whether it is there.
    browser.go(&stage.at("/lab/browser"));
    inspector.look_elsewhere("lab-browser");
    for (cell, name) in [(1, "cookie"), (2, "token"), (3, "jwt_cookie"), (4, "jwt")] {
        let app = open_app(&stage, &browser, cell);
        if cell % 2 == 1 {
            browser.follow(".app-do form button");
        } else {
            browser.click("[data-do=sign-in]");
            browser.wait_until("signed in", |browser| says(browser, "#who", "ada@"));
        }
        inspector.look_elsewhere(&format!("lab-app-{name}"));
        if cell == 1 {
            attack(&browser, &app, 2);
            browser.go(&app.replace("cookie-session", "attacker").replace("/app", "/"));
            inspector.look_elsewhere("lab-attacker");
        }
    }
}

#[test]
fn each_claim_is_settled_by_a_run() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    let inspector = Inspector::new(&browser, &stage);
    inspector.look_at("lab-claims-before", "/lab/claims");
    let claims = browser.count(".claims-list > li");
    assert_eq!(claims, 12);
    for claim in 1..=claims {
        browser.follow(&format!(".claims-list > li:nth-child({claim}) form button"));
        browser.wait_until("the evidence", |browser| browser.has(&format!(".claims-list > li:nth-child({claim}) .seen li")));
    }
    assert_eq!(browser.count(".evidence > .is-ended"), 0, "{}", browser.text("main"));
    inspector.look("lab-claims");
}

#[test]
fn the_table_is_measured_by_a_button_and_can_be_copied() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    let inspector = Inspector::new(&browser, &stage);
    inspector.look_at("lab-table-before", "/lab/table");
    browser.follow(RUN);
    browser.wait_until("the table", |browser| browser.has(".compare"));
    assert_eq!((browser.count(".compare tbody tr"), browser.count(".compare tbody tr:first-child td")), (15, 5));
    let copied = browser.value("#markdown");
    assert_eq!(copied.lines().count(), 17, "a heading, a rule, fifteen rows: {copied}");
    inspector.look("lab-table");
    let pdf = browser.devtools("Page.printToPDF", &json!({ "preferCSSPageSize": true, "printBackground": false }));
    assert!(pdf["data"].as_str().is_some_and(|data| data.len() > 10_000));
}

#[test]
fn the_two_tiny_programs_are_shown_and_run() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    let inspector = Inspector::new(&browser, &stage);
    // A program in Rust shows what would be markup elsewhere.
    browser.go(&stage.at("/lab/examples"));
    inspector.look_elsewhere("lab-examples-before");
    browser.follow(RUN);
    browser.wait_until("the steps", |browser| browser.has(".five"));
    assert_eq!(browser.count(".five > li"), 10);
    assert!(browser.text(".source").contains("Auth::builder"));
    inspector.look_elsewhere("lab-examples");
}
