//! How values become columns and come back. What comes back in a wrong shape is an error that names its column, never a guess.

use std::time::Duration;

use cloakroom_primitives::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;

/// A moment as its column has it.
pub(super) fn from_moment(moment: Timestamp) -> i64 {
    // A `Timestamp` is at most `i64::MAX` by construction.
    moment.as_millis().cast_signed()
}

/// A span as its column has it; what does not fit is as long as anything can be.
pub(super) fn from_span(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
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

/// Reads a text as what it stands for.
pub(super) fn parsed<T, E>(row: &Row<'_>, index: usize, parse: impl FnOnce(&str) -> Result<T, E>) -> rusqlite::Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let text = row.get_ref(index)?.as_str().map_err(|error| wrong_shape(index, Type::Text, error))?;
    parse(text).map_err(|error| wrong_shape(index, Type::Text, error))
}

/// Reads a text that may be absent as what it stands for.
pub(super) fn parsed_if_any<T, E>(
    row: &Row<'_>,
    index: usize,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> rusqlite::Result<Option<T>>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let present = row.get_ref(index)?.data_type() != Type::Null;
    present.then(|| parsed(row, index, parse)).transpose()
}

fn wrong_shape(index: usize, kind: Type, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, kind, Box::new(error))
}

/// Something in a row that no version of this program writes there.
#[derive(Debug, thiserror::Error)]
#[error("unexpected {0}")]
pub(super) struct Unexpected(pub(super) &'static str);
