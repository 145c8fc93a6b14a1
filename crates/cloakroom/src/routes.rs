//! The routes that `jwt_cookie` needs, and sign-out: below [`AuthBuilder::session_path`](crate::AuthBuilder::session_path).
//!
//! 1. `POST …/refresh` rotates both cookies and answers JSON.
//! 2. `GET` and `POST …/resume?return_to=` do it on the way to a page, and answer 307 back: a form's body survives.
//! 3. A refused GET goes back signed out, with the mark that stops a circle; a refused post goes to the sign-in page.
//! 4. `DELETE …` signs out.
//! 5. The losing answer of a race never clears a cookie.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use http::request::Parts;
use http::{Method, StatusCode};

use crate::auth::Auth;
use crate::authentication::{Authentication, Rejection};
use crate::context::RequestContext;
use crate::error::AuthError;
use crate::head::RequestHead;
use crate::layer::{RESUMED, redirect};
use crate::navigation::is_navigation;
use crate::problem::{Problem, ProblemCode};
use crate::response::{add_cookies, problem_response};
use crate::sign_out::SignedOut;
use crate::token_pair::Refreshed;
use cloakroom_cookie::SetCookie;

impl Auth {
    /// Refresh, resume and sign-out as axum routes. They stand inside [`Auth::layer`].
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let path = &self.0.paths.session;
        Router::new().route(path, delete(end_session)).merge(Self::refresh_routes_below(path)).with_state(self.clone())
    }

    /// Refresh and resume alone, for who has a sign-out of their own at that path.
    pub fn refresh_routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        Self::refresh_routes_below(&self.0.paths.session).with_state(self.clone())
    }

    fn refresh_routes_below(path: &str) -> Router<Self> {
        Router::new().route(&format!("{path}/refresh"), post(refresh)).route(&format!("{path}/resume"), get(resume).post(resume))
    }

    /// The answer to a problem, with this server's page in its `type`.
    pub fn refuse(&self, problem: impl Into<Problem>) -> Response {
        problem_response::<axum::body::Body>(problem.into(), self.problems_page())
    }

    /// The answer to an error; a server's fault is logged here, once.
    pub fn fail(&self, error: &AuthError) -> Response {
        let problem = error.problem();
        if crate::response::status_of(problem.code).is_server_error() {
            tracing::error!(error = error as &dyn std::error::Error, "a request failed");
        }
        self.refuse(problem)
    }

    fn head<'a>(&'a self, parts: &'a Parts, context: &RequestContext) -> RequestHead<'a> {
        let host = self.own_host(&parts.headers, parts.uri.authority().map(http::uri::Authority::as_str));
        RequestHead { method: &parts.method, headers: &parts.headers, host, client: context.client }
    }

    /// Ends the caller's session, from the parts of a request.
    pub async fn sign_out_of(&self, parts: &Parts, context: &RequestContext) -> Result<SignedOut, AuthError> {
        self.sign_out(&self.head(parts, context), context).await
    }
}

/// Appends cookies to an answer, which nobody may keep then.
pub(crate) fn with_cookies(mut response: Response, cookies: &[SetCookie]) -> Response {
    add_cookies(response.headers_mut(), cookies);
    response
}

async fn end_session(State(auth): State<Auth>, context: RequestContext, parts: Parts) -> Response {
    match auth.sign_out_of(&parts, &context).await {
        Ok(SignedOut::Yes { cookies }) => with_cookies(StatusCode::NO_CONTENT.into_response(), &cookies),
        Ok(SignedOut::CrossOrigin) => auth.refuse(ProblemCode::CrossOrigin),
        Ok(SignedOut::Nothing) => auth.refuse(context.require_caller().err().unwrap_or(ProblemCode::NotSignedIn.into())),
        Err(error) => auth.fail(&error),
    }
}

