//! Each example as the process that its reader starts, and its story over a socket.

#![cfg(test)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A running example on a free port. Dropping it ends it.
struct Example {
    process: Child,
    output: BufReader<ChildStdout>,
    authority: String,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Example {
    fn start(name: &str) -> Self {
        Self::start_with(name, &[])
    }

    fn start_with(name: &str, arguments: &[&str]) -> Self {
        let mut process = Command::new(built(name))
            .arg("127.0.0.1:0")
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} is built by `cargo test -p cloakroom`: {error}"));
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut example = Self { process, output, authority: String::new() };
        example.authority = example.line().strip_prefix("http://").expect("the first line is the origin").to_owned();
        example
    }

    /// One line of what it writes.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let Self { authority, .. } = self;
        let lines = headers.iter().fold(String::new(), |lines, (name, value)| format!("{lines}{name}: {value}\r\n"));
        let length = body.len();
        let mut stream = TcpStream::connect(authority).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nContent-Length: {length}\r\n{lines}\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head and a body");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer begins with its status");
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, "")
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Answer {
    /// The cookie it sets, as a browser sends it back.
    fn cookie(&self) -> &str {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with("set-cookie: "));
        let pair = line.and_then(|line| line.split_once(": ")?.1.split(';').next());
        pair.expect("a cookie is set")
    }
}

/// Where cargo puts the examples: beside the folder of this very test.
fn built(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.join("examples").join(name)
}

const OURS: (&str, &str) = ("Sec-Fetch-Site", "same-origin");

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[test]
fn the_embedded_example_tells_its_story() {
    let example = Example::start("embedded");
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let (good, bad) = ("user=ada&password=correct+horse+battery+staple", "user=ada&password=guess");
    assert_eq!(example.send("POST", "/login", &form, bad).status, 401);
    let foreign = [form[0], ("Sec-Fetch-Site", "cross-site")];
    assert_eq!(example.send("POST", "/login", &foreign, good).status, 403);
    let login = example.send("POST", "/login", &form, good);
    assert_eq!(login.status, 303);
    let cookie = login.cookie().to_owned();
    assert!(cookie.starts_with("__Host-Http-cloakroom=crs_"));

    let me = example.get("/me", &[("Cookie", &cookie)]);
    assert_eq!((me.status, &*me.body), (200, "\"ada\""));
    assert_eq!(example.get("/orders", &[("Cookie", &cookie)]).status, 200);
    assert_eq!(example.send("POST", "/token", &[("Cookie", &cookie)], "").status, 403);
    let token = example.send("POST", "/token", &[("Cookie", &cookie), OURS], "");
    assert_eq!(example.get("/orders", &[("Authorization", &bearer(&token.body))]).body, "ada has no orders");

    let changed = example.send("POST", "/password", &[("Cookie", &cookie), OURS], "");
    assert_eq!(changed.status, 204);
    let fresh = changed.cookie().to_owned();
    assert_eq!(example.get("/me", &[("Cookie", &cookie)]).status, 401);
    assert_eq!(example.get("/me", &[("Authorization", &bearer(&token.body))]).status, 401);
    assert_eq!(example.get("/orders", &[("Cookie", &fresh)]).status, 403, "the new session was given no scope");

    assert_eq!(example.send("DELETE", "/api/v1/session", &[("Cookie", &fresh), OURS], "").status, 204);
    assert_eq!(example.get("/me", &[("Cookie", &fresh)]).status, 401);
}

#[test]
fn the_embedded_example_takes_keys_from_files() {
    let folder = std::env::temp_dir().join(format!("cloakroom-embedded-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (signing, master) = (folder.join("signing.pem"), folder.join("master.key"));
    std::fs::write(&signing, SIGNING_PEM).unwrap();
    let key = cloakroom::MasterKey::generate(&cloakroom::SeededRandom::new(1));
    std::fs::write(&master, key.to_line().expose()).unwrap();
    let example = Example::start_with("embedded", &[signing.to_str().unwrap(), master.to_str().unwrap()]);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(example.get("/me", &[]).status, 401);
}

/// The private key of RFC 8410 §10.3.
const SIGNING_PEM: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";

#[test]
fn the_example_with_sessions_alone_tells_its_story() {
    let example = Example::start("sessions");
    assert_eq!(example.get("/me", &[]).status, 401);
    let cookie = example.send("POST", "/login?user=ada", &[], "").cookie().to_owned();
    assert_eq!(example.get("/me", &[("Cookie", &cookie)]).body, "\"ada\"");
    assert_eq!(example.send("DELETE", "/api/v1/session", &[("Cookie", &cookie)], "").status, 403);
    assert_eq!(example.send("DELETE", "/api/v1/session", &[("Cookie", &cookie), OURS], "").status, 204);
    assert_eq!(example.get("/me", &[("Cookie", &cookie)]).status, 401);
}

#[test]
fn the_example_with_jwts_alone_tells_its_story() {
    let example = Example::start("jwt_only");
    let login = example.send("POST", "/login?user=ada", &[], "");
    let token = bearer(&login.body);
    assert_eq!(example.get("/me", &[("Authorization", &token)]).body, "\"ada\"");
    let other = Example::start("jwt_only");
    let elsewhere = other.get("/me", &[("Authorization", &token)]);
    assert_eq!(elsewhere.status, 401, "another key, another origin");
    assert!(elsewhere.head.contains("invalid_token"));
    assert_eq!(example.get("/me", &[("Cookie", &format!("__Host-Http-cloakroom-jwt={}", &login.body))]).status, 200);
    assert_eq!(example.get("/me", &[("Authorization", &token[..token.len() - 1])]).status, 401);
    let claims = login.body.split('.').nth(1).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&cloakroom_primitives::decode_base64url(claims).unwrap()).unwrap();
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 300);
    assert!(claims.get("sid").is_none(), "nothing can end it");
}

#[test]
fn the_example_with_a_scheme_of_its_own_tells_its_story() {
    let mut example = Example::start("custom_scheme");
    let key = example.line();
    for (path, key, status) in [
        ("/orders", Some(&*key), 200),
        ("/refunds", Some(&*key), 403),
        ("/orders", Some("app_guess"), 401),
        ("/orders", None, 401),
    ] {
        let headers: Vec<_> = key.map(|key| ("X-Api-Key", key)).into_iter().collect();
        assert_eq!(example.get(path, &headers).status, status, "{path}");
    }
    assert_eq!(example.get("/orders", &[("X-Api-Key", &key)]).body, "\"ada\"");
}
