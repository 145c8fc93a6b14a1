//! One thread for reads that may take long: lists, searches, the feed. A cold page must not hold up those who serve others.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use cloakroom_session::StoreError;
use rusqlite::Connection;
use tokio::sync::oneshot;

type Read = Box<dyn FnOnce(&Connection) + Send>;

/// The door to the thread that makes long reads, one after the other.
pub struct Lists {
    queue: Option<SyncSender<Read>>,
    thread: Option<JoinHandle<()>>,
}

impl Lists {
    pub(super) fn start(connection: Connection, room: usize) -> io::Result<Self> {
        let (queue, reads) = sync_channel(room.max(1));
        let thread = thread::Builder::new().name("cloakroom-lists".to_owned()).spawn(move || work(&connection, &reads))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Reads, on the thread that is for it. It sees every commit that was answered before.
    ///
    /// Fails with [`StoreError::Busy`] when too many wait, and with [`StoreError::Internal`] when the closure panics.
    pub async fn run<T, E>(&self, read: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let read: Read = Box::new(move |connection| {
            if !reply.is_closed() {
                drop(reply.send(read(connection)));
            }
        });
        let queue = self.queue.as_ref().ok_or_else(failed)?;
        queue.try_send(read).map_err(|refused| match refused {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => failed(),
        })?;
        answer.await.unwrap_or_else(|_| Err(failed().into()))
    }
}

impl Drop for Lists {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            drop(thread.join());
        }
    }
}

fn work(connection: &Connection, reads: &Receiver<Read>) {
    for read in reads {
        // A read that panicked has dropped its sender: whoever waits is told.
        drop(catch_unwind(AssertUnwindSafe(|| read(connection))));
    }
}

fn failed() -> StoreError {
    StoreError::Internal("the read did not finish".into())
}
