//! A house with one door: an application behind `Auth::layer`, whose clock stands still until it is told to move.

mod application;
mod ask;
mod browser;
mod held;
mod quiet_store;
mod token;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use cloakroom::cookie::SetCookie;
use cloakroom::jwt::{Algorithm, SigningKey};
use cloakroom::session::{Cell, ClientId, MemoryStore, Session, SessionId, Store, SwitchedStore, UserId};
use cloakroom::{
    Auth, AuthBuilder, Client, Clients, Clock as _, EventSink, FixedClock, MasterKey, MasterKeys, Origin, SecurityEvent,
    SeededRandom, Timestamp,
};
use http::Method;

pub(crate) use ask::{Answer, Ask};
pub(crate) use browser::Browser;
pub(crate) use held::{Held, Order};
pub(crate) use quiet_store::QuietStore;
pub(crate) use token::{claims_of, forged, header_of};

pub(crate) const ORIGIN: &str = "https://app.example";
/// The first audience of the client `shop`; the origin is its second.
pub(crate) const API: &str = "https://api.example";
/// In the middle of a second, so that rounding shows.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_800_000_000_750);

pub(crate) const SESSION_COOKIE: &str = "__Host-Http-cloakroom";
pub(crate) const JWT_COOKIE: &str = "__Host-Http-cloakroom-jwt";
pub(crate) const REFRESH_COOKIE: &str = "__Secure-cloakroom-refresh";

pub(crate) const MILLISECOND: Duration = Duration::from_millis(1);

pub(crate) struct House {
    pub(crate) auth: Auth,
    pub(crate) clock: FixedClock,
    /// The store behind the memory; it can be switched off.
    pub(crate) store: Arc<SwitchedStore>,
    pub(crate) key: SigningKey,
    events: Arc<Events>,
    router: Router,
}

/// Keeps the events of a test.
#[derive(Default)]
struct Events(Mutex<Vec<SecurityEvent>>);

impl EventSink for Events {
    fn record(&self, event: SecurityEvent) {
        self.0.lock().unwrap().push(event);
    }
}

impl House {
    /// A house with everything, over a memory store.
    pub(crate) fn open() -> Self {
        Self::built(|builder| builder)
    }

    /// The same over another store.
    pub(crate) fn over(store: Arc<dyn Store>) -> Self {
        Self::built_at(ORIGIN, store, FixedClock::at(START), |builder| builder)
    }

    /// The same with something changed.
    pub(crate) fn built(change: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        Self::built_at(ORIGIN, Arc::new(MemoryStore::new()), FixedClock::at(START), change)
    }

    pub(crate) fn built_at(
        origin: &str,
        store: Arc<dyn Store>,
        clock: FixedClock,
        change: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let (store, events) = (Arc::new(SwitchedStore::new(store)), Arc::new(Events::default()));
        let key = signing_key(1);
        let origin: Origin = origin.parse().unwrap();
        let builder = Auth::builder(origin.clone())
            .shared_sessions(store.clone())
            .signing_key(key.clone())
            .master_key(MasterKeys::of(MasterKey::generate(&SeededRandom::new(2))))
            .clients(Clients::new(&origin, [shop()]))
            .clock(Arc::new(clock.clone()))
            .random(Arc::new(SeededRandom::new(3)))
            .events(events.clone());
        let auth = change(builder).build().unwrap();
        let router = application::router(&auth);
        Self { auth, clock, store, key, events, router }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn later(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Moves the clock to one millisecond before `span` is over.
    pub(crate) fn later_almost(&self, span: Duration) {
        self.later(span.saturating_sub(MILLISECOND));
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Ask<'_> {
        self.ask(Method::POST, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Ask<'_> {
        self.ask(Method::DELETE, path)
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask<'_> {
        Ask::new(&self.router, self.auth.origin().authority(), method, path)
    }

    /// Signs `ada` in.
    pub(crate) async fn sign_in(&self, cell: Cell) -> Held {
        self.sign_in_as(Order::of(cell)).await
    }

    pub(crate) async fn sign_in_as(&self, order: Order) -> Held {
        let answer = self.post(&order.path()).send().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Held::from(&answer)
    }

    /// Whether what is held says who is calling.
    pub(crate) async fn takes(&self, held: &Held) -> bool {
        self.get("/me").with(held).send().await.status == 200
    }

    /// Refreshes whatever can be refreshed, by the route of its cell.
    pub(crate) async fn refresh(&self, held: &Held) -> Answer {
        match &held.refresh_token {
            Some(token) => self.post(&format!("/token?refresh_token={token}")).send().await,
            None => self.post("/api/v1/session/refresh").with(held).ours().send().await,
        }
    }

    /// The row of a session, as the store has it.
    pub(crate) async fn row(&self, id: SessionId) -> Option<Session> {
        self.auth.store().unwrap().store().find(id).await.unwrap()
    }

    /// Ada's sessions, as the store has them.
    pub(crate) async fn rows(&self) -> Vec<Session> {
        self.auth.sessions().unwrap().list(&ada()).await.unwrap()
    }

    /// What has been recorded since this was asked last.
    pub(crate) fn events(&self) -> Vec<SecurityEvent> {
        std::mem::take(&mut *self.events.0.lock().unwrap())
    }

    /// The names of what has been recorded since this was asked last.
    pub(crate) fn event_names(&self) -> Vec<&'static str> {
        self.events().iter().map(SecurityEvent::name).collect()
    }
}

pub(crate) fn ada() -> UserId {
    UserId::new("ada").unwrap()
}

pub(crate) fn signing_key(seed: u64) -> SigningKey {
    SigningKey::generate(Algorithm::EdDsa, &SeededRandom::new(seed)).unwrap()
}

/// A client in all cells, for an API of its own and for this house.
pub(crate) fn shop() -> Client {
    let origin: Origin = ORIGIN.parse().unwrap();
    Client {
        id: ClientId::new("shop").unwrap(),
        default_cell: Cell::Token,
        audiences: vec![API.into(), ORIGIN.into()],
        ..Client::built_in(&origin)
    }
}

/// A house whose built-in client is changed.
pub(crate) fn with_built_in(change: impl FnOnce(&mut Client)) -> House {
    let origin: Origin = ORIGIN.parse().unwrap();
    let mut built_in = Client::built_in(&origin);
    change(&mut built_in);
    House::built(|builder| builder.clients(Clients::new(&origin, [built_in, shop()])))
}

/// One house over each kind of store: one that calls its sinks, one that does not, and one that others write too.
pub(crate) fn over_each_store() -> [(&'static str, House); 3] {
    [
        ("calls its sinks", House::open()),
        ("does not", House::over(Arc::new(QuietStore::alone()))),
        ("is shared", House::over(Arc::new(QuietStore::shared()))),
    ]
}

/// The header values of some cookies.
pub(crate) fn written(cookies: &[SetCookie]) -> Vec<String> {
    cookies.iter().map(SetCookie::to_header_value).collect()
}
