//! What whoever reads the database, the log and the answers can do with them: nothing.
//!
//! 1. Everything in the file and in the log, word by word and put together as tokens are, is tried as a credential in every carrier while the
//!    real ones are alive, and every value of an account as its password. None works.
//! 2. What clients know and the server must not keep is searched for, as text and as the bytes it encodes. None is found.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use cloakroom_primitives::{append_checksum, decode_base64url, encode_base64url};
use house::{Answer, BINARY, Credential, House, PASSWORD};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

const CELLS: [&str; 4] = ["cookie", "token", "jwt", "jwt_cookie"];
const ADA: &str = "ada@example.org";
const BOB: &str = "bob@example.org";
const FORM_TYPE: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

fn open(data: &Path) -> House {
    let mut command = Command::new(BINARY);
    command.env("RUST_LOG", "trace");
    let house = House::open_by(command, data, 0);
    house.register(ADA);
    house
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The names of the cookies that carry a session token and a JWT, and a live JWT cookie to show beside a refresh cookie.
struct Carriers {
    session: String,
    jwt: String,
    refresh: String,
    beside: String,
}

impl Carriers {
    fn of(cookie: &Credential, jwt_cookie: &Credential) -> Self {
        let name = |pair: &str| pair.split_once('=').unwrap().0.to_owned();
        Self {
            session: name(&cookie.cookies[0]),
            jwt: name(&jwt_cookie.cookies[0]),
            refresh: name(&jwt_cookie.cookies[1]),
            beside: jwt_cookie.cookies[0].clone(),
        }
    }

    /// Whether the server takes the text, in whatever carrier.
    fn take(&self, house: &House, text: &str) -> bool {
        let Self { session, jwt, refresh, beside } = self;
        let own = ("Sec-Fetch-Site", "same-origin");
        let whoami = |headers: &[(&str, &str)]| house.send("GET", "/api/v1/session", headers, "");
        let rotated = format!("{beside}; {refresh}={text}");
        let answers = [
            whoami(&[("Authorization", &format!("Bearer {text}"))]),
            whoami(&[own, ("Cookie", &format!("{session}={text}"))]),
            whoami(&[own, ("Cookie", &format!("{jwt}={text}"))]),
            house.refresh(&encoded(text)),
            house.send("POST", "/api/v1/session/refresh", &[own, ("Cookie", &rotated)], ""),
        ];
        for answer in &answers {
            assert!(matches!(answer.status, 200 | 400 | 401), "{text}: {answer:?}");
        }
        answers.iter().any(|answer| answer.status == 200)
    }
}

/// Every value of every table, by table and column.
fn values(data: &Path) -> Vec<(String, Vec<u8>)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(data.join("cloakroom.db"), flags).unwrap();
    let mut tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut values = Vec::new();
    for table in tables {
        let mut statement = database.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns: Vec<String> = statement.column_names().map(|name| format!("{table}.{name}")).collect();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for (index, column) in columns.iter().enumerate() {
                let value = match row.get_ref(index).unwrap() {
                    ValueRef::Null => continue,
                    ValueRef::Integer(number) => number.to_string().into_bytes(),
                    ValueRef::Real(number) => number.to_string().into_bytes(),
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
                };
                values.push((column.clone(), value));
            }
        }
    }
    values
}

/// The ways in which bytes can be written as a text that a carrier takes.
fn texts_of(value: &[u8]) -> impl Iterator<Item = String> {
    let hex = value.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let plain = String::from_utf8(value.to_vec()).ok();
    [Some(hex), Some(encode_base64url(value)), plain].into_iter().flatten()
}

fn with_checksum(prefix: &str, parts: &[&[u8]]) -> String {
    let mut text = format!("{prefix}{}", encode_base64url(&parts.concat()));
    append_checksum(&mut text);
    text
}

