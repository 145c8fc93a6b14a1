//! An issuer with one key that also signs what no honest issuer would.

use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use cloakroom_jwt::{Algorithm, Expectation, JwtError, KeyRing, KeyRingHandle, RegisteredClaims, SigningKey, Verified, Verifier};
use cloakroom_primitives::{SeededRandom, Timestamp, encode_base64url};

/// A moment at which the good payload is good.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_000);

/// A payload that meets the expectation at [`NOW`].
pub(crate) const GOOD: &str = r#"{"iss":"https://id.example","sub":"ada","aud":"api","exp":1300}"#;

pub(crate) struct Issuer {
    pub(crate) key: SigningKey,
    pub(crate) verifier: Verifier<RegisteredClaims>,
}

impl Issuer {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let key = SigningKey::generate(algorithm, &SeededRandom::new(1)).expect("a key can be generated");
        let verifier = Verifier::new(KeyRingHandle::new(KeyRing::of(key.clone())), expectation(), 64);
        Self { key, verifier }
    }

    /// A header that is as it should be.
    pub(crate) fn header(&self) -> String {
        format!(r#"{{"alg":"{}","kid":"{}","typ":"at+jwt"}}"#, self.key.algorithm(), self.key.kid())
    }

    /// A token over any header and payload, with a good signature.
    pub(crate) fn forge(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        self.forge_encoded(&encode_base64url(header.as_ref()), &encode_base64url(payload.as_ref()))
    }

    /// The same over parts that need not be base64url.
    pub(crate) fn forge_encoded(&self, header: &str, payload: &str) -> String {
        let input = format!("{header}.{payload}");
        format!("{input}.{}", encode_base64url(&self.signature(input.as_bytes())))
    }

    pub(crate) fn signature(&self, input: &[u8]) -> Vec<u8> {
        let der = self.key.to_pkcs8_der();
        let random = SystemRandom::new();
        match self.key.algorithm() {
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.expose()).expect("our own DER is good");
                pair.sign(&random, input).expect("the key signs").as_ref().to_vec()
            }
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(der.expose()).expect("our own DER is good");
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, input, &mut signature).expect("the key signs");
                signature
            }
            _ => Ed25519KeyPair::from_pkcs8(der.expose()).expect("our own DER is good").sign(input).as_ref().to_vec(),
        }
    }

    /// A token that is good at [`NOW`].
    pub(crate) fn good(&self) -> String {
        self.forge(self.header(), GOOD)
    }

    pub(crate) fn verify(&self, token: &str) -> Result<Verified<RegisteredClaims>, JwtError> {
        self.verifier.verify(token, NOW)
    }
}

pub(crate) fn expectation() -> Expectation {
    Expectation {
        issuer: "https://id.example".to_owned(),
        audiences: vec!["api".to_owned()],
        typ: "at+jwt".to_owned(),
        leeway: Duration::ZERO,
    }
}
