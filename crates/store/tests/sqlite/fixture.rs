//! A folder with a database, sessions to put into it, and a sink that remembers what it was told.

use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::time::Duration;

use cloakroom_primitives::{SecretHash, SeededRandom, Timestamp};
use cloakroom_session::{
    AuthMethod, AuthMethods, Cell, ClientId, EndCause, Ending, FeedRecord, FeedSink, NewSession, Place, Proof, Scopes, Session,
    SessionId, SessionLimit, SessionPolicy, SessionStore, Start, StoreError, UserId,
};
use cloakroom_store::sqlite::{SqliteOptions, SqliteStore};

pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.path().join("cloakroom.db")
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.database(), SqliteOptions::default()).unwrap()
    }

    /// A connection of a program that is not ours.
    pub(crate) fn outside(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.database()).unwrap()
    }

    /// How many commits stand in the write-ahead log since it was last begun anew.
    pub(crate) fn commits(&self) -> usize {
        let log = std::fs::read(self.beside("cloakroom.db-wal")).unwrap();
        let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
        let (page, salts) = (number(&log[8..12]) as usize, &log[16..24]);
        let frames = log[32..].chunks_exact(24 + page).take_while(|frame| &frame[8..16] == salts);
        frames.filter(|frame| number(&frame[4..8]) != 0).count()
    }
}

pub(crate) fn user(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

pub(crate) fn session(number: u64, name: &str, cell: Cell) -> Session {
    let at = NOW.plus(Duration::from_millis(number));
    let new = NewSession {
        id: SessionId::generate(&SeededRandom::new(number), at),
        user: user(name),
        client: ClientId::new("cloakroom").unwrap(),
        cell,
        scopes: Scopes::parse("orders:read").unwrap(),
        methods: AuthMethods::of([AuthMethod::Password]),
        remember: false,
        place: Place { address: Some("203.0.113.7".parse().unwrap()), user_agent: Some("curl/8".into()) },
    };
    let secret = (cell.proof() == Proof::Session).then(|| SecretHash::of(&number.to_be_bytes()));
    Session::open(new, secret, &SessionPolicy::DEFAULT, at)
}

pub(crate) fn start(session: Session) -> Start {
    Start {
        session,
        family: None,
        replaces: Vec::new(),
        limit: SessionLimit::DEFAULT,
        matters_until: NOW.plus(Duration::from_secs(310)),
    }
}

pub(crate) fn signed_out() -> Ending {
    Ending { cause: EndCause::SignedOut, at: NOW, matters_until: NOW.plus(Duration::from_secs(310)) }
}

/// Puts in as many sessions as asked for, each of another user.
pub(crate) async fn filled(store: &SqliteStore, count: u64) -> Vec<SessionId> {
    let mut ids = Vec::new();
    for number in 0..count {
        let session = session(number, &format!("user-{number}"), Cell::Cookie);
        ids.push(session.id);
        store.insert(&start(session)).await.unwrap();
    }
    ids
}

/// What a sink was told, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Apply(FeedRecord),
    Forget(SessionId),
    Action(&'static str),
}

#[derive(Clone, Default)]
pub(crate) struct Listener(Arc<Mutex<Vec<Told>>>);

impl Listener {
    pub(crate) fn attached_to(store: &SqliteStore) -> Self {
        let listener = Self::default();
        assert!(store.attach(&[Arc::new(listener.clone())]));
        listener
    }

    pub(crate) fn hear(&self, told: Told) {
        self.0.lock().unwrap().push(told);
    }

    pub(crate) fn told(&self) -> Vec<Told> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn records(&self) -> Vec<FeedRecord> {
        self.told().into_iter().filter_map(|told| if let Told::Apply(record) = told { Some(record) } else { None }).collect()
    }
}

impl FeedSink for Listener {
    fn apply(&self, records: &[FeedRecord]) {
        for record in records {
            self.hear(Told::Apply(record.clone()));
        }
    }

    fn forget(&self, sessions: &[SessionId]) {
        for id in sessions {
            self.hear(Told::Forget(*id));
        }
    }
}

/// Keeps the writer busy with a batch of its own until it is opened, so that what is asked meanwhile queues up.
pub(crate) struct Gate(mpsc::Sender<()>);

impl Gate {
    pub(crate) async fn shut(store: &SqliteStore) -> Self {
        let (open, opened) = mpsc::channel::<()>();
        let (entered, inside) = tokio::sync::oneshot::channel();
        let store = store.clone();
        tokio::spawn(async move {
            let work = store.writer().run(move |_| {
                entered.send(()).unwrap();
                opened.recv().unwrap();
                Ok::<_, StoreError>(())
            });
            work.await.unwrap();
        });
        inside.await.unwrap();
        Self(open)
    }

    pub(crate) fn open(self) {
        self.0.send(()).unwrap();
    }
}

/// Begins a future, so that what it asks for has queued, and leaves it waiting.
pub(crate) async fn begun<F: Future>(future: F) -> Pin<Box<F>> {
    let mut future = Box::pin(future);
    poll_fn(|context| {
        assert!(future.as_mut().poll(context).is_pending(), "it waits for the writer");
        Poll::Ready(())
    })
    .await;
    future
}
