//! The SQL of sessions, to be composed: several of these, and the caller's own statements, make one job.

use cloakroom_primitives::Timestamp;
use cloakroom_session::{
    Cell, Change, ClientId, EndCause, EndedSession, Ending, FeedEntry, Inserted, OnLimit, RefreshFamily, Replaced, Scopes, Seen,
    Session, SessionId, Start, StoreError, UserId,
};
use rusqlite::{Connection, OptionalExtension, Params, params};

use super::column::{from_moment, parsed};
use super::error::store_error;
use super::job::Job;
use super::session_row::{self, session_columns};
use super::{meta, refresh};

/// Adds a session with its refresh family, and ends what it replaces and what the user's limit pushes out.
///
/// Fails with [`StoreError::Conflict`] when its id exists.
pub fn insert(job: &mut Job<'_>, start: &Start) -> Result<Inserted, StoreError> {
    let session = &start.session;
    let pushed_out = beyond_limit(job.connection(), start)?;
    if start.limit.on_limit == OnLimit::Refuse && !pushed_out.is_empty() {
        return if find(job.connection(), session.id)?.is_some() {
            Err(StoreError::Conflict)
        } else {
            Ok(Inserted::LimitReached)
        };
    }
    job.touches(session.id);
    insert_row(job.connection(), session)?;
    if let Some(family) = &start.family {
        refresh::insert(job.connection(), family)?;
    }
    let ending = |cause| Ending { cause, at: session.created_at, matters_until: start.matters_until };
    let mut ended = Vec::new();
    for replaced in &start.replaces {
        ended.extend(remove(job, *replaced, ending(EndCause::Replaced))?);
    }
    for id in pushed_out {
        ended.extend(remove(job, id, ending(EndCause::Limit))?);
    }
    Ok(Inserted::Yes { ended })
}

/// Finds a session, expired or not.
pub fn find(connection: &Connection, id: SessionId) -> Result<Option<Session>, StoreError> {
    let sql = concat!("SELECT ", session_columns!(), " FROM sessions WHERE id = ?1");
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    statement.query_row([id.as_bytes()], |row| session_row::read(row, 0)).optional().map_err(store_error)
}

/// Lists a user's sessions, newest first, expired ones too.
pub fn list(connection: &Connection, user: &UserId) -> Result<Vec<Session>, StoreError> {
    let sql = concat!("SELECT ", session_columns!(), " FROM sessions WHERE user_id = ?1 ORDER BY created_at DESC, id DESC");
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    let rows = statement.query_map([user.as_str()], |row| session_row::read(row, 0)).map_err(store_error)?;
    rows.collect::<Result<_, _>>().map_err(store_error)
}

/// Replaces a session if its stored version is the one before `session.version`, and appends the feed record.
///
/// Last-seen is never moved back. With `family`, that one takes the place of all families of the session.
pub fn replace(
    job: &mut Job<'_>,
    session: &Session,
    change: Change,
    family: Option<&RefreshFamily>,
) -> Result<Replaced, StoreError> {
    let Some(stored) = find(job.connection(), session.id)? else {
        return Ok(Replaced::Gone);
    };
    if stored.version.checked_add(1) != Some(session.version) {
        return Ok(Replaced::Stale);
    }
    let (seen_at, seen_from) =
        if session.seen_at > stored.seen_at { (session.seen_at, session.seen_from) } else { (stored.seen_at, stored.seen_from) };
    let session = Session { user: stored.user, created_at: stored.created_at, seen_at, seen_from, ..session.clone() };
    update_row(job.connection(), &session)?;
    if let Some(family) = family {
        refresh::remove_under(job.connection(), session.id)?;
        refresh::insert(job.connection(), family)?;
    }
    job.append(FeedEntry::SessionChanged { session: session.id, user: session.user, change })?;
    Ok(Replaced::Yes)
}

/// Gives every session of a user the scopes that `scopes` says, and appends a feed record for each that it changes; returns how
/// many.
pub fn rewrite_scopes(
    job: &mut Job<'_>,
    user: &UserId,
    scopes: impl Fn(&Session) -> Scopes,
    change: Change,
) -> Result<u32, StoreError> {
    let mut changed = 0;
    for mut session in list(job.connection(), user)? {
        let scopes = scopes(&session);
        if scopes == session.scopes {
            continue;
        }
        session.scopes = scopes;
        session.version = session.version.saturating_add(1);
        update_row(job.connection(), &session)?;
        job.append(FeedEntry::SessionChanged { session: session.id, user: session.user, change })?;
        changed += 1;
    }
    Ok(changed)
}

/// Removes a session and its refresh families, and appends the feed record.
pub fn remove(job: &mut Job<'_>, id: SessionId, ending: Ending) -> Result<Option<EndedSession>, StoreError> {
    job.touches(id);
    let sql = "DELETE FROM sessions WHERE id = ?1 RETURNING user_id, client_id, cell";
    let mut statement = job.connection().prepare_cached(sql).map_err(store_error)?;
    let removed = statement.query_row([id.as_bytes()], |row| {
        Ok(EndedSession {
            id,
            user: parsed(row, 0, str::parse::<UserId>)?,
            client: parsed(row, 1, str::parse::<ClientId>)?,
            cell: parsed(row, 2, Cell::parse)?,
            ending,
        })
    });
    let Some(ended) = removed.optional().map_err(store_error)? else {
        return Ok(None);
    };
    refresh::remove_under(job.connection(), id)?;
    job.append(FeedEntry::SessionEnded(ended.clone()))?;
    Ok(Some(ended))
}

