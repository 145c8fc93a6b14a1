//! English, one file per part of the product.

mod advise;
mod explain;
pub(crate) mod lab;
mod pages;

pub(crate) use pages::*;
