//! What was pasted: the first of these questions that is answered with yes decides.
//!
//! 1. Empty. 2. A dump of `curl -v`. 3. JSON: a recording, a token response, a token or key in JSON, else a tree to walk. 4. A cookie jar.
//! 5. The cookie table of a browser's tools. 6. PEM. 7. A `curl` command. 8. A `fetch` call. 9. A request. 10. A response. 11. Header lines,
//!    of one kind or mixed. 12. The enrolment of a one-time-password app. 13. An address. 14. A cookie with attributes. 15. Cookies without.
//! 16. A form. 17. A scheme and credentials. 18. A value alone, freed of what stands around it ([`crate::unpack`]). 19. One cookie.
//! 20. Lines of names and values, as settings are kept. 21. Nothing: then single words are looked at, and only what is beyond doubt counts.
//!
//! Nobody is asked first: the best reading is explained, and the others are offered.

use serde_json::Value;

use crate::authorization::Authorization;
use crate::clean::Repair;
use crate::format::Trait;
use crate::lens::Lens;
use crate::message::{
    self, Address, Exchange, Extent, FileCookie, Headers, Overflow, Request, Response, alternating_lines, curl_command,
    curl_dump, devtools_table, fetch_snippet, har, header_lines, is_curl_dump, is_known_header, is_request_only,
    is_response_only, is_token, looks_like_form, netscape_jar, parse_json, pseudo_header_request,
};
use crate::part::Part;
use crate::set_cookie::Known;
use crate::unpack::{Bare, unpack};

/// What the paste is as a whole, and its pieces.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    /// The id of the container's format; `None` for a value alone, and when nobody knows.
    pub(crate) container: Option<&'static str>,
    /// Its pieces.
    pub(crate) content: Content<'t>,
    /// Other readings, with why.
    pub(crate) alternatives: Vec<(&'static str, &'static str)>,
    /// Changes that were needed to recognise it.
    pub(crate) repairs: Vec<Repair>,
    /// Whether something beyond a limit was left unread.
    pub(crate) overflow: Overflow,
}

