//! Finds what is worth something inside decoded content, and stars it out without changing the length.
//!
//! 1. Everything below a member whose name says that it is a secret: texts, numbers, and what nests there.
//! 2. A complete credential: the seal of a signed token, the whole of an opaque one, a key with its maker's prefix, whatever the name says.
//! 3. A stored form of a password.
//! 4. The private members of a key.
//! 5. The same texts where they are used as names of members.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::respell::{holds, json_respelled, name_holds};
use crate::classify::encoding::{self, Alphabet};
use crate::classify::looks::keys::{has_key_prefix, is_stored_password};
use crate::classify::{jose, json, names};

/// Of content with more secrets than this nothing is shown: to find them all would cost more than it tells.
pub(crate) const MOST: usize = 100;

/// Members of a key that only its owner may have.
pub(crate) const PRIVATE_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "k", "oth", "priv"];

/// Returns the names of the members of a key that only its owner may have (RFC 7518 §6, RFC 8037 §2, and `priv` of AKP keys).
pub const fn private_jwk_members() -> &'static [&'static str] {
    &PRIVATE_MEMBERS
}

/// The texts inside that must not be shown, and complete credentials with a path to each.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) secrets: Vec<String>,
    pub(crate) nested: Vec<(String, String)>,
}

/// Looks through decoded content.
pub(crate) fn secrets_of(value: &Value) -> Found {
    let mut found = Found::default();
    walk(value, "", "", Standing::Open, &mut found);
    found
}

/// Whether a name further out says that everything here is secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Open,
    Secret,
}

impl Standing {
    fn below(self, name: &str) -> Self {
        if names::names_a_secret(name) { Self::Secret } else { self }
    }
}

fn walk(value: &Value, path: &str, name: &str, standing: Standing, found: &mut Found) {
    match value {
        Value::Object(members) => {
            let is_key = members.contains_key("kty");
            for (name, value) in members {
                if has_key_prefix(name) {
                    found.add(name);
                }
                let is_private = is_key && PRIVATE_MEMBERS.contains(&name.as_str());
                let standing = if is_private { Standing::Secret } else { standing.below(name) };
                walk(value, &join(path, name), name, standing, found);
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                walk(value, &join(path, &index.to_string()), name, standing, found);
            }
        }
        Value::String(text) => look(text, path, name, standing, found),
        Value::Number(number) if standing == Standing::Secret => found.add(&number.to_string()),
        _ => {}
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

impl Found {
    fn add(&mut self, secret: &str) {
        if !secret.is_empty() && self.secrets.len() <= MOST {
            self.secrets.push(secret.to_owned());
        }
    }
}

fn look(text: &str, path: &str, name: &str, standing: Standing, found: &mut Found) {
    const TOKENS: [&str; 8] = [
        "access_token",
        "refresh_token",
        "id_token",
        "accesstoken",
        "refreshtoken",
        "provider_token",
        "provider_refresh_token",
        "session_token",
    ];
    const LONG: usize = 16;
    if text.is_empty() || found.secrets.len() > MOST {
        return;
    }
    let name = names::words(name).join("_");
    let token = jose::parse(text).filter(|token| token.parts.len() >= 3);
    let is_token = token.is_some() || TOKENS.contains(&name.as_str());
    if is_token {
        found.nested.push((path.to_owned(), text.to_owned()));
    }
    match token {
        Some(token) if standing == Standing::Open && !token.is_encrypted() => found.add(token.part(token.parts.len() - 1)),
        _ if is_token
            || standing == Standing::Secret
            || has_key_prefix(text)
            || is_stored_password(text)
            || matches!(name.as_str(), "token" | "signature") && text.len() >= LONG =>
        {
            found.add(text);
        }
        _ => {}
    }
}

/// Stars out the secrets in a decoded value. Of one with too many nothing is left.
pub(crate) fn starred(value: &Value, secrets: &[String]) -> Value {
    if secrets.len() > MOST {
        return Value::Null;
    }
    starred_below(value, secrets, Standing::Open)
}

fn starred_below(value: &Value, secrets: &[String], standing: Standing) -> Value {
    match value {
        Value::String(text) if standing == Standing::Secret => Value::String("*".repeat(text.len())),
        Value::String(text) => Value::String(stars_in(text, secrets, holds)),
        Value::Number(number) => {
            let text = number.to_string();
            let is_secret = standing == Standing::Secret || secrets.contains(&text);
            if is_secret { Value::String("*".repeat(text.len())) } else { value.clone() }
        }
        Value::Array(elements) => {
            Value::Array(elements.iter().map(|element| starred_below(element, secrets, standing)).collect())
        }
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (stars_in(name, secrets, name_holds), starred_below(value, secrets, standing.below(name))))
            .collect(),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// Stars out the secrets that a text holds.
fn stars_in(text: &str, secrets: &[String], holds: fn(&str, &str) -> bool) -> String {
    let found = secrets.iter().filter(|secret| holds(text, secret));
    found.fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), &"*".repeat(secret.len())))
}

