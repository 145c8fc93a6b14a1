//! One shape per word. A member that does not apply is left out, never null.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use cloakroom::session::{CachedSession, Carrier, Proof, Session};
use cloakroom::{AccessClaims, Delivery, LiveCredential, Principal, Reach, RequestContext, SignedIn, Timestamp};
use http::{HeaderValue, header};
use serde_json::{Map, Value, json};

use crate::accounts::Account;
use crate::control::print_moment;
use crate::device::Device;

/// An object that grows member by member.
struct Shape(Map<String, Value>);

impl Shape {
    fn new() -> Self {
        Self(Map::new())
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn with_if(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn moment(self, name: &str, at: Timestamp) -> Self {
        self.with(name, print_moment(at))
    }

    /// A deadline, and the seconds until then.
    fn deadline(self, name: &str, at: Timestamp, now: Timestamp) -> Self {
        self.with(&format!("{name}_at"), print_moment(at)).with(&format!("{name}_in"), at.since(now).as_secs())
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

/// `user`.
pub(crate) fn user(account: &Account) -> Value {
    Shape::new()
        .with("id", account.id.as_str())
        .with("email", account.email.as_str())
        .with("email_verified", account.email_verified)
        .with_if("name", account.name.as_ref().map(|name| name.as_str().to_owned()))
        .moment("created_at", account.created_at)
        .done()
}

/// `session`, from its row.
pub(crate) fn session(session: &Session, current: bool, now: Timestamp) -> Value {
    let methods: Vec<&str> = session.methods.iter().map(cloakroom::session::AuthMethod::word).collect();
    Shape::new()
        .with("id", session.id.to_string())
        .with("client_id", session.client.as_str())
        .with("cell", session.cell.word())
        .moment("created_at", session.created_at)
        .moment("authenticated_at", session.authenticated_at)
        .with("methods", methods)
        .with("scopes", session.scopes.iter().collect::<Vec<_>>())
        .with("remembered", session.remembered)
        .with_if("device", session.user_agent.as_deref().map(|agent| Device::of(agent).to_string()))
        .moment("seen_at", session.seen_at)
        .with_if("seen_from", session.seen_from.map(|address| address.to_string()))
        .deadline("expires", session.ends_at(), now)
        .deadline("absolute_expires", session.absolute_ends_at, now)
        .with_if("current", current.then_some(true))
        .done()
}

/// `session`, as far as a JWT knows it.
fn session_of_claims(claims: &AccessClaims) -> Value {
    let methods: Vec<&str> = claims.amr.iter().map(cloakroom::session::AuthMethod::word).collect();
    Shape::new()
        .with_if("id", claims.sid.map(|sid| sid.to_string()))
        .with("client_id", claims.client_id.as_str())
        .moment("authenticated_at", claims.auth_time.timestamp())
        .with("methods", methods)
        .with("scopes", claims.scope.iter().collect::<Vec<_>>())
        .done()
}

fn credential(carrier: Carrier, proof: Proof, expires_at: Timestamp, claims: Option<&AccessClaims>, now: Timestamp) -> Value {
    let shape = Shape::new()
        .with("cell", cloakroom::session::Cell::of(carrier, proof).word())
        .with("carrier", if carrier == Carrier::Cookie { "cookie" } else { "header" })
        .with("proof", if proof == Proof::Session { "session" } else { "jwt" })
        .deadline("expires", expires_at, now);
    match claims {
        None => shape.done(),
        Some(claims) => shape
            .with("audience", claims.audience())
            .with_if("scope", Some(claims.scope.as_str()).filter(|scope| !scope.is_empty()))
            .with("token_id", claims.jti.as_str())
            .done(),
    }
}

/// `GET /api/v1/session`: with a session proof all of it, with a JWT what the token says.
pub(crate) fn whoami(caller: &Principal, user: &Value, now: Timestamp) -> Value {
    let (session, credential) = match (caller.record(), caller.claims(), caller.carrier()) {
        (Some(record), _, Some(carrier)) => {
            (session_of_record(record, now), credential(carrier, Proof::Session, record.ends_at(), None, now))
        }
        (_, Some(claims), Some(carrier)) => {
            (session_of_claims(claims), credential(carrier, Proof::Jwt, claims.expires_at(), Some(claims), now))
        }
        _ => (Value::Null, Value::Null),
    };
    json!({ "user": user, "session": session, "credential": credential })
}

fn session_of_record(record: &CachedSession, now: Timestamp) -> Value {
    session(&record.to_session(), true, now)
}

/// The answer to a sign-in, a step-up or a password change; in cookie cells no secret stands in it.
pub(crate) fn signed_in(signed_in: &SignedIn, account: Option<&Account>) -> Value {
    let now = signed_in.at;
    let mut shape = Shape::new().with_if("user", account.map(user));
    if let Some(of) = &signed_in.session {
        let claims = match &signed_in.delivery {
            Delivery::Jwt { access, .. } => Some(&access.claims),
            Delivery::JwtCookie { claims } => Some(&**claims),
            Delivery::Cookie | Delivery::Token { .. } => None,
        };
        let expires_at = claims.map_or(of.ends_at(), AccessClaims::expires_at);
        shape = shape
            .with("session", session(of, true, now))
            .with("credential", credential(of.cell.carrier(), of.cell.proof(), expires_at, claims, now));
    }
    match &signed_in.delivery {
        Delivery::Cookie | Delivery::JwtCookie { .. } => shape.done(),
        Delivery::Token { session_token } => {
            let expires_in = signed_in.session.as_ref().map_or(Duration::ZERO, |session| session.ends_at().since(now));
            shape
                .with("session_token", session_token.expose().as_str())
                .with("token_type", "Bearer")
                .with("expires_in", expires_in.as_secs())
                .done()
        }
        Delivery::Jwt { access, refresh } => shape
            .with("access_token", access.token.expose().as_str())
            .with_if("refresh_token", refresh.as_ref().map(|token| token.expose().as_str()))
            .with("token_type", "Bearer")
            .with("expires_in", access.expires_in(now).as_secs())
            .with_if("scope", Some(access.claims.scope.as_str()).filter(|scope| !scope.is_empty()))
            .done(),
    }
}

/// `reach`.
pub(crate) fn reach(reach: &Reach, current: bool, now: Timestamp) -> Value {
    let rows = |credentials: &[LiveCredential]| credentials.iter().map(|row| live_credential(row, now)).collect::<Vec<_>>();
    match reach {
        Reach::Live { session: of, credentials } => {
            json!({ "session": session(of, current, now), "state": "live", "credentials": rows(credentials) })
        }
        Reach::Ended { session, at, cause, credentials } => json!({
            "session": { "id": session.to_string() },
            "state": "ended",
            "ended_at": print_moment(*at),
            "cause": cause.word(),
            "credentials": rows(credentials),
        }),
    }
}

fn live_credential(row: &LiveCredential, now: Timestamp) -> Value {
    Shape::new()
        .with("kind", row.kind.word())
        .with_if("carrier", row.carrier.map(|carrier| if carrier == Carrier::Cookie { "cookie" } else { "header" }))
        .with("client_id", row.client.as_str())
        .with_if("audience", row.audience.as_deref())
        .with("stored", row.stored)
        .deadline("dies", row.dies_at, now)
        .with("after_end", row.after_end.word())
        .with("after_end_in", row.after_end.lasts().as_secs())
        .done()
}

/// An answer that nobody may keep.
pub(crate) fn no_store(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Where an attempt comes from, for the limits; a caller without an address shares one.
pub(crate) fn from_of(context: &RequestContext) -> IpAddr {
    context.client_address().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}
