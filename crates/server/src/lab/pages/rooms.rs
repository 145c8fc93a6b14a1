//! The addresses below `/lab`: each shows a page or runs something and goes back to it.
//!
//! 1. A page shows what the last run gave, or how to run it. Looking runs nothing.
//! 2. Running is a form, so that the cross-origin rule stands before it and no script is needed.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use cloakroom::{Auth, Problem, ProblemCode, RequestContext};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

use super::bench::{Bench, Ways, ways};
use super::claims::{ShownClaim, shown_claims};
use super::evidence::cell_text;
use super::programs::{Program, programs};
use super::saved::saved_page;
use super::table::{Comparison, MEASURED};
use crate::error::ApiError;
use crate::fields::Fields;
use crate::lab::claims::CLAIMS;
use crate::lab::error::LabError;
use crate::lab::hosts::{ATTACKER, CELLS, host_of};
use crate::lab::open_lab::Lab;
use crate::lab::scenario::Scenario;
use crate::pages::{Pages, see_other};
use crate::texts::en::lab as say;

/// What pages of the lab are made with.
#[derive(Clone)]
pub(crate) struct LabDoor {
    pub(crate) lab: Lab,
    pub(crate) pages: Pages,
    pub(crate) auth: Auth,
}

/// Every URL of the lab, for a router with any state.
pub(crate) fn rooms<S: Clone + Send + Sync + 'static>(door: LabDoor) -> Router<S> {
    let lab = door.pages.urls().lab.clone();
    let below = |path: &str| format!("{lab}{path}");
    Router::new()
        .route(&lab, get(index))
        .route(&below("/go"), get(go))
        .route(&below("/browser"), get(browser))
        .route(&below("/claims"), get(claims).post(settle))
        .route(&below("/table"), get(table).post(measure))
        .route(&below("/examples"), get(examples).post(run_examples))
        .route(&below("/{scenario}"), get(show).post(run))
        .route(&below("/{scenario}/saved"), get(saved))
        .with_state(door)
}

impl LabDoor {
    async fn show(&self, template: &str, context: &RequestContext, of_page: impl Serialize) -> Result<Response, ApiError> {
        let viewer = self.pages.visitor(context).await?;
        if !self.lab.is_open() {
            return self.pages.show(StatusCode::NOT_FOUND, "lab-closed.html", "lab", viewer.as_deref(), ());
        }
        self.pages.show(StatusCode::OK, template, "lab", viewer.as_deref(), of_page)
    }

    async fn run(&self, scenarios: &[Scenario], then: &str) -> Result<Response, ApiError> {
        if !self.lab.is_open() {
            return Err(ProblemCode::NotFound.into());
        }
        self.lab.run(scenarios).await.map_err(|error| broken(&error))?;
        see_other(&format!("{}{then}", self.pages.urls().lab), &[])
    }
}

/// How long a run takes, about: when trying again makes sense.
const A_RUN: Duration = Duration::from_secs(5);

fn broken(error: &LabError) -> ApiError {
    if matches!(error, LabError::Busy) {
        return Problem::new(ProblemCode::Busy).retry_after(A_RUN).into();
    }
    tracing::error!(error = error as &dyn std::error::Error, "the lab could not do what it was asked");
    ProblemCode::Internal.into()
}

fn named(name: &str) -> Result<Scenario, ApiError> {
    Scenario::named(name).ok_or_else(|| ProblemCode::NotFound.into())
}

#[derive(Serialize)]
struct Index {
    ways: Vec<Ways>,
}

/// `GET /lab`.
async fn index(State(door): State<LabDoor>, context: RequestContext) -> Result<Response, ApiError> {
    door.show("lab.html", &context, Index { ways: ways() }).await
}

/// `GET /lab/go?scenario=…`: the choice of a phone, without a script.
async fn go(State(door): State<LabDoor>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    let query = query.unwrap_or_default();
    let asked = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "scenario");
    let scenario = named(&asked.ok_or(ProblemCode::NotFound)?.1)?;
    see_other(&format!("{}/{}", door.pages.urls().lab, scenario.word()), &[])
}

#[derive(Serialize)]
struct ScenarioPage {
    ways: Vec<Ways>,
    bench: Bench,
}

/// `GET /lab/{scenario}`.
async fn show(State(door): State<LabDoor>, Path(name): Path<String>, context: RequestContext) -> Result<Response, ApiError> {
    let scenario = named(&name)?;
    let report = door.lab.last(scenario);
    door.show("lab-scenario.html", &context, ScenarioPage { ways: ways(), bench: Bench::of(scenario, report.as_deref()) }).await
}

