//! What the tests of this crate share: sessions to try things with, and a store that can be watched and held up.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use cloakroom_primitives::{Random, SeededRandom, Timestamp};
use cloakroom_session::{
    AuthMethod, AuthMethods, CachedStore, Cell, Change, ChangeCause, ClientId, Counter, EndCause, EndedFeed, EndedSession,
    Ending, FamilyFound, FamilyId, FeedRecord, FeedSink, Inserted, MemoryStore, NewSession, Place, RefreshFamily, RefreshStore,
    Replaced, Scopes, Seen, Session, SessionId, SessionLimit, SessionMap, SessionPolicy, SessionStore, SessionToken, Snapshot,
    Start, Store, StoreError, UserId,
};
use tokio::sync::{Notify, Semaphore};

/// When everything begins.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// So many milliseconds later.
pub(crate) fn after(millis: u64) -> Timestamp {
    START.plus(Duration::from_millis(millis))
}

pub(crate) fn minutes(minutes: u64) -> u64 {
    minutes * 60_000
}

pub(crate) fn address(text: &str) -> IpAddr {
    text.parse().expect("a test names addresses")
}

pub(crate) fn ada() -> UserId {
    UserId::new("ada").expect("it is printable")
}

pub(crate) fn shop() -> ClientId {
    ClientId::new("shop").expect("it is printable")
}

/// A session of Ada's in a cell, opened at `at`, with its token (which the JWT cells have no use for).
pub(crate) fn session(random: &dyn Random, cell: Cell, at: Timestamp) -> (Session, SessionToken) {
    let token = SessionToken::generate(random, SessionId::generate(random, at));
    let new = NewSession {
        id: token.session(),
        user: ada(),
        client: shop(),
        cell,
        scopes: Scopes::none(),
        methods: AuthMethods::of([AuthMethod::Password]),
        remember: false,
        place: Place { address: Some(address("203.0.113.7")), user_agent: None },
    };
    (Session::open(new, Some(token.hash()), &SessionPolicy::DEFAULT, at), token)
}

pub(crate) fn start(session: &Session) -> Start {
    let matters_until = session.created_at.plus(Duration::from_secs(310));
    Start { session: session.clone(), family: None, replaces: Vec::new(), limit: SessionLimit::DEFAULT, matters_until }
}

pub(crate) fn signed_out(at: Timestamp) -> Ending {
    Ending { cause: EndCause::SignedOut, at, matters_until: at.plus(Duration::from_secs(310)) }
}

pub(crate) fn stepped_up(at: Timestamp) -> Change {
    Change { cause: ChangeCause::SteppedUp, at, matters_until: at.plus(Duration::from_secs(310)) }
}

/// Opens a cookie session at [`START`] in `store`.
pub(crate) async fn opened(store: &CachedStore, seed: u64) -> (Session, SessionToken) {
    let (session, token) = session(&SeededRandom::new(seed), Cell::Cookie, START);
    store.insert(&start(&session)).await.expect("a new id is inserted");
    (session, token)
}

/// A cache of `capacity` sessions over a store.
pub(crate) fn cached(store: Arc<dyn Store>, capacity: usize) -> CachedStore {
    CachedStore::new(store, SessionMap::new(capacity), &[])
}

/// Where calls can be held up.
pub(crate) struct Gate {
    open: Semaphore,
    shut: AtomicBool,
    arrived: Notify,
}

impl Gate {
    fn new() -> Self {
        Self { open: Semaphore::new(0), shut: AtomicBool::new(false), arrived: Notify::new() }
    }

    /// From now on calls wait here.
    pub(crate) fn shut(&self) {
        self.shut.store(true, Ordering::SeqCst);
    }

    /// Lets one call pass that waits, or will.
    pub(crate) fn let_one_pass(&self) {
        self.open.add_permits(1);
    }

    /// From now on no call waits here; those that do still need to be let pass.
    pub(crate) fn unlock(&self) {
        self.shut.store(false, Ordering::SeqCst);
    }

    /// Waits until a call has arrived.
    pub(crate) async fn arrival(&self) {
        self.arrived.notified().await;
    }

    async fn pass(&self) {
        if self.shut.load(Ordering::SeqCst) {
            self.arrived.notify_one();
            self.open.acquire().await.expect("a gate is never closed for good").forget();
        }
    }
}

