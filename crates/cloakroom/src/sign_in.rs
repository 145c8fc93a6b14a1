//! Signing in: a session is prepared without a store, inserted in one step, and delivered.
//!
//! 1. Every sign-in opens a fresh session (no fixation) and ends the one whose credential it replaces (no orphan): in the cookie cells the
//!    one presented by cookie, in the header cells the one presented as `Bearer`.
//! 2. Signing in by cookie clears the other cookie cell's cookies, if they were presented. Signing in by header leaves cookies alone.
//! 3. A step-up keeps the session and its absolute deadline: a new secret in the session cells, a new family in the JWT cells.
//! 4. [`Auth::prepare`], one insertion, [`Auth::finish`]: whoever has a job of their own puts the first and the last around it.

use std::time::Duration;

use cloakroom_cookie::{MaxAge, SetCookie};
use cloakroom_primitives::{Secret, Timestamp};
use cloakroom_session::{
    AuthMethod, AuthMethods, Carrier, Cell, Change, ChangeCause, ClientId, EndCause, EndedSession, FamilyId, Inserted,
    NewSession, Proof, RefreshFamily, Replaced, Scopes, Session, SessionId, SessionToken, Start, UserId,
};

use crate::access_claims::{AccessClaims, token_id};
use crate::access_tokens::{IssuedToken, TokenOrder};
use crate::auth::Auth;
use crate::client::Client;
use crate::context::RequestContext;
use crate::error::AuthError;
use crate::event::SecurityEvent;

/// For how long the secret that a step-up replaced stays good, for requests in flight.
const FORMER_FOR: Duration = Duration::from_secs(10);

/// A sign-in: who, how proven, and how it is to be delivered.
#[derive(Clone, Debug)]
pub struct SignIn {
    user: UserId,
    methods: AuthMethods,
    cell: Option<Cell>,
    client: Option<ClientId>,
    scopes: Scopes,
    remember: bool,
}

impl SignIn {
    /// A sign-in of `user`, who was proven by `method`; delivered as the client's default cell says.
    pub fn new(user: UserId, method: AuthMethod) -> Self {
        Self { user, methods: AuthMethods::of([method]), cell: None, client: None, scopes: Scopes::none(), remember: false }
    }

    /// Several methods instead of one.
    #[must_use]
    pub fn methods(mut self, methods: AuthMethods) -> Self {
        self.methods = methods;
        self
    }

    /// Delivered in this cell.
    #[must_use]
    pub fn cell(mut self, cell: Cell) -> Self {
        self.cell = Some(cell);
        self
    }

    /// For this client instead of the built-in one.
    #[must_use]
    pub fn client(mut self, client: ClientId) -> Self {
        self.client = Some(client);
        self
    }

    /// With these scopes.
    #[must_use]
    pub fn scopes(mut self, scopes: Scopes) -> Self {
        self.scopes = scopes;
        self
    }

    /// With the longer lifetimes of a browser that the user asked to be remembered in.
    #[must_use]
    pub fn remember(mut self, remember: bool) -> Self {
        self.remember = remember;
        self
    }
}

/// A session that is ready to be inserted, and the credential that will be delivered once it is.
#[derive(Debug)]
pub struct Prepared {
    start: Start,
    token: Option<SessionToken>,
    clear: Vec<SetCookie>,
    now: Timestamp,
}

impl Prepared {
    /// What to insert, in one step.
    pub fn start(&self) -> &Start {
        &self.start
    }
}

/// What a client gets.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// A session token, in a cookie.
    Cookie,
    /// A session token, in the answer.
    Token {
        /// The token.
        session_token: Secret<String>,
    },
    /// An access token and a refresh token, in the answer.
    Jwt {
        /// The access token.
        access: Box<IssuedToken>,
        /// The refresh token; an application without sessions has none.
        refresh: Option<Secret<String>>,
    },
    /// An access token and a refresh token, in cookies.
    JwtCookie {
        /// What the access token says.
        claims: Box<AccessClaims>,
    },
}

/// A sign-in that is done: the session, what the client gets, and the cookies to set. As an axum response part it sets them.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session; `None` in an application without a store.
    pub session: Option<Session>,
    /// What the client gets.
    pub delivery: Delivery,
    /// The cookies to set and to clear.
    pub cookies: Vec<SetCookie>,
    /// What ended in the same step.
    pub ended: Vec<EndedSession>,
    /// When it was done.
    pub at: Timestamp,
}

