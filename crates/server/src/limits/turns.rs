//! Attempts under way, whose outcome is not known yet.
//!
//! Who finds no room because of them waits for an outcome and asks again. What was read before an outcome is out of date after it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use super::source::RetryAfter;

/// How many attempts under one key may be under way or wait for an outcome.
const MOST_AT_ONCE: usize = 256;

/// What comes of an attempt that finds others under way.
pub(super) enum Judgement {
    /// There is room.
    Go,
    /// An outcome that is not known yet decides.
    Wait,
    /// There is none.
    Refuse(RetryAfter),
}

/// Who is under way under each key, and who waits for an outcome.
pub(super) struct Turns<K>(Mutex<HashMap<K, Line>>);

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[derive(Default)]
struct Line {
    /// Seats taken, under way or waiting.
    seats: usize,
    under_way: u32,
    /// How many outcomes there have been.
    outcomes: u64,
    changed: Arc<Notify>,
}

impl<K> Turns<K> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody sits anywhere.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

impl<K: Copy + Eq + Hash> Turns<K> {
    /// Takes a seat in the key's line; `None` when too many sit there.
    pub(super) fn sit(self: &Arc<Self>, key: K) -> Option<Seat<K>> {
        let mut lines = self.lock();
        let line = lines.entry(key).or_default();
        if line.seats >= MOST_AT_ONCE {
            return None;
        }
        line.seats += 1;
        Some(Seat { turns: Arc::clone(self), key, is_under_way: false })
    }
}

/// A place in the line of a key; the attempt ends when it is dropped.
pub(super) struct Seat<K: Copy + Eq + Hash> {
    turns: Arc<Turns<K>>,
    key: K,
    is_under_way: bool,
}

/// What comes of asking to go.
pub(super) enum Step {
    /// The attempt is under way.
    Gone,
    /// There was an outcome since the mark: what was read before it is out of date.
    Again,
    /// To be asked again after the next outcome.
    Wait(OwnedNotified),
    /// There is no room.
    Refused(RetryAfter),
}

impl<K: Copy + Eq + Hash> Seat<K> {
    /// What [`Seat::advance`] is told, taken before anything is read.
    pub(super) fn mark(&self) -> u64 {
        self.turns.lock().get(&self.key).map_or(0, |line| line.outcomes)
    }

    /// Judges by what is under way now, and if it may go, is under way from here on.
    pub(super) fn advance(&mut self, mark: u64, judge: impl FnOnce(u32) -> Judgement) -> Step {
        let mut lines = self.turns.lock();
        let line = lines.entry(self.key).or_default();
        if line.outcomes != mark {
            return Step::Again;
        }
        match judge(line.under_way) {
            Judgement::Go => {
                line.under_way += 1;
                self.is_under_way = true;
                Step::Gone
            }
            Judgement::Wait => Step::Wait(Arc::clone(&line.changed).notified_owned()),
            Judgement::Refuse(after) => Step::Refused(after),
        }
    }
}

impl<K: Copy + Eq + Hash> Drop for Seat<K> {
    fn drop(&mut self) {
        let mut lines = self.turns.lock();
        let Some(line) = lines.get_mut(&self.key) else { return };
        line.seats -= 1;
        if self.is_under_way {
            line.under_way -= 1;
            line.outcomes += 1;
            line.changed.notify_waiters();
        }
        if line.seats == 0 {
            lines.remove(&self.key);
        }
    }
}
