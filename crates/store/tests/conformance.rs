//! The contract of a store, one test for each backend.

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_the_contract() {
    use std::sync::atomic::{AtomicU32, Ordering};

    use cloakroom_store::sqlite::{SqliteOptions, SqliteStore};

    let folder = tempfile::tempdir().unwrap();
    let stores = AtomicU32::new(0);
    cloakroom_session::conformance::check(async || {
        let name = format!("{}.db", stores.fetch_add(1, Ordering::Relaxed));
        SqliteStore::open(&folder.path().join(name), SqliteOptions::default()).unwrap()
    })
    .await;
}
