//! Users without HTTP: accounts, their passwords, and what may be done to them.
//!
//! Owns what an account is and when a password is right. Must never see a request, and never hold SQL: that is `storage`'s.

mod accounts;
mod common_passwords;
mod password;
mod pool;
mod store;
mod user;

pub(crate) use accounts::{Accounts, AccountsParts, Attempt, NewAccount, NotRegistered, PasswordNotSet, Refused};
pub(crate) use password::{
    HashParameters, Password, PasswordHash, PasswordHasher, PasswordRefusal, PasswordRules, PasswordTooLong, VerifiedPassword,
};
pub(crate) use pool::{PasswordPool, PoolSize};
pub(crate) use store::{
    AccountStore, After, Credentials, Disabled, PasswordChange, PasswordChanged, Registered, RolesSet, ScopesOf, SignInResult,
    SteppedUp,
};
pub(crate) use user::{Account, AccountStatus, DisplayName, EmailAddress, InvalidEmail, InvalidName, InvalidRole, Roles};
