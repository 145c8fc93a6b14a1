//! A switch in front of the store, and a counter: to see what becomes of everything when the store stops, and what a check asks of it.
//!
//! 1. Off, every call answers [`StoreError::Unavailable`]: sessions, refresh families, feed, accounts and failures alike.
//! 2. The store behind it goes on. What it had begun to write is written, as with a database that somebody has just unplugged.
//! 3. Counted are calls about sessions, refresh families and the feed: what a check of a credential costs. Accounts are not: who a user is
//!    called is asked by the page that shows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cloakroom_primitives::Timestamp;
use cloakroom_session::{
    Change, Counter, EndedFeed, EndedSession, Ending, FamilyFound, FamilyId, FeedRecord, FeedSink, Inserted, RefreshFamily,
    RefreshStore, Replaced, Seen, Session, SessionId, SessionStore, Snapshot, Start, Store, StoreError, UserId,
};

use crate::accounts::{
    Account, AccountStore, After, Credentials, Disabled, PasswordChange, PasswordChanged, PasswordHash, Registered, SignInResult,
    SteppedUp, VerifiedPassword,
};
use crate::limits::{FailureKey, FailureStore, Failures};

/// The switch. Clones are the same switch; it survives a restart of what stands behind it.
#[derive(Clone, Debug, Default)]
pub(crate) struct StoreSwitch(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_off: AtomicBool,
    reads: AtomicU32,
    writes: AtomicU32,
}

/// How often the store was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Calls that read.
    pub(crate) reads: u32,
    /// Calls that write.
    pub(crate) writes: u32,
}

impl StoreSwitch {
    /// Stops the store.
    pub(crate) fn stop(&self) {
        self.0.is_off.store(true, Ordering::SeqCst);
    }

    /// Lets it go on.
    pub(crate) fn start(&self) {
        self.0.is_off.store(false, Ordering::SeqCst);
    }

    /// How often it was asked so far.
    pub(crate) fn counted(&self) -> Counted {
        let State { reads, writes, .. } = &*self.0;
        Counted { reads: reads.load(Ordering::SeqCst), writes: writes.load(Ordering::SeqCst) }
    }

    /// Puts the switch in front of the sessions.
    pub(crate) fn sessions(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        Arc::new(Switched { switch: self.clone(), store })
    }

    /// Puts it in front of the accounts.
    pub(crate) fn accounts(&self, store: Arc<dyn AccountStore>) -> Arc<dyn AccountStore> {
        Arc::new(Switched { switch: self.clone(), store })
    }

    /// Puts it in front of the failures.
    pub(crate) fn failures(&self, store: Arc<dyn FailureStore>) -> Arc<dyn FailureStore> {
        Arc::new(Switched { switch: self.clone(), store })
    }

    fn pass(&self) -> Result<(), StoreError> {
        if self.0.is_off.load(Ordering::SeqCst) { Err(StoreError::Unavailable("it is switched off".into())) } else { Ok(()) }
    }
}

struct Switched<S: ?Sized> {
    switch: StoreSwitch,
    store: Arc<S>,
}

impl<S: ?Sized> Switched<S> {
    fn reading(&self) -> Result<&S, StoreError> {
        self.switch.0.reads.fetch_add(1, Ordering::SeqCst);
        self.uncounted()
    }

    fn writing(&self) -> Result<&S, StoreError> {
        self.switch.0.writes.fetch_add(1, Ordering::SeqCst);
        self.uncounted()
    }

    fn uncounted(&self) -> Result<&S, StoreError> {
        self.switch.pass().map(|()| &*self.store)
    }
}

#[async_trait]
impl SessionStore for Switched<dyn Store> {
    fn exclusive(&self) -> bool {
        self.store.exclusive()
    }

    fn attach(&self, sinks: &[Arc<dyn FeedSink>]) -> bool {
        self.store.attach(sinks)
    }

    async fn insert(&self, start: &Start) -> Result<Inserted, StoreError> {
        self.writing()?.insert(start).await
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.reading()?.find(id).await
    }

    async fn replace(&self, session: &Session, change: Change, family: Option<&RefreshFamily>) -> Result<Replaced, StoreError> {
        self.writing()?.replace(session, change, family).await
    }

    async fn touch(&self, seen: &[Seen]) -> Result<(), StoreError> {
        self.writing()?.touch(seen).await
    }

    async fn remove(&self, id: SessionId, ending: Ending) -> Result<Option<EndedSession>, StoreError> {
        self.writing()?.remove(id, ending).await
    }

