//! A real server in a folder of its own, and a client that speaks HTTP to it byte by byte.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_cloakroom");

/// How long an answer may take, on a machine that is busy with other things too.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server. Dropping it kills it.
pub(crate) struct House {
    child: Child,
    pub(crate) port: u16,
    pub(crate) log: tempfile::NamedTempFile,
    data: PathBuf,
}

/// Where a server listens, for clients that live longer than it: what they ask may fail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door(pub(crate) u16);

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
        Self::open_by(Command::new(BINARY), data, port)
    }

    /// Starts a server by a command that is, or becomes, the binary; the flags of `serve` are added to it.
    pub(crate) fn open_by(mut command: Command, data: &Path, port: u16) -> Self {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut child = command
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
        Self { child, port, log, data: data.to_owned() }
    }

    /// A port that nobody has, and that no client on this machine is given by chance while the server is down.
    pub(crate) fn lasting_port() -> u16 {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let start = 20_000 + std::process::id() as u16 % 10_000;
        let mut ports = (0..1_000).map(|_| start + NEXT.fetch_add(1, Ordering::Relaxed));
        ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
    }

    pub(crate) fn door(&self) -> Door {
        Door(self.port)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// What an operator types on the same machine, and the JSON that it prints.
    pub(crate) fn operator(&self, arguments: &[&str]) -> Value {
        let output = Command::new(BINARY).args(arguments).args(["--json", "--data"]).arg(&self.data).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The ids of a user's sessions, as their rows say.
    pub(crate) fn sessions_of(&self, user: &str) -> Vec<String> {
        let reply = self.operator(&["sessions", "list", user]);
        reply["sessions"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Kills the process without a word.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a request with exactly these headers.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.door().send(method, path, headers, body).unwrap()
    }

    /// Sends JSON.
    pub(crate) fn send_json(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.door().send_json(method, path, headers, body).unwrap()
    }

    /// Redeems a refresh token at the token endpoint.
    pub(crate) fn refresh(&self, token: &str) -> Answer {
        self.door().refresh(token).unwrap()
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

impl Door {
    /// Sends a request with exactly these headers and leaves the answer unread.
    pub(crate) fn begin(self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> io::Result<TcpStream> {
        let Self(port) = self;
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n");
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        stream.write_all(head.as_bytes())?;
        Ok(stream)
    }

    /// Sends a request and reads the answer; one that breaks off is an error.
    pub(crate) fn send(self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> io::Result<Answer> {
        let mut stream = self.begin(method, path, headers, body)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Answer::parse(&bytes).ok_or_else(|| ErrorKind::UnexpectedEof.into())
    }

    pub(crate) fn send_json(self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> io::Result<Answer> {
        let headers: Vec<_> = headers.iter().copied().chain([("Content-Type", "application/json")]).collect();
        self.send(method, path, &headers, &body.to_string())
    }

    /// Redeems a refresh token at the token endpoint.
    pub(crate) fn refresh(self, token: &str) -> io::Result<Answer> {
        let form = format!("grant_type=refresh_token&refresh_token={token}");
        self.send("POST", "/oauth/token", &[("Content-Type", "application/x-www-form-urlencoded")], &form)
    }
}

impl Answer {
    /// `None` for an answer that is not all there.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]);
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        let body = &bytes[end + 4..];
        let answer = Self { status, headers: headers.collect(), body: String::from_utf8_lossy(body).into_owned() };
        let length = answer.all("content-length").first().and_then(|length| length.parse().ok());
        length.is_none_or(|length: usize| length == body.len()).then_some(answer)
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
        self.try_send(house.door(), method, path, body).unwrap()
    }

    /// The same, with a server that may be killed meanwhile.
    pub(crate) fn try_send(&self, door: Door, method: &str, path: &str, body: &Value) -> io::Result<Answer> {
        let headers = self.headers();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if body.is_null() { door.send(method, path, &headers, "") } else { door.send_json(method, path, &headers, body) }
    }

    /// Whether the server takes it.
    pub(crate) fn is_taken(&self, house: &House) -> bool {
        self.send(house, "GET", "/api/v1/session", &Value::Null).status == 200
    }
}
