//! The contract of a store as tests that any store can run.
//!
//! Each promise of the prose in [`SessionStore`](crate::SessionStore), [`RefreshStore`](crate::RefreshStore) and
//! [`EndedFeed`](crate::EndedFeed) is a function of its own, and a broken one is named. Then random histories are compared with a model.

mod check;
mod families;
mod feed;
mod model;
mod sample;
mod sessions;
mod sinks;

pub use check::check;
