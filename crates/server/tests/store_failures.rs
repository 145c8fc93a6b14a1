//! A database that cannot be written while the server runs.
//!
//! 1. What would have to be written is 503 `store_unavailable` with `Retry-After`, and none of it has happened.
//! 2. What memory can answer goes on: a session that was in use, and a JWT. Nothing that has ended comes back.
//! 3. Once it can be written again the server goes on by itself, and all that was ever acknowledged holds.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use house::{Answer, BINARY, Credential, House, PASSWORD};
use serde_json::{Value, json};

const CELLS: [&str; 4] = ["cookie", "token", "jwt", "jwt_cookie"];
const ADA: &str = "ada@example.org";
const NEW_PASSWORD: &str = "another long sentence about nothing";

fn sign_in(house: &House, cell: &str) -> Answer {
    house.send_json("POST", "/api/v1/sessions", &[], &json!({ "email": ADA, "password": PASSWORD, "deliver": cell }))
}

fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.all("retry-after").len(), 1, "{answer:?}");
    assert_eq!(answer.all("set-cookie"), Vec::<&str>::new(), "what was not done clears and sets nothing");
    let body = answer.json();
    if body["error"].is_null() {
        assert_eq!((&body["code"], &body["next"]), (&"store_unavailable".into(), &"retry".into()), "{answer:?}");
    } else {
        assert_eq!(body, json!({ "error": "temporarily_unavailable" }));
    }
}

/// What the refresh token of a credential gets; `None` in a session cell, which has none.
fn refresh(house: &House, credential: &Credential) -> Option<Answer> {
    match (credential.cell.as_str(), &credential.refresh) {
        ("jwt_cookie", _) => Some(credential.send(house, "POST", "/api/v1/session/refresh", &Value::Null)),
        (_, token) => token.as_deref().map(|token| house.refresh(token)),
    }
}

/// Waits until the server finds by itself that it is ready: nobody sends requests to one that is not. Then it must be.
fn wait_until_recovered(house: &House) {
    let recovers = (0..100).any(|_| {
        thread::sleep(Duration::from_millis(100));
        house.send("GET", "/readyz", &[], "").status == 200
    });
    assert!(recovers, "it can be written again, and the server does not notice");
    assert_eq!(sign_in(house, "token").status, 201);
}

/// Lives through a time in which nothing can be written, between `fail` and `repair`.
fn live_through(house: &mut House, fail: impl FnOnce(&House), repair: impl FnOnce(&House)) {
    house.register(ADA);
    let kept = CELLS.map(|cell| house.sign_in(ADA, cell));
    let ended = CELLS.map(|cell| house.sign_in(ADA, cell));
    for credential in &ended {
        assert_eq!(credential.send(house, "DELETE", "/api/v1/session", &Value::Null).status, 204);
    }
    assert!(kept.iter().all(|credential| credential.is_taken(house)));

    fail(house);
    for credential in &kept {
        assert_unavailable(&sign_in(house, &credential.cell));
        assert_unavailable(&credential.send(house, "DELETE", "/api/v1/session", &Value::Null));
        assert_unavailable(&credential.send(house, "DELETE", "/api/v1/sessions?keep=current", &Value::Null));
        let step_up = json!({ "password": PASSWORD });
        assert_unavailable(&credential.send(house, "POST", "/api/v1/session/reauthenticate", &step_up));
        let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
        assert_unavailable(&credential.send(house, "PUT", "/api/v1/user/password", &change));
        if let Some(answer) = refresh(house, credential) {
            assert_unavailable(&answer);
        }
        let body = json!({ "email": "late@example.org", "password": PASSWORD });
        assert_unavailable(&house.send_json("POST", "/api/v1/users", &[], &body));
        assert!(credential.is_taken(house), "{} goes on", credential.cell);
    }
    assert!(!ended.iter().any(|credential| credential.is_taken(house)));
    assert_eq!(house.send("GET", "/readyz", &[], "").status, 503);
    assert_eq!(house.send("GET", "/healthz", &[], "").status, 200);

    repair(house);
    wait_until_recovered(house);
    let (data, port) = (house.data().to_owned(), house.port);
    house.kill();
    *house = House::open_at(&data, port);
    assert!(!ended.iter().any(|credential| credential.is_taken(house)));
    for credential in &kept {
        assert!(credential.is_taken(house), "{}", credential.cell);
        assert!(refresh(house, credential).is_none_or(|answer| answer.status == 200), "{}", credential.cell);
        assert_eq!(credential.send(house, "DELETE", "/api/v1/session", &Value::Null).status, 204);
        assert!(!credential.is_taken(house), "{}", credential.cell);
    }
}

