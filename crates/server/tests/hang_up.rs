//! Clients that hang up before they are answered.
//!
//! 1. What they asked is done or not done, never by halves: no credential is alive whose row is gone, and none is gone whose row is there.
//! 2. What is compared is what a client can try, a credential, with what the rows say: an operator's list, and the file itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use std::collections::HashSet;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use house::{BINARY, Credential, House, PASSWORD};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

const CELLS: [&str; 4] = ["cookie", "token", "jwt", "jwt_cookie"];
const ADA: &str = "ada@example.org";
const NEW_PASSWORD: &str = "another long sentence about nothing";

fn open(folder: &Path) -> House {
    let mut command = Command::new(BINARY);
    command.env("CLOAKROOM_SESSIONS_LIMIT_PER_USER", "5000");
    let house = House::open_by(command, &folder.join("data"), 0);
    house.register(ADA);
    house
}

/// Sends a request, waits, and hangs up.
fn hang_up(house: &House, credential: Option<&Credential>, method: &str, path: &str, body: &Value, wait: Duration) {
    let headers = credential.map(Credential::headers).unwrap_or_default();
    let mut headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    headers.extend((!body.is_null()).then_some(("Content-Type", "application/json")));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let stream = house.door().begin(method, path, &headers, &body).unwrap();
    thread::sleep(wait);
    // It may have been answered and closed already.
    let _ = stream.shutdown(Shutdown::Both);
}

/// The database, for reading beside the server.
fn rows(house: &House) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(house.data().join("cloakroom.db"), flags).unwrap()
}

fn number(house: &House, sql: &str) -> i64 {
    rows(house).query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Waits until what was asked by those who have gone is over: nothing changes for half a second.
fn wait_until_quiet(house: &House) {
    let state = || {
        let sql = "SELECT (SELECT total(version) FROM users) || ' ' || (SELECT total(version) FROM sessions) || ' '
            || (SELECT count(*) FROM sessions) || ' ' || (SELECT total(counter) FROM refresh_families)";
        rows(house).query_row(sql, [], |row| row.get::<_, String>(0)).unwrap()
    };
    let (mut last, mut quiet) = (state(), 0);
    for _ in 0..600 {
        thread::sleep(Duration::from_millis(100));
        let now = state();
        quiet = if now == last { quiet + 1 } else { 0 };
        if quiet == 5 {
            return;
        }
        last = now;
    }
    panic!("the server does not come to rest");
}

/// Whether a session's refresh token redeems; a session cell has none, and then it is what `otherwise` says.
fn redeems(house: &House, credential: &Credential, otherwise: bool) -> bool {
    match (credential.cell.as_str(), &credential.refresh) {
        ("jwt_cookie", _) => credential.send(house, "POST", "/api/v1/session/refresh", &Value::Null).status == 200,
        (_, Some(token)) => house.refresh(token).status == 200,
        _ => otherwise,
    }
}

/// Signs in `count` times in each cell, at once.
fn sign_in_often(house: &House, count: usize) -> Vec<Credential> {
    let of_cells = thread::scope(|scope| {
        let signing_in = CELLS.map(|cell| scope.spawn(move || (0..count).map(|_| house.sign_in(ADA, cell)).collect::<Vec<_>>()));
        signing_in.map(|of_cell| of_cell.join().unwrap())
    });
    of_cells.concat()
}

fn assert_rows_and_credentials_agree<'a>(house: &House, credentials: impl IntoIterator<Item = &'a Credential>) {
    let kept: HashSet<_> = house.sessions_of(ADA).into_iter().collect();
    for credential in credentials {
        let has_row = kept.contains(&credential.session);
        assert_eq!(credential.is_taken(house), has_row, "{credential:?}");
        assert_eq!(redeems(house, credential, has_row), has_row, "{credential:?}");
    }
    assert_no_half_states(house);
}

/// A session of a JWT cell has one family, any other none, and no family is without its session.
fn assert_no_half_states(house: &House) {
    let sql = "SELECT count(*) FROM sessions WHERE (cell IN ('jwt', 'jwt_cookie'))
        != (SELECT count(*) FROM refresh_families WHERE session_id = sessions.id)";
    assert_eq!(number(house, sql), 0);
    assert_eq!(number(house, "SELECT count(*) FROM refresh_families WHERE session_id NOT IN (SELECT id FROM sessions)"), 0);
}

#[test]
fn a_thousand_sign_outs_whose_client_hangs_up_leave_no_credential_without_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let house = open(folder.path());
    let credentials = sign_in_often(&house, 250);
    assert_eq!(house.sessions_of(ADA).len(), 1_000);
    thread::scope(|scope| {
        for part in credentials.chunks(250) {
            let house = &house;
            scope.spawn(move || {
                for (place, credential) in part.iter().enumerate() {
                    // Most are gone at once; some give the server a moment, in which the sign-out may be at any point.
                    let wait = Duration::from_micros(if place % 4 == 0 { 50 * (place as u64 % 40) } else { 0 });
                    hang_up(house, Some(credential), "DELETE", "/api/v1/session", &Value::Null, wait);
                }
            });
        }
    });
    wait_until_quiet(&house);
    assert!(house.sessions_of(ADA).len() < 1_000, "no sign-out reached the server");
    assert_rows_and_credentials_agree(&house, &credentials);
}

