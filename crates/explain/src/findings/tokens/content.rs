//! Findings on any credential: what can be read in it, and what it does to whoever reads it.

use serde_json::Value;

use crate::classify::encoding;
use crate::classify::looks::keys::is_stored_password;
use crate::classify::names::{names_a_secret, names_an_identity};
use crate::classify::randomness::is_email_address;
use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::format::Trait;
use crate::inside::Jose;
use crate::part::{Part, Severity};
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "token.readable_payload",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "A signed format, and its content could be decoded.",
        text: "Anyone who holds this can read what is in it. Signed means unchangeable, not secret.",
        remedy: None,
        sources: &["RFC 7519 §12", "OWASP JWT"],
        at: "",
        rule: Rule::Token(readable_payload),
    },
    Finding {
        id: "token.pii_readable",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "Decoded content has a member `email`, `phone`, `phone_number`, `name`, `given_name`, `family_name`, `birthdate`, `address`, `ssn` or `preferred_username` with a value, or a value that is an e-mail address.",
        text: "Personal data stands here in the clear; it ends up in logs and browser storage.",
        remedy: Some("Put a number there instead, and keep the data on the server."),
        sources: &["OWASP Session Mgmt \"Session ID Content\"", "ASVS 14.2.6"],
        at: "",
        rule: Rule::Token(pii_readable),
    },
    Finding {
        id: "token.secret_in_payload",
        severity: Severity::Error,
        group: Group::Credential,
        condition: "Decoded content has a member whose name holds, between underscores, `password`, `passwd`, `secret`, `private_key`, `api_key`, `client_secret`, `passphrase` or `pin`, with text in it; or a value that is a stored form of a password.",
        text: "A secret lies in plain view in here.",
        remedy: Some("Take it out, and change it: it counts as known."),
        sources: &["ASVS 14.2.6", "OWASP JWT"],
        at: "",
        rule: Rule::Token(secret_in_payload),
    },
    Finding {
        id: "token.credential_in_payload",
        severity: Severity::Error,
        group: Group::Credential,
        condition: "Decoded content holds another complete credential: a JWT, or a member that is called a token, such as `access_token` or `refresh_token`, with a value.",
        text: "Another key is packed inside, readable by anyone who holds this one.",
        remedy: Some("Keep the inner one on the server, or lock the outer one."),
        sources: &["ASVS 3.3.4"],
        at: "",
        rule: Rule::Token(credential_in_payload),
    },
    Finding {
        id: "token.repeats_credential",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "Decoded content repeats the value, or the part before the dot, of another credential of the same message.",
        text: "The secret of the cookie beside it stands in here once more, readable by whoever sees this one.",
        remedy: Some("Blank this one in logs, too, or switch the cache off."),
        sources: &["ASVS 3.3.4"],
        at: "",
        rule: Rule::Token(repeats_credential),
    },
    Finding {
        id: "token.unsigned_identity",
        severity: Severity::Error,
        group: Group::Credential,
        condition: "Identity in plain words; or readable JSON or a serialized object with members such as `user`, `role` or `admin`, and no signature.",
        text: "This says who you are, and nothing protects it: change it and you are someone else.",
        remedy: Some("Keep it on the server under a random number, or sign it."),
        sources: &["ASVS 7.2.1", "ASVS 9.1.1"],
        at: "",
        rule: Rule::Token(unsigned_identity),
    },
    Finding {
        id: "token.code_execution",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "The content is a serialized object of Java, Python (pickle), Ruby (Marshal) or PHP.",
        text: "Reading this kind of data can run code. If the signing key leaks, or there is none, the server is lost.",
        remedy: Some("Write JSON instead."),
        sources: &["OWASP Deserialization"],
        at: "",
        rule: Rule::Token(code_execution),
    },
    Finding {
        id: "token.guessable_secret",
        severity: Severity::Error,
        group: Group::Credential,
        condition: "The MAC of an Express cookie or an itsdangerous value verifies with an entry of the public list.",
        text: "We found the signing secret by trying a short public list. Anyone can write such tokens.",
        remedy: Some("Draw a new secret of 256 bits at random; everything signed so far is void."),
        sources: &["8725bis §3.5", "ASVS 11.2"],
        at: "mac",
        rule: Rule::Token(guessable_secret),
    },
    Finding {
        id: "token.weak_mac",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "HMAC-SHA-1 or MD5, or a MAC shorter than 128 bits.",
        text: "An old hash. As a MAC it still holds; new systems use SHA-256.",
        remedy: None,
        sources: &["ASVS 11.4.1"],
        at: "mac",
        rule: Rule::Token(weak_mac),
    },
    Finding {
        id: "token.good_encrypted",
        severity: Severity::Good,
        group: Group::Credential,
        condition: "An encrypted format, or a JWE in one that may be signed or encrypted.",
        text: "Content is locked; holding it is not reading it.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(good_encrypted),
    },
];

