//! The table of findings, by the subject they look at. A finding is one row; adding one touches nothing else.

mod authorization;
mod cookie_header;
mod input;
mod request;
mod response;
mod set_cookie;

use crate::finding::Finding;

/// The rows, in the order of the published table.
const TABLES: &[&[Finding]] = &[
    set_cookie::PROTECTION,
    set_cookie::SCOPE,
    set_cookie::LIFETIME,
    set_cookie::WRITING,
    cookie_header::ROWS,
    authorization::ROWS,
    request::ADDRESS,
    request::MESSAGE,
    response::KEY,
    response::CACHING,
    response::HEADERS,
    response::EXCHANGE,
    input::ROWS,
];

/// Every finding, in the order of the published table.
pub fn all_findings() -> impl Iterator<Item = &'static Finding> {
    TABLES.iter().copied().flatten()
}
