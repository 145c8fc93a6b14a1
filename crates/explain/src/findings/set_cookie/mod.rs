//! What is said about one `Set-Cookie` line.
//!
//! Severity depends on what the value is: a missing `HttpOnly` is an error on a session, nothing on a statistic, and a design on a CSRF
//! token. So the value is recognised first, and each row names the parts of signing in that it speaks about.

mod lifetime;
mod protection;
mod scope;
mod writing;

pub(crate) use lifetime::ROWS as LIFETIME;
pub(crate) use protection::ROWS as PROTECTION;
pub(crate) use scope::ROWS as SCOPE;
pub(crate) use writing::ROWS as WRITING;
