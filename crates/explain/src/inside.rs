//! What only some kinds of values have inside, parsed once, so that findings ask for facts instead of parsing again.
//!
//! Nothing in here was proven: signatures are not checked, times not believed, addresses never fetched.

use std::ops::Range;

use serde_json::{Map, Value};

/// What only this kind of value has.
#[derive(Clone, Debug, Default)]
pub(crate) enum Inside {
    /// Nothing that findings ask for.
    #[default]
    Nothing,
    /// JWS or JWE, compact; also the one behind a prefix.
    Jose(Box<Jose>),
    /// SD-JWT.
    SdJwt(Box<SdJwt>),
    /// PASETO.
    Paseto {
        /// 1 to 4.
        version: u8,
        /// Whether a footer stands behind it.
        has_footer: bool,
    },
    /// PASERK, by its type: `local`, `secret`, `pid`, …
    Paserk {
        /// The word between the dots.
        kind: String,
    },
    /// Macaroon.
    Macaroon {
        /// The conditions, as far as they are text.
        caveats: Vec<String>,
    },
    /// SAML message.
    Saml(Box<Saml>),
    /// Enrolment of a one-time-password app.
    Otp(Otp),
    /// User name and password.
    Basic(Basic),
    /// A MAC over a text, with which secrets can be guessed.
    Mac(Mac),
    /// A library or product key, by its prefix.
    Prefixed {
        /// The prefix that matched.
        prefix: String,
    },
}

/// A compact JWS or JWE, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Jose {
    /// Its own text, without what stood around it.
    pub(crate) text: String,
    /// The parts between the dots, as bytes of [`Self::text`].
    pub(crate) parts: Vec<Range<usize>>,
    /// The header's members.
    pub(crate) header: Map<String, Value>,
    /// The claims; empty when there are none.
    pub(crate) claims: Map<String, Value>,
    /// What is between the first two dots of a JWS; [`Payload::Sealed`] in a JWE.
    pub(crate) payload: Payload,
    /// The bytes of the last part.
    pub(crate) signature: Signature,
    /// What is wrong with how it is written.
    pub(crate) faults: Faults,
}

/// What a JWS carries.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Payload {
    /// A set of claims.
    Claims,
    /// JSON that is no object.
    Json(Value),
    /// Text that is no JSON; a compact token, for one.
    Text(String),
    /// Bytes that are no text.
    Bytes,
    /// JSON that ends before it is complete.
    Cut,
    /// Blanked before it got here.
    Blanked,
    /// Nothing: the content travels elsewhere.
    Empty,
    /// Encrypted.
    Sealed,
    /// Not there: the token ends before it.
    Missing,
}

/// The last part of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Signature {
    /// Decoded.
    Bytes(Vec<u8>),
    /// There, but empty.
    Empty,
    /// Blanked before it got here; so many bytes.
    Blanked(usize),
    /// There, but no base64.
    Unreadable,
    /// Not there: the token ends before it.
    Missing,
}

/// What is wrong with how a token is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent observations, none of which changes what another means")]
pub(crate) struct Faults {
    /// A part has padding, another alphabet, white space or stray bits.
    pub(crate) is_oddly_spelled: bool,
    /// A name stands twice in header or claims.
    pub(crate) has_duplicates: bool,
    /// Header or payload is no UTF-8, or starts with a byte order mark.
    pub(crate) is_not_utf8: bool,
    /// It ends inside a part.
    pub(crate) is_cut: bool,
}

impl Jose {
    /// The claims; empty when there are none.
    pub(crate) fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// A member of the header that is a string.
    pub(crate) fn header_text(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }

    /// A claim that is a string.
    pub(crate) fn claim_text(&self, name: &str) -> Option<&str> {
        self.claims().get(name)?.as_str()
    }

    /// A claim that is a number, with or without fraction.
    pub(crate) fn claim_number(&self, name: &str) -> Option<f64> {
        self.claims().get(name)?.as_f64()
    }

    /// Whether there is such a claim, of whatever type.
    pub(crate) fn has_claim(&self, name: &str) -> bool {
        self.claims().contains_key(name)
    }

