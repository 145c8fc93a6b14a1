//! What can go wrong, sorted by what the reader of the error can do about it.
//!
//! No variant holds a byte of a token or of a key: a `reason` is one of our own fixed sentences and may be logged.

use std::error::Error;

/// Why a token is refused. Outside, all refusals look the same; the `reason` is for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwtError {
    /// The text is not a JWT that we read; no key would help.
    #[error("malformed token: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Nobody we trust has signed it, as far as we can tell: another key set might say otherwise.
    #[error("untrusted token: {reason}")]
    Untrusted {
        /// What is missing.
        reason: &'static str,
    },
    /// The signature is good, but the token was made for another place or another purpose.
    #[error("token not meant for us: {reason}")]
    NotMeantForUs {
        /// Which expectation it does not meet.
        reason: &'static str,
    },
    /// Everything is good but its time has not come; the same token will be good later.
    #[error("token not valid yet")]
    NotYetValid,
    /// Everything is good but its time is over: signature, issuer, audience and type have been checked.
    #[error("token expired")]
    Expired,
}

impl JwtError {
    /// The sentence for the log.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Malformed { reason } | Self::Untrusted { reason } | Self::NotMeantForUs { reason } => reason,
            Self::NotYetValid => "its time has not come",
            Self::Expired => "its time is over",
        }
    }
}

/// Why a key is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The bytes are not a key in that format: check the file or the key set.
    #[error("malformed key: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A key of a kind we do not know; a key set may hold such keys beside ours.
    #[error("unsupported key: {reason}")]
    Unsupported {
        /// What we do not know.
        reason: &'static str,
    },
    /// The key says that it is for something else than verifying signatures.
    #[error("key for another use: {reason}")]
    OtherUse {
        /// Which member says so.
        reason: &'static str,
    },
    /// The parts of the key contradict each other.
    #[error("inconsistent key: {reason}")]
    Inconsistent {
        /// What contradicts what.
        reason: &'static str,
    },
    /// The key can be broken: make a new one.
    #[error("weak key: {reason}")]
    Weak {
        /// What is weak about it.
        reason: &'static str,
    },
    /// The cryptographic library could not make the key; nothing is wrong with the arguments.
    #[error("the key could not be generated")]
    NotGenerated,
}

/// Why a key ring cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRingError {
    /// Two keys go by the same `kid`: a token would not say which one signed it.
    #[error("two keys of the ring have the same kid")]
    DuplicateKid,
    /// Two keys are current: nothing would say which one signs.
    #[error("two keys of the ring are current")]
    TwoCurrent,
    /// The current key has no private part, so it cannot sign.
    #[error("the current key of the ring has no private part")]
    CurrentCannotSign,
}

/// Why a token was not signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The claims cannot be written as JSON: mend their type.
    #[error("the claims cannot be written as JSON")]
    Claims(#[source] Box<dyn Error + Send + Sync>),
    /// The claims are not a JSON object (RFC 7519 §7.1): mend their type.
    #[error("the claims are not a JSON object")]
    NotAnObject,
    /// The token would be longer than any verifier of ours reads: say less in it.
    #[error("the token would be longer than 8 KiB")]
    TooLong,
    /// The cryptographic library refused to sign.
    #[error("the key could not sign")]
    Key,
}
