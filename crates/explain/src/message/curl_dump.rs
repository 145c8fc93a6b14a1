//! What `curl -v` prints: `*` tells about the connection, `>` is the request, `<` the response, the rest the body.
//!
//! 1. `> METHOD target HTTP/x` opens an exchange; with `-L` there are several.
//! 2. `< HTTP/x NNN` opens its response; an interim one (1xx) gives way to the next.
//! 3. A body that does not end its last line has curl's next notice behind it, which is no part of it.
//! 4. The way it travelled is `https` once anything speaks of TLS, and `http` when a connection was told of and TLS was not.

use std::borrow::Cow;

use super::address::{Address, Scheme};
use super::exchange::{Exchange, Extent, Overflow, Reading, Request, Response};
use super::headers::Lines;
use super::plain::{request_line, status_line};
use crate::limits;

/// Whether a line of `text` opens a request or a response as curl prints them.
pub(crate) fn is_curl_dump(text: &str) -> bool {
    text.lines().any(|line| {
        sent(line).is_some_and(|line| request_line(line).is_some())
            || received(line).is_some_and(|line| status_line(line).is_some())
    })
}

/// Reads a dump.
pub(crate) fn curl_dump(text: &str) -> Reading<'_> {
    let mut dump = Dump::default();
    for line in text.lines() {
        dump.take(line);
    }
    dump.close_exchange();
    Reading { exchanges: dump.exchanges, overflow: dump.overflow }
}

#[derive(Default)]
struct Dump<'t> {
    exchanges: Vec<Exchange<'t>>,
    overflow: Overflow,
    connection: Connection,
    open: Option<Open<'t>>,
}

/// What the `*` lines told so far.
#[derive(Clone, Copy, Default)]
enum Connection {
    #[default]
    Unknown,
    Plain,
    Encrypted,
}

/// The exchange being read.
#[derive(Default)]
struct Open<'t> {
    scheme: Option<Scheme>,
    request: Vec<&'t str>,
    response: Vec<&'t str>,
    body: Vec<&'t str>,
    stage: Stage,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Request,
    AfterRequest,
    Response,
    Body,
}

impl<'t> Dump<'t> {
    fn take(&mut self, line: &'t str) {
        let stage = self.open.as_ref().map_or(Stage::Body, |open| open.stage);
        if let Some(told) = line.strip_prefix("* ") {
            self.connection = self.connection.told(told);
        } else if let Some(head) = sent(line).filter(|head| stage == Stage::Request || request_line(head).is_some()) {
            self.take_sent(head);
        } else if let Some(head) = received(line).filter(|head| stage != Stage::Body || status_line(head).is_some()) {
            self.take_received(head);
        } else if !is_meter(line)
            && let Some(open) = self.open.as_mut().filter(|open| matches!(open.stage, Stage::Body | Stage::Response))
        {
            open.body.push(without_notice(line));
        }
    }

    fn take_sent(&mut self, head: &'t str) {
        if request_line(head).is_some() {
            self.close_exchange();
            let scheme = self.connection.scheme();
            self.open = Some(Open { scheme, request: vec![head], ..Open::default() });
        } else if let Some(open) = self.open.as_mut() {
            if head.is_empty() {
                open.stage = Stage::AfterRequest;
            } else {
                open.request.push(head);
            }
        }
    }

    fn take_received(&mut self, head: &'t str) {
        if status_line(head).is_some() {
            let is_final =
                |open: &Open<'_>| open.response.first().and_then(|line| status_line(line)).is_some_and(|status| status >= 200);
            if self.open.as_ref().is_none_or(is_final) {
                self.close_exchange();
                self.open = Some(Open { scheme: self.connection.scheme(), ..Open::default() });
            }
            if let Some(open) = self.open.as_mut() {
                open.response = vec![head];
                open.body.clear();
                open.stage = Stage::Response;
            }
        } else if let Some(open) = self.open.as_mut() {
            match head {
                "" => open.stage = Stage::Body,
                _ => open.response.push(head),
            }
        }
    }

    fn close_exchange(&mut self) {
        let Some(open) = self.open.take() else { return };
        if self.exchanges.len() >= limits::EXCHANGES {
            self.overflow = Overflow(true);
            return;
        }
        self.exchanges.push(open.finish());
    }
}

impl<'t> Open<'t> {
    fn finish(self) -> Exchange<'t> {
        let request = self.request.first().and_then(|line| request_line(line)).map(|(method, target, version)| Request {
            method: Some(method.into()),
            target: Some(target.into()),
            version,
            headers: Lines::read(self.request[1..].iter().copied()).headers,
            body: None,
            extent: Extent::Whole,
        });
        let response = self.response.first().and_then(|line| status_line(line)).map(|status| Response {
            status: Some(status),
            headers: Lines::read(self.response[1..].iter().copied()).headers,
            body: joined(&self.body),
            extent: Extent::Whole,
        });
        Exchange { scheme: self.scheme, host: None, request, response }
    }
}

