//! The store: one file, its one writer, and those who read beside it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cloakroom_primitives::{Clock, OsRandom, Random, SystemClock, Timestamp};
use cloakroom_session::{
    Change, Counter, EndedFeed, EndedSession, Ending, FamilyFound, FamilyId, FeedRecord, FeedSink, Inserted, RefreshFamily,
    RefreshStore, Replaced, Seen, Session, SessionId, SessionStore, Snapshot, Start, StoreError, UserId,
};
use rusqlite::Connection;

use super::database::{Database, check_library};
use super::error::OpenError;
use super::lists::Lists;
use super::lock::FileLock;
use super::migrations::{MigrationSet, STORE_MIGRATIONS, migrate};
use super::readers::Readers;
use super::sinks::Sinks;
use super::writer::{Workplace, Writer};
use super::{feed, meta, refresh, sessions};

/// How many records are pruned in one job, so that others have their turn.
const PRUNED_AT_ONCE: u32 = 1_000;

/// How a database file is opened.
#[derive(Clone)]
pub struct SqliteOptions {
    /// How many connections serve short reads; as many as the runtime has workers is right.
    pub readers: usize,
    /// How many jobs may wait for the writer; one more is answered [`StoreError::Busy`].
    pub queue: usize,
    /// How long a job may wait in that queue; after it, it is answered [`StoreError::Busy`] and not run.
    pub patience: Duration,
    /// Tells how long a job has waited.
    pub clock: Arc<dyn Clock>,
    /// Makes the feed's epoch.
    pub random: Arc<dyn Random>,
    /// What else belongs into this file; applied after the store's own tables, in this order.
    pub more_migrations: Vec<MigrationSet>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            readers: 4,
            queue: 4096,
            patience: Duration::from_secs(5),
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(OsRandom),
            more_migrations: Vec::new(),
        }
    }
}

impl fmt::Debug for SqliteOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteOptions")
            .field("readers", &self.readers)
            .field("queue", &self.queue)
            .field("patience", &self.patience)
            .field("more_migrations", &self.more_migrations)
            .finish_non_exhaustive()
    }
}

/// Keeps sessions, refresh families and the feed in one `SQLite` file that this process alone writes. Clones are handles to the
/// same store.
///
/// What it answers is on disk. When the last handle is dropped, what has queued is done first, and then the file's lock is let
/// go.
#[derive(Clone)]
pub struct SqliteStore(Arc<Parts>);

/// Dropped from top to bottom: the writer, which holds the lock of the file, goes last.
struct Parts {
    readers: Readers,
    lists: Lists,
    sinks: Arc<Sinks>,
    writer: Writer,
}

impl SqliteStore {
    /// Opens a database file, or makes one that only its owner may read, and brings its schema up to date.
    ///
    /// It holds the lock of `<path>.lock` until the last handle is dropped. Each [`OpenError`] says what to do.
    pub fn open(path: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        check_library()?;
        let database = Database::at(path)?;
        let lock = FileLock::take(database.path())?;
        let in_database = |source| OpenError::Database { path: database.path().to_owned(), source };
        let in_threads = |source| OpenError::Files { path: database.path().to_owned(), source };

        let mut connection = database.open_writer().map_err(in_database)?;
        database.keep_write_ahead_log(&connection)?;
        for set in std::iter::once(&STORE_MIGRATIONS).chain(&options.more_migrations) {
            migrate(&mut connection, set)?;
        }
        begin_epoch(&connection, &*options.random).map_err(in_database)?;
        let last_seq = feed::last_seq(&connection).map_err(in_database)?;

        let readers =
            (0..options.readers.max(1)).map(|_| database.open_reader()).collect::<Result<Vec<_>, _>>().map_err(in_database)?;
        let lists = Lists::start(database.open_reader().map_err(in_database)?, options.queue).map_err(in_threads)?;
        let sinks = Arc::new(Sinks::default());
        let writer = Writer::start(Workplace {
            database: database.clone(),
            connection: Some(connection),
            _lock: lock,
            sinks: Arc::clone(&sinks),
            clock: options.clock,
            last_seq,
            patience: options.patience,
            room: options.queue,
        })
        .map_err(in_threads)?;
        Ok(Self(Arc::new(Parts { readers: Readers::new(readers), lists, sinks, writer })))
    }

    /// The one that writes, for jobs made of several statements.
    pub fn writer(&self) -> &Writer {
        &self.0.writer
    }

    /// Connections for short reads.
    pub fn readers(&self) -> &Readers {
        &self.0.readers
    }

    /// The thread for long reads.
    pub fn lists(&self) -> &Lists {
        &self.0.lists
    }

    /// Fails while nothing can be written. It writes nothing itself unless the last commit failed: then it tries.
    pub async fn prove_writable(&self) -> Result<(), StoreError> {
        if !self.writer().is_down() {
            return Ok(());
        }
        // What changes nothing would not reach the disk.
        self.writer().run(|job| meta::write_and_remove(job.connection())).await
    }

