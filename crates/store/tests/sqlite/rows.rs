use std::time::Duration;

use cloakroom_primitives::{MasterKey, MasterKeys, SeededRandom, decode_base64url};
use cloakroom_session::{
    Cell, Change, ChangeCause, EndCause, EndedFeed, Ending, FamilyId, FeedEntry, RefreshFamily, RefreshStore, RefreshToken,
    Scopes, Seen, Session, SessionStore, SessionToken, Start, StoreError,
};
use cloakroom_store::sqlite::{SqliteOptions, SqliteStore, sessions};
use rusqlite::types::ValueRef;

use crate::fixture::{Folder, NOW, filled, session, start, user};

#[tokio::test]
async fn no_column_holds_what_a_client_holds() {
    let folder = Folder::new();
    let store = folder.open();
    let random = SeededRandom::new(11);
    let keys = MasterKeys::of(MasterKey::generate(&random));
    let mut held = vec![keys.minting().to_line().expose().clone()];
    for (number, cell) in (0..).zip(Cell::ALL) {
        let mut session = session(number, "ada", cell);
        let token = SessionToken::generate(&random, session.id);
        if let Some(secret) = &mut session.secret {
            secret.current = token.hash();
            held.push(token.to_text().expose().clone());
        }
        let family = session.secret.is_none().then(|| family_of(&session, &random, keys.minting().id()));
        held.extend(family.iter().map(|family| RefreshToken::mint(family, &keys).unwrap().expose().clone()));
        let id = session.id;
        store.insert(&Start { family, ..start(session) }).await.unwrap();
        if let Some(stepped_up) = store.find(id).await.unwrap().filter(|session| session.secret.is_some()) {
            let next = SessionToken::generate(&random, id);
            held.push(next.to_text().expose().clone());
            let stepped_up = stepped_up.stepped_up(Some(next.hash()), NOW.plus(Duration::from_secs(10)), NOW);
            store.replace(&stepped_up, stepped_up_at_now(), None).await.unwrap();
        }
    }
    // The text, the characters between kind and checksum, and the secret bytes at their end.
    let mut forbidden: Vec<Vec<u8>> = held.iter().map(|text| text.clone().into_bytes()).collect();
    for text in &held {
        let body = text.strip_prefix("crs_").or(text.strip_prefix("crr_")).map(|rest| &rest[..rest.len() - 6]);
        let body = body.or(text.split_once(':').map(|(_, key)| key)).unwrap();
        let bytes = decode_base64url(body).unwrap();
        forbidden.push(bytes[bytes.len() - 32..].to_vec());
        forbidden.push(body.as_bytes().to_vec());
    }
    assert_eq!(held.len(), 7);

    let columns = every_value(&folder);
    assert!(columns.len() > 50, "all four sessions are there");
    for value in &columns {
        assert!(!forbidden.iter().any(|secret| contains(value, secret)), "{value:?}");
        let text = String::from_utf8_lossy(value);
        assert!(SessionToken::parse(&text).is_err() && RefreshToken::open(&text, &keys).is_err());
    }
    for name in ["cloakroom.db", "cloakroom.db-wal"] {
        let file = std::fs::read(folder.beside(name)).unwrap();
        assert!(!forbidden.iter().any(|secret| contains(&file, secret)), "{name}");
    }
}

fn family_of(session: &Session, random: &SeededRandom, key: cloakroom_primitives::KeyId) -> RefreshFamily {
    let id = FamilyId::generate(random, NOW);
    RefreshFamily::open(id, session.id, session.client.clone(), "https://api.example".into(), Scopes::none(), key, NOW)
}

fn stepped_up_at_now() -> Change {
    Change { cause: ChangeCause::SteppedUp, at: NOW, matters_until: NOW }
}

