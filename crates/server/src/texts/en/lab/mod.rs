//! What the pages below `/lab` say. Owns the words alone: what came out of a run arrives as an argument.

mod pages;
mod scenarios;

pub(crate) use pages::*;
pub(crate) use scenarios::*;
