//! Sessions as the layer uses them: resume one for its token, start, replace and end.
//!
//! 1. What is in memory is answered by a plain function, [`Sessions::peek`]; only a miss asks the store, with [`Sessions::resume`].
//! 2. A live session was used, and its idle time starts anew.
//! 3. A passive request is no use: a page that polls must be able not to defeat the idle limit. From another network than the last one
//!    seen it is: a thief must not be able to hide. An unknown address counts as the same.
//! 4. A former secret, right after a step-up, is no use and writes nothing.

use std::net::IpAddr;
use std::sync::Arc;

use cloakroom_primitives::Timestamp;

use crate::{
    CachedSession, CachedStore, Carrier, Change, EndedSession, Ending, Inserted, Network, RefreshFamily, Replaced, Session,
    SessionId, SessionToken, Start, StoreError, UserId, Verdict,
};

/// Whether a request counts as use of its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// It does.
    Active,
    /// It does not, unless it comes from another network than the last one seen.
    Passive,
}

impl Usage {
    /// Notes the use of a session that has just proved to be alive, if this counts as one.
    pub(crate) fn note(self, session: &CachedSession, from: Option<IpAddr>, now: Timestamp) {
        if self == Self::Active || Network::differ(session.seen_from().map(Network::of), from.map(Network::of)) {
            session.seen(now, from);
        }
    }
}

/// What came of a session token.
#[derive(Clone, Debug)]
pub enum Resumed {
    /// Its session is alive, and was used.
    Live(Arc<CachedSession>),
    /// Its session is alive, but the secret is the one that a step-up has just replaced: good for safe methods alone.
    Former(Arc<CachedSession>),
    /// It is good for nothing.
    Refused(Refusal),
}

/// Why a session token is good for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such session, or none any more.
    Unknown,
    /// The secret is not this session's, or it came in another carrier than the session's cell has.
    WrongSecret,
    /// The session was not used for too long.
    Idle,
    /// The session has reached its absolute deadline.
    Outlived,
}

/// The sessions of an installation. Clones share everything.
#[derive(Clone, Debug)]
pub struct Sessions(CachedStore);

impl Sessions {
    /// The sessions that `store` keeps.
    pub fn new(store: CachedStore) -> Self {
        Self(store)
    }

    /// Judges a token by memory alone. `None` when its session is not in memory: [`Sessions::resume`] asks the store.
    pub fn peek(
        &self,
        token: &SessionToken,
        carrier: Carrier,
        usage: Usage,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Option<Resumed> {
        self.0.peek(token.session()).map(|session| judge(session, token, carrier, usage, from, now))
    }

    /// Judges a token, and notes that its session was used. Fails when the store cannot say.
    pub async fn resume(
        &self,
        token: &SessionToken,
        carrier: Carrier,
        usage: Usage,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Resumed, StoreError> {
        let found = self.0.find(token.session()).await?;
        Ok(found.map_or(Resumed::Refused(Refusal::Unknown), |session| judge(session, token, carrier, usage, from, now)))
    }

    /// Finds a session, expired or not.
    pub async fn find(&self, id: SessionId) -> Result<Option<Arc<CachedSession>>, StoreError> {
        self.0.find(id).await
    }

    /// Lists a user's sessions, newest first, expired ones too.
    pub async fn list(&self, user: &UserId) -> Result<Vec<Session>, StoreError> {
        self.0.list(user).await
    }

    /// Starts a session, and in the same step ends what it replaces and what the user's limit pushes out.
    pub async fn start(&self, start: &Start) -> Result<Inserted, StoreError> {
        self.0.insert(start).await
    }

    /// Replaces a session that was read at the version before; with `family`, that one takes the place of all its families.
    pub async fn replace(
        &self,
        session: &Session,
        change: Change,
        family: Option<&RefreshFamily>,
    ) -> Result<Replaced, StoreError> {
        self.0.replace(session, change, family).await
    }

    /// Ends a session and all under it. `None` when there was none.
    pub async fn end(&self, id: SessionId, ending: Ending) -> Result<Option<EndedSession>, StoreError> {
        self.0.remove(id, ending).await
    }

    /// Ends a user's sessions but for `keep`, in one step.
    pub async fn end_all(&self, user: &UserId, keep: Option<SessionId>, ending: Ending) -> Result<Vec<EndedSession>, StoreError> {
        self.0.remove_all(user, keep, ending).await
    }
}

fn judge(
    session: Arc<CachedSession>,
    token: &SessionToken,
    carrier: Carrier,
    usage: Usage,
    from: Option<IpAddr>,
    now: Timestamp,
) -> Resumed {
    match session.judge(&token.hash(), carrier, now) {
        Verdict::Live => {
            usage.note(&session, from, now);
            Resumed::Live(session)
        }
        Verdict::Former => Resumed::Former(session),
        Verdict::WrongSecret => Resumed::Refused(Refusal::WrongSecret),
        Verdict::Idle => Resumed::Refused(Refusal::Idle),
        Verdict::Outlived => Resumed::Refused(Refusal::Outlived),
    }
}
