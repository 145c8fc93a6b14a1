//! When and where a session was last used, moved by every check without a lock.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};
use std::time::Duration;

use cloakroom_primitives::Timestamp;

use crate::{Seen, Session, SessionId};

/// The least time between two writes of one session's last use.
const SHORTEST_TOUCH_INTERVAL: Duration = Duration::from_secs(5);

/// The last use of a session, shared by everything in this process that remembers the session.
#[derive(Debug)]
pub(crate) struct LastSeen {
    at: AtomicU64,
    from: Address,
    /// Whether it waits to be written. It is set and cleared together with its place among the waiting, under their lock.
    waiting: AtomicBool,
    /// The last use that the store is known to have.
    stored: AtomicU64,
    /// When it may be written again.
    due_at: AtomicU64,
    idle_for: Duration,
    absolute_ends_at: Timestamp,
}

impl LastSeen {
    /// What the store says of a session.
    pub(crate) fn of(session: &Session) -> Self {
        Self {
            at: AtomicU64::new(session.seen_at.as_millis()),
            from: Address::new(session.seen_from),
            waiting: AtomicBool::new(false),
            stored: AtomicU64::new(session.seen_at.as_millis()),
            due_at: AtomicU64::new(session.seen_at.plus(touch_interval(session.idle_for)).as_millis()),
            idle_for: session.idle_for,
            absolute_ends_at: session.absolute_ends_at,
        }
    }

    pub(crate) fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.at.load(Ordering::SeqCst))
    }

    pub(crate) fn from(&self) -> Option<IpAddr> {
        self.from.get()
    }

    /// Moves the time forward; never back.
    pub(crate) fn move_to(&self, now: Timestamp) {
        // Two checks in one millisecond write once.
        if self.at.load(Ordering::Relaxed) < now.as_millis() {
            self.at.fetch_max(now.as_millis(), Ordering::SeqCst);
        }
    }

    /// Whether nothing is left to do after [`LastSeen::move_to`]: it waits already, and the place is the same or unknown.
    ///
    /// The moving and this load, and the clearing and the load in [`LastSeen::written`], are in one order for all threads: so a move
    /// is either seen by the writing, or sees that it has to wait anew.
    pub(crate) fn is_waiting_at(&self, from: Option<IpAddr>) -> bool {
        self.waiting.load(Ordering::SeqCst) && from.is_none_or(|from| self.from.is(from))
    }

    /// Takes over what another memory of the same session knows. Only under the lock of the waiting.
    pub(crate) fn merge(&self, at: Timestamp, from: Option<IpAddr>) {
        if at >= self.at()
            && let Some(from) = from
        {
            self.from.set(from);
        }
        self.move_to(at);
    }

    /// Notes whether it waits. Only under the lock of the waiting.
    pub(crate) fn set_waiting(&self, waiting: bool) {
        self.waiting.store(waiting, Ordering::SeqCst);
    }

    /// Notes that the store has it as of `seen_at`, and says whether it has moved since. Only under the lock of the waiting.
    pub(crate) fn written(&self, seen_at: Timestamp, now: Timestamp) -> bool {
        self.stored.fetch_max(seen_at.as_millis(), Ordering::Relaxed);
        self.due_at.store(now.plus(touch_interval(self.idle_for)).as_millis(), Ordering::Relaxed);
        self.set_waiting(false);
        self.at() > seen_at
    }

    /// Whether it may be written again.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        now.as_millis() >= self.due_at.load(Ordering::Relaxed)
    }

    /// Whether the store, by what it is known to have, thinks that the session ended before `moment`.
    pub(crate) fn store_thinks_it_ended_before(&self, moment: Timestamp) -> bool {
        self.ends_at(Timestamp::from_millis(self.stored.load(Ordering::Relaxed))) < moment
    }

    /// What to write.
    pub(crate) fn to_seen(&self, id: SessionId) -> Seen {
        let seen_at = self.at();
        Seen { id, seen_at, seen_from: self.from(), ends_at: self.ends_at(seen_at) }
    }

    fn ends_at(&self, seen_at: Timestamp) -> Timestamp {
        seen_at.plus(self.idle_for).min(self.absolute_ends_at)
    }
}

