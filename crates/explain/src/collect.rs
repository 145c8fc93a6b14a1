//! Everything in a paste that may be a credential, as items in the order of their appearance.
//!
//! 1. Every cookie is an item, so that people see which of them sign nobody in. So are the credentials of `Authorization`.
//! 2. Of other headers, parameters, fields and members only those are, that are something, or are named as if they were: a search word is
//!    no item.
//! 3. At most 100 items; tokens inside tokens three deep.

use std::borrow::Cow;

use serde_json::Value;

use crate::authorization::{Authorization, auth_parameters};
use crate::classified::{Classified, Place};
use crate::classify::names::{names_a_secret, sounds_like_a_session};
use crate::cookie_header::CookieHeader;
use crate::format::Format;
use crate::formats::{by_id, by_scheme};
use crate::item::{Carrier, Item, MessageRef, Side, is_specific};
use crate::lens::Lens;
use crate::limits;
use crate::message::{Address, Exchange, Header, Leaf, Parameter, Request, Response, leaves, looks_like_form, parse_json};
use crate::part::{Confidence, Part};
use crate::set_cookie::SetCookie;
use crate::sniff::{Content, Document};

/// What was found, and whether something was left out.
#[derive(Debug)]
pub(crate) struct Found<'d> {
    /// In the order of their appearance.
    pub(crate) items: Vec<Item<'d>>,
    /// Whether a limit was reached.
    pub(crate) overflowed: bool,
}

/// Collects the items of a document.
pub(crate) fn collect<'d>(document: &'d Document<'_>, lens: &Lens<'_>) -> Found<'d> {
    let mut collector = Collector { lens: *lens, items: Vec::new(), overflowed: document.overflow.0, message: None };
    match &document.content {
        Content::Nothing => {}
        Content::Messages(exchanges) => {
            for (index, exchange) in exchanges.iter().enumerate() {
                collector.exchange(index, exchange);
            }
        }
        Content::Cookies(cookies) => {
            for cookie in cookies.iter().take(limits::COOKIES) {
                let set = SetCookie::of_file(cookie, lens.now);
                collector.cookie(format!("cookie:{}", cookie.name), cookie.name, cookie.value, false, Some(set));
            }
            collector.overflowed |= cookies.len() > limits::COOKIES;
        }
        Content::Json(value) => {
            collector.members(value, "body", limits::NESTING);
        }
        Content::Value(bare) => {
            let item = collector.item("", "", Cow::Borrowed(&*bare.text), Place::Bare, Carrier::Alone, bare.classified.clone());
            collector.push(item);
        }
        Content::Lines(lines) => {
            for (name, value) in lines {
                if value.contains("://") {
                    collector.address(name, name, &Address::split(value));
                }
                collector.named(&format!("line.{name}"), *name, Cow::Borrowed(value), Carrier::Alone, Wanted::Always);
            }
        }
        Content::Words(words) => {
            for word in words {
                let classified = lens.alone(word);
                let item = collector.item("", "", Cow::Borrowed(word), Place::Bare, Carrier::Alone, classified);
                collector.push(item);
            }
        }
    }
    Found { items: collector.items, overflowed: collector.overflowed }
}

struct Collector<'r, 'd> {
    lens: Lens<'r>,
    items: Vec<Item<'d>>,
    overflowed: bool,
    message: Option<MessageRef>,
}

