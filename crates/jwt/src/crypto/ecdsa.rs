//! ECDSA over P-256 with SHA-256, P-384 with SHA-384 and P-521 with SHA-512 (RFC 7518 §3.4): a signature is `r ‖ s`, never DER.
//!
//! `s` and `−s` are both good, as the RFC has it: a signature is no name for a token.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair, ParsedPublicKey,
    VerificationAlgorithm,
};
use cloakroom_primitives::{Random, Secret};
use zeroize::Zeroizing;

use super::der_writer::ec_private_key;
use crate::{KeyError, SignError};

/// A curve of FIPS 186-5, with the one hash that RFC 7518 pairs it with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(crate) const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// Its object identifier, without tag and length (RFC 5480 §2.1.1.1).
    pub(crate) const fn object_id(self) -> &'static [u8] {
        match self {
            Self::P256 => &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
            Self::P384 => &[0x2b, 0x81, 0x04, 0x00, 0x22],
            Self::P521 => &[0x2b, 0x81, 0x04, 0x00, 0x23],
        }
    }

    /// How many bytes a coordinate and a private number have (RFC 7518 §6.2.1.2, §6.2.2.1).
    pub(crate) const fn coordinate_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The bits of the first byte that a number below the order of the group can have.
    const fn first_byte(self) -> u8 {
        match self {
            Self::P256 | Self::P384 => 0xff,
            Self::P521 => 0x01,
        }
    }

    const fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
            Self::P521 => &ECDSA_P521_SHA512_FIXED_SIGNING,
        }
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED,
            Self::P384 => &ECDSA_P384_SHA384_FIXED,
            Self::P521 => &ECDSA_P521_SHA512_FIXED,
        }
    }
}

/// A private key.
pub(crate) struct EcdsaPair(EcdsaKeyPair);

/// How often a number is drawn. At most one in 2³² draws is outside the group.
const DRAWS: u8 = 8;

impl EcdsaPair {
    pub(crate) fn generate(curve: Curve, random: &dyn Random) -> Result<Self, KeyError> {
        let mut number = Zeroizing::new(vec![0; curve.coordinate_length()]);
        for _ in 0..DRAWS {
            random.fill(&mut number);
            number[0] &= curve.first_byte();
            if let Ok(pair) = Self::from_number(curve, &number) {
                return Ok(pair);
            }
        }
        Err(KeyError::NotGenerated)
    }

    /// Takes the private number, big-endian and of full length.
    pub(crate) fn from_number(curve: Curve, number: &[u8]) -> Result<Self, KeyError> {
        if number.len() != curve.coordinate_length() {
            return Err(KeyError::Malformed { reason: "d has not the length of its curve" });
        }
        Self::from_pkcs8(curve, &ec_private_key(curve.object_id(), number))
    }

    pub(crate) fn from_pkcs8(curve: Curve, der: &[u8]) -> Result<Self, KeyError> {
        EcdsaKeyPair::from_pkcs8(curve.signing(), der)
            .map(Self)
            .map_err(|_| KeyError::Malformed { reason: "not an EC key of its curve in PKCS#8" })
    }

    pub(crate) fn to_pkcs8(&self) -> Secret<Vec<u8>> {
        let der = self.0.to_pkcs8v1().expect("a key that was parsed can be written");
        Secret::new(der.as_ref().to_vec())
    }

    /// The public point, uncompressed: 4 ‖ x ‖ y.
    pub(crate) fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        // The library takes the argument for the sake of an older interface and does not use it.
        let signature = self.0.sign(&SystemRandom::new(), message).map_err(|_| SignError::Key)?;
        Ok(signature.as_ref().to_vec())
    }
}

/// A public key.
pub(crate) struct EcdsaPublic {
    key: ParsedPublicKey,
    signature_length: usize,
}

impl EcdsaPublic {
    /// Takes the coordinates of a point, each of full length.
    pub(crate) fn new(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, KeyError> {
        let length = curve.coordinate_length();
        if x.len() != length || y.len() != length {
            return Err(KeyError::Malformed { reason: "x or y has not the length of its curve" });
        }
        let key = ParsedPublicKey::new(curve.verification(), [&[4], x, y].concat())
            .map_err(|_| KeyError::Malformed { reason: "x and y are not a point of the curve" })?;
        Ok(Self { key, signature_length: 2 * length })
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.len() == self.signature_length && self.key.verify_sig(message, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::SeededRandom;

    use super::*;

    #[test]
    fn a_key_follows_from_its_randomness() {
        for curve in Curve::ALL {
            let key = |seed| EcdsaPair::generate(curve, &SeededRandom::new(seed)).unwrap().public().to_vec();
            assert_eq!(key(1), key(1));
            assert_ne!(key(1), key(2));
        }
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

        for curve in Curve::ALL {
            let random = OutsideFirst(0.into());
            assert!(EcdsaPair::generate(curve, &random).is_ok(), "{curve:?}");
            assert_eq!(random.0.into_inner(), 3, "{curve:?}");
        }
    }

    #[test]
    fn a_point_beside_the_curve_is_refused() {
        for curve in Curve::ALL {
            let coordinate = |digit: u8| {
                let mut bytes = vec![digit; curve.coordinate_length()];
                bytes[0] = 0;
                bytes
            };
            assert!(EcdsaPublic::new(curve, &coordinate(1), &coordinate(2)).is_err());
            assert!(EcdsaPublic::new(curve, &coordinate(0), &coordinate(0)).is_err());
            assert!(EcdsaPublic::new(curve, &[], &[]).is_err());
        }
    }

    #[test]
    fn a_signature_is_two_numbers_of_full_length() {
        for (curve, length) in [(Curve::P256, 64), (Curve::P384, 96), (Curve::P521, 132)] {
            let pair = EcdsaPair::generate(curve, &SeededRandom::new(1)).unwrap();
            let (x, y) = pair.public()[1..].split_at(curve.coordinate_length());
            let public = EcdsaPublic::new(curve, x, y).unwrap();
            let signature = pair.sign(b"message").unwrap();
            assert_eq!(signature.len(), length);
            assert!(public.verifies(b"message", &signature));
            assert!(!public.verifies(b"massage", &signature));
            assert!(!public.verifies(b"message", &signature[..length - 1]));
        }
    }
}
