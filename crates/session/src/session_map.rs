//! Recently used sessions in memory: bounded, and always as right as what has been committed.
//!
//! 1. An entry leaves when a record or a failed commit names its session; a later look reads the store.
//! 2. A fill registers its id, then reads. A record for that id strikes the registration: the fill answers those who were already
//!    waiting and is not kept, and whoever comes later reads anew.
//! 3. A moved last use waits among the waiting, not in the entry: an entry that leaves keeps it there, and whatever is read of that
//!    session has it laid over.
//! 4. What has been written stays at hand for some seconds more, for reads that began before.
//! 5. There is an upper bound to what waits. A use beyond it is not kept, and its entry leaves: so the idle limit may strike early, never
//!    late.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use cloakroom_primitives::{SecretHash, Timestamp};
use quick_cache::sync::Cache;
use tokio::sync::{Notify, watch};

use crate::last_seen::LastSeen;
use crate::{Carrier, FeedEntry, FeedRecord, FeedSink, Seen, Session, SessionId, StoreError, UserId, Verdict};

/// How long a written last use stays at hand.
const AT_HAND: Duration = Duration::from_secs(5);

/// The least number of sessions whose last use may wait.
const FEWEST_WAITING: usize = 1_024;

/// A session in memory, with its newest last use.
pub struct CachedSession {
    session: Session,
    last_seen: Arc<LastSeen>,
    map: Weak<SessionMap>,
}

impl CachedSession {
    /// The session as it was read. Its last use may have moved since: [`CachedSession::seen_at`].
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// When it was last used.
    pub fn seen_at(&self) -> Timestamp {
        self.last_seen.at()
    }

    /// Where it was last used.
    pub fn seen_from(&self) -> Option<IpAddr> {
        self.last_seen.from()
    }

    /// The earlier of the idle and the absolute deadline.
    pub fn ends_at(&self) -> Timestamp {
        self.session.ends_at_when_seen(self.seen_at())
    }

    /// Whether both deadlines lie ahead.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.ends_at()
    }

    /// Decides whether the session is alive for a secret that came in `carrier`.
    pub fn judge(&self, secret: &SecretHash, carrier: Carrier, now: Timestamp) -> Verdict {
        self.session.judge_when_seen(self.seen_at(), secret, carrier, now)
    }

    /// Notes that the session, which has just been judged alive, was used. An unknown address leaves the place as it was.
    ///
    /// In the common case, the same address again within a few seconds, this is one atomic store.
    pub fn seen(&self, now: Timestamp, from: Option<IpAddr>) {
        self.last_seen.move_to(now);
        if !self.last_seen.is_waiting_at(from)
            && let Some(map) = self.map.upgrade()
        {
            map.wait(self, now, from);
        }
    }

    /// The session with its newest last use.
    pub fn to_session(&self) -> Session {
        let mut session = self.session.clone();
        lay_over(&mut session, &self.last_seen);
        session
    }
}

impl fmt::Debug for CachedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedSession")
            .field("session", &self.session)
            .field("last_seen", &self.last_seen)
            .finish_non_exhaustive()
    }
}

fn lay_over(session: &mut Session, last_seen: &LastSeen) {
    let seen_at = last_seen.at();
    if seen_at > session.seen_at {
        session.seen_at = seen_at;
        session.seen_from = last_seen.from().or(session.seen_from);
    }
}

/// What a process remembers of recently used sessions. It is given to the store as a sink, and to [`CachedStore`](crate::CachedStore).
pub struct SessionMap {
    entries: Cache<SessionId, Arc<CachedSession>>,
    desk: Mutex<Desk>,
    most_waiting: usize,
    crowded: Notify,
    itself: Weak<Self>,
}

/// What is under way. It is locked for moments, and never on the way of a session that is in memory and waits already.
#[derive(Default)]
struct Desk {
    fills: HashMap<SessionId, Registration>,
    fills_begun: u64,
    /// The last uses to write.
    waiting: HashMap<SessionId, Arc<LastSeen>>,
    /// The last uses that were written, and when.
    written: HashMap<SessionId, (Timestamp, Arc<LastSeen>)>,
}

struct Registration {
    number: u64,
    answer: watch::Receiver<Option<Filled>>,
}

