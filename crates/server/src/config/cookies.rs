//! `[cookies]`: the name from which the names of all cookies are made.

use super::section::Section;
use super::setting::{Setting, Unfit};

/// How cookies are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CookiesConfig {
    /// The base name. Ports share cookies: a second server on the same host needs another.
    pub(crate) name: CookieBaseName,
}

/// The part of a cookie's name between prefix and kind: 1 to 64 letters, digits, `-` and `_`, and no prefix of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CookieBaseName(String);

impl CookieBaseName {
    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl CookiesConfig {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        Self { name: section.read("name").unwrap_or_else(|| CookieBaseName("cloakroom".to_owned())) }
    }

    pub(super) fn describe(&self) -> toml::Table {
        toml::Table::from_iter([("name".to_owned(), self.name.as_str().into())])
    }
}

impl Setting for CookieBaseName {
    const EXPECTED: &'static str = "a name of 1 to 64 letters, digits, `-` and `_` that begins with a letter or digit";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let fits = (1..=64).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if fits { Ok(Self(text.to_owned())) } else { Err(Unfit::PLAIN) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_name_fits_between_prefix_and_kind() {
        for text in ["cloakroom", "my-app_2", "7"] {
            assert_eq!(CookieBaseName::from_text(text).unwrap().as_str(), text);
        }
        for text in ["", "__Host-x", "-x", "a b", "a=b", "a;b", "ä", "a\r\n", &"x".repeat(65)] {
            assert!(CookieBaseName::from_text(text).is_err(), "{text:?}");
        }
    }
}
