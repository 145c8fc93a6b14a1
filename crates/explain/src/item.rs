//! One thing found in a paste: a credential, or what might be one, with its address and everything known about it.
//!
//! The address says where it stood, in words that stay the same: `set-cookie:NAME`, `cookie:NAME`, `authorization`, `authorization.user`,
//! a lower-cased header name, `form.NAME`, `body.PATH`, `url.NAME`, `fragment.NAME`, `location.NAME`, `referer.NAME`, `line.NAME`; empty for a value
//! that was pasted alone.

use std::borrow::Cow;

use crate::classified::{Classified, Place};
use crate::classify::names::names_a_secret;
use crate::format::Format;
use crate::part::{Confidence, Part};
use crate::set_cookie::SetCookie;

/// How a value travels; a property of where it was found, never of its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// In a cookie.
    Cookie,
    /// In a header.
    Header,
    /// In an address.
    Url,
    /// In the body of a message.
    Body,
    /// Pasted alone: nobody knows.
    Alone,
}

impl Carrier {
    /// The word of the answer; none where nobody knows.
    pub(crate) const fn word(self) -> Option<&'static str> {
        match self {
            Self::Cookie => Some("cookie"),
            Self::Header => Some("header"),
            Self::Url => Some("url"),
            Self::Body => Some("body"),
            Self::Alone => None,
        }
    }
}

/// Which message of the paste, by position of its exchange and by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MessageRef {
    /// Position of the exchange.
    pub(crate) exchange: usize,
    /// Which side of it.
    pub(crate) side: Side,
}

/// The two sides of an exchange, in the order in which they speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    Request,
    Response,
}

/// One thing found.
#[derive(Clone, Debug)]
pub(crate) struct Item<'d> {
    /// Its address.
    pub(crate) at: String,
    /// Name of the cookie, header, field; empty for a value alone.
    pub(crate) name: Cow<'d, str>,
    /// As written.
    pub(crate) raw: Cow<'d, str>,
    /// Where it stood, as far as that helps to tell what it is.
    pub(crate) place: Place,
    /// How it travels.
    pub(crate) carrier: Carrier,
    /// The message it stood in.
    pub(crate) message: Option<MessageRef>,
    /// What it is.
    pub(crate) classified: Classified,
    /// The attributes of a cookie, where they are known.
    pub(crate) cookie: Option<SetCookie<'d>>,
    /// Complete credentials inside, with the path to each.
    pub(crate) nested: Vec<(String, Item<'d>)>,
}

impl Item<'_> {
    /// The row of the table.
    pub(crate) fn format(&self) -> &'static Format {
        self.classified.format
    }

    /// Which part of signing in it is.
    pub(crate) fn part(&self) -> Part {
        self.classified.format.part
    }

    /// How many parts there are to tell of: segments, and the name and the attributes of a cookie.
    pub(crate) fn parts(&self) -> usize {
        self.classified.segments.len() + self.cookie.as_ref().map_or(0, |cookie| cookie.attributes.len()) + 1
    }

    /// Whether it opens something.
    pub(crate) fn is_credential(&self) -> bool {
        self.format().is_credential()
    }

    /// Whether it is a credential that stands for itself: not a piece of another one, and not a line that deletes.
    pub(crate) fn is_live_credential(&self) -> bool {
        self.is_credential() && !self.at.starts_with("authorization.") && !self.cookie.as_ref().is_some_and(SetCookie::deletes)
    }

    /// Whether its name says that it is a secret, and nothing better is known about it.
    pub(crate) fn is_password(&self) -> bool {
        names_a_secret(&self.name) && !(is_specific(&self.classified) && self.is_credential())
    }

    /// Whether it is a cookie of a request.
    pub(crate) fn is_request_cookie(&self) -> bool {
        self.carrier == Carrier::Cookie && self.message.is_none_or(|message| message.side == Side::Request)
    }
}

/// Whether a value was recognised by more than its shape.
pub(crate) fn is_specific(classified: &Classified) -> bool {
    classified.format.part != Part::Unknown
        && !(classified.confidence == Confidence::Weak || classified.format.id.starts_with("opaque."))
}
