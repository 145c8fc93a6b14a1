//! One file, one writing process.
//!
//! The folder owns every SQL statement about sessions, refresh families and the feed, and the one thread that writes. It never
//! judges: a deadline, a version or a counter is compared, and what follows from it is decided in the session room.

mod column;
mod database;
mod error;
pub mod feed;
mod job;
mod lists;
mod lock;
pub mod meta;
mod migrations;
mod readers;
pub mod refresh;
mod session_row;
pub mod sessions;
mod sinks;
mod store;
mod writer;

pub use error::{OpenError, store_error};
pub use job::Job;
pub use lists::Lists;
pub use migrations::{Migration, MigrationSet, PlannedMigration, STORE_MIGRATIONS, migrate, plan};
pub use readers::Readers;
pub use store::{SqliteOptions, SqliteStore};
pub use writer::Writer;
