//! ECDSA over P-256 with SHA-256 (RFC 7518 §3.4): a signature is `r ‖ s`, 64 bytes, never DER.
//!
//! `s` and `−s` are both good, as the RFC has it: a signature is no name for a token.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, ParsedPublicKey};
use cloakroom_primitives::{Random, Secret};
use zeroize::Zeroizing;

use crate::{KeyError, SignError};

/// A private key.
pub(crate) struct Es256Pair(EcdsaKeyPair);

/// A PKCS#8 structure for P-256 up to the 32 bytes of the private number; the library computes the public point.
const PKCS8_UP_TO_NUMBER: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
    0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20,
];

/// How often a number is drawn. One in 2³² draws is outside the group.
const DRAWS: u8 = 8;

impl Es256Pair {
    pub(crate) fn generate(random: &dyn Random) -> Result<Self, KeyError> {
        let mut der = Zeroizing::new([0; PKCS8_UP_TO_NUMBER.len() + 32]);
        der[..PKCS8_UP_TO_NUMBER.len()].copy_from_slice(&PKCS8_UP_TO_NUMBER);
        for _ in 0..DRAWS {
            random.fill(&mut der[PKCS8_UP_TO_NUMBER.len()..]);
            if let Ok(pair) = Self::from_pkcs8(&*der) {
                return Ok(pair);
            }
        }
        Err(KeyError::NotGenerated)
    }

    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der)
            .map(Self)
            .map_err(|_| KeyError::Malformed { reason: "not a P-256 key in PKCS#8" })
    }

    pub(crate) fn to_pkcs8(&self) -> Secret<Vec<u8>> {
        let der = self.0.to_pkcs8v1().expect("a key that was parsed can be written");
        Secret::new(der.as_ref().to_vec())
    }

    /// The public point, uncompressed: 4 ‖ x ‖ y.
    pub(crate) fn public(&self) -> [u8; 65] {
        self.0.public_key().as_ref().try_into().expect("an uncompressed P-256 point has 65 bytes")
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        // The library takes the argument for the sake of an older interface and does not use it.
        let signature = self.0.sign(&SystemRandom::new(), message).map_err(|_| SignError::Key)?;
        Ok(signature.as_ref().to_vec())
    }
}

/// A public key.
pub(crate) struct Es256Public(ParsedPublicKey);

impl Es256Public {
    pub(crate) fn new(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, KeyError> {
        let point = [&[4][..], x, y].concat();
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .map(Self)
            .map_err(|_| KeyError::Malformed { reason: "x and y are not a point of P-256" })
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.len() == 64 && self.0.verify_sig(message, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::SeededRandom;

    use super::*;

    #[test]
    fn a_key_follows_from_its_randomness() {
        let key = |seed| Es256Pair::generate(&SeededRandom::new(seed)).unwrap();
        assert_eq!(key(1).public(), key(1).public());
        assert_ne!(key(1).public(), key(2).public());
    }

    #[test]
    fn a_number_outside_the_group_is_drawn_again() {
        struct OutsideFirst(std::sync::atomic::AtomicU8);

        impl Random for OutsideFirst {
            fn fill(&self, bytes: &mut [u8]) {
                let draw = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                bytes.fill([0x00, 0xff, 0x17][usize::from(draw.min(2))]);
            }
        }

        let random = OutsideFirst(0.into());
        assert!(Es256Pair::generate(&random).is_ok());
        assert_eq!(random.0.into_inner(), 3);
    }

    #[test]
    fn a_point_beside_the_curve_is_refused() {
        assert!(Es256Public::new(&[1; 32], &[2; 32]).is_err());
        assert!(Es256Public::new(&[0; 32], &[0; 32]).is_err());
    }
}
