//! A real server in a folder of its own, and a client that speaks HTTP to it byte by byte.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A running server. Dropping it kills it.
pub(crate) struct House {
    child: Child,
    pub(crate) port: u16,
    pub(crate) log: tempfile::NamedTempFile,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl House {
    /// Starts a server on a free port.
    pub(crate) fn open(data: &Path) -> Self {
        Self::open_at(data, 0)
    }

    /// Starts a server on that port: one that comes back must have the same origin.
    pub(crate) fn open_at(data: &Path, port: u16) -> Self {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_cloakroom"))
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(data)
            .env("CLOAKROOM_LIMITS_INSECURE_OFF", "true")
            .stdout(Stdio::piped())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().trim_end_matches('/').rsplit(':').next().and_then(|text| text.parse().ok());
        let port =
            port.unwrap_or_else(|| panic!("the server did not start: {line:?} {}", std::fs::read_to_string(log.path()).unwrap()));
        Self { child, port, log }
    }

    /// Kills the process without a word.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a request with exactly these headers.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n", self.port);
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Answer::parse(&bytes)
    }

    /// Sends JSON.
    pub(crate) fn send_json(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let headers: Vec<_> = headers.iter().copied().chain([("Content-Type", "application/json")]).collect();
        self.send(method, path, &headers, &body.to_string())
    }

    /// Makes an account.
    pub(crate) fn register(&self, email: &str) {
        let answer = self.send_json("POST", "/api/v1/users", &[], &json!({ "email": email, "password": PASSWORD }));
        assert_eq!(answer.status, 201, "{answer:?}");
    }

    /// Signs in and returns what the client holds.
    pub(crate) fn sign_in(&self, email: &str, cell: &str) -> Credential {
        let body = json!({ "email": email, "password": PASSWORD, "deliver": cell });
        let answer = self.send_json("POST", "/api/v1/sessions", &[], &body);
        assert_eq!(answer.status, 201, "{answer:?}");
        Credential::of(cell, &answer)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // One that has been killed already is no mistake.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|word| word.parse().ok()).unwrap_or(0);
        let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        Self { status, headers: headers.collect(), body: body.to_owned() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// `name=value` of the cookie whose name ends with `suffix`.
    pub(crate) fn cookie(&self, suffix: &str) -> Option<String> {
        let pairs = self.all("set-cookie").into_iter().map(|cookie| cookie.split(';').next().unwrap_or_default());
        pairs.filter(|pair| pair.split('=').next().is_some_and(|name| name.ends_with(suffix))).map(str::to_owned).next()
    }
}

/// What a client holds after signing in.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) cell: String,
    pub(crate) session: String,
    pub(crate) cookies: Vec<String>,
    pub(crate) bearer: Option<String>,
    pub(crate) refresh: Option<String>,
}

impl Credential {
    pub(crate) fn of(cell: &str, answer: &Answer) -> Self {
        let body = if answer.body.is_empty() { Value::Null } else { answer.json() };
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let cookies = match cell {
            "cookie" => vec![answer.cookie("-cloakroom").unwrap()],
            "jwt_cookie" => vec![answer.cookie("-jwt").unwrap(), answer.cookie("-refresh").unwrap()],
            _ => Vec::new(),
        };
        Self {
            cell: cell.to_owned(),
            session: body["session"]["id"].as_str().unwrap_or_default().to_owned(),
            cookies,
            bearer: text("session_token").or_else(|| text("access_token")),
            refresh: text("refresh_token"),
        }
    }

    /// The headers by which a browser of this origin, or an app, shows it.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        match &self.bearer {
            Some(bearer) => vec![("Authorization", format!("Bearer {bearer}"))],
            None => vec![("Cookie", self.cookies.join("; ")), ("Sec-Fetch-Site", "same-origin".to_owned())],
        }
    }

    pub(crate) fn send(&self, house: &House, method: &str, path: &str, body: &Value) -> Answer {
        let headers = self.headers();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if body.is_null() { house.send(method, path, &headers, "") } else { house.send_json(method, path, &headers, body) }
    }

    /// Whether the server takes it.
    pub(crate) fn is_taken(&self, house: &House) -> bool {
        self.send(house, "GET", "/api/v1/session", &Value::Null).status == 200
    }
}
