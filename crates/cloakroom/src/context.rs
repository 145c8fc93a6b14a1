//! What the layer learnt once about a request.

use std::net::IpAddr;

use cloakroom_primitives::Timestamp;
use cloakroom_session::{Carrier, Place, SessionId, Usage};
use http::HeaderValue;

use crate::authentication::{Authentication, Rejection, Unavailable};
use crate::problem::ProblemsPage;

/// What the layer learnt once about a request: when it came, from where, and who is calling.
///
/// It is made by the layer alone, so that nobody who signs a user in can forget the session that the sign-in replaces.
#[derive(Clone, Debug)]
pub struct RequestContext {
    pub(crate) now: Timestamp,
    pub(crate) client: Option<IpAddr>,
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) caller: Result<Authentication, Unavailable>,
    pub(crate) usage: Usage,
    pub(crate) presented: PresentedCookies,
    /// The sessions that the request's cookies stand for, where more than one credential came.
    pub(crate) beside: Result<Vec<SessionId>, Unavailable>,
    pub(crate) problems: ProblemsPage,
}

/// How often each of our cookies came along, good or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PresentedCookies {
    pub(crate) session: usize,
    pub(crate) jwt: usize,
}

impl RequestContext {
    /// The moment at which the request came.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The client's address: the peer's, or what a trusted proxy says.
    pub fn client_address(&self) -> Option<IpAddr> {
        self.client
    }

    /// The `User-Agent`, where it is text.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_ref().and_then(|value| value.to_str().ok())
    }

    /// Who is calling; an error when that cannot be known now.
    pub fn caller(&self) -> Result<&Authentication, &Unavailable> {
        self.caller.as_ref()
    }

    /// Whether the request counts as use of its session.
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// Where the request came from, for a new session's row.
    pub(crate) fn place(&self) -> Place {
        Place { address: self.client, user_agent: self.user_agent().map(Into::into) }
    }

    /// The session whose credential came in `carrier`: also one whose JWT has only expired, or whose secret a step-up has replaced.
    pub(crate) fn presented_session(&self, carrier: Carrier) -> Option<SessionId> {
        match self.caller.as_ref().ok()? {
            Authentication::Verified(caller) if caller.carrier() == Some(carrier) => caller.session,
            Authentication::Rejected(Rejection::TokenExpired { carrier: came, claims }) if *came == carrier => claims.sid,
            Authentication::Rejected(Rejection::SessionRotated { carrier: came, session }) if *came == carrier => Some(*session),
            _ => None,
        }
    }

    /// The sessions that a sign-in delivered in `carrier` replaces. A JWT that has expired counts in a cookie alone: in a header it is as
    /// good as absent here. In a browser every cookie of ours counts: each of them is overwritten or cleared.
    pub(crate) fn replaced_sessions(&self, carrier: Carrier) -> Result<Vec<SessionId>, Unavailable> {
        self.caller.as_ref().map_err(Clone::clone)?;
        let presented = match &self.caller {
            Ok(Authentication::Rejected(Rejection::TokenExpired { carrier: Carrier::Header, .. })) => None,
            _ => self.presented_session(carrier),
        };
        let mut replaced: Vec<_> = presented.into_iter().collect();
        if carrier == Carrier::Cookie {
            replaced.extend(self.beside.as_ref().map_err(Clone::clone)?);
        }
        replaced.sort_unstable();
        replaced.dedup();
        Ok(replaced)
    }

    /// The session that a cookie names, also one whose JWT has only expired.
    pub fn session_in_cookie(&self) -> Option<SessionId> {
        let beside = || self.beside.as_ref().ok()?.first().copied();
        self.presented_session(Carrier::Cookie).or_else(beside)
    }

    /// A context for benches and tests: nobody is calling, from `client` at `now`.
    ///
    /// # Panics
    ///
    /// Never: the origin it names is one.
    #[cfg(feature = "testing")]
    pub fn at(now: Timestamp, client: Option<IpAddr>) -> Self {
        Self {
            now,
            client,
            user_agent: None,
            caller: Ok(Authentication::Absent),
            usage: Usage::Active,
            presented: PresentedCookies::default(),
            beside: Ok(Vec::new()),
            problems: ProblemsPage::of(&"http://localhost".parse().expect("localhost is an origin"), "/problems"),
        }
    }
}
