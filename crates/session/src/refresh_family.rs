//! A refresh family: a counter that says which of its tokens may be spent, and what a presented one earns.
//!
//! 1. The current token rotates: the counter moves on, and the moment and network are remembered.
//! 2. The one before it, within the retry window, earns the same successor again. Nothing is written: the answer may have been lost, or
//!    two tabs asked at once. So there is one tip, never a fork.
//! 3. The same later, and anything older, is reuse (RFC 9700 §4.14.2): the session and all under it end.
//! 4. A counter above ours with a good MAC is ours, and the store has forgotten (restore, lost write): the family catches up.
//! 5. A family has no deadline of its own; its session's absolute deadline never moves.

use std::fmt;
use std::sync::Arc;

use cloakroom_primitives::{KeyId, Timestamp};

use crate::{ClientId, FamilyId, Network, RefreshPolicy, Scopes, Session, SessionId};

/// Which of a family's tokens: the first is zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counter(u32);

impl Counter {
    /// The counter with that number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Its bytes in a token.
    pub const fn to_be_bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    /// The counter with those bytes.
    pub const fn from_be_bytes(bytes: [u8; 4]) -> Self {
        Self(u32::from_be_bytes(bytes))
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// When a family last rotated, and from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The moment.
    pub at: Timestamp,
    /// The network of the client, where its address was known.
    pub from: Option<Network>,
}

/// A refresh family as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshFamily {
    /// Its name, which its tokens carry.
    pub id: FamilyId,
    /// The session it hangs under.
    pub session: SessionId,
    /// The client it was issued to.
    pub client: ClientId,
    /// The audience of the access tokens it fetches.
    pub audience: Arc<str>,
    /// The scopes that its access tokens may have.
    pub scopes: Scopes,
    /// The master key its tokens are minted under.
    pub key_id: KeyId,
    /// The one token that may be spent.
    pub counter: Counter,
    /// When it began.
    pub created_at: Timestamp,
    /// Its last rotation.
    pub rotation: Option<Rotation>,
}

/// What a presented token earns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// The next token, once the family below has replaced this one.
    Rotate(RefreshFamily),
    /// The next token, once the family below has replaced this one; the store had forgotten a rotation.
    Recover(RefreshFamily),
    /// The same successor again; there is nothing to write.
    Repeat {
        /// Whether it came from another network than the rotation.
        elsewhere: bool,
    },
    /// Nothing: it was spent before, so somebody holds a copy. The session ends.
    Reused,
    /// Nothing: the session is past its deadline.
    Expired,
}

impl RefreshFamily {
    /// Opens a family whose first token has the counter zero.
    pub fn open(
        id: FamilyId,
        session: SessionId,
        client: ClientId,
        audience: Arc<str>,
        scopes: Scopes,
        key_id: KeyId,
        now: Timestamp,
    ) -> Self {
        Self { id, session, client, audience, scopes, key_id, counter: Counter::default(), created_at: now, rotation: None }
    }

    /// Decides what a presented counter earns. Pure: the caller stores the answer.
    ///
    /// MAC, client, cell and (in a cookie) `sid` have been checked: a token that fails those never gets here.
    pub fn redeem(
        &self,
        session: &Session,
        presented: Counter,
        from: Option<Network>,
        policy: &RefreshPolicy,
        now: Timestamp,
    ) -> Redemption {
        if !session.is_live(now) {
            return Redemption::Expired;
        }
        if presented == self.counter {
            return Redemption::Rotate(self.advanced(presented, from, now));
        }
        // The MAC is right, so we minted it and the store has forgotten (restore, lost write).
        if presented > self.counter {
            return Redemption::Recover(self.advanced(presented, from, now));
        }
        // The answer may have been lost, or two tabs asked at once: same successor, nothing to write.
        if let Some(last) = self.rotation {
            let elsewhere = Network::differ(last.from, from);
            let in_time = presented.next() == self.counter && now < last.at.plus(policy.window(session.cell));
            if in_time && !(elsewhere && policy.elsewhere_is_reuse) {
                return Redemption::Repeat { elsewhere };
            }
        }
        // RFC 9700 §4.14.2: a token seen after its successor was copied; its session ends.
        Redemption::Reused
    }

    /// The family after `spent` has been exchanged.
    fn advanced(&self, spent: Counter, from: Option<Network>, now: Timestamp) -> Self {
        Self { counter: spent.next(), rotation: Some(Rotation { at: now, from }), ..self.clone() }
    }
}
