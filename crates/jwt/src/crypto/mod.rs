//! One file per signature algorithm: its private and its public key, parsed once, and the checks that the library leaves to us.
//!
//! Nothing here knows tokens, headers or JWKs, and no primitive is written here: all of them come from `aws-lc-rs`.

mod der;
mod ed25519;
mod es256;
mod rs256;

pub(crate) use der::{KeyKind, pkcs8_kind, rsa_public_key, subject_public_key};
pub(crate) use ed25519::{Ed25519Pair, Ed25519Public};
pub(crate) use es256::{Es256Pair, Es256Public};
pub(crate) use rs256::{Rs256Pair, Rs256Public};
