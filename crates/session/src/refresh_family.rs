//! A refresh family: a counter that says which of its tokens may be spent, and what a presented one earns.
//!
//! 1. The current token rotates: the counter moves on, and the moment and network are remembered.
//! 2. The one before it, within the retry window, earns the same successor again. Nothing is written: the answer may have been lost, or
//!    two tabs asked at once. So there is one tip, never a fork.
//! 3. The same later, and anything older, is reuse (RFC 9700 §4.14.2): the session and all under it end.
//! 4. A counter above ours with a good MAC is ours, and the store has forgotten (restore, lost write): the family catches up.
//! 5. A family has no deadline of its own; its session's absolute deadline never moves.

use std::fmt;
use std::sync::Arc;

use cloakroom_primitives::{KeyId, Timestamp};

use crate::{ClientId, FamilyId, Network, RefreshPolicy, Scopes, Session, SessionId};

/// Which of a family's tokens: the first is zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counter(u32);

impl Counter {
    /// The counter with that number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Its bytes in a token.
    pub const fn to_be_bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    /// The counter with those bytes.
    pub const fn from_be_bytes(bytes: [u8; 4]) -> Self {
        Self(u32::from_be_bytes(bytes))
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// When a family last rotated, and from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The moment.
    pub at: Timestamp,
    /// The network of the client, where its address was known.
    pub from: Option<Network>,
}

/// A refresh family as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshFamily {
    /// Its name, which its tokens carry.
    pub id: FamilyId,
    /// The session it hangs under.
    pub session: SessionId,
    /// The client it was issued to.
    pub client: ClientId,
    /// The audience of the access tokens it fetches.
    pub audience: Arc<str>,
    /// The scopes that its access tokens may have.
    pub scopes: Scopes,
    /// The master key its tokens are minted under.
    pub key_id: KeyId,
    /// The one token that may be spent.
    pub counter: Counter,
    /// When it began.
    pub created_at: Timestamp,
    /// Its last rotation.
    pub rotation: Option<Rotation>,
}

/// What a presented token earns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// The next token, once the family below has replaced this one.
    Rotate(RefreshFamily),
    /// The next token, once the family below has replaced this one; the store had forgotten a rotation.
    Recover(RefreshFamily),
    /// The same successor again; there is nothing to write.
    Repeat {
        /// Whether it came from another network than the rotation.
        elsewhere: bool,
    },
    /// Nothing: it was spent before, so somebody holds a copy. The session ends.
    Reused,
    /// Nothing: the session is past its deadline.
    Expired,
}

impl RefreshFamily {
    /// Opens a family whose first token has the counter zero.
    pub fn open(
        id: FamilyId,
        session: SessionId,
        client: ClientId,
        audience: Arc<str>,
        scopes: Scopes,
        key_id: KeyId,
        now: Timestamp,
    ) -> Self {
        Self { id, session, client, audience, scopes, key_id, counter: Counter::default(), created_at: now, rotation: None }
    }

    /// Decides what a presented counter earns. Pure: the caller stores the answer.
    ///
    /// MAC, client, cell and (in a cookie) `sid` have been checked: a token that fails those never gets here.
    pub fn redeem(
        &self,
        session: &Session,
        presented: Counter,
        from: Option<Network>,
        policy: &RefreshPolicy,
        now: Timestamp,
    ) -> Redemption {
        if !session.is_live(now) {
            return Redemption::Expired;
        }
        if presented == self.counter {
            return Redemption::Rotate(self.advanced(presented, from, now));
        }
        // The MAC is right, so we minted it and the store has forgotten (restore, lost write).
        if presented > self.counter {
            return Redemption::Recover(self.advanced(presented, from, now));
        }
        // The answer may have been lost, or two tabs asked at once: same successor, nothing to write.
        if let Some(last) = self.rotation {
            let elsewhere = Network::differ(last.from, from);
            let in_time = presented.next() == self.counter && now < last.at.plus(policy.window(session.cell));
            if in_time && !(elsewhere && policy.elsewhere_is_reuse) {
                return Redemption::Repeat { elsewhere };
            }
        }
        // RFC 9700 §4.14.2: a token seen after its successor was copied; its session ends.
        Redemption::Reused
    }

