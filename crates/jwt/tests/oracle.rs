//! The `jsonwebtoken` crate as an oracle: it takes what we sign, and we take what it signs.

mod issuer;

use cloakroom_jwt::{Algorithm, Jwk, RegisteredClaims, sign};
use issuer::{GOOD, Issuer};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
use serde_json::Value;

fn theirs(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
        Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
        _ => jsonwebtoken::Algorithm::EdDSA,
    }
}

/// The names both know; the oracle has no `Ed25519`.
const SHARED: [Algorithm; 3] = [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256];

fn encoding_key(issuer: &Issuer) -> EncodingKey {
    let der = issuer.key.to_pkcs8_der();
    match issuer.key.algorithm() {
        Algorithm::Es256 => EncodingKey::from_ec_der(der.expose()),
        // The oracle wants the RSAPrivateKey inside, which follows 26 bytes of PKCS#8.
        Algorithm::Rs256 => EncodingKey::from_rsa_der(&der.expose()[26..]),
        _ => EncodingKey::from_ed_der(der.expose()),
    }
}

fn decoding_key(jwk: &Jwk) -> DecodingKey {
    let jwk = serde_json::to_string(jwk).expect("a JWK can be written");
    DecodingKey::from_jwk(&serde_json::from_str(&jwk).expect("the oracle reads our JWK")).expect("the oracle takes our key")
}

fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(theirs(algorithm));
    validation.set_audience(&["api"]);
    validation.validate_exp = false;
    validation
}

#[test]
fn the_oracle_takes_what_we_sign() {
    for algorithm in SHARED {
        let issuer = Issuer::new(algorithm);
        let claims: RegisteredClaims = serde_json::from_str(GOOD).unwrap();
        let token = sign(&claims, "at+jwt", &issuer.key).unwrap();
        let decoding = decoding_key(&issuer.key.verifying_key().to_jwk());
        let read = jsonwebtoken::decode::<RegisteredClaims>(&token, &decoding, &validation(algorithm)).unwrap();
        assert_eq!(read.claims, claims, "{algorithm}");
        assert_eq!((read.header.kid.as_deref(), read.header.typ.as_deref()), (Some(issuer.key.kid()), Some("at+jwt")));
    }
}

#[test]
fn we_take_what_the_oracle_signs() {
    for algorithm in SHARED {
        let issuer = Issuer::new(algorithm);
        let mut header = Header::new(theirs(algorithm));
        (header.kid, header.typ) = (Some(issuer.key.kid().to_owned()), Some("at+jwt".to_owned()));
        let claims: Value = serde_json::from_str(GOOD).unwrap();
        let token = jsonwebtoken::encode(&header, &claims, &encoding_key(&issuer)).unwrap();
        assert_eq!(issuer.verify(&token).unwrap().claims.sub.as_deref(), Some("ada"), "{algorithm}");
    }
}

#[test]
fn the_oracle_refuses_nothing_that_we_take() {
    for algorithm in SHARED {
        let issuer = Issuer::new(algorithm);
        let decoding = decoding_key(&issuer.key.verifying_key().to_jwk());
        let token = issuer.good();
        for index in 0..token.len() {
            for replacement in ['A', 'b', '_', '.'] {
                let mut changed = token.clone();
                changed.replace_range(index..=index, &replacement.to_string());
                if issuer.verify(&changed).is_ok() {
                    let read = jsonwebtoken::decode::<Value>(&changed, &decoding, &validation(algorithm));
                    assert!(read.is_ok(), "{algorithm} {index} {replacement}");
                    assert_eq!(changed, token, "{algorithm} {index} {replacement}");
                }
            }
        }
    }
}

#[test]
fn the_oracle_finds_the_same_thumbprint() {
    for algorithm in SHARED {
        let jwk = Issuer::new(algorithm).key.verifying_key().to_jwk();
        let read: jsonwebtoken::jwk::Jwk = serde_json::from_str(&serde_json::to_string(&jwk).unwrap()).unwrap();
        let theirs = read.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap();
        assert_eq!(theirs, jwk.thumbprint(), "{algorithm}");
    }
}