/// The pieces of a paste.
#[derive(Debug)]
pub(crate) enum Content<'t> {
    /// Nothing that can be looked at.
    Nothing,
    /// Messages, or fragments of one.
    Messages(Vec<Exchange<'t>>),
    /// Cookies as a tool keeps them.
    Cookies(Vec<FileCookie<'t>>),
    /// JSON of no known kind.
    Json(Value),
    /// One value.
    Value(Box<Bare<'t>>),
    /// Settings, one a line: names and values.
    Lines(Vec<(&'t str, &'t str)>),
    /// Words of a text, each of which is a credential beyond doubt.
    Words(Vec<&'t str>),
}

impl<'t> Document<'t> {
    fn of(container: &'static str, content: Content<'t>) -> Self {
        Self { container: Some(container), content, alternatives: Vec::new(), repairs: Vec::new(), overflow: Overflow(false) }
    }

    fn message(container: &'static str, exchange: Exchange<'t>) -> Self {
        Self::of(container, Content::Messages(vec![exchange]))
    }

    fn value(bare: Bare<'t>) -> Self {
        let repairs = bare.repairs.clone();
        Self {
            container: None,
            repairs,
            content: Content::Value(Box::new(bare)),
            alternatives: Vec::new(),
            overflow: Overflow(false),
        }
    }

    fn or(mut self, format: &'static str, because: &'static str) -> Self {
        self.alternatives.push((format, because));
        self
    }
}

/// Reads a cleaned text; `read_as` is the id of a reading that its owner prefers.
pub(crate) fn read<'t>(text: &'t str, read_as: Option<&str>, lens: &Lens<'_>) -> Document<'t> {
    if text.trim().is_empty() {
        return Document {
            container: None,
            content: Content::Nothing,
            alternatives: Vec::new(),
            repairs: Vec::new(),
            overflow: Overflow(false),
        };
    }
    read_as
        .and_then(|wanted| as_wanted(text, wanted, lens))
        .or_else(|| whole_messages(text))
        .or_else(|| json(text, lens))
        .or_else(|| cookie_files(text))
        .or_else(|| commands(text))
        .or_else(|| wire_messages(text))
        .or_else(|| lines_of_headers(text))
        .or_else(|| single_line(text, lens))
        .unwrap_or_else(|| alone(text, lens))
}

/// Forces a reading, where the text allows it.
fn as_wanted<'t>(text: &'t str, wanted: &str, lens: &Lens<'_>) -> Option<Document<'t>> {
    match wanted {
        "http.set_cookie" => Some(Document::message("http.set_cookie", set_cookie_lines(text))),
        "http.cookie" => Some(Document::message("http.cookie", cookie_line(text))),
        "http.authorization" => Some(Document::message("http.authorization", authorization_line(text))),
        "form" => Some(Document::message("form", form_body(text))),
        "url" => Some(Document::message("url", address_alone(text))),
        "unknown" => None,
        _ => Some(Document::value(unpack(text, lens))),
    }
}

fn whole_messages(text: &str) -> Option<Document<'_>> {
    is_curl_dump(text).then(|| {
        let read = curl_dump(text);
        Document { overflow: read.overflow, ..Document::of("http.exchange", Content::Messages(read.exchanges)) }
    })
}

fn json<'t>(text: &'t str, lens: &Lens<'_>) -> Option<Document<'t>> {
    let value = parse_json(text)?;
    if let Some(read) = har(&value) {
        return Some(Document { overflow: read.overflow, ..Document::of("har", Content::Messages(read.exchanges)) });
    }
    if value.get("access_token").is_some_and(Value::is_string) {
        let body = Some(text.into());
        let response = Response { body, ..Response::of_headers(Headers::default(), Extent::Fragment) };
        return Some(Document::message("oauth.token_response", Exchange::answering(response)));
    }
    let bare = unpack(text, lens);
    if bare.repairs.is_empty() && bare.is_beyond_doubt() {
        return Some(Document::value(bare));
    }
    Some(Document { container: None, ..Document::of("unknown", Content::Json(value)) })
}

fn cookie_files(text: &str) -> Option<Document<'_>> {
    if !text.contains('\t') && !text.starts_with('#') {
        return None;
    }
    netscape_jar(text)
        .map(|cookies| Document::of("cookie_jar", Content::Cookies(cookies)))
        .or_else(|| devtools_table(text).map(|cookies| Document::of("devtools.table", Content::Cookies(cookies))))
}

fn commands(text: &str) -> Option<Document<'static>> {
    let first = text.split_whitespace().next().unwrap_or("");
    let command = if first.contains("curl") { curl_command(text).map(|exchange| ("curl.command", exchange)) } else { None };
    let call = || text.contains("fetch(").then(|| fetch_snippet(text)).flatten().map(|exchange| ("fetch.snippet", exchange));
    command.or_else(call).map(|(container, exchange)| Document::message(container, exchange))
}

/// A request, a response, or one after the other.
fn wire_messages(text: &str) -> Option<Document<'_>> {
    if let Some(request) = message::request(text).or_else(|| pseudo_header_request(text)) {
        if let Some((request, response)) = split_response(text, &request) {
            return Some(Document::message(
                "http.exchange",
                Exchange { request: Some(request), response: Some(response), ..Exchange::default() },
            ));
        }
        return Some(Document::message("http.request", Exchange::asking(request)));
    }
    let response = message::response(text)?;
    Some(Document::message("http.response", Exchange::answering(response)))
}

/// The response that was pasted below a request.
fn split_response<'t>(text: &'t str, request: &Request<'t>) -> Option<(Request<'t>, Response<'t>)> {
    let body = request.body.as_deref()?;
    if !body.contains("HTTP/") {
        return None;
    }
    let at = text.match_indices("\nHTTP/").map(|(at, _)| at + 1).find(|at| message::response(&text[*at..]).is_some())?;
    Some((message::request(text[..at].trim_end())?, message::response(&text[at..])?))
}

