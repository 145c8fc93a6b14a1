//! `/assets/explain-table.js`: the tables that the page's script reads, written once from the product's own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::response::Response;
use serde::Serialize;

use crate::explain::blanking::{ATTRIBUTES, HEADERS, NAMES, Names, SCHEMES, SHAPES, Shape};
use crate::pages::assets;

#[derive(Serialize)]
struct Table {
    shapes: &'static [Shape],
    names: &'static Names,
    headers: BTreeMap<&'static str, &'static [&'static str]>,
    attributes: &'static [&'static str],
    schemes: &'static [&'static str],
    private_members: &'static [&'static str],
    secrets: &'static [&'static str],
}

/// Made of constants, so it is the same for every server in the process.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let table = Table {
        shapes: SHAPES,
        names: &NAMES,
        headers: HEADERS.iter().copied().collect(),
        attributes: ATTRIBUTES,
        schemes: SCHEMES,
        private_members: cloakroom_explain::private_jwk_members(),
        secrets: cloakroom_explain::public_secrets(),
    };
    let json = serde_json::to_string(&table).expect("a table of texts is JSON");
    format!("export const TABLE = {json};\n")
});

/// `GET /assets/explain-table.js`.
pub(crate) async fn table() -> Response {
    assets::script(&SCRIPT)
}
