//! What every page has: templates, the frame, and its security headers.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::response::{IntoResponse, Response};
use cloakroom::cookie::SetCookie;
use cloakroom::{AuthError, Principal, ProblemCode, RequestContext, add_cookies, add_problem_headers};
use http::{HeaderValue, StatusCode, header};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, HtmlEscape, UndefinedBehavior, Value, context};
use serde::Serialize;

use crate::accounts::{Account, Accounts};
use crate::config::Registration;
use crate::error::ApiError;
use crate::texts::en;
use crate::urls::Urls;

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'",
);

macro_rules! templates {
    ($($name:literal),+) => {
        [$(($name, include_str!(concat!("../../templates/", $name)))),+]
    };
}

/// Renders pages. Cloning shares the templates.
#[derive(Clone)]
pub(crate) struct Pages(Arc<Inner>);

struct Inner {
    templates: Environment<'static>,
    urls: Arc<Urls>,
    accounts: Accounts,
    registration: Registration,
    is_loopback: bool,
    has_accounts: AtomicBool,
}

impl Pages {
    /// Compiles the templates. `is_loopback` says whether the origin is: there alone the lab and the description of the API are served.
    ///
    /// Fails on one that cannot be read, which is a mistake of whoever wrote it.
    pub(crate) fn new(
        urls: Arc<Urls>,
        accounts: Accounts,
        registration: Registration,
        is_loopback: bool,
    ) -> Result<Self, minijinja::Error> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        templates.add_filter("prose", prose);
        for (name, source) in templates![
            "account.html",
            "advise.html",
            "advise_icons.html",
            "advise_lint.html",
            "advise_parts.html",
            "advise_result.html",
            "advise_rules.html",
            "base.html",
            "behind.html",
            "drawings.html",
            "explain.html",
            "explain_item.html",
            "explain_rules.html",
            "icons.html",
            "lab.html",
            "lab-browser.html",
            "lab-claims.html",
            "lab-closed.html",
            "lab-examples.html",
            "lab-icons.html",
            "lab-macros.html",
            "lab-run.html",
            "lab-scenario.html",
            "lab-switch.html",
            "lab-table.html",
            "login.html",
            "logout.html",
            "macros.html",
            "problem.html",
            "problems.html",
            "register.html",
            "sessions.html",
            "start.html"
        ] {
            templates.add_template(name, source)?;
        }
        Ok(Self(Arc::new(Inner { templates, urls, accounts, registration, is_loopback, has_accounts: AtomicBool::new(false) })))
    }

    /// The paths of the product.
    pub(crate) fn urls(&self) -> &Urls {
        &self.0.urls
    }

    /// Whether anybody may make an account.
    pub(crate) fn registration(&self) -> Registration {
        self.0.registration
    }

    /// The account of whoever is signed in.
    pub(crate) async fn viewer(&self, caller: Option<&Principal>) -> Result<Option<Arc<Account>>, ApiError> {
        match caller {
            Some(caller) => Ok(self.0.accounts.find(&caller.user).await?),
            None => Ok(None),
        }
    }

    /// The account of whoever is signed in, on a page that nobody need be signed in for. Fails where that cannot be known: a person whose
    /// session cannot be read is not nobody.
    pub(crate) async fn visitor(&self, context: &RequestContext) -> Result<Option<Arc<Account>>, ApiError> {
        context.caller().map_err(|error| AuthError::from(error.clone()))?;
        self.viewer(context.optional_caller().ok().flatten()).await
    }

    /// Whether there is any account; once there is one it is not asked again.
    pub(crate) async fn has_accounts(&self) -> Result<bool, ApiError> {
        if !self.0.has_accounts.load(Ordering::Relaxed) && !self.0.accounts.store().list(None, 1).await?.is_empty() {
            self.0.has_accounts.store(true, Ordering::Relaxed);
        }
        Ok(self.0.has_accounts.load(Ordering::Relaxed))
    }

    /// Renders a page. `here` is the page's word in the navigation.
    pub(crate) fn show(
        &self,
        status: StatusCode,
        template: &str,
        here: &str,
        viewer: Option<&Account>,
        of_page: impl Serialize,
    ) -> Result<Response, ApiError> {
        let viewer = viewer.map(|account| {
            let name = account.name.as_ref().map(|name| name.as_str().to_owned());
            context! { name => name, email => account.email.as_str() }
        });
        let frame = context! {
            t => Value::from(Serde(&en::EN)),
            url => Value::from(Serde(&*self.0.urls)),
            version => env!("CARGO_PKG_VERSION"),
            api_link => self.0.is_loopback,
            lab_link => self.0.is_loopback,
            here => here,
            viewer => viewer,
            accounts => if self.0.has_accounts.load(Ordering::Relaxed) { "some" } else { "none" },
            registration => if self.0.registration == Registration::Open { "open" } else { "closed" },
            has_errors => status.is_client_error(),
        };
        let context = context! { ..Value::from(Serde(&of_page)), ..frame };
        let html = self.0.templates.get_template(template).and_then(|page| page.render(context)).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, template, "a page could not be rendered");
            ProblemCode::Internal
        })?;
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        Ok((status, headers, html).into_response())
    }
}

