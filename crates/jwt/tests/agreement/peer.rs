//! The crate `jsonwebtoken`, in this process.

use cloakroom_jwt::RegisteredClaims;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde_json::Value;

use crate::party::Party;
use crate::{bent, claims};

fn algorithm(party: &Party) -> Algorithm {
    party.alg().parse().expect("the peer knows the name")
}

fn decoding_key(party: &Party) -> DecodingKey {
    match party.secret() {
        Some(secret) => DecodingKey::from_secret(secret),
        None => DecodingKey::from_jwk(&serde_json::from_value(party.verifying_jwk()).expect("the peer reads our JWK"))
            .expect("the peer takes our key"),
    }
}

fn encoding_key(party: &Party) -> EncodingKey {
    let Some(der) = party.signing_der() else {
        return EncodingKey::from_secret(party.secret().expect("a party has a pair or a secret"));
    };
    match party.alg() {
        "EdDSA" => EncodingKey::from_ed_der(&der),
        "ES256" | "ES384" => EncodingKey::from_ec_der(&der),
        // The peer wants the RSAPrivateKey inside, which follows 26 bytes of PKCS#8.
        _ => EncodingKey::from_rsa_der(&der[26..]),
    }
}

fn validation(party: &Party) -> Validation {
    let mut validation = Validation::new(algorithm(party));
    validation.set_audience(&["api"]);
    validation.set_issuer(&["https://id.example"]);
    validation.validate_nbf = true;
    validation.leeway = 0;
    validation
}

pub(crate) fn takes_what_we_sign(party: &Party, count: usize) {
    let (key, validation) = (decoding_key(party), validation(party));
    for number in 0..count {
        let claims = claims::numbered(number);
        let token = party.sign(&claims);
        let read = decode::<RegisteredClaims>(&token, &key, &validation).map(|token| token.claims);
        assert_eq!(read.ok(), Some(claims), "{}: {token}", party.alg());
    }
}

pub(crate) fn signs_what_we_take(party: &Party, count: usize) {
    let key = encoding_key(party);
    let mut header = Header::new(algorithm(party));
    (header.kid, header.typ) = (Some(party.kid().to_owned()), Some("at+jwt".to_owned()));
    for number in 0..count {
        let claims = claims::numbered(number);
        let token = encode(&header, &claims, &key).expect("the peer signs");
        assert_eq!(party.read(&token), Some(claims), "{}: {token}", party.alg());
    }
}

pub(crate) fn takes_whatever_we_take_of_bent_tokens(party: &Party) {
    let (key, validation) = (decoding_key(party), validation(party));
    let mut taken = 0;
    for token in bent::tokens(party) {
        if party.read(&token).is_some() {
            assert!(decode::<Value>(&token, &key, &validation).is_ok(), "{}: only we take {token}", party.alg());
            taken += 1;
        }
    }
    assert!(taken >= 5, "{}: {taken} bent tokens were good", party.alg());
}
