//! What can go wrong when a session is started, refreshed or ended, by what the caller can do about it.

use std::time::Duration;

use cloakroom_session::{BoxError, StoreError};

use crate::authentication::Unavailable;
use crate::problem::{Problem, ProblemCode};

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The store cannot be reached; the same call may succeed later.
    #[error("the store is unavailable")]
    Unavailable(#[source] BoxError),
    /// Too much waits already; the same call may succeed in a moment.
    #[error("too much waits already")]
    Busy,
    /// Nobody is signed in with what was presented.
    #[error("nobody is signed in with what was presented")]
    NotSignedIn,
    /// There is no client of that name.
    #[error("there is no client of that name")]
    UnknownClient,
    /// The client does not use that cell, or this server cannot issue for it.
    #[error("the client does not use that cell")]
    CellNotAllowed,
    /// The audience is not one of the client's.
    #[error("the audience is not one of the client's")]
    InvalidTarget,
    /// The user has as many sessions as allowed.
    #[error("the user has as many sessions as allowed")]
    SessionLimit,
    /// A bug of ours.
    #[error("internal error")]
    Internal(#[source] BoxError),
}

/// How long a caller should wait before asking a busy or unreachable store again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

impl AuthError {
    /// The problem to answer with.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Unavailable(_) => Problem::new(ProblemCode::StoreUnavailable).retry_after(RETRY_AFTER),
            Self::Busy => Problem::new(ProblemCode::Busy).retry_after(RETRY_AFTER),
            Self::NotSignedIn => ProblemCode::NotSignedIn.into(),
            Self::UnknownClient => ProblemCode::UnknownClient.into(),
            Self::CellNotAllowed => ProblemCode::CellNotAllowed.into(),
            Self::InvalidTarget => ProblemCode::InvalidTarget.into(),
            Self::SessionLimit => ProblemCode::SessionLimit.into(),
            Self::Internal(_) => ProblemCode::Internal.into(),
        }
    }
}

impl From<StoreError> for AuthError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(source) => Self::Unavailable(source),
            // A store that cannot be read is one that does not answer: whoever asks is told to come again, and the log says what it is.
            corrupt @ StoreError::Corrupt(_) => Self::Unavailable(Box::new(corrupt)),
            StoreError::Busy => Self::Busy,
            other => Self::Internal(Box::new(other)),
        }
    }
}

impl From<Unavailable> for AuthError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(Box::new(error))
    }
}
