//! Reads JSON so that a text has one meaning, whoever reads it.
//!
//! 1. It is UTF-8, and an object (an array does not pass for one).
//! 2. No object in it, at any depth, has two members of one name; names are compared after their escapes are read.
//! 3. A member is absent or has its type: `null` is not "absent" (see [`present`]).
//! 4. It is nested at most 128 deep, and a number that no reader could hold is none.
//!
//! It is read once, by [`Reader`], straight into the type that is asked for: members that the type does not know are held to the same
//! rules.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

use crate::JwtError;
use crate::json_reader::Reader;

/// The text has no single meaning, or not the expected one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotStrictJson;

/// Reads an object. Fails on anything that another reader might read differently.
pub(crate) fn decode_object<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, NotStrictJson> {
    let text = std::str::from_utf8(bytes).map_err(|_| NotStrictJson)?;
    Reader::read_object(text).map_err(|_| NotStrictJson)
}

/// Reads the claims of a token.
pub(crate) fn decode_claims<'de, C: Deserialize<'de>>(payload: &'de [u8]) -> Result<C, JwtError> {
    decode_object(payload).map_err(|_| JwtError::Malformed { reason: "claims are not strict JSON of their types" })
}

/// Reads a member that may be absent but, where it stands, must have its type: `null` is refused.
///
/// For claims of one's own: `#[serde(default, deserialize_with = "cloakroom_jwt::present")]`. With a bare `Option`, `"nbf": null`
/// would pass for a token without `nbf`.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A string, borrowed from the text when it has no escapes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;

    use super::*;

    fn is_read(text: &[u8]) -> bool {
        decode_object::<IgnoredAny>(text).is_ok()
    }

    #[test]
    fn an_object_of_different_members_is_read() {
        for text in ["{}", " {\"a\":1,\"A\":1}", "{\"a\":{\"a\":[{\"a\":null}]}}", "{\"a\":-1.5,\"b\":true,\"\":\"\"}"] {
            assert!(is_read(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_two_readers_read_differently_is_refused() {
        for text in [
            "",
            "[]",
            "[1,2]",
            "null",
            "\"a\"",
            "{} {}",
            "{\"a\":1,}",
            "\u{feff}{}",
            "{\"a\":1,\"a\":1}",
            "{\"a\":1,\"\\u0061\":1}",
            "{\"b\":{\"a\":1,\"a\":2}}",
            "{\"b\":[[{\"a\":1,\"a\":2}]]}",
            "{\"a\":1e400}",
            "{\"a\":NaN}",
            "{\"a\":\"\\ud800\"}",
            "{'a':1}",
        ] {
            assert!(!is_read(text.as_bytes()), "{text}");
        }
        assert!(!is_read(b"{\"a\":\"\xff\"}"));
        assert!(!is_read(b"{\"a\":\"\xc0\xaf\"}"));
    }

    #[test]
    fn one_duplicate_among_many_members_is_found() {
        let many = |last: &str| {
            let members: Vec<_> = (0..200).map(|n| format!("\"m{n}\":{n}")).collect();
            format!("{{{},\"{last}\":0}}", members.join(","))
        };
        assert!(is_read(many("m200").as_bytes()));
        assert!(!is_read(many("m77").as_bytes()));
    }

    #[test]
    fn nesting_ends_at_128() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(is_read(nested(100).as_bytes()));
        assert!(!is_read(nested(128).as_bytes()));
        assert!(!is_read(nested(4_000).as_bytes()));
    }
}
