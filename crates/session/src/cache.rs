//! A coherent, bounded memory in front of any store.
//!
//! 1. Only a store that this process alone writes is remembered; any other is read each time.
//! 2. What must follow a commit is done by the store's writer, or, when the store has none, by a task that the caller only awaits: a
//!    caller that is dropped cancels neither the write nor what follows.
//! 3. When a write failed, whether it took effect is not known: every session that it may have touched is forgotten.
//! 4. Last uses are written in batches, each at most once per touch interval (a sixtieth of the idle time, at least 5 s). What could not
//!    be written goes on waiting.
//! 5. Who reads a session reads it with its newest last use. So on one node the idle limit is exact to the millisecond; after a crash it
//!    may strike early by the touch interval and the time between two flushes, never late.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cloakroom_primitives::Timestamp;

use crate::session_map::Look;
use crate::{
    CachedSession, Change, Counter, EndedSession, Ending, FamilyId, FeedEntry, FeedRecord, FeedSink, Inserted, RefreshFamily,
    Replaced, Seen, Session, SessionId, SessionMap, Snapshot, Start, Store, StoreError, UserId,
};

/// How long past their deadline sessions stay in a store that this process alone writes: for requests under way.
const SWEEP_GRACE_ALONE: Duration = Duration::from_secs(10);

/// The same in a store that others write too: a last use may still wait with one of them, for a sixtieth of the idle time.
const SWEEP_GRACE_SHARED: Duration = Duration::from_hours(24);

/// A store with a [`SessionMap`] in front of it. Clones share everything.
#[derive(Clone)]
pub struct CachedStore(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    map: Arc<SessionMap>,
    /// What must follow each commit; the map is the first.
    sinks: Arc<[Arc<dyn FeedSink>]>,
    exclusive: bool,
    calls_sinks: bool,
}

impl CachedStore {
    /// Puts `map` in front of `store`, and attaches it and `extra_sinks`, in this order.
    ///
    /// Unless the store calls its sinks itself, each write runs in a task of its own and needs a tokio runtime.
    pub fn new(store: Arc<dyn Store>, map: Arc<SessionMap>, extra_sinks: &[Arc<dyn FeedSink>]) -> Self {
        let first: Arc<dyn FeedSink> = Arc::<SessionMap>::clone(&map);
        let sinks: Arc<[_]> = std::iter::once(first).chain(extra_sinks.iter().cloned()).collect();
        let calls_sinks = store.attach(&sinks);
        let exclusive = store.exclusive();
        Self(Arc::new(Inner { store, map, sinks, exclusive, calls_sinks }))
    }

