//! From a forced sign-out until the last door is shut.
//!
//! 1. A session that is looked up: at the next request on one node; on several the feed's lag, and the cut-off for a node without a line.
//! 2. A JWT that is checked alone: its lifetime and the leeway. With the feed: its lag, and the cut-off; where an outage must be got
//!    through, the lifetime and the leeway again.
//! 3. The JWT inside of an exchange is not counted: it serves requests that are already in.

use crate::outcome::Outcome;
use crate::questions::Topic;
use crate::settings::{LEEWAY, Settings};
use crate::words::Facts;

/// The window of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// The worst case, in seconds.
    pub(crate) seconds: u64,
    pub(crate) normal: String,
    pub(crate) worst: String,
}

/// The window of an outcome; `cut_off` is after how many seconds a node without a line stops trusting what it knows.
pub(crate) fn window(outcome: Outcome, facts: &Facts, settings: &Settings, cut_off: u64) -> Option<Window> {
    let is_alone = facts.any(Topic::Nodes, &["one"]);
    let cut = format!("{cut_off} s for a node that is cut off");
    let window = |seconds, normal: &str, worst: String| Some(Window { seconds, normal: normal.to_owned(), worst });
    match outcome {
        Outcome::None => None,
        _ if outcome.is_checked_locally() => {
            let until_expiry = settings.access.unwrap_or_default() + LEEWAY;
            let expiry = format!("{until_expiry} s, when the token has run out");
            if !settings.follow_feed {
                window(until_expiry, "when the token runs out", expiry)
            } else if settings.feed_lost.is_some() {
                window(until_expiry, "under 1 s", format!("{until_expiry} s while the line is cut"))
            } else {
                window(cut_off, "under 1 s", cut)
            }
        }
        _ if is_alone => window(0, "at the next request", "at the next request".to_owned()),
        _ => window(cut_off, "under 1 s", cut),
    }
}
