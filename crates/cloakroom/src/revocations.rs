//! The revocation memory: sessions that ended so recently that a JWT of theirs may still be within its lifetime.
//!
//! It is one map, session id to the moment until which it matters, filled by ends of sessions alone. There is no rule by user and none by
//! `iat`: whole seconds cannot order a token and a sign-out.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use cloakroom_primitives::Timestamp;
use cloakroom_session::{FeedEntry, FeedRecord, FeedSink, SessionId};

/// More shards than cores that check tokens, so that one that writes stops few that read.
const SHARDS: usize = 16;

/// Which sessions have ended within one access-token lifetime.
#[derive(Debug, Default)]
pub struct Revocations {
    shards: [RwLock<HashMap<SessionId, Timestamp>>; SHARDS],
}

impl Revocations {
    /// Remembers none.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the session is known to have ended.
    pub fn ended(&self, session: SessionId) -> bool {
        self.shard(session).read().unwrap_or_else(PoisonError::into_inner).contains_key(&session)
    }

    /// Forgets what does not matter any more at `now`.
    pub fn prune(&self, now: Timestamp) {
        for shard in &self.shards {
            shard.write().unwrap_or_else(PoisonError::into_inner).retain(|_, until| now < *until);
        }
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.read().unwrap_or_else(PoisonError::into_inner).len()).sum()
    }

    /// Whether none is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn shard(&self, session: SessionId) -> &RwLock<HashMap<SessionId, Timestamp>> {
        // The last byte of an id is random.
        &self.shards[usize::from(session.as_bytes()[15]) % SHARDS]
    }
}

impl FeedSink for Revocations {
    fn apply(&self, records: &[FeedRecord]) {
        for record in records {
            if let FeedEntry::SessionEnded(ended) = &record.entry {
                let mut shard = self.shard(ended.id).write().unwrap_or_else(PoisonError::into_inner);
                let until = shard.entry(ended.id).or_default();
                *until = (*until).max(ended.ending.matters_until);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_session::{Cell, ClientId, EndCause, EndedSession, Ending, UserId};

    use super::*;

    fn ended(id: SessionId, until: u64) -> FeedRecord {
        let ending = Ending { cause: EndCause::SignedOut, at: Timestamp::ZERO, matters_until: Timestamp::from_seconds(until) };
        let (user, client) = (UserId::new("ada").unwrap(), ClientId::new("app").unwrap());
        FeedRecord { seq: 1, entry: FeedEntry::SessionEnded(EndedSession { id, user, client, cell: Cell::Jwt, ending }) }
    }

    #[test]
    fn an_end_is_remembered_until_it_does_not_matter() {
        let (revocations, id) = (Revocations::new(), SessionId::from_bytes([9; 16]));
        assert!(!revocations.ended(id));
        revocations.apply(&[ended(id, 100), ended(id, 50)]);
        assert!(revocations.ended(id));
        revocations.prune(Timestamp::from_seconds(99));
        assert!(revocations.ended(id));
        revocations.prune(Timestamp::from_seconds(100));
        assert!(!revocations.ended(id) && revocations.is_empty());
    }
}
