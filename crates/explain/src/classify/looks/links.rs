//! Addresses that are themselves a key. Nothing is fetched; only what stands in the address is read.

use crate::classify::encoding;
use crate::classify::randomness::looks_random;
use crate::classify::shape::{Class, Piece, all, fits};
use crate::classify::specimen::Specimen;

/// An address, taken apart as far as these questions need it.
struct Link<'a> {
    host: &'a str,
    path: &'a str,
    query: &'a str,
}

fn link<'a>(specimen: &Specimen<'a>) -> Option<Link<'a>> {
    let rest = specimen.value.strip_prefix("https://").or_else(|| specimen.value.strip_prefix("http://"))?;
    if specimen.value.contains(char::is_whitespace) {
        return None;
    }
    let rest = rest.split('#').next()?;
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = before.split_at(before.find('/').unwrap_or(before.len()));
    Some(Link { host, path, query })
}

fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter_map(|pair| pair.split_once('='))
}

fn has(query: &str, name: &str) -> bool {
    parameters(query).any(|(found, value)| found.eq_ignore_ascii_case(name) && !value.is_empty())
}

pub(crate) fn is_slack_webhook(specimen: &Specimen<'_>) -> bool {
    link(specimen).is_some_and(|link| {
        link.host == "hooks.slack.com"
            && ["/services/", "/workflows/", "/triggers/"].iter().any(|start| link.path.starts_with(start))
    })
}

pub(crate) fn is_presigned(specimen: &Specimen<'_>) -> bool {
    link(specimen).is_some_and(|link| has(link.query, "X-Amz-Signature") && has(link.query, "X-Amz-Credential"))
}

/// A shared access signature, as an address or as the query alone.
pub(crate) fn is_azure_sas(specimen: &Specimen<'_>) -> bool {
    let query = match link(specimen) {
        Some(link) => link.query,
        None => specimen.value.trim_start_matches(['?', '&']),
    };
    has(query, "sig") && has(query, "se") && (has(query, "sv") || has(query, "sr"))
}

/// `/uid/time-digest/`, the time in base 36.
pub(crate) fn is_django_reset(specimen: &Specimen<'_>) -> bool {
    const KEY: &[Piece] = &[Piece::Run(Class::Lower, 6, 8), Piece::Is("-"), Piece::Run(Class::HexLower, 32, 64)];
    link(specimen).is_some_and(|link| {
        let segments: Vec<_> = link.path.split('/').filter(|segment| !segment.is_empty()).take(32).collect();
        segments.windows(2).any(|pair| all(pair[0], Class::Base64Url) && fits(pair[1], KEY))
    })
}

/// A parameter or a segment that looks random, beside a word about signing in or resetting.
pub(crate) fn is_magic(specimen: &Specimen<'_>) -> bool {
    const NAMES: [&str; 14] = [
        "token",
        "key",
        "code",
        "t",
        "reset",
        "verify",
        "magic",
        "confirm",
        "otp",
        "ticket",
        "login_token",
        "reset_token",
        "token_hash",
        "oobcode",
    ];
    const WORDS: [&str; 16] = [
        "reset",
        "verify",
        "magic",
        "confirm",
        "login",
        "signin",
        "sign-in",
        "password",
        "passwordless",
        "activate",
        "invite",
        "invitation",
        "unsubscribe",
        "recover",
        "recovery",
        "callback",
    ];
    let is_key = |value: &str| {
        let value = encoding::percent_decoded(value).unwrap_or_else(|| value.to_owned());
        value.len() >= 20 && (looks_random(&value) || all(&value, Class::Hex))
    };
    link(specimen).is_some_and(|link| {
        // `code` with `state` is the answer to an OAuth request, not a link from a mail.
        let is_oauth = has(link.query, "state") || has(link.query, "iss");
        let has_parameter = !is_oauth
            && parameters(link.query).any(|(name, value)| NAMES.contains(&name.to_ascii_lowercase().as_str()) && is_key(value));
        let mut segments = link.path.split('/').map(str::to_ascii_lowercase);
        let has_word = segments
            .any(|segment| segment.split(['-', '_', '.']).any(|word| WORDS.contains(&word)) || WORDS.contains(&segment.as_str()));
        has_parameter || has_word && link.path.split('/').any(is_key)
    })
}
