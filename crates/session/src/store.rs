//! The contract of a store, in prose. `conformance` (the feature and the module of that name) is the same contract as tests.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cloakroom_primitives::Timestamp;

use crate::{
    Change, Counter, EndedSession, Ending, FamilyId, FeedRecord, FeedSink, Inserted, RefreshFamily, Session, SessionId, Snapshot,
    Start, UserId,
};

/// What lies under an error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a store did not answer. Each variant says what the caller can do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store cannot be reached or cannot write; the same call may succeed later.
    #[error("the session store is unavailable")]
    Unavailable(#[source] BoxError),
    /// Too much work waits already; the same call may succeed in a moment.
    #[error("the session store is busy")]
    Busy,
    /// The id exists already; make another one.
    #[error("the id exists already")]
    Conflict,
    /// A row cannot be read as what it should be; somebody must look at it.
    #[error("the session store holds something it should not")]
    Corrupt(#[source] BoxError),
    /// A bug of ours.
    #[error("the session store failed")]
    Internal(#[source] BoxError),
}

/// What came of replacing a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// It is replaced.
    Yes,
    /// Somebody else was first: read again.
    Stale,
    /// There is no such row any more.
    Gone,
}

/// A session was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which.
    pub id: SessionId,
    /// When.
    pub seen_at: Timestamp,
    /// From where, if that is known.
    pub seen_from: Option<IpAddr>,
    /// Its deadline, now that it was used.
    pub ends_at: Timestamp,
}

/// A refresh family with the session it hangs under.
#[derive(Clone, Debug)]
pub struct FamilyFound {
    /// The family.
    pub family: RefreshFamily,
    /// Its session, as the store has it.
    pub session: Session,
}

/// Keeps sessions. Implementations only remember and compare; judging is [`Session::judge`]'s work.
///
/// Prove an implementation with `conformance::check` (feature `conformance`).
#[async_trait]
pub trait SessionStore: Send + Sync + 'static {
    /// Whether this process alone writes the store, so that what it remembers in front of it is always right.
    fn exclusive(&self) -> bool {
        false
    }

    /// Hands over what must follow each commit, and says whether the store will call it.
    ///
    /// A store with a writer of its own calls its sinks after the commit and before it answers, whether or not anyone still waits, and
    /// returns `true`. For any other store the caller applies what each call returned.
    fn attach(&self, sinks: &[Arc<dyn FeedSink>]) -> bool {
        let _ = sinks;
        false
    }

    /// Adds a session with its refresh family, and in the same step ends what it replaces and what the user's limit pushes out.
    ///
    /// What it replaces ends first, then the oldest. Sessions past their deadline do not count against the limit and are not ended by it.
    /// Fails with [`StoreError::Conflict`] when its id exists; never overwrites.
    async fn insert(&self, start: &Start) -> Result<Inserted, StoreError>;

    /// Finds a session, expired or not. An unknown id is `None`, not an error.
    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError>;

    /// Replaces a session if its stored version is the one before `session.version`, and appends the feed record. Never brings one back,
    /// and never moves last-seen back. With `family`, that one takes the place of all families of the session in the same step.
    async fn replace(&self, session: &Session, change: Change, family: Option<&RefreshFamily>) -> Result<Replaced, StoreError>;

    /// Moves last-seen times and places and their deadlines forward, never back. Unknown ids are ignored; versions stay.
    async fn touch(&self, seen: &[Seen]) -> Result<(), StoreError>;

    /// Removes a session and, in the same step, its refresh families, and appends the feed record.
    ///
    /// A family that outlived its session would let a stolen refresh token open it again.
    async fn remove(&self, id: SessionId, ending: Ending) -> Result<Option<EndedSession>, StoreError>;

    /// Lists a user's sessions, newest first, expired ones too.
    async fn list(&self, user: &UserId) -> Result<Vec<Session>, StoreError>;

    /// Removes a user's sessions but for `keep`, as [`SessionStore::remove`] does, oldest first, in one step.
    async fn remove_all(&self, user: &UserId, keep: Option<SessionId>, ending: Ending) -> Result<Vec<EndedSession>, StoreError>;

    /// First writes `seen` as [`SessionStore::touch`] does, then removes at most `limit` sessions whose deadline lies before
    /// `ended_before`, with their families, in one step; returns how many. It appends no feed record: no JWT outlives the deadline.
    async fn sweep(&self, seen: &[Seen], ended_before: Timestamp, limit: u32) -> Result<u32, StoreError>;
}

/// Keeps refresh families. They come and go with their sessions: insertion and removal are [`SessionStore`]'s.
#[async_trait]
pub trait RefreshStore: Send + Sync + 'static {
    /// Finds a family and its session in one read.
    async fn find_family(&self, id: FamilyId) -> Result<Option<FamilyFound>, StoreError>;

    /// Replaces a family if its stored counter is still `spent`: the counter is the version.
    async fn replace_family(&self, family: &RefreshFamily, spent: Counter) -> Result<Replaced, StoreError>;

    /// Lists the families of a session.
    async fn list_families(&self, session: SessionId) -> Result<Vec<RefreshFamily>, StoreError>;
}

/// The numbered record of what ended and changed.
#[async_trait]
pub trait EndedFeed: Send + Sync + 'static {
    /// At most `limit` records after the number `after`, oldest first.
    async fn read(&self, after: u64, limit: u32) -> Result<Vec<FeedRecord>, StoreError>;

    /// All records that still matter at `now`.
    async fn snapshot(&self, now: Timestamp) -> Result<Snapshot, StoreError>;

    /// The record of a session's end, while it is on file.
    async fn find_ended(&self, session: SessionId) -> Result<Option<EndedSession>, StoreError>;

    /// Removes records that have ceased to matter at `now`, and says how many.
    async fn prune(&self, now: Timestamp) -> Result<u32, StoreError>;

    /// Records how long access tokens live, and returns the longest lifetime ever recorded: a record must matter for that long.
    async fn longest_access_lifetime(&self, configured: Duration) -> Result<Duration, StoreError>;
}

/// Everything that sessions need of a store.
pub trait Store: SessionStore + RefreshStore + EndedFeed {}

impl<S: SessionStore + RefreshStore + EndedFeed> Store for S {}
