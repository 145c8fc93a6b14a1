//! Signing out: what the request's own credential stands for ends, and everything under it.
//!
//! 1. A good credential ends its session.
//! 2. So does an expired JWT with a good signature, and a refresh cookie: each ends that session only.
//! 3. A well-formed credential that is not good ends nothing, and is answered as if it had: the caller is signed out either way.
//! 4. Asked by cookie, the cookies are cleared; asked by header, they are left alone.
//! 5. A credential without a session cannot be ended, so nothing says that it was.
//! 6. When both cookie cells came, both end: whoever signs out of a browser means the browser.

use cloakroom_cookie::SetCookie;
use cloakroom_primitives::Timestamp;
use cloakroom_session::{Carrier, Cell, EndCause, RefreshToken, SessionId};

use crate::auth::Auth;
use crate::authentication::{Authentication, Form, Rejection};
use crate::context::RequestContext;
use crate::error::AuthError;
use crate::head::RequestHead;
use crate::scheme::{CookieCredential, JwtCookie, Step};

/// What came of signing out.
#[derive(Clone, Debug)]
pub enum SignedOut {
    /// Whatever the credential stood for is over.
    Yes {
        /// The cookies to clear: some exactly when it was asked by cookie.
        cookies: Vec<SetCookie>,
    },
    /// There was nothing that could be signed out: the answer is the one for a caller who is not signed in.
    Nothing,
}

impl Auth {
    /// Ends the caller's session. Fails when the end cannot be recorded, or when the request may not do this.
    ///
    /// A rejection that must be answered as such (cross-origin, a former secret, two `Authorization` headers) is
    /// [`SignedOut::Nothing`]: the extractor's answer fits.
    pub async fn sign_out(&self, head: &RequestHead<'_>, context: &RequestContext) -> Result<SignedOut, AuthError> {
        let carrier = match context.caller.as_ref().map_err(|error| AuthError::from(error.clone()))? {
            Authentication::Verified(caller) if caller.session.is_none() => return Ok(SignedOut::Nothing),
            Authentication::Verified(caller) => caller.carrier().unwrap_or(Carrier::Header),
            Authentication::Rejected(Rejection::CrossOrigin | Rejection::Ambiguous | Rejection::SessionRotated { .. }) => {
                return Ok(SignedOut::Nothing);
            }
            Authentication::Rejected(Rejection::Header { form: Form::Junk }) => return Ok(SignedOut::Nothing),
            Authentication::Rejected(rejection) => rejection.carrier(),
            Authentication::Absent => Carrier::Cookie,
        };
        let mut sessions: Vec<SessionId> = context.presented_session(carrier).into_iter().collect();
        if carrier == Carrier::Cookie {
            sessions.extend(self.sessions_of_other_cookies(head, context.now).await?);
        }
        let refresh_presented = !CookieCredential::read_all(head, self.0.cookies.refresh().name()).is_empty();
        if matches!(context.caller, Ok(Authentication::Absent)) && !refresh_presented {
            return Ok(SignedOut::Nothing);
        }
        sessions.sort_unstable();
        sessions.dedup();
        for session in sessions {
            self.end_session(session, EndCause::SignedOut).await?;
        }
        let cookies = if carrier == Carrier::Cookie { self.cleared_at_sign_out(context) } else { Vec::new() };
        Ok(SignedOut::Yes { cookies })
    }

    /// The sessions that the JWT cookie and the refresh cookie stand for, beside the one that authenticated the request.
    async fn sessions_of_other_cookies(&self, head: &RequestHead<'_>, now: Timestamp) -> Result<Vec<SessionId>, AuthError> {
        let mut sessions = Vec::new();
        if let Some(check) = self.jwt_check() {
            match (JwtCookie { check, cookies: &self.0.cookies }).authenticate(head, now) {
                Step::Known(Authentication::Verified(caller)) => sessions.extend(caller.session),
                Step::Known(Authentication::Rejected(Rejection::TokenExpired { claims, .. })) => sessions.extend(claims.sid),
                _ => {}
            }
        }
        let Some(stateful) = &self.0.stateful else { return Ok(sessions) };
        let Some(refresh) = &stateful.refresh else { return Ok(sessions) };
        for text in CookieCredential::read_all(head, self.0.cookies.refresh().name()).into_iter().take(2) {
            let Ok(RefreshToken { family, .. }) = refresh.open(text) else { continue };
            let found = stateful.store.find_family(family).await?;
            let of_this_cell = found.filter(|(_, session)| session.session().cell == Cell::JwtCookie);
            sessions.extend(of_this_cell.map(|(family, _)| family.session));
        }
        Ok(sessions)
    }

    fn cleared_at_sign_out(&self, context: &RequestContext) -> Vec<SetCookie> {
        let cookies = &self.0.cookies;
        let mut cleared = Vec::new();
        if context.presented.session {
            cleared.push(cookies.session().clear());
        }
        if context.presented.jwt || !context.presented.session {
            cleared.extend([cookies.jwt().clear(), cookies.refresh().clear()]);
        }
        cleared
    }
}
