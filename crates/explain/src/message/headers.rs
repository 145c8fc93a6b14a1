//! Header lines: names and values as written, in order, folded lines joined.

use std::borrow::Cow;

use crate::limits;

/// One header line.
#[derive(Clone, Debug)]
pub(crate) struct Header<'t> {
    /// As written.
    pub(crate) name: Cow<'t, str>,
    /// Without the white space around it.
    pub(crate) value: Cow<'t, str>,
}

/// The header lines of one message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Headers<'t> {
    lines: Vec<Header<'t>>,
    /// Whether lines beyond the limit were left unread.
    pub(crate) overflowed: bool,
}

impl<'t> Headers<'t> {
    /// Adds a line, unless the limit is reached.
    pub(crate) fn push(&mut self, name: impl Into<Cow<'t, str>>, value: impl Into<Cow<'t, str>>) {
        if self.lines.len() >= limits::HEADERS {
            self.overflowed = true;
            return;
        }
        self.lines.push(Header { name: name.into(), value: value.into() });
    }

    /// All lines, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Header<'t>> {
        self.lines.iter()
    }

    /// The values of every line of that name; names compare without case.
    pub(crate) fn all<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s str> {
        self.lines.iter().filter(move |line| line.name.eq_ignore_ascii_case(name)).map(|line| &*line.value)
    }

    /// The value of the first line of that name.
    pub(crate) fn first<'s>(&'s self, name: &str) -> Option<&'s str> {
        self.all(name).next()
    }

    /// Whether a line of that name is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// The members of a comma-separated header, over all its lines, without white space.
    pub(crate) fn members<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s str> {
        self.all(name).flat_map(|value| value.split(',')).map(str::trim).filter(|member| !member.is_empty())
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }
}

/// What can be read of some lines as headers.
#[derive(Debug, Default)]
pub(crate) struct Lines<'t> {
    /// The headers.
    pub(crate) headers: Headers<'t>,
    /// Whether every line that is not empty was a header.
    pub(crate) all_fit: bool,
}

impl<'t> Lines<'t> {
    /// Reads lines until they end; a line that begins with white space continues the one before (RFC 9112 §5.2).
    ///
    /// Some browsers' tools put a header's name, with its colon, and its value on two lines; these are joined.
    pub(crate) fn read(lines: impl Iterator<Item = &'t str>) -> Self {
        let mut found = Self { headers: Headers::default(), all_fit: true };
        for line in lines {
            if line.starts_with([' ', '\t']) && found.headers.len() > 0 {
                found.headers.continue_last(line.trim());
            } else if let Some((name, value)) = split_line(line) {
                found.headers.push(name, value);
            } else if found.headers.last_is_empty() && !line.trim().is_empty() {
                found.headers.continue_last(line.trim());
            } else if !line.trim().is_empty() {
                found.all_fit = false;
            }
        }
        found
    }
}

impl<'t> Headers<'t> {
    fn last_is_empty(&self) -> bool {
        self.lines.last().is_some_and(|line| line.value.is_empty())
    }

    fn continue_last(&mut self, more: &'t str) {
        let Some(line) = self.lines.last_mut() else { return };
        if line.value.is_empty() {
            line.value = Cow::Borrowed(more);
        } else {
            let value = line.value.to_mut();
            value.push(' ');
            value.push_str(more);
        }
    }
}

/// `Name: value`, with the pseudo headers of HTTP/2 (`:path: /`). Control characters stay: inside a cookie they matter.
fn split_line(line: &str) -> Option<(&str, &str)> {
    let from = usize::from(line.starts_with(':'));
    let colon = from + line.get(from..)?.find(':')?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    if !is_token(&name[from..]) {
        return None;
    }
    // "https://…" and "12:30" are no headers.
    if value.starts_with("//") {
        return None;
    }
    Some((name, value.trim_matches([' ', '\t'])))
}

/// Whether `text` is a token (RFC 9110 §5.6.2).
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Headers that only requests have.
const REQUEST_ONLY: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "access-control-request-headers",
    "access-control-request-method",
    "apikey",
    "authorization",
    "cookie",
    "cookie2",
    "dnt",
    "dpop",
    "expect",
    "forwarded",
    "from",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "origin",
    "private-token",
    "proxy-authorization",
    "range",
    "referer",
    "remote-user",
    "sec-ch-ua",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-user",
    "sec-gpc",
    "sec-websocket-key",
    "sec-websocket-version",
    "secure-session-response",
    "te",
    "upgrade-insecure-requests",
    "user-agent",
    "x-access-token",
    "x-amz-security-token",
    "x-api-key",
    "x-auth-token",
    "x-auth-user",
    "x-csrf-token",
    "x-csrftoken",
    "x-forwarded-client-cert",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-user",
    "x-goog-api-key",
    "x-requested-with",
    "x-vault-token",
    "x-xsrf-token",
    ":authority",
    ":method",
    ":path",
    ":scheme",
];

/// Headers that only responses have.
const RESPONSE_ONLY: &[&str] = &[
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "age",
    "alt-svc",
    "clear-site-data",
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "etag",
    "expires",
    "last-modified",
    "location",
    "permissions-policy",
    "proxy-authenticate",
    "referrer-policy",
    "retry-after",
    "secure-session-challenge",
    "secure-session-registration",
    "server",
    "set-cookie",
    "set-cookie2",
    "strict-transport-security",
    "vary",
    "www-authenticate",
    "x-content-type-options",
    "x-frame-options",
    "x-powered-by",
    ":status",
];

/// Headers that both have, or that say nothing about the side.
const EITHER: &[&str] = &[
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "keep-alive",
    "link",
    "pragma",
    "signature",
    "signature-input",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-request-id",
    "x-correlation-id",
];

/// Whether only requests have this header.
pub(crate) fn is_request_only(name: &str) -> bool {
    contains(REQUEST_ONLY, name)
}

/// Whether only responses have this header.
pub(crate) fn is_response_only(name: &str) -> bool {
    contains(RESPONSE_ONLY, name)
}

/// Whether a header of this name is known at all.
pub(crate) fn is_known_header(name: &str) -> bool {
    is_request_only(name) || is_response_only(name) || contains(EITHER, name)
}

fn contains(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_written_and_folded_ones_are_joined() {
        let read = Lines::read("Host: a.test\nX-Long: one\n  two\n:path: /x\nCookie:\nsid=1".lines());
        let pairs: Vec<_> = read.headers.iter().map(|line| (&*line.name, &*line.value)).collect();
        assert_eq!(pairs, [("Host", "a.test"), ("X-Long", "one two"), (":path", "/x"), ("Cookie", "sid=1")]);
        assert!(read.all_fit);
    }

    #[test]
    fn what_is_no_header_is_told() {
        for text in ["no colon here", "two words: x", "https://e.test/x", "{\"a\": 1}"] {
            assert!(!Lines::read(text.lines()).all_fit, "{text}");
        }
    }

    #[test]
    fn lines_beyond_the_limit_are_left_unread() {
        let text = "a: 1\n".repeat(limits::HEADERS + 1);
        let read = Lines::read(text.lines());
        assert_eq!(read.headers.len(), limits::HEADERS);
        assert!(read.headers.overflowed);
    }
}
