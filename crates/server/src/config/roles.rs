//! `[[roles]]`: which scopes a user has by which role.

use cloakroom_session::Scopes;

use super::section::{Given, Section};
use super::setting::{Setting, Unfit};

/// A role and what it allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleConfig {
    /// Its name, as accounts hold it.
    pub(crate) id: String,
    /// The scopes of whoever has it.
    pub(crate) scopes: Scopes,
}

struct RoleId(String);

impl Setting for RoleId {
    const EXPECTED: &'static str = "a name of 1 to 64 letters, digits, `-`, `_`, `.` and `:`";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'));
        if fits { Ok(Self(text.to_owned())) } else { Err(Unfit::PLAIN) }
    }
}

/// One word of scope.
pub(super) struct ScopeWord(String);

impl Setting for ScopeWord {
    const EXPECTED: &'static str = "scopes such as \"orders:read\" (RFC 6749 §3.3)";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        Scopes::of([text]).map(|_| Self(text.to_owned())).map_err(|_| Unfit::PLAIN)
    }
}

/// Reads an array of scopes; absent is none.
pub(super) fn read_scopes(section: &mut Section<'_, '_>) -> Scopes {
    let words: Vec<ScopeWord> = section.read("scopes").unwrap_or_default();
    Scopes::of(words.iter().map(|ScopeWord(word)| word.as_str())).expect("every word was checked by itself")
}

impl RoleConfig {
    pub(super) fn read_all(top: &mut Section<'_, '_>) -> Vec<Self> {
        let mut roles: Vec<Self> = Vec::new();
        top.sections("roles", |section| {
            let id = section.required::<RoleId>("id");
            let scopes = read_scopes(section);
            let Some(Given { value: RoleId(id), place }) = id else { return };
            if roles.iter().any(|role| role.id == id) {
                section.refuse(&place, "id", "another role has this id");
            }
            roles.push(Self { id, scopes });
        });
        roles
    }

    pub(super) fn describe(&self) -> toml::Table {
        let scopes: Vec<_> = self.scopes.iter().collect();
        toml::Table::from_iter([("id".to_owned(), self.id.as_str().into()), ("scopes".to_owned(), scopes.into())])
    }
}
