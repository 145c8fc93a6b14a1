//! Thin tower shells around what the crate decides.

mod authenticate;
mod require;

pub use authenticate::{AuthLayer, AuthService, asks_to_be_passive};
#[cfg(feature = "axum")]
pub(crate) use authenticate::{RESUMED, redirect};
pub use require::{RequireLayer, RequireService};