/// A step-up that is ready to be stored.
#[derive(Debug)]
pub struct PreparedStepUp {
    session: Session,
    change: Change,
    family: Option<RefreshFamily>,
    token: Option<SessionToken>,
}

impl PreparedStepUp {
    /// The session to store in place of the version before it.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The change, for the feed.
    pub fn change(&self) -> Change {
        self.change
    }

    /// The family that takes the place of the session's families.
    pub fn family(&self) -> Option<&RefreshFamily> {
        self.family.as_ref()
    }
}

impl Auth {
    /// Signs a user in: prepares, inserts, finishes.
    ///
    /// It runs in a task of its own: a client that hangs up leaves neither half a sign-in nor an unrecorded one.
    pub async fn sign_in(&self, sign_in: SignIn, context: RequestContext) -> Result<SignedIn, AuthError> {
        let auth = self.clone();
        tokio::spawn(async move { auth.sign_in_here(sign_in, &context).await })
            .await
            .map_err(|error| AuthError::Internal(Box::new(error)))?
    }

    async fn sign_in_here(&self, sign_in: SignIn, context: &RequestContext) -> Result<SignedIn, AuthError> {
        let Some(stateful) = &self.0.stateful else { return self.sign_in_without_session(sign_in, context) };
        self.load().await?;
        let prepared = self.prepare(sign_in, context)?;
        let inserted = stateful.sessions.start(prepared.start()).await?;
        if let Inserted::Yes { .. } = inserted {
            self.record(signed_in_event(&prepared.start.session));
        }
        self.finish(prepared, inserted)
    }

    /// Makes a session and its credential without asking a store. Fails when the client or the cell cannot be had.
    pub fn prepare(&self, sign_in: SignIn, context: &RequestContext) -> Result<Prepared, AuthError> {
        let client = self.client_of(&sign_in)?;
        let cell = self.cell_of(&sign_in, client)?;
        let now = self.now_after(context);
        let id = SessionId::generate(&*self.0.random, now);
        let token = (cell.proof() == Proof::Session).then(|| SessionToken::generate(&*self.0.random, id));
        let new = NewSession {
            id,
            user: sign_in.user,
            client: client.id.clone(),
            cell,
            scopes: sign_in.scopes,
            methods: sign_in.methods,
            remember: sign_in.remember,
            place: context.place(),
        };
        let session = Session::open(new, token.as_ref().map(SessionToken::hash), &client.sessions, now);
        let family = self.family_of(&session, now);
        let start = Start {
            session,
            family,
            // Whose place the new session takes must be known.
            replaces: context.replaced_sessions(cell.carrier())?,
            limit: client.sessions.limit,
            matters_until: self.0.window.until(now),
        };
        Ok(Prepared { start, token, clear: self.cleared_by(cell, context), now })
    }

    /// Delivers a session that was inserted. Fails when the limit refused it, or when its tokens cannot be signed.
    pub fn finish(&self, prepared: Prepared, inserted: Inserted) -> Result<SignedIn, AuthError> {
        let Inserted::Yes { ended } = inserted else { return Err(AuthError::SessionLimit) };
        let Prepared { start, token, clear, now } = prepared;
        let (delivery, mut cookies) = self.deliver(&start.session, token.as_ref(), start.family.as_ref(), now)?;
        cookies.extend(clear);
        Ok(SignedIn { session: Some(start.session), delivery, cookies, ended, at: now })
    }

    /// Makes the next version of a session whose user has just proved again who they are.
    pub fn prepare_step_up(&self, session: &Session, now: Timestamp) -> PreparedStepUp {
        let token = session.secret.map(|_| SessionToken::generate(&*self.0.random, session.id));
        let next = session.stepped_up(token.as_ref().map(SessionToken::hash), now.plus(FORMER_FOR), now);
        let change = Change { cause: ChangeCause::SteppedUp, at: now, matters_until: self.0.window.until(now) };
        PreparedStepUp { family: self.family_of(&next, now), session: next, change, token }
    }

    /// Delivers a step-up that was stored.
    pub fn finish_step_up(&self, prepared: PreparedStepUp) -> Result<SignedIn, AuthError> {
        let PreparedStepUp { session, change, family, token } = prepared;
        let (delivery, cookies) = self.deliver(&session, token.as_ref(), family.as_ref(), change.at)?;
        Ok(SignedIn { session: Some(session), delivery, cookies, ended: Vec::new(), at: change.at })
    }

