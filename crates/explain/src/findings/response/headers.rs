//! What is said about challenges, sign-out headers, HSTS and device-bound sessions.

use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::limits;
use crate::message::{Extent, Scheme, is_token};
use crate::part::Severity;
use crate::subject::ResponseSubject;

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "response.challenge_missing",
        severity: Severity::Warning,
        group: Group::Response,
        condition: "Status 401 without WWW-Authenticate.",
        text: "A 401 must say how to sign in.",
        remedy: Some("Send `WWW-Authenticate`, with `Bearer` for an API."),
        sources: &["RFC 9110 §15.5.2"],
        at: "",
        rule: Rule::Response(|response| {
            when(response.response.status == Some(401) && !response.response.headers.has("www-authenticate"))
        }),
    },
    Finding {
        id: "response.challenge",
        severity: Severity::Note,
        group: Group::Response,
        condition: "WWW-Authenticate is there.",
        text: "The server names the ways to sign in.",
        remedy: None,
        sources: &["RFC 9110 §11.6.1"],
        at: "",
        rule: Rule::Response(|response| when(challenges(response).next().is_some())),
    },
    Finding {
        id: "response.challenge_error",
        severity: Severity::Note,
        group: Group::Response,
        condition: "A Bearer challenge with an error.",
        text: "The token was refused: {error}.",
        remedy: None,
        sources: &["RFC 6750 §3.1"],
        at: "",
        rule: Rule::Response(|response| challenge_error(response).map(|error| Fill::default().with("error", error))),
    },
    Finding {
        id: "response.basic_over_http",
        severity: Severity::Error,
        group: Group::Response,
        condition: "A Basic challenge over plain http, from another machine.",
        text: "Asks for a password over an unencrypted line.",
        remedy: Some("Ask for passwords over https only."),
        sources: &["RFC 7617 §4"],
        at: "",
        rule: Rule::Response(|response| {
            when(response.setting.is_plain_http() && challenges(response).any(|challenge| starts_with_word(challenge, "basic")))
        }),
    },
    Finding {
        id: "response.clear_site_data",
        severity: Severity::Good,
        group: Group::Response,
        condition: "Clear-Site-Data with \"cookies\" or \"*\", in double quotes.",
        text: "Tells the browser to forget this site's cookies.",
        remedy: None,
        sources: &["ASVS 14.3.1", "MDN Clear-Site-Data"],
        at: "",
        rule: Rule::Response(|response| when(response.clears_site_data("cookies"))),
    },
    Finding {
        id: "response.clear_site_data_unquoted",
        severity: Severity::Error,
        group: Group::Response,
        condition: "A directive of Clear-Site-Data without double quotes.",
        text: "Directives need double quotes; without them nothing happens.",
        remedy: Some("Write `Clear-Site-Data: \"cookies\", \"storage\"`."),
        sources: &["MDN Clear-Site-Data"],
        at: "",
        rule: Rule::Response(|response| {
            when(
                response
                    .response
                    .headers
                    .members("clear-site-data")
                    .any(|one| !(one.len() >= 2 && one.starts_with('"') && one.ends_with('"'))),
            )
        }),
    },
    Finding {
        id: "response.clear_site_data_no_storage",
        severity: Severity::Note,
        group: Group::Response,
        condition: "Clear-Site-Data has \"cookies\", but neither \"storage\" nor \"*\".",
        text: "Device-bound sessions survive unless \"storage\" is cleared too.",
        remedy: Some("Add `\"storage\"`."),
        sources: &[],
        at: "",
        rule: Rule::Response(|response| when(response.clears_site_data("cookies") && !response.clears_site_data("storage"))),
    },
    Finding {
        id: "response.hsts_missing",
        severity: Severity::Warning,
        group: Group::Response,
        condition: "It came over https from another machine, whole, without Strict-Transport-Security.",
        text: "The first visit by http:// can be intercepted.",
        remedy: Some("Send `Strict-Transport-Security: max-age=31536000`."),
        sources: &["ASVS 3.4.1"],
        at: "",
        rule: Rule::Response(|response| {
            when(
                is_https(response)
                    && response.response.extent == Extent::Whole
                    && !response.response.headers.has("strict-transport-security"),
            )
        }),
    },
    Finding {
        id: "response.hsts_short",
        severity: Severity::Warning,
        group: Group::Response,
        condition: "max-age is above zero and below a year.",
        text: "Less than one year.",
        remedy: Some("Use `max-age=31536000` or more."),
        sources: &["ASVS 3.4.1"],
        at: "",
        rule: Rule::Response(|response| {
            when(!is_http(response) && hsts(response).is_some_and(|seconds| seconds > 0 && seconds < limits::HSTS_SECONDS))
        }),
    },
    Finding {
        id: "response.hsts_off",
        severity: Severity::Warning,
        group: Group::Response,
        condition: "max-age is zero.",
        text: "Switches the protection off.",
        remedy: Some("Remove it unless you are leaving https."),
        sources: &["RFC 6797 §6.1.1"],
        at: "",
        rule: Rule::Response(|response| when(!is_http(response) && hsts(response) == Some(0))),
    },
    Finding {
        id: "response.hsts_over_http",
        severity: Severity::Note,
        group: Group::Response,
        condition: "Strict-Transport-Security came over http.",
        text: "Ignored over http.",
        remedy: Some("Send it over https."),
        sources: &["RFC 6797 §8.1"],
        at: "",
        rule: Rule::Response(|response| when(is_http(response) && response.response.headers.has("strict-transport-security"))),
    },
    Finding {
        id: "response.hsts_good",
        severity: Severity::Good,
        group: Group::Response,
        condition: "max-age is a year or more.",
        text: "Browsers will use https only.",
        remedy: None,
        sources: &["ASVS 3.4.1"],
        at: "",
        rule: Rule::Response(|response| {
            when(!is_http(response) && hsts(response).is_some_and(|seconds| seconds >= limits::HSTS_SECONDS))
        }),
    },
    Finding {
        id: "response.dbsc",
        severity: Severity::Note,
        group: Group::Response,
        condition: "Secure-Session-Registration or Secure-Session-Challenge is there.",
        text: "Offers to bind the session to this device.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Response(|response| {
            when(
                ["secure-session-registration", "secure-session-challenge"]
                    .iter()
                    .any(|name| response.response.headers.has(name)),
            )
        }),
    },
];

