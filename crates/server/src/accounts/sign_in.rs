//! The one function that makes sessions, and its two relatives that make one anew.

use std::collections::HashMap;
use std::sync::Arc;

use cloakroom::session::{AuthMethod, CachedSession, Carrier, Cell, ClientId, EndCause, Scopes, Session, SessionId};
use cloakroom::{
    Auth, AuthError, Principal, Problem, ProblemCode, RequestContext, SecurityEvent, SignIn, SignedIn, signed_in_event,
};

use super::accounts::Accounts;
use super::password::{PasswordHash, VerifiedPassword};
use super::store::{After, PasswordChange, PasswordChanged, SignInResult, SteppedUp};
use super::user::Roles;

/// The scopes that roles give, by configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoleScopes(HashMap<String, Scopes>);

impl RoleScopes {
    /// What each role gives.
    pub(crate) fn new(roles: impl IntoIterator<Item = (String, Scopes)>) -> Self {
        Self(roles.into_iter().collect())
    }

    fn of(&self, roles: &Roles) -> Scopes {
        roles.iter().filter_map(|role| self.0.get(role)).fold(Scopes::none(), |all, more| all.or(more))
    }
}

/// How a sign-in is to be delivered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    /// The cell; the client's default without.
    pub(crate) cell: Option<Cell>,
    /// The client; the built-in one without.
    pub(crate) client: Option<ClientId>,
    /// Whether the browser is to be remembered.
    pub(crate) remember: bool,
}

/// Why there is no session.
#[derive(Debug)]
pub(crate) enum NotStarted {
    /// The account changed since its password was checked: to the caller the password was wrong.
    AccountChanged,
    /// Something else.
    Failed(AuthError),
}

impl<E: Into<AuthError>> From<E> for NotStarted {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Makes sessions for accounts.
#[derive(Clone)]
pub(crate) struct Starter {
    pub(crate) auth: Auth,
    pub(crate) accounts: Accounts,
    pub(crate) roles: Arc<RoleScopes>,
}

impl Starter {
    /// Makes a session for whoever gave the right password.
    pub(crate) async fn start(
        &self,
        verified: VerifiedPassword,
        wish: Wish,
        context: &RequestContext,
    ) -> Result<SignedIn, NotStarted> {
        let prepared = self.auth.prepare(self.sign_in_of(&verified, &wish)?, context)?;
        let start = prepared.start().clone();
        let after = self.event(signed_in_event(&start.session));
        match self.accounts.store().sign_in(start, verified, vec![after]).await? {
            SignInResult::Inserted(inserted) => Ok(self.auth.finish(prepared, inserted)?),
            SignInResult::AccountChanged => Err(NotStarted::AccountChanged),
        }
    }

    /// Sets a new password: every session ends, and its owner goes on with a fresh one like the one they had.
    pub(crate) async fn change_password(
        &self,
        verified: VerifiedPassword,
        hash: PasswordHash,
        current: &Session,
        context: &RequestContext,
    ) -> Result<SignedIn, NotStarted> {
        let wish = Wish { cell: Some(current.cell), client: Some(current.client.clone()), remember: current.remembered };
        let user = current.user.clone();
        let prepared = self.auth.prepare(self.sign_in_of(&verified, &wish)?, context)?;
        let ending = self.auth.ending(EndCause::PasswordChanged, self.auth.now());
        let change = PasswordChange { hash, ending, session: Some(current.id), start: prepared.start().clone() };
        let after =
            vec![self.event(SecurityEvent::PasswordChanged { user }), self.event(signed_in_event(&prepared.start().session))];
        match self.accounts.store().change_password(verified, change, after).await? {
            PasswordChanged::Yes { ended } => Ok(self.auth.finish(prepared, cloakroom::session::Inserted::Yes { ended })?),
            PasswordChanged::AccountChanged => Err(NotStarted::AccountChanged),
            PasswordChanged::SessionGone => Err(AuthError::NotSignedIn.into()),
        }
    }

    /// Steps a session up for whoever gave the right password.
    pub(crate) async fn step_up(
        &self,
        verified: VerifiedPassword,
        id: SessionId,
        context: &RequestContext,
    ) -> Result<SignedIn, NotStarted> {
        let sessions = self.auth.sessions().ok_or_else(|| AuthError::Internal("this server keeps no sessions".into()))?;
        for _ in 0..3 {
            let now = self.auth.now().max(context.now());
            let found = sessions.find(id).await?.filter(|session| session.is_live(now)).ok_or(AuthError::NotSignedIn)?;
            let prepared = self.auth.prepare_step_up(&found.to_session(), now);
            let (session, family) = (prepared.session().clone(), prepared.family().cloned());
            let stepped = self.accounts.store().step_up(session, prepared.change(), family, verified.clone(), Vec::new()).await?;
            match stepped {
                SteppedUp::Yes => return Ok(self.auth.finish_step_up(prepared)?),
                SteppedUp::Stale => {}
                SteppedUp::Gone => return Err(AuthError::NotSignedIn.into()),
                SteppedUp::AccountChanged => return Err(NotStarted::AccountChanged),
            }
        }
        Err(AuthError::Busy.into())
    }

    /// The session of whoever calls, for what delivers it anew. Fails with `not_signed_in` where the credential is not the one
    /// that the session's cell delivers: an exchanged token, or one that travels another way, must not earn the credential itself.
    pub(crate) async fn own_session(&self, caller: &Principal) -> Result<Arc<CachedSession>, Problem> {
        let bearer_presented = caller.carrier() == Some(Carrier::Header);
        let refused = || Problem { bearer_presented, ..Problem::new(ProblemCode::NotSignedIn) };
        let (Some(sessions), Some(id)) = (self.auth.sessions(), caller.session) else { return Err(refused()) };
        let found = sessions.find(id).await.map_err(|error| AuthError::from(error).problem())?;
        found.filter(|session| caller.cell() == Some(session.session().cell)).ok_or_else(refused)
    }

    fn sign_in_of(&self, verified: &VerifiedPassword, wish: &Wish) -> Result<SignIn, AuthError> {
        let account = verified.user();
        let clients = self.auth.clients();
        let client = match &wish.client {
            Some(id) => clients.find(id).ok_or(AuthError::UnknownClient)?,
            None => clients.built_in(),
        };
        let scopes = self.roles.of(&account.roles).and(&client.scopes);
        let sign_in = SignIn::new(account.id.clone(), AuthMethod::Password)
            .client(client.id.clone())
            .scopes(scopes)
            .remember(wish.remember);
        Ok(match wish.cell {
            Some(cell) => sign_in.cell(cell),
            None => sign_in,
        })
    }

    fn event(&self, event: SecurityEvent) -> After {
        let events = self.auth.events();
        Box::new(move || events.record(event))
    }
}
