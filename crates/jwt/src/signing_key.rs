//! Private keys. What one signs is signed under the one name its public part goes by.
//!
//! 1. A key is parsed once, when it is made; signing parses nothing.
//! 2. A key is called by the thumbprint of its public part, unless its JWK calls it something else.
//! 3. Where a file holds the public part too, it must be the one that follows from the private part.

use std::fmt;
use std::sync::Arc;

use cloakroom_primitives::{Random, Secret};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use zeroize::Zeroizing;

use crate::crypto::{EcdsaPair, Ed25519Pair, KeyKind, MlDsaPair, RsaPair, Scheme, pkcs8_kind};
use crate::jwk_members::PrivateMembers;
use crate::material::Material;
use crate::{Algorithm, Jwk, KeyError, SignError, VerifyingKey};

/// A private key, for signing. Clones share the parsed key.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<Pair>,
    verifying: VerifyingKey,
}

enum Pair {
    Ed25519(Ed25519Pair),
    Ecdsa(EcdsaPair),
    Rsa(RsaPair),
    MlDsa(MlDsaPair),
}

impl SigningKey {
    /// Makes a new key that goes by the name of `algorithm`.
    ///
    /// All but RSA keys follow from `random`. RSA keys have 3,072 bits and come from the generator of `aws-lc-rs`, which takes no
    /// randomness from outside; finding the primes can take a second.
    pub fn generate(algorithm: Algorithm, random: &dyn Random) -> Result<Self, KeyError> {
        let pair = match algorithm.scheme().kind() {
            KeyKind::Ed25519 => Pair::Ed25519(Ed25519Pair::generate(random)?),
            KeyKind::Ec(curve) => Pair::Ecdsa(EcdsaPair::generate(curve, random)?),
            KeyKind::Rsa => Pair::Rsa(RsaPair::generate()?),
            KeyKind::MlDsa(set) => Pair::MlDsa(MlDsaPair::generate(set, random)?),
        };
        Self::new(pair, algorithm.scheme().kind(), None, Some(algorithm))
    }

