//! Our side of the table: a key of any algorithm, what signs with it and what verifies under it.

use aws_lc_rs::hmac;
use cloakroom_jwt::{Algorithm, MacAlgorithm, MacKey, MacVerifier, RegisteredClaims, Verifier, sign, sign_with_mac};
use cloakroom_primitives::{Random, SeededRandom, encode_base64url};
use serde_json::{Value, json};

use crate::claims::NOW;
use crate::issuer::{Issuer, expectation};

pub(crate) enum Party {
    Pair(Box<Issuer>),
    Mac { secret: Vec<u8>, key: MacKey, verifier: Box<MacVerifier<RegisteredClaims>> },
}

const MAC_KID: &str = "shared";

impl Party {
    /// A party whose key goes by that name.
    pub(crate) fn named(alg: &str) -> Self {
        if let Some(algorithm) = Algorithm::parse(alg) {
            return Self::Pair(Box::new(Issuer::new(algorithm)));
        }
        let algorithm = MacAlgorithm::parse(alg).expect("every name is of one kind or the other");
        let mut secret = vec![0; 64];
        SeededRandom::new(1).fill(&mut secret);
        let json = json!({ "kty": "oct", "alg": alg, "kid": MAC_KID, "k": encode_base64url(&secret) });
        let key = MacKey::from_jwk(json.to_string().as_bytes()).expect("the secret is long enough");
        assert_eq!(key.algorithm(), algorithm);
        let verifier = Box::new(MacVerifier::new(key.clone(), expectation(), 16));
        Self::Mac { secret, key, verifier }
    }

    pub(crate) fn alg(&self) -> &'static str {
        match self {
            Self::Pair(issuer) => issuer.key.algorithm().name(),
            Self::Mac { key, .. } => key.algorithm().name(),
        }
    }

    pub(crate) fn kid(&self) -> &str {
        match self {
            Self::Pair(issuer) => issuer.key.kid(),
            Self::Mac { .. } => MAC_KID,
        }
    }

    pub(crate) fn sign(&self, claims: &RegisteredClaims) -> String {
        match self {
            Self::Pair(issuer) => sign(claims, "at+jwt", &issuer.key),
            Self::Mac { key, .. } => sign_with_mac(claims, "at+jwt", key),
        }
        .expect("claims can be signed")
    }

    /// A token over any header and payload, with a good signature.
    pub(crate) fn forge(&self, header: &str, payload: &str) -> String {
        match self {
            Self::Pair(issuer) => issuer.forge(header, payload),
            Self::Mac { secret, key, .. } => {
                let hash = match key.algorithm() {
                    MacAlgorithm::Hs384 => hmac::HMAC_SHA384,
                    MacAlgorithm::Hs512 => hmac::HMAC_SHA512,
                    _ => hmac::HMAC_SHA256,
                };
                let input = format!("{}.{}", encode_base64url(header.as_bytes()), encode_base64url(payload.as_bytes()));
                let tag = hmac::sign(&hmac::Key::new(hash, secret), input.as_bytes());
                format!("{input}.{}", encode_base64url(tag.as_ref()))
            }
        }
    }

    pub(crate) fn header(&self) -> String {
        json!({ "alg": self.alg(), "kid": self.kid(), "typ": "at+jwt" }).to_string()
    }

    /// What a good token says; `None` where it is refused.
    pub(crate) fn read(&self, token: &str) -> Option<RegisteredClaims> {
        match self {
            Self::Pair(issuer) => {
                let verifier: &Verifier<_> = &issuer.verifier;
                verifier.verify(token, NOW).ok().map(|token| (*token.claims).clone())
            }
            Self::Mac { verifier, .. } => verifier.verify(token, NOW).ok().map(|claims| (*claims).clone()),
        }
    }

    /// The key that verifies, as a JWK.
    pub(crate) fn verifying_jwk(&self) -> Value {
        match self {
            Self::Pair(issuer) => serde_json::to_value(issuer.key.verifying_key().to_jwk()).expect("a JWK can be written"),
            Self::Mac { secret, .. } => json!({ "kty": "oct", "alg": self.alg(), "k": encode_base64url(secret) }),
        }
    }

    /// The thumbprint of a public key.
    pub(crate) fn thumbprint(&self) -> Option<String> {
        match self {
            Self::Pair(issuer) => Some(issuer.key.verifying_key().to_jwk().thumbprint()),
            Self::Mac { .. } => None,
        }
    }

    /// The key that signs, where it is another: PKCS#8.
    pub(crate) fn signing_der(&self) -> Option<Vec<u8>> {
        match self {
            Self::Pair(issuer) => Some(issuer.key.to_pkcs8_der().expose().clone()),
            Self::Mac { .. } => None,
        }
    }

    /// The same in PEM.
    pub(crate) fn signing_pem(&self) -> Option<String> {
        let mut base64 = encode_base64url(&self.signing_der()?).replace('-', "+").replace('_', "/");
        base64.extend(std::iter::repeat_n('=', (4 - base64.len() % 4) % 4));
        let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| str::from_utf8(line).expect("base64 is ASCII")).collect();
        Some(format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n")))
    }

    pub(crate) fn secret(&self) -> Option<&[u8]> {
        match self {
            Self::Pair(_) => None,
            Self::Mac { secret, .. } => Some(secret),
        }
    }
}