    /// The store behind the memory. What is written there directly reaches the memory only if the store calls its sinks.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.0.store
    }

    /// A session that is in memory. Of a store that others write too, none ever is.
    pub fn peek(&self, id: SessionId) -> Option<Arc<CachedSession>> {
        self.0.map.get(id)
    }

    /// Finds a session, expired or not, in memory or in the store. Those who miss the same one at once share one read.
    pub async fn find(&self, id: SessionId) -> Result<Option<Arc<CachedSession>>, StoreError> {
        if !self.0.exclusive {
            let found = self.0.store.find(id).await?;
            return Ok(found.map(|session| self.0.map.cached(session)));
        }
        loop {
            match self.0.map.look(id) {
                Look::Kept(session) => return Ok(Some(session)),
                Look::Fill(fill) => {
                    let read = self.0.store.find(id).await;
                    return fill.finish(read).map_err(|error| shared(&error));
                }
                Look::Wait(mut answer) => {
                    if let Ok(filled) = answer.wait_for(Option::is_some).await
                        && let Some(filled) = filled.as_ref()
                    {
                        return filled.clone().map_err(|error| shared(&error));
                    }
                    // Who read it was dropped: look again.
                }
            }
        }
    }

    /// Lists a user's sessions, newest first, expired ones too.
    pub async fn list(&self, user: &UserId) -> Result<Vec<Session>, StoreError> {
        let mut sessions = self.0.store.list(user).await?;
        self.0.map.lay_over_all(&mut sessions);
        Ok(sessions)
    }

    /// Adds a session, as [`SessionStore::insert`](crate::SessionStore::insert) does.
    pub async fn insert(&self, start: &Start) -> Result<Inserted, StoreError> {
        if self.0.calls_sinks {
            return self.0.store.insert(start).await;
        }
        let (store, start, mut after) = (Arc::clone(&self.0.store), start.clone(), self.aftermath());
        finish(async move {
            let user = &start.session.user;
            let others = store.list(user).await?.into_iter().map(|session| session.id);
            after.touches(Some(user), others.chain(start.replaces.iter().copied()).chain([start.session.id]));
            let inserted = store.insert(&start).await?;
            let ended = if let Inserted::Yes { ended } = &inserted { ended.as_slice() } else { &[] };
            after.apply(ended.iter().cloned().map(FeedEntry::SessionEnded));
            Ok(inserted)
        })
        .await
    }

    /// Replaces a session, as [`SessionStore::replace`](crate::SessionStore::replace) does.
    pub async fn replace(
        &self,
        session: &Session,
        change: Change,
        family: Option<&RefreshFamily>,
    ) -> Result<Replaced, StoreError> {
        if self.0.calls_sinks {
            return self.0.store.replace(session, change, family).await;
        }
        let (store, session, family, mut after) = (Arc::clone(&self.0.store), session.clone(), family.cloned(), self.aftermath());
        finish(async move {
            after.touches(None, [session.id]);
            let replaced = store.replace(&session, change, family.as_ref()).await?;
            let entry = FeedEntry::SessionChanged { session: session.id, user: session.user, change };
            after.apply((replaced == Replaced::Yes).then_some(entry));
            Ok(replaced)
        })
        .await
    }

    /// Removes a session, as [`SessionStore::remove`](crate::SessionStore::remove) does.
    pub async fn remove(&self, id: SessionId, ending: Ending) -> Result<Option<EndedSession>, StoreError> {
        if self.0.calls_sinks {
            return self.0.store.remove(id, ending).await;
        }
        let (store, mut after) = (Arc::clone(&self.0.store), self.aftermath());
        finish(async move {
            after.touches(None, [id]);
            let ended = store.remove(id, ending).await?;
            after.apply(ended.clone().map(FeedEntry::SessionEnded));
            Ok(ended)
        })
        .await
    }

    /// Removes a user's sessions but for `keep`, as [`SessionStore::remove_all`](crate::SessionStore::remove_all) does.
    pub async fn remove_all(
        &self,
        user: &UserId,
        keep: Option<SessionId>,
        ending: Ending,
    ) -> Result<Vec<EndedSession>, StoreError> {
        if self.0.calls_sinks {
            return self.0.store.remove_all(user, keep, ending).await;
        }
        let (store, user, mut after) = (Arc::clone(&self.0.store), user.clone(), self.aftermath());
        finish(async move {
            let all = store.list(&user).await?.into_iter().map(|session| session.id);
            after.touches(Some(&user), all);
            let ended = store.remove_all(&user, keep, ending).await?;
            after.apply(ended.iter().cloned().map(FeedEntry::SessionEnded));
            Ok(ended)
        })
        .await
    }

    /// Finds a refresh family, and its session with its newest last use.
    pub async fn find_family(&self, id: FamilyId) -> Result<Option<(RefreshFamily, Arc<CachedSession>)>, StoreError> {
        let found = self.0.store.find_family(id).await?;
        Ok(found.map(|found| (found.family, self.0.map.cached(found.session))))
    }

    /// Replaces a family if its stored counter is still `spent`.
    pub async fn replace_family(&self, family: &RefreshFamily, spent: Counter) -> Result<Replaced, StoreError> {
        if self.0.calls_sinks {
            return self.0.store.replace_family(family, spent).await;
        }
        let (store, family) = (Arc::clone(&self.0.store), family.clone());
        finish(async move { store.replace_family(&family, spent).await }).await
    }

    /// Lists the families of a session.
    pub async fn list_families(&self, session: SessionId) -> Result<Vec<RefreshFamily>, StoreError> {
        self.0.store.list_families(session).await
    }

    /// The record of a session's end, while it is on file.
    pub async fn find_ended(&self, session: SessionId) -> Result<Option<EndedSession>, StoreError> {
        self.0.store.find_ended(session).await
    }

    /// All records that still matter at `now`.
    pub async fn snapshot(&self, now: Timestamp) -> Result<Snapshot, StoreError> {
        self.0.store.snapshot(now).await
    }

    /// Removes records that have ceased to matter at `now`, and says how many.
    pub async fn prune(&self, now: Timestamp) -> Result<u32, StoreError> {
        self.0.store.prune(now).await
    }

    /// Records how long access tokens live, and returns the longest lifetime ever recorded.
    pub async fn longest_access_lifetime(&self, configured: Duration) -> Result<Duration, StoreError> {
        self.0.store.longest_access_lifetime(configured).await
    }

    /// Writes the last uses that are due, as one batch. A failed one keeps everything for the next.
    pub async fn flush(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(self.0.map.due(now), now).await
    }

    /// Writes every last use that waits, due or not: for when the process stops.
    pub async fn flush_all(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(self.0.map.waiting(), now).await
    }

    /// Waits until so many last uses wait that a flush should not wait for its hour.
    pub async fn flush_wanted(&self) {
        self.0.map.crowded().await;
    }

    async fn write(&self, batch: Vec<Seen>, now: Timestamp) -> Result<(), StoreError> {
        if !batch.is_empty() {
            self.0.store.touch(&batch).await?;
        }
        self.0.map.note_written(&batch, now);
        Ok(())
    }

    /// Removes at most `limit` sessions that ended some time ago, and says how many. The last uses that bear on it are written in the same
    /// step and before: a session that was used is never swept because its last use had yet to be written.
    pub async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u32, StoreError> {
        let grace = if self.0.exclusive { SWEEP_GRACE_ALONE } else { SWEEP_GRACE_SHARED };
        let ended_before = now.minus(grace);
        let batch = self.0.map.due_before_sweep(ended_before);
        let swept = self.0.store.sweep(&batch, ended_before, limit).await?;
        self.0.map.note_written(&batch, now);
        Ok(swept)
    }

    fn aftermath(&self) -> Aftermath {
        let (map, sinks) = (Arc::clone(&self.0.map), Arc::clone(&self.0.sinks));
        Aftermath { map, sinks, sessions: Vec::new(), user: None }
    }
}

