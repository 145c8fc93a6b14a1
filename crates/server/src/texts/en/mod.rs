//! English, one file per part of the product.

pub(crate) mod advise;
pub(crate) mod claims;
pub(crate) mod comparison;
pub(crate) mod explain;
pub(crate) mod lab;
pub(crate) mod outcomes;
mod pages;

pub(crate) use pages::*;
