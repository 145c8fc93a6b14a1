//! Every sentence a page says, one file per language.
//!
//! Owns the words and how times and counts are worded. Must never decide anything: what is true arrives as an argument.

pub(crate) mod en;
