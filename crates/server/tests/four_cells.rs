//! One sign-in, four ways to deliver it, one kill switch: against the real binary over a socket.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use house::{Credential, House, PASSWORD};
use serde_json::{Value, json};

const CELLS: [&str; 4] = ["cookie", "token", "jwt", "jwt_cookie"];
const ADA: &str = "ada@example.org";

fn open() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(&folder.path().join("data"));
    house.register(ADA);
    (folder, house)
}

#[test]
fn every_cell_says_who_is_calling_and_how_that_was_proven() {
    let (_folder, house) = open();
    for cell in CELLS {
        let credential = house.sign_in(ADA, cell);
        let answer = credential.send(&house, "GET", "/api/v1/session", &Value::Null);
        assert_eq!(answer.status, 200, "{cell}: {answer:?}");
        let body = answer.json();
        assert_eq!(body["user"]["email"], ADA);
        assert_eq!(body["session"]["id"], credential.session);
        assert_eq!(body["credential"]["cell"], cell);
        assert_eq!(answer.all("cache-control"), ["no-store"]);
        for secret in credential.cookies.iter().filter_map(|pair| pair.split_once('=')).map(|(_, value)| value) {
            assert!(!answer.body.contains(secret), "{cell}");
        }
    }
}

#[test]
fn a_sign_out_ends_everything_under_the_session() {
    let (_folder, house) = open();
    for cell in CELLS {
        let credential = house.sign_in(ADA, cell);
        assert!(credential.is_taken(&house), "{cell}");
        let answer = credential.send(&house, "DELETE", "/api/v1/session", &Value::Null);
        assert_eq!(answer.status, 204, "{cell}: {answer:?}");
        assert_eq!(answer.all("set-cookie").is_empty(), credential.bearer.is_some(), "{cell}");
        assert!(!credential.is_taken(&house), "{cell}");
        if let Some(refresh) = &credential.refresh {
            assert_eq!(refreshed(&house, refresh).status, 400);
        }
        if cell == "jwt_cookie" {
            let answer = credential.send(&house, "POST", "/api/v1/session/refresh", &Value::Null);
            assert_eq!((answer.status, answer.code()), (401, "not_signed_in".to_owned()));
            assert_eq!(answer.all("set-cookie"), Vec::<&str>::new());
        }
    }
}

#[test]
fn ending_a_session_elsewhere_reaches_every_cell_at_once() {
    let (_folder, house) = open();
    let phone = house.sign_in(ADA, "token");
    for cell in CELLS {
        let credential = house.sign_in(ADA, cell);
        let path = format!("/api/v1/sessions/{}", credential.session);
        assert_eq!(phone.send(&house, "DELETE", &path, &Value::Null).status, 204, "{cell}");
        assert!(!credential.is_taken(&house), "{cell}");
        let reach = phone.send(&house, "GET", &format!("{path}/reach"), &Value::Null).json();
        assert_eq!((&reach["state"], &reach["cause"]), (&"ended".into(), &"ended_elsewhere".into()), "{cell}");
    }
    assert!(phone.is_taken(&house));
}

fn refreshed(house: &House, token: &str) -> house::Answer {
    let form = format!("grant_type=refresh_token&refresh_token={token}");
    house.send("POST", "/oauth/token", &[("Content-Type", "application/x-www-form-urlencoded")], &form)
}

#[test]
fn two_tabs_that_refresh_at_once_get_the_same_successor_and_reuse_later_ends_the_session() {
    let (_folder, house) = open();
    let credential = house.sign_in(ADA, "jwt");
    let first = credential.refresh.clone().unwrap();
    let one = refreshed(&house, &first).json();
    let two = refreshed(&house, &first).json();
    assert_eq!(one["refresh_token"], two["refresh_token"]);
    assert_ne!(one["access_token"], two["access_token"]);
    let third = refreshed(&house, one["refresh_token"].as_str().unwrap()).json();
    assert_eq!(refreshed(&house, &first).json(), json!({ "error": "invalid_grant" }));
    let last = refreshed(&house, third["refresh_token"].as_str().unwrap());
    assert_eq!((last.status, last.json()), (400, json!({ "error": "invalid_grant" })));
    assert!(!credential.is_taken(&house));
}

#[test]
fn the_cookies_of_a_jwt_rotate_together() {
    let (_folder, house) = open();
    let credential = house.sign_in(ADA, "jwt_cookie");
    let answer = credential.send(&house, "POST", "/api/v1/session/refresh", &Value::Null);
    assert_eq!(answer.status, 200, "{answer:?}");
    let next =
        Credential { cookies: vec![answer.cookie("-jwt").unwrap(), answer.cookie("-refresh").unwrap()], ..credential.clone() };
    assert!(next.is_taken(&house));
    let planted =
        Credential { cookies: vec![next.cookies[0].clone(), house.sign_in(ADA, "jwt_cookie").cookies[1].clone()], ..credential };
    assert_eq!(planted.send(&house, "POST", "/api/v1/session/refresh", &Value::Null).status, 401);
    assert!(next.is_taken(&house), "a planted refresh cookie signs nobody out");
}

