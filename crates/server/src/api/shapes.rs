//! One shape per word. A member that does not apply is left out, never null.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use cloakroom::session::{AuthMethods, CachedSession, Carrier, Cell, Proof, Scopes, Session, SessionId};
use cloakroom::{AccessClaims, Delivery, LiveCredential, Principal, Reach, RequestContext, SignedIn, Timestamp};
use http::{HeaderValue, header};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::moment::Moment;
use crate::accounts::{Account, DisplayName};
use crate::device::Device;

/// An account, as its owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserShape<'a> {
    id: &'a str,
    email: &'a str,
    email_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
}

/// An account, or no more than its id: all that a JWT knows while the store is down.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = UserOrId)]
pub(crate) enum UserOrId<'a> {
    /// The account.
    Account(UserShape<'a>),
    /// Its id.
    Id {
        /// The id.
        id: &'a str,
    },
}

/// A session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionShape<'a> {
    #[schema(value_type = String)]
    id: SessionId,
    client_id: &'a str,
    /// `cookie`, `token`, `jwt` or `jwt_cookie`.
    cell: &'static str,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    #[schema(value_type = String, format = DateTime)]
    authenticated_at: Moment,
    /// Words of RFC 8176.
    #[schema(value_type = Vec<String>)]
    methods: &'a AuthMethods,
    #[schema(value_type = Vec<String>)]
    scopes: ScopeList<'a>,
    remembered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    device: Option<DeviceWords>,
    #[schema(value_type = String, format = DateTime)]
    seen_at: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    seen_from: Option<IpAddr>,
    /// The earlier of the idle and the absolute deadline.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
    expires_in: u64,
    #[schema(value_type = String, format = DateTime)]
    absolute_expires_at: Moment,
    absolute_expires_in: u64,
    /// Stands on the session of the request's own credential alone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = Option<bool>)]
    current: bool,
}

/// A session, as far as a JWT knows it.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionOfToken)]
pub(crate) struct ClaimedSession<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    id: Option<SessionId>,
    client_id: &'a str,
    #[schema(value_type = String, format = DateTime)]
    authenticated_at: Moment,
    #[schema(value_type = Vec<String>)]
    methods: &'a AuthMethods,
    #[schema(value_type = Vec<String>)]
    scopes: ScopeList<'a>,
}

/// The credential of a request, or the one that a sign-in delivered.
#[derive(Serialize, ToSchema)]
#[schema(as = Credential)]
pub(crate) struct CredentialShape<'a> {
    cell: &'static str,
    /// `cookie` or `header`.
    carrier: &'static str,
    /// `session` or `jwt`.
    proof: &'static str,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_id: Option<&'a str>,
}

/// Who is calling, proven how and until when.
#[derive(Serialize, ToSchema)]
#[schema(as = WhoAmI)]
pub(crate) struct WhoAmI<'a> {
    user: UserOrId<'a>,
    session: SessionSeen<'a>,
    credential: CredentialShape<'a>,
}

/// With a session proof all of the session, with a JWT what the token says.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = SessionSeen)]
pub(crate) enum SessionSeen<'a> {
    /// The session.
    Whole(SessionShape<'a>),
    /// What the token says.
    Claimed(ClaimedSession<'a>),
}

/// The answer to a sign-in, a step-up or a password change; in cookie cells no secret stands in it.
#[derive(Serialize, ToSchema)]
#[schema(as = SignIn)]
pub(crate) struct SignInShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<SessionShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<CredentialShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
}

/// A token that was exchanged for a session.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessToken)]
pub(crate) struct TokenShape<'a> {
    pub(crate) access_token: &'a str,
    pub(crate) token_type: &'static str,
    pub(crate) expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<&'a str>,
}

/// A list of sessions, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = Sessions)]
pub(crate) struct SessionList<'a> {
    pub(crate) sessions: Vec<SessionShape<'a>>,
}

/// An account that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = Registration)]
pub(crate) struct RegistrationShape<'a> {
    pub(crate) user: UserShape<'a>,
}

