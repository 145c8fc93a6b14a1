//! English, one file per part of the product.

pub(crate) mod advise;
mod explain;
mod lab;
mod pages;

pub(crate) use pages::*;
