//! Kinds of tokens against kinds of verifiers, and keys against names of algorithms: only the diagonal passes.

#[expect(dead_code, reason = "this file needs a part of the issuer")]
mod issuer;

use cloakroom_jwt::{
    Algorithm, Expectation, KeyRing, KeyRingHandle, MacAlgorithm, MacKey, MacVerifier, RegisteredClaims, Verifier, sign,
    sign_with_mac, verify_mac, verify_signature,
};
use cloakroom_primitives::{SeededRandom, encode_base64url};
use issuer::{GOOD, Issuer, NOW, expectation, key};

/// Every registered kind of JWT that names itself by `typ`, and one of our own for each that does not.
const KINDS: [&str; 15] = [
    "at+jwt",
    "rt+jwt",
    "id+jwt",
    "logout+jwt",
    "dpop+jwt",
    "secevent+jwt",
    "token-introspection+jwt",
    "statuslist+jwt",
    "oauth-authz-req+jwt",
    "client-authentication+jwt",
    "authorization-grant+jwt",
    "entity-statement+jwt",
    "dc+sd-jwt",
    "kb+jwt",
    "JWT",
];

fn claims() -> RegisteredClaims {
    serde_json::from_str(GOOD).expect("the good payload is good")
}

fn expecting(typ: &str) -> Expectation {
    Expectation { typ: typ.to_owned(), ..expectation() }
}

#[test]
fn a_verifier_takes_the_one_kind_it_expects_under_every_algorithm() {
    for algorithm in Algorithm::ALL {
        let signing = key(algorithm);
        let tokens = KINDS.map(|kind| sign(&claims(), kind, &signing).unwrap());
        for expected in KINDS {
            let keys = KeyRingHandle::new(KeyRing::of(signing.clone()));
            let verifier = Verifier::<RegisteredClaims>::new(keys, expecting(expected), 64);
            // Twice: what is remembered must not be lent from one kind to another.
            for (kind, token) in KINDS.iter().zip(&tokens).chain(KINDS.iter().zip(&tokens)) {
                assert_eq!(
                    verifier.verify(token, NOW).is_ok(),
                    *kind == expected,
                    "{algorithm}: {kind} where {expected} is expected"
                );
                let recognised = verifier.verify_ignoring_expiry(token, NOW).is_ok();
                assert_eq!(recognised, *kind == expected, "{algorithm}: {kind} where {expected} is expected");
            }
        }
    }
}

#[test]
fn a_symmetric_verifier_takes_the_one_kind_it_expects() {
    for algorithm in MacAlgorithm::ALL {
        let secret = MacKey::generate(algorithm, &SeededRandom::new(1), Some("shared")).unwrap();
        let tokens = KINDS.map(|kind| sign_with_mac(&claims(), kind, &secret).unwrap());
        for expected in KINDS {
            let verifier = MacVerifier::<RegisteredClaims>::new(secret.clone(), expecting(expected), 64);
            for (kind, token) in KINDS.iter().zip(&tokens).chain(KINDS.iter().zip(&tokens)) {
                assert_eq!(
                    verifier.verify(token, NOW).is_ok(),
                    *kind == expected,
                    "{algorithm}: {kind} where {expected} is expected"
                );
            }
        }
    }
}

#[test]
fn a_kind_is_not_changed_by_its_spelling() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    for kind in KINDS {
        for spelled in [kind.to_uppercase(), format!("application/{kind}"), format!("APPLICATION/{}", kind.to_lowercase())] {
            let token = issuer.forge(issuer.header().replace("at+jwt", &spelled), GOOD);
            for expected in KINDS {
                let keys = KeyRingHandle::new(KeyRing::of(issuer.key.clone()));
                let verifier = Verifier::<RegisteredClaims>::new(keys, expecting(expected), 0);
                assert_eq!(verifier.verify(&token, NOW).is_ok(), kind == expected, "{spelled} where {expected} is expected");
            }
        }
    }
}

/// A token by one key whose header names another algorithm, honestly signed as the key signs.
#[test]
fn a_key_takes_the_one_name_it_goes_by() {
    let secrets = MacAlgorithm::ALL.map(|algorithm| MacKey::generate(algorithm, &SeededRandom::new(1), None).unwrap());
    let names: Vec<_> =
        Algorithm::ALL.map(Algorithm::name).into_iter().chain(MacAlgorithm::ALL.map(MacAlgorithm::name)).collect();
    let mut passed = 0;
    for name in &names {
        let header = format!(r#"{{"alg":"{name}","typ":"at+jwt"}}"#);
        for algorithm in Algorithm::ALL {
            let issuer = Issuer::new(algorithm);
            let token = issuer.forge(&header, GOOD);
            let is_taken = verify_signature(&token, issuer.key.verifying_key()).is_ok();
            assert_eq!(is_taken, *name == algorithm.name(), "{name} under a key of {algorithm}");
            passed += u32::from(is_taken);
        }
        for secret in &secrets {
            let token = relabelled(&sign_with_mac(&claims(), "at+jwt", secret).unwrap(), &header);
            let own = *name == secret.algorithm().name();
            // The tag is over another header unless the name is its own.
            assert_eq!(verify_mac(&token, secret).is_ok(), own, "{name} under a secret of {}", secret.algorithm());
            passed += u32::from(own);
        }
    }
    assert_eq!(passed as usize, names.len());
}

fn relabelled(token: &str, header: &str) -> String {
    format!("{}.{}", encode_base64url(header.as_bytes()), token.split_once('.').expect("a token has dots").1)
}
