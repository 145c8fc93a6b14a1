//! The feed: who must be forgotten, and until when it matters.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cloakroom_primitives::Timestamp;

use crate::{Change, EndedSession, SessionId, UserId};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FeedEntry {
    /// A session ended: nothing under it is good for anything.
    SessionEnded(EndedSession),
    /// A session changed: what is remembered of it must be read again.
    SessionChanged {
        /// Which.
        session: SessionId,
        /// Whose.
        user: UserId,
        /// Why and when.
        change: Change,
    },
    /// An account was written: what is remembered of it must be read again. It lives in memory alone and is never stored.
    UserChanged {
        /// Which.
        user: UserId,
    },
}

impl FeedEntry {
    /// The session it is about, if it is about one.
    pub fn session(&self) -> Option<SessionId> {
        match self {
            Self::SessionEnded(ended) => Some(ended.id),
            Self::SessionChanged { session, .. } => Some(*session),
            Self::UserChanged { .. } => None,
        }
    }

    /// Until when it matters.
    pub fn matters_until(&self) -> Timestamp {
        match self {
            Self::SessionEnded(ended) => ended.ending.matters_until,
            Self::SessionChanged { change, .. } => change.matters_until,
            Self::UserChanged { .. } => Timestamp::ZERO,
        }
    }
}

/// An entry with its number. Numbers have no gaps; what is never stored has the number zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRecord {
    /// Its number, counted from 1.
    pub seq: u64,
    /// What happened.
    pub entry: FeedEntry,
}

/// All that still matters at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Names the numbering: another epoch, other numbers.
    pub epoch: [u8; 16],
    /// The number of the last record, zero when there has been none.
    pub last: u64,
    /// The records, oldest first.
    pub records: Vec<FeedRecord>,
}

/// Something in memory that must follow what was committed.
///
/// It is called by the store's writer, after the commit and before anyone is answered, whether or not the one who asked still waits. So it
/// is plain, quick and infallible.
pub trait FeedSink: Send + Sync + 'static {
    /// Takes records in the order in which they were committed.
    fn apply(&self, records: &[FeedRecord]);

    /// Forgets what it holds of these sessions: a commit failed, and whether it took effect is not known.
    fn forget(&self, sessions: &[SessionId]) {
        let _ = sessions;
    }
}

/// How long a record matters: the longest access-token lifetime ever configured, and what verifiers allow for leeway and clocks.
///
/// It is shared and only grows: a token made under a longer lifetime may still be out.
#[derive(Clone, Debug)]
pub struct FeedWindow(Arc<AtomicU64>);

impl FeedWindow {
    /// What a remote verifier allows after `exp`.
    pub const LEEWAY: Duration = Duration::from_secs(5);
    /// How far the clocks of two machines may be apart.
    pub const CLOCK_BOUND: Duration = Duration::from_secs(5);

    /// A window for access tokens that live for `lifetime`.
    pub fn for_lifetime(lifetime: Duration) -> Self {
        let window = Self(Arc::new(AtomicU64::new(0)));
        window.widen(lifetime);
        window
    }

    /// Learns that access tokens have lived for `lifetime`.
    pub fn widen(&self, lifetime: Duration) {
        let whole = lifetime.saturating_add(Self::LEEWAY).saturating_add(Self::CLOCK_BOUND);
        self.0.fetch_max(u64::try_from(whole.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Until when what happens at `at` matters.
    pub fn until(&self, at: Timestamp) -> Timestamp {
        at.plus(Duration::from_millis(self.0.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_counts_leeway_and_clocks_and_only_grows() {
        let window = FeedWindow::for_lifetime(Duration::from_mins(5));
        let at = Timestamp::from_seconds(1_000);
        assert_eq!(window.until(at), Timestamp::from_seconds(1_310));
        window.widen(Duration::from_mins(1));
        assert_eq!(window.until(at), Timestamp::from_seconds(1_310));
        window.widen(Duration::from_mins(10));
        assert_eq!(window.clone().until(at), Timestamp::from_seconds(1_610));
    }
}
