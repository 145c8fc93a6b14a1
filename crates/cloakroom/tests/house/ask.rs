//! One request and its answer.

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use serde_json::Value;
use tower::ServiceExt as _;

use super::Held;

/// A request in the making.
pub(crate) struct Ask<'a> {
    router: &'a Router,
    method: Method,
    path: String,
    headers: HeaderMap,
    cookies: Vec<String>,
    body: String,
    peer: IpAddr,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(router: &'a Router, host: &str, method: Method, path: &str) -> Self {
        let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_str(host).unwrap())]);
        let peer = IpAddr::from([203, 0, 113, 7]);
        Self { router, method, path: path.to_owned(), headers, cookies: Vec::new(), body: String::new(), peer }
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        self
    }

    /// Adds several headers.
    pub(crate) fn headers(self, headers: &[(&'static str, &str)]) -> Self {
        headers.iter().fold(self, |ask, (name, value)| ask.header(name, value))
    }

    /// Puts one `Host` in place of the house's.
    pub(crate) fn host(mut self, host: &str) -> Self {
        self.headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        self
    }

    pub(crate) fn without_host(mut self) -> Self {
        self.headers.remove(header::HOST);
        self
    }

    pub(crate) fn cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.push(format!("{name}={value}"));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Shows what is held, in its carrier; the refresh cookie below its path alone.
    pub(crate) fn with(mut self, held: &Held) -> Self {
        for (name, value) in &held.cookies {
            if !name.ends_with("-refresh") || self.path.starts_with("/api/v1/session") {
                self = self.cookie(name, value);
            }
        }
        match held.bearer() {
            Some(token) => self.bearer(token),
            None => self,
        }
    }

    /// Says that the request comes from a page of ours.
    pub(crate) fn ours(self) -> Self {
        self.header("sec-fetch-site", "same-origin")
    }

    /// Says that a person goes there.
    pub(crate) fn navigating(self) -> Self {
        self.header("sec-fetch-mode", "navigate")
    }

    pub(crate) fn passive(self) -> Self {
        self.header("cloakroom-passive", "1")
    }

    pub(crate) fn from(mut self, peer: &str) -> Self {
        self.peer = peer.parse().unwrap();
        self
    }

    pub(crate) fn body(mut self, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self
    }

    pub(crate) async fn send(mut self) -> Answer {
        if !self.cookies.is_empty() {
            let line = self.cookies.join("; ");
            self.headers.append(header::COOKIE, HeaderValue::from_str(&line).unwrap());
        }
        let mut request = Request::new(Body::from(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.path.parse().unwrap();
        *request.headers_mut() = self.headers;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.peer, 40_000)));
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// A member of the body that is text.
    pub(crate) fn text(&self, member: &str) -> Option<String> {
        self.json()[member].as_str().map(str::to_owned)
    }

    /// The status, and the code of a problem.
    pub(crate) fn outcome(&self) -> (u16, String) {
        (self.status, self.text("code").unwrap_or_default())
    }

    /// The `Set-Cookie` headers, in their order.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// The `Set-Cookie` headers with the value of each blanked, but for what is cleared.
    pub(crate) fn blanked_cookies(&self) -> Vec<String> {
        let blank = |line: &str| {
            let (pair, attributes) = line.split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            format!("{name}={}; {attributes}", if value.is_empty() { "" } else { "…" })
        };
        self.set_cookies().into_iter().map(blank).collect()
    }

    /// All that can be seen from outside: status, headers and body.
    pub(crate) fn seen_from_outside(&self) -> (u16, String, String) {
        (self.status, format!("{:?}", self.headers), self.body.clone())
    }
}
