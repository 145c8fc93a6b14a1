//! `POST /api/v1/explain` and `cloakroom explain` against the real binary: what is answered, to whom a verdict is told, what is refused, and
//! that nothing of a paste stays behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use house::{Answer, BINARY, House};
use serde_json::{Value, json};

const EXPLAIN: &str = "/api/v1/explain";
const ADA: &str = "ada@example.org";
const BOB: &str = "bob@example.org";
const CELLS: [&str; 4] = ["cookie", "token", "jwt", "jwt_cookie"];
const NAKED: &str = "Set-Cookie: sid=Zx81kQpL0vT3mNw7RyUc5BdHfGj2sXaE";

fn open() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(BINARY);
    command.env("RUST_LOG", "trace");
    let house = House::open_by(command, &folder.path().join("data"), 0);
    (folder, house)
}

fn explain(house: &House, body: &Value) -> Answer {
    house.send_json("POST", EXPLAIN, &[], body)
}

/// Every credential that a sign-in has handed out, with the cell.
fn credentials(house: &House, email: &str) -> Vec<(&'static str, house::Credential, String)> {
    let of = |cell: &'static str| {
        let held = house.sign_in(email, cell);
        let cookie = held.cookies.first().and_then(|pair| pair.split_once('=')).map(|(_, value)| value.to_owned());
        let text = held.bearer.clone().or(cookie).unwrap();
        (cell, held, text)
    };
    CELLS.map(of).into()
}

#[test]
fn a_paste_is_explained_to_anybody_and_kept_by_nobody() {
    let (_folder, house) = open();
    let answer = explain(&house, &json!({ "text": NAKED, "assume": { "now": "2026-11-24T12:00:00Z" } }));
    assert_eq!((answer.status, answer.all("cache-control")), (200, vec!["no-store"]));
    let body = answer.json();
    assert_eq!((&body["input"]["container"], &body["now"]), (&json!("http.set_cookie"), &json!("2026-11-24T12:00:00Z")));
    assert_eq!(body["items"][0]["at"], "set-cookie:sid");
    assert_eq!(body["ours"], json!({ "is_ours": false, "verdict": null, "why_no_verdict": "Not issued by this server." }));
    assert!(!answer.body.contains("81kQpL0vT3mNw7RyUc5BdHfGj2sXaE"), "a saved answer can be passed on");
    let log = std::fs::read_to_string(house.log.path()).unwrap();
    assert!(!log.contains("kQpL0vT3"), "{log}");
    for file in std::fs::read_dir(house.data()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"kQpL0vT3"), "{}", file.display());
    }
}

#[test]
fn what_is_asked_is_read_strictly_and_never_repeated() {
    let (_folder, house) = open();
    for (body, code, field) in [
        (json!({}), "invalid_field", "text"),
        (json!({ "text": "x", "user": "kQpL0vT3" }), "invalid_field", "user"),
        (json!({ "text": "x", "assume": { "now": "kQpL0vT3" } }), "invalid_field", "assume.now"),
        (json!({ "text": "x", "observed": [{ "at": "" }] }), "invalid_field", "observed"),
        (json!([]), "malformed_request", ""),
    ] {
        let answer = explain(&house, &body);
        assert_eq!((answer.status, answer.code()), (400, code.to_owned()), "{body}");
        assert!(field.is_empty() || !answer.json()["errors"][field].is_null(), "{answer:?}");
        assert!(!answer.body.contains("kQpL0vT3"), "{answer:?}");
    }
    let twice =
        house.send("POST", EXPLAIN, &[("Content-Type", "application/json")], r#"{"text":"a","assume":{"now":null,"now":null}}"#);
    assert_eq!((twice.status, twice.code()), (400, "malformed_request".to_owned()));
}

#[test]
fn a_large_paste_is_read_from_its_beginning_and_a_larger_one_refused() {
    let (_folder, house) = open();
    let answer = explain(&house, &json!({ "text": format!("{NAKED}\n{}", "x".repeat(700 * 1024)) }));
    assert_eq!(answer.status, 200);
    let ids: Vec<_> = answer.json()["findings"].as_array().unwrap().iter().map(|found| found["id"].clone()).collect();
    assert!(ids.contains(&json!("input.too_large")), "{ids:?}");
    let refused = explain(&house, &json!({ "text": "x".repeat(1024 * 1024) }));
    assert_eq!((refused.status, refused.code()), (413, "too_large".to_owned()));
    let elsewhere = house.send_json("POST", "/api/v1/users", &[], &json!({ "email": "x".repeat(100 * 1024) }));
    assert_eq!(elsewhere.status, 413, "the limit of this route is its own");
}

#[test]
fn a_verdict_is_told_to_the_holder_and_to_nobody_else() {
    let (_folder, house) = open();
    house.register(ADA);
    house.register(BOB);
    let bob = house.sign_in(BOB, "token");
    let ada = house.sign_in(ADA, "cookie");
    for (cell, held, text) in credentials(&house, ADA) {
        let body = json!({ "text": text });
        let ours = |answer: Answer| answer.json()["ours"].clone();
        let stranger = ours(explain(&house, &body));
        assert_eq!((&stranger["is_ours"], &stranger["verdict"]), (&json!(true), &Value::Null), "{cell}");
        let thief = ours(bob.send(&house, "POST", EXPLAIN, &body));
        assert_eq!(thief["verdict"], Value::Null, "{cell}: {thief}");
        let own = ours(held.send(&house, "POST", EXPLAIN, &body));
        assert_eq!(own["verdict"], json!({ "accepted": true, "check": "live", "since": null }), "{cell}");
        let from_another_session = ours(ada.send(&house, "POST", EXPLAIN, &body));
        assert_eq!(from_another_session["verdict"]["accepted"], true, "{cell}");

        assert_eq!(held.send(&house, "DELETE", "/api/v1/session", &Value::Null).status, 204);
        let ended = ours(ada.send(&house, "POST", EXPLAIN, &body));
        assert_eq!(
            (&ended["verdict"]["accepted"], &ended["verdict"]["check"]),
            (&json!(false), &json!("session_ended")),
            "{cell}"
        );
        assert!(ended["verdict"]["since"].is_string(), "{ended}");
        let thief = ours(bob.send(&house, "POST", EXPLAIN, &body));
        assert_eq!(thief["verdict"], Value::Null, "{cell}: the end is the holder's to know");
    }
}

#[test]
fn asking_about_a_credential_does_not_use_it() {
    let (_folder, house) = open();
    house.register(ADA);
    let held = house.sign_in(ADA, "jwt");
    let refresh = held.refresh.clone().unwrap();
    for _ in 0..3 {
        let own = held.send(&house, "POST", EXPLAIN, &json!({ "text": refresh }));
        assert_eq!(own.json()["ours"]["verdict"]["check"], "live");
    }
    assert_eq!(house.refresh(&refresh).status, 200, "it was not spent");
}

#[test]
fn who_asks_too_often_waits_and_others_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloakroom.toml");
    std::fs::write(&file, "[proxy]\ntrusted = [\"127.0.0.1/32\"]\n").unwrap();
    let mut command = Command::new("env");
    // The house turns limits off; here they are what is asked about.
    command.arg("CLOAKROOM_LIMITS_INSECURE_OFF=false").arg(BINARY).env("CLOAKROOM_CONFIG", &file);
    let house = House::open_by(command, &folder.path().join("data"), 0);
    let ask = |from: &str| house.send_json("POST", EXPLAIN, &[("X-Forwarded-For", from)], &json!({ "text": NAKED }));
    let refused = (0..200).map(|_| ask("192.0.2.1")).find(|answer| answer.status != 200).unwrap();
    assert_eq!((refused.status, refused.code()), (429, "too_many_attempts".to_owned()));
    assert_eq!(refused.all("retry-after").len(), 1);
    assert_eq!(ask("192.0.2.2").status, 200);
}

