//! What is said about one request: its address, and the message itself.
//!
//! What is absent from a fragment says nothing; only what was pasted whole is judged by what is missing.

mod address;
mod message;

pub(crate) use address::ROWS as ADDRESS;
pub(crate) use message::ROWS as MESSAGE;