#[test]
fn a_restart_keeps_every_session_and_revives_none() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut house = House::open(&data);
    house.register(ADA);
    let kept: Vec<_> = CELLS.iter().map(|cell| house.sign_in(ADA, cell)).collect();
    let ended: Vec<_> = CELLS.iter().map(|cell| house.sign_in(ADA, cell)).collect();
    for credential in &ended {
        assert_eq!(credential.send(&house, "DELETE", "/api/v1/session", &Value::Null).status, 204);
    }
    let port = house.port;
    house.kill();
    let house = House::open_at(&data, port);
    for (kept, ended) in kept.iter().zip(&ended) {
        assert!(kept.is_taken(&house), "{}", kept.cell);
        assert!(!ended.is_taken(&house), "{}", ended.cell);
    }
}

#[test]
fn a_password_change_ends_every_session_and_goes_on_with_a_fresh_one() {
    let (_folder, house) = open();
    let mut password = PASSWORD.to_owned();
    for (round, cell) in CELLS.iter().enumerate() {
        let sign_in = |cell: &str, password: &str| {
            let body = json!({ "email": ADA, "password": password, "deliver": cell });
            Credential::of(cell, &house.send_json("POST", "/api/v1/sessions", &[], &body))
        };
        let (mine, thief) = (sign_in(cell, &password), sign_in("token", &password));
        let new = format!("another long sentence {round}");
        let body = json!({ "current_password": password, "new_password": new });
        let answer = mine.send(&house, "PUT", "/api/v1/user/password", &body);
        assert_eq!(answer.status, if mine.bearer.is_some() { 200 } else { 204 }, "{cell}: {answer:?}");
        assert!(!mine.is_taken(&house) && !thief.is_taken(&house), "{cell}");
        assert!(Credential::of(cell, &answer).is_taken(&house), "{cell}");
        password = new;
    }
}

#[test]
fn a_step_up_keeps_the_session_and_renews_the_proof() {
    let (_folder, house) = open();
    for cell in CELLS {
        let credential = house.sign_in(ADA, cell);
        let wrong =
            credential.send(&house, "POST", "/api/v1/session/reauthenticate", &json!({ "password": "not this one at all" }));
        assert_eq!((wrong.status, wrong.code()), (401, "invalid_credentials".to_owned()), "{cell}");
        let answer = credential.send(&house, "POST", "/api/v1/session/reauthenticate", &json!({ "password": PASSWORD }));
        assert_eq!(answer.status, 200, "{cell}: {answer:?}");
        let next = Credential::of(cell, &answer);
        assert_eq!(next.session, credential.session, "{cell}");
        assert!(next.is_taken(&house), "{cell}");
        if matches!(cell, "cookie" | "token") {
            // For requests in flight the former secret still reads, and writes nothing.
            assert!(credential.is_taken(&house), "{cell}");
            let late = credential.send(&house, "DELETE", "/api/v1/session", &Value::Null);
            assert_eq!((late.status, late.code()), (401, "session_rotated".to_owned()), "{cell}");
        }
    }
}

#[test]
fn a_request_from_another_origin_changes_nothing_in_any_cookie_cell() {
    let (_folder, house) = open();
    let foreign: [&[(&str, &str)]; 5] = [
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "none")],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
    ];
    for cell in ["cookie", "jwt_cookie"] {
        let credential = house.sign_in(ADA, cell);
        let cookies = credential.cookies.join("; ");
        for (method, path) in [("DELETE", "/api/v1/session"), ("DELETE", "/api/v1/sessions"), ("POST", "/api/v1/session/tokens")]
        {
            for headers in foreign.iter().chain([&(&[] as &[(&str, &str)])]) {
                let headers: Vec<_> = headers.iter().copied().chain([("Cookie", cookies.as_str())]).collect();
                let answer = house.send(method, path, &headers, "");
                assert_eq!(
                    (answer.status, answer.code()),
                    (403, "cross_origin".to_owned()),
                    "{cell} {method} {path} {headers:?}"
                );
            }
        }
        assert!(credential.is_taken(&house), "{cell}");
    }
}

