//! The beginning of a session, as one step of the store.

use cloakroom_primitives::Timestamp;

use crate::{EndedSession, RefreshFamily, Session, SessionId, SessionLimit};

/// A session to insert, with what comes and goes in the same step.
#[derive(Clone, Debug)]
pub struct Start {
    /// The new session.
    pub session: Session,
    /// Its refresh family: present exactly in the JWT cells.
    pub family: Option<RefreshFamily>,
    /// The sessions whose credentials this sign-in replaces: they end, with cause `replaced`.
    pub replaces: Vec<SessionId>,
    /// How many live sessions the user may have, this one counted; who goes beyond ends with cause `limit`.
    pub limit: SessionLimit,
    /// Until when the feed records of what ends here matter.
    pub matters_until: Timestamp,
}

/// What came of an insertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// The session is there; these ended in the same step.
    Yes {
        /// What it replaced and what the limit pushed out.
        ended: Vec<EndedSession>,
    },
    /// The user has as many sessions as allowed and the limit refuses; nothing changed.
    LimitReached,
}
