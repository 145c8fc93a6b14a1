//! An HTTP message as it was on the wire, with the credentials in it found and coloured.
//!
//! 1. A credential is a session token (`crs_`), a refresh token (`crr_`), a JWT, or the value of a password field. It is found wherever
//!    it stands: in a header, in a cookie, in a body.
//! 2. Each is split into its parts. One part is what a thief needs: the secret of a token, the seal of a JWT, the whole password. That
//!    part is marked hidden.
//! 3. Text and JSON never show a hidden part; they say how long it is. A page may show it when asked, since the data are throw-away.
//! 4. Of a person's own browser more is hidden, since it may be of other servers: cookies that are no credential of the lab, other
//!    credentials in `Authorization`, and queries.
//! 5. Bytes are counted on what was sent, before anything is hidden.

use serde::{Serialize, Serializer};

/// What a piece of text on the wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Anything else.
    Plain,
    /// `crs_`, `crr_`: what kind of token follows.
    Kind,
    /// The public part of a token: an id, and in a refresh token key, family and counter.
    Id,
    /// The secret part of a token.
    Secret,
    /// The checksum at a token's end.
    Checksum,
    /// The header of a JWT.
    JwtHeader,
    /// The claims of a JWT.
    JwtClaims,
    /// The signature of a JWT.
    JwtSeal,
    /// A password.
    Password,
    /// What may be a person's own, or another server's.
    Private,
}

impl Ink {
    /// Whether a thief needs this part.
    pub(crate) const fn is_hidden(self) -> bool {
        matches!(self, Self::Secret | Self::JwtSeal | Self::Password | Self::Private)
    }
}

/// A piece of text of one ink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// What it is.
    pub(crate) ink: Ink,
    /// The text as it was on the wire; see [`Span::shown`].
    pub(crate) text: String,
}

impl Span {
    /// The text, or how much is hidden.
    pub(crate) fn shown(&self) -> String {
        if self.ink.is_hidden() { format!("[{} hidden]", self.text.chars().count()) } else { self.text.clone() }
    }
}

/// Text with the credentials in it coloured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inked(pub(crate) Vec<Span>);

impl Inked {
    /// Finds every credential in a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut spans = Vec::new();
        let mut plain = 0;
        let mut at = 0;
        while at < text.len() {
            let begins = at == 0 || !is_token_byte(text.as_bytes()[at - 1]);
            let found = if begins { credential(&text[at..]) } else { None };
            match found {
                Some(parts) => {
                    push(&mut spans, Ink::Plain, &text[plain..at]);
                    for (ink, part) in parts {
                        push(&mut spans, ink, part);
                        at += part.len();
                    }
                    plain = at;
                }
                None => at += text[at..].chars().next().map_or(1, char::len_utf8),
            }
        }
        push(&mut spans, Ink::Plain, &text[plain..]);
        Self(spans)
    }

    /// Text in which nothing is looked for.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self(vec![Span { ink: Ink::Plain, text: text.into() }])
    }

    /// The text as it was on the wire.
    fn whole(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }

    /// The text with its hidden parts left out.
    pub(crate) fn shown(&self) -> String {
        self.0.iter().map(Span::shown).collect()
    }

    /// The same text with every hidden part overwritten.
    pub(crate) fn without_secrets(mut self) -> Self {
        for span in self.0.iter_mut().filter(|span| span.ink.is_hidden()) {
            span.text = "•".repeat(span.text.chars().count());
        }
        self
    }

    /// How many bytes of it are credentials.
    fn credential_bytes(&self) -> usize {
        self.0
            .iter()
            .filter(|span| !matches!(span.ink, Ink::Plain | Ink::Password | Ink::Private))
            .map(|span| span.text.len())
            .sum()
    }
}

impl std::iter::Sum for Inked {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        Self(parts.flat_map(|part| part.0).collect())
    }
}

impl Serialize for Inked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

fn push(spans: &mut Vec<Span>, ink: Ink, text: &str) {
    if !text.is_empty() {
        spans.push(Span { ink, text: text.to_owned() });
    }
}

