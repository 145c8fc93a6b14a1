//! The table of findings, by the subject they look at. A finding is one row; adding one touches nothing else.

mod authorization;
mod cookie_header;
mod input;
mod jose;
mod keys;
mod request;
mod response;
mod saml;
mod set_cookie;
mod tokens;

use crate::finding::Finding;

/// The rows, in the order of the published table.
const TABLES: &[&[Finding]] = &[
    set_cookie::PROTECTION,
    set_cookie::SCOPE,
    set_cookie::LIFETIME,
    set_cookie::WRITING,
    cookie_header::ROWS,
    tokens::STRENGTH,
    tokens::CONTENT,
    tokens::LIFE,
    tokens::KIND,
    jose::HEADER,
    jose::SIGNATURE,
    jose::TIMES,
    jose::CLAIMS,
    jose::KINDS,
    jose::LOCKED,
    authorization::ROWS,
    request::ADDRESS,
    request::MESSAGE,
    response::KEY,
    response::CACHING,
    response::HEADERS,
    response::EXCHANGE,
    saml::ROWS,
    keys::ROWS,
    input::ROWS,
];

/// Every finding, in the order of the published table.
pub fn all_findings() -> impl Iterator<Item = &'static Finding> {
    TABLES.iter().copied().flatten()
}
