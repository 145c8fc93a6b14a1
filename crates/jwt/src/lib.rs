#![doc = include_str!("../README.md")]

mod algorithm;
mod claims;
mod compact;
mod crypto;
mod error;
mod expectation;
mod header;
mod json;
mod jwk;
mod key;
mod key_ring;
mod sign;
mod verified;
mod verify;

pub use algorithm::Algorithm;
pub use claims::{Audience, Claims, NumericDate, Registered, RegisteredClaims};
pub use compact::MAX_LENGTH;
pub use error::{JwtError, KeyError, KeyRingError, SignError};
pub use expectation::Expectation;
pub use header::JoseHeader;
pub use json::present;
pub use jwk::{Jwk, JwkSet};
pub use key::{SigningKey, VerifyingKey};
pub use key_ring::{KeyRing, KeyRingHandle, KeyState, RingEntry, RingKey};
pub use sign::sign;
pub use verify::{Recognised, Verified, Verifier, verify_signature};