/// Runs the command in a folder of its own.
fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(BINARY)
        .arg("explain")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn the_exit_code_tells_the_worst() {
    let folder = tempfile::tempdir().unwrap();
    let kept = "Set-Cookie: __Host-Http-sid=Zx81kQpL0vT3mNw7RyUc5BdHfGj2sXaE; Path=/; Secure; HttpOnly; SameSite=Lax";
    let foreign = kept.replace("SameSite=Lax", "SameSite=None");
    for (text, code) in [(kept, 0), (foreign.as_str(), 1), ("", 2), ("My login does not work, please help!", 2), (NAKED, 3)] {
        let output = run(folder.path(), &["-"], text);
        assert_eq!(output.status.code(), Some(code), "{text}: {}", String::from_utf8_lossy(&output.stdout));
    }
    let output = run(folder.path(), &["no-such-file"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-file"));
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "no data folder is made");
}

#[test]
fn a_file_and_standard_input_are_explained_alike_and_json_is_the_answer_of_the_api() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("dump.txt"), NAKED).unwrap();
    let at = ["--at", "2026-11-24T12:00:00Z"];
    let file = run(folder.path(), &[&at[..], &["dump.txt"]].concat(), "");
    assert_eq!(file.stdout, run(folder.path(), &at, NAKED).stdout);
    let shown = String::from_utf8(file.stdout).unwrap();
    assert!(shown.contains("cookie.httponly_missing") && !shown.contains("kQpL0vT3"), "{shown}");
    let json = run(folder.path(), &[&at[..], &["--json", "--origin", "https://app.example.com"]].concat(), NAKED);
    let body: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&body["explain"], &body["input"]["container"]), (&json!(1), &json!("http.set_cookie")));
}

#[test]
fn a_secret_is_guessed_unless_that_is_forbidden_and_from_a_list_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let sealed =
        "Set-Cookie: session=eyJ1c2VyIjoiYWRtaW4ifQ.awV56A.-BbtNwSXvAluodGWGyN8E_w-ln8; Secure; HttpOnly; Path=/; SameSite=Lax";
    let guessed = |arguments: &[&str]| {
        let output = run(folder.path(), arguments, sealed);
        String::from_utf8_lossy(&output.stdout).contains("token.guessable_secret")
    };
    assert!(guessed(&[]));
    assert!(!guessed(&["--no-guess"]));
    std::fs::write(folder.path().join("words"), "one\ndev\n").unwrap();
    assert!(guessed(&["--wordlist", "words"]));
}

#[test]
fn whoever_holds_the_data_folder_is_told_the_verdict_with_a_server_and_without() {
    let (folder, mut house) = open();
    house.register(ADA);
    let credentials = credentials(&house, ADA);
    let data = house.data().to_owned();
    let origin_matters = |cell: &str| cell.starts_with("jwt");
    let verdict = |text: &str| {
        let output = run(folder.path(), &["--json", "--data", data.to_str().unwrap()], text);
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["ours"]["verdict"].clone()
    };
    for (cell, held, text) in &credentials {
        assert_eq!(verdict(text)["check"], "live", "{cell}");
        assert_eq!(held.send(&house, "DELETE", "/api/v1/session", &Value::Null).status, 204);
        assert_eq!(verdict(text)["check"], "session_ended", "{cell}");
    }
    house.kill();
    for (cell, _, text) in credentials.iter().filter(|(cell, ..)| !origin_matters(cell)) {
        assert_eq!(verdict(text)["check"], "session_ended", "{cell}");
    }
}
