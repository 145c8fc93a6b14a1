//! `/advise/lint`: a pasted configuration, read and forgotten.

use std::path::Path;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use cloakroom::RequestContext;
use cloakroom_advise::Record;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::desk::Desk;
use super::urls::AdviseUrls;
use crate::advice::{Linted, REFUSED, lint_text};
use crate::error::ApiError;
use crate::fields::Fields;
use crate::texts::en::advise as en;

#[derive(Serialize)]
struct LintPage {
    urls: AdviseUrls,
    config: String,
    record: String,
    form_error: Option<&'static str>,
    report: Option<Linted>,
    summary: String,
    skipped: Vec<&'static str>,
    unnamed: &'static str,
}

/// `GET`.
pub(crate) async fn show(State(desk): State<Desk>, context: RequestContext) -> Result<Response, ApiError> {
    page(&desk, &context, Pasted::default(), None, None).await
}

/// `POST`: checks what was pasted.
pub(crate) async fn check(
    State(desk): State<Desk>,
    context: RequestContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    desk.admit(&context)?;
    let mut fields = Fields::of_form(&headers, &body)?;
    let pasted = Pasted { config: fields.text("config"), record: fields.optional_text("record").unwrap_or_default() };
    fields.finish()?;
    let record = match (pasted.record.trim(), Record::parse(&pasted.record)) {
        ("", _) => None,
        (_, Ok(record)) => Some(record),
        (_, Err(_)) => return page(&desk, &context, pasted, None, Some(en::NO_RECORD)).await,
    };
    let linted = lint_text(Path::new("cloakroom.toml"), &pasted.config, record.as_ref());
    page(&desk, &context, pasted, Some(linted), None).await
}

#[derive(Default)]
struct Pasted {
    config: String,
    record: String,
}

async fn page(
    desk: &Desk,
    context: &RequestContext,
    pasted: Pasted,
    report: Option<Linted>,
    form_error: Option<&'static str>,
) -> Result<Response, ApiError> {
    let viewer = desk.pages.visitor(context).await.unwrap_or_default();
    let (errors, warnings, notes) = report.as_ref().map(Linted::counts).unwrap_or_default();
    let of_page = LintPage {
        urls: AdviseUrls::of(desk.pages.urls()),
        summary: en::findings(errors, warnings, notes),
        skipped: report.as_ref().map(|report| report.skipped().collect()).unwrap_or_default(),
        unnamed: REFUSED,
        config: pasted.config,
        record: pasted.record,
        form_error,
        report,
    };
    let status = if form_error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    desk.pages.show(status, "advise_lint.html", "advise", viewer.as_deref(), of_page)
}
