//! Verifies tokens. The order of the questions is part of the promise:
//!
//! 1. Is the text at most 8 KiB, in three parts? Otherwise no work is done.
//! 2. Has this very text been verified under this very key ring? Then go on at 7.
//! 3. Is the header strict JSON, without `crit`?
//! 4. Which of *our* keys does its `kid` name?
//! 5. Is its `alg` the name of that key? The key says the algorithm; the header may only agree.
//! 6. Is the signature good? Only then is the payload decoded, once.
//! 7. Do type, issuer, audience and time meet the [`Expectation`]?

use std::fmt;
use std::sync::Arc;

use cloakroom_primitives::Timestamp;
use serde::de::DeserializeOwned;

use crate::compact::CompactJws;
use crate::json::decode_object;
use crate::verified::{SignedToken, TokenHash, VerifiedTokens};
use crate::{Claims, Expectation, JoseHeader, JwtError, KeyRing, KeyRingHandle, VerifyingKey};

/// A token that is good now, and here.
pub struct Verified<C> {
    /// What it says.
    pub claims: Arc<C>,
    /// The key that signed it.
    pub kid: Arc<str>,
}

/// A token of ours that may have expired: signature, issuer, audience, type and `nbf` are good.
///
/// It proves whose it was, for refresh and for sign-out by cookie. It proves nobody's presence unless it has not expired.
pub struct Recognised<C> {
    /// What it says.
    pub claims: Arc<C>,
    /// The key that signed it.
    pub kid: Arc<str>,
    /// Whether its time is over. A token under a removed key always counts as expired, whatever it says.
    pub expired: bool,
}

/// Verifies the tokens of one issuer for one purpose, and remembers the good ones.
///
/// `C` is the payload; it is decoded only after the signature was found good.
pub struct Verifier<C> {
    keys: KeyRingHandle,
    expectation: Expectation,
    memory: Option<VerifiedTokens<C>>,
}

impl<C: Claims + DeserializeOwned> Verifier<C> {
    /// A verifier that remembers about `most` tokens; none when it is zero.
    pub fn new(keys: KeyRingHandle, expectation: Expectation, most: usize) -> Self {
        Self { keys, expectation, memory: (most > 0).then(|| VerifiedTokens::new(most)) }
    }

    /// What it expects of a token.
    pub fn expectation(&self) -> &Expectation {
        &self.expectation
    }

    /// How many tokens it remembers at the moment.
    pub fn remembered(&self) -> usize {
        self.memory.as_ref().map_or(0, VerifiedTokens::len)
    }

    /// Verifies a token. A token seen before costs a hash and a look-up and allocates nothing.
    pub fn verify(&self, text: &str, now: Timestamp) -> Result<Verified<C>, JwtError> {
        let jws = CompactJws::split(text)?;
        let ring = self.keys.peek();
        let Some(memory) = &self.memory else {
            let token = read(&jws, &ring, |kid| ring.find(kid))?;
            self.check(&token, now)?;
            return Ok(Verified { claims: token.claims, kid: token.kid });
        };
        let hash = TokenHash::of(text);
        if let Some(token) = memory.find(&hash, &ring) {
            return match self.check(&token, now) {
                Ok(()) => Ok(Verified { claims: Arc::clone(&token.claims), kid: Arc::clone(&token.kid) }),
                Err(error) => {
                    memory.remove(&hash);
                    Err(error)
                }
            };
        }
        let token = read(&jws, &ring, |kid| ring.find(kid))?;
        self.check(&token, now)?;
        let verified = Verified { claims: Arc::clone(&token.claims), kid: Arc::clone(&token.kid) };
        memory.insert(hash, Arc::new(token));
        Ok(verified)
    }

    /// Verifies a token whose time may be over, under keys that are kept for this too ([`KeyRing::find_removed`]).
    ///
    /// It always checks the signature and remembers nothing.
    pub fn verify_ignoring_expiry(&self, text: &str, now: Timestamp) -> Result<Recognised<C>, JwtError> {
        let jws = CompactJws::split(text)?;
        let ring = self.keys.peek();
        let token = read(&jws, &ring, |kid| ring.find(kid).or_else(|| ring.find_removed(kid)))?;
        let expired = match self.check(&token, now) {
            Ok(()) => ring.find(&token.kid).is_none(),
            Err(JwtError::Expired) => true,
            Err(error) => return Err(error),
        };
        Ok(Recognised { claims: token.claims, kid: token.kid, expired })
    }

    fn check(&self, token: &SignedToken<C>, now: Timestamp) -> Result<(), JwtError> {
        self.expectation.check(token.typ.as_deref(), token.claims.registered(), now)
    }
}

/// Verifies the signature of a compact JWS of any payload under one key, and returns the payload. No claim is looked at, and the
/// header's `kid` is not: whoever hands over the key has chosen it.
pub fn verify_signature(text: &str, key: &VerifyingKey) -> Result<Vec<u8>, JwtError> {
    let jws = CompactJws::split(text)?;
    let header = jws.decode_header()?;
    open(&jws, &JoseHeader::decode(&header)?, key)
}

/// Everything from the header to the decoded claims; `find` says which keys may have signed.
fn read<'r, C: DeserializeOwned>(
    jws: &CompactJws<'_>,
    ring: &KeyRing,
    find: impl FnOnce(&str) -> Option<&'r VerifyingKey>,
) -> Result<SignedToken<C>, JwtError> {
    let header = jws.decode_header()?;
    let header = JoseHeader::decode(&header)?;
    let kid = header.kid().ok_or(JwtError::Untrusted { reason: "no kid" })?;
    let key = find(kid).ok_or(JwtError::Untrusted { reason: "the kid names none of our keys" })?;
    let payload = open(jws, &header, key)?;
    let claims =
        decode_object(&payload).map_err(|_| JwtError::Malformed { reason: "claims are not strict JSON of their types" })?;
    let typ = header.typ().map(Into::into);
    Ok(SignedToken { claims: Arc::new(claims), kid: key.shared_kid(), typ, generation: ring.generation() })
}

fn open(jws: &CompactJws<'_>, header: &JoseHeader<'_>, key: &VerifyingKey) -> Result<Vec<u8>, JwtError> {
    if !header.algorithm().is_some_and(|algorithm| key.answers_to(algorithm)) {
        return Err(JwtError::Untrusted { reason: "alg is not the name of the key" });
    }
    key.verify(jws.signing_input(), &jws.decode_signature()?)?;
    jws.decode_payload()
}

impl<C> fmt::Debug for Verifier<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("expectation", &self.expectation).finish_non_exhaustive()
    }
}