    /// The text of one of its parts.
    pub(crate) fn part(&self, index: usize) -> &str {
        self.parts.get(index).map_or("", |range| &self.text[range.clone()])
    }

    /// `typ`, compared as RFC 7515 §4.1.9 has it: without case, without `application/`.
    pub(crate) fn kind(&self) -> Option<String> {
        let kind = self.header_text("typ")?.trim().to_ascii_lowercase();
        Some(kind.strip_prefix("application/").map_or(kind.clone(), str::to_owned))
    }

    /// `alg`, where it is a string.
    pub(crate) fn algorithm(&self) -> Option<&str> {
        self.header_text("alg")
    }

    /// Whether it is a JWE.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.payload == Payload::Sealed
    }
}

/// An SD-JWT: the issuer's token, what is disclosed, and perhaps a proof by the holder.
#[derive(Clone, Debug)]
pub(crate) struct SdJwt {
    /// The issuer's part.
    pub(crate) issuer: Jose,
    /// Name and value of each disclosure; the name is empty for an element of an array.
    pub(crate) disclosed: Vec<(String, Value)>,
    /// Whether each disclosure hashes to a digest that the issuer signed; `None` when something was blanked.
    pub(crate) digests_match: Option<bool>,
    /// The holder's proof.
    pub(crate) holder: Option<Jose>,
}

/// What stands in a SAML message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Saml {
    /// Local name of the root.
    pub(crate) root: String,
    /// Assertions that can be read.
    pub(crate) assertions: usize,
    /// Assertions that are locked.
    pub(crate) encrypted_assertions: usize,
    /// Signatures.
    pub(crate) signatures: usize,
    /// `Issuer`, the first.
    pub(crate) issuer: Option<String>,
    /// `Audience`s.
    pub(crate) audiences: Vec<String>,
    /// `NotBefore` and `NotOnOrAfter` of `Conditions`, as written.
    pub(crate) not_before: Option<String>,
    /// See [`Self::not_before`].
    pub(crate) not_on_or_after: Option<String>,
    /// `IssueInstant` of the root.
    pub(crate) issued_at: Option<String>,
    /// `InResponseTo`, of the root or of a confirmation.
    pub(crate) in_response_to: Option<String>,
    /// Signature and digest algorithms.
    pub(crate) algorithms: Vec<String>,
    /// Name and value of attributes, `NameID` among them.
    pub(crate) attributes: Vec<(String, String)>,
    /// What makes it dangerous to read.
    pub(crate) traps: Traps,
}

/// What makes an XML text dangerous to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traps {
    /// `DOCTYPE` or an entity of its own.
    pub(crate) has_doctype: bool,
    /// A comment inside a name or an attribute's value.
    pub(crate) has_comment_in_name: bool,
    /// It is not well-formed, or has more elements than are read.
    pub(crate) is_broken: bool,
}

/// An enrolment of a one-time-password app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Otp {
    /// Digits of a code.
    pub(crate) digits: String,
    /// Seconds that a code lives.
    pub(crate) period: String,
    /// The hash.
    pub(crate) algorithm: String,
    /// The next counter, in HOTP.
    pub(crate) counter: Option<String>,
    /// The site, from the label or the parameter.
    pub(crate) issuer: Option<String>,
    /// Bits of the seed, where it can be read.
    pub(crate) seed_bits: Option<usize>,
}

/// User name and password of `Authorization: Basic`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Basic {
    /// Before the first colon.
    pub(crate) user: String,
    /// Behind it. Never shown.
    pub(crate) password: Option<String>,
}

/// A MAC that a short list of public secrets can be tried on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mac {
    /// What is signed.
    pub(crate) text: Vec<u8>,
    /// The code over it.
    pub(crate) code: Vec<u8>,
    /// How the key is made from the secret.
    pub(crate) scheme: MacScheme,
}

/// How a key is made from a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MacScheme {
    /// HMAC-SHA-256 under the secret itself (`cookie-signature`).
    Express,
    /// itsdangerous: the key is derived with a salt; SHA-1 to SHA-512 by the MAC's length.
    ItsDangerous,
}
