//! Orders: a resource server of another team, on a port of its own, written with the `cloakroom` crate as they would write it.
//!
//! It knows one thing, the orders of the person who calls, and shows them to who has the scope `orders:read`. How it learns who calls:
//!
//! 1. A ticket (`crs_…`) says nothing by itself: it asks Cloakroom, `GET /api/v1/session` with the caller's own credential.
//! 2. A JWT it verifies alone, under keys that it fetches from Cloakroom and keeps for 300 s, with a leeway of 5 s; or, when it is set so,
//!    it asks Cloakroom for a JWT too, every time.
//! 3. A key that it does not know makes it fetch the keys again, at most every 10 s.
//! 4. Its clock is its own and can be wrong.
//! 5. When it cannot ask, or cannot renew keys that are too old, it answers 503: nobody is let in because a server is down.
//! 6. It answers to the hosts of the four apps at its own port; any other host is 421.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use cloakroom::jwt::{
    Expectation, JwkSet, JwtError, KeyRing, KeyRingHandle, KeyState, RingEntry, RingKey, Verifier, VerifyingKey,
};
use cloakroom::session::FeedWindow;
use cloakroom::{ACCESS_TOKEN_TYPE, AccessClaims, Clock, ShiftedClock, Timestamp};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::door::serve_until_dropped;
use super::hosts::Resident;
use super::http::{Answer, Request};

/// How long it keeps the keys of Cloakroom: what their answer allows (`max-age=300`).
pub(crate) const KEYS_KEPT: Duration = Duration::from_mins(5);

/// What it allows after `exp`.
pub(crate) const LEEWAY: Duration = FeedWindow::LEEWAY;

const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(10);

/// The scope that it asks for.
pub(crate) const SCOPE: &str = "orders:read";

/// How Orders judges a JWT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// By the seal and the time in it.
    VerifiesAlone,
    /// By asking Cloakroom.
    AsksEveryTime,
}

/// What Orders must know of Cloakroom.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// Who issues its tokens.
    pub(super) issuer: String,
    /// Where it is reached, and under which name.
    pub(super) server: SocketAddr,
    pub(super) host: String,
}

/// Orders at work. Dropping it ends it.
pub(crate) struct Orders {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    desk: Arc<Desk>,
    _end: oneshot::Sender<()>,
}

struct Desk {
    port: u16,
    cloakroom: Known,
    asks: AtomicBool,
    clock: WrongClock,
    keys: KeyRingHandle,
    fetched_at: Mutex<Option<Timestamp>>,
    verifier: Verifier<AccessClaims>,
}

/// The lab's clock, wrong by a span.
struct WrongClock {
    clock: ShiftedClock,
    ahead_ms: AtomicI64,
}

impl WrongClock {
    fn now(&self) -> Timestamp {
        let ahead = self.ahead_ms.load(Ordering::SeqCst);
        let span = Duration::from_millis(ahead.unsigned_abs());
        if ahead < 0 { self.clock.now().minus(span) } else { self.clock.now().plus(span) }
    }
}

impl Orders {
    /// Opens it on `listener`.
    pub(super) fn open(listener: TcpListener, cloakroom: Known, clock: ShiftedClock) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let keys = KeyRingHandle::new(KeyRing::default());
        let expectation = Expectation {
            issuer: cloakroom.issuer.clone(),
            audiences: vec![cloakroom.issuer.clone()],
            typ: ACCESS_TOKEN_TYPE.to_owned(),
            leeway: LEEWAY,
        };
        let desk = Arc::new(Desk {
            port: address.port(),
            cloakroom,
            asks: AtomicBool::new(false),
            clock: WrongClock { clock, ahead_ms: AtomicI64::new(0) },
            verifier: Verifier::new(keys.clone(), expectation, 1_000),
            keys,
            fetched_at: Mutex::new(None),
        });
        let router = Router::new().route("/orders", get(show)).with_state(Arc::clone(&desk));
        Ok(Self { address, desk, _end: serve_until_dropped(listener, router) })
    }

    /// Sets how it judges a JWT from now on.
    pub(crate) fn set(&self, setting: Setting) {
        self.desk.asks.store(setting == Setting::AsksEveryTime, Ordering::SeqCst);
    }

    /// Sets its clock wrong, by so many milliseconds ahead; negative is behind.
    pub(crate) fn set_clock_ahead(&self, milliseconds: i64) {
        self.desk.clock.ahead_ms.store(milliseconds, Ordering::SeqCst);
    }

    /// When it last fetched the keys, by its own clock.
    pub(crate) fn keys_fetched_at(&self) -> Option<Timestamp> {
        *self.desk.fetched_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What Orders learnt about a caller.
enum Caller {
    /// May see the orders, or not.
    Known { may: bool },
    /// Nobody.
    Nobody,
    /// It could not be asked.
    Unknown,
}

/// A credential as it came.
enum Shown {
    Bearer(String),
    Ticket(String),
    Letter(String),
}

impl Shown {
    /// Reads the credential of a request: `Authorization` decides alone if it is there.
    fn read(headers: &HeaderMap) -> Option<Self> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let token = value.to_str().ok()?.strip_prefix("Bearer ")?;
            return Some(Self::Bearer(token.to_owned()));
        }
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|value| value.split("; ")).filter_map(|pair| pair.split_once('='));
        pairs.find_map(|(name, value)| match name {
            "__Host-Http-cloakroom" => Some(Self::Ticket(value.to_owned())),
            "__Host-Http-cloakroom-jwt" => Some(Self::Letter(value.to_owned())),
            _ => None,
        })
    }

    fn jwt(&self) -> Option<&str> {
        match self {
            Self::Bearer(text) if text.starts_with("crs_") => None,
            Self::Bearer(text) | Self::Letter(text) => Some(text),
            Self::Ticket(_) => None,
        }
    }

    /// The same credential in the same carrier, for Cloakroom to judge.
    fn header(&self) -> (&'static str, String) {
        match self {
            Self::Bearer(token) => ("Authorization", format!("Bearer {token}")),
            Self::Ticket(ticket) => ("Cookie", format!("__Host-Http-cloakroom={ticket}")),
            Self::Letter(jwt) => ("Cookie", format!("__Host-Http-cloakroom-jwt={jwt}")),
        }
    }
}

