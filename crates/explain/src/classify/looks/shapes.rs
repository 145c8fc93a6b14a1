//! Shape alone, where nothing better was found.

use crate::classified::Place;
use crate::classify::names;
use crate::classify::randomness::{is_uuid, looks_random};
use crate::classify::shape::{Class, Piece, all, exactly, fits, rest_after};
use crate::classify::specimen::Specimen;

/// A name that sounds like a session, and a value that is one word.
pub(crate) fn sounds_like_a_session(specimen: &Specimen<'_>) -> bool {
    let is_name = match specimen.place {
        Place::Cookie { .. } => specimen.cookie().is_some_and(|name| name.spellings().any(names::sounds_like_a_session)),
        Place::Field { name } => names::sounds_like_a_session(name),
        Place::Bare | Place::Header { .. } => false,
    };
    is_name && !specimen.value.is_empty() && !specimen.value.contains(char::is_whitespace)
}

/// A name that says who somebody is or what they may do, and a value that anybody could have written.
pub(crate) fn names_an_identity(specimen: &Specimen<'_>) -> bool {
    let is_name = match specimen.place {
        Place::Cookie { .. } => specimen.cookie().is_some_and(|name| names::names_an_identity(name.bare)),
        Place::Field { .. } | Place::Bare | Place::Header { .. } => false,
    };
    is_name && super::cookies::is_readable(specimen)
}

pub(crate) fn is_uuid_text(specimen: &Specimen<'_>) -> bool {
    is_uuid(specimen.value)
}

pub(crate) fn is_code(specimen: &Specimen<'_>) -> bool {
    matches!(specimen.value.len(), 6 | 8) && all(specimen.value, Class::Digit)
}

pub(crate) fn is_long_code(specimen: &Specimen<'_>) -> bool {
    specimen.value.len() >= 10 && specimen.value.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The letters of RFC 8628 §6.1: no vowels, so that no words appear.
pub(crate) fn is_device_code(specimen: &Specimen<'_>) -> bool {
    let letters: String = specimen.value.chars().filter(|&character| character != '-').collect();
    let is_split = specimen.value.len() == 8 || specimen.value.len() == 9 && specimen.value.as_bytes()[4] == b'-';
    is_split && letters.len() == 8 && letters.bytes().all(|byte| b"BCDFGHJKLMNPQRSTVWXZ".contains(&byte))
}

/// Groups of four or five letters and digits, two to six of them.
pub(crate) fn is_recovery_code(specimen: &Specimen<'_>) -> bool {
    let groups: Vec<_> = specimen.value.split('-').take(7).collect();
    (2..=6).contains(&groups.len())
        && groups.iter().all(|group| matches!(group.len(), 4 | 5) && all(group, Class::Alnum) && !group.contains('*'))
}

pub(crate) fn is_hex(specimen: &Specimen<'_>) -> bool {
    let value = specimen.value;
    value.len() >= 16
        && value.len().is_multiple_of(2)
        && all(value, Class::Hex)
        && value.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Random, in an alphabet of base64: dots and tildes separate, they do not belong to it.
pub(crate) fn is_random(specimen: &Specimen<'_>) -> bool {
    looks_random(specimen.value) && all(specimen.value, Class::Base64) && !is_hex(specimen)
}

/// Short, a number, or counting up.
pub(crate) fn is_short(specimen: &Specimen<'_>) -> bool {
    let value = specimen.value;
    let is_word = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic());
    is_word && value.bytes().any(|byte| byte.is_ascii_alphanumeric()) && (value.len() < 16 || all(value, Class::Digit))
}

pub(crate) fn is_pkce(specimen: &Specimen<'_>) -> bool {
    (43..=128).contains(&specimen.value.len())
        && specimen.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~*".contains(&byte))
}

pub(crate) fn has_okta_shape(specimen: &Specimen<'_>) -> bool {
    exactly(specimen.value, Class::Base64Url, 42) && (specimen.value.starts_with("00") || specimen.value.starts_with("***"))
}

/// A list of form fields with the MAC last.
pub(crate) fn is_swt(specimen: &Specimen<'_>) -> bool {
    specimen.value.contains("&HMACSHA256=") && specimen.value.split('&').all(|pair| pair.contains('='))
}

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, with or without the scheme in front.
pub(crate) fn is_sigv4(specimen: &Specimen<'_>) -> bool {
    const HEAD: &[Piece] = &[Piece::OneOf(&["AWS4-HMAC-SHA256 "])];
    let rest = rest_after(specimen.value, HEAD).or((specimen.scheme() == Some("aws4-hmac-sha256")).then_some(specimen.value));
    rest.is_some_and(|rest| ["Credential=", "Signature="].iter().all(|name| rest.contains(name)))
}

pub(crate) fn is_oauth1(specimen: &Specimen<'_>) -> bool {
    specimen.value.contains("oauth_")
}

pub(crate) fn is_totp(specimen: &Specimen<'_>) -> bool {
    starts(specimen, "otpauth://totp/")
}

pub(crate) fn is_hotp(specimen: &Specimen<'_>) -> bool {
    starts(specimen, "otpauth://hotp/")
}

pub(crate) fn is_otp_export(specimen: &Specimen<'_>) -> bool {
    starts(specimen, "otpauth-migration://offline?")
}

fn starts(specimen: &Specimen<'_>, prefix: &str) -> bool {
    specimen.value.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// `v[1-4].local.…` and `v[1-4].public.…`, with or without a footer.
pub(crate) fn is_paseto_local(specimen: &Specimen<'_>) -> bool {
    is_paseto(specimen.value, "local")
}

pub(crate) fn is_paseto_public(specimen: &Specimen<'_>) -> bool {
    is_paseto(specimen.value, "public")
}

fn is_paseto(value: &str, purpose: &str) -> bool {
    let parts: Vec<_> = value.splitn(5, '.').collect();
    matches!(parts.len(), 3 | 4)
        && matches!(parts[0], "v1" | "v2" | "v3" | "v4")
        && parts[1] == purpose
        && parts[2..].iter().all(|part| all(part, Class::Base64Url))
}

pub(crate) fn is_paserk(specimen: &Specimen<'_>) -> bool {
    const KINDS: [&str; 13] = [
        "local",
        "public",
        "secret",
        "lid",
        "pid",
        "sid",
        "seal",
        "pie",
        "local-wrap",
        "secret-wrap",
        "local-pw",
        "secret-pw",
        "public-wrap",
    ];
    let mut parts = specimen.value.splitn(3, '.');
    let (version, kind, body) = (parts.next(), parts.next(), parts.next());
    matches!(version, Some("k1" | "k2" | "k3" | "k4"))
        && kind.is_some_and(|kind| KINDS.contains(&kind))
        && body.is_some_and(|body| body.split('.').all(|part| all(part, Class::Base64Url)))
}

/// One word.
pub(crate) fn is_word(specimen: &Specimen<'_>) -> bool {
    fits(specimen.value, &[Piece::Run(Class::Visible, 1, usize::MAX)])
}
