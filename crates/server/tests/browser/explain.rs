//! `/explain` in Chromium: nothing secret leaves the browser unless a person says so, and the page works without scripts and by keyboard
//! alone.

use serde_json::{Value, json};

use crate::chromium::{Browser, ENTER, SPACE, Scripts, TAB};
use crate::looks::Inspector;
use crate::stage::{ADA, Stage};

/// What must not be sent, inside what is pasted.
const SECRETS: [&str; 4] =
    ["81kQpL0vT3mNw7RyUc5BdHfGj2sXaE", "hunter2hunter2", "dQw4w9WgXcQkLmNoPqRsTuVwXyZ0123456789abcde", "c0ffee00c0ffee"];

const EXCHANGE: &str = "\
> POST /login HTTP/1.1
> Host: app.example.com
> Authorization: Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMDQyIn0.dQw4w9WgXcQkLmNoPqRsTuVwXyZ0123456789abcde
>
user=ada&password=hunter2hunter2
< HTTP/1.1 200 OK
< Set-Cookie: __Host-sid=Zx81kQpL0vT3mNw7RyUc5BdHfGj2sXaE; Path=/; Secure; HttpOnly; SameSite=Lax
< X-Api-Key: c0ffee00c0ffee00c0ffee00c0ffee00
<
{\"token\":\"Zx81kQpL0vT3mNw7RyUc5BdHfGj2sXaE\",\"name\":\"ada\"}";

const BLANKED: &str = "Secret parts are blanked here";
const WHOLE: &str = "The whole text goes to this server";

fn paste(browser: &Browser, text: &str) {
    // Typing would be read as keys: tabs and line ends too.
    browser.run(&format!(
        "const field = document.querySelector('#text'); field.value = {}; field.dispatchEvent(new Event('input', {{ bubbles: true }}))",
        json!(text)
    ));
}

/// The bodies of the requests that the browser has sent since this was asked last.
fn sent_bodies(browser: &Browser) -> Vec<String> {
    let entries = browser.log("performance");
    let messages = entries.iter().filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok());
    let requests = messages.filter(|message| message["message"]["method"] == "Network.requestWillBeSent");
    requests.filter_map(|message| Some(message["message"]["params"]["request"]["postData"].as_str()?.to_owned())).collect()
}

#[test]
fn nothing_secret_leaves_the_browser() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/explain"));
    assert!(browser.text("[data-hint]").starts_with(BLANKED));
    sent_bodies(&browser);
    paste(&browser, EXCHANGE);
    browser.wait_until("what is sent is shown", |browser| browser.has(".preview:not([hidden]) mark"));
    let shown = browser.text(".preview pre");
    browser.follow("#paste .button:not(.quiet)");
    let sent = sent_bodies(&browser);
    assert_eq!(sent.len(), 1, "{sent:?}");
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{secret} is shown");
        assert!(!sent[0].contains(secret), "{secret} was sent: {}", sent[0]);
    }
    let came_back = browser.value("#text");
    assert_eq!(came_back.split_whitespace().collect::<Vec<_>>(), shown.split_whitespace().collect::<Vec<_>>());
    assert_eq!(came_back.len(), EXCHANGE.len(), "lengths stay true");
    assert!(came_back.contains("Path=/; Secure; HttpOnly; SameSite=Lax") && came_back.contains("user=ada"));
    assert!(browser.has("#answer") && browser.has(".thing"));
}

#[test]
fn the_whole_text_is_sent_by_a_button_of_its_own() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/explain"));
    paste(&browser, EXCHANGE);
    browser.follow("#paste .actions .quiet");
    assert_eq!(browser.value("#text"), EXCHANGE);
    // Whatever is sent after that is blanked again.
    sent_bodies(&browser);
    browser.follow("#paste .button:not(.quiet)");
    let sent = sent_bodies(&browser);
    assert!(SECRETS.iter().all(|secret| !sent[0].contains(secret)), "{sent:?}");
}

#[test]
fn a_text_that_came_back_blanked_is_sent_as_it_is_with_what_was_seen_in_it() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/explain"));
    paste(&browser, "Authorization: Basic YWRhOmh1bnRlcjI=");
    browser.follow("#paste .button:not(.quiet)");
    let first = browser.value("#text");
    let observed = browser.run("return document.querySelector('#text').dataset.observed");
    assert!(first.starts_with("Authorization: Basic YWRhO") && first.ends_with('*'), "{first}");
    browser.follow("#paste .button:not(.quiet)");
    assert_eq!(browser.value("#text"), first);
    assert_eq!(browser.run("return document.querySelector('#text').dataset.observed"), observed);
}

