//! Messages as they stand on the wire, and header lines alone.

use std::borrow::Cow;

use super::exchange::{Extent, Request, Response, Version};
use super::headers::{Headers, Lines, is_known_header, is_token};

/// `METHOD target HTTP/x`, headers, an empty line, a body.
pub(crate) fn request(text: &str) -> Option<Request<'_>> {
    let (first, rest) = split_first_line(text);
    let (method, target, version) = request_line(first)?;
    let (lines, body) = split_head(rest);
    let read = Lines::read(lines.lines());
    Some(Request {
        method: Some(method.into()),
        target: Some(target.into()),
        version,
        headers: read.headers,
        body,
        extent: Extent::Whole,
    })
}

/// `HTTP/x NNN`, headers, an empty line, a body.
pub(crate) fn response(text: &str) -> Option<Response<'_>> {
    let (first, rest) = split_first_line(text);
    let status = status_line(first)?;
    let (lines, body) = split_head(rest);
    let read = Lines::read(lines.lines());
    Some(Response { status: Some(status), headers: read.headers, body, extent: Extent::Whole })
}

/// A request as tools show HTTP/2: pseudo headers (RFC 9113 §8.3.1) in place of the start line.
pub(crate) fn pseudo_header_request(text: &str) -> Option<Request<'_>> {
    if !text.starts_with(':') {
        return None;
    }
    let (headers, body) = if let Some(headers) = alternating_lines(text) {
        (headers, None)
    } else {
        let (lines, body) = split_head(text);
        (Lines::read(lines.lines()).headers, body)
    };
    let pseudo = |name: &str| headers.iter().find(|line| line.name == name).map(|line| line.value.clone());
    let (method, target) = (pseudo(":method")?, pseudo(":path"));
    Some(Request { method: Some(method), target, version: Version::Other, headers, body, extent: Extent::Whole })
}

/// Lines that are all headers. An empty line ends them: what follows is a body.
pub(crate) fn header_lines(text: &str) -> Option<(Headers<'_>, Option<Cow<'_, str>>)> {
    let (lines, body) = split_head(text);
    let read = Lines::read(lines.lines());
    (read.all_fit && read.headers.len() > 0).then_some((read.headers, body))
}

/// Names and values on lines of their own, as browsers' tools copy them; every name must be one, and one of them known.
pub(crate) fn alternating_lines(text: &str) -> Option<Headers<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let pairs = lines.chunks_exact(2);
    let is_name = |name: &str| {
        is_token(name.strip_prefix(':').unwrap_or(name))
            && name.len() <= 64
            && name.contains(|char: char| char.is_ascii_alphabetic())
    };
    let fits = pairs.remainder().is_empty() && lines.len() >= 4 && pairs.clone().all(|pair| is_name(pair[0]));
    if !fits || !pairs.clone().any(|pair| is_known_header(pair[0])) {
        return None;
    }
    let mut headers = Headers::default();
    for pair in pairs {
        headers.push(pair[0], pair[1].trim());
    }
    Some(headers)
}

/// Splits `METHOD target HTTP/x`.
pub(super) fn request_line(line: &str) -> Option<(&str, &str, Version)> {
    let mut words = line.trim_end().split(' ').filter(|word| !word.is_empty());
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_method = is_token(method) && method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    let number = version.strip_prefix("HTTP/")?;
    if words.next().is_some() || !is_method || !number.starts_with(|char: char| char.is_ascii_digit()) {
        return None;
    }
    Some((method, target, if number == "1.1" { Version::Http11 } else { Version::Other }))
}

/// Reads the status of `HTTP/x NNN reason`.
pub(super) fn status_line(line: &str) -> Option<u16> {
    let rest = line.strip_prefix("HTTP/")?;
    let mut words = rest.split_ascii_whitespace();
    words.next().filter(|version| version.starts_with(|char: char| char.is_ascii_digit()))?;
    let status = words.next()?;
    (status.len() == 3).then(|| status.parse().ok()).flatten()
}

fn split_first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// Everything before the first empty line, and what follows it.
fn split_head(text: &str) -> (&str, Option<Cow<'_, str>>) {
    if let Some(rest) = text.strip_prefix('\n') {
        return ("", body_of(rest));
    }
    match text.split_once("\n\n") {
        Some((head, body)) => (head, body_of(body)),
        None => (text, None),
    }
}

fn body_of(text: &str) -> Option<Cow<'_, str>> {
    let body = text.trim_matches(['\n', ' ']);
    (!body.is_empty()).then_some(Cow::Borrowed(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_to_its_end() {
        let read = request("POST /x?y=1 HTTP/1.1\nHost: e.test\n\na=1&b=2").unwrap();
        assert_eq!(
            (read.method.as_deref(), read.target.as_deref(), read.version),
            (Some("POST"), Some("/x?y=1"), Version::Http11)
        );
        assert_eq!((read.headers.first("host"), read.body.as_deref()), (Some("e.test"), Some("a=1&b=2")));
        for text in ["POST /x", "post /x HTTP/1.1", "GET  HTTP/1.1", "HTTP/1.1 200 OK", "GET /a b HTTP/1.1"] {
            assert!(request(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_status_line_is_read_in_every_version() {
        for (line, status) in [
            ("HTTP/1.1 200 OK", Some(200)),
            ("HTTP/2 401", Some(401)),
            ("HTTP/3 204 ", Some(204)),
            ("HTTP/1.1 20", None),
            ("HTTP/ 200", None),
        ] {
            assert_eq!(status_line(line), status, "{line}");
        }
    }

    #[test]
    fn pseudo_headers_stand_for_the_start_line() {
        let read = pseudo_header_request(":method: POST\n:path: /t\n:authority: e.test\ncookie: a=1\n\n{}").unwrap();
        assert_eq!(
            (read.method.as_deref(), read.target.as_deref(), read.body.as_deref()),
            (Some("POST"), Some("/t"), Some("{}"))
        );
        let apart = pseudo_header_request(":method\nGET\n:path\n/x\ncookie\na=1").unwrap();
        assert_eq!((apart.target.as_deref(), apart.headers.first("cookie")), (Some("/x"), Some("a=1")));
        assert!(pseudo_header_request("host: e.test").is_none());
        assert!(alternating_lines("host\ne.test\ncookie\na=1").is_some());
        assert!(alternating_lines("one\ntwo\nthree\nfour").is_none());
    }
}
