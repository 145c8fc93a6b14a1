//! A small HTTP/1.1 client over loopback: one request, one connection, and what was on the wire.
//!
//! It sends exactly the headers it is given, in their order: an agent decides what a browser or a program would send. It reads an answer
//! that ends with its connection or after its stated length, which is how the servers of the lab answer.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::wire::Message;

/// How long an exchange may take, on a machine that is busy with other things too.
const PATIENCE: Duration = Duration::from_secs(30);

/// More than any answer of the lab.
const LONGEST_ANSWER: u64 = 1024 * 1024;

/// What is sent.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The method.
    pub(crate) method: &'static str,
    /// Path and query.
    pub(crate) target: String,
    /// Host and port, as the client names them.
    pub(crate) host: String,
    /// All other headers, in their order.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body; its length is added by itself.
    pub(crate) body: String,
}

/// What came back, beside what was sent.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: String,
    /// The request on the wire.
    pub(crate) sent: Message,
    /// The answer on the wire.
    pub(crate) received: Message,
}

impl Request {
    /// A request without headers of its own and without a body.
    pub(crate) fn new(method: &'static str, host: &str, target: &str) -> Self {
        Self { method, target: target.to_owned(), host: host.to_owned(), headers: Vec::new(), body: String::new() }
    }

    /// With one more header.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a body of JSON.
    #[must_use]
    pub(crate) fn json(self, body: &serde_json::Value) -> Self {
        Self { body: body.to_string(), ..self }.header("Content-Type", "application/json")
    }

    /// With a form as its body.
    #[must_use]
    pub(crate) fn form(self, members: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(members).finish();
        Self { body, ..self }.header("Content-Type", "application/x-www-form-urlencoded")
    }

    fn head(&self) -> String {
        let Self { method, target, host, headers, body } = self;
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}");
        for (name, value) in headers {
            head.push_str("\r\n");
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
        }
        if !body.is_empty() || *method != "GET" {
            head.push_str("\r\nContent-Length: ");
            head.push_str(&body.len().to_string());
        }
        head.push_str("\r\nConnection: close");
        head
    }

    /// Sends it to `server`, from a loopback address of the sender's own where the system has more than one.
    pub(crate) async fn send(&self, server: SocketAddr, from: Option<IpAddr>) -> io::Result<Answer> {
        let head = self.head();
        let exchange = async {
            let mut stream = connect(server, from).await?;
            let written = stream.write_all(format!("{head}\r\n\r\n{}", self.body).as_bytes()).await;
            let mut bytes = Vec::new();
            match stream.take(LONGEST_ANSWER).read_to_end(&mut bytes).await {
                // Who refuses a request early may close before it has been read to its end: the answer counts.
                Err(error) if bytes.is_empty() => Err(written.err().unwrap_or(error)),
                _ => Ok(bytes),
            }
        };
        let bytes = timeout(PATIENCE, exchange).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Answer::read(&bytes, Message::of(&head, self.body.as_bytes()))
            .ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "the answer broke off"))
    }
}

async fn connect(server: SocketAddr, from: Option<IpAddr>) -> io::Result<TcpStream> {
    if let Some(from) = from {
        let socket = TcpSocket::new_v4()?;
        // Linux has all of 127.0.0.0/8; where a system has one loopback address only, everybody comes from there.
        if socket.bind(SocketAddr::new(from, 0)).is_ok()
            && let Ok(stream) = socket.connect(server).await
        {
            return Ok(stream);
        }
    }
    TcpStream::connect(server).await
}

impl Answer {
    fn read(bytes: &[u8], sent: Message) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]);
        let body = &bytes[end + 4..];
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let received = Message::of(&head, body);
        let answer = Self { status, headers, body: String::from_utf8_lossy(body).into_owned(), sent, received };
        let length = answer.header("content-length").and_then(|length| length.parse::<usize>().ok());
        length.is_none_or(|length| length == body.len()).then_some(answer)
    }

    /// The first header of that name, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// All headers of that name, which is in lower case.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// A member of the body that is text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.json()[name].as_str().map(str::to_owned)
    }
}
