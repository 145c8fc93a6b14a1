//! Keys. A key knows its algorithm and the one name it goes by, and the header of a token may only agree.
//!
//! 1. The name in a header must be the key's name, byte for byte.
//! 2. Only an Ed25519 key that came without a name (PEM, DER, a JWK without `alg`) answers to two, `EdDSA` and `Ed25519`; it signs as
//!    `EdDSA`, which every library knows.
//! 3. A key is parsed once, when it is made; signing and verifying parse nothing.
//!
//! Symmetric keys are another type: a key that verifies and can also sign must never stand where a public key is expected.

use std::fmt;
use std::sync::Arc;

use cloakroom_primitives::{Random, Secret};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use zeroize::Zeroizing;

use crate::crypto::{
    Ed25519Pair, Ed25519Public, Es256Pair, Es256Public, KeyKind, Rs256Pair, Rs256Public, pkcs8_kind, rsa_public_key,
    subject_public_key,
};
use crate::jwk::Material;
use crate::{Algorithm, Jwk, JwtError, KeyError, SignError};

/// A private key, for signing. Its `kid` is the RFC 7638 thumbprint of its public part. Clones share the parsed key.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<Pair>,
    verifying: VerifyingKey,
}

enum Pair {
    Ed25519(Ed25519Pair),
    Es256(Es256Pair),
    Rs256(Rs256Pair),
}

impl SigningKey {
    /// Makes a new key that goes by the name of `algorithm`.
    ///
    /// Ed25519 and P-256 keys follow from `random`. RSA keys have 3,072 bits and come from the generator of `aws-lc-rs`, which takes no
    /// randomness from outside; finding the primes can take a second.
    pub fn generate(algorithm: Algorithm, random: &dyn Random) -> Result<Self, KeyError> {
        let pair = match algorithm {
            Algorithm::EdDsa | Algorithm::Ed25519 => Pair::Ed25519(Ed25519Pair::generate(random)?),
            Algorithm::Es256 => Pair::Es256(Es256Pair::generate(random)?),
            Algorithm::Rs256 => Pair::Rs256(Rs256Pair::generate()?),
        };
        Self::new(pair, Some(algorithm))
    }

    /// Reads the first `PRIVATE KEY` section (PKCS#8) of a PEM file.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem)
            .map_err(|_| KeyError::Malformed { reason: "no PRIVATE KEY section (PKCS#8) in the PEM" })?;
        Self::from_pkcs8_der(Zeroizing::new(der).secret_pkcs8_der())
    }

    /// Reads a PKCS#8 structure (RFC 5958). The file does not say by which name an Ed25519 key goes: see [`SigningKey::named`].
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let kind = pkcs8_kind(der).ok_or(KeyError::Unsupported { reason: "not an Ed25519, P-256 or RSA key in PKCS#8" })?;
        let pair = match kind {
            KeyKind::Ed25519 => Pair::Ed25519(Ed25519Pair::from_pkcs8(der)?),
            KeyKind::P256 => Pair::Es256(Es256Pair::from_pkcs8(der)?),
            KeyKind::Rsa => Pair::Rs256(Rs256Pair::from_pkcs8(der)?),
        };
        Self::new(pair, None)
    }

    fn new(pair: Pair, name: Option<Algorithm>) -> Result<Self, KeyError> {
        let material = match &pair {
            Pair::Ed25519(pair) => Material::Ed25519 { x: pair.public() },
            Pair::Es256(pair) => p256(&pair.public())?,
            Pair::Rs256(pair) => rsa(pair.public())?,
        };
        let verifying = VerifyingKey::new(material, None, name)?;
        Ok(Self { pair: Arc::new(pair), verifying })
    }

    /// The same key under one name. Fails with [`KeyError::Inconsistent`] when a key of its kind cannot go by that name.
    ///
    /// For a key that is kept as DER with its name beside it: the DER of an Ed25519 key does not tell `EdDSA` from `Ed25519`.
    pub fn named(&self, name: Algorithm) -> Result<Self, KeyError> {
        Ok(Self { pair: Arc::clone(&self.pair), verifying: self.verifying.named(name)? })
    }

    /// The key as a PKCS#8 structure of version 1, which every library reads.
    pub fn to_pkcs8_der(&self) -> Secret<Vec<u8>> {
        match &*self.pair {
            Pair::Ed25519(pair) => pair.to_pkcs8(),
            Pair::Es256(pair) => pair.to_pkcs8(),
            Pair::Rs256(pair) => pair.to_pkcs8(),
        }
    }

    /// Its public part.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// What it is called: the thumbprint, 43 characters.
    pub fn kid(&self) -> &str {
        self.verifying.kid()
    }

    /// The name it signs under.
    pub fn algorithm(&self) -> Algorithm {
        self.verifying.algorithm()
    }

    pub(crate) fn sign(&self, signing_input: &[u8]) -> Result<Vec<u8>, SignError> {
        match &*self.pair {
            Pair::Ed25519(pair) => pair.sign(signing_input),
            Pair::Es256(pair) => pair.sign(signing_input),
            Pair::Rs256(pair) => pair.sign(signing_input),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("algorithm", &self.algorithm()).field("kid", &self.kid()).finish_non_exhaustive()
    }
}