/// Spells base64 of JSON anew with the secrets in it starred out. `None` when one of them is not found as it stands: then nothing of the
/// text may be shown.
pub(crate) fn respelled(part: &str, secrets: &[String]) -> Option<String> {
    if secrets.len() > MOST {
        return None;
    }
    let decoded = encoding::base64(part)?;
    let text = String::from_utf8(decoded.bytes.clone()).ok()?;
    let mut secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    // Longer ones first: one may stand inside another.
    secrets.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    secrets.dedup();
    let spelled = match json::read(&text) {
        Ok(_) => json_respelled(&text, &secrets)?,
        Err(_) => secrets.iter().try_fold(text.clone(), |spelled, secret| {
            text.contains(*secret).then(|| spelled.replace(*secret, &"*".repeat(secret.len())))
        })?,
    };
    Some(spell(spelled.as_bytes(), decoded.alphabet == Alphabet::Standard, part.ends_with('=')))
}

/// Spells bytes in the dialect of the original.
pub(crate) fn spell(bytes: &[u8], is_standard: bool, is_padded: bool) -> String {
    match (is_standard, is_padded) {
        (true, true) => STANDARD.encode(bytes),
        (true, false) => STANDARD_NO_PAD.encode(bytes),
        (false, true) => URL_SAFE.encode(bytes),
        (false, false) => URL_SAFE_NO_PAD.encode(bytes),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_inside_are_starred_and_the_length_stays() {
        let value = json!({"sub": "42", "password": "hunter2", "deep": [{"refresh_token": "r/1234"}], "h": "$2b$10$abcdefghijklmnopqrstuv"});
        let found = secrets_of(&value);
        assert_eq!(found.nested, [("deep.0.refresh_token".to_owned(), "r/1234".to_owned())]);
        assert_eq!(found.secrets.len(), 3);
        assert_eq!(starred(&value, &found.secrets)["password"], "*******");
        let spelled = URL_SAFE_NO_PAD.encode(br#"{"password":"hunter2","refresh_token":"r\/1234"}"#);
        let respelled = respelled(&spelled, &["hunter2".to_owned(), "r/1234".to_owned()]).unwrap();
        assert_eq!(respelled.len(), spelled.len());
        assert_eq!(
            String::from_utf8(URL_SAFE_NO_PAD.decode(respelled).unwrap()).unwrap(),
            r#"{"password":"*******","refresh_token":"*******"}"#
        );
        assert!(super::respelled(&spelled, &["absent".to_owned()]).is_none());
    }

    #[test]
    fn whatever_stands_below_a_secret_name_is_hidden() {
        let value = json!({
            "clientSecret": {"current": "abc", "age": 12}, "pin": 4938, "otp_enabled": true,
            "note": "ghp_0123456789abcdefghijABCDEFGHIJ012345", "sk_live_0123456789abcdef": 1, "hunter22": 2, "pwd": "hunter22",
        });
        let found = secrets_of(&value);
        assert_eq!(
            starred(&value, &found.secrets),
            json!({
                "clientSecret": {"current": "***", "age": "**"}, "pin": "****", "otp_enabled": true,
                "note": "*".repeat(40), "*".repeat(24): 1, "*".repeat(8): 2, "pwd": "********",
            })
        );
    }
}