#[test]
fn a_broken_credential_gets_the_same_answer_whatever_is_broken() {
    let (_folder, house) = open();
    let token = house.sign_in(ADA, "token").bearer.unwrap();
    let jwt = house.sign_in(ADA, "jwt").bearer.unwrap();
    let mut answers = Vec::new();
    for good in [&token, &jwt] {
        let flipped = |at: usize| {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(bytes).unwrap()
        };
        let broken = [
            good[..good.len() - 1].to_owned(),
            flipped(10),
            flipped(good.len() - 20),
            format!("x{good}"),
            format!("{good}{good}"),
        ];
        for text in broken {
            let answer = house.send("GET", "/api/v1/session", &[("Authorization", &format!("Bearer {text}"))], "");
            answers.push((
                answer.status,
                answer.body,
                answer.headers.iter().find(|(name, _)| name == "www-authenticate").cloned(),
            ));
        }
    }
    assert_eq!(answers[0].0, 401);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    let cookie_in_header = house.sign_in(ADA, "cookie").cookies[0].split_once('=').unwrap().1.to_owned();
    let carried = house.send("GET", "/api/v1/session", &[("Authorization", &format!("Bearer {cookie_in_header}"))], "");
    assert_eq!(carried.status, 401, "a ticket counts only in the carrier of its cell");
}

#[test]
fn bad_input_is_named_and_never_a_failure_of_the_server() {
    let (_folder, house) = open();
    let json_type = ("Content-Type", "application/json");
    for (path, headers, body, status, code) in [
        ("/api/v1/sessions", &[json_type][..], "{", 400, "malformed_request"),
        ("/api/v1/sessions", &[json_type], "{}", 400, "invalid_field"),
        ("/api/v1/sessions", &[json_type], r#"{"email":1,"password":"x"}"#, 400, "invalid_field"),
        ("/api/v1/sessions", &[json_type], r#"{"email":"a@b.c","password":"x","x":1}"#, 400, "invalid_field"),
        ("/api/v1/sessions", &[json_type], r#"{"email":"a@b.c","email":"a@b.c","password":"x"}"#, 400, "invalid_field"),
        ("/api/v1/sessions", &[json_type], r#"{"email":"a@b.c","password":"x","deliver":"pigeon"}"#, 400, "invalid_field"),
        ("/api/v1/sessions", &[json_type], r#"{"email":"a@b.c","password":"x","client_id":"nobody"}"#, 400, "unknown_client"),
        ("/api/v1/sessions", &[json_type], r#"{"email":"a@b.c","password":"x"}"#, 401, "invalid_credentials"),
        ("/api/v1/sessions", &[], "{}", 415, "unsupported_media_type"),
        ("/api/v1/sessions", &[("Content-Type", "text/plain")], "{}", 415, "unsupported_media_type"),
        ("/api/v1/users", &[json_type], r#"{"email":"b@b.c","password":"short"}"#, 400, "invalid_field"),
        ("/api/v1/users", &[json_type], r#"{"email":"b@b.c","password":"passwordpassword"}"#, 400, "invalid_field"),
        ("/api/v1/users", &[json_type], r#"{"email":"b","password":"correct horse battery"}"#, 400, "invalid_field"),
        ("/api/v1/users", &[json_type], r#"{"email":"ada@example.org","password":"correct horse battery"}"#, 409, "email_taken"),
        ("/nothing", &[json_type], "{}", 404, "not_found"),
        ("/healthz", &[json_type], "{}", 405, "method_not_allowed"),
    ] {
        let answer = house.send("POST", path, headers, body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path} {body} {answer:?}");
        assert_eq!(answer.all("content-type"), ["application/problem+json"]);
    }
    let large = house.send("POST", "/api/v1/sessions", &[json_type], &" ".repeat(70_000));
    assert_eq!((large.status, large.code()), (413, "too_large".to_owned()));
    let host = house.send("GET", "/api/v1/session", &[("Host", "evil.example")], "");
    assert!(matches!(host.status, 400 | 421), "{host:?}");
}

#[test]
fn nothing_secret_is_in_the_log_or_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut house = House::open(&data);
    house.register(ADA);
    let mut secrets = vec![PASSWORD.to_owned()];
    for cell in CELLS {
        let credential = house.sign_in(ADA, cell);
        assert!(credential.is_taken(&house));
        secrets.extend(credential.cookies.iter().map(|pair| pair.split_once('=').unwrap().1.to_owned()));
        secrets.extend(credential.bearer.into_iter().chain(credential.refresh));
    }
    house.kill();
    let mut kept = std::fs::read(house.log.path()).unwrap();
    for file in std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()) {
        if file.is_file() && file.file_name().is_some_and(|name| name != "master.key") {
            kept.extend(std::fs::read(file).unwrap());
        }
    }
    for secret in secrets {
        // A token's public part is an id: what must not be found is the rest.
        let part = if secret.starts_with("cr") { &secret[26..] } else { &secret[..] };
        assert!(!kept.windows(part.len()).any(|window| window == part.as_bytes()), "{}…", &secret[..8]);
    }
}
