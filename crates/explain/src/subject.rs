//! What the rules look at: one struct per kind of subject, made once per item or message, read by every rule of that kind.

use cloakroom_primitives::Timestamp;

use crate::classified::{Classified, Place};
use crate::format::Format;
use crate::observed::Observed;

/// A credential, or what might be one.
#[derive(Debug)]
pub(crate) struct TokenSubject<'a> {
    /// The value as it was recognised: percent-decoded when that was needed, without quotes.
    pub(crate) value: &'a str,
    /// What is known about it.
    pub(crate) classified: &'a Classified,
    /// Where it stood.
    pub(crate) place: &'a Place,
    /// The moment everything is judged at.
    pub(crate) now: Timestamp,
    /// The signing secret found on the list of public ones.
    pub(crate) guessed: Option<&'a str>,
    /// What the page saw before it blanked the secret parts.
    pub(crate) observed: &'a Observed,
    /// Other credentials of the same message.
    pub(crate) beside: &'a [Beside<'a>],
    /// User names that stand in the same paste.
    pub(crate) user_names: &'a [&'a str],
}

/// Another credential of the same message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside<'a> {
    /// Name of the cookie, header or field.
    pub(crate) name: &'a str,
    /// Its value.
    pub(crate) value: &'a str,
    /// What it is.
    pub(crate) format: &'static Format,
}

/// One `Set-Cookie` line.
#[derive(Debug)]
pub(crate) struct SetCookieSubject<'a>(std::marker::PhantomData<&'a ()>);
/// A `Cookie` header, all lines of one request together.
#[derive(Debug)]
pub(crate) struct CookieHeaderSubject<'a>(std::marker::PhantomData<&'a ()>);
/// An `Authorization` or `Proxy-Authorization` header.
#[derive(Debug)]
pub(crate) struct AuthorizationSubject<'a>(std::marker::PhantomData<&'a ()>);
/// A request.
#[derive(Debug)]
pub(crate) struct RequestSubject<'a>(std::marker::PhantomData<&'a ()>);
/// A response.
#[derive(Debug)]
pub(crate) struct ResponseSubject<'a>(std::marker::PhantomData<&'a ()>);
/// A request with its response.
#[derive(Debug)]
pub(crate) struct ExchangeSubject<'a>(std::marker::PhantomData<&'a ()>);
/// The paste itself.
#[derive(Debug)]
pub(crate) struct InputSubject<'a>(std::marker::PhantomData<&'a ()>);
