//! Signing out: what the request's own credential stands for ends, and everything under it.
//!
//! 1. A good credential ends its session.
//! 2. So does an expired JWT with a good signature, and a refresh cookie: each ends that session only.
//! 3. A well-formed credential that is not good ends nothing, and is answered as if it had: the caller is signed out either way.
//! 4. Asked by cookie, the cookies are cleared; asked by header, they are left alone.
//! 5. A credential without a session cannot be ended, so nothing says that it was.
//! 6. When both cookie cells came, both end: whoever signs out of a browser means the browser.

use cloakroom_cookie::SetCookie;
use cloakroom_session::{Carrier, Cell, EndCause, RefreshToken, SessionId};

use crate::auth::Auth;
use crate::authentication::{Authentication, Form, Rejection};
use crate::context::RequestContext;
use crate::error::AuthError;
use crate::head::RequestHead;
use crate::scheme::CookieCredential;

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
    /// The request does not prove that it comes from a page of ours.
    CrossOrigin,
}

impl Auth {
    /// Ends the caller's session. Fails when the end cannot be recorded, or when the request may not do this.
    ///
    /// A rejection that must be answered as such (a former secret, two `Authorization` headers, a doubled cookie) is
    /// [`SignedOut::Nothing`]: the extractor's answer fits.
    pub async fn sign_out(&self, head: &RequestHead<'_>, context: &RequestContext) -> Result<SignedOut, AuthError> {
        if self.has_foreign_refresh_cookie(head) {
            return Ok(SignedOut::CrossOrigin);
        }
        let refresh = CookieCredential::read_all(head, self.0.cookies.refresh().name());
        let carrier = match context.caller.as_ref().map_err(|error| AuthError::from(error.clone()))? {
            Authentication::Verified(caller) if caller.session.is_none() => return Ok(SignedOut::Nothing),
            Authentication::Verified(caller) => caller.carrier().unwrap_or(Carrier::Header),
            Authentication::Rejected(Rejection::CrossOrigin) => return Ok(SignedOut::CrossOrigin),
            Authentication::Rejected(Rejection::Header { form: Form::WellFormed }) => Carrier::Header,
            Authentication::Rejected(Rejection::TokenExpired { carrier, .. }) => *carrier,
            // Junk counts as nothing, and a doubled name as all of its values; what lies beside it may be good.
            Authentication::Absent | Authentication::Rejected(Rejection::SessionEnded { .. } | Rejection::DuplicateCookie) => {
                Carrier::Cookie
            }
            Authentication::Rejected(_) => return Ok(SignedOut::Nothing),
        };
        let mut sessions: Vec<SessionId> = context.presented_session(carrier).into_iter().collect();
        if carrier == Carrier::Cookie {
            sessions.extend(context.beside.as_ref().map_err(|error| AuthError::from(error.clone()))?);
            sessions.extend(self.sessions_of_refresh_cookies(&refresh).await?);
        }
        let is_well_formed = match &context.caller {
            Ok(
                Authentication::Absent
                | Authentication::Rejected(Rejection::SessionEnded { form: Form::Junk } | Rejection::DuplicateCookie),
            ) => refresh.iter().any(|text| RefreshToken::is_well_formed(text)),
            _ => true,
        };
        if sessions.is_empty() && !is_well_formed {
            return Ok(SignedOut::Nothing);
        }
        sessions.sort_unstable();
        sessions.dedup();
        for session in sessions {
            self.end_session(session, EndCause::SignedOut).await?;
        }
        let cookies =
            if carrier == Carrier::Cookie { self.cleared_at_sign_out(context, !refresh.is_empty()) } else { Vec::new() };
        Ok(SignedOut::Yes { cookies })
    }

    /// Whether a refresh cookie came with a request that does not prove that it comes from a page of ours.
    pub(crate) fn has_foreign_refresh_cookie(&self, head: &RequestHead<'_>) -> bool {
        CookieCredential::read(head, self.0.cookies.refresh().name()) == CookieCredential::CrossOrigin
    }

    /// The sessions of refresh cookies with a good MAC; one that was planted costs a look-up and ends what its planter owns.
    async fn sessions_of_refresh_cookies(&self, presented: &[&str]) -> Result<Vec<SessionId>, AuthError> {
        let Some(stateful) = &self.0.stateful else { return Ok(Vec::new()) };
        let Some(refresh) = &stateful.refresh else { return Ok(Vec::new()) };
        let mut sessions = Vec::new();
        for RefreshToken { family, .. } in presented.iter().filter_map(|text| refresh.open(text).ok()) {
            let found = stateful.store.find_family(family).await?;
            let of_this_cell = found.filter(|(_, session)| session.session().cell == Cell::JwtCookie);
            sessions.extend(of_this_cell.map(|(family, _)| family.session));
        }
        Ok(sessions)
    }

    fn cleared_at_sign_out(&self, context: &RequestContext, has_refresh: bool) -> Vec<SetCookie> {
        let cookies = &self.0.cookies;
        let mut cleared = Vec::new();
        if context.presented.session > 0 {
            cleared.push(cookies.session().clear());
        }
        // The refresh cookie does not travel to every path from which a sign-out is asked.
        if context.presented.jwt > 0 || has_refresh || context.presented.session == 0 {
            cleared.extend([cookies.jwt().clear(), cookies.refresh().clear()]);
        }
        cleared
    }
}
