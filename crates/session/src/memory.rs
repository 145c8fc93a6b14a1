//! The reference store: everything in this process's memory, each call one step under one lock.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use cloakroom_primitives::{OsRandom, Random as _, Timestamp};

use crate::{
    Change, Counter, EndCause, EndedFeed, EndedSession, Ending, FamilyFound, FamilyId, FeedEntry, FeedRecord, FeedSink, Inserted,
    OnLimit, RefreshFamily, RefreshStore, Replaced, Seen, Session, SessionId, SessionStore, Snapshot, Start, StoreError, UserId,
};

/// Keeps sessions in memory: for tests, for trying things out, and for a server whose users may sign in again after a restart.
///
/// A restart forgets the sessions, and it forgets which of them were ended: a JWT of an ended session is then good until its `exp`.
/// Where that matters, keep sessions in a store that lasts, or keep access tokens short.
#[derive(Default)]
pub struct MemoryStore(Mutex<State>);

struct State {
    sessions: HashMap<SessionId, Row>,
    /// Each user's sessions, oldest first.
    by_user: HashMap<UserId, BTreeSet<(Timestamp, SessionId)>>,
    /// Which session a family hangs under; the family itself is in that session's row, so it cannot outlive it.
    family_sessions: HashMap<FamilyId, SessionId>,
    epoch: [u8; 16],
    last_seq: u64,
    feed: VecDeque<FeedRecord>,
    longest_access_lifetime: Duration,
    sinks: Vec<Arc<dyn FeedSink>>,
}

struct Row {
    session: Session,
    families: Vec<RefreshFamily>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// A step that panicked has changed nothing halfway that matters to the next: each checks before it writes.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("sessions", &self.state().sessions.len()).finish_non_exhaustive()
    }
}

#[async_trait]
impl SessionStore for MemoryStore {
    fn exclusive(&self) -> bool {
        true
    }

    fn attach(&self, sinks: &[Arc<dyn FeedSink>]) -> bool {
        self.state().sinks.extend_from_slice(sinks);
        true
    }

    async fn insert(&self, start: &Start) -> Result<Inserted, StoreError> {
        self.state().insert(start)
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        Ok(self.state().sessions.get(&id).map(|row| row.session.clone()))
    }

    async fn replace(&self, session: &Session, change: Change, family: Option<&RefreshFamily>) -> Result<Replaced, StoreError> {
        Ok(self.state().replace(session, change, family))
    }

    async fn touch(&self, seen: &[Seen]) -> Result<(), StoreError> {
        self.state().touch(seen);
        Ok(())
    }

    async fn remove(&self, id: SessionId, ending: Ending) -> Result<Option<EndedSession>, StoreError> {
        Ok(self.state().end(&[id], ending).pop())
    }

    async fn list(&self, user: &UserId) -> Result<Vec<Session>, StoreError> {
        let state = self.state();
        Ok(state.of_user(user).rev().cloned().collect())
    }

    async fn remove_all(&self, user: &UserId, keep: Option<SessionId>, ending: Ending) -> Result<Vec<EndedSession>, StoreError> {
        let mut state = self.state();
        let ids: Vec<_> = state.of_user(user).map(|session| session.id).filter(|id| Some(*id) != keep).collect();
        Ok(state.end(&ids, ending))
    }

    async fn sweep(&self, seen: &[Seen], ended_before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        let mut state = self.state();
        state.touch(seen);
        let over = state.sessions.values().map(|row| &row.session).filter(|session| session.ends_at() < ended_before);
        let ids: Vec<_> = over.take(limit as usize).map(|session| session.id).collect();
        Ok(ids.into_iter().filter_map(|id| state.take(id)).count() as u32)
    }
}

#[async_trait]
impl RefreshStore for MemoryStore {
    async fn find_family(&self, id: FamilyId) -> Result<Option<FamilyFound>, StoreError> {
        let mut state = self.state();
        let found = state.row_of_family(id);
        Ok(found.map(|(row, at)| FamilyFound { family: row.families[at].clone(), session: row.session.clone() }))
    }

