//! Takes a compact JOSE text apart.
//!
//! 1. It is JOSE when the first part is base64url of a JSON object with `alg`, `enc`, `typ` or `kid`. Counting dots is not recognising.
//! 2. Reading is lenient, so that it can be said what is wrong: padding, another alphabet and stray bits are noticed, not refused.
//! 3. One or two parts behind such a header are a token that was cut.

use serde_json::{Map, Value};

use super::encoding::{self, Alphabet, Decoded};
use super::json::{self, Broken};
use crate::inside::{Faults, Jose, Payload, Signature};

/// Takes `text` apart when it is a JWS or JWE in compact form, or the beginning of one.
pub(crate) fn parse(text: &str) -> Option<Jose> {
    let mut parts = Vec::with_capacity(5);
    let mut start = 0;
    for part in text.split('.') {
        if parts.len() == 5 {
            return None;
        }
        parts.push(start..start + part.len());
        start += part.len() + 1;
    }
    let mut faults = Faults::default();
    let header = header(&text[parts[0].clone()], &mut faults)?;
    let is_jwe = header.contains_key("enc");
    let mut claims = Map::new();
    let (payload, signature) = match (parts.len(), is_jwe) {
        (5, true) => (Payload::Sealed, signature(&text[parts[4].clone()], &mut faults)),
        (1..=4, true) => (Payload::Sealed, Signature::Missing),
        (3, false) => {
            (payload(&text[parts[1].clone()], &mut claims, &mut faults), signature(&text[parts[2].clone()], &mut faults))
        }
        (2, false) => (payload(&text[parts[1].clone()], &mut claims, &mut faults), Signature::Missing),
        (1, false) => (Payload::Missing, Signature::Missing),
        _ => return None,
    };
    faults.is_cut |= signature == Signature::Missing || payload == Payload::Cut;
    if is_jwe {
        for part in parts.iter().skip(1) {
            note_spelling(&text[part.clone()], &mut faults);
        }
    }
    Some(Jose { text: text.to_owned(), parts, header, claims, payload, signature, faults })
}

fn header(part: &str, faults: &mut Faults) -> Option<Map<String, Value>> {
    let decoded = encoding::base64(part)?;
    let text = std::str::from_utf8(&decoded.bytes).ok()?;
    faults.is_not_utf8 |= text.starts_with('\u{feff}');
    let read = json::read(text.trim_start_matches('\u{feff}')).ok()?;
    let Value::Object(members) = read.value else { return None };
    if !["alg", "enc", "typ", "kid"].iter().any(|name| members.contains_key(*name)) {
        return None;
    }
    faults.has_duplicates |= read.has_duplicates;
    faults.is_oddly_spelled |= is_odd(&decoded);
    Some(members)
}

fn payload(part: &str, claims: &mut Map<String, Value>, faults: &mut Faults) -> Payload {
    if part.is_empty() {
        return Payload::Empty;
    }
    if is_blanked(part) {
        return Payload::Blanked;
    }
    note_spelling(part, faults);
    let Some(decoded) = encoding::base64(without_half_a_byte(part)) else { return Payload::Bytes };
    let looks_like_claims = decoded.bytes.first() == Some(&b'{');
    let text = match String::from_utf8(decoded.bytes) {
        Ok(text) => text,
        Err(broken) if looks_like_claims => {
            let text = String::from_utf8_lossy(broken.as_bytes()).into_owned();
            // Bytes cut inside a character are a cut token; elsewhere they are no UTF-8.
            faults.is_not_utf8 |= text.trim_end().ends_with('}');
            text
        }
        Err(_) => return Payload::Bytes,
    };
    faults.is_not_utf8 |= text.starts_with('\u{feff}');
    match json::read(text.trim_start_matches('\u{feff}')) {
        Ok(read) => {
            faults.has_duplicates |= read.has_duplicates;
            match read.value {
                Value::Object(members) => {
                    *claims = members;
                    Payload::Claims
                }
                other => Payload::Json(other),
            }
        }
        Err(Broken::Cut) if text.trim_start().starts_with('{') => Payload::Cut,
        Err(_) => Payload::Text(text),
    }
}

