//! The cookies of frameworks and products.
//!
//! The value of a signed one is shown, the seal is not; of a numbered one the number is not shown either; of a locked one only what the
//! layout leaves open.

use cloakroom_primitives::Timestamp;
use serde_json::{Value, json};

use super::cuts::{Worth, cut, piece, show_last_as, split_head};
use super::locked::spelled_like;
use super::plain::{opaque, readable};
use super::secrets::{respelled, secrets_of};
use crate::classified::{Classified, Times};
use crate::classify::looks::cookies::unwrapped;
use crate::classify::randomness::{bits_of_longest_run, length};
use crate::classify::specimen::Specimen;
use crate::classify::split::{self, Signed};
use crate::classify::{encoding, erlang, json as reader, moment};
use crate::inside::{Inside, Mac, MacScheme, Payload};

/// A number, perhaps with a node's name or a seal behind a dot.
pub(crate) fn reference(specimen: &Specimen<'_>, classified: &mut Classified) {
    let value = specimen.value.strip_prefix("s:").unwrap_or(specimen.value);
    let start = specimen.value.len() - value.len();
    cut(classified, "prefix", 0..start, Worth::Harmless);
    let id = value.rsplit_once('.').map_or(value, |(id, _)| id);
    let head = if id.len() > 16 { split_head(id, 2).0.len() } else { 0 };
    cut(classified, "id", start..start + head, Worth::Harmless);
    cut(classified, "secret", start + head..start + id.len(), Worth::Secret);
    cut(classified, "mac", (start + id.len() + 1).min(specimen.value.len())..specimen.value.len(), Worth::Secret);
    if !classified.is_blanked {
        let decoded = specimen.decoded_text().filter(|text| text.len() == 36);
        classified.bits = Some(bits_of_longest_run(decoded.unwrap_or(id)));
    }
    try_secrets(specimen, classified);
}

/// Makes the seal of an Express cookie available to guessing.
fn try_secrets(specimen: &Specimen<'_>, classified: &mut Classified) {
    if classified.is_blanked {
        return;
    }
    if let Some(signed) = split::express(specimen.value)
        && let Some(mac) = encoding::base64(signed.mac)
    {
        classified.inside =
            Inside::Mac(Mac { text: signed.body.as_bytes().to_vec(), code: mac.bytes, scheme: MacScheme::Express });
    }
}

/// A signed value of Express: text, or JSON behind `j:`.
pub(crate) fn express(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(signed) = split::express(specimen.value) else { return opaque(specimen, classified) };
    cut(classified, "prefix", 0..2, Worth::Harmless);
    piece(specimen, classified, "body", signed.body, Worth::Harmless);
    piece(specimen, classified, "mac", signed.mac, Worth::Secret);
    let value = signed.body.strip_prefix("j:").and_then(|text| reader::read(text).ok()).map(|read| read.value);
    classified.decoded = Some(value.unwrap_or_else(|| signed.body.into()));
    try_secrets(specimen, classified);
}

/// Body, time, seal: whatever the body decodes to is shown, secrets inside starred.
fn signed(specimen: &Specimen<'_>, signed: &Signed<'_>, decoded: Option<Value>, classified: &mut Classified) {
    let found = decoded.as_ref().map(secrets_of).unwrap_or_default();
    let shown = if found.secrets.is_empty() { Some(signed.body.to_owned()) } else { respelled(signed.body, &found.secrets) };
    piece(specimen, classified, "body", signed.body, if shown.is_some() { Worth::Harmless } else { Worth::Secret });
    show_last_as(classified, shown);
    if let Some((time, at)) = signed.time {
        piece(specimen, classified, "time", time, Worth::Harmless);
        classified.times.issued_at = Some(at);
    }
    piece(specimen, classified, "mac", signed.mac, Worth::Secret);
    classified.nested = found.nested;
    classified.decoded = decoded;
}

/// JSON, or readable text.
fn content(body: &str) -> Option<Value> {
    let text = unwrapped(body);
    let json = text.as_deref().and_then(|text| reader::read(text).ok()).map(|read| read.value);
    let is_text = |text: &str| !text.chars().any(|character| character.is_control() && !character.is_whitespace());
    json.or_else(|| text.filter(|text| is_text(text) && text.is_ascii() && body.len() >= 8).map(Value::String))
}