/// Removes a user's sessions but for `keep`, as [`remove`] does, oldest first.
pub fn remove_all(
    job: &mut Job<'_>,
    user: &UserId,
    keep: Option<SessionId>,
    ending: Ending,
) -> Result<Vec<EndedSession>, StoreError> {
    let sql = "SELECT id FROM sessions WHERE user_id = ?1 AND id IS NOT ?2 ORDER BY created_at, id";
    let ids = ids(job.connection(), sql, params![user.as_str(), keep.as_ref().map(SessionId::as_bytes)])?;
    let mut ended = Vec::with_capacity(ids.len());
    for id in ids {
        ended.extend(remove(job, id, ending)?);
    }
    Ok(ended)
}

/// Moves last-seen times and places and their deadlines forward, never back. Unknown ids are ignored; versions stay.
pub fn touch(job: &mut Job<'_>, seen: &[Seen]) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET seen_at = ?2, seen_from = coalesce(?3, seen_from), ends_at = max(ends_at, ?4) \
               WHERE id = ?1 AND seen_at < ?2";
    let mut statement = job.connection().prepare_cached(sql).map_err(store_error)?;
    for Seen { id, seen_at, seen_from, ends_at } in seen {
        job.touches(*id);
        let from = seen_from.map(|address| address.to_string());
        statement.execute(params![id.as_bytes(), from_moment(*seen_at), from, from_moment(*ends_at)]).map_err(store_error)?;
    }
    if let Some(newest) = seen.iter().map(|seen| seen.seen_at).max() {
        meta::raise(job.connection(), meta::NEWEST_TIME, newest.as_millis())?;
    }
    Ok(())
}

/// Touches, then removes at most `limit` sessions whose deadline lies before `ended_before`, with their families; returns how
/// many.
///
/// It appends no feed record: no JWT outlives the deadline.
pub fn sweep(job: &mut Job<'_>, seen: &[Seen], ended_before: Timestamp, limit: u32) -> Result<u32, StoreError> {
    touch(job, seen)?;
    let sql = "SELECT id FROM sessions WHERE ends_at < ?1 ORDER BY ends_at LIMIT ?2";
    let ended = ids(job.connection(), sql, params![from_moment(ended_before), limit])?;
    let mut statement = job.connection().prepare_cached("DELETE FROM sessions WHERE id = ?1").map_err(store_error)?;
    for id in &ended {
        job.touches(*id);
        statement.execute([id.as_bytes()]).map_err(store_error)?;
        refresh::remove_under(job.connection(), *id)?;
    }
    // At most `limit`, which fits.
    Ok(ended.len() as u32)
}

/// The user's live sessions that have no place beside the new one, oldest first. What it replaces has no place anyway.
fn beyond_limit(connection: &Connection, start: &Start) -> Result<Vec<SessionId>, StoreError> {
    let sql = "SELECT id FROM sessions WHERE user_id = ?1 AND ends_at > ?2 ORDER BY created_at DESC, id DESC";
    let session = &start.session;
    let live = ids(connection, sql, params![session.user.as_str(), from_moment(session.created_at)])?;
    let others = live.into_iter().filter(|id| !start.replaces.contains(id));
    let mut beyond: Vec<_> = others.skip(start.limit.most.get() as usize - 1).collect();
    beyond.reverse();
    Ok(beyond)
}

fn ids(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<SessionId>, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    let rows = statement.query_map(params, |row| row.get(0).map(SessionId::from_bytes)).map_err(store_error)?;
    rows.collect::<Result<_, _>>().map_err(store_error)
}

fn insert_row(connection: &Connection, session: &Session) -> Result<(), StoreError> {
    let sql = "INSERT INTO sessions (id, user_id, client_id, cell, secret_hash, former_hash, former_until, version, scopes, \
               methods, remembered, created_at, authenticated_at, idle_for, absolute_ends_at, seen_at, ends_at, seen_from, user_agent) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    session_row::write(&mut statement, session).map(drop).map_err(store_error)
}

/// Writes all that may change. Whose a session is and when it began never do; they are given to keep the parameters in one order.
fn update_row(connection: &Connection, session: &Session) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET client_id = ?3, cell = ?4, secret_hash = ?5, former_hash = ?6, former_until = ?7, version = ?8, \
               scopes = ?9, methods = ?10, remembered = ?11, authenticated_at = ?13, idle_for = ?14, absolute_ends_at = ?15, \
               seen_at = ?16, ends_at = ?17, seen_from = ?18, user_agent = ?19 WHERE id = ?1 AND user_id = ?2 AND created_at = ?12";
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    session_row::write(&mut statement, session).map(drop).map_err(store_error)
}
