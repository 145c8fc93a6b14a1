//! What travels in headers and addresses: user name and password, proofs for one request, SAML, links.

use cloakroom_primitives::Timestamp;
use serde_json::{Value, json};

use super::cuts::{Worth, cut, piece, show_last_as};
use super::locked::spelled_like;
use crate::classified::{Classified, Times};
use crate::classify::randomness::looks_random;
use crate::classify::shape::{Class, all};
use crate::classify::specimen::Specimen;
use crate::classify::{encoding, moment};
use crate::inside::{Basic, Inside};

/// `Basic`: the user name is shown, the password is not.
pub(crate) fn basic(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(bytes) = specimen.decoded().map(|decoded| &decoded.bytes) else { return super::plain::hidden(specimen, classified) };
    let colon = bytes.iter().position(|&byte| byte == b':');
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let user = text(&bytes[..colon.unwrap_or(bytes.len())]);
    let password = colon.map(|colon| text(&bytes[colon + 1..]));
    let mut shown = bytes.clone();
    if let Some(colon) = colon {
        shown[colon + 1..].fill(b'*');
    }
    cut(classified, "password", 0..specimen.value.len(), if colon.is_some() { Worth::Harmless } else { Worth::Secret });
    show_last_as(classified, colon.map(|_| spelled_like(specimen, &shown)));
    // Where the spelling cannot be kept, nothing is shown.
    if let Some(segment) = classified.segments.last_mut() {
        segment.secret = segment.shown.is_none();
    }
    classified.decoded = password.as_ref().map(|password| json!({ "user": user, "password": "*".repeat(password.len()) }));
    classified.is_blanked |=
        password.as_ref().is_some_and(|password| password.len() > 2 && password.bytes().all(|byte| byte == b'*'));
    classified.inside = Inside::Basic(Basic { user, password });
}

/// Parameters of a scheme: those that prove or open something are blanked, known harmless ones are shown.
pub(crate) fn scheme(specimen: &Specimen<'_>, classified: &mut Classified) {
    const HARMLESS: [&str; 34] = [
        "username",
        "realm",
        "nonce",
        "uri",
        "algorithm",
        "qop",
        "nc",
        "cnonce",
        "opaque",
        "id",
        "ts",
        "ext",
        "hash",
        "app",
        "dlg",
        "keyid",
        "headers",
        "created",
        "expires",
        "credential",
        "signedheaders",
        "oauth_consumer_key",
        "oauth_token",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_nonce",
        "oauth_version",
        "version",
        "user",
        "k",
        "s",
        "a",
        "error",
        "scope",
    ];
    let mut has_parameters = false;
    for part in specimen.value.split([',', ' ']) {
        let Some((name, value)) = part.trim().split_once('=').filter(|(name, _)| all(name, Class::Base64Url)) else { continue };
        if value.is_empty() || value.bytes().all(|byte| byte == b'=') {
            continue;
        }
        has_parameters = true;
        let is_harmless = HARMLESS.contains(&name.to_ascii_lowercase().as_str());
        piece(specimen, classified, "name", name, Worth::Harmless);
        piece(
            specimen,
            classified,
            if is_harmless { "parameters" } else { "secret" },
            value,
            if is_harmless { Worth::Harmless } else { Worth::Secret },
        );
    }
    if !has_parameters {
        super::plain::hidden(specimen, classified);
    }
    if let Some(date) = parameter(specimen.value, "credential").and_then(|credential| credential.split('/').nth(1)) {
        classified.times.issued_at = day(date);
    }
    let second = |name: &str| parameter(specimen.value, name).and_then(moment::digits).map(Timestamp::from_seconds);
    classified.times.issued_at =
        classified.times.issued_at.or_else(|| second("created")).or_else(|| second("ts")).or_else(|| second("oauth_timestamp"));
    classified.times.ends_at = classified.times.ends_at.or_else(|| second("expires"));
}

fn parameter<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    text.split([',', ' ', ';', '&', '?']).find_map(|part| {
        let (name, value) = part.trim().split_once('=')?;
        name.eq_ignore_ascii_case(wanted).then_some(value.trim_matches('"'))
    })
}

