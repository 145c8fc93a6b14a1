//! How values become columns and come back. What comes back in a wrong shape is an error that names its column, never a guess.

use cloakroom_primitives::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;

/// A moment as its column has it.
pub(super) fn from_moment(moment: Timestamp) -> i64 {
    // A `Timestamp` is at most `i64::MAX` by construction.
    moment.as_millis().cast_signed()
}

/// Reads a number that is never negative.
pub(super) fn number(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(index)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(index, value))
}

/// Reads a moment.
pub(super) fn moment(row: &Row<'_>, index: usize) -> rusqlite::Result<Timestamp> {
    number(row, index).map(Timestamp::from_millis)
}

/// Reads a moment that may be absent.
pub(super) fn moment_if_any(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Timestamp>> {
    let present = row.get_ref(index)?.data_type() != Type::Null;
    present.then(|| moment(row, index)).transpose()
}

/// Reads a text as what it stands for. `parse` answers `None` on what no version of this program writes there.
pub(super) fn parsed<T>(row: &Row<'_>, index: usize, parse: impl FnOnce(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text = row.get_ref(index)?.as_str().map_err(|error| wrong_shape(index, Type::Text, error))?;
    parse(text).ok_or_else(|| wrong_shape(index, Type::Text, UnexpectedText))
}

fn wrong_shape(index: usize, kind: Type, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, kind, Box::new(error))
}

#[derive(Debug, thiserror::Error)]
#[error("a text that does not belong here")]
struct UnexpectedText;
