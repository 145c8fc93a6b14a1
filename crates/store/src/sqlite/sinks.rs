//! Those who must follow what was committed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};

use cloakroom_session::{FeedRecord, FeedSink, SessionId};

/// The sinks, in the order in which they are told.
#[derive(Default)]
pub(super) struct Sinks(RwLock<Vec<Arc<dyn FeedSink>>>);

impl Sinks {
    /// Adds sinks behind those that are there.
    pub(super) fn attach(&self, sinks: &[Arc<dyn FeedSink>]) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).extend_from_slice(sinks);
    }

    pub(super) fn apply(&self, records: &[FeedRecord]) {
        if !records.is_empty() {
            self.each(|sink| sink.apply(records));
        }
    }

    pub(super) fn forget(&self, sessions: &[SessionId]) {
        if !sessions.is_empty() {
            self.each(|sink| sink.forget(sessions));
        }
    }

    fn each(&self, tell: impl Fn(&dyn FeedSink)) {
        for sink in &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            survive("sink", || tell(&**sink));
        }
    }
}

/// Runs something that must not panic but might: the writer has others to serve.
pub(super) fn survive(what: &'static str, act: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(act)).is_err() {
        tracing::error!(
            what,
            "a follower of the commit panicked; what it remembers may be out of date until the process restarts"
        );
    }
}
