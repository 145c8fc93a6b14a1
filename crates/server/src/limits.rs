//! What may be tried how often.
//!
//! 1. Of passwords, failures count, per account and per source; successes never do.
//! 2. An account has five free failures; then each makes the next attempt wait, 1 s at first, twice as long each time, 15 min at most.
//!    After 100 in a row no password is taken but from a known device. A success resets.
//! 3. Failures are kept under an HMAC of the canonical address, whether or not an account has it, and outlast a restart.
//! 4. A known device has a count of its own, so that a stranger cannot lock the owner out. At 100 it is a stranger too.
//! 5. A source has 30 failures a minute. Registrations are counted when asked, 10 an hour for each source.
//! 6. Attempts under way count as failures until their outcome is known. Who finds no room because of them waits for an outcome instead
//!    of being refused, so many at once gain nothing and lose nothing.
//!
//! The buckets of sources are a generic cell rate algorithm of our own: a ready one (`governor`) takes when it is asked, and here the
//! taking follows the asking, once an attempt has failed.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use cloakroom_primitives::{MasterKeys, Purpose, Timestamp};
use cloakroom_session::StoreError;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use crate::device::DeviceId;

/// How long to wait before trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RetryAfter(Duration);

impl RetryAfter {
    /// To wait for `span`.
    pub(crate) const fn new(span: Duration) -> Self {
        Self(span)
    }

    /// Whole seconds for a `Retry-After` header, rounded up, at least one.
    pub(crate) fn seconds(self) -> u64 {
        u64::try_from(self.0.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
    }
}

/// Where attempts come from: an IPv4 address, or the /64 of an IPv6 address, which is one household or one machine.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// An IPv4 address.
    V4([u8; 4]),
    /// An IPv6 /64, by its first four groups.
    V6([u16; 4]),
}

impl Source {
    /// The source of a client's address. An IPv4 address written as IPv6 counts as IPv4.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self::V4(v4.octets()),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                Self::V6([a, b, c, d])
            }
        }
    }

    fn neighbourhood(self) -> Place {
        match self {
            Self::V4([a, b, ..]) => Place::V4Neighbourhood([a, b]),
            Self::V6([a, b, ..]) => Place::V6Neighbourhood([a, b]),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4([a, b, c, d]) => write!(f, "Source({a}.{b}.{c}.{d})"),
            Self::V6([a, b, c, d]) => write!(f, "Source({a:x}:{b:x}:{c:x}:{d:x}::/64)"),
        }
    }
}

/// Failures in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failures {
    /// How many.
    pub(crate) count: u32,
    /// When the last one was.
    pub(crate) last_at: Timestamp,
}

/// Under which failures are counted: an HMAC that names an address, or an address and a device, to nobody but us.
pub(crate) type FailureKey = [u8; 32];

/// Keeps failures in a row.
#[async_trait]
pub(crate) trait FailureStore: Send + Sync + 'static {
    /// The failures under a key; none when it is not on file.
    async fn find(&self, key: FailureKey) -> Result<Failures, StoreError>;

    /// Counts one more, in one step.
    async fn add(&self, key: FailureKey, now: Timestamp) -> Result<(), StoreError>;

    /// Forgets the failures under these keys.
    async fn reset(&self, keys: Vec<FailureKey>) -> Result<(), StoreError>;

    /// Forgets at most `limit` keys whose last failure lies before `quiet_since`, but none that has reached [`LOCKED_AT`]; returns how many.
    async fn prune(&self, quiet_since: Timestamp, limit: u32) -> Result<u32, StoreError>;
}

const FREE: u32 = 5;
/// From so many failures in a row on, only known devices may try.
pub(crate) const LOCKED_AT: u32 = 100;
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// For how long failures are remembered that did not lock.
const REMEMBERED: Duration = Duration::from_hours(30 * 24);
const FAILURES_A_MINUTE: Rate = Rate { burst: 30, one_per: Duration::from_secs(2) };
const REGISTRATIONS_AN_HOUR: Rate = Rate { burst: 10, one_per: Duration::from_mins(6) };
/// How many sources are remembered at once; their buckets take about 2 MB.
const SOURCES: usize = 32 * 1024;
/// How many attempts of one account or source may be under way or wait for an outcome.
const MOST_AT_ONCE: usize = 256;

