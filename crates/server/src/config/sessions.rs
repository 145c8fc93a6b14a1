//! `[sessions]`: how many a user may have.

use std::num::NonZeroU32;

use cloakroom_session::SessionLimit;

use super::section::Section;

/// What holds for the sessions of every client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionsConfig {
    /// How many sessions a user may have; the oldest gives way.
    pub(crate) limit: SessionLimit,
}

impl SessionsConfig {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        let most = section.read::<NonZeroU32>("limit_per_user").unwrap_or(SessionLimit::DEFAULT.most);
        Self { limit: SessionLimit { most, ..SessionLimit::DEFAULT } }
    }

    pub(super) fn describe(&self) -> toml::Table {
        toml::Table::from_iter([("limit_per_user".to_owned(), i64::from(self.limit.most.get()).into())])
    }
}