/// What lives under a session, and when each piece is truly dead.
#[derive(Serialize, ToSchema)]
#[schema(as = Reach)]
pub(crate) struct ReachShape<'a> {
    session: ReachedSession<'a>,
    /// `live` or `ended`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    credentials: Vec<ReachedCredential<'a>>,
}

/// The session, or of an ended one its id alone.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = ReachedSession)]
pub(crate) enum ReachedSession<'a> {
    /// The session.
    Live(Box<SessionShape<'a>>),
    /// The id of an ended one.
    Ended {
        /// The id.
        #[schema(value_type = String)]
        id: SessionId,
    },
}

/// A credential under a session, or all access tokens for one audience.
#[derive(Serialize, ToSchema)]
#[schema(as = ReachedCredential)]
pub(crate) struct ReachedCredential<'a> {
    /// `session_token`, `refresh_token` or `access_token`.
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier: Option<&'static str>,
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<&'a str>,
    stored: bool,
    #[schema(value_type = String, format = DateTime)]
    dies_at: Moment,
    dies_in: u64,
    /// `next_request`, `at_once` or `feed`.
    after_end: &'static str,
    /// Seconds until the last verifier refuses.
    after_end_in: u64,
}

/// Scopes as a list of words.
struct ScopeList<'a>(&'a Scopes);

impl Serialize for ScopeList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter())
    }
}

/// A device as people name it.
struct DeviceWords(Device);

impl Serialize for DeviceWords {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

const fn carrier_word(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Cookie => "cookie",
        Carrier::Header => "header",
    }
}

fn scope_of(claims: &AccessClaims) -> Option<&str> {
    Some(claims.scope.as_str()).filter(|scope| !scope.is_empty())
}

/// `user`.
pub(crate) fn user(account: &Account) -> UserShape<'_> {
    UserShape {
        id: account.id.as_str(),
        email: account.email.as_str(),
        email_verified: account.email_verified,
        name: account.name.as_ref().map(DisplayName::as_str),
        created_at: Moment(account.created_at),
    }
}

/// `session`, from its row.
pub(crate) fn session(session: &Session, current: bool, now: Timestamp) -> SessionShape<'_> {
    seen_session(session, session.seen_at, session.seen_from, current, now)
}

fn seen_session(
    session: &Session,
    seen_at: Timestamp,
    seen_from: Option<IpAddr>,
    current: bool,
    now: Timestamp,
) -> SessionShape<'_> {
    let ends_at = session.ends_at_when_seen(seen_at);
    SessionShape {
        id: session.id,
        client_id: session.client.as_str(),
        cell: session.cell.word(),
        created_at: Moment(session.created_at),
        authenticated_at: Moment(session.authenticated_at),
        methods: &session.methods,
        scopes: ScopeList(&session.scopes),
        remembered: session.remembered,
        device: session.user_agent.as_deref().map(|agent| DeviceWords(Device::of(agent))),
        seen_at: Moment(seen_at),
        seen_from,
        expires_at: Moment(ends_at),
        expires_in: ends_at.since(now).as_secs(),
        absolute_expires_at: Moment(session.absolute_ends_at),
        absolute_expires_in: session.absolute_ends_at.since(now).as_secs(),
        current,
    }
}

fn credential(cell: Cell, expires_at: Timestamp, claims: Option<&AccessClaims>, now: Timestamp) -> CredentialShape<'_> {
    CredentialShape {
        cell: cell.word(),
        carrier: carrier_word(cell.carrier()),
        proof: match cell.proof() {
            Proof::Session => "session",
            Proof::Jwt => "jwt",
        },
        expires_at: Moment(expires_at),
        expires_in: expires_at.since(now).as_secs(),
        audience: claims.map(AccessClaims::audience),
        scope: claims.and_then(scope_of),
        token_id: claims.map(|claims| claims.jti.as_str()),
    }
}

