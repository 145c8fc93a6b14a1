//! Refreshing: a spent refresh token for the next one and a new access token.
//!
//! 1. Audience and client are checked before anything is redeemed: a refused request changes nothing.
//! 2. In cookies, the JWT cookie's `sid` must be the family's session: a sibling subdomain can plant a `__Secure-` cookie. Of several
//!    refresh cookies the one whose family belongs to that session counts; the others are an event, and sign nobody out.
//! 3. For that, the JWT may have expired, but its signature must be good.

use std::sync::Arc;

use cloakroom_cookie::SetCookie;
use cloakroom_primitives::Secret;
use cloakroom_session::{
    CachedSession, Cell, ClientId, How, Network, Redeem, Redeemed, RedeemedToken, RefreshToken, RefreshTokens, Scopes, Session,
    SessionId, Usage,
};

use crate::access_tokens::{IssuedToken, TokenOrder};
use crate::auth::Auth;
use crate::authentication::{Authentication, Rejection};
use crate::context::RequestContext;
use crate::error::AuthError;
use crate::event::SecurityEvent;
use crate::head::RequestHead;
use crate::principal::Principal;
use crate::scheme::CookieCredential;
use crate::sign_in::Delivery;

/// An access token and the refresh token that fetches the next.
#[derive(Clone, Debug)]
pub struct TokenPair {
    /// The access token.
    pub access: IssuedToken,
    /// The refresh token.
    pub refresh: Secret<String>,
    /// The session both hang under.
    pub session: Arc<CachedSession>,
}

/// A request at `/oauth/token` (RFC 6749 §6).
#[derive(Clone, Copy, Debug)]
pub struct RefreshRequest<'a> {
    /// The refresh token, as it was presented.
    pub token: &'a str,
    /// The client that presents it.
    pub client: &'a ClientId,
    /// The audience it asks for (RFC 8707); the family's without.
    pub audience: Option<&'a str>,
    /// The scopes it asks for; the family's without.
    pub scopes: Option<&'a Scopes>,
    /// Whether this counts as use of the session.
    pub usage: Usage,
}

/// What came of refreshing.
#[derive(Clone, Debug)]
pub enum Refreshed<T> {
    /// New tokens.
    Yes(Box<T>),
    /// None. Outside, all refusals look the same.
    Refused,
}

/// New tokens in cookies.
#[derive(Clone, Debug)]
pub struct RefreshedCookies {
    /// The cookies to set.
    pub cookies: Vec<SetCookie>,
    /// What the new access token says.
    pub claims: crate::access_claims::AccessClaims,
}

impl Auth {
    /// Exchanges a refresh token from a body. Fails when the store cannot say, or when client or audience cannot be had.
    pub async fn refresh(
        &self,
        request: RefreshRequest<'_>,
        context: &RequestContext,
    ) -> Result<Refreshed<TokenPair>, AuthError> {
        let client = self.0.clients.find(request.client).ok_or(AuthError::UnknownClient)?;
        let audience = request.audience.map(|name| client.audience(name).ok_or(AuthError::InvalidTarget)).transpose()?;
        let redeem =
            Redeem { client: Some(request.client), cell: Cell::Jwt, session: None, usage: request.usage, from: context.client };
        let Some(redeemed) = self.redeem(request.token, &redeem, context).await? else { return Ok(Refreshed::Refused) };
        let RedeemedToken { token, session, mut family, .. } = redeemed;
        if let Some(audience) = audience {
            family.audience = audience;
        }
        if let Some(asked) = request.scopes {
            family.scopes = family.scopes.and(asked);
        }
        let access = self.access_token(session.session(), &family, not_after(request.usage, &session), context.now)?;
        Ok(Refreshed::Yes(Box::new(TokenPair { access, refresh: token, session })))
    }

    /// Exchanges the two cookies of `jwt_cookie`.
    pub async fn refresh_by_cookie(
        &self,
        head: &RequestHead<'_>,
        context: &RequestContext,
    ) -> Result<Refreshed<RefreshedCookies>, AuthError> {
        let Some(sid) = session_of_jwt_cookie(context)? else { return Ok(Refreshed::Refused) };
        let presented = CookieCredential::read_all(head, self.0.cookies.refresh().name());
        let Some(text) = self.refresh_cookie_of(sid, &presented, context).await? else { return Ok(Refreshed::Refused) };
        let redeem =
            Redeem { client: None, cell: Cell::JwtCookie, session: Some(sid), usage: context.usage, from: context.client };
        match self.redeem_refresh(text, &redeem, context).await? {
            Redeemed::Token(redeemed) => self.refreshed_cookies(*redeemed, context).map(Box::new).map(Refreshed::Yes),
            Redeemed::Unknown => {
                self.record(SecurityEvent::PlantedRefreshCookie { session: sid, from: context.client.map(Network::of) });
                Ok(Refreshed::Refused)
            }
            Redeemed::Expired | Redeemed::Reused(_) => Ok(Refreshed::Refused),
        }
    }