    /// Steps a session up, for who has no job of their own. Fails with [`AuthError::NotSignedIn`] when it is gone.
    pub async fn step_up(&self, id: SessionId, context: &RequestContext) -> Result<SignedIn, AuthError> {
        let sessions = &self.stateful()?.sessions;
        self.load().await?;
        for _ in 0..2 {
            let now = self.now_after(context);
            let found = sessions.find(id).await?.filter(|session| session.is_live(now)).ok_or(AuthError::NotSignedIn)?;
            let prepared = self.prepare_step_up(&found.to_session(), now);
            match sessions.replace(prepared.session(), prepared.change(), prepared.family()).await? {
                Replaced::Yes => return self.finish_step_up(prepared),
                Replaced::Stale => {}
                Replaced::Gone => return Err(AuthError::NotSignedIn),
            }
        }
        Err(AuthError::Busy)
    }

    /// Ends a session. Fails when that cannot be recorded; `None` when there is no such session.
    pub async fn end_session(&self, id: SessionId, cause: EndCause) -> Result<Option<EndedSession>, AuthError> {
        let stateful = self.stateful()?;
        self.load().await?;
        Ok(stateful.sessions.end(id, self.ending(cause, self.now())).await?)
    }

    /// Ends a user's sessions, all but `keep`, in one step.
    pub async fn end_all_sessions(
        &self,
        user: &UserId,
        keep: Option<SessionId>,
        cause: EndCause,
    ) -> Result<Vec<EndedSession>, AuthError> {
        let stateful = self.stateful()?;
        self.load().await?;
        Ok(stateful.sessions.end_all(user, keep, self.ending(cause, self.now())).await?)
    }

    /// The client a sign-in is for.
    fn client_of(&self, sign_in: &SignIn) -> Result<&Client, AuthError> {
        match &sign_in.client {
            None => Ok(self.0.clients.built_in()),
            Some(id) => self.0.clients.find(id).map(|client| &**client).ok_or(AuthError::UnknownClient),
        }
    }

    fn cell_of(&self, sign_in: &SignIn, client: &Client) -> Result<Cell, AuthError> {
        let cell = sign_in.cell.unwrap_or(client.default_cell);
        let can_issue = match cell.proof() {
            Proof::Session => self.0.stateful.is_some(),
            Proof::Jwt => {
                self.0.stateless.is_some() && self.0.stateful.as_ref().is_none_or(|stateful| stateful.refresh.is_some())
            }
        };
        if !can_issue || !client.cells.contains(&cell) {
            return Err(AuthError::CellNotAllowed);
        }
        // Asked before anything is inserted: a session whose token cannot be signed would be nobody's.
        match &self.0.stateless {
            Some(stateless) if cell.proof() == Proof::Jwt && stateless.ring.load().signing_key().is_none() => {
                Err(AuthError::Unavailable("there is no key to sign with".into()))
            }
            _ => Ok(cell),
        }
    }

    fn family_of(&self, session: &Session, now: Timestamp) -> Option<RefreshFamily> {
        let refresh = self.0.stateful.as_ref()?.refresh.as_ref()?;
        if session.cell.proof() == Proof::Session {
            return None;
        }
        let client = self.0.clients.find(&session.client).unwrap_or_else(|| self.0.clients.built_in());
        Some(RefreshFamily::open(
            FamilyId::generate(&*self.0.random, now),
            session.id,
            session.client.clone(),
            client.default_audience(session.cell, &self.0.origin),
            session.scopes.clone(),
            refresh.minting_key(),
            now,
        ))
    }

    fn deliver(
        &self,
        session: &Session,
        token: Option<&SessionToken>,
        family: Option<&RefreshFamily>,
        now: Timestamp,
    ) -> Result<(Delivery, Vec<SetCookie>), AuthError> {
        if let Some(token) = token {
            let session_token = token.to_text();
            return Ok(match session.cell.carrier() {
                Carrier::Cookie => (Delivery::Cookie, vec![self.session_cookie(session, &session_token, now)?]),
                Carrier::Header => (Delivery::Token { session_token }, Vec::new()),
            });
        }
        let refresh = self.stateful()?.refresh.as_ref().ok_or(AuthError::CellNotAllowed)?;
        let family = family.ok_or_else(|| AuthError::Internal("a JWT cell without a refresh family".into()))?;
        let access = self.access_token(session, family, None, now)?;
        let refresh = refresh.first(family);
        self.deliver_pair(session, access, refresh, now)
    }

