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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::looks::keys::has_key_prefix;
    use crate::format::Test;

    #[test]
    fn every_key_of_a_maker_is_known_by_its_prefix() {
        // Numbers and publishable halves of keys, which are worth nothing alone.
        const HARMLESS: [&str; 6] = ["pk_live_", "pk_test_", "AKIA", "ASIA", "ABIA", "ACCA"];
        let rows = [cloakroom::ROWS, identity::ROWS, keys::ROWS];
        let signs = rows.into_iter().flatten().filter(|row| row.is_credential()).flat_map(|row| row.signs);
        for sign in signs {
            let Test::Key(prefixes, _) = sign.test else { continue };
            for prefix in prefixes.iter().filter(|prefix| !HARMLESS.contains(*prefix)) {
                assert!(has_key_prefix(&format!("{prefix}0123456789abcdef0123456789abcdef")), "{prefix}");
            }
        }
    }
}
