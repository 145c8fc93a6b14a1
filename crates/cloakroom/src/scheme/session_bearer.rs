//! The opaque token: a ticket that the client shows in a header.

use cloakroom_primitives::Timestamp;
use cloakroom_session::{Carrier, Resumed, SessionToken, Sessions, Usage};
use http::Method;

use crate::authentication::{Authentication, Form, Rejection};
use crate::cross_origin::is_safe;
use crate::head::RequestHead;
use crate::principal::{Freshness, Principal};
use crate::scheme::{SessionLookUp, Step};

/// Reads a session token from `Authorization: Bearer`.
pub(crate) struct SessionBearer<'a> {
    pub(crate) sessions: &'a Sessions,
}

impl SessionBearer<'_> {
    pub(crate) fn authenticate(&self, text: &str, head: &RequestHead<'_>, usage: Usage, now: Timestamp) -> Step {
        let Ok(token) = SessionToken::parse(text) else {
            return Authentication::Rejected(Rejection::Header { form: Form::Junk }).into();
        };
        match self.sessions.peek(&token, Carrier::Header, usage, head.client, now) {
            Some(resumed) => judged(resumed, Carrier::Header, head.method).into(),
            None => Step::LookUp(SessionLookUp { token, carrier: Carrier::Header }),
        }
    }
}

/// What a judged session token proves.
pub(crate) fn judged(resumed: Resumed, carrier: Carrier, method: &Method) -> Authentication {
    match resumed {
        Resumed::Live(record) => Authentication::Verified(Principal::of_session(record, carrier, Freshness::Current)),
        Resumed::Former(record) if is_safe(method) => {
            Authentication::Verified(Principal::of_session(record, carrier, Freshness::Former))
        }
        Resumed::Former(record) => Authentication::Rejected(Rejection::SessionRotated { carrier, session: record.session().id }),
        Resumed::Refused(_) => Authentication::Rejected(match carrier {
            Carrier::Cookie => Rejection::SessionEnded { form: Form::WellFormed },
            Carrier::Header => Rejection::Header { form: Form::WellFormed },
        }),
    }
}
