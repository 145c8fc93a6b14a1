//! The table of formats, by group.
//!
//! Owns the rows and nothing else: a new format is one more row in one of these files.

mod cloakroom;
mod containers;
mod csrf;
mod enterprise;
mod frameworks;
mod identity;
mod jose;
mod keys;
mod not_auth;
mod one_time;
mod schemes;
mod shapes;
mod table;
mod tokens;

pub use table::all_formats;
pub(crate) use table::{by_id, by_scheme, unknown};
