//! What the adviser's costs rest on, measured on this machine with the product's own code.
//!
//! Owns what is measured and how. Must never touch the store that is in use: everything happens in a folder that goes when it is done.

mod figures;
mod line;
mod run;
mod stage;
mod strain;

pub(crate) use figures::Measured;
pub(crate) use run::measure;
pub(crate) use stage::MeasureError;
