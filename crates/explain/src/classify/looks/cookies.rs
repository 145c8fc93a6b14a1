//! The layouts of cookies that frameworks and products sign, lock or number.

use serde_json::Value;

use super::bytes;
use super::jwt;
use crate::classified::Place;
use crate::classify::randomness::{self, looks_random};
use crate::classify::shape::{Class, Piece, all, exactly, fits};
use crate::classify::specimen::Specimen;
use crate::classify::{encoding, json, moment, split};

/// The text that an itsdangerous or Django body stands for: base64url, zlib behind a leading dot.
pub(crate) fn unwrapped(body: &str) -> Option<String> {
    let bytes = match body.strip_prefix('.') {
        Some(packed) => {
            miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(&encoding::base64(packed)?.bytes, 1 << 20).ok()?
        }
        None => encoding::base64(body)?.bytes,
    };
    String::from_utf8(bytes).ok()
}

fn json_in(body: &str) -> Option<Value> {
    json::read(&unwrapped(body)?).ok().map(|read| read.value).filter(|value| value.is_object() || value.is_array())
}

pub(crate) fn is_itsdangerous_timed(specimen: &Specimen<'_>) -> bool {
    split::itsdangerous_timed(specimen.value, specimen.now).is_some()
}

pub(crate) fn is_itsdangerous_plain(specimen: &Specimen<'_>) -> bool {
    split::itsdangerous_plain(specimen.value).is_some()
}

/// Flask signs with SHA-1, and writes JSON without spaces.
pub(crate) fn is_flask(specimen: &Specimen<'_>) -> bool {
    const KEYS: [&str; 6] = ["_user_id", "_fresh", "_flashes", "csrf_token", "_permanent", "_id"];
    let Some(signed) = split::itsdangerous_timed(specimen.value, specimen.now).filter(|signed| signed.mac.len() == 27) else {
        return false;
    };
    let Some(value) = json_in(signed.body) else { return false };
    let has_keys = value.as_object().is_some_and(|members| KEYS.iter().any(|key| members.contains_key(*key)));
    has_keys || specimen.cookie().is_some_and(|name| name.bare == "session")
}

/// Starlette keeps the padding, and Python's spaces behind `:` and `,`.
pub(crate) fn is_starlette(specimen: &Specimen<'_>) -> bool {
    let Some(signed) = split::itsdangerous_timed(specimen.value, specimen.now) else { return false };
    let Some(text) = unwrapped(signed.body).filter(|_| json_in(signed.body).is_some()) else { return false };
    let is_python = signed.body.ends_with('=') || signed.body.contains(['+', '/']) || text.contains("\": ");
    is_python && (signed.body.ends_with('=') || specimen.cookie().is_some_and(|name| name.bare == "session"))
}

pub(crate) fn is_django_signed(specimen: &Specimen<'_>) -> bool {
    split::django(specimen.value, specimen.now).is_some()
}

pub(crate) fn is_django_session(specimen: &Specimen<'_>) -> bool {
    split::django(specimen.value, specimen.now).is_some_and(|signed| signed.time.is_some())
}

pub(crate) fn is_django_id(specimen: &Specimen<'_>) -> bool {
    exactly(specimen.value, Class::Lower, 32)
}

pub(crate) fn is_django_csrf(specimen: &Specimen<'_>) -> bool {
    [32, 64].iter().any(|&length| exactly(specimen.value, Class::Alnum, length))
}

pub(crate) fn is_django_masked(specimen: &Specimen<'_>) -> bool {
    exactly(specimen.value, Class::Alnum, 64)
}

pub(crate) fn is_rails_encrypted(specimen: &Specimen<'_>) -> bool {
    split::rails_encrypted(specimen.value).is_some()
}

pub(crate) fn is_rails_cbc(specimen: &Specimen<'_>) -> bool {
    split::rails_signed(specimen.value).is_some_and(|signed| signed.mac.len() == 40 && split::is_rails_cbc(signed.body))
}

pub(crate) fn is_rails_signed(specimen: &Specimen<'_>) -> bool {
    split::rails_signed(specimen.value).is_some()
}

pub(crate) fn is_hex_32(specimen: &Specimen<'_>) -> bool {
    exactly(specimen.value, Class::HexLower, 32)
}

/// Rails' authenticity token: 64 bytes masked, 32 bytes not.
pub(crate) fn is_rails_csrf(specimen: &Specimen<'_>) -> bool {
    matches!(specimen.bytes().len(), 32 | 64) && specimen.value.len() >= 43
}

pub(crate) fn is_express_session(specimen: &Specimen<'_>) -> bool {
    split::express(specimen.value).is_some_and(|signed| signed.body.len() >= 24 && all(signed.body, Class::Base64Url))
}

pub(crate) fn is_express_signed(specimen: &Specimen<'_>) -> bool {
    split::express(specimen.value).is_some()
}

pub(crate) fn begins_like_express(specimen: &Specimen<'_>) -> bool {
    specimen.value.starts_with("s:")
}

