//! The schema of the server's tables, as steps with a history of their own.

use cloakroom_store::sqlite::{Migration, MigrationSet};

/// Applied after the store's own.
pub(crate) const SERVER_MIGRATIONS: MigrationSet = MigrationSet {
    history: "server_migrations",
    migrations: &[Migration { name: "V1__accounts", sql: include_str!("../migrations/sqlite/V1__accounts.sql") }],
};