/// itsdangerous, and with it Flask and Starlette.
pub(crate) fn itsdangerous(specimen: &Specimen<'_>, classified: &mut Classified) {
    let found = split::itsdangerous_timed(specimen.value, specimen.now).or_else(|| split::itsdangerous_plain(specimen.value));
    let Some(found) = found else { return opaque(specimen, classified) };
    let decoded = content(found.body).or_else(|| Some(found.body.into()));
    signed(specimen, &found, decoded, classified);
    let text = &specimen.value[..specimen.value.len() - found.mac.len() - 1];
    if let Some(mac) = encoding::base64(found.mac).filter(|_| !classified.is_blanked) {
        classified.inside = Inside::Mac(Mac { text: text.as_bytes().to_vec(), code: mac.bytes, scheme: MacScheme::ItsDangerous });
    }
}

/// Django's signer.
pub(crate) fn django(specimen: &Specimen<'_>, classified: &mut Classified) {
    match split::django(specimen.value, specimen.now) {
        Some(found) => signed(specimen, &found, content(found.body).or_else(|| Some(found.body.into())), classified),
        None => opaque(specimen, classified),
    }
}

/// Rails' verifier: JSON or a Ruby object, in base64, perhaps in an envelope that says when it ends.
pub(crate) fn rails_signed(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(found) = split::rails_signed(specimen.value) else { return opaque(specimen, classified) };
    let bytes = encoding::base64(found.body).map_or_else(Vec::new, |decoded| decoded.bytes);
    let outer = std::str::from_utf8(&bytes).ok().and_then(|text| reader::read(text).ok()).map(|read| read.value);
    let envelope = outer.as_ref().and_then(|value| value.get("_rails"));
    classified.times.ends_at =
        envelope.and_then(|envelope| envelope.get("exp")).and_then(Value::as_str).and_then(moment::written);
    let message = envelope.and_then(|envelope| envelope.get("message").or_else(|| envelope.get("data")));
    let inner = message.and_then(Value::as_str).and_then(encoding::base64).map(|decoded| decoded.bytes);
    let is_object = |bytes: &[u8]| bytes.starts_with(&[4, 8]);
    classified.runs_code = is_object(&bytes) || inner.as_deref().is_some_and(is_object);
    let inner =
        inner.and_then(|bytes| String::from_utf8(bytes).ok()).and_then(|text| reader::read(&text).ok()).map(|read| read.value);
    signed(specimen, &found, inner.or(outer), classified);
}

/// Rails' encryptor, of either kind: everything but the separators is locked.
pub(crate) fn rails_encrypted(specimen: &Specimen<'_>, classified: &mut Classified) {
    if let Some([body, iv, tag]) = split::rails_encrypted(specimen.value) {
        piece(specimen, classified, "ciphertext", body, Worth::Secret);
        piece(specimen, classified, "iv", iv, Worth::Secret);
        piece(specimen, classified, "tag", tag, Worth::Secret);
    } else if let Some(found) = split::rails_signed(specimen.value) {
        piece(specimen, classified, "ciphertext", found.body, Worth::Secret);
        piece(specimen, classified, "mac", found.mac, Worth::Secret);
    }
}

/// The seal of another cookie.
pub(crate) fn keygrip(specimen: &Specimen<'_>, classified: &mut Classified) {
    cut(classified, "mac", 0..specimen.value.len(), Worth::Secret);
}

/// Locked content and a nonce.
pub(crate) fn fastify(specimen: &Specimen<'_>, classified: &mut Classified) {
    if let Some((sealed, nonce)) = specimen.value.split_once(';') {
        piece(specimen, classified, "ciphertext", sealed, Worth::Secret);
        piece(specimen, classified, "iv", nonce, Worth::Harmless);
    }
}

/// Laravel's box; how random the number inside is, the box does not tell.
pub(crate) fn laravel(specimen: &Specimen<'_>, classified: &mut Classified) {
    let head = split_head(specimen.value, 8).0.len();
    cut(classified, "header", 0..head, Worth::Harmless);
    cut(classified, "ciphertext", head..specimen.value.len(), Worth::Secret);
    classified.bits = specimen.members().is_some().then_some(128.0);
}

