//! Lists of words that a session carries: its scopes, and how its user proved who they are.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A text that holds a word this list cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a word that belongs here")]
pub struct InvalidWord;

/// What a session or a token may do: a set of scope words (RFC 6749 §3.3), in one text with single spaces, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes(Arc<str>);

impl Scopes {
    /// No scope at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads words separated by single spaces; order and repetition do not matter. Fails with [`InvalidWord`] on a character that
    /// RFC 6749 does not allow.
    pub fn parse(text: &str) -> Result<Self, InvalidWord> {
        if text.is_empty() {
            return Ok(Self::none());
        }
        text.split(' ').map(check_word).collect::<Result<Vec<_>, _>>().map(Self::from_words)
    }

    /// Collects words. Fails with [`InvalidWord`] as [`Scopes::parse`] does.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidWord> {
        words.into_iter().map(check_word).collect::<Result<Vec<_>, _>>().map(Self::from_words)
    }

    fn from_words(mut words: Vec<&str>) -> Self {
        words.sort_unstable();
        words.dedup();
        Self(words.join(" ").into())
    }

    /// The words with spaces between, as the `scope` claim has them.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|word| !word.is_empty())
    }

    /// Whether `word` is one of them.
    pub fn contains(&self, word: &str) -> bool {
        !word.is_empty() && self.iter().any(|own| own == word)
    }

    /// The words that both have.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self::from_words(self.iter().filter(|word| other.contains(word)).collect())
    }

    /// The words that either has.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self::from_words(self.iter().chain(other.iter()).collect())
    }
}

fn check_word(word: &str) -> Result<&str, InvalidWord> {
    // RFC 6749 §3.3: NQCHAR, that is printable ASCII without space, double quote and backslash.
    let fits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
    if fits { Ok(word) } else { Err(InvalidWord) }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// One way a user proved who they are, by its RFC 8176 word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthMethod {
    /// `pwd`: a password.
    Password,
    /// `otp`: a one-time code.
    OneTimeCode,
    /// `hwk`: a key that hardware holds.
    HardwareKey,
    /// `swk`: a key that software holds.
    SoftwareKey,
    /// `mfa`: more than one factor.
    MultipleFactors,
}

impl AuthMethod {
    const ALL: [Self; 5] = [Self::Password, Self::OneTimeCode, Self::HardwareKey, Self::SoftwareKey, Self::MultipleFactors];

    /// The word of RFC 8176 §2.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::OneTimeCode => "otp",
            Self::HardwareKey => "hwk",
            Self::SoftwareKey => "swk",
            Self::MultipleFactors => "mfa",
        }
    }

    /// Reads a word of RFC 8176. Fails with [`InvalidWord`] on one that is not known here.
    pub fn parse(word: &str) -> Result<Self, InvalidWord> {
        Self::ALL.into_iter().find(|method| method.word() == word).ok_or(InvalidWord)
    }
}

/// The ways a user proved who they are, in the order they were used: the `amr` claim (RFC 8176).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthMethods(Arc<[AuthMethod]>);

impl AuthMethods {
    /// Collects methods.
    pub fn of(methods: impl IntoIterator<Item = AuthMethod>) -> Self {
        Self(methods.into_iter().collect())
    }

    /// Reads words separated by single spaces. Fails with [`InvalidWord`] on one that is not known here.
    pub fn parse(text: &str) -> Result<Self, InvalidWord> {
        text.split(' ').filter(|word| !word.is_empty()).map(AuthMethod::parse).collect::<Result<Vec<_>, _>>().map(Self::of)
    }

    /// The methods.
    pub fn iter(&self) -> impl Iterator<Item = AuthMethod> + '_ {
        self.0.iter().copied()
    }
}

impl fmt::Display for AuthMethods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, method) in self.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{}", method.word())?;
        }
        Ok(())
    }
}

impl Serialize for AuthMethods {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(AuthMethod::word))
    }
}

impl<'de> Deserialize<'de> for AuthMethods {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        words.iter().map(|word| AuthMethod::parse(word)).collect::<Result<Vec<_>, _>>().map(Self::of).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_a_set() {
        let scopes = Scopes::parse("orders:write orders:read orders:write").unwrap();
        assert_eq!(scopes.as_str(), "orders:read orders:write");
        assert!(scopes.contains("orders:read"));
        assert!(!scopes.contains("orders"));
        assert!(!scopes.contains(""));
        let other = Scopes::parse("orders:read users:read").unwrap();
        assert_eq!(scopes.and(&other).as_str(), "orders:read");
        assert_eq!(scopes.or(&other).as_str(), "orders:read orders:write users:read");
        assert_eq!(scopes.and(&Scopes::none()), Scopes::none());
    }

    #[test]
    fn a_scope_word_has_no_space_quote_or_backslash() {
        for text in ["a  b", " a", "a\"", "a\\b", "ä", "a\tb"] {
            assert_eq!(Scopes::parse(text), Err(InvalidWord), "{text:?}");
        }
    }

    #[test]
    fn methods_survive_their_text() {
        let methods = AuthMethods::of([AuthMethod::Password, AuthMethod::MultipleFactors]);
        assert_eq!(methods.to_string(), "pwd mfa");
        assert_eq!(AuthMethods::parse("pwd mfa"), Ok(methods));
        assert_eq!(AuthMethods::parse("pwd magic"), Err(InvalidWord));
    }
}
