#![doc = include_str!("../README.md")]

mod attributes;
mod error;
pub mod header;
mod keys;
mod name;
mod seal;
mod set_cookie;

pub use attributes::{Attributes, Domain, MaxAge, Partitioned, Path, SameSite};
pub use error::CookieError;
pub use header::Found;
pub use keys::CookieKeys;
pub use name::{CookieName, CookiePrefix};
pub use seal::{OpenError, SEALED_VALUE_LIMIT, SealPurpose, key_id_of};
pub use set_cookie::{CookieSpec, SetCookie, SetCookieBuilder};
