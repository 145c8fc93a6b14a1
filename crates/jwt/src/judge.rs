//! Judges tokens for one verifier: what it expects of them, and which ones it has found good before.
//!
//! 1. A token found good before is not read again, but the expectation is asked every time.
//! 2. One that does not meet it any more is forgotten; one that has never met it was never remembered.

use std::sync::Arc;

use cloakroom_primitives::Timestamp;

use crate::compact::CompactJws;
use crate::verified::{InputHash, SignedToken, VerifiedTokens};
use crate::{Claims, Expectation, JwtError};

/// Expectation and memory of one verifier.
pub(crate) struct Judge<C> {
    expectation: Expectation,
    memory: Option<VerifiedTokens<C>>,
}

impl<C> Judge<C> {
    /// A judge that remembers about `most` tokens; none when it is zero.
    pub(crate) fn new(expectation: Expectation, most: usize) -> Self {
        Self { expectation, memory: (most > 0).then(|| VerifiedTokens::new(most)) }
    }

    pub(crate) fn expectation(&self) -> &Expectation {
        &self.expectation
    }

    pub(crate) fn remembered(&self) -> usize {
        self.memory.as_ref().map_or(0, VerifiedTokens::len)
    }
}

impl<C: Claims> Judge<C> {
    /// Judges a token: one from memory while `counts` says that its key still does, any other as `read` finds it.
    pub(crate) fn verify(
        &self,
        jws: &CompactJws<'_>,
        now: Timestamp,
        counts: impl FnOnce(&SignedToken<C>) -> bool,
        read: impl FnOnce() -> Result<SignedToken<C>, JwtError>,
    ) -> Result<(Arc<C>, Arc<str>), JwtError> {
        let Some(memory) = &self.memory else {
            let token = read()?;
            self.check(&token, now)?;
            return Ok((token.claims, token.kid));
        };
        let hash = InputHash::of(jws);
        if let Some(token) = memory.find(&hash, jws).filter(|token| counts(token)) {
            return match self.check(&token, now) {
                Ok(()) => Ok((Arc::clone(&token.claims), Arc::clone(&token.kid))),
                Err(error) => {
                    memory.remove(&hash);
                    Err(error)
                }
            };
        }
        let token = read()?;
        self.check(&token, now)?;
        let answer = (Arc::clone(&token.claims), Arc::clone(&token.kid));
        memory.insert(hash, jws, token);
        Ok(answer)
    }

    pub(crate) fn check(&self, token: &SignedToken<C>, now: Timestamp) -> Result<(), JwtError> {
        self.expectation.check(token.typ.as_deref(), token.claims.registered(), now)
    }
}
