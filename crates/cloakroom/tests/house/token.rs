//! Reads tokens without verifying them, and signs what no honest issuer would.

use std::collections::BTreeMap;

use cloakroom::jwt::{SigningKey, sign};
use cloakroom_primitives::decode_base64url;
use serde_json::Value;

fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).expect("a JWT has three parts");
    serde_json::from_slice(&decode_base64url(text).unwrap()).unwrap()
}

pub(crate) fn header_of(token: &str) -> Value {
    part(token, 0)
}

pub(crate) fn claims_of(token: &str) -> Value {
    part(token, 1)
}

/// The claims of `token` with some of them changed, or left out where the new value is null, signed as `typ` by `key`.
pub(crate) fn forged(token: &str, changes: &[(&str, Value)], typ: &str, key: &SigningKey) -> String {
    let mut claims: BTreeMap<String, Value> = serde_json::from_value(claims_of(token)).unwrap();
    for (name, value) in changes {
        claims.insert((*name).to_owned(), value.clone());
    }
    claims.retain(|_, value| !value.is_null());
    sign(&claims, typ, key).unwrap()
}
