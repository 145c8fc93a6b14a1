//! The configuration: read from every source once, at start, into types that nothing downstream has to parse again.
//!
//! Owns which settings exist, their defaults and what is refused. Must never open a store, make a key or log a value.

mod base_path;
mod clients;
mod cookies;
mod database;
mod duration;
mod environment;
mod error;
mod file;
mod limits;
mod lint_accept;
mod load;
mod master;
mod nearest;
mod origin;
mod outline;
mod proxy;
mod roles;
mod section;
mod sessions;
mod setting;
mod users;

pub(crate) use environment::Environment;
pub(crate) use error::ConfigError;
pub(crate) use load::{Config, Flags, Loaded};
pub(crate) use master::MasterKeySource;
pub(crate) use outline::Outline;
pub(crate) use users::Registration;
