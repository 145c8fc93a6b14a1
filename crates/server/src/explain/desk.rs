//! Where pastes are explained: beside the requests, a few at a time.
//!
//! 1. Each source may ask as often as at any door that needs no sign-in.
//! 2. Explaining a hostile text is work for a processor, so it happens off the threads that serve requests, on as many as half the
//!    processors. Who finds no seat within a moment is told to come back.
//! 3. This server's verdict is told for the caller's own credential alone; what needs the store is asked only then.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use cloakroom::{AskedBy, Auth, Principal, Timestamp};
use cloakroom_explain::{Explainer, Explanation};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::ours::{Unavailable, candidates, ours, verdict};
use super::question::Question;
use crate::limits::{OpenWork, RetryAfter, Source};

/// How long a paste waits for a seat.
const PATIENCE: Duration = Duration::from_secs(2);

/// When to come back after that.
const TRY_AGAIN: RetryAfter = RetryAfter::new(Duration::from_secs(2));

/// Why nothing was explained. Nothing of the paste stands in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotExplained {
    /// This source asks too often.
    #[error("too many questions")]
    TooMany(RetryAfter),
    /// Too many are being explained.
    #[error("too many pastes at once")]
    Busy(RetryAfter),
    /// The explainer failed, which is a bug of ours.
    #[error("a paste could not be explained")]
    Failed,
}

/// Who asks, and when.
pub(crate) struct Asker<'a> {
    pub(crate) from: IpAddr,
    pub(crate) caller: Option<&'a Principal>,
    pub(crate) now: Timestamp,
}

/// Explains pastes. Cloning shares the seats.
#[derive(Clone)]
pub(crate) struct ExplainDesk(Arc<Inner>);

struct Inner {
    explainer: Explainer,
    seats: Arc<Semaphore>,
    auth: Auth,
    open_work: OpenWork,
}

impl ExplainDesk {
    /// A desk with a seat for every second processor.
    pub(crate) fn new(auth: Auth, open_work: OpenWork) -> Self {
        let seats = std::thread::available_parallelism().map_or(1, |count| count.get().div_ceil(2));
        Self(Arc::new(Inner { explainer: Explainer::new(), seats: Arc::new(Semaphore::new(seats)), auth, open_work }))
    }

    /// Explains a paste.
    pub(crate) async fn explain(&self, question: Question, asker: Asker<'_>) -> Result<Explanation, NotExplained> {
        let desk = &self.0;
        desk.open_work.admit(Source::of(asker.from), asker.now).map_err(NotExplained::TooMany)?;
        let seat = timeout(PATIENCE, Arc::clone(&desk.seats).acquire_owned()).await.map_err(|_| NotExplained::Busy(TRY_AGAIN))?;
        let seat = seat.map_err(|_| NotExplained::Failed)?;
        let own = candidates(&question.text, |text| desk.auth.claims_to_be_ours(text));
        let (shared, paste) = (Arc::clone(desk), question.into_paste(asker.now));
        let explained = tokio::task::spawn_blocking(move || {
            let explanation = shared.explainer.explain(&paste);
            drop(seat);
            explanation
        });
        let mut explanation = explained.await.map_err(|_| NotExplained::Failed)?;
        explanation.ours = match (own.first(), asker.caller) {
            (Some(candidate), Some(caller)) if !candidate.is_blanked => {
                let told = desk.auth.appraise(&candidate.text, AskedBy::Holder(&caller.user), asker.now).await;
                ours(own.first(), Some(told.map(|told| told.as_ref().map(verdict)).map_err(|_| Unavailable)))
            }
            (candidate, _) => ours(candidate, None),
        };
        Ok(explanation)
    }
}
