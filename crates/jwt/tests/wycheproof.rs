//! Project Wycheproof: 401 signatures and 26 key sets, most of them wrong in an instructive way.
//!
//! Where the key is for one of our algorithms, our verdict must be theirs. Where it is not, the right verdict is to refuse.
//!
//! Eight cases of the signature file are contradictory or mislabelled. None of them is of our algorithms, so here all eight are refused:
//!
//! | cases | the file says | why it cannot be followed |
//! |---|---|---|
//! | 367, 370 | invalid | the text is that of 357, which is valid under the same key; refused here because HS256 is not ours |
//! | 372, 373 | valid | the text has `?`, which is not base64url |
//! | 346, 350 | valid | the key is for PS256, the header says PS384 |
//! | 347, 351 | valid | the key is for `ES521`, which does not exist |

mod vectors;

use std::io::{Write as _, stderr};

use cloakroom_jwt::{Algorithm, JoseHeader, Jwk, JwkSet, VerifyingKey, verify_signature};
use cloakroom_primitives::decode_base64url;
use serde_json::Value;

const DEVIATIONS: [u64; 8] = [346, 347, 350, 351, 367, 370, 372, 373];

/// Whether a key is of a kind that we verify with.
fn is_ours(jwk: &Value) -> bool {
    match jwk["alg"].as_str() {
        Some(name) => Algorithm::parse(name).is_some(),
        None => ["RSA", "EC", "OKP"].contains(&jwk["kty"].as_str().unwrap_or_default()),
    }
}

fn public(group: &Value) -> &Value {
    group.get("public").unwrap_or(&group["private"])
}

fn cases(file: &Value) -> impl Iterator<Item = (&Value, u64, &str, bool)> {
    file["testGroups"].as_array().into_iter().flatten().flat_map(|group| {
        group["tests"].as_array().into_iter().flatten().map(move |case| {
            let jws = case["jws"].as_str().unwrap_or_default();
            (public(group), case["tcId"].as_u64().unwrap_or_default(), jws, case["result"] == "valid")
        })
    })
}

#[test]
fn signatures_are_judged_as_wycheproof_judges_them() {
    let Some(file) = vectors::read("wycheproof/json_web_signature_test.json") else { return };
    let (mut ours, mut others) = (0, 0);
    for (jwk, id, jws, is_valid) in cases(&file) {
        let key = Jwk::parse(jwk.to_string().as_bytes()).and_then(|jwk| VerifyingKey::from_jwk(&jwk));
        let is_taken = key.is_ok_and(|key| verify_signature(jws, &key).is_ok());
        if is_ours(jwk) {
            assert!(!DEVIATIONS.contains(&id), "case {id} is documented as not ours");
            assert_eq!(is_taken, is_valid, "case {id}");
            ours += 1;
        } else {
            assert!(!is_taken, "case {id}");
            others += 1;
        }
    }
    writeln!(stderr(), "wycheproof signatures: {ours} judged for our algorithms, {others} of others refused").unwrap();
    assert_eq!((ours, others), (276, 125));
}

#[test]
fn key_sets_are_judged_as_wycheproof_judges_them() {
    let Some(file) = vectors::read("wycheproof/json_web_key_test.json") else { return };
    let (mut ours, mut others) = (0, 0);
    for (set, id, jws, is_valid) in cases(&file) {
        let is_taken = is_taken_under(set, jws);
        if set["keys"].as_array().is_some_and(|keys| keys.iter().any(is_ours)) {
            assert_eq!(is_taken, is_valid, "case {id}");
            ours += 1;
        } else {
            assert!(!is_taken, "case {id}");
            others += 1;
        }
    }
    writeln!(stderr(), "wycheproof key sets: {ours} judged for our algorithms, {others} of others refused").unwrap();
    assert_eq!((ours, others), (9, 17));
}

/// Finds the key by the header's `kid`, as a verifier does.
fn is_taken_under(set: &Value, jws: &str) -> bool {
    let Ok(set) = JwkSet::parse(set.to_string().as_bytes()) else { return false };
    let Ok(header) = decode_base64url(jws.split('.').next().unwrap_or_default()) else { return false };
    let Ok(header) = JoseHeader::decode(&header) else { return false };
    set.iter()
        .filter(|jwk| jwk.kid() == header.kid())
        .any(|jwk| VerifyingKey::from_jwk(jwk).is_ok_and(|key| verify_signature(jws, &key).is_ok()))
}
