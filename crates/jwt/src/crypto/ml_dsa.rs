//! ML-DSA (FIPS 204, RFC 9964): pure, with an empty context, never over a hash.
//!
//! 1. A private key is its seed of 32 bytes; the expanded form is never read or written.
//! 2. A public key and a signature have the one length of their parameter set.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::signature::{
    KeyPair, ML_DSA_44, ML_DSA_44_SIGNING, ML_DSA_65, ML_DSA_65_SIGNING, ML_DSA_87, ML_DSA_87_SIGNING, ParsedPublicKey,
    PqdsaKeyPair, PqdsaSigningAlgorithm, VerificationAlgorithm,
};
use cloakroom_primitives::{Random, Secret};
use zeroize::Zeroizing;

use crate::{KeyError, SignError};

/// A parameter set of FIPS 204 §4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MlDsaSet {
    MlDsa44,
    MlDsa65,
    MlDsa87,
}

impl MlDsaSet {
    const fn signing(self) -> &'static PqdsaSigningAlgorithm {
        match self {
            Self::MlDsa44 => &ML_DSA_44_SIGNING,
            Self::MlDsa65 => &ML_DSA_65_SIGNING,
            Self::MlDsa87 => &ML_DSA_87_SIGNING,
        }
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::MlDsa44 => &ML_DSA_44,
            Self::MlDsa65 => &ML_DSA_65,
            Self::MlDsa87 => &ML_DSA_87,
        }
    }
}

/// A private key.
pub(crate) struct MlDsaPair(PqdsaKeyPair);

impl MlDsaPair {
    pub(crate) fn generate(set: MlDsaSet, random: &dyn Random) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        random.fill(&mut *seed);
        Self::from_seed(set, &*seed).map_err(|_| KeyError::NotGenerated)
    }

    pub(crate) fn from_seed(set: MlDsaSet, seed: &[u8]) -> Result<Self, KeyError> {
        PqdsaKeyPair::from_seed(set.signing(), seed)
            .map(Self)
            .map_err(|_| KeyError::Malformed { reason: "not the 32 bytes of an ML-DSA seed" })
    }

    pub(crate) fn from_pkcs8(set: MlDsaSet, der: &[u8]) -> Result<Self, KeyError> {
        let pair = PqdsaKeyPair::from_pkcs8(set.signing(), der)
            .map_err(|_| KeyError::Malformed { reason: "not an ML-DSA key in PKCS#8" })?;
        // A key that came in expanded form alone cannot be written as its seed again.
        if pair.to_pkcs8v1().is_err() {
            return Err(KeyError::Unsupported { reason: "an ML-DSA key without its seed" });
        }
        Ok(Self(pair))
    }

    pub(crate) fn to_pkcs8(&self) -> Secret<Vec<u8>> {
        let der: Pkcs8V1Der<'_> = self.0.private_key().as_der().expect("a key that has its seed can be written");
        Secret::new(der.as_ref().to_vec())
    }

    pub(crate) fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.0.algorithm().signature_len()];
        self.0.sign(message, &mut signature).map_err(|_| SignError::Key)?;
        Ok(signature)
    }
}

/// A public key.
pub(crate) struct MlDsaPublic {
    key: ParsedPublicKey,
    signature_length: usize,
}

impl MlDsaPublic {
    pub(crate) fn new(set: MlDsaSet, key: &[u8]) -> Result<Self, KeyError> {
        if key.len() != set.signing().public_key_len() {
            return Err(KeyError::Malformed { reason: "pub has not the length of its ML-DSA parameter set" });
        }
        let key = ParsedPublicKey::new(set.verification(), key)
            .map_err(|_| KeyError::Malformed { reason: "pub is not an ML-DSA key" })?;
        Ok(Self { key, signature_length: set.signing().signature_len() })
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.len() == self.signature_length && self.key.verify_sig(message, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::SeededRandom;

    use super::*;

    const ALL: [MlDsaSet; 3] = [MlDsaSet::MlDsa44, MlDsaSet::MlDsa65, MlDsaSet::MlDsa87];

    #[test]
    fn a_key_follows_from_its_randomness() {
        for set in ALL {
            let key = |seed| MlDsaPair::generate(set, &SeededRandom::new(seed)).unwrap().public().to_vec();
            assert_eq!(key(1), key(1));
            assert_ne!(key(1), key(2));
        }
    }

    #[test]
    fn keys_and_signatures_have_the_lengths_of_fips_204() {
        for (set, key, signature) in [(ALL[0], 1312, 2420), (ALL[1], 1952, 3309), (ALL[2], 2592, 4627)] {
            let pair = MlDsaPair::generate(set, &SeededRandom::new(1)).unwrap();
            let signed = pair.sign(b"message").unwrap();
            assert_eq!((pair.public().len(), signed.len()), (key, signature));
            let public = MlDsaPublic::new(set, pair.public()).unwrap();
            assert!(public.verifies(b"message", &signed));
            assert!(!public.verifies(b"massage", &signed));
            assert!(!public.verifies(b"message", &signed[1..]));
            assert!(MlDsaPublic::new(set, &pair.public()[1..]).is_err());
        }
    }

    #[test]
    fn a_key_in_a_file_is_its_seed_alone() {
        let der = MlDsaPair::generate(MlDsaSet::MlDsa44, &SeededRandom::new(1)).unwrap().to_pkcs8();
        assert!(der.expose().len() < 64, "{} bytes", der.expose().len());
        for other in [MlDsaSet::MlDsa65, MlDsaSet::MlDsa87] {
            assert!(MlDsaPair::from_pkcs8(other, der.expose()).is_err());
        }
    }
}
