//! Three outcomes: a forged credential and none at all are not the same.

use std::sync::Arc;

use cloakroom_session::{BoxError, Carrier, SessionId};

use crate::access_claims::AccessClaims;
use crate::principal::Principal;

/// What came of looking for a credential.
#[derive(Clone, Debug)]
pub enum Authentication {
    /// None was presented.
    Absent,
    /// One was, and it is good.
    Verified(Principal),
    /// One was, and it is not good.
    Rejected(Rejection),
}

/// Why a credential is not good. Outside, most look the same; the difference is for logs and for those who hold the genuine one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Rejection {
    /// An `Authorization` header that is not one good credential. It was put there on purpose.
    Header {
        /// Whether it has the shape of a credential of ours.
        form: Form,
    },
    /// Two `Authorization` headers: the request cannot be read.
    Ambiguous,
    /// A cookie that opens nothing, any more or ever. Browsers send such by themselves: no attack.
    SessionEnded {
        /// Whether it has the shape of a credential of ours.
        form: Form,
    },
    /// One cookie name came twice.
    DuplicateCookie,
    /// A cookie on a request that does not prove that it comes from a page of ours.
    CrossOrigin,
    /// A JWT with a good signature, only too late.
    TokenExpired {
        /// How it travelled.
        carrier: Carrier,
        /// What it says.
        claims: Arc<AccessClaims>,
    },
    /// A secret that a step-up has just replaced, with an unsafe method.
    SessionRotated {
        /// How it travelled.
        carrier: Carrier,
        /// The session it belongs to.
        session: SessionId,
    },
}

/// Whether a credential that is not good has at least the shape of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It has: it may have been good once.
    WellFormed,
    /// It never was one.
    Junk,
}

impl Rejection {
    /// Whether the credential came in a header, where somebody put it on purpose.
    pub fn carrier(&self) -> Carrier {
        match self {
            Self::Header { .. } | Self::Ambiguous => Carrier::Header,
            Self::SessionEnded { .. } | Self::DuplicateCookie | Self::CrossOrigin => Carrier::Cookie,
            Self::TokenExpired { carrier, .. } | Self::SessionRotated { carrier, .. } => *carrier,
        }
    }
}

/// The answer cannot be known now: the store is down, and nothing in memory says.
#[derive(Clone, Debug, thiserror::Error)]
#[error("who is calling cannot be known: the store is unavailable")]
pub struct Unavailable(#[source] pub Arc<BoxError>);

impl Unavailable {
    /// Wraps what lies under it.
    pub fn because(error: impl Into<BoxError>) -> Self {
        Self(Arc::new(error.into()))
    }
}
