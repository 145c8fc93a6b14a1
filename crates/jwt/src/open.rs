//! Opens a compact JWS: from its text to a payload under a good signature.
//!
//! 1. The header's `alg` must be the name of the key. The key says the algorithm; the header may only agree.
//! 2. The signature is decoded and checked before a byte of the payload is.

use crate::compact::CompactJws;
use crate::{JoseHeader, JwtError, MacKey, VerifyingKey};

/// What checks signatures: a public key or a symmetric one, never something that could be either.
pub(crate) trait Check {
    /// Whether a header that names `alg` may be about this key.
    fn is_named(&self, alg: &str) -> bool;

    /// Whether the signature, or the tag, is good.
    fn check(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), JwtError>;
}

impl Check for VerifyingKey {
    fn is_named(&self, alg: &str) -> bool {
        self.answers_to_name(alg)
    }

    fn check(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), JwtError> {
        self.verify(signing_input, signature)
    }
}

impl Check for MacKey {
    fn is_named(&self, alg: &str) -> bool {
        self.algorithm().name() == alg
    }

    fn check(&self, signing_input: &[u8], tag: &[u8]) -> Result<(), JwtError> {
        if self.verifies(signing_input, tag) { Ok(()) } else { Err(JwtError::Untrusted { reason: "the MAC is not good" }) }
    }
}

/// Verifies the signature of a compact JWS of any payload under one key, and returns the payload. No claim is looked at, and the
/// header's `kid` is not: whoever hands over the key has chosen it.
pub fn verify_signature(text: &str, key: &VerifyingKey) -> Result<Vec<u8>, JwtError> {
    verify_any(text, key)
}

/// The same under a symmetric key.
pub fn verify_mac(text: &str, key: &MacKey) -> Result<Vec<u8>, JwtError> {
    verify_any(text, key)
}

fn verify_any(text: &str, key: &impl Check) -> Result<Vec<u8>, JwtError> {
    let jws = CompactJws::split(text)?;
    let header = jws.decode_header()?;
    open(&jws, &JoseHeader::decode(&header)?, key)
}

/// The payload, if the header names the key and the signature is good.
pub(crate) fn open(jws: &CompactJws<'_>, header: &JoseHeader<'_>, key: &impl Check) -> Result<Vec<u8>, JwtError> {
    if !key.is_named(header.alg()) {
        return Err(JwtError::Untrusted { reason: "alg is not the name of the key" });
    }
    open_known(jws, key)
}

/// The same for a header that is known to name the key.
pub(crate) fn open_known(jws: &CompactJws<'_>, key: &impl Check) -> Result<Vec<u8>, JwtError> {
    jws.open(|signature| key.check(jws.signing_input(), signature))
}
