//! Signs access tokens for sessions, and remembers those made by exchange.
//!
//! A token made for (session, version, audience, scopes) is handed out again until 80 % of its life is over, and dropped by the same sink
//! call that ends or changes the session: a proxy that asks at every request costs one signature in four minutes.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cloakroom_jwt::{KeyRingHandle, sign};
use cloakroom_primitives::{Random, Secret, Timestamp};
use cloakroom_session::{FeedRecord, FeedSink, Scopes, Session, SessionId};
use quick_cache::sync::Cache;

use crate::access_claims::{ACCESS_TOKEN_TYPE, AccessClaims, Grant};
use crate::error::AuthError;
use crate::origin::Origin;

/// A signed access token, and what it says.
#[derive(Clone, Debug)]
pub struct IssuedToken {
    /// The compact JWS.
    pub token: Secret<String>,
    /// Its payload.
    pub claims: AccessClaims,
}

impl IssuedToken {
    /// How long it is good for.
    pub fn expires_in(&self, now: Timestamp) -> Duration {
        self.claims.expires_at().since(now)
    }
}

/// What a token is asked for.
#[derive(Clone, Debug)]
pub(crate) struct TokenOrder {
    pub(crate) audience: Arc<str>,
    pub(crate) scopes: Scopes,
    pub(crate) lifetime: Duration,
    /// The end of the session's idle time, where the request does not count as use.
    pub(crate) not_after: Timestamp,
}

/// Makes access tokens.
#[derive(Clone)]
pub struct AccessTokens {
    issuer: Origin,
    ring: KeyRingHandle,
    random: Arc<dyn Random>,
    memory: Arc<ExchangeMemory>,
}

impl AccessTokens {
    pub(crate) fn new(issuer: Origin, ring: KeyRingHandle, random: Arc<dyn Random>, memory: Arc<ExchangeMemory>) -> Self {
        Self { issuer, ring, random, memory }
    }

    /// Signs a new token for a session.
    pub(crate) fn issue(&self, session: &Session, order: TokenOrder, now: Timestamp) -> Result<IssuedToken, AuthError> {
        let TokenOrder { audience, scopes, lifetime, not_after } = order;
        let grant = Grant { issuer: self.issuer.as_str(), audience: &audience, scopes, lifetime, not_after };
        self.sign(AccessClaims::of_session(session, grant, &*self.random, now))
    }

    /// Signs claims.
    pub(crate) fn sign(&self, claims: AccessClaims) -> Result<IssuedToken, AuthError> {
        let ring = self.ring.load();
        let key = ring.signing_key().ok_or_else(|| AuthError::Unavailable("there is no key to sign with".into()))?;
        let token = sign(&claims, ACCESS_TOKEN_TYPE, key).map_err(|error| AuthError::Internal(Box::new(error)))?;
        Ok(IssuedToken { token: Secret::new(token), claims })
    }

    /// Exchanges a session for a token, or hands out the one that is remembered.
    pub(crate) fn exchange(&self, session: &Session, order: TokenOrder, now: Timestamp) -> Result<Arc<IssuedToken>, AuthError> {
        // A token for a passive request ends early: it is not one for others to reuse.
        if order.not_after < session.absolute_ends_at {
            return self.issue(session, order, now).map(Arc::new);
        }
        if let Some(remembered) = self.memory.find(session, &order, now) {
            return Ok(remembered);
        }
        let issued = Arc::new(self.issue(session, order.clone(), now)?);
        self.memory.remember(session, &order, Arc::clone(&issued), now);
        Ok(issued)
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.random
    }

    pub(crate) fn issuer(&self) -> &Origin {
        &self.issuer
    }
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokens").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// How many sessions' exchanged tokens are remembered.
const REMEMBERED_SESSIONS: usize = 10_000;
/// How many tokens of one session: one for each audience that it visits.
const REMEMBERED_TOKENS: usize = 8;

/// Tokens made by exchange, by session.
pub(crate) struct ExchangeMemory(Cache<SessionId, Arc<[Remembered]>>);

#[derive(Clone)]
struct Remembered {
    version: u64,
    audience: Arc<str>,
    scopes: Scopes,
    until: Timestamp,
    token: Arc<IssuedToken>,
}

impl ExchangeMemory {
    pub(crate) fn new() -> Self {
        Self(Cache::new(REMEMBERED_SESSIONS))
    }

    fn find(&self, session: &Session, order: &TokenOrder, now: Timestamp) -> Option<Arc<IssuedToken>> {
        let tokens = self.0.get(&session.id)?;
        tokens.iter().find(|one| one.is_for(session, order) && now < one.until).map(|one| Arc::clone(&one.token))
    }

    fn remember(&self, session: &Session, order: &TokenOrder, token: Arc<IssuedToken>, now: Timestamp) {
        let life = token.claims.expires_at().since(now);
        let fresh = Remembered {
            version: session.version,
            audience: Arc::clone(&order.audience),
            scopes: order.scopes.clone(),
            until: now.plus(life.mul_f64(0.8)),
            token,
        };
        let others = self.0.get(&session.id).into_iter().flat_map(|tokens| tokens.to_vec());
        let kept = others.filter(|one| one.version == session.version && !one.is_for(session, order) && now < one.until);
        let tokens: Vec<_> = std::iter::once(fresh).chain(kept).take(REMEMBERED_TOKENS).collect();
        self.0.insert(session.id, tokens.into());
    }
}

impl Remembered {
    fn is_for(&self, session: &Session, order: &TokenOrder) -> bool {
        self.version == session.version && self.audience == order.audience && self.scopes == order.scopes
    }
}

impl FeedSink for ExchangeMemory {
    fn apply(&self, records: &[FeedRecord]) {
        for session in records.iter().filter_map(|record| record.entry.session()) {
            self.0.remove(&session);
        }
    }

    fn forget(&self, sessions: &[SessionId]) {
        for session in sessions {
            self.0.remove(session);
        }
    }
}
