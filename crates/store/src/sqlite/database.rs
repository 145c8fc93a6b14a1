//! The database file and how connections to it are set up.
//!
//! 1. The journal is a write-ahead log and every commit is on disk before it is answered (`synchronous=FULL`).
//! 2. The file is never mapped into memory, and what its schema says is not trusted to call functions.
//! 3. A file that was moved away or replaced while it is open takes no more commits: they would be lost with it.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::OpenError;
use super::lock::open_or_create;

/// How long the writer waits for another program that has the file, such as the `sqlite3` shell.
const WRITER_PATIENCE: Duration = Duration::from_secs(5);
/// The same for a reader, which may stand on a thread that serves others.
const READER_PATIENCE: Duration = Duration::from_millis(250);
/// More statements than the program has, so that none is prepared twice.
const STATEMENTS: usize = 128;
/// `SQLite` before this can damage a file in WAL mode when a checkpoint meets a write.
const OLDEST_LIBRARY: i32 = 3_051_003;

/// Refuses a library with the WAL-reset bug.
pub(super) fn check_library() -> Result<(), OpenError> {
    check_version(rusqlite::version_number(), rusqlite::version())
}

fn check_version(number: i32, found: &'static str) -> Result<(), OpenError> {
    if number >= OLDEST_LIBRARY { Ok(()) } else { Err(OpenError::OldLibrary { found }) }
}

/// A database file that exists.
#[derive(Clone, Debug)]
pub(super) struct Database {
    path: PathBuf,
    identity: (u64, u64),
}

impl Database {
    /// Takes the file, or makes an empty one for its owner alone. The path is resolved, so that two names of a file have one
    /// lock.
    pub(super) fn at(path: &Path) -> Result<Self, OpenError> {
        let in_files = |source| OpenError::Files { path: path.to_owned(), source };
        drop(open_or_create(path)?);
        let path = fs::canonicalize(path).map_err(in_files)?;
        let identity = identity(&path).map_err(in_files)?;
        Ok(Self { path, identity })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the path still leads to the file that was opened.
    pub(super) fn is_in_place(&self) -> bool {
        identity(&self.path).is_ok_and(|found| found == self.identity)
    }

    /// Opens a connection that writes. There may be one at a time.
    pub(super) fn open_writer(&self) -> rusqlite::Result<Connection> {
        let connection =
            Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(WRITER_PATIENCE)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        set_up(&connection)?;
        Ok(connection)
    }

    /// Makes the journal a write-ahead log; the file stays so.
    pub(super) fn keep_write_ahead_log(&self, connection: &Connection) -> Result<(), OpenError> {
        let mode = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match mode {
            Ok(mode) if mode == "wal" => Ok(()),
            Ok(mode) => Err(OpenError::NoWriteAheadLog { path: self.path.clone(), mode }),
            Err(source) => Err(OpenError::Database { path: self.path.clone(), source }),
        }
    }

    /// Opens a connection that only reads.
    pub(super) fn open_reader(&self) -> rusqlite::Result<Connection> {
        open_reader(&self.path)
    }
}

/// Opens a connection to `path` that only reads.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(READER_PATIENCE)?;
    set_up(&connection)?;
    Ok(connection)
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Else a statement whose `LIMIT` is a parameter is prepared anew each time it runs.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    // What a savepoint may have to undo is small and stays in memory.
    connection.pragma_update(None, "temp_store", "MEMORY")
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_with_the_wal_reset_bug_is_refused() {
        assert!(matches!(check_version(3_051_002, "3.51.2"), Err(OpenError::OldLibrary { found: "3.51.2" })));
        assert!(check_version(3_051_003, "3.51.3").is_ok());
        assert!(check_library().is_ok());
    }
}
