//! Builds an [`Auth`]: the required decision first, the rest has defaults.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cloakroom_jwt::{Expectation, KeyRing, KeyRingHandle, SigningKey, Verifier};
use cloakroom_primitives::{Clock, MasterKeys, OsRandom, Random, SystemClock};
use cloakroom_session::{CachedStore, FeedSink, FeedWindow, RefreshTokens, SessionMap, Sessions, Store};
use tokio::sync::OnceCell;

use crate::access_claims::ACCESS_TOKEN_TYPE;
use crate::access_tokens::{AccessTokens, ExchangeMemory};
use crate::auth::{Auth, Parts, Paths, Stateful, Stateless};
use crate::client::Clients;
use crate::cookies::{CookieCatalog, CookieSecurity};
use crate::cross_origin::OwnHosts;
use crate::event::{EventSink, FeedEvents, TracingEvents};
use crate::origin::Origin;
use crate::problem::ProblemsPage;
use crate::proxies::TrustedProxies;
use crate::revocations::Revocations;
use crate::scheme::Scheme;

/// How many sessions are kept in memory unless said otherwise: some 50 MB when full.
const CACHED_SESSIONS: usize = 100_000;
/// How many verified tokens are remembered unless said otherwise.
const REMEMBERED_TOKENS: usize = 50_000;

/// Why an [`Auth`] could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Neither a store nor a signing key was given: nothing could be proven.
    #[error("give `sessions` a store, or `signing_key` a key, or both: without either nobody can be signed in")]
    NothingToProve,
    /// A client has no cell, no audience, or a default cell that it does not use.
    #[error("client {0} needs at least one cell, one audience, and a default cell that is one of its cells")]
    Client(cloakroom_session::ClientId),
    /// A session could fall idle while its access token is still good: sweeping it would leave a token that nothing can end.
    #[error("client {0}: every idle limit must be longer than the access-token lifetime")]
    IdleTooShort(cloakroom_session::ClientId),
    /// The session path is not one.
    #[error("the session path begins with a slash, does not end with one, and is not empty")]
    SessionPath,
    /// A cookie cannot be made from the base name or the session path.
    #[error("no cookie can be made from this base name and session path")]
    Cookie(#[from] cloakroom_cookie::CookieError),
}

/// Collects the decisions that an [`Auth`] is made of.
#[must_use]
pub struct AuthBuilder {
    origin: Origin,
    store: Option<Arc<dyn Store>>,
    ring: Option<KeyRingHandle>,
    master_keys: Option<Arc<MasterKeys>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    events: Arc<dyn EventSink>,
    clients: Option<Clients>,
    hosts: Option<OwnHosts>,
    proxies: TrustedProxies,
    schemes: Vec<Box<dyn Scheme>>,
    sinks: Vec<Arc<dyn FeedSink>>,
    cookie_name: String,
    cookie_security: CookieSecurity,
    paths: Paths,
    problems: String,
    cached_sessions: usize,
}

impl Auth {
    /// Begins with the one decision that cannot be left out: the public origin.
    pub fn builder(origin: Origin) -> AuthBuilder {
        AuthBuilder {
            hosts: Some(OwnHosts::of(&origin)),
            origin,
            store: None,
            ring: None,
            master_keys: None,
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(OsRandom),
            events: Arc::new(TracingEvents),
            clients: None,
            proxies: TrustedProxies::default(),
            schemes: Vec::new(),
            sinks: Vec::new(),
            cookie_name: "cloakroom".to_owned(),
            cookie_security: CookieSecurity::Strict,
            paths: Paths {
                session: "/api/v1/session".to_owned(),
                login: "/login".to_owned(),
                home: "/".to_owned(),
                not_resumed: HashSet::from(["/login".to_owned(), "/logout".to_owned()]),
            },
            problems: "/problems".to_owned(),
            cached_sessions: CACHED_SESSIONS,
        }
    }
}