/// A last character too many is a cut spelling; what stands before it can still be read.
fn without_half_a_byte(part: &str) -> &str {
    let body = part.trim_end_matches('=');
    if body.len() % 4 == 1 { body.split_at_checked(body.len() - 1).map_or(part, |(whole, _)| whole) } else { part }
}

fn signature(part: &str, faults: &mut Faults) -> Signature {
    if part.is_empty() {
        return Signature::Empty;
    }
    if is_blanked(part) {
        return Signature::Blanked(encoding::decoded_length(part.len()));
    }
    note_spelling(part, faults);
    encoding::base64(without_half_a_byte(part)).map_or(Signature::Unreadable, |decoded| Signature::Bytes(decoded.bytes))
}

/// Whether a part consists of what a page puts in the place of secrets.
pub(crate) fn is_blanked(part: &str) -> bool {
    part.bytes().filter(|&byte| byte == b'*').count() * 2 > part.len()
}

fn note_spelling(part: &str, faults: &mut Faults) {
    if is_blanked(part) || part.is_empty() {
        return;
    }
    faults.is_oddly_spelled |= match encoding::base64(part) {
        Some(decoded) => is_odd(&decoded),
        None => part.bytes().any(|byte| !(byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')),
    };
}

/// What RFC 7515 §2 forbids: padding, the other alphabet, bits left over.
const fn is_odd(decoded: &Decoded) -> bool {
    decoded.is_padded || decoded.has_stray_bits || matches!(decoded.alphabet, Alphabet::Standard | Alphabet::Mixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";

    #[test]
    fn only_a_header_makes_a_token() {
        for text in ["eyJub3QiOiJhIGp3dCJ9.eyJ4IjoxfQ.AAAA", "a.b.c", "", ".", "....", "é.é.é", "eyJhbGciOiJIUzI1NiJ9......"] {
            assert!(parse(text).is_none(), "{text}");
        }
        assert!(parse(&format!("{HEADER}{}", ".".repeat(100_000))).is_none());
    }

    #[test]
    fn what_is_missing_is_told() {
        for (text, payload, signature, is_cut) in [
            (HEADER.to_owned(), Payload::Missing, Signature::Missing, true),
            (format!("{HEADER}.eyJhIjoxfQ"), Payload::Claims, Signature::Missing, true),
            (format!("{HEADER}.eyJhIjo"), Payload::Cut, Signature::Missing, true),
            (format!("{HEADER}..AAAA"), Payload::Empty, Signature::Bytes(vec![0; 3]), false),
            (format!("{HEADER}.aGVsbG8."), Payload::Text("hello".into()), Signature::Empty, false),
            (format!("{HEADER}.aGVsbG8.****"), Payload::Text("hello".into()), Signature::Blanked(3), false),
            (format!("{HEADER}.aGVsbG8.!!"), Payload::Text("hello".into()), Signature::Unreadable, false),
        ] {
            let jose = parse(&text).unwrap();
            assert_eq!((jose.payload, jose.signature, jose.faults.is_cut), (payload, signature, is_cut), "{text}");
        }
    }

    #[test]
    fn odd_spellings_are_noticed() {
        for (text, odd) in [
            (format!("{HEADER}.eyJhIjoxfQ.AAAA"), false),
            (format!("{HEADER}.eyJhIjoxfQ==.AAAA"), true),
            (format!("{HEADER}.eyJhIjoxfR.AAAA"), true),
            (format!("{HEADER}.eyJhIjoxfQ.AA+A"), true),
            (format!("{HEADER}.eyJhIjoxfQ.A A A"), true),
        ] {
            assert_eq!(parse(&text).unwrap().faults.is_oddly_spelled, odd, "{text}");
        }
    }
}
