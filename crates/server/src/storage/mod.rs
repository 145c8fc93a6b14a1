//! The server's own tables.
//!
//! Owns every SQL statement about accounts, signing keys and failed attempts, one folder per engine. Must never judge: versions and
//! states are compared, and what follows from them is decided by those who ask.

pub(crate) mod sqlite;
