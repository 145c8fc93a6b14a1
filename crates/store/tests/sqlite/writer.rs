use std::sync::Arc;
use std::time::Duration;

use cloakroom_primitives::FixedClock;
use cloakroom_session::{Cell, EndedFeed, FeedEntry, SessionStore, StoreError};
use cloakroom_store::sqlite::{SqliteOptions, SqliteStore, sessions, store_error};

use crate::fixture::{Folder, Gate, Listener, NOW, Told, begun, filled, session, signed_out, start, user};

#[tokio::test]
async fn jobs_that_queue_together_share_one_commit() {
    let folder = Folder::new();
    let store = folder.open();
    let before = folder.commits();
    let gate = Gate::shut(&store).await;
    let mut inserts = Vec::new();
    for number in 0..50 {
        let (store, start) = (store.clone(), start(session(number, "ada", Cell::Token)));
        inserts.push(begun(async move { store.insert(&start).await.map(|_| start.session.id) }).await);
    }
    gate.open();
    for insert in inserts {
        let id = insert.await.unwrap();
        assert!(store.find(id).await.unwrap().is_some());
    }
    assert_eq!(folder.commits() - before, 1);
}

#[tokio::test]
async fn a_failed_job_is_rolled_back_alone_and_leaves_no_gap() {
    #[derive(Debug)]
    enum Refused {
        ByRule,
        ByStore(StoreError),
    }
    impl From<StoreError> for Refused {
        fn from(error: StoreError) -> Self {
            Self::ByStore(error)
        }
    }

    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 3).await;
    let listener = Listener::attached_to(&store);
    let gate = Gate::shut(&store).await;
    let first = begun(store.remove(ids[0], signed_out())).await;
    let (second_id, heard) = (ids[1], listener.clone());
    let second = begun(store.writer().run(move |job| {
        sessions::remove(job, second_id, signed_out())?;
        job.tell(FeedEntry::UserChanged { user: user("ada") });
        job.after(move || heard.hear(Told::Action("of a job that failed")));
        Err::<(), _>(Refused::ByRule)
    }))
    .await;
    let third = begun(store.remove(ids[2], signed_out())).await;
    gate.open();

    assert!(first.await.unwrap().is_some());
    match second.await.unwrap_err() {
        Refused::ByRule => {}
        Refused::ByStore(error) => panic!("the rule's own answer comes back, not {error}"),
    }
    assert!(third.await.unwrap().is_some());
    assert!(store.find(ids[1]).await.unwrap().is_some());
    let told: Vec<_> = listener.records().iter().map(|record| (record.seq, record.entry.session())).collect();
    assert_eq!(told, [(1, Some(ids[0])), (2, Some(ids[2]))]);
    assert_eq!(listener.told().len(), 2, "nothing of the failed job is heard of");
    assert_eq!(store.read(0, 10).await.unwrap(), listener.records());
}

#[tokio::test]
async fn a_job_that_panics_harms_no_other() {
    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 2).await;
    let gate = Gate::shut(&store).await;
    let (first, second) = (ids[0], ids[1]);
    let panicking = begun(store.writer().run(move |job| {
        sessions::remove(job, first, signed_out())?;
        assert_eq!(first, second, "on purpose");
        Ok::<_, StoreError>(())
    }))
    .await;
    let beside = begun(store.remove(second, signed_out())).await;
    gate.open();
    assert!(matches!(panicking.await, Err(StoreError::Internal(_))));
    assert!(beside.await.unwrap().is_some());
    assert!(store.find(first).await.unwrap().is_some());
    assert!(store.remove(first, signed_out()).await.unwrap().is_some(), "the writer lives on");
}

