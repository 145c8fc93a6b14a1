//! The SQL of refresh families. They come and go with their sessions.

use cloakroom_primitives::KeyId;
use cloakroom_session::{
    ClientId, Counter, FamilyFound, FamilyId, Network, RefreshFamily, Replaced, Rotation, Scopes, SessionId, StoreError,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::column::{from_moment, moment, moment_if_any, parsed, parsed_if_any};
use super::error::store_error;
use super::job::Job;
use super::session_row::{self, session_columns};

/// The columns that [`read`] takes, in its order.
macro_rules! family_columns {
    () => {
        "refresh_families.id, refresh_families.session_id, refresh_families.client_id, refresh_families.audience, \
         refresh_families.scope, refresh_families.key_id, refresh_families.counter, refresh_families.created_at, \
         refresh_families.rotated_at, refresh_families.rotated_from"
    };
}

/// How many columns [`read`] takes.
const WIDTH: usize = 10;

/// Finds a family and its session in one read.
pub fn find(connection: &Connection, id: FamilyId) -> Result<Option<FamilyFound>, StoreError> {
    let sql = concat!(
        "SELECT ",
        family_columns!(),
        ", ",
        session_columns!(),
        " FROM refresh_families JOIN sessions ON sessions.id = refresh_families.session_id WHERE refresh_families.id = ?1"
    );
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    let found = |row: &Row<'_>| Ok(FamilyFound { family: read(row)?, session: session_row::read(row, WIDTH)? });
    statement.query_row([id.as_bytes()], found).optional().map_err(store_error)
}

/// Lists the families of a session, oldest first.
pub fn list(connection: &Connection, session: SessionId) -> Result<Vec<RefreshFamily>, StoreError> {
    let sql = concat!("SELECT ", family_columns!(), " FROM refresh_families WHERE session_id = ?1 ORDER BY created_at, id");
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    let rows = statement.query_map([session.as_bytes()], read).map_err(store_error)?;
    rows.collect::<Result<_, _>>().map_err(store_error)
}

/// Replaces a family if its stored counter is still `spent`: the counter is the version.
pub fn replace(job: &mut Job<'_>, family: &RefreshFamily, spent: Counter) -> Result<Replaced, StoreError> {
    job.touches(family.session);
    let sql = "UPDATE refresh_families SET client_id = ?3, audience = ?4, scope = ?5, key_id = ?6, counter = ?7, \
               created_at = ?8, rotated_at = ?9, rotated_from = ?10 WHERE id = ?1 AND session_id = ?2 AND counter = ?11";
    let mut statement = job.connection().prepare_cached(sql).map_err(store_error)?;
    let rotation = Columns::of(family);
    let changed = statement.execute(params![
        family.id.as_bytes(),
        family.session.as_bytes(),
        family.client.as_str(),
        &*family.audience,
        family.scopes.as_str(),
        family.key_id.as_bytes(),
        family.counter.get(),
        from_moment(family.created_at),
        rotation.at,
        rotation.from,
        spent.get(),
    ]);
    if changed.map_err(store_error)? == 1 {
        return Ok(Replaced::Yes);
    }
    let mut exists = job.connection().prepare_cached("SELECT 1 FROM refresh_families WHERE id = ?1").map_err(store_error)?;
    let exists = exists.exists([family.id.as_bytes()]).map_err(store_error)?;
    Ok(if exists { Replaced::Stale } else { Replaced::Gone })
}

/// Adds a family. Fails with [`StoreError::Conflict`] when its id exists.
pub(super) fn insert(connection: &Connection, family: &RefreshFamily) -> Result<(), StoreError> {
    let sql = "INSERT INTO refresh_families (id, session_id, client_id, audience, scope, key_id, counter, created_at, \
               rotated_at, rotated_from) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    let rotation = Columns::of(family);
    let inserted = statement.execute(params![
        family.id.as_bytes(),
        family.session.as_bytes(),
        family.client.as_str(),
        &*family.audience,
        family.scopes.as_str(),
        family.key_id.as_bytes(),
        family.counter.get(),
        from_moment(family.created_at),
        rotation.at,
        rotation.from,
    ]);
    inserted.map(drop).map_err(store_error)
}

/// Removes all families of a session.
pub(super) fn remove_under(connection: &Connection, session: SessionId) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("DELETE FROM refresh_families WHERE session_id = ?1").map_err(store_error)?;
    statement.execute([session.as_bytes()]).map(drop).map_err(store_error)
}

/// A family's last rotation as its two columns have it.
struct Columns {
    at: Option<i64>,
    from: Option<String>,
}

impl Columns {
    fn of(family: &RefreshFamily) -> Self {
        Self {
            at: family.rotation.map(|rotation| from_moment(rotation.at)),
            from: family.rotation.and_then(|rotation| rotation.from).map(|network| network.to_string()),
        }
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<RefreshFamily> {
    let from = parsed_if_any(row, 9, str::parse::<Network>)?;
    Ok(RefreshFamily {
        id: FamilyId::from_bytes(row.get(0)?),
        session: SessionId::from_bytes(row.get(1)?),
        client: parsed(row, 2, str::parse::<ClientId>)?,
        audience: row.get(3)?,
        scopes: parsed(row, 4, Scopes::parse)?,
        key_id: KeyId::from_bytes(row.get(5)?),
        counter: Counter::new(row.get(6)?),
        created_at: moment(row, 7)?,
        rotation: moment_if_any(row, 8)?.map(|at| Rotation { at, from }),
    })
}
