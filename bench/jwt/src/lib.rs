//! One set of access tokens, and everybody who verifies them: the bare signature check, Cloakroom, `jsonwebtoken` and `jwt-simple`.
//!
//! All of them get keys that were parsed once, check signature, issuer, audience and time, and read the same claims. `jwt-simple` runs on its
//! pure-Rust backend; the others on `aws-lc-rs`.

mod claims;
mod contender;
mod peers;

pub use claims::AccessClaims;
pub use contender::{Contender, Scheme, contenders};
