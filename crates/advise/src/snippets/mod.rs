//! Short programs that run against this version, with issuer, audience and cookie name filled in.
//!
//! 1. Where the server that answers has to look a session up, the program asks `GET /api/v1/session` and passes on the caller's own
//!    credential; so also where the outcome would ask in a way that the build lacks.
//! 2. Where a JWT is checked by its signature, the program checks it.
//! 3. nginx asks for sessions, and for the JWT in our cookie, which is made out to Cloakroom itself. It cannot check another JWT.

use std::collections::BTreeMap;

use crate::context::Site;
use crate::outcome::Outcome;

/// The snippets that apply to an outcome, by the name of the framework.
pub(crate) fn snippets(outcome: Outcome, is_built: bool, site: &Site, audience: &str) -> BTreeMap<&'static str, String> {
    let asks_today = !outcome.servers_take_jwt() || !is_built && !matches!(outcome, Outcome::Jwt | Outcome::JwtCookie);
    let asks_today = asks_today && outcome != Outcome::JwtIntrospect;
    let templates: &[(&str, &str)] = match outcome {
        Outcome::None => &[],
        _ if asks_today => &ASK,
        _ => &VERIFY,
    };
    let mut filled: BTreeMap<_, _> = templates.iter().map(|(name, text)| (*name, fill(text, site, audience))).collect();
    if outcome == Outcome::JwtCookie {
        filled.insert("nginx", fill(include_str!("ask_nginx.txt"), site, audience));
    }
    filled
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

    #[test]
    fn no_blank_is_left_in_a_snippet() {
        for outcome in Outcome::ALL {
            for is_built in [true, false] {
                for (name, text) in snippets(outcome, is_built, &Site::default(), "https://api.example.com") {
                    assert!(!text.contains("{{"), "{name}");
                    assert!(text.contains("https://id.example.com"), "{name}");
                }
            }
        }
        assert!(snippets(Outcome::None, true, &Site::default(), "a").is_empty());
        assert!(!snippets(Outcome::Jwt, true, &Site::default(), "a").contains_key("nginx"));
        assert!(snippets(Outcome::JwtCookie, true, &Site::default(), "a").contains_key("nginx"));
    }
}