const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The parts of the credential that a text begins with.
fn credential(text: &str) -> Option<Vec<(Ink, &str)>> {
    let run = text.bytes().take_while(|byte| is_token_byte(*byte)).count();
    let (token, rest) = text.split_at(run);
    if let Some(parts) = opaque(token, "crs_", 21, 74).or_else(|| opaque(token, "crr_", 32, 85)).or_else(|| jwt(token)) {
        return Some(parts);
    }
    if !matches!(token, "password" | "current_password" | "new_password") {
        return None;
    }
    let (value, length) = password_in_json(rest).or_else(|| password_in_a_form(rest))?;
    let begins = text.len() - value.len();
    Some(vec![(Ink::Plain, &text[..begins]), (Ink::Password, &value[..length])])
}

/// What follows the name of a password in JSON: the text from the value on, and how long the value is. White space may stand around the
/// colon (RFC 8259 §2), and a quote in the value behind a backslash (§7).
fn password_in_json(rest: &str) -> Option<(&str, usize)> {
    let space = [' ', '\t', '\r', '\n'];
    let value =
        rest.strip_prefix('"')?.trim_start_matches(space).strip_prefix(':')?.trim_start_matches(space).strip_prefix('"')?;
    let mut is_escaped = false;
    let end = value.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    Some((value, end.unwrap_or(value.len())))
}

/// The same in a form.
fn password_in_a_form(rest: &str) -> Option<(&str, usize)> {
    let value = rest.strip_prefix('=')?;
    Some((value, value.find('&').unwrap_or(value.len())))
}

/// The parts of a token with a public part of `public` characters and `length` characters in all: the secret part is not always on a
/// character boundary of the encoding, so the character that holds bits of both counts as secret.
fn opaque<'t>(token: &'t str, kind: &str, public: usize, length: usize) -> Option<Vec<(Ink, &'t str)>> {
    if token.len() != length || !token.starts_with(kind) {
        return None;
    }
    let (head, checksum) = token.split_at(length - 6);
    let (kind, body) = head.split_at(kind.len());
    let (id, secret) = body.split_at(public.min(body.len()));
    Some(vec![(Ink::Kind, kind), (Ink::Id, id), (Ink::Secret, secret), (Ink::Checksum, checksum)])
}

fn jwt(token: &str) -> Option<Vec<(Ink, &str)>> {
    let mut parts = token.split('.');
    let (header, claims, seal) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !header.starts_with("eyJ") || !claims.starts_with("eyJ") || seal.is_empty() {
        return None;
    }
    let (first, rest) = token.split_at(header.len());
    let (dot, rest) = rest.split_at(1);
    let (second, rest) = rest.split_at(claims.len());
    let (other_dot, seal) = rest.split_at(1);
    Some(vec![
        (Ink::JwtHeader, first),
        (Ink::Plain, dot),
        (Ink::JwtClaims, second),
        (Ink::Plain, other_dot),
        (Ink::JwtSeal, seal),
    ])
}

/// A header line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeaderLine {
    /// Its name, as it was written.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: Inked,
}

/// How much of a message is what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Bytes {
    /// What travels because of the credential: its header lines' share, in a cookie with its name.
    pub(crate) credential: usize,
    /// All headers, each with its line end.
    pub(crate) headers: usize,
    /// The whole message.
    pub(crate) whole: usize,
}

/// A request or a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// The first line.
    pub(crate) line: String,
    /// The headers in their order.
    pub(crate) headers: Vec<HeaderLine>,
    /// The body.
    pub(crate) body: Inked,
    /// How long it was.
    pub(crate) bytes: Bytes,
}

