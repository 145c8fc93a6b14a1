//! F: the feed of sign-outs, and who may ask.

use super::hit::Hit;
use super::input::{LintClient, LintInput};
use crate::record::Record;

fn waits_for_expiry(input: &LintInput) -> bool {
    input.feed_on_lost.as_deref() == Some("until_expiry")
}

pub(super) fn lost_feed(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let is_long = |client: &LintClient| client.has_jwt() && client.access > 900;
    if waits_for_expiry(input) && input.clients.iter().any(is_long) { vec![Hit::at("feed.on_lost")] } else { Vec::new() }
}

pub(super) fn lost_feed_regulated(input: &LintInput, record: Option<&Record>) -> Vec<Hit> {
    let is_regulated = |rule: &String| !matches!(rule.as_str(), "none" | "personal_data");
    let regulated = record.is_some_and(|record| record.apps.iter().any(|app| app.rules.iter().any(is_regulated)));
    if waits_for_expiry(input) && regulated { vec![Hit::at("feed.on_lost")] } else { Vec::new() }
}

pub(super) fn public_asks(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let public = input.clients.iter().filter(|client| !client.is_confidential && !client.may.is_empty());
    public.map(|client| Hit::at(client.key("may"))).collect()
}

pub(super) fn shared_secret(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let shared = input.clients.iter().filter(|client| !client.may.is_empty() && client.used_by.len() > 1);
    shared.map(|client| Hit::at(client.key("may")).with(client.used_by.join(", "))).collect()
}
