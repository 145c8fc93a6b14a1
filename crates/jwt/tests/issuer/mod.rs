//! An issuer with one key that also signs what no honest issuer would.

use std::sync::LazyLock;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, ML_DSA_44_SIGNING, ML_DSA_65_SIGNING, ML_DSA_87_SIGNING, PqdsaKeyPair,
    PqdsaSigningAlgorithm, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
    RsaKeyPair, RsaSignatureEncoding,
};
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
        let key = key(algorithm);
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

    /// A signature made by the cryptographic library itself, with nothing of ours in between.
    pub(crate) fn signature(&self, input: &[u8]) -> Vec<u8> {
        let der = self.key.to_pkcs8_der();
        let der = der.expose();
        match self.key.algorithm() {
            Algorithm::Es256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING, der, input),
            Algorithm::Es384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING, der, input),
            Algorithm::Es512 => ecdsa(&ECDSA_P521_SHA512_FIXED_SIGNING, der, input),
            Algorithm::Rs256 => rsa(&RSA_PKCS1_SHA256, der, input),
            Algorithm::Rs384 => rsa(&RSA_PKCS1_SHA384, der, input),
            Algorithm::Rs512 => rsa(&RSA_PKCS1_SHA512, der, input),
            Algorithm::Ps256 => rsa(&RSA_PSS_SHA256, der, input),
            Algorithm::Ps384 => rsa(&RSA_PSS_SHA384, der, input),
            Algorithm::Ps512 => rsa(&RSA_PSS_SHA512, der, input),
            Algorithm::MlDsa44 => ml_dsa(&ML_DSA_44_SIGNING, der, input),
            Algorithm::MlDsa65 => ml_dsa(&ML_DSA_65_SIGNING, der, input),
            Algorithm::MlDsa87 => ml_dsa(&ML_DSA_87_SIGNING, der, input),
            _ => Ed25519KeyPair::from_pkcs8(der).expect("our own DER is good").sign(input).as_ref().to_vec(),
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

/// The key of every issuer of that algorithm. RSA keys are slow to make, so all of them are one key by different names.
pub(crate) fn key(algorithm: Algorithm) -> SigningKey {
    static RSA: LazyLock<SigningKey> = LazyLock::new(|| generate(Algorithm::Rs256));

    if RSA_NAMES.contains(&algorithm) {
        RSA.named(algorithm).expect("an RSA key goes by any name of RSA")
    } else {
        generate(algorithm)
    }
}

const RSA_NAMES: [Algorithm; 6] =
    [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512, Algorithm::Ps256, Algorithm::Ps384, Algorithm::Ps512];

fn generate(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm, &SeededRandom::new(1)).expect("a key can be generated")
}

fn ecdsa(algorithm: &'static EcdsaSigningAlgorithm, der: &[u8], input: &[u8]) -> Vec<u8> {
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, der).expect("our own DER is good");
    pair.sign(&SystemRandom::new(), input).expect("the key signs").as_ref().to_vec()
}

fn rsa(encoding: &'static RsaSignatureEncoding, der: &[u8], input: &[u8]) -> Vec<u8> {
    let pair = RsaKeyPair::from_pkcs8(der).expect("our own DER is good");
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(encoding, &SystemRandom::new(), input, &mut signature).expect("the key signs");
    signature
}

fn ml_dsa(algorithm: &'static PqdsaSigningAlgorithm, der: &[u8], input: &[u8]) -> Vec<u8> {
    let pair = PqdsaKeyPair::from_pkcs8(algorithm, der).expect("our own DER is good");
    let mut signature = vec![0; algorithm.signature_len()];
    pair.sign(input, &mut signature).expect("the key signs");
    signature
}