impl<'d> Collector<'_, 'd> {
    fn item(
        &self,
        at: impl Into<String>,
        name: impl Into<Cow<'d, str>>,
        raw: Cow<'d, str>,
        place: Place,
        carrier: Carrier,
        classified: Classified,
    ) -> Item<'d> {
        let nested = nested(&classified, &self.lens, limits::NESTING);
        Item { at: at.into(), name: name.into(), raw, place, carrier, message: self.message, classified, cookie: None, nested }
    }

    fn push(&mut self, item: Item<'d>) {
        self.overflowed |= item.raw.len() > limits::VALUE || item.parts() > limits::PARTS;
        if self.items.len() >= limits::ITEMS {
            self.overflowed = true;
        } else {
            self.items.push(item);
        }
    }

    fn exchange(&mut self, index: usize, exchange: &'d Exchange<'_>) {
        if let Some(request) = &exchange.request {
            self.message = Some(MessageRef { exchange: index, side: Side::Request });
            self.request(request);
        }
        if let Some(response) = &exchange.response {
            self.message = Some(MessageRef { exchange: index, side: Side::Response });
            self.response(response);
        }
    }

    fn request(&mut self, request: &'d Request<'_>) {
        self.overflowed |= request.headers.overflowed;
        let address = request.target.as_deref().map(Address::split).unwrap_or_default();
        self.address("url", "fragment", &address);
        for line in request.headers.iter() {
            match line.name.to_ascii_lowercase().as_str() {
                "authorization" => self.authorization("authorization", &line.value),
                "proxy-authorization" => self.authorization("proxy-authorization", &line.value),
                "referer" => self.address("referer", "referer", &Address::split(&line.value)),
                "cookie" => {}
                name => self.header(name, line),
            }
        }
        self.cookies(request);
        if let Some(body) = request.body.as_deref() {
            let form = request.form();
            if form.is_empty() { self.body(body) } else { self.form(form) }
        }
    }

    fn response(&mut self, response: &'d Response<'_>) {
        self.overflowed |= response.headers.overflowed;
        let mut cookies = 0;
        for line in response.headers.iter() {
            match line.name.to_ascii_lowercase().as_str() {
                "set-cookie" | "set-cookie2" if cookies < limits::COOKIES => {
                    cookies += 1;
                    let set = SetCookie::read(&line.value, self.lens.now);
                    let has_signature = has_cookie_named(response, set.name);
                    self.cookie(format!("set-cookie:{}", set.name), set.name, set.value, has_signature, Some(set.clone()));
                }
                "set-cookie" | "set-cookie2" => self.overflowed = true,
                "location" => self.address("location", "location", &Address::split(&line.value)),
                "www-authenticate" | "proxy-authenticate" => self.challenge(line),
                name => self.header(name, line),
            }
        }
        if let Some(body) = response.body.as_deref() {
            self.body(body);
        }
    }

    fn cookies(&mut self, request: &'d Request<'_>) {
        let header = CookieHeader::read(request.headers.all("cookie"));
        self.overflowed |= header.overflowed;
        for pair in header.pairs.iter().filter(|pair| pair.is_cookie()) {
            let has_signature = header.pairs.iter().any(|other| other.name.strip_suffix(".sig") == Some(pair.name));
            self.cookie(format!("cookie:{}", pair.name), pair.name, pair.value, has_signature, None);
        }
    }

    fn cookie(&mut self, at: String, name: &'d str, value: &'d str, has_signature_beside: bool, set: Option<SetCookie<'d>>) {
        let place = Place::Cookie { name: name.to_owned(), has_signature_beside };
        let classified = self.lens.look(value, &place);
        let item = self.item(at, name, Cow::Borrowed(value), place, Carrier::Cookie, classified);
        self.push(Item { cookie: set, ..item });
    }

    /// The scheme, the credentials, and what stands inside them.
    fn authorization(&mut self, header: &'static str, value: &'d str) {
        let read = Authorization::read(value);
        let scheme = read.scheme_lower();
        let place = Place::Header { name: header.to_owned(), scheme: scheme.clone() };
        let mut classified = self.lens.look(read.credentials, &place);
        let scheme_format = format_of_scheme(scheme.as_deref());
        // A token that is nothing by itself is told by its scheme.
        if let Some(scheme_format) =
            scheme_format.filter(|_| classified.format.part == Part::Unknown && !read.credentials.is_empty())
        {
            classified.format = scheme_format;
            classified.confidence = Confidence::Strong;
        }
        if let Some(format) = scheme_format {
            let word = read.scheme.unwrap_or("");
            let mut about = self.lens.look("", &place);
            about.format = format;
            about.confidence = Confidence::Certain;
            about.because = vec![format!("the scheme is \"{word}\"")];
            about.alternatives.clear();
            let item =
                self.item(format!("{header}.scheme"), "scheme", Cow::Borrowed(word), place.clone(), Carrier::Header, about);
            self.push(item);
        }
        let item = self.item(header, header, Cow::Borrowed(read.credentials), place, Carrier::Header, classified);
        self.user(header, &item);
        self.push(item);
        for (name, value) in auth_parameters(read.credentials).unwrap_or_default() {
            self.named(&format!("{header}.{name}"), name, Cow::Borrowed(value), Carrier::Header, Wanted::Specific);
        }
    }

    /// The user name of Basic, when it is a key by itself.
    fn user(&mut self, header: &str, item: &Item<'_>) {
        let crate::inside::Inside::Basic(basic) = &item.classified.inside else { return };
        let classified = self.lens.alone(&basic.user);
        if is_specific(&classified) && classified.format.is_credential() {
            let user = self.item(
                format!("{header}.user"),
                "user",
                Cow::Owned(basic.user.clone()),
                Place::Bare,
                Carrier::Header,
                classified,
            );
            self.push(user);
        }
    }

    fn challenge(&mut self, line: &'d Header<'_>) {
        let name = line.name.to_ascii_lowercase();
        let place = Place::Header { name: name.clone(), scheme: None };
        let mut classified = self.lens.look(&line.value, &place);
        if let Some(format) = by_id("http.challenge") {
            classified.format = format;
            classified.confidence = Confidence::Certain;
            classified.alternatives.clear();
        }
        let item = self.item(name.clone(), name, Cow::Borrowed(&*line.value), place, Carrier::Header, classified);
        self.push(item);
    }

    /// Any other header, when its value is something.
    fn header(&mut self, name: &str, line: &'d Header<'_>) {
        if is_never_credential(name) {
            return;
        }
        let place = Place::Header { name: name.to_owned(), scheme: None };
        let classified = self.lens.look(&line.value, &place);
        if is_specific(&classified) && classified.format.part != Part::Container {
            let item = self.item(name, name.to_owned(), Cow::Borrowed(&*line.value), place, Carrier::Header, classified);
            self.push(item);
        }
    }

    /// The parameters of an address, in its query, fragment and path.
    fn address(&mut self, query: &str, fragment: &str, address: &Address<'d>) {
        if let Some(password) = address.password {
            self.named(&format!("{query}.password"), "password", Cow::Borrowed(password), Carrier::Url, Wanted::Always);
        }
        // A name is no secret, but many put the key there and leave the password empty.
        if let Some(user) = address.user {
            self.named(&format!("{query}.user"), "user", Cow::Borrowed(user), Carrier::Url, Wanted::Specific);
        }
        for segment in address.segments() {
            if let Some((name, value)) =
                segment.split_once('=').filter(|(name, _)| sounds_like_a_session(name) || name.eq_ignore_ascii_case("jsessionid"))
            {
                self.named(&format!("{query}.{name}"), name, Cow::Borrowed(value), Carrier::Url, Wanted::Always);
            }
        }
        for (prefix, parameters) in [(query, address.query_parameters()), (fragment, address.fragment_parameters())] {
            for Parameter { name, value, .. } in parameters {
                let wanted = if is_key_name(&name) { Wanted::Always } else { Wanted::Specific };
                self.named(&format!("{prefix}.{name}"), name.into_owned(), value, Carrier::Url, wanted);
            }
        }
    }

    fn form(&mut self, fields: Vec<Parameter<'d>>) {
        for Parameter { name, value, .. } in fields {
            let wanted = if is_key_name(&name) { Wanted::Always } else { Wanted::Specific };
            self.named(&format!("form.{name}"), name.into_owned(), value, Carrier::Body, wanted);
        }
    }

    fn body(&mut self, body: &'d str) {
        if let Some(value) = parse_json(body) {
            self.members(&value, "body", limits::NESTING);
        } else if looks_like_form(body) {
            self.form(crate::message::parameters(body));
        } else if !body.contains(char::is_whitespace) && self.lens.is_beyond_doubt(body) {
            let classified = self.lens.alone(body);
            let item = self.item("body", "body", Cow::Borrowed(body), Place::Bare, Carrier::Body, classified);
            self.push(item);
        }
    }

    /// The strings of JSON, and of JSON that stands in a string of JSON.
    fn members(&mut self, value: &Value, path: &str, depth: usize) {
        for Leaf { path: below, name, text } in leaves(value, limits::ITEMS) {
            let at = if below.is_empty() { path.to_owned() } else { format!("{path}.{below}") };
            if let Some(inner) = parse_json(text).filter(|_| depth > 1) {
                self.members(&inner, &at, depth - 1);
                continue;
            }
            let wanted = if is_key_name(name) { Wanted::Always } else { Wanted::Specific };
            self.named(&at, name.to_owned(), Cow::Owned(text.to_owned()), Carrier::Body, wanted);
        }
    }

    /// A named value, when it is something or its name says that it should be.
    fn named(&mut self, at: &str, name: impl Into<Cow<'d, str>>, value: Cow<'d, str>, carrier: Carrier, wanted: Wanted) {
        if value.is_empty() {
            return;
        }
        let name = name.into();
        let place = Place::Field { name: name.clone().into_owned() };
        let classified = self.lens.look(&value, &place);
        if wanted == Wanted::Always || is_specific(&classified) {
            let item = self.item(at, name, value, place, carrier, classified);
            self.push(item);
        }
    }
}

