//! Accounts, in SQL: what is kept together with sessions is one job of the writer.

use async_trait::async_trait;
use cloakroom_primitives::KeyId;
use cloakroom_session::{
    Change, EndedSession, Ending, FeedEntry, Inserted, RefreshFamily, Replaced, Session, Start, StoreError, UserId,
};
use cloakroom_store::sqlite::{Job, SqliteStore, sessions, store_error};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::column::{from_moment, moment, moment_if_any, number, parsed};
use crate::accounts::{
    Account, AccountStatus, AccountStore, After, Credentials, Disabled, DisplayName, EmailAddress, PasswordChange,
    PasswordChanged, PasswordHash, Registered, Roles, SignInResult, SteppedUp, VerifiedPassword,
};

/// The columns that [`read`] reads, from index 0 on.
macro_rules! account_columns {
    () => {
        "id, email, email_canonical, email_verified, name, roles, status, version, created_at, password_changed_at"
    };
}

/// Accounts beside the sessions of a store.
#[derive(Clone, Debug)]
pub(crate) struct SqliteAccounts(SqliteStore);

impl SqliteAccounts {
    /// The accounts in the file of `store`, which was opened with the server's migrations.
    pub(crate) fn new(store: SqliteStore) -> Self {
        Self(store)
    }
}

#[async_trait]
impl AccountStore for SqliteAccounts {
    async fn find(&self, id: &UserId) -> Result<Option<Account>, StoreError> {
        self.0.readers().with(|connection| find(connection, id))
    }

    async fn find_credentials(&self, id: &UserId) -> Result<Option<Credentials>, StoreError> {
        let sql = concat!("SELECT ", account_columns!(), ", password_hash, password_key FROM users WHERE id = ?1");
        self.0.readers().with(|connection| find_credentials(connection, sql, id.as_str()))
    }

    async fn find_by_email(&self, canonical: &str) -> Result<Option<Credentials>, StoreError> {
        let sql = concat!("SELECT ", account_columns!(), ", password_hash, password_key FROM users WHERE email_canonical = ?1");
        self.0.readers().with(|connection| find_credentials(connection, sql, canonical))
    }

    async fn list(&self, after: Option<UserId>, limit: u32) -> Result<Vec<Account>, StoreError> {
        self.0.lists().run(move |connection| list(connection, after.as_ref(), limit)).await
    }

    async fn register(
        &self,
        account: Account,
        password: Option<PasswordHash>,
        after: Vec<After>,
    ) -> Result<Registered, StoreError> {
        let job = move |job: &mut Job<'_>| {
            if is_taken(job.connection(), account.email.canonical())? {
                return Ok(Registered::Taken);
            }
            insert(job.connection(), &account, password.as_ref())?;
            follow(job, account.id, after);
            Ok(Registered::Yes)
        };
        self.0.writer().run(job).await
    }

    async fn sign_in(&self, start: Start, verified: VerifiedPassword, after: Vec<After>) -> Result<SignInResult, StoreError> {
        let job = move |job: &mut Job<'_>| {
            let inserted = sessions::insert(job, &start)?;
            check_unchanged(job.connection(), &verified)?;
            if let Inserted::Yes { .. } = inserted {
                keep_rehash(job.connection(), &verified)?;
                leave(job, after);
            }
            Ok(SignInResult::Inserted(inserted))
        };
        unless_changed(self.0.writer().run(job).await, SignInResult::AccountChanged)
    }

    async fn step_up(
        &self,
        session: Session,
        change: Change,
        family: Option<RefreshFamily>,
        verified: VerifiedPassword,
        after: Vec<After>,
    ) -> Result<SteppedUp, StoreError> {
        let job = move |job: &mut Job<'_>| {
            let replaced = sessions::replace(job, &session, change, family.as_ref())?;
            check_unchanged(job.connection(), &verified)?;
            match replaced {
                Replaced::Yes => {}
                Replaced::Stale => return Ok(SteppedUp::Stale),
                Replaced::Gone => return Ok(SteppedUp::Gone),
            }
            keep_rehash(job.connection(), &verified)?;
            leave(job, after);
            Ok(SteppedUp::Yes)
        };
        unless_changed(self.0.writer().run(job).await, SteppedUp::AccountChanged)
    }

    async fn change_password(
        &self,
        verified: VerifiedPassword,
        change: PasswordChange,
        after: Vec<After>,
    ) -> Result<PasswordChanged, StoreError> {
        let job = move |job: &mut Job<'_>| {
            let user = check_unchanged(job.connection(), &verified)?.id;
            set_password(job.connection(), &user, &change)?;
            let mut ended = sessions::remove_all(job, &user, None, change.ending)?;
            if change.session.is_some_and(|asking| !ended.iter().any(|ended| ended.id == asking)) {
                return Err(Undo::SessionGone);
            }
            match sessions::insert(job, &change.start)? {
                Inserted::Yes { ended: others } => ended.extend(others),
                Inserted::LimitReached => return Err(StoreError::Internal("a user without sessions has too many".into()).into()),
            }
            follow(job, user, after);
            Ok(PasswordChanged::Yes { ended })
        };
        match self.0.writer().run(job).await {
            Err(Undo::SessionGone) => Ok(PasswordChanged::SessionGone),
            done => unless_changed(done, PasswordChanged::AccountChanged),
        }
    }

    async fn disable(&self, user: UserId, ending: Ending, after: Vec<After>) -> Result<Disabled, StoreError> {
        let job = move |job: &mut Job<'_>| {
            let Some(account) = find(job.connection(), &user)? else { return Ok(Disabled::Unknown) };
            if account.status != AccountStatus::Disabled {
                set_status(job.connection(), &user, AccountStatus::Disabled)?;
            }
            let ended: Vec<EndedSession> = sessions::remove_all(job, &user, None, ending)?;
            follow(job, user, after);
            Ok(Disabled::Yes { ended })
        };
        self.0.writer().run(job).await
    }

    async fn prove_writable(&self) -> Result<(), StoreError> {
        self.0.prove_writable().await
    }
}

