//! The one question that is asked all day, answered before the router: `GET /api/v1/session` from somebody whom memory knows.
//!
//! Whatever is not answered here (a stranger, a miss, a refusal, any other path) goes to the router, which says the same more slowly.

use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use cloakroom::Auth;
use http::{HeaderValue, Method, Request, header};
use hyper::body::Incoming;
use tower::Service;

use crate::accounts::Accounts;
use crate::api::{UserOrId, account_shape, whoami};
use crate::app::App;
use crate::routes::EVERY_ANSWER;
use crate::time_gate::TimeGate;

/// About as long as an answer is.
const ANSWER_LENGTH: usize = 1_024;

/// The router with the fast lane before it.
#[derive(Clone)]
pub(crate) struct FastLane {
    inner: Arc<Lane>,
    router: Router,
}

struct Lane {
    path: String,
    auth: Auth,
    accounts: Accounts,
    gate: TimeGate,
}

impl FastLane {
    /// Answers what it can of `app`, and hands the rest to `router`.
    pub(crate) fn new(app: &App, router: Router) -> Self {
        let path = app.urls.api_session.clone();
        let lane = Lane { path, auth: app.auth.clone(), accounts: app.accounts.clone(), gate: app.gate.clone() };
        Self { inner: Arc::new(lane), router }
    }
}

impl Lane {
    fn answer<B>(&self, request: &Request<B>) -> Option<Response> {
        if request.method() != Method::GET || request.uri().path() != self.path {
            return None;
        }
        if !self.gate.is_open(self.auth.now()) {
            return None;
        }
        let (caller, now) = self.auth.peek_caller(request)?;
        let account = self.accounts.peek(&caller.user)?;
        let shape = whoami(&caller, UserOrId::Account(account_shape(&account)), now)?;
        let mut body = Vec::with_capacity(ANSWER_LENGTH);
        serde_json::to_writer(&mut body, &shape).ok()?;
        let mut response = Response::new(Body::from(body));
        let headers = response.headers_mut();
        headers.reserve(4 + EVERY_ANSWER.len());
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in EVERY_ANSWER {
            headers.insert(name, value);
        }
        headers.insert(header::VARY, HeaderValue::from_static("Cookie, Authorization"));
        Some(response)
    }
}

impl Service<Request<Incoming>> for FastLane {
    type Response = Response;
    type Error = Infallible;
    type Future = LaneFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request<Incoming>>::poll_ready(&mut self.router, cx)
    }

    fn call(&mut self, request: Request<Incoming>) -> LaneFuture {
        // A panic here is a bug: the router answers instead, and says so if it has it too.
        let known = catch_unwind(AssertUnwindSafe(|| self.inner.answer(&request))).unwrap_or(None);
        match known {
            Some(response) => LaneFuture::Known(Some(response)),
            None => LaneFuture::Router(Box::pin(self.router.call(request))),
        }
    }
}

/// An answer that is known, or the router's.
pub(crate) enum LaneFuture {
    Known(Option<Response>),
    Router(Pin<Box<RouteFuture<Infallible>>>),
}

impl Future for LaneFuture {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Known(response) => Poll::Ready(Ok(response.take().unwrap_or_default())),
            Self::Router(future) => Poll::Ready(ready!(future.as_mut().poll(cx))),
        }
    }
}
