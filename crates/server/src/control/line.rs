//! One line of JSON, bounded in size.

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use zeroize::Zeroizing;

/// Reads a line of at most `limit` bytes and parses it. A peer that says nothing is `UnexpectedEof`.
pub(super) async fn read<T: DeserializeOwned>(from: impl AsyncRead + Unpin, limit: u64) -> io::Result<T> {
    let mut line = Zeroizing::new(Vec::new());
    BufReader::new(from.take(limit + 1)).read_until(b'\n', &mut line).await?;
    if line.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the message is too long"));
    }
    if line.last() != Some(&b'\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&line)?)
}

/// Writes a value and the end of its line.
pub(super) async fn write(mut to: impl AsyncWrite + Unpin, value: &impl Serialize) -> io::Result<()> {
    let mut line = Zeroizing::new(serde_json::to_vec(value)?);
    line.push(b'\n');
    to.write_all(&line).await?;
    to.flush().await
}
