//! What clients and verifiers read about this server: its keys and its endpoints.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cloakroom::{Auth, ProblemCode};
use http::{HeaderName, HeaderValue, header};
use serde_json::json;

use crate::error::ApiError;
use crate::urls::Urls;

const PUBLIC: [(HeaderName, HeaderValue); 2] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
];

/// `GET /.well-known/jwks.json` (RFC 7517).
pub(crate) async fn jwks(State(auth): State<Auth>) -> Result<Response, ApiError> {
    let ring = auth.key_ring().ok_or(ProblemCode::NotFound)?.load();
    let json_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok((PUBLIC, json_type, ring.published().to_json()).into_response())
}

/// `GET /.well-known/oauth-authorization-server` (RFC 8414).
pub(crate) async fn authorization_server(State(auth): State<Auth>, State(urls): State<std::sync::Arc<Urls>>) -> Response {
    let at = |path: &str| format!("{}{path}", auth.origin());
    let metadata = json!({
        "issuer": auth.origin().as_str(),
        "jwks_uri": at(&urls.jwks),
        "token_endpoint": at(&urls.oauth_token),
        "revocation_endpoint": at(&urls.oauth_revoke),
        "grant_types_supported": ["refresh_token"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
    });
    (PUBLIC, Json(metadata)).into_response()
}
