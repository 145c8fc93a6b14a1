//! What an attacker did once, each under its own name.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use std::time::Duration;

use house::{Credential, Door, House, PASSWORD};
use serde_json::{Value, json};

const ADA: &str = "ada@example.org";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

fn open() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(&folder.path().join("data"));
    house.register(ADA);
    (folder, house)
}

#[test]
fn a_form_of_thousands_of_names_is_not_read_to_its_end() {
    let (_folder, house) = open();
    let refresh = house.sign_in(ADA, "jwt").refresh.unwrap();
    let junk: Vec<String> = (0..10_000).map(|number| format!("{number:x}")).collect();
    let form = format!("grant_type=refresh_token&refresh_token={refresh}&{}", junk.join("&"));
    let answer = house.send("POST", "/oauth/token", &[FORM], &form);
    assert_eq!((answer.status, answer.json()), (400, json!({ "error": "invalid_request" })));
    assert_eq!(house.refresh(&refresh).status, 200);
}

#[test]
fn an_empty_address_is_a_wrong_address() {
    let (_folder, house) = open();
    let answer = house.send_json("POST", "/api/v1/users", &[], &json!({ "email": "", "password": "" }));
    assert_eq!((answer.status, answer.code()), (400, "invalid_field".to_owned()));
    assert_eq!(answer.json()["errors"]["email"][0]["code"], "invalid_email");
}

#[test]
fn a_flood_of_unknown_members_earns_a_short_answer() {
    let (_folder, house) = open();
    let members: serde_json::Map<_, _> = (0..2_000).map(|number| (format!("member-{number}"), Value::Null)).collect();
    let answer = house.send_json("POST", "/api/v1/sessions", &[], &Value::Object(members));
    assert_eq!((answer.status, answer.code()), (400, "invalid_field".to_owned()));
    assert!(answer.body.len() < 8_192, "{}", answer.body.len());
}

#[test]
fn a_path_that_is_not_utf_8_is_a_problem_like_any_other() {
    let (_folder, house) = open();
    let credential = house.sign_in(ADA, "token");
    for (method, path) in [("DELETE", "/api/v1/sessions/%ff"), ("GET", "/api/v1/sessions/%ff/reach")] {
        let answer = credential.send(&house, method, path, &Value::Null);
        assert_eq!((answer.status, answer.code()), (400, "malformed_request".to_owned()), "{path}");
        assert_eq!(answer.all("content-type"), ["application/problem+json"]);
    }
}

#[test]
fn a_session_that_is_ended_while_its_password_change_is_hashed_earns_no_fresh_one() {
    let (_folder, house) = open();
    let phone = house.sign_in(ADA, "token");
    for round in 0..12 {
        let thief = house.sign_in(ADA, "token");
        let port = house.port;
        let body = json!({ "current_password": PASSWORD, "new_password": format!("a new and long one {round}") });
        let headers = ("Authorization", format!("Bearer {}", thief.bearer.clone().unwrap()));
        let changing = std::thread::spawn(move || {
            Door(port).send_json("PUT", "/api/v1/user/password", &[(headers.0, &headers.1)], &body).unwrap()
        });
        std::thread::sleep(Duration::from_millis(3 * round));
        let ended = phone.send(&house, "DELETE", &format!("/api/v1/sessions/{}", thief.session), &Value::Null);
        let changed = changing.join().unwrap();
        if !phone.is_taken(&house) {
            // The change was first: it ended the phone's session too, and the thief has what they were given. That is another story.
            assert_eq!(changed.status, 200, "{changed:?}");
            return;
        }
        assert_eq!((ended.status, changed.status, changed.code()), (204, 401, "not_signed_in".to_owned()));
    }
}

#[test]
fn an_exchanged_token_does_not_earn_the_credential_itself() {
    let (_folder, house) = open();
    for cell in ["cookie", "token"] {
        let held = house.sign_in(ADA, cell);
        let exchanged = held.send(&house, "POST", "/api/v1/session/tokens", &Value::Null);
        assert_eq!(exchanged.status, 201, "{exchanged:?}");
        let bearer = exchanged.json()["access_token"].as_str().map(str::to_owned);
        let letter = Credential { bearer, cookies: Vec::new(), ..held.clone() };
        assert!(letter.is_taken(&house));
        let answer = letter.send(&house, "POST", "/api/v1/session/reauthenticate", &json!({ "password": PASSWORD }));
        assert_eq!((answer.status, answer.code()), (401, "not_signed_in".to_owned()), "{cell}");
        assert!(answer.all("set-cookie").is_empty() && held.is_taken(&house));
    }
}

