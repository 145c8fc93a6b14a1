//! What the bytes are that a value spells.

use super::super::moment::{big_endian, is_plausible_second};
use super::super::{encoding, split};
use crate::classify::binary;
use crate::classify::specimen::Specimen;

/// Laravel's box: JSON with `iv`, `value`, `mac` and perhaps `tag`.
pub(crate) fn is_laravel_box(specimen: &Specimen<'_>) -> bool {
    const BEGINNING: &str = "eyJpdiI6"; // `{"iv":`, which is all that stays of a blanked one
    let is_blanked = specimen.value.starts_with(BEGINNING) && specimen.value[BEGINNING.len()..].starts_with("***");
    is_blanked
        || specimen.members().is_some_and(|members| {
            ["iv", "value", "mac"].iter().all(|name| members.get(*name).is_some_and(serde_json::Value::is_string))
                && members.keys().all(|name| matches!(name.as_str(), "iv" | "value" | "mac" | "tag"))
        })
}

/// Better Auth's readable cache: JSON with `session`, `expiresAt`, `signature`.
pub(crate) fn is_better_auth_cache(specimen: &Specimen<'_>) -> bool {
    specimen.members().is_some_and(|members| ["session", "expiresAt", "signature"].iter().all(|name| members.contains_key(*name)))
}

/// Better Auth's cache in any of its three forms.
pub(crate) fn is_any_better_auth_cache(specimen: &Specimen<'_>) -> bool {
    is_better_auth_cache(specimen) || specimen.jose().is_some()
}

/// A JSON object or array in base64; or as it is, where a name stands beside it.
pub(crate) fn is_json(specimen: &Specimen<'_>) -> bool {
    let stands_alone = matches!(specimen.place, crate::classified::Place::Bare);
    specimen.json().is_some() && (specimen.decoded_text().is_some() || !stands_alone)
}

/// ASP.NET Core's Data Protection: magic, a key id, and something sealed.
pub(crate) fn is_data_protection(specimen: &Specimen<'_>) -> bool {
    specimen.bytes().starts_with(&[0x09, 0xf0, 0xc9, 0xf0]) && specimen.bytes().len() >= 36
}

/// Fernet: version, plausible time, IV, whole blocks, MAC.
pub(crate) fn is_fernet(specimen: &Specimen<'_>) -> bool {
    let bytes = specimen.bytes();
    let sealed = bytes.len().checked_sub(57);
    let time = bytes.get(1..9).and_then(big_endian);
    bytes.first() == Some(&0x80)
        && sealed.is_some_and(|sealed| sealed > 0 && sealed % 16 == 0)
        && time.is_some_and(|second| is_plausible_second(second, specimen.now))
}

pub(crate) fn is_java_object(specimen: &Specimen<'_>) -> bool {
    specimen.bytes().starts_with(&[0xac, 0xed, 0x00, 0x05])
}

/// Protocol 2 to 5, and the stop at the end.
pub(crate) fn is_pickle(specimen: &Specimen<'_>) -> bool {
    matches!(specimen.bytes(), [0x80, 2..=5, .., b'.'])
}

/// A signed one is Rails' affair: its dashes are in the alphabet, too.
pub(crate) fn is_ruby_object(specimen: &Specimen<'_>) -> bool {
    split::rails_signed(specimen.value).is_none()
        && matches!(specimen.bytes(), [0x04, 0x08, kind, ..] if b"[{oIi\"T:FfUuSCcem0l".contains(kind))
}

/// `a:1:{…}`, `O:8:"stdClass"…`, `s:5:"…";` and their like.
pub(crate) fn is_php_value(specimen: &Specimen<'_>) -> bool {
    is_php_text(specimen.value) || specimen.decoded_text().is_some_and(is_php_text)
}

fn is_php_text(text: &str) -> bool {
    let Some((kind, rest)) = text.split_at_checked(1) else { return false };
    let Some(rest) = rest.strip_prefix(':') else { return false };
    let after = rest.trim_start_matches(|character: char| character.is_ascii_digit());
    let has_number = after.len() < rest.len();
    match kind {
        "a" | "O" | "s" | "C" => has_number && after.starts_with(':'),
        "i" | "b" | "d" => has_number && after.starts_with(['.', ';']),
        _ => false,
    }
}

pub(crate) fn is_ntlm(specimen: &Specimen<'_>) -> bool {
    specimen.bytes().starts_with(b"NTLMSSP\0")
}

/// SPNEGO or Kerberos: a tagged token whose object identifier says so.
pub(crate) fn is_kerberos(specimen: &Specimen<'_>) -> bool {
    const OIDS: [&[u8]; 2] = [b"\x06\x06\x2b\x06\x01\x05\x05\x02", b"\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"];
    let bytes = specimen.bytes();
    let head = &bytes[..bytes.len().min(24)];
    bytes.first() == Some(&0x60) && OIDS.iter().any(|oid| head.windows(oid.len()).any(|window| window == *oid))
}