#[test]
fn a_sign_in_whose_client_hangs_up_makes_a_whole_session_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let house = open(folder.path());
    let witness = house.sign_in(ADA, "token");
    for step in 0..100 {
        let body = json!({ "email": ADA, "password": PASSWORD, "deliver": CELLS[step % 4] });
        hang_up(&house, None, "POST", "/api/v1/sessions", &body, Duration::from_millis(step as u64 % 50));
    }
    wait_until_quiet(&house);
    assert_no_half_states(&house);
    let listed = witness.send(&house, "GET", "/api/v1/sessions", &Value::Null).json();
    assert_eq!(listed["sessions"].as_array().unwrap().len(), house.sessions_of(ADA).len());
    assert!(witness.is_taken(&house));
}

#[test]
fn a_refresh_whose_client_hangs_up_costs_nobody_the_session() {
    let folder = tempfile::tempdir().unwrap();
    let house = open(folder.path());
    let form_type = ("Content-Type", "application/x-www-form-urlencoded");
    for round in 0..10 {
        let (app, browser) = (house.sign_in(ADA, "jwt"), house.sign_in(ADA, "jwt_cookie"));
        let form = format!("grant_type=refresh_token&refresh_token={}", app.refresh.as_deref().unwrap());
        for step in 0..10 {
            let wait = Duration::from_micros(60 * (10 * round + step));
            let stream = house.door().begin("POST", "/oauth/token", &[form_type], &form).unwrap();
            thread::sleep(wait);
            let _ = stream.shutdown(Shutdown::Both);
            hang_up(&house, Some(&browser), "POST", "/api/v1/session/refresh", &Value::Null, wait);
        }
        // The counter has moved by one at most, whatever was asked how often: the last token that arrived goes on.
        assert!(app.is_taken(&house) && browser.is_taken(&house));
        assert_rows_and_credentials_agree(&house, [&app, &browser]);
    }
    assert_eq!(number(&house, "SELECT max(counter) FROM refresh_families"), 1);
}

#[test]
fn a_password_change_whose_client_hangs_up_is_made_with_all_that_follows_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let house = open(folder.path());
    let (mut old, mut new) = (PASSWORD, NEW_PASSWORD);
    let mut made = 0;
    for step in 0..32 {
        let sign_in = |cell: &str, password: &str| {
            let body = json!({ "email": ADA, "password": password, "deliver": cell });
            house.send_json("POST", "/api/v1/sessions", &[], &body)
        };
        let before = CELLS.map(|cell| Credential::of(cell, &sign_in(cell, old)));
        let body = json!({ "current_password": old, "new_password": new });
        // Two hashes stand between the request and the commit.
        hang_up(&house, Some(&before[step % 4]), "PUT", "/api/v1/user/password", &body, Duration::from_millis(5 * step as u64));
        wait_until_quiet(&house);
        let kept = house.sessions_of(ADA).len();
        let was_made = sign_in("token", new).status == 201;
        assert_eq!(sign_in("token", old).status == 201, !was_made, "step {step}: one password counts");
        if was_made {
            assert_eq!(kept, 1, "step {step}: the fresh session alone");
            made += 1;
            (old, new) = (new, old);
        }
        for credential in &before {
            assert_eq!(credential.is_taken(&house), !was_made, "step {step}: {credential:?}");
            assert_eq!(redeems(&house, credential, !was_made), !was_made, "step {step}: {credential:?}");
        }
        assert_no_half_states(&house);
    }
    assert!(made > 0, "no change ever reached the store");
}

#[test]
fn half_a_request_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let house = open(folder.path());
    let body = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD }).to_string();
    for cell in CELLS {
        let credential = house.sign_in(ADA, cell);
        let headers =
            credential.headers().iter().fold(String::new(), |text, (name, value)| text + &format!("{name}: {value}\r\n"));
        let request = |method: &str, path: &str, body: &str| {
            let length = body.len();
            format!(
                "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\n{headers}Content-Type: application/json\r\n\
                 Content-Length: {length}\r\n\r\n{body}",
                house.port
            )
        };
        for whole in [request("DELETE", "/api/v1/session", ""), request("PUT", "/api/v1/user/password", &body)] {
            for cut in 1..=8 {
                let mut stream = TcpStream::connect(("127.0.0.1", house.port)).unwrap();
                stream.write_all(&whole.as_bytes()[..whole.len() - cut * cut]).unwrap();
            }
        }
        wait_until_quiet(&house);
        assert!(credential.is_taken(&house), "{cell}");
        assert!(house.sign_in(ADA, "token").is_taken(&house), "the password is still the old one");
    }
}
