//! The shape of an answer: addresses, positions, blanking, lifetimes, bystanders, and what is assumed.

use cloakroom_explain::{Explainer, Explanation, ItemReport, Ours, Paste, render};
use cloakroom_primitives::Timestamp;
use serde_json::json;

const NOW: Timestamp = Timestamp::from_seconds(1_795_521_600);
const SECRET: &str = "Zx81kQpL0vT3mNw7RyUc5BdHfGj2sXaE";

fn explained(text: &str) -> Explanation {
    Explainer::new().explain(&Paste::new(text, NOW))
}

fn item<'e>(explanation: &'e Explanation, at: &str) -> &'e ItemReport {
    explanation.items.iter().find(|item| item.at == at).unwrap()
}

fn has(explanation: &Explanation, id: &str) -> bool {
    explanation.findings.iter().any(|finding| finding.id == id)
}

#[test]
fn a_cookie_is_answered_with_its_parts_its_ends_and_its_bystanders() {
    let explanation = explained(&format!("Set-Cookie: __Host-sid={SECRET}; Path=/; Secure; HttpOnly; SameSite=None"));
    let cookie = item(&explanation, "set-cookie:__Host-sid");
    assert_eq!(explanation.now, "2026-11-24T12:00:00Z");
    assert_eq!((cookie.id.as_str(), cookie.message.as_deref(), cookie.span), ("i1", Some("m1"), Some([12, 55])));
    assert_eq!((cookie.size.bytes, cookie.size.limit), (42, Some(4096)));
    assert_eq!(cookie.shown, format!("Zx{}", "*".repeat(30)));
    let parts: Vec<_> = cookie.parts.iter().map(|part| (part.id.as_str(), part.span, part.secret)).collect();
    assert!(parts.contains(&("name", Some([12, 22]), false)), "{parts:?}");
    assert!(parts.contains(&("attribute:samesite", Some([83, 96]), false)), "{parts:?}");
    assert!(parts.iter().any(|(id, _, secret)| *secret && !id.starts_with("attribute")), "{parts:?}");
    let who: Vec<_> = cookie.who.iter().map(|line| (line.who, line.read, line.r#use)).collect();
    for line in [
        ("script", "no", "while_open"),
        ("other_site", "no", "yes"),
        ("sibling_host", "no", "no"),
        ("network", "no", "no"),
        ("device", "yes", "yes"),
    ] {
        assert!(who.contains(&line), "{who:?}");
    }
    assert_eq!(cookie.lifetime.browser_rule, Some("until the browser session ends"));
    assert_eq!(cookie.lifetime.copy_rule, "until the server ends the session");
    let warning = explanation.findings.iter().find(|finding| finding.id == "cookie.samesite_none").unwrap();
    assert_eq!((warning.item.as_deref(), warning.part.as_deref()), (Some("i1"), Some("attribute:samesite")));
    assert!(cookie.findings.contains(&warning.reference));
    assert_eq!(explanation.counts.warning, 1);
    assert_eq!(explanation.ours, Ours::FOREIGN);
}

#[test]
fn the_answer_in_json_has_the_members_that_readers_know() {
    let answer = serde_json::to_value(explained("Cookie: theme=dark")).unwrap();
    let members: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["counts", "explain", "findings", "input", "items", "messages", "now", "ours", "summary"]);
    assert_eq!(answer["explain"], json!(1));
    assert_eq!(answer["items"][0]["part"], json!("not_auth"));
    assert_eq!(answer["ours"], json!({ "is_ours": false, "verdict": null, "why_no_verdict": "Not issued by this server." }));
    let finding = &answer["findings"][0];
    for member in ["ref", "id", "severity", "item", "message", "part", "text", "do", "sources"] {
        assert!(finding.get(member).is_some(), "{member}");
    }
}

#[test]
fn a_self_contained_copy_has_an_end_of_its_own() {
    let text = "Set-Cookie: token=eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImsxIn0.eyJzdWIiOiI0MiIsImlzcyI6Imh0dHBzOi8vYXBwLmV4YW1wbGUuY29tIiwiYXVkIjoiYXBwIiwiaWF0IjoxNzk1NTIxNjAwLCJleHAiOjE3OTU1MjIyMDB9.2Cwlw85STa1t-nM4gw8ojN6WJh3xCpnH14oeaXk0LfK0qAkK_q3u4T4S7-7UhD6I6WJA8Gb2RN3kBqkjygn56w; Max-Age=86400";
    let explanation = explained(text);
    let life = &item(&explanation, "set-cookie:token").lifetime;
    assert_eq!(life.browser_keeps_until.as_deref(), Some("2026-11-25T12:00:00Z"));
    assert_eq!(
        (life.copy_good_until.as_deref(), life.expires_in, life.source),
        (Some("2026-11-24T12:10:00Z"), Some(600), "both")
    );
    let decoded = item(&explanation, "set-cookie:token").decoded.as_ref().unwrap();
    assert_eq!(decoded["claims"]["exp_utc"], json!("2026-11-24T12:10:00Z"));
}

#[test]
fn positions_are_those_of_the_paste_and_not_of_what_was_read() {
    let text = format!("\u{feff}```\r\nHTTP/1.1 200 OK\r\nSet-Cookie: sid={SECRET}; Path=/\r\n\r\n```");
    let explanation = explained(&text);
    let [start, end] = item(&explanation, "set-cookie:sid").span.unwrap();
    assert_eq!(&text[start..end], format!("sid={SECRET}"));
}

#[test]
fn what_is_assumed_fills_only_what_the_paste_leaves_open() {
    let explainer = Explainer::new();
    let line = format!("Set-Cookie: sid={SECRET}; Path=/; Secure; HttpOnly; SameSite=Lax");
    let over_http = explainer.explain(&Paste::new(&line, NOW).from_origin("http://app.example.com"));
    assert!(has(&over_http, "cookie.refused_on_http"));
    assert_eq!(over_http.messages[0].host.as_deref(), Some("app.example.com"));
    let dump = format!(
        "* Connected to a.test (192.0.2.1) port 443\n* SSL connection\n> GET / HTTP/1.1\n> Host: a.test\n> \n< HTTP/1.1 200 OK\n< {line}\n< \n"
    );
    let told = explainer.explain(&Paste::new(dump, NOW).from_origin("http://app.example.com"));
    assert!(!has(&told, "cookie.refused_on_http"));
    assert_eq!((told.messages[1].scheme, told.messages[1].host.as_deref()), (Some("https"), Some("a.test")));
}

#[test]
fn another_reading_can_be_asked_for() {
    let explainer = Explainer::new();
    let text = format!("sid={SECRET}; Path=/; Secure");
    let first = explainer.explain(&Paste::new(&text, NOW));
    assert_eq!(first.input.container, "http.set_cookie");
    let other = first.input.alternatives[0].format;
    assert_eq!(explainer.explain(&Paste::new(&text, NOW).read_as(other)).input.container, "http.cookie");
}

#[test]
fn public_secrets_are_tried_unless_that_is_not_wanted() {
    let explainer = Explainer::new();
    let flask = "Cookie: session=eyJ1c2VyIjoiYWRtaW4ifQ.awV56A.-BbtNwSXvAluodGWGyN8E_w-ln8";
    assert!(has(&explainer.explain(&Paste::new(flask, NOW)), "token.guessable_secret"));
    assert!(!has(&explainer.explain(&Paste::new(flask, NOW).without_guessing()), "token.guessable_secret"));
}

#[test]
fn what_the_page_saw_stands_in_for_what_it_blanked() {
    let explainer = Explainer::new();
    let blanked = format!("Set-Cookie: sid=Zx{}; Path=/; Secure; HttpOnly; SameSite=Lax", "*".repeat(30));
    let unseen = explainer.explain(&Paste::new(&blanked, NOW));
    assert!(unseen.input.blanked && !has(&unseen, "token.entropy_low") && !has(&unseen, "token.good_reference"));
    let seen = Paste::new(&blanked, NOW).observed("set-cookie:sid", "estimated_bits", &json!(20));
    assert!(has(&explainer.explain(&seen), "token.entropy_low"));
}

#[test]
fn the_terminal_gets_the_same_answer_in_words() {
    let text = render(&explained(&format!("Set-Cookie: sid={SECRET}\u{1b}[31m; Path=/")));
    assert!(text.contains("cookie.httponly_missing") && text.contains("Add `HttpOnly`."), "{text}");
    assert!(!text.contains(SECRET) && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_token_with_a_password_inside_shows_the_rest_of_it() {
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI0MiIsIm5hbWUiOiJhZGEgbG92ZWxhY2UiLCJwYXNzd29yZCI6Imh1bnRlcjIifQ.AAAAAAAA";
    let explanation = explained(token);
    assert!(item(&explanation, "").shown.starts_with("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI0MiIsIm5hbWUiOiJhZGEgbG92ZWxhY2Ui"));
    assert!(!serde_json::to_string(&explanation).unwrap().contains("hunter2"));
}

#[test]
fn a_key_before_the_host_is_a_key_in_the_address() {
    let explanation = explained("https://ghp_0123456789abcdefghijABCDEFGHIJ012345@e.test/a");
    assert_eq!(item(&explanation, "url.user").format, "github.token");
    assert!(has(&explanation, "request.credential_in_url"));
    assert!(explained("https://ada@e.test/a").items.is_empty());
}

#[test]
fn of_an_item_with_countless_parts_the_first_hundred_are_told() {
    let explanation = explained(&format!("Set-Cookie: sid=1{}", "; Path=/".repeat(30_000)));
    assert!(explanation.items[0].parts.len() <= 100);
    assert!(has(&explanation, "input.too_large"));
    assert!(serde_json::to_string(&explanation).unwrap().len() < 400_000);
}

#[test]
fn settings_are_explained_line_by_line() {
    let explanation = explained(
        "# production\nexport GITHUB_TOKEN=ghp_0123456789abcdefghijABCDEFGHIJ012345\nDB_PASSWORD='hunter2'\n\nDATABASE_URL=postgres://ada:s3cretpw@db.e.test/prod\n",
    );
    assert_eq!(item(&explanation, "line.GITHUB_TOKEN").format, "github.token");
    assert_eq!(item(&explanation, "line.DB_PASSWORD").shown, "*******");
    let answer = serde_json::to_string(&explanation).unwrap();
    assert!(!answer.contains("hunter2") && !answer.contains("s3cretpw"), "{answer}");
}

#[test]
fn of_what_nobody_knows_nothing_good_is_said() {
    for text in ["what is this", "FIRST=hello\nSECOND=world"] {
        let explanation = explained(text);
        assert!(!explanation.summary.contains("Nothing wrong"), "{text}: {}", explanation.summary);
    }
}

#[test]
fn the_lists_for_the_browser_are_those_that_are_used() {
    assert!(cloakroom_explain::public_secrets().contains(&"keyboard cat"));
    assert!(cloakroom_explain::private_jwk_members().contains(&"d"));
}
