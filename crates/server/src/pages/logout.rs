//! `/logout`: `GET` asks, `POST` ends. A sign-out that cannot be recorded never pretends.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use cloakroom::{ProblemCode, RequestContext, SignedOut};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::login::LoginDoor;
use super::page::see_other;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::form::Owner;
use crate::texts::en::TimeText;

const ACTION: &str = "logout";

#[derive(Serialize)]
struct Logout {
    state: &'static str,
    form: String,
    elsewhere_until: Option<TimeText>,
}

/// Whose form it is: the session's, whether or not its JWT has expired.
fn owner(context: &RequestContext) -> Option<Owner> {
    context.session_in_cookie().map(Owner::Session)
}

async fn page(door: &LoginDoor, status: StatusCode, state: &'static str, context: &RequestContext) -> Result<Response, ApiError> {
    let viewer = door.pages.viewer(context.optional_caller().ok().flatten()).await.unwrap_or_default();
    let form =
        owner(context).map(|owner| door.forms.seal(ACTION, owner, &door.pages.urls().start, context.now())).unwrap_or_default();
    door.pages.show(status, "logout.html", "logout", viewer.as_deref(), Logout { state, form, elsewhere_until: None })
}

/// `GET /logout`.
pub(crate) async fn show(State(door): State<LoginDoor>, context: RequestContext) -> Result<Response, ApiError> {
    let state = if owner(&context).is_some() { "ask" } else { "out" };
    page(&door, StatusCode::OK, state, &context).await
}

/// `POST /logout`.
pub(crate) async fn submit(
    State(door): State<LoginDoor>,
    context: RequestContext,
    parts: Parts,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut fields = Fields::of_form(&headers, &body)?;
    let sealed = fields.optional_text("form").unwrap_or_default();
    let owner = owner(&context);
    if owner.is_some() && door.forms.open(ACTION, owner, &sealed, context.now()).is_none() {
        return page(&door, StatusCode::BAD_REQUEST, "ask", &context).await;
    }
    match door.starter.auth.sign_out_of(&parts, &context).await {
        Ok(SignedOut::Yes { cookies }) => see_other(&door.pages.urls().logout, &cookies),
        Ok(SignedOut::Nothing) => match context.optional_caller() {
            Err(problem) if problem.code == ProblemCode::CrossOrigin => Err(problem.into()),
            _ => see_other(&door.pages.urls().logout, &[]),
        },
        Err(error) => {
            let _logged = ApiError::from(error);
            page(&door, StatusCode::SERVICE_UNAVAILABLE, "uncertain", &context).await
        }
    }
}