#[test]
fn disabling_an_account_while_no_server_runs_reaches_its_letters_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut house = House::open(&data);
    house.register(ADA);
    let credentials: Vec<_> = ["cookie", "token", "jwt", "jwt_cookie"].map(|cell| house.sign_in(ADA, cell)).into();
    let port = house.port;
    house.kill();
    let disabled = house.operator(&["users", "disable", ADA]);
    assert_eq!(disabled["user_disabled"]["sessions_ended"], 4, "{disabled}");
    let house = House::open_at(&data, port);
    for credential in credentials {
        assert!(!credential.is_taken(&house), "{}", credential.cell);
    }
}

#[test]
fn a_text_with_two_dots_is_no_access_token() {
    let (_folder, house) = open();
    let revoke = |token: &str| house.send("POST", "/oauth/revoke", &[FORM], &format!("token={token}"));
    assert_eq!(revoke("1.2.3").status, 200);
    let letter = house.sign_in(ADA, "jwt").bearer.unwrap();
    assert_eq!(revoke(&letter).json()["error"], "unsupported_token_type");
}

#[test]
fn signing_out_with_a_doubled_cookie_ends_whatever_is_among_its_values() {
    let (_folder, house) = open();
    let ours = ("Sec-Fetch-Site", "same-origin");
    for planted in ["x", "crs_AAAA"] {
        let held = house.sign_in(ADA, "cookie");
        let name = held.cookies[0].split_once('=').unwrap().0;
        let twice = format!("{}; {name}={planted}", held.cookies[0]);
        assert_eq!(house.send("GET", "/api/v1/session", &[("Cookie", &twice)], "").status, 401);
        let answer = house.send("DELETE", "/api/v1/session", &[("Cookie", &twice), ours], "");
        assert_eq!((answer.status, answer.all("set-cookie").len()), (204, 1), "{answer:?}");
        assert!(!held.is_taken(&house));
    }
    let nothing =
        house.send("DELETE", "/api/v1/session", &[("Cookie", "__Host-Http-cloakroom=x; __Host-Http-cloakroom=y"), ours], "");
    assert_eq!((nothing.status, nothing.code()), (401, "not_signed_in".to_owned()));
}

#[test]
fn a_server_whose_clock_is_behind_judges_nobody_until_it_is_accepted_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut house = House::open(&data);
    house.register(ADA);
    let port = house.port;
    house.kill();
    let newest = |seconds: i64| {
        let database = rusqlite::Connection::open(data.join("cloakroom.db")).unwrap();
        let sql = "UPDATE meta SET value = ?1 WHERE name = 'newest_time'";
        let now: i64 = database.query_row("SELECT unixepoch()", [], |row| row.get(0)).unwrap();
        assert_eq!(database.execute(sql, [((now + seconds) * 1_000).to_be_bytes()]).unwrap(), 1);
    };
    // As if the last run had been under a clock an hour ahead of this one.
    newest(3_600);
    let house = House::open_at(&data, port);
    assert_eq!(house.send("GET", "/readyz", &[], "").status, 503);
    let refused = house.send("POST", "/oauth/token", &[FORM], "grant_type=refresh_token&refresh_token=x");
    assert_eq!((refused.status, refused.json()["error"].as_str()), (503, Some("temporarily_unavailable")));
    let answer = house.send_json("POST", "/api/v1/sessions", &[], &json!({ "email": ADA, "password": PASSWORD }));
    assert_eq!((answer.status, answer.code()), (503, "store_unavailable".to_owned()));
    assert_eq!(house.operator(&["clock", "accept"]), json!("clock_accepted"));
    assert_eq!(house.send("GET", "/readyz", &[], "").status, 200);
    drop(house);
    let house = House::open_at(&data, port);
    assert_eq!(house.send("GET", "/readyz", &[], "").status, 200, "what was accepted is not asked again");
    assert!(house.sign_in(ADA, "jwt").is_taken(&house));
}