/// Tokens put together from what the tables hold: each id with each value that could be its secret or its MAC.
fn forged(values: &[(String, Vec<u8>)]) -> Vec<String> {
    let of = |column: &'static str| values.iter().filter(move |(own, _)| own == column).map(|(_, value)| value.as_slice());
    let mut texts = Vec::new();
    for (_, secret) in values.iter().filter(|(_, value)| value.len() == 32) {
        texts.extend(of("sessions.id").map(|id| with_checksum("crs_", &[id, secret])));
        for family in of("refresh_families.id") {
            for (key, counter) in of("refresh_families.key_id").zip([[0, 0, 0, 0], [0, 0, 0, 1]]) {
                texts.push(with_checksum("crr_", &[key, family, &counter, secret]));
            }
        }
    }
    texts
}

/// The words of a log that could be a token.
fn words(log: &str) -> impl Iterator<Item = &str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_.~+/=".contains(letter);
    log.split(move |letter| !is_part(letter)).filter(|word| word.len() >= 16)
}

/// What a browser meets on the sign-in page: the form's field, and the cookies that come with it and after it.
fn sign_in_by_page(house: &House) -> [String; 4] {
    let value = |pair: &str| pair.split_once('=').unwrap().1.to_owned();
    let page = house.send("GET", "/login", &[("Accept", "text/html")], "");
    let form = page.body.split("name=\"form\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let flow = page.cookie("-flow").unwrap();
    let body = format!("form={}&email={}&password={}", encoded(&form), encoded(ADA), encoded(PASSWORD));
    let headers = [FORM_TYPE, ("Sec-Fetch-Site", "same-origin"), ("Cookie", &flow)];
    let answer = house.send("POST", "/login", &headers, &body);
    assert_eq!(answer.status, 303, "{answer:?}");
    [form, value(&flow), value(&answer.cookie("-device").unwrap()), value(&answer.cookie("-cloakroom").unwrap())]
}

fn tokens_of(credential: &Credential) -> Vec<String> {
    let cookies = credential.cookies.iter().map(|pair| pair.split_once('=').unwrap().1.to_owned());
    cookies.chain(credential.bearer.clone()).chain(credential.refresh.clone()).collect()
}

#[test]
fn nothing_in_the_database_or_in_the_log_is_a_credential() {
    let folder = tempfile::tempdir().unwrap();
    let house = open(&folder.path().join("data"));
    let [cookie, token, jwt, jwt_cookie] = CELLS.map(|cell| house.sign_in(ADA, cell));
    let stepped_up = token.send(&house, "POST", "/api/v1/session/reauthenticate", &json!({ "password": PASSWORD }));
    let token = Credential::of("token", &stepped_up);
    sign_in_by_page(&house);
    let carriers = Carriers::of(&cookie, &jwt_cookie);
    for real in [&cookie, &token, &jwt].into_iter().flat_map(tokens_of) {
        assert!(carriers.take(&house, &real), "what is real is taken");
    }
    let values = values(house.data());
    for column in
        ["users.password_hash", "sessions.secret_hash", "sessions.former_hash", "signing_keys.sealed_private", "meta.value"]
    {
        assert!(values.iter().any(|(own, _)| own == column), "{column}");
    }
    let log = std::fs::read_to_string(house.log.path()).unwrap();
    let all = values.iter().flat_map(|(_, value)| texts_of(value)).chain(forged(&values)).chain(words(&log).map(str::to_owned));
    let is_sendable =
        |text: &String| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b";,\"\\".contains(&byte));
    let tried: BTreeSet<String> = all.filter(is_sendable).collect();
    assert!(tried.len() > 200, "{}", tried.len());
    for text in &tried {
        assert!(!carriers.take(&house, text), "{text}");
    }
    for text in values.iter().filter(|(column, _)| column.starts_with("users.")).flat_map(|(_, value)| texts_of(value)) {
        let answer = house.send_json("POST", "/api/v1/sessions", &[], &json!({ "email": ADA, "password": text }));
        assert_eq!(answer.status, 401, "{text}");
    }
    assert!([cookie, token, jwt].iter().all(|real| real.is_taken(&house)), "what is real has lived all the while");
}

