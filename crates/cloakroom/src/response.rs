//! The one map from problems to HTTP.

use cloakroom_cookie::SetCookie;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use crate::problem::{Problem, ProblemCode, ProblemsPage};

/// The status a code is answered with.
pub const fn status_of(code: ProblemCode) -> StatusCode {
    use ProblemCode as Code;
    match code {
        Code::MalformedRequest | Code::InvalidField | Code::UnknownClient | Code::InvalidTarget => StatusCode::BAD_REQUEST,
        Code::NotSignedIn | Code::TokenExpired | Code::SessionRotated | Code::InvalidCredentials | Code::StepUpRequired => {
            StatusCode::UNAUTHORIZED
        }
        Code::CrossOrigin
        | Code::InsufficientScope
        | Code::CellNotAllowed
        | Code::ClientNotAllowed
        | Code::RegistrationClosed => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::EmailTaken | Code::SessionLimit => StatusCode::CONFLICT,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::WrongHost => StatusCode::MISDIRECTED_REQUEST,
        Code::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Busy | Code::StoreUnavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    next: &'a str,
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    errors: serde_json::Map<String, serde_json::Value>,
}

/// Answers a problem as `application/problem+json` (RFC 9457), with the challenge that every 401 has (RFC 9110 §11.6.1).
///
/// The problem itself travels in the response's extensions, for whoever shows it as a page instead.
///
/// # Panics
///
/// Never: a problem is plain strings.
pub fn problem_response<B: From<String>>(problem: Problem, page: &ProblemsPage) -> Response<B> {
    let status = status_of(problem.code);
    let body = Body {
        r#type: format!("{page}#{}", problem.code.word()),
        title: problem.code.title(),
        status: status.as_u16(),
        code: problem.code.word(),
        next: problem.code.next().word(),
        errors: errors_by_field(&problem),
    };
    let text = serde_json::to_string(&body).expect("a problem is plain strings");
    let mut response = Response::new(B::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    add_problem_headers(headers, &problem);
    response.extensions_mut().insert(problem);
    response
}

/// Adds cookies to an answer, which nobody may keep then.
///
/// # Panics
///
/// Never: a cookie that was built is visible ASCII.
pub fn add_cookies(headers: &mut HeaderMap, cookies: &[SetCookie]) {
    for cookie in cookies {
        let value = HeaderValue::from_str(&cookie.to_header_value()).expect("a cookie that was built is visible ASCII");
        headers.append(header::SET_COOKIE, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Adds the headers that a problem's answer has whatever its body is: the challenge of a 401, and when to come again.
pub fn add_problem_headers(headers: &mut HeaderMap, problem: &Problem) {
    if status_of(problem.code) == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, challenge(problem));
    }
    if let Some(span) = problem.retry_after {
        let seconds = span.as_secs() + u64::from(span.subsec_nanos() > 0);
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
}

fn errors_by_field(problem: &Problem) -> serde_json::Map<String, serde_json::Value> {
    let mut fields = serde_json::Map::new();
    for error in &problem.errors {
        let list = fields.entry(error.field.clone()).or_insert_with(|| serde_json::Value::Array(Vec::new()));
        if let serde_json::Value::Array(list) = list {
            list.push(serde_json::json!({ "code": error.code, "message": error.message }));
        }
    }
    fields
}

/// RFC 6750 §3, and RFC 9470 §3 for a step-up.
fn challenge(problem: &Problem) -> HeaderValue {
    match (problem.code, problem.max_age) {
        (ProblemCode::StepUpRequired, Some(span)) => {
            let text = format!("Bearer error=\"insufficient_user_authentication\", max_age=\"{}\"", span.as_secs());
            HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("Bearer"))
        }
        (ProblemCode::StepUpRequired, None) => HeaderValue::from_static("Bearer error=\"insufficient_user_authentication\""),
        _ if problem.bearer_presented => HeaderValue::from_static("Bearer error=\"invalid_token\""),
        _ => HeaderValue::from_static("Bearer"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_problem_is_answered_with_status_code_and_cure() {
        let problem = Problem::field("email", "missing", "Give an address.").retry_after(Duration::from_millis(1_200));
        let response: Response<String> =
            problem_response(problem, &ProblemsPage::of(&"https://app.example".parse().unwrap(), "/problems"));
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers()["retry-after"], "2");
        let body: serde_json::Value = serde_json::from_str(response.body()).unwrap();
        assert_eq!(body["type"], "https://app.example/problems#invalid_field");
        assert_eq!((&body["code"], &body["next"]), (&"invalid_field".into(), &"correct".into()));
        assert_eq!(body["errors"]["email"][0]["code"], "missing");
    }

    #[test]
    fn every_401_has_a_challenge_that_says_what_was_wrong() {
        let page = ProblemsPage::of(&"https://app.example".parse().unwrap(), "/problems");
        let challenge = |problem: Problem| {
            let response: Response<String> = problem_response(problem, &page);
            response.headers()[header::WWW_AUTHENTICATE].to_str().unwrap().to_owned()
        };
        assert_eq!(challenge(ProblemCode::NotSignedIn.into()), "Bearer");
        let presented = Problem { bearer_presented: true, ..Problem::new(ProblemCode::NotSignedIn) };
        assert_eq!(challenge(presented), "Bearer error=\"invalid_token\"");
        let step_up = Problem { max_age: Some(Duration::from_mins(5)), ..Problem::new(ProblemCode::StepUpRequired) };
        assert_eq!(challenge(step_up), "Bearer error=\"insufficient_user_authentication\", max_age=\"300\"");
    }
}