/// Magic and key id are open: thirty characters spell both.
pub(crate) fn aspnetcore(specimen: &Specimen<'_>, classified: &mut Classified) {
    if specimen.value.starts_with("chunks-") {
        return super::plain::shown(specimen, classified);
    }
    let is_first = specimen.bytes().starts_with(&[0x09, 0xf0, 0xc9, 0xf0]);
    let head = if is_first { split_head(specimen.value, 26).0.len() } else { 0 };
    cut(classified, "key_id", 0..head, Worth::Harmless);
    cut(classified, "ciphertext", head..specimen.value.len(), Worth::Secret);
}

/// Nothing in it is open.
pub(crate) fn forms_ticket(specimen: &Specimen<'_>, classified: &mut Classified) {
    cut(classified, "ciphertext", 0..specimen.value.len(), Worth::Secret);
}

/// Head, Erlang term, seal.
pub(crate) fn phoenix(specimen: &Specimen<'_>, classified: &mut Classified) {
    let mut parts = specimen.value.split('.');
    let (Some(head), Some(body), Some(mac)) = (parts.next(), parts.next(), parts.next()) else { return };
    let decoded = encoding::base64(body).and_then(|decoded| erlang::term(&decoded.bytes));
    let found = decoded.as_ref().map(secrets_of).unwrap_or_default();
    piece(specimen, classified, "header", head, Worth::Harmless);
    piece(specimen, classified, "body", body, if found.secrets.is_empty() { Worth::Harmless } else { Worth::Secret });
    piece(specimen, classified, "mac", mac, Worth::Secret);
    if let Some([_, Value::Number(signed), age]) = decoded.as_ref().and_then(Value::as_array).map(Vec::as_slice) {
        let signed = Timestamp::from_millis(signed.as_u64().unwrap_or(0));
        let age = age.as_u64().map(std::time::Duration::from_secs);
        classified.times = Times { issued_at: Some(signed), starts_at: None, ends_at: age.map(|age| signed.plus(age)) };
    }
    classified.decoded = decoded;
}

/// A head in the clear, the rest locked.
pub(crate) fn plug(specimen: &Specimen<'_>, classified: &mut Classified) {
    let head = specimen.value.find('.').map_or(0, |dot| dot + 1);
    cut(classified, "header", 0..head, Worth::Harmless);
    super::plain::words(specimen, classified, head);
}

/// A JWT; before Play 2.6 a seal in hex and a form behind `-`.
pub(crate) fn play(specimen: &Specimen<'_>, classified: &mut Classified) {
    if specimen.jose().is_some() {
        return super::jose::jws(specimen, classified);
    }
    if let Some((mac, body)) = specimen.value.split_once('-') {
        piece(specimen, classified, "mac", mac, Worth::Secret);
        piece(specimen, classified, "body", body, Worth::Harmless);
        classified.decoded = Some(form(body));
    }
}

fn form(body: &str) -> Value {
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    let text = |text: &str| encoding::percent_decoded(&text.replace('+', " ")).unwrap_or_else(|| text.to_owned());
    pairs.map(|(name, value)| (text(name), Value::String(text(value)))).collect()
}

/// Time and content are readable inside the base64; the last 32 bytes are the seal.
pub(crate) fn gorilla(specimen: &Specimen<'_>, classified: &mut Classified) {
    let bytes = specimen.bytes();
    let Some((at, body)) = split::gorilla(bytes, specimen.now) else { return opaque(specimen, classified) };
    let seal = encoding::characters_of(bytes.len() - 32..bytes.len());
    let start = seal.start.min(specimen.value.len());
    cut(classified, "body", 0..start, Worth::Secret);
    // What gob or a lock wrote is not read; what is JSON is shown.
    let text = std::str::from_utf8(body).ok().and_then(encoding::base64).and_then(|inner| String::from_utf8(inner.bytes).ok());
    classified.decoded = text.and_then(|text| reader::read(&text).ok()).map(|read| read.value).filter(|value| !value.is_number());
    cut(classified, "mac", start..specimen.value.len(), Worth::Secret);
    classified.times.issued_at = Some(at);
}

