//! The other libraries, set up to check the same things.

use std::collections::HashSet;

use cloakroom_jwt::Algorithm;
use jwt_simple::prelude::{
    ECDSAP256PublicKeyLike as _, ES256PublicKey, Ed25519PublicKey, EdDSAPublicKeyLike as _, HS256Key, MACLike as _,
    RS256PublicKey, RSAPublicKeyLike as _, UnixTimeStamp, VerificationOptions,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::claims::{AUDIENCE, AccessClaims, ISSUER, NOW};
use crate::contender::{SECRET, number};

type Verify = Box<dyn FnMut(&str) -> bool>;

fn boxed(verify: impl FnMut(&str) -> bool + 'static) -> Verify {
    Box::new(verify)
}

fn validation(algorithm: jsonwebtoken::Algorithm) -> jsonwebtoken::Validation {
    let mut validation = jsonwebtoken::Validation::new(algorithm);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[ISSUER]);
    // Its clock is its own, and the tokens are of a fixed moment.
    validation.validate_exp = false;
    validation
}

/// `jsonwebtoken` under a JWK; `None` where it does not know the algorithm.
pub(crate) fn jsonwebtoken(algorithm: Algorithm, jwk: &Value) -> Option<Verify> {
    let theirs = match algorithm {
        Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
        Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
        _ => return None,
    };
    let jwk = serde_json::from_value(jwk.clone()).expect("the peer reads our JWK");
    let key = jsonwebtoken::DecodingKey::from_jwk(&jwk).expect("the peer takes our key");
    let validation = validation(theirs);
    Some(boxed(move |token| jsonwebtoken::decode::<AccessClaims>(token, &key, &validation).is_ok()))
}

pub(crate) fn jsonwebtoken_mac() -> Verify {
    let key = jsonwebtoken::DecodingKey::from_secret(&SECRET);
    let validation = validation(jsonwebtoken::Algorithm::HS256);
    boxed(move |token| jsonwebtoken::decode::<AccessClaims>(token, &key, &validation).is_ok())
}

/// What `jwt-simple` leaves to its user; the registered claims it reads itself.
#[derive(Serialize, Deserialize)]
struct Rest {
    sid: String,
    client_id: String,
    auth_time: u64,
    amr: Vec<String>,
    scope: String,
}

fn options() -> VerificationOptions {
    VerificationOptions {
        artificial_time: Some(UnixTimeStamp::from_secs(NOW.as_seconds())),
        allowed_issuers: Some(HashSet::from([ISSUER.to_owned()])),
        allowed_audiences: Some(HashSet::from([AUDIENCE.to_owned()])),
        ..VerificationOptions::default()
    }
}

/// `jwt-simple` under a JWK; `None` where it is not measured. It takes its options anew with every call.
pub(crate) fn jwt_simple(algorithm: Algorithm, jwk: &Value) -> Option<Verify> {
    let options = options();
    match algorithm {
        Algorithm::EdDsa => {
            let key = Ed25519PublicKey::from_bytes(&number(jwk, "x")).expect("the peer takes our key");
            Some(boxed(move |token| key.verify_token::<Rest>(token, Some(options.clone())).is_ok()))
        }
        Algorithm::Es256 => {
            let point = [vec![4], number(jwk, "x"), number(jwk, "y")].concat();
            let key = ES256PublicKey::from_bytes(&point).expect("the peer takes our key");
            Some(boxed(move |token| key.verify_token::<Rest>(token, Some(options.clone())).is_ok()))
        }
        Algorithm::Rs256 => {
            let key = RS256PublicKey::from_components(&number(jwk, "n"), &number(jwk, "e")).expect("the peer takes our key");
            Some(boxed(move |token| key.verify_token::<Rest>(token, Some(options.clone())).is_ok()))
        }
        _ => None,
    }
}

pub(crate) fn jwt_simple_mac() -> Verify {
    let (key, options) = (HS256Key::from_bytes(&SECRET), options());
    boxed(move |token| key.verify_token::<Rest>(token, Some(options.clone())).is_ok())
}
