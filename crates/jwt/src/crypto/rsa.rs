//! RSASSA-PKCS1-v1_5 and RSASSA-PSS, each with SHA-256, SHA-384 and SHA-512 (RFC 7518 §3.3, §3.5).
//!
//! 1. A modulus has 2,048 to 4,096 bits and is odd; a new key has 3,072.
//! 2. An exponent is odd, at least 65,537 and has at most 32 bits: 1 would make every message its own signature, and long ones cost
//!    the verifier time.
//! 3. A modulus made by the faulty generator of ROCA (CVE-2017-15361) is refused: its factors can be computed.
//! 4. A key does one scheme. The salt of PSS is as long as its hash.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaKeyPair, RsaParameters, RsaPublicKeyComponents,
    RsaSignatureEncoding,
};
use cloakroom_primitives::Secret;
use zeroize::Zeroizing;

use super::der_writer::rsa_private_key;
use crate::{KeyError, SignError};

/// Padding and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RsaScheme {
    Pkcs1Sha256,
    Pkcs1Sha384,
    Pkcs1Sha512,
    PssSha256,
    PssSha384,
    PssSha512,
}

impl RsaScheme {
    const fn encoding(self) -> &'static RsaSignatureEncoding {
        match self {
            Self::Pkcs1Sha256 => &RSA_PKCS1_SHA256,
            Self::Pkcs1Sha384 => &RSA_PKCS1_SHA384,
            Self::Pkcs1Sha512 => &RSA_PKCS1_SHA512,
            Self::PssSha256 => &RSA_PSS_SHA256,
            Self::PssSha384 => &RSA_PSS_SHA384,
            Self::PssSha512 => &RSA_PSS_SHA512,
        }
    }

    const fn parameters(self) -> &'static RsaParameters {
        match self {
            Self::Pkcs1Sha256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::Pkcs1Sha384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::Pkcs1Sha512 => &RSA_PKCS1_2048_8192_SHA512,
            Self::PssSha256 => &RSA_PSS_2048_8192_SHA256,
            Self::PssSha384 => &RSA_PSS_2048_8192_SHA384,
            Self::PssSha512 => &RSA_PSS_2048_8192_SHA512,
        }
    }
}

/// A private key.
pub(crate) struct RsaPair(RsaKeyPair);

/// The private numbers of a key (RFC 7518 §6.3.2), big-endian.
pub(crate) struct RsaPrivate {
    pub(crate) d: Zeroizing<Vec<u8>>,
    pub(crate) p: Zeroizing<Vec<u8>>,
    pub(crate) q: Zeroizing<Vec<u8>>,
    pub(crate) dp: Zeroizing<Vec<u8>>,
    pub(crate) dq: Zeroizing<Vec<u8>>,
    pub(crate) qi: Zeroizing<Vec<u8>>,
}

impl RsaPair {
    /// Makes a key of 3,072 bits with the library's own generator, which takes no randomness from us.
    pub(crate) fn generate() -> Result<Self, KeyError> {
        RsaKeyPair::generate(KeySize::Rsa3072).map(Self).map_err(|_| KeyError::NotGenerated)
    }

    /// Takes the numbers; the library refuses those that do not belong together.
    pub(crate) fn from_numbers(n: &[u8], e: &[u8], private: &RsaPrivate) -> Result<Self, KeyError> {
        let RsaPrivate { d, p, q, dp, dq, qi } = private;
        let der = rsa_private_key([n, e, d, p, q, dp, dq, qi]);
        RsaKeyPair::from_der(&der)
            .map(Self)
            .map_err(|_| KeyError::Malformed { reason: "the numbers are not an RSA key of 2,048 bits or more" })
    }

    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        RsaKeyPair::from_pkcs8(der)
            .map(Self)
            .map_err(|_| KeyError::Malformed { reason: "not an RSA key of 2,048 bits or more in PKCS#8" })
    }

    pub(crate) fn to_pkcs8(&self) -> Secret<Vec<u8>> {
        let der: Pkcs8V1Der<'_> = self.0.as_der().expect("a key that was parsed can be written");
        Secret::new(der.as_ref().to_vec())
    }

    /// The public key as `RSAPublicKey` (RFC 8017 §A.1.1).
    pub(crate) fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    pub(crate) fn sign(&self, scheme: RsaScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        // The library takes the generator for the sake of an older interface and does not use it.
        self.0.sign(scheme.encoding(), &SystemRandom::new(), message, &mut signature).map_err(|_| SignError::Key)?;
        Ok(signature)
    }
}

