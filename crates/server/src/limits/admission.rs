//! Whether an attempt is admitted, and what its outcome counts for.
//!
//! 1. Of passwords, failures count, per account and per source; successes never do.
//! 2. An account has five free failures; then each makes the next attempt wait, 1 s at first, twice as long each time, 15 min at most.
//!    After 100 in a row no password is taken but from a known device. A success resets.
//! 3. Failures are kept under an HMAC of the canonical address, whether or not an account has it, and outlast a restart.
//! 4. A known device has a count of its own, so that a stranger cannot lock the owner out. At 100 it is a stranger too.
//! 5. A source has 30 failures a minute. Registrations are counted when asked, 10 an hour for each source.
//! 6. Attempts under way count as failures until their outcome is known. Who finds no room because of them waits for an outcome instead
//!    of being refused, so many at once gain nothing and lose nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cloakroom_primitives::{MasterKeys, Purpose, Timestamp};
use cloakroom_session::StoreError;

use super::buckets::{Buckets, Rate};
use super::failures::{FailureKey, FailureStore, LOCKED_AT, LONGEST_WAIT, judge};
use super::source::{RetryAfter, Source};
use super::turns::{Judgement, Seat, Step, Turns};
use crate::device::DeviceId;

/// What a full line tells those who find no seat in it.
const TRY_AGAIN: RetryAfter = RetryAfter::new(Duration::from_secs(1));
/// For how long failures are remembered that did not lock.
const REMEMBERED: Duration = Duration::from_hours(30 * 24);
const FAILURES_A_MINUTE: Rate = Rate { burst: 30, one_per: Duration::from_secs(2) };
const REGISTRATIONS_AN_HOUR: Rate = Rate { burst: 10, one_per: Duration::from_mins(6) };
/// How many sources are remembered at once; their buckets take about 2 MB.
const SOURCES: usize = 32 * 1024;

/// Why no attempt is made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotAdmitted {
    /// Too many failures, or too much asked.
    #[error("too many attempts")]
    TooMany(RetryAfter),
    /// Too many attempts wait for the outcome of others.
    #[error("too many attempts at once")]
    Busy(RetryAfter),
    /// The failures cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Decides what may be tried. Cloning shares what it remembers.
#[derive(Clone)]
pub(crate) struct Limits(Arc<Inner>);

struct Inner {
    keys: MasterKeys,
    failures: Arc<dyn FailureStore>,
    enforced: bool,
    sources: Mutex<Buckets>,
    registrations: Mutex<Buckets>,
    source_turns: Arc<Turns<Source>>,
    account_turns: Arc<Turns<FailureKey>>,
}

impl Limits {
    /// Limits that hold.
    pub(crate) fn new(keys: MasterKeys, failures: Arc<dyn FailureStore>) -> Self {
        Self::with(keys, failures, true)
    }

    /// Limits that never refuse and count nothing: for tests, by a setting that says so.
    pub(crate) fn insecure_off(keys: MasterKeys, failures: Arc<dyn FailureStore>) -> Self {
        Self::with(keys, failures, false)
    }

    fn with(keys: MasterKeys, failures: Arc<dyn FailureStore>, enforced: bool) -> Self {
        Self(Arc::new(Inner {
            keys,
            failures,
            enforced,
            sources: Mutex::new(Buckets::new(FAILURES_A_MINUTE, SOURCES)),
            registrations: Mutex::new(Buckets::new(REGISTRATIONS_AN_HOUR, SOURCES)),
            source_turns: Arc::default(),
            account_turns: Arc::default(),
        }))
    }

    /// Admits one try of a password for the account with that canonical address. `device` is a device known to be this account's.
    ///
    /// The attempt is under way until the [`Admission`] is told its outcome or dropped. Fails with [`NotAdmitted::TooMany`] before any
    /// hashing.
    pub(crate) async fn admit_password(
        &self,
        source: Source,
        canonical_address: &str,
        device: Option<DeviceId>,
        now: Timestamp,
    ) -> Result<Admission, NotAdmitted> {
        let limits = Arc::clone(&self.0);
        if !limits.enforced {
            return Ok(Admission(None));
        }
        let source_seat = limits.admit_source(source, now).await?;
        let account = limits.key(&[canonical_address.as_bytes()]);
        let mut device = device.map(|device| limits.key(&[canonical_address.as_bytes(), &[0], device.as_bytes()]));
        let mut admitted = None;
        if let Some(key) = device {
            match limits.admit_failures(key, true, now).await {
                Ok(found) => admitted = Some(found),
                Err(AccountRefusal::Locked) => device = None,
                Err(AccountRefusal::Not(refused)) => return Err(refused),
            }
        }
        let (seat, counted) = match admitted {
            Some(found) => found,
            None => limits.admit_failures(account, false, now).await.map_err(AccountRefusal::into_refusal)?,
        };
        let under_way = UnderWay { source, account, device, counted, limits, _seats: (source_seat, seat) };
        Ok(Admission(Some(under_way)))
    }

