//! Values without structure: tickets, echoes, notes, and what nobody knows.

use serde_json::Value;

use super::cuts::{Worth, cut, show_last_as, split_head};
use super::secrets::{respelled, secrets_of};
use crate::classified::Classified;
use crate::classify::randomness::bits_of_longest_run;
use crate::classify::shape::{Class, all};
use crate::classify::specimen::Specimen;

/// Characters of a long ticket that are shown, so that two can be told apart.
const HEAD: usize = 2;

/// A ticket: two characters are shown when there are more than sixteen.
pub(crate) fn opaque(specimen: &Specimen<'_>, classified: &mut Classified) {
    let value = specimen.value;
    let head = if value.len() > 16 { split_head(value, HEAD).0.len() } else { 0 };
    cut(classified, "prefix", 0..head, Worth::Harmless);
    if let Some(prefix) = classified.segments.last_mut() {
        (prefix.label, prefix.says) = ("beginning", "Shown so that two of them can be told apart.");
    }
    cut(classified, "secret", head..value.len(), Worth::Secret);
    if !classified.is_blanked && !is_redacted(value) {
        classified.bits = Some(bits_of_longest_run(value));
    }
}

/// Whether something was taken out by hand: `[REDACTED]`, `<token>`, `xxxx`.
fn is_redacted(value: &str) -> bool {
    let bracketed = |open: char, close: char| value.starts_with(open) && value.ends_with(close);
    let lower = value.to_ascii_lowercase();
    bracketed('[', ']') || bracketed('<', '>') || bracketed('{', '}') || lower.contains("redacted") || lower.contains("xxxx")
}

/// An echo that proves where a request came from: four characters are shown.
pub(crate) fn csrf(specimen: &Specimen<'_>, classified: &mut Classified) {
    let head = split_head(specimen.value, 4).0.len();
    cut(classified, "value", 0..head, Worth::Harmless);
    words(specimen, classified, head);
}

/// Cuts out what stands behind `start`, leaving the marks between words.
pub(crate) fn words(specimen: &Specimen<'_>, classified: &mut Classified, start: usize) {
    let mut at = start;
    for word in specimen.value[start..].split(['|', ':', '.']) {
        cut(classified, "secret", at..at + word.len(), Worth::Secret);
        at += word.len() + 1;
    }
}

/// Nothing in it is worth anything.
pub(crate) fn shown(specimen: &Specimen<'_>, classified: &mut Classified) {
    cut(classified, "value", 0..specimen.value.len(), Worth::Harmless);
}

/// Everything in it is.
pub(crate) fn hidden(specimen: &Specimen<'_>, classified: &mut Classified) {
    cut(classified, "secret", 0..specimen.value.len(), Worth::Secret);
}

/// A note in plain words.
pub(crate) fn identity(specimen: &Specimen<'_>, classified: &mut Classified) {
    shown(specimen, classified);
    classified.decoded = Some(Value::String(specimen.value.to_owned()));
}

/// Readable JSON, in base64 or as it is.
pub(crate) fn json(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(value) = specimen.json() else { return hidden(specimen, classified) };
    readable(specimen, value, 0, classified);
}

/// Shows base64 of JSON, or JSON, from `start` on; secrets inside are starred out.
pub(crate) fn readable(specimen: &Specimen<'_>, value: &Value, start: usize, classified: &mut Classified) {
    let found = secrets_of(value);
    let range = start..specimen.value.len();
    let spelled = &specimen.value[range.clone()];
    let shown = if found.secrets.is_empty() { Some(spelled.to_owned()) } else { respelled(spelled, &found.secrets) };
    let shown = shown.filter(|shown| shown.len() == spelled.len());
    cut(classified, "body", range, if shown.is_some() { Worth::Harmless } else { Worth::Secret });
    show_last_as(classified, shown);
    classified.decoded = Some(value.clone());
    classified.nested = found.nested;
}

/// Nobody knows: words are shown, what could be a token keeps two characters.
pub(crate) fn unknown(specimen: &Specimen<'_>, classified: &mut Classified) {
    let mut at = 0;
    for word in specimen.value.split_inclusive(char::is_whitespace) {
        let end = at + word.len();
        let is_word = word.trim_end().chars().count() < 12;
        let head = if is_word { word.len() } else { word.char_indices().nth(HEAD).map_or(word.len(), |(index, _)| index) };
        cut(classified, "value", at..at + head, Worth::Harmless);
        cut(classified, "secret", at + head..end, Worth::Secret);
        at = end;
    }
    if all(specimen.value, Class::Visible) && specimen.value.len() >= 8 && !classified.is_blanked {
        classified.bits = Some(bits_of_longest_run(specimen.value));
    }
}
