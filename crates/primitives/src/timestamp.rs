//! A moment, in whole milliseconds.
//!
//! Every rule of the house takes the moment as an argument, so that a test can stand in the last millisecond before a deadline.

use std::time::Duration;

/// A moment in milliseconds since 1970-01-01T00:00:00Z. Arithmetic saturates: a deadline beyond the end of time is the end of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The beginning: 1970-01-01T00:00:00Z.
    pub const ZERO: Self = Self(0);
    /// Later than everything; what never expires expires now. It fits a signed 64-bit column.
    pub const MAX: Self = Self(i64::MAX as u64);

    /// The moment that many milliseconds after 1970.
    pub const fn from_millis(millis: u64) -> Self {
        Self(if millis > Self::MAX.0 { Self::MAX.0 } else { millis })
    }

    /// The moment that many whole seconds after 1970.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down, as a JWT's `NumericDate` (RFC 7519 §2) wants them.
    pub const fn as_seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The moment `span` later.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self::from_millis(self.0.saturating_add(millis(span)))
    }

    /// The moment `span` earlier.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// How long after `earlier` this is; zero when it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_at_both_ends() {
        assert_eq!(Timestamp::MAX.plus(Duration::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::ZERO.minus(Duration::from_secs(1)), Timestamp::ZERO);
        assert_eq!(Timestamp::ZERO.since(Timestamp::MAX), Duration::ZERO);
        assert_eq!(Timestamp::from_seconds(u64::MAX), Timestamp::MAX);
    }

    #[test]
    fn seconds_are_rounded_down() {
        assert_eq!(Timestamp::from_millis(1_999).as_seconds(), 1);
    }
}