    /// Admits one registration from a source, and counts it. Fails with how long to wait.
    pub(crate) fn admit_registration(&self, source: Source, now: Timestamp) -> Result<(), RetryAfter> {
        if !self.0.enforced {
            return Ok(());
        }
        let mut registrations = lock(&self.0.registrations);
        registrations.room(source, 0, now)?;
        registrations.take(source, now);
        Ok(())
    }

    /// Takes a registration back that was neither made nor answered.
    pub(crate) fn give_registration_back(&self, source: Source) {
        if self.0.enforced {
            lock(&self.0.registrations).give_back(source);
        }
    }

    /// Forgets failures that have been followed by 30 quiet days, at most `limit` at a time; returns how many. Those that lock stay.
    pub(crate) async fn prune(&self, limit: u32, now: Timestamp) -> Result<u32, StoreError> {
        self.0.failures.prune(now.minus(REMEMBERED), limit).await
    }
}

impl Inner {
    fn key(&self, parts: &[&[u8]]) -> FailureKey {
        self.keys.minting().purpose(Purpose::Limits).mac(parts)
    }

    async fn admit_source(&self, source: Source, now: Timestamp) -> Result<Seat<Source>, NotAdmitted> {
        let mut seat = self.source_turns.sit(source).ok_or(NotAdmitted::Busy(TRY_AGAIN))?;
        loop {
            let mark = seat.mark();
            let judge_source = |under_way| match lock(&self.sources).room(source, under_way, now) {
                Ok(()) => Judgement::Go,
                Err(_) if under_way > 0 => Judgement::Wait,
                Err(after) => Judgement::Refuse(after),
            };
            match seat.advance(mark, judge_source) {
                Step::Gone => return Ok(seat),
                Step::Again => {}
                Step::Wait(outcome) => outcome.await,
                Step::Refused(after) => return Err(NotAdmitted::TooMany(after)),
            }
        }
    }

    /// Admits an attempt under a key, with whether there are failures under it.
    async fn admit_failures(
        &self,
        key: FailureKey,
        is_device: bool,
        now: Timestamp,
    ) -> Result<(Seat<FailureKey>, bool), AccountRefusal> {
        let too_many = |after| AccountRefusal::Not(NotAdmitted::TooMany(after));
        let mut seat = self.account_turns.sit(key).ok_or(AccountRefusal::Not(NotAdmitted::Busy(TRY_AGAIN)))?;
        loop {
            let mark = seat.mark();
            let failures = self.failures.find(key).await.map_err(|error| AccountRefusal::Not(error.into()))?;
            if is_device && failures.count >= LOCKED_AT {
                return Err(AccountRefusal::Locked);
            }
            match seat.advance(mark, |under_way| judge(failures, under_way, now)) {
                Step::Gone => return Ok((seat, failures.count > 0)),
                Step::Again => {}
                Step::Wait(outcome) => outcome.await,
                Step::Refused(after) => return Err(too_many(after)),
            }
        }
    }
}

enum AccountRefusal {
    /// The device has failed too often to be a known one.
    Locked,
    Not(NotAdmitted),
}

impl AccountRefusal {
    fn into_refusal(self) -> NotAdmitted {
        match self {
            Self::Locked => NotAdmitted::TooMany(RetryAfter::new(LONGEST_WAIT)),
            Self::Not(refusal) => refusal,
        }
    }
}

/// An attempt that was admitted.
#[must_use]
pub(crate) struct Admission(Option<UnderWay>);

struct UnderWay {
    limits: Arc<Inner>,
    source: Source,
    account: FailureKey,
    /// The device's own key, if the attempt was admitted as one of a known device.
    device: Option<FailureKey>,
    /// Whether there are failures on file that a success resets.
    counted: bool,
    _seats: (Seat<Source>, Seat<FailureKey>),
}