    /// Takes the word of a clock that is behind [`SqliteStore::newest_time`]: from now on that is the newest.
    pub async fn accept_time(&self, now: Timestamp) -> Result<(), StoreError> {
        self.writer().run(move |job| meta::set(job.connection(), meta::NEWEST_TIME, &now.as_millis().to_be_bytes())).await
    }

    /// The latest moment at which anything was written: a wall clock that is behind it is wrong.
    pub fn newest_time(&self) -> Result<Option<Timestamp>, StoreError> {
        let millis = self.0.readers.with(|connection| meta::number(connection, meta::NEWEST_TIME))?;
        Ok(millis.map(Timestamp::from_millis))
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

/// Names the numbering of the feed, once in the life of a file.
fn begin_epoch(connection: &Connection, random: &dyn Random) -> rusqlite::Result<()> {
    let mut epoch = [0; 16];
    random.fill(&mut epoch);
    let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
    connection.execute(sql, (meta::FEED_EPOCH, epoch)).map(drop)
}

#[async_trait]
impl SessionStore for SqliteStore {
    fn exclusive(&self) -> bool {
        true
    }

    fn attach(&self, sinks: &[Arc<dyn FeedSink>]) -> bool {
        self.0.sinks.attach(sinks);
        true
    }

    async fn insert(&self, start: &Start) -> Result<Inserted, StoreError> {
        let start = start.clone();
        self.writer().run(move |job| sessions::insert(job, &start)).await
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.readers().with(|connection| sessions::find(connection, id))
    }

    async fn replace(&self, session: &Session, change: Change, family: Option<&RefreshFamily>) -> Result<Replaced, StoreError> {
        let (session, family) = (session.clone(), family.cloned());
        self.writer().run(move |job| sessions::replace(job, &session, change, family.as_ref())).await
    }

    async fn touch(&self, seen: &[Seen]) -> Result<(), StoreError> {
        let seen = seen.to_vec();
        self.writer().run(move |job| sessions::touch(job, &seen)).await
    }

    async fn remove(&self, id: SessionId, ending: Ending) -> Result<Option<EndedSession>, StoreError> {
        self.writer().run(move |job| sessions::remove(job, id, ending)).await
    }

    async fn list(&self, user: &UserId) -> Result<Vec<Session>, StoreError> {
        let user = user.clone();
        self.lists().run(move |connection| sessions::list(connection, &user)).await
    }

    async fn remove_all(&self, user: &UserId, keep: Option<SessionId>, ending: Ending) -> Result<Vec<EndedSession>, StoreError> {
        let user = user.clone();
        self.writer().run(move |job| sessions::remove_all(job, &user, keep, ending)).await
    }

    async fn sweep(&self, seen: &[Seen], ended_before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        let seen = seen.to_vec();
        self.writer().run(move |job| sessions::sweep(job, &seen, ended_before, limit)).await
    }
}

#[async_trait]
impl RefreshStore for SqliteStore {
    async fn find_family(&self, id: FamilyId) -> Result<Option<FamilyFound>, StoreError> {
        self.readers().with(|connection| refresh::find(connection, id))
    }

    async fn replace_family(&self, family: &RefreshFamily, spent: Counter) -> Result<Replaced, StoreError> {
        let family = family.clone();
        self.writer().run(move |job| refresh::replace(job, &family, spent)).await
    }

    async fn list_families(&self, session: SessionId) -> Result<Vec<RefreshFamily>, StoreError> {
        self.readers().with(|connection| refresh::list(connection, session))
    }
}

#[async_trait]
impl EndedFeed for SqliteStore {
    async fn read(&self, after: u64, limit: u32) -> Result<Vec<FeedRecord>, StoreError> {
        self.lists().run(move |connection| feed::read(connection, after, limit)).await
    }

    async fn snapshot(&self, now: Timestamp) -> Result<Snapshot, StoreError> {
        self.lists().run(move |connection| feed::snapshot(connection, now)).await
    }

    async fn find_ended(&self, session: SessionId) -> Result<Option<EndedSession>, StoreError> {
        self.readers().with(|connection| feed::find_ended(connection, session))
    }

    async fn prune(&self, now: Timestamp) -> Result<u32, StoreError> {
        let mut removed = 0_u32;
        loop {
            let some = self.writer().run(move |job| feed::prune(job.connection(), now, PRUNED_AT_ONCE)).await?;
            removed = removed.saturating_add(some);
            if some < PRUNED_AT_ONCE {
                return Ok(removed);
            }
        }
    }

    async fn longest_access_lifetime(&self, configured: Duration) -> Result<Duration, StoreError> {
        let millis = u64::try_from(configured.as_millis()).unwrap_or(u64::MAX);
        let longest = self.writer().run(move |job| meta::raise(job.connection(), meta::LONGEST_ACCESS_LIFETIME, millis)).await?;
        Ok(Duration::from_millis(longest))
    }
}
