//! Why the lab could not do what it was asked. What a scenario brings about on purpose is no error: it is what the run shows.

use cloakroom::AuthError;
use cloakroom::session::StoreError;

use crate::cli::StartError;
use crate::config::ConfigError;

/// Why the lab could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum LabError {
    /// The lab's server did not start.
    #[error("the lab's server did not start")]
    Start(#[source] StartError),
    /// The lab's own configuration was refused: a bug of the lab.
    #[error("the lab's configuration was refused")]
    Configuration(#[from] ConfigError),
    /// Files or loopback connections failed; try again.
    #[error("the lab could not use its folder or its loopback connections")]
    Io(#[from] std::io::Error),
    /// The lab's store failed where no scenario had stopped it.
    #[error("the lab's store failed")]
    Store(#[from] StoreError),
    /// The lab's server failed where no scenario made it.
    #[error("the lab's server failed")]
    Auth(#[from] AuthError),
    /// Another run goes on; try again when it has ended.
    #[error("another run goes on")]
    Busy,
    /// The process was asked to end.
    #[error("the run was interrupted")]
    Interrupted,
    /// Something is not as the lab built it: a bug of the lab.
    #[error("the lab is not as it was built: {0}")]
    Unexpected(&'static str),
}
