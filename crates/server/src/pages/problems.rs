//! `/problems`, and a problem as a page.

use axum::extract::State;
use axum::response::Response;
use cloakroom::{Problem, ProblemCode, RequestContext, status_of};
use http::StatusCode;
use serde::Serialize;

use super::page::Pages;
use crate::error::ApiError;
use crate::texts::en::{self, ProblemText};

#[derive(Serialize)]
struct Problems {
    problems: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    code: &'static str,
    status: u16,
    next: &'static str,
    title: &'static str,
    happened: &'static str,
    todo: &'static str,
}

/// `GET /problems`: every code, what happened, what to do.
pub(crate) async fn list(State(pages): State<Pages>, context: RequestContext) -> Result<Response, ApiError> {
    let viewer = pages.visitor(&context).await.unwrap_or_default();
    let rows = ProblemCode::ALL.iter().map(|code| {
        let text = en::problem(code.word());
        let (word, status) = (code.word(), status_of(*code).as_u16());
        Row { code: word, status, next: code.next().word(), title: text.title, happened: text.happened, todo: text.todo }
    });
    pages.show(StatusCode::OK, "problems.html", "problems", viewer.as_deref(), Problems { problems: rows.collect() })
}

#[derive(Serialize)]
struct One {
    status: u16,
    code: &'static str,
    next: &'static str,
    problem: ProblemText,
    wait: Option<String>,
    retry_url: Option<String>,
    sign_in_url: Option<String>,
}

/// A problem as a page, for somebody who was going to `here`.
pub(crate) fn page_of(pages: &Pages, problem: &Problem, here: Option<&str>) -> Result<Response, ApiError> {
    let status = status_of(problem.code);
    let of_page = One {
        status: status.as_u16(),
        code: problem.code.word(),
        next: problem.code.next().word(),
        problem: en::problem(problem.code.word()),
        wait: problem.retry_after.map(en::wait),
        retry_url: here.map(str::to_owned),
        sign_in_url: Some(pages.urls().login.clone()),
    };
    pages.show(status, "problem.html", "problem", None, of_page)
}
