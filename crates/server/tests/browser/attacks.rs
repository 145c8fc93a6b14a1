//! Another site attacks whoever is signed in here. Two sites do: one of another registrable domain, to which the browser lends no cookie for
//! a post, and one on another port of the same host, to which it lends them all.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::attacker::Attacker;
use crate::chromium::Browser;
use crate::house::{Credential, PASSWORD};
use crate::stage::{ADA, Stage, is_signed_in};

const EVE: &str = "eve@example.org";
const MALLORY: &str = "mallory@example.org";
/// How many paths there are in `attack.html`.
const PATHS: usize = 17;
/// Of its routes those that take a navigation: the pages' own forms, and resuming.
const NAVIGABLE: [usize; 7] = [0, 1, 2, 3, 4, 5, 12];

#[test]
fn another_site_changes_nothing_for_a_session_in_a_cookie() {
    attack("cookie", "__Host-Http-cloakroom");
}

#[test]
fn another_site_changes_nothing_for_a_jwt_in_a_cookie() {
    attack("jwt_cookie", "__Host-Http-cloakroom-jwt");
}

fn attack(cell: &str, cookie: &str) {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::with_ada();
    stage.house.register(EVE);
    let witness = stage.house.sign_in(ADA, "token");
    stage.sign_in_by_script(&browser, cell);
    let before = state(&stage, &witness);
    let kept = browser.cookie(cookie).unwrap();
    let page = include_str!("attack.html").replace("TARGET", &stage.house.port.to_string()).replace("SESSION", &witness.session);
    let attacker = Attacker::serve(page);

    for host in ["attacker.localhost", "localhost"] {
        browser.log("performance");
        let evil = format!("http://{host}:{}/", attacker.port);
        browser.go(&evil);
        browser.wait_until("the attack", |browser| browser.title() == "done");
        let seen = Seen::of(&browser, &stage);
        assert_eq!(seen.refused(host), PATHS, "{host}: every path was tried");
        assert_eq!(seen.has_sent(cookie), host == "localhost", "{host}: what the browser lends");
        for route in NAVIGABLE {
            for how in ["post", "get"] {
                browser.go(&format!("{evil}?route={route}&how={how}"));
                browser.wait_until("the way to the server", |browser| browser.url().starts_with(&stage.origin()));
            }
        }
        assert_eq!(Seen::of(&browser, &stage).refused(host), NAVIGABLE.len(), "{host}");
        assert_eq!(state(&stage, &witness), before, "{host}");
        assert!(is_signed_in(&stage, &browser), "{host}");
        assert!(browser.text("header .who").contains(ADA), "{host}: still the same person");
    }
    if cell == "cookie" {
        assert_eq!(browser.cookie(cookie).unwrap()["value"], kept["value"]);
    }
    assert!(witness.is_taken(&stage.house));
    let sign_in = |email: &str| {
        let body = json!({ "email": email, "password": PASSWORD, "deliver": "token" });
        stage.house.send_json("POST", "/api/v1/sessions", &[], &body).status
    };
    assert_eq!((sign_in(ADA), sign_in(EVE), sign_in(MALLORY)), (201, 201, 401));
}

/// Every session of Ada's, and when she proved who she is.
fn state(stage: &Stage, witness: &Credential) -> Vec<(Value, Value)> {
    let list = witness.send(&stage.house, "GET", "/api/v1/sessions", &Value::Null).json();
    list["sessions"].as_array().unwrap().iter().map(|one| (one["id"].clone(), one["authenticated_at"].clone())).collect()
}

/// What the browser sent to the server, and what it was told.
struct Seen {
    /// Method and path of each request, by the browser's own id.
    requests: BTreeMap<String, (String, String)>,
    statuses: BTreeMap<String, u64>,
    cookies: BTreeSet<String>,
}

impl Seen {
    fn of(browser: &Browser, stage: &Stage) -> Self {
        let mut seen = Self { requests: BTreeMap::new(), statuses: BTreeMap::new(), cookies: BTreeSet::new() };
        for entry in browser.log("performance") {
            let message: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
            let (kind, params) = (&message["message"]["method"], &message["message"]["params"]);
            let id = params["requestId"].as_str().unwrap_or_default().to_owned();
            if kind == "Network.requestWillBeSent" {
                let url = params["request"]["url"].as_str().unwrap();
                if let Some(path) = url.strip_prefix(&stage.origin()) {
                    seen.requests.insert(id, (params["request"]["method"].as_str().unwrap().to_owned(), path.to_owned()));
                }
            } else if kind == "Network.responseReceivedExtraInfo" {
                seen.statuses.insert(id, params["statusCode"].as_u64().unwrap());
            } else if kind == "Network.requestWillBeSentExtraInfo" {
                let sent = params["headers"]["Cookie"].as_str().unwrap_or_default();
                if seen.requests.get(&id).is_some_and(|(method, _)| method == "POST") {
                    seen.cookies
                        .extend(sent.split("; ").filter_map(|pair| pair.split_once('=')).map(|(name, _)| name.to_owned()));
                }
            }
        }
        seen
    }

    fn has_sent(&self, cookie: &str) -> bool {
        self.cookies.contains(cookie)
    }

    /// None of the posts was taken; where no cookie counts, they were read and refused for what they are. Gives how many paths they had.
    fn refused(&self, host: &str) -> usize {
        let mut posted = BTreeSet::new();
        for (id, (method, path)) in &self.requests {
            let Some(status) = self.statuses.get(id) else { continue };
            if method != "POST" {
                continue;
            }
            let expected: &[u64] = if path.starts_with("/oauth/") { &[400, 401, 415] } else { &[403] };
            assert!(expected.contains(status), "{host}: {method} {path} got {status}");
            posted.insert(path);
        }
        posted.len()
    }
}
