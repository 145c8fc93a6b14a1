//! S: the server itself.

use super::hit::Hit;
use super::input::{LintClient, LintInput};
use crate::record::Record;

pub(super) fn many_processes(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let is_shared = input.processes > 1 || input.on_network_file_system;
    if input.store == "sqlite" && is_shared { vec![Hit::at("database.url")] } else { Vec::new() }
}

pub(super) fn insecure(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    if input.is_here() {
        return Vec::new();
    }
    let plain = input.origin.as_ref().filter(|origin| origin.text.starts_with("http://"));
    let settings = input.insecure.iter().map(Hit::at);
    plain.map(|origin| Hit::at("origin").with(origin.text.clone())).into_iter().chain(settings).collect()
}

pub(super) fn open_without_mail(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let is_open = input.open_registration && !input.has_mail && !input.is_here();
    if is_open { vec![Hit::at("users.registration")] } else { Vec::new() }
}

pub(super) fn passwords_in_programs(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let native = |client: &&LintClient| !client.is_built_in && client.takes_passwords && client.is_in_header();
    input.clients.iter().filter(native).map(|client| Hit::at(client.key("first_party"))).collect()
}
