//! Whether the process lives, and whether it can do its work.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use cloakroom::{Auth, ClockHealth, SystemClock};
use http::StatusCode;
use serde_json::json;

use super::shapes::no_store;
use crate::accounts::Accounts;
use crate::time_gate::TimeGate;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> Response {
    no_store("ok\n")
}

/// `GET /readyz`: the store answers and can be written, what has ended is known, and the clock is agreed on.
pub(crate) async fn ready(
    State(auth): State<Auth>,
    State(accounts): State<Accounts>,
    State(clock): State<SystemClock>,
    State(gate): State<TimeGate>,
) -> Response {
    let store = auth.load().await.is_ok() && auth.prove_store().await.is_ok() && accounts.store().prove_writable().await.is_ok();
    let clock = clock.health() == ClockHealth::Agrees && gate.is_open(auth.now());
    let status = if store && clock { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    no_store((status, Json(json!({ "ready": store && clock, "store": store, "clock": clock }))))
}