/// JSON in base64, with its signature in the cookie beside it.
pub(crate) fn is_signed_by_sibling(specimen: &Specimen<'_>) -> bool {
    matches!(specimen.place, Place::Cookie { has_signature_beside: true, .. }) && specimen.json().is_some()
}

pub(crate) fn is_keygrip(specimen: &Specimen<'_>) -> bool {
    exactly(specimen.value, Class::Base64Url, 27)
}

/// Something sealed and a nonce of 24 bytes, in base64, with `;` between.
pub(crate) fn is_fastify(specimen: &Specimen<'_>) -> bool {
    specimen.value.split_once(';').is_some_and(|(sealed, nonce)| {
        encoding::base64(nonce).is_some_and(|nonce| nonce.bytes.len() == 24)
            && encoding::base64(sealed).is_some_and(|sealed| sealed.bytes.len() >= 17)
    })
}

pub(crate) fn is_php_id(specimen: &Specimen<'_>) -> bool {
    (22..=256).contains(&specimen.value.len())
        && specimen.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b',' | b'-' | b'*'))
}

/// Tomcat, Jetty and `WildFly` number their sessions differently; all of them at length, some with the node's name behind a dot.
pub(crate) fn is_servlet_id(specimen: &Specimen<'_>) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._!:~+*-".contains(&byte);
    specimen.value.len() >= 16 && specimen.value.bytes().all(is_allowed) && specimen.jose().is_none()
}

pub(crate) fn is_aspnet_id(specimen: &Specimen<'_>) -> bool {
    specimen.value.len() == 24
        && specimen.value.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'0'..=b'5' | b'*'))
}

pub(crate) fn is_forms_ticket(specimen: &Specimen<'_>) -> bool {
    specimen.value.len() >= 96 && specimen.value.len().is_multiple_of(2) && all(specimen.value, Class::HexUpper)
}

/// Data Protection, the word that says how many chunks follow, or one of the chunks.
pub(crate) fn is_aspnetcore_value(specimen: &Specimen<'_>) -> bool {
    bytes::is_data_protection(specimen)
        || specimen.value.strip_prefix("chunks-").and_then(moment::digits).is_some()
        || specimen.has_chunk_name() && all(specimen.value, Class::Base64Url)
}

fn phoenix_term(specimen: &Specimen<'_>) -> Option<Vec<u8>> {
    let mut parts = specimen.value.split('.');
    let (head, term, mac) = (parts.next()?, parts.next()?, parts.next()?);
    let length = match head {
        "SFMyNTY" => 32,
        "SFMzODQ" => 48,
        "SFM1MTI" => 64,
        _ => return None,
    };
    let is_mac = encoding::base64(mac).is_some_and(|mac| mac.bytes.len() == length);
    (is_mac && parts.next().is_none())
        .then(|| encoding::base64(term).map(|term| term.bytes))
        .flatten()
        .filter(|term| term.first() == Some(&0x83))
}

pub(crate) fn is_phoenix_signed(specimen: &Specimen<'_>) -> bool {
    phoenix_term(specimen).is_some()
}

/// A tuple of three: data, milliseconds, maximal age.
pub(crate) fn is_phoenix_token(specimen: &Specimen<'_>) -> bool {
    phoenix_term(specimen).is_some_and(|term| term.starts_with(&[0x83, 0x68, 0x03]))
}

pub(crate) fn is_plug_encrypted(specimen: &Specimen<'_>) -> bool {
    let parts: Vec<_> = specimen.value.splitn(6, '.').collect();
    let is_spelled = |parts: &[&str]| parts.iter().all(|part| all(part, Class::Base64Url));
    match parts.as_slice() {
        ["XCP", sealed] => all(sealed, Class::Base64Url),
        ["QTEyOEdDTQ" | "QTE5MkdDTQ" | "QTI1NkdDTQ", rest @ ..] => rest.len() == 4 && is_spelled(rest),
        _ => false,
    }
}

pub(crate) fn is_play(specimen: &Specimen<'_>) -> bool {
    jwt::has_play_data(specimen)
}

pub(crate) fn is_tornado(specimen: &Specimen<'_>) -> bool {
    split::tornado(specimen.value, specimen.now).is_some()
}

pub(crate) fn is_auth_ticket(specimen: &Specimen<'_>) -> bool {
    split::auth_ticket(specimen.value, specimen.now).is_some()
        || specimen.decoded_text().is_some_and(|text| split::auth_ticket(text, specimen.now).is_some())
}

pub(crate) fn is_wordpress(specimen: &Specimen<'_>) -> bool {
    split::wordpress(specimen.value, specimen.now).is_some()
}

pub(crate) fn is_codeigniter_id(specimen: &Specimen<'_>) -> bool {
    (32..=40).contains(&specimen.value.len()) && all(specimen.value, Class::Alnum)
}

pub(crate) fn is_no_jose(specimen: &Specimen<'_>) -> bool {
    specimen.jose().is_none() && !specimen.value.is_empty() && !specimen.has_chunk_name()
}

