//! `/logout`: `GET` asks, `POST` ends. A sign-out that cannot be recorded never pretends, and letters that others check by themselves are
//! named with the moment at which the last of them has run out, before and after.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use cloakroom::{ProblemCode, RequestContext, SignedOut, Timestamp};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::login::LoginDoor;
use super::page::{see_other, value_in};
use super::sessions::{UNTIL, credentials_under, outlasting};
use crate::error::ApiError;
use crate::fields::Fields;
use crate::form::Owner;
use crate::texts::en::{self, TimeText};

const ACTION: &str = "logout";

#[derive(Serialize)]
struct Logout {
    state: &'static str,
    form: String,
    form_error: Option<&'static str>,
    elsewhere_until: Option<TimeText>,
}

/// Whose form it is: the session's, whether or not its JWT has expired.
fn owner(context: &RequestContext) -> Option<Owner> {
    context.session_in_cookie().map(Owner::Session)
}

/// Until when somebody else may still take a letter of the session, if it ends now.
async fn elsewhere_until(door: &LoginDoor, context: &RequestContext) -> Result<Option<Timestamp>, ApiError> {
    let (auth, now) = (&door.starter.auth, context.now());
    let Some(id) = context.session_in_cookie() else { return Ok(None) };
    let Some(found) = auth.sessions().ok_or(ProblemCode::Internal)?.find(id).await? else { return Ok(None) };
    let outlasting = outlasting(&credentials_under(auth, &found.to_session(), now).await?);
    Ok((!outlasting.is_zero()).then(|| now.plus(outlasting)))
}

async fn page(
    door: &LoginDoor,
    status: StatusCode,
    state: &'static str,
    until: Option<Timestamp>,
    context: &RequestContext,
) -> Result<Response, ApiError> {
    let viewer = door.pages.visitor(context).await.unwrap_or_default();
    let form =
        owner(context).map(|owner| door.forms.seal(ACTION, owner, &door.pages.urls().start, context.now())).unwrap_or_default();
    let of_page = Logout {
        state,
        form,
        form_error: status.is_client_error().then_some(en::STALE_QUESTION),
        elsewhere_until: until.filter(|until| context.now() < *until).map(|until| en::future(until, context.now())),
    };
    door.pages.show(status, "logout.html", "logout", viewer.as_deref(), of_page)
}

/// Asks. Whether letters live on is said where that is known: the question stands without it too.
async fn ask(door: &LoginDoor, status: StatusCode, context: &RequestContext) -> Result<Response, ApiError> {
    let until = elsewhere_until(door, context).await.unwrap_or_default();
    page(door, status, "ask", until, context).await
}

/// `GET /logout`.
pub(crate) async fn show(
    State(door): State<LoginDoor>,
    RawQuery(query): RawQuery,
    context: RequestContext,
) -> Result<Response, ApiError> {
    if context.caller().is_err() {
        // Whose session it is cannot be read now, so whether it goes on cannot be said.
        return page(&door, StatusCode::SERVICE_UNAVAILABLE, "uncertain", None, &context).await;
    }
    if owner(&context).is_some() {
        return ask(&door, StatusCode::OK, &context).await;
    }
    // A link can say anything: what no token could last is not repeated.
    let latest = door.starter.auth.feed_window().until(context.now());
    let until = value_in(query.as_deref(), UNTIL).and_then(|text| text.parse().ok()).map(Timestamp::from_seconds);
    let until = until.filter(|until| *until <= latest);
    page(&door, StatusCode::OK, "out", until, &context).await
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
        return ask(&door, StatusCode::BAD_REQUEST, &context).await;
    }
    let until = elsewhere_until(&door, &context).await.unwrap_or_default();
    match door.starter.auth.sign_out_of(&parts, &context).await {
        Ok(SignedOut::Yes { cookies }) => {
            let said = until.map(|until| format!("?{UNTIL}={}", until.as_seconds())).unwrap_or_default();
            see_other(&format!("{}{said}", door.pages.urls().logout), &cookies)
        }
        Ok(SignedOut::CrossOrigin) => Err(ProblemCode::CrossOrigin.into()),
        Ok(SignedOut::Nothing) => match context.optional_caller() {
            Err(problem) if problem.code == ProblemCode::CrossOrigin => Err(problem.into()),
            _ => see_other(&door.pages.urls().logout, &[]),
        },
        Err(error) => {
            let _logged = ApiError::from(error);
            page(&door, StatusCode::SERVICE_UNAVAILABLE, "uncertain", None, &context).await
        }
    }
}
