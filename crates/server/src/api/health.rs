//! Whether the process lives, and whether it can do its work.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use cloakroom::{Auth, ClockHealth, SystemClock};
use http::StatusCode;
use serde_json::json;

use super::shapes::no_store;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> Response {
    no_store("ok\n")
}

/// `GET /readyz`: the store answers, what has ended is known, and the clock is agreed on.
pub(crate) async fn ready(State(auth): State<Auth>, State(clock): State<SystemClock>) -> Response {
    let store = auth.load().await.is_ok() && auth.prove_store().await.is_ok();
    let clock = clock.health() == ClockHealth::Agrees;
    let status = if store && clock { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    no_store((status, Json(json!({ "ready": store && clock, "store": store, "clock": clock }))))
}
