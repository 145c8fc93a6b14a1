//! SQLite beyond the contract: the file, its schema, its writer, and what its columns hold.
#![cfg(feature = "sqlite")]

mod file;
mod fixture;
mod rows;
mod writer;
