//! What the server keeps of a session: the rows themselves, as they stand in its database.
//!
//! 1. Every column is shown that is not null. Ids are written as everywhere, hashes in hexadecimal, moments as on the wire.
//! 2. Nothing is secret here: of a session token its hash is kept, of a refresh token nothing, and a private key is sealed. Of that seal
//!    only the length is shown.

use std::fmt::Write as _;

use cloakroom_primitives::{Timestamp, encode_base64url};
use cloakroom_session::{SessionId, StoreError};
use cloakroom_store::sqlite::{SqliteStore, store_error};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::report::Row;
use crate::api::Moment;

/// The tables, each with what selects the rows of a session in it, and whether that is the session's id.
const TABLES: [(&str, &str, bool); 4] = [
    ("sessions", "SELECT * FROM sessions WHERE id = ?1", true),
    ("refresh_families", "SELECT * FROM refresh_families WHERE session_id = ?1", true),
    ("feed", "SELECT * FROM feed WHERE session_id = ?1 ORDER BY seq", true),
    ("signing_keys", "SELECT * FROM signing_keys ORDER BY announced_at", false),
];

/// All rows about a session, and the signing keys.
pub(super) async fn rows_of(store: &SqliteStore, session: SessionId) -> Result<Vec<Row>, StoreError> {
    store.lists().run(move |connection| read_all(connection, session)).await
}

fn read_all(connection: &Connection, session: SessionId) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    for (table, sql, by_session) in TABLES {
        let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let id = session.as_bytes().as_slice();
        let mut found = if by_session { statement.query([id]) } else { statement.query([]) }.map_err(store_error)?;
        while let Some(row) = found.next().map_err(store_error)? {
            let mut columns = Vec::new();
            for (at, name) in names.iter().enumerate() {
                let value = row.get_ref(at).map_err(store_error)?;
                columns.extend(shown(name, value).map(|value| (name.clone(), value)));
            }
            rows.push(Row { table, columns, gone: false });
        }
    }
    Ok(rows)
}

/// A value in words; `None` for null and for nothing.
fn shown(column: &str, value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number_in_words(column, number)),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()).filter(|text| !text.is_empty()),
        ValueRef::Blob(bytes) if column == "sealed_private" => Some(format!("sealed, {} bytes", bytes.len())),
        ValueRef::Blob(bytes) if column.ends_with("_hash") => Some(format!("sha256 {}", hex(bytes))),
        ValueRef::Blob(bytes) if column == "key_id" => Some(hex(bytes)),
        ValueRef::Blob(bytes) => Some(encode_base64url(bytes)),
    }
}

fn number_in_words(column: &str, number: i64) -> String {
    let is_moment = column == "at" || ["_at", "_until", "_from"].iter().any(|end| column.ends_with(end));
    if is_moment {
        Moment(Timestamp::from_millis(number.unsigned_abs())).to_string()
    } else if column == "idle_for" {
        format!("{} s", number / 1000)
    } else if column == "remembered" {
        if number == 0 { "no" } else { "yes" }.to_owned()
    } else {
        number.to_string()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What is there, and before it what was there and is gone. A row that is there once more, changed, counts as one.
pub(super) fn compared(before: &[Row], after: Vec<Row>) -> Vec<Row> {
    let names = |row: &Row| (row.table, row.columns.first().cloned());
    let gone = before.iter().filter(|row| after.iter().all(|kept| names(kept) != names(row)));
    let mut rows: Vec<_> = gone.map(|row| Row { gone: true, ..row.clone() }).collect();
    rows.extend(after);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(table: &'static str, id: &str, note: &str) -> Row {
        let columns = vec![("id".to_owned(), id.to_owned()), ("note".to_owned(), note.to_owned())];
        Row { table, columns, gone: false }
    }

    #[test]
    fn a_row_that_was_there_and_is_not_any_more_is_marked() {
        let before = [row("sessions", "a", "1"), row("feed", "a", "1")];
        let all = compared(&before, vec![row("feed", "a", "2"), row("feed", "b", "1")]);
        let marks: Vec<_> = all.iter().map(|row| (row.table, row.gone)).collect();
        assert_eq!(marks, [("sessions", true), ("feed", false), ("feed", false)]);
    }

    #[test]
    fn values_are_written_for_people() {
        assert_eq!(shown("seen_at", ValueRef::Integer(1000)).as_deref(), Some("1970-01-01T00:00:01.000Z"));
        assert_eq!(shown("idle_for", ValueRef::Integer(3_600_000)).as_deref(), Some("3600 s"));
        assert_eq!(shown("secret_hash", ValueRef::Blob(&[1, 255])).as_deref(), Some("sha256 01ff"));
        assert_eq!(shown("sealed_private", ValueRef::Blob(&[0; 70])).as_deref(), Some("sealed, 70 bytes"));
        assert_eq!((shown("a", ValueRef::Null), shown("scopes", ValueRef::Text(b""))), (None, None));
    }
}
