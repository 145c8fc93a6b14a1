//! The side of the command line.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::timeout;

use super::line;
use super::message::{ControlReply, ControlRequest};
use super::path::{OpenFolder, SOCKET};

/// Lists can be long: a million accounts are not, in one line, more than this.
const REPLY_LIMIT: u64 = 256 * 1024 * 1024;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum AskError {
    /// No server uses the data folder.
    #[error("no server is running in this data folder")]
    NoServer,
    /// A server is there and the conversation failed. What was asked may have been done.
    #[error("the server did not answer; what was asked may have been done")]
    Broken(#[source] io::Error),
}

/// Asks the server that uses the data folder.
pub(crate) async fn ask(folder: &Path, request: &ControlRequest) -> Result<ControlReply, AskError> {
    let stream = connect(folder).await.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => AskError::NoServer,
        _ => AskError::Broken(error),
    })?;
    let answered = timeout(PATIENCE, converse(stream, request)).await;
    answered.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(AskError::Broken)
}

async fn connect(folder: &Path) -> io::Result<UnixStream> {
    let open = OpenFolder::open(folder)?;
    UnixStream::connect(open.join(SOCKET)).await
}

async fn converse(mut stream: UnixStream, request: &ControlRequest) -> io::Result<ControlReply> {
    line::write(&mut stream, request).await?;
    line::read(&mut stream, REPLY_LIMIT).await
}