/// Which named values become items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Every one: the name says that it is a key.
    Always,
    /// What is recognised by more than its shape.
    Specific,
}

/// Tokens inside a token, each with its path, as deep as the limit allows.
fn nested<'d>(classified: &Classified, lens: &Lens<'_>, depth: usize) -> Vec<(String, Item<'d>)> {
    if depth == 0 {
        return Vec::new();
    }
    let inner = |(path, value): &(String, String)| {
        let inside = lens.alone(value);
        let nested = nested(&inside, lens, depth - 1);
        let item = Item {
            at: path.clone(),
            name: Cow::Owned(path.clone()),
            raw: Cow::Owned(value.clone()),
            place: Place::Bare,
            carrier: Carrier::Alone,
            message: None,
            classified: inside,
            cookie: None,
            nested,
        };
        (path.clone(), item)
    };
    classified.nested.iter().take(limits::NESTING * 4).map(inner).collect()
}

/// The format that a scheme names; a scheme that nobody registered is a home-made one.
fn format_of_scheme(scheme: Option<&str>) -> Option<&'static Format> {
    let Some(scheme) = scheme else { return by_id("http.raw") };
    by_scheme(scheme).or_else(|| by_id("http.token_scheme"))
}

fn has_cookie_named(response: &Response<'_>, name: &str) -> bool {
    let is_signature = |line: &str| line.split('=').next().is_some_and(|other| other.trim().strip_suffix(".sig") == Some(name));
    !name.is_empty() && response.headers.all("set-cookie").any(is_signature)
}