/// `20261124`, with or without `T115900Z` behind it.
fn day(text: &str) -> Option<Timestamp> {
    let digits = text.get(..8).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let time = match text.get(8..).unwrap_or_default().as_bytes() {
        [b'T', clock @ .., b'Z'] if clock.len() == 6 && clock.iter().all(u8::is_ascii_digit) => &text[9..15],
        _ => "000000",
    };
    moment::written(&format!(
        "{}-{}-{}T{}:{}:{}Z",
        &digits[..4],
        &digits[4..6],
        &digits[6..],
        &time[..2],
        &time[2..4],
        &time[4..]
    ))
}

/// A ticket or a message of Windows: nothing of it is shown.
pub(crate) fn kerberos(specimen: &Specimen<'_>, classified: &mut Classified) {
    super::plain::hidden(specimen, classified);
}

/// A SAML message: what it says is told apart from how it is spelled, which is not shown.
pub(crate) fn saml(specimen: &Specimen<'_>, classified: &mut Classified) {
    super::plain::hidden(specimen, classified);
    let Some(saml) = specimen.saml() else { return };
    let time = |text: &Option<String>| text.as_deref().and_then(moment::written);
    classified.times =
        Times { issued_at: time(&saml.issued_at), starts_at: time(&saml.not_before), ends_at: time(&saml.not_on_or_after) };
    let attributes: serde_json::Map<String, Value> =
        saml.attributes.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    classified.decoded = Some(json!({
        "root": saml.root,
        "issuer": saml.issuer,
        "audiences": saml.audiences,
        "not_before": saml.not_before,
        "not_on_or_after": saml.not_on_or_after,
        "in_response_to": saml.in_response_to,
        "algorithms": saml.algorithms,
        "attributes": attributes,
    }));
    classified.inside = Inside::Saml(Box::new(saml.clone()));
}

/// An address that is a key: host, words and names of parameters are shown, everything that looks like a key is not.
pub(crate) fn link(specimen: &Specimen<'_>, classified: &mut Classified) {
    const SECRET: [&str; 6] = ["sig", "signature", "x-amz-signature", "x-amz-security-token", "token", "key"];
    const OPEN: [&str; 12] = [
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-expires",
        "x-amz-signedheaders",
        "se",
        "st",
        "sp",
        "sv",
        "sr",
        "si",
        "spr",
    ];
    let value = specimen.value;
    let (before, query) = value.split_once('?').unwrap_or((value, ""));
    let is_key = |text: &str| {
        text.len() >= 8 && (looks_random(text) || text.bytes().any(|byte| byte.is_ascii_digit()) && text.len() >= 16)
    };
    let is_webhook = before.contains("://hooks.slack.com/");
    for segment in before.split('/') {
        let is_secret =
            is_key(segment) && !segment.contains('.') || is_webhook && segment.bytes().any(|byte| byte.is_ascii_digit());
        piece(
            specimen,
            classified,
            if is_secret { "secret" } else { "parameters" },
            segment,
            if is_secret { Worth::Secret } else { Worth::Harmless },
        );
    }
    for pair in query.split('&') {
        let Some((name, text)) = pair.split_once('=') else { continue };
        let word = name.to_ascii_lowercase();
        let is_secret = SECRET.contains(&word.as_str()) || !OPEN.contains(&word.as_str()) && is_key(text);
        piece(specimen, classified, "name", name, Worth::Harmless);
        piece(
            specimen,
            classified,
            if is_secret { "secret" } else { "parameters" },
            text,
            if is_secret { Worth::Secret } else { Worth::Harmless },
        );
    }
    let amz = parameter(value, "X-Amz-Date").and_then(day);
    let span = parameter(value, "X-Amz-Expires").and_then(moment::digits).map(std::time::Duration::from_secs);
    classified.times.issued_at = amz;
    classified.times.ends_at = amz.zip(span).map(|(at, span)| at.plus(span)).or_else(|| {
        let end = parameter(value, "se")?;
        moment::written(&encoding::percent_decoded(end).unwrap_or_else(|| end.to_owned()))
    });
    classified.segments.retain(|segment| !segment.range.is_empty());
}