/// Why no attempt is made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotAdmitted {
    /// Too many failures, or too much asked.
    #[error("too many attempts")]
    TooMany(RetryAfter),
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

    /// Admits one registration from a source, and counts it. Fails with [`NotAdmitted::TooMany`].
    pub(crate) fn admit_registration(&self, source: Source, now: Timestamp) -> Result<(), NotAdmitted> {
        if !self.0.enforced {
            return Ok(());
        }
        let mut registrations = lock(&self.0.registrations);
        registrations.room(source, 0, now).map_err(NotAdmitted::TooMany)?;
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
        let seat = self.source_turns.sit(source).ok_or(NotAdmitted::TooMany(RetryAfter(FIRST_WAIT)))?;
        loop {
            let mark = seat.mark();
            let judge = |under_way| match lock(&self.sources).room(source, under_way, now) {
                Ok(()) => Judgement::Go,
                Err(_) if under_way > 0 => Judgement::Wait,
                Err(after) => Judgement::Refuse(after),
            };
            match seat.advance(mark, judge) {
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
        let seat = self.account_turns.sit(key).ok_or(too_many(RetryAfter(FIRST_WAIT)))?;
        loop {
            let mark = seat.mark();
            let failures = self.failures.find(key).await.map_err(|error| AccountRefusal::Not(error.into()))?;
            if is_device && failures.count >= LOCKED_AT {
                return Err(AccountRefusal::Locked);
            }
            match seat.advance(mark, |under_way| judge_account(failures, under_way, now)) {
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
            Self::Locked => NotAdmitted::TooMany(RetryAfter(LONGEST_WAIT)),
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

/// What comes of an attempt that finds others under way.
enum Judgement {
    Go,
    /// An outcome that is not known yet decides.
    Wait,
    Refuse(RetryAfter),
}

fn judge_account(failures: Failures, under_way: u32, now: Timestamp) -> Judgement {
    if failures.count.saturating_add(under_way) < FREE {
        return Judgement::Go;
    }
    if under_way > 0 {
        return Judgement::Wait;
    }
    if failures.count >= LOCKED_AT {
        return Judgement::Refuse(RetryAfter(LONGEST_WAIT));
    }
    let left = failures.last_at.plus(wait_after(failures.count)).since(now);
    if left.is_zero() { Judgement::Go } else { Judgement::Refuse(RetryAfter(left)) }
}

/// How long the attempt after so many failures has to wait.
fn wait_after(count: u32) -> Duration {
    match count.checked_sub(FREE) {
        None => Duration::ZERO,
        Some(doublings) => FIRST_WAIT.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_WAIT),
    }
}

/// Who is under way under each key, and who waits for an outcome.
struct Turns<K>(Mutex<HashMap<K, Line>>);

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[derive(Default)]
struct Line {
    /// Seats taken, under way or waiting.
    seats: usize,
    under_way: u32,
    /// How many outcomes there have been.
    outcomes: u64,
    changed: Arc<Notify>,
}

impl<K: Copy + Eq + Hash> Turns<K> {
    /// Takes a seat in the key's line; `None` when too many sit there.
    fn sit(self: &Arc<Self>, key: K) -> Option<Seat<K>> {
        let mut lines = lock(&self.0);
        let line = lines.entry(key).or_default();
        if line.seats >= MOST_AT_ONCE {
            return None;
        }
        line.seats += 1;
        Some(Seat { turns: Arc::clone(self), key, is_under_way: Mutex::new(false) })
    }
}

/// A place in the line of a key; the attempt ends when it is dropped.
struct Seat<K: Copy + Eq + Hash> {
    turns: Arc<Turns<K>>,
    key: K,
    is_under_way: Mutex<bool>,
}

enum Step {
    Gone,
    /// There was an outcome since the mark: what was read before it is out of date.
    Again,
    Wait(OwnedNotified),
    Refused(RetryAfter),
}

impl<K: Copy + Eq + Hash> Seat<K> {
    fn mark(&self) -> u64 {
        lock(&self.turns.0).get(&self.key).map_or(0, |line| line.outcomes)
    }

    /// Judges by what is under way now, and if it may go, is under way from here on.
    fn advance(&self, mark: u64, judge: impl FnOnce(u32) -> Judgement) -> Step {
        let mut lines = lock(&self.turns.0);
        let line = lines.entry(self.key).or_default();
        if line.outcomes != mark {
            return Step::Again;
        }
        match judge(line.under_way) {
            Judgement::Go => {
                line.under_way += 1;
                *lock(&self.is_under_way) = true;
                Step::Gone
            }
            Judgement::Wait => Step::Wait(Arc::clone(&line.changed).notified_owned()),
            Judgement::Refuse(after) => Step::Refused(after),
        }
    }
}

impl<K: Copy + Eq + Hash> Drop for Seat<K> {
    fn drop(&mut self) {
        let mut lines = lock(&self.turns.0);
        let Some(line) = lines.get_mut(&self.key) else { return };
        line.seats -= 1;
        if *lock(&self.is_under_way) {
            line.under_way -= 1;
            line.outcomes += 1;
            line.changed.notify_waiters();
        }
        if line.seats == 0 {
            lines.remove(&self.key);
        }
    }
}

/// So many at once, and one more each time a span has passed.
#[derive(Clone, Copy, Debug)]
struct Rate {
    burst: u32,
    one_per: Duration,
}

impl Rate {
    /// Whether so many more find room in a bucket that is whole again at `whole_at`. Fails with how long it takes until they do.
    fn room(self, whole_at: Timestamp, more: u32, now: Timestamp) -> Result<(), RetryAfter> {
        let after = whole_at.max(now).plus(self.one_per.saturating_mul(more));
        let too_long = after.since(now.plus(self.one_per.saturating_mul(self.burst)));
        if too_long.is_zero() { Ok(()) } else { Err(RetryAfter(too_long)) }
    }
}

/// What a bucket stands for: a source, or when there are too many of them, a neighbourhood of sources, or everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    Source(Source),
    V4Neighbourhood([u8; 2]),
    V6Neighbourhood([u16; 2]),
    Everyone,
}

/// A bounded number of buckets.
struct Buckets {
    rate: Rate,
    /// How many sources have a bucket of their own; as many neighbourhoods may come on top.
    capacity: usize,
    /// When each is whole again. One that is not here is whole.
    whole_at: HashMap<Place, Timestamp>,
    /// When the whole ones were last dropped.
    dropped_at: Timestamp,
}

/// How often a full table is searched for buckets that are whole again.
const DROP_EVERY: Duration = Duration::from_secs(1);

impl Buckets {
    fn new(rate: Rate, capacity: usize) -> Self {
        Self { rate, capacity, whole_at: HashMap::new(), dropped_at: Timestamp::ZERO }
    }

    /// Whether one more of a source finds room beside those under way. It takes nothing.
    fn room(&mut self, source: Source, under_way: u32, now: Timestamp) -> Result<(), RetryAfter> {
        let place = self.place_of(source, now);
        self.rate.room(self.whole_at.get(&place).copied().unwrap_or_default(), under_way.saturating_add(1), now)
    }

    fn take(&mut self, source: Source, now: Timestamp) {
        let place = self.place_of(source, now);
        let whole_at = self.whole_at.entry(place).or_default();
        // Never further ahead than a full bucket's worth and one: who is refused anyway does not dig deeper.
        let limit = now.plus(self.rate.one_per.saturating_mul(self.rate.burst));
        *whole_at = (*whole_at).max(now).plus(self.rate.one_per).min(limit);
    }

    fn give_back(&mut self, source: Source) {
        if let Some(whole_at) = self.whole_at.get_mut(&Place::Source(source)) {
            *whole_at = whole_at.minus(self.rate.one_per);
        }
    }

    /// The bucket of a source: its own while there is room for it, then its neighbourhood's, then everyone's.
    fn place_of(&mut self, source: Source, now: Timestamp) -> Place {
        let own = Place::Source(source);
        if self.whole_at.contains_key(&own) {
            return own;
        }
        if self.whole_at.len() >= self.capacity && now.since(self.dropped_at) >= DROP_EVERY {
            self.dropped_at = now;
            self.whole_at.retain(|_, whole_at| *whole_at > now);
        }
        let neighbourhood = source.neighbourhood();
        if self.whole_at.len() < self.capacity {
            own
        } else if self.whole_at.contains_key(&neighbourhood) || self.whole_at.len() < self.capacity.saturating_mul(2) {
            neighbourhood
        } else {
            Place::Everyone
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::{MasterKey, SeededRandom};
    use tokio::task::JoinSet;

    use super::*;

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
            Err(NotAdmitted::Store(error)) => panic!("{error}"),
        }
        None
    }

    #[test]
    fn waiting_doubles_from_one_second_to_a_quarter_of_an_hour() {
        for (count, seconds) in
            [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (14, 512), (15, 900), (16, 900), (99, 900), (u32::MAX, 900)]
        {
            assert_eq!(wait_after(count).as_secs(), seconds, "after {count}");
        }
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
        assert!(lock(&limits.0.account_turns.0).is_empty() && lock(&limits.0.source_turns.0).is_empty());
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
        assert!(matches!(refused, NotAdmitted::TooMany(after) if after.seconds() == 360));
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

    #[test]
    fn a_full_table_drops_what_is_whole_and_then_shares() {
        let mut buckets = Buckets::new(FAILURES_A_MINUTE, 4);
        let v4 = |a, b, c, d| Source::of([a, b, c, d].into());
        for number in 0..4 {
            buckets.take(v4(198, 51, 100, number), START);
        }
        buckets.take(v4(203, 0, 113, 1), START);
        assert_eq!(buckets.place_of(v4(203, 0, 113, 2), START), Place::V4Neighbourhood([203, 0]));
        for _ in 0..29 {
            buckets.take(v4(203, 0, 114, 9), START);
        }
        assert!(buckets.room(v4(203, 0, 115, 7), 0, START).is_err(), "neighbours share");
        assert!(buckets.room(v4(198, 51, 100, 0), 0, START).is_ok(), "who came before keeps a bucket of its own");
        for number in 1..4 {
            buckets.take(v4(203, number, 113, 1), START);
        }
        assert_eq!(buckets.place_of(v4(100, 64, 0, 1), START), Place::Everyone);
        let later = after(3_600);
        assert_eq!(buckets.place_of(v4(100, 64, 0, 1), later), Place::Source(v4(100, 64, 0, 1)));
    }

    #[test]
    fn a_bucket_refills_one_by_one_and_never_owes_more_than_a_minute() {
        let mut buckets = Buckets::new(FAILURES_A_MINUTE, 4);
        for _ in 0..1_000 {
            buckets.take(source(1), START);
        }
        assert_eq!(buckets.room(source(1), 0, START), Err(RetryAfter::new(Duration::from_secs(2))));
        assert_eq!(buckets.room(source(1), 0, after(2)), Ok(()));
        assert!(buckets.room(source(1), 1, after(2)).is_err());
        assert_eq!(buckets.room(source(1), 29, after(60)), Ok(()));
    }

    #[test]
    fn a_source_is_an_address_or_a_household() {
        let of = |text: &str| Source::of(text.parse().unwrap());
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(format!("{:?} {:?}", of("192.0.2.1"), of("2001:db8:1:2::1")), "Source(192.0.2.1) Source(2001:db8:1:2::/64)");
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds() {
        for (millis, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2)] {
            assert_eq!(RetryAfter::new(Duration::from_millis(millis)).seconds(), seconds);
        }
    }
}