/// Every value of every row of every table, as bytes.
fn every_value(folder: &Folder) -> Vec<Vec<u8>> {
    let connection = folder.outside();
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut values = Vec::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let width = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            values.extend((0..width).map(|index| match row.get_ref(index).unwrap() {
                ValueRef::Null => Vec::new(),
                ValueRef::Integer(number) => number.to_string().into_bytes(),
                ValueRef::Real(number) => number.to_string().into_bytes(),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
            }));
        }
    }
    values
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn the_newest_time_is_that_of_the_latest_write_or_use_and_stays() {
    let folder = Folder::new();
    let clock = cloakroom_primitives::FixedClock::at(NOW);
    let options = || SqliteOptions { clock: std::sync::Arc::new(clock.clone()), ..SqliteOptions::default() };
    let store = SqliteStore::open(&folder.database(), options()).unwrap();
    assert_eq!(store.newest_time().unwrap(), None);
    let ids = filled(&store, 2).await;
    assert_eq!(store.newest_time().unwrap(), Some(NOW));
    let after = |seconds| NOW.plus(Duration::from_secs(seconds));
    let seen = |index: usize, seconds| {
        let seen_at = after(seconds);
        Seen { id: ids[index], seen_at, seen_from: None, ends_at: seen_at.plus(Duration::from_hours(1)) }
    };
    store.touch(&[seen(0, 20), seen(1, 10)]).await.unwrap();
    assert_eq!(store.newest_time().unwrap(), Some(after(20)));
    store.sweep(&[seen(1, 15)], NOW, 10).await.unwrap();
    assert_eq!(store.newest_time().unwrap(), Some(after(20)));
    clock.advance(Duration::from_secs(30));
    let ending = Ending { cause: EndCause::SignedOut, at: after(30), matters_until: after(340) };
    store.remove(ids[0], ending).await.unwrap();
    drop(store);
    let store = SqliteStore::open(&folder.database(), options()).unwrap();
    assert_eq!(store.newest_time().unwrap(), Some(after(30)));
    store.accept_time(NOW).await.unwrap();
    // The clock of this store is at that moment still: what it writes, it has seen.
    assert_eq!(store.newest_time().unwrap(), Some(after(30)));
}

#[tokio::test]
async fn new_scopes_are_announced_for_the_sessions_that_they_change() {
    let folder = Folder::new();
    let store = folder.open();
    let (one, mut two) = (session(1, "ada", Cell::Cookie), session(2, "ada", Cell::Token));
    two.scopes = Scopes::none();
    for session in [&one, &two] {
        store.insert(&start(session.clone())).await.unwrap();
    }
    let change = Change { cause: ChangeCause::ScopesChanged, at: NOW, matters_until: NOW };
    let demoted = store.writer().run(move |job| sessions::rewrite_scopes(job, &user("ada"), |_| Scopes::none(), change));
    assert_eq!(demoted.await.unwrap(), 1);
    let stored = store.find(one.id).await.unwrap().unwrap();
    assert_eq!((stored.scopes, stored.version), (Scopes::none(), 2));
    assert_eq!(store.find(two.id).await.unwrap().unwrap().version, 1);
    let records = store.read(0, 10).await.unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].entry, FeedEntry::SessionChanged { session: one.id, user: user("ada"), change });
}

#[tokio::test]
async fn a_damaged_row_is_corrupt_and_never_a_guess() {
    let folder = Folder::new();
    let store = folder.open();
    let ids = filled(&store, 1).await;
    for damage in
        ["scopes = 'a\"b'", "methods = 'magic'", "seen_at = -1", "seen_from = 'the office'", "secret_hash = x'00'", "id = x'00'"]
    {
        let undo = "secret_hash = zeroblob(32), scopes = '', methods = 'pwd', seen_at = 1, seen_from = NULL";
        folder.outside().execute(&format!("UPDATE sessions SET {damage}"), []).unwrap();
        let listed = store.list(&user("user-0")).await;
        assert!(matches!(listed, Err(StoreError::Corrupt(_))), "{damage}");
        folder.outside().execute(&format!("UPDATE sessions SET {undo}"), []).unwrap();
    }
    assert!(store.find(ids[0]).await.unwrap().is_none(), "its id was damaged last");
}

#[tokio::test]
async fn a_family_comes_with_its_session_in_one_read() {
    let folder = Folder::new();
    let store = folder.open();
    let session = session(1, "ada", Cell::Jwt);
    let random = SeededRandom::new(5);
    let family = family_of(&session, &random, MasterKey::generate(&random).id());
    store.insert(&Start { family: Some(family.clone()), ..start(session.clone()) }).await.unwrap();
    let found = store.find_family(family.id).await.unwrap().unwrap();
    assert_eq!((found.family, found.session), (family, session));
}
