//! `[master]`: where the master key comes from.

use std::path::{Path, PathBuf};

use cloakroom_primitives::MasterKeys;

use super::section::{Given, Section};
use super::setting::{Setting, Unfit};

/// The master key, or its file.
#[derive(Clone, Debug)]
pub(crate) struct MasterConfig {
    /// Where it comes from.
    pub(crate) key: MasterKeySource,
}

/// Where the master key comes from.
#[derive(Clone, Debug)]
pub(crate) enum MasterKeySource {
    /// It was given itself.
    Given(Box<MasterKeys>),
    /// It is in this file, or will be after the first start.
    File(PathBuf),
}

impl Setting for MasterKeys {
    const EXPECTED: &'static str = "a master key, `id:key`";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        Self::parse(text).map_err(|error| Unfit::because(error.to_string()))
    }
}

impl MasterConfig {
    pub(super) fn read(section: &mut Section<'_, '_>, data: &Path) -> Self {
        let key = section.read_at::<MasterKeys>("key");
        let file = section.read_at::<PathBuf>("key_file");
        let key = match (key, file) {
            (None, None) => MasterKeySource::File(data.join("master.key")),
            (Some(key), None) => MasterKeySource::Given(Box::new(key.value)),
            (None, Some(file)) => MasterKeySource::File(file.value),
            (Some(key), Some(file)) => Self::choose(section, key, file),
        };
        Self { key }
    }

    fn choose(section: &mut Section<'_, '_>, key: Given<MasterKeys>, file: Given<PathBuf>) -> MasterKeySource {
        if key.place.is_beside(&file.place) {
            section.refuse(&file.place, "key_file", "`key` is set beside it; only one of the two can be");
        }
        if key.place > file.place { MasterKeySource::Given(Box::new(key.value)) } else { MasterKeySource::File(file.value) }
    }

    pub(super) fn describe(&self) -> toml::Table {
        let (key, value) = match &self.key {
            MasterKeySource::Given(_) => ("key", "(redacted)".to_owned()),
            MasterKeySource::File(path) => ("key_file", path.display().to_string()),
        };
        toml::Table::from_iter([(key.to_owned(), value.into())])
    }
}
