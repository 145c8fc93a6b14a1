//! The groups of rows as one table.

use super::{
    cloakroom, containers, csrf, enterprise, frameworks, identity, jose, keys, not_auth, one_time, schemes, shapes, tokens,
};
use crate::format::{Format, Trait};

static GROUPS: [&[Format]; 13] = [
    cloakroom::ROWS,
    jose::ROWS,
    tokens::ROWS,
    frameworks::ROWS,
    identity::ROWS,
    keys::ROWS,
    schemes::ROWS,
    one_time::ROWS,
    enterprise::ROWS,
    csrf::ROWS,
    not_auth::ROWS,
    shapes::ROWS,
    containers::ROWS,
];

/// All rows, in the order of the published table.
pub fn all_formats() -> impl Iterator<Item = &'static Format> {
    GROUPS.iter().copied().flatten()
}

/// The row of that name.
pub(crate) fn by_id(id: &str) -> Option<&'static Format> {
    all_formats().find(|format| format.id == id)
}

/// The row that an authentication scheme, in lower case, belongs to.
pub(crate) fn by_scheme(scheme: &str) -> Option<&'static Format> {
    all_formats().find(|format| format.traits.iter().any(|row| matches!(row, Trait::Scheme(name) if *name == scheme)))
}

/// The row for what nobody knows.
pub(crate) fn unknown() -> &'static Format {
    by_id("unknown").expect("the table of shapes has a row for what nobody knows")
}