#[test]
fn a_secret_that_everybody_knows_is_found_without_sending_it() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/explain"));
    paste(
        &browser,
        "Set-Cookie: session=eyJ1c2VyIjoiYWRtaW4ifQ.awV56A.-BbtNwSXvAluodGWGyN8E_w-ln8; HttpOnly; Path=/; Secure; SameSite=Lax",
    );
    browser.follow("#paste .button:not(.quiet)");
    assert!(!browser.value("#text").contains("BbtNwSXvAluodGWGyN8E"));
    let seen = browser.run("return document.querySelector('#text').dataset.observed");
    assert!(seen.as_str().unwrap().contains("\"secret_guessable\",\"value\":true"), "{seen}");
}

/// What stands in places where one does not look for a secret. `S` is one drawn at random, `K` a key with a maker's prefix.
const HIDING: [(&str, &[&str]); 26] = [
    ("{J}\n-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ\n-----END PUBLIC KEY-----", &["dQw4w9WgXcQkLmNo"]),
    ("DB_PASSWORD=hunter2\nAPI={S}\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", &["hunter2", "{S}"]),
    ("* [HTTP/2] [1] [authorization: Bearer {S}]\n* [HTTP/2] [1] [authorization: Basic YWRhOmg=]", &["{S}", "YWRhOmg"]),
    ("* Added cookie sid=\"{S}\" for domain x.example", &["{S}"]),
    ("* stripe: {K}", &["{K}"]),
    (
        r#"{"log":{"entries":[{"request":{"postData":{"text":"{\"password\":\"hunter2\",\"access_token\":\"{S}\"}"}}}]}}"#,
        &["hunter2", "{S}"],
    ),
    (
        r#"fetch("https://x.example/", {"headers":{"x-api-key":"shortkey"},"body":"{\"password\":\"hunter2\"}"})"#,
        &["shortkey", "hunter2"],
    ),
    (r#"curl -d "{\"token\":\"{S}\",\"password\":\"hunter2\"}" https://x.example/"#, &["{S}", "hunter2"]),
    ("Set-Cookie: sid={S};\tPath=/;\tSecure", &["{S}"]),
    ("Authorization: Bearer {S}\tx\ty", &["{S}"]),
    ("{S}\tvalue\tx.example\t/", &["{S}"]),
    ("git clone https://{K}@github.com/a.git", &["{K}"]),
    ("curl -u {K}: https://api.example.com", &["{K}"]),
    (r#"{"dbPassword":"hunter2","client-secret":"hunter3","user-otp":123456}"#, &["hunter2", "hunter3", "123456"]),
    (r#"{"secret":{"v":"hunter2","n":12345678},"{K}":true}"#, &["hunter2", "12345678", "{K}"]),
    ("GET /login?next=%2Fcb%3Ftoken%3D{S} HTTP/1.1\nHost: x.example", &["{S}"]),
    ("SAMLResponse=abc&RelayState={S}", &["{S}"]),
    (r#"{"redirect_uri":"https://x.example/cb?code={S}"}"#, &["{S}"]),
    ("db_password: hunter2", &["hunter2"]),
    ("some text\npassword = hunter2\nmore", &["hunter2"]),
    ("POST / HTTP/1.1\nHost: x.example\n\n{\n  \"user\": \"ada\",\n  \"password\": \"hunter2\"\n}", &["hunter2"]),
    (
        "POST / HTTP/1.1\nHost: x.example\n\n--B\nContent-Disposition: form-data; name=\"password\"\n\nhunter2\n--B--",
        &["hunter2"],
    ),
    ("mysql --user ada --pass hunter2 --host x", &["hunter2"]),
    ("Response:\n{\"password\":\"hunter2\"}", &["hunter2"]),
    ("< HTTP/1.1 200 OK\n<\n{\"access_token\":\"{S}\",\"pin\":1234}", &["{S}", "1234"]),
    ("Authorization: Basic c2tfbGl2ZV80ZUMzOUhxTHlqV0Rhcmp0VDF6ZHA3ZGM6", &["OUhxTHlqV0Rhcmp0"]),
];

#[test]
fn a_secret_that_hides_between_other_things_does_not_leave_the_browser_either() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/explain"));
    let filled = |text: &str| {
        text.replace("{S}", SECRETS[0].trim_start_matches('8'))
            .replace("{K}", "sk_live_4eC39HqLyjWDarjtT1zdp7dc")
            .replace("{J}", concat!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMDQyIn0.", "dQw4w9WgXcQkLmNoPqRsTuVwXyZ0123456789abcde"))
    };
    let texts: Vec<_> = HIDING.iter().map(|(text, _)| filled(text)).collect();
    let blanked = browser.run_until_done(&format!(
        "import('/assets/explain-blank.js').then((page) => done({}.map((text) => page.blank(text).text)), (error) => done(String(error)))",
        json!(texts)
    ));
    for ((text, shown), (_, secrets)) in texts.iter().zip(blanked.as_array().unwrap()).zip(HIDING) {
        let shown = shown.as_str().unwrap();
        assert_eq!(shown.len(), text.len(), "{text}");
        for secret in secrets {
            assert!(!shown.contains(&filled(secret)), "{secret} in {shown}");
        }
    }
}

/// The samples of the explainer's own tests, but for those that are too big to be typed.
fn samples() -> Vec<(String, String)> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../explain/tests/samples/corpus.json");
    let samples: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let text = |sample: &Value| Some((sample["id"].as_str()?.to_owned(), sample["input"].as_str()?.to_owned()));
    samples.iter().filter_map(text).collect()
}

/// What the explainer calls secret in a text, as it stands there.
fn secrets_in(answer: &Value, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for item in answer.as_array().into_iter().flatten() {
        for part in item["parts"].as_array().into_iter().flatten().filter(|part| part["secret"] == true) {
            let at = |index: usize| usize::try_from(part["span"][index].as_u64()?).ok();
            found.extend(at(0).zip(at(1)).and_then(|(from, until)| text.get(from..until)).map(str::to_owned));
        }
        found.extend(secrets_in(&item["nested"], text));
    }
    found
}

#[test]
fn what_the_explainer_calls_secret_the_page_has_blanked() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/explain"));
    let samples = samples();
    let texts: Vec<_> = samples.iter().map(|(_, text)| text).collect();
    let blanked = browser.run_until_done(&format!(
        "import('/assets/explain-blank.js').then((page) => done({}.map((text) => page.blank(text).text)), (error) => done(String(error)))",
        json!(texts)
    ));
    let blanked: Vec<_> = blanked.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    let mut secrets = 0;
    for ((id, text), blanked) in samples.iter().zip(blanked) {
        assert_eq!(blanked.encode_utf16().count(), text.encode_utf16().count(), "{id}: lengths stay true");
        let answer = stage.house.send_json("POST", "/api/v1/explain", &[], &json!({ "text": text })).json();
        for secret in secrets_in(&answer["items"], text).iter().filter(|secret| secret.len() >= 6 && !secret.contains('*')) {
            secrets += 1;
            assert!(!blanked.contains(secret.as_str()), "{id}: {secret}");
        }
    }
    assert!(secrets > 150, "{secrets} secrets were looked for");
}

#[test]
fn without_scripts_the_label_says_that_the_whole_text_goes_to_the_server() {
    let Some(browser) = Browser::open_with(Scripts::Off) else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/explain"));
    assert!(browser.text("[data-hint]").starts_with(WHOLE));
    assert!(!browser.has(".preview") && !browser.has("#paste .quiet"));
    browser.fill("#text", "Set-Cookie: sid=Zx81kQpL0vT3mNw7RyUc5BdHfGj2sXaE; Path=/");
    browser.follow("#paste button");
    assert!(browser.text("#answer").contains("HttpOnly") || browser.has(".finding"));
    assert!(!browser.text("#answer").contains(SECRETS[0]), "the answer is blanked all the same");
    browser.follow(".samples li:nth-child(2) a");
    assert!(browser.path().starts_with("/explain?sample=jwt-cookie") && browser.has(".thing"));
}

#[test]
fn a_form_that_cannot_be_read_comes_back_as_it_was() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/explain"));
    paste(&browser, "theme=dark; lang=en");
    browser.click(".more summary");
    browser.fill("#now", "yesterday");
    browser.follow("#paste .button:not(.quiet)");
    assert_eq!(
        (browser.status(), browser.value("#text").as_str(), browser.value("#now").as_str()),
        (400, "theme=dark; lang=en", "yesterday")
    );
    assert!(browser.text("#now-error").contains("2026-11-24T12:00:00Z"));
    assert!(browser.title().starts_with("Error"), "{}", browser.title());
}

#[test]
fn what_was_pasted_never_becomes_markup_or_a_link() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/explain"));
    paste(
        &browser,
        "Set-Cookie: <img src=x onerror=alert(1)>=\"><script>alert(1)</script>; Domain=javascript:alert(1); Path=/</textarea><b>",
    );
    browser.follow("#paste .actions .quiet");
    assert_eq!(browser.count("main img, main script, main b a, main textarea b"), 0);
    let foreign = browser.run(
        "return [...document.querySelectorAll('main a')].map((a) => a.href).filter((href) => !href.startsWith(location.origin) && !/^https:\\/\\//.test(href))",
    );
    assert_eq!(foreign, json!([]));
}

