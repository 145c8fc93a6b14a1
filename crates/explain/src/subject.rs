//! What the rules look at: one struct per kind of subject, made once per item or message, read by every rule of that kind.

use cloakroom_primitives::Timestamp;

use crate::authorization::Authorization;
use crate::classified::{Classified, Place};
use crate::clean::Repair;
use crate::cookie_header::CookieHeader;
use crate::format::{Format, Trait};
use crate::inside::{Inside, Jose, Payload};
use crate::item::Item;
use crate::message::{Address, Request, Response};
use crate::observed::Observed;
use crate::set_cookie::{Refusal, SameSite, SetCookie, Setting};

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

impl TokenSubject<'_> {
    /// The row of the table.
    pub(crate) fn format(&self) -> &'static Format {
        self.classified.format
    }

    /// Whether the row has that trait.
    pub(crate) fn has(&self, wanted: Trait) -> bool {
        self.format().has(wanted)
    }

    /// Whether seeing it is no leak: by its row, by its prefix, or by the role that it names.
    pub(crate) fn is_public_on_purpose(&self) -> bool {
        let by_prefix = matches!(&self.classified.inside, Inside::Prefixed { prefix } if prefix.starts_with("pk_") || prefix.contains("publishable"));
        let is_anonymous =
            self.format().id == "supabase.api_jwt" && self.jose().and_then(|jose| jose.claim_text("role")) == Some("anon");
        self.has(Trait::PublicOnPurpose) || by_prefix || is_anonymous
    }
}

impl<'a> TokenSubject<'a> {
    /// The JWS or JWE that it is; of an SD-JWT the issuer's part.
    pub(crate) fn jose(&self) -> Option<&'a Jose> {
        match &self.classified.inside {
            Inside::Jose(jose) => Some(jose),
            Inside::SdJwt(parsed) => Some(&parsed.issuer),
            _ => None,
        }
    }

    /// The same, when it is signed.
    pub(crate) fn jws(&self) -> Option<&'a Jose> {
        self.jose().filter(|jose| !jose.is_encrypted())
    }

    /// The same, when it is locked.
    pub(crate) fn jwe(&self) -> Option<&'a Jose> {
        self.jose().filter(|jose| jose.is_encrypted())
    }

    /// The same, when its claims could be read.
    pub(crate) fn claims_of(&self) -> Option<&'a Jose> {
        self.jws().filter(|jose| jose.payload == Payload::Claims)
    }
}

/// Another credential of the same message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside<'a> {
    /// Its value.
    pub(crate) value: &'a str,
    /// What it is.
    pub(crate) format: &'static Format,
}

/// One `Set-Cookie` line.
#[derive(Debug)]
pub(crate) struct SetCookieSubject<'a> {
    /// The line as a browser understands it.
    pub(crate) cookie: &'a SetCookie<'a>,
    /// What the value is.
    pub(crate) item: &'a Item<'a>,
    /// The host that sent it, and how.
    pub(crate) setting: Setting<'a>,
    /// Why a browser would not store it.
    pub(crate) refusals: &'a [Refusal],
    /// The lines that came before it in the same response.
    pub(crate) before: &'a [&'a SetCookie<'a>],
    /// The lines that came before it anywhere in the paste.
    pub(crate) before_in_paste: &'a [&'a SetCookie<'a>],
    /// The moment everything is judged at.
    pub(crate) now: Timestamp,
    /// When the response was sent, as its `Date` says; else the same moment.
    pub(crate) sent_at: Timestamp,
}

impl SetCookieSubject<'_> {
    /// Whether the line hands out something that opens something: a line that deletes does not.
    pub(crate) fn is_credential(&self) -> bool {
        self.item.is_credential() && !self.cookie.deletes()
    }

    /// Whether browsers have to guess about requests from other sites.
    pub(crate) fn has_no_same_site(&self) -> bool {
        matches!(self.cookie.same_site, SameSite::Absent | SameSite::Invalid)
    }
}

/// A `Cookie` header, all lines of one request together.
#[derive(Debug)]
pub(crate) struct CookieHeaderSubject<'a> {
    /// Its pairs.
    pub(crate) header: &'a CookieHeader<'a>,
    /// What the values are.
    pub(crate) items: &'a [&'a Item<'a>],
}

/// An `Authorization` or `Proxy-Authorization` header.
#[derive(Debug)]
pub(crate) struct AuthorizationSubject<'a> {
    /// Whether it is meant for a proxy.
    pub(crate) is_proxy: bool,
    /// Scheme and credentials.
    pub(crate) authorization: Authorization<'a>,
    /// What the credentials are.
    pub(crate) item: &'a Item<'a>,
    /// The proof that came along in a header of its own.
    pub(crate) proof: Option<&'a Item<'a>>,
    /// How many headers of this name the request has.
    pub(crate) count: usize,
    /// The request around it.
    pub(crate) request: &'a Request<'a>,
    /// Where the request went, and how.
    pub(crate) setting: Setting<'a>,
}

/// A request.
#[derive(Debug)]
pub(crate) struct RequestSubject<'a> {
    /// The request.
    pub(crate) request: &'a Request<'a>,
    /// Its target.
    pub(crate) address: Address<'a>,
    /// Where it went, and how.
    pub(crate) setting: Setting<'a>,
    /// What was found in it.
    pub(crate) items: &'a [&'a Item<'a>],
}

/// A response.
#[derive(Debug)]
pub(crate) struct ResponseSubject<'a> {
    /// The response.
    pub(crate) response: &'a Response<'a>,
    /// The request it answers, when that is known.
    pub(crate) request: Option<&'a Request<'a>>,
    /// Where it came from, and how.
    pub(crate) setting: Setting<'a>,
    /// What was found in it.
    pub(crate) items: &'a [&'a Item<'a>],
}

impl ResponseSubject<'_> {
    /// Whether `Clear-Site-Data` names `what`, or everything, in the quotes without which nothing happens.
    pub(crate) fn clears_site_data(&self, what: &str) -> bool {
        let names = |member: &str| {
            member == "\"*\"" || member.strip_prefix('"').and_then(|member| member.strip_suffix('"')) == Some(what)
        };
        self.response.headers.members("clear-site-data").any(names)
    }
}

/// A request with its response.
#[derive(Debug)]
pub(crate) struct ExchangeSubject<'a> {
    /// The request.
    pub(crate) request: &'a RequestSubject<'a>,
    /// Its response.
    pub(crate) response: &'a ResponseSubject<'a>,
}

/// The paste itself.
#[derive(Debug)]
pub(crate) struct InputSubject<'a> {
    /// What was changed before reading.
    pub(crate) repairs: &'a [Repair],
    /// The cleaned text.
    pub(crate) text: &'a str,
    /// Whether control characters stand in it.
    pub(crate) has_control: bool,
    /// Whether a limit was reached and something was left unread.
    pub(crate) is_too_large: bool,
    /// Whether the host is known that cookies belong to.
    pub(crate) has_host: bool,
    /// What the paste as a whole is; none when nobody knows.
    pub(crate) format: Option<&'static Format>,
    /// What was found.
    pub(crate) items: &'a [Item<'a>],
}