/// What a fill found, for all who wait for it.
pub(crate) type Filled = Result<Option<Arc<CachedSession>>, Arc<StoreError>>;

/// What to do about a session that is asked for.
pub(crate) enum Look {
    /// It is in memory.
    Kept(Arc<CachedSession>),
    /// Somebody reads it already.
    Wait(watch::Receiver<Option<Filled>>),
    /// Read it, then finish this.
    Fill(Fill),
}

/// A read under way. Dropped unfinished, it lets the next who waits read.
pub(crate) struct Fill {
    map: Arc<SessionMap>,
    id: SessionId,
    number: u64,
    answer: watch::Sender<Option<Filled>>,
}

impl SessionMap {
    /// A map that keeps about `capacity` sessions.
    pub fn new(capacity: usize) -> Arc<Self> {
        Arc::new_cyclic(|itself| Self {
            entries: Cache::new(capacity),
            desk: Mutex::default(),
            most_waiting: capacity.saturating_mul(2).max(FEWEST_WAITING),
            crowded: Notify::new(),
            itself: Weak::clone(itself),
        })
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, id: SessionId) -> Option<Arc<CachedSession>> {
        self.entries.get(&id)
    }

    /// Looks for a session, and registers a fill if nobody reads it yet.
    pub(crate) fn look(self: &Arc<Self>, id: SessionId) -> Look {
        if let Some(kept) = self.get(id) {
            return Look::Kept(kept);
        }
        let mut desk = self.desk();
        // A fill may have finished in between.
        if let Some(kept) = self.entries.peek(&id) {
            return Look::Kept(kept);
        }
        if let Some(fill) = desk.fills.get(&id) {
            return Look::Wait(fill.answer.clone());
        }
        desk.fills_begun += 1;
        let number = desk.fills_begun;
        let (answer, receiver) = watch::channel(None);
        desk.fills.insert(id, Registration { number, answer: receiver });
        Look::Fill(Fill { map: Arc::clone(self), id, number, answer })
    }

    /// A session that was read, with its newest last use; it is not kept.
    pub(crate) fn cached(&self, session: Session) -> Arc<CachedSession> {
        self.cached_under(&self.desk(), session)
    }

    fn cached_under(&self, desk: &Desk, mut session: Session) -> Arc<CachedSession> {
        let last_seen = if let Some(last_seen) = self.last_seen(desk, session.id) {
            last_seen.merge(session.seen_at, session.seen_from);
            lay_over(&mut session, &last_seen);
            last_seen
        } else {
            Arc::new(LastSeen::of(&session))
        };
        Arc::new(CachedSession { session, last_seen, map: Weak::clone(&self.itself) })
    }

    /// Lays the newest last uses over sessions that were read.
    pub(crate) fn lay_over_all(&self, sessions: &mut [Session]) {
        let desk = self.desk();
        for session in sessions {
            if let Some(last_seen) = self.last_seen(&desk, session.id) {
                lay_over(session, &last_seen);
            }
        }
    }

    /// The one memory of a session's last use, if there is one.
    fn last_seen(&self, desk: &Desk, id: SessionId) -> Option<Arc<LastSeen>> {
        let waiting = || desk.waiting.get(&id).cloned();
        let written = || desk.written.get(&id).map(|(_, last_seen)| Arc::clone(last_seen));
        self.entries.peek(&id).map(|entry| Arc::clone(&entry.last_seen)).or_else(waiting).or_else(written)
    }

    /// Puts a session's last use among the waiting.
    fn wait(&self, entry: &CachedSession, now: Timestamp, from: Option<IpAddr>) {
        let id = entry.session.id;
        let mut desk = self.desk();
        // Who holds an entry that has left moves the memory that has taken its place.
        let last_seen = self.last_seen(&desk, id).unwrap_or_else(|| Arc::clone(&entry.last_seen));
        last_seen.merge(now, from);
        if !Arc::ptr_eq(&last_seen, &entry.last_seen) {
            entry.last_seen.merge(now, from);
        }
        if desk.waiting.contains_key(&id) {
            return;
        }
        if desk.waiting.len() >= self.most_waiting {
            self.entries.remove(&id);
            return;
        }
        last_seen.set_waiting(true);
        desk.waiting.insert(id, last_seen);
        if self.is_crowded(&desk) {
            self.crowded.notify_one();
        }
    }

