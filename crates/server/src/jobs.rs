//! What runs beside the requests: last-seen times are written, what has expired is swept.
//!
//! While the process's own time and the wall clock are apart, sweeping and pruning pause: neither may act on a time that is wrong.

use std::time::Duration;

use cloakroom::{Auth, ClockHealth, SystemClock};

use crate::limits::Limits;

const FLUSH_EVERY: Duration = Duration::from_secs(5);
/// Flushes between two sweeps.
const SWEEP_EVERY: u32 = 12;
/// How many rows one sweep takes: more would keep writers waiting.
const SWEEP_LIMIT: u32 = 1_000;

/// The jobs of one server.
#[derive(Clone)]
pub(crate) struct Jobs {
    auth: Auth,
    limits: Limits,
    clock: SystemClock,
}

impl Jobs {
    pub(crate) fn new(auth: Auth, limits: Limits, clock: SystemClock) -> Self {
        Self { auth, limits, clock }
    }

    /// Runs until it is dropped.
    pub(crate) async fn run(self) {
        let mut rounds = tokio::time::interval(FLUSH_EVERY);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut round = 0_u32;
        loop {
            tokio::select! {
                _ = rounds.tick() => round = round.wrapping_add(1),
                () = self.flush_wanted() => {
                    self.flush().await;
                    continue;
                }
            }
            self.flush().await;
            if round.is_multiple_of(SWEEP_EVERY) && self.clock.health() == ClockHealth::Agrees {
                self.sweep().await;
            }
        }
    }

    /// Waits until so many last-seen times wait that they must not wait for the next round.
    async fn flush_wanted(&self) {
        match self.auth.store() {
            Some(store) => store.flush_wanted().await,
            None => std::future::pending().await,
        }
    }

    /// Writes every last-seen time, before the process ends.
    pub(crate) async fn finish(&self) {
        if let Some(store) = self.auth.store()
            && let Err(error) = store.flush_all(self.auth.now()).await
        {
            tracing::warn!(%error, "last-seen times were not written; idle limits may strike early");
        }
    }

    async fn flush(&self) {
        if let Some(store) = self.auth.store()
            && let Err(error) = store.flush(self.auth.now()).await
        {
            tracing::warn!(%error, "last-seen times were not written; they are kept for the next time");
        }
    }

    async fn sweep(&self) {
        let (now, Some(store)) = (self.auth.now(), self.auth.store()) else { return };
        self.auth.prune_revocations(now);
        let swept = async {
            while store.sweep(now, SWEEP_LIMIT).await? == SWEEP_LIMIT {}
            store.prune(now).await?;
            self.limits.prune(SWEEP_LIMIT, now).await
        };
        if let Err(error) = swept.await {
            tracing::warn!(%error, "sweeping did not end; it goes on next time");
        }
    }
}
