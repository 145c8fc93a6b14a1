//! The one thread that writes.
//!
//! 1. It takes the jobs that have queued, as many as wait up to a bound, and commits them together: who waits shares one `fsync`.
//!    It waits for nobody.
//! 2. Each job runs in a savepoint of its own. One that fails or panics is rolled back to it, leaves no gap in the feed's
//!    numbers, and harms no other.
//! 3. After the commit come the sinks, then what the jobs left to be done, then the answers. Nothing reaches memory or a client
//!    before.
//! 4. Who asked may be gone: a job that has queued runs, commits, and is followed all the same.
//! 5. When a commit fails, whether it took effect is not known. The sinks forget every session in the batch, the connection is
//!    opened anew, the sinks are given the records they lack, and only then the jobs are answered `Unavailable`. The next batch
//!    tries again.
//! 6. From a commit that failed to the next that writes something it says of itself that it is down.
//! 7. A job that has waited too long is answered `Busy` and does not run; so is one for which the queue has no room.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use cloakroom_primitives::{Clock, Timestamp};
use cloakroom_session::StoreError;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::database::Database;
use super::feed;
use super::job::{Following, Job};
use super::lock::FileLock;
use super::meta;
use super::sinks::{Sinks, survive};

/// The most jobs that share a commit: beyond it the `fsync` costs each of them next to nothing.
const BATCH: usize = 256;
/// How long nothing must be asked before the log is written back to the database file.
const QUIET: Duration = Duration::from_secs(1);
/// How many records are read at once when the sinks catch up.
const CATCH_UP: u32 = 1_000;

/// The door to the one thread that writes. When it is dropped, what has queued is still done.
pub struct Writer {
    queue: Option<SyncSender<Queued>>,
    clock: Arc<dyn Clock>,
    is_down: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread is given to work with.
pub(super) struct Workplace {
    pub(super) database: Database,
    /// Absent while the file cannot be opened.
    pub(super) connection: Option<Connection>,
    /// Held for as long as the thread lives.
    pub(super) _lock: FileLock,
    pub(super) sinks: Arc<Sinks>,
    pub(super) clock: Arc<dyn Clock>,
    /// The number of the last record that the sinks have.
    pub(super) last_seq: u64,
    /// The longest that a job may wait.
    pub(super) patience: Duration,
    /// How many jobs may wait.
    pub(super) room: usize,
}

impl Writer {
    pub(super) fn start(place: Workplace) -> io::Result<Self> {
        let (queue, jobs) = sync_channel(place.room.max(1));
        let clock = Arc::clone(&place.clock);
        let is_down = Arc::new(AtomicBool::new(false));
        let scribe = Scribe { jobs, place, is_down: Arc::clone(&is_down) };
        let thread = thread::Builder::new().name("cloakroom-writer".to_owned()).spawn(move || scribe.work())?;
        Ok(Self { queue: Some(queue), clock, is_down, thread: Some(thread) })
    }

    /// Whether the last commit failed. Only another one can tell whether that has passed.
    pub(super) fn is_down(&self) -> bool {
        self.is_down.load(Ordering::Relaxed)
    }

