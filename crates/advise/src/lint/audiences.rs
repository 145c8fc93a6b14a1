//! A: whom a token is for, what it says, and how large it is.

use super::hit::Hit;
use super::input::LintInput;
use crate::record::Record;

/// Above this a token fills cookies and the buffers of proxies.
const LARGE: u32 = 1_200;
/// Above this a cookie comes near the 4,096 bytes at which browsers drop it.
const TOO_LARGE: u32 = 3_800;

pub(super) fn no_audience(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let open = input.clients.iter().filter(|client| client.has_jwt() && client.audiences.is_empty());
    open.map(|client| Hit::at(client.key("audiences"))).collect()
}

pub(super) fn many_audiences(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let many = input.clients.iter().filter(|client| client.many_audiences_in_one_token && client.audiences.len() > 1);
    many.map(|client| Hit::at(client.key("audiences"))).collect()
}

pub(super) fn own_audience(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let Some(origin) = &input.origin else { return Vec::new() };
    let mixed = input.clients.iter().filter(|client| {
        !client.is_built_in && client.has_jwt() && client.audiences.len() > 1 && client.audiences.contains(&origin.text)
    });
    mixed.map(|client| Hit::at(client.key("audiences"))).collect()
}

pub(super) fn personal_data(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let telling = |word: &String| matches!(word.as_str(), "email" | "mail" | "name" | "given_name" | "family_name" | "profile");
    let open = input.clients.iter().filter(|client| !client.foreign_audiences.is_empty());
    let open = open.filter(|client| client.scopes.iter().chain(&client.extra_claims).any(telling));
    open.map(|client| Hit::at(client.key("scopes"))).collect()
}

pub(super) fn large_token(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let large = input.clients.iter().filter(|client| client.has_jwt() && client.jwt_bytes > LARGE);
    large.map(|client| Hit::at(client.key("scopes")).with(format!("about {} bytes", client.jwt_bytes))).collect()
}

pub(super) fn large_cookie(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let large = input.clients.iter().filter(|client| client.has_cell(&["jwt_cookie"]) && client.jwt_bytes > TOO_LARGE);
    large.map(|client| Hit::at(client.key("scopes")).with(format!("about {} bytes", client.jwt_bytes))).collect()
}

pub(super) fn every_scope(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let every = |scopes: &[String]| input.all_scopes.len() > 1 && input.all_scopes.iter().all(|scope| scopes.contains(scope));
    let wide = input.clients.iter().filter(|client| client.scopes.iter().any(|scope| scope == "*") || every(&client.scopes));
    wide.map(|client| Hit::at(client.key("scopes"))).collect()
}
