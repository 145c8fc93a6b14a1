//! Spells JSON anew with what is secret in it starred out: as long as before, and still JSON.
//!
//! 1. Everything below a member whose name says that it is a secret: texts, numbers, and what nests there.
//! 2. Every text that holds a known secret, and every number that is one. A name hides it, too, when the secret is long enough to be no word.
//! 3. A number becomes a text of stars between quotes; a single digit becomes `0`.

use crate::classify::{json, names};

/// Shorter secrets are hidden only where a text is nothing else: inside longer ones the same letters mean nothing.
const SHORTEST_INSIDE: usize = 4;
/// Names are hidden only for longer ones.
const SHORTEST_IN_NAMES: usize = 6;

/// `text` with its secrets starred out; `None` when it is no JSON, or when one of `secrets` does not stand in it.
pub(super) fn json_respelled(text: &str, secrets: &[&str]) -> Option<String> {
    json::read(text).ok()?;
    let mut respelling = Respelling { secrets, is_met: vec![false; secrets.len()], depth: 0, hidden: Hidden::Nothing };
    let mut spelled = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = token_length(rest);
        let (token, behind) = rest.split_at(length);
        spelled.push_str(&respelling.token(token, behind));
        at += length;
    }
    respelling.is_met.iter().all(|is_met| *is_met).then_some(spelled)
}

/// Whether a text in place of a value is, or holds, `secret`.
pub(super) fn holds(text: &str, secret: &str) -> bool {
    text == secret || secret.len() >= SHORTEST_INSIDE && text.contains(secret)
}

/// Whether a name holds `secret`.
pub(super) fn name_holds(name: &str, secret: &str) -> bool {
    secret.len() >= SHORTEST_IN_NAMES && name.contains(secret)
}

/// What is hidden because of a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hidden {
    Nothing,
    /// The value behind a name at this depth.
    At(usize),
}

struct Respelling<'s> {
    secrets: &'s [&'s str],
    is_met: Vec<bool>,
    depth: usize,
    hidden: Hidden,
}

impl Respelling<'_> {
    fn token(&mut self, token: &str, behind: &str) -> String {
        match token.as_bytes()[0] {
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if matches!(self.hidden, Hidden::At(depth) if self.depth < depth) {
                    self.hidden = Hidden::Nothing;
                }
            }
            b',' if self.hidden == Hidden::At(self.depth) => self.hidden = Hidden::Nothing,
            b'"' => return self.text(token, behind.trim_start().starts_with(':')),
            b'-' | b'0'..=b'9' => return self.number(token),
            _ => {}
        }
        token.to_owned()
    }

    fn text(&mut self, token: &str, is_name: bool) -> String {
        let written = token.get(1..token.len() - 1).unwrap_or_default();
        let read = json::read(token).ok().and_then(|read| read.value.as_str().map(str::to_owned)).unwrap_or_default();
        let is_below = self.hidden != Hidden::Nothing;
        if is_name && !is_below && names::names_a_secret(&read) {
            self.hidden = Hidden::At(self.depth);
        }
        let mut shown = written.to_owned();
        for (secret, is_met) in self.secrets.iter().zip(&mut self.is_met) {
            let found = if is_name { name_holds(&read, secret) } else { holds(&read, secret) };
            if !found {
                continue;
            }
            *is_met = true;
            let stars = "*".repeat(secret.len());
            shown = if written.contains(*secret) { shown.replace(*secret, &stars) } else { "*".repeat(written.len()) };
        }
        if is_below && !is_name {
            shown = "*".repeat(written.len());
        }
        format!("\"{shown}\"")
    }

    fn number(&mut self, token: &str) -> String {
        let read = json::read(token).map(|read| read.value.to_string()).unwrap_or_default();
        let mut is_hidden = self.hidden != Hidden::Nothing;
        for (secret, is_met) in self.secrets.iter().zip(&mut self.is_met) {
            if read == *secret {
                *is_met = true;
                is_hidden = true;
            }
        }
        match token.len() {
            _ if !is_hidden => token.to_owned(),
            1 => "0".to_owned(),
            length => format!("\"{}\"", "*".repeat(length - 2)),
        }
    }
}

/// Bytes of the token that `rest` begins with: a text with its quotes, a number, or one character.
fn token_length(rest: &str) -> usize {
    let mut is_escaped = false;
    match rest.as_bytes()[0] {
        b'"' => {
            let end = rest.bytes().skip(1).position(|byte| {
                let ends = byte == b'"' && !is_escaped;
                is_escaped = byte == b'\\' && !is_escaped;
                ends
            });
            end.map_or(rest.len(), |end| end + 2)
        }
        b'-' | b'0'..=b'9' => {
            rest.find(|char: char| !(char.is_ascii_alphanumeric() || "+-.".contains(char))).unwrap_or(rest.len())
        }
        _ => rest.chars().next().map_or(1, char::len_utf8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_keeps_its_length_and_stays_json() {
        for (text, secrets, expected) in [
            (r#"{"pin":4938,"n":4938}"#, &["4938"][..], r#"{"pin":"**","n":"**"}"#),
            (r#"{"pin":7,"n":[1,17]}"#, &["7"], r#"{"pin":0,"n":[1,17]}"#),
            (r#"{"password":"a","password":"b"}"#, &["b"], r#"{"password":"*","password":"*"}"#),
            (r#"{"secret":{"x":["y",12]},"z":"w"}"#, &[], r#"{"secret":{"x":["*",""]},"z":"w"}"#),
            (r#"{"pwd" : "a\"b", "sub":"a"}"#, &["a\"b"], r#"{"pwd" : "****", "sub":"a"}"#),
            (r#"{"p":"hunter2","hunter2":1}"#, &["hunter2"], r#"{"p":"*******","*******":1}"#),
        ] {
            let spelled = json_respelled(text, secrets).unwrap();
            assert_eq!((spelled.as_str(), spelled.len()), (expected, text.len()));
        }
    }

    #[test]
    fn nothing_is_spelled_when_a_secret_is_not_found() {
        assert_eq!(json_respelled(r#"{"a":"b"}"#, &["elsewhere"]), None);
        assert_eq!(json_respelled("no json", &[]), None);
    }
}
