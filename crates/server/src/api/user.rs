//! `/api/v1/user`: the caller's own account.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cloakroom::{Delivery, Principal, ProblemCode, RequestContext, Requirement, SignedIn};
use http::{HeaderMap, StatusCode};

use super::shapes::{self, from_of};
use crate::accounts::{Account, Attempt, Password, Starter};
use crate::device_cookie::DeviceCookie;
use crate::error::ApiError;
use crate::fields::Fields;

/// A password from a request; noted as too long where it is.
pub(crate) fn password_in(fields: &mut Fields, field: &str) -> Option<Password> {
    let text = fields.text(field);
    match Password::new(&text) {
        Ok(password) => Some(password),
        Err(too_long) => {
            fields.wrong(field, "password_too_long", &too_long.to_string());
            None
        }
    }
}

/// Sets the password of whoever calls, with the one until now as proof; for the API and the page alike.
pub(crate) async fn set_password(
    starter: &Starter,
    caller: &Principal,
    (current, new): (Password, Password),
    attempt: Attempt,
    context: &RequestContext,
) -> Result<(SignedIn, Account), ApiError> {
    starter.auth.confirm(&Requirement::authoritative(), caller, context.now()).await?;
    let session = starter.own_session(caller).await?;
    let from = attempt.from;
    let verified = starter.accounts.verify_current_password(&caller.user, current, attempt).await?;
    let account = verified.user().clone();
    let hash = starter.accounts.hash_new_password(&new, &account.email, from).await;
    let hash = hash.map_err(|refused| ApiError::password("new_password", refused))?;
    let signed_in = starter.change_password(verified, hash, session.session(), context).await?;
    Ok((signed_in, account))
}

/// `PUT …/password`: every session ends, this one too, and the caller gets a fresh one.
pub(crate) async fn change_password(
    State(starter): State<Starter>,
    State(devices): State<DeviceCookie>,
    context: RequestContext,
    caller: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut fields = Fields::of_json(&headers, &body)?;
    let current = password_in(&mut fields, "current_password");
    let new = password_in(&mut fields, "new_password");
    fields.finish()?;
    let (current, new) = current.zip(new).ok_or(ProblemCode::Internal)?;
    let attempt = Attempt { from: from_of(&context), device: devices.read(&headers, context.now()), now: context.now() };
    let (signed_in, account) = set_password(&starter, &caller, (current, new), attempt, &context).await?;
    if matches!(signed_in.delivery, Delivery::Cookie | Delivery::JwtCookie { .. }) {
        return Ok((StatusCode::NO_CONTENT, signed_in, ()).into_response());
    }
    let body = Json(shapes::signed_in(&signed_in, Some(&account))).into_response();
    Ok((signed_in, body).into_response())
}
