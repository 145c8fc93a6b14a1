//! `[proxy]`: whose `X-Forwarded-For` counts.

use cloakroom::{AddressRange, TrustedProxies};

use super::section::Section;
use super::setting::{Setting, Unfit};

/// The reverse proxies in front of the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProxyConfig {
    /// Peers whose word counts; none by default, so that nobody can invent an address.
    trusted: Vec<TrustedRange>,
}

/// A range, and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TrustedRange {
    range: AddressRange,
    text: String,
}

impl Setting for TrustedRange {
    const EXPECTED: &'static str = "IP addresses or ranges such as \"10.0.0.0/8\"";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        text.parse().map(|range| Self { range, text: text.to_owned() }).map_err(|_| Unfit::PLAIN)
    }
}

impl ProxyConfig {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        Self { trusted: section.read("trusted").unwrap_or_default() }
    }

    /// The peers whose `X-Forwarded-For` counts.
    pub(crate) fn trusted(&self) -> TrustedProxies {
        TrustedProxies::new(self.trusted.iter().map(|trusted| trusted.range).collect())
    }

    /// Whether every address is trusted.
    pub(super) fn trusts_everyone(&self) -> bool {
        self.trusted.iter().any(|trusted| trusted.text.ends_with("/0"))
    }

    pub(super) fn describe(&self) -> toml::Table {
        let trusted: Vec<_> = self.trusted.iter().map(|trusted| trusted.text.as_str()).collect();
        toml::Table::from_iter([("trusted".to_owned(), trusted.into())])
    }
}
