//! `[proxy]`: whose `X-Forwarded-For` counts.

use super::ip_range::IpRange;
use super::section::Section;

/// The reverse proxies in front of the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProxyConfig {
    /// Peers whose `X-Forwarded-For` counts; none by default, so that nobody can invent an address.
    pub(crate) trusted: Vec<IpRange>,
}

impl ProxyConfig {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        Self { trusted: section.read("trusted").unwrap_or_default() }
    }

    pub(super) fn describe(&self) -> toml::Table {
        let trusted: Vec<_> = self.trusted.iter().map(ToString::to_string).collect();
        toml::Table::from_iter([("trusted".to_owned(), trusted.into())])
    }
}
