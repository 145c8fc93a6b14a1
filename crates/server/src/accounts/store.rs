//! The contract of a store for accounts, which keeps the sessions too: what belongs together is one step.
//!
//! 1. Each writing call is one step: all of it is on disk when it answers, or none of it.
//! 2. A step that follows a checked password reads the account again. When it is not active, or its version is not the one the password
//!    was checked against, nothing is kept. So either an ending sees the new session, or the sign-in sees the ending.
//! 3. What is left to be done [`After`] the commit is done whether or not anyone still waits, and not at all when nothing was kept.
//! 4. A step that writes an account tells the sinks of its user.

use async_trait::async_trait;
use cloakroom_primitives::Timestamp;
use cloakroom_session::{Change, EndedSession, Ending, Inserted, RefreshFamily, Session, SessionId, Start, StoreError, UserId};

use super::password::{PasswordHash, VerifiedPassword};
use super::user::Account;

/// Something to do after a commit, such as handing on an event. It must not wait.
pub(crate) type After = Box<dyn FnOnce() + Send>;

/// An account with what its password is checked against.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    /// The account.
    pub(crate) account: Account,
    /// Its password; an account may have none.
    pub(crate) password: Option<PasswordHash>,
}

/// What came of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registered {
    /// The account is there.
    Yes,
    /// Another account has the address.
    Taken,
}

/// What came of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignInResult {
    /// The store has answered the insertion.
    Inserted(Inserted),
    /// The account changed since its password was checked; there is no session.
    AccountChanged,
}

/// What came of a step-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SteppedUp {
    /// The session is replaced.
    Yes,
    /// Somebody else changed the session first: read it again.
    Stale,
    /// The session has ended.
    Gone,
    /// The account changed since its password was checked; the session is as it was.
    AccountChanged,
}

/// A new password, and the session that its owner goes on with.
#[derive(Debug)]
pub(crate) struct PasswordChange {
    /// What takes the place of the old hash.
    pub(crate) hash: PasswordHash,
    /// How every session of the user ends, with cause `password_changed`.
    pub(crate) ending: Ending,
    /// The session that asks, if one does: once it has ended, so has its right to a fresh one.
    pub(crate) session: Option<SessionId>,
    /// The fresh session.
    pub(crate) start: Start,
}

/// What came of a password change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PasswordChanged {
    /// The new password holds, and the fresh session alone.
    Yes {
        /// The sessions that ended.
        ended: Vec<EndedSession>,
    },
    /// The account changed since its password was checked; nothing else has.
    AccountChanged,
    /// The session that asked has ended; nothing else has changed.
    SessionGone,
}

/// What came of disabling an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Disabled {
    /// It is disabled, and has been until now if nothing ended.
    Yes {
        /// The sessions that ended.
        ended: Vec<EndedSession>,
    },
    /// There is no such account.
    Unknown,
}

/// Keeps accounts beside the sessions. It remembers and compares; judging passwords is [`Accounts`](super::Accounts)' work.
#[async_trait]
pub(crate) trait AccountStore: Send + Sync + 'static {
    /// Finds an account by its id.
    async fn find(&self, id: &UserId) -> Result<Option<Account>, StoreError>;

    /// Finds an account and its password by its id.
    async fn find_credentials(&self, id: &UserId) -> Result<Option<Credentials>, StoreError>;

    /// Finds an account and its password by its canonical address.
    async fn find_by_email(&self, canonical: &str) -> Result<Option<Credentials>, StoreError>;

    /// At most `limit` accounts whose ids come after `after`, by id. Ids are in time order, their texts are not: it is an order to page by.
    async fn list(&self, after: Option<UserId>, limit: u32) -> Result<Vec<Account>, StoreError>;

    /// Adds an account. Fails with [`StoreError::Conflict`] when its id exists; a taken address is an answer.
    async fn register(
        &self,
        account: Account,
        password: Option<PasswordHash>,
        after: Vec<After>,
    ) -> Result<Registered, StoreError>;

    /// Inserts a session, reads the account again, and keeps a hash that is due.
    async fn sign_in(&self, start: Start, verified: VerifiedPassword, after: Vec<After>) -> Result<SignInResult, StoreError>;

    /// Replaces a session, reads the account again, and keeps a hash that is due.
    async fn step_up(
        &self,
        session: Session,
        change: Change,
        family: Option<RefreshFamily>,
        verified: VerifiedPassword,
        after: Vec<After>,
    ) -> Result<SteppedUp, StoreError>;

    /// Sets a new password, ends every session of the user, and inserts the fresh one. Moves the version.
    async fn change_password(
        &self,
        verified: VerifiedPassword,
        change: PasswordChange,
        after: Vec<After>,
    ) -> Result<PasswordChanged, StoreError>;

    /// Disables an account and ends its sessions. Moves the version, unless it was disabled already.
    async fn disable(&self, user: UserId, ending: Ending, after: Vec<After>) -> Result<Disabled, StoreError>;

    /// Fails while nothing can be written.
    async fn prove_writable(&self) -> Result<(), StoreError>;
}

impl PasswordChange {
    /// When the password changes.
    pub(crate) fn at(&self) -> Timestamp {
        self.ending.at
    }
}
