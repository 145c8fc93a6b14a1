//! What happens at a sign-out, where, and what lives on. The fifteenth of the published formulas.
//!
//! A build without the feed announces nothing: then whoever looks a session up finds it ended, and whoever checks a JWT alone hears nothing
//! until it has run out.

use serde::Serialize;

use crate::capabilities::Build;
use crate::outcome::Outcome;
use crate::settings::{LEEWAY, Settings};

/// A sign-out, from the client to the last server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AtSignOut {
    /// At the client.
    pub client: &'static str,
    /// At Cloakroom.
    pub cloakroom: &'static str,
    /// At the servers that check.
    pub servers: &'static str,
    /// What is still good, and for how long.
    pub lives_on: String,
}

/// What happens to a session, to a session with its refresh family, at servers that check a JWT, and at servers that look up.
type Steps = (&'static str, &'static str, &'static str, &'static str);

const ANNOUNCED: Steps = (
    "The session is ended and announced in one commit.",
    "Session and refresh family are ended and announced in one commit.",
    "Servers that follow the feed add it to the sessions that ended.",
    "The feed drops it from their memory.",
);

const UNANNOUNCED: Steps = (
    "The session is ended in one commit.",
    "Session and refresh family are ended in one commit.",
    "Nothing: whoever checks the signature alone hears of no sign-out.",
    "The next look-up finds the session ended.",
);

/// What a sign-out does with an outcome in a build; `None` where Cloakroom is not used.
pub(crate) fn at_sign_out(outcome: Outcome, settings: &Settings, build: &Build) -> Option<AtSignOut> {
    let has_feed = build.has("feed");
    let until = settings.access.unwrap_or_default() + LEEWAY;
    let deaf = if settings.follow_feed && has_feed {
        format!("A JWT at a server that does not follow the feed: {until} s at most.")
    } else {
        format!("A JWT at every server that checks the signature alone: {until} s at most.")
    };
    let (row, both, followers, forgets) = if has_feed { ANNOUNCED } else { UNANNOUNCED };
    let upstream = format!("The JWT of requests that are already inside: {} s at most.", settings.upstream.unwrap_or_default());
    let (client, cloakroom, servers, lives_on) = match outcome {
        Outcome::Cookie => ("The cookie is cleared.", row, forgets, "Open sockets, until they are checked again.".to_owned()),
        Outcome::CookieExchange => ("The cookie is cleared.", row, "Nothing: the next request stops at the edge.", upstream),
        Outcome::CookiePageToken => ("The cookie is cleared; the page drops its JWT.", row, followers, deaf),
        Outcome::JwtCookie => {
            ("Both cookies are cleared.", both, followers, format!("{deaf} A copied refresh cookie is dead at once."))
        }
        Outcome::Token => ("The app deletes the token.", row, forgets, "Nothing.".to_owned()),
        Outcome::TokenExchange => ("The app deletes the token.", row, "Nothing: the next request stops at the edge.", upstream),
        Outcome::Jwt => ("The app deletes both tokens.", both, followers, deaf),
        Outcome::TokenIntrospect => (
            "The app deletes the token.",
            row,
            "The next question is answered `active: false`.",
            "What a server remembers of its last question.".to_owned(),
        ),
        Outcome::JwtIntrospect => (
            "The app deletes both tokens.",
            both,
            "The next question is answered `active: false`.",
            format!("What a server remembers of its last question; the gate alone lets the JWT pass for {until} s at most."),
        ),
        Outcome::None => return None,
    };
    Some(AtSignOut { client, cloakroom, servers, lives_on })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::advise::advise;
    use crate::answers::Answers;
    use crate::context::Context;

    fn texts(build: &Build) -> BTreeSet<String> {
        let kinds = ["pages", "spa", "mobile", "job"].into_iter();
        let pairs = kinds.flat_map(|kind| ["one_app", "same_team", "several_teams", "third_parties"].map(|apis| (kind, apis)));
        let all = pairs.flat_map(|(kind, apis)| ["next_request", "one_minute", "expiry"].map(|soon| (kind, apis, soon)));
        let found = all.flat_map(|(kind, apis, soon)| {
            let answers = json!({ "apps": [{ "kind": kind }], "apis": apis, "revocation": soon, "place": "same_origin" });
            let advice = advise(&Answers::parse(&answers).unwrap(), &Context::new(build.clone(), ""));
            let leaves = advice.apps.into_iter().filter_map(|app| app.at_sign_out);
            leaves.map(|at| format!("{} {} {} {}", at.client, at.cloakroom, at.servers, at.lives_on)).collect::<Vec<_>>()
        });
        found.collect()
    }

    #[test]
    fn a_build_without_the_feed_promises_nothing_of_it() {
        let without = texts(&Build::new("1.0.0", ["sqlite"], []));
        assert!(without.iter().all(|text| !text.contains("feed") && !text.contains("announced")), "{without:#?}");
        assert!(without.iter().any(|text| text.contains("The next look-up finds the session ended.")), "{without:#?}");
        let with = texts(&Build::new("1.0.0", ["sqlite", "feed"], []));
        assert!(with.iter().any(|text| text.contains("The feed drops it from their memory.")), "{with:#?}");
    }
}
