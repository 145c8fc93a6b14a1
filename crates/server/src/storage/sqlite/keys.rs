//! Signing keys and the check value, in SQL.

use async_trait::async_trait;
use cloakroom_jwt::Algorithm;
use cloakroom_session::StoreError;
use cloakroom_store::sqlite::{Job, SqliteStore, meta, store_error};
use rusqlite::{Row, params};

use super::column::{from_moment, moment, moment_if_any, number, parsed};
use crate::keys::{KeyRecord, KeyStore};

/// Signing keys in the file of a store.
#[derive(Clone, Debug)]
pub(crate) struct SqliteKeys(SqliteStore);

impl SqliteKeys {
    /// The keys in the file of `store`, which was opened with the server's migrations.
    pub(crate) fn new(store: SqliteStore) -> Self {
        Self(store)
    }
}

const MASTER_KEY_CHECK: &str = "master_key_check";

#[async_trait]
impl KeyStore for SqliteKeys {
    async fn list(&self) -> Result<Vec<KeyRecord>, StoreError> {
        let read_all = |connection: &rusqlite::Connection| {
            let sql = "SELECT kid, algorithm, public_jwk, sealed_private, version, announced_at, signs_from, retired_at, removed_at, \
                       distrusted_at FROM signing_keys ORDER BY announced_at, kid";
            let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
            let rows = statement.query_map([], read).map_err(store_error)?;
            rows.collect::<Result<_, _>>().map_err(store_error)
        };
        self.0.lists().run(read_all).await
    }

    async fn insert(&self, key: KeyRecord) -> Result<(), StoreError> {
        let job = move |job: &mut Job<'_>| {
            let sql = "INSERT INTO signing_keys (kid, algorithm, public_jwk, sealed_private, version, announced_at, signs_from, \
                       retired_at, removed_at, distrusted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
            let mut statement = job.connection().prepare_cached(sql).map_err(store_error)?;
            let inserted = statement.execute(params![
                key.kid,
                key.algorithm.name(),
                key.public_jwk,
                key.sealed_private.as_ref().map(String::as_bytes),
                key.version.cast_signed(),
                from_moment(key.announced_at),
                from_moment(key.signs_from),
                key.retired_at.map(from_moment),
                key.removed_at.map(from_moment),
                key.distrusted_at.map(from_moment),
            ]);
            inserted.map(drop).map_err(store_error)
        };
        self.0.writer().run(job).await
    }

    async fn find_check(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.readers().with(|connection| meta::get(connection, MASTER_KEY_CHECK))
    }

    async fn set_check(&self, value: Vec<u8>) -> Result<(), StoreError> {
        self.0.writer().run(move |job: &mut Job<'_>| meta::set(job.connection(), MASTER_KEY_CHECK, &value)).await
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<KeyRecord> {
    let sealed: Option<Vec<u8>> = row.get(3)?;
    let sealed = sealed.map(String::from_utf8).transpose();
    Ok(KeyRecord {
        kid: row.get(0)?,
        algorithm: parsed(row, 1, Algorithm::parse)?,
        public_jwk: row.get(2)?,
        sealed_private: sealed
            .map_err(|_| rusqlite::Error::InvalidColumnType(3, "sealed_private".to_owned(), rusqlite::types::Type::Blob))?,
        version: number(row, 4)?,
        announced_at: moment(row, 5)?,
        signs_from: moment(row, 6)?,
        retired_at: moment_if_any(row, 7)?,
        removed_at: moment_if_any(row, 8)?,
        distrusted_at: moment_if_any(row, 9)?,
    })
}
