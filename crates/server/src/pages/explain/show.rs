//! `/explain`: what was pasted, and what it is.
//!
//! 1. The form changes nothing and asks about nobody, so it carries no sealed field; a page of another site may send it and learns nothing.
//! 2. With the page's script the text arrives blanked, with what the browser saw beside it; without, it arrives whole.
//! 3. A form that cannot be read comes back as it was typed, with the error beside its field.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use cloakroom::{ProblemCode, RequestContext};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::answer::Answer;
use crate::api::from_of;
use crate::error::ApiError;
use crate::explain::{Asker, ExplainDesk, Question, SAMPLES};
use crate::fields::Fields;
use crate::pages::page::{Field, Pages, error_of, form_error_of, shown_as, value_in};
use crate::texts::en;

#[derive(Serialize, Default)]
struct ExplainPage {
    text: String,
    /// What the browser saw before it blanked; empty where the text came whole.
    observed: String,
    origin: Field,
    now: Field,
    sample: Option<&'static str>,
    form_error: Option<String>,
    answer: Option<Answer>,
}

/// `GET /explain`, and with `?sample=` one of the samples explained.
pub(crate) async fn show(
    State(pages): State<Pages>,
    State(desk): State<ExplainDesk>,
    RawQuery(query): RawQuery,
    context: RequestContext,
) -> Result<Response, ApiError> {
    let asked = value_in(query.as_deref(), "sample");
    let sample = SAMPLES.iter().find(|sample| Some(sample.name) == asked.as_deref());
    let mut of_page = ExplainPage::default();
    if let Some(sample) = sample {
        of_page.text = (sample.text)(context.now());
        of_page.sample = Some(sample.name);
        let explained = desk.explain(Question::of(of_page.text.clone()), asker(&context)).await;
        match explained {
            Ok(explanation) => of_page.answer = Some(Answer::of(&explanation)),
            Err(refused) => return refused_page(&pages, of_page, &refused.into(), &context).await,
        }
    }
    page(&pages, StatusCode::OK, of_page, &context).await
}

/// `POST /explain`.
pub(crate) async fn submit(
    State(pages): State<Pages>,
    State(desk): State<ExplainDesk>,
    context: RequestContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let typed = Fields::of_form(&headers, &body)?;
    let field = |name| Field { value: typed.peek_text(name), error: None };
    let mut of_page = ExplainPage {
        text: typed.peek_text("text"),
        observed: typed.peek_text("observed"),
        origin: field("origin"),
        now: field("now"),
        ..ExplainPage::default()
    };
    let question = match Question::of_form(&headers, &body) {
        Ok(question) => question,
        Err(error) => return refused_page(&pages, of_page, &error, &context).await,
    };
    match desk.explain(question, asker(&context)).await {
        Ok(explanation) => of_page.answer = Some(Answer::of(&explanation)),
        Err(refused) => return refused_page(&pages, of_page, &refused.into(), &context).await,
    }
    page(&pages, StatusCode::OK, of_page, &context).await
}

fn asker(context: &RequestContext) -> Asker<'_> {
    Asker { from: from_of(context), caller: context.optional_caller().ok().flatten(), now: context.now() }
}

async fn refused_page(
    pages: &Pages,
    mut of_page: ExplainPage,
    error: &ApiError,
    context: &RequestContext,
) -> Result<Response, ApiError> {
    let texts = &en::EN.explain;
    of_page.form_error = form_error_of(error);
    of_page.origin.error = error_of(error, "origin").map(|_| texts.not_an_origin.to_owned());
    of_page.now.error = error_of(error, "now").map(|_| texts.not_a_moment.to_owned());
    let is_told = of_page.form_error.is_some() || of_page.origin.error.is_some() || of_page.now.error.is_some();
    if !is_told {
        return Err(error.0.clone().into());
    }
    let status = match error.0.code {
        ProblemCode::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        ProblemCode::Busy => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    Ok(shown_as(page(pages, status, of_page, context).await?, error))
}

async fn page(pages: &Pages, status: StatusCode, of_page: ExplainPage, context: &RequestContext) -> Result<Response, ApiError> {
    let viewer = pages.visitor(context).await.unwrap_or_default();
    pages.show(status, "explain.html", "explain", viewer.as_deref(), of_page)
}
