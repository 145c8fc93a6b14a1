//! The handle for accounts: registration, and whether a password is right.
//!
//! 1. Asked in this order: limits, queue, hash, status. A refused password, an unknown address and a disabled account cost the same work
//!    and get the same answer; each counts as a failure.
//! 2. Once hashing has begun it runs to its end, and its outcome is counted, whether or not anyone still waits: who hangs up has tried.
//! 3. A right password under an outdated hash is hashed again; the new hash is kept in the step that follows.

use std::net::IpAddr;
use std::sync::Arc;

use cloakroom_primitives::{Random, Timestamp};
use cloakroom_session::{StoreError, UserId};

use super::password::{
    HashOutput, HashWork, Password, PasswordHash, PasswordHasher, PasswordRefusal, PasswordRules, Unverifiable, VerifiedPassword,
};
use super::pool::{Caller, NotHashed, PasswordPool, Presence};
use super::store::{AccountStore, Credentials, Registered};
use super::user::{Account, AccountStatus, DisplayName, EmailAddress, Roles};
use crate::account_memory::AccountMemory;
use crate::device::KnownDevice;
use crate::limits::{Admission, Limits, NotAdmitted, RetryAfter, Source};

/// Where a try comes from, and when.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// The client's address.
    pub(crate) from: IpAddr,
    /// What its device cookie says, if it sent one.
    pub(crate) device: Option<KnownDevice>,
    /// The moment.
    pub(crate) now: Timestamp,
}

/// Why a password was not found right.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// It is wrong, or nobody may sign in with it.
    #[error("wrong address or password")]
    InvalidCredentials,
    /// Too many failures: it was not looked at.
    #[error("too many attempts")]
    TooManyAttempts(RetryAfter),
    /// Too many wait for the same work: it was not looked at.
    #[error("too many passwords wait to be checked")]
    Busy(RetryAfter),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotAdmitted> for Refused {
    fn from(refused: NotAdmitted) -> Self {
        match refused {
            NotAdmitted::TooMany(after) => Self::TooManyAttempts(after),
            NotAdmitted::Busy(after) => Self::Busy(after),
            NotAdmitted::Store(error) => Self::Store(error),
        }
    }
}

/// Why a password cannot be set.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordNotSet {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] PasswordRefusal),
    /// Too many wait for the same work.
    #[error("too many passwords wait to be hashed")]
    Busy(RetryAfter),
    /// A bug of ours, or the process is stopping.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An account to be made.
