//! How a socket in a folder with a long name is reached.
//!
//! The path of a Unix socket is limited to 107 bytes. An open folder has a short second name, `/proc/self/fd/N`; where there is no `/proc`
//! the folder's own path must do.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// The socket's name in the data folder.
pub(super) const SOCKET: &str = "control.sock";

/// A folder that is held open so that its short name stays good.
#[derive(Debug)]
pub(super) struct OpenFolder {
    path: PathBuf,
    _held: File,
}

impl OpenFolder {
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let held = File::open(folder)?;
        let short = PathBuf::from(format!("/proc/self/fd/{}", held.as_raw_fd()));
        let path = if short.is_dir() { short } else { folder.to_owned() };
        Ok(Self { path, _held: held })
    }

    /// The path of a file in the folder.
    pub(super) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}
