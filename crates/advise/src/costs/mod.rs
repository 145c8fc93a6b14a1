//! What an outcome costs, as formulas over named numbers. Never a price in money.

mod formulas;
mod measures;
mod peak;
mod window;

pub use formulas::{Cost, UsedInput};
pub use measures::{INPUTS, Input, Measures, Provenance};

pub(crate) use formulas::{Case, costs};
pub(crate) use measures::{CUT_OFF_S as CUT_OFF, number, whole_seconds};
pub(crate) use peak::Peak;
pub(crate) use window::{Window, window};
