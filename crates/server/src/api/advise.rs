//! `/api/v1/advise`, its questions, and `/api/v1/capabilities`. Nobody need be signed in, and nothing is kept.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use cloakroom::{FieldError, Problem, ProblemCode, RequestContext};
use cloakroom_advise::{Faults, Question, questions};
use http::HeaderMap;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::shapes::{from_of, no_store};
use crate::advice::{Adviser, build};
use crate::error::ApiError;
use crate::fields::Fields;

/// How many errors an answer names: a request must not earn a longer answer than it is.
const MOST_ERRORS: usize = 20;

/// What this build has.
#[derive(Serialize, ToSchema)]
#[schema(as = Capabilities)]
pub(crate) struct CapabilitiesShape {
    version: String,
    /// Words of the adviser.
    capabilities: Vec<String>,
}

#[derive(Serialize)]
struct QuestionList {
    questions: &'static [Question],
}

/// `GET …/questions`.
pub(crate) async fn list_questions() -> Response {
    no_store(Json(QuestionList { questions: questions() }))
}

/// `GET /api/v1/capabilities`.
pub(crate) async fn capabilities() -> Response {
    let build = build();
    no_store(Json(CapabilitiesShape { version: build.version, capabilities: build.capabilities.into_iter().collect() }))
}

/// `POST`: what fits a system.
pub(crate) async fn advise(
    State(adviser): State<Adviser>,
    context: RequestContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    adviser.admit(from_of(&context), context.now())?;
    let request = Fields::of_json(&headers, &body)?.into_members()?;
    let advice = adviser.answer(&Value::Object(request), context.now()).map_err(|faults| problem_of(&faults))?;
    Ok(no_store(Json(advice)))
}

fn problem_of(faults: &Faults) -> ApiError {
    let errors = faults.by_member().iter().flat_map(|(member, faults)| {
        faults.iter().map(|fault| FieldError {
            field: member.chars().take(100).collect(),
            code: fault.code,
            message: fault.message.clone(),
        })
    });
    ApiError(Problem { errors: errors.take(MOST_ERRORS).collect(), ..Problem::new(ProblemCode::InvalidField) })
}