/// How often a session's last use is written at most: a sixtieth of its idle time.
fn touch_interval(idle_for: Duration) -> Duration {
    (idle_for / 60).max(SHORTEST_TOUCH_INTERVAL)
}

/// An address that is read without a lock and written under one: who reads while `turn` is odd, or has moved, reads again.
#[derive(Debug)]
struct Address {
    turn: AtomicU32,
    high: AtomicU64,
    low: AtomicU64,
}

/// Stands for "not known": no client has this address.
const UNKNOWN: u128 = u128::MAX;

impl Address {
    fn new(address: Option<IpAddr>) -> Self {
        let (high, low) = halves(address.map_or(UNKNOWN, bits));
        Self { turn: AtomicU32::new(0), high: AtomicU64::new(high), low: AtomicU64::new(low) }
    }

    fn get(&self) -> Option<IpAddr> {
        let bits = self.bits();
        (bits != UNKNOWN).then(|| IpAddr::V6(Ipv6Addr::from_bits(bits)).to_canonical())
    }

    fn is(&self, address: IpAddr) -> bool {
        self.bits() == bits(address)
    }

    fn bits(&self) -> u128 {
        loop {
            let before = self.turn.load(Ordering::Acquire);
            let (high, low) = (self.high.load(Ordering::Relaxed), self.low.load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            if before.is_multiple_of(2) && self.turn.load(Ordering::Relaxed) == before {
                return u128::from(high) << 64 | u128::from(low);
            }
            std::hint::spin_loop();
        }
    }

    fn set(&self, address: IpAddr) {
        let (high, low) = halves(bits(address));
        let turn = self.turn.load(Ordering::Relaxed);
        self.turn.store(turn.wrapping_add(1), Ordering::Relaxed);
        fence(Ordering::Release);
        self.high.store(high, Ordering::Relaxed);
        self.low.store(low, Ordering::Relaxed);
        self.turn.store(turn.wrapping_add(2), Ordering::Release);
    }
}

/// The sixteen bytes of an address; IPv4 as IPv6 writes it.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn halves(bits: u128) -> (u64, u64) {
    ((bits >> 64) as u64, bits as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_use_is_written_at_most_every_sixtieth_of_the_idle_time_and_every_five_seconds() {
        for (idle, interval) in [(60, 5), (300, 5), (3_600, 60), (14 * 86_400, 20_160)] {
            assert_eq!(touch_interval(Duration::from_secs(idle)), Duration::from_secs(interval), "idle {idle} s");
        }
    }

    #[test]
    fn an_address_survives_its_bits() {
        for text in ["203.0.113.7", "2001:db8::1", "::1", "0.0.0.0"] {
            let address = Address::new(Some(text.parse().unwrap()));
            assert_eq!(address.get(), Some(text.parse().unwrap()));
            assert!(address.is(text.parse().unwrap()));
            assert!(!address.is("203.0.113.8".parse().unwrap()));
        }
        assert_eq!(Address::new(None).get(), None);
        assert!(Address::new(Some("203.0.113.7".parse().unwrap())).is("::ffff:203.0.113.7".parse().unwrap()));
    }

    #[test]
    fn an_address_is_never_half_of_one_and_half_of_another() {
        let (one, two): (IpAddr, IpAddr) = ("2001:db8::1".parse().unwrap(), "203.0.113.7".parse().unwrap());
        let address = Address::new(Some(one));
        std::thread::scope(|scope| {
            scope.spawn(|| (0..20_000).for_each(|turn| address.set(if turn % 2 == 0 { two } else { one })));
            for _ in 0..20_000 {
                let read = address.get();
                assert!(read == Some(one) || read == Some(two), "{read:?}");
            }
        });
    }
}
