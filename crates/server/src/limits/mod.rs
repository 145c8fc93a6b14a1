//! What may be tried how often.
//!
//! Owns how failures are counted and what follows from a count. Must never look at a password, and never hold SQL: that is `storage`'s.

mod admission;
mod buckets;
mod failures;
mod open_work;
mod source;
mod turns;

pub(crate) use admission::{Admission, Limits, NotAdmitted};
pub(crate) use failures::{FailureKey, FailureStore, Failures, LOCKED_AT};
pub(crate) use open_work::OpenWork;
pub(crate) use source::{RetryAfter, Source};
