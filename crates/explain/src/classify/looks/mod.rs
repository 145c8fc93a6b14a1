//! The questions that rows ask of a value, by family. A question answers yes or no, and never reads anything but the specimen.

pub(crate) mod bytes;
pub(crate) mod cookies;
pub(crate) mod jwt;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod shapes;
