//! Findings on any credential: what ends it, and what ends a copy of it.

use std::time::Duration;

use crate::classified::Place;
use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::format::Trait;
use crate::inside::{Inside, Payload};
use crate::part::{Part, Severity};
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "token.expired",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "The end is known, and not after now.",
        text: "Its time is over.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(expired),
    },
    Finding {
        id: "token.not_yet",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "The start is known, and more than 60 s after now.",
        text: "Not valid yet.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(not_yet),
    },
    Finding {
        id: "token.age_known",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "A making time stands inside and no end, and it is no JWT.",
        text: "It says when it was made. How old it may get is decided by the server that reads it.",
        remedy: None,
        sources: &[],
        at: "time",
        rule: Rule::Token(age_known),
    },
    Finding {
        id: "token.no_end",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "Self-contained, and it could be seen that it has an end; but there is neither end nor making time inside. JWTs have a finding of their own.",
        text: "Nothing in it ends it: a copy works until the server changes its key.",
        remedy: Some("Put an end inside, and let the server check it."),
        sources: &["ASVS 9.2.1", "OWASP"],
        at: "",
        rule: Rule::Token(no_end),
    },
    Finding {
        id: "token.irrevocable",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "A cookie of a self-contained format that ends only by itself, or a signed JWT that is not an ID token, proof, assertion, event, logout token, request object or introspection answer, with exp − iat over 15 minutes or unknown and none of sid, session_id, status, jti inside.",
        text: "Signing out deletes your copy only. A stolen copy works on to its end, unless the server keeps a list.",
        remedy: Some("Keep it short-lived, or give it a number that the server can put on a list."),
        sources: &["ASVS 7.4.1", "OWASP JWT \"Revocation\""],
        at: "",
        rule: Rule::Token(irrevocable),
    },
    Finding {
        id: "token.long_lived_key",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "A key for programs whose end is not known.",
        text: "Works until someone deletes it. Treat it like a password.",
        remedy: None,
        sources: &["ASVS 7.2.2"],
        at: "",
        rule: Rule::Token(long_lived_key),
    },
    Finding {
        id: "token.rotate_now",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "A key, a private key or a password that is not public on purpose, and that arrived unblanked.",
        text: "You have shown this to another machine. Make a new one.",
        remedy: Some("Make a new one, then delete this one."),
        sources: &["OWASP Secrets Mgmt"],
        at: "",
        rule: Rule::Token(rotate_now),
    },
];

const CLOCK: Duration = Duration::from_mins(1);
/// A signed token that lives no longer than this needs no list.
const SHORT: f64 = 900.0;

fn expired(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.classified.times.ends_at.is_some_and(|end| end <= token.now))
}

fn not_yet(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.classified.times.starts_at.is_some_and(|start| start > token.now.plus(CLOCK)))
}

fn age_known(token: &TokenSubject<'_>) -> Option<Fill> {
    let times = token.classified.times;
    when(times.issued_at.is_some() && times.ends_at.is_none() && token.jose().is_none())
}

fn no_end(token: &TokenSubject<'_>) -> Option<Fill> {
    let times = token.classified.times;
    let is_seen = token.format().part == Part::Signed && token.classified.decoded.is_some() || token.has(Trait::ShowsEnd);
    let is_open = times.ends_at.is_none() && times.issued_at.is_none() && !token.has(Trait::EndsElsewhere);
    when(is_seen && is_open && token.format().is_self_contained() && token.jose().is_none() && !token.classified.is_cut)
}

fn irrevocable(token: &TokenSubject<'_>) -> Option<Fill> {
    if token.has(Trait::NotASession) {
        return None;
    }
    if let Some(jose) = token.jws() {
        let span = jose.claim_number("exp").zip(jose.claim_number("iat")).map(|(end, start)| end - start);
        let is_named = ["sid", "session_id", "status", "jti"].iter().any(|name| jose.has_claim(name));
        let is_login = token.format().part == Part::Signed && jose.payload == Payload::Claims;
        when(is_login && span.is_none_or(|span| span > SHORT) && !is_named)
    } else {
        let is_cookie = matches!(token.place, Place::Cookie { .. });
        when(is_cookie && token.format().is_self_contained() && !token.has(Trait::EndsElsewhere))
    }
}

fn long_lived_key(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.format().part == Part::ApiKey && token.classified.times.ends_at.is_none())
}

fn rotate_now(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_key = matches!(token.format().part, Part::ApiKey | Part::Key | Part::Password);
    let is_name = matches!(&token.classified.inside, Inside::Paserk { kind } if !matches!(kind.as_str(), "local" | "secret"));
    when(is_key && !is_name && !token.is_public_on_purpose() && !token.classified.is_blanked)
}