    /// The family after `spent` has been exchanged.
    fn advanced(&self, spent: Counter, from: Option<Network>, now: Timestamp) -> Self {
        Self { counter: spent.next(), rotation: Some(Rotation { at: now, from }), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use cloakroom_primitives::SecretHash;
    use proptest::prelude::*;

    use super::*;
    use crate::{AuthMethod, AuthMethods, Cell, NewSession, Place, SessionPolicy, UserId};

    const START: Timestamp = Timestamp::from_seconds(1_000_000);
    const HOME: Option<Network> = Some(Network::V4([203, 0, 113]));
    const CAFE: Option<Network> = Some(Network::V4([198, 51, 100]));

    fn after(millis: u64) -> Timestamp {
        START.plus(Duration::from_millis(millis))
    }

    fn session(cell: Cell) -> Session {
        let new = NewSession {
            id: SessionId::from_bytes([1; 16]),
            user: UserId::new("ada").unwrap(),
            client: ClientId::new("shop").unwrap(),
            cell,
            scopes: Scopes::none(),
            methods: AuthMethods::of([AuthMethod::Password]),
            remember: false,
            place: Place::default(),
        };
        Session::open(new, None::<SecretHash>, &SessionPolicy::DEFAULT, START)
    }

    fn family(session: &Session) -> RefreshFamily {
        let (id, key_id) = (FamilyId::from_bytes([2; 16]), KeyId::from_bytes([3; 4]));
        RefreshFamily::open(id, session.id, session.client.clone(), "https://app.example".into(), Scopes::none(), key_id, START)
    }

    /// A family whose token 5 is current since the moment zero, from home.
    fn rotated(session: &Session) -> RefreshFamily {
        RefreshFamily { counter: Counter::new(5), rotation: Some(Rotation { at: START, from: HOME }), ..family(session) }
    }

    #[test]
    fn redeeming_follows_the_table() {
        let (header, cookie) = (session(Cell::Jwt), session(Cell::JwtCookie));
        let (standard, second) = (RefreshPolicy::DEFAULT, 1_000);
        let strict = RefreshPolicy { elsewhere_is_reuse: true, ..standard };
        let no_window = RefreshPolicy { retry_window: Duration::ZERO, cookie_retry_window: Duration::ZERO, ..standard };
        let next = |session, counter, from, at| {
            let rotation = Some(Rotation { at: after(at), from });
            RefreshFamily { counter: Counter::new(counter), rotation, ..rotated(session) }
        };
        let (here, elsewhere) = (Redemption::Repeat { elsewhere: false }, Redemption::Repeat { elsewhere: true });
        let (idle, over) = (7 * 24 * 3_600 * second, 30 * 24 * 3_600 * second);
        for (session, presented, from, policy, at, expected) in [
            // The current one.
            (&header, 5, HOME, standard, 0, Redemption::Rotate(next(&header, 6, HOME, 0))),
            (&header, 5, CAFE, standard, 9, Redemption::Rotate(next(&header, 6, CAFE, 9))),
            (&header, 5, None, no_window, 9, Redemption::Rotate(next(&header, 6, None, 9))),
            // The one before it.
            (&header, 4, HOME, standard, 0, here.clone()),
            (&header, 4, HOME, standard, 30 * second - 1, here.clone()),
            (&header, 4, HOME, standard, 30 * second, Redemption::Reused),
            (&cookie, 4, HOME, standard, 120 * second - 1, here.clone()),
            (&cookie, 4, HOME, standard, 120 * second, Redemption::Reused),
            (&header, 4, HOME, no_window, 0, Redemption::Reused),
            (&cookie, 4, HOME, no_window, 0, Redemption::Reused),
            // The one before it, from elsewhere.
            (&header, 4, CAFE, standard, 9, elsewhere),
            (&header, 4, CAFE, strict, 9, Redemption::Reused),
            (&header, 4, HOME, strict, 9, here.clone()),
            (&header, 4, None, strict, 9, here),
            // Older ones.
            (&header, 3, HOME, standard, 0, Redemption::Reused),
            (&header, 0, HOME, standard, 0, Redemption::Reused),
            // The store has forgotten.
            (&header, 6, HOME, standard, 9, Redemption::Recover(next(&header, 7, HOME, 9))),
            (&header, 90, CAFE, no_window, 9, Redemption::Recover(next(&header, 91, CAFE, 9))),
            // The session is past a deadline, whatever is presented.
            (&header, 5, HOME, standard, idle - 1, Redemption::Rotate(next(&header, 6, HOME, idle - 1))),
            (&header, 5, HOME, standard, idle, Redemption::Expired),
            (&header, 4, HOME, standard, idle, Redemption::Expired),
            (&header, 0, HOME, standard, idle, Redemption::Expired),
            (&header, 6, HOME, standard, over, Redemption::Expired),
        ] {
            let answer = rotated(session).redeem(session, Counter::new(presented), from, &policy, after(at));
            assert_eq!(answer, expected, "{:?}: token {presented} from {from:?} after {at} ms, {policy:?}", session.cell);
        }
    }

    #[test]
    fn the_first_token_rotates_and_none_comes_before_it() {
        let session = session(Cell::Jwt);
        let first = family(&session);
        let answer = first.redeem(&session, Counter::default(), HOME, &RefreshPolicy::DEFAULT, after(9));
        let rotation = Some(Rotation { at: after(9), from: HOME });
        assert_eq!(answer, Redemption::Rotate(RefreshFamily { counter: Counter::new(1), rotation, ..first }));
    }

    /// What happens to a family.
    #[derive(Clone, Debug)]
    enum Step {
        /// One of the tokens that were handed out is presented, counted from the newest.
        Present { nth_newest: usize, from: Option<Network> },
        /// Time passes.
        Wait { millis: u64 },
        /// The store goes back to what it had some writes ago.
        Forget { writes: usize },
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let from = proptest::sample::select(vec![HOME, CAFE, None]);
        let step = prop_oneof![
            6 => (prop_oneof![3 => Just(0usize), 3 => Just(1), 1 => 0..8usize], from)
                .prop_map(|(nth_newest, from)| Step::Present { nth_newest, from }),
            3 => prop_oneof![0..40_000u64, 0..200_000_000u64].prop_map(|millis| Step::Wait { millis }),
            1 => (0..4usize).prop_map(|writes| Step::Forget { writes }),
        ];
        proptest::collection::vec(step, 1..60)
    }

    proptest! {
        #[test]
        fn each_token_has_one_successor_and_there_is_one_tip(
            steps in steps(),
            window in prop_oneof![Just(0u64), Just(30_000), 0..100_000u64],
            cell in proptest::sample::select(vec![Cell::Jwt, Cell::JwtCookie]),
        ) {
            let span = Duration::from_millis(window);
            let policy = RefreshPolicy { retry_window: span, cookie_retry_window: span, ..RefreshPolicy::DEFAULT };
            let mut session = session(cell);
            let (mut now, mut forgot) = (START, false);
            let mut writes = vec![family(&session)];
            // Each token that was handed out, and whether its successor was.
            let mut handed_out: BTreeMap<Counter, bool> = [(Counter::default(), false)].into();
            for step in steps {
                match step {
                    Step::Wait { millis } => now = now.plus(Duration::from_millis(millis)),
                    Step::Forget { writes: forgotten } => {
                        let kept = writes.len().saturating_sub(forgotten).max(1);
                        forgot |= kept < writes.len();
                        writes.truncate(kept);
                    }
                    Step::Present { nth_newest, from } => {
                        let Some(presented) = handed_out.keys().rev().nth(nth_newest).copied() else { continue };
                        let stored = writes.last().unwrap().clone();
                        let spent = handed_out[&presented];
                        let tip = match stored.redeem(&session, presented, from, &policy, now) {
                            Redemption::Rotate(next) | Redemption::Recover(next) => {
                                prop_assert!(presented >= stored.counter, "a spent token moved the family");
                                writes.push(next.clone());
                                next.counter
                            }
                            Redemption::Repeat { .. } => {
                                let at = stored.rotation.unwrap().at;
                                prop_assert!(now < at.plus(span), "a spent token was good after its window");
                                stored.counter
                            }
                            Redemption::Reused => {
                                prop_assert!(presented < stored.counter, "a token that was not spent counted as reuse");
                                break;
                            }
                            Redemption::Expired => {
                                prop_assert!(!session.is_live(now));
                                break;
                            }
                        };
                        prop_assert_eq!(tip, presented.next(), "each token has one successor, so there is no fork");
                        prop_assert_eq!(tip, writes.last().unwrap().counter, "what is handed out is what the store has as current");
                        prop_assert!(window > 0 || !spent || forgot, "without a window no token is good twice");
                        handed_out.entry(tip).or_insert(false);
                        handed_out.insert(presented, true);
                        session.seen_at = now;
                        let newest = writes.last().unwrap();
                        let good = handed_out.keys().filter(|counter| {
                            matches!(newest.redeem(&session, **counter, HOME, &policy, now), Redemption::Rotate(_))
                        });
                        prop_assert!(good.count() <= 1, "there is at most one tip");
                    }
                }
            }
        }
    }
}