    /// Runs a job in a savepoint of the next commit and answers once that commit is on disk.
    ///
    /// A job that returns an error is rolled back. Once this future was polled the job is done whether or not anyone still waits
    /// for it. Fails with [`StoreError::Busy`] when too many wait, with [`StoreError::Unavailable`] when nothing can be written,
    /// and with [`StoreError::Internal`] when the job panics.
    pub async fn run<T, E>(&self, job: impl FnOnce(&mut Job<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work = Box::new(Task { job: Some(job), result: None, reply });
        let queued = Queued { work, since: self.clock.now() };
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.try_send(queued).map_err(|refused| match refused {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => stopped(),
        })?;
        answer.await.unwrap_or_else(|_| Err(stopped().into()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            // Whoever drops the last handle finds the file unlocked. A thread cannot wait for itself: a job may hold that handle.
            drop(thread.join());
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Internal("the writer has stopped".into())
}

struct Queued {
    work: Box<dyn Work>,
    since: Timestamp,
}

/// A job without its types.
trait Work: Send {
    /// Does it, and says whether what it did is to be kept.
    fn act(&mut self, job: &mut Job<'_>) -> bool;

    /// Answers with what it returned, or as a bug of ours when it never came to return.
    fn answer(self: Box<Self>);

    /// Answers that it was in vain.
    fn refuse(self: Box<Self>, error: StoreError);
}

struct Task<F, T, E> {
    job: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Work for Task<F, T, E>
where
    F: FnOnce(&mut Job<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn act(&mut self, job: &mut Job<'_>) -> bool {
        self.result = self.job.take().map(|act| act(job));
        matches!(self.result, Some(Ok(_)))
    }

    fn answer(self: Box<Self>) {
        let result = self.result.unwrap_or_else(|| Err(StoreError::Internal("the job panicked".into()).into()));
        // An error here means that nobody waits any more.
        drop(self.reply.send(result));
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        drop(self.reply.send(Err(error.into())));
    }
}

/// Why a batch came to nothing.
#[derive(Debug, thiserror::Error)]
enum BatchError {
    #[error("the database file was moved away or replaced; put it back, or restart")]
    Moved,
    #[error("SQLite gave up the transaction, as it does when the disk is full or fails")]
    TransactionLost,
    #[error("the feed cannot be read")]
    Feed(#[source] StoreError),
    #[error("the newest moment cannot be written")]
    Time(#[source] StoreError),
    #[error("the database cannot be written")]
    Sqlite(#[from] rusqlite::Error),
}

struct Scribe {
    jobs: Receiver<Queued>,
    place: Workplace,
    is_down: Arc<AtomicBool>,
}

impl Scribe {
    fn work(mut self) {
        let mut batch = Vec::with_capacity(BATCH);
        while self.take(&mut batch) {
            self.serve(&mut batch);
        }
    }

    /// Waits for jobs and takes those that have queued; `false` when there will never be one again.
    fn take(&mut self, batch: &mut Vec<Box<dyn Work>>) -> bool {
        let first = match self.jobs.recv_timeout(QUIET) {
            Err(RecvTimeoutError::Timeout) => {
                self.write_back();
                self.jobs.recv().ok()
            }
            taken => taken.ok(),
        };
        let Some(first) = first else {
            return false;
        };
        let now = self.place.clock.now();
        for queued in std::iter::once(first).chain(self.jobs.try_iter()).take(BATCH) {
            if now.since(queued.since) > self.place.patience {
                queued.work.refuse(StoreError::Busy);
            } else {
                batch.push(queued.work);
            }
        }
        true
    }

    fn serve(&mut self, batch: &mut Vec<Box<dyn Work>>) {
        let mut following = Following::default();
        match self.commit(batch, &mut following) {
            Ok(has_written) => {
                self.place.last_seq = self.place.last_seq.max(following.last_seq());
                self.place.sinks.apply(&following.records);
                for action in following.actions {
                    survive("action", action);
                }
                for work in batch.drain(..) {
                    work.answer();
                }
                // A commit of nothing proves nothing.
                if has_written {
                    self.note(None);
                }
            }
            Err(error) => {
                self.place.sinks.forget(&following.touched);
                // When this fails too, the next batch tries again before it begins.
                let reopened = self.reopen();
                self.note(Some(&error));
                let error = Arc::new(reopened.err().unwrap_or(error));
                for work in batch.drain(..) {
                    work.refuse(StoreError::Unavailable(Box::new(Arc::clone(&error))));
                }
            }
        }
    }

    /// Commits what the jobs do, and says whether that was anything at all.
    fn commit(&mut self, batch: &mut [Box<dyn Work>], following: &mut Following) -> Result<bool, BatchError> {
        if batch.is_empty() {
            return Ok(false);
        }
        if self.place.connection.is_none() {
            self.reopen()?;
        }
        if !self.place.database.is_in_place() {
            return Err(BatchError::Moved);
        }
        let connection = self.place.connection.as_ref().ok_or(BatchError::TransactionLost)?;
        run(connection, "BEGIN IMMEDIATE")?;
        let mut has_written = false;
        for work in batch {
            has_written |= act_in_savepoint(connection, work.as_mut(), following)?;
        }
        if has_written {
            // A clock that starts behind this has gone wrong; what was answered under this one must not be forgotten under that.
            meta::raise(connection, meta::NEWEST_TIME, self.place.clock.now().as_millis()).map_err(BatchError::Time)?;
        }
        run(connection, "COMMIT")?;
        Ok(has_written)
    }

    /// Opens the connection anew and gives the sinks every record after the last one they have: a commit may have taken effect.
    fn reopen(&mut self) -> Result<(), BatchError> {
        self.place.connection = None;
        if !self.place.database.is_in_place() {
            return Err(BatchError::Moved);
        }
        let connection = self.place.database.open_writer()?;
        loop {
            let missed = feed::read(&connection, self.place.last_seq, CATCH_UP).map_err(BatchError::Feed)?;
            let Some(last) = missed.last() else {
                break;
            };
            self.place.last_seq = last.seq;
            self.place.sinks.apply(&missed);
        }
        self.place.connection = Some(connection);
        Ok(())
    }

    /// Says once that writing does not work, and once that it works again.
    fn note(&mut self, error: Option<&BatchError>) {
        let was_down = self.is_down.swap(error.is_some(), Ordering::Relaxed);
        match error {
            Some(error) if !was_down => {
                let cause = std::error::Error::source(error).map(tracing::field::display);
                tracing::error!(%error, cause, "nothing can be written to the database");
            }
            None if was_down => tracing::info!("the database can be written again"),
            _ => {}
        }
    }

    /// Writes the log back to the database file, as far as readers let it, while nobody waits.
    fn write_back(&self) {
        let Some(connection) = &self.place.connection else {
            return;
        };
        if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            tracing::warn!(%error, "the write-ahead log could not be written back; it grows until that works");
        }
    }
}

/// Runs a job in its savepoint, and says whether it has written what is to be kept. Fails when the transaction around it is gone, and with
/// it all that the batch has done.
fn act_in_savepoint(connection: &Connection, work: &mut dyn Work, following: &mut Following) -> Result<bool, BatchError> {
    let (mark, before) = (following.mark(), connection.total_changes());
    run(connection, "SAVEPOINT cloakroom_job")?;
    let mut job = Job::new(connection, following);
    let kept = catch_unwind(AssertUnwindSafe(|| work.act(&mut job))).unwrap_or(false);
    // SQLite itself gives up the whole transaction when the disk is full or broken.
    if connection.is_autocommit() {
        return Err(BatchError::TransactionLost);
    }
    if !kept {
        following.rewind(mark);
        run(connection, "ROLLBACK TO cloakroom_job")?;
    }
    run(connection, "RELEASE cloakroom_job")?;
    Ok(kept && connection.total_changes() != before)
}

fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}
