//! The four apps that a person's own browser can use, each on its cell's host, below the path that the door keeps for it.
//!
//! 1. In a cookie cell the app is a page of forms with a small server of its own behind it. That server passes what the browser sent on to
//!    Cloakroom (cookies, and where the request came from) and passes the cookies of the answer back. No script is needed.
//! 2. In a header cell the app is a script, because only a script can add a header.
//! 3. Each page shows what the browser really sent and got, as the door has written it down: the newest first, secret parts left out.
//! 4. The account is the lab's own. Nothing that anybody types reaches these apps.

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cloakroom_session::{Carrier, Cell};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Serialize;
use serde_json::json;

use super::evidence::cell_text;
use super::exchange::Exchange;
use super::sheets::sheets;
use crate::lab::door::FRONT;
use crate::lab::hosts::{ATTACKER, Resident, host_of};
use crate::lab::house::{EMAIL, PASSWORD};
use crate::lab::http::{Answer, Request};
use crate::lab::recorder::{Recorded, Recorder};
use crate::texts::en::{self, lab as say};

/// How many exchanges a page shows.
const SHOWN: usize = 12;
/// How the app's own server is known at the door.
const APP_SERVER: &str = "the app's server";
/// What the app's server passes on: what a person's browser said about who asks and from where.
const PASSED_ON: [(&str, HeaderName); 5] = [
    ("Cookie", header::COOKIE),
    ("Origin", header::ORIGIN),
    ("Sec-Fetch-Site", HeaderName::from_static("sec-fetch-site")),
    ("Sec-Fetch-Mode", HeaderName::from_static("sec-fetch-mode")),
    ("Sec-Fetch-Dest", HeaderName::from_static("sec-fetch-dest")),
];

/// The apps. Clones share everything.
#[derive(Clone)]
pub(crate) struct Apps(Arc<Inner>);

struct Inner {
    sheets: Environment<'static>,
    place: OnceLock<Place>,
}

/// What is known once the house stands.
struct Place {
    recorder: Recorder,
    /// The page of the lab that leads here.
    lab: String,
}

/// Who the app finds signed in.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
enum Caller {
    /// Nobody.
    Nobody,
    /// Somebody, by name.
    Somebody { name: String },
    /// Somebody whose letter has run out: the next one is a step away.
    RunOut { next: String },
    /// That cannot be told now.
    Unknown,
}

impl Apps {
    /// The apps, without a place. Fails on a template that cannot be read.
    pub(crate) fn new() -> Result<Self, minijinja::Error> {
        Ok(Self(Arc::new(Inner { sheets: sheets()?, place: OnceLock::new() })))
    }

    /// Tells the apps where they are: what the door writes down, and which page of the lab leads here. The first time counts.
    pub(crate) fn settle(&self, recorder: Recorder, lab: String) {
        let _ = self.0.place.set(Place { recorder, lab });
    }

    /// The page of the lab that leads here.
    pub(super) fn lab(&self) -> &str {
        self.0.place.get().map_or("/", |place| place.lab.as_str())
    }

