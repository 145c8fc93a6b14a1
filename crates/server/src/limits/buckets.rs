//! How much a source may do in a span: the generic cell rate algorithm, in a bounded table.
//!
//! It is our own because a ready one (`governor`) takes when it is asked. Of passwords failures count, and whether an attempt fails is
//! known only after it was asked for: so asking takes nothing here.

use std::collections::HashMap;
use std::time::Duration;

use cloakroom_primitives::Timestamp;

use super::source::{RetryAfter, Source};

/// So many at once, and one more each time a span has passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// At once.
    pub(super) burst: u32,
    /// The span.
    pub(super) one_per: Duration,
}

impl Rate {
    /// Whether so many more find room in a bucket that is whole again at `whole_at`. Fails with how long it takes until they do.
    fn room(self, whole_at: Timestamp, more: u32, now: Timestamp) -> Result<(), RetryAfter> {
        let after = whole_at.max(now).plus(self.one_per.saturating_mul(more));
        let too_long = after.since(now.plus(self.one_per.saturating_mul(self.burst)));
        if too_long.is_zero() { Ok(()) } else { Err(RetryAfter::new(too_long)) }
    }
}

/// What a bucket stands for: a source, or when there are too many of them, a neighbourhood of sources, or everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    Source(Source),
    V4Neighbourhood([u8; 2]),
    V6Neighbourhood([u16; 2]),
    Everyone,
}

impl Place {
    fn around(source: Source) -> Self {
        match source {
            Source::V4([a, b, ..]) => Self::V4Neighbourhood([a, b]),
            Source::V6([a, b, ..]) => Self::V6Neighbourhood([a, b]),
        }
    }
}

/// A bounded number of buckets.
pub(super) struct Buckets {
    rate: Rate,
    /// How many sources have a bucket of their own; as many neighbourhoods may come on top.
    capacity: usize,
    /// When each is whole again. One that is not here is whole.
    whole_at: HashMap<Place, Timestamp>,
    /// When the whole ones were last dropped.
    dropped_at: Timestamp,
}

/// How often a full table is searched for buckets that are whole again.
const DROP_EVERY: Duration = Duration::from_secs(1);

impl Buckets {
    /// So many buckets, all whole.
    pub(super) fn new(rate: Rate, capacity: usize) -> Self {
        Self { rate, capacity, whole_at: HashMap::new(), dropped_at: Timestamp::ZERO }
    }

    /// Whether one more of a source finds room beside those under way. It takes nothing.
    pub(super) fn room(&mut self, source: Source, under_way: u32, now: Timestamp) -> Result<(), RetryAfter> {
        let place = self.place_of(source, now);
        self.rate.room(self.whole_at.get(&place).copied().unwrap_or_default(), under_way.saturating_add(1), now)
    }

    /// Takes one.
    pub(super) fn take(&mut self, source: Source, now: Timestamp) {
        let place = self.place_of(source, now);
        let whole_at = self.whole_at.entry(place).or_default();
        // Never more than a full bucket's worth: failures that were under way together do not dig deeper.
        let limit = now.plus(self.rate.one_per.saturating_mul(self.rate.burst));
        *whole_at = (*whole_at).max(now).plus(self.rate.one_per).min(limit);
    }

    /// Puts one back.
    pub(super) fn give_back(&mut self, source: Source) {
        if let Some(whole_at) = self.whole_at.get_mut(&Place::Source(source)) {
            *whole_at = whole_at.minus(self.rate.one_per);
        }
    }

    /// The bucket of a source: its own while there is room for it, then its neighbourhood's, then everyone's.
    fn place_of(&mut self, source: Source, now: Timestamp) -> Place {
        let own = Place::Source(source);
        if self.whole_at.contains_key(&own) {
            return own;
        }
        if self.whole_at.len() >= self.capacity && now.since(self.dropped_at) >= DROP_EVERY {
            self.dropped_at = now;
            self.whole_at.retain(|_, whole_at| *whole_at > now);
        }
        let neighbourhood = Place::around(source);
        if self.whole_at.len() < self.capacity {
            own
        } else if self.whole_at.contains_key(&neighbourhood) || self.whole_at.len() < self.capacity.saturating_mul(2) {
            neighbourhood
        } else {
            Place::Everyone
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_000_000);
    const THIRTY_A_MINUTE: Rate = Rate { burst: 30, one_per: Duration::from_secs(2) };

    fn source() -> Source {
        Source::of([192, 0, 2, 1].into())
    }

    #[test]
    fn a_full_table_drops_what_is_whole_and_then_shares() {
        let mut buckets = Buckets::new(THIRTY_A_MINUTE, 4);
        let v4 = |a, b, c, d| Source::of([a, b, c, d].into());
        for number in 0..4 {
            buckets.take(v4(198, 51, 100, number), START);
        }
        buckets.take(v4(203, 0, 113, 1), START);
        assert_eq!(buckets.place_of(v4(203, 0, 113, 2), START), Place::V4Neighbourhood([203, 0]));
        for _ in 0..29 {
            buckets.take(v4(203, 0, 114, 9), START);
        }
        assert!(buckets.room(v4(203, 0, 115, 7), 0, START).is_err(), "neighbours share");
        assert!(buckets.room(v4(198, 51, 100, 0), 0, START).is_ok(), "who came before keeps a bucket of its own");
        for number in 1..4 {
            buckets.take(v4(203, number, 113, 1), START);
        }
        assert_eq!(buckets.place_of(v4(100, 64, 0, 1), START), Place::Everyone);
        let later = START.plus(Duration::from_hours(1));
        assert_eq!(buckets.place_of(v4(100, 64, 0, 1), later), Place::Source(v4(100, 64, 0, 1)));
    }

    #[test]
    fn a_bucket_refills_one_by_one_and_never_owes_more_than_a_minute() {
        let mut buckets = Buckets::new(THIRTY_A_MINUTE, 4);
        for _ in 0..1_000 {
            buckets.take(source(), START);
        }
        assert_eq!(buckets.room(source(), 0, START), Err(RetryAfter::new(Duration::from_secs(2))));
        assert_eq!(buckets.room(source(), 0, START.plus(Duration::from_secs(2))), Ok(()));
        assert!(buckets.room(source(), 1, START.plus(Duration::from_secs(2))).is_err());
        assert_eq!(buckets.room(source(), 29, START.plus(Duration::from_mins(1))), Ok(()));
    }
}
