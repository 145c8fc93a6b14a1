//! How much of a paste is looked at.
//!
//! The text of a paste is written by strangers. What lies beyond a limit is left unread and said to be unread; nothing is refused.

use std::time::Duration;

/// Bytes of a paste that are read.
pub(crate) const TEXT: usize = 256 * 1024;
/// Bytes of one value that are classified.
pub(crate) const VALUE: usize = 64 * 1024;
/// Header lines of one message.
pub(crate) const HEADERS: usize = 200;
/// Cookies of one message, in `Cookie` lines or in `Set-Cookie` lines.
pub(crate) const COOKIES: usize = 100;
/// Exchanges of one recording.
pub(crate) const EXCHANGES: usize = 50;
/// Items of one answer.
pub(crate) const ITEMS: usize = 100;
/// Parts of one item that an answer tells of.
pub(crate) const PARTS: usize = 100;
/// Depth of JSON that is read.
pub(crate) const JSON_DEPTH: usize = 64;
/// Tokens inside tokens.
pub(crate) const NESTING: usize = 3;
/// Words of a pasted shell command.
pub(crate) const SHELL_WORDS: usize = 1000;

/// Bytes of a cookie's name and value together (6265bis §5.6).
pub(crate) const COOKIE_BYTES: usize = 4096;
/// From here on a cookie is close to its limit.
pub(crate) const COOKIE_BYTES_NEAR: usize = 3500;
/// Bytes of one attribute's value (6265bis §5.6).
pub(crate) const ATTRIBUTE_BYTES: usize = 1024;
/// Bytes of a `Cookie` header that many servers still take.
pub(crate) const COOKIE_HEADER_BYTES: usize = 8190;
/// From here on a `Cookie` header is worth a word.
pub(crate) const COOKIE_HEADER_BYTES_BIG: usize = 4096;
/// Cookies per domain that browsers promise to keep (6265bis §6.1).
pub(crate) const COOKIES_PROMISED: usize = 50;

/// The longest that browsers keep a cookie (6265bis §5.5).
pub(crate) const COOKIE_LIFE: Duration = Duration::from_hours(400 * 24);
/// A credential that lives longer than this in a browser is worth a warning (NIST SP 800-63B-4 §2.1.3).
pub(crate) const COOKIE_LIFE_LONG: Duration = Duration::from_hours(30 * 24);
/// By how much `Max-Age` and `Expires` may differ: clocks and rounding.
pub(crate) const EXPIRES_SLACK: Duration = Duration::from_mins(1);
/// Seconds of HSTS that ASVS 3.4.1 asks for.
pub(crate) const HSTS_SECONDS: u64 = 31_536_000;
