//! Token formats that bring their own layout: PASETO, Fernet, Branca, Biscuit, macaroons, and JOSE written as JSON.

use cloakroom_primitives::Timestamp;
use serde_json::{Value, json};

use super::cuts::{Worth, cut, piece, show_last_as, split_head};
use super::secrets::{MOST, secrets_of, spell, starred};
use crate::classified::{Classified, Times};
use crate::classify::binary::{self, Macaroon};
use crate::classify::cbor;
use crate::classify::encoding::Alphabet;
use crate::classify::specimen::Specimen;
use crate::classify::{encoding, json as reader, moment};
use crate::inside::Inside;

/// `v4.public.…` and `v4.local.…`.
pub(crate) fn paseto(specimen: &Specimen<'_>, classified: &mut Classified) {
    let mut parts = specimen.value.splitn(4, '.');
    let (Some(version), Some(purpose), Some(body)) = (parts.next(), parts.next(), parts.next()) else { return };
    let footer = parts.next();
    let number = version[1..].parse().unwrap_or(0);
    cut(classified, "header", 0..version.len() + 1 + purpose.len(), Worth::Harmless);
    if purpose == "public" {
        let signature = [0, 256, 64, 96, 64][usize::from(number).min(4)];
        let bytes = encoding::base64(body).map_or_else(Vec::new, |decoded| decoded.bytes);
        let message = &bytes[..bytes.len().saturating_sub(signature)];
        let start = version.len() + purpose.len() + 2;
        let middle = start + message.len() * 8 / 6;
        cut(classified, "payload", start..middle.min(start + body.len()), Worth::Harmless);
        cut(classified, "signature", middle.min(start + body.len())..start + body.len(), Worth::Secret);
        if let Some(claims) = std::str::from_utf8(message).ok().and_then(reader::object) {
            let time = |name: &str| claims.get(name).and_then(Value::as_str).and_then(moment::written);
            classified.times = Times { issued_at: time("iat"), starts_at: time("nbf"), ends_at: time("exp") };
            let found = secrets_of(&Value::Object(claims.clone()));
            if let Some(segment) = classified.segments.iter_mut().find(|segment| segment.id == "payload") {
                segment.secret = !found.secrets.is_empty();
            }
            classified.nested = found.nested;
            classified.decoded = Some(json!({ "claims": claims }));
        }
    } else {
        piece(specimen, classified, "ciphertext", body, Worth::Secret);
    }
    if let Some(footer) = footer {
        piece(specimen, classified, "footer", footer, Worth::Harmless);
    }
    classified.inside = Inside::Paseto { version: number, has_footer: footer.is_some_and(|footer| !footer.is_empty()) };
}

/// Version and time are readable; twelve characters spell both.
pub(crate) fn fernet(specimen: &Specimen<'_>, classified: &mut Classified) {
    let head = split_head(specimen.value, 12).0.len();
    cut(classified, "time", 0..head, Worth::Harmless);
    cut(classified, "ciphertext", head..specimen.value.len(), Worth::Secret);
    classified.times.issued_at = specimen.bytes().get(1..9).and_then(moment::big_endian).map(Timestamp::from_seconds);
}

/// Version and time are in the first digits of one big number.
pub(crate) fn branca(specimen: &Specimen<'_>, classified: &mut Classified) {
    let head = split_head(specimen.value, 7).0.len();
    cut(classified, "time", 0..head, Worth::Harmless);
    cut(classified, "ciphertext", head..specimen.value.len(), Worth::Secret);
    classified.times.issued_at =
        encoding::base62(specimen.value).and_then(|bytes| moment::big_endian(bytes.get(1..5)?)).map(Timestamp::from_seconds);
}

/// The claims of a `COSE_Sign1` or `COSE_Mac0` are readable; how it is spelled is not shown.
pub(crate) fn cwt(specimen: &Specimen<'_>, classified: &mut Classified) {
    let head = split_head(specimen.value, 4).0.len();
    cut(classified, "header", 0..head, Worth::Harmless);
    cut(classified, "signature", head..specimen.value.len(), Worth::Secret);
    let bytes = encoding::hex(specimen.value)
        .filter(|_| specimen.value.len().is_multiple_of(2))
        .unwrap_or_else(|| specimen.bytes().to_vec());
    let Some(claims) = cbor::claims(&bytes) else { return };
    let time = |number: i64| {
        claims.iter().find(|(key, _)| *key == number).and_then(|(_, value)| value.as_u64()).map(Timestamp::from_seconds)
    };
    classified.times = Times { issued_at: time(6), starts_at: time(5), ends_at: time(4) };
    let name = |key: i64| match key {
        1 => "iss".to_owned(),
        2 => "sub".to_owned(),
        3 => "aud".to_owned(),
        4 => "exp".to_owned(),
        5 => "nbf".to_owned(),
        6 => "iat".to_owned(),
        7 => "cti".to_owned(),
        other => other.to_string(),
    };
    let claims: serde_json::Map<String, Value> = claims.into_iter().map(|(key, value)| (name(key), value)).collect();
    classified.decoded = Some(json!({ "claims": claims }));
}

