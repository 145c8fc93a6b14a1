//! What a route asks of its caller.

use std::sync::Arc;
use std::time::Duration;

use cloakroom_primitives::Timestamp;
use cloakroom_session::Proof;

use crate::principal::Principal;
use crate::problem::{Problem, ProblemCode};

/// What a route asks of its caller. Requirements add up with [`Requirement::and`].
///
/// ```
/// use std::time::Duration;
/// use cloakroom::Requirement;
///
/// let recently = Requirement::session().and(Requirement::authenticated_within(Duration::from_secs(300)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Requirement {
    session: bool,
    scopes: Vec<Arc<str>>,
    within: Option<Duration>,
    authoritative: bool,
}

impl Requirement {
    /// Any proof of who is calling.
    pub fn signed_in() -> Self {
        Self::default()
    }

    /// A session token: no JWT.
    pub fn session() -> Self {
        Self { session: true, ..Self::default() }
    }

    /// A credential that carries the scope.
    pub fn scope(scope: impl Into<Arc<str>>) -> Self {
        Self { scopes: vec![scope.into()], ..Self::default() }
    }

    /// A user who proved who they are no longer ago than `span`.
    pub fn authenticated_within(span: Duration) -> Self {
        Self { within: Some(span), ..Self::default() }
    }

    /// A session that the store still has, whatever the proof: a JWT that is good until it expires is not enough.
    pub fn authoritative() -> Self {
        Self { authoritative: true, ..Self::default() }
    }

    /// Both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.session |= other.session;
        self.scopes.extend(other.scopes);
        self.within = [self.within, other.within].into_iter().flatten().min();
        self.authoritative |= other.authoritative;
        self
    }

    /// Whether the session row must be read, which [`Auth::confirm`](crate::Auth::confirm) does.
    pub fn is_authoritative(&self) -> bool {
        self.authoritative
    }

    /// Checks what can be told from the principal alone. Fails with the problem to answer.
    pub fn check(&self, caller: &Principal, now: Timestamp) -> Result<(), Problem> {
        if self.session && caller.proof() != Some(Proof::Session) {
            return Err(ProblemCode::NotSignedIn.into());
        }
        if self.scopes.iter().any(|scope| !caller.scopes.contains(scope)) {
            return Err(ProblemCode::InsufficientScope.into());
        }
        if let Some(span) = self.within
            // A secret that a step-up has replaced is not what the step-up proved.
            && (caller.is_former() || now.since(caller.authenticated_at) > span)
        {
            return Err(Problem { max_age: Some(span), ..Problem::new(ProblemCode::StepUpRequired) });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_session::{AuthMethod, AuthMethods, ClientId, Scopes, UserId};

    use super::*;

    fn caller() -> Principal {
        Principal::of_scheme(
            UserId::new("ada").unwrap(),
            ClientId::new("app").unwrap(),
            Scopes::parse("orders:read").unwrap(),
            AuthMethods::of([AuthMethod::Password]),
            Timestamp::from_seconds(1_000),
        )
    }

    #[test]
    fn each_requirement_refuses_with_its_own_code() {
        let at = Timestamp::from_seconds;
        let five_minutes = Duration::from_mins(5);
        for (requirement, now, refusal) in [
            (Requirement::signed_in(), at(1_000), None),
            (Requirement::session(), at(1_000), Some(ProblemCode::NotSignedIn)),
            (Requirement::scope("orders:read"), at(1_000), None),
            (Requirement::scope("orders:write"), at(1_000), Some(ProblemCode::InsufficientScope)),
            (Requirement::authenticated_within(five_minutes), at(1_300), None),
            (Requirement::authenticated_within(five_minutes), at(1_301), Some(ProblemCode::StepUpRequired)),
            (Requirement::scope("orders:read").and(Requirement::scope("x")), at(1_000), Some(ProblemCode::InsufficientScope)),
        ] {
            assert_eq!(requirement.check(&caller(), now).err().map(|problem| problem.code), refusal, "{requirement:?}");
        }
    }

    #[test]
    fn the_shorter_of_two_spans_counts() {
        let both = Requirement::authenticated_within(Duration::from_mins(5))
            .and(Requirement::authenticated_within(Duration::from_mins(1)));
        assert!(both.check(&caller(), Timestamp::from_seconds(1_100)).is_err());
    }
}
