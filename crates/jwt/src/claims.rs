//! The claims of RFC 7519 §4.1, each with its one type: a claim of another type is an error, never "absent".

use std::fmt;

use cloakroom_primitives::Timestamp;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::present;

/// A moment in a claim: whole seconds since 1970 (RFC 7519 §2).
///
/// Read from a JSON integer between 0 and 2⁵³ − 1, which every JSON reader reads alike. RFC 7519 lets a `NumericDate` have a fraction;
/// we neither write nor read one, because readers that round differently disagree about the last second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct NumericDate(u64);

impl NumericDate {
    const MAX_SECONDS: u64 = (1 << 53) - 1;

    /// The whole second that `moment` lies in, rounded down; at most the largest that is read.
    pub const fn at(moment: Timestamp) -> Self {
        let seconds = moment.as_seconds();
        Self(if seconds > Self::MAX_SECONDS { Self::MAX_SECONDS } else { seconds })
    }

    /// Seconds since 1970.
    pub const fn as_seconds(self) -> u64 {
        self.0
    }

    /// The beginning of that second.
    pub const fn timestamp(self) -> Timestamp {
        Timestamp::from_seconds(self.0)
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = u64::deserialize(deserializer)?;
        if seconds > Self::MAX_SECONDS { Err(de::Error::custom("a NumericDate beyond 2^53 - 1")) } else { Ok(Self(seconds)) }
    }
}

/// Whom a token is for (RFC 7519 §4.1.3): one name, or a list of names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum Audience {
    /// A string.
    One(String),
    /// An array of strings; an empty one is for nobody.
    Many(Vec<String>),
}

impl Audience {
    /// Whether `name` is one of them, byte for byte.
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Many(many) => many.iter().any(|one| one == name),
        }
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AudienceVisitor;

        impl<'de> Visitor<'de> for AudienceVisitor {
            type Value = Audience;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an array of strings")
            }

            fn visit_str<E: de::Error>(self, one: &str) -> Result<Self::Value, E> {
                Ok(Audience::One(one.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut many = Vec::new();
                while let Some(one) = seq.next_element()? {
                    many.push(one);
                }
                Ok(Audience::Many(many))
            }
        }

        deserializer.deserialize_any(AudienceVisitor)
    }
}

/// The registered claims that an [`Expectation`](crate::Expectation) looks at, borrowed from whatever type holds them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Registered<'a> {
    /// Who issued it.
    pub iss: Option<&'a str>,
    /// Whom it is for.
    pub aud: Option<&'a Audience>,
    /// When it ends.
    pub exp: Option<NumericDate>,
    /// When it begins.
    pub nbf: Option<NumericDate>,
}

/// A payload that shows its registered claims.
///
/// A payload type reads `null` and wrong types as errors: give optional members [`present`](crate::present).
pub trait Claims {
    /// The claims that decide whether the token is good now, and here.
    fn registered(&self) -> Registered<'_>;
}

/// The seven registered claims of RFC 7519 §4.1, as a payload of their own; members we do not know are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredClaims {
    /// Who issued it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Whom it speaks of.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Whom it is for.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub aud: Option<Audience>,
    /// When it ends.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub exp: Option<NumericDate>,
    /// When it begins.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub nbf: Option<NumericDate>,
    /// When it was issued; never a reason to refuse.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub iat: Option<NumericDate>,
    /// What it is called.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
}

impl Claims for RegisteredClaims {
    fn registered(&self) -> Registered<'_> {
        Registered { iss: self.iss.as_deref(), aud: self.aud.as_ref(), exp: self.exp, nbf: self.nbf }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::decode_object;

    #[test]
    fn claims_of_their_own_type_are_read() {
        let json = br#"{"iss":"i","sub":"s","aud":["a","b"],"exp":2,"nbf":0,"iat":1,"jti":"j","other":{}}"#;
        let claims: RegisteredClaims = decode_object(json).unwrap();
        assert!(claims.aud.as_ref().unwrap().contains("b"));
        assert_eq!(claims.exp.map(NumericDate::as_seconds), Some(2));
        assert_eq!(decode_object::<RegisteredClaims>(b"{}"), Ok(RegisteredClaims::default()));
    }

    #[test]
    fn a_claim_of_a_wrong_type_is_an_error_and_not_absent() {
        let dates = ["null", "\"1\"", "1.0", "1.5", "-1", "1e3", "9007199254740992", "18446744073709551616", "true", "[1]", "{}"];
        for value in dates {
            for claim in ["exp", "nbf", "iat"] {
                let json = format!("{{\"{claim}\":{value}}}");
                assert!(decode_object::<RegisteredClaims>(json.as_bytes()).is_err(), "{json}");
            }
        }
        for value in ["null", "1", "true", "[\"i\"]", "{}"] {
            for claim in ["iss", "sub", "jti"] {
                let json = format!("{{\"{claim}\":{value}}}");
                assert!(decode_object::<RegisteredClaims>(json.as_bytes()).is_err(), "{json}");
            }
        }
        for value in ["null", "1", "true", "{}", "[1]", "[\"a\",null]", "[[\"a\"]]"] {
            let json = format!("{{\"aud\":{value}}}");
            assert!(decode_object::<RegisteredClaims>(json.as_bytes()).is_err(), "{json}");
        }
    }

    #[test]
    fn an_audience_is_compared_byte_for_byte() {
        for aud in [Audience::One("api".to_owned()), Audience::Many(vec!["x".to_owned(), "api".to_owned()])] {
            assert!(aud.contains("api"));
            for name in ["", "ap", "API", "api ", "apix"] {
                assert!(!aud.contains(name), "{name:?}");
            }
        }
        assert!(!Audience::Many(Vec::new()).contains(""));
    }

    #[test]
    fn a_moment_is_rounded_down() {
        assert_eq!(NumericDate::at(Timestamp::from_millis(1_999)).timestamp(), Timestamp::from_millis(1_000));
    }

    #[test]
    fn the_end_of_time_is_written_as_a_date_that_is_read() {
        let end = NumericDate::at(Timestamp::MAX);
        assert_eq!(serde_json::from_str::<NumericDate>(&serde_json::to_string(&end).unwrap()).unwrap(), end);
    }
}
