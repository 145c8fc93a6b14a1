//! `SQLite` beyond the contract: the file, its schema, its writer, and what its columns hold.
#![cfg(feature = "sqlite")]
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails as loudly as the test itself")]

mod file;
mod fixture;
mod rows;
mod writer;
