//! A few named values of the installation.
//!
//! The store's own are `feed_epoch`, `longest_access_lifetime` and `newest_time`; `master_key_check` is the server's.

use cloakroom_session::StoreError;
use rusqlite::{Connection, OptionalExtension};

use super::store_error;

/// Names the feed's numbering: 16 random bytes.
pub(super) const FEED_EPOCH: &str = "feed_epoch";
/// The longest lifetime that access tokens ever had, in milliseconds.
pub(super) const LONGEST_ACCESS_LIFETIME: &str = "longest_access_lifetime";
/// The latest moment at which anything was written, in milliseconds.
pub(super) const NEWEST_TIME: &str = "newest_time";

/// Reads a value.
pub fn get(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = ?1").map_err(store_error)?;
    statement.query_row([name], |row| row.get(0)).optional().map_err(store_error)
}

/// Writes a value in place of an older one.
pub fn set(connection: &Connection, name: &str, value: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    connection.prepare_cached(sql).and_then(|mut statement| statement.execute((name, value))).map_err(store_error)?;
    Ok(())
}

/// Writes a value and takes it away again.
pub(super) fn write_and_remove(connection: &Connection) -> Result<(), StoreError> {
    const PROBE: &str = "probe";
    set(connection, PROBE, &[])?;
    connection.execute("DELETE FROM meta WHERE name = ?1", [PROBE]).map_err(store_error)?;
    Ok(())
}

/// Reads a number, kept as eight bytes, most significant first.
pub(super) fn number(connection: &Connection, name: &'static str) -> Result<Option<u64>, StoreError> {
    let bytes = get(connection, name)?;
    let number = bytes.map(|bytes| <[u8; 8]>::try_from(bytes).map(u64::from_be_bytes)).transpose();
    number.map_err(|_| StoreError::Corrupt(format!("{name} in table meta does not have eight bytes").into()))
}

/// Raises a number to `value` if it is lower, and returns what it is then.
pub(super) fn raise(connection: &Connection, name: &'static str, value: u64) -> Result<u64, StoreError> {
    match number(connection, name)? {
        Some(stored) if stored >= value => Ok(stored),
        _ => set(connection, name, &value.to_be_bytes()).map(|()| value),
    }
}
