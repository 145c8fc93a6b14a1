//! The lab's listener: who is asked, and what was really sent and got.
//!
//! 1. The four hosts of the cells reach Cloakroom; below [`FRONT`] they reach the page of their app.
//! 2. The attacker's host reaches the attacker's page and nothing else.
//! 3. Any other host is 421.
//! 4. Every exchange with these five is recorded.
//! 5. While the server behind it restarts, requests wait.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use cloakroom::{Clock, ProblemCode, ShiftedClock, problem_response};
use http::{HeaderMap, StatusCode, Version, header};
use tokio::net::TcpListener;
use tokio::sync::{RwLock, oneshot};
use tower::ServiceExt;

use super::hosts::{Resident, host_of};
use super::recorder::Recorder;
use super::wire::Message;
use crate::app::App;
use crate::routes;
use crate::serve::{ServeLimits, serve};

/// The path below which a cell's host shows the page of its app.
pub(crate) const FRONT: &str = "/app";

/// More than any request of the lab has.
const LARGEST_BODY: usize = 128 * 1024;

/// The pages that are not Cloakroom's.
#[derive(Clone, Default)]
pub(crate) struct Fronts {
    /// The app of a cell, on the cell's host below [`FRONT`]; its host says which cell.
    pub(crate) apps: Router,
    /// The attacker's pages, on the attacker's host.
    pub(crate) attacker: Router,
}

/// A server that is running behind the door.
pub(super) struct Running {
    pub(super) app: App,
    router: Router,
}

impl Running {
    pub(super) fn new(app: App) -> Self {
        let router = routes::router(&app, Router::new());
        Self { app, router }
    }
}

/// Where the running server is found. Empty while it restarts or when it could not be opened again.
pub(super) type Slot = Arc<RwLock<Option<Running>>>;

/// The listener at work. Dropping it ends it.
pub(super) struct Door {
    pub(super) address: SocketAddr,
    pub(super) recorder: Recorder,
    _end: oneshot::Sender<()>,
}

#[derive(Clone)]
struct Doorway {
    port: u16,
    slot: Slot,
    fronts: Fronts,
    recorder: Recorder,
    clock: ShiftedClock,
}

impl Door {
    /// Opens it on `listener`.
    pub(super) fn open(listener: TcpListener, slot: Slot, fronts: Fronts, clock: ShiftedClock) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let recorder = Recorder::default();
        let doorway = Doorway { port: address.port(), slot, fronts, recorder: recorder.clone(), clock };
        let end = serve_until_dropped(listener, Router::new().fallback(pass).with_state(doorway));
        Ok(Self { address, recorder, _end: end })
    }
}

/// Serves in a task of its own until what it returns is dropped.
pub(super) fn serve_until_dropped(listener: TcpListener, router: Router) -> oneshot::Sender<()> {
    let (end, ended) = oneshot::channel::<()>();
    let limits = ServeLimits { shutdown: std::time::Duration::ZERO, ..ServeLimits::DEFAULT };
    tokio::spawn(serve(listener, router, limits, async {
        let _ = ended.await;
    }));
    end
}

async fn pass(State(doorway): State<Doorway>, request: Request) -> Response {
    let authority = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let Some(resident) = Resident::at(authority, doorway.port) else {
        return doorway.to_nobody().await;
    };
    let host = match resident {
        Resident::App(cell) => host_of(cell),
        Resident::Attacker => super::hosts::ATTACKER,
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let line = format!("{} {} {}", parts.method, parts.uri, version(parts.version));
    let came = Message::of(&head(line, &parts.headers), &body);
    let answer = doorway.ask(resident, Request::from_parts(parts, Body::from(body))).await;
    let (parts, body) = answer.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY * 8).await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let line = format!("{} {}", version(parts.version), parts.status);
    doorway.recorder.record(host, doorway.clock.now(), came, Message::of(&head(line, &parts.headers), &body));
    Response::from_parts(parts, Body::from(body))
}

impl Doorway {
    async fn ask(&self, resident: Resident, request: Request) -> Response {
        let path = request.uri().path();
        let is_front = path.strip_prefix(FRONT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let router = match resident {
            Resident::Attacker => Some(self.fronts.attacker.clone()),
            Resident::App(_) if is_front => Some(self.fronts.apps.clone()),
            Resident::App(_) => self.slot.read().await.as_ref().map(|running| running.router.clone()),
        };
        match router {
            Some(router) => router.oneshot(request).await.unwrap_or_else(|never| match never {}),
            None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }

    async fn to_nobody(&self) -> Response {
        match self.slot.read().await.as_ref() {
            Some(running) => problem_response(ProblemCode::WrongHost.into(), running.app.auth.problems_page()),
            None => StatusCode::MISDIRECTED_REQUEST.into_response(),
        }
    }
}

fn version(version: Version) -> &'static str {
    if version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" }
}

fn head(mut head: String, headers: &HeaderMap) -> String {
    for (name, value) in headers {
        head.push_str("\r\n");
        head.push_str(name.as_str());
        head.push_str(": ");
        head.push_str(&String::from_utf8_lossy(value.as_bytes()));
    }
    head
}
