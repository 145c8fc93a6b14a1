//! One file per family of signature algorithms: its private and its public key, parsed once, and the checks that the library leaves to us.
//!
//! Nothing here knows tokens, headers or JWKs, and no primitive is written here: all of them come from `aws-lc-rs`.

mod der;
mod der_writer;
mod ecdsa;
mod ed25519;
mod hmac;
mod ml_dsa;
mod rsa;
mod scheme;

pub(crate) use der::{pkcs8_kind, rsa_public_key, subject_public_key};
pub(crate) use ecdsa::{Curve, EcdsaPair, EcdsaPublic};
pub(crate) use ed25519::{Ed25519Pair, Ed25519Public};
pub(crate) use hmac::{HmacHash, HmacKey};
pub(crate) use ml_dsa::{MlDsaPair, MlDsaPublic, MlDsaSet};
pub(crate) use rsa::{RsaPair, RsaPrivate, RsaPublic, RsaScheme};
pub(crate) use scheme::{KeyKind, Scheme};