/// A server for which a write beyond the largest size of a file fails, as on a broken disk, instead of ending it. Its log is on that disk.
fn open_with_failing_writes(data: &Path) -> House {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"trap "" XFSZ; exec "$0" "$@""#, BINARY]);
    House::open_by(shell, data, House::lasting_port())
}

fn limit_file_size(house: &House, size: &str) {
    let pid = house.pid().to_string();
    let status = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={size}:unlimited")]).status();
    assert!(status.unwrap().success(), "prlimit comes with every Linux (util-linux)");
}

#[test]
fn a_disk_that_fails_every_write_costs_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = open_with_failing_writes(&folder.path().join("data"));
    live_through(&mut house, |house| limit_file_size(house, "0"), |house| limit_file_size(house, "unlimited"));
}

#[test]
fn a_database_file_that_is_moved_away_takes_no_writes_until_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut house = House::open_at(&data, House::lasting_port());
    let (place, elsewhere) = (data.join("cloakroom.db"), data.join("elsewhere.db"));
    let (there, back) = (place.clone(), elsewhere.clone());
    live_through(&mut house, move |_| fs::rename(there, back).unwrap(), move |_| fs::rename(elsewhere, place).unwrap());
}

/// The words by which `unshare` gives a process a disk of its own, where this machine allows it.
fn own_disk() -> Option<&'static [&'static str]> {
    let ways: [&[&str]; 2] = [&["--mount"], &["--mount", "--map-root-user"]];
    let works = |way: &&[&str]| {
        let mounted =
            Command::new("unshare").args(*way).args(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]).output();
        mounted.is_ok_and(|output| output.status.success())
    };
    ways.into_iter().find(works)
}

#[test]
fn a_disk_that_fills_up_costs_nothing_that_was_acknowledged() {
    let Some(own_disk) = own_disk() else {
        let _ = writeln!(std::io::stderr(), "not tested: a full disk, because this user may not mount a small one");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let mut command = Command::new("unshare");
    command.args(own_disk).args(["sh", "-c", r#"mount -t tmpfs -o size=8m,mode=0700 tmpfs "$DATA" && exec "$0" "$@""#, BINARY]);
    command.env("DATA", &data).env("CLOAKROOM_SESSIONS_LIMIT_PER_USER", "1000");
    let house = House::open_by(command, &data, 0);
    house.register(ADA);
    let filler = format!("/proc/{}/root{}", house.pid(), data.join("filler").display());

    let mut acknowledged: Vec<_> = CELLS.iter().map(|cell| house.sign_in(ADA, cell)).collect();
    let mut ended = Vec::new();
    let mut full = File::create(&filler).unwrap();
    let chunk = [0; 4096];
    assert!((0..4096).any(|_| full.write_all(&chunk).is_err()), "8 MiB hold no 16");
    let (mut taken, mut refused) = (0, 0);
    for step in 0..400 {
        // The log of the database is used again from its start, so a full disk refuses some writes and takes others.
        let answer = sign_in(&house, CELLS[step % 4]);
        if answer.status == 201 {
            acknowledged.push(Credential::of(CELLS[step % 4], &answer));
            taken += 1;
        } else {
            assert_unavailable(&answer);
            refused += 1;
        }
        if step % 8 == 7 {
            let answer = acknowledged[0].send(&house, "DELETE", "/api/v1/session", &Value::Null);
            if answer.status == 204 {
                ended.push(acknowledged.remove(0));
            } else {
                assert_unavailable(&answer);
                assert!(acknowledged[0].is_taken(&house), "a sign-out that is not certain has not happened");
            }
        }
        if refused > 60 {
            break;
        }
    }
    assert!(refused > 0, "the disk never filled up: {taken} sign-ins");
    full.set_len(0).unwrap();
    wait_until_recovered(&house);
    for credential in &acknowledged {
        assert!(credential.is_taken(&house), "after {taken} taken and {refused} refused: {credential:?}");
        assert!(refresh(&house, credential).is_none_or(|answer| answer.status == 200), "{credential:?}");
    }
    for credential in &ended {
        assert!(!credential.is_taken(&house), "{credential:?}");
    }
}
