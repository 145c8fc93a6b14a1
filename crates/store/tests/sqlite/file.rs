use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};
use std::sync::Arc;

use cloakroom_primitives::SeededRandom;
use cloakroom_session::{EndedFeed, SessionStore};
use cloakroom_store::sqlite::{
    Migration, MigrationSet, OpenError, PlannedMigration, STORE_MIGRATIONS, SqliteOptions, SqliteStore, plan,
};

use crate::fixture::{Folder, NOW, filled, signed_out};

const NOTES: MigrationSet = MigrationSet {
    history: "note_migrations",
    migrations: &[
        Migration { name: "V1__notes", sql: "CREATE TABLE notes (text TEXT NOT NULL) STRICT" },
        Migration { name: "V2__authors", sql: "ALTER TABLE notes ADD COLUMN author TEXT" },
    ],
};

fn with_notes(set: MigrationSet) -> SqliteOptions {
    SqliteOptions { more_migrations: vec![set], ..SqliteOptions::default() }
}

#[test]
fn a_second_store_is_refused_until_the_first_is_gone() {
    let folder = Folder::new();
    let first = folder.open();
    let other_name = folder.beside("other-name.db");
    symlink(folder.database(), &other_name).unwrap();
    for path in [folder.database(), other_name] {
        let refused = SqliteStore::open(&path, SqliteOptions::default()).unwrap_err();
        assert!(matches!(refused, OpenError::Locked { .. }));
        assert!(refused.to_string().contains("cloakroom.db is in use"), "{refused}");
    }
    drop(first);
    folder.open();
}

