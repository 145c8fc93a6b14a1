//! The promise of [`SessionStore::attach`](crate::SessionStore::attach), for stores that call their sinks.

use std::sync::{Arc, Mutex, PoisonError};

use super::feed::attempt_what_changes_nothing;
use super::sample::{after, change, ending, id, insert, insert_each, session, start, user};
use super::sessions::joined;
use crate::{Cell, EndCause, FeedRecord, FeedSink, SessionId, Start, Store};

/// Remembers what it was called with.
#[derive(Default)]
struct Recorder(Mutex<Vec<FeedRecord>>);

impl Recorder {
    /// Attaches one. `None` when this store calls no sinks and so promises nothing about them.
    fn attach(store: &dyn Store) -> Option<Arc<Self>> {
        let recorder = Arc::new(Self::default());
        let sink: Arc<dyn FeedSink> = Arc::<Self>::clone(&recorder);
        store.attach(&[sink]).then_some(recorder)
    }

    fn records(&self) -> Vec<FeedRecord> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn sessions(&self) -> Vec<Option<SessionId>> {
        self.records().iter().map(|record| record.entry.session()).collect()
    }
}

impl FeedSink for Recorder {
    fn apply(&self, records: &[FeedRecord]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(records);
    }
}

pub(super) async fn sinks_are_called_before_the_answer_and_in_order(store: Arc<dyn Store>) {
    let Some(recorder) = Recorder::attach(&*store) else {
        return;
    };
    let sessions = insert_each(&*store, "ada", 1..=3).await;
    store.replace(&sessions[2].stepped_up(None, after(20), after(10)), change(after(10)), None).await.expect("replace answers");
    assert_eq!(recorder.sessions(), [Some(id(3))]);
    insert(&*store, &Start { replaces: vec![id(1)], ..start(&session(4, "ada", Cell::Cookie, after(11))) }).await;
    assert_eq!(recorder.sessions()[1..], [Some(id(1))]);
    store.remove(id(2), ending(EndCause::SignedOut, after(12))).await.expect("remove answers");
    assert_eq!(recorder.sessions()[2..], [Some(id(2))]);
    store.remove_all(&user("ada"), Some(id(4)), ending(EndCause::SignedOut, after(13))).await.expect("remove_all answers");
    assert_eq!(recorder.sessions()[3..], [Some(id(3))]);

    insert_each(&*store, "eve", 11..=34).await;
    let ends = (11..=34).map(|number| {
        let (store, recorder) = (Arc::clone(&store), Arc::clone(&recorder));
        tokio::spawn(async move {
            store.remove(id(number), ending(EndCause::SignedOut, after(50))).await.expect("remove answers");
            assert!(recorder.sessions().contains(&Some(id(number))), "at the answer the sinks have been called");
        })
    });
    joined(ends).await;
    assert_eq!(recorder.records(), store.read(0, 100).await.expect("read answers"), "sinks and feed have one order");
}

pub(super) async fn a_caller_that_does_not_wait_changes_nothing_about_the_sinks(store: Arc<dyn Store>) {
    let Some(recorder) = Recorder::attach(&*store) else {
        return;
    };
    insert_each(&*store, "ada", 1..=16).await;
    for number in 1..=16 {
        let (dropped, end) = (Arc::clone(&store), ending(EndCause::SignedOut, after(50)));
        let call = tokio::spawn(async move { dropped.remove(id(number), end).await });
        if number.is_multiple_of(2) {
            tokio::task::yield_now().await;
        }
        call.abort();
        // Whoever of the two ended it, it has ended once.
        store.remove(id(number), end).await.expect("remove answers");
        assert_eq!(recorder.sessions().iter().filter(|session| **session == Some(id(number))).count(), 1);
    }
    assert_eq!(recorder.records(), store.read(0, 100).await.expect("read answers"));
}

pub(super) async fn what_changed_nothing_calls_no_sink(store: Arc<dyn Store>) {
    let Some(recorder) = Recorder::attach(&*store) else {
        return;
    };
    attempt_what_changes_nothing(&*store).await;
    assert_eq!(recorder.records(), []);
}
