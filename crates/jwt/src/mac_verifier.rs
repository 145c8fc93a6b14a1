//! Verifies tokens under one symmetric key, with the same questions in the same order as [`Verifier`](crate::Verifier) asks them.
//!
//! The one difference: two parties that share one secret may leave `kid` out. Where the header has one it must be the key's, and a key
//! that has none answers to none.

use std::fmt;
use std::sync::{Arc, OnceLock};

use cloakroom_primitives::Timestamp;
use serde::de::DeserializeOwned;

use crate::compact::CompactJws;
use crate::header::KnownHeader;
use crate::json::decode_claims;
use crate::judge::Judge;
use crate::open::{open, open_known};
use crate::verified::SignedToken;
use crate::{Claims, Expectation, JoseHeader, JwtError, MacKey};

/// Verifies the tokens of one issuer for one purpose under a secret shared with it, and remembers the good ones.
pub struct MacVerifier<C> {
    key: MacKey,
    /// The key's name, or nothing.
    kid: Arc<str>,
    header: OnceLock<KnownHeader>,
    judge: Judge<C>,
}

impl<C: Claims + DeserializeOwned> MacVerifier<C> {
    /// A verifier that remembers about `most` tokens; none when it is zero.
    pub fn new(key: MacKey, expectation: Expectation, most: usize) -> Self {
        let kid = key.kid().unwrap_or_default().into();
        Self { key, kid, header: OnceLock::new(), judge: Judge::new(expectation, most) }
    }

    /// What it expects of a token.
    pub fn expectation(&self) -> &Expectation {
        self.judge.expectation()
    }

    /// How many tokens it remembers at the moment.
    pub fn remembered(&self) -> usize {
        self.judge.remembered()
    }

    /// Verifies a token and returns its claims.
    pub fn verify(&self, text: &str, now: Timestamp) -> Result<Arc<C>, JwtError> {
        let jws = CompactJws::split(text)?;
        let (claims, _) = self.judge.verify(&jws, now, |_| true, || self.read(&jws))?;
        Ok(claims)
    }

    fn read(&self, jws: &CompactJws<'_>) -> Result<SignedToken<C>, JwtError> {
        if let Some(known) = self.header.get().filter(|known| known.is(jws.header())) {
            return self.signed(&open_known(jws, &self.key)?, known.typ());
        }
        let header = jws.decode_header()?;
        let header = JoseHeader::decode(&header)?;
        if header.kid().is_some_and(|kid| self.key.kid() != Some(kid)) {
            return Err(JwtError::Untrusted { reason: "the kid names another key" });
        }
        let token = self.signed(&open(jws, &header, &self.key)?, header.typ().map(Into::into))?;
        self.header.get_or_init(|| KnownHeader::new(jws.header(), token.typ.clone()));
        Ok(token)
    }

    fn signed(&self, payload: &[u8], typ: Option<Arc<str>>) -> Result<SignedToken<C>, JwtError> {
        Ok(SignedToken { claims: Arc::new(decode_claims(payload)?), kid: Arc::clone(&self.kid), typ, generation: 0 })
    }
}

impl<C> fmt::Debug for MacVerifier<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MacVerifier")
            .field("key", &self.key)
            .field("expectation", self.judge.expectation())
            .finish_non_exhaustive()
    }
}
