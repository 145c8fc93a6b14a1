//! Findings on any credential: of which kind it is, and what follows from that.

use crate::classified::Place;
use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::format::Trait;
use crate::inside::Inside;
use crate::part::{Part, Severity};
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "token.live",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "A key for programs that contains `_live_` or `_prod_`.",
        text: "A key for the real system, not a test key.",
        remedy: Some("Keep it out of chats, tickets and screenshots."),
        sources: &[],
        at: "",
        rule: Rule::Token(live),
    },
    Finding {
        id: "token.test",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "A key for programs that contains `_test_`.",
        text: "A key for tests.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(test),
    },
    Finding {
        id: "token.public_on_purpose",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "A format that is public by design: a publishable key, the `anon` key of Supabase, `AIza…`, a public JWK, a certificate.",
        text: "Meant to be public. Seeing it is not a leak.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(public_on_purpose),
    },
    Finding {
        id: "token.holder_wins",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "`Authorization: Bearer` with a recognised credential that has no `cnf`.",
        text: "Whoever holds it can use it; nothing ties it to you or your device.",
        remedy: None,
        sources: &["RFC 6750 §1.2", "RFC 9700 §2.2"],
        at: "",
        rule: Rule::Token(holder_wins),
    },
    Finding {
        id: "token.deprecated_kind",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "PASETO v1 or v2, SWT, `.ASPXAUTH`, Rails before 5.2, Slack `xoxs-` and `xoxo-`, NTLM, OAuth 1.0, or the algorithm name `EdDSA`.",
        text: "An older kind; there is a newer one.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(deprecated_kind),
    },
    Finding {
        id: "token.name_value_mismatch",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "The name of the cookie belongs to one product, and the value is not what that product writes.",
        text: "The name says one thing, the content another.",
        remedy: Some("Look whether another app of the same host writes this cookie."),
        sources: &[],
        at: "",
        rule: Rule::Token(name_value_mismatch),
    },
    Finding {
        id: "token.chunk",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "A format that is split when it grows, and a name that ends in the number of a chunk, or the count of chunks as value.",
        text: "One piece of a value that did not fit into one cookie; only all pieces together can be read.",
        remedy: None,
        sources: &["ASVS 3.3.5"],
        at: "",
        rule: Rule::Token(chunk),
    },
];

fn live(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.format().part == Part::ApiKey && ["_live_", "_prod_"].iter().any(|word| token.value.contains(word)))
}

fn test(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.format().part == Part::ApiKey && token.value.contains("_test_"))
}

fn public_on_purpose(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.is_public_on_purpose())
}

fn holder_wins(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_bearer =
        matches!(token.place, Place::Header { name, scheme: Some(scheme) } if name == "authorization" && scheme == "bearer");
    when(is_bearer && token.format().is_credential() && !token.classified.is_bound)
}

fn deprecated_kind(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_old = match &token.classified.inside {
        Inside::Paseto { version, .. } => *version < 3,
        Inside::Prefixed { prefix } => token.has(Trait::DeprecatedByPrefix) && matches!(prefix.as_str(), "xoxs-" | "xoxo-"),
        Inside::Jose(jose) => jose.algorithm() == Some("EdDSA"),
        _ => false,
    };
    when(is_old || token.has(Trait::Deprecated))
}

fn name_value_mismatch(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.classified.contradicts.is_some())
}

fn chunk(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.classified.is_chunk)
}