async fn refresh(State(auth): State<Auth>, context: RequestContext, parts: Parts) -> Response {
    let head = auth.head(&parts, &context);
    if auth.has_foreign_refresh_cookie(&head) {
        return auth.refuse(ProblemCode::CrossOrigin);
    }
    match auth.refresh_by_cookie(&head, &context).await {
        Ok(Refreshed::Yes(refreshed)) => {
            let expires_in = refreshed.claims.expires_at().since(context.now).as_secs();
            with_cookies(axum::Json(serde_json::json!({ "expires_in": expires_in })).into_response(), &refreshed.cookies)
        }
        Ok(Refreshed::Refused) => auth.refuse(refused_because(&context)),
        Err(error) => auth.fail(&error),
    }
}

/// All refusals are one, but a request that is plainly foreign or unreadable is told so.
fn refused_because(context: &RequestContext) -> Problem {
    match &context.caller {
        Ok(Authentication::Rejected(Rejection::CrossOrigin | Rejection::Ambiguous)) => {
            context.require_caller().err().unwrap_or(ProblemCode::NotSignedIn.into())
        }
        _ => ProblemCode::NotSignedIn.into(),
    }
}

async fn resume(State(auth): State<Auth>, RawQuery(query): RawQuery, context: RequestContext, parts: Parts) -> Response {
    // The framework answers HEAD with what GET would do: a refresh is more than a look.
    if parts.method == Method::HEAD {
        let mut refusal = auth.refuse(ProblemCode::MethodNotAllowed);
        refusal.headers_mut().insert(http::header::ALLOW, http::HeaderValue::from_static("GET, POST"));
        return refusal;
    }
    let paths = &auth.0.paths;
    let asked = query.as_deref().and_then(return_to);
    let target = match (&parts.method, asked) {
        (_, Some(target)) => target,
        (&Method::GET, None) => paths.home.clone(),
        _ => return auth.refuse(Problem::field("return_to", "invalid_value", "Name a path of this server.")),
    };
    if !is_navigation(&parts.method, &parts.headers) {
        return auth.refuse(ProblemCode::TokenExpired);
    }
    let head = auth.head(&parts, &context);
    if auth.has_foreign_refresh_cookie(&head) {
        return auth.refuse(ProblemCode::CrossOrigin);
    }
    match auth.refresh_by_cookie(&head, &context).await {
        Ok(Refreshed::Yes(refreshed)) => {
            with_cookies(redirect(StatusCode::TEMPORARY_REDIRECT, &marked(&target, &context)), &refreshed.cookies)
        }
        Ok(Refreshed::Refused) if parts.method == Method::GET => redirect(StatusCode::SEE_OTHER, &marked(&target, &context)),
        Ok(Refreshed::Refused) => redirect(StatusCode::SEE_OTHER, &paths.login),
        Err(error) => auth.fail(&error),
    }
}

/// Reads `return_to`: a path of ours, with one leading slash and nothing that could name another host.
fn return_to(query: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("return_to="))?;
    let text = percent_encoding::percent_decode_str(value).decode_utf8().ok()?;
    is_own_path(&text).then(|| text.into_owned())
}

/// Whether a text is a path of this server: one leading `/`, no second right after it, no `\`, no control characters.
pub fn is_own_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && !text.contains('\\') && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The way back with the `jti` that was tried, in place of an older mark.
fn marked(target: &str, context: &RequestContext) -> String {
    let Ok(Authentication::Rejected(Rejection::TokenExpired { claims, .. })) = &context.caller else {
        return target.to_owned();
    };
    let (target, fragment) = target.split_once('#').map_or((target, None), |(target, fragment)| (target, Some(fragment)));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with(&format!("{RESUMED}=")));
    let mark = format!("{RESUMED}={}", claims.jti);
    let query: Vec<&str> = kept.chain([mark.as_str()]).collect();
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{path}?{}{fragment}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_ours_is_a_way_back() {
        for (path, ours) in [
            ("/", true),
            ("/account?tab=1#x", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("account", false),
            ("/a\nb", false),
            ("/a b", false),
            ("", false),
        ] {
            assert_eq!(is_own_path(path), ours, "{path:?}");
        }
        assert_eq!(return_to("x=1&return_to=%2Faccount%3Fa%3D1"), Some("/account?a=1".to_owned()));
        assert_eq!(return_to("return_to=%2F%2Fevil.example"), None);
    }
}