impl fmt::Debug for CachedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { map, exclusive, calls_sinks, .. } = &*self.0;
        f.debug_struct("CachedStore")
            .field("map", map)
            .field("exclusive", exclusive)
            .field("calls_sinks", calls_sinks)
            .finish_non_exhaustive()
    }
}

/// The error of a read, for each of those who shared it.
fn shared(error: &Arc<StoreError>) -> StoreError {
    let source = Box::new(Arc::clone(error));
    match **error {
        StoreError::Unavailable(_) => StoreError::Unavailable(source),
        StoreError::Busy => StoreError::Busy,
        StoreError::Conflict => StoreError::Conflict,
        StoreError::Corrupt(_) => StoreError::Corrupt(source),
        StoreError::Internal(_) => StoreError::Internal(source),
    }
}

/// Runs a write to its end, whether or not the caller still waits.
async fn finish<T: Send + 'static>(write: impl Future<Output = Result<T, StoreError>> + Send + 'static) -> Result<T, StoreError> {
    tokio::spawn(write).await.unwrap_or_else(|panicked| Err(StoreError::Internal(Box::new(panicked))))
}

/// What must follow a write. Dropped before the outcome is known, it forgets all that the write may have touched.
struct Aftermath {
    map: Arc<SessionMap>,
    sinks: Arc<[Arc<dyn FeedSink>]>,
    sessions: Vec<SessionId>,
    user: Option<UserId>,
}

impl Aftermath {
    /// Notes what the write may touch: these sessions, and any session of this user.
    fn touches(&mut self, user: Option<&UserId>, sessions: impl IntoIterator<Item = SessionId>) {
        self.user = user.cloned();
        self.sessions.extend(sessions);
    }

    /// Passes on what the write has done.
    fn apply(mut self, entries: impl IntoIterator<Item = FeedEntry>) {
        self.sessions.clear();
        self.user = None;
        let records: Vec<_> = entries.into_iter().map(|entry| FeedRecord { seq: 0, entry }).collect();
        if !records.is_empty() {
            self.sinks.iter().for_each(|sink| sink.apply(&records));
        }
    }
}

impl Drop for Aftermath {
    fn drop(&mut self) {
        if !self.sessions.is_empty() {
            self.sinks.iter().for_each(|sink| sink.forget(&self.sessions));
        }
        if let Some(user) = &self.user {
            self.map.forget_user(user);
        }
    }
}
