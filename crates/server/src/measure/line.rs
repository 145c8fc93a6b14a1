//! One connection to the server under measurement, as plain as HTTP/1.1 allows.

use std::io;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that is kept.
pub(super) struct Line {
    stream: TcpStream,
    host: String,
    unread: Vec<u8>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    head: String,
    body: Vec<u8>,
}

impl Line {
    /// Connects to a server that answers for `host`.
    pub(super) async fn open(address: SocketAddr, host: String) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, host, unread: Vec::new() })
    }

    /// Posts JSON.
    pub(super) async fn post(&mut self, path: &str, body: &Value) -> io::Result<Answer> {
        let (body, host) = (body.to_string(), &self.host);
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.read_one().await
    }

    /// Sends so many small requests at once and reads every answer: what is left of the time is the server's work.
    pub(super) async fn get_many(&mut self, path: &str, count: usize) -> io::Result<()> {
        let requests = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host).repeat(count);
        self.stream.write_all(requests.as_bytes()).await?;
        for _ in 0..count {
            let answer = self.read_one().await?;
            if answer.status != 200 {
                return Err(io::Error::other(format!("{path} was answered with {}", answer.status)));
            }
        }
        Ok(())
    }

    async fn read_one(&mut self) -> io::Result<Answer> {
        loop {
            if let Some((answer, length)) = Answer::parse(&self.unread) {
                self.unread.drain(..length);
                return Ok(answer);
            }
            if self.stream.read_buf(&mut self.unread).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

impl Answer {
    /// The first answer in `bytes` and its length; `None` while it is not all there.
    fn parse(bytes: &[u8]) -> Option<(Self, usize)> {
        let head_length = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let head = String::from_utf8_lossy(&bytes[..head_length]).into_owned();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let body_length = values_of(&head, "content-length").next().and_then(|length| length.parse().ok()).unwrap_or(0);
        let body = bytes.get(head_length..head_length.checked_add(body_length)?)?.to_vec();
        Some((Self { status, head, body }, head_length + body_length))
    }

    /// A text in the JSON body.
    pub(super) fn text(&self, member: &str) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        Some(body.get(member)?.as_str()?.to_owned())
    }

    /// `name=value` of the first cookie whose name ends so.
    pub(super) fn cookie(&self, end_of_name: &str) -> Option<String> {
        let pairs = values_of(&self.head, "set-cookie").filter_map(|cookie| cookie.split(';').next());
        pairs.filter(|pair| pair.split('=').next().is_some_and(|name| name.ends_with(end_of_name))).map(str::to_owned).next()
    }
}

fn values_of<'a>(head: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .filter(move |(own, _)| own.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_once_it_is_all_there() {
        let text = b"HTTP/1.1 201 Created\r\nSet-Cookie: a=1; Secure\r\nset-cookie: __Host-x=2\r\ncontent-length: 9\r\n\r\n{\"a\":\"b\"}HTTP/1.1";
        let whole = text.len() - "HTTP/1.1".len();
        for cut in 0..whole {
            assert!(Answer::parse(&text[..cut]).is_none(), "{cut}");
        }
        let (answer, length) = Answer::parse(text).unwrap();
        assert_eq!((answer.status, length), (201, whole));
        assert_eq!((answer.text("a").as_deref(), answer.text("b")), (Some("b"), None));
        assert_eq!((answer.cookie("-x").as_deref(), answer.cookie("y")), (Some("__Host-x=2"), None));
    }
}
