//! `Principal`, `Option<Principal>` and `RequestContext` as axum extractors, and what sets cookies as response parts.
//!
//! | the caller | `Principal` | `Option<Principal>` |
//! |---|---|---|
//! | nobody | 401 | `None` |
//! | a dead cookie | 401 | `None`: browsers send those by themselves |
//! | an expired JWT in a cookie | 401 `token_expired` | `None` |
//! | a bad header | 401 | 401: it was put there on purpose |
//! | a cookie on a cross-origin request | 403 | 403 |
//! | unknown, because the store is down | 503 | 503 |

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::request::Parts;

use crate::context::RequestContext;
use crate::error::AuthError;
use crate::principal::Principal;
use crate::problem::{Problem, ProblemsPage};
use crate::response::{add_cookies, problem_response};
use crate::sign_in::SignedIn;

/// A problem with the page that its `type` names, as an axum response.
#[derive(Clone, Debug)]
pub struct Refusal {
    problem: Problem,
    problems: ProblemsPage,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        problem_response::<Body>(self.problem, &self.problems)
    }
}

/// The layer is missing around a route: a mistake of whoever built the router.
#[derive(Clone, Copy, Debug)]
pub struct LayerMissing;

impl IntoResponse for LayerMissing {
    fn into_response(self) -> Response {
        tracing::error!("a route asks who is calling, but `auth.layer()` is not around it");
        http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

/// Why a caller could not be extracted.
#[derive(Clone, Debug)]
pub enum CallerRejection {
    /// The caller is refused.
    Refused(Box<Refusal>),
    /// The layer is missing.
    LayerMissing(LayerMissing),
}

impl IntoResponse for CallerRejection {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refusal.into_response(),
            Self::LayerMissing(missing) => missing.into_response(),
        }
    }
}

fn context(parts: &Parts) -> Result<&RequestContext, CallerRejection> {
    parts.extensions.get().ok_or(CallerRejection::LayerMissing(LayerMissing))
}

impl<S: Sync> FromRequestParts<S> for RequestContext {
    type Rejection = LayerMissing;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, LayerMissing> {
        parts.extensions.get::<Self>().cloned().ok_or(LayerMissing)
    }
}

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = CallerRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, CallerRejection> {
        let context = context(parts)?;
        context.require_caller().cloned().map_err(|problem| refused(problem, context))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Principal {
    type Rejection = CallerRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, CallerRejection> {
        let context = context(parts)?;
        context.optional_caller().map(Option::<&Self>::cloned).map_err(|problem| refused(problem, context))
    }
}

fn refused(problem: Problem, context: &RequestContext) -> CallerRejection {
    CallerRejection::Refused(Box::new(Refusal { problem, problems: context.problems.clone() }))
}

impl IntoResponseParts for SignedIn {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        let headers = parts.headers_mut();
        add_cookies(headers, &self.cookies);
        Ok(parts)
    }
}

impl IntoResponse for AuthError {
    /// Without the origin a problem has no `type`; the status and the cure are the same.
    fn into_response(self) -> Response {
        let status = crate::response::status_of(self.problem().code);
        if status.is_server_error() {
            tracing::error!(error = &self as &dyn std::error::Error, "a request failed");
        }
        status.into_response()
    }
}
