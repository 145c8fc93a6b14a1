//! A store that calls no sinks: what must follow a commit is up to whoever calls it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cloakroom::Timestamp;
use cloakroom::session::{
    Change, Counter, EndedFeed, EndedSession, Ending, FamilyFound, FamilyId, FeedRecord, Inserted, MemoryStore, RefreshFamily,
    RefreshStore, Replaced, Seen, Session, SessionId, SessionStore, Snapshot, Start, StoreError, UserId,
};

pub(crate) struct QuietStore {
    store: MemoryStore,
    exclusive: bool,
    /// How many more rotations are lost to somebody else.
    lost: AtomicU32,
}

impl QuietStore {
    /// One that this process alone writes.
    pub(crate) fn alone() -> Self {
        Self { store: MemoryStore::new(), exclusive: true, lost: AtomicU32::new(0) }
    }

    /// One that others write too.
    pub(crate) fn shared() -> Self {
        Self { exclusive: false, ..Self::alone() }
    }

    /// One in which the first `lost` rotations are lost to somebody else.
    pub(crate) fn that_loses(lost: u32) -> Self {
        Self { lost: AtomicU32::new(lost), ..Self::alone() }
    }
}

#[async_trait]
impl SessionStore for QuietStore {
    fn exclusive(&self) -> bool {
        self.exclusive
    }

    async fn insert(&self, start: &Start) -> Result<Inserted, StoreError> {
        self.store.insert(start).await
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.store.find(id).await
    }

    async fn replace(&self, session: &Session, change: Change, family: Option<&RefreshFamily>) -> Result<Replaced, StoreError> {
        self.store.replace(session, change, family).await
    }

    async fn touch(&self, seen: &[Seen]) -> Result<(), StoreError> {
        self.store.touch(seen).await
    }

    async fn remove(&self, id: SessionId, ending: Ending) -> Result<Option<EndedSession>, StoreError> {
        self.store.remove(id, ending).await
    }

    async fn list(&self, user: &UserId) -> Result<Vec<Session>, StoreError> {
        self.store.list(user).await
    }

    async fn remove_all(&self, user: &UserId, keep: Option<SessionId>, ending: Ending) -> Result<Vec<EndedSession>, StoreError> {
        self.store.remove_all(user, keep, ending).await
    }

    async fn sweep(&self, seen: &[Seen], ended_before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        self.store.sweep(seen, ended_before, limit).await
    }
}

#[async_trait]
impl RefreshStore for QuietStore {
    async fn find_family(&self, id: FamilyId) -> Result<Option<FamilyFound>, StoreError> {
        self.store.find_family(id).await
    }

    async fn replace_family(&self, family: &RefreshFamily, spent: Counter) -> Result<Replaced, StoreError> {
        let lost = self.lost.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if lost { Ok(Replaced::Stale) } else { self.store.replace_family(family, spent).await }
    }

    async fn list_families(&self, session: SessionId) -> Result<Vec<RefreshFamily>, StoreError> {
        self.store.list_families(session).await
    }
}

#[async_trait]
impl EndedFeed for QuietStore {
    async fn read(&self, after: u64, limit: u32) -> Result<Vec<FeedRecord>, StoreError> {
        self.store.read(after, limit).await
    }

    async fn snapshot(&self, now: Timestamp) -> Result<Snapshot, StoreError> {
        self.store.snapshot(now).await
    }

    async fn find_ended(&self, session: SessionId) -> Result<Option<EndedSession>, StoreError> {
        self.store.find_ended(session).await
    }

    async fn prune(&self, now: Timestamp) -> Result<u32, StoreError> {
        self.store.prune(now).await
    }

    async fn longest_access_lifetime(&self, configured: Duration) -> Result<Duration, StoreError> {
        self.store.longest_access_lifetime(configured).await
    }
}
