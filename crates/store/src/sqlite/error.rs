//! What can go wrong, sorted by who can do something about it.

use std::io;
use std::path::PathBuf;

use cloakroom_session::StoreError;
use rusqlite::ErrorCode;

/// Why a database file was not opened. Each message says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another store has the file open: another process, or this one.
    #[error("{} is in use by another process; stop that one first, or talk to it", .path.display())]
    Locked {
        /// The database file.
        path: PathBuf,
    },
    /// The `SQLite` library is older than 3.51.3 and can damage a file in WAL mode.
    #[error("SQLite {found} can damage the database (WAL reset, fixed in 3.51.3); link 3.51.3 or newer")]
    OldLibrary {
        /// The library's version.
        found: &'static str,
    },
    /// A newer program has already changed the schema; an older one must not write it.
    #[error(
        "the schema of {} is at version {found} of {history}, this program knows {known}; start a program at least as new",
        .path.display()
    )]
    NewerSchema {
        /// The database file.
        path: PathBuf,
        /// The table that keeps the set's history.
        history: &'static str,
        /// The newest version in the file.
        found: i32,
        /// The newest version that the set has.
        known: i32,
    },
    /// A migration that was applied is not the one this program has under that version.
    #[error(
        "migration {version} in {history} of {} is not this program's own; start the program that wrote it, or restore a backup",
        .path.display()
    )]
    ChangedMigration {
        /// The database file.
        path: PathBuf,
        /// The table that keeps the set's history.
        history: &'static str,
        /// The migration's version.
        version: i32,
    },
    /// A migration did not run. It left nothing behind.
    #[error("the schema of {} could not be brought up to date ({history}); nothing was changed", .path.display())]
    Migration {
        /// The database file.
        path: PathBuf,
        /// The table that keeps the set's history.
        history: &'static str,
        /// What stood in the way.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file's journal cannot be a write-ahead log, as on a network share.
    #[error("{} cannot keep a write-ahead log (its journal mode is {mode}); put it on a local disk", .path.display())]
    NoWriteAheadLog {
        /// The database file.
        path: PathBuf,
        /// The mode that `SQLite` chose.
        mode: String,
    },
    /// The file or the one that locks it cannot be made or opened.
    #[error("{} cannot be opened; check that its folder exists and that this user may write there", .path.display())]
    Files {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// `SQLite` cannot read or write the file.
    #[error("{} cannot be used as a database; check that it is one, and that its disk has room", .path.display())]
    Database {
        /// The database file.
        path: PathBuf,
        /// What `SQLite` said.
        #[source]
        source: rusqlite::Error,
    },
}

/// Sorts an error of `SQLite` by what its reader can do.
///
/// A broken unique key is a [`StoreError::Conflict`], a value of the wrong shape [`StoreError::Corrupt`], and all that may pass
/// by itself (disk full, read-only, locked, gone) [`StoreError::Unavailable`].
pub fn store_error(error: rusqlite::Error) -> StoreError {
    use rusqlite::Error as Sqlite;
    match &error {
        Sqlite::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::ConstraintViolation if is_taken(failure.extended_code) => StoreError::Conflict,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(error.into()),
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::OutOfMemory
            | ErrorCode::FileLockingProtocolFailed => StoreError::Unavailable(error.into()),
            _ => StoreError::Internal(error.into()),
        },
        Sqlite::FromSqlConversionFailure(..) | Sqlite::InvalidColumnType(..) | Sqlite::IntegralValueOutOfRange(..) => {
            StoreError::Corrupt(error.into())
        }
        _ => StoreError::Internal(error.into()),
    }
}

fn is_taken(extended_code: i32) -> bool {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID, SQLITE_CONSTRAINT_UNIQUE};
    matches!(extended_code, SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID | SQLITE_CONSTRAINT_UNIQUE)
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn an_error_is_sorted_by_what_its_reader_can_do() {
        for (code, sorted) in [
            (ffi::SQLITE_BUSY, "unavailable"),
            (ffi::SQLITE_FULL, "unavailable"),
            (ffi::SQLITE_READONLY, "unavailable"),
            (ffi::SQLITE_CANTOPEN, "unavailable"),
            (ffi::SQLITE_IOERR, "unavailable"),
            (ffi::SQLITE_IOERR_FSYNC, "unavailable"),
            (ffi::SQLITE_CONSTRAINT_PRIMARYKEY, "conflict"),
            (ffi::SQLITE_CONSTRAINT_UNIQUE, "conflict"),
            (ffi::SQLITE_CONSTRAINT_CHECK, "internal"),
            (ffi::SQLITE_CORRUPT, "corrupt"),
            (ffi::SQLITE_NOTADB, "corrupt"),
            (ffi::SQLITE_ERROR, "internal"),
        ] {
            let word = match store_error(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)) {
                StoreError::Unavailable(_) => "unavailable",
                StoreError::Conflict => "conflict",
                StoreError::Corrupt(_) => "corrupt",
                _ => "internal",
            };
            assert_eq!(word, sorted, "{code}");
        }
    }
}
