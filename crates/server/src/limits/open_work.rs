//! What anybody may ask for without signing in: counted when asked, 60 a minute for each source.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cloakroom_primitives::Timestamp;

use super::buckets::{Buckets, Rate};
use super::source::{RetryAfter, Source};

const SIXTY_A_MINUTE: Rate = Rate { burst: 60, one_per: Duration::from_secs(1) };
/// How many sources are remembered at once.
const SOURCES: usize = 8 * 1024;

/// Decides how often one kind of work is done for a source. Cloning shares what it remembers.
#[derive(Clone)]
pub(crate) struct OpenWork(Option<Arc<Mutex<Buckets>>>);

impl OpenWork {
    /// Limits that hold, or, by a setting that says so, none.
    pub(crate) fn new(is_enforced: bool) -> Self {
        Self(is_enforced.then(|| Arc::new(Mutex::new(Buckets::new(SIXTY_A_MINUTE, SOURCES)))))
    }

    /// Admits one more, and counts it. Fails with how long to wait.
    pub(crate) fn admit(&self, source: Source, now: Timestamp) -> Result<(), RetryAfter> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.room(source, 0, now)?;
        buckets.take(source, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_served_sixty_times_a_minute_and_others_do_not_wait_for_it() {
        let (work, start) = (OpenWork::new(true), Timestamp::from_seconds(1_000_000));
        let of = |number: u8| Source::of([192, 0, 2, number].into());
        assert!((0..60).all(|_| work.admit(of(1), start).is_ok()));
        assert_eq!(work.admit(of(1), start), Err(RetryAfter::new(Duration::from_secs(1))));
        assert!(work.admit(of(2), start).is_ok());
        assert!(work.admit(of(1), start.plus(Duration::from_secs(1))).is_ok());
        let off = OpenWork::new(false);
        assert!((0..200).all(|_| off.admit(of(1), start).is_ok()));
    }
}
