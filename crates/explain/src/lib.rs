//! Says what a pasted cookie, token or message is, and what is wrong with it.
//!
//! Owns the table of formats, the table of findings, and the engine over both. Pure: no clock, no network, no store. Must never log, keep
//! or return the secret part of what was pasted.

mod clean;
mod cookie_date;
mod cookie_header;
mod hosts;
mod limits;
mod message;
mod part;
mod set_cookie;

pub use part::{Confidence, Part, Severity};
