//! What commands need of the product as a whole.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::control::Answer;
use crate::lab::{Choice, LabError, Report};
use crate::measure::{MeasureError, Measured};

/// Any error, boxed.
type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// Why the product did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum StartError {
    /// What the configuration names is not usable, such as a master key that is not the database's: correct it.
    #[error("{0}")]
    Configuration(#[source] BoxError),
    /// It could not be done now, such as when another process uses the database.
    #[error("{0}")]
    Failed(#[source] BoxError),
}

/// The product, started in one way or another.
#[async_trait]
pub(crate) trait Product: Send + Sync {
    /// Serves on `listener` until the process is asked to end. Calls [`super::announce`] once it is ready.
    async fn serve(&self, config: Config, listener: TcpListener) -> Result<(), StartError>;

    /// Opens the store without serving, for a command where no server is running.
    async fn open(&self, config: &Config) -> Result<Arc<dyn Answer>, StartError>;

    /// Measures what the adviser's costs rest on, beside the store of `config` and never in it.
    async fn measure(&self, config: &Config) -> Result<Measured, MeasureError>;
    /// Serves the lab's pages on `listener`, on data that are thrown away, until the process is asked to end. Announces them.
    async fn lab(&self, listener: TcpListener) -> Result<(), StartError>;

    /// Runs scenarios of the lab, unless the process is asked to end meanwhile.
    async fn run_lab(&self, choice: &Choice) -> Result<Report, LabError>;

    /// Names the schema changes that the next start will make, in order. Changes nothing.
    fn upgrade_plan(&self, config: &Config) -> Result<Vec<String>, StartError>;
}
