//! What there is to choose from: kinds of keys, and the ways in which each kind signs.
//!
//! A kind of key is what the bytes of a key show. A scheme is what one name of an algorithm asks for: only an RSA key could do more than
//! one, and each of ours does the one it goes by.

use super::ecdsa::Curve;
use super::ml_dsa::MlDsaSet;
use super::rsa::RsaScheme;

/// What kind of key a file or a key set holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Ed25519,
    Ec(Curve),
    Rsa,
    MlDsa(MlDsaSet),
}

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Ed25519,
    Ecdsa(Curve),
    Rsa(RsaScheme),
    MlDsa(MlDsaSet),
}

impl Scheme {
    /// The kind of key that can sign like this.
    pub(crate) const fn kind(self) -> KeyKind {
        match self {
            Self::Ed25519 => KeyKind::Ed25519,
            Self::Ecdsa(curve) => KeyKind::Ec(curve),
            Self::Rsa(_) => KeyKind::Rsa,
            Self::MlDsa(set) => KeyKind::MlDsa(set),
        }
    }
}
