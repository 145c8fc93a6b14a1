//! The feed's SQL.
//!
//! 1. Numbers are `SQLite`'s own (`AUTOINCREMENT`): one writer, so they become visible in order, and none is used twice, pruned
//!    or not.
//! 2. A rolled-back savepoint gives its numbers back, so there is no gap.

use cloakroom_primitives::Timestamp;
use cloakroom_session::{
    Cell, Change, ChangeCause, ClientId, EndCause, EndedSession, Ending, FeedEntry, FeedRecord, SessionId, Snapshot, StoreError,
    UserId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::column::{Unexpected, from_moment, moment, number, parsed};
use super::error::store_error;
use super::meta;

const SESSION_ENDED: &str = "session_ended";
const SESSION_CHANGED: &str = "session_changed";

/// Reads at most `limit` records after the number `after`, oldest first.
pub fn read(connection: &Connection, after: u64, limit: u32) -> Result<Vec<FeedRecord>, StoreError> {
    let sql = "SELECT seq, kind, session_id, user_id, client_id, cell, cause, at, matters_until FROM feed \
               WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    // No number is beyond what a column holds, so nothing comes after one that is.
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    collect(connection, sql, params![after, limit]).map_err(store_error)
}

/// Reads all records that still matter at `now`, with the epoch and the last number, as of one moment.
pub fn snapshot(connection: &Connection, now: Timestamp) -> Result<Snapshot, StoreError> {
    let one_moment = connection.unchecked_transaction().map_err(store_error)?;
    let sql = "SELECT seq, kind, session_id, user_id, client_id, cell, cause, at, matters_until FROM feed \
               WHERE matters_until > ?1 ORDER BY seq";
    let records = collect(&one_moment, sql, params![from_moment(now)]).map_err(store_error)?;
    Ok(Snapshot { epoch: epoch(&one_moment)?, last: last_seq(&one_moment).map_err(store_error)?, records })
}

/// Finds the record of a session's end, while it is on file.
pub fn find_ended(connection: &Connection, session: SessionId) -> Result<Option<EndedSession>, StoreError> {
    let sql = "SELECT seq, kind, session_id, user_id, client_id, cell, cause, at, matters_until FROM feed \
               WHERE session_id = ?1 AND kind = 'session_ended' ORDER BY seq DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    statement.query_row([session.as_bytes()], read_ended).optional().map_err(store_error)
}

/// The number of the last record there ever was, zero when there was none.
pub(super) fn last_seq(connection: &Connection) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'feed'")?;
    Ok(statement.query_row([], |row| number(row, 0)).optional()?.unwrap_or(0))
}

/// Appends an entry and returns its number. What lives in memory alone is refused.
pub(super) fn insert(connection: &Connection, entry: &FeedEntry) -> Result<u64, StoreError> {
    let sql = "INSERT INTO feed (kind, session_id, user_id, client_id, cell, cause, at, matters_until) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    let seq = match entry {
        FeedEntry::SessionEnded(EndedSession { id, user, client, cell, ending }) => statement.insert(params![
            SESSION_ENDED,
            id.as_bytes(),
            user.as_str(),
            client.as_str(),
            cell.word(),
            ending.cause.word(),
            from_moment(ending.at),
            from_moment(ending.matters_until),
        ]),
        FeedEntry::SessionChanged { session, user, change } => statement.insert(params![
            SESSION_CHANGED,
            session.as_bytes(),
            user.as_str(),
            None::<&str>,
            None::<&str>,
            change.cause.word(),
            from_moment(change.at),
            from_moment(change.matters_until),
        ]),
        _ => return Err(StoreError::Internal("this feed entry lives in memory alone and is never stored".into())),
    };
    seq.map(i64::cast_unsigned).map_err(store_error)
}

/// Removes at most `limit` records that have ceased to matter at `now`, and says how many.
pub(super) fn prune(connection: &Connection, now: Timestamp, limit: u32) -> Result<u32, StoreError> {
    let sql = "DELETE FROM feed WHERE seq IN (SELECT seq FROM feed WHERE matters_until <= ?1 LIMIT ?2)";
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    let removed = statement.execute(params![from_moment(now), limit]).map_err(store_error)?;
    // At most `limit`, which fits.
    Ok(removed as u32)
}

fn epoch(connection: &Connection) -> Result<[u8; 16], StoreError> {
    let bytes = meta::get(connection, meta::FEED_EPOCH)?.unwrap_or_default();
    bytes.try_into().map_err(|_| StoreError::Corrupt("feed_epoch in table meta does not have sixteen bytes".into()))
}

fn collect(connection: &Connection, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<Vec<FeedRecord>> {
    connection.prepare_cached(sql)?.query_map(params, read_record)?.collect()
}

fn read_record(row: &Row<'_>) -> rusqlite::Result<FeedRecord> {
    let seq = number(row, 0)?;
    let entry = match row.get_ref(1)?.as_str() {
        Ok(SESSION_ENDED) => FeedEntry::SessionEnded(read_ended(row)?),
        Ok(SESSION_CHANGED) => FeedEntry::SessionChanged {
            session: SessionId::from_bytes(row.get(2)?),
            user: parsed(row, 3, str::parse::<UserId>)?,
            change: Change { cause: parsed(row, 6, ChangeCause::parse)?, at: moment(row, 7)?, matters_until: moment(row, 8)? },
        },
        _ => return parsed(row, 1, |_| Err(Unexpected("kind of feed record"))),
    };
    Ok(FeedRecord { seq, entry })
}

fn read_ended(row: &Row<'_>) -> rusqlite::Result<EndedSession> {
    Ok(EndedSession {
        id: SessionId::from_bytes(row.get(2)?),
        user: parsed(row, 3, str::parse::<UserId>)?,
        client: parsed(row, 4, str::parse::<ClientId>)?,
        cell: parsed(row, 5, Cell::parse)?,
        ending: Ending { cause: parsed(row, 6, EndCause::parse)?, at: moment(row, 7)?, matters_until: moment(row, 8)? },
    })
}
