//! A value that was pasted alone, freed of what people copy along with it.
//!
//! Only when it is not recognised as it stands:
//! 1. quotes and backticks around it, a comma or semicolon behind it;
//! 2. `export NAME=`, `NAME=`, `"name": `, `Bearer ` in front of it;
//! 3. white space inside, when what remains is beyond doubt: a format whose own alphabet has white space keeps it;
//! 4. one layer of percent-encoding, when what remains is something.
//!
//! A step that does not help is not taken.

use std::borrow::Cow;

use crate::classified::Classified;
use crate::clean::Repair;
use crate::inside::Inside;
use crate::item::is_specific;
use crate::lens::Lens;
use crate::message::{is_token, percent_decoded};
use crate::part::{Confidence, Part};

/// A value alone.
#[derive(Clone, Debug)]
pub(crate) struct Bare<'t> {
    /// Without what stood around it.
    pub(crate) text: Cow<'t, str>,
    /// What it is.
    pub(crate) classified: Classified,
    /// What was taken away.
    pub(crate) repairs: Vec<Repair>,
}

impl Bare<'_> {
    /// Whether it was recognised by more than its shape.
    pub(crate) fn is_beyond_doubt(&self) -> bool {
        self.classified.confidence >= Confidence::Strong && is_specific(&self.classified)
    }
}

/// Frees the value in `text`, and says what it is.
pub(crate) fn unpack<'t>(text: &'t str, lens: &Lens<'_>) -> Bare<'t> {
    let text = text.trim();
    let whole = Bare { text: Cow::Borrowed(text), classified: lens.alone(text), repairs: Vec::new() };
    let mut repairs = Vec::new();
    let bare = peel(text, &mut repairs);
    if whole.is_beyond_doubt() && repairs.is_empty() {
        return unwrapped(whole, lens);
    }
    let peeled = Bare { text: Cow::Borrowed(bare), classified: lens.alone(bare), repairs };
    if peeled.is_beyond_doubt() {
        return unwrapped(peeled, lens);
    }
    let mut best = if is_better(&peeled, &whole) { peeled.clone() } else { whole };
    if !best.is_beyond_doubt() {
        for start in [&peeled, &best.clone()] {
            for next in [joined(start, lens), decoded(start, lens)].into_iter().flatten() {
                if is_better(&next, &best) {
                    best = next;
                }
            }
        }
    }
    best
}

/// Whether taking something away made it clearer.
fn is_better(next: &Bare<'_>, best: &Bare<'_>) -> bool {
    if next.text.is_empty() || next.repairs.is_empty() && !best.repairs.is_empty() {
        return false;
    }
    let rank = |bare: &Bare<'_>| {
        (bare.classified.format.part != Part::Unknown, is_specific(&bare.classified), bare.classified.confidence)
    };
    // Quotes are never part of a value that was pasted alone; a name in front may be a cookie's.
    rank(next) > rank(best) || rank(next) == rank(best) && next.repairs == [Repair::Quotes]
}

/// Takes quotes and names off, from the outside in.
fn peel<'t>(text: &'t str, repairs: &mut Vec<Repair>) -> &'t str {
    const LAYERS: usize = 4;
    let mut bare = text;
    for _ in 0..LAYERS {
        let unquoted = strip_quotes(bare);
        let (next, repair) =
            if unquoted.len() < bare.len() { (unquoted, Repair::Quotes) } else { (strip_name(bare), Repair::Prefix) };
        if next.len() == bare.len() {
            break;
        }
        if !repairs.contains(&repair) {
            repairs.push(repair);
        }
        bare = next;
    }
    repairs.sort_unstable();
    bare
}

/// Quotes or backticks around it, then a comma or semicolon behind it.
fn strip_quotes(text: &str) -> &str {
    let body = text.trim_end_matches([',', ';']).trim_end();
    let unquoted = ['"', '\'', '`'].iter().find_map(|quote| {
        body.strip_prefix(*quote).and_then(|body| body.strip_suffix(*quote)).filter(|body| !body.contains(*quote))
    });
    match unquoted {
        Some(unquoted) => unquoted.trim(),
        // `"access_token": "eyJ…",`: the comma goes first, the quotes follow the name.
        None if body.len() < text.len() && body.len() > 1 => body,
        None => text,
    }
}

/// `export NAME=`, `NAME=`, `NAME: `, `"name": `, `Bearer `.
fn strip_name(text: &str) -> &str {
    let rest = ["export ", "set ", "const ", "let ", "var "]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .unwrap_or(text)
        .trim_start();
    if let Some(token) = strip_bearer(rest) {
        return token;
    }
    let name_end = rest.find(['=', ':']).filter(|end| *end > 0 && *end <= 64);
    let Some(end) = name_end else { return text };
    let (name, value) = (rest[..end].trim().trim_matches(['"', '\'']), rest[end + 1..].trim());
    let is_pair = rest[end..].starts_with('=') || rest[end + 1..].starts_with(' ') || value.starts_with(['"', '\'']);
    // "==" is padding, and ":" inside a token separates its parts.
    // A name in front of several pairs belongs to the first of them.
    let is_list = rest.contains('&');
    if is_token(name) && is_pair && !is_list && !value.is_empty() && !value.starts_with('=') { value } else { text }
}

fn strip_bearer(text: &str) -> Option<&str> {
    let (word, rest) = text.split_once(' ')?;
    (word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("bearer:")).then(|| rest.trim())
}

/// No token of JOSE holds white space: what looks like one was wrapped.
fn unwrapped<'t>(bare: Bare<'t>, lens: &Lens<'_>) -> Bare<'t> {
    match &bare.classified.inside {
        Inside::Jose(_) | Inside::SdJwt(_) => joined(&bare, lens).unwrap_or(bare),
        _ => bare,
    }
}

/// Without the white space inside. Armour of PEM is no part of a token: what stands beside one stays for itself.
fn joined<'t>(bare: &Bare<'t>, lens: &Lens<'_>) -> Option<Bare<'t>> {
    if !bare.text.contains(char::is_whitespace) || bare.text.contains("-----") {
        return None;
    }
    let text: String = bare.text.split_whitespace().collect();
    let next = Bare { classified: lens.alone(&text), text: Cow::Owned(text), repairs: with(&bare.repairs, Repair::WhiteSpace) };
    next.is_beyond_doubt().then_some(next)
}

/// With one layer of percent-encoding taken off.
fn decoded<'t>(bare: &Bare<'t>, lens: &Lens<'_>) -> Option<Bare<'t>> {
    let text = percent_decoded(&bare.text);
    if text == bare.text {
        return None;
    }
    let text = text.into_owned();
    let next = Bare { classified: lens.alone(&text), text: Cow::Owned(text), repairs: with(&bare.repairs, Repair::Percent) };
    is_specific(&next.classified).then_some(next)
}

fn with(repairs: &[Repair], more: Repair) -> Vec<Repair> {
    repairs.iter().copied().chain([more]).collect()
}
