//! `[users]`: who may make an account.

use super::section::Section;
use super::setting::{Setting, Unfit};

/// How accounts come to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UsersConfig {
    /// Whether a stranger may register.
    pub(crate) registration: Registration,
}

/// Whether a stranger may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registration {
    /// Anyone may.
    Open,
    /// Accounts are made on the command line alone.
    Closed,
}

impl Registration {
    const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

impl Setting for Registration {
    const EXPECTED: &'static str = "\"open\" or \"closed\"";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        [Self::Open, Self::Closed].into_iter().find(|registration| registration.word() == text).ok_or(Unfit::PLAIN)
    }
}

impl UsersConfig {
    /// `is_loopback` is the origin's: who tries the server on their own machine can register, everyone else must be let in.
    pub(super) fn read(section: &mut Section<'_, '_>, is_loopback: bool) -> Self {
        let default = if is_loopback { Registration::Open } else { Registration::Closed };
        Self { registration: section.read("registration").unwrap_or(default) }
    }

    pub(super) fn describe(&self) -> toml::Table {
        toml::Table::from_iter([("registration".to_owned(), self.registration.word().into())])
    }
}