/// A public key.
pub(crate) struct RsaPublic {
    key: ParsedPublicKey,
    modulus_length: usize,
}

impl RsaPublic {
    /// Takes modulus and exponent, big-endian.
    pub(crate) fn new(scheme: RsaScheme, n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        check_modulus(n)?;
        check_exponent(e)?;
        let key = RsaPublicKeyComponents { n, e }
            .to_parsed_public_key(scheme.parameters())
            .map_err(|_| KeyError::Malformed { reason: "n and e are not an RSA key" })?;
        Ok(Self { key, modulus_length: n.len() })
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.len() == self.modulus_length && self.key.verify_sig(message, signature).is_ok()
    }
}

fn check_modulus(n: &[u8]) -> Result<(), KeyError> {
    let (Some(first), Some(last)) = (n.first(), n.last()) else {
        return Err(KeyError::Malformed { reason: "n is empty" });
    };
    if *first == 0 {
        return Err(KeyError::Malformed { reason: "n has a leading zero" });
    }
    let bits = n.len() * 8 - first.leading_zeros() as usize;
    if bits < 2048 {
        return Err(KeyError::Weak { reason: "an RSA modulus of less than 2,048 bits" });
    }
    if bits > 4096 {
        return Err(KeyError::Unsupported { reason: "an RSA modulus of more than 4,096 bits" });
    }
    if last % 2 == 0 {
        return Err(KeyError::Malformed { reason: "n is even" });
    }
    if is_roca(n) {
        return Err(KeyError::Weak { reason: "an RSA modulus of the faulty generator of ROCA" });
    }
    Ok(())
}

fn check_exponent(e: &[u8]) -> Result<(), KeyError> {
    if e.first().is_none_or(|first| *first == 0) {
        return Err(KeyError::Malformed { reason: "e is empty or has a leading zero" });
    }
    if e.len() > 4 {
        return Err(KeyError::Unsupported { reason: "an RSA exponent of more than 32 bits" });
    }
    let e = e.iter().fold(0_u32, |e, byte| e << 8 | u32::from(*byte));
    if e < 65_537 || e % 2 == 0 {
        return Err(KeyError::Weak { reason: "an RSA exponent that is even or less than 65,537" });
    }
    Ok(())
}

/// Whether `n` is a power of 65,537 modulo every small prime. Primes of the faulty generator are; of others, one modulus in 2²⁷.
fn is_roca(n: &[u8]) -> bool {
    SMALL_PRIMES.into_iter().all(|prime| {
        let rest = n.iter().fold(0, |rest, byte| (rest << 8 | u32::from(*byte)) % prime);
        let step = 65_537 % prime;
        std::iter::successors(Some(1), |power| Some(power * step % prime)).take(prime as usize).any(|power| power == rest)
    })
}

const SMALL_PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127,
    131, 137, 139, 149, 151, 157, 163, 167,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_modulus_is_odd_and_of_a_sane_size() {
        let modulus = |length: usize, first: u8, last: u8| {
            let mut n = vec![0x5a; length];
            (n[0], n[length - 1]) = (first, last);
            n
        };
        assert_eq!(check_modulus(&modulus(256, 0x80, 1)), Ok(()));
        assert_eq!(check_modulus(&modulus(512, 0xff, 1)), Ok(()));
        for n in
            [vec![], modulus(256, 0, 1), modulus(256, 0x7f, 1), modulus(128, 0xff, 1), modulus(513, 1, 1), modulus(256, 0x80, 2)]
        {
            assert!(check_modulus(&n).is_err(), "{} bytes", n.len());
        }
    }

    #[test]
    fn an_exponent_is_odd_and_of_a_sane_size() {
        for e in [&[1, 0, 1][..], &[1, 0, 3], &[0xff, 0xff, 0xff, 0xff]] {
            assert_eq!(check_exponent(e), Ok(()), "{e:?}");
        }
        for e in [&[][..], &[1], &[3], &[0xff, 0xff], &[1, 0, 2], &[0, 1, 0, 1], &[1, 0, 0, 0, 1]] {
            assert!(check_exponent(e).is_err(), "{e:?}");
        }
    }

    #[test]
    fn a_power_of_65537_is_the_mark_of_roca() {
        // 65,537³ modulo 2^56 without reduction: small enough to be written down.
        let power = 65_537_u64.pow(3);
        assert!(is_roca(&power.to_be_bytes()));
        assert!(!is_roca(&(power + 2).to_be_bytes()));
    }
}
