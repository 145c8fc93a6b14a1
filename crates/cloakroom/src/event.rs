//! What an auditor wants to know. Ids only: no event ever holds a secret.

use std::fmt;
use std::sync::Arc;

use cloakroom_session::{Cell, ClientId, EndCause, FeedEntry, FeedRecord, FeedSink, Network, SessionId, UserId};

/// Something that bears on security.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecurityEvent {
    /// Somebody signed in.
    SignedIn {
        /// Who.
        user: UserId,
        /// The new session.
        session: SessionId,
        /// For which app.
        client: ClientId,
        /// Delivered how.
        cell: Cell,
        /// From which network.
        from: Option<Network>,
    },
    /// A password was refused.
    SignInFailed {
        /// Whose, if the account exists.
        user: Option<UserId>,
        /// From which network.
        from: Option<Network>,
    },
    /// A session ended.
    SessionEnded {
        /// Which.
        session: SessionId,
        /// Whose.
        user: UserId,
        /// Why.
        cause: EndCause,
    },
    /// A session changed.
    SessionChanged {
        /// Which.
        session: SessionId,
        /// Whose.
        user: UserId,
        /// Why, in the feed's word.
        cause: &'static str,
    },
    /// A password changed.
    PasswordChanged {
        /// Whose.
        user: UserId,
    },
    /// A spent refresh token earned the same successor again.
    TokenRepeated {
        /// Its session.
        session: SessionId,
        /// From which network.
        from: Option<Network>,
        /// Whether that is another one than the rotation's.
        elsewhere: bool,
    },
    /// A spent refresh token came back too late: somebody holds a copy. Its session ended.
    TokenReused {
        /// Its session, if it was still there.
        session: Option<SessionId>,
        /// From which network.
        from: Option<Network>,
    },
    /// The store has forgotten a rotation that it had acknowledged.
    StateRolledBack {
        /// The session of the refresh family.
        session: SessionId,
    },
    /// One cookie name came twice: somebody plants cookies.
    DuplicateCookie {
        /// From which network.
        from: Option<Network>,
    },
    /// A refresh cookie came that does not belong to the session of the JWT cookie beside it.
    PlantedRefreshCookie {
        /// The session of the JWT cookie.
        session: SessionId,
        /// From which network.
        from: Option<Network>,
    },
}

impl SecurityEvent {
    /// Its name in logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "signed_in",
            Self::SignInFailed { .. } => "sign_in_failed",
            Self::SessionEnded { .. } => "session_ended",
            Self::SessionChanged { .. } => "session_changed",
            Self::PasswordChanged { .. } => "password_changed",
            Self::TokenRepeated { .. } => "token_repeated",
            Self::TokenReused { .. } => "token_reused",
            Self::StateRolledBack { .. } => "state_rolled_back",
            Self::DuplicateCookie { .. } => "duplicate_cookie",
            Self::PlantedRefreshCookie { .. } => "planted_refresh_cookie",
        }
    }
}

/// What an event says, each under its one name.
#[derive(Default)]
struct Facts<'a> {
    user: Option<&'a UserId>,
    session: Option<SessionId>,
    client: Option<&'a ClientId>,
    cell: Option<Cell>,
    cause: Option<&'static str>,
    from: Option<Network>,
    elsewhere: Option<bool>,
}

impl SecurityEvent {
    fn facts(&self) -> Facts<'_> {
        let none = Facts::default;
        match self {
            Self::SignedIn { user, session, client, cell, from } => {
                let (user, client) = (Some(user), Some(client));
                Facts { user, session: Some(*session), client, cell: Some(*cell), from: *from, ..none() }
            }
            Self::SignInFailed { user, from } => Facts { user: user.as_ref(), from: *from, ..none() },
            Self::SessionEnded { session, user, cause } => {
                Facts { user: Some(user), session: Some(*session), cause: Some(cause.word()), ..none() }
            }
            Self::SessionChanged { session, user, cause } => {
                Facts { user: Some(user), session: Some(*session), cause: Some(cause), ..none() }
            }
            Self::PasswordChanged { user } => Facts { user: Some(user), ..none() },
            Self::TokenRepeated { session, from, elsewhere } => {
                Facts { session: Some(*session), from: *from, elsewhere: Some(*elsewhere), ..none() }
            }
            Self::TokenReused { session, from } => Facts { session: *session, from: *from, ..none() },
            Self::StateRolledBack { session } => Facts { session: Some(*session), ..none() },
            Self::DuplicateCookie { from } => Facts { from: *from, ..none() },
            Self::PlantedRefreshCookie { session, from } => Facts { session: Some(*session), from: *from, ..none() },
        }
    }
}

/// Takes events. It queues and never waits: it is called in the middle of requests and by the store's writer.
pub trait EventSink: Send + Sync + 'static {
    /// Takes one event.
    fn record(&self, event: SecurityEvent);
}

/// Writes each event as one `tracing` line with the target `cloakroom::audit`.
#[derive(Clone, Copy, Debug, Default)]
pub struct TracingEvents;

impl EventSink for TracingEvents {
    fn record(&self, event: SecurityEvent) {
        let facts = event.facts();
        tracing::info!(
            target: "cloakroom::audit",
            event = event.name(),
            user = facts.user.map(display),
            session = facts.session.map(display),
            client = facts.client.map(display),
            cell = facts.cell.map(Cell::word),
            cause = facts.cause,
            from = facts.from.map(display),
            elsewhere = facts.elsewhere,
        );
    }
}

/// Turns what the store's writer committed into events, so that an end is recorded whether or not anyone waited for it.
pub(crate) struct FeedEvents(pub(crate) Arc<dyn EventSink>);

impl FeedSink for FeedEvents {
    fn apply(&self, records: &[FeedRecord]) {
        for record in records {
            match &record.entry {
                FeedEntry::SessionEnded(ended) => self.0.record(SecurityEvent::SessionEnded {
                    session: ended.id,
                    user: ended.user.clone(),
                    cause: ended.ending.cause,
                }),
                FeedEntry::SessionChanged { session, user, change } => self.0.record(SecurityEvent::SessionChanged {
                    session: *session,
                    user: user.clone(),
                    cause: change.cause.word(),
                }),
                _ => {}
            }
        }
    }
}

impl fmt::Debug for FeedEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FeedEvents(..)")
    }
}
