//! What visitors of the lab really sent and got, per host, the newest last.
//!
//! What could be the person's own is overwritten before anything is kept: they may type a password of theirs into a form of the lab, and
//! their browser brings the cookies of other servers at this host.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cloakroom_primitives::Timestamp;

use super::wire::Message;

/// So many exchanges are kept of each host.
const KEPT: usize = 40;

/// A request and its answer.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    /// When it was answered, by the house's clock.
    pub(crate) at: Timestamp,
    /// What came.
    pub(crate) request: Message,
    /// What went back.
    pub(crate) response: Message,
}

/// Keeps them. Clones share everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    hosts: HashMap<String, VecDeque<Recorded>>,
}

impl Recorder {
    /// Keeps an exchange with one of the lab's hosts.
    pub(crate) fn record(&self, host: &str, at: Timestamp, request: Message, response: Message) {
        let mut book = self.book();
        let recorded = Recorded { at, request: request.for_keeping(), response: response.for_keeping() };
        let page = book.hosts.entry(host.to_owned()).or_default();
        if page.len() == KEPT {
            page.pop_front();
        }
        page.push_back(recorded);
    }

    /// What is kept of a host, the newest last.
    pub(crate) fn of(&self, host: &str) -> Vec<Recorded> {
        self.book().hosts.get(host).map(|page| page.iter().cloned().collect()).unwrap_or_default()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_are_kept_and_no_secret() {
        let recorder = Recorder::default();
        let request = Message::of("POST / HTTP/1.1\r\nHost: a", b"password=my own&x=1");
        for second in 0..=40 {
            recorder.record("a", Timestamp::from_seconds(second), request.clone(), Message::of("HTTP/1.1 204 No Content", b""));
        }
        let kept = recorder.of("a");
        assert_eq!((kept.len(), kept[0].at), (KEPT, Timestamp::from_seconds(1)));
        assert!(!format!("{kept:?}").contains("my own"));
        assert_eq!(kept[0].request.body.shown(), "password=[6 hidden]&x=1");
        assert!(recorder.of("b").is_empty());
    }
}