#[tokio::test]
async fn a_full_queue_answers_busy_at_once() {
    let folder = Folder::new();
    let store = SqliteStore::open(&folder.database(), SqliteOptions { queue: 2, ..SqliteOptions::default() }).unwrap();
    let gate = Gate::shut(&store).await;
    let (one, two) = (session(1, "ada", Cell::Token), session(2, "ada", Cell::Token));
    let (first, second) = (start(one.clone()), start(two.clone()));
    let waiting = (begun(store.insert(&first)).await, begun(store.insert(&second)).await);
    let refused = store.remove(one.id, signed_out()).await;
    assert!(matches!(refused, Err(StoreError::Busy)));
    gate.open();
    waiting.0.await.unwrap();
    waiting.1.await.unwrap();
    assert!(store.remove(one.id, signed_out()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_job_that_waited_too_long_is_not_run() {
    let folder = Folder::new();
    let clock = FixedClock::at(NOW);
    let options = SqliteOptions { clock: Arc::new(clock.clone()), patience: Duration::from_secs(5), ..SqliteOptions::default() };
    let store = SqliteStore::open(&folder.database(), options).unwrap();
    let gate = Gate::shut(&store).await;
    let late = session(1, "ada", Cell::Token);
    let in_time = session(2, "ada", Cell::Token);
    let (late_start, start_in_time) = (start(late.clone()), start(in_time.clone()));
    let late_insert = begun(store.insert(&late_start)).await;
    clock.advance(Duration::from_millis(1));
    let insert_in_time = begun(store.insert(&start_in_time)).await;
    clock.advance(Duration::from_secs(5));
    gate.open();
    assert!(matches!(late_insert.await, Err(StoreError::Busy)));
    insert_in_time.await.unwrap();
    assert!(store.find(late.id).await.unwrap().is_none());
    assert!(store.find(in_time.id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_job_whose_caller_is_gone_is_done_and_followed() {
    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 1).await;
    let listener = Listener::attached_to(&store);
    let gate = Gate::shut(&store).await;
    drop(begun(store.remove(ids[0], signed_out())).await);
    gate.open();
    // Whatever is asked next is answered after it.
    store.touch(&[]).await.unwrap();
    assert!(store.find(ids[0]).await.unwrap().is_none());
    assert_eq!(listener.records().len(), 1);
}

#[tokio::test]
async fn the_last_handle_leaves_nothing_undone() {
    let folder = Folder::new();
    let store = folder.open();
    let gate = Gate::shut(&store).await;
    let inserted = session(1, "ada", Cell::Token);
    let start = start(inserted.clone());
    drop(begun(store.insert(&start)).await);
    gate.open();
    drop(store);
    let again = tokio::task::spawn_blocking(move || {
        loop {
            // The gate's own task may hold the store for a moment longer.
            match SqliteStore::open(&folder.database(), SqliteOptions::default()) {
                Ok(store) => break (folder, store),
                Err(_) => std::thread::yield_now(),
            }
        }
    });
    let (_folder, again) = again.await.unwrap();
    assert!(again.find(inserted.id).await.unwrap().is_some());
}

#[tokio::test]
async fn after_the_commit_come_sinks_then_actions_then_the_answer() {
    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 1).await;
    let listener = Listener::attached_to(&store);
    let (id, heard, outside) = (ids[0], listener.clone(), folder.outside());
    let work = store.writer().run(move |job| {
        let ended = sessions::remove(job, id, signed_out())?;
        job.tell(FeedEntry::UserChanged { user: user("user-0") });
        job.after(move || {
            let left: i64 = outside.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)).unwrap();
            heard.hear(Told::Action(if left == 0 { "after the commit" } else { "before the commit" }));
        });
        Ok::<_, StoreError>(ended)
    });
    let ended = work.await.unwrap().unwrap();
    let told = listener.told();
    assert_eq!(told.len(), 3);
    assert!(matches!(&told[0], Told::Apply(record) if record.seq == 1 && record.entry == FeedEntry::SessionEnded(ended)));
    assert!(matches!(&told[1], Told::Apply(record) if record.seq == 0));
    assert_eq!(told[2], Told::Action("after the commit"));
    assert_eq!(store.read(0, 10).await.unwrap().len(), 1, "what lives in memory alone is not stored");
}

#[tokio::test]
async fn an_entry_that_lives_in_memory_alone_cannot_be_stored() {
    let folder = Folder::new();
    let store = folder.open();
    let work = store.writer().run(|job| job.append(FeedEntry::UserChanged { user: user("ada") }));
    assert!(matches!(work.await, Err(StoreError::Internal(_))));
}

/// Makes the commit of the present batch fail: a deferred foreign key that leads nowhere is found at `COMMIT`.
const BREAKS_THE_COMMIT: &str = "CREATE TABLE lonely (parent INTEGER REFERENCES meta (name) DEFERRABLE INITIALLY DEFERRED); \
     INSERT INTO lonely VALUES ('nobody');";

#[tokio::test]
async fn a_failed_commit_forgets_its_sessions_and_answers_unavailable() {
    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 2).await;
    let listener = Listener::attached_to(&store);
    let gate = Gate::shut(&store).await;
    let innocent = begun(store.remove(ids[0], signed_out())).await;
    let (touched, heard) = (ids[1], listener.clone());
    let breaking = begun(store.writer().run(move |job| {
        job.touches(touched);
        job.after(move || heard.hear(Told::Action("of a commit that failed")));
        job.connection().execute_batch(BREAKS_THE_COMMIT).map_err(store_error)
    }))
    .await;
    gate.open();

    assert!(matches!(innocent.await, Err(StoreError::Unavailable(_))));
    assert!(matches!(breaking.await, Err(StoreError::Unavailable(_))));
    let told = listener.told();
    assert!(told.iter().all(|told| matches!(told, Told::Forget(_))), "{told:?}");
    assert!(ids.iter().all(|id| told.contains(&Told::Forget(*id))));
    assert!(store.find(ids[0]).await.unwrap().is_some());
    assert!(store.remove(ids[0], signed_out()).await.unwrap().is_some(), "the writer has recovered");
    assert_eq!(listener.records().iter().map(|record| record.seq).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn after_a_failed_commit_the_sinks_get_the_records_they_lack_before_anyone_is_answered() {
    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 1).await;
    let listener = Listener::attached_to(&store);
    // As if a commit had taken effect although it was said to have failed.
    let id = ids[0];
    let sql = "INSERT INTO feed (kind, session_id, user_id, client_id, cell, cause, at, matters_until) \
               VALUES ('session_ended', ?1, 'user-0', 'cloakroom', 'cookie', 'signed_out', 1, 2)";
    folder.outside().execute(sql, [id.as_bytes()]).unwrap();
    let breaking = store.writer().run(|job| job.connection().execute_batch(BREAKS_THE_COMMIT).map_err(store_error));
    assert!(matches!(breaking.await, Err(StoreError::Unavailable(_))));
    let told: Vec<_> = listener.records().iter().map(|record| (record.seq, record.entry.session())).collect();
    assert_eq!(told, [(1, Some(id))]);
}

#[tokio::test]
async fn a_full_disk_is_unavailable_until_there_is_room() {
    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 1).await;
    let listener = Listener::attached_to(&store);
    let limit = store.writer().run(|job| {
        let pages: i64 = job.connection().query_row("PRAGMA page_count", [], |row| row.get(0)).map_err(store_error)?;
        job.connection().execute_batch(&format!("PRAGMA max_page_count = {pages}")).map_err(store_error)
    });
    limit.await.unwrap();
    let gate = Gate::shut(&store).await;
    let innocent = begun(store.remove(ids[0], signed_out())).await;
    let filling = begun(store.writer().run(|job| {
        let sql = "INSERT INTO meta (name, value) VALUES ('large', zeroblob(1000000))";
        job.connection().execute(sql, []).map_err(store_error)
    }))
    .await;
    gate.open();
    assert!(matches!(innocent.await, Err(StoreError::Unavailable(_))));
    assert!(matches!(filling.await, Err(StoreError::Unavailable(_))));
    assert_eq!(listener.told()[0], Told::Forget(ids[0]));
    // The limit belongs to the connection that was given up.
    assert!(store.remove(ids[0], signed_out()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_file_that_was_moved_away_takes_no_commits_until_it_is_back() {
    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 1).await;
    std::fs::rename(folder.database(), folder.beside("elsewhere.db")).unwrap();
    assert!(matches!(store.remove(ids[0], signed_out()).await, Err(StoreError::Unavailable(_))));
    std::fs::write(folder.database(), b"").unwrap();
    assert!(matches!(store.remove(ids[0], signed_out()).await, Err(StoreError::Unavailable(_))), "another file is not this one");
    std::fs::rename(folder.beside("elsewhere.db"), folder.database()).unwrap();
    assert!(store.remove(ids[0], signed_out()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_store_that_could_not_be_written_says_so_until_something_was_written() {
    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 1).await;
    store.prove_writable().await.unwrap();
    std::fs::rename(folder.database(), folder.beside("elsewhere.db")).unwrap();
    assert!(store.prove_writable().await.is_ok(), "nobody has tried yet");
    store.remove(ids[0], signed_out()).await.unwrap_err();
    for _ in 0..2 {
        assert!(matches!(store.prove_writable().await, Err(StoreError::Unavailable(_))));
    }
    std::fs::rename(folder.beside("elsewhere.db"), folder.database()).unwrap();
    store.prove_writable().await.unwrap();
    assert_eq!(store.list(&user("user-0")).await.unwrap().len(), 1);
}

#[test]
fn it_serves_any_runtime_and_outlives_each() {
    let folder = Folder::new();
    let store = folder.open();
    for number in 0..2 {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let start = start(session(number, "ada", Cell::Cookie));
        runtime.block_on(store.insert(&start)).unwrap();
        assert_eq!(runtime.block_on(store.list(&user("ada"))).unwrap().len() as u64, number + 1);
    }
}

#[tokio::test]
async fn the_log_is_written_back_when_nobody_asks_for_anything() {
    let folder = Folder::new();
    let store = folder.open();
    filled(&store, 1).await;
    let mut written_back = false;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        std::fs::copy(folder.database(), folder.beside("without-its-log.db")).unwrap();
        let copy = rusqlite::Connection::open(folder.beside("without-its-log.db")).unwrap();
        written_back = copy.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)).is_ok_and(|count: i64| count == 1);
        if written_back {
            break;
        }
    }
    assert!(written_back);
}

#[tokio::test]
async fn a_long_read_that_panics_harms_no_other() {
    let folder = Folder::new();
    let store = folder.open();
    filled(&store, 1).await;
    let panicking = store.lists().run(|connection| {
        let count: i64 = connection.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)).map_err(store_error)?;
        assert_eq!(count, 0, "on purpose");
        Ok::<_, StoreError>(())
    });
    assert!(matches!(panicking.await, Err(StoreError::Internal(_))));
    assert_eq!(store.list(&user("user-0")).await.unwrap().len(), 1);
}
