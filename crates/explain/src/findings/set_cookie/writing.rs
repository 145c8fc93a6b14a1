//! How a line is written: sizes, characters, attributes that browsers read otherwise than people.

use crate::finding::{Finding, Group, Rule, when};
use crate::limits;
use crate::message::{is_token, percent_decoded};
use crate::part::Severity;
use crate::set_cookie::{Known, Refusal};
use crate::subject::SetCookieSubject;

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "cookie.too_big",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "Name and value together have more than 4096 bytes.",
        text: "Browsers drop this cookie without a word: name and value may have 4096 bytes together.",
        remedy: Some("Keep the data on the server, and a short reference in the cookie."),
        sources: &["6265bis §5.6", "ASVS 3.3.5", "Chromium 156"],
        at: "value",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::TooBig))),
    },
    Finding {
        id: "cookie.near_limit",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "Name and value together have more than 3500 bytes, and not more than 4096.",
        text: "Close to the limit of 4096 bytes; a longer name or role list will break sign-in for some people.",
        remedy: None,
        sources: &["ASVS 3.3.5"],
        at: "value",
        rule: Rule::SetCookie(|line| {
            when(line.cookie.size() > limits::COOKIE_BYTES_NEAR && line.cookie.size() <= limits::COOKIE_BYTES)
        }),
    },
    Finding {
        id: "cookie.attribute_too_long",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "The value of an attribute has more than 1024 bytes.",
        text: "Browsers ignore this attribute because it is too long.",
        remedy: None,
        sources: &["6265bis §5.6"],
        at: "",
        rule: Rule::SetCookie(|line| {
            let long =
                line.cookie.attributes.iter().find(|one| one.value.is_some_and(|value| value.len() > limits::ATTRIBUTE_BYTES))?;
            when(true).map(|fill| fill.at(long.part_id()))
        }),
    },
    Finding {
        id: "cookie.control_character",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "A control character anywhere in the line, TAB among them.",
        text: "Browsers refuse the whole line because of a control character. It may also be an attempt to smuggle a header.",
        remedy: Some("Encode the value before it goes into the cookie."),
        sources: &["6265bis §5.6", "Chromium 156"],
        at: "",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::ControlCharacter))),
    },
    Finding {
        id: "cookie.value_not_octets",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "The value holds a space, a comma, a backslash, a quote inside, or a character beyond ASCII.",
        text: "The value holds characters outside the standard; servers and proxies read it differently.",
        remedy: Some("Encode the value, as base64url for example."),
        sources: &["6265bis §4.1.1", "Chromium 156"],
        at: "value",
        rule: Rule::SetCookie(|line| when(!line.cookie.deletes() && has_odd_octets(line.cookie.value))),
    },
    Finding {
        id: "cookie.value_quoted",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "The value begins and ends with a quote.",
        text: "The quotes are part of the value; some servers strip them, some do not.",
        remedy: Some("Leave the quotes away."),
        sources: &["6265bis §4.1.1"],
        at: "value",
        rule: Rule::SetCookie(|line| when(is_quoted(line.cookie.value) && !line.cookie.deletes())),
    },
    Finding {
        id: "cookie.quoted_semicolon",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "The value begins with a quote that is not closed before the first semicolon.",
        text: "Quotes do not protect a semicolon: the value ends there.",
        remedy: Some("Encode the value: a semicolon ends it in any case."),
        sources: &["6265bis §5.6"],
        at: "value",
        rule: Rule::SetCookie(|line| {
            when(line.cookie.value.starts_with('"') && !line.cookie.value[1..].contains('"') && line.cookie.line.contains(';'))
        }),
    },
    Finding {
        id: "cookie.attribute_duplicate",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "A known attribute stands there twice.",
        text: "An attribute stands there twice; the last one counts.",
        remedy: Some("Write it once."),
        sources: &["6265bis §4.1.1"],
        at: "",
        rule: Rule::SetCookie(|line| {
            let twice = line.cookie.attributes.iter().enumerate().find(|(index, one)| {
                one.known.is_some() && line.cookie.attributes[..*index].iter().any(|before| before.known == one.known)
            })?;
            when(true).map(|fill| fill.at(twice.1.part_id()))
        }),
    },
    Finding {
        id: "cookie.attribute_unknown",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "An attribute that is none of Expires, Max-Age, Domain, Path, Secure, HttpOnly, SameSite, Partitioned and Priority.",
        text: "Browsers ignore this attribute.",
        remedy: Some("Remove it, or mend its spelling."),
        sources: &["6265bis §4.1.2"],
        at: "",
        rule: Rule::SetCookie(|line| {
            let unknown = line.cookie.attributes.iter().find(|one| one.known.is_none() && !one.name.is_empty())?;
            when(true).map(|fill| fill.at(unknown.part_id()))
        }),
    },
    Finding {
        id: "cookie.priority",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "Priority is given.",
        text: "Only Chromium knows `Priority`: which cookies to drop last.",
        remedy: None,
        sources: &[],
        at: "attribute:priority",
        rule: Rule::SetCookie(|line| when(line.cookie.attribute(Known::Priority).is_some())),
    },
    Finding {
        id: "cookie.flag_with_value",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "Secure, HttpOnly or Partitioned is written with =.",
        text: "These are switches: whatever stands behind `=`, even `false`, they are on.",
        remedy: Some("Write the word alone, or leave it away."),
        sources: &["6265bis §5.6.5"],
        at: "",
        rule: Rule::SetCookie(|line| {
            let switch = line.cookie.attributes.iter().find(|one| {
                matches!(one.known, Some(Known::Secure | Known::HttpOnly | Known::Partitioned)) && one.value.is_some()
            })?;
            when(true).map(|fill| fill.at(switch.part_id()))
        }),
    },
    Finding {
        id: "cookie.folded",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "A value holds a comma, then a name and =, as if a second cookie began there.",
        text: "Two cookies in one line: browsers read this as one cookie with a comma in it.",
        remedy: Some("Send one `Set-Cookie` line per cookie."),
        sources: &["6265bis §3, §4.1"],
        at: "",
        rule: Rule::SetCookie(|line| when(is_folded(line))),
    },
    Finding {
        id: "cookie.percent_encoded",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "The value holds %XX that can be decoded.",
        text: "Percent signs mean nothing to cookies; the application decodes them.",
        remedy: None,
        sources: &["MDN Set-Cookie"],
        at: "value",
        rule: Rule::SetCookie(|line| when(!line.cookie.deletes() && percent_decoded(line.cookie.value) != line.cookie.value)),
    },
];

fn is_quoted(value: &str) -> bool {
    value.len() >= 2 && value.starts_with('"') && value.ends_with('"')
}

fn has_odd_octets(value: &str) -> bool {
    let value = if is_quoted(value) { &value[1..value.len() - 1] } else { value.strip_prefix('"').unwrap_or(value) };
    value.chars().any(|char| matches!(char, ' ' | ',' | '\\' | '"') || !char.is_ascii())
}

/// Whether a comma is followed by a name and `=`; in a date it is followed by a day.
fn is_folded(line: &SetCookieSubject<'_>) -> bool {
    let begins_cookie = |text: &str| {
        text.split_once('=')
            .is_some_and(|(name, value)| is_token(name.trim_start_matches(' ')) && !value.starts_with('=') && !value.is_empty())
    };
    let has_second = |text: &str| text.split(',').skip(1).any(begins_cookie);
    has_second(line.cookie.value)
        || line.cookie.attributes.iter().any(|one| has_second(&format!("{}={}", one.name, one.value.unwrap_or(""))))
}
