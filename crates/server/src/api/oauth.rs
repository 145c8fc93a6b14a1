//! The OAuth endpoints. None of them reads a cookie; they answer in the words of RFC 6749.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cloakroom::session::{Cell, ClientId, EndCause, Scopes, SessionToken, Usage};
use cloakroom::{Auth, AuthError, BUILT_IN_CLIENT, RefreshRequest, Refreshed, RequestContext, asks_to_be_passive};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::shapes::no_store;
use crate::error::Causes;
use crate::time_gate::TimeGate;

/// A refusal in the words of RFC 6749 §5.2.
struct OauthError {
    status: StatusCode,
    word: &'static str,
}

impl OauthError {
    const fn bad(word: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, word }
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let mut response = no_store((self.status, Json(json!({ "error": self.word }))));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"cloakroom\""));
        }
        response
    }
}

impl From<AuthError> for OauthError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::UnknownClient => Self { status: StatusCode::UNAUTHORIZED, word: "invalid_client" },
            AuthError::InvalidTarget => Self::bad("invalid_target"),
            AuthError::Unavailable(_) | AuthError::Busy => {
                tracing::error!(error = %Causes(&error), "a token request failed");
                Self { status: StatusCode::SERVICE_UNAVAILABLE, word: "temporarily_unavailable" }
            }
            other => {
                tracing::error!(error = %Causes(&other), "a token request failed");
                Self { status: StatusCode::INTERNAL_SERVER_ERROR, word: "server_error" }
            }
        }
    }
}

/// More members than any request of RFC 6749 has.
const MOST_MEMBERS: usize = 64;

/// A form, each member at most once (RFC 6749 §3.2). Unknown members are ignored, as it says.
struct Form(HashMap<String, String>);

impl Form {
    fn parse(headers: &HeaderMap, body: &Bytes) -> Result<Self, OauthError> {
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let word = content_type.split(';').next().unwrap_or_default().trim();
        if !word.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(OauthError::bad("invalid_request"));
        }
        let mut members = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(body).into_owned() {
            if members.len() == MOST_MEMBERS || members.insert(name, value).is_some() {
                return Err(OauthError::bad("invalid_request"));
            }
        }
        Ok(Self(members))
    }

    /// A member; one without a value counts as absent (RFC 6749 §3.2).
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).filter(|value| !value.is_empty()).map(String::as_str)
    }

    fn required(&self, name: &str) -> Result<&str, OauthError> {
        self.get(name).ok_or(OauthError::bad("invalid_request"))
    }

    /// The client that asks. There are public ones alone: one that sends a secret is not one of them.
    fn client(&self, auth: &Auth, headers: &HeaderMap) -> Result<ClientId, OauthError> {
        let invalid = OauthError { status: StatusCode::UNAUTHORIZED, word: "invalid_client" };
        let proves = headers.contains_key(header::AUTHORIZATION) || self.get("client_secret").is_some();
        let id = ClientId::new(self.get("client_id").unwrap_or(BUILT_IN_CLIENT));
        match id {
            Ok(id) if !proves && auth.clients().find(&id).is_some() => Ok(id),
            _ => Err(invalid),
        }
    }
}

/// Answers nothing about anybody while the clock cannot be believed.
pub(crate) async fn hold(State((auth, gate)): State<(Auth, TimeGate)>, request: Request, next: Next) -> Response {
    if gate.is_open(auth.now()) {
        return next.run(request).await;
    }
    OauthError { status: StatusCode::SERVICE_UNAVAILABLE, word: "temporarily_unavailable" }.into_response()
}

/// `POST /oauth/token`.
pub(crate) async fn token(
    State(auth): State<Auth>,
    context: RequestContext,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(body) = body else { return OauthError::bad("invalid_request").into_response() };
    match refresh(&auth, &context, &headers, &body).await {
        Ok(answer) => no_store(Json(answer)),
        Err(error) => error.into_response(),
    }
}

async fn refresh(auth: &Auth, context: &RequestContext, headers: &HeaderMap, body: &Bytes) -> Result<Value, OauthError> {
    let form = Form::parse(headers, body)?;
    let client = form.client(auth, headers)?;
    if form.required("grant_type")? != "refresh_token" {
        return Err(OauthError::bad("unsupported_grant_type"));
    }
    let scopes = form.get("scope").map(Scopes::parse).transpose().map_err(|_| OauthError::bad("invalid_scope"))?;
    let request = RefreshRequest {
        token: form.required("refresh_token")?,
        client: &client,
        audience: form.get("resource"),
        scopes: scopes.as_ref(),
        usage: if asks_to_be_passive(headers) { Usage::Passive } else { Usage::Active },
    };
    let Refreshed::Yes(pair) = auth.refresh(request, context).await? else {
        return Err(OauthError::bad("invalid_grant"));
    };
    let mut answer = json!({
        "access_token": pair.access.token.expose().as_str(),
        "refresh_token": pair.refresh.expose().as_str(),
        "token_type": "Bearer",
        "expires_in": pair.access.expires_in(context.now()).as_secs(),
    });
    if !pair.access.claims.scope.is_empty() {
        answer["scope"] = pair.access.claims.scope.as_str().into();
    }
    Ok(answer)
}

/// `POST /oauth/revoke` (RFC 7009).
pub(crate) async fn revoke(
    State(auth): State<Auth>,
    context: RequestContext,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(body) = body else { return OauthError::bad("invalid_request").into_response() };
    match revoke_token(&auth, &context, &headers, &body).await {
        Ok(()) => no_store(StatusCode::OK),
        Err(error) => error.into_response(),
    }
}

/// A session or refresh token of the caller's client ends its session; an access token cannot be called back; anything else has no effect.
async fn revoke_token(auth: &Auth, context: &RequestContext, headers: &HeaderMap, body: &Bytes) -> Result<(), OauthError> {
    let form = Form::parse(headers, body)?;
    let client = form.client(auth, headers)?;
    let text = form.required("token")?;
    let ends = if let Ok(token) = SessionToken::parse(text) {
        let sessions = auth.sessions().ok_or(OauthError::bad("invalid_request"))?;
        let found = sessions.find(token.session()).await.map_err(AuthError::from)?;
        let own = found.filter(|found| {
            let session = found.session();
            let is_good = session.secret.is_some_and(|hashes| hashes.current == token.hash());
            is_good && session.client == client && session.cell == Cell::Token && found.is_live(context.now())
        });
        own.map(|found| found.session().id)
    } else if let Some(session) = auth.session_of_refresh_token(text, &client).await? {
        Some(session)
    } else if auth.is_access_token(text, context.now()) {
        return Err(OauthError::bad("unsupported_token_type"));
    } else {
        None
    };
    if let Some(session) = ends {
        auth.end_session(session, EndCause::Revoked).await?;
    }
    Ok(())
}