/// `GET /api/v1/session`; `None` for a caller whom a scheme of an application's own has proven.
pub(crate) fn whoami<'a>(caller: &'a Principal, user: UserOrId<'a>, now: Timestamp) -> Option<WhoAmI<'a>> {
    let cell = caller.cell()?;
    if let Some(record) = caller.record() {
        let (session, ends_at) = (whole(record, now), record.ends_at());
        return Some(WhoAmI { user, session, credential: credential(cell, ends_at, None, now) });
    }
    let claims = caller.claims()?;
    let session = SessionSeen::Claimed(ClaimedSession {
        id: claims.sid,
        client_id: claims.client_id.as_str(),
        authenticated_at: Moment(claims.auth_time.timestamp()),
        methods: &claims.amr,
        scopes: ScopeList(&claims.scope),
    });
    Some(WhoAmI { user, session, credential: credential(cell, claims.expires_at(), Some(claims), now) })
}

fn whole(record: &CachedSession, now: Timestamp) -> SessionSeen<'_> {
    SessionSeen::Whole(seen_session(record.session(), record.seen_at(), record.seen_from(), true, now))
}

/// The answer to a sign-in, a step-up or a password change.
pub(crate) fn signed_in<'a>(signed_in: &'a SignedIn, account: Option<&'a Account>) -> SignInShape<'a> {
    let now = signed_in.at;
    let of = signed_in.session.as_ref();
    let claims = match &signed_in.delivery {
        Delivery::Jwt { access, .. } => Some(&access.claims),
        Delivery::JwtCookie { claims } => Some(&**claims),
        Delivery::Cookie | Delivery::Token { .. } => None,
    };
    let expires_at = claims.map(AccessClaims::expires_at).or(of.map(Session::ends_at)).unwrap_or(now);
    let mut shape = SignInShape {
        user: account.map(user),
        session: of.map(|of| session(of, true, now)),
        credential: of.map(|of| credential(of.cell, expires_at, claims, now)),
        session_token: None,
        access_token: None,
        refresh_token: None,
        token_type: None,
        expires_in: None,
        scope: None,
    };
    match &signed_in.delivery {
        Delivery::Cookie | Delivery::JwtCookie { .. } => return shape,
        Delivery::Token { session_token } => shape.session_token = Some(session_token.expose().as_str()),
        Delivery::Jwt { access, refresh } => {
            shape.access_token = Some(access.token.expose().as_str());
            shape.refresh_token = refresh.as_ref().map(|token| token.expose().as_str());
            shape.scope = scope_of(&access.claims);
        }
    }
    shape.token_type = Some("Bearer");
    shape.expires_in = Some(expires_at.since(now).as_secs());
    shape
}

/// `reach`.
pub(crate) fn reach(reach: &Reach, current: bool, now: Timestamp) -> ReachShape<'_> {
    let rows = |credentials| -> Vec<_> { <[LiveCredential]>::iter(credentials).map(|row| reached(row, now)).collect() };
    match reach {
        Reach::Live { session: of, credentials } => ReachShape {
            session: ReachedSession::Live(Box::new(session(of, current, now))),
            state: "live",
            ended_at: None,
            cause: None,
            credentials: rows(credentials),
        },
        Reach::Ended { session, at, cause, credentials } => ReachShape {
            session: ReachedSession::Ended { id: *session },
            state: "ended",
            ended_at: Some(Moment(*at)),
            cause: Some(cause.word()),
            credentials: rows(credentials),
        },
    }
}

fn reached(row: &LiveCredential, now: Timestamp) -> ReachedCredential<'_> {
    ReachedCredential {
        kind: row.kind.word(),
        carrier: row.carrier.map(carrier_word),
        client_id: row.client.as_str(),
        audience: row.audience.as_deref(),
        stored: row.stored,
        dies_at: Moment(row.dies_at),
        dies_in: row.dies_at.since(now).as_secs(),
        after_end: row.after_end.word(),
        after_end_in: whole_seconds(row.after_end.lasts()),
    }
}

/// A promise of when something is over is rounded up.
fn whole_seconds(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
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