#[test]
fn a_file_that_another_process_holds_is_refused() {
    let folder = Folder::new();
    let mut holder = Command::new("flock")
        .arg(folder.beside("cloakroom.db.lock"))
        .args(["-c", "echo held; read line"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "held\n");
    assert!(matches!(SqliteStore::open(&folder.database(), SqliteOptions::default()), Err(OpenError::Locked { .. })));

    holder.stdin.take().unwrap().write_all(b"let go\n").unwrap();
    holder.wait().unwrap();
    let _store = folder.open();
    let theirs = Command::new("flock").arg("--nonblock").arg(folder.beside("cloakroom.db.lock")).arg("true").status().unwrap();
    assert!(!theirs.success(), "and the other way round");
}

#[tokio::test]
async fn a_new_file_and_its_companions_are_for_their_owner_alone() {
    let folder = Folder::new();
    let store = folder.open();
    filled(&store, 1).await;
    for name in ["cloakroom.db", "cloakroom.db-wal", "cloakroom.db-shm", "cloakroom.db.lock"] {
        let mode = std::fs::metadata(folder.beside(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 2).await;
    store.remove(ids[1], signed_out()).await.unwrap();
    let before = store.snapshot(NOW).await.unwrap();
    drop(store);
    let store = folder.open();
    assert!(store.find(ids[0]).await.unwrap().is_some());
    assert!(store.find(ids[1]).await.unwrap().is_none());
    assert_eq!(store.snapshot(NOW).await.unwrap(), before, "records, numbers and epoch");
}

#[tokio::test]
async fn numbers_go_on_after_the_last_record_was_pruned() {
    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 2).await;
    store.remove(ids[0], signed_out()).await.unwrap();
    assert_eq!(store.prune(signed_out().matters_until).await.unwrap(), 1);
    drop(store);
    let store = folder.open();
    assert_eq!(store.snapshot(NOW).await.unwrap().last, 1);
    store.remove(ids[1], signed_out()).await.unwrap();
    assert_eq!(store.read(0, 10).await.unwrap()[0].seq, 2);
}

#[tokio::test]
async fn an_epoch_is_random() {
    let mut epochs = Vec::new();
    for seed in [1, 2] {
        let folder = Folder::new();
        let options = SqliteOptions { random: Arc::new(SeededRandom::new(seed)), ..SqliteOptions::default() };
        let store = SqliteStore::open(&folder.database(), options).unwrap();
        epochs.push(store.snapshot(NOW).await.unwrap().epoch);
    }
    assert_ne!(epochs[0], epochs[1]);
}

#[test]
fn other_sets_of_migrations_follow_the_store_s_own() {
    let folder = Folder::new();
    let step = |history, version, name: &str| PlannedMigration { history, version, name: name.to_owned() };
    let own = step(STORE_MIGRATIONS.history, 1, "sessions_and_feed");
    let notes = [step("note_migrations", 1, "notes"), step("note_migrations", 2, "authors")];
    assert_eq!(plan(&folder.database(), &[NOTES]).unwrap(), [&[own][..], &notes].concat());
    assert!(!folder.database().exists(), "a plan changes nothing");

    drop(folder.open());
    assert_eq!(plan(&folder.database(), &[NOTES]).unwrap(), notes);
    let first_step = MigrationSet { migrations: &NOTES.migrations[..1], ..NOTES };
    drop(SqliteStore::open(&folder.database(), with_notes(first_step)).unwrap());
    assert_eq!(plan(&folder.database(), &[NOTES]).unwrap(), notes[1..]);
    let store = SqliteStore::open(&folder.database(), with_notes(NOTES)).unwrap();
    assert_eq!(plan(&folder.database(), &[NOTES]).unwrap(), [], "a plan can be made while the store is open");
    store.readers().with(|connection| connection.prepare("SELECT text, author FROM notes").map(drop)).unwrap();
}

#[test]
fn a_schema_newer_than_the_program_is_refused() {
    let folder = Folder::new();
    drop(SqliteStore::open(&folder.database(), with_notes(NOTES)).unwrap());
    let older = MigrationSet { migrations: &NOTES.migrations[..1], ..NOTES };
    let refused = SqliteStore::open(&folder.database(), with_notes(older)).unwrap_err();
    assert!(matches!(refused, OpenError::NewerSchema { found: 2, known: 1, .. }), "{refused}");
    assert!(matches!(plan(&folder.database(), &[older]), Err(OpenError::NewerSchema { .. })));
    SqliteStore::open(&folder.database(), with_notes(NOTES)).unwrap();
}

#[test]
fn a_history_that_is_not_the_program_s_own_is_refused() {
    const OTHERS: &[Migration] =
        &[Migration { name: "V1__notes", sql: "CREATE TABLE notes (text BLOB) STRICT" }, NOTES.migrations[1]];
    let folder = Folder::new();
    drop(SqliteStore::open(&folder.database(), with_notes(NOTES)).unwrap());
    let changed = MigrationSet { migrations: OTHERS, ..NOTES };
    let refused = SqliteStore::open(&folder.database(), with_notes(changed)).unwrap_err();
    assert!(matches!(refused, OpenError::ChangedMigration { version: 1, .. }), "{refused}");
}

#[test]
fn a_migration_that_fails_leaves_nothing_behind() {
    const BROKEN: &[Migration] = &[NOTES.migrations[0], Migration { name: "V2__broken", sql: "CREATE NONSENSE" }];
    let folder = Folder::new();
    let broken = MigrationSet { migrations: BROKEN, ..NOTES };
    let failed = SqliteStore::open(&folder.database(), with_notes(broken)).unwrap_err();
    assert!(matches!(failed, OpenError::Migration { history: "note_migrations", .. }), "{failed}");
    assert_eq!(plan(&folder.database(), &[NOTES]).unwrap().len(), 2);
    SqliteStore::open(&folder.database(), with_notes(NOTES)).unwrap();
}

#[test]
fn what_cannot_be_opened_is_named() {
    let folder = Folder::new();
    std::fs::write(folder.database(), "a letter to a friend, long enough to be looked at as a database").unwrap();
    let no_database = SqliteStore::open(&folder.database(), SqliteOptions::default()).unwrap_err();
    assert!(matches!(no_database, OpenError::Database { .. }));
    let nowhere = SqliteStore::open(&folder.beside("no/such/folder.db"), SqliteOptions::default()).unwrap_err();
    assert!(matches!(nowhere, OpenError::Files { .. }));
    assert!(no_database.to_string().contains("cloakroom.db") && nowhere.to_string().contains("no/such/folder.db"));
}
