//! An account, and what its parts may be.

use std::fmt;
use std::sync::Arc;

use cloakroom_primitives::Timestamp;
use cloakroom_session::UserId;
use unicode_normalization::UnicodeNormalization;

/// The longest address, in bytes.
const EMAIL_LIMIT: usize = 254;
/// The longest name, in characters.
const NAME_LIMIT: usize = 200;

/// A person who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// Its name for machines; the `sub` of its tokens.
    pub(crate) id: UserId,
    /// The address it signs in with.
    pub(crate) email: EmailAddress,
    /// Whether somebody has shown to receive mail there.
    pub(crate) email_verified: bool,
    /// What its owner likes to be called.
    pub(crate) name: Option<DisplayName>,
    /// What it may do, as configuration translates it into scopes.
    pub(crate) roles: Roles,
    /// Whether it may sign in.
    pub(crate) status: AccountStatus,
    /// Moves with every change of status, password or roles.
    pub(crate) version: u64,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// When its password was last set.
    pub(crate) password_changed_at: Option<Timestamp>,
}

/// Whether an account may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountStatus {
    /// It may.
    Active,
    /// An operator has closed it.
    Disabled,
}

impl Account {
    /// What pages call its owner.
    pub(crate) fn shown_name(&self) -> &str {
        self.name.as_ref().map_or(self.email.as_str(), DisplayName::as_str)
    }
}

impl AccountStatus {
    /// The word in the store and on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// Reads the word; `None` on another.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|status| status.word() == word)
    }
}

/// Why a text is not an address. Each variant is a sentence that a form can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidEmail {
    /// It has more than 254 bytes.
    #[error("an address has at most 254 bytes")]
    TooLong,
    /// It is not one part, one `@`, one part, without spaces and control characters.
    #[error("an address has one `@` with something before and after it, and no spaces")]
    Shape,
}

/// An address as its owner writes it, and the one form in which it is compared.
///
/// 1. One `@`, a part before and a part after, no spaces or control characters, at most 254 bytes; nothing more is guessed.
/// 2. The canonical form is NFC(case fold(NFC(address))) with the domain in its ASCII form; dots and `+` keep their meaning.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct EmailAddress {
    written: Arc<str>,
    canonical: Arc<str>,
}

impl EmailAddress {
    /// Reads an address. Fails with [`InvalidEmail`] on what the two sentences above refuse.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidEmail> {
        if text.len() > EMAIL_LIMIT {
            return Err(InvalidEmail::TooLong);
        }
        let (local, domain) = split(text).ok_or(InvalidEmail::Shape)?;
        let domain = idna::domain_to_ascii(domain).map_err(|_| InvalidEmail::Shape)?;
        let canonical = format!("{}@{domain}", folded(local));
        // Folding and IDNA turn look-alikes into spaces and `@`: what they made is held to the same rule.
        split(&canonical).ok_or(InvalidEmail::Shape)?;
        Ok(Self { written: text.into(), canonical: canonical.into() })
    }

    /// Puts an address together from a row, which was parsed when it was written.
    pub(crate) fn from_row(written: String, canonical: String) -> Self {
        Self { written: written.into(), canonical: canonical.into() }
    }

    /// As its owner writes it.
    pub(crate) fn as_str(&self) -> &str {
        &self.written
    }

    /// The form in which addresses are compared.
    pub(crate) fn canonical(&self) -> &str {
        &self.canonical
    }

    /// What stands before the `@`, folded.
    pub(crate) fn local_part(&self) -> &str {
        self.canonical.split('@').next().unwrap_or_default()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Shows nothing: logs have ids, not addresses.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(..)")
    }
}

fn split(address: &str) -> Option<(&str, &str)> {
    let (local, domain) = address.split_once('@')?;
    let whole = !local.is_empty() && !domain.is_empty() && !domain.contains('@');
    let plain = !address.chars().any(|c| c.is_whitespace() || c.is_control());
    (whole && plain).then_some((local, domain))
}

/// NFC(case fold(NFC(text))).
pub(crate) fn folded(text: &str) -> String {
    let composed: String = text.nfc().collect();
    caseless::default_case_fold_str(&composed).nfc().collect()
}

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name has at most 200 characters and no control characters")]
pub(crate) struct InvalidName;

/// What an account's owner likes to be called: 1 to 200 characters, none of them a control character.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DisplayName(Arc<str>);

