//! The names of things. They are public: a log may show them, a URL may carry them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use cloakroom_primitives::{Random, Timestamp, decode_base64url_array, encode_base64url};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A text that is not an id of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a well-formed id")]
pub struct InvalidId;

/// Six bytes of milliseconds, then ten random bytes: later ids sort after earlier ones, by their bytes, never by their text.
fn time_ordered(random: &dyn Random, now: Timestamp) -> [u8; 16] {
    let mut id = [0; 16];
    id[..6].copy_from_slice(&now.as_millis().to_be_bytes()[2..]);
    random.fill(&mut id[6..]);
    id
}

macro_rules! sixteen_byte_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Makes a new id, time-ordered.
            pub fn generate(random: &dyn Random, now: Timestamp) -> Self {
                Self(time_ordered(random, now))
            }

            /// Takes the bytes that a token or a row carries.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The bytes for a token or a row to carry.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&encode_base64url(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                decode_base64url_array(text).map(Self).map_err(|_| InvalidId)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

sixteen_byte_id! {
    /// Names a session. Sixteen bytes, time-ordered, not secret; in text 22 characters of base64url.
    SessionId
}

sixteen_byte_id! {
    /// Names a refresh family. Sixteen bytes, time-ordered, not secret; in text 22 characters of base64url.
    FamilyId
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a text of 1 to 255 printable ASCII characters. Fails with [`InvalidId`] on any other.
            pub fn new(text: impl Into<Arc<str>>) -> Result<Self, InvalidId> {
                let text = text.into();
                let fits = (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
                if fits { Ok(Self(text)) } else { Err(InvalidId) }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

text_id! {
    /// Names a user: 1 to 255 printable ASCII characters, so that an application keeps its own ids. It is the `sub` of tokens.
    UserId
}

text_id! {
    /// Names a client, an app that relies on the server: 1 to 255 printable ASCII characters.
    ClientId
}

impl UserId {
    /// Makes a new id, time-ordered: the 22 characters of sixteen bytes.
    pub fn generate(random: &dyn Random, now: Timestamp) -> Self {
        Self(encode_base64url(&time_ordered(random, now)).into())
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::SeededRandom;

    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        let id = SessionId::generate(&SeededRandom::new(1), Timestamp::from_seconds(1));
        assert_eq!(id.to_string().len(), 22);
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let random = SeededRandom::new(1);
        let ids: Vec<_> = (0..50).map(|i| SessionId::generate(&random, Timestamp::from_millis(1_000 + i))).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn a_text_that_is_no_id_is_refused() {
        for text in ["", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAAAA", "../../etc/passwd/aaaaaa"]
        {
            assert_eq!(text.parse::<SessionId>(), Err(InvalidId), "{text:?}");
        }
        assert_eq!(UserId::new(""), Err(InvalidId));
        assert_eq!(UserId::new("a\nb"), Err(InvalidId));
        assert_eq!(UserId::new("ä"), Err(InvalidId));
        assert_eq!(UserId::new("x".repeat(256)), Err(InvalidId));
    }
}