/// The signatures and the proof stand at the end of the blocks; only the beginning is shown.
pub(crate) fn biscuit(specimen: &Specimen<'_>, classified: &mut Classified) {
    let prefix = if specimen.value.starts_with("biscuit:") { "biscuit:".len() } else { 0 };
    let middle = prefix + split_head(&specimen.value[prefix..], 8).0.len();
    cut(classified, "prefix", 0..middle, Worth::Harmless);
    cut(classified, "signature", middle..specimen.value.len(), Worth::Secret);
}

/// Location, identifier and conditions are readable; the signature is the key to narrower ones.
pub(crate) fn macaroon(specimen: &Specimen<'_>, classified: &mut Classified) {
    if let Some(members) = specimen.members() {
        let caveats = members.get("caveats").or_else(|| members.get("c")).and_then(Value::as_array);
        let text = |caveat: &Value| {
            let value = ["cid", "i", "i64"].iter().find_map(|name| caveat.get(*name)).or(Some(caveat))?;
            value.as_str().map(str::to_owned)
        };
        classified.inside = Inside::Macaroon { caveats: caveats.into_iter().flatten().filter_map(text).collect() };
        return super::plain::hidden(specimen, classified);
    }
    if let Some(found) = binary::macaroon(specimen.bytes()) {
        describe(specimen, 0, &found, classified);
    }
}

/// A macaroon behind `pypi-`.
pub(crate) fn pypi(specimen: &Specimen<'_>, classified: &mut Classified) {
    let prefix = "pypi-".len();
    cut(classified, "prefix", 0..prefix, Worth::Harmless);
    let decoded = specimen.value.get(prefix..).and_then(encoding::base64);
    match decoded.and_then(|decoded| binary::macaroon(&decoded.bytes)) {
        Some(found) => describe(specimen, prefix, &found, classified),
        None => cut(classified, "secret", prefix..specimen.value.len(), Worth::Secret),
    }
}

fn describe(specimen: &Specimen<'_>, start: usize, found: &Macaroon, classified: &mut Classified) {
    let spelled = &specimen.value[start..];
    let seal = encoding::characters_of(found.signature.clone());
    let middle = seal.start.min(spelled.len());
    cut(classified, "body", start..start + middle, Worth::Harmless);
    cut(classified, "signature", start + middle..specimen.value.len(), Worth::Secret);
    let caveats: Vec<_> = found.caveats.iter().map(|caveat| String::from_utf8_lossy(caveat).into_owned()).collect();
    classified.times.ends_at = caveats.iter().find_map(|caveat| end_of(caveat));
    classified.decoded = Some(json!({
        "location": found.location,
        "identifier": String::from_utf8_lossy(&found.identifier),
        "caveats": caveats,
    }));
    classified.inside = Inside::Macaroon { caveats };
}

/// `time < 2026-11-24T12:00:00Z` and `expires=1795521600`, as people write them.
fn end_of(caveat: &str) -> Option<Timestamp> {
    let (name, value) = caveat.split_once(['<', '='])?;
    let name = name.trim().to_ascii_lowercase();
    let value = value.trim().trim_start_matches('=').trim();
    ["time", "expires", "expiry", "before", "exp"].iter().any(|word| name.ends_with(word)).then_some(())?;
    moment::written(value).or_else(|| moment::digits(value).map(Timestamp::from_seconds))
}

/// JWS and JWE in JSON: member names and headers stay, what is signed or locked is starred.
pub(crate) fn json_object(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(members) = reader::object(specimen.value) else { return };
    let secret: Vec<String> =
        ["signature", "ciphertext", "encrypted_key", "tag"].iter().flat_map(|name| texts(&members, name)).collect();
    if secret.len() > MOST {
        return super::plain::hidden(specimen, classified);
    }
    let mut shown = specimen.value.to_owned();
    for text in &secret {
        shown = shown.replace(text.as_str(), &"*".repeat(text.len()));
    }
    cut(classified, "value", 0..specimen.value.len(), Worth::Harmless);
    show_last_as(classified, Some(shown));
    let mut decoded = starred(&Value::Object(members.clone()), &secret);
    for name in ["protected", "payload"] {
        let text = members.get(name).and_then(Value::as_str).and_then(encoding::base64);
        let value = text.and_then(|text| String::from_utf8(text.bytes).ok()).and_then(|text| reader::read(&text).ok());
        if let (Some(read), Some(object)) = (value, decoded.as_object_mut()) {
            object.insert(name.to_owned(), read.value);
        }
    }
    classified.decoded = Some(decoded);
}

/// The member's text, at the top or one level below.
fn texts(members: &serde_json::Map<String, Value>, name: &str) -> Vec<String> {
    let below = members.values().filter_map(Value::as_array).flatten().filter_map(|element| element.get(name));
    members
        .get(name)
        .into_iter()
        .chain(below)
        .filter_map(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Spells bytes as the value does.
pub(crate) fn spelled_like(specimen: &Specimen<'_>, bytes: &[u8]) -> String {
    spell(bytes, specimen.decoded().is_some_and(|decoded| decoded.alphabet == Alphabet::Standard), specimen.value.ends_with('='))
}
