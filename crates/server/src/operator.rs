//! Answers what an operator asks through the control socket.

use std::net::{IpAddr, Ipv4Addr};

use async_trait::async_trait;
use cloakroom::jwt::KeyState;
use cloakroom::session::{EndCause, Session, UserId};
use cloakroom::{AskedBy, Auth, SystemClock};
use std::sync::Arc;

use crate::accounts::{Account, Accounts, Disabled, DisplayName, EmailAddress, NewAccount, Password, Roles};
use crate::app::App;
use crate::control::{Answer, ControlReply, ControlRequest, KeyRow, SessionRow, UserRow, VerdictRow, print_moment};
use crate::device::Device;
use crate::keys::SigningKeys;
use crate::time_gate::TimeGate;
use cloakroom_store::sqlite::SqliteStore;

/// How many accounts are read at a time.
const PAGE: u32 = 500;

/// Does what an operator asks.
pub(crate) struct Operator {
    auth: Auth,
    accounts: Accounts,
    keys: Arc<SigningKeys>,
    clock: SystemClock,
    gate: TimeGate,
    store: SqliteStore,
}

impl Operator {
    pub(crate) fn new(app: &App) -> Self {
        Self {
            auth: app.auth.clone(),
            accounts: app.accounts.clone(),
            keys: Arc::clone(&app.keys),
            clock: app.clock.clone(),
            gate: app.gate.clone(),
            store: app.store.clone(),
        }
    }

    async fn reply(&self, request: ControlRequest) -> Result<ControlReply, String> {
        let ends = matches!(
            request,
            ControlRequest::DisableUser { .. } | ControlRequest::EndSession { .. } | ControlRequest::EndSessions { .. }
        );
        if ends && !self.gate.is_open(self.auth.now()) {
            // Under such a clock an end would be forgotten before the tokens it is about have expired.
            return Err(
                "the machine's clock is behind what the store has seen: set it right, or run `cloakroom clock accept`".to_owned()
            );
        }
        match request {
            ControlRequest::AddUser { email, name, password } => {
                let email = EmailAddress::parse(&email).map_err(said)?;
                let name = name.as_deref().map(DisplayName::parse).transpose().map_err(said)?.flatten();
                let password = Password::new(password.into_secret().expose()).map_err(said)?;
                let new = NewAccount { email, name, password, roles: Roles::default() };
                let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
                let account = self.accounts.create(new, here, self.auth.now()).await.map_err(said)?;
                Ok(ControlReply::UserAdded(user_row(&account)))
            }
            ControlRequest::ListUsers => self.users().await,
            ControlRequest::DisableUser { user } => self.disable(&user).await,
            ControlRequest::ListSessions { user } => {
                let account = self.find(&user).await?;
                let sessions =
                    self.auth.sessions().ok_or("this server keeps no sessions")?.list(&account.id).await.map_err(said)?;
                let now = self.auth.now();
                Ok(ControlReply::Sessions(sessions.iter().filter(|session| session.is_live(now)).map(session_row).collect()))
            }
            ControlRequest::EndSession { session } => {
                let ended = self.auth.end_session(session, EndCause::EndedByOperator).await.map_err(said)?;
                let ended = ended.ok_or("there is no such session")?;
                Ok(ControlReply::SessionsEnded { sessions_ended: usize::from(ended.id == session) })
            }
            ControlRequest::EndSessions { user } => {
                let account = self.find(&user).await?;
                let ended = self.auth.end_all_sessions(&account.id, None, EndCause::EndedByOperator).await.map_err(said)?;
                Ok(ControlReply::SessionsEnded { sessions_ended: ended.len() })
            }
            ControlRequest::ListKeys => self.keys().await,
            ControlRequest::Appraise { credential } => {
                let text = credential.into_secret();
                let told = self.auth.appraise(text.expose(), AskedBy::Operator, self.auth.now()).await.map_err(said)?;
                Ok(ControlReply::Appraised(told.map(|told| VerdictRow {
                    accepted: told.check.accepts(),
                    check: told.check.word().to_owned(),
                    since: told.since.map(print_moment),
                })))
            }
            ControlRequest::AcceptClock => {
                self.clock.accept();
                self.store.accept_time(self.auth.now()).await.map_err(said)?;
                self.gate.accept();
                Ok(ControlReply::ClockAccepted)
            }
        }
    }

    async fn users(&self) -> Result<ControlReply, String> {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = self.accounts.store().list(after, PAGE).await.map_err(said)?;
            rows.extend(page.iter().map(user_row));
            after = page.last().map(|account| account.id.clone());
            if page.len() < PAGE as usize {
                return Ok(ControlReply::Users(rows));
            }
        }
    }

    async fn disable(&self, user: &str) -> Result<ControlReply, String> {
        let account = self.find(user).await?;
        let ending = self.auth.ending(EndCause::AccountDisabled, self.auth.now());
        match self.accounts.store().disable(account.id.clone(), ending, Vec::new()).await.map_err(said)? {
            Disabled::Yes { ended } => {
                let account = self.find(user).await?;
                Ok(ControlReply::UserDisabled { user: user_row(&account), sessions_ended: ended.len() })
            }
            Disabled::Unknown => Err("there is no such account".to_owned()),
        }
    }

    async fn keys(&self) -> Result<ControlReply, String> {
        let now = self.auth.now();
        let rows = self.keys.list().await.map_err(said)?.into_iter().map(|key| KeyRow {
            alg: key.algorithm.name().to_owned(),
            state: match key.state(now) {
                Some(KeyState::Next) => "announced",
                Some(KeyState::Current) => "signing",
                Some(KeyState::Retired) => "retired",
                Some(_) => "removed",
                None => "distrusted",
            }
            .to_owned(),
            announced_at: key.announced_at,
            signs_from: key.signs_from,
            kid: key.kid,
        });
        Ok(ControlReply::Keys(rows.collect()))
    }

    /// Finds an account by its address or its id, past memory.
    async fn find(&self, user: &str) -> Result<Account, String> {
        let store = self.accounts.store();
        if let Ok(email) = EmailAddress::parse(user)
            && let Some(found) = store.find_by_email(email.canonical()).await.map_err(said)?
        {
            return Ok(found.account);
        }
        match UserId::new(user) {
            Ok(id) => store.find(&id).await.map_err(said)?.ok_or_else(|| "there is no such account".to_owned()),
            Err(_) => Err("there is no such account".to_owned()),
        }
    }
}

#[async_trait]
impl Answer for Operator {
    async fn answer(&self, request: ControlRequest) -> ControlReply {
        self.reply(request).await.unwrap_or_else(|reason| ControlReply::Refused { reason })
    }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn user_row(account: &Account) -> UserRow {
    UserRow {
        id: account.id.to_string(),
        email: account.email.as_str().to_owned(),
        email_verified: account.email_verified,
        name: account.name.as_ref().map(|name| name.as_str().to_owned()),
        roles: account.roles.iter().map(str::to_owned).collect(),
        status: account.status.word().to_owned(),
        created_at: account.created_at,
    }
}

fn session_row(session: &Session) -> SessionRow {
    SessionRow {
        id: session.id,
        client_id: session.client.clone(),
        cell: session.cell.word().to_owned(),
        device: session.user_agent.as_deref().map(|agent| Device::of(agent).to_string()),
        created_at: session.created_at,
        seen_at: session.seen_at,
        seen_from: session.seen_from.map(|address| address.to_string()),
        expires_at: session.ends_at(),
    }
}
