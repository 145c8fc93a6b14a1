//! Short programs that run against this version, with issuer, audience and cookie name filled in.
//!
//! 1. Where the server that answers has to look a session up, the program asks `GET /api/v1/session` and passes on the caller's own
//!    credential; so also where the build lacks what asks, or what swaps the session for a JWT. A JWT that was decided for another server
//!    is never passed on: Cloakroom's own routes are not whom it is made out to.
//! 2. Where a JWT is checked by its signature, the program checks it.
//! 3. nginx asks for sessions, and for the JWT in our cookie, which is made out to Cloakroom itself. It cannot check another JWT.

use std::collections::BTreeMap;

use crate::capabilities::SESSION_TOKENS;
use crate::context::Site;
use crate::needs::Need;
use crate::outcome::Outcome;

/// The snippets that apply to an outcome in a build that lacks these parts, by the name of the framework.
pub(crate) fn snippets(outcome: Outcome, lacks: &[Need], site: &Site, audience: &str) -> BTreeMap<&'static str, String> {
    let templates: &[(&str, &str)] = match outcome {
        Outcome::None => &[],
        _ if asks_today(outcome, lacks) => &ASK,
        _ => &VERIFY,
    };
    let mut filled: BTreeMap<_, _> = templates.iter().map(|(name, text)| (*name, fill(text, site, audience))).collect();
    if outcome == Outcome::JwtCookie {
        filled.insert("nginx", fill(include_str!("ask_nginx.txt"), site, audience));
    }
    filled
}

/// Whether the server that answers sees a session: the client shows one, or nothing swaps it for a JWT on the way.
fn asks_today(outcome: Outcome, lacks: &[Need]) -> bool {
    match outcome {
        // The client itself holds a JWT; where asking is missing beside it, it is checked alone.
        Outcome::Jwt | Outcome::JwtCookie | Outcome::JwtIntrospect => false,
        _ if !outcome.servers_take_jwt() => true,
        _ => lacks.iter().any(|need| matches!(need.name, "forward_auth" | "introspection" | SESSION_TOKENS)),
    }
}

const ASK: [(&str, &str); 5] = [
    ("axum", include_str!("ask_axum.txt")),
    ("express", include_str!("ask_express.txt")),
    ("fastapi", include_str!("ask_fastapi.txt")),
    ("go", include_str!("ask_go.txt")),
    ("nginx", include_str!("ask_nginx.txt")),
];

const VERIFY: [(&str, &str); 4] = [
    ("axum", include_str!("verify_axum.txt")),
    ("express", include_str!("verify_express.txt")),
    ("fastapi", include_str!("verify_fastapi.txt")),
    ("go", include_str!("verify_go.txt")),
];

fn fill(template: &str, site: &Site, audience: &str) -> String {
    let authority = site.origin.split_once("://").map_or("", |(_, authority)| authority);
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let api = format!("{}{}", site.origin, site.base_path);
    let values = [
        ("{{listen}}", site.listen.as_str()),
        ("{{api}}", &api),
        ("{{issuer}}", &site.origin),
        ("{{audience}}", audience),
        ("{{cookie}}", &site.session_cookie),
        ("{{jwt_cookie}}", &site.jwt_cookie),
        ("{{authority}}", authority),
        ("{{host}}", host),
        ("{{base}}", &site.base_path),
    ];
    values.into_iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacking(names: &[&'static str]) -> Vec<Need> {
        names.iter().map(|name| Need { name, rule: "V1", instead: String::new() }).collect()
    }

    #[test]
    fn a_program_checks_the_jwt_wherever_one_reaches_it_and_asks_wherever_a_session_does() {
        use Outcome::{Cookie, CookieExchange, CookiePageToken, Jwt, JwtIntrospect, TokenExchange, TokenIntrospect};
        for (outcome, lacks, asks) in [
            (CookiePageToken, &[][..], false),
            (CookiePageToken, &["feed"], false),
            (CookiePageToken, &["feed", "postgres", "trusted_origins"], false),
            (CookiePageToken, &["feed", "session_tokens"], true),
            (CookieExchange, &["postgres", "keys.alg"], false),
            (CookieExchange, &["forward_auth"], true),
            (TokenExchange, &["forward_auth"], true),
            (TokenIntrospect, &["introspection"], true),
            (JwtIntrospect, &["introspection"], false),
            (Jwt, &["feed"], false),
            (Cookie, &[], true),
        ] {
            let found = snippets(outcome, &lacking(lacks), &Site::default(), "https://api.example.com");
            assert_eq!(found["go"].contains("/api/v1/session\""), asks, "{} without {lacks:?}", outcome.word());
        }
    }

    #[test]
    fn every_program_that_asks_refuses_what_a_page_of_elsewhere_sends_with_a_cookie() {
        for (name, text) in ASK {
            assert!(text.to_lowercase().replace('_', "-").contains("sec-fetch-site") && text.contains("same-origin"), "{name}");
        }
    }

    #[test]
    fn no_blank_is_left_in_a_snippet() {
        for outcome in Outcome::ALL {
            for lacks in [&[][..], &["session_tokens"]] {
                for (name, text) in snippets(outcome, &lacking(lacks), &Site::default(), "https://api.example.com") {
                    assert!(!text.contains("{{"), "{name}");
                    assert!(text.contains("https://id.example.com"), "{name}");
                }
            }
        }
        assert!(snippets(Outcome::None, &[], &Site::default(), "a").is_empty());
        assert!(!snippets(Outcome::Jwt, &[], &Site::default(), "a").contains_key("nginx"));
        assert!(snippets(Outcome::JwtCookie, &[], &Site::default(), "a").contains_key("nginx"));
    }
}
