//! What must not be seen again, wherever it stands.
//!
//! 1. A secret part is blanked where it stands, character by character, so that lengths stay true.
//! 2. The same text anywhere else in the answer is blanked, too: a session in a cookie may stand again in a body or in a `Referer`.
//! 3. Very short secrets are blanked in their own place only: everywhere else the same letters mean nothing.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::Value;

use crate::blank;
use crate::classify::names::names_a_secret;
use crate::clean::floor_char_boundary;
use crate::item::Item;

/// Shorter ones are not looked for elsewhere.
const SHORTEST: usize = 6;
/// In names of cookies and fields only longer ones are looked for: a value may well be a word that is a name, too.
const SHORTEST_IN_NAMES: usize = 16;

/// Longer ones are found by their beginning, so that looking costs the same whatever was pasted.
const HEAD: usize = 64;

/// Knows every secret of a paste.
pub(crate) struct Veil {
    heads: Option<AhoCorasick>,
}

impl Veil {
    /// Learns the secrets of all items.
    pub(crate) fn over(items: &[Item<'_>]) -> Self {
        let mut secrets = Vec::new();
        for item in items {
            learn(item, &mut secrets);
        }
        secrets.retain(|secret| secret.len() >= SHORTEST && secret.chars().any(|char| char != '*'));
        let mut heads: Vec<&str> = secrets.iter().map(|secret| &secret[..floor_char_boundary(secret, HEAD)]).collect();
        heads.sort_unstable();
        heads.dedup();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&heads);
        Self { heads: automaton.ok().filter(|_| !heads.is_empty()) }
    }

    /// `text` without any secret.
    pub(crate) fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.hide_from(text, SHORTEST)
    }

    /// The name of a cookie, header or field, without any long secret.
    pub(crate) fn hide_in_name<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.hide_from(text, SHORTEST_IN_NAMES)
    }

    fn hide_from<'t>(&self, text: &'t str, shortest: usize) -> Cow<'t, str> {
        let Some(heads) = &self.heads else { return Cow::Borrowed(text) };
        let mut hidden = String::new();
        let mut end = 0;
        for found in heads.find_iter(text).filter(|found| found.len() >= shortest) {
            // What a longer secret before it covered is blank already.
            if found.start() < end {
                continue;
            }
            hidden.push_str(&text[end..found.start()]);
            end = found.end();
            // Of a longer one only the beginning was looked for: the whole run goes.
            if found.len() + 3 >= HEAD {
                end += text[end..].find(|char| !is_of_token(char)).unwrap_or(text.len() - end);
            }
            hidden.push_str(&stars(&text[found.start()..end]));
        }
        if end == 0 {
            return Cow::Borrowed(text);
        }
        hidden.push_str(&text[end..]);
        Cow::Owned(hidden)
    }

    /// What decodes inside, without any secret: known ones, and what is named like one.
    pub(crate) fn hide_inside(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.hide(text).into_owned()),
            Value::Array(members) => Value::Array(members.iter().map(|member| self.hide_inside(member)).collect()),
            Value::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, member)| {
                        let member = match member {
                            member if names_a_secret(name) => all_hidden(member),
                            member => self.hide_inside(member),
                        };
                        (self.hide_in_name(name).into_owned(), member)
                    })
                    .collect(),
            ),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
}

/// The same shape with every text and number starred out.
fn all_hidden(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(stars(text)),
        Value::Number(number) => Value::String(stars(&number.to_string())),
        Value::Array(members) => Value::Array(members.iter().map(all_hidden).collect()),
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), all_hidden(member))).collect(),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// Whether a token can go on with this character.
fn is_of_token(char: char) -> bool {
    char.is_alphanumeric() || "+/=_.~-%*|:".contains(char)
}

/// As many `*` as `text` has characters.
pub(crate) fn stars(text: &str) -> String {
    "*".repeat(text.chars().count())
}

/// The value of an item as it may be shown. Where the name says that it is a password, nothing of it.
pub(crate) fn shown(item: &Item<'_>) -> String {
    if item.is_password() { stars(&item.classified.value) } else { blank::shown(&item.classified) }
}

fn learn(item: &Item<'_>, secrets: &mut Vec<String>) {
    let shown = shown(item);
    let value = &item.classified.value;
    let mut secret = String::new();
    for (real, shown) in value.chars().zip(shown.chars()) {
        if shown == '*' {
            secret.push(real);
        } else if !secret.is_empty() {
            secrets.push(std::mem::take(&mut secret));
        }
    }
    secrets.push(secret);
    // What is shown in another spelling, or was written in another, is secret from where the two part: before that it is shown anyway.
    secrets.push(behind_first_difference(value, &shown).to_owned());
    if shown != *value && *item.raw != **value {
        secrets.push(behind_first_difference(&item.raw, &shown).to_owned());
    }
    for (_, nested) in &item.nested {
        learn(nested, secrets);
    }
}

/// `text` from where `shown` differs; empty when it does not.
fn behind_first_difference<'t>(text: &'t str, shown: &str) -> &'t str {
    let mut shown = shown.chars();
    let at = text.char_indices().find(|(_, char)| shown.next() != Some(*char)).map_or(text.len(), |(at, _)| at);
    &text[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_anyway_is_no_secret() {
        for (text, shown, secret) in [("abcdef", "abc***", "def"), ("abc", "abc", ""), ("a%3Db", "a=b", "%3Db"), ("ab", "a", "b")]
        {
            assert_eq!(behind_first_difference(text, shown), secret);
        }
    }
}
