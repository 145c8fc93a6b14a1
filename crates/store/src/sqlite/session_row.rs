//! A session as a row.

use std::net::IpAddr;
use std::time::Duration;

use cloakroom_primitives::SecretHash;
use cloakroom_session::{AuthMethods, Cell, ClientId, Former, Proof, Scopes, SecretHashes, Session, SessionId, UserId};
use rusqlite::{Row, Statement, params};

use super::column::{Unexpected, from_moment, from_span, moment, moment_if_any, number, parsed, parsed_if_any};

/// The columns that [`read`] takes, in its order.
macro_rules! session_columns {
    () => {
        "sessions.id, sessions.user_id, sessions.client_id, sessions.cell, sessions.secret_hash, sessions.former_hash, \
         sessions.former_until, sessions.version, sessions.scopes, sessions.methods, sessions.remembered, sessions.created_at, \
         sessions.authenticated_at, sessions.idle_for, sessions.absolute_ends_at, sessions.seen_at, sessions.seen_from, \
         sessions.user_agent"
    };
}
pub(super) use session_columns;

/// Reads a session from the columns of a row that begin at `first`.
pub(super) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Session> {
    let cell = parsed(row, first + 3, Cell::parse)?;
    Ok(Session {
        id: SessionId::from_bytes(row.get(first)?),
        user: parsed(row, first + 1, str::parse::<UserId>)?,
        client: parsed(row, first + 2, str::parse::<ClientId>)?,
        cell,
        secret: read_secret(row, first, cell)?,
        version: number(row, first + 7)?,
        scopes: parsed(row, first + 8, Scopes::parse)?,
        methods: parsed(row, first + 9, AuthMethods::parse)?,
        remembered: row.get(first + 10)?,
        created_at: moment(row, first + 11)?,
        authenticated_at: moment(row, first + 12)?,
        idle_for: Duration::from_millis(number(row, first + 13)?),
        absolute_ends_at: moment(row, first + 14)?,
        seen_at: moment(row, first + 15)?,
        seen_from: parsed_if_any(row, first + 16, str::parse::<IpAddr>)?,
        user_agent: row.get(first + 17)?,
    })
}

fn read_secret(row: &Row<'_>, first: usize, cell: Cell) -> rusqlite::Result<Option<SecretHashes>> {
    if cell.proof() == Proof::Jwt {
        return Ok(None);
    }
    let former = match moment_if_any(row, first + 6)? {
        Some(until) => Some(Former { hash: SecretHash::from_bytes(row.get(first + 5)?), until }),
        None => None,
    };
    Ok(Some(SecretHashes { current: SecretHash::from_bytes(row.get(first + 4)?), former }))
}

/// Runs a statement whose parameters are the columns of a session, in the order of the table: `?1` is the id, `?19` the user
/// agent.
pub(super) fn write(statement: &mut Statement<'_>, session: &Session) -> rusqlite::Result<usize> {
    let version =
        i64::try_from(session.version).map_err(|_| rusqlite::Error::ToSqlConversionFailure(Unexpected("version").into()))?;
    let former = session.secret.as_ref().and_then(|secret| secret.former.as_ref());
    statement.execute(params![
        session.id.as_bytes(),
        session.user.as_str(),
        session.client.as_str(),
        session.cell.word(),
        session.secret.as_ref().map(|secret| secret.current.as_bytes()),
        former.map(|former| former.hash.as_bytes()),
        former.map(|former| from_moment(former.until)),
        version,
        session.scopes.as_str(),
        session.methods.to_string(),
        session.remembered,
        from_moment(session.created_at),
        from_moment(session.authenticated_at),
        from_span(session.idle_for),
        from_moment(session.absolute_ends_at),
        from_moment(session.seen_at),
        from_moment(session.ends_at()),
        session.seen_from.map(|address| address.to_string()),
        session.user_agent.as_deref(),
    ])
}
