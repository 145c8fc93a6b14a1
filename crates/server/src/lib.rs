//! The product: accounts, pages, API, configuration, command line.

pub(crate) mod config;