/// Name, value, time, seal.
pub(crate) fn tornado(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some((found, name)) = split::tornado(specimen.value, specimen.now) else { return opaque(specimen, classified) };
    let text = encoding::base64(found.body).and_then(|decoded| String::from_utf8(decoded.bytes).ok());
    let decoded = text.map(|text| reader::read(&text).map_or(Value::String(text), |read| read.value));
    let secrets = decoded.as_ref().map(secrets_of).unwrap_or_default().secrets;
    let time = found.time.map_or(0, |(time, _)| super::cuts::range_of(specimen.value, time).map_or(0, |range| range.start));
    cut(classified, "version", 0..time, Worth::Harmless);
    if let Some((time, at)) = found.time {
        piece(specimen, classified, "time", time, Worth::Harmless);
        classified.times.issued_at = Some(at);
    }
    let body = super::cuts::range_of(specimen.value, found.body).map_or(0..0, |range| range);
    if let Some(name) = super::cuts::range_of(specimen.value, name) {
        cut(classified, "name", name.start.saturating_sub(2)..body.start, Worth::Harmless);
    }
    cut(classified, "body", body, if secrets.is_empty() { Worth::Harmless } else { Worth::Secret });
    piece(specimen, classified, "mac", found.mac, Worth::Secret);
    classified.decoded = decoded;
}

/// Digest, time in hex, user.
pub(crate) fn auth_ticket(specimen: &Specimen<'_>, classified: &mut Classified) {
    let (plain, is_wrapped) = match specimen.decoded_text() {
        Some(text) if split::auth_ticket(specimen.value, specimen.now).is_none() => (text, true),
        _ => (specimen.value, false),
    };
    let Some(([digest, time, user, rest], at)) = split::auth_ticket(plain, specimen.now) else {
        return opaque(specimen, classified);
    };
    if is_wrapped {
        let spelled = spelled_like(specimen, plain.replacen(digest, &"*".repeat(digest.len()), 1).as_bytes());
        cut(classified, "body", 0..specimen.value.len(), Worth::Harmless);
        show_last_as(classified, Some(spelled));
    } else {
        piece(specimen, classified, "mac", digest, Worth::Secret);
        piece(specimen, classified, "time", time, Worth::Harmless);
        piece(specimen, classified, "user", user, Worth::Harmless);
        piece(specimen, classified, "body", rest, Worth::Harmless);
    }
    classified.times.issued_at = Some(at);
    classified.decoded = Some(json!({ "user": user }));
}

/// User, end, token, seal.
pub(crate) fn wordpress(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(([user, end, token, mac], ends_at)) = split::wordpress(specimen.value, specimen.now) else {
        return opaque(specimen, classified);
    };
    piece(specimen, classified, "user", user, Worth::Harmless);
    piece(specimen, classified, "end", end, Worth::Harmless);
    piece(specimen, classified, "secret", token, Worth::Secret);
    piece(specimen, classified, "mac", mac, Worth::Secret);
    classified.times.ends_at = Some(ends_at);
    classified.decoded = Some(json!({ "user": user, "ends": moment::rfc3339(ends_at) }));
}

/// `user:milliseconds:ALG:hex` in base64, or `series:token`.
pub(crate) fn spring_remember(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(text) = specimen.decoded_text() else { return opaque(specimen, classified) };
    let Some(ends_at) = split::spring_remember(text, specimen.now) else {
        opaque(specimen, classified);
        classified.bits = None;
        return;
    };
    let mac = text.rsplit(':').next().unwrap_or_default();
    let shown = spelled_like(specimen, format!("{}{}", &text[..text.len() - mac.len()], "*".repeat(mac.len())).as_bytes());
    cut(classified, "body", 0..specimen.value.len(), Worth::Harmless);
    show_last_as(classified, Some(shown));
    let user = text.split(':').next().unwrap_or_default();
    classified.times.ends_at = Some(ends_at);
    classified.decoded = Some(json!({ "user": user, "ends": moment::rfc3339(ends_at) }));
}

/// Content, time, seal; of a ticket its id is the only thing inside that is not secret.
pub(crate) fn oauth2_proxy(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(found) = split::oauth2_proxy(specimen.value, specimen.now) else { return opaque(specimen, classified) };
    piece(specimen, classified, "ciphertext", found.body, Worth::Secret);
    if let Some((time, at)) = found.time {
        piece(specimen, classified, "time", time, Worth::Harmless);
        classified.times.issued_at = Some(at);
    }
    piece(specimen, classified, "mac", found.mac, Worth::Secret);
    let text = encoding::base64(found.body).and_then(|decoded| String::from_utf8(decoded.bytes).ok());
    classified.bits = text.filter(|text| text.starts_with("v2.")).and_then(|text| {
        let secret = text.rsplit('.').next()?;
        Some(length(encoding::base64(secret)?.bytes.len()) * 8.0)
    });
}

