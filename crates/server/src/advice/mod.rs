//! The adviser as this server runs it: what this build has, where it is reached, and its configuration as lint reads it.
//!
//! Owns the table of what is built. Must never decide: the rules are `cloakroom-advise`'s.

mod adviser;
mod built;
mod linting;

pub(crate) use adviser::Adviser;
pub(crate) use built::build;
pub(crate) use linting::{Linted, REFUSED, lint_text};