/// A sentence of the product's tables, in which code stands between backticks.
fn prose(text: &str) -> Value {
    let mut html = String::with_capacity(text.len());
    for (number, piece) in text.split('`').enumerate().filter(|(_, piece)| !piece.is_empty()) {
        let escaped = HtmlEscape(piece);
        let _ = if number % 2 == 1 { write!(html, "<code>{escaped}</code>") } else { write!(html, "{escaped}") };
    }
    Value::from_safe_string(html)
}

/// Sends a browser on after a form, with cookies.
pub(crate) fn see_other(target: &str, cookies: &[SetCookie]) -> Result<Response, ApiError> {
    let location = HeaderValue::from_str(target).map_err(|_| ProblemCode::Internal)?;
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok(with_cookies((StatusCode::SEE_OTHER, headers).into_response(), cookies))
}

/// An answer with cookies.
pub(super) fn with_cookies(mut response: Response, cookies: &[SetCookie]) -> Response {
    add_cookies(response.headers_mut(), cookies);
    response
}

/// A value in the query. Whatever else stands there, such as the mark of a JWT that was resumed, says nothing to a page.
pub(super) fn value_in(query: Option<&str>, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query?.as_bytes()).find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

/// Whoever must be signed in for a page; a good credential without a session of ours does not do.
pub(super) fn caller_of(context: &RequestContext) -> Result<&Principal, ApiError> {
    Ok(context.require_caller()?)
}

/// An error beside a field; none where there is none.
#[derive(Serialize, Default)]
pub(super) struct Field {
    pub(super) value: String,
    pub(super) error: Option<String>,
}

/// What is wrong with a field, in the page's words.
pub(super) fn error_of(error: &ApiError, field: &str) -> Option<String> {
    let found = error.0.errors.iter().find(|error| error.field == field)?;
    Some(en::field_error(found.code).to_owned())
}

/// What is wrong with a form as a whole, in the page's words; `None` where its fields say it, or where it is not for the form to say.
pub(super) fn form_error_of(error: &ApiError) -> Option<String> {
    match error.0.code {
        ProblemCode::TooManyAttempts => error.0.retry_after.map(en::too_many_attempts),
        ProblemCode::Busy => Some(en::problem(ProblemCode::Busy.word()).happened.to_owned()),
        _ => None,
    }
}

/// A form that comes back, with the headers of the problem it shows.
pub(super) fn shown_as(mut page: Response, error: &ApiError) -> Response {
    add_problem_headers(page.headers_mut(), &error.0);
    page
}

/// Whether a form comes back with the error beside its fields; anything else is a page of its own.
pub(super) fn comes_back(error: &ApiError) -> bool {
    matches!(
        error.0.code,
        ProblemCode::InvalidField
            | ProblemCode::InvalidCredentials
            | ProblemCode::EmailTaken
            | ProblemCode::TooManyAttempts
            | ProblemCode::Busy
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_between_backticks_is_marked_and_nothing_becomes_markup() {
        for (text, html) in [
            ("Add `Secure`.", "Add <code>Secure</code>."),
            ("`a` and `b", "<code>a</code> and <code>b</code>"),
            ("<b>`<i>`", "&lt;b&gt;<code>&lt;i&gt;</code>"),
        ] {
            assert_eq!(prose(text).to_string(), html, "{text}");
        }
    }
}