/// Better Auth's cache: readable JSON, a JWT or a JWE.
pub(crate) fn better_auth_cache(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(members) = specimen.members() else { return super::jose::jws(specimen, classified) };
    let end = members.get("expiresAt").and_then(Value::as_u64).map(Timestamp::from_millis);
    let mut secrets = secrets_of(&Value::Object(members.clone())).secrets;
    secrets.extend(members.get("signature").and_then(Value::as_str).map(str::to_owned));
    let shown = respelled(specimen.value, &secrets).filter(|shown| shown.len() == specimen.value.len());
    cut(classified, "body", 0..specimen.value.len(), if shown.is_some() { Worth::Harmless } else { Worth::Secret });
    show_last_as(classified, shown);
    classified.times.ends_at = end;
    classified.decoded = Some(Value::Object(members.clone()));
}

/// Eight fields; the sixth is the end in milliseconds.
pub(crate) fn iron(specimen: &Specimen<'_>, classified: &mut Classified) {
    const NAMES: [&str; 8] = ["header", "key_id", "iv", "iv", "ciphertext", "end", "iv", "mac"];
    let Some(fields) = split::iron(specimen.value) else {
        cut(classified, "header", 0.."Fe26.2*".len(), Worth::Harmless);
        return cut(classified, "ciphertext", "Fe26.2*".len()..specimen.value.len(), Worth::Secret);
    };
    for (index, field) in fields.into_iter().enumerate() {
        let worth = if matches!(index, 0 | 1 | 5) { Worth::Harmless } else { Worth::Secret };
        piece(specimen, classified, NAMES[index], field, worth);
    }
    if specimen.value.ends_with("~2") {
        cut(classified, "version", specimen.value.len() - 2..specimen.value.len(), Worth::Harmless);
    }
    classified.times.ends_at = moment::digits(fields[5]).map(Timestamp::from_millis);
}

/// `base64-` and base64url of JSON with tokens in it; JSON; or a piece of either.
pub(crate) fn supabase_cookie(specimen: &Specimen<'_>, classified: &mut Classified) {
    let body = specimen.value.strip_prefix("base64-").unwrap_or(specimen.value);
    let text =
        encoding::base64(body).and_then(|decoded| String::from_utf8(decoded.bytes).ok()).unwrap_or_else(|| body.to_owned());
    let start = specimen.value.len() - body.len();
    cut(classified, "prefix", 0..start, Worth::Harmless);
    let Ok(read) = reader::read(&text) else { return cut(classified, "secret", start..specimen.value.len(), Worth::Secret) };
    readable(specimen, &read.value, start, classified);
    let end = read.value.get("expires_at").and_then(Value::as_u64).map(Timestamp::from_seconds);
    let inner = read.value.get("access_token").and_then(Value::as_str).and_then(crate::classify::jose::parse);
    classified.times.ends_at = end.or_else(|| {
        let token = inner.filter(|token| token.payload == Payload::Claims)?;
        moment::from_number(token.claim_number("exp")?)
    });
}

/// A form with the seal last.
pub(crate) fn swt(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some((body, mac)) = specimen.value.rsplit_once("&HMACSHA256=") else { return };
    piece(specimen, classified, "body", body, Worth::Harmless);
    cut(classified, "name", body.len()..specimen.value.len() - mac.len(), Worth::Harmless);
    piece(specimen, classified, "mac", mac, Worth::Secret);
    let decoded = form(body);
    let end = decoded.get("ExpiresOn").and_then(Value::as_str).and_then(moment::digits);
    classified.times.ends_at = end.map(Timestamp::from_seconds);
    classified.decoded = Some(decoded);
}

/// A JWT, JSON for scripts, or something opaque.
pub(crate) fn supertokens(specimen: &Specimen<'_>, classified: &mut Classified) {
    if specimen.jose().is_some() {
        super::jose::jws(specimen, classified);
    } else {
        super::plain::json(specimen, classified);
    }
}
