//! Public keys. A key knows its algorithm and the one name it goes by, and the header of a token may only agree.
//!
//! 1. The name in a header must be the key's name, byte for byte.
//! 2. Only an Ed25519 key that came without a name (PEM, DER, a JWK without `alg`) answers to two, `EdDSA` and `Ed25519`; it signs as
//!    `EdDSA`, which every library knows.
//! 3. An RSA key that came without a name is for `RS256` alone. Whoever knows that it is for another names it ([`VerifyingKey::named`]);
//!    no header can.
//! 4. A key is parsed once, when it is made; verifying parses nothing.
//!
//! Symmetric keys are another type: a key that verifies and can also sign must never stand where a public key is expected.

use std::fmt;
use std::sync::Arc;

use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject;

use crate::crypto::{EcdsaPublic, Ed25519Public, MlDsaPublic, RsaPublic, Scheme, subject_public_key};
use crate::material::Material;
use crate::{Algorithm, Jwk, JwtError, KeyError};

const BAD_SIGNATURE: JwtError = JwtError::Untrusted { reason: "the signature is not good" };

/// A public key, for verifying. Clones share the parsed key.
#[derive(Clone)]
pub struct VerifyingKey {
    public: Arc<Public>,
    kid: Arc<str>,
    /// Without a name only an Ed25519 key that came without one.
    name: Option<Algorithm>,
    jwk: Arc<Jwk>,
}

enum Public {
    Ed25519(Ed25519Public),
    Ecdsa(EcdsaPublic),
    Rsa(RsaPublic),
    MlDsa(MlDsaPublic),
}

impl Public {
    /// Parses a key for what its name asks for. Fails when a key of that material cannot go by that name.
    fn parse(material: &Material, algorithm: Algorithm) -> Result<Self, KeyError> {
        match (material, algorithm.scheme()) {
            (Material::Ed25519 { x }, Scheme::Ed25519) => Ed25519Public::new(x).map(Self::Ed25519),
            (Material::Ec { curve, x, y }, Scheme::Ecdsa(asked)) if *curve == asked => {
                EcdsaPublic::new(asked, x, y).map(Self::Ecdsa)
            }
            (Material::Rsa { n, e }, Scheme::Rsa(scheme)) => RsaPublic::new(scheme, n, e).map(Self::Rsa),
            (Material::MlDsa { set, key }, Scheme::MlDsa(asked)) if *set == asked => {
                MlDsaPublic::new(asked, key).map(Self::MlDsa)
            }
            _ => Err(KeyError::Inconsistent { reason: "alg is not for this kind of key" }),
        }
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => key.verifies(message, signature),
            Self::Ecdsa(key) => key.verifies(message, signature),
            Self::Rsa(key) => key.verifies(message, signature),
            Self::MlDsa(key) => key.verifies(message, signature),
        }
    }
}

impl VerifyingKey {
    /// Takes a key from a key set. A key without a `kid` is called by its thumbprint.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        Self::new(jwk.material().clone(), jwk.kid(), jwk.algorithm())
    }

    /// Reads the first `PUBLIC KEY` section (SPKI, RFC 5280 §4.1) of a PEM file; the key is called by its thumbprint.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let der = SubjectPublicKeyInfoDer::from_pem_slice(pem)
            .map_err(|_| KeyError::Malformed { reason: "no PUBLIC KEY section (SPKI) in the PEM" })?;
        Self::from_spki_der(&der)
    }

    /// Reads a SPKI structure (RFC 5280 §4.1); the key is called by its thumbprint.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        let (kind, bytes) = subject_public_key(der)
            .ok_or(KeyError::Unsupported { reason: "not an Ed25519, P-256, P-384, P-521, RSA or ML-DSA key in SPKI" })?;
        Self::new(Material::from_public_key(kind, bytes)?, None, None)
    }

    pub(crate) fn new(material: Material, kid: Option<&str>, name: Option<Algorithm>) -> Result<Self, KeyError> {
        let shown = name.unwrap_or(material.usual_name());
        let public = Public::parse(&material, shown)?;
        let name = name.or((shown != Algorithm::EdDsa).then_some(shown));
        let kid = kid.map_or_else(|| material.thumbprint(), str::to_owned);
        let jwk = Jwk::new(Some(kid.clone()), Some(shown), material)?;
        Ok(Self { public: Arc::new(public), kid: kid.into(), name, jwk: Arc::new(jwk) })
    }

    /// The same key under one name. Fails with [`KeyError::Inconsistent`] when a key of its kind cannot go by that name.
    ///
    /// For a key that came without a name from somebody who has told it otherwise: neither PEM nor DER says whether an RSA key is for
    /// `RS256` or for `PS384`.
    pub fn named(&self, name: Algorithm) -> Result<Self, KeyError> {
        Self::new(self.jwk.material().clone(), Some(&self.kid), Some(name))
    }

    /// What it is called.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    pub(crate) fn shared_kid(&self) -> Arc<str> {
        Arc::clone(&self.kid)
    }

    /// The name it goes by; for a key that answers to both names of Ed25519, [`Algorithm::EdDsa`].
    pub fn algorithm(&self) -> Algorithm {
        self.name.unwrap_or(Algorithm::EdDsa)
    }

    /// Whether a header that names `algorithm` may be about this key.
    pub fn answers_to(&self, algorithm: Algorithm) -> bool {
        self.name.map_or(matches!(algorithm, Algorithm::EdDsa | Algorithm::Ed25519), |name| name == algorithm)
    }

    /// Whether a header that names `alg` may be about this key, byte for byte.
    pub(crate) fn answers_to_name(&self, alg: &str) -> bool {
        match self.name {
            Some(name) => name.name() == alg,
            None => [Algorithm::EdDsa, Algorithm::Ed25519].iter().any(|name| name.name() == alg),
        }
    }

    /// Checks a signature over raw bytes. Fails with [`JwtError::Untrusted`]; it looks at no header.
    pub fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), JwtError> {
        if self.public.verifies(signing_input, signature) { Ok(()) } else { Err(BAD_SIGNATURE) }
    }

    /// The key as JSON shows it, with its `kid` and the name it goes by.
    pub fn to_jwk(&self) -> Jwk {
        Jwk::clone(&self.jwk)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("algorithm", &self.algorithm()).field("kid", &self.kid).finish_non_exhaustive()
    }
}
