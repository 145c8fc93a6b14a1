//! Accounts by id, remembered: a coherent, bounded map in front of the store.
//!
//! 1. What a write of this process changes is forgotten by the writer, after the commit and before anyone is answered.
//! 2. A fill registers its id before it reads the store. A write of that account in between marks the fill; a marked fill answers its own
//!    question and is not kept.
//! 3. When it is not known whether a commit took effect, everything is forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cloakroom_session::{FeedEntry, FeedRecord, FeedSink, SessionId, UserId};
use quick_cache::sync::Cache;

use crate::accounts::Account;

/// How many accounts are remembered; an entry takes some 500 bytes.
const REMEMBERED: usize = 4096;

/// Remembers accounts. It is a sink of the store that keeps them.
pub(crate) struct AccountMemory {
    accounts: Cache<UserId, Arc<Account>>,
    /// Who is being read, by how many. It is held while an account is kept or forgotten, so that the two have an order.
    fills: Mutex<HashMap<UserId, Fills>>,
}

#[derive(Default)]
struct Fills {
    under_way: usize,
    /// A write has come in between.
    marked: bool,
}

impl AccountMemory {
    /// Remembers nothing yet.
    pub(crate) fn new() -> Self {
        Self::with_capacity(REMEMBERED)
    }

    fn with_capacity(accounts: usize) -> Self {
        Self { accounts: Cache::new(accounts), fills: Mutex::default() }
    }

    /// The account, if it is remembered.
    pub(crate) fn peek(&self, user: &UserId) -> Option<Arc<Account>> {
        self.accounts.get(user)
    }

    /// Registers that the account is about to be read from the store.
    pub(crate) fn begin_fill(&self, user: &UserId) -> Fill<'_> {
        self.lock().entry(user.clone()).or_default().under_way += 1;
        Fill { memory: self, user: user.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Fills>> {
        self.fills.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A read of one account that is under way.
#[must_use]
pub(crate) struct Fill<'a> {
    memory: &'a AccountMemory,
    user: UserId,
}

impl Fill<'_> {
    /// Keeps what was read, unless the account was written since the fill began.
    pub(crate) fn keep(self, account: &Arc<Account>) {
        let fills = self.memory.lock();
        if fills.get(&self.user).is_some_and(|fills| !fills.marked) {
            self.memory.accounts.insert(self.user.clone(), Arc::clone(account));
        }
        drop(fills);
    }
}

impl Drop for Fill<'_> {
    fn drop(&mut self) {
        let mut fills = self.memory.lock();
        if let Some(own) = fills.get_mut(&self.user) {
            own.under_way -= 1;
            if own.under_way == 0 {
                fills.remove(&self.user);
            }
        }
    }
}

impl FeedSink for AccountMemory {
    fn apply(&self, records: &[FeedRecord]) {
        let mut written = records.iter().filter_map(|record| match &record.entry {
            FeedEntry::UserChanged { user } => Some(user),
            _ => None,
        });
        let Some(first) = written.next() else { return };
        let mut fills = self.lock();
        for user in std::iter::once(first).chain(written) {
            if let Some(fills) = fills.get_mut(user) {
                fills.marked = true;
            }
            self.accounts.remove(user);
        }
    }

    fn forget(&self, _: &[SessionId]) {
        let mut fills = self.lock();
        fills.values_mut().for_each(|fills| fills.marked = true);
        self.accounts.clear();
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::Timestamp;

    use super::*;
    use crate::accounts::{AccountStatus, EmailAddress, Roles};

    fn id(name: &str) -> UserId {
        UserId::new(name).unwrap()
    }

    fn account(name: &str, version: u64) -> Arc<Account> {
        Arc::new(Account {
            id: id(name),
            email: EmailAddress::parse(&format!("{name}@example.com")).unwrap(),
            email_verified: false,
            name: None,
            roles: Roles::default(),
            status: AccountStatus::Active,
            version,
            created_at: Timestamp::ZERO,
            password_changed_at: None,
        })
    }

    fn changed(name: &str) -> FeedRecord {
        FeedRecord { seq: 0, entry: FeedEntry::UserChanged { user: id(name) } }
    }

    #[test]
    fn what_was_read_is_remembered_until_it_is_written() {
        let memory = AccountMemory::new();
        memory.begin_fill(&id("ada")).keep(&account("ada", 1));
        memory.begin_fill(&id("bob")).keep(&account("bob", 1));
        assert_eq!(memory.peek(&id("ada")).unwrap().version, 1);
        memory.apply(&[changed("ada")]);
        assert_eq!(memory.peek(&id("ada")), None);
        assert!(memory.peek(&id("bob")).is_some());
        assert!(memory.lock().is_empty());
    }

    #[test]
    fn a_fill_that_a_write_overtook_is_not_kept() {
        let memory = AccountMemory::new();
        let (early, late) = (memory.begin_fill(&id("ada")), memory.begin_fill(&id("ada")));
        memory.apply(&[changed("bob"), changed("ada")]);
        early.keep(&account("ada", 1));
        late.keep(&account("ada", 1));
        assert_eq!(memory.peek(&id("ada")), None);
        memory.begin_fill(&id("ada")).keep(&account("ada", 2));
        assert_eq!(memory.peek(&id("ada")).unwrap().version, 2);
    }

    #[test]
    fn a_fill_that_was_given_up_leaves_nothing() {
        let memory = AccountMemory::new();
        drop(memory.begin_fill(&id("ada")));
        assert!(memory.lock().is_empty());
    }

    #[test]
    fn a_commit_of_unknown_outcome_empties_it() {
        let memory = AccountMemory::new();
        memory.begin_fill(&id("ada")).keep(&account("ada", 1));
        let under_way = memory.begin_fill(&id("bob"));
        memory.forget(&[]);
        under_way.keep(&account("bob", 1));
        assert_eq!((memory.peek(&id("ada")), memory.peek(&id("bob"))), (None, None));
    }

    #[test]
    fn it_is_bounded() {
        let memory = AccountMemory::with_capacity(10);
        for number in 0..1_000 {
            let name = format!("u{number}");
            memory.begin_fill(&id(&name)).keep(&account(&name, 1));
        }
        assert!(memory.accounts.len() <= 10);
    }
}
