//! The JSON API, one file per resource. A handler is three moves: parse, one call, answer.

pub(crate) mod advise;
pub(crate) mod explain;
pub(crate) mod health;
pub(crate) mod metadata;
mod moment;
pub(crate) mod oauth;
pub(crate) mod openapi;
pub(crate) mod session;
pub(crate) mod sessions;
mod shapes;
pub(crate) mod user;
pub(crate) mod users;

pub(crate) use moment::Moment;
pub(crate) use shapes::{UserOrId, from_of, user as account_shape, whoami};
