//! Says what a pasted cookie, token or message is, and what is wrong with it.
//!
//! Owns the table of formats, the table of findings, and the engine over both. Pure: no clock, no network, no store. Must never log, keep
//! or return the secret part of what was pasted.

mod part;

pub use part::{Confidence, Part, Severity};
