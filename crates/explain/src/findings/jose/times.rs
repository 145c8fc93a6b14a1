//! Findings on the times in a token.

use crate::classify::moment::as_number;
use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::format::Trait;
use crate::inside::{Inside, Jose};
use crate::part::Severity;
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "jwt.exp_missing",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "No `exp`, and the kind is not unsecured, security event, DPoP, DBSC, key binding, status list, or introspection answer.",
        text: "Never ends. If it is stolen, it works until the key is changed.",
        remedy: Some("Put `exp` inside, minutes ahead, and refuse tokens without it."),
        sources: &["ASVS 9.2.1", "OWASP REST \"JWT\"", "RFC 9068 §2.2"],
        at: "payload",
        rule: Rule::Token(exp_missing),
    },
    Finding {
        id: "jwt.lifetime_long",
        severity: Severity::Warning,
        group: Group::Jose,
        condition: "`exp` − `iat` (or − now) is over 24 hours and up to 366 days, and the kind is not a refresh token, an SD-JWT, a status list, or a Firebase session cookie of up to 14 days.",
        text: "Lives longer than a day. What it says may be outdated long before.",
        remedy: Some("Minutes are enough; renew with a refresh token."),
        sources: &["RFC 9700 §2.2"],
        at: "payload",
        rule: Rule::Token(lifetime_long),
    },
    Finding {
        id: "jwt.lifetime_extreme",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`exp` − `iat` (or − now) is over 366 days.",
        text: "Valid for more than a year.",
        remedy: Some("Minutes are enough; renew with a refresh token."),
        sources: &[],
        at: "payload",
        rule: Rule::Token(lifetime_extreme),
    },
    Finding {
        id: "jwt.exp_before_iat",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`exp` is not after `iat`, or not after `nbf`.",
        text: "Ends before it begins.",
        remedy: Some("Refuse it, and mend the maker."),
        sources: &["ASVS 9.2.1"],
        at: "payload",
        rule: Rule::Token(exp_before_iat),
    },
    Finding {
        id: "jwt.issued_in_future",
        severity: Severity::Warning,
        group: Group::Jose,
        condition: "`iat` is more than 300 s after now.",
        text: "Made in the future: the clock of the maker, or yours, is wrong.",
        remedy: Some("Compare the clocks."),
        sources: &["RFC 7519 §4.1.6"],
        at: "payload",
        rule: Rule::Token(issued_in_future),
    },
    Finding {
        id: "jwt.time_string",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`exp`, `nbf`, `iat` or `auth_time` is a string.",
        text: "A time is written as text. Some libraries then act as if it were not there.",
        remedy: Some("Write seconds since 1970 as a number."),
        sources: &["RFC 7519 §2", "CVE-2026-25537"],
        at: "payload",
        rule: Rule::Token(time_string),
    },
    Finding {
        id: "jwt.time_milliseconds",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`exp`, `nbf` or `iat` is above 10¹¹.",
        text: "The times count milliseconds, so it ends in tens of thousands of years.",
        remedy: Some("Divide by 1000."),
        sources: &["RFC 7519 §2"],
        at: "payload",
        rule: Rule::Token(time_milliseconds),
    },
    Finding {
        id: "jwt.time_fraction",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "`exp`, `nbf` or `iat` is not whole.",
        text: "A fraction of a second: allowed, but some libraries refuse it.",
        remedy: None,
        sources: &["RFC 7519 §2"],
        at: "payload",
        rule: Rule::Token(time_fraction),
    },
    Finding {
        id: "jwt.short_lived",
        severity: Severity::Good,
        group: Group::Jose,
        condition: "`exp` − `iat` is at most 15 minutes.",
        text: "Short-lived: little use to a thief.",
        remedy: None,
        sources: &["RFC 9700 §2.2"],
        at: "payload",
        rule: Rule::Token(short_lived),
    },
    Finding {
        id: "jwt.proof_stale",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "A DPoP or key-binding proof whose `iat` is more than 300 s away from now.",
        text: "A proof for one moment that has passed.",
        remedy: None,
        sources: &["RFC 9449 §11.1"],
        at: "payload",
        rule: Rule::Token(proof_stale),
    },
];

const DAY: f64 = 86_400.0;
/// Numbers above this count milliseconds: as seconds they would lie in the year 5138.
const MILLISECONDS: f64 = 1e11;
const CLOCK: f64 = 300.0;
const SHORT: f64 = 900.0;

fn seconds(jose: &Jose, name: &str) -> Option<f64> {
    jose.claim_number(name).filter(|second| *second <= MILLISECONDS)
}

fn now(token: &TokenSubject<'_>) -> f64 {
    as_number(token.now)
}

/// How long it lives from the time it was made, or from now.
fn span(token: &TokenSubject<'_>) -> Option<f64> {
    let jose = token.claims_of()?;
    Some(seconds(jose, "exp")? - seconds(jose, "iat").unwrap_or_else(|| now(token)))
}

fn exp_missing(token: &TokenSubject<'_>) -> Option<Fill> {
    when(!token.claims_of()?.has_claim("exp") && !token.has(Trait::NoEnd))
}

fn lifetime_long(token: &TokenSubject<'_>) -> Option<Fill> {
    let span = span(token)?;
    let is_meant = token.has(Trait::LongLife) || token.has(Trait::TwoWeeks) && span <= 14.0 * DAY;
    when(span > DAY && span <= 366.0 * DAY && !is_meant)
}

fn lifetime_extreme(token: &TokenSubject<'_>) -> Option<Fill> {
    when(span(token)? > 366.0 * DAY)
}

fn exp_before_iat(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.claims_of()?;
    let end = jose.claim_number("exp")?;
    when(["iat", "nbf"].iter().any(|name| jose.claim_number(name).is_some_and(|start| end <= start)))
}

fn issued_in_future(token: &TokenSubject<'_>) -> Option<Fill> {
    when(seconds(token.claims_of()?, "iat")? > now(token) + CLOCK)
}

fn time_string(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.claims_of()?;
    when(["exp", "nbf", "iat", "auth_time"].iter().any(|name| jose.claim_text(name).is_some()))
}

fn time_milliseconds(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.claims_of()?;
    when(["exp", "nbf", "iat"].iter().any(|name| jose.claim_number(name).is_some_and(|time| time > MILLISECONDS)))
}

fn time_fraction(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.claims_of()?;
    when(["exp", "nbf", "iat"].iter().any(|name| jose.claim_number(name).is_some_and(|time| time.fract() != 0.0)))
}

fn short_lived(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.claims_of()?;
    let span = seconds(jose, "exp")? - seconds(jose, "iat")?;
    when(span > 0.0 && span <= SHORT)
}

/// Of an SD-JWT the holder's proof is meant.
fn proof_stale(token: &TokenSubject<'_>) -> Option<Fill> {
    let proof = match &token.classified.inside {
        Inside::SdJwt(parsed) => parsed.holder.as_ref()?,
        _ => token.claims_of().filter(|_| matches!(token.format().id, "jwt.dpop" | "jwt.kb"))?,
    };
    when((now(token) - seconds(proof, "iat")?).abs() > CLOCK)
}