impl Connection {
    /// Learns from one `*` line.
    fn told(self, line: &str) -> Self {
        let line = line.trim();
        let quoted = |line: &str| line.split('\'').nth(1).and_then(|address| Address::split(address).scheme);
        let next_request = line.starts_with("Issue another request to this URL").then(|| quoted(line)).flatten();
        match next_request {
            Some(Scheme::Https) => return Self::Encrypted,
            Some(Scheme::Http) => return Self::Plain,
            None => {}
        }
        let speaks_of_tls =
            ["TLS", "SSL connection", "ALPN", "Server certificate", "port 443", ":443..."].iter().any(|word| line.contains(word));
        let speaks_of_connecting =
            line.starts_with("Connected to") || line.starts_with("Established connection") || line.starts_with("Trying ");
        match self {
            _ if speaks_of_tls => Self::Encrypted,
            _ if speaks_of_connecting => Self::Plain,
            known => known,
        }
    }

    const fn scheme(self) -> Option<Scheme> {
        match self {
            Self::Unknown => None,
            Self::Plain => Some(Scheme::Http),
            Self::Encrypted => Some(Scheme::Https),
        }
    }
}

fn sent(line: &str) -> Option<&str> {
    prefixed(line, '>')
}

fn received(line: &str) -> Option<&str> {
    prefixed(line, '<')
}

fn prefixed(line: &str, mark: char) -> Option<&str> {
    let rest = line.strip_prefix(mark)?;
    match rest.trim() {
        "" => Some(""),
        _ => rest.strip_prefix(' '),
    }
}

/// The line of a body without what curl tells when it is done.
fn without_notice(line: &str) -> &str {
    const NOTICES: [&str; 4] = ["* Connection #", "* Closing connection", "* Connection to host", "* shutting down connection"];
    NOTICES.iter().filter_map(|notice| line.find(notice)).min().map_or(line, |at| &line[..at])
}

/// Lines about the transfer that belong to no message.
fn is_meter(line: &str) -> bool {
    let is_data_mark = line.starts_with("{ [") || line.starts_with("} [");
    let is_table = line.contains("--:--:--") || line.trim_start().starts_with("% Total") || line.contains("Dload  Upload");
    is_table || is_data_mark && line.ends_with("bytes data]")
}

/// The lines as one text: a slice of the paste when they stand together there.
fn joined<'t>(lines: &[&'t str]) -> Option<Cow<'t, str>> {
    let lines: Vec<&str> = lines.iter().copied().skip_while(|line| line.trim().is_empty()).collect();
    match lines[..] {
        [] => None,
        [line] => Some(Cow::Borrowed(line)),
        _ => Some(Cow::Owned(lines.join("\n"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_give_one_exchange_each() {
        let dump = "*   Trying 192.0.2.1:443...\n* TLSv1.3 (OUT), TLS handshake\n> GET /a HTTP/1.1\n> Host: e.test\n>\n< HTTP/1.1 302 Found\n< Location: http://e.test/b\n<\n* Issue another request to this URL: 'http://e.test/b'\n> GET /b HTTP/1.1\n> Host: e.test\n> \n< HTTP/1.1 200 OK\n< \n{ [5 bytes data]\n<b>1 < 2</b>\n* Connection #0 left intact";
        assert!(is_curl_dump(dump));
        let read = curl_dump(dump);
        let target = |at: usize| read.exchanges[at].request.as_ref().and_then(|request| request.target.as_deref()).unwrap();
        let targets = [(read.exchanges[0].scheme, target(0)), (read.exchanges[1].scheme, target(1))];
        assert_eq!(targets, [(Some(Scheme::Https), "/a"), (Some(Scheme::Http), "/b")]);
        assert_eq!(read.exchanges[1].response.as_ref().unwrap().body.as_deref(), Some("<b>1 < 2</b>"));
    }

    #[test]
    fn an_interim_response_gives_way() {
        let read = curl_dump(
            "> POST / HTTP/1.1\n> Expect: 100-continue\n>\n< HTTP/1.1 100 Continue\n<\n< HTTP/1.1 200 OK\n< A: 1\n<\nok",
        );
        assert_eq!(read.exchanges.len(), 1);
        let response = read.exchanges[0].response.as_ref().unwrap();
        assert_eq!((response.status, response.headers.first("a"), response.body.as_deref()), (Some(200), Some("1"), Some("ok")));
        assert_eq!(read.exchanges[0].scheme, None);
    }

    #[test]
    fn what_stands_behind_the_empty_line_is_the_body() {
        let head = "> GET / HTTP/1.1\n>\n< HTTP/1.1 200 OK\n";
        for (rest, body) in [
            ("< \n{\"access_token\":\"S\"}", "{\"access_token\":\"S\"}"),
            ("<\n\n{\"access_token\":\"S\"}\n* Connection #0 left intact", "{\"access_token\":\"S\"}"),
            ("< A: 1\n< \n{\"access_token\":\"S\"}* Connection #0 to host e.test left intact", "{\"access_token\":\"S\"}"),
            (
                "< \n{ [20 bytes data]\n* Closing connection\n{\"access_token\":\"S\"}* Closing connection 0",
                "{\"access_token\":\"S\"}",
            ),
        ] {
            let dump = format!("{head}{rest}");
            let read = curl_dump(&dump);
            assert_eq!(read.exchanges[0].response.as_ref().unwrap().body.as_deref(), Some(body), "{rest}");
        }
    }

    #[test]
    fn exchanges_beyond_the_limit_are_left_unread() {
        let dump = "> GET / HTTP/1.1\n".repeat(limits::EXCHANGES + 1);
        let read = curl_dump(&dump);
        assert_eq!((read.exchanges.len(), read.overflow), (limits::EXCHANGES, Overflow(true)));
    }
}