fn readable_payload(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.format().part == Part::Signed && content(token).is_some())
}

/// What decodes inside, without the header of a token. Where a password or a key stands alone, its own findings speak.
fn content<'t>(token: &TokenSubject<'t>) -> Option<&'t Value> {
    let is_told_elsewhere =
        matches!(token.format().part, Part::Password | Part::Key | Part::NotAuth | Part::Tracking | Part::Container);
    let decoded = token.classified.decoded.as_ref().filter(|_| !is_told_elsewhere)?;
    match decoded.as_object() {
        Some(members) if token.jose().is_some() => members.get("claims").or_else(|| members.get("payload")),
        _ => Some(decoded),
    }
}

/// Whether `fits` says yes to some member, by name and value.
fn any_member(value: &Value, name: &str, fits: &dyn Fn(&str, &Value) -> bool) -> bool {
    fits(name, value)
        || match value {
            Value::Object(members) => members.iter().any(|(name, value)| any_member(value, name, fits)),
            Value::Array(elements) => elements.iter().any(|element| any_member(element, name, fits)),
            _ => false,
        }
}

fn has_value(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty() && !text.bytes().all(|byte| byte == b'*'),
        Value::Object(members) => !members.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        Value::Number(_) => true,
        Value::Null | Value::Bool(_) => false,
    }
}

fn pii_readable(token: &TokenSubject<'_>) -> Option<Fill> {
    const NAMES: [&str; 10] = [
        "email",
        "phone",
        "phone_number",
        "name",
        "given_name",
        "family_name",
        "birthdate",
        "address",
        "ssn",
        "preferred_username",
    ];
    let is_personal = |name: &str, value: &Value| {
        NAMES.iter().any(|personal| personal.eq_ignore_ascii_case(name)) && has_value(value)
            || value.as_str().is_some_and(is_email_address)
    };
    when(content(token).is_some_and(|content| any_member(content, "", &is_personal)))
}

fn secret_in_payload(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_secret = |name: &str, value: &Value| {
        // Stars tell that there was one.
        let is_filled = match value {
            Value::String(text) => !text.is_empty(),
            _ => has_value(value),
        };
        names_a_secret(name) && is_filled || value.as_str().is_some_and(is_stored_password)
    };
    when(content(token).is_some_and(|content| any_member(content, "", &is_secret)))
}

/// A token that is nothing but another token has a finding of its own.
fn credential_in_payload(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.classified.nested.iter().any(|(path, _)| path != "payload") && content(token).is_some())
}

fn repeats_credential(token: &TokenSubject<'_>) -> Option<Fill> {
    const LONG: usize = 16;
    let is_whole = |text: &str| text.len() >= LONG && !text.contains("***");
    let repeated = |text: &str| {
        is_whole(text)
            && token.beside.iter().filter(|other| other.format.is_credential() && other.value != token.value).any(|other| {
                let value = other.value.strip_prefix("s:").unwrap_or(other.value);
                value == text || value.split_once('.').is_some_and(|(before, _)| before == text)
            })
    };
    when(content(token).is_some_and(|content| any_member(content, "", &|_, value| value.as_str().is_some_and(repeated))))
}

fn unsigned_identity(token: &TokenSubject<'_>) -> Option<Fill> {
    let names = |name: &str, _: &Value| names_an_identity(name);
    when(match token.format().id {
        "plain.identity" => true,
        "json.base64" => content(token).is_some_and(|content| any_member(content, "", &names)),
        id if id.starts_with("serialized.") => is_serialized_identity(token.value),
        _ => false,
    })
}

/// Languages write the names of members as they are, so that they can be found without reading the rest.
fn is_serialized_identity(value: &str) -> bool {
    let bytes = encoding::base64(value).map_or_else(|| value.as_bytes().to_vec(), |decoded| decoded.bytes);
    let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    text.split(|character: char| !(character.is_ascii_alphanumeric() || character == '_')).any(names_an_identity)
}

fn code_execution(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.classified.runs_code)
}

fn guessable_secret(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_told = token.jose().is_none() && token.observed.is_guessable == Some(true);
    when(is_told || token.guessed.is_some() && token.jose().is_none())
}

/// HMAC-SHA-1 and MD5 by the length of the seal: 27 characters of base64, 32 or 40 of hex.
fn weak_mac(token: &TokenSubject<'_>) -> Option<Fill> {
    let seal = token.classified.segments.iter().find(|segment| segment.id == "mac");
    let is_short = seal.is_some_and(|seal| matches!(seal.range.len(), 27 | 32 | 40));
    when(token.has(Trait::WeakMac) || token.has(Trait::WeakMacBySize) && is_short)
}

fn good_encrypted(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.format().part == Part::Encrypted || token.jose().is_some_and(Jose::is_encrypted))
}