/// The forms in which a secret could have been kept: as it is, and as the bytes that its secret part encodes.
fn needles(secret: &str) -> Vec<Vec<u8>> {
    // The first part of a token is an id, of a JWT the claims: what must not be found is the rest.
    let (public, checksum) = match &secret[..4.min(secret.len())] {
        "crs_" => (26, 6),
        "crr_" => (36, 6),
        "eyJh" => (secret.rfind('.').unwrap() + 1, 0),
        _ => (0, 0),
    };
    let part = &secret[public..secret.len() - checksum];
    let bytes = decode_base64url(part).ok().filter(|bytes| bytes.len() >= 24);
    std::iter::once(part.as_bytes().to_vec()).chain(bytes).collect()
}

#[test]
fn nothing_that_only_clients_know_is_kept_logged_or_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = open(&folder.path().join("data"));
    house.register(BOB);
    let mut secrets = vec![PASSWORD.to_owned()];
    let mut said: Vec<Answer> = Vec::new();
    for cell in CELLS {
        let credential = house.sign_in(ADA, cell);
        secrets.extend(tokens_of(&credential));
        let stepped_up = credential.send(&house, "POST", "/api/v1/session/reauthenticate", &json!({ "password": PASSWORD }));
        secrets.extend(tokens_of(&Credential::of(cell, &stepped_up)));
        said.push(credential.send(&house, "GET", "/api/v1/sessions", &Value::Null));
    }
    let jwt = house.sign_in(BOB, "jwt");
    let refreshed = house.refresh(jwt.refresh.as_deref().unwrap());
    secrets.extend(["access_token", "refresh_token"].map(|name| refreshed.json()[name].as_str().unwrap().to_owned()));
    let changed = "a password that was chosen later";
    let body = json!({ "current_password": PASSWORD, "new_password": changed });
    let fresh = Credential::of("jwt", &jwt.send(&house, "PUT", "/api/v1/user/password", &body));
    secrets.extend(tokens_of(&fresh));
    secrets.push(changed.to_owned());
    secrets.extend(sign_in_by_page(&house));

    let wrong =
        ["typed with two letters swappde", "typed into the wrong field", "bob bob bob bob bob", "given to no account at all"];
    let sign_in = |email: &str, password: &str| {
        house.send_json("POST", "/api/v1/sessions", &[], &json!({ "email": email, "password": password }))
    };
    said.push(sign_in(ADA, wrong[0]));
    said.push(sign_in(wrong[1], PASSWORD));
    let body = json!({ "current_password": changed, "new_password": wrong[2] });
    said.push(fresh.send(&house, "PUT", "/api/v1/user/password", &body));
    said.push(sign_in("nobody@example.org", wrong[3]));
    said.push(house.send("POST", "/login", &[FORM_TYPE], &format!("email={}&password={}", encoded(ADA), encoded(wrong[0]))));
    assert!(said[4..].iter().all(|answer| matches!(answer.status, 400 | 401)), "{said:#?}");
    secrets.extend(wrong.map(str::to_owned));

    let typed = "typed on the operator's terminal";
    let mut adding = Command::new(BINARY);
    adding.args(["users", "add", "eve@example.org", "--data"]).arg(house.data()).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut adding = adding.spawn().unwrap();
    adding.stdin.take().unwrap().write_all(format!("{typed}\n").as_bytes()).unwrap();
    assert!(adding.wait().unwrap().success());
    secrets.push(typed.to_owned());
    let master = std::fs::read_to_string(house.data().join("master.key")).unwrap();
    secrets.extend(master.lines().map(|line| line.split_once(':').unwrap().1.to_owned()));
    assert!(secrets.len() >= 20, "{}", secrets.len());

    house.kill();
    let mut kept = std::fs::read(house.log.path()).unwrap();
    assert!(!kept.is_empty());
    for file in std::fs::read_dir(house.data()).unwrap().map(|entry| entry.unwrap().path()) {
        if file.is_file() && file.file_name().is_some_and(|name| name != "master.key") {
            kept.extend(std::fs::read(file).unwrap());
        }
    }
    kept.extend(said.iter().flat_map(|answer| answer.body.bytes()));
    for secret in &secrets {
        for needle in needles(secret) {
            assert!(!kept.windows(needle.len()).any(|window| window == needle), "found: {}…", &secret[..12]);
        }
    }
}
