//! The signature algorithms there are. `none` is not one of them and cannot be written.
//!
//! Symmetric algorithms (`HS256` and its like) do not belong here either: a key that both signs and verifies is another type, and its
//! algorithm is a [`MacAlgorithm`](crate::MacAlgorithm).

use std::fmt;

use crate::crypto::{Curve, MlDsaSet, RsaScheme, Scheme};

/// The name of a signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2, RFC 9964 §4).
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
    /// `ES384`: ECDSA over P-384 with SHA-384.
    Es384,
    /// `ES512`: ECDSA over P-521 with SHA-512.
    Es512,
    /// `RS256`: RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// `RS384`: RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// `RS512`: RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// `PS256`: RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    Ps256,
    /// `PS384`: RSASSA-PSS with SHA-384 and a salt of 48 bytes.
    Ps384,
    /// `PS512`: RSASSA-PSS with SHA-512 and a salt of 64 bytes.
    Ps512,
    /// `ML-DSA-44`: FIPS 204, category 2. A signature has 2,420 bytes, so a token about 3.5 KB.
    MlDsa44,
    /// `ML-DSA-65`: FIPS 204, category 3. A signature has 3,309 bytes: such a token fits into no cookie.
    MlDsa65,
    /// `ML-DSA-87`: FIPS 204, category 5. A signature has 4,627 bytes: many proxies take no header field that long.
    MlDsa87,
}

impl Algorithm {
    /// Every algorithm there is.
    pub const ALL: [Self; 14] = [
        Self::EdDsa,
        Self::Ed25519,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
    ];

    /// The name in a header and in a JWK.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::MlDsa44 => "ML-DSA-44",
            Self::MlDsa65 => "ML-DSA-65",
            Self::MlDsa87 => "ML-DSA-87",
        }
    }

    /// Reads a name, byte for byte: no other case, no spaces. `None` when we do not know it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// What the cryptographic library is asked to do under this name.
    pub(crate) const fn scheme(self) -> Scheme {
        match self {
            Self::EdDsa | Self::Ed25519 => Scheme::Ed25519,
            Self::Es256 => Scheme::Ecdsa(Curve::P256),
            Self::Es384 => Scheme::Ecdsa(Curve::P384),
            Self::Es512 => Scheme::Ecdsa(Curve::P521),
            Self::Rs256 => Scheme::Rsa(RsaScheme::Pkcs1Sha256),
            Self::Rs384 => Scheme::Rsa(RsaScheme::Pkcs1Sha384),
            Self::Rs512 => Scheme::Rsa(RsaScheme::Pkcs1Sha512),
            Self::Ps256 => Scheme::Rsa(RsaScheme::PssSha256),
            Self::Ps384 => Scheme::Rsa(RsaScheme::PssSha384),
            Self::Ps512 => Scheme::Rsa(RsaScheme::PssSha512),
            Self::MlDsa44 => Scheme::MlDsa(MlDsaSet::MlDsa44),
            Self::MlDsa65 => Scheme::MlDsa(MlDsaSet::MlDsa65),
            Self::MlDsa87 => Scheme::MlDsa(MlDsaSet::MlDsa87),
        }
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
        for name in ["ES521", "ES256K", "RS1", "RSA1_5", "PS2560", "ML-DSA-43", "ml-dsa-44", "MLDSA44", "HS384", "HS512"] {
            assert_eq!(Algorithm::parse(name), None, "{name:?}");
        }
    }
}
