//! Every value of the sample collection that stands alone, or in a cookie or an `Authorization` header of one line.

use cloakroom_primitives::Timestamp;
use proptest::prelude::*;
use serde_json::Value;

use super::moment;
use super::recogniser::Recogniser;
use crate::blank;
use crate::classified::Place;

fn samples() -> Vec<Value> {
    let text = include_str!("../../tests/samples/corpus.json");
    serde_json::from_str(text).unwrap()
}

fn input(sample: &Value) -> Option<String> {
    if let Some(text) = sample["input"].as_str() {
        return Some(text.to_owned());
    }
    String::from_utf8(super::encoding::base64(sample["input_base64"].as_str()?)?.bytes).ok()
}

fn now(sample: &Value) -> Timestamp {
    moment::written(sample["now"].as_str().unwrap()).unwrap()
}

/// The single values of a sample, with what they are expected to be.
fn values(sample: &Value) -> Vec<(String, Place, String)> {
    let Some(text) = input(sample) else { return Vec::new() };
    let container = sample["expect"]["format"].as_str().unwrap();
    let parts = sample["expect"]["parts"].as_array().cloned().unwrap_or_default();
    let expected =
        |at: &str| parts.iter().find(|part| part["at"] == at).and_then(|part| part["format"].as_str()).map(str::to_owned);
    let has_sibling = |name: &str| text.contains(&format!("{name}.sig="));
    let cookie = |pair: &str, kind: &str| {
        let (name, value) = pair.trim().split_once('=')?;
        let place = Place::Cookie { name: name.to_owned(), has_signature_beside: has_sibling(name) };
        Some((value.to_owned(), place, expected(&format!("{kind}:{name}"))?))
    };
    match container {
        "http.set_cookie" => {
            text.lines().filter_map(|line| cookie(line.strip_prefix("Set-Cookie: ")?.split(';').next()?, "set-cookie")).collect()
        }
        "http.cookie" => {
            text.strip_prefix("Cookie: ").unwrap_or(&text).split("; ").filter_map(|pair| cookie(pair, "cookie")).collect()
        }
        "http.authorization" => {
            let Some((scheme, value)) = text.strip_prefix("Authorization: ").and_then(|rest| rest.split_once(' ')) else {
                return Vec::new();
            };
            let place = Place::Header { name: "authorization".into(), scheme: Some(scheme.to_ascii_lowercase()) };
            expected("authorization")
                .filter(|_| !value.starts_with("Bearer"))
                .map(|format| (value.to_owned(), place, format))
                .into_iter()
                .collect()
        }
        other
            if other.starts_with("http.")
                || ["har", "url", "form", "curl.command", "fetch.snippet", "devtools.table", "oauth.token_response"]
                    .contains(&other) =>
        {
            Vec::new()
        }
        format => {
            let is_wrapped = sample["expect"]["findings_include"].as_array().is_some_and(|found| {
                found.iter().any(|id| {
                    id.as_str().is_some_and(|id| {
                        id.starts_with("input.") && !matches!(id, "input.no_secret" | "input.ambiguous" | "input.unrecognised")
                    })
                })
            });
            if is_wrapped { Vec::new() } else { vec![(text, Place::Bare, format.to_owned())] }
        }
    }
}

#[test]
fn every_sample_value_is_recognised() {
    let recogniser = Recogniser::new();
    let mut seen = 0;
    let mut wrong = Vec::new();
    for sample in samples() {
        for (value, place, expected) in values(&sample) {
            seen += 1;
            let classified = recogniser.classify(&value, &place, now(&sample));
            if classified.format.id != expected {
                wrong.push(format!("{}: {} instead of {expected}", sample["id"], classified.format.id));
            }
        }
    }
    assert!(seen > 150, "only {seen} values were looked at");
    assert!(wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A page blanks with the same rules before it sends anything; what arrives must still be told from something broken.
#[test]
fn a_blanked_value_is_recognised_as_what_it_was() {
    // Of these nothing stays that could be recognised, or only their name does.
    const HIDDEN: [&str; 23] = [
        "saml.response",
        "saml.request",
        "saml.assertion",
        "kerberos.ticket",
        "otp.code",
        "otp.recovery",
        "telegram.bot",
        "discord.bot",
        "opaque.hex",
        "opaque.short",
        "serialized.pickle",
        "serialized.ruby",
        "unknown",
        "otp.migration",
        "branca",
        "biscuit",
        "macaroon",
        "opaque.uuid",
        "keygrip.sig",
        "oauth2_proxy.ticket",
        "rails.encrypted_cbc",
        "cwt",
        "gorilla.securecookie",
    ];
    let recogniser = Recogniser::new();
    let mut changed = Vec::new();
    for sample in samples() {
        for (value, place, expected) in values(&sample) {
            let whole = recogniser.classify(&value, &place, now(&sample));
            let blanked = blank::shown(&whole);
            let again = recogniser.classify(&blanked, &place, now(&sample));
            if whole.format.id != again.format.id && !HIDDEN.contains(&whole.format.id) {
                changed.push(format!("{}: {} instead of {expected}: {blanked}", sample["id"], again.format.id));
            }
        }
    }
    assert!(changed.is_empty(), "{}:\n{}", changed.len(), changed.join("\n"));
}

#[test]
fn every_format_that_is_recognised_by_value_has_an_id_of_its_own() {
    let mut ids: Vec<_> = crate::formats::all_formats().map(|format| format.id).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), count), (235, 235));
}

