//! What a job of the writer works with, and what must follow its commit.

use cloakroom_session::{FeedEntry, FeedRecord, SessionId, StoreError};
use rusqlite::Connection;

use super::feed;

/// A job at work: the connection, inside the job's own savepoint, and what follows the commit.
///
/// When the job fails, its savepoint is rolled back and nothing of what it left here happens.
pub struct Job<'a> {
    connection: &'a Connection,
    following: &'a mut Following,
}

impl<'a> Job<'a> {
    pub(super) fn new(connection: &'a Connection, following: &'a mut Following) -> Self {
        Self { connection, following }
    }

    /// The writing connection. A job neither begins nor ends a transaction of its own.
    pub fn connection(&self) -> &'a Connection {
        self.connection
    }

    /// Appends an entry to the feed, for the sinks to follow after the commit, and returns its number.
    pub fn append(&mut self, entry: FeedEntry) -> Result<u64, StoreError> {
        let seq = feed::insert(self.connection, &entry)?;
        self.following.touched.extend(entry.session());
        self.following.records.push(FeedRecord { seq, entry });
        Ok(seq)
    }

    /// Tells the sinks, after the commit, of something that is not stored: its number is zero.
    pub fn tell(&mut self, entry: FeedEntry) {
        self.following.touched.extend(entry.session());
        self.following.records.push(FeedRecord { seq: 0, entry });
    }

    /// Leaves something to be done after the commit and before anyone is answered, such as handing on an event. It must not wait.
    pub fn after(&mut self, follow: impl FnOnce() + Send + 'static) {
        self.following.actions.push(Box::new(follow));
    }

    /// Names a session that the job writes, so that the sinks forget it should the commit fail. Appending an entry names its
    /// session.
    pub fn touches(&mut self, session: SessionId) {
        self.following.touched.push(session);
    }
}

/// Something to be done after a commit.
pub(super) type Action = Box<dyn FnOnce() + Send>;

/// What must follow the commit of a batch, and what must be forgotten should it fail.
#[derive(Default)]
pub(super) struct Following {
    pub(super) records: Vec<FeedRecord>,
    pub(super) actions: Vec<Action>,
    pub(super) touched: Vec<SessionId>,
}

/// How much was to follow before a job began.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    records: usize,
    actions: usize,
    touched: usize,
}

impl Following {
    pub(super) fn mark(&self) -> Mark {
        Mark { records: self.records.len(), actions: self.actions.len(), touched: self.touched.len() }
    }

    /// Drops what was added since the mark.
    pub(super) fn rewind(&mut self, mark: Mark) {
        self.records.truncate(mark.records);
        self.actions.truncate(mark.actions);
        self.touched.truncate(mark.touched);
    }

    /// The highest number among the records.
    pub(super) fn last_seq(&self) -> u64 {
        self.records.iter().map(|record| record.seq).max().unwrap_or(0)
    }
}