    async fn replace_family(&self, family: &RefreshFamily, spent: Counter) -> Result<Replaced, StoreError> {
        let mut state = self.state();
        let Some((row, at)) = state.row_of_family(family.id) else {
            return Ok(Replaced::Gone);
        };
        if row.families[at].counter != spent {
            return Ok(Replaced::Stale);
        }
        row.families[at] = family.clone();
        Ok(Replaced::Yes)
    }

    async fn list_families(&self, session: SessionId) -> Result<Vec<RefreshFamily>, StoreError> {
        Ok(self.state().sessions.get(&session).map(|row| row.families.clone()).unwrap_or_default())
    }
}

#[async_trait]
impl EndedFeed for MemoryStore {
    async fn read(&self, after: u64, limit: u32) -> Result<Vec<FeedRecord>, StoreError> {
        let state = self.state();
        let first = state.feed.partition_point(|record| record.seq <= after);
        Ok(state.feed.range(first..).take(limit as usize).cloned().collect())
    }

    async fn snapshot(&self, now: Timestamp) -> Result<Snapshot, StoreError> {
        let state = self.state();
        let records = state.feed.iter().filter(|record| matters(record, now)).cloned().collect();
        Ok(Snapshot { epoch: state.epoch, last: state.last_seq, records })
    }

    async fn find_ended(&self, session: SessionId) -> Result<Option<EndedSession>, StoreError> {
        Ok(self.state().feed.iter().find_map(|record| match &record.entry {
            FeedEntry::SessionEnded(ended) if ended.id == session => Some(ended.clone()),
            _ => None,
        }))
    }

    async fn prune(&self, now: Timestamp) -> Result<u32, StoreError> {
        let mut state = self.state();
        let before = state.feed.len();
        state.feed.retain(|record| matters(record, now));
        Ok((before - state.feed.len()) as u32)
    }

    async fn longest_access_lifetime(&self, configured: Duration) -> Result<Duration, StoreError> {
        let mut state = self.state();
        state.longest_access_lifetime = state.longest_access_lifetime.max(configured);
        Ok(state.longest_access_lifetime)
    }
}

fn matters(record: &FeedRecord, now: Timestamp) -> bool {
    now < record.entry.matters_until()
}

impl Default for State {
    fn default() -> Self {
        let mut epoch = [0; 16];
        OsRandom.fill(&mut epoch);
        Self {
            sessions: HashMap::new(),
            by_user: HashMap::new(),
            family_sessions: HashMap::new(),
            epoch,
            last_seq: 0,
            feed: VecDeque::new(),
            longest_access_lifetime: Duration::ZERO,
            sinks: Vec::new(),
        }
    }
}

impl State {
    fn insert(&mut self, start: &Start) -> Result<Inserted, StoreError> {
        let Start { session, family, replaces, limit, matters_until } = start;
        let family_is_known = family.as_ref().is_some_and(|family| self.family_sessions.contains_key(&family.id));
        if self.sessions.contains_key(&session.id) || family_is_known {
            return Err(StoreError::Conflict);
        }
        let now = session.created_at;
        let live = self.of_user(&session.user).filter(|other| other.is_live(now) && !replaces.contains(&other.id));
        let mut pushed_out: Vec<_> = live.map(|other| other.id).collect();
        pushed_out.truncate((pushed_out.len() + 1).saturating_sub(limit.most.get() as usize));
        if !pushed_out.is_empty() && limit.on_limit == OnLimit::Refuse {
            return Ok(Inserted::LimitReached);
        }
        let ending = |cause| Ending { cause, at: now, matters_until: *matters_until };
        let mut ended = self.end(replaces, ending(EndCause::Replaced));
        ended.extend(self.end(&pushed_out, ending(EndCause::Limit)));

        self.by_user.entry(session.user.clone()).or_default().insert((session.created_at, session.id));
        self.family_sessions.extend(family.as_ref().map(|family| (family.id, session.id)));
        let row = Row { session: session.clone(), families: family.iter().cloned().collect() };
        self.sessions.insert(session.id, row);
        Ok(Inserted::Yes { ended })
    }