    /// Puts an access token and a refresh token where the session's cell has them.
    pub(crate) fn deliver_pair(
        &self,
        session: &Session,
        access: IssuedToken,
        refresh: Secret<String>,
        now: Timestamp,
    ) -> Result<(Delivery, Vec<SetCookie>), AuthError> {
        match session.cell.carrier() {
            Carrier::Header => Ok((Delivery::Jwt { access: Box::new(access), refresh: Some(refresh) }, Vec::new())),
            Carrier::Cookie => {
                let life = cookie_life(session, now);
                let jwt = self.0.cookies.jwt().set(access.token.expose().as_str(), life);
                let refresh = self.0.cookies.refresh().set(refresh.expose().as_str(), life);
                let cookies =
                    [jwt, refresh].into_iter().collect::<Result<_, _>>().map_err(|error| AuthError::Internal(Box::new(error)))?;
                Ok((Delivery::JwtCookie { claims: Box::new(access.claims) }, cookies))
            }
        }
    }

    /// An access token for what a family fetches.
    pub(crate) fn access_token(
        &self,
        session: &Session,
        family: &RefreshFamily,
        not_after: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<IssuedToken, AuthError> {
        let stateless = self.0.stateless.as_ref().ok_or(AuthError::CellNotAllowed)?;
        let order = TokenOrder {
            audience: std::sync::Arc::clone(&family.audience),
            scopes: family.scopes.and(&session.scopes),
            lifetime: self.access_lifetime(&session.client),
            not_after: not_after.unwrap_or(session.absolute_ends_at),
        };
        stateless.tokens.issue(session, order, now)
    }

    fn session_cookie(&self, session: &Session, token: &Secret<String>, now: Timestamp) -> Result<SetCookie, AuthError> {
        let set = self.0.cookies.session().set(token.expose().as_str(), cookie_life(session, now));
        set.map_err(|error| AuthError::Internal(Box::new(error)))
    }

    /// The other cookie cell's cookies, where they were presented.
    fn cleared_by(&self, cell: Cell, context: &RequestContext) -> Vec<SetCookie> {
        let cookies = &self.0.cookies;
        match cell {
            Cell::Cookie if context.presented.jwt > 0 => vec![cookies.jwt().clear(), cookies.refresh().clear()],
            Cell::JwtCookie if context.presented.session > 0 => vec![cookies.session().clear()],
            _ => Vec::new(),
        }
    }

    /// A sign-in of an application that keeps no sessions: one access token, which nothing can end.
    fn sign_in_without_session(&self, sign_in: SignIn, context: &RequestContext) -> Result<SignedIn, AuthError> {
        let stateless = self.0.stateless.as_ref().ok_or(AuthError::CellNotAllowed)?;
        let client = self.client_of(&sign_in)?;
        let cell = sign_in.cell.unwrap_or(Cell::Jwt);
        if cell != Cell::Jwt || !client.cells.contains(&cell) {
            return Err(AuthError::CellNotAllowed);
        }
        let now = context.now;
        let claims = AccessClaims {
            iss: stateless.tokens.issuer().to_string(),
            sub: sign_in.user,
            aud: cloakroom_jwt::Audience::One(client.default_audience(cell, &self.0.origin).to_string()),
            sid: None,
            jti: token_id(stateless.tokens.random()),
            client_id: client.id.clone(),
            auth_time: cloakroom_jwt::NumericDate::at(now),
            iat: cloakroom_jwt::NumericDate::at(now),
            exp: cloakroom_jwt::NumericDate::at(now.plus(client.access_lifetime)),
            amr: sign_in.methods,
            scope: sign_in.scopes,
        };
        let access = Box::new(stateless.tokens.sign(claims)?);
        Ok(SignedIn {
            session: None,
            delivery: Delivery::Jwt { access, refresh: None },
            cookies: Vec::new(),
            ended: Vec::new(),
            at: now,
        })
    }
}

/// The event of a sign-in, for whoever inserts the session in a job of their own.
pub fn signed_in_event(session: &Session) -> SecurityEvent {
    SecurityEvent::SignedIn {
        user: session.user.clone(),
        session: session.id,
        client: session.client.clone(),
        cell: session.cell,
        from: session.seen_from.map(cloakroom_session::Network::of),
    }
}

/// A remembered browser keeps the cookie to the absolute deadline; any other until it is closed.
fn cookie_life(session: &Session, now: Timestamp) -> Option<MaxAge> {
    session.remembered.then(|| MaxAge::new(session.absolute_ends_at.since(now)))
}