impl AuthBuilder {
    /// Keeps sessions in `store`.
    pub fn sessions(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Keeps sessions in a store that others hold too.
    pub fn shared_sessions(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// Signs with one key.
    pub fn signing_key(self, key: SigningKey) -> Self {
        self.key_ring(KeyRingHandle::new(KeyRing::of(key)))
    }

    /// Signs with the current key of a ring that its holder swaps.
    pub fn key_ring(mut self, ring: KeyRingHandle) -> Self {
        self.ring = Some(ring);
        self
    }

    /// Mints refresh tokens under this key; the JWT cells of an application with sessions need it.
    pub fn master_key(mut self, keys: impl Into<Arc<MasterKeys>>) -> Self {
        self.master_keys = Some(keys.into());
        self
    }

    /// Tells the time by `clock`.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Draws randomness from `random`.
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// Records security events in `events` instead of `tracing`.
    pub fn events(mut self, events: Arc<dyn EventSink>) -> Self {
        self.events = events;
        self
    }

    /// Serves these clients instead of the built-in one alone.
    pub fn clients(mut self, clients: Clients) -> Self {
        self.clients = Some(clients);
        self
    }

    /// Is reached under these hosts instead of the origin's.
    pub fn hosts(mut self, hosts: OwnHosts) -> Self {
        self.hosts = Some(hosts);
        self
    }

    /// Believes these peers about where a request came from.
    pub fn trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Asks a scheme of the application's own, before the built-in ones.
    pub fn scheme(mut self, scheme: impl Scheme) -> Self {
        self.schemes.push(Box::new(scheme));
        self
    }

    /// Calls one more sink after each commit.
    pub fn sink(mut self, sink: Arc<dyn FeedSink>) -> Self {
        self.sinks.push(sink);
        self
    }

    /// Derives cookie names from `name` instead of `cloakroom`: ports share cookies, so a second server on localhost needs another.
    pub fn cookie_name(mut self, name: impl Into<String>) -> Self {
        self.cookie_name = name.into();
        self
    }

    /// Drops prefix and `Secure` from cookies. Whoever listens on the way can then read and plant them.
    pub fn insecure_http_cookies(mut self, insecure: bool) -> Self {
        self.cookie_security = if insecure { CookieSecurity::InsecureHttp } else { CookieSecurity::Strict };
        self
    }

    /// Serves refresh, resume and sign-out below `path`, which is the refresh cookie's path too.
    pub fn session_path(mut self, path: impl Into<String>) -> Self {
        self.paths.session = path.into();
        self
    }

    /// Sends people to `login` to sign in and to `home` when they name no place of ours; `others` read an expired JWT themselves.
    pub fn pages(mut self, login: impl Into<String>, home: impl Into<String>, others: impl IntoIterator<Item = String>) -> Self {
        self.paths.login = login.into();
        self.paths.home = home.into();
        self.paths.not_resumed = others.into_iter().chain([self.paths.login.clone()]).collect();
        self
    }

    /// Explains problems at `path` instead of `/problems`: what a problem's `type` names.
    pub fn problems_page(mut self, path: impl Into<String>) -> Self {
        self.problems = path.into();
        self
    }

    /// Keeps about that many sessions in memory.
    pub fn cached_sessions(mut self, most: usize) -> Self {
        self.cached_sessions = most;
        self
    }

    /// Puts the parts together. Fails when they do not fit.
    pub fn build(self) -> Result<Auth, BuildError> {
        if self.store.is_none() && self.ring.is_none() && self.schemes.is_empty() {
            return Err(BuildError::NothingToProve);
        }
        let clients = self.clients.unwrap_or_else(|| Clients::new(&self.origin, []));
        for client in clients.iter() {
            if client.audiences.is_empty() || !client.cells.contains(&client.default_cell) {
                return Err(BuildError::Client(client.id.clone()));
            }
            if self.ring.is_some() && self.store.is_some() && shortest_idle(client) <= client.access_lifetime {
                return Err(BuildError::IdleTooShort(client.id.clone()));
            }
        }
        if !self.paths.session.starts_with('/') || self.paths.session.ends_with('/') {
            return Err(BuildError::SessionPath);
        }
        let cookies = CookieCatalog::new(&self.cookie_name, self.cookie_security, &self.paths.session)?;
        let window = FeedWindow::for_lifetime(clients.longest_access_lifetime());
        let (revocations, memory) = (Arc::new(Revocations::new()), Arc::new(ExchangeMemory::new()));
        let mut sinks: Vec<Arc<dyn FeedSink>> =
            vec![Arc::clone(&revocations) as _, Arc::clone(&memory) as _, Arc::new(FeedEvents(Arc::clone(&self.events)))];
        sinks.extend(self.sinks);
        let stateful = self.store.map(|store| {
            let store = CachedStore::new(store, SessionMap::new(self.cached_sessions), &sinks);
            let refresh = self.master_keys.map(|keys| RefreshTokens::new(store.clone(), keys, window.clone()));
            Stateful { sessions: Sessions::new(store.clone()), store, refresh }
        });
        let stateless = self.ring.map(|ring| Stateless {
            tokens: AccessTokens::new(self.origin.clone(), ring.clone(), Arc::clone(&self.random), memory),
            verifier: Verifier::new(ring.clone(), own_tokens(&self.origin), REMEMBERED_TOKENS),
            ring,
            revocations,
        });
        Ok(Auth(Arc::new(Parts {
            hosts: self.hosts,
            clock: self.clock,
            random: self.random,
            clients,
            cookies,
            problems: ProblemsPage::of(&self.origin, &self.problems),
            paths: self.paths,
            origin: self.origin,
            proxies: self.proxies,
            events: self.events,
            schemes: self.schemes,
            stateful,
            stateless,
            window,
            loaded: OnceCell::new(),
        })))
    }
}

/// The shortest time without use after which a session of the client ends, in any of its cells.
fn shortest_idle(client: &crate::client::Client) -> Duration {
    let remembered = [false, true];
    let each =
        client.cells.iter().flat_map(|cell| remembered.map(|remembered| client.sessions.lifetimes(*cell, remembered).idle));
    each.min().unwrap_or(Duration::MAX)
}

/// What a token must say to be good for the issuer itself: no leeway, since the same clock made it.
fn own_tokens(origin: &Origin) -> Expectation {
    Expectation {
        issuer: origin.to_string(),
        audiences: vec![origin.to_string()],
        typ: ACCESS_TOKEN_TYPE.to_owned(),
        leeway: Duration::ZERO,
    }
}

impl fmt::Debug for AuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder").field("origin", &self.origin).finish_non_exhaustive()
    }
}