#[test]
fn a_hostile_value_costs_no_more_than_its_length() {
    let header = "eyJhbGciOiJIUzI1NiJ9";
    let json = |text: &str| format!("{header}.{}.AAAA", cloakroom_primitives::encode_base64url(text.as_bytes()));
    let numbered = |count: usize, write: fn(usize) -> String| (0..count).map(write).collect::<Vec<_>>().concat();
    let attributes = numbered(60_000, |number| format!(" a{number}='x'"));
    let deflated = miniz_oxide::deflate::compress_to_vec(format!("<Response{attributes}/>").as_bytes(), 6);
    let secrets = numbered(4000, |number| format!("\"password{number}_password\":\"secret-{number}\","));
    let tokens = format!("\"{header}.e30.AAAA\",").repeat(1500);
    let values = [
        "A".repeat(65_536),
        ".".repeat(65_536),
        "a|".repeat(32_768),
        "--".repeat(32_768),
        "a:".repeat(32_768),
        "*".repeat(65_536),
        "Fe26.2".to_owned() + &"*".repeat(65_000),
        "0".repeat(65_536),
        format!("{header}.e30.AAAA{}", "~WyJhIiwiYiJd".repeat(5000)),
        json(&"[".repeat(48_000)),
        json(&format!("{{{secrets}\"x\":1}}")),
        json(&format!("[{tokens}1]")),
        base64_of(&deflated),
        format!(
            "{{\"keys\":[{}{{\"kty\":\"oct\",\"k\":\"x\"}}]}}",
            numbered(1500, |number| format!("{{\"kty\":\"oct\",\"k\":\"k{number}\"}},"))
        ),
        "https://a.example/".to_owned() + &"reset/".repeat(10_000),
        "a=b&".repeat(16_000) + "&HMACSHA256=x",
    ];
    let recogniser = Recogniser::new();
    let clock = clock();
    for value in &values {
        blank::shown(&recogniser.classify(value, &Place::Bare, Timestamp::from_seconds(1_795_521_600)));
    }
    let spent = clock.elapsed();
    assert!(spent < std::time::Duration::from_secs(20), "{spent:?} for {} values", values.len());
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[expect(clippy::disallowed_methods, reason = "the test measures how long something takes, no rule depends on it")]
fn clock() -> std::time::Instant {
    std::time::Instant::now()
}

fn place() -> impl Strategy<Value = Place> {
    let names = prop_oneof![
        Just("session".to_owned()),
        Just("__Host-sid".to_owned()),
        Just("sb-x-auth-token.0".to_owned()),
        Just("remember-me".to_owned()),
        Just("x.sig".to_owned()),
        Just("user".to_owned()),
        Just("password".to_owned()),
        ".{0,12}",
    ];
    (0..4, names).prop_map(|(kind, name)| match kind {
        0 => Place::Bare,
        1 => Place::Cookie { name, has_signature_beside: true },
        2 => Place::Field { name },
        _ => Place::Header { name: "authorization".into(), scheme: Some(name.to_ascii_lowercase()) },
    })
}

fn mutated() -> impl Strategy<Value = String> {
    let all: Vec<String> = samples().iter().filter_map(input).filter(|text| text.len() < 6000).collect();
    (prop::sample::select(all), any::<prop::sample::Index>(), any::<prop::sample::Index>(), ".{0,3}").prop_map(
        |(text, from, to, patch)| {
            let bounds: Vec<usize> = text.char_indices().map(|(index, _)| index).chain([text.len()]).collect();
            let (from, to) = (bounds[from.index(bounds.len())], bounds[to.index(bounds.len())]);
            let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 8).max(from.min(to)));
            let to = bounds.iter().copied().find(|&bound| bound >= to).unwrap_or(text.len());
            format!("{}{patch}{}", &text[..from], &text[to..])
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_pasted_makes_it_panic(text in prop_oneof![".{0,80}", "[A-Za-z0-9._~:|;*%={}\"-]{0,120}", mutated()], place in place()) {
        let classified = Recogniser::new().classify(&text, &place, Timestamp::from_seconds(1_795_521_600));
        let shown = blank::shown(&classified);
        prop_assert_eq!(shown.chars().count(), classified.value.chars().count());
        for segment in &classified.segments {
            prop_assert!(classified.value.get(segment.range.clone()).is_some());
        }
        prop_assert!(classified.segments.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start), "{:?}", classified.segments);
    }
}
