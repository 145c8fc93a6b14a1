//! The command line: one file per command.
//!
//! Owns what is typed and what is printed. Must never open a store or decide a rule: commands ask the server that uses the data folder, or
//! [`Product`] where none is running.

mod advise;
mod arguments;
mod check_config;
mod clock;
mod explain;
mod failure;
mod keys;
mod lab;
mod lint;
mod measure;
mod product;
mod questions;
mod run;
mod serve;
mod sessions;
mod table;
mod terminal;
mod upgrade;
mod users;

pub(crate) use product::{Product, StartError};
pub(crate) use run::run;
pub(crate) use terminal::announce;
