//! The signature algorithms there are. `none` is not one of them and cannot be written.
//!
//! Symmetric algorithms (`HS256` and its like) do not belong here either: a key that both signs and verifies is another type.

use std::fmt;

/// The name of a signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).
///
/// [`Algorithm::EdDsa`] and [`Algorithm::Ed25519`] are two names for the same signatures. A key goes by one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// `EdDSA` over the curve Ed25519: the name every library knows.
    EdDsa,
    /// `Ed25519`: the fully specified name of RFC 9864.
    Ed25519,
    /// `ES256`: ECDSA over P-256 with SHA-256.
    Es256,
    /// `RS256`: RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// Every algorithm there is.
    pub const ALL: [Self; 4] = [Self::EdDsa, Self::Ed25519, Self::Es256, Self::Rs256];

    /// The name in a header and in a JWK.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// Reads a name, byte for byte: no other case, no spaces. `None` when we do not know it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::parse(algorithm.name()), Some(algorithm));
        }
    }

    #[test]
    fn a_name_that_is_not_exact_is_no_name() {
        for name in ["", "none", "None", "eddsa", "EDDSA", "ES256 ", " ES256", "ES256\0", "es256", "RS256K", "HS256", "Ed448"] {
            assert_eq!(Algorithm::parse(name), None, "{name:?}");
        }
    }
}