impl Message {
    /// Reads a message from its head (without the empty line) and its body. Bytes that are not UTF-8 become the replacement character.
    pub(crate) fn of(head: &str, body: &[u8]) -> Self {
        let mut lines = head.split("\r\n");
        let line = lines.next().unwrap_or_default().to_owned();
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| HeaderLine { name: name.to_owned(), value: Inked::of(value.trim()) })
            .collect();
        let bytes = Bytes {
            credential: headers.iter().map(credential_share).sum(),
            headers: head.len().saturating_sub(line.len() + 2) + if headers.is_empty() { 0 } else { 2 },
            whole: head.len() + 4 + body.len(),
        };
        Self { line, headers, body: Inked::of(&String::from_utf8_lossy(body)), bytes }
    }

    /// The same message with every hidden part overwritten.
    pub(crate) fn without_secrets(mut self) -> Self {
        for value in self.headers.iter_mut().map(|line| &mut line.value).chain([&mut self.body]) {
            *value = std::mem::take(value).without_secrets();
        }
        self
    }

    /// The message of a person's own browser with everything overwritten that is secret or may be theirs.
    pub(crate) fn for_keeping(mut self) -> Self {
        self.line = without_query(&self.line);
        for HeaderLine { name, value } in &mut self.headers {
            let text = value.whole();
            match name.to_ascii_lowercase().as_str() {
                "cookie" => *value = text.split("; ").enumerate().map(|(at, pair)| kept_pair(at, pair)).sum(),
                "set-cookie" => {
                    let (pair, attributes) = text.split_at(text.find(';').unwrap_or(text.len()));
                    *value = [kept_pair(0, pair), Inked::plain(attributes)].into_iter().sum();
                }
                "authorization" | "proxy-authorization" if value.credential_bytes() == 0 => *value = private_after(&text, ' '),
                "location" | "referer" => *value = Inked::of(&without_query(&text)),
                _ => {}
            }
        }
        self.without_secrets()
    }

    /// The value of the first header of that name, whole.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let line = self.headers.iter().find(|line| line.name.eq_ignore_ascii_case(name))?;
        Some(line.value.whole())
    }

    /// The message as text, without its hidden parts.
    pub(crate) fn shown(&self) -> String {
        let mut text = self.line.clone();
        for HeaderLine { name, value } in &self.headers {
            text.push('\n');
            text.push_str(name);
            text.push_str(": ");
            text.push_str(&value.shown());
        }
        let body = self.body.shown();
        if !body.is_empty() {
            text.push_str("\n\n");
            text.push_str(&body);
        }
        text
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

/// A pair of a `Cookie` header, after the others: a credential of the lab as it is, any other value hidden.
fn kept_pair(at: usize, pair: &str) -> Inked {
    let inked = Inked::of(pair);
    let inked = if inked.credential_bytes() == 0 { private_after(pair, '=') } else { inked };
    [Inked::plain(if at == 0 { "" } else { "; " }), inked].into_iter().sum()
}

/// A text in which all after a sign is hidden; the whole where the sign does not stand.
fn private_after(text: &str, sign: char) -> Inked {
    let (open, hidden) = text.split_at(text.find(sign).map_or(0, |at| at + sign.len_utf8()));
    let mut spans = Vec::new();
    push(&mut spans, Ink::Plain, open);
    push(&mut spans, Ink::Private, hidden);
    Inked(spans)
}

/// A request line or an address without what stands in its query.
fn without_query(text: &str) -> String {
    match text.split_once('?') {
        None => text.to_owned(),
        Some((before, query)) => format!("{before}?…{}", query.find(' ').map_or("", |end| &query[end..])),
    }
}

/// What a header line carries because of a credential. In a cookie the name travels too; the rest of the line would be there anyway or
/// belongs to others.
fn credential_share(line: &HeaderLine) -> usize {
    let bytes = line.value.credential_bytes();
    if bytes == 0 || !line.name.eq_ignore_ascii_case("cookie") {
        return bytes;
    }
    let text = line.value.whole();
    let ours = text.split("; ").filter(|pair| Inked::of(pair).credential_bytes() > 0);
    ours.map(str::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKET: &str = "crs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA4DsYOu";

    fn inks(text: &str) -> Vec<(Ink, usize)> {
        Inked::of(text).0.into_iter().map(|span| (span.ink, span.text.len())).collect()
    }

    #[test]
    fn each_credential_falls_into_its_parts() {
        assert_eq!(
            inks(&format!("Bearer {TICKET}")),
            [(Ink::Plain, 7), (Ink::Kind, 4), (Ink::Id, 21), (Ink::Secret, 43), (Ink::Checksum, 6)]
        );
        let refresh = format!("crr_{}", "A".repeat(81));
        assert_eq!(inks(&refresh), [(Ink::Kind, 4), (Ink::Id, 32), (Ink::Secret, 43), (Ink::Checksum, 6)]);
        assert_eq!(
            inks("a=eyJh.eyJj.c2ln; b=1"),
            [
                (Ink::Plain, 2),
                (Ink::JwtHeader, 4),
                (Ink::Plain, 1),
                (Ink::JwtClaims, 4),
                (Ink::Plain, 1),
                (Ink::JwtSeal, 4),
                (Ink::Plain, 5)
            ]
        );
        assert_eq!(inks(r#"{"password":"a b","x":1}"#), [(Ink::Plain, 2), (Ink::Plain, 11), (Ink::Password, 3), (Ink::Plain, 8)]);
        assert_eq!(inks("password=secret&x=1"), [(Ink::Plain, 9), (Ink::Password, 6), (Ink::Plain, 4)]);
        for (text, hidden) in [
            (r#"{"password" : "a\"b","x":1}"#, r#"a\"b"#),
            ("{\"new_password\":\n\t\"ends in a backslash\\\\\"}", "ends in a backslash\\\\"),
            (r#"{"current_password":"never ends"#, "never ends"),
            ("current_password=a%26b", "a%26b"),
        ] {
            let inked = Inked::of(text);
            let passwords: Vec<_> = inked.0.iter().filter(|span| span.ink == Ink::Password).map(|span| &*span.text).collect();
            assert_eq!(passwords, [hidden], "{text}");
            assert_eq!(inked.whole(), text);
        }
        for nothing in ["crs_short", "xcrs_", "eyJ.eyJ", "ä€", "", "eyJa.eyJb.c.d"] {
            assert!(Inked::of(nothing).0.iter().all(|span| span.ink == Ink::Plain), "{nothing}");
        }
    }

    #[test]
    fn what_is_shown_holds_no_secret() {
        let message = Message::of(&format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: __Host-Http-cloakroom={TICKET}; x=1"), b"");
        assert_eq!(
            message.shown(),
            "GET / HTTP/1.1\nHost: a\nCookie: __Host-Http-cloakroom=crs_AAAAAAAAAAAAAAAAAAAAA[43 hidden]4DsYOu; x=1"
        );
        assert_eq!(message.header("cookie").unwrap(), format!("__Host-Http-cloakroom={TICKET}; x=1"));
    }

    #[test]
    fn of_a_persons_own_browser_nothing_private_is_kept() {
        let head = format!(
            "GET /login?return_to=own HTTP/1.1\r\nHost: a\r\nCookie: other=own; __Host-Http-cloakroom={TICKET}; own\r\n\
             Authorization: Basic own\r\nReferer: http://a/b?own\r\nSet-Cookie: device=own; Path=/; HttpOnly"
        );
        let message = Message::of(&head, br#"{"password" : "own"}"#);
        let bytes = message.bytes;
        let kept = message.for_keeping();
        assert!(!format!("{kept:?}").contains("own"), "{kept:?}");
        assert_eq!(
            kept.shown(),
            "GET /login?… HTTP/1.1\nHost: a\n\
             Cookie: other=[3 hidden]; __Host-Http-cloakroom=crs_AAAAAAAAAAAAAAAAAAAAA[43 hidden]4DsYOu; [3 hidden]\n\
             Authorization: Basic [3 hidden]\nReferer: http://a/b?…\nSet-Cookie: device=[3 hidden]; Path=/; HttpOnly\n\n\
             {\"password\" : \"[3 hidden]\"}"
        );
        assert_eq!(kept.bytes, bytes);
        let bearer = Message::of(&format!("GET / HTTP/1.1\r\nAuthorization: Bearer {TICKET}"), b"").for_keeping();
        assert!(bearer.shown().ends_with("Bearer crs_AAAAAAAAAAAAAAAAAAAAA[43 hidden]4DsYOu"));
    }

    #[test]
    fn bytes_are_counted_on_what_was_sent() {
        let head = format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: __Host-Http-cloakroom={TICKET}; x=1");
        let bytes = Message::of(&head, b"ab").bytes;
        assert_eq!(bytes, Bytes { credential: 22 + 74, headers: head.len() - 16 + 2, whole: head.len() + 6 });
        assert_eq!(Message::of(&format!("GET / HTTP/1.1\r\nAuthorization: Bearer {TICKET}"), b"").bytes.credential, 74);
        assert_eq!(Message::of("HTTP/1.1 204 No Content", b"").bytes, Bytes { credential: 0, headers: 0, whole: 27 });
    }
}