/// KRB-CRED: application tag 22 around a sequence of the right length.
pub(crate) fn is_kerberos_ticket(specimen: &Specimen<'_>) -> bool {
    let bytes = specimen.bytes();
    bytes.first() == Some(&0x76)
        && binary::der_length(bytes).is_some_and(|(head, length)| bytes.get(head) == Some(&0x30) && length + head >= bytes.len())
}

pub(crate) fn is_saml_response(specimen: &Specimen<'_>) -> bool {
    specimen.saml().is_some_and(|saml| matches!(saml.root.as_str(), "Response" | "ArtifactResponse"))
}

pub(crate) fn is_saml_assertion(specimen: &Specimen<'_>) -> bool {
    specimen.saml().is_some_and(|saml| matches!(saml.root.as_str(), "Assertion" | "EncryptedAssertion"))
}

pub(crate) fn is_saml_request(specimen: &Specimen<'_>) -> bool {
    specimen
        .saml()
        .is_some_and(|saml| matches!(saml.root.as_str(), "AuthnRequest" | "LogoutRequest" | "LogoutResponse" | "ArtifactResolve"))
}

pub(crate) fn is_macaroon(specimen: &Specimen<'_>) -> bool {
    binary::macaroon(specimen.bytes()).is_some() || specimen.members().is_some_and(is_macaroon_object)
}

fn is_macaroon_object(members: &serde_json::Map<String, serde_json::Value>) -> bool {
    let has = |names: [&str; 3]| names.iter().any(|name| members.contains_key(*name));
    has(["identifier", "i", "i64"]) && has(["signature", "s", "s64"])
}

pub(crate) fn is_gorilla(specimen: &Specimen<'_>) -> bool {
    split::gorilla(specimen.bytes(), specimen.now).is_some()
}

/// COSE tags of RFC 9052 and RFC 8392, in base64url or hex.
pub(crate) fn is_cwt(specimen: &Specimen<'_>) -> bool {
    let is_tagged = |bytes: &[u8]| {
        const HEADS: [&[u8]; 5] = [&[0xd8, 0x3d], &[0xd2, 0x84], &[0xd1, 0x84], &[0xd0, 0x83], &[0xd8, 0x62]];
        bytes.len() > 20 && HEADS.iter().any(|head| bytes.starts_with(head))
    };
    is_tagged(specimen.bytes()) || encoding::hex(specimen.value).is_some_and(|bytes| is_tagged(&bytes))
}

pub(crate) fn is_biscuit(specimen: &Specimen<'_>) -> bool {
    match specimen.value.strip_prefix("biscuit:") {
        Some(body) => encoding::base64(body).is_some_and(|decoded| binary::is_biscuit(&decoded.bytes)),
        None => binary::is_biscuit(specimen.bytes()),
    }
}

/// Branca: version, plausible time, nonce, and something sealed, all in base62.
pub(crate) fn is_branca(specimen: &Specimen<'_>) -> bool {
    let is_spelled = specimen.value.len() >= 60 && specimen.value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_spelled
        && encoding::base62(specimen.value).is_some_and(|bytes| {
            let time = bytes.get(1..5).and_then(big_endian);
            bytes[0] == 0xba && bytes.len() >= 45 && time.is_some_and(|second| is_plausible_second(second, specimen.now))
        })
}

/// Supabase's refresh token of the second kind: version, session, counter, MAC, and the start of a SHA-256 over all of it.
pub(crate) fn is_supabase_refresh(specimen: &Specimen<'_>) -> bool {
    let bytes = specimen.bytes();
    let Some((body, sum)) = bytes.split_last_chunk::<4>() else { return false };
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body);
    (38..=46).contains(&bytes.len()) && bytes[0] == 0 && digest.as_ref().starts_with(sum)
}

/// A UUID in base64: what Spring Session does with its ids.
pub(crate) fn is_wrapped_uuid(specimen: &Specimen<'_>) -> bool {
    specimen.decoded_text().is_some_and(crate::classify::randomness::is_uuid)
}

pub(crate) fn is_uuid_wrapped_or_not(specimen: &Specimen<'_>) -> bool {
    const WRAPPED: usize = 48;
    let is_blanked = specimen.value.len() == WRAPPED && specimen.value.ends_with("***");
    is_blanked || is_wrapped_uuid(specimen) || crate::classify::randomness::is_uuid(specimen.value)
}

pub(crate) fn is_spring_remember(specimen: &Specimen<'_>) -> bool {
    specimen.decoded_text().is_some_and(|text| split::spring_remember(text, specimen.now).is_some())
}

/// Signed, or `series:token` with both in base64.
pub(crate) fn is_any_spring_remember(specimen: &Specimen<'_>) -> bool {
    let is_series = |text: &str| {
        text.split_once(':').is_some_and(|(series, token)| {
            [series, token].iter().all(|half| {
                encoding::base64(half)
                    .or_else(|| encoding::base64(&encoding::percent_decoded(half)?))
                    .is_some_and(|decoded| decoded.bytes.len() == 16)
            })
        })
    };
    is_spring_remember(specimen) || specimen.decoded_text().is_some_and(is_series)
}