/// A JWE, or a piece of one.
pub(crate) fn is_jwe_or_chunk(specimen: &Specimen<'_>) -> bool {
    jwt::is_jwe(specimen)
        || specimen.has_chunk_name() && specimen.value.bytes().all(|byte| Class::Base64Url.has(byte) || byte == b'.')
}

pub(crate) fn is_authjs_csrf(specimen: &Specimen<'_>) -> bool {
    specimen
        .value
        .split_once('|')
        .is_some_and(|(token, hash)| exactly(token, Class::HexLower, 64) && exactly(hash, Class::HexLower, 64))
}

pub(crate) fn is_better_auth(specimen: &Specimen<'_>) -> bool {
    split::better_auth(specimen.value).is_some()
}

pub(crate) fn is_iron(specimen: &Specimen<'_>) -> bool {
    split::iron(specimen.value).is_some()
        || specimen.value.strip_prefix("Fe26.2*").is_some_and(|rest| rest.matches('*').count() > 12)
}

/// iron-session writes its own version behind the seal.
pub(crate) fn is_iron_session(specimen: &Specimen<'_>) -> bool {
    is_iron(specimen) && specimen.value.ends_with("~2")
}

pub(crate) fn is_client_uat(specimen: &Specimen<'_>) -> bool {
    moment::digits(specimen.value).is_some()
}

/// `base64-` and base64url of JSON, JSON as it is, or a chunk of either.
pub(crate) fn is_supabase_value(specimen: &Specimen<'_>) -> bool {
    specimen.value.starts_with("base64-") || specimen.value.starts_with(['{', '[']) || specimen.has_chunk_name()
}

pub(crate) fn is_oauth2_proxy(specimen: &Specimen<'_>) -> bool {
    split::oauth2_proxy(specimen.value, specimen.now).is_some()
}

pub(crate) fn is_oauth2_proxy_ticket(specimen: &Specimen<'_>) -> bool {
    split::oauth2_proxy(specimen.value, specimen.now)
        .and_then(|signed| encoding::base64(signed.body))
        .and_then(|decoded| String::from_utf8(decoded.bytes).ok())
        .is_some_and(|text| {
            let mut parts = text.split('.');
            matches!((parts.next(), parts.next(), parts.next(), parts.next()), (Some("v2"), Some(id), Some(secret), None) if !id.is_empty() && !secret.is_empty())
        })
}

pub(crate) fn is_oauth2_proxy_or_chunk(specimen: &Specimen<'_>) -> bool {
    is_oauth2_proxy(specimen) || specimen.has_chunk_name()
}

pub(crate) fn is_gorilla(specimen: &Specimen<'_>) -> bool {
    bytes::is_gorilla(specimen)
}

/// Twelve or twenty-two letters and digits: Supabase's refresh tokens of the first kind.
pub(crate) fn is_old_supabase_refresh(specimen: &Specimen<'_>) -> bool {
    [12, 22].iter().any(|&length| exactly(specimen.value, Class::Alnum, length))
        && specimen.value.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Google Analytics: version, depth, random number, unix time; or one of the newer session forms.
pub(crate) fn is_analytics(specimen: &Specimen<'_>) -> bool {
    const FIRST: &[Piece] = &[
        Piece::Is("GA1."),
        Piece::Run(Class::Digit, 1, 3),
        Piece::Is("."),
        Piece::Run(Class::Digit, 1, 12),
        Piece::Is("."),
        Piece::Run(Class::Digit, 9, 11),
    ];
    fits(specimen.value, FIRST)
        || all(specimen.value, Class::Digit)
        || ["GA1.", "GS1.", "GS2.", "amp-"].iter().any(|start| specimen.value.starts_with(start))
}

/// Long enough to be an echo that nobody guesses.
pub(crate) fn is_random(specimen: &Specimen<'_>) -> bool {
    const LONG: usize = 12;
    looks_random(specimen.value) || specimen.value.len() >= LONG
}

/// A value that says who somebody is: short, readable, nothing random.
pub(crate) fn is_readable(specimen: &Specimen<'_>) -> bool {
    let value = specimen.value;
    let is_text = (1..=64).contains(&value.chars().count()) && !value.chars().any(char::is_control) && !value.contains("**");
    let is_number = randomness::is_uuid(value) || value.len() >= 16 && all(value, Class::Hex);
    is_text && !is_number && !looks_random(value)
}

/// Whether the cookie's name binds it to its host.
pub(crate) fn is_host_bound(specimen: &Specimen<'_>) -> bool {
    specimen.cookie().is_some_and(|name| name.full.starts_with("__Host-"))
}

/// Laravel names the guard, and adds the SHA-1 of its class.
pub(crate) fn has_remember_name(specimen: &Specimen<'_>) -> bool {
    specimen.cookie().and_then(|name| name.bare.rsplit_once('_')).is_some_and(|(_, digest)| exactly(digest, Class::HexLower, 40))
}
