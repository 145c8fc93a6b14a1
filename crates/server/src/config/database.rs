//! `[database]`: where accounts and sessions are kept.

use std::path::{Path, PathBuf};

use super::section::Section;
use super::setting::{Setting, Unfit};

/// The store: a file of `SQLite`'s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DatabaseConfig {
    /// The file. A relative path lies in the folder the server was started in.
    pub(crate) file: PathBuf,
}

struct SqliteUrl(PathBuf);

impl DatabaseConfig {
    pub(super) fn read(section: &mut Section<'_, '_>, data: &Path) -> Self {
        Self { file: section.read::<SqliteUrl>("url").map_or_else(|| data.join("cloakroom.db"), |SqliteUrl(file)| file) }
    }

    pub(super) fn describe(&self) -> toml::Table {
        toml::Table::from_iter([("url".to_owned(), format!("sqlite:{}", self.file.display()).into())])
    }
}

impl Setting for SqliteUrl {
    const EXPECTED: &'static str = "an SQLite file such as \"sqlite:/var/lib/cloakroom/cloakroom.db\"";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let rest = text.strip_prefix("sqlite:").ok_or_else(|| Unfit::because("it does not begin with `sqlite:`"))?;
        let path = match rest.strip_prefix("//") {
            None => rest,
            Some(path) if path.starts_with('/') => path,
            Some(_) => return Err(Unfit::because("a host has no meaning here; an absolute path has three slashes")),
        };
        if path.is_empty() || path.ends_with('/') {
            return Err(Unfit::because("it names no file"));
        }
        if path == ":memory:" {
            return Err(Unfit::because("a database in memory would forget everyone at the next start"));
        }
        if path.contains(['?', '#', '%']) {
            return Err(Unfit::because("it may not hold `?`, `#` or `%`: there are no parameters"));
        }
        Ok(Self(path.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_one_sqlite_file() {
        for (text, path) in [
            ("sqlite:a.db", "a.db"),
            ("sqlite:./b/a.db", "./b/a.db"),
            ("sqlite:/b/a.db", "/b/a.db"),
            ("sqlite:///b/a.db", "/b/a.db"),
        ] {
            assert_eq!(SqliteUrl::from_text(text).unwrap().0, Path::new(path));
        }
        for text in [
            "",
            "a.db",
            "postgres://localhost/a",
            "sqlite:",
            "sqlite://host/a.db",
            "sqlite:///",
            "sqlite::memory:",
            "sqlite:a.db?mode=ro",
            "sqlite:a/",
        ] {
            assert!(SqliteUrl::from_text(text).is_err(), "{text:?}");
        }
    }
}