fn lines_of_headers(text: &str) -> Option<Document<'_>> {
    let (headers, body) = header_lines(text).or_else(|| alternating_lines(text).map(|headers| (headers, None)))?;
    let kinds: Vec<Option<&str>> = headers.iter().map(|line| kind_of(&line.name)).collect();
    if !headers.iter().any(|line| is_known_header(&line.name)) {
        return None;
    }
    let has_response_names = headers.iter().any(|line| is_response_only(&line.name));
    let is_response = has_response_names && !headers.iter().any(|line| is_request_only(&line.name));
    let (container, extent) = match kinds[0] {
        Some(kind) if kinds.iter().all(|other| *other == Some(kind)) => (kind, Extent::Fragment),
        _ if headers.len() == 1 => ("http.headers", Extent::Fragment),
        _ => ("http.headers", Extent::Headers),
    };
    Some(Document::message(
        container,
        if is_response {
            Exchange::answering(Response { body, ..Response::of_headers(headers, extent) })
        } else {
            Exchange::asking(Request { body, ..Request::of_headers(headers, extent) })
        },
    ))
}

/// The container that lines of this name alone make.
fn kind_of(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "set-cookie" | "set-cookie2" => Some("http.set_cookie"),
        "cookie" => Some("http.cookie"),
        "authorization" | "proxy-authorization" => Some("http.authorization"),
        "www-authenticate" | "proxy-authenticate" => Some("http.challenge"),
        _ => None,
    }
}

/// What stands on one line, or on lines of one kind.
fn single_line<'t>(text: &'t str, lens: &Lens<'_>) -> Option<Document<'t>> {
    if text.starts_with("-----BEGIN") || text.starts_with("otpauth") {
        return None;
    }
    if is_address(text) {
        let bare = unpack(text, lens);
        if bare.is_beyond_doubt() || bare.classified.format.has(Trait::LinkIsKey) {
            return Some(Document::value(bare).or("url", "it is an address; its parameters can be looked at one by one"));
        }
        return Some(Document::message("url", address_alone(text)));
    }
    if text.lines().all(has_attributes) {
        let document = Document::message("http.set_cookie", set_cookie_lines(text));
        return Some(document.or("http.cookie", "without its attributes it could be what a browser sends"));
    }
    if !text.contains('\n') && is_cookie_list(text) {
        return Some(Document::message("http.cookie", cookie_line(text)));
    }
    if looks_like_form(text) {
        return Some(Document::message("form", form_body(text)));
    }
    Authorization::read_alone(text).map(|_| Document::message("http.authorization", authorization_line(text)))
}

/// A value alone, one cookie, or words in a text.
fn alone<'t>(text: &'t str, lens: &Lens<'_>) -> Document<'t> {
    if let Some(lines) = settings(text) {
        return Document { container: None, ..Document::of("unknown", Content::Lines(lines)) };
    }
    let bare = unpack(text, lens);
    let pair =
        text.split_once('=').filter(|(name, value)| is_token(name.trim()) && !text.contains('\n') && !value.starts_with('='));
    if let Some((name, value)) = pair
        && is_better_as_cookie(name.trim(), value.trim(), &bare, lens)
    {
        return Document::message("http.cookie", cookie_line(text)).or("unknown", "the value alone, without the name in front");
    }
    if bare.classified.format.part != Part::Unknown {
        return Document::value(bare);
    }
    let words: Vec<&str> = text
        .split(is_word_end)
        .filter(|word| word.len() >= 16 && lens.is_beyond_doubt(word))
        .take(crate::limits::ITEMS)
        .collect();
    if words.is_empty() || words == [text] {
        return Document::value(bare);
    }
    Document { container: None, ..Document::of("unknown", Content::Words(words)) }
}

/// Two lines or more of `NAME=value`, perhaps behind `export`, with comments and empty lines between them.
fn settings(text: &str) -> Option<Vec<(&str, &str)>> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let setting = |line: &&'_ str| -> Option<(usize, usize)> {
        let start = ["export ", "set "].iter().find_map(|word| line.strip_prefix(word)).map_or(0, |rest| line.len() - rest.len());
        let end = start + line[start..].find('=')?;
        is_token(line[start..end].trim()).then_some((start, end))
    };
    let found: Option<Vec<_>> = lines
        .iter()
        .map(|line| setting(line).map(|(start, end)| (line[start..end].trim(), bare_value(&line[end + 1..]))))
        .collect();
    found.filter(|found| found.len() >= 2)
}

/// The value without the quotes around it.
fn bare_value(value: &str) -> &str {
    let value = value.trim().trim_end_matches([',', ';']);
    ['"', '\'', '`']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote).and_then(|value| value.strip_suffix(*quote)))
        .unwrap_or(value)
}