    /// Renders a page with a policy of its own.
    pub(super) fn page(&self, template: &str, more_targets: &str, of_page: Value) -> Response {
        let frame = context! { t => Value::from(Serde(&en::EN)), version => env!("CARGO_PKG_VERSION"), lab => self.lab() };
        let html = self.0.sheets.get_template(template).and_then(|page| page.render(context! { ..of_page, ..frame }));
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self'{more_targets}; base-uri 'none'; frame-ancestors 'none'"
        );
        match (html, HeaderValue::from_str(&policy)) {
            (Ok(html), Ok(policy)) => {
                let headers = [
                    (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                    (header::CONTENT_SECURITY_POLICY, policy),
                    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
                ];
                (headers, html).into_response()
            }
            (Err(error), _) => {
                tracing::error!(error = &error as &dyn std::error::Error, template, "a page of the lab could not be rendered");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
            (_, Err(_)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }

    fn seen(&self, cell: Cell) -> Vec<Exchange> {
        let Some(place) = self.0.place.get() else { return Vec::new() };
        let recorded = place.recorder.of(host_of(cell));
        recorded.iter().rev().filter(|one| is_worth_showing(one)).take(SHOWN).map(exchange).collect()
    }
}

/// Where an app is: its cell, and the port of the door.
#[derive(Clone, Copy)]
struct Here {
    cell: Cell,
    port: u16,
}

impl Here {
    /// The door lets no other host in.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let authority = headers.get(header::HOST)?.to_str().ok()?;
        let port = authority.rsplit_once(':')?.1.parse().ok()?;
        match Resident::at(authority, port)? {
            Resident::App(cell) => Some(Self { cell, port }),
            Resident::Attacker => None,
        }
    }

    /// Asks Cloakroom, on the app's own host, with what the browser said.
    async fn ask(self, method: &'static str, path: &str, browser: &HeaderMap, body: Option<serde_json::Value>) -> Option<Answer> {
        let request = Request::new(method, &format!("{}:{}", host_of(self.cell), self.port), path);
        let mut request = request.header("User-Agent", APP_SERVER).header("Accept", "application/json");
        for (written, name) in PASSED_ON {
            let values: Vec<_> = browser.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
            if !values.is_empty() {
                request = request.header(written, values.join("; "));
            }
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send(([127, 0, 0, 1], self.port).into(), None).await.ok()
    }

    async fn caller(self, browser: &HeaderMap) -> Caller {
        if !browser.contains_key(header::COOKIE) {
            return Caller::Nobody;
        }
        caller_in(self.ask("GET", "/api/v1/session", browser, None).await.as_ref())
    }
}

fn caller_in(answer: Option<&Answer>) -> Caller {
    let Some(answer) = answer else { return Caller::Unknown };
    let body = answer.json();
    match (answer.status, body["code"].as_str()) {
        (200, _) => Caller::Somebody { name: EMAIL.to_owned() },
        (401, Some("token_expired")) => Caller::RunOut { next: format!("/api/v1/session/resume?return_to={FRONT}") },
        (401, _) => Caller::Nobody,
        _ => Caller::Unknown,
    }
}

/// `GET /app`.
pub(super) async fn show(State(apps): State<Apps>, headers: HeaderMap) -> Response {
    let Some(here) = Here::of(&headers) else { return StatusCode::MISDIRECTED_REQUEST.into_response() };
    let text = cell_text(here.cell);
    let caller = match here.cell.carrier() {
        Carrier::Cookie => here.caller(&headers).await,
        Carrier::Header => Caller::Nobody,
    };
    let of_page = context! {
        cell => here.cell.word(),
        letter => text.letter,
        what => text.what,
        title => say::app_title(text.letter, text.what),
        is_cookie => here.cell.carrier() == Carrier::Cookie,
        caller => Value::from(Serde(&caller)),
        front => FRONT,
        email => EMAIL,
        password => if here.cell.carrier() == Carrier::Header { PASSWORD } else { "" },
        attacker => format!("http://{ATTACKER}:{}/", here.port),
        seen => Value::from(Serde(&apps.seen(here.cell))),
    };
    apps.page("lab-app.html", "", of_page)
}

/// `GET /app/here`: a page elsewhere may find out that this host is there, and nothing else.
pub(super) async fn here() -> Response {
    let shared = (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    ([shared, (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], StatusCode::NO_CONTENT).into_response()
}

/// `POST /app/sign-in`.
pub(super) async fn sign_in(headers: HeaderMap) -> Response {
    let Some(here) = Here::of(&headers) else { return StatusCode::MISDIRECTED_REQUEST.into_response() };
    let body = json!({ "email": EMAIL, "password": PASSWORD, "deliver": here.cell.word() });
    passed_back(here.ask("POST", "/api/v1/sessions", &headers, Some(body)).await)
}

/// `POST /app/sign-out`.
pub(super) async fn sign_out(headers: HeaderMap) -> Response {
    let Some(here) = Here::of(&headers) else { return StatusCode::MISDIRECTED_REQUEST.into_response() };
    passed_back(here.ask("DELETE", "/api/v1/session", &headers, None).await)
}

/// Back to the page of the app, with the cookies that Cloakroom set. What Cloakroom refuses, the app refuses.
fn passed_back(answer: Option<Answer>) -> Response {
    let Some(answer) = answer else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
    if !status.is_success() {
        return (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], answer.body).into_response();
    }
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, FRONT)]).into_response();
    for cookie in answer.all("set-cookie").filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Styles and icons say nothing about anybody.
fn is_worth_showing(one: &Recorded) -> bool {
    let path = one.request.line.split(' ').nth(1).unwrap_or_default();
    !path.starts_with("/assets/") && path != "/favicon.ico" && path != "/app/here"
}

fn exchange(one: &Recorded) -> Exchange {
    let is_server = one.request.header("user-agent").is_some_and(|agent| agent == APP_SERVER);
    Exchange::between(&say::recorded(&say::lab_time(one.at).words, is_server), &one.request, Some(&one.response))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::wire::Message;

    fn recorded(line: &str) -> Recorded {
        Recorded {
            at: cloakroom_primitives::Timestamp::ZERO,
            request: Message::of(&format!("{line}\r\nHost: a"), b""),
            response: Message::of("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8", b"<p>hello</p>"),
        }
    }

    #[test]
    fn only_what_says_something_about_somebody_is_shown() {
        for (line, shown) in [
            ("GET /app HTTP/1.1", true),
            ("POST /logout HTTP/1.1", true),
            ("GET /assets/lab.css HTTP/1.1", false),
            ("GET /app/here HTTP/1.1", false),
        ] {
            assert_eq!(is_worth_showing(&recorded(line)), shown, "{line}");
        }
    }

    #[test]
    fn an_app_lives_on_its_own_host_alone() {
        let at = |host: &'static str| Here::of(&HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]));
        assert_eq!(at("cookie-jwt.localhost:81").unwrap().cell, Cell::JwtCookie);
        assert!(at("attacker.localhost:81").is_none() && at("localhost:81").is_none() && at("cookie-jwt.localhost").is_none());
    }
}
