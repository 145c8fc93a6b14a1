//! Verifies tokens. The order of the questions is part of the promise:
//!
//! 1. Is the text at most 8 KiB, in three parts? Otherwise no work is done.
//! 2. Has this very text been verified under this very key ring? Then go on at 7.
//! 3. Is the header strict JSON, without `crit`?
//! 4. Which of *our* keys does its `kid` name?
//! 5. Is its `alg` the name of that key? The key says the algorithm; the header may only agree.
//! 6. Is the signature good? Only then is the payload decoded, once.
//! 7. Do type, issuer, audience and time meet the [`Expectation`]?
//!
//! A header that is byte for byte that of a good token of the same ring is not read again: 3 to 5 have been answered.

use std::fmt;
use std::sync::Arc;

use cloakroom_primitives::Timestamp;
use serde::de::DeserializeOwned;

use crate::compact::CompactJws;
use crate::json::decode_claims;
use crate::judge::Judge;
use crate::open::{open, open_known};
use crate::verified::SignedToken;
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
    judge: Judge<C>,
}

impl<C: Claims + DeserializeOwned> Verifier<C> {
    /// A verifier that remembers about `most` tokens; none when it is zero.
    pub fn new(keys: KeyRingHandle, expectation: Expectation, most: usize) -> Self {
        Self { keys, judge: Judge::new(expectation, most) }
    }

    /// What it expects of a token.
    pub fn expectation(&self) -> &Expectation {
        self.judge.expectation()
    }

    /// How many tokens it remembers at the moment.
    pub fn remembered(&self) -> usize {
        self.judge.remembered()
    }

    /// Verifies a token. A token seen before costs a hash and a look-up and allocates nothing.
    pub fn verify(&self, text: &str, now: Timestamp) -> Result<Verified<C>, JwtError> {
        let jws = CompactJws::split(text)?;
        let ring = self.keys.peek();
        let counts = |token: &SignedToken<C>| token.generation == ring.generation() && ring.find(&token.kid).is_some();
        let (claims, kid) = self.judge.verify(&jws, now, counts, || read(&jws, &ring))?;
        Ok(Verified { claims, kid })
    }

    /// Verifies a token whose time may be over, under keys that are kept for this too ([`KeyRing::find_removed`]).
    ///
    /// It always checks the signature and remembers nothing.
    pub fn verify_ignoring_expiry(&self, text: &str, now: Timestamp) -> Result<Recognised<C>, JwtError> {
        let jws = CompactJws::split(text)?;
        let ring = self.keys.peek();
        let token = read_under(&jws, &ring, |kid| ring.find(kid).or_else(|| ring.find_removed(kid)))?;
        let expired = match self.judge.check(&token, now) {
            Ok(()) => ring.find(&token.kid).is_none(),
            Err(JwtError::Expired) => true,
            Err(error) => return Err(error),
        };
        Ok(Recognised { claims: token.claims, kid: token.kid, expired })
    }
}

/// Everything from the header to the decoded claims.
fn read<C: DeserializeOwned>(jws: &CompactJws<'_>, ring: &KeyRing) -> Result<SignedToken<C>, JwtError> {
    if let Some((key, header)) = ring.recognise(jws.header()) {
        let claims = Arc::new(decode_claims(&open_known(jws, key)?)?);
        return Ok(SignedToken { claims, kid: key.shared_kid(), typ: header.typ(), generation: ring.generation() });
    }
    let token: SignedToken<C> = read_under(jws, ring, |kid| ring.find(kid))?;
    ring.learn(&token.kid, jws.header(), token.typ.clone());
    Ok(token)
}

/// The same for a header that is not known; `find` says which keys may have signed.
fn read_under<'r, C: DeserializeOwned>(
    jws: &CompactJws<'_>,
    ring: &KeyRing,
    find: impl FnOnce(&str) -> Option<&'r VerifyingKey>,
) -> Result<SignedToken<C>, JwtError> {
    let header = jws.decode_header()?;
    let header = JoseHeader::decode(&header)?;
    let kid = header.kid().ok_or(JwtError::Untrusted { reason: "no kid" })?;
    let key = find(kid).ok_or(JwtError::Untrusted { reason: "the kid names none of our keys" })?;
    let claims = Arc::new(decode_claims(&open(jws, &header, key)?)?);
    Ok(SignedToken { claims, kid: key.shared_kid(), typ: header.typ().map(Into::into), generation: ring.generation() })
}

impl<C> fmt::Debug for Verifier<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("expectation", self.judge.expectation()).finish_non_exhaustive()
    }
}
