//! Dates as browsers read them in cookies (6265bis §5.1.1), and as their tools print them.
//!
//! 1. The text falls into tokens; the first that fits is the time, the first number the day, the first name the month, the next number the
//!    year. Order and weekday do not matter.
//! 2. A year of two digits is 1970 to 2069.
//! 3. An impossible date is no date: the cookie then ends with the browser's session.

use cloakroom_primitives::Timestamp;

/// Reads a cookie's `Expires`. A moment before 1970 is the beginning of 1970.
pub(crate) fn cookie_date(text: &str) -> Option<Timestamp> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        if time.is_none() && time_of(token).is_some() {
            time = time_of(token);
        } else if day.is_none() && digits(token, 1, 2).is_some() {
            day = digits(token, 1, 2);
        } else if month.is_none() && month_of(token).is_some() {
            month = month_of(token);
        } else if year.is_none() && digits(token, 2, 4).is_some() {
            year = digits(token, 2, 4);
        }
    }
    let year = match year? {
        short @ 70..=99 => short + 1900,
        short @ 0..=69 => short + 2000,
        year => year,
    };
    moment(year, month?, day?, time?)
}

/// Reads `2027-12-29T12:00:00.000Z`, with or without a fraction. Offsets other than `Z` and `+00:00` are not read.
pub(crate) fn iso_date(text: &str) -> Option<Timestamp> {
    let (date, time) = text.trim().split_once(['T', ' '])?;
    let mut date = date.splitn(3, '-').map(|part| digits(part, 2, 4));
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let time = time.strip_suffix('Z').or_else(|| time.strip_suffix("+00:00"))?;
    moment(year, month, day, time_of(time)?)
}

/// RFC 3339 in UTC, whole seconds; nothing is later than the last second of the year 9999.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    const LAST: u64 = 253_402_300_799;
    let seconds = at.as_seconds().min(LAST);
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

fn is_delimiter(char: char) -> bool {
    matches!(char, '\t' | ' '..='/' | ';'..='@' | '['..='`' | '{'..='~')
}

/// The leading digits of `token`, when there are between `least` and `most` of them and no further digit follows.
fn digits(token: &str, least: usize, most: usize) -> Option<u64> {
    let length = token.bytes().take_while(u8::is_ascii_digit).count();
    ((least..=most).contains(&length)).then(|| token[..length].parse().ok()).flatten()
}

/// `hh:mm:ss` with one or two digits each, in seconds of the day. What follows does not matter.
fn time_of(token: &str) -> Option<u64> {
    let mut parts = token.splitn(3, ':');
    let whole = |part: &str| digits(part, 1, 2).filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let (hour, minute, second) = (whole(parts.next()?)?, whole(parts.next()?)?, digits(parts.next()?, 1, 2)?);
    (hour <= 23 && minute <= 59 && second <= 59).then_some(hour * 3600 + minute * 60 + second)
}

fn month_of(token: &str) -> Option<u64> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = token.get(..3)?;
    (1..).zip(NAMES).find_map(|(number, name)| name.eq_ignore_ascii_case(start).then_some(number))
}

fn moment(year: u64, month: u64, day: u64, second_of_day: u64) -> Option<Timestamp> {
    if !(1601..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    if year < 1970 {
        return Some(Timestamp::ZERO);
    }
    Some(Timestamp::from_seconds(days_since_1970(year, month, day) * 86_400 + second_of_day))
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let leap_days = |year: u64| year / 4 - year / 100 + year / 400;
    let whole_years = (year - 1970) * 365 + leap_days(year - 1) - leap_days(1969);
    whole_years + (1..month).map(|month| days_in(year, month)).sum::<u64>() + day - 1
}

/// Year, month and day of a day since 1970.
fn civil(days: u64) -> (u64, u64, u64) {
    // A first guess that is never too late; at most a few steps follow.
    let mut year = 1970 + days / 366;
    while days_since_1970(year + 1, 1, 1) <= days {
        year += 1;
    }
    let mut rest = days - days_since_1970(year, 1, 1);
    let mut month = 1;
    while rest >= days_in(year, month) && month < 12 {
        rest -= days_in(year, month);
        month += 1;
    }
    (year, month, rest + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_browsers_read_them() {
        for (text, read) in [
            ("Wed, 21 Oct 2026 07:28:00 GMT", Some("2026-10-21T07:28:00Z")),
            ("Tue, 01-Dec-26 00:00:00 GMT", Some("2026-12-01T00:00:00Z")),
            ("21 oct 2026 7:8:9", Some("2026-10-21T07:08:09Z")),
            ("2026 Oct 21 07:28:00", Some("2026-10-21T07:28:00Z")),
            ("07:28:00 21 Oct 2026", Some("2026-10-21T07:28:00Z")),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some("1970-01-01T00:00:00Z")),
            ("Thu, 01 Jan 1601 00:00:00 GMT", Some("1970-01-01T00:00:00Z")),
            ("01 Jan 69 00:00:00", Some("2069-01-01T00:00:00Z")),
            ("01 Jan 70 00:00:00", Some("1970-01-01T00:00:00Z")),
            ("29 Feb 2028 00:00:00", Some("2028-02-29T00:00:00Z")),
            ("29 Feb 2027 00:00:00", None),
            ("31 Apr 2027 00:00:00", None),
            ("2030-01-01T00:00:00Z", None),
            ("tomorrow", None),
            ("1 Jan 2030 24:00:00", None),
            ("0", None),
            ("", None),
        ] {
            assert_eq!(cookie_date(text).map(rfc3339).as_deref(), read, "{text}");
        }
    }

    #[test]
    fn the_tools_of_browsers_print_another_kind_of_date() {
        assert_eq!(iso_date("2027-12-29T12:00:00.000Z").map(rfc3339).as_deref(), Some("2027-12-29T12:00:00Z"));
        assert_eq!(iso_date("Session"), None);
    }

    #[test]
    fn every_day_is_written_as_it_was_read() {
        for days in (0..200_000).step_by(97).chain([0, 58, 59, 365, 789, 19_782]) {
            let (year, month, day) = civil(days);
            assert_eq!(days_since_1970(year, month, day), days);
        }
        assert_eq!(rfc3339(Timestamp::MAX), "9999-12-31T23:59:59Z");
    }
}
