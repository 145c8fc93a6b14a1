//! Failures in a row, and what they cost the next attempt.

use std::time::Duration;

use async_trait::async_trait;
use cloakroom_primitives::Timestamp;
use cloakroom_session::StoreError;

use super::source::RetryAfter;
use super::turns::Judgement;

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
/// What every further failure costs, and every attempt once an account is locked.
pub(super) const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// Decides about the next attempt after failures in a row, with so many under way whose outcome is not known.
pub(super) fn judge(failures: Failures, under_way: u32, now: Timestamp) -> Judgement {
    if failures.count.saturating_add(under_way) < FREE {
        return Judgement::Go;
    }
    if under_way > 0 {
        return Judgement::Wait;
    }
    if failures.count >= LOCKED_AT {
        return Judgement::Refuse(RetryAfter::new(LONGEST_WAIT));
    }
    let left = failures.last_at.plus(wait_after(failures.count)).since(now);
    if left.is_zero() { Judgement::Go } else { Judgement::Refuse(RetryAfter::new(left)) }
}

/// How long the attempt after so many failures has to wait.
fn wait_after(count: u32) -> Duration {
    match count.checked_sub(FREE) {
        None => Duration::ZERO,
        Some(doublings) => FIRST_WAIT.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_from_one_second_to_a_quarter_of_an_hour() {
        for (count, seconds) in
            [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (14, 512), (15, 900), (16, 900), (99, 900), (u32::MAX, 900)]
        {
            assert_eq!(wait_after(count).as_secs(), seconds, "after {count}");
        }
    }

    #[test]
    fn who_is_under_way_counts_as_a_failure_until_it_is_known() {
        let now = Timestamp::from_seconds(1_000_000);
        for (count, under_way, expected) in
            [(0, 4, "go"), (0, 5, "wait"), (4, 0, "go"), (4, 1, "wait"), (5, 0, "refuse"), (5, 1, "wait")]
        {
            let judged = match judge(Failures { count, last_at: now }, under_way, now) {
                Judgement::Go => "go",
                Judgement::Wait => "wait",
                Judgement::Refuse(_) => "refuse",
            };
            assert_eq!(judged, expected, "{count} failures, {under_way} under way");
        }
    }
}
