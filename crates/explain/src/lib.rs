//! Says what a pasted cookie, token or message is, and what is wrong with it.
//!
//! Owns the table of formats, the table of findings, and the engine over both. Pure: no clock, no network, no store. Must never log, keep
//! or return the secret part of what was pasted.

mod anatomy;
mod classified;
mod classify;
mod clean;
mod cookie_date;
mod cookie_header;
mod format;
mod formats;
mod hosts;
mod inside;
mod limits;
mod message;
mod observed;
mod part;
mod set_cookie;

pub use format::{Answer, Format, FormatGroup, Told};
pub use formats::formats;
pub use part::{Confidence, Part, Severity};