/// Why a job is rolled back.
enum Undo {
    /// The account is not the one whose password was checked.
    AccountChanged,
    /// The session that asked has ended.
    SessionGone,
    Failed(StoreError),
}

impl From<StoreError> for Undo {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

fn unless_changed<T>(done: Result<T, Undo>, changed: T) -> Result<T, StoreError> {
    match done {
        Ok(done) => Ok(done),
        Err(Undo::AccountChanged) => Ok(changed),
        Err(Undo::SessionGone) => Err(StoreError::Internal("no session asked for this".into())),
        Err(Undo::Failed(error)) => Err(error),
    }
}

/// Reads the account again: active still, and at the version its password was checked against?
fn check_unchanged(connection: &Connection, verified: &VerifiedPassword) -> Result<Account, Undo> {
    let before = verified.user();
    let now = find(connection, &before.id)?;
    now.filter(|now| now.status == AccountStatus::Active && now.version == before.version).ok_or(Undo::AccountChanged)
}

/// Tells the sinks that an account was written, and leaves the rest to be done after the commit.
fn follow(job: &mut Job<'_>, user: UserId, after: Vec<After>) {
    job.tell(FeedEntry::UserChanged { user });
    leave(job, after);
}

fn leave(job: &mut Job<'_>, after: Vec<After>) {
    for act in after {
        job.after(act);
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: parsed(row, 0, |text| text.parse().ok())?,
        email: EmailAddress::from_row(row.get(1)?, row.get(2)?),
        email_verified: row.get(3)?,
        name: row
            .get::<_, Option<String>>(4)?
            .map(|_| parsed(row, 4, |text| DisplayName::parse(text).ok()))
            .transpose()?
            .flatten(),
        roles: parsed(row, 5, |text| Roles::parse(text).ok())?,
        status: parsed(row, 6, AccountStatus::parse)?,
        version: number(row, 7)?,
        created_at: moment(row, 8)?,
        password_changed_at: moment_if_any(row, 9)?,
    })
}

fn find(connection: &Connection, id: &UserId) -> Result<Option<Account>, StoreError> {
    let sql = concat!("SELECT ", account_columns!(), " FROM users WHERE id = ?1");
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    statement.query_row([id.as_str()], read).optional().map_err(store_error)
}

fn find_credentials(connection: &Connection, sql: &str, key: &str) -> Result<Option<Credentials>, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    let found = statement.query_row([key], |row| {
        let (phc, key): (Option<String>, Option<[u8; 4]>) = (row.get(10)?, row.get(11)?);
        let password = phc.zip(key).map(|(phc, key)| PasswordHash { phc, key: KeyId::from_bytes(key) });
        Ok(Credentials { account: read(row)?, password })
    });
    found.optional().map_err(store_error)
}

fn list(connection: &Connection, after: Option<&UserId>, limit: u32) -> Result<Vec<Account>, StoreError> {
    let sql = concat!("SELECT ", account_columns!(), " FROM users WHERE id > ?1 ORDER BY id LIMIT ?2");
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    let after = after.map_or("", UserId::as_str);
    let rows = statement.query_map(params![after, limit], read).map_err(store_error)?;
    rows.collect::<Result<_, _>>().map_err(store_error)
}

fn is_taken(connection: &Connection, canonical: &str) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM users WHERE email_canonical = ?1").map_err(store_error)?;
    statement.exists([canonical]).map_err(store_error)
}

fn insert(connection: &Connection, account: &Account, password: Option<&PasswordHash>) -> Result<(), StoreError> {
    let sql = "INSERT INTO users (id, email, email_canonical, email_verified, name, roles, status, version, password_hash, \
               password_key, password_changed_at, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    let inserted = statement.execute(params![
        account.id.as_str(),
        account.email.as_str(),
        account.email.canonical(),
        account.email_verified,
        account.name.as_ref().map(DisplayName::as_str),
        account.roles.as_str(),
        account.status.word(),
        account.version.cast_signed(),
        password.map(|password| &password.phc),
        password.map(|password| password.key.as_bytes()),
        account.password_changed_at.map(from_moment),
        from_moment(account.created_at),
    ]);
    inserted.map(drop).map_err(store_error)
}

fn keep_rehash(connection: &Connection, verified: &VerifiedPassword) -> Result<(), StoreError> {
    let Some(hash) = verified.rehash() else { return Ok(()) };
    let sql = "UPDATE users SET password_hash = ?2, password_key = ?3 WHERE id = ?1";
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    statement.execute(params![verified.user().id.as_str(), hash.phc, hash.key.as_bytes()]).map(drop).map_err(store_error)
}

fn set_password(connection: &Connection, user: &UserId, change: &PasswordChange) -> Result<(), StoreError> {
    let sql =
        "UPDATE users SET password_hash = ?2, password_key = ?3, password_changed_at = ?4, version = version + 1 WHERE id = ?1";
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    let (phc, key) = (&change.hash.phc, change.hash.key.as_bytes());
    statement.execute(params![user.as_str(), phc, key, from_moment(change.at())]).map(drop).map_err(store_error)
}

fn set_status(connection: &Connection, user: &UserId, status: AccountStatus) -> Result<(), StoreError> {
    let sql = "UPDATE users SET status = ?2, version = version + 1 WHERE id = ?1";
    let mut statement = connection.prepare_cached(sql).map_err(store_error)?;
    statement.execute(params![user.as_str(), status.word()]).map(drop).map_err(store_error)
}
