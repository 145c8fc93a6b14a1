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
mod load;
mod master;
mod nearest;
mod origin;
mod proxy;
mod roles;
mod section;
mod sessions;
mod setting;
mod users;

pub(crate) use base_path::BasePath;
pub(crate) use clients::ClientConfig;
pub(crate) use cookies::{CookieBaseName, CookiesConfig};
pub(crate) use database::DatabaseConfig;
pub(crate) use environment::Environment;
pub(crate) use error::ConfigError;
pub(crate) use limits::LimitsConfig;
pub(crate) use load::{Config, Flags, Loaded};
pub(crate) use master::{MasterConfig, MasterKeySource};
pub(crate) use proxy::ProxyConfig;
pub(crate) use roles::RoleConfig;
pub(crate) use sessions::SessionsConfig;
pub(crate) use users::{Registration, UsersConfig};
