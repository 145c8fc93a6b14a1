//! Schema changes: forward only, each applied once, in order, at start and under the file's lock.
//!
//! 1. A set of migrations has a history table of its own; the store's set runs before any other.
//! 2. What a set still lacks is applied in one transaction: all or nothing.
//! 3. A schema newer than the program is refused, and so is a history that is not the program's own.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::database::open_reader;
use super::error::OpenError;

/// One step of a schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `V<number>__<name>`, as its file is called.
    pub name: &'static str,
    /// What it does. It must never change once it was released.
    pub sql: &'static str,
}

/// The schema of one crate, as steps.
#[derive(Clone, Copy, Debug)]
pub struct MigrationSet {
    /// The table that keeps its history.
    pub history: &'static str,
    /// Its steps.
    pub migrations: &'static [Migration],
}

/// The tables of the store itself.
pub const STORE_MIGRATIONS: MigrationSet = MigrationSet {
    history: "store_migrations",
    migrations: &[Migration {
        name: "V1__sessions_and_feed",
        sql: include_str!("../../migrations/sqlite/V1__sessions_and_feed.sql"),
    }],
};

/// A step that a database has still to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedMigration {
    /// The table that keeps the set's history.
    pub history: &'static str,
    /// Its number.
    pub version: i32,
    /// Its name.
    pub name: String,
}

/// Says what opening the store with these sets would apply, the store's own set first, and changes nothing.
///
/// A file that does not exist lacks everything. Fails where opening would refuse.
pub fn plan(path: &Path, sets: &[MigrationSet]) -> Result<Vec<PlannedMigration>, OpenError> {
    let in_database = |source| OpenError::Database { path: path.to_owned(), source };
    let connection = if path.exists() { open_reader(path) } else { Connection::open_in_memory() }.map_err(in_database)?;
    let mut planned = Vec::new();
    for set in std::iter::once(&STORE_MIGRATIONS).chain(sets) {
        let pending = pending(&connection, path, set)?;
        planned.extend(pending.iter().map(|step| PlannedMigration {
            history: set.history,
            version: step.version(),
            name: step.name().to_owned(),
        }));
    }
    Ok(planned)
}

/// Applies what the database at `connection` lacks of a set, in one transaction.
pub fn migrate(connection: &mut Connection, set: &MigrationSet) -> Result<(), OpenError> {
    let path = connection.path().map_or(Path::new(""), Path::new).to_owned();
    if pending(connection, &path, set)?.is_empty() {
        return Ok(());
    }
    let failed =
        |source: refinery::Error| OpenError::Migration { path: path.clone(), history: set.history, source: source.into() };
    // One transaction for all steps and their history: a crash in between must not leave a step that its history does not know.
    let mut runner = refinery::Runner::new(&steps(set).map_err(&failed)?).set_grouped(true);
    runner.set_migration_table_name(set.history);
    runner.run(connection).map_err(&failed)?;
    Ok(())
}

struct Applied {
    version: i32,
    name: String,
    checksum: String,
}

/// The steps that are not applied yet, oldest first, once the history has proved to be this program's own.
fn pending(connection: &Connection, path: &Path, set: &MigrationSet) -> Result<Vec<refinery::Migration>, OpenError> {
    let known = steps(set).map_err(|source| OpenError::Migration {
        path: path.to_owned(),
        history: set.history,
        source: source.into(),
    })?;
    let applied = applied(connection, set.history).map_err(|source| OpenError::Database { path: path.to_owned(), source })?;
    let newest_known = known.last().map_or(0, refinery::Migration::version);
    let newest_applied = applied.last().map_or(0, |step| step.version);
    if newest_applied > newest_known {
        let path = path.to_owned();
        return Err(OpenError::NewerSchema { path, history: set.history, found: newest_applied, known: newest_known });
    }
    for step in &applied {
        let is_ours = |known: &refinery::Migration| {
            known.version() == step.version && known.name() == step.name && known.checksum().to_string() == step.checksum
        };
        if !known.iter().any(is_ours) {
            return Err(OpenError::ChangedMigration { path: path.to_owned(), history: set.history, version: step.version });
        }
    }
    Ok(known.into_iter().filter(|step| step.version() > newest_applied).collect())
}

fn steps(set: &MigrationSet) -> Result<Vec<refinery::Migration>, refinery::Error> {
    let mut steps =
        set.migrations.iter().map(|step| refinery::Migration::unapplied(step.name, step.sql)).collect::<Result<Vec<_>, _>>()?;
    steps.sort();
    Ok(steps)
}

fn applied(connection: &Connection, history: &str) -> rusqlite::Result<Vec<Applied>> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    if connection.query_row(sql, [history], |_| Ok(())).optional()?.is_none() {
        return Ok(Vec::new());
    }
    // A table's name cannot be a parameter; this one is a constant of the program.
    let mut statement = connection.prepare(&format!("SELECT version, name, checksum FROM {history} ORDER BY version"))?;
    let rows = statement.query_map([], |row| Ok(Applied { version: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? }))?;
    rows.collect()
}
