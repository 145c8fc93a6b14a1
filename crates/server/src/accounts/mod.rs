//! Users without HTTP: accounts, their passwords, and what may be done to them.
//!
//! Owns what an account is and when a password is right. Must never see a request, and never hold SQL: that is `storage`'s.

#[expect(clippy::module_inception, reason = "the handle is called after what it holds, as its file is")]
mod accounts;
mod common_passwords;
mod password;
mod pool;
mod sign_in;
mod store;
mod user;

pub(crate) use accounts::{Accounts, AccountsParts, Attempt, NewAccount, NotRegistered, PasswordNotSet, Refused};
pub(crate) use password::{
    HashParameters, Password, PasswordHash, PasswordHasher, PasswordRefusal, PasswordRules, VerifiedPassword,
};
pub(crate) use pool::{PasswordPool, PoolSize};
pub(crate) use sign_in::{NotStarted, RoleScopes, Starter, Wish};
pub(crate) use store::{
    AccountStore, After, Credentials, Disabled, PasswordChange, PasswordChanged, Registered, SignInResult, SteppedUp,
};
pub(crate) use user::{Account, AccountStatus, DisplayName, EmailAddress, Roles};
