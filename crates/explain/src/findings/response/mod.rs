//! What is said about one response, and about a request with its response.

mod caching;
mod exchange;
mod headers;
mod key;

pub(crate) use caching::ROWS as CACHING;
pub(crate) use exchange::ROWS as EXCHANGE;
pub(crate) use headers::ROWS as HEADERS;
pub(crate) use key::ROWS as KEY;
