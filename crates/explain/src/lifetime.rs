//! How long something lives: in the browser, and as a copy in other hands.
//!
//! A thief's copy does not obey the browser: `Max-Age`, deletion and sign-out act on the browser's copy alone. What ends a copy is the
//! server, for a reference, or the end inside, for what carries everything itself.

use cloakroom_primitives::Timestamp;

use crate::cookie_date::rfc3339;
use crate::explanation::Lifetime;
use crate::format::Answer;
use crate::item::{Carrier, Item};
use crate::part::Part;
use crate::set_cookie::Life;

/// The two ends of an item, seen from `now`.
pub(crate) fn lifetime(item: &Item<'_>, now: Timestamp) -> Lifetime {
    let times = item.classified.times;
    let life = item.cookie.as_ref().map(|cookie| cookie.life);
    let (browser_keeps_until, browser_rule) = match life {
        Some(Life::Until(end)) => (Some(rfc3339(end)), Some("until then, unless it is deleted")),
        Some(Life::Session) => (None, Some("until the browser session ends")),
        Some(Life::Deletes) => (None, Some("not at all: the line deletes it")),
        None if item.carrier == Carrier::Cookie => (None, Some("not told here: only Set-Cookie says")),
        None => (None, None),
    };
    let source = match (life.is_some(), times.issued_at.or(times.starts_at).or(times.ends_at).is_some()) {
        (true, true) => "both",
        (true, false) => "attributes",
        (false, true) => "inside",
        (false, false) => "nothing",
    };
    Lifetime {
        issued_at: times.issued_at.map(rfc3339),
        starts_at: times.starts_at.map(rfc3339),
        browser_keeps_until,
        browser_rule,
        copy_good_until: times.ends_at.map(rfc3339),
        copy_rule: copy_rule(item).to_owned(),
        expires_in: times.ends_at.map(|end| end.since(now).as_secs()),
        source,
    }
}

/// What ends a copy.
fn copy_rule(item: &Item<'_>) -> &'static str {
    let has_end = item.classified.times.ends_at.is_some();
    match item.part() {
        Part::Tracking | Part::NotAuth | Part::Csrf | Part::FlowState | Part::Container | Part::Unknown => {
            "it opens nothing by itself"
        }
        Part::Unprotected => "for ever: anyone can make a new one",
        Part::Password => "until the password is changed",
        Part::OneTime => "until it is used, or soon after it was made",
        Part::Proof => "for seconds, and for one request",
        Part::Key | Part::ApiKey if !has_end => "until someone takes it back",
        Part::SessionReference => "until the server ends the session",
        _ if item.classified.is_bound => "useless without the key it is bound to",
        _ if has_end && item.format().remembered.answer == Answer::No => "until the end inside; nothing ends it before",
        _ if has_end => "until the end inside, or until the server ends it",
        _ => "nothing inside says; until the server stops taking it",
    }
}