    async fn list(&self, user: &UserId) -> Result<Vec<Session>, StoreError> {
        self.reading()?.list(user).await
    }

    async fn remove_all(&self, user: &UserId, keep: Option<SessionId>, ending: Ending) -> Result<Vec<EndedSession>, StoreError> {
        self.writing()?.remove_all(user, keep, ending).await
    }

    async fn sweep(&self, seen: &[Seen], ended_before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        self.writing()?.sweep(seen, ended_before, limit).await
    }
}

#[async_trait]
impl RefreshStore for Switched<dyn Store> {
    async fn find_family(&self, id: FamilyId) -> Result<Option<FamilyFound>, StoreError> {
        self.reading()?.find_family(id).await
    }

    async fn replace_family(&self, family: &RefreshFamily, spent: Counter) -> Result<Replaced, StoreError> {
        self.writing()?.replace_family(family, spent).await
    }

    async fn list_families(&self, session: SessionId) -> Result<Vec<RefreshFamily>, StoreError> {
        self.reading()?.list_families(session).await
    }
}

#[async_trait]
impl EndedFeed for Switched<dyn Store> {
    async fn read(&self, after: u64, limit: u32) -> Result<Vec<FeedRecord>, StoreError> {
        self.reading()?.read(after, limit).await
    }

    async fn snapshot(&self, now: Timestamp) -> Result<Snapshot, StoreError> {
        self.reading()?.snapshot(now).await
    }

    async fn find_ended(&self, session: SessionId) -> Result<Option<EndedSession>, StoreError> {
        self.reading()?.find_ended(session).await
    }

    async fn prune(&self, now: Timestamp) -> Result<u32, StoreError> {
        self.writing()?.prune(now).await
    }

    async fn longest_access_lifetime(&self, configured: Duration) -> Result<Duration, StoreError> {
        self.writing()?.longest_access_lifetime(configured).await
    }
}

#[async_trait]
impl AccountStore for Switched<dyn AccountStore> {
    async fn find(&self, id: &UserId) -> Result<Option<Account>, StoreError> {
        self.uncounted()?.find(id).await
    }

    async fn find_credentials(&self, id: &UserId) -> Result<Option<Credentials>, StoreError> {
        self.uncounted()?.find_credentials(id).await
    }

    async fn find_by_email(&self, canonical: &str) -> Result<Option<Credentials>, StoreError> {
        self.uncounted()?.find_by_email(canonical).await
    }

    async fn list(&self, after: Option<UserId>, limit: u32) -> Result<Vec<Account>, StoreError> {
        self.uncounted()?.list(after, limit).await
    }

    async fn register(
        &self,
        account: Account,
        password: Option<PasswordHash>,
        after: Vec<After>,
    ) -> Result<Registered, StoreError> {
        self.uncounted()?.register(account, password, after).await
    }

    async fn sign_in(&self, start: Start, verified: VerifiedPassword, after: Vec<After>) -> Result<SignInResult, StoreError> {
        self.writing()?.sign_in(start, verified, after).await
    }

    async fn step_up(
        &self,
        session: Session,
        change: Change,
        family: Option<RefreshFamily>,
        verified: VerifiedPassword,
        after: Vec<After>,
    ) -> Result<SteppedUp, StoreError> {
        self.writing()?.step_up(session, change, family, verified, after).await
    }

    async fn change_password(
        &self,
        verified: VerifiedPassword,
        change: PasswordChange,
        after: Vec<After>,
    ) -> Result<PasswordChanged, StoreError> {
        self.writing()?.change_password(verified, change, after).await
    }

    async fn disable(&self, user: UserId, ending: Ending, after: Vec<After>) -> Result<Disabled, StoreError> {
        self.writing()?.disable(user, ending, after).await
    }

    async fn prove_writable(&self) -> Result<(), StoreError> {
        self.uncounted()?.prove_writable().await
    }
}

#[async_trait]
impl FailureStore for Switched<dyn FailureStore> {
    async fn find(&self, key: FailureKey) -> Result<Failures, StoreError> {
        self.uncounted()?.find(key).await
    }

    async fn add(&self, key: FailureKey, now: Timestamp) -> Result<(), StoreError> {
        self.uncounted()?.add(key, now).await
    }

    async fn reset(&self, keys: Vec<FailureKey>) -> Result<(), StoreError> {
        self.uncounted()?.reset(keys).await
    }

    async fn prune(&self, quiet_since: Timestamp, limit: u32) -> Result<u32, StoreError> {
        self.uncounted()?.prune(quiet_since, limit).await
    }
}
