//! A server that starts with a clock behind what its store has seen would take what has expired and end what has not.
//!
//! 1. A wall clock more than 60 s behind the newest moment in the store closes the gate: not ready, and every credential gets 503.
//! 2. It opens when the clock has caught up, or when an operator says that the clock is right: `cloakroom clock accept`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cloakroom::Timestamp;

/// How far behind a clock may be: last-seen times are written late, and clocks are corrected.
const TOLERANCE: Duration = Duration::from_mins(1);

/// Whether credentials may be judged by this clock.
#[derive(Clone, Debug)]
pub(crate) struct TimeGate(Arc<Gate>);

#[derive(Debug)]
struct Gate {
    newest: Timestamp,
    is_accepted: AtomicBool,
}

impl TimeGate {
    /// A gate before a store that has seen `newest`.
    pub(crate) fn before(newest: Option<Timestamp>) -> Self {
        Self(Arc::new(Gate { newest: newest.unwrap_or_default(), is_accepted: AtomicBool::new(false) }))
    }

    /// Whether the clock can be believed at `now`.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        now.plus(TOLERANCE) >= self.0.newest || self.0.is_accepted.load(Ordering::Relaxed)
    }

    /// Takes the clock's word.
    pub(crate) fn accept(&self) {
        self.0.is_accepted.store(true, Ordering::Relaxed);
    }

    /// How far the clock is behind at `now`.
    pub(crate) fn behind(&self, now: Timestamp) -> Duration {
        self.0.newest.since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_more_than_a_minute_behind_closes_the_gate_until_it_catches_up_or_is_accepted() {
        let at = Timestamp::from_seconds;
        let gate = TimeGate::before(Some(at(1_000)));
        for (now, open) in [(939, false), (940, true), (2_000, true)] {
            assert_eq!(gate.is_open(at(now)), open, "{now}");
        }
        assert_eq!(gate.behind(at(900)), Duration::from_secs(100));
        gate.accept();
        assert!(gate.is_open(at(0)));
        assert!(TimeGate::before(None).is_open(at(0)));
    }
}