impl Desk {
    async fn caller(&self, headers: &HeaderMap) -> Caller {
        let Some(shown) = Shown::read(headers) else { return Caller::Nobody };
        match shown.jwt() {
            Some(jwt) if !self.asks.load(Ordering::SeqCst) => self.verify(jwt).await,
            _ => self.ask(&shown).await,
        }
    }

    async fn verify(&self, jwt: &str) -> Caller {
        let now = self.clock.now();
        if self.is_older_than(KEYS_KEPT, now) && !self.fetch_keys(now).await {
            return Caller::Unknown;
        }
        let mut verified = self.verifier.verify(jwt, now);
        if matches!(verified, Err(JwtError::Untrusted { .. })) && self.is_older_than(UNKNOWN_KEY_PAUSE, now) {
            self.fetch_keys(now).await;
            verified = self.verifier.verify(jwt, now);
        }
        match verified {
            Ok(verified) => Caller::Known { may: verified.claims.scope.contains(SCOPE) },
            Err(_) => Caller::Nobody,
        }
    }

    async fn ask(&self, shown: &Shown) -> Caller {
        let (name, value) = shown.header();
        let Known { server, host, .. } = &self.cloakroom;
        let asked = Request::new("GET", host, "/api/v1/session").header(name, value).send(*server, None).await;
        match asked {
            Ok(answer) if answer.status == 200 => Caller::Known { may: may_read(&answer) },
            Ok(answer) if answer.status == 401 => Caller::Nobody,
            _ => Caller::Unknown,
        }
    }

    fn is_older_than(&self, span: Duration, now: Timestamp) -> bool {
        let fetched_at = *self.fetched_at.lock().unwrap_or_else(PoisonError::into_inner);
        fetched_at.is_none_or(|at| now >= at.plus(span))
    }

    /// Fetches the keys, and says whether they came. Where they did not, those it has stay until they are too old.
    async fn fetch_keys(&self, now: Timestamp) -> bool {
        let Known { server, host, .. } = &self.cloakroom;
        let answer = Request::new("GET", host, "/.well-known/jwks.json").send(*server, None).await;
        let ring = answer.ok().filter(|answer| answer.status == 200).and_then(|answer| ring_of(&answer.body));
        let Some(ring) = ring else { return false };
        self.keys.store(ring);
        *self.fetched_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        true
    }
}

/// The keys of a set, to verify with.
fn ring_of(json: &str) -> Option<KeyRing> {
    let set = JwkSet::parse(json.as_bytes()).ok()?;
    let entry = |key: VerifyingKey| RingEntry { key: RingKey::Verifying(key), state: KeyState::Retired };
    KeyRing::new(set.iter().filter_map(|jwk| VerifyingKey::from_jwk(jwk).ok()).map(entry)).ok()
}

fn may_read(answer: &Answer) -> bool {
    let scopes = &answer.json()["session"]["scopes"];
    scopes.as_array().is_some_and(|scopes| scopes.iter().any(|scope| scope == SCOPE))
}

async fn show(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let authority = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !matches!(Resident::at(authority, desk.port), Some(Resident::App(_))) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let (status, body) = match desk.caller(&headers).await {
        Caller::Known { may: true } => (StatusCode::OK, json!({ "orders": [{ "id": 118, "total": "24.90 EUR" }] })),
        Caller::Known { may: false } => (StatusCode::FORBIDDEN, json!({ "code": "insufficient_scope" })),
        Caller::Nobody => (StatusCode::UNAUTHORIZED, json!({ "code": "not_signed_in" })),
        Caller::Unknown => (StatusCode::SERVICE_UNAVAILABLE, json!({ "code": "cannot_ask" })),
    };
    ([(header::CACHE_CONTROL, "no-store")], (status, axum::Json(body))).into_response()
}