#[derive(Debug)]
pub(crate) struct NewAccount {
    /// The address it signs in with.
    pub(crate) email: EmailAddress,
    /// What its owner likes to be called.
    pub(crate) name: Option<DisplayName>,
    /// Its password.
    pub(crate) password: Password,
    /// What it may do; nobody gives themselves a role.
    pub(crate) roles: Roles,
}

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotRegistered {
    /// Its password cannot be set.
    #[error(transparent)]
    Password(#[from] PasswordNotSet),
    /// Another account has the address.
    #[error("the address belongs to an account")]
    EmailTaken,
    /// The source has registered too often.
    #[error("too many attempts")]
    TooManyAttempts(RetryAfter),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Is told of every refused password: whose, if the account exists, and where from. It must not wait.
pub(crate) type OnRefused = Arc<dyn Fn(Option<UserId>, IpAddr) + Send + Sync>;

/// What the handle is made of.
pub(crate) struct AccountsParts {
    /// Keeps the accounts.
    pub(crate) store: Arc<dyn AccountStore>,
    /// Remembers them. It must be among the store's sinks.
    pub(crate) memory: Arc<AccountMemory>,
    /// Hashes.
    pub(crate) pool: PasswordPool,
    /// Knows keys and parameters.
    pub(crate) hasher: PasswordHasher,
    /// Which passwords may be chosen.
    pub(crate) rules: PasswordRules,
    /// What may be tried how often.
    pub(crate) limits: Limits,
    /// Where ids and salts come from.
    pub(crate) random: Arc<dyn Random>,
    /// Is told of refused passwords.
    pub(crate) on_refused: OnRefused,
}

/// The accounts of an installation. Cloning shares them.
#[derive(Clone)]
pub(crate) struct Accounts(Arc<AccountsParts>);

impl Accounts {
    /// Puts the parts together.
    pub(crate) fn new(parts: AccountsParts) -> Self {
        Self(Arc::new(parts))
    }

    /// Keeps accounts and sessions: what follows a checked password is one of its steps.
    pub(crate) fn store(&self) -> &Arc<dyn AccountStore> {
        &self.0.store
    }

    /// The account, if memory has it.
    pub(crate) fn peek(&self, user: &UserId) -> Option<Arc<Account>> {
        self.0.memory.peek(user)
    }

    /// Finds an account, from memory if it is there.
    pub(crate) async fn find(&self, user: &UserId) -> Result<Option<Arc<Account>>, StoreError> {
        let AccountsParts { memory, store, .. } = &*self.0;
        if let Some(account) = memory.peek(user) {
            return Ok(Some(account));
        }
        let fill = memory.begin_fill(user);
        let Some(account) = store.find(user).await?.map(Arc::new) else { return Ok(None) };
        fill.keep(&account);
        Ok(Some(account))
    }

    /// Makes an account for whoever asks, without roles. Counts against the source's registrations when it is made or the address is taken.
    pub(crate) async fn register(
        &self,
        new: NewAccount,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<VerifiedPassword, NotRegistered> {
        self.0.rules.check(&new.password, new.email.local_part()).map_err(PasswordNotSet::from)?;
        let source = Source::of(from);
        self.0.limits.admit_registration(source, now).map_err(NotRegistered::TooManyAttempts)?;
        let made = self.create(NewAccount { roles: Roles::default(), ..new }, from, now).await;
        if !matches!(made, Ok(_) | Err(NotRegistered::EmailTaken)) {
            self.0.limits.give_registration_back(source);
        }
        made.map(|account| VerifiedPassword::new(account, None))
    }

    /// Makes an account, for an operator.
    pub(crate) async fn create(&self, new: NewAccount, from: IpAddr, now: Timestamp) -> Result<Account, NotRegistered> {
        if self.0.store.find_by_email(new.email.canonical()).await?.is_some() {
            return Err(NotRegistered::EmailTaken);
        }
        let hash = self.hash_new_password(&new.password, &new.email, from).await?;
        let account = Account {
            id: UserId::generate(&*self.0.random, now),
            email: new.email,
            email_verified: false,
            name: new.name,
            roles: new.roles,
            status: AccountStatus::Active,
            version: 1,
            created_at: now,
            password_changed_at: Some(now),
        };
        match self.0.store.register(account.clone(), Some(hash), Vec::new()).await? {
            Registered::Yes => Ok(account),
            Registered::Taken => Err(NotRegistered::EmailTaken),
        }
    }

    /// Checks the rules, then makes the hash to keep of a password that the owner of `email` has chosen.
    pub(crate) async fn hash_new_password(
        &self,
        password: &Password,
        email: &EmailAddress,
        from: IpAddr,
    ) -> Result<PasswordHash, PasswordNotSet> {
        self.0.rules.check(password, email.local_part())?;
        let (work, new) = self.0.hasher.prepare(password, &*self.0.random);
        let caller = Caller::default();
        match self.0.pool.hash(Source::of(from), work, caller.presence()).await {
            Ok(output) => Ok(new.with(&output)),
            Err(NotHashed::Busy(after)) => Err(PasswordNotSet::Busy(after)),
            Err(NotHashed::Abandoned) => Err(closing().into()),
        }
    }

    /// Checks a password at sign-in.
    pub(crate) async fn verify_password(
        &self,
        email: &EmailAddress,
        password: Password,
        attempt: Attempt,
    ) -> Result<VerifiedPassword, Refused> {
        let found = self.0.store.find_by_email(email.canonical()).await?;
        self.verify(email.canonical(), found, password, attempt).await
    }

    /// Checks the password of somebody who is signed in, before a step-up or a password change.
    pub(crate) async fn verify_current_password(
        &self,
        user: &UserId,
        password: Password,
        attempt: Attempt,
    ) -> Result<VerifiedPassword, Refused> {
        let found = self.0.store.find_credentials(user).await?.ok_or(Refused::InvalidCredentials)?;
        let canonical = found.account.email.clone();
        self.verify(canonical.canonical(), Some(found), password, attempt).await
    }

    async fn verify(
        &self,
        canonical: &str,
        found: Option<Credentials>,
        password: Password,
        attempt: Attempt,
    ) -> Result<VerifiedPassword, Refused> {
        let device = attempt.device.as_ref().zip(found.as_ref()).and_then(|(device, found)| device.of_user(&found.account.id));
        let admission = self.0.limits.admit_password(Source::of(attempt.from), canonical, device, attempt.now).await?;
        let caller = Caller::default();
        let check = Check { accounts: self.clone(), found, password, attempt, presence: caller.presence() };
        tokio::spawn(check.run(admission)).await.map_err(|panicked| StoreError::Internal(panicked.into()))?
    }
}

/// A password that is being checked, in a task of its own.
struct Check {
    accounts: Accounts,
    found: Option<Credentials>,
    password: Password,
    attempt: Attempt,
    presence: Presence,
}

impl Check {
    async fn run(self, admission: Admission) -> Result<VerifiedPassword, Refused> {
        let Some(kept) = self.matching_hash().await? else {
            let parts = &self.accounts.0;
            admission.failed(self.attempt.now).await?;
            (parts.on_refused)(self.found.map(|found| found.account.id), self.attempt.from);
            return Err(Refused::InvalidCredentials);
        };
        let rehash = self.rehash_if_due(&kept).await;
        admission.succeeded().await?;
        let user = self.found.expect("a hash that matched belongs to an account").account;
        Ok(VerifiedPassword::new(user, rehash))
    }

    /// The account's hash, if the password is right and the account may sign in. The work is done in any case.
    async fn matching_hash(&self) -> Result<Option<PasswordHash>, Refused> {
        let parts = &self.accounts.0;
        let kept = self.found.as_ref().and_then(|found| found.password.as_ref());
        let (work, expected) = kept
            .map_or(Err(None), |kept| parts.hasher.check(&self.password, kept).map_err(Some))
            .or_else(|unverifiable| {
                self.report(unverifiable);
                parts.hasher.check(&self.password, parts.hasher.dummy())
            })
            .map_err(|error| StoreError::Internal(error.into()))?;
        let output = self.hash(work).await.map_err(|refused| match refused {
            NotHashed::Busy(after) => Refused::Busy(after),
            NotHashed::Abandoned => closing().into(),
        })?;
        let is_active = self.found.as_ref().is_some_and(|found| found.account.status == AccountStatus::Active);
        let is_right = expected.is(&output);
        Ok(kept.filter(|_| is_right && is_active).cloned())
    }

    /// Tells the operator of a hash that nobody can sign in with.
    fn report(&self, unverifiable: Option<Unverifiable>) {
        if let Some((reason, found)) = unverifiable.zip(self.found.as_ref()) {
            tracing::error!(user = %found.account.id, %reason, "a password cannot be checked");
        }
    }

    /// The hash that takes the place of an outdated one. When there is no room for the work it is left to another sign-in.
    async fn rehash_if_due(&self, kept: &PasswordHash) -> Option<PasswordHash> {
        let parts = &self.accounts.0;
        if !parts.hasher.is_outdated(kept) {
            return None;
        }
        let (work, new) = parts.hasher.prepare(&self.password, &*parts.random);
        self.hash(work).await.ok().map(|output| new.with(&output))
    }

    async fn hash(&self, work: HashWork) -> Result<HashOutput, NotHashed> {
        self.accounts.0.pool.hash(Source::of(self.attempt.from), work, self.presence.clone()).await
    }
}

/// Nobody waits, or the process is stopping: the answer reaches nobody.
fn closing() -> StoreError {
    StoreError::Unavailable("passwords are not hashed any more: the process is stopping".into())
}