impl Admission {
    /// Counts a refused password. Those who wait for the outcome go on after it is on file.
    pub(crate) async fn failed(self, now: Timestamp) -> Result<(), StoreError> {
        let Some(attempt) = self.0 else { return Ok(()) };
        lock(&attempt.limits.sources).take(attempt.source, now);
        attempt.limits.failures.add(attempt.device.unwrap_or(attempt.account), now).await
    }

    /// Resets the account's failures, and the device's.
    pub(crate) async fn succeeded(self) -> Result<(), StoreError> {
        let Some(attempt) = self.0 else { return Ok(()) };
        if !attempt.counted && attempt.device.is_none() {
            return Ok(());
        }
        let account = attempt.limits.failures.find(attempt.account).await?;
        if !attempt.counted && account.count == 0 {
            return Ok(());
        }
        attempt.limits.failures.reset([attempt.account].into_iter().chain(attempt.device).collect()).await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use async_trait::async_trait;
    use cloakroom_primitives::{MasterKey, SeededRandom};
    use tokio::task::JoinSet;

    use super::*;
    use crate::limits::Failures;

    const START: Timestamp = Timestamp::from_seconds(1_000_000);

    fn after(seconds: u64) -> Timestamp {
        START.plus(Duration::from_secs(seconds))
    }

    fn source(number: u8) -> Source {
        Source::of([192, 0, 2, number].into())
    }

    #[derive(Default)]
    struct MemoryFailures(Mutex<HashMap<FailureKey, Failures>>);

    #[async_trait]
    impl FailureStore for MemoryFailures {
        async fn find(&self, key: FailureKey) -> Result<Failures, StoreError> {
            tokio::task::yield_now().await;
            Ok(lock(&self.0).get(&key).copied().unwrap_or_default())
        }

        async fn add(&self, key: FailureKey, now: Timestamp) -> Result<(), StoreError> {
            tokio::task::yield_now().await;
            let mut failures = lock(&self.0);
            let failures = failures.entry(key).or_default();
            *failures = Failures { count: failures.count + 1, last_at: now };
            Ok(())
        }

        async fn reset(&self, keys: Vec<FailureKey>) -> Result<(), StoreError> {
            lock(&self.0).retain(|key, _| !keys.contains(key));
            Ok(())
        }

        async fn prune(&self, _: Timestamp, _: u32) -> Result<u32, StoreError> {
            Ok(0)
        }
    }

    fn limits() -> Limits {
        Limits::new(MasterKeys::of(MasterKey::generate(&SeededRandom::new(1))), Arc::new(MemoryFailures::default()))
    }

    /// Tries a password; `None` when it was admitted.
    async fn try_password(limits: &Limits, from: u8, device: Option<DeviceId>, good: bool, now: Timestamp) -> Option<u64> {
        match limits.admit_password(source(from), "ada@example.com", device, now).await {
            Ok(admission) if good => admission.succeeded().await.unwrap(),
            Ok(admission) => admission.failed(now).await.unwrap(),
            Err(NotAdmitted::TooMany(after)) => return Some(after.seconds()),
            Err(other) => panic!("{other}"),
        }
        None
    }

    #[tokio::test]
    async fn five_failures_are_free_and_then_each_one_costs_more() {
        let limits = limits();
        for _ in 0..5 {
            assert_eq!(try_password(&limits, 1, None, false, after(0)).await, None);
        }
        assert_eq!(try_password(&limits, 1, None, false, after(0)).await, Some(1));
        assert_eq!(try_password(&limits, 2, None, true, after(0)).await, Some(1), "the account, not the source, has to wait");
        assert_eq!(try_password(&limits, 1, None, false, after(1)).await, None);
        assert_eq!(try_password(&limits, 1, None, false, after(2)).await, Some(1));
        assert_eq!(try_password(&limits, 1, None, true, after(3)).await, None);
        assert_eq!(try_password(&limits, 1, None, false, after(3)).await, None, "a success resets");
    }

    #[tokio::test]
    async fn after_a_hundred_in_a_row_only_a_known_device_may_try() {
        let (limits, device) = (limits(), DeviceId::from_bytes([7; 16]));
        let mut now = START;
        for _ in 0..100 {
            assert_eq!(try_password(&limits, 1, None, false, now).await, None);
            now = now.plus(LONGEST_WAIT);
        }
        now = now.plus(Duration::from_hours(24 * 365));
        assert_eq!(try_password(&limits, 1, None, true, now).await, Some(900));
        assert_eq!(try_password(&limits, 1, Some(device), true, now).await, None);
        assert_eq!(try_password(&limits, 1, None, true, now).await, None, "the owner's success resets");
    }

    #[tokio::test]
    async fn a_stranger_cannot_lock_a_known_device_out_nor_it_the_stranger() {
        let (limits, device) = (limits(), DeviceId::from_bytes([7; 16]));
        for _ in 0..5 {
            try_password(&limits, 1, None, false, START).await;
        }
        for _ in 0..5 {
            assert_eq!(try_password(&limits, 2, Some(device), false, START).await, None);
        }
        assert_eq!(try_password(&limits, 2, Some(device), true, START).await, Some(1));
        assert_eq!(try_password(&limits, 2, Some(device), true, after(1)).await, None);
    }

    #[tokio::test]
    async fn a_device_with_a_hundred_failures_is_a_stranger() {
        let (limits, device) = (limits(), DeviceId::from_bytes([7; 16]));
        let mut now = START;
        for _ in 0..100 {
            assert_eq!(try_password(&limits, 1, Some(device), false, now).await, None);
            now = now.plus(LONGEST_WAIT);
        }
        for _ in 0..5 {
            assert_eq!(try_password(&limits, 1, Some(device), false, now).await, None);
        }
        assert_eq!(try_password(&limits, 1, Some(device), false, now).await, Some(1));
    }

    #[tokio::test]
    async fn many_at_once_get_no_more_tries_than_one_after_the_other() {
        let limits = limits();
        let mut attempts = JoinSet::new();
        for number in 0..64 {
            let limits = limits.clone();
            attempts.spawn(async move { try_password(&limits, number, None, false, START).await });
        }
        let admitted = attempts.join_all().await.into_iter().filter(Option::is_none).count();
        assert_eq!(admitted, 5);
    }

    #[tokio::test]
    async fn many_right_passwords_at_once_are_all_admitted() {
        let limits = limits();
        let mut attempts = JoinSet::new();
        for _ in 0..200 {
            let limits = limits.clone();
            attempts.spawn(async move { try_password(&limits, 1, None, true, START).await });
        }
        assert!(attempts.join_all().await.into_iter().all(|refused| refused.is_none()));
        assert!(limits.0.account_turns.is_empty() && limits.0.source_turns.is_empty());
    }

    #[tokio::test]
    async fn an_attempt_that_is_given_up_leaves_its_place() {
        let limits = limits();
        for _ in 0..50 {
            drop(limits.admit_password(source(1), "ada@example.com", None, START).await.ok().unwrap());
        }
        assert_eq!(try_password(&limits, 1, None, false, START).await, None);
    }

    #[tokio::test]
    async fn a_source_has_thirty_failures_a_minute_whatever_the_accounts() {
        let limits = limits();
        let mut admitted = 0;
        for number in 0..60 {
            match limits.admit_password(source(1), &format!("u{number}@example.com"), None, START).await {
                Ok(admission) => {
                    admission.failed(START).await.unwrap();
                    admitted += 1;
                }
                Err(refused) => assert!(matches!(refused, NotAdmitted::TooMany(after) if after.seconds() == 2)),
            }
        }
        assert_eq!(admitted, 30);
        assert!(limits.admit_password(source(2), "u0@example.com", None, START).await.is_ok());
        assert!(limits.admit_password(source(1), "new@example.com", None, after(2)).await.is_ok());
    }

    #[test]
    fn a_source_registers_ten_an_hour_and_gets_back_what_was_not_made() {
        let limits = limits();
        for _ in 0..10 {
            assert!(limits.admit_registration(source(1), START).is_ok());
        }
        let refused = limits.admit_registration(source(1), START).unwrap_err();
        assert_eq!(refused.seconds(), 360);
        assert!(limits.admit_registration(source(2), START).is_ok());
        limits.give_registration_back(source(1));
        assert!(limits.admit_registration(source(1), START).is_ok());
        assert!(limits.admit_registration(source(1), START).is_err());
        assert!(limits.admit_registration(source(1), after(360)).is_ok());
    }

    #[tokio::test]
    async fn limits_that_are_off_refuse_nothing() {
        let keys = MasterKeys::of(MasterKey::generate(&SeededRandom::new(1)));
        let limits = Limits::insecure_off(keys, Arc::new(MemoryFailures::default()));
        for _ in 0..200 {
            assert_eq!(try_password(&limits, 1, None, false, START).await, None);
            assert!(limits.admit_registration(source(1), START).is_ok());
        }
    }
}
