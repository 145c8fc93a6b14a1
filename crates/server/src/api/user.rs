//! `/api/v1/user`: the caller's own account.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cloakroom::session::Carrier;
use cloakroom::{Principal, ProblemCode, RequestContext, Requirement};
use http::{HeaderMap, StatusCode};

use super::shapes::{self, from_of};
use crate::accounts::{Attempt, Password, Starter};
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
    starter.auth.confirm(&Requirement::authoritative(), &caller, context.now()).await?;
    let session = starter.own_session(&caller).await?;
    let attempt = Attempt { from: from_of(&context), device: devices.read(&headers, context.now()), now: context.now() };
    let verified = starter.accounts.verify_current_password(&caller.user, current, attempt).await?;
    let hash = starter.accounts.hash_new_password(&new, &verified.user().email, from_of(&context)).await;
    let hash = hash.map_err(|refused| ApiError::password("new_password", refused))?;
    let account = verified.user().clone();
    let signed_in = starter.change_password(verified, hash, session.session(), &context).await?;
    if session.session().cell.carrier() == Carrier::Cookie {
        return Ok((StatusCode::NO_CONTENT, signed_in, ()).into_response());
    }
    let body = Json(shapes::signed_in(&signed_in, Some(&account))).into_response();
    Ok((signed_in, body).into_response())
}