    fn is_crowded(&self, desk: &Desk) -> bool {
        desk.waiting.len() > self.most_waiting / 2
    }

    /// Waits until so much waits that it should be written early.
    pub(crate) async fn crowded(&self) {
        self.crowded.notified().await;
    }

    /// What may be written at `now`: all of it when it is crowded.
    pub(crate) fn due(&self, now: Timestamp) -> Vec<Seen> {
        let desk = self.desk();
        let crowded = self.is_crowded(&desk);
        collect(&desk, |last_seen| crowded || last_seen.is_due(now))
    }

    /// Everything that waits.
    pub(crate) fn waiting(&self) -> Vec<Seen> {
        collect(&self.desk(), |_| true)
    }

    /// What must be written, due or not, before sessions that ended before `ended_before` are swept.
    pub(crate) fn due_before_sweep(&self, ended_before: Timestamp) -> Vec<Seen> {
        collect(&self.desk(), |last_seen| last_seen.store_thinks_it_ended_before(ended_before))
    }

    /// Notes that the store has these; what has moved since goes on waiting.
    pub(crate) fn note_written(&self, batch: &[Seen], now: Timestamp) {
        let mut desk = self.desk();
        desk.written.retain(|_, (at, _)| now.since(*at) < AT_HAND);
        for seen in batch {
            let Some(last_seen) = desk.waiting.get(&seen.id) else {
                continue;
            };
            if last_seen.written(seen.seen_at, now) {
                last_seen.set_waiting(true);
            } else if let Some(last_seen) = desk.waiting.remove(&seen.id) {
                desk.written.insert(seen.id, (now, last_seen));
            }
        }
    }

    /// Forgets a user's sessions: a commit failed that may have ended any of them.
    pub(crate) fn forget_user(&self, user: &UserId) {
        let mut desk = self.desk();
        // Whose session a fill will find is not known yet.
        desk.fills.clear();
        self.entries.retain(|_, entry| entry.session.user != *user);
    }
}

fn collect(desk: &Desk, wanted: impl Fn(&LastSeen) -> bool) -> Vec<Seen> {
    desk.waiting.iter().filter(|(_, last_seen)| wanted(last_seen)).map(|(id, last_seen)| last_seen.to_seen(*id)).collect()
}

impl FeedSink for SessionMap {
    fn apply(&self, records: &[FeedRecord]) {
        let mut desk = self.desk();
        for record in records {
            let Some(id) = record.entry.session() else {
                continue;
            };
            desk.fills.remove(&id);
            self.entries.remove(&id);
            if matches!(record.entry, FeedEntry::SessionEnded(_)) {
                desk.waiting.remove(&id);
                desk.written.remove(&id);
            }
        }
    }

    fn forget(&self, sessions: &[SessionId]) {
        let mut desk = self.desk();
        for id in sessions {
            desk.fills.remove(id);
            self.entries.remove(id);
        }
    }
}

impl fmt::Debug for SessionMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let desk = self.desk();
        f.debug_struct("SessionMap")
            .field("sessions", &self.entries.len())
            .field("waiting", &desk.waiting.len())
            .field("fills", &desk.fills.len())
            .finish_non_exhaustive()
    }
}

impl Fill {
    /// Keeps what was read, unless a record struck this fill, and answers all who wait.
    pub(crate) fn finish(self, read: Result<Option<Session>, StoreError>) -> Filled {
        let mut desk = self.map.desk();
        let keep = self.strike(&mut desk);
        let found = read.map(|session| session.map(|session| self.map.cached_under(&desk, session)));
        if let Ok(Some(session)) = &found
            && keep
        {
            self.map.entries.insert(self.id, Arc::clone(session));
        }
        drop(desk);
        let filled = found.map_err(Arc::new);
        self.answer.send_replace(Some(filled.clone()));
        filled
    }

    /// Ends the registration, and says whether it still stood.
    fn strike(&self, desk: &mut Desk) -> bool {
        let stands = desk.fills.get(&self.id).is_some_and(|registration| registration.number == self.number);
        if stands {
            desk.fills.remove(&self.id);
        }
        stands
    }
}

impl Drop for Fill {
    fn drop(&mut self) {
        let map = Arc::clone(&self.map);
        self.strike(&mut map.desk());
    }
}
