//! A person's client in one of the four cells: what it keeps, and what it sends by itself.
//!
//! 1. In the cookie cells it is a browser: the jar keeps what the server sets and sends it back, whatever asks.
//! 2. In the header cells it is an app: it keeps tokens where it chose to, and adds one to a request when it wants to.

use std::net::{IpAddr, Ipv4Addr};

use cloakroom_primitives::{Timestamp, decode_base64url};
use cloakroom_session::{Carrier, Cell};

use super::copy::Copied;
use super::jar::{Coming, Dropped, Jar};
use crate::lab::http::{Answer, Request};
use crate::lab::report::{Kept, Party, Place};
use crate::lab::wire::Inked;

/// Where an app keeps its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    /// Where they outlive the page: `localStorage`, a file.
    Stored,
    /// In memory.
    InMemory,
}

/// Tokens of an app.
#[derive(Clone, Debug, Default)]
struct Tokens {
    /// What goes with requests: a session token or a JWT.
    access: Option<String>,
    refresh: Option<String>,
}

#[derive(Clone, Debug)]
enum Keeps {
    Cookies(Jar),
    Tokens(Tokens, Storage),
}

/// A client.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// How it is delivered to.
    pub(crate) cell: Cell,
    /// Who it is in drawings.
    pub(crate) party: Party,
    /// Where it calls from: a loopback address of its own.
    pub(crate) from: IpAddr,
    host: String,
    keeps: Keeps,
}

/// What browsers and apps call themselves here.
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const APP: &str = "OrdersApp/2.1 (Linux)";

/// The loopback address of the person's own machine, of their phone and of a thief: three networks.
pub(crate) const AT_HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// See [`AT_HOME`].
pub(crate) const ON_THE_MOVE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 7, 7, 7));
/// See [`AT_HOME`].
pub(crate) const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 66, 66, 66));

impl Visitor {
    /// A fresh client of a cell, whose server is at `host`.
    pub(crate) fn new(cell: Cell, host: String) -> Self {
        let (party, keeps) = match cell.carrier() {
            Carrier::Cookie => (Party::Browser, Keeps::Cookies(Jar::default())),
            Carrier::Header => (Party::App, Keeps::Tokens(Tokens::default(), Storage::Stored)),
        };
        Self { cell, party, from: AT_HOME, host, keeps }
    }

    /// All that it keeps, in somebody else's hands.
    pub(crate) fn in_the_hands_of(&self, party: Party, from: IpAddr) -> Self {
        Self { party, from, ..self.clone() }
    }

    /// Chooses where the app keeps its tokens; a browser has no choice.
    pub(crate) fn store_in(&mut self, chosen: Storage) {
        if let Keeps::Tokens(_, storage) = &mut self.keeps {
            *storage = chosen;
        }
    }

    /// Host and port of its server.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// A request to its own server, from its own page, with what it sends by itself.
    pub(crate) fn request(&self, method: &'static str, target: &str, now: Timestamp) -> Request {
        self.request_to(method, &self.host, target, "same-origin", now)
    }

    /// A request from its own page to the same host at another port, which browsers count as the same site.
    pub(crate) fn request_to_orders(&self, orders: &str, now: Timestamp) -> Request {
        let request = self.request_to("GET", orders, "/orders", "same-site", now);
        match self.keeps {
            Keeps::Cookies(_) => request.header("Origin", format!("http://{}", self.host)),
            Keeps::Tokens(..) => request,
        }
    }

    fn request_to(&self, method: &'static str, host: &str, target: &str, site: &str, now: Timestamp) -> Request {
        let request = Request::new(method, host, target);
        match &self.keeps {
            Keeps::Cookies(jar) => {
                let cookies = jar.header(bare(host), target, Coming::SameSite, now);
                let request = request
                    .header("User-Agent", BROWSER)
                    .header("Accept", "application/json")
                    .header("Sec-Fetch-Site", site)
                    .header("Sec-Fetch-Mode", "cors")
                    .header("Sec-Fetch-Dest", "empty");
                if cookies.is_empty() { request } else { request.header("Cookie", cookies) }
            }
            Keeps::Tokens(tokens, _) => {
                let request = request.header("User-Agent", APP).header("Accept", "application/json");
                match &tokens.access {
                    Some(token) => request.header("Authorization", format!("Bearer {token}")),
                    None => request,
                }
            }
        }
    }

    /// The request that renews a JWT; `None` where there is nothing to renew.
    pub(crate) fn refresh_request(&self, client: Option<&str>, now: Timestamp) -> Option<Request> {
        match (&self.keeps, self.cell) {
            (Keeps::Cookies(_), Cell::JwtCookie) => Some(self.request("POST", "/api/v1/session/refresh", now)),
            (Keeps::Tokens(tokens, _), Cell::Jwt) => Some(refresh_form(&self.host, tokens.refresh.as_deref()?, client)),
            _ => None,
        }
    }

    /// Takes in an answer to a request for `target`: a browser its cookies, an app the tokens in the body. What a browser drops comes back.
    pub(crate) fn take(&mut self, answer: &Answer, target: &str, now: Timestamp) -> Vec<Dropped> {
        let host = bare(&self.host).to_owned();
        match &mut self.keeps {
            Keeps::Cookies(jar) => {
                answer.all("set-cookie").filter_map(|cookie| jar.take(cookie, &host, target, now).err()).collect()
            }
            Keeps::Tokens(tokens, _) => {
                let access = answer.text("session_token").or_else(|| answer.text("access_token"));
                tokens.access = access.or(tokens.access.take());
                tokens.refresh = answer.text("refresh_token").or(tokens.refresh.take());
                Vec::new()
            }
        }
    }

