//! The product: accounts, pages, API, configuration, command line.

pub(crate) mod config;
pub(crate) mod cli;
pub(crate) mod control;
pub(crate) mod data_folder;
pub(crate) mod master_key_file;
pub(crate) mod serve;
pub(crate) mod telemetry;
pub(crate) mod account_memory;
pub(crate) mod accounts;
pub(crate) mod device;
pub(crate) mod keys;
pub(crate) mod limits;
pub(crate) mod storage;
