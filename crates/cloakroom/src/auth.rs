//! The handle that an application holds. What it can do stands beside what it is about: signing in in `sign_in.rs`, refreshing in
//! `token_pair.rs`, ending in `sign_out.rs`, and so on.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cloakroom_jwt::{KeyRingHandle, Verifier};
use cloakroom_primitives::{Clock, Random, Timestamp};
use cloakroom_session::{CachedStore, Carrier, EndCause, Ending, FeedSink, FeedWindow, RefreshTokens, Sessions, StoreError};
use tokio::sync::OnceCell;

use crate::access_claims::AccessClaims;
use crate::access_tokens::AccessTokens;
use crate::client::Clients;
use crate::context::RequestContext;
use crate::cookies::CookieCatalog;
use crate::cross_origin::OwnHosts;
use crate::error::AuthError;
use crate::event::{EventSink, SecurityEvent};
use crate::origin::Origin;
use crate::principal::Principal;
use crate::problem::{Problem, ProblemCode, ProblemsPage};
use crate::proxies::TrustedProxies;
use crate::requirement::Requirement;
use crate::revocations::Revocations;
use crate::scheme::Scheme;

/// Sessions, tokens and who is calling, composed. Cloning shares everything.
///
/// It is made by [`Auth::builder`]; its [`layer`](Auth::layer) goes around the routes.
#[derive(Clone)]
pub struct Auth(pub(crate) Arc<Parts>);

/// What an [`Auth`] is made of.
pub(crate) struct Parts {
    pub(crate) origin: Origin,
    pub(crate) hosts: Option<OwnHosts>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) clients: Clients,
    pub(crate) cookies: CookieCatalog,
    pub(crate) paths: Paths,
    pub(crate) problems: ProblemsPage,
    pub(crate) proxies: TrustedProxies,
    pub(crate) events: Arc<dyn EventSink>,
    pub(crate) schemes: Vec<Box<dyn Scheme>>,
    pub(crate) stateful: Option<Stateful>,
    pub(crate) stateless: Option<Stateless>,
    pub(crate) window: FeedWindow,
    pub(crate) loaded: OnceCell<()>,
}

/// Paths that the layer and the session routes must know.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// Where the session routes are, and the refresh cookie's path.
    pub(crate) session: String,
    /// Where a person signs in.
    pub(crate) login: String,
    /// Where a person goes who names no place of ours.
    pub(crate) home: String,
    /// Pages that read an expired JWT themselves and must not be resumed.
    pub(crate) not_resumed: HashSet<String>,
}

/// The part that remembers.
pub(crate) struct Stateful {
    pub(crate) store: CachedStore,
    pub(crate) sessions: Sessions,
    pub(crate) refresh: Option<RefreshTokens>,
}

/// The part that signs and verifies.
pub(crate) struct Stateless {
    pub(crate) tokens: AccessTokens,
    pub(crate) ring: KeyRingHandle,
    pub(crate) verifier: Verifier<AccessClaims>,
    pub(crate) revocations: Arc<Revocations>,
}

impl Auth {
    /// The public origin.
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// Where the page that explains problems is.
    pub fn problems_page(&self) -> &ProblemsPage {
        &self.0.problems
    }

    /// The clients.
    pub fn clients(&self) -> &Clients {
        &self.0.clients
    }

    /// The cookies of the two cookie cells, and how the names of others are made.
    pub fn cookies(&self) -> &CookieCatalog {
        &self.0.cookies
    }

    /// The present moment, by the clock that this was built with.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The moment for a decision that follows a request's body, which may have arrived long after its head.
    pub(crate) fn now_after(&self, context: &RequestContext) -> Timestamp {
        self.now().max(context.now)
    }

    /// The source of randomness that this was built with.
    pub fn random(&self) -> &Arc<dyn Random> {
        &self.0.random
    }

    /// Records a security event.
    pub fn record(&self, event: SecurityEvent) {
        self.0.events.record(event);
    }

    /// Where events go, for what happens after a commit.
    pub fn events(&self) -> Arc<dyn EventSink> {
        Arc::clone(&self.0.events)
    }

