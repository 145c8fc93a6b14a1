//! How a command fails, and the exit code of each way.

use std::io;
use std::process::ExitCode;

use super::product::StartError;
use crate::config::ConfigError;

/// Why a command did not do what it was told.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The configuration, or what it names, is not usable: exit code 2.
    #[error("{0}")]
    Configuration(String),
    /// Everything is in order but the answer is no: exit code 1.
    #[error("{0}")]
    Refused(String),
    /// The answer is printed, and it is one that a script must notice, by this exit code.
    #[error("exit code {0}")]
    Answered(u8),
    /// Standard input or output failed: exit code 1.
    #[error("standard input or output: {0}")]
    Terminal(#[from] io::Error),
}

impl Failure {
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Configuration(_) => ExitCode::from(2),
            Self::Answered(code) => ExitCode::from(*code),
            Self::Refused(_) | Self::Terminal(_) => ExitCode::from(1),
        }
    }

    /// Refused, with all that an error and its causes say.
    pub(super) fn refused(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Refused(in_full(error))
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Configuration(error.to_string())
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Configuration(error) => Self::Configuration(in_full(&*error)),
            StartError::Failed(error) => Self::refused(&*error),
        }
    }
}

/// An error and its causes, without those that the sentence before already holds.
fn in_full(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the store cannot be opened")]
    struct Outer(#[source] io::Error);

    #[test]
    fn a_failure_tells_its_causes_once() {
        let failure = Failure::from(StartError::Failed(Box::new(Outer(io::Error::other("disk full")))));
        assert_eq!(failure.to_string(), "the store cannot be opened: disk full");
        assert_eq!(in_full(&Failure::Terminal(io::Error::other("gone"))), "standard input or output: gone");
    }
}
