//! A request and its answer as they were on the wire, with the credentials in them coloured.
//!
//! 1. Parts that a thief needs are in the page only as what hides them, until somebody asks to see them: the data are throw-away.
//! 2. Of a page of HTML its length is shown: its markup says nothing about credentials.
//! 3. The claims of a JWT are long and repeat what stands beside them: their end is folded away together with the secret parts.

use serde::Serialize;

use crate::lab::report::Step;
use crate::lab::wire::{HeaderLine, Ink, Inked, Message, Span};
use crate::texts::en::{self, lab as say};

/// How many characters of a JWT's claims are shown at once.
const CLAIMS_SHOWN: usize = 40;

/// One exchange.
#[derive(Debug, Serialize)]
pub(super) struct Exchange {
    label: String,
    request: Shown,
    response: Option<Shown>,
    bytes: Vec<Count>,
    /// Of the whole request, in percent: what the credential takes.
    credential_percent: usize,
    hue: &'static str,
}

#[derive(Debug, Serialize)]
struct Count {
    what: &'static str,
    amount: String,
}

/// A message, line by line.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    first: String,
    is_no: bool,
    headers: Vec<ShownHeader>,
    body: Vec<Piece>,
}

#[derive(Debug, Serialize)]
struct ShownHeader {
    name: String,
    /// The carrier that this header is, if it carries a credential.
    hue: Option<&'static str>,
    value: Vec<Piece>,
}

/// A piece of text of one kind.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Piece {
    kind: &'static str,
    hue: &'static str,
    text: String,
    /// What stands in place of the rest until it is asked for.
    instead: Option<String>,
    rest: String,
}

impl Exchange {
    /// The exchange of a step, if it was one.
    pub(super) fn of(step: &Step) -> Option<Self> {
        let request = step.request.as_ref()?;
        Some(Self::between(&step.label, request, step.response.as_ref()))
    }

    /// A request and what came back.
    pub(super) fn between(label: &str, request: &Message, response: Option<&Message>) -> Self {
        let bench = &en::EN.lab.bench;
        let bytes = request.bytes;
        let carried = |header: &HeaderLine| header.value.0.iter().any(|span| matches!(span.ink, Ink::Kind | Ink::JwtHeader));
        let is_letter = request.headers.iter().any(|header| header.value.0.iter().any(|span| span.ink == Ink::JwtHeader));
        let counts = [(bench.credential, bytes.credential), (bench.headers, bytes.headers), (bench.request, bytes.whole)];
        Self {
            label: label.to_owned(),
            request: Shown::of(request),
            response: response.map(Shown::of),
            bytes: counts.map(|(what, count)| Count { what, amount: say::bytes(count) }).into(),
            credential_percent: (bytes.credential * 100).checked_div(bytes.whole).unwrap_or_default(),
            hue: match (request.headers.iter().any(carried), is_letter) {
                (false, _) => "plain",
                (true, true) => "jwt",
                (true, false) => "session",
            },
        }
    }
}

impl Shown {
    /// A message in its lines.
    pub(super) fn of(message: &Message) -> Self {
        let status = message.line.strip_prefix("HTTP/").and_then(|line| line.split(' ').nth(1)?.parse::<u16>().ok());
        Self {
            first: message.line.clone(),
            is_no: status.is_some_and(|status| status >= 400),
            headers: message.headers.iter().map(ShownHeader::of).collect(),
            body: body(message),
        }
    }
}

fn body(message: &Message) -> Vec<Piece> {
    let is_page = message.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    if is_page { Piece::all(&Inked::plain(say::a_page_of(message.body.shown().len()))) } else { Piece::all(&message.body) }
}

impl ShownHeader {
    fn of(header: &HeaderLine) -> Self {
        let hue = match header.name.to_ascii_lowercase().as_str() {
            "cookie" | "set-cookie" => Some("cookie"),
            "authorization" => Some("header"),
            _ => None,
        };
        Self { name: header.name.clone(), hue, value: Piece::all(&header.value) }
    }
}

impl Piece {
    /// A text in its pieces.
    pub(super) fn all(text: &Inked) -> Vec<Self> {
        text.0.iter().map(Self::of).collect()
    }

    fn of(span: &Span) -> Self {
        let (kind, hue) = match span.ink {
            Ink::Plain => ("plain", "plain"),
            Ink::Kind | Ink::Checksum => ("kind", "session"),
            Ink::Id => ("id", "session"),
            Ink::Secret => ("secret", "session"),
            Ink::JwtHeader => ("kind", "jwt"),
            Ink::JwtClaims => ("claims", "jwt"),
            Ink::JwtSeal => ("secret", "jwt"),
            Ink::Password | Ink::Private => ("secret", "plain"),
        };
        let bench = &en::EN.lab.bench;
        let characters = span.text.chars().count();
        if span.ink.is_hidden() {
            let instead = format!("{characters} {}", bench.hidden);
            return Self { kind, hue, text: String::new(), instead: Some(instead), rest: span.text.clone() };
        }
        if span.ink == Ink::JwtClaims && characters > CLAIMS_SHOWN + 12 {
            let (text, rest) = span.text.split_at(CLAIMS_SHOWN);
            let instead = format!("… {} {}", characters - CLAIMS_SHOWN, bench.more_characters);
            return Self { kind, hue, text: text.to_owned(), instead: Some(instead), rest: rest.to_owned() };
        }
        Self { kind, hue, text: span.text.clone(), instead: None, rest: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_part_is_hidden_until_it_is_asked_for() {
        let pieces = Piece::all(&Inked::of("a=eyJh.eyJj.c2ln; b=1"));
        let hidden: Vec<_> = pieces.iter().filter(|piece| piece.instead.is_some()).collect();
        assert_eq!(hidden.len(), 1);
        assert_eq!(
            (hidden[0].instead.as_deref(), hidden[0].rest.as_str(), hidden[0].text.as_str()),
            (Some("4 hidden"), "c2ln", "")
        );
    }

    #[test]
    fn long_claims_are_cut_and_nothing_of_them_is_lost() {
        let claims = format!("eyJ{}", "a".repeat(397));
        let pieces = Piece::all(&Inked::of(&format!("eyJh.{claims}.c2ln")));
        let cut = pieces.iter().find(|piece| piece.kind == "claims").unwrap();
        assert_eq!(cut.instead.as_deref(), Some("… 360 more"));
        assert_eq!(format!("{}{}", cut.text, cut.rest), claims);
    }

    #[test]
    fn of_a_page_of_html_only_its_length_is_shown() {
        let page = Message::of("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8", b"<p>hello</p>");
        assert_eq!(Shown::of(&page).body[0].text, "(a page of HTML, 12 B)");
    }

    #[test]
    fn a_refusal_and_a_carrier_are_seen_at_once() {
        let request = Message::of("GET /orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer eyJh.eyJj.c2ln", b"");
        let response = Message::of("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0", b"");
        let exchange = Exchange::between("GET orders", &request, Some(&response));
        assert!(exchange.response.unwrap().is_no && !exchange.request.is_no);
        assert_eq!((exchange.hue, exchange.request.headers[1].hue), ("jwt", Some("header")));
    }
}