    /// Takes in a token that is the whole body of an answer.
    pub(crate) fn take_bare_token(&mut self, token: &str) {
        if let Keeps::Tokens(tokens, _) = &mut self.keeps {
            tokens.access = Some(token.to_owned());
        }
    }

    /// Closes the browser, or the app, and opens it again.
    pub(crate) fn close_and_open(&mut self) {
        match &mut self.keeps {
            Keeps::Cookies(jar) => jar.close(),
            Keeps::Tokens(tokens, Storage::InMemory) => *tokens = Tokens::default(),
            Keeps::Tokens(_, Storage::Stored) => {}
        }
    }

    /// Throws its tokens away, as an app does at sign-out; a browser does what the answer told it to.
    pub(crate) fn forget_tokens(&mut self) {
        if let Keeps::Tokens(tokens, _) = &mut self.keeps {
            *tokens = Tokens::default();
        }
    }

    /// Whether it holds anything to show.
    pub(crate) fn holds_anything(&self, now: Timestamp) -> bool {
        match &self.keeps {
            Keeps::Cookies(jar) => jar.live(now).next().is_some(),
            Keeps::Tokens(tokens, _) => tokens.access.is_some(),
        }
    }

    /// A copy of everything that travels with a request for `target`.
    pub(crate) fn copy_of_request(&self, target: &str, now: Timestamp) -> Copied {
        Copied::from_wire(&self.request("GET", target, now))
    }

    /// The refresh token, wherever it keeps it.
    pub(crate) fn copy_of_refresh_token(&self) -> Option<String> {
        match &self.keeps {
            Keeps::Cookies(jar) => jar.named("__Secure-cloakroom-refresh").map(str::to_owned),
            Keeps::Tokens(tokens, _) => tokens.refresh.clone(),
        }
    }

    /// What a script in its page can read and take away.
    pub(crate) fn readable_by_script(&self, now: Timestamp) -> Vec<String> {
        match &self.keeps {
            Keeps::Cookies(jar) => {
                jar.readable_by_script(bare(&self.host), "/", now).into_iter().map(|cookie| cookie.value.clone()).collect()
            }
            // Memory is no safer: a script that runs in the page can reach what the page can reach.
            Keeps::Tokens(tokens, _) => tokens.access.iter().chain(&tokens.refresh).cloned().collect(),
        }
    }

    /// The jar, where there is one.
    pub(crate) fn jar(&mut self) -> Option<&mut Jar> {
        match &mut self.keeps {
            Keeps::Cookies(jar) => Some(jar),
            Keeps::Tokens(..) => None,
        }
    }

    /// The credential that goes with every request.
    pub(crate) fn credential(&self, now: Timestamp) -> Option<String> {
        match &self.keeps {
            Keeps::Cookies(jar) => {
                let ending = if self.cell == Cell::JwtCookie { "cloakroom-jwt" } else { "cloakroom" };
                jar.live(now).find(|cookie| cookie.name.ends_with(ending)).map(|cookie| cookie.value.clone())
            }
            Keeps::Tokens(tokens, _) => tokens.access.clone(),
        }
    }

    /// The claims of its JWT; null where it has none.
    pub(crate) fn claims(&self, now: Timestamp) -> serde_json::Value {
        self.credential(now).map(|token| claims_of(&token)).unwrap_or_default()
    }

    /// What it keeps, for the report.
    pub(crate) fn kept(&self, now: Timestamp) -> Vec<Kept> {
        match &self.keeps {
            Keeps::Cookies(jar) => jar
                .live(now)
                .map(|cookie| Kept {
                    attributes: cookie.attributes.clone(),
                    ..kept(Place::CookieJar, &cookie.name, &cookie.value)
                })
                .collect(),
            Keeps::Tokens(tokens, storage) => {
                let place = if *storage == Storage::Stored { Place::Storage } else { Place::Memory };
                let name = if self.cell == Cell::Token { "session_token" } else { "access_token" };
                let access = tokens.access.iter().map(|token| kept(place, name, token));
                access.chain(tokens.refresh.iter().map(|token| kept(place, "refresh_token", token))).collect()
            }
        }
    }
}

/// The form that redeems a refresh token.
pub(crate) fn refresh_form(host: &str, token: &str, client: Option<&str>) -> Request {
    let members = [("grant_type", "refresh_token"), ("refresh_token", token)];
    let members: Vec<_> = members.into_iter().chain(client.map(|client| ("client_id", client))).collect();
    Request::new("POST", host, "/oauth/token").header("User-Agent", APP).form(&members)
}

fn kept(place: Place, name: &str, value: &str) -> Kept {
    let claims = match claims_of(value) {
        serde_json::Value::Object(members) => {
            let text = |value: serde_json::Value| match value {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            members.into_iter().map(|(name, value)| (name, text(value))).collect()
        }
        _ => Vec::new(),
    };
    Kept { place, name: name.to_owned(), value: Inked::of(value), claims, attributes: Vec::new(), gone: false }
}

/// The claims of a JWT, as anybody can read them; null for anything else.
pub(crate) fn claims_of(token: &str) -> serde_json::Value {
    let claims = token.split('.').nth(1).and_then(|part| decode_base64url(part).ok());
    claims.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// The host without its port.
fn bare(authority: &str) -> &str {
    authority.split(':').next().unwrap_or(authority)
}