    fn replace(&mut self, session: &Session, change: Change, family: Option<&RefreshFamily>) -> Replaced {
        let Some(row) = self.sessions.get_mut(&session.id) else {
            return Replaced::Gone;
        };
        let old = &row.session;
        if old.version + 1 != session.version {
            return Replaced::Stale;
        }
        let (seen_at, seen_from) =
            if session.seen_at > old.seen_at { (session.seen_at, session.seen_from) } else { (old.seen_at, old.seen_from) };
        let (user, created_at) = (old.user.clone(), old.created_at);
        row.session = Session { user: user.clone(), created_at, seen_at, seen_from, ..session.clone() };
        if let Some(family) = family {
            for old in row.families.drain(..) {
                self.family_sessions.remove(&old.id);
            }
            row.families.push(family.clone());
            self.family_sessions.insert(family.id, session.id);
        }
        self.append([FeedEntry::SessionChanged { session: session.id, user, change }]);
        Replaced::Yes
    }

    fn touch(&mut self, seen: &[Seen]) {
        for seen in seen {
            if let Some(row) = self.sessions.get_mut(&seen.id)
                && seen.seen_at > row.session.seen_at
            {
                row.session.seen_at = seen.seen_at;
                row.session.seen_from = seen.seen_from.or(row.session.seen_from);
            }
        }
    }

    /// Removes sessions, and appends the record of each.
    fn end(&mut self, ids: &[SessionId], ending: Ending) -> Vec<EndedSession> {
        let gone = ids.iter().filter_map(|id| self.take(*id));
        let ended: Vec<_> =
            gone.map(|Session { id, user, client, cell, .. }| EndedSession { id, user, client, cell, ending }).collect();
        self.append(ended.iter().cloned().map(FeedEntry::SessionEnded));
        ended
    }

    /// Removes a session with its families, without a record.
    fn take(&mut self, id: SessionId) -> Option<Session> {
        let Row { session, families } = self.sessions.remove(&id)?;
        for family in families {
            self.family_sessions.remove(&family.id);
        }
        if let Some(ids) = self.by_user.get_mut(&session.user) {
            ids.remove(&(session.created_at, id));
            if ids.is_empty() {
                self.by_user.remove(&session.user);
            }
        }
        Some(session)
    }

    /// Numbers what happened, and calls the sinks while the lock still holds the order.
    fn append(&mut self, entries: impl IntoIterator<Item = FeedEntry>) {
        let first = self.last_seq + 1;
        let records: Vec<_> = (first..).zip(entries).map(|(seq, entry)| FeedRecord { seq, entry }).collect();
        let Some(last) = records.last() else {
            return;
        };
        self.last_seq = last.seq;
        for sink in &self.sinks {
            sink.apply(&records);
        }
        self.feed.extend(records);
    }

    /// A user's sessions, oldest first.
    fn of_user(&self, user: &UserId) -> impl DoubleEndedIterator<Item = &Session> + Clone {
        self.by_user.get(user).into_iter().flatten().map(|(_, id)| &self.sessions[id].session)
    }

    /// The row that holds a family, and the family's place in it.
    fn row_of_family(&mut self, id: FamilyId) -> Option<(&mut Row, usize)> {
        let row = self.sessions.get_mut(self.family_sessions.get(&id)?)?;
        let at = row.families.iter().position(|family| family.id == id)?;
        Some((row, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn it_keeps_the_contract() {
        crate::conformance::check(async || MemoryStore::new()).await;
    }
}
