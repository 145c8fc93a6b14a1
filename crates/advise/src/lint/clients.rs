//! C: what a client may use, and from where.

use super::hit::Hit;
use super::input::{LintClient, LintInput, OriginEntry, SiteOf};
use crate::record::Record;

pub(super) fn default_cell(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let wrong = input.clients.iter().filter(|client| !client.cells.contains(&client.default_cell));
    wrong.map(|client| Hit::at(client.key(if client.cells.is_empty() { "cells" } else { "default_cell" }))).collect()
}

pub(super) fn all_cells(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let wide = input.clients.iter().filter(|client| !client.is_built_in && client.cells.len() == 4);
    wide.map(|client| Hit::at(client.key("cells"))).collect()
}

/// The origins of clients that fit, each as a finding.
fn origins(input: &LintInput, fits: impl Fn(&LintClient, &OriginEntry) -> bool) -> Vec<Hit> {
    let pairs = input.clients.iter().flat_map(|client| client.origins.iter().map(move |origin| (client, origin)));
    let found = pairs.filter(|(client, origin)| fits(client, origin));
    found.map(|(client, origin)| Hit::at(client.key("origins")).with(origin.text.clone())).collect()
}

pub(super) fn token_on_own_site(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    origins(input, |client, origin| client.is_in_header() && matches!(origin.site, SiteOf::SameOrigin | SiteOf::SameSite))
}

pub(super) fn cookie_from_elsewhere(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    origins(input, |client, origin| {
        client.is_in_browser() && matches!(origin.site, SiteOf::CrossSite | SiteOf::SharesPublicSuffix)
    })
}

pub(super) fn public_suffix(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    origins(input, |_, origin| origin.site == SiteOf::SharesPublicSuffix)
}

pub(super) fn sibling_trusted(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let siblings = input.trusted_origins.iter().filter(|origin| origin.site == SiteOf::SameSite);
    siblings.map(|origin| Hit::at("trusted_origins").with(origin.text.clone())).collect()
}

pub(super) fn no_origin(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    origins(input, |_, origin| origin.site == SiteOf::NotAnOrigin)
}

pub(super) fn foreign_page(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    origins(input, |client, origin| client.first_party && matches!(origin.site, SiteOf::CrossSite | SiteOf::SharesPublicSuffix))
}

pub(super) fn foreign_app(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let foreign =
        input.clients.iter().filter(|client| !client.first_party && client.has_cell(&["cookie", "token", "jwt_cookie"]));
    foreign.map(|client| Hit::at(client.key("cells"))).collect()
}
