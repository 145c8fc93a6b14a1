//! What happens at a sign-out, where, and what lives on. The fifteenth of the published formulas.

use serde::Serialize;

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

/// What a sign-out does with an outcome; `None` where Cloakroom is not used.
pub(crate) fn at_sign_out(outcome: Outcome, settings: &Settings) -> Option<AtSignOut> {
    let until = settings.access.unwrap_or_default() + LEEWAY;
    let deaf = if settings.follow_feed {
        format!("A JWT at a server that does not follow the feed: {until} s at most.")
    } else {
        format!("A JWT at every server that checks the signature alone: {until} s at most.")
    };
    let row = "The session is ended and announced in one commit.";
    let both = "Session and refresh family are ended and announced in one commit.";
    let followers = "Servers that follow the feed add it to the sessions that ended.";
    let forgets = "The feed drops it from their memory.";
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
