//! Tells what a value is.
//!
//! Owns the order of questions and everything that answers them; the rows of [`crate::formats`] say which question makes which format.
//! Must never decide anything from a value that it was not given, and never fetch.

pub(crate) mod binary;
pub(crate) mod cbor;
pub(crate) mod encoding;
pub(crate) mod erlang;
pub(crate) mod jose;
pub(crate) mod json;
pub(crate) mod looks;
pub(crate) mod moment;
pub(crate) mod names;
pub(crate) mod randomness;
mod recogniser;
#[cfg(test)]
mod recogniser_tests;
mod saml;
pub(crate) mod sd_jwt;
pub(crate) mod shape;
pub(crate) mod specimen;
pub(crate) mod split;

pub(crate) use randomness::looks_random;
pub(crate) use recogniser::Recogniser;
