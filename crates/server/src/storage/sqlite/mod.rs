//! The server's tables beside the store's, in one file, written by the store's one writer.

mod accounts;
mod column;
mod failures;
mod keys;
mod migrations;
#[cfg(test)]
mod tests;

pub(crate) use accounts::SqliteAccounts;
pub(crate) use failures::SqliteFailures;
pub(crate) use keys::SqliteKeys;
pub(crate) use migrations::SERVER_MIGRATIONS;
