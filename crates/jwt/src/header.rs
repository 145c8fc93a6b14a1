//! The header of a JWS (RFC 7515 §4): what the token says about its own signature.
//!
//! Three members are read: `alg`, `kid` and `typ`. Nothing in a header ever brings a key (`jwk`, `jku`, `x5u`, `x5c` are ignored like
//! every member we do not know), and nothing in it changes how the token is read:
//!
//! 1. Any `crit` is refused: we know no extension, so we cannot understand one that must be understood (RFC 7515 §4.1.11).
//! 2. Any `b64` is refused (RFC 7797 §7: not in a JWT), and so is any `zip`.
//! 3. Two members of one name are refused (RFC 7515 §4), and so is a member of a wrong type.

use std::sync::Arc;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::json::{Text, decode_object, present};
use crate::{Algorithm, JwtError};

/// What a header says. Nothing of it is trusted: `alg` may only agree with the key, and `kid` only picks one of our keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoseHeader<'a> {
    alg: Text<'a>,
    kid: Option<Text<'a>>,
    typ: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    alg: Text<'a>,
    #[serde(borrow, default, deserialize_with = "present")]
    kid: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    typ: Option<Text<'a>>,
    #[serde(default, deserialize_with = "present")]
    crit: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    b64: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    zip: Option<IgnoredAny>,
}

impl<'a> JoseHeader<'a> {
    /// Reads the decoded header. Fails with [`JwtError::Malformed`] where the rules above say so.
    pub fn decode(json: &'a [u8]) -> Result<Self, JwtError> {
        let members: Members<'a> =
            decode_object(json).map_err(|_| JwtError::Malformed { reason: "header is not a strict JSON object" })?;
        if members.crit.is_some() {
            return Err(JwtError::Malformed { reason: "header has crit" });
        }
        if members.b64.is_some() {
            return Err(JwtError::Malformed { reason: "header has b64" });
        }
        if members.zip.is_some() {
            return Err(JwtError::Malformed { reason: "header has zip" });
        }
        Ok(Self { alg: members.alg, kid: members.kid, typ: members.typ })
    }

    /// The name of an algorithm as it stands there, known to us or not.
    pub fn alg(&self) -> &str {
        &self.alg.0
    }

    /// The algorithm it names; `None` when we do not know that name.
    pub fn algorithm(&self) -> Option<Algorithm> {
        Algorithm::parse(&self.alg.0)
    }

    /// Which key it says has signed.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_ref().map(|kid| &*kid.0)
    }

    /// What kind of token it says it is.
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_ref().map(|typ| &*typ.0)
    }
}

/// A header that has been read and found to be about one key. The tokens of an issuer all have the same header, so its text need not be
/// read again: the same text is about the same key, and says the same.
#[derive(Debug)]
pub(crate) struct KnownHeader {
    text: Box<str>,
    typ: Option<Arc<str>>,
}

impl KnownHeader {
    /// Keeps a header in its encoded form.
    pub(crate) fn new(text: &str, typ: Option<Arc<str>>) -> Self {
        Self { text: text.into(), typ }
    }

    /// Whether an encoded header is this one, byte for byte.
    pub(crate) fn is(&self, text: &str) -> bool {
        *self.text == *text
    }

    pub(crate) fn typ(&self) -> Option<Arc<str>> {
        self.typ.clone()
    }
}

/// Writes the header of a token of ours.
pub(crate) fn encode(alg: &str, kid: Option<&str>, typ: &str) -> Vec<u8> {
    #[derive(Serialize)]
    struct Written<'a> {
        alg: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        kid: Option<&'a str>,
        typ: &'a str,
    }

    serde_json::to_vec(&Written { alg, kid, typ }).expect("three strings can be written as JSON")
}

/// Whether two values of `typ` name one media type: `application/` may be left out, and case does not count (RFC 7515 §4.1.9).
pub(crate) fn is_same_type(one: &str, other: &str) -> bool {
    without_application(one).eq_ignore_ascii_case(without_application(other))
}

fn without_application(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => typ,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_members_are_read_and_unknown_ones_ignored() {
        let header =
            JoseHeader::decode(br#"{"alg":"ES256","kid":"k\u0031","typ":"at+jwt","jku":"https://evil.example","cty":7}"#)
                .unwrap();
        assert_eq!(header.algorithm(), Some(Algorithm::Es256));
        assert_eq!((header.kid(), header.typ()), (Some("k1"), Some("at+jwt")));
    }

    #[test]
    fn a_header_that_asks_for_more_is_refused() {
        for json in [
            "{}",
            "[\"ES256\",\"k\",\"t\"]",
            r#"{"alg":null}"#,
            r#"{"alg":["ES256"]}"#,
            r#"{"alg":"ES256","kid":null}"#,
            r#"{"alg":"ES256","kid":1}"#,
            r#"{"alg":"ES256","typ":null}"#,
            r#"{"alg":"ES256","crit":["exp"]}"#,
            r#"{"alg":"ES256","crit":[]}"#,
            r#"{"alg":"ES256","crit":null}"#,
            r#"{"alg":"ES256","b64":true}"#,
            r#"{"alg":"ES256","b64":null}"#,
            r#"{"alg":"ES256","zip":"DEF"}"#,
            r#"{"alg":"ES256","alg":"ES256"}"#,
            r#"{"alg":"ES256","\u0061lg":"ES256"}"#,
            r#"{"alg":"ES256","x":1,"x":1}"#,
        ] {
            assert!(matches!(JoseHeader::decode(json.as_bytes()), Err(JwtError::Malformed { .. })), "{json}");
        }
    }

    #[test]
    fn a_media_type_has_two_spellings_and_any_case() {
        for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"] {
            assert!(is_same_type(typ, "at+jwt"), "{typ}");
        }
        for typ in
            ["", "JWT", "jwt", "at+jwt ", "text/at+jwt", "application/", "application/application/at+jwt", "aat+jwt", "ät+jwt"]
        {
            assert!(!is_same_type(typ, "at+jwt"), "{typ}");
        }
    }

    #[test]
    fn what_we_write_we_read() {
        for kid in [Some("kid\"1"), None] {
            let json = encode("EdDSA", kid, "at+jwt");
            let header = JoseHeader::decode(&json).unwrap();
            assert_eq!((header.algorithm(), header.kid(), header.typ()), (Some(Algorithm::EdDsa), kid, Some("at+jwt")));
        }
    }
}
