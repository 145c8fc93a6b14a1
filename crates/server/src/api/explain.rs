//! `/api/v1/explain`: says what a pasted cookie, token or message is. Nobody need be signed in; who is, is told more about their own.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use cloakroom::RequestContext;
use http::HeaderMap;

use super::shapes::{from_of, no_store};
use crate::error::ApiError;
use crate::explain::{Asker, ExplainDesk, Question};

/// `POST`: explains a text. One that nobody can read is explained too: it is not the caller's error.
pub(crate) async fn explain(
    State(desk): State<ExplainDesk>,
    context: RequestContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let question = Question::of_json(&headers, &body)?;
    // A credential that is not good makes nobody of its bearer here: there is nothing to refuse.
    let caller = context.optional_caller().ok().flatten();
    let asker = Asker { from: from_of(&context), caller, now: context.now() };
    Ok(no_store(Json(desk.explain(question, asker).await?)))
}
