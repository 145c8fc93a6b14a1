//! Moments as values write them.
//!
//! A number counts as a time only between 2010 and a day from now: everything else is some other number.

use std::time::Duration;

use cloakroom_primitives::Timestamp;

const SINCE: u64 = 1_262_304_000;
const DAY: Duration = Duration::from_hours(24);

/// Whether that second lies between 2010 and a day from now.
pub(crate) fn is_plausible_second(second: u64, now: Timestamp) -> bool {
    second >= SINCE && second <= now.plus(DAY).as_seconds()
}

/// Whether that second may be an end: between 2010 and thirty years from now.
pub(crate) fn is_plausible_end(second: u64, now: Timestamp) -> bool {
    second >= SINCE && second <= now.plus(DAY * 365 * 30).as_seconds()
}

/// Reads decimal digits as a plausible second.
pub(crate) fn second(text: &str, now: Timestamp) -> Option<Timestamp> {
    let second = digits(text)?;
    is_plausible_second(second, now).then(|| Timestamp::from_seconds(second))
}

/// Reads decimal digits, and nothing else, as a number.
pub(crate) fn digits(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Reads `2026-11-24T12:00:00Z` and its like (RFC 3339).
pub(crate) fn written(text: &str) -> Option<Timestamp> {
    let moment: jiff::Timestamp = text.trim().parse().ok()?;
    u64::try_from(moment.as_millisecond()).ok().map(Timestamp::from_millis)
}

/// Writes a moment as RFC 3339 in UTC, in whole seconds; the last writable one when it lies beyond.
pub(crate) fn rfc3339(moment: Timestamp) -> String {
    let second = i64::try_from(moment.as_seconds()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(second).unwrap_or(jiff::Timestamp::MAX).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Takes a number of seconds, fractions cut off; none before 1970.
pub(crate) fn from_number(second: f64) -> Option<Timestamp> {
    const END: f64 = 9.0e15;
    #[expect(clippy::cast_sign_loss, reason = "the range has no negative numbers")]
    (0.0..=END).contains(&second).then(|| Timestamp::from_seconds(second as u64))
}

/// The moment as a number of seconds.
#[expect(clippy::cast_precision_loss, reason = "beyond the year 285 million a second more or less does not count")]
pub(crate) fn as_number(moment: Timestamp) -> f64 {
    moment.as_seconds() as f64
}

/// Reads big-endian bytes, at most eight, as a number.
pub(crate) fn big_endian(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_521_600);

    #[test]
    fn a_time_lies_between_2010_and_tomorrow() {
        for (text, plausible) in [
            ("1795521600", true),
            ("1795608000", true),
            ("1795608001", false),
            ("1262303999", false),
            ("1795521600x", false),
            ("", false),
        ] {
            assert_eq!(second(text, NOW).is_some(), plausible, "{text}");
        }
        assert_eq!(big_endian(&[1, 0]), Some(256));
        assert_eq!(big_endian(&[0; 9]), None);
    }

    #[test]
    fn written_times_are_read_and_written() {
        assert_eq!(written("2026-11-24T12:00:00+00:00"), Some(NOW));
        assert_eq!(written("tomorrow"), None);
        assert_eq!(rfc3339(NOW), "2026-11-24T12:00:00Z");
        assert_eq!(rfc3339(Timestamp::MAX).len(), "9999-12-30T22:00:00Z".len());
    }
}
