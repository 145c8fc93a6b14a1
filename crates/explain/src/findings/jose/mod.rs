//! Findings on JWT, JWS and JWE.

mod claims;
mod header;
mod kinds;
mod locked;
mod signature;
mod times;

pub(super) use claims::ROWS as CLAIMS;
pub(super) use header::ROWS as HEADER;
pub(super) use kinds::ROWS as KINDS;
pub(super) use locked::ROWS as LOCKED;
pub(super) use signature::ROWS as SIGNATURE;
pub(super) use times::ROWS as TIMES;
