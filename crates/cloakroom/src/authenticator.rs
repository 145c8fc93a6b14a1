//! Tries the schemes in order; the first answer that is not "absent" stands.
//!
//! 1. An application's own schemes, in the order in which they were added.
//! 2. `Authorization: Bearer`, which decides alone if it is present.
//! 3. The session cookie, then the JWT cookie.

use cloakroom_primitives::Timestamp;
use cloakroom_session::{Carrier, Network, Resumed, SessionId, SessionToken, Usage};

use crate::auth::Auth;
use crate::authentication::{Authentication, Form, Rejection, Unavailable};
use crate::event::SecurityEvent;
use crate::head::{Bearer, RequestHead};
use crate::principal::Principal;
use crate::scheme::{
    CookieCredential, JwtBearer, JwtCheck, JwtCookie, SessionBearer, SessionCookie, SessionLookUp, Step, judged,
};

/// How many values of one cookie name are looked at: ours is one, and somebody who plants more makes us work.
const MOST_VALUES: usize = 8;

impl Auth {
    /// Says who is calling, where memory can tell; `None` where a store or an application's own scheme must be asked.
    pub(crate) fn authenticate_now(&self, head: &RequestHead<'_>, usage: Usage, now: Timestamp) -> Option<Authentication> {
        if !self.0.schemes.is_empty() {
            return None;
        }
        match self.built_in(head, usage, now) {
            Step::Known(answer) => Some(self.noted(answer, head)),
            Step::LookUp(_) | Step::NotLoaded => None,
        }
    }

    /// Says who is calling. Fails when that cannot be known.
    pub async fn authenticate(
        &self,
        head: &RequestHead<'_>,
        usage: Usage,
        now: Timestamp,
    ) -> Result<Authentication, Unavailable> {
        for scheme in &self.0.schemes {
            match scheme.authenticate(head, now).await? {
                Authentication::Absent => {}
                answer => return Ok(answer),
            }
        }
        let mut step = self.built_in(head, usage, now);
        if matches!(step, Step::NotLoaded) {
            self.load().await.map_err(Unavailable::because)?;
            step = self.built_in(head, usage, now);
        }
        match step {
            Step::Known(answer) => Ok(self.noted(answer, head)),
            Step::LookUp(look_up) => self.look_up(look_up, head, usage, now).await,
            Step::NotLoaded => Err(Unavailable::because("which sessions have ended is not known yet")),
        }
    }

    /// The caller, where memory can tell and the credential is good. It records nothing: whatever is not good comes again, through the layer.
    pub(crate) fn known_caller(&self, head: &RequestHead<'_>, usage: Usage, now: Timestamp) -> Option<Principal> {
        if !self.0.schemes.is_empty() {
            return None;
        }
        match self.built_in(head, usage, now) {
            Step::Known(Authentication::Verified(caller)) => Some(caller),
            Step::Known(_) | Step::LookUp(_) | Step::NotLoaded => None,
        }
    }

    fn built_in(&self, head: &RequestHead<'_>, usage: Usage, now: Timestamp) -> Step {
        match head.bearer() {
            Bearer::Absent => self.by_cookie(head, usage, now),
            Bearer::Token(text) => self.by_bearer(text, head, usage, now),
            Bearer::Malformed => Authentication::Rejected(Rejection::Header { form: Form::Junk }).into(),
            Bearer::Ambiguous => Authentication::Rejected(Rejection::Ambiguous).into(),
        }
    }

    fn by_bearer(&self, text: &str, head: &RequestHead<'_>, usage: Usage, now: Timestamp) -> Step {
        if SessionToken::looks_like(text)
            && let Some(sessions) = self.sessions()
        {
            return SessionBearer { sessions }.authenticate(text, head, usage, now);
        }
        match self.jwt_check() {
            Some(check) => JwtBearer(check).authenticate(text, now),
            None => Authentication::Rejected(Rejection::Header { form: Form::Junk }).into(),
        }
    }

    fn by_cookie(&self, head: &RequestHead<'_>, usage: Usage, now: Timestamp) -> Step {
        let cookies = &self.0.cookies;
        if let Some(sessions) = self.sessions() {
            match (SessionCookie { sessions, cookies }).authenticate(head, usage, now) {
                Step::Known(Authentication::Absent) => {}
                answer => return answer,
            }
        }
        match self.jwt_check() {
            Some(check) => JwtCookie { check, cookies }.authenticate(head, now),
            None => Authentication::Absent.into(),
        }
    }

    /// The sessions that the request's cookies stand for, every value of a doubled name too, and those whose JWT has only expired.
    /// Fails when the store cannot say.
    pub(crate) async fn sessions_in_cookies(
        &self,
        head: &RequestHead<'_>,
        now: Timestamp,
    ) -> Result<Vec<SessionId>, Unavailable> {
        let (cookies, mut named) = (&self.0.cookies, Vec::new());
        if let Some(sessions) = self.sessions() {
            let tickets = CookieCredential::read_all(head, cookies.session().name());
            for token in tickets.into_iter().take(MOST_VALUES).filter_map(|text| SessionToken::parse(text).ok()) {
                let resumed = sessions.resume(&token, Carrier::Cookie, Usage::Passive, head.client, now).await;
                if let Resumed::Live(record) | Resumed::Former(record) = resumed.map_err(Unavailable::because)? {
                    named.push(record.session().id);
                }
            }
        }
        if self.0.stateless.is_some() {
            self.load().await.map_err(Unavailable::because)?;
        }
        let letters = CookieCredential::read_all(head, cookies.jwt().name());
        named.extend(letters.into_iter().take(MOST_VALUES).filter_map(|text| {
            match self.jwt_check()?.check(text, Carrier::Cookie, now) {
                Step::Known(Authentication::Verified(caller)) => caller.session,
                Step::Known(Authentication::Rejected(Rejection::TokenExpired { claims, .. })) => claims.sid,
                _ => None,
            }
        }));
        Ok(named)
    }

    pub(crate) fn jwt_check(&self) -> Option<JwtCheck<'_>> {
        let stateless = self.0.stateless.as_ref()?;
        let needs_session = self.0.stateful.is_some();
        Some(JwtCheck { verifier: &stateless.verifier, revocations: self.revocations(), needs_session })
    }

    async fn look_up(
        &self,
        look_up: SessionLookUp,
        head: &RequestHead<'_>,
        usage: Usage,
        now: Timestamp,
    ) -> Result<Authentication, Unavailable> {
        let Some(sessions) = self.sessions() else { return Ok(Authentication::Absent) };
        let SessionLookUp { token, carrier } = look_up;
        let resumed = sessions.resume(&token, carrier, usage, head.client, now).await.map_err(Unavailable::because)?;
        Ok(judged(resumed, carrier, head.method))
    }

    fn noted(&self, answer: Authentication, head: &RequestHead<'_>) -> Authentication {
        if matches!(answer, Authentication::Rejected(Rejection::DuplicateCookie)) {
            self.record(SecurityEvent::DuplicateCookie { from: head.client.map(Network::of) });
        }
        answer
    }
}
