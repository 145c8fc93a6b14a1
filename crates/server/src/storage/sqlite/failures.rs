//! Failures in a row, in SQL.

use async_trait::async_trait;
use cloakroom_primitives::Timestamp;
use cloakroom_session::StoreError;
use cloakroom_store::sqlite::{Job, SqliteStore, store_error};
use rusqlite::{OptionalExtension, params};

use super::column::{from_moment, moment};
use crate::limits::{FailureKey, FailureStore, Failures, LOCKED_AT};

/// Failures in the file of a store.
#[derive(Clone, Debug)]
pub(crate) struct SqliteFailures(SqliteStore);

impl SqliteFailures {
    /// The failures in the file of `store`, which was opened with the server's migrations.
    pub(crate) fn new(store: SqliteStore) -> Self {
        Self(store)
    }
}

#[async_trait]
impl FailureStore for SqliteFailures {
    async fn find(&self, key: FailureKey) -> Result<Failures, StoreError> {
        self.0.readers().with(|connection| {
            let sql = "SELECT count, last_at FROM sign_in_failures WHERE key = ?1";
            let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
            let found = statement.query_row([key], |row| Ok(Failures { count: row.get(0)?, last_at: moment(row, 1)? }));
            Ok(found.optional().map_err(store_error)?.unwrap_or_default())
        })
    }

    async fn add(&self, key: FailureKey, now: Timestamp) -> Result<(), StoreError> {
        let job = move |job: &mut Job<'_>| {
            let sql = "INSERT INTO sign_in_failures (key, count, last_at) VALUES (?1, 1, ?2) \
                       ON CONFLICT (key) DO UPDATE SET count = count + 1, last_at = max(last_at, excluded.last_at)";
            let mut statement = job.connection().prepare_cached(sql).map_err(store_error)?;
            statement.execute(params![key, from_moment(now)]).map(drop).map_err(store_error)
        };
        self.0.writer().run(job).await
    }

    async fn reset(&self, keys: Vec<FailureKey>) -> Result<(), StoreError> {
        let job = move |job: &mut Job<'_>| {
            let mut statement =
                job.connection().prepare_cached("DELETE FROM sign_in_failures WHERE key = ?1").map_err(store_error)?;
            keys.iter().try_for_each(|key| statement.execute([key]).map(drop)).map_err(store_error)
        };
        self.0.writer().run(job).await
    }

    async fn prune(&self, quiet_since: Timestamp, limit: u32) -> Result<u32, StoreError> {
        let job = move |job: &mut Job<'_>| {
            let sql = "DELETE FROM sign_in_failures WHERE key IN \
                       (SELECT key FROM sign_in_failures WHERE last_at < ?1 AND count < ?2 LIMIT ?3)";
            let mut statement = job.connection().prepare_cached(sql).map_err(store_error)?;
            let removed = statement.execute(params![from_moment(quiet_since), LOCKED_AT, limit]).map_err(store_error)?;
            // At most `limit`, which fits.
            Ok(removed as u32)
        };
        self.0.writer().run(job).await
    }
}