fn challenges<'a>(response: &ResponseSubject<'a>) -> impl Iterator<Item = &'a str> {
    response.response.headers.all("www-authenticate")
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.split([' ', ',']).next().is_some_and(|first| first.eq_ignore_ascii_case(word))
}

/// The error code of a Bearer challenge, when it is a word (RFC 6750 §3).
fn challenge_error<'a>(response: &ResponseSubject<'a>) -> Option<&'a str> {
    const LONGEST: usize = 40;
    let bearer = challenges(response).find(|challenge| starts_with_word(challenge, "bearer"))?;
    let start = bearer.find("error=")? + "error=".len();
    let error = bearer[start..].split(',').next()?.trim().trim_matches('"');
    (is_token(error) && error.len() <= LONGEST).then_some(error)
}

fn is_https(response: &ResponseSubject<'_>) -> bool {
    response.setting.scheme == Some(Scheme::Https) && !response.setting.is_loopback()
}

fn is_http(response: &ResponseSubject<'_>) -> bool {
    response.setting.scheme == Some(Scheme::Http)
}

/// Seconds of `Strict-Transport-Security` (RFC 6797 §6.1.1).
fn hsts(response: &ResponseSubject<'_>) -> Option<u64> {
    let header = response.response.headers.first("strict-transport-security")?;
    header.split(';').find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        name.trim().eq_ignore_ascii_case("max-age").then(|| value.trim().trim_matches('"').parse().ok()).flatten()
    })
}
