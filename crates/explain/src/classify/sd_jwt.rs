//! Takes an SD-JWT apart (RFC 9901 §4): the issuer's JWT, disclosures, each ended by `~`, and perhaps a proof by the holder.
//!
//! A disclosure counts when its hash stands in some `_sd` array or `...` member, of the issuer or of another disclosure.

use std::collections::HashSet;

use aws_lc_rs::digest;
use cloakroom_primitives::encode_base64url;
use serde_json::Value;

use super::{encoding, jose, json};
use crate::inside::{Payload, SdJwt};

const DISCLOSURES: usize = 1000;

/// Takes `text` apart when it is an SD-JWT.
pub(crate) fn parse(text: &str) -> Option<SdJwt> {
    let (first, rest) = text.split_once('~')?;
    let issuer = jose::parse(first).filter(|issuer| issuer.parts.len() == 3 && issuer.payload == Payload::Claims)?;
    let mut pieces: Vec<_> = rest.split('~').take(DISCLOSURES + 1).collect();
    let last = pieces.pop()?;
    let holder = if last.is_empty() { None } else { Some(jose::parse(last)?) };
    let is_blanked = pieces.iter().any(|piece| piece.contains('*'));
    let disclosed: Vec<_> = pieces.iter().map(|piece| disclosure(piece)).collect::<Option<_>>().or(is_blanked.then(Vec::new))?;
    let digests_match = (!is_blanked).then(|| {
        let algorithm = issuer.claims.get("_sd_alg").and_then(Value::as_str).unwrap_or("sha-256");
        let mut known = HashSet::new();
        collect(&Value::Object(issuer.claims.clone()), &mut known);
        for (_, value) in &disclosed {
            collect(value, &mut known);
        }
        hash(algorithm).is_none_or(|hash| {
            pieces.iter().all(|piece| known.contains(encode_base64url(digest::digest(hash, piece.as_bytes()).as_ref()).as_str()))
        })
    });
    Some(SdJwt { issuer, disclosed, digests_match, holder })
}

fn hash(algorithm: &str) -> Option<&'static digest::Algorithm> {
    match algorithm {
        "sha-256" => Some(&digest::SHA256),
        "sha-384" => Some(&digest::SHA384),
        "sha-512" => Some(&digest::SHA512),
        _ => None,
    }
}

/// `[salt, name, value]`, or `[salt, value]` for an element of an array.
fn disclosure(piece: &str) -> Option<(String, Value)> {
    let text = String::from_utf8(encoding::base64(piece)?.bytes).ok()?;
    let Value::Array(elements) = json::read(&text).ok()?.value else { return None };
    match elements.as_slice() {
        [_, Value::String(name), value] => Some((name.clone(), value.clone())),
        [_, value] => Some((String::new(), value.clone())),
        _ => None,
    }
}

fn collect(value: &Value, known: &mut HashSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::Array(digests) if name == "_sd" => {
                        known.extend(digests.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    Value::String(digest) if name == "..." => {
                        known.insert(digest.clone());
                    }
                    _ => collect(value, known),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, known)),
        _ => {}
    }
}
