//! Finds what is worth something inside decoded content, and stars it out without changing the length.
//!
//! 1. The value of a member whose name says that it is a secret.
//! 2. A complete credential: the seal of a signed token, the whole of an opaque one.
//! 3. A stored form of a password.
//! 4. The private members of a key.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::classify::encoding::{self, Alphabet};
use crate::classify::looks::keys::is_stored_password;
use crate::classify::{jose, names};

/// Of content with more secrets than this nothing is shown: to find them all would cost more than it tells.
pub(crate) const MOST: usize = 100;

/// Members of a key that only its owner may have.
pub(crate) const PRIVATE_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "k", "oth", "priv"];

/// The texts inside that must not be shown, and complete credentials with a path to each.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) secrets: Vec<String>,
    pub(crate) nested: Vec<(String, String)>,
}

/// Looks through decoded content.
pub(crate) fn secrets_of(value: &Value) -> Found {
    let mut found = Found::default();
    walk(value, "", "", &mut found);
    found
}

fn walk(value: &Value, path: &str, name: &str, found: &mut Found) {
    match value {
        Value::Object(members) => {
            let is_key = members.contains_key("kty");
            for (name, value) in members {
                if is_key && PRIVATE_MEMBERS.contains(&name.as_str()) && found.secrets.len() <= MOST {
                    found.secrets.extend(value.as_str().filter(|text| !text.is_empty()).map(str::to_owned));
                }
                walk(value, &join(path, name), name, found);
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                walk(value, &join(path, &index.to_string()), name, found);
            }
        }
        Value::String(text) => look(text, path, name, found),
        _ => {}
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn look(text: &str, path: &str, name: &str, found: &mut Found) {
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
    let name = name.to_ascii_lowercase();
    if let Some(token) = jose::parse(text).filter(|token| token.parts.len() >= 3) {
        found.nested.push((path.to_owned(), text.to_owned()));
        let last = token.part(token.parts.len() - 1);
        let secret = if token.is_encrypted() { text } else { last };
        found.secrets.extend((!secret.is_empty()).then(|| secret.to_owned()));
    } else if TOKENS.contains(&name.as_str()) {
        found.nested.push((path.to_owned(), text.to_owned()));
        found.secrets.push(text.to_owned());
    } else if names::names_a_secret(&name)
        || is_stored_password(text)
        || matches!(name.as_str(), "token" | "signature") && text.len() >= LONG
    {
        found.secrets.push(text.to_owned());
    }
}

/// Stars out the secrets in a decoded value. Of one with too many nothing is left.
pub(crate) fn starred(value: &Value, secrets: &[String]) -> Value {
    if secrets.len() > MOST {
        return Value::Null;
    }
    match value {
        Value::String(text) => Value::String(stars_in(text, secrets)),
        Value::Array(elements) => Value::Array(elements.iter().map(|element| starred(element, secrets)).collect()),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), starred(value, secrets))).collect(),
        other => other.clone(),
    }
}

/// Stars out the secrets in a text.
fn stars_in(text: &str, secrets: &[String]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), &"*".repeat(secret.len())))
}

/// Spells base64 of JSON anew with the secrets in it starred out. `None` when one of them is not found as it stands: then nothing of the
/// text may be shown.
pub(crate) fn respelled(part: &str, secrets: &[String]) -> Option<String> {
    if secrets.len() > MOST {
        return None;
    }
    let decoded = encoding::base64(part)?;
    let mut text = String::from_utf8(decoded.bytes.clone()).ok()?;
    let mut secrets: Vec<&String> = secrets.iter().collect();
    // Longer ones first: one may stand inside another.
    secrets.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    secrets.dedup();
    let original = text.clone();
    for secret in secrets {
        let escaped = secret.replace('/', "\\/");
        let spelling = [secret.as_str(), escaped.as_str()].into_iter().find(|spelling| original.contains(spelling))?;
        text = text.replace(spelling, &"*".repeat(spelling.len()));
    }
    Some(spell(text.as_bytes(), decoded.alphabet == Alphabet::Standard, part.ends_with('=')))
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
}
