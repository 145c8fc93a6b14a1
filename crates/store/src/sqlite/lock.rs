//! One process writes a database file: whoever holds the lock of the file beside it.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::error::OpenError;

/// Readable and writable for the user that runs the process, and for nobody else.
const OWNER_ALONE: u32 = 0o600;

/// The lock of a database file. It is let go when this is dropped, or when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct FileLock {
    _held: File,
}

impl FileLock {
    /// Takes the lock, or fails with [`OpenError::Locked`] at once.
    pub(super) fn take(database: &Path) -> Result<Self, OpenError> {
        let mut name = OsString::from(database);
        name.push(".lock");
        let path = PathBuf::from(name);
        let file = open_or_create(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _held: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Locked { path: database.to_owned() }),
            Err(TryLockError::Error(source)) => Err(OpenError::Files { path, source }),
        }
    }
}

/// Makes the file if there is none, for its owner alone. `SQLite` gives the files it adds the permissions of this one.
pub(super) fn open_or_create(path: &Path) -> Result<File, OpenError> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(OWNER_ALONE).open(path);
    opened.map_err(|source| OpenError::Files { path: path.to_owned(), source })
}
