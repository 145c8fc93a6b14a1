//! Durations as people write them: `"90s"`, `"15m"`, `"12h"`, `"30d"`.

use std::time::Duration;

use super::setting::{Setting, Unfit};

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Longer than any lifetime that makes sense, and short enough for every sum of two.
const LONGEST: u64 = 10 * 366 * 86_400;

impl Setting for Duration {
    const EXPECTED: &'static str = "a duration such as \"30s\", \"15m\", \"12h\" or \"30d\"";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let unit = text.chars().next_back().and_then(|last| UNITS.into_iter().find(|(letter, _)| *letter == last));
        let (letter, seconds) = unit.ok_or_else(|| Unfit::because("it does not end in s, m, h or d"))?;
        let digits = text.trim_end_matches(letter);
        // `u64::from_str` takes a sign, and two letters would both be trimmed.
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || digits.len() + 1 != text.len() {
            return Err(Unfit::because("before the unit stands one whole number and nothing else"));
        }
        let total = digits.parse::<u64>().ok().and_then(|count| count.checked_mul(seconds)).filter(|total| *total <= LONGEST);
        total.map(Self::from_secs).ok_or_else(|| Unfit::because("it is longer than ten years"))
    }
}

/// Writes a duration with the largest unit that it is a whole number of.
pub(super) fn print(duration: Duration) -> String {
    let total = duration.as_secs();
    let (letter, seconds) =
        UNITS.into_iter().find(|(_, seconds)| total >= *seconds && total.is_multiple_of(*seconds)).unwrap_or(('s', 1));
    format!("{}{letter}", total / seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_one_number_and_one_unit() {
        for (text, seconds) in [("0s", 0), ("90s", 90), ("15m", 900), ("12h", 43_200), ("30d", 2_592_000), ("007s", 7)] {
            assert_eq!(Duration::from_text(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        let junk = [
            "",
            "s",
            "15",
            "15 m",
            " 15m",
            "15m ",
            "15min",
            "1h30m",
            "+5m",
            "-5m",
            "1.5h",
            "5M",
            "5ss",
            "٣m",
            "99999999999d",
            "3661d",
            "18446744073709551616s",
        ];
        for text in junk {
            assert!(Duration::from_text(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_duration_survives_its_text() {
        for text in ["0s", "90s", "15m", "12h", "30d", "100m"] {
            assert_eq!(print(Duration::from_text(text).unwrap()), text);
        }
        assert_eq!(print(Duration::from_hours(1)), "1h");
    }
}
