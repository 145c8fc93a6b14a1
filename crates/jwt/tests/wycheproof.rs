//! Project Wycheproof: 401 signatures and 26 key sets, most of them wrong in an instructive way. Our verdict must be theirs.
//!
//! Eight cases of the signature file are contradictory or mislabelled; a strict verifier cannot follow them. Each has its reason in
//! [`DEVIATIONS`].

mod vectors;

use std::io::{Write as _, stderr};

use cloakroom_jwt::{JoseHeader, Jwk, JwkSet, MacKey, MacKeySet, VerifyingKey, verify_mac, verify_signature};
use cloakroom_primitives::decode_base64url;
use serde_json::Value;

/// Where we differ: the case, whether we take the token, and why the file cannot be followed.
const DEVIATIONS: [(u64, bool, &str); 8] = [
    (346, false, "the key is for PS256 and the header says PS384: one key has one algorithm"),
    (347, false, "the key is for ES521, which does not exist"),
    (350, false, "the key is for PS256 and the header says PS384: one key has one algorithm"),
    (351, false, "the key is for ES521, which does not exist"),
    (367, true, "labelled as wrongly padded, but the text is that of case 357, which is valid under the same key"),
    (370, true, "labelled as wrongly padded, but the text is that of case 357, which is valid under the same key"),
    (372, false, "labelled valid, but the header has a question mark, which is not base64url"),
    (373, false, "labelled valid, but the payload has a question mark, which is not base64url"),
];

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

/// Verifies under the one key, as the kind of key it says it is.
fn is_taken(jwk: &Value, jws: &str) -> bool {
    let json = jwk.to_string();
    if jwk["kty"] == "oct" {
        return MacKey::from_jwk(json.as_bytes()).is_ok_and(|key| verify_mac(jws, &key).is_ok());
    }
    let key = Jwk::parse(json.as_bytes()).and_then(|jwk| VerifyingKey::from_jwk(&jwk));
    key.is_ok_and(|key| verify_signature(jws, &key).is_ok())
}

#[test]
fn signatures_are_judged_as_wycheproof_judges_them_but_for_eight() {
    let Some(file) = vectors::read("wycheproof/json_web_signature_test.json") else { return };
    let (mut exact, mut deviating) = (0, 0);
    for (jwk, id, jws, is_valid) in cases(&file) {
        let taken = is_taken(jwk, jws);
        match DEVIATIONS.iter().find(|(deviating, ..)| *deviating == id) {
            None => {
                assert_eq!(taken, is_valid, "case {id}");
                exact += 1;
            }
            Some((_, ours, reason)) => {
                assert_eq!(taken, *ours, "case {id}: {reason}");
                assert_ne!(taken, is_valid, "case {id} is no deviation any more");
                deviating += 1;
            }
        }
    }
    writeln!(stderr(), "wycheproof signatures: {exact} exact, {deviating} documented deviations").unwrap();
    assert_eq!((exact, deviating), (393, 8));
}

#[test]
fn the_two_mislabelled_texts_are_those_of_a_valid_case() {
    let Some(file) = vectors::read("wycheproof/json_web_signature_test.json") else { return };
    let text =
        |wanted: u64| cases(&file).find(|(_, id, ..)| *id == wanted).map(|(key, _, jws, valid)| (key, jws, valid)).unwrap();
    let (key, jws, valid) = text(357);
    for id in [367, 370] {
        assert_eq!(text(id), (key, jws, !valid), "case {id}");
    }
}

#[test]
fn key_sets_are_judged_as_wycheproof_judges_them() {
    let Some(file) = vectors::read("wycheproof/json_web_key_test.json") else { return };
    let mut exact = 0;
    for (set, id, jws, is_valid) in cases(&file) {
        assert_eq!(is_taken_under(set, jws), is_valid, "case {id}");
        exact += 1;
    }
    writeln!(stderr(), "wycheproof key sets: {exact} exact").unwrap();
    assert_eq!(exact, 26);
}

/// Finds the key by the header's `kid`, as a verifier does: in the set as one of public keys, or else as one of symmetric keys.
fn is_taken_under(set: &Value, jws: &str) -> bool {
    let json = set.to_string();
    let Ok(header) = decode_base64url(jws.split('.').next().unwrap_or_default()) else { return false };
    let Ok(header) = JoseHeader::decode(&header) else { return false };
    let (public, symmetric) = (JwkSet::parse(json.as_bytes()), MacKeySet::parse(json.as_bytes()));
    assert!(public.is_err() || symmetric.is_err(), "no set is of both kinds");
    let under_public = public.is_ok_and(|set| {
        let named = set.iter().filter(|jwk| jwk.kid() == header.kid());
        named.map(VerifyingKey::from_jwk).any(|key| key.is_ok_and(|key| verify_signature(jws, &key).is_ok()))
    });
    let under_symmetric =
        symmetric.is_ok_and(|set| header.kid().and_then(|kid| set.find(kid)).is_some_and(|key| verify_mac(jws, key).is_ok()));
    under_public || under_symmetric
}
