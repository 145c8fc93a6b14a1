//! Every URL of the product, on one page.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use cloakroom::{Auth, Problem, ProblemCode, add_problem_headers, is_navigation, is_own_path, problem_response};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::RequestBodyDeadlineLayer;

use crate::api::{
    advise as api_advise, explain as api_explain, health, metadata, oauth, openapi, session, sessions, user, users,
};
use crate::app::App;
use crate::error::ApiError;
use crate::pages::advise::AdviseUrls;
use crate::pages::{
    Pages, account, advise, assets, explain, login, logout, problems, register, see_other, sessions as session_list, start,
};
use crate::time_gate::TimeGate;

/// The largest body, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// The largest body of a paste, in bytes: what is read of it, in any spelling, and more.
const PASTE_LIMIT: usize = 1024 * 1024;

/// How long a body may take to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(30);

/// When to ask again while the clock cannot be believed.
const CLOCK_RETRY: Duration = Duration::from_secs(30);

/// The whole product, with `more` that a caller may be asked for: the lab, where there is one.
pub(crate) fn router(app: &App, more: Router<App>) -> Router {
    let urls = &app.urls;
    let below_session = |path: &str| format!("{}{path}", urls.api_session);
    let below_sessions = |path: &str| format!("{}{path}", urls.api_sessions);
    let asked_who = Router::new()
        .route(&urls.api_users, post(users::register))
        .route(&urls.api_sessions, post(sessions::start).get(sessions::list).delete(sessions::end_all))
        .route(&below_sessions("/{id}"), delete(sessions::end_one))
        .route(&below_sessions("/{id}/reach"), get(sessions::reach))
        .route(&urls.api_session, get(session::show).delete(session::end))
        .route(&below_session("/tokens"), post(session::exchange))
        .route(&below_session("/reauthenticate"), post(session::reauthenticate))
        .route(&urls.api_password, put(user::change_password))
        .route(&urls.start, get(start::show))
        .route(&urls.register, get(register::show).post(register::submit))
        .route(&urls.login, get(login::show).post(login::submit))
        .route(&urls.logout, get(logout::show).post(logout::submit))
        .route(&urls.account, get(account::show))
        .route(&urls.password, post(account::change_password))
        .route(&urls.sessions, get(session_list::show))
        .route(&urls.end_session, post(session_list::end_one))
        .route(&urls.end_others, post(session_list::end_others))
        .route(&urls.problems, get(problems::list))
        .merge(more)
        .merge(advice(app))
        .route(&urls.api_explain, post(api_explain::explain).layer(DefaultBodyLimit::max(PASTE_LIMIT)))
        .route(&urls.explain, get(explain::show).post(explain::submit).layer(DefaultBodyLimit::max(PASTE_LIMIT)))
        .route(&urls.explain_rules, get(explain::rules))
        .merge(app.auth.refresh_routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(another_method)
        .layer(app.auth.layer())
        .layer(middleware::from_fn_with_state((app.auth.clone(), app.gate.clone()), hold));
    // No cookie counts here, and machines reach these by internal names: the host is not asked.
    let oauth = Router::new()
        .route(&urls.oauth_token, post(oauth::token))
        .route(&urls.oauth_revoke, post(oauth::revoke))
        .layer(middleware::from_fn_with_state((app.auth.clone(), app.gate.clone()), oauth::hold));
    let mut described = Router::new().route(&urls.metadata, get(metadata::authorization_server));
    if urls.metadata != urls.well_known {
        described = described.route(urls.well_known, get(metadata::authorization_server));
    }
    let not_asked = described
        .merge(oauth)
        .route(&urls.jwks, get(metadata::jwks))
        .route(&format!("{}/explain-table.js", urls.assets), get(explain::table))
        .route(&format!("{}/{{name}}", urls.assets), get(assets::show))
        .route(&urls.health, get(health::alive))
        .route(&urls.ready, get(health::ready))
        .route(&urls.openapi, get(openapi::show))
        .method_not_allowed_fallback(another_method)
        .layer(app.auth.machine_layer());
    asked_who
        .merge(not_asked)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(RequestBodyDeadlineLayer::new(BODY_DEADLINE))
        .layer(CatchPanicLayer::custom(|_: Box<dyn Any + Send>| ApiError::from(ProblemCode::Internal).into_response()))
        .layer(middleware::from_fn_with_state(Frame(Arc::new((app.auth.clone(), app.pages.clone()))), finish))
        .with_state(app.clone())
}

/// The adviser, for people and for programs.
fn advice(app: &App) -> Router<App> {
    let (urls, below) = (&app.urls, AdviseUrls::of(&app.urls));
    Router::new()
        .route(&urls.api_advise, post(api_advise::advise))
        .route(&urls.api_advise_questions, get(api_advise::list_questions))
        .route(&urls.api_capabilities, get(api_advise::capabilities))
        .route(&urls.advise, get(advise::ask))
        .route(&below.result, get(advise::result))
        .route(&below.record, get(advise::record))
        .route(&below.rules, get(advise::rules))
        .route(&below.lint, get(advise::lint).post(advise::lint_pasted))
}

/// Answers nothing about anybody while the clock cannot be believed.
async fn hold(State((auth, gate)): State<(Auth, TimeGate)>, request: Request, next: Next) -> Response {
    if gate.is_open(auth.now()) {
        return next.run(request).await;
    }
    ApiError::from(Problem::new(ProblemCode::StoreUnavailable).retry_after(CLOCK_RETRY)).into_response()
}

async fn nothing_here() -> ApiError {
    ProblemCode::NotFound.into()
}

async fn another_method() -> ApiError {
    ProblemCode::MethodNotAllowed.into()
}

/// What the frame around every answer needs; one count to clone.
#[derive(Clone)]
struct Frame(Arc<(Auth, Pages)>);

/// Shows problems, and puts on every answer what every answer has.
async fn finish(State(frame): State<Frame>, request: Request, next: Next) -> Response {
    let (auth, pages) = &*frame.0;
    let navigation = Navigation::of(&request);
    let mut response = next.run(request).await;
    if let Some(problem) = problem_in(&response) {
        let page = navigation.as_ref().and_then(|navigation| navigation.show(&problem, pages));
        let mut shown = match page {
            Some(mut page) => {
                // A redirect challenges nobody.
                if !page.status().is_redirection() {
                    add_problem_headers(page.headers_mut(), &problem);
                }
                page
            }
            None => problem_response(problem, auth.problems_page()),
        };
        // What the answer already says (cookies to clear, the methods a path takes) stays.
        for name in [header::SET_COOKIE, header::ALLOW] {
            for value in response.headers().get_all(&name) {
                shown.headers_mut().append(name.clone(), value.clone());
            }
        }
        response = shown;
    }
    let headers = response.headers_mut();
    for (name, value) in EVERY_ANSWER {
        headers.entry(name).or_insert(value);
    }
    if headers.get(header::CACHE_CONTROL).is_some_and(|value| value == "no-store") {
        headers.append(header::VARY, HeaderValue::from_static("Cookie, Authorization"));
    }
    response
}

/// A browser going somewhere.
struct Navigation {
    method: Method,
    here: String,
}

impl Navigation {
    fn of(request: &Request) -> Option<Self> {
        let here = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
        is_navigation(request.method(), request.headers()).then(|| Self { method: request.method().clone(), here })
    }

    /// A page, or the way to the sign-in page for whoever must sign in first.
    fn show(&self, problem: &Problem, pages: &Pages) -> Option<Response> {
        let here = Some(self.here.as_str()).filter(|here| self.method == Method::GET && is_own_path(here));
        if matches!(problem.code, ProblemCode::NotSignedIn | ProblemCode::TokenExpired) {
            let way: String = url::form_urlencoded::byte_serialize(here.unwrap_or(&pages.urls().account).as_bytes()).collect();
            return see_other(&format!("{}?return_to={way}", pages.urls().login), &[]).ok();
        }
        problems::page_of(pages, problem, here).ok()
    }
}

/// The problem that a handler or an extractor has put into its answer.
fn problem_in(response: &Response) -> Option<Problem> {
    if let Some(problem) = response.extensions().get::<Problem>() {
        return Some(problem.clone());
    }
    // What the framework refuses by itself it says in plain text: a path that is not UTF-8, a body that does not arrive.
    let plain = response.headers().get(header::CONTENT_TYPE).is_none_or(|value| value.as_bytes().starts_with(b"text/plain"));
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE if plain => Some(ProblemCode::TooLarge.into()),
        status if plain && status.is_client_error() => Some(ProblemCode::MalformedRequest.into()),
        status if plain && status.is_server_error() => Some(ProblemCode::Internal.into()),
        _ => None,
    }
}

pub(crate) const EVERY_ANSWER: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];
