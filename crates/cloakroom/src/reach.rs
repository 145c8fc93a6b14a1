//! What lives under a session, and when each piece is truly dead.
//!
//! 1. Stored credentials are listed one by one.
//! 2. Nobody keeps a list of JWTs: per audience of the client one row says that none lives past now and its lifetime, or the absolute
//!    deadline.
//! 3. Leeway and clock bound are counted in wherever somebody else verifies.
//! 4. A session that has ended is answered from its feed record while that matters.

use std::sync::Arc;
use std::time::Duration;

use cloakroom_primitives::Timestamp;
use cloakroom_session::{Carrier, Cell, ClientId, EndCause, EndedSession, FeedWindow, Proof, RefreshFamily, Session, SessionId};

use crate::client::Client;
use crate::origin::Origin;

/// What kind of credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// A session token.
    SessionToken,
    /// A refresh token.
    RefreshToken,
    /// An access token.
    AccessToken,
}

impl CredentialKind {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SessionToken => "session_token",
            Self::RefreshToken => "refresh_token",
            Self::AccessToken => "access_token",
        }
    }
}

/// When a credential is dead, once its session is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterEnd {
    /// At the next request that shows it.
    NextRequest,
    /// In the same step.
    AtOnce,
    /// For whoever follows the feed within its lag; for whoever verifies alone, after this span at most.
    Feed(Duration),
}

impl AfterEnd {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NextRequest => "next_request",
            Self::AtOnce => "at_once",
            Self::Feed(_) => "feed",
        }
    }

    /// How long the last verifier takes it.
    pub const fn lasts(self) -> Duration {
        match self {
            Self::NextRequest | Self::AtOnce => Duration::ZERO,
            Self::Feed(span) => span,
        }
    }
}

/// A credential under a session, or all access tokens for one audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveCredential {
    /// What kind.
    pub kind: CredentialKind,
    /// How it travels; an access token that was exchanged travels as its holder likes.
    pub carrier: Option<Carrier>,
    /// The client it was issued to.
    pub client: ClientId,
    /// Who it is for, where it is for somebody.
    pub audience: Option<Arc<str>>,
    /// Whether the server keeps a row for it.
    pub stored: bool,
    /// When it is dead if nobody does anything.
    pub dies_at: Timestamp,
    /// When it is dead if the session is ended now.
    pub after_end: AfterEnd,
}

/// What lives under a session.
#[derive(Clone, Debug)]
pub enum Reach {
    /// The session is alive.
    Live {
        /// The session.
        session: Box<Session>,
        /// What lives under it.
        credentials: Vec<LiveCredential>,
    },
    /// The session has ended.
    Ended {
        /// Which.
        session: SessionId,
        /// When.
        at: Timestamp,
        /// Why.
        cause: EndCause,
        /// What still lives elsewhere.
        credentials: Vec<LiveCredential>,
    },
}

/// What lives under a session that is alive.
pub fn reach_of_live(session: &Session, families: &[RefreshFamily], client: &Client, origin: &Origin, now: Timestamp) -> Reach {
    let ends_at = session.ends_at();
    let mut credentials = Vec::new();
    if session.cell.proof() == Proof::Session {
        credentials.push(LiveCredential {
            kind: CredentialKind::SessionToken,
            carrier: Some(session.cell.carrier()),
            client: session.client.clone(),
            audience: None,
            stored: true,
            dies_at: ends_at,
            after_end: AfterEnd::NextRequest,
        });
    }
    credentials.extend(families.iter().map(|family| LiveCredential {
        kind: CredentialKind::RefreshToken,
        carrier: Some(session.cell.carrier()),
        client: family.client.clone(),
        audience: Some(Arc::clone(&family.audience)),
        stored: true,
        dies_at: ends_at,
        after_end: AfterEnd::AtOnce,
    }));
    let last = now.plus(client.access_lifetime).min(session.absolute_ends_at);
    credentials.extend(access_tokens(session.cell, client, origin, last, now));
    Reach::Live { session: Box::new(session.clone()), credentials }
}

/// What lives on of a session that has ended.
pub fn reach_of_ended(ended: &EndedSession, client: &Client, origin: &Origin, now: Timestamp) -> Reach {
    let last = ended.ending.at.plus(client.access_lifetime);
    // Here they died with the session.
    let elsewhere = |row: &LiveCredential| matches!(row.after_end, AfterEnd::Feed(_));
    let credentials = access_tokens(ended.cell, client, origin, last, now).into_iter().filter(elsewhere).collect();
    Reach::Ended { session: ended.id, at: ended.ending.at, cause: ended.ending.cause, credentials }
}

/// One row for each audience that tokens of the session may be for; `last` is when the last of them expires.
fn access_tokens(cell: Cell, client: &Client, origin: &Origin, last: Timestamp, now: Timestamp) -> Vec<LiveCredential> {
    // The JWT of a cookie is for this server; other audiences are reached by exchange or by `resource`, which this cell has not.
    let audiences = if cell == Cell::JwtCookie { vec![origin.to_arc()] } else { client.audiences.clone() };
    let elsewhere = last.plus(FeedWindow::LEEWAY).plus(FeedWindow::CLOCK_BOUND);
    audiences
        .into_iter()
        .map(|audience| {
            // Here an end is known in the same step and no leeway is given; elsewhere both must be counted.
            let is_ours = *audience == *origin.as_str();
            LiveCredential {
                kind: CredentialKind::AccessToken,
                carrier: (cell.proof() == Proof::Jwt).then(|| cell.carrier()),
                client: client.id.clone(),
                dies_at: if is_ours { last } else { elsewhere },
                after_end: if is_ours { AfterEnd::NextRequest } else { AfterEnd::Feed(elsewhere.since(now)) },
                audience: Some(audience),
                stored: false,
            }
        })
        .filter(|row| now < row.dies_at)
        .collect()
}