/// Presses Tab until the element has the focus.
fn tab_to(browser: &Browser, css: &str) {
    for _ in 0..80 {
        browser.press(TAB);
        if browser.run(&format!("return document.activeElement.matches({css:?})")) == true {
            return;
        }
    }
    panic!("Tab never comes to {css} at {}", browser.url());
}

#[test]
fn the_keyboard_alone_is_enough_to_ask_and_to_read_the_answer() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    browser.go(&stage.at("/"));
    tab_to(&browser, "nav a[href='/explain']");
    browser.press(ENTER);
    browser.wait_until("the page", |browser| browser.path() == "/explain");
    tab_to(&browser, "#text");
    browser.press("Set-Cookie: sid=Zx81kQpL0vT3mNw7RyUc5BdHfGj2sXaE");
    tab_to(&browser, "#paste button.button:not(.quiet)");
    browser.press(SPACE);
    browser.wait_until("the answer", |browser| browser.has("#answer"));
    tab_to(&browser, ".thing .ref");
    let target = browser.run("return document.activeElement.getAttribute('href')");
    browser.press(ENTER);
    assert_eq!(browser.run("return location.hash"), target, "a number leads to its finding");
    assert_eq!(browser.run("return document.querySelector(location.hash) !== null"), true);
}

#[test]
fn the_verdict_is_told_on_the_page_for_ones_own_credential() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::with_ada();
    stage.sign_in(&browser);
    let held = stage.house.sign_in(ADA, "token");
    browser.go(&stage.at("/explain"));
    paste(&browser, &held.bearer.unwrap());
    browser.follow("#paste .button:not(.quiet)");
    assert!(browser.text(".ours").contains("blanked"), "{}", browser.text(".ours"));
    paste(&browser, &stage.house.sign_in(ADA, "token").bearer.unwrap());
    browser.follow("#paste .actions .quiet");
    assert_eq!(browser.text(".ours h3"), "This server takes it.");
}

#[test]
fn the_pages_of_explain_look_right() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    let inspector = Inspector::new(&browser, &stage);
    inspector.look_at("explain-empty", "/explain");
    for sample in ["session-cookie", "jwt-cookie", "cookie-header", "access-token", "sign-in", "basic", "reset-link", "not-a-jwt"]
    {
        inspector.look_at(&format!("explain-{sample}"), &format!("/explain?sample={sample}"));
    }
    browser.go(&stage.at("/explain"));
    let long = format!("Cookie: {}={}; sid=x; {}", "n".repeat(300), "v".repeat(3_000), "a=b; ".repeat(60));
    paste(&browser, &long);
    browser.follow("#paste .button:not(.quiet)");
    inspector.look("explain-long");
    paste(&browser, "My login does not work since yesterday, please help!");
    browser.follow("#paste .button:not(.quiet)");
    inspector.look("explain-prose");
    browser.run("document.querySelector('.more').open = true");
    browser.fill("#now", "yesterday");
    browser.follow("#paste .button:not(.quiet)");
    inspector.look("explain-error");
    inspector.look_at("explain-rules", "/explain/rules");
}