fn is_word_end(char: char) -> bool {
    char.is_whitespace() || matches!(char, '"' | '\'' | '`' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | ',' | ';')
}

/// One pair is a cookie, unless the value speaks for itself and the name adds nothing.
fn is_better_as_cookie(name: &str, value: &str, bare: &Bare<'_>, lens: &Lens<'_>) -> bool {
    if bare.repairs.is_empty() && bare.is_beyond_doubt() {
        return false;
    }
    let is_bare_certain = bare.is_beyond_doubt();
    let as_cookie = lens.cookie(name, value);
    let says_more = !is_bare_certain || as_cookie.format.id != bare.classified.format.id;
    says_more && !value.is_empty() && !value.contains(' ')
}

/// `scheme://…`, or a path with a query; no white space.
fn is_address(text: &str) -> bool {
    let has_scheme = text.split_once("://").is_some_and(|(scheme, rest)| {
        scheme.starts_with(|char: char| char.is_ascii_alphabetic())
            && scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+.-".contains(char))
            && !rest.is_empty()
    });
    !text.contains(char::is_whitespace) && (has_scheme || text.starts_with('/') && text.contains('?') && text.contains('='))
}

/// `name=value` with an attribute behind it. What has three pairs that are no attributes is a list of cookies with attributes lost in it.
fn has_attributes(line: &str) -> bool {
    let mut pieces = line.split(';').map(str::trim).filter(|piece| !piece.is_empty());
    let Some(first) = pieces.next() else { return false };
    let (mut known, mut unknown) = (0, 0);
    for piece in pieces {
        let (name, has_equals) = piece.split_once('=').map_or((piece, false), |(name, _)| (name.trim_end(), true));
        match Known::parse(name) {
            Some(_) => known += 1,
            None if has_equals => unknown += 1,
            None => {}
        }
    }
    known > 0 && unknown < 3 && first.split_once('=').is_some_and(|(name, _)| !name.contains(char::is_whitespace))
}

fn is_cookie_list(text: &str) -> bool {
    let mut pieces = text.split(';').map(str::trim).filter(|piece| !piece.is_empty()).peekable();
    let is_pair = |piece: &str| piece.split_once('=').is_some_and(|(name, _)| is_token(name));
    let count = text.split(';').filter(|piece| is_pair(piece.trim())).count();
    count >= 2 && pieces.peek().is_some_and(|piece| is_pair(piece)) && pieces.all(|piece| is_pair(piece) || is_token(piece))
}

fn set_cookie_lines(text: &str) -> Exchange<'_> {
    let mut headers = Headers::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        headers.push("Set-Cookie", strip_name(line, "set-cookie"));
    }
    Exchange::answering(Response::of_headers(headers, Extent::Fragment))
}

fn cookie_line(text: &str) -> Exchange<'_> {
    let mut headers = Headers::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        headers.push("Cookie", strip_name(line, "cookie"));
    }
    Exchange::asking(Request::of_headers(headers, Extent::Fragment))
}

fn authorization_line(text: &str) -> Exchange<'_> {
    let mut headers = Headers::default();
    headers.push("Authorization", strip_name(text, "authorization"));
    Exchange::asking(Request::of_headers(headers, Extent::Fragment))
}

/// Takes the header's name off, for whoever wants a line read as another header.
fn strip_name<'t>(line: &'t str, name: &str) -> &'t str {
    let stripped =
        line.split_once(':').filter(|(given, _)| given.trim().eq_ignore_ascii_case(name) || kind_of(given.trim()).is_some());
    stripped.map_or(line, |(_, value)| value).trim_matches(' ')
}

fn form_body(text: &str) -> Exchange<'_> {
    Exchange::asking(Request { body: Some(text.into()), ..Request::of_headers(Headers::default(), Extent::Fragment) })
}

fn address_alone(text: &str) -> Exchange<'_> {
    let address = Address::split(text);
    let request = Request { target: Some(text.into()), ..Request::of_headers(Headers::default(), Extent::Fragment) };
    Exchange { scheme: address.scheme, host: address.host_lower(), ..Exchange::asking(request) }
}
