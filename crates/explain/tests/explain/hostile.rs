//! Pastes by people who mean harm: no panic, no secret, no long wait.

use std::fmt::Write as _;
use std::time::Duration;

use cloakroom_explain::{Explainer, Explanation, ItemReport, Paste, render};
use cloakroom_primitives::{Clock as _, SystemClock, Timestamp};
use proptest::prelude::*;

use crate::samples::load;

const NOW: Timestamp = Timestamp::from_seconds(1_795_521_600);

/// Everything that leaves the crate.
fn outside(explanation: &Explanation) -> String {
    let mut text = serde_json::to_string(explanation).unwrap();
    text.push_str(&render(explanation));
    text
}

/// Pieces of the paste that an answer hides in one place; they must not stand in another.
fn hidden<'p>(paste: &'p str, items: &[ItemReport]) -> Vec<&'p str> {
    const SHORTEST: usize = 16;
    let mut hidden = Vec::new();
    for part in items.iter().flat_map(|item| &item.parts).filter(|part| part.secret) {
        hidden.extend(part.span.and_then(|[start, end]| paste.get(start..end)).filter(|piece| piece.len() >= SHORTEST));
    }
    hidden
}

fn assert_keeps_secrets(explainer: &Explainer, paste: &str) {
    let explanation = explainer.explain(&Paste::new(paste, NOW));
    let outside = outside(&explanation);
    for secret in hidden(paste, &explanation.items) {
        let is_blanked = secret.chars().all(|char| char == '*');
        assert!(is_blanked || !outside.contains(secret), "{secret:?} of {paste:?}");
    }
}

#[test]
fn no_answer_to_a_sample_holds_what_it_hides() {
    let explainer = Explainer::new();
    for sample in ["corpus.json", "tokens.json", "field.json"].into_iter().flat_map(load) {
        assert_keeps_secrets(&explainer, &String::from_utf8_lossy(&sample.bytes()));
    }
}

#[test]
fn a_secret_is_blanked_wherever_it_stands() {
    const SECRET: &str = "Zx81kQpL0vT3mNw7RyUc5BdHfGj2sXaE";
    let explainer = Explainer::new();
    let again = format!(
        "> GET /x?next={SECRET}&s={SECRET} HTTP/1.1\n> Host: {SECRET}.e.test\n> Referer: https://e.test/?sid={SECRET}\n> X-{SECRET}: 1\n> Cookie: sid={SECRET}; copy={SECRET}; {SECRET}=1\n> \n< HTTP/1.1 200 OK\n< Set-Cookie: sid={SECRET}; Path=/{SECRET}; Domain={SECRET}; Wrong={SECRET}; {SECRET}=1; {SECRET}\n< Location: /{SECRET}?token={SECRET}\n< WWW-Authenticate: Bearer error=\"{SECRET}\"\n< \n{{\"access_token\": \"{SECRET}\", \"{SECRET}\": \"{SECRET}\"}}"
    );
    let explanation = explainer.explain(&Paste::new(again, NOW));
    let outside = outside(&explanation);
    assert!(!outside.contains(SECRET), "{outside}");
}

