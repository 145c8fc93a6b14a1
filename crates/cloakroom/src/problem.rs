//! The problem codes and what to do about each. Which HTTP status a code has is [`response`](crate::response)'s to say.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::origin::Origin;

/// Where the page that explains problems is: the beginning of every problem's `type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemsPage(Arc<str>);

impl ProblemsPage {
    /// The page at a path of an origin.
    pub fn of(origin: &Origin, path: &str) -> Self {
        Self(format!("{origin}{path}").into())
    }
}

impl fmt::Display for ProblemsPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the caller can do about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send the same again, later.
    Retry,
    /// Fetch a new access token and send the same again.
    Refresh,
    /// Sign in.
    SignIn,
    /// Prove again who you are.
    StepUp,
    /// Change the request.
    Correct,
    /// Nothing: it is not allowed.
    Denied,
}

impl Next {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Refresh => "refresh",
            Self::SignIn => "sign_in",
            Self::StepUp => "step_up",
            Self::Correct => "correct",
            Self::Denied => "denied",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $next:ident, $title:literal;)+) => {
        /// A stable code: programs decide by it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ProblemCode {
            $($(#[$doc])* $variant,)+
        }

        impl ProblemCode {
            /// Every code, in the order of the published table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word on the wire.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// What the caller can do about it.
            pub const fn next(self) -> Next {
                match self {
                    $(Self::$variant => Next::$next,)+
                }
            }

            /// One sentence for people who read JSON.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)+
                }
            }
        }
    };
}

codes! {
    /// The request cannot be read.
    MalformedRequest = "malformed_request", Correct, "The request cannot be read.";
    /// A field is unknown, missing, or has a wrong type or value.
    InvalidField = "invalid_field", Correct, "A field of the request is not as it should be.";
    /// No such client.
    UnknownClient = "unknown_client", Correct, "There is no such client.";
    /// The audience is not one of the client's.
    InvalidTarget = "invalid_target", Correct, "The audience is not one of this client's.";
    /// Nothing was presented, or nothing good.
    NotSignedIn = "not_signed_in", SignIn, "Nobody is signed in with what was presented.";
    /// A token with a good signature, only too late.
    TokenExpired = "token_expired", Refresh, "The access token has expired.";
    /// A secret that a step-up has just replaced, with an unsafe method.
    SessionRotated = "session_rotated", Retry, "The session has a newer credential.";
    /// The address and the password do not belong together.
    InvalidCredentials = "invalid_credentials", Correct, "The address and the password do not belong together.";
    /// The sign-in is too long ago for this.
    StepUpRequired = "step_up_required", StepUp, "This asks for a more recent proof of who you are.";
    /// The request comes from a page of another origin, or cannot prove that it does not.
    CrossOrigin = "cross_origin", Denied, "The request does not prove that it comes from a page of this server.";
    /// The credential lacks a scope.
    InsufficientScope = "insufficient_scope", Denied, "The credential does not carry the scope this asks for.";
    /// The client does not use that cell.
    CellNotAllowed = "cell_not_allowed", Denied, "The client does not use that way of delivery.";
    /// The client may not do this.
    ClientNotAllowed = "client_not_allowed", Denied, "The client may not do this.";
    /// Accounts are not made here by whoever asks.
    RegistrationClosed = "registration_closed", Denied, "Registration is closed.";
    /// No such thing, or not the caller's.
    NotFound = "not_found", Correct, "There is nothing here.";
    /// The path is right, the method is not.
    MethodNotAllowed = "method_not_allowed", Correct, "This path does not take that method.";
    /// The address has an account.
    EmailTaken = "email_taken", Correct, "There is an account with that address.";
    /// The user has as many sessions as allowed.
    SessionLimit = "session_limit", Denied, "There are as many sessions as allowed.";
    /// The body is too large.
    TooLarge = "too_large", Correct, "The request is too large.";
    /// The body is not of a type that is read here.
    UnsupportedMediaType = "unsupported_media_type", Correct, "The body is not of a type that is read here.";
    /// The `Host` is not one of ours.
    WrongHost = "wrong_host", Correct, "This server does not answer for that host.";
    /// Tried too often.
    TooManyAttempts = "too_many_attempts", Retry, "There were too many attempts.";
    /// A bug of ours.
    Internal = "internal", Retry, "Something went wrong on this server.";
    /// Too much waits already.
    Busy = "busy", Retry, "The server is busy.";
    /// The store cannot be reached.
    StoreUnavailable = "store_unavailable", Retry, "The server cannot reach its store.";
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field, by its name in the request.
    pub field: String,
    /// A stable code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

/// One problem, ready to be answered (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its code.
    pub code: ProblemCode,
    /// What is wrong with which field.
    pub errors: Vec<FieldError>,
    /// When trying again makes sense.
    pub retry_after: Option<Duration>,
    /// How recent the proof must be, for [`ProblemCode::StepUpRequired`].
    pub max_age: Option<Duration>,
    /// Whether a bearer token was presented: the challenge then says that it was not good (RFC 6750 §3).
    pub bearer_presented: bool,
}

impl Problem {
    /// A problem with nothing but its code.
    pub const fn new(code: ProblemCode) -> Self {
        Self { code, errors: Vec::new(), retry_after: None, max_age: None, bearer_presented: false }
    }

    /// A problem with one field.
    pub fn field(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ProblemCode::InvalidField).with_error(field, code, message)
    }

    /// Adds what is wrong with a field.
    #[must_use]
    pub fn with_error(mut self, field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        self.errors.push(FieldError { field: field.into(), code, message: message.into() });
        self
    }

    /// Says when trying again makes sense.
    #[must_use]
    pub const fn retry_after(mut self, span: Duration) -> Self {
        self.retry_after = Some(span);
        self
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}
