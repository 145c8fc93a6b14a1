//! What a build must have for an outcome, and what to use where it lacks it.
//!
//! Beside what the rules ask for, an outcome rests on parts of Cloakroom:
//!
//! 1. `token` rests on the crate inside a Rust server, or on a proxy that asks.
//! 2. An exchange rests on a proxy that asks, or on an app's own server that can swap the session for a JWT.
//! 3. A page token rests on that swap alone. Introspection rests on introspection.
//! 4. News of a sign-out rests on the feed, several machines on a store they share, and a gateway on the algorithm it understands.
//! 5. A page of a sibling host rests on a list of trusted origins.
//!
//! `none` needs nothing. What is said instead works in a build that lacks the part: a server asks `GET /api/v1/session` and passes on
//! what the caller showed. It never hands a session to another company, whose server could act as the person everywhere.

use crate::capabilities::{Build, KEY_ALGORITHM, SESSION_TOKENS, TRUSTED_ORIGINS};
use crate::condition::{Known as _, Word};
use crate::outcome::{Outcome, OutcomeSet};
use crate::questions::Topic;
use crate::settings::Settings;
use crate::words::Facts;

/// Something that this build lacks for the outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    /// Its name, a capability or what [`Build::has`] knows by name.
    pub(crate) name: &'static str,
    /// The rule that asks for it; `V` and a number for those of this file.
    pub(crate) rule: &'static str,
    /// What to use today.
    pub(crate) instead: String,
}

/// What a rule asks of a build, for these outcomes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) rule: &'static str,
    pub(crate) on: OutcomeSet,
    pub(crate) capability: &'static str,
    pub(crate) instead: &'static str,
}

/// What the build lacks for an outcome, in the order of names.
pub(crate) fn needs(outcome: Outcome, facts: &Facts, settings: &Settings, asked: &[Asked], build: &Build) -> Vec<Need> {
    if outcome == Outcome::None {
        return Vec::new();
    }
    let asked = asked.iter().filter(|asked| asked.on.has(outcome));
    let mut list: Vec<Need> =
        asked.map(|asked| Need { name: asked.capability, rule: asked.rule, instead: asked.instead.to_owned() }).collect();
    list.extend(look_up(outcome, facts, build));
    list.extend(news(outcome, facts, settings));
    list.extend(place(outcome, facts));
    list.extend(machines(outcome, facts, settings));
    list.retain(|need| !build.has(need.name));
    list.sort_by_key(|need| need.name);
    list.dedup_by_key(|need| need.name);
    list
}

/// Whether the app's own server can swap the session: pages have one, and so has a page that shares an address with its API.
fn has_own_server(facts: &Facts) -> bool {
    facts.any(Topic::Kind, &["pages"]) || facts.any(Topic::Kind, &["spa"]) && facts.any(Topic::Place, &["same_origin"])
}

fn look_up(outcome: Outcome, facts: &Facts, build: &Build) -> Option<Need> {
    let is_rust = facts.any(Topic::Stack, &["rust"]);
    let is_foreign = facts.any(Topic::Apis, &["third_parties"]);
    let ask_yourself = "each server asks GET /api/v1/session and passes on the Authorization header that the caller sent";
    let relay = if is_foreign {
        "your own server asks GET /api/v1/session, calls the other company with a credential of its own, and names the person; \
         nothing of ours leaves your house"
    } else {
        "the app's own server asks GET /api/v1/session, passing on what the caller sent, and tells the servers behind it who is \
         calling, over a line that nobody else can use"
    };
    let (rule, name, instead) = match outcome {
        Outcome::Token if !is_rust => ("V1", "forward_auth", ask_yourself),
        Outcome::TokenExchange => ("V2", "forward_auth", if is_foreign { relay } else { ask_yourself }),
        Outcome::CookieExchange => {
            let can_swap = has_own_server(facts) && (is_rust || build.has(SESSION_TOKENS));
            let has_asking_proxy = facts.any(Topic::Proxy, &["can_ask"]);
            if can_swap || has_asking_proxy && build.has("forward_auth") {
                return None;
            }
            ("V2", if has_asking_proxy { "forward_auth" } else { SESSION_TOKENS }, relay)
        }
        Outcome::CookiePageToken => ("V3", SESSION_TOKENS, relay),
        Outcome::TokenIntrospect => ("V3", "introspection", ask_yourself),
        Outcome::JwtIntrospect => (
            "V3",
            "introspection",
            "the JWT alone, with an access lifetime of 45 s: then a sign-out holds within the minute, not at the next click",
        ),
        _ => return None,
    };
    Some(Need { name, rule, instead: instead.to_owned() })
}

fn news(outcome: Outcome, facts: &Facts, settings: &Settings) -> Option<Need> {
    if !(settings.follow_feed && outcome.is_checked_locally()) {
        return None;
    }
    let instead = match settings.access_without_news(facts) {
        Some(access) => {
            format!("an access lifetime of {access} s: the token is dead within your deadline even if no news arrives")
        }
        None => {
            "nothing that keeps both promises: choose shorter outages, or accept that a token works until it runs out".to_owned()
        }
    };
    Some(Need { name: "feed", rule: "V4", instead })
}

fn place(outcome: Outcome, facts: &Facts) -> Option<Need> {
    let is_sibling = facts.is(Word::Browser) && facts.any(Topic::Place, &["same_site"]);
    (is_sibling && outcome.travels_in_cookie()).then(|| Need {
        name: TRUSTED_ORIGINS,
        rule: "V5",
        instead: "serve the API under the page's own host, as a path: a small proxy does it in ten lines".to_owned(),
    })
}

fn machines(outcome: Outcome, facts: &Facts, settings: &Settings) -> Vec<Need> {
    let mut list = Vec::new();
    if settings.store == Some("postgres") {
        list.push(Need {
            name: "postgres",
            rule: "P1",
            instead:
                "one Cloakroom process with its built-in database; the servers on other machines ask it, and while its machine \
                      is down nobody can sign in"
                    .to_owned(),
        });
    }
    if settings.alg.is_some() && facts.any(Topic::Proxy, &["jwt_only"]) && outcome.servers_take_jwt() {
        list.push(Need {
            name: KEY_ALGORITHM,
            rule: "S8",
            instead: "a gateway that takes EdDSA; or let the gateway pass, and check the JWT in the servers behind it".to_owned(),
        });
    }
    list
}

/// Whether a cookie is looked up in another way than the outcome's sentence would have it, because the build has no forward-auth.
pub(crate) fn asks_for_the_session(outcome: Outcome, facts: &Facts, build: &Build) -> bool {
    outcome == Outcome::Cookie && !facts.any(Topic::Stack, &["rust"]) && !build.has("forward_auth")
}
