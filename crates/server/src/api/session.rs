//! `/api/v1/session`: the session behind the request's own credential.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cloakroom::session::{Scopes, StoreError};
use cloakroom::{Auth, Principal, ProblemCode, RequestContext, Requirement, SignedOut, add_cookies};
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use super::shapes::{self, TokenShape, UserOrId, from_of, no_store};
use crate::accounts::{Account, Accounts, Attempt, NotStarted, Starter};
use crate::device_cookie::DeviceCookie;
use crate::error::ApiError;
use crate::fields::Fields;

/// `GET`: who is calling, proven how and until when.
pub(crate) async fn show(
    State(accounts): State<Accounts>,
    context: RequestContext,
    caller: Principal,
) -> Result<Response, ApiError> {
    let account = account_of(&accounts, &caller).await?;
    let user = match &account {
        Some(account) => UserOrId::Account(shapes::user(account)),
        None => UserOrId::Id { id: caller.user.as_str() },
    };
    let shape = shapes::whoami(&caller, user, context.now()).ok_or(ProblemCode::NotSignedIn)?;
    Ok(no_store(Json(shape)))
}

/// The caller's account. With a JWT, a store that is down leaves only its id; with a session proof that is a failure.
async fn account_of(accounts: &Accounts, caller: &Principal) -> Result<Option<Arc<Account>>, ApiError> {
    match accounts.find(&caller.user).await {
        Err(StoreError::Unavailable(_) | StoreError::Busy) if caller.claims().is_some() => Ok(None),
        found => Ok(found?),
    }
}

/// `DELETE`: everything under the session ends.
pub(crate) async fn end(State(auth): State<Auth>, context: RequestContext, parts: Parts) -> Result<Response, ApiError> {
    match auth.sign_out_of(&parts, &context).await? {
        SignedOut::Yes { cookies } => {
            let mut response = no_store(StatusCode::NO_CONTENT);
            add_cookies(response.headers_mut(), &cookies);
            Ok(response)
        }
        SignedOut::CrossOrigin => Err(ProblemCode::CrossOrigin.into()),
        SignedOut::Nothing => Err(context.require_caller().err().unwrap_or(ProblemCode::NotSignedIn.into()).into()),
    }
}

/// `POST …/tokens`: a JWT for this session.
pub(crate) async fn exchange(
    State(auth): State<Auth>,
    context: RequestContext,
    caller: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut fields = Fields::of_json(&headers, &body)?;
    let audience = fields.optional_text("audience");
    let scopes = fields.parsed("scope", "Scope words with single spaces between.", |text| Scopes::parse(text).ok());
    fields.finish()?;
    auth.confirm(&Requirement::session().and(Requirement::authoritative()), &caller, context.now()).await?;
    let issued = auth.exchange(&caller, audience.as_deref(), scopes.as_ref(), &context).await?;
    let shape = TokenShape {
        access_token: issued.token.expose().as_str(),
        token_type: "Bearer",
        expires_in: issued.expires_in(context.now()).as_secs(),
        scope: Some(issued.claims.scope.as_str()).filter(|scope| !scope.is_empty()),
    };
    Ok(no_store((StatusCode::CREATED, Json(shape))))
}

/// `POST …/reauthenticate`: the same session, a new `authenticated_at`.
pub(crate) async fn reauthenticate(
    State(starter): State<Starter>,
    State(devices): State<DeviceCookie>,
    context: RequestContext,
    caller: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut fields = Fields::of_json(&headers, &body)?;
    let password = super::user::password_in(&mut fields, "password");
    fields.finish()?;
    starter.auth.confirm(&Requirement::authoritative(), &caller, context.now()).await?;
    let id = starter.own_session(&caller).await?.session().id;
    let attempt = Attempt { from: from_of(&context), device: devices.read(&headers, context.now()), now: context.now() };
    let verified =
        starter.accounts.verify_current_password(&caller.user, password.ok_or(ProblemCode::Internal)?, attempt).await?;
    let signed_in = starter.step_up(verified, id, &context).await?;
    let body = Json(shapes::signed_in(&signed_in, None)).into_response();
    Ok((signed_in, body).into_response())
}

impl From<NotStarted> for ApiError {
    fn from(refused: NotStarted) -> Self {
        match refused {
            NotStarted::AccountChanged => ProblemCode::InvalidCredentials.into(),
            NotStarted::Failed(error) => error.into(),
        }
    }
}
