//! The JWT in an `HttpOnly` cookie.

use cloakroom_primitives::Timestamp;
use cloakroom_session::Carrier;

use crate::authentication::{Authentication, Rejection};
use crate::cookies::CookieCatalog;
use crate::head::RequestHead;
use crate::scheme::{CookieCredential, JwtCheck, Step};

/// Reads a JWT from its cookie.
pub(crate) struct JwtCookie<'a> {
    pub(crate) check: JwtCheck<'a>,
    pub(crate) cookies: &'a CookieCatalog,
}

impl JwtCookie<'_> {
    pub(crate) fn authenticate(&self, head: &RequestHead<'_>, now: Timestamp) -> Step {
        match CookieCredential::read(head, self.cookies.jwt().name()) {
            CookieCredential::Absent => Authentication::Absent.into(),
            CookieCredential::Value(text) => self.check.check(text, Carrier::Cookie, now),
            CookieCredential::Duplicate => Authentication::Rejected(Rejection::DuplicateCookie).into(),
            CookieCredential::CrossOrigin => Authentication::Rejected(Rejection::CrossOrigin).into(),
        }
    }
}