/// `POST /lab/{scenario}`.
async fn run(State(door): State<LabDoor>, Path(name): Path<String>) -> Result<Response, ApiError> {
    let scenario = named(&name)?;
    door.run(&[scenario], &format!("/{}", scenario.word())).await
}

/// `GET /lab/{scenario}/saved`.
async fn saved(State(door): State<LabDoor>, Path(name): Path<String>) -> Result<Response, ApiError> {
    let scenario = named(&name)?;
    let report = door.lab.last(scenario).ok_or(ProblemCode::NotFound)?;
    let page = saved_page(&report).map_err(|_| ProblemCode::Internal)?;
    let file = format!("attachment; filename=\"{}\"", say::saved_name(scenario.word()));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&file).map_err(|_| ProblemCode::Internal)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, page).into_response())
}

#[derive(Serialize)]
struct ClaimsPage {
    claims: Vec<ShownClaim>,
}

/// `GET /lab/claims`.
async fn claims(State(door): State<LabDoor>, context: RequestContext) -> Result<Response, ApiError> {
    let claims = shown_claims(|claim| door.lab.last(claim.scenario));
    door.show("lab-claims.html", &context, ClaimsPage { claims }).await
}

/// `POST /lab/claims`: runs what settles a claim.
async fn settle(State(door): State<LabDoor>, headers: HeaderMap, body: Bytes) -> Result<Response, ApiError> {
    let mut fields = Fields::of_form(&headers, &body)?;
    let word = fields.text("claim");
    fields.finish()?;
    let claim = CLAIMS.iter().find(|claim| claim.word == word).ok_or(ProblemCode::NotFound)?;
    door.run(&[claim.scenario], &format!("/claims#{}", claim.word)).await
}

#[derive(Serialize)]
struct TablePage {
    comparison: Option<Comparison>,
}

/// `GET /lab/table`.
async fn table(State(door): State<LabDoor>, context: RequestContext) -> Result<Response, ApiError> {
    let comparison = door.lab.together(&MEASURED).and_then(|report| Comparison::of(&report));
    door.show("lab-table.html", &context, TablePage { comparison }).await
}

/// `POST /lab/table`: runs all that the table rests on.
async fn measure(State(door): State<LabDoor>) -> Result<Response, ApiError> {
    door.run(&MEASURED, "/table").await
}

#[derive(Serialize)]
struct ExamplesPage {
    programs: Vec<Program>,
    has_run: bool,
}

/// `GET /lab/examples`.
async fn examples(State(door): State<LabDoor>, context: RequestContext) -> Result<Response, ApiError> {
    let runs = door.lab.examples();
    door.show("lab-examples.html", &context, ExamplesPage { programs: programs(&runs), has_run: !runs.is_empty() }).await
}

/// `POST /lab/examples`.
async fn run_examples(State(door): State<LabDoor>) -> Result<Response, ApiError> {
    if !door.lab.is_open() {
        return Err(ProblemCode::NotFound.into());
    }
    door.lab.run_examples().await.map_err(|error| broken(&error))?;
    see_other(&format!("{}/examples#steps", door.pages.urls().lab), &[])
}

#[derive(Serialize)]
struct BrowserPage {
    apps: Vec<AppLink>,
    attacker: String,
    probe: String,
    agents: &'static str,
}

#[derive(Serialize)]
struct AppLink {
    cell: &'static str,
    letter: &'static str,
    what: &'static str,
    how: &'static str,
    url: String,
    host: &'static str,
}

/// `GET /lab/browser`.
async fn browser(State(door): State<LabDoor>, context: RequestContext) -> Result<Response, ApiError> {
    if !door.lab.is_open() {
        return door.show("lab-closed.html", &context, ()).await;
    }
    let here = format!("{}{}/browser", door.auth.origin(), door.pages.urls().lab);
    let port = door.lab.visit(&here).await.map_err(|error| broken(&error))?.port();
    let origin = |host: &str| format!("http://{host}:{port}");
    let apps = CELLS.map(|cell| {
        let text = cell_text(cell);
        let host = host_of(cell);
        AppLink {
            cell: cell.word(),
            letter: text.letter,
            what: text.what,
            how: text.how,
            url: format!("{}/app", origin(host)),
            host,
        }
    });
    let probed = origin(host_of(CELLS[0]));
    let of_page = BrowserPage {
        apps: apps.into(),
        attacker: format!("{}/", origin(ATTACKER)),
        probe: format!("{probed}/app/here"),
        agents: Scenario::CrossSite.word(),
    };
    let mut page = door.show("lab-browser.html", &context, of_page).await?;
    // The one thing this page asks of another host is whether it is there.
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src {probed}; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(page)
}
