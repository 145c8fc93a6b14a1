//! The session cookie: a ticket that the browser sends by itself.

use cloakroom_primitives::Timestamp;
use cloakroom_session::{Carrier, SessionToken, Sessions, Usage};

use crate::authentication::{Authentication, Form, Rejection};
use crate::cookies::CookieCatalog;
use crate::head::RequestHead;
use crate::scheme::session_bearer::judged;
use crate::scheme::{CookieCredential, SessionLookUp, Step};

/// Reads the session cookie.
pub(crate) struct SessionCookie<'a> {
    pub(crate) sessions: &'a Sessions,
    pub(crate) cookies: &'a CookieCatalog,
}

impl SessionCookie<'_> {
    pub(crate) fn authenticate(&self, head: &RequestHead<'_>, usage: Usage, now: Timestamp) -> Step {
        let text = match CookieCredential::read(head, self.cookies.session().name()) {
            CookieCredential::Absent => return Authentication::Absent.into(),
            CookieCredential::Value(text) => text,
            CookieCredential::Duplicate => return Authentication::Rejected(Rejection::DuplicateCookie).into(),
            CookieCredential::CrossOrigin => return Authentication::Rejected(Rejection::CrossOrigin).into(),
        };
        let Ok(token) = SessionToken::parse(text) else {
            return Authentication::Rejected(Rejection::SessionEnded { form: Form::Junk }).into();
        };
        match self.sessions.peek(&token, Carrier::Cookie, usage, head.client, now) {
            Some(resumed) => judged(resumed, Carrier::Cookie, head.method).into(),
            None => Step::LookUp(SessionLookUp { token, carrier: Carrier::Cookie }),
        }
    }
}