/// A public key, for verifying. Clones share the parsed key.
#[derive(Clone)]
pub struct VerifyingKey {
    public: Arc<Public>,
    kid: Arc<str>,
    /// Without a name only where the key came without one.
    name: Option<Algorithm>,
    jwk: Arc<Jwk>,
}

enum Public {
    Ed25519(Ed25519Public),
    Es256(Es256Public),
    Rs256(Rs256Public),
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
        let (kind, bytes) =
            subject_public_key(&der).ok_or(KeyError::Unsupported { reason: "not an Ed25519, P-256 or RSA key in SPKI" })?;
        let material = match kind {
            KeyKind::Ed25519 => {
                let x = bytes.try_into().map_err(|_| KeyError::Malformed { reason: "an Ed25519 key that has not 32 bytes" })?;
                Material::Ed25519 { x }
            }
            KeyKind::P256 => p256(bytes)?,
            KeyKind::Rsa => rsa(bytes)?,
        };
        Self::new(material, None, None)
    }

    fn new(material: Material, kid: Option<&str>, name: Option<Algorithm>) -> Result<Self, KeyError> {
        let (public, only_name) = match &material {
            Material::Ed25519 { x } => (Public::Ed25519(Ed25519Public::new(x)?), None),
            Material::P256 { x, y } => (Public::Es256(Es256Public::new(x, y)?), Some(Algorithm::Es256)),
            Material::Rsa { n, e } => (Public::Rs256(Rs256Public::new(n, e)?), Some(Algorithm::Rs256)),
        };
        let name = name.or(only_name);
        let thumbprint = material.thumbprint();
        let kid = kid.unwrap_or(&thumbprint);
        let jwk = Jwk::new(Some(kid.to_owned()), Some(name.unwrap_or(Algorithm::EdDsa)), material)?;
        Ok(Self { public: Arc::new(public), kid: kid.into(), name, jwk: Arc::new(jwk) })
    }

    fn named(&self, name: Algorithm) -> Result<Self, KeyError> {
        let jwk = Jwk::new(Some(self.kid.to_string()), Some(name), self.jwk.material().clone())?;
        Ok(Self { name: Some(name), jwk: Arc::new(jwk), ..self.clone() })
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

    /// Checks a signature over raw bytes. Fails with [`JwtError::Untrusted`]; it looks at no header.
    pub fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), JwtError> {
        let is_good = match &*self.public {
            Public::Ed25519(public) => public.verifies(signing_input, signature),
            Public::Es256(public) => public.verifies(signing_input, signature),
            Public::Rs256(public) => public.verifies(signing_input, signature),
        };
        if is_good { Ok(()) } else { Err(JwtError::Untrusted { reason: "the signature is not good" }) }
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

fn p256(point: &[u8]) -> Result<Material, KeyError> {
    let not_uncompressed = KeyError::Unsupported { reason: "a P-256 point that is not uncompressed" };
    let coordinates = point.strip_prefix(&[4]).ok_or(not_uncompressed)?;
    let (x, y) = coordinates.split_at_checked(32).ok_or(not_uncompressed)?;
    Ok(Material::P256 { x: x.try_into().map_err(|_| not_uncompressed)?, y: y.try_into().map_err(|_| not_uncompressed)? })
}

fn rsa(der: &[u8]) -> Result<Material, KeyError> {
    let (n, e) = rsa_public_key(der).ok_or(KeyError::Malformed { reason: "not an RSAPublicKey" })?;
    Ok(Material::Rsa { n: n.to_vec(), e: e.to_vec() })
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::{SeededRandom, decode_base64url, encode_base64url};

    use super::*;

    fn generate(algorithm: Algorithm) -> SigningKey {
        SigningKey::generate(algorithm, &SeededRandom::new(1)).unwrap()
    }

    #[test]
    fn a_key_survives_its_file() {
        for algorithm in Algorithm::ALL {
            let key = generate(algorithm);
            let again = SigningKey::from_pkcs8_der(key.to_pkcs8_der().expose()).unwrap();
            assert_eq!(again.kid(), key.kid(), "{algorithm}");
            let signature = again.sign(b"message").unwrap();
            assert_eq!(key.verifying_key().verify(b"message", &signature), Ok(()), "{algorithm}");
            assert!(key.verifying_key().verify(b"massage", &signature).is_err(), "{algorithm}");
        }
    }

    #[test]
    fn a_key_answers_to_its_own_name_alone() {
        for name in Algorithm::ALL {
            let key = generate(name);
            for other in Algorithm::ALL {
                assert_eq!(key.verifying_key().answers_to(other), name == other, "{name} {other}");
            }
            assert_eq!(key.verifying_key().to_jwk().algorithm(), Some(name));
        }
    }

    #[test]
    fn an_ed25519_key_without_a_name_answers_to_both_until_it_is_named() {
        let unnamed = SigningKey::from_pkcs8_der(generate(Algorithm::Ed25519).to_pkcs8_der().expose()).unwrap();
        assert_eq!(unnamed.algorithm(), Algorithm::EdDsa);
        assert!(unnamed.verifying_key().answers_to(Algorithm::EdDsa) && unnamed.verifying_key().answers_to(Algorithm::Ed25519));
        assert!(!unnamed.verifying_key().answers_to(Algorithm::Es256));
        let named = unnamed.named(Algorithm::Ed25519).unwrap();
        assert_eq!((named.algorithm(), named.kid()), (Algorithm::Ed25519, unnamed.kid()));
        assert!(!named.verifying_key().answers_to(Algorithm::EdDsa));
        assert!(matches!(unnamed.named(Algorithm::Es256), Err(KeyError::Inconsistent { .. })));
    }

    #[test]
    fn a_key_does_not_print_itself() {
        let key = generate(Algorithm::EdDsa);
        let shown = format!("{key:?}");
        assert_eq!(shown, format!("SigningKey {{ algorithm: EdDsa, kid: {:?}, .. }}", key.kid()));
    }

    #[test]
    fn the_signature_is_that_of_rfc_8037() {
        // RFC 8037 §A.1 and §A.4: the seed, the signing input, and the signature that follows from them.
        let seed = decode_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        let der = [&[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20][..], &seed]
            .concat();
        let key = SigningKey::from_pkcs8_der(&der).unwrap();
        let signature = key.sign(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc").unwrap();
        let printed = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        assert_eq!(encode_base64url(&signature), printed);
        assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn bytes_that_are_no_key_are_refused() {
        let der = generate(Algorithm::Es256).to_pkcs8_der().expose().clone();
        for bytes in [&[][..], b"junk", &der[..der.len() - 1], &[&der[..], &[0]].concat()] {
            assert!(SigningKey::from_pkcs8_der(bytes).is_err());
            assert!(SigningKey::from_pem(bytes).is_err());
            assert!(VerifyingKey::from_pem(bytes).is_err());
        }
    }
}