/// Names of parameters, fields and members whose values are looked at whatever they are.
fn is_key_name(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "access_token",
        "token",
        "id_token",
        "refresh_token",
        "api_key",
        "apikey",
        "key",
        "auth",
        "jwt",
        "session",
        "sid",
        "password",
        "passwd",
        "pwd",
        "current-password",
        "new-password",
        "client_secret",
        "phpsessid",
        "jsessionid",
        "sessionid",
        "assertion",
        "client_assertion",
        "subject_token",
        "actor_token",
        "code_verifier",
    ];
    names_a_secret(name) || sounds_like_a_session(name) || NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Headers that are never looked at: their values look random and mean nothing.
fn is_never_credential(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "accept",
        "accept-encoding",
        "accept-language",
        "accept-ranges",
        "age",
        "alt-svc",
        "cache-control",
        "cf-ray",
        "connection",
        "content-encoding",
        "content-language",
        "content-length",
        "content-security-policy",
        "content-type",
        "date",
        "dnt",
        "etag",
        "expires",
        "host",
        "if-modified-since",
        "if-none-match",
        "last-modified",
        "origin",
        "permissions-policy",
        "pragma",
        "priority",
        "referrer-policy",
        "server",
        "server-timing",
        "strict-transport-security",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "upgrade-insecure-requests",
        "user-agent",
        "vary",
        "via",
        "x-correlation-id",
        "x-content-type-options",
        "x-frame-options",
        "x-powered-by",
        "x-request-id",
        "x-requested-with",
        "x-trace-id",
    ];
    NAMES.contains(&name) || name.starts_with(':') || name.starts_with("sec-") || name.starts_with("access-control-")
}
