//! JWS, JWE and SD-JWT.
//!
//! Header and claims are shown: signed is not secret. The signature is what makes it worth stealing, so it is blanked; of an unsecured one
//! too, because nobody knows what stands there instead. Of a JWE only the header is shown.

use std::ops::Range;

use serde_json::{Value, json};

use super::cuts::{Worth, cut, show_last_as};
use super::secrets::{Found, respelled, secrets_of};
use crate::classified::{Classified, Times};
use crate::classify::looks::jwt::behind_installation_prefix;
use crate::classify::moment;
use crate::classify::sd_jwt;
use crate::classify::specimen::Specimen;
use crate::inside::{Inside, Jose, Payload, Signature};

/// JWS and JWE.
pub(crate) fn jws(specimen: &Specimen<'_>, classified: &mut Classified) {
    if let Some(jose) = specimen.jose() {
        describe(jose, 0, classified);
        classified.inside = Inside::Jose(Box::new(jose.clone()));
    }
}

/// A JWT behind `ghs_<app>_`.
pub(crate) fn installation(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(jose) = behind_installation_prefix(specimen.value) else { return };
    let offset = specimen.value.len() - jose.text.len();
    cut(classified, "prefix", 0..offset, Worth::Harmless);
    describe(&jose, offset, classified);
    classified.inside = Inside::Jose(Box::new(jose));
}

/// Issuer's part, disclosures, holder's proof.
pub(crate) fn sd_jwt(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(parsed) = sd_jwt::parse(specimen.value) else { return };
    describe(&parsed.issuer, 0, classified);
    let mut claims = parsed.issuer.claims.clone();
    for (name, value) in parsed.disclosed.iter().filter(|(name, _)| !name.is_empty()) {
        claims.insert(name.clone(), value.clone());
    }
    classified.decoded = Some(json!({ "header": parsed.issuer.header, "claims": claims, "disclosed": parsed.disclosed }));
    let mut at = parsed.issuer.text.len() + 1;
    for piece in specimen.value[at..].split('~') {
        let range = at..at + piece.len();
        at = range.end + 1;
        if range.end < specimen.value.len() {
            cut(classified, "disclosure", range, Worth::Secret);
        } else if let Some(holder) = &parsed.holder {
            let from = classified.segments.len();
            segments(holder, range.start, classified);
            classified.segments.iter_mut().skip(from).filter(|segment| segment.secret).for_each(|segment| segment.id = "proof");
        }
    }
    classified.is_cut = false;
    classified.inside = Inside::SdJwt(Box::new(parsed));
}

fn describe(jose: &Jose, offset: usize, classified: &mut Classified) {
    segments(jose, offset, classified);
    classified.times = times(jose);
    classified.is_cut |= jose.faults.is_cut;
    classified.is_bound = is_bound(jose);
    classified.is_blanked |= matches!(jose.signature, Signature::Blanked(_));
    classified.decoded = Some(decoded(jose));
    match &jose.payload {
        Payload::Claims => classified.nested = secrets_of(&Value::Object(jose.claims.clone())).nested,
        Payload::Text(text) if crate::classify::jose::parse(text).is_some() => {
            classified.nested = vec![("payload".to_owned(), text.clone())];
        }
        _ => {}
    }
}

fn decoded(jose: &Jose) -> Value {
    match &jose.payload {
        Payload::Claims => json!({ "header": jose.header, "claims": jose.claims }),
        Payload::Json(value) => json!({ "header": jose.header, "payload": value }),
        Payload::Text(text) => json!({ "header": jose.header, "payload": text }),
        _ => json!({ "header": jose.header }),
    }
}

fn segments(jose: &Jose, offset: usize, classified: &mut Classified) {
    const LOCKED: [&str; 5] = ["header", "key", "iv", "ciphertext", "tag"];
    for (index, range) in jose.parts.iter().enumerate() {
        let range = range.start + offset..range.end + offset;
        match (index, jose.is_encrypted()) {
            (0, _) => readable(jose, 0, &secrets_of(&Value::Object(jose.header.clone())), range, classified),
            (_, true) => cut(classified, LOCKED[index.min(4)], range, Worth::Secret),
            (1, false) => match content(jose) {
                Some(content) => readable(jose, 1, &secrets_of(&content), range, classified),
                // What cannot be read may hold anything.
                None => cut(classified, "payload", range, Worth::Secret),
            },
            (_, false) => cut(classified, "signature", range, Worth::Secret),
        }
    }
}

fn content(jose: &Jose) -> Option<Value> {
    match &jose.payload {
        Payload::Claims => Some(Value::Object(jose.claims.clone())),
        Payload::Json(value) => Some(value.clone()),
        Payload::Text(text) => Some(Value::String(text.clone())),
        _ => None,
    }
}

/// Header or payload: shown, with what is secret in it starred out.
fn readable(jose: &Jose, index: usize, found: &Found, range: Range<usize>, classified: &mut Classified) {
    let id = if index == 0 { "header" } else { "payload" };
    if found.secrets.is_empty() {
        return cut(classified, id, range, Worth::Harmless);
    }
    let shown = respelled(jose.part(index), &found.secrets).filter(|shown| shown.len() == range.len());
    cut(classified, id, range, if shown.is_some() { Worth::Harmless } else { Worth::Secret });
    show_last_as(classified, shown);
}

/// Times that are numbers of seconds; what is written in another way is told by its own finding and not believed.
fn times(jose: &Jose) -> Times {
    const MILLISECONDS: f64 = 1e11;
    let time = |name: &str| moment::from_number(jose.claim_number(name).filter(|second| *second <= MILLISECONDS)?);
    Times { issued_at: time("iat"), starts_at: time("nbf"), ends_at: time("exp") }
}

fn is_bound(jose: &Jose) -> bool {
    let confirmation = jose.claims.get("cnf").and_then(Value::as_object);
    confirmation.is_some_and(|confirmation| ["jkt", "x5t#S256", "jwk"].iter().any(|name| confirmation.contains_key(*name)))
}
