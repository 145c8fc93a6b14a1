//! The busiest time of a system.

use super::measures::{INTROSPECTIONS, Measures, PERSON, REFRESHES, TOUCH_EVERY_S, TOUCHES, number};

/// The access lifetime with which refreshes are weighed before an outcome is chosen, in seconds.
const ACCESS: f64 = 300.0;
/// The part of a token's life after which clients renew it.
pub(super) const RENEW_AT: f64 = 0.8;

/// The numbers of the peak.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Peak {
    /// People signed in.
    pub(crate) users: f64,
    /// Requests a second.
    pub(crate) requests: f64,
    /// People active: those who are signed in, or those whom the requests can come from.
    pub(crate) active: f64,
    /// Machines that check.
    pub(crate) nodes: f64,
    writes_share: f64,
    refresh_share: f64,
    introspect_share: f64,
}

impl Peak {
    /// The peak of so many people and requests a second; `nodes` is the answer to that question.
    pub(crate) fn of(users: u64, rps: u64, nodes: &str, measures: &Measures) -> Self {
        let get = |input| measures.get(input).0;
        let (users, requests) = (number(users), number(rps));
        let active = users.min(requests / get(&PERSON));
        let nodes = match nodes {
            "several" => 3.0,
            "regions" => 5.0,
            "edge" => 40.0,
            _ => 1.0,
        };
        Self {
            users,
            requests,
            active,
            nodes,
            writes_share: active / get(&TOUCH_EVERY_S) / get(&TOUCHES),
            refresh_share: active / (RENEW_AT * ACCESS) / get(&REFRESHES),
            introspect_share: requests / get(&INTROSPECTIONS),
        }
    }

    /// Whether the writes of last use take more than half of what the store does.
    pub(crate) fn is_session_heavy(&self) -> bool {
        self.writes_share > 0.5
    }

    /// Whether refreshes take more than half of what can be made durable.
    pub(crate) fn is_refresh_heavy(&self) -> bool {
        self.refresh_share > 0.5
    }

    /// Whether requests as calls take more than half of what can be answered.
    pub(crate) fn is_introspect_heavy(&self) -> bool {
        self.introspect_share > 0.5
    }
}