/// A [`MemoryStore`] that is watched: it can deny being exclusive or calling its sinks, hold up calls, and lose answers.
pub(crate) struct Watched {
    inner: MemoryStore,
    exclusive: bool,
    calls_sinks: bool,
    /// How often `find` was called.
    pub(crate) finds: AtomicU32,
    /// What `touch` was called with.
    pub(crate) touches: Mutex<Vec<Vec<Seen>>>,
    /// Between a read and its answer.
    pub(crate) found: Gate,
    /// Before a batch is written.
    pub(crate) touching: Gate,
    /// Before a removal.
    pub(crate) removing: Gate,
    /// Whether writes take effect and then fail.
    pub(crate) loses_answers: AtomicBool,
    /// Whether a list is answered as if it had been read before anything was there.
    pub(crate) lists_nothing: AtomicBool,
    /// How many more times a family's replacement is said to be stale.
    pub(crate) stale: AtomicU32,
}

impl Watched {
    /// A store that is exclusive and calls its sinks.
    pub(crate) fn new() -> Self {
        Self::with(true, true)
    }

    pub(crate) fn with(exclusive: bool, calls_sinks: bool) -> Self {
        Self {
            inner: MemoryStore::new(),
            exclusive,
            calls_sinks,
            finds: AtomicU32::new(0),
            touches: Mutex::default(),
            found: Gate::new(),
            touching: Gate::new(),
            removing: Gate::new(),
            loses_answers: AtomicBool::new(false),
            lists_nothing: AtomicBool::new(false),
            stale: AtomicU32::new(0),
        }
    }

    pub(crate) fn finds(&self) -> u32 {
        self.finds.load(Ordering::SeqCst)
    }

    pub(crate) fn touches(&self) -> Vec<Vec<Seen>> {
        self.touches.lock().expect("no test panics with it").clone()
    }

    fn answered<T>(&self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if self.loses_answers.load(Ordering::SeqCst) {
            Err(StoreError::Unavailable("the answer was lost".into()))
        } else {
            answer
        }
    }
}

#[async_trait]
impl SessionStore for Watched {
    fn exclusive(&self) -> bool {
        self.exclusive
    }

    fn attach(&self, sinks: &[Arc<dyn FeedSink>]) -> bool {
        self.calls_sinks && self.inner.attach(sinks)
    }

    async fn insert(&self, start: &Start) -> Result<Inserted, StoreError> {
        self.answered(self.inner.insert(start).await)
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.finds.fetch_add(1, Ordering::SeqCst);
        let found = self.inner.find(id).await;
        self.found.pass().await;
        self.answered(found)
    }

    async fn replace(&self, session: &Session, change: Change, family: Option<&RefreshFamily>) -> Result<Replaced, StoreError> {
        self.answered(self.inner.replace(session, change, family).await)
    }

    async fn touch(&self, seen: &[Seen]) -> Result<(), StoreError> {
        self.touches.lock().expect("no test panics with it").push(seen.to_vec());
        self.touching.pass().await;
        self.answered(self.inner.touch(seen).await)
    }

    async fn remove(&self, id: SessionId, ending: Ending) -> Result<Option<EndedSession>, StoreError> {
        self.removing.pass().await;
        self.answered(self.inner.remove(id, ending).await)
    }

    async fn list(&self, user: &UserId) -> Result<Vec<Session>, StoreError> {
        if self.lists_nothing.load(Ordering::SeqCst) { Ok(Vec::new()) } else { self.inner.list(user).await }
    }

    async fn remove_all(&self, user: &UserId, keep: Option<SessionId>, ending: Ending) -> Result<Vec<EndedSession>, StoreError> {
        self.answered(self.inner.remove_all(user, keep, ending).await)
    }

    async fn sweep(&self, seen: &[Seen], ended_before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        self.answered(self.inner.sweep(seen, ended_before, limit).await)
    }
}

#[async_trait]
impl RefreshStore for Watched {
    async fn find_family(&self, id: FamilyId) -> Result<Option<FamilyFound>, StoreError> {
        self.inner.find_family(id).await
    }

    async fn replace_family(&self, family: &RefreshFamily, spent: Counter) -> Result<Replaced, StoreError> {
        if self.stale.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Ok(Replaced::Stale);
        }
        self.inner.replace_family(family, spent).await
    }

    async fn list_families(&self, session: SessionId) -> Result<Vec<RefreshFamily>, StoreError> {
        self.inner.list_families(session).await
    }
}

#[async_trait]
impl EndedFeed for Watched {
    async fn read(&self, after: u64, limit: u32) -> Result<Vec<FeedRecord>, StoreError> {
        self.inner.read(after, limit).await
    }

    async fn snapshot(&self, now: Timestamp) -> Result<Snapshot, StoreError> {
        self.inner.snapshot(now).await
    }

    async fn find_ended(&self, session: SessionId) -> Result<Option<EndedSession>, StoreError> {
        self.inner.find_ended(session).await
    }

    async fn prune(&self, now: Timestamp) -> Result<u32, StoreError> {
        self.inner.prune(now).await
    }

    async fn longest_access_lifetime(&self, configured: Duration) -> Result<Duration, StoreError> {
        self.inner.longest_access_lifetime(configured).await
    }
}
