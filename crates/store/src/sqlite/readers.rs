//! Connections for short reads, made where the question is: a warm read takes less time than a thread hop.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};

use rusqlite::Connection;

/// A few read-only connections, opened at start and shared. Each sees every commit that was answered before it is asked.
pub struct Readers {
    connections: Box<[Mutex<Connection>]>,
    next: AtomicUsize,
}

impl Readers {
    /// There must be at least one.
    pub(super) fn new(connections: impl IntoIterator<Item = Connection>) -> Self {
        Self { connections: connections.into_iter().map(Mutex::new).collect(), next: AtomicUsize::new(0) }
    }

    /// Reads, on the calling thread. It must be short, a look-up by key and never a list, and must not come here again.
    pub fn with<R>(&self, read: impl FnOnce(&Connection) -> R) -> R {
        // The first that is free, so that those in use stay warm. One whose reader panicked has nothing half done.
        for connection in &self.connections {
            match connection.try_lock() {
                Ok(connection) => return read(&connection),
                Err(TryLockError::Poisoned(poisoned)) => return read(&poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        read(&self.connections[turn].lock().unwrap_or_else(PoisonError::into_inner))
    }
}
