//! `/`: what this is, in ten seconds.

use axum::extract::State;
use axum::response::Response;
use cloakroom::{Auth, RequestContext};
use http::StatusCode;
use serde::Serialize;

use super::page::Pages;
use crate::error::ApiError;
use crate::texts::en;

#[derive(Serialize)]
struct Start {
    running_on: String,
    signed_in_as: Option<String>,
}

/// `GET /`.
pub(crate) async fn show(
    State(pages): State<Pages>,
    State(auth): State<Auth>,
    context: RequestContext,
) -> Result<Response, ApiError> {
    let viewer = pages.viewer(context.optional_caller()?).await?;
    let has_accounts = pages.has_accounts().await?;
    let of_page = Start {
        running_on: en::running_on(auth.origin().as_str(), !has_accounts),
        signed_in_as: viewer.as_ref().map(|account| en::signed_in_as(account.shown_name())),
    };
    pages.show(StatusCode::OK, "start.html", "start", viewer.as_deref(), of_page)
}
