//! A store that can be switched off, to see what becomes of everything around it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cloakroom_primitives::Timestamp;

use crate::{
    Change, Counter, EndedFeed, EndedSession, Ending, FamilyFound, FamilyId, FeedRecord, FeedSink, Inserted, RefreshFamily,
    RefreshStore, Replaced, Seen, Session, SessionId, SessionStore, Snapshot, Start, Store, StoreError, UserId,
};

/// Passes everything on to another store while it is on, and answers [`StoreError::Unavailable`] while it is off.
pub struct SwitchedStore {
    store: Arc<dyn Store>,
    off: AtomicBool,
}

impl SwitchedStore {
    /// Wraps a store; it is on.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, off: AtomicBool::new(false) }
    }

    /// Switches it on or off.
    pub fn switch(&self, on: bool) {
        self.off.store(!on, Ordering::SeqCst);
    }

    fn store(&self) -> Result<&dyn Store, StoreError> {
        if self.off.load(Ordering::SeqCst) { Err(StoreError::Unavailable("it is switched off".into())) } else { Ok(&*self.store) }
    }
}

impl fmt::Debug for SwitchedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SwitchedStore").field("off", &self.off).finish_non_exhaustive()
    }
}

#[async_trait]
impl SessionStore for SwitchedStore {
    fn exclusive(&self) -> bool {
        self.store.exclusive()
    }

    fn attach(&self, sinks: &[Arc<dyn FeedSink>]) -> bool {
        self.store.attach(sinks)
    }

    async fn insert(&self, start: &Start) -> Result<Inserted, StoreError> {
        self.store()?.insert(start).await
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.store()?.find(id).await
    }

    async fn replace(&self, session: &Session, change: Change, family: Option<&RefreshFamily>) -> Result<Replaced, StoreError> {
        self.store()?.replace(session, change, family).await
    }

    async fn touch(&self, seen: &[Seen]) -> Result<(), StoreError> {
        self.store()?.touch(seen).await
    }

    async fn remove(&self, id: SessionId, ending: Ending) -> Result<Option<EndedSession>, StoreError> {
        self.store()?.remove(id, ending).await
    }

    async fn list(&self, user: &UserId) -> Result<Vec<Session>, StoreError> {
        self.store()?.list(user).await
    }

    async fn remove_all(&self, user: &UserId, keep: Option<SessionId>, ending: Ending) -> Result<Vec<EndedSession>, StoreError> {
        self.store()?.remove_all(user, keep, ending).await
    }

    async fn sweep(&self, seen: &[Seen], ended_before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        self.store()?.sweep(seen, ended_before, limit).await
    }
}

#[async_trait]
impl RefreshStore for SwitchedStore {
    async fn find_family(&self, id: FamilyId) -> Result<Option<FamilyFound>, StoreError> {
        self.store()?.find_family(id).await
    }

    async fn replace_family(&self, family: &RefreshFamily, spent: Counter) -> Result<Replaced, StoreError> {
        self.store()?.replace_family(family, spent).await
    }

    async fn list_families(&self, session: SessionId) -> Result<Vec<RefreshFamily>, StoreError> {
        self.store()?.list_families(session).await
    }
}

#[async_trait]
impl EndedFeed for SwitchedStore {
    async fn read(&self, after: u64, limit: u32) -> Result<Vec<FeedRecord>, StoreError> {
        self.store()?.read(after, limit).await
    }

    async fn snapshot(&self, now: Timestamp) -> Result<Snapshot, StoreError> {
        self.store()?.snapshot(now).await
    }

    async fn find_ended(&self, session: SessionId) -> Result<Option<EndedSession>, StoreError> {
        self.store()?.find_ended(session).await
    }

    async fn prune(&self, now: Timestamp) -> Result<u32, StoreError> {
        self.store()?.prune(now).await
    }

    async fn longest_access_lifetime(&self, configured: Duration) -> Result<Duration, StoreError> {
        self.store()?.longest_access_lifetime(configured).await
    }
}
