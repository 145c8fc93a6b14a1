//! What a built-in scheme says before any store is asked.

use cloakroom_session::{Carrier, SessionToken};

use crate::authentication::Authentication;

/// The answer, or the one look-up that it takes.
pub(crate) enum Step {
    /// The answer is known.
    Known(Authentication),
    /// The session is not in memory: the store must say.
    LookUp(SessionLookUp),
    /// Which sessions have ended is not known yet: that must be read before a JWT can count.
    NotLoaded,
}

/// A well-formed session token whose session is not in memory.
pub(crate) struct SessionLookUp {
    pub(crate) token: SessionToken,
    pub(crate) carrier: Carrier,
}

impl From<Authentication> for Step {
    fn from(answer: Authentication) -> Self {
        Self::Known(answer)
    }
}
