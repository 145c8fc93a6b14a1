//! Ed25519 (RFC 8032, RFC 8037).
//!
//! The library refuses an `S` that is not reduced, so a signature has one form. Keys of small order are refused here: under them one
//! signature is good for every message.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use cloakroom_primitives::{Random, Secret};
use zeroize::Zeroizing;

use crate::{KeyError, SignError};

/// A private key.
pub(crate) struct Ed25519Pair(Ed25519KeyPair);

impl Ed25519Pair {
    pub(crate) fn generate(random: &dyn Random) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        random.fill(&mut *seed);
        Ed25519KeyPair::from_seed_unchecked(&*seed).map(Self).map_err(|_| KeyError::NotGenerated)
    }

    pub(crate) fn from_seed(seed: &[u8]) -> Result<Self, KeyError> {
        Ed25519KeyPair::from_seed_unchecked(seed)
            .map(Self)
            .map_err(|_| KeyError::Malformed { reason: "not the 32 bytes of an Ed25519 seed" })
    }

    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        Ed25519KeyPair::from_pkcs8(der).map(Self).map_err(|_| KeyError::Malformed { reason: "not an Ed25519 key in PKCS#8" })
    }

    pub(crate) fn to_pkcs8(&self) -> Secret<Vec<u8>> {
        let der: Pkcs8V1Der<'_> = self.0.as_der().expect("a key that was parsed can be written");
        Secret::new(der.as_ref().to_vec())
    }

    pub(crate) fn public(&self) -> [u8; 32] {
        self.0.public_key().as_ref().try_into().expect("an Ed25519 public key has 32 bytes")
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.0.try_sign(message).map(|signature| signature.as_ref().to_vec()).map_err(|_| SignError::Key)
    }
}

/// A public key.
pub(crate) struct Ed25519Public(ParsedPublicKey);

impl Ed25519Public {
    pub(crate) fn new(x: &[u8; 32]) -> Result<Self, KeyError> {
        if is_of_small_order(x) {
            return Err(KeyError::Weak { reason: "an Ed25519 point of small order" });
        }
        ParsedPublicKey::new(&ED25519, x).map(Self).map_err(|_| KeyError::Malformed { reason: "x is not an Ed25519 point" })
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.len() == 64 && self.0.verify_sig(message, signature).is_ok()
    }
}

/// The y-coordinates of the eight points of small order, in every encoding there is, without the sign bit.
const SMALL_ORDER: [[u8; 32]; 7] = {
    let (mut zero, mut one) = ([0; 32], [0; 32]);
    (zero[31], one[0]) = (0, 1);
    let (mut minus_one, mut p, mut p_plus_one) = ([0xff; 32], [0xff; 32], [0xff; 32]);
    (minus_one[0], p[0], p_plus_one[0]) = (0xec, 0xed, 0xee);
    (minus_one[31], p[31], p_plus_one[31]) = (0x7f, 0x7f, 0x7f);
    let order_eight = [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05,
        0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ];
    let its_negative = [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa,
        0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ];
    [zero, one, minus_one, p, p_plus_one, order_eight, its_negative]
};

fn is_of_small_order(x: &[u8; 32]) -> bool {
    let mut y = *x;
    y[31] &= 0x7f;
    SMALL_ORDER.contains(&y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_under_which_one_signature_fits_every_message_is_refused() {
        // The neutral point as key and as R, with S = 0: the library itself finds this good for any message.
        let neutral = SMALL_ORDER[1];
        let signature = [neutral, [0; 32]].concat();
        let bare = ParsedPublicKey::new(&ED25519, neutral).unwrap();
        assert!(bare.verify_sig(b"anything", &signature).is_ok());
        for mut point in SMALL_ORDER {
            for sign in [0, 0x80] {
                point[31] = point[31] & 0x7f | sign;
                assert!(matches!(Ed25519Public::new(&point), Err(KeyError::Weak { .. })), "{point:?}");
            }
        }
    }

    #[test]
    fn a_signature_has_one_form() {
        let pair = Ed25519Pair::generate(&cloakroom_primitives::SeededRandom::new(1)).unwrap();
        let public = Ed25519Public::new(&pair.public()).unwrap();
        let mut signature = pair.sign(b"message").unwrap();
        assert!(public.verifies(b"message", &signature));
        // S + L is the same number modulo L.
        let order = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let mut carry = 0;
        for (digit, add) in signature[32..].iter_mut().zip(order) {
            let sum = u16::from(*digit) + add + carry;
            (*digit, carry) = (sum.to_le_bytes()[0], sum >> 8);
        }
        assert!(!public.verifies(b"message", &signature));
    }
}