    /// The refresh cookie to redeem. Of several it is the newest of those whose family hangs under `sid`, found with one look-up however
    /// many there are.
    async fn refresh_cookie_of<'a>(
        &self,
        sid: SessionId,
        presented: &[&'a str],
        context: &RequestContext,
    ) -> Result<Option<&'a str>, AuthError> {
        if let [] | [_] = presented {
            return Ok(presented.first().copied());
        }
        let refresh = self.refresh_tokens()?;
        let families = self.stateful()?.store.list_families(sid).await?;
        let is_own = |token: &RefreshToken| families.iter().any(|family| family.id == token.family);
        let own: Vec<_> =
            presented.iter().filter_map(|text| Some((refresh.open(text).ok().filter(is_own)?.counter, *text))).collect();
        if own.len() < presented.len() {
            self.record(SecurityEvent::PlantedRefreshCookie { session: sid, from: context.client.map(Network::of) });
        }
        Ok(own.into_iter().max_by_key(|(counter, _)| *counter).map(|(_, text)| text))
    }

    fn refreshed_cookies(&self, redeemed: RedeemedToken, context: &RequestContext) -> Result<RefreshedCookies, AuthError> {
        let RedeemedToken { token, session, family, .. } = redeemed;
        let access = self.access_token(session.session(), &family, not_after(context.usage, &session), context.now)?;
        match self.deliver_pair(session.session(), access, token, context.now)? {
            (Delivery::JwtCookie { claims }, cookies) => Ok(RefreshedCookies { cookies, claims: *claims }),
            _ => Err(AuthError::Internal("a refresh cookie led to a header cell".into())),
        }
    }

    /// Exchanges a session proof for a JWT. Fails when the audience is not one of the client's.
    pub async fn exchange(
        &self,
        caller: &Principal,
        audience: Option<&str>,
        scopes: Option<&Scopes>,
        context: &RequestContext,
    ) -> Result<Arc<IssuedToken>, AuthError> {
        self.load().await?;
        let stateless = self.0.stateless.as_ref().ok_or(AuthError::CellNotAllowed)?;
        let record = caller.record().ok_or(AuthError::NotSignedIn)?;
        let session = record.session();
        let client = self.0.clients.find(&session.client).ok_or(AuthError::UnknownClient)?;
        let audience = match audience {
            Some(name) => client.audience(name).ok_or(AuthError::InvalidTarget)?,
            None => client.default_audience(Cell::Jwt, &self.0.origin),
        };
        let order = TokenOrder {
            audience,
            scopes: scopes.map_or_else(|| session.scopes.clone(), |asked| session.scopes.and(asked)),
            lifetime: client.access_lifetime,
            not_after: not_after(context.usage, record).unwrap_or(session.absolute_ends_at),
        };
        stateless.tokens.exchange(session, order, context.now)
    }

    /// Whether a text is an access token of this server, expired or not.
    pub fn is_access_token(&self, text: &str, now: cloakroom_primitives::Timestamp) -> bool {
        self.0.stateless.as_ref().is_some_and(|stateless| stateless.verifier.verify_ignoring_expiry(text, now).is_ok())
    }

    /// The session that a refresh token of `client`'s stands for; `None` when it is not one of ours and theirs. Changes nothing.
    pub async fn session_of_refresh_token(&self, text: &str, client: &ClientId) -> Result<Option<SessionId>, AuthError> {
        let Ok(token) = self.refresh_tokens()?.open(text) else { return Ok(None) };
        let found = self.stateful()?.store.find_family(token.family).await?;
        let own = found.filter(|(family, session)| family.client == *client && session.session().cell == Cell::Jwt);
        Ok(own.map(|(family, _)| family.session))
    }

    async fn redeem(
        &self,
        text: &str,
        redeem: &Redeem<'_>,
        context: &RequestContext,
    ) -> Result<Option<RedeemedToken>, AuthError> {
        match self.redeem_refresh(text, redeem, context).await? {
            Redeemed::Token(redeemed) => Ok(Some(*redeemed)),
            Redeemed::Unknown | Redeemed::Expired | Redeemed::Reused(_) => Ok(None),
        }
    }

    async fn redeem_refresh(&self, text: &str, redeem: &Redeem<'_>, context: &RequestContext) -> Result<Redeemed, AuthError> {
        self.load().await?;
        let refresh = self.refresh_tokens()?;
        let redeemed =
            refresh.redeem(text, redeem, &|client| self.0.clients.refresh_policy(client), self.now_after(context)).await?;
        let from = context.client.map(Network::of);
        match &redeemed {
            Redeemed::Token(token) => match token.how {
                How::Rotated => {}
                How::Repeated { elsewhere } => {
                    self.record(SecurityEvent::TokenRepeated { session: token.family.session, from, elsewhere });
                }
                How::Recovered => self.record(SecurityEvent::StateRolledBack { session: token.family.session }),
            },
            Redeemed::Reused(ended) => {
                self.record(SecurityEvent::TokenReused { session: ended.as_ref().map(|ended| ended.id), from });
            }
            Redeemed::Unknown | Redeemed::Expired => {}
        }
        Ok(redeemed)
    }

    pub(crate) fn refresh_tokens(&self) -> Result<&RefreshTokens, AuthError> {
        self.stateful()?.refresh.as_ref().ok_or(AuthError::CellNotAllowed)
    }
}

/// The session that the JWT cookie names, whether or not it has expired.
fn session_of_jwt_cookie(context: &RequestContext) -> Result<Option<SessionId>, AuthError> {
    Ok(match context.caller.as_ref().map_err(|error| AuthError::from(error.clone()))? {
        Authentication::Verified(caller) if caller.cell() == Some(Cell::JwtCookie) => caller.session,
        Authentication::Rejected(Rejection::TokenExpired { carrier: cloakroom_session::Carrier::Cookie, claims }) => claims.sid,
        _ => None,
    })
}

/// A token for a passive request ends with the idle deadline.
fn not_after(usage: Usage, record: &CachedSession) -> Option<cloakroom_primitives::Timestamp> {
    let session: &Session = record.session();
    (usage == Usage::Passive).then(|| record.ends_at().min(session.absolute_ends_at))
}