    /// Reads the first `PRIVATE KEY` section (PKCS#8) of a PEM file.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem)
            .map_err(|_| KeyError::Malformed { reason: "no PRIVATE KEY section (PKCS#8) in the PEM" })?;
        Self::from_pkcs8_der(Zeroizing::new(der).secret_pkcs8_der())
    }

    /// Reads a PKCS#8 structure (RFC 5958). The file does not say by which name an Ed25519 or RSA key goes: see [`SigningKey::named`].
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let kind = pkcs8_kind(der)
            .ok_or(KeyError::Unsupported { reason: "not an Ed25519, P-256, P-384, P-521, RSA or ML-DSA key in PKCS#8" })?;
        let pair = match kind {
            KeyKind::Ed25519 => Pair::Ed25519(Ed25519Pair::from_pkcs8(der)?),
            KeyKind::Ec(curve) => Pair::Ecdsa(EcdsaPair::from_pkcs8(curve, der)?),
            KeyKind::Rsa => Pair::Rsa(RsaPair::from_pkcs8(der)?),
            KeyKind::MlDsa(set) => Pair::MlDsa(MlDsaPair::from_pkcs8(set, der)?),
        };
        Self::new(pair, kind, None, None)
    }

    /// Reads a private JWK (RFC 7518 §6.2.2, §6.3.2, RFC 8037 §2, RFC 9964 §3): its `kid` and `alg` count, and an RSA key needs all six
    /// private numbers.
    ///
    /// Fails with [`KeyError::Inconsistent`] when the public members are not those of the private ones.
    pub fn from_jwk(json: &[u8]) -> Result<Self, KeyError> {
        let public = Jwk::parse_signing(json)?;
        let private = PrivateMembers::parse(json)?;
        let pair = match public.material() {
            Material::Ed25519 { .. } => Pair::Ed25519(Ed25519Pair::from_seed(&private.number()?)?),
            Material::Ec { curve, .. } => Pair::Ecdsa(EcdsaPair::from_number(*curve, &private.number()?)?),
            Material::Rsa { n, e } => Pair::Rsa(RsaPair::from_numbers(n, e, &private.rsa()?)?),
            Material::MlDsa { set, .. } => Pair::MlDsa(MlDsaPair::from_seed(*set, &private.seed()?)?),
        };
        let key = Self::new(pair, public.material().kind(), public.kid(), public.algorithm())?;
        if key.verifying.to_jwk().material() == public.material() {
            Ok(key)
        } else {
            Err(KeyError::Inconsistent { reason: "the public members are not those of the private key" })
        }
    }

    fn new(pair: Pair, kind: KeyKind, called: Option<&str>, name: Option<Algorithm>) -> Result<Self, KeyError> {
        let material = match &pair {
            Pair::Ed25519(pair) => Material::from_public_key(kind, &pair.public())?,
            Pair::Ecdsa(pair) => Material::from_public_key(kind, pair.public())?,
            Pair::Rsa(pair) => Material::from_public_key(kind, pair.public())?,
            Pair::MlDsa(pair) => Material::from_public_key(kind, pair.public())?,
        };
        Ok(Self { pair: Arc::new(pair), verifying: VerifyingKey::new(material, called, name)? })
    }

    /// The same key under one name. Fails with [`KeyError::Inconsistent`] when a key of its kind cannot go by that name.
    ///
    /// For a key that is kept as DER with its name beside it: the DER of an Ed25519 key does not tell `EdDSA` from `Ed25519`, nor that of
    /// an RSA key `RS256` from `PS256`.
    pub fn named(&self, name: Algorithm) -> Result<Self, KeyError> {
        Ok(Self { pair: Arc::clone(&self.pair), verifying: self.verifying.named(name)? })
    }

    /// The key as a PKCS#8 structure of version 1, which every library reads.
    pub fn to_pkcs8_der(&self) -> Secret<Vec<u8>> {
        match &*self.pair {
            Pair::Ed25519(pair) => pair.to_pkcs8(),
            Pair::Ecdsa(pair) => pair.to_pkcs8(),
            Pair::Rsa(pair) => pair.to_pkcs8(),
            Pair::MlDsa(pair) => pair.to_pkcs8(),
        }
    }

    /// Its public part.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// What it is called: the thumbprint, 43 characters, unless its JWK had another name for it.
    pub fn kid(&self) -> &str {
        self.verifying.kid()
    }

    /// The name it signs under.
    pub fn algorithm(&self) -> Algorithm {
        self.verifying.algorithm()
    }

    pub(crate) fn sign(&self, signing_input: &[u8]) -> Result<Vec<u8>, SignError> {
        match (&*self.pair, self.algorithm().scheme()) {
            (Pair::Ed25519(pair), _) => pair.sign(signing_input),
            (Pair::Ecdsa(pair), _) => pair.sign(signing_input),
            (Pair::MlDsa(pair), _) => pair.sign(signing_input),
            (Pair::Rsa(pair), Scheme::Rsa(scheme)) => pair.sign(scheme, signing_input),
            // The public part was parsed for its name, so the name of an RSA key is one of RSA.
            (Pair::Rsa(_), _) => Err(SignError::Key),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("algorithm", &self.algorithm()).field("kid", &self.kid()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use cloakroom_primitives::{SeededRandom, decode_base64url, encode_base64url};

    use super::*;

    /// RSA keys are slow to make, so all of them are one key by different names.
    fn generate(algorithm: Algorithm) -> SigningKey {
        static RSA: LazyLock<SigningKey> =
            LazyLock::new(|| SigningKey::generate(Algorithm::Ps512, &SeededRandom::new(1)).unwrap());

        match algorithm.scheme() {
            Scheme::Rsa(_) => RSA.named(algorithm).unwrap(),
            _ => SigningKey::generate(algorithm, &SeededRandom::new(1)).unwrap(),
        }
    }

    #[test]
    fn an_rsa_key_signs_in_the_one_way_of_its_name() {
        let key = generate(Algorithm::Rs256);
        let names = [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512, Algorithm::Ps256, Algorithm::Ps384, Algorithm::Ps512];
        let keys = names.map(|name| key.named(name).unwrap());
        for signing in &keys {
            let signature = signing.sign(b"message").unwrap();
            for other in &keys {
                let is_good = other.verifying_key().verify(b"message", &signature).is_ok();
                assert_eq!(is_good, signing.algorithm() == other.algorithm(), "{signing:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_private_key_in_json_is_called_what_it_says_and_matches_its_public_part() {
        let key = generate(Algorithm::Es256);
        let public = serde_json::to_string(&key.verifying_key().to_jwk()).unwrap();
        let der = key.to_pkcs8_der();
        let number = &der.expose()[35..67];
        let private = |more: &str| public.replacen('{', &format!("{{\"d\":\"{}\"{more},", encode_base64url(number)), 1);
        assert_eq!(SigningKey::from_jwk(private("").as_bytes()).unwrap().kid(), key.kid());
        let renamed = private("").replace(key.kid(), "mine");
        assert_eq!(SigningKey::from_jwk(renamed.as_bytes()).unwrap().kid(), "mine");
        assert!(matches!(SigningKey::from_jwk(public.as_bytes()), Err(KeyError::Malformed { .. })));
        let verify_only = private(r#","key_ops":["verify"]"#);
        assert!(matches!(SigningKey::from_jwk(verify_only.as_bytes()), Err(KeyError::OtherUse { .. })));
        let stranger = SigningKey::generate(Algorithm::Es256, &SeededRandom::new(2)).unwrap();
        let stranger = serde_json::to_value(stranger.verifying_key().to_jwk()).unwrap();
        let mut mixed: serde_json::Value = serde_json::from_str(&private("")).unwrap();
        (mixed["x"], mixed["y"]) = (stranger["x"].clone(), stranger["y"].clone());
        assert!(matches!(SigningKey::from_jwk(mixed.to_string().as_bytes()), Err(KeyError::Inconsistent { .. })));
    }

    #[test]
    fn a_key_survives_its_file() {
        for algorithm in Algorithm::ALL {
            let key = generate(algorithm);
            let again = SigningKey::from_pkcs8_der(key.to_pkcs8_der().expose()).and_then(|key| key.named(algorithm)).unwrap();
            assert_eq!((again.kid(), again.algorithm()), (key.kid(), algorithm));
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
