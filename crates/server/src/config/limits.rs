//! `[limits]`: what may be tried how often.

use super::section::Section;

/// Whether attempts are limited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LimitsConfig {
    /// Takes all limits away; for tests.
    pub(crate) insecure_off: bool,
}

impl LimitsConfig {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        Self { insecure_off: section.read("insecure_off").unwrap_or_default() }
    }

    pub(super) fn describe(&self) -> toml::Table {
        toml::Table::from_iter([("insecure_off".to_owned(), self.insecure_off.into())])
    }
}
