//! What a context says where somebody must be calling, and where nobody need be.

use std::time::Duration;

use cloakroom_session::Carrier;

use crate::authentication::{Authentication, Rejection};
use crate::context::RequestContext;
use crate::error::AuthError;
use crate::principal::Principal;
use crate::problem::{Problem, ProblemCode};

impl RequestContext {
    /// Who is calling, where somebody must be: the problem to answer otherwise.
    pub fn require_caller(&self) -> Result<&Principal, Problem> {
        match &self.caller {
            Ok(Authentication::Verified(caller)) => Ok(caller),
            Ok(Authentication::Absent) => Err(ProblemCode::NotSignedIn.into()),
            Ok(Authentication::Rejected(rejection)) => Err(problem_of(rejection)),
            Err(error) => Err(AuthError::from(error.clone()).problem()),
        }
    }

    /// Who is calling, where nobody need be: the problem to answer where a credential is bad on purpose.
    pub fn optional_caller(&self) -> Result<Option<&Principal>, Problem> {
        match &self.caller {
            Ok(Authentication::Rejected(rejection)) if is_nobody(rejection) => Ok(None),
            Ok(Authentication::Absent) => Ok(None),
            _ => self.require_caller().map(Some),
        }
    }
}

/// Whether a rejected credential reads as nobody where a caller is optional: a cookie that is merely dead.
fn is_nobody(rejection: &Rejection) -> bool {
    match rejection {
        Rejection::SessionEnded { .. } | Rejection::DuplicateCookie => true,
        Rejection::TokenExpired { carrier, .. } => *carrier == Carrier::Cookie,
        Rejection::Header { .. } | Rejection::Ambiguous | Rejection::CrossOrigin | Rejection::SessionRotated { .. } => false,
    }
}

fn problem_of(rejection: &Rejection) -> Problem {
    let code = match rejection {
        Rejection::Header { .. } | Rejection::SessionEnded { .. } | Rejection::DuplicateCookie => ProblemCode::NotSignedIn,
        Rejection::Ambiguous => ProblemCode::MalformedRequest,
        Rejection::CrossOrigin => ProblemCode::CrossOrigin,
        Rejection::TokenExpired { .. } => ProblemCode::TokenExpired,
        Rejection::SessionRotated { .. } => {
            return Problem {
                bearer_presented: rejection.carrier() == Carrier::Header,
                ..Problem::new(ProblemCode::SessionRotated)
            }
            .retry_after(Duration::from_secs(1));
        }
    };
    Problem { bearer_presented: rejection.carrier() == Carrier::Header, ..Problem::new(code) }
}
