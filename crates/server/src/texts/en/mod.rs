//! English, one file per part of the product.

mod advise;
pub(crate) mod explain;
mod lab;
mod pages;

pub(crate) use pages::*;
