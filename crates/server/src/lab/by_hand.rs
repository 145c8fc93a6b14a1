//! What an operator of a later version does with a command, done by hand on the lab's own data, in the same steps as the command would.
//!
//! 1. Roles: the account's row and the scopes of its sessions.
//! 2. Keys: a row for the next key, or the moment of distrust in the row of a stolen one and a key in its place. They take effect when the
//!    server reads its keys, at the next start.

use cloakroom::cookie::CookieKeys;
use cloakroom::session::{Change, ChangeCause, FeedEntry, Replaced, Scopes, SessionId, StoreError};
use cloakroom::{MasterKeys, OsRandom, Timestamp};
use cloakroom_store::sqlite::{Job, SqliteStore, store_error};
use rusqlite::params;

use super::error::LabError;
use crate::app::App;
use crate::keys::{KeyStore, new_key};
use crate::storage::sqlite::SqliteKeys;

/// Gives an account these roles, and no others.
pub(super) async fn give_roles(store: &SqliteStore, email: &'static str, roles: &'static str) -> Result<(), StoreError> {
    let job = move |job: &mut Job<'_>| {
        let sql = "UPDATE users SET roles = ?2, version = version + 1 WHERE email_canonical = ?1 RETURNING id";
        let id: String = job.connection().query_row(sql, params![email, roles], |row| row.get(0)).map_err(store_error)?;
        let user = id.parse().map_err(|_| StoreError::Internal("a user's id is one".into()))?;
        job.tell(FeedEntry::UserChanged { user });
        Ok(())
    };
    store.writer().run(job).await
}

/// Gives a session these scopes, and no others, with the feed record of such a change.
pub(super) async fn set_scopes(app: &App, session: SessionId, scopes: Scopes) -> Result<(), LabError> {
    let (Some(store), now) = (app.auth.store(), app.auth.now()) else { return Err(LabError::Unexpected("no sessions")) };
    let found = store.find(session).await?.ok_or(LabError::Unexpected("the session is gone"))?;
    let mut next = found.to_session();
    next.version += 1;
    next.scopes = scopes;
    let change = Change { cause: ChangeCause::ScopesChanged, at: now, matters_until: app.auth.feed_window().until(now) };
    match store.replace(&next, change, None).await? {
        Replaced::Yes => Ok(()),
        _ => Err(LabError::Unexpected("the session changed meanwhile")),
    }
}

/// Announces a key that will sign from a moment on.
pub(super) async fn announce_key(
    store: &SqliteStore,
    master: &MasterKeys,
    announced_at: Timestamp,
    signs_from: Timestamp,
) -> Result<(), LabError> {
    let key = new_key(&CookieKeys::from_master(master), &OsRandom, announced_at, signs_from)
        .map_err(|_| LabError::Unexpected("no key could be made"))?;
    Ok(SqliteKeys::new(store.clone()).insert(key).await?)
}

/// Distrusts every key on file, and puts one in their place that signs at once.
pub(super) async fn distrust_keys(store: &SqliteStore, master: &MasterKeys, now: Timestamp) -> Result<(), LabError> {
    let job = move |job: &mut Job<'_>| {
        let sql = "UPDATE signing_keys SET distrusted_at = ?1, version = version + 1 WHERE distrusted_at IS NULL";
        job.connection().execute(sql, [now.as_millis().cast_signed()]).map(drop).map_err(store_error)
    };
    store.writer().run(job).await?;
    announce_key(store, master, now, now).await
}
