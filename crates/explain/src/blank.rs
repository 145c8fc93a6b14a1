//! How a value is shown to people: its secret characters become `*`, and its length stays.
//!
//! 1. By allow-list: a character is shown when a harmless segment covers it, or when it only separates.
//! 2. A segment that holds something secret inside readable content is spelled anew with that starred out.
//! 3. `*` belongs to no base64, hex or base62, so that blanked is told from broken.

use serde_json::Value;

use crate::anatomy::{secrets_of, starred};
use crate::classified::Classified;

/// Separators between segments are no longer than this.
const LONGEST_SEPARATOR: usize = 4;

/// The value as it may be shown: as many characters as it has.
pub(crate) fn shown(classified: &Classified) -> String {
    let value = classified.value.as_str();
    let mut shown = String::with_capacity(value.len());
    let mut at = 0;
    for segment in &classified.segments {
        let Some(gap) = value.get(at..segment.range.start) else { continue };
        shown.push_str(&separator(gap));
        let Some(text) = value.get(segment.range.clone()) else { continue };
        at = segment.range.end;
        match &segment.shown {
            Some(respelled) if respelled.chars().count() == text.chars().count() => shown.push_str(respelled),
            Some(_) => shown.push_str(&stars(text)),
            None if segment.secret => shown.push_str(&stars(text)),
            None => shown.push_str(text),
        }
    }
    shown.push_str(&separator(value.get(at..).unwrap_or_default()));
    shown
}

/// What decodes inside, with everything secret in it starred out.
pub(crate) fn decoded(classified: &Classified) -> Option<Value> {
    classified.decoded.as_ref().map(|decoded| starred(decoded, &secrets_of(decoded).secrets))
}

fn separator(gap: &str) -> String {
    let separates = gap.chars().count() <= LONGEST_SEPARATOR && !gap.chars().any(char::is_alphanumeric);
    if separates { gap.to_owned() } else { stars(gap) }
}

/// Padding stays: it says nothing but the length, and belongs to it.
fn stars(text: &str) -> String {
    let body = text.trim_end_matches('=');
    "*".repeat(body.chars().count()) + &text[body.len()..]
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::Timestamp;

    use super::*;
    use crate::classified::Place;
    use crate::classify::Recogniser;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_521_600);

    #[test]
    fn what_no_rule_calls_harmless_is_blanked() {
        let recogniser = Recogniser::new();
        let cookie = |name: &str| Place::Cookie { name: name.to_owned(), has_signature_beside: false };
        for (value, place, expected) in [
            ("Zx81kQpL0vT3mNw7RyUc5BdHfGj2sXaE", cookie("sid"), "Zx******************************"),
            ("hello", cookie("sid"), "*****"),
            ("dark", cookie("theme"), "dark"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.AAAA", Place::Bare, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.****"),
            (
                "YWRhOnNlY3JldA==",
                Place::Header { name: "authorization".into(), scheme: Some("basic".into()) },
                "YWRhOioqKioqKg==",
            ),
            ("493817", Place::Bare, "******"),
            (
                "s:hello.DGDUkGlIkCzPz+C0B064FNgHdEjox7ch8tOBGslZ5QI",
                Place::Bare,
                "s:hello.*******************************************",
            ),
            (
                "otpauth://totp/A:b?secret=JBSWY3DPEHPK3PXP&issuer=A",
                Place::Bare,
                "otpauth://totp/A:b?secret=****************&issuer=A",
            ),
            ("what is täglichesbrot", Place::Bare, "what is tä***********"),
        ] {
            assert_eq!(shown(&recogniser.classify(value, &place, NOW)), expected, "{value}");
        }
    }

    #[test]
    fn a_private_key_in_the_header_is_starred_out() {
        let header = cloakroom_primitives::encode_base64url(br#"{"alg":"ES256","jwk":{"kty":"EC","d":"c2VjcmV0IGtleSBoZXJl"}}"#);
        let classified = Recogniser::new().classify(&format!("{header}.e30.AAAA"), &Place::Bare, NOW);
        let shown = crate::classify::encoding::base64(shown(&classified).split('.').next().unwrap()).unwrap();
        assert!(String::from_utf8(shown.bytes).unwrap().contains(r#""d":"********************""#));
        assert_eq!(decoded(&classified).unwrap()["header"]["jwk"]["d"], "*".repeat(20));
    }

    #[test]
    fn a_password_inside_claims_is_starred_out() {
        let token = "eyJhbGciOiJFUzI1NiJ9.eyJwYXNzd29yZCI6Imh1bnRlcjIifQ.AAAA";
        let shown = shown(&Recogniser::new().classify(token, &Place::Bare, NOW));
        let payload = crate::classify::encoding::base64(shown.split('.').nth(1).unwrap()).unwrap();
        assert_eq!(String::from_utf8(payload.bytes).unwrap(), r#"{"password":"*******"}"#);
    }
}