#[test]
fn time_is_bounded_whatever_the_size() {
    const MOST: Duration = Duration::from_secs(20);
    const SIZE: usize = 10 * 1024 * 1024;
    let explainer = Explainer::new();
    let clock = SystemClock::new();
    let jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI0MiJ9.AAAA";
    let mut cookies = String::from("Cookie: ");
    for number in 0..100_000 {
        let _ = write!(cookies, "c{number}=v{number}; ");
    }
    let pastes = [
        "a".repeat(SIZE),
        ".".repeat(SIZE),
        "%41".repeat(SIZE / 3),
        "[".repeat(SIZE),
        "{\"a\":".repeat(SIZE / 5),
        format!("Set-Cookie: sid={}", "A".repeat(SIZE)),
        format!("Set-Cookie: sid=1{}", "; Path=/".repeat(SIZE / 8)),
        cookies,
        format!("{jwt}\n").repeat(SIZE / jwt.len()),
        format!("Authorization: Bearer {}", "Bearer ".repeat(SIZE / 7)),
        format!("Authorization: Digest {}", "a=\"b\", ".repeat(SIZE / 7)),
        "> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n".repeat(SIZE / 36),
        format!("https://e.test/?{}", "token=abcdefghijklmnop1234&".repeat(SIZE / 28)),
        format!("curl {}", "-H 'a: b' ".repeat(SIZE / 10)),
        format!("fetch(\"{}", "(".repeat(SIZE)),
        "\u{1b}]".repeat(SIZE / 2),
        "\u{200b}".repeat(SIZE / 3),
        "a=1, ".repeat(SIZE / 5),
        "\"".repeat(SIZE),
        "=".repeat(SIZE),
        "eyJ".repeat(SIZE / 3),
        "n\tv\te.test\t/\tSession\t6\n".repeat(SIZE / 24),
    ];
    for paste in pastes {
        let start = clock.now();
        let explanation = explainer.explain(&Paste::new(paste.clone(), NOW));
        let took = clock.now().since(start);
        assert!(took < MOST, "{took:?} for {:?}", &paste[..40]);
        assert!(explanation.findings.iter().any(|finding| finding.id == "input.too_large"), "{:?}", &paste[..40]);
        assert!(explanation.items.len() <= 100);
    }
}

/// Texts made of what pastes are made of, cut and put together anew.
fn pieces() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        Just("Set-Cookie: ".to_owned()),
        Just("Cookie: ".to_owned()),
        Just("Authorization: ".to_owned()),
        Just("Bearer ".to_owned()),
        Just("> GET / HTTP/1.1\n".to_owned()),
        Just("< HTTP/1.1 200 OK\n".to_owned()),
        Just("curl -H '".to_owned()),
        Just("fetch(\"".to_owned()),
        Just("https://a:b@e.test/?x=1#".to_owned()),
        Just("eyJhbGciOiJIUzI1NiJ9.".to_owned()),
        Just("; Path=/; Secure".to_owned()),
        Just("\n\n".to_owned()),
        Just("{\"access_token\":\"".to_owned()),
        "[\\PC]{0,20}",
        "[ -~\n\t]{0,40}",
        "[A-Za-z0-9_.=%-]{0,60}",
    ];
    prop::collection::vec(words, 0..12).prop_map(|words| words.concat())
}

/// A sample with a piece cut out, doubled, or overwritten.
fn mutated() -> impl Strategy<Value = String> {
    let samples: Vec<String> = ["corpus.json", "tokens.json", "field.json"]
        .into_iter()
        .flat_map(load)
        .map(|sample| String::from_utf8_lossy(&sample.bytes()).into_owned())
        .filter(|text| text.len() < 20_000)
        .collect();
    (prop::sample::select(samples), any::<prop::sample::Index>(), any::<prop::sample::Index>(), ".{0,8}", 0..3_u8).prop_map(
        |(text, one, other, patch, what)| {
            let chars: Vec<char> = text.chars().collect();
            if chars.is_empty() {
                return patch;
            }
            let (start, end) = (one.index(chars.len()), other.index(chars.len()));
            let (start, end) = (start.min(end), start.max(end));
            let take = |range: &[char]| range.iter().collect::<String>();
            match what {
                0 => format!("{}{}{}", take(&chars[..start]), patch, take(&chars[end..])),
                1 => format!("{}{}{}", take(&chars[..end]), patch, take(&chars[start..])),
                _ => format!("{}{}{}", take(&chars[..start]), patch, take(&chars[start..])),
            }
        },
    )
}

thread_local! {
    static EXPLAINER: Explainer = Explainer::new();
}

proptest! {
    #[test]
    fn whatever_is_pasted_is_explained_and_nothing_hidden_comes_out(paste in prop_oneof![mutated(), pieces(), ".{0,200}"]) {
        EXPLAINER.with(|explainer| assert_keeps_secrets(explainer, &paste));
    }

    #[test]
    fn bytes_that_are_no_text_are_explained(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let explanation = EXPLAINER.with(|explainer| explainer.explain(&Paste::from_bytes(&bytes, NOW)));
        prop_assert!(!render(&explanation).is_empty());
    }
}