    /// The keys that sign, if there are any; their holder swaps the ring when they change.
    pub fn key_ring(&self) -> Option<&KeyRingHandle> {
        self.0.stateless.as_ref().map(|stateless| &stateless.ring)
    }

    /// The sessions, seen through memory; `None` in an application without a store.
    pub fn sessions(&self) -> Option<&Sessions> {
        self.0.stateful.as_ref().map(|stateful| &stateful.sessions)
    }

    /// The store behind its memory, for flushing and sweeping; `None` in an application without one.
    pub fn store(&self) -> Option<&CachedStore> {
        self.0.stateful.as_ref().map(|stateful| &stateful.store)
    }

    /// How an end at `at` is recorded.
    pub fn ending(&self, cause: EndCause, at: Timestamp) -> Ending {
        Ending { cause, at, matters_until: self.0.window.until(at) }
    }

    /// For how long the end of a session matters to those who verify tokens alone.
    pub fn feed_window(&self) -> &FeedWindow {
        &self.0.window
    }

    /// Reads what must be known before a JWT can count: which sessions have ended, and how long tokens have ever lived.
    ///
    /// It is called by itself when the first JWT comes or is asked for; a server calls it before it says that it is ready. Once it has
    /// worked it does nothing.
    pub async fn load(&self) -> Result<(), AuthError> {
        self.0.loaded.get_or_try_init(|| self.load_once()).await?;
        Ok(())
    }

    async fn load_once(&self) -> Result<(), StoreError> {
        let Some(stateful) = &self.0.stateful else { return Ok(()) };
        let configured = self.0.clients.longest_access_lifetime();
        self.0.window.widen(stateful.store.longest_access_lifetime(configured).await?);
        let snapshot = stateful.store.snapshot(self.now()).await?;
        if let Some(stateless) = &self.0.stateless {
            stateless.revocations.apply(&snapshot.records);
        }
        Ok(())
    }

    /// Asks the store anything at all. Fails when it does not answer.
    pub async fn prove_store(&self) -> Result<(), AuthError> {
        let Some(stateful) = &self.0.stateful else { return Ok(()) };
        let nobody = cloakroom_session::SessionId::from_bytes([0; 16]);
        stateful.store.find_ended(nobody).await.map(|_| ()).map_err(AuthError::from)
    }

    /// Which sessions have ended, once that is known.
    pub(crate) fn revocations(&self) -> Option<&Revocations> {
        let stateless = self.0.stateless.as_ref()?;
        (self.0.stateful.is_none() || self.0.loaded.initialized()).then_some(&*stateless.revocations)
    }

    /// Forgets ends that do not matter any more. A server does this every minute.
    pub fn prune_revocations(&self, now: Timestamp) {
        if let Some(stateless) = &self.0.stateless {
            stateless.revocations.prune(now);
        }
    }

    /// Checks a requirement, and reads the session row where that is asked for. Fails with the problem to answer.
    pub async fn confirm(&self, requirement: &Requirement, caller: &Principal, now: Timestamp) -> Result<(), Problem> {
        let bearer_presented = caller.carrier() == Some(Carrier::Header);
        let presented = |problem: Problem| Problem { bearer_presented, ..problem };
        requirement.check(caller, now).map_err(presented)?;
        if !requirement.is_authoritative() {
            return Ok(());
        }
        let (Some(sessions), Some(id)) = (self.sessions(), caller.session) else {
            return Err(presented(ProblemCode::NotSignedIn.into()));
        };
        match sessions.find(id).await {
            Ok(Some(session)) if session.is_live(now) => Ok(()),
            Ok(_) => Err(presented(ProblemCode::NotSignedIn.into())),
            Err(error) => Err(AuthError::from(error).problem()),
        }
    }

    pub(crate) fn stateful(&self) -> Result<&Stateful, AuthError> {
        self.0.stateful.as_ref().ok_or_else(|| AuthError::Internal("this server keeps no sessions".into()))
    }

    /// How long access tokens of a session's client live.
    pub(crate) fn access_lifetime(&self, client: &cloakroom_session::ClientId) -> Duration {
        self.0.clients.find(client).unwrap_or_else(|| self.0.clients.built_in()).access_lifetime
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("origin", &self.0.origin).finish_non_exhaustive()
    }
}
