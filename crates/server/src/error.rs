//! The one map from what went wrong to a problem. How a problem is shown is the router's to decide: `routes.rs`.

use std::fmt;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use cloakroom::session::StoreError;
use cloakroom::{AuthError, Problem, ProblemCode, status_of};

use crate::accounts::{NotRegistered, PasswordNotSet, PasswordRefusal, Refused};
use crate::explain::NotExplained;
use crate::limits::RetryAfter;

/// An error with all that lies under it, in one line.
pub(crate) struct Causes<'a>(pub(crate) &'a (dyn std::error::Error + 'static));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// A problem on its way out.
#[derive(Debug)]
pub(crate) struct ApiError(pub(crate) Problem);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = status_of(self.0.code).into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<ProblemCode> for ApiError {
    fn from(code: ProblemCode) -> Self {
        if status_of(code).is_server_error() {
            tracing::error!(code = code.word(), "a request failed where it should not have");
        }
        Self(code.into())
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        let problem = error.problem();
        if status_of(problem.code).is_server_error() {
            tracing::error!(error = %Causes(&error), "a request failed");
        }
        Self(problem)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        AuthError::from(error).into()
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::InvalidCredentials => ProblemCode::InvalidCredentials.into(),
            Refused::TooManyAttempts(after) => later(ProblemCode::TooManyAttempts, after),
            Refused::Busy(after) => later(ProblemCode::Busy, after),
            Refused::Store(error) => error.into(),
        }
    }
}

impl From<NotRegistered> for ApiError {
    fn from(refused: NotRegistered) -> Self {
        match refused {
            NotRegistered::Password(refused) => Self::password("password", refused),
            NotRegistered::EmailTaken => {
                let error = Problem::new(ProblemCode::EmailTaken);
                Self(error.with_error("email", "email_taken", "There is an account with that address."))
            }
            NotRegistered::TooManyAttempts(after) => later(ProblemCode::TooManyAttempts, after),
            NotRegistered::Store(error) => error.into(),
        }
    }
}

impl From<RetryAfter> for ApiError {
    fn from(after: RetryAfter) -> Self {
        later(ProblemCode::TooManyAttempts, after)
    }
}

impl From<NotExplained> for ApiError {
    fn from(refused: NotExplained) -> Self {
        match refused {
            NotExplained::TooMany(after) => later(ProblemCode::TooManyAttempts, after),
            NotExplained::Busy(after) => later(ProblemCode::Busy, after),
            NotExplained::Failed => ProblemCode::Internal.into(),
        }
    }
}

impl ApiError {
    /// A password that cannot be set, in the field it came in.
    pub(crate) fn password(field: &str, refused: PasswordNotSet) -> Self {
        match refused {
            PasswordNotSet::Refused(refusal) => {
                let code = match refusal {
                    PasswordRefusal::TooShort => "password_too_short",
                    PasswordRefusal::Common => "password_common",
                    PasswordRefusal::Context => "password_context",
                };
                Self(Problem::field(field, code, refusal.to_string()))
            }
            PasswordNotSet::Busy(after) => later(ProblemCode::Busy, after),
            PasswordNotSet::Store(error) => error.into(),
        }
    }
}

fn later(code: ProblemCode, after: RetryAfter) -> ApiError {
    ApiError(Problem::new(code).retry_after(Duration::from_secs(after.seconds())))
}
