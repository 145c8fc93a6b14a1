//! One request with its response, as much of each as was pasted.

use std::borrow::Cow;

use super::address::Scheme;
use super::headers::Headers;
use super::parameters::{Parameter, looks_like_form, parameters};

/// How much of a message was pasted; what is absent from a fragment says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Start line and all headers.
    Whole,
    /// Header lines of several kinds, without a start line.
    Headers,
    /// Lines of one kind alone.
    Fragment,
}

/// The protocol version, as far as rules depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// `HTTP/1.1`.
    Http11,
    /// Any other, or not told.
    Other,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Request<'t> {
    /// In capitals as written.
    pub(crate) method: Option<Cow<'t, str>>,
    /// Path and query, or a whole address.
    pub(crate) target: Option<Cow<'t, str>>,
    /// The protocol version of the start line.
    pub(crate) version: Version,
    /// Header lines.
    pub(crate) headers: Headers<'t>,
    /// What follows the headers.
    pub(crate) body: Option<Cow<'t, str>>,
    /// How much of it was pasted.
    pub(crate) extent: Extent,
}

/// A response.
#[derive(Clone, Debug)]
pub(crate) struct Response<'t> {
    /// The status code.
    pub(crate) status: Option<u16>,
    /// Header lines.
    pub(crate) headers: Headers<'t>,
    /// What follows the headers.
    pub(crate) body: Option<Cow<'t, str>>,
    /// How much of it was pasted.
    pub(crate) extent: Extent,
}

/// A request with its response; at least one of them is there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchange<'t> {
    /// How it travelled, as far as the paste or the reader says.
    pub(crate) scheme: Option<Scheme>,
    /// Host without port, in lower case.
    pub(crate) host: Option<String>,
    /// The request.
    pub(crate) request: Option<Request<'t>>,
    /// The response.
    pub(crate) response: Option<Response<'t>>,
}

impl<'t> Exchange<'t> {
    /// A request of which no response is known.
    pub(crate) fn asking(request: Request<'t>) -> Self {
        Self { request: Some(request), ..Self::default() }
    }

    /// A response of which no request is known.
    pub(crate) fn answering(response: Response<'t>) -> Self {
        Self { response: Some(response), ..Self::default() }
    }
}

impl<'t> Request<'t> {
    /// The fields of a form body; empty when the body is something else.
    pub(crate) fn form(&self) -> Vec<Parameter<'_>> {
        let Some(body) = self.body.as_deref() else { return Vec::new() };
        let kind = self.headers.first("content-type").unwrap_or("").trim().to_ascii_lowercase();
        let is_form = kind.starts_with("application/x-www-form-urlencoded") || kind.is_empty() && looks_like_form(body);
        if is_form { parameters(body) } else { Vec::new() }
    }

    /// A request of which only headers are known.
    pub(crate) fn of_headers(headers: Headers<'t>, extent: Extent) -> Self {
        Self { method: None, target: None, version: Version::Other, headers, body: None, extent }
    }
}

impl<'t> Response<'t> {
    /// A response of which only headers are known.
    pub(crate) fn of_headers(headers: Headers<'t>, extent: Extent) -> Self {
        Self { status: None, headers, body: None, extent }
    }
}

/// Which limits were reached while reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overflow(pub(crate) bool);

/// What reading a recording gives.
#[derive(Debug, Default)]
pub(crate) struct Reading<'t> {
    /// In the order of the recording.
    pub(crate) exchanges: Vec<Exchange<'t>>,
    /// Whether exchanges beyond the limit were left unread.
    pub(crate) overflow: Overflow,
}
