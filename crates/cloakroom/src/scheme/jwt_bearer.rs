//! The JWT in a header, and the check that both JWT schemes share.

use cloakroom_jwt::{JwtError, Verifier};
use cloakroom_primitives::Timestamp;
use cloakroom_session::Carrier;

use crate::access_claims::AccessClaims;
use crate::authentication::{Authentication, Form, Rejection};
use crate::principal::Principal;
use crate::revocations::Revocations;
use crate::scheme::Step;

/// Verifies a JWT without asking a store: signature, expectations, and whether its session is known to have ended.
pub(crate) struct JwtCheck<'a> {
    pub(crate) verifier: &'a Verifier<AccessClaims>,
    /// `None` until it is known which sessions have ended.
    pub(crate) revocations: Option<&'a Revocations>,
    /// Whether a JWT must name its session: so it is wherever there are sessions.
    pub(crate) needs_session: bool,
}

impl JwtCheck<'_> {
    pub(crate) fn check(&self, text: &str, carrier: Carrier, now: Timestamp) -> Step {
        let (claims, expired) = match self.verifier.verify(text, now) {
            Ok(verified) => (verified.claims, false),
            Err(error) if may_be_read_late(&error, carrier) => match self.verifier.verify_ignoring_expiry(text, now) {
                Ok(read) => (read.claims, true),
                Err(error) => return refused(&error, carrier).into(),
            },
            Err(error) => return refused(&error, carrier).into(),
        };
        let Some(revocations) = self.revocations else { return Step::NotLoaded };
        let ended = match claims.sid {
            Some(session) => revocations.ended(session),
            None => self.needs_session,
        };
        if ended {
            return rejected(carrier, Form::WellFormed).into();
        }
        if expired {
            return Authentication::Rejected(Rejection::TokenExpired { carrier, claims }).into();
        }
        Authentication::Verified(Principal::of_jwt(claims, carrier)).into()
    }
}

/// Whether the token may still say whose it was: one that has only expired, and in a cookie one under a key that was removed since.
fn may_be_read_late(error: &JwtError, carrier: Carrier) -> bool {
    match error {
        JwtError::Expired => true,
        JwtError::Untrusted { .. } => carrier == Carrier::Cookie,
        _ => false,
    }
}

fn refused(error: &JwtError, carrier: Carrier) -> Authentication {
    tracing::debug!(%error, ?carrier, "a JWT was refused");
    let form = if matches!(error, JwtError::Malformed { .. }) { Form::Junk } else { Form::WellFormed };
    rejected(carrier, form)
}

fn rejected(carrier: Carrier, form: Form) -> Authentication {
    Authentication::Rejected(match carrier {
        Carrier::Cookie => Rejection::SessionEnded { form },
        Carrier::Header => Rejection::Header { form },
    })
}

/// Reads a JWT from `Authorization: Bearer`.
pub(crate) struct JwtBearer<'a>(pub(crate) JwtCheck<'a>);

impl JwtBearer<'_> {
    pub(crate) fn authenticate(&self, text: &str, now: Timestamp) -> Step {
        self.0.check(text, Carrier::Header, now)
    }
}