impl DisplayName {
    /// Reads a name, without the spaces around it; a blank text is no name. Fails with [`InvalidName`].
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, InvalidName> {
        let name = text.trim();
        if name.chars().nth(NAME_LIMIT).is_some() || text.chars().any(char::is_control) {
            return Err(InvalidName);
        }
        Ok((!name.is_empty()).then(|| Self(name.into())))
    }

    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows nothing: logs have ids, not names.
impl fmt::Debug for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DisplayName(..)")
    }
}

/// A text that is not a list of roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is 1 to 64 letters, digits, `-`, `_`, `.` and `:`")]
pub(crate) struct InvalidRole;

/// The roles of an account: a set of words, in one text with single spaces, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Roles(Arc<str>);

impl Roles {
    /// Reads words separated by single spaces; order and repetition do not matter. Fails with [`InvalidRole`] on what is no word.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidRole> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let mut words: Vec<_> = text.split(' ').collect();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        if !words.iter().all(|word| (1..=64).contains(&word.len()) && word.bytes().all(plain)) {
            return Err(InvalidRole);
        }
        words.sort_unstable();
        words.dedup();
        Ok(Self(words.join(" ").into()))
    }

    /// The words with spaces between.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The words, sorted.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|word| !word.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> Result<String, InvalidEmail> {
        EmailAddress::parse(text).map(|address| address.canonical().to_owned())
    }

    #[test]
    fn an_address_has_one_canonical_form() {
        for (text, expected) in [
            ("ada@example.com", "ada@example.com"),
            ("Ada.Lovelace+x@EXAMPLE.com", "ada.lovelace+x@example.com"),
            ("STRASSE@example.com", "strasse@example.com"),
            ("Straße@example.com", "strasse@example.com"),
            ("e\u{301}va@example.com", "\u{e9}va@example.com"),
            ("\u{c9}va@example.com", "\u{e9}va@example.com"),
            ("ada@Bücher.example", "ada@xn--bcher-kva.example"),
            ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
            ("ada@localhost", "ada@localhost"),
            ("\"a\"@[192.0.2.1]", "\"a\"@[192.0.2.1]"),
        ] {
            assert_eq!(canonical(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(243));
        for text in [
            "",
            "ada",
            "@",
            "ada@",
            "@example.com",
            "a@b@c",
            "a b@example.com",
            "ada@exam ple.com",
            "ada\n@example.com",
            " ada@example.com",
            "ada@example.com\u{a0}",
            "ada@a\u{ff20}b",
            "ada@b\u{3000}c",
            "ada\0@example.com",
            "ada@\u{ad}",
        ] {
            assert_eq!(canonical(text), Err(InvalidEmail::Shape), "{text:?}");
        }
        assert_eq!(canonical(&long), Err(InvalidEmail::TooLong));
        assert!(canonical(&long[1..]).is_ok());
    }

    #[test]
    fn an_address_stays_as_its_owner_writes_it_and_out_of_the_logs() {
        let address = EmailAddress::parse("Ada@Example.com").unwrap();
        assert_eq!(address.to_string(), "Ada@Example.com");
        assert_eq!(address.local_part(), "ada");
        assert_eq!(format!("{address:?}"), "EmailAddress(..)");
    }

    #[test]
    fn a_name_is_short_and_printable_and_may_be_missing() {
        assert_eq!(DisplayName::parse("  Ada Löw 艾達 ").unwrap().unwrap().as_str(), "Ada Löw 艾達");
        assert_eq!(DisplayName::parse("  "), Ok(None));
        assert!(DisplayName::parse(&"ä".repeat(200)).is_ok());
        for text in ["a\nb", "a\0b", "\u{85}x", &"ä".repeat(201)] {
            assert_eq!(DisplayName::parse(text), Err(InvalidName), "{text:?}");
        }
    }

    #[test]
    fn roles_are_a_set_of_words() {
        let roles = Roles::parse("operator auditor operator").unwrap();
        assert_eq!(roles.as_str(), "auditor operator");
        assert_eq!(roles.iter().collect::<Vec<_>>(), ["auditor", "operator"]);
        assert_eq!(Roles::parse(""), Ok(Roles::default()));
        for text in [" ", "a  b", " a", "a,b", "ä", "a\nb"] {
            assert_eq!(Roles::parse(text), Err(InvalidRole), "{text:?}");
        }
    }

    #[test]
    fn a_status_survives_its_word() {
        for status in [AccountStatus::Active, AccountStatus::Disabled] {
            assert_eq!(AccountStatus::parse(status.word()), Some(status));
        }
        assert_eq!(AccountStatus::parse("ACTIVE"), None);
    }
}
