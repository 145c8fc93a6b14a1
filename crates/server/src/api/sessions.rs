//! `/api/v1/sessions`: sign-in, and the caller's own sessions.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use cloakroom::session::{Cell, ClientId, EndCause, SessionId};
use cloakroom::{Auth, Principal, ProblemCode, RequestContext, Requirement, reach_of_ended, reach_of_live};
use http::{HeaderMap, StatusCode};

use super::shapes::{self, SessionList, from_of, no_store};
use crate::accounts::{Attempt, EmailAddress, Starter, Wish};
use crate::device_cookie::DeviceCookie;
use crate::error::ApiError;
use crate::fields::Fields;

/// `POST`: signs in.
pub(crate) async fn start(
    State(starter): State<Starter>,
    State(devices): State<DeviceCookie>,
    context: RequestContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut fields = Fields::of_json(&headers, &body)?;
    let email = fields.text("email");
    let password = super::user::password_in(&mut fields, "password");
    let remember = fields.flag("remember");
    let client = fields.parsed("client_id", "The name of a client.", |text| ClientId::new(text).ok());
    let cell = fields.parsed("deliver", "One of cookie, token, jwt, jwt_cookie.", |text| Cell::parse(text).ok());
    fields.finish()?;
    allow(&starter.auth, client.as_ref(), cell)?;
    // An address that cannot be one has no account: the answer is the one for any other wrong address.
    let email = EmailAddress::parse(&email).map_err(|_| ProblemCode::InvalidCredentials)?;
    let attempt = Attempt { from: from_of(&context), device: devices.read(&headers, context.now()), now: context.now() };
    let verified = starter.accounts.verify_password(&email, password.ok_or(ProblemCode::Internal)?, attempt).await?;
    let account = verified.user().clone();
    let signed_in = starter.start(verified, Wish { cell, client, remember }, &context).await?;
    let body = Json(shapes::signed_in(&signed_in, Some(&account))).into_response();
    Ok((StatusCode::CREATED, signed_in, body).into_response())
}

/// Checks client and cell before any password is hashed.
fn allow(auth: &Auth, client: Option<&ClientId>, cell: Option<Cell>) -> Result<(), ApiError> {
    let client = match client {
        Some(id) => auth.clients().find(id).ok_or(ProblemCode::UnknownClient)?,
        None => auth.clients().built_in(),
    };
    if !client.first_party {
        return Err(ProblemCode::ClientNotAllowed.into());
    }
    if cell.is_some_and(|cell| !client.cells.contains(&cell)) {
        return Err(ProblemCode::CellNotAllowed.into());
    }
    Ok(())
}

/// `GET`: the caller's sessions, newest first.
pub(crate) async fn list(State(auth): State<Auth>, context: RequestContext, caller: Principal) -> Result<Response, ApiError> {
    let now = context.now();
    let sessions = auth.sessions().ok_or(ProblemCode::Internal)?.list(&caller.user).await?;
    let live = sessions.iter().filter(|session| session.is_live(now));
    let shown: Vec<_> = live.map(|session| shapes::session(session, caller.session == Some(session.id), now)).collect();
    Ok(no_store(Json(SessionList { sessions: shown })))
}

/// `DELETE …/{id}`: ends one of the caller's sessions. A foreign one is not found.
pub(crate) async fn end_one(
    State(auth): State<Auth>,
    context: RequestContext,
    caller: Principal,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id: SessionId = id.parse().map_err(|_| ProblemCode::NotFound)?;
    auth.confirm(&Requirement::authoritative(), &caller, context.now()).await?;
    let found = auth.sessions().ok_or(ProblemCode::Internal)?.find(id).await?;
    if found.is_none_or(|session| session.session().user != caller.user) {
        return Err(ProblemCode::NotFound.into());
    }
    let cause = if caller.session == Some(id) { EndCause::SignedOut } else { EndCause::EndedElsewhere };
    auth.end_session(id, cause).await?;
    Ok(no_store(StatusCode::NO_CONTENT))
}

/// `DELETE`: ends all of the caller's sessions, or with `?keep=current` all others.
pub(crate) async fn end_all(
    State(auth): State<Auth>,
    context: RequestContext,
    caller: Principal,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let keep = match query.as_deref() {
        None | Some("") => None,
        Some("keep=current") => caller.session,
        Some(_) => return Err(cloakroom::Problem::field("keep", "invalid_value", "Write keep=current, or nothing.").into()),
    };
    auth.confirm(&Requirement::authoritative(), &caller, context.now()).await?;
    auth.end_all_sessions(&caller.user, keep, EndCause::EndedElsewhere).await?;
    Ok(no_store(StatusCode::NO_CONTENT))
}

/// `GET …/{id}/reach`: what lives under a session of the caller's, and when it is truly dead.
pub(crate) async fn reach(
    State(auth): State<Auth>,
    context: RequestContext,
    caller: Principal,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id: SessionId = id.parse().map_err(|_| ProblemCode::NotFound)?;
    let now = context.now();
    let store = auth.store().ok_or(ProblemCode::Internal)?;
    let client_of = |id: &ClientId| auth.clients().find(id).unwrap_or_else(|| auth.clients().built_in()).clone();
    let own = store.find(id).await?.filter(|session| session.session().user == caller.user && session.is_live(now));
    let reach = if let Some(session) = own {
        let session = session.to_session();
        let families = store.list_families(id).await?;
        reach_of_live(&session, &families, &client_of(&session.client), auth.origin(), now)
    } else {
        let ended = store.find_ended(id).await?;
        let ended = ended.filter(|ended| ended.user == caller.user && now < ended.ending.matters_until);
        let ended = ended.ok_or(ProblemCode::NotFound)?;
        reach_of_ended(&ended, &client_of(&ended.client), auth.origin(), now)
    };
    Ok(no_store(Json(shapes::reach(&reach, caller.session == Some(id), now))))
}
