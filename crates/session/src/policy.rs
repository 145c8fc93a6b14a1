//! Every lifetime in one place.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::Cell;

/// How long a session lives without use, and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// Ends it when it has not been used for that long.
    pub idle: Duration,
    /// Ends it that long after sign-in, however much it is used.
    pub absolute: Duration,
}

/// What happens when a user who has as many sessions as allowed signs in once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnLimit {
    /// The oldest session ends.
    OldestOut,
    /// The sign-in is refused.
    Refuse,
}

/// How many sessions a user may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimit {
    /// At most so many.
    pub most: NonZeroU32,
    /// What gives way.
    pub on_limit: OnLimit,
}

impl SessionLimit {
    /// Fifty per user; the oldest gives way.
    pub const DEFAULT: Self = Self { most: NonZeroU32::new(50).expect("fifty is not zero"), on_limit: OnLimit::OldestOut };
}

/// The lifetimes of new sessions. They are fixed in a session at sign-in: a changed policy changes no session that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    /// In the cells that a browser keeps (`cookie`, `jwt_cookie`).
    pub browser: Lifetimes,
    /// The same, when the user asked to be remembered.
    pub remembered: Lifetimes,
    /// In the cells that an app keeps (`token`, `jwt`).
    pub header: Lifetimes,
    /// How many sessions a user may have.
    pub limit: SessionLimit,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl SessionPolicy {
    /// A browser's session 1 h idle and 24 h at most, remembered 14 d and 30 d, in a header 7 d and 30 d.
    ///
    /// Remembered is longer than the 24 h of NIST SP 800-63B-4 §2.2.3: it is asked for, and can be set shorter.
    pub const DEFAULT: Self = Self {
        browser: Lifetimes { idle: Duration::from_secs(HOUR), absolute: Duration::from_secs(DAY) },
        remembered: Lifetimes { idle: Duration::from_secs(14 * DAY), absolute: Duration::from_secs(30 * DAY) },
        header: Lifetimes { idle: Duration::from_secs(7 * DAY), absolute: Duration::from_secs(30 * DAY) },
        limit: SessionLimit::DEFAULT,
    };

    /// The lifetimes of a new session. Being remembered changes nothing where an app keeps the credential.
    pub const fn lifetimes(&self, cell: Cell, remembered: bool) -> Lifetimes {
        match (cell, remembered) {
            (Cell::Token | Cell::Jwt, _) => self.header,
            (Cell::Cookie | Cell::JwtCookie, false) => self.browser,
            (Cell::Cookie | Cell::JwtCookie, true) => self.remembered,
        }
    }
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How refresh tokens behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshPolicy {
    /// For how long after a rotation the spent token still earns the same successor, in a header. Zero makes every second use reuse.
    pub retry_window: Duration,
    /// The same in cookies: Chromium writes them to disk up to 30 s late, so a killed browser comes back with the former one.
    pub cookie_retry_window: Duration,
    /// Whether a repeat from another network counts as reuse. Off: a phone changes networks in the middle of a refresh.
    pub elsewhere_is_reuse: bool,
}

impl RefreshPolicy {
    /// A window of 30 s, in cookies 120 s.
    pub const DEFAULT: Self =
        Self { retry_window: Duration::from_secs(30), cookie_retry_window: Duration::from_mins(2), elsewhere_is_reuse: false };

    /// The window in a cell.
    pub const fn window(&self, cell: Cell) -> Duration {
        match cell {
            Cell::JwtCookie => self.cookie_retry_window,
            Cell::Cookie | Cell::Token | Cell::Jwt => self.retry_window,
        }
    }
}

impl Default for RefreshPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cell_has_the_lifetimes_of_the_table() {
        let policy = SessionPolicy::DEFAULT;
        let hours = |cell, remembered| {
            let Lifetimes { idle, absolute } = policy.lifetimes(cell, remembered);
            (idle.as_secs() / HOUR, absolute.as_secs() / HOUR)
        };
        for cell in [Cell::Cookie, Cell::JwtCookie] {
            assert_eq!(hours(cell, false), (1, 24));
            assert_eq!(hours(cell, true), (14 * 24, 30 * 24));
        }
        for cell in [Cell::Token, Cell::Jwt] {
            assert_eq!(hours(cell, false), (7 * 24, 30 * 24));
            assert_eq!(hours(cell, true), (7 * 24, 30 * 24));
        }
    }
}
