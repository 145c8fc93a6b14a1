//! HMAC with SHA-256, SHA-384 and SHA-512 (RFC 7518 §3.2).
//!
//! 1. A secret is at least as long as the hash: a shorter one is easier to guess than the tag.
//! 2. A tag is whole, and comparing takes the same time whatever the difference.

use aws_lc_rs::hmac;

use crate::KeyError;

/// Which hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HmacHash {
    Sha256,
    Sha384,
    Sha512,
}

impl HmacHash {
    const fn algorithm(self) -> hmac::Algorithm {
        match self {
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
            Self::Sha512 => hmac::HMAC_SHA512,
        }
    }

    /// How many bytes a tag has, and a secret at least.
    pub(crate) const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A secret, made ready once.
pub(crate) struct HmacKey(hmac::Key);

impl HmacKey {
    pub(crate) fn new(hash: HmacHash, secret: &[u8]) -> Result<Self, KeyError> {
        if secret.len() < hash.length() {
            return Err(KeyError::Weak { reason: "a secret that is shorter than its hash" });
        }
        Ok(Self(hmac::Key::new(hash.algorithm(), secret)))
    }

    pub(crate) fn tag(&self, message: &[u8]) -> Vec<u8> {
        hmac::sign(&self.0, message).as_ref().to_vec()
    }

    pub(crate) fn verifies(&self, message: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.0, message, tag).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [HmacHash; 3] = [HmacHash::Sha256, HmacHash::Sha384, HmacHash::Sha512];

    #[test]
    fn a_secret_is_as_long_as_its_hash() {
        for hash in ALL {
            assert!(HmacKey::new(hash, &vec![7; hash.length()]).is_ok());
            for length in [0, 1, hash.length() - 1] {
                assert!(matches!(HmacKey::new(hash, &vec![7; length]), Err(KeyError::Weak { .. })), "{length}");
            }
        }
    }

    #[test]
    fn a_part_of_a_tag_is_no_tag() {
        for hash in ALL {
            let key = HmacKey::new(hash, &[7; 64]).unwrap();
            let tag = key.tag(b"message");
            assert_eq!(tag.len(), hash.length());
            assert!(key.verifies(b"message", &tag));
            assert!(!key.verifies(b"massage", &tag));
            for cut in 0..tag.len() {
                assert!(!key.verifies(b"message", &tag[..cut]), "{cut}");
            }
            assert!(!key.verifies(b"message", &[&tag[..], &[0]].concat()));
        }
    }
}
