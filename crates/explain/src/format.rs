//! One row of the table of formats: what a kind of value is, how it is recognised, and which of its parts are worth something.
//!
//! 1. A row is data and functions. Whatever a finding must know about a whole class of formats is a [`Trait`] of the row, never a list of
//!    ids elsewhere: a new row is complete by itself.
//! 2. A format has any number of [`Sign`]s. A sign stands in a [`Stage`]; within a stage the lowest order that matches counts.
//! 3. Among the stages the surest sign wins; among equally sure ones the earlier stage.

use crate::anatomy::Anatomy;
use crate::classify::shape::Piece;
use crate::classify::specimen::Specimen;
use crate::part::{Confidence, Part};

/// A kind of value, or of message.
#[derive(Debug)]
pub struct Format {
    /// Stable name, `django.signed_session`: never renamed.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Under which heading the published table lists it.
    pub group: FormatGroup,
    /// Which part of signing in it is.
    pub part: Part,
    /// How it is recognised, in words; the signs beside it are the same in code.
    pub recognised: &'static str,
    /// What it is, in plain words.
    pub says: &'static str,
    /// Whether whoever holds it can read it.
    pub readable: Told,
    /// Whether the server keeps something that belongs to it.
    pub remembered: Told,
    /// What ends it; empty where nothing does.
    pub lifetime: &'static str,
    /// What people get wrong about it; empty where nothing is known.
    pub pitfall: &'static str,
    /// Who says so.
    pub sources: &'static [&'static str],
    /// What whole classes of formats have in common.
    pub(crate) traits: &'static [Trait],
    /// By what it is recognised.
    pub(crate) signs: &'static [Sign],
    /// Takes a value of this kind apart.
    pub(crate) anatomy: Anatomy,
}

/// A short answer, and the rest of the sentence.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// The short answer.
    pub answer: Answer,
    /// What has to be added; empty where nothing has.
    pub detail: &'static str,
}

/// A short answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// In part.
    Partly,
    /// Probably.
    Probably,
    /// Depends.
    Depends,
    /// The question makes no sense here.
    NotApplicable,
}

impl Answer {
    /// The word in answers of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Partly => "partly",
            Self::Probably => "probably",
            Self::Depends => "depends",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// The headings of the published table, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FormatGroup {
    /// What Cloakroom itself issues.
    Cloakroom,
    /// JOSE and COSE.
    Jose,
    /// Other token formats.
    Tokens,
    /// Session cookies of frameworks.
    Frameworks,
    /// Identity products.
    Identity,
    /// API keys and platform tokens.
    Keys,
    /// HTTP authentication schemes.
    Schemes,
    /// One-time codes and links.
    OneTime,
    /// Enterprise.
    Enterprise,
    /// CSRF tokens.
    Csrf,
    /// Not authentication.
    NotAuth,
    /// Shapes without a name.
    Shapes,
    /// What the paste as a whole is.
    Containers,
}

/// What a class of formats has in common; findings ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trait {
    /// Found by structure alone: a name that says "no login" counts for more.
    Generic,
    /// Its cookie name says "no login", whatever generic thing the value looks like.
    NameSaysNoLogin,
    /// Readable and unsigned by its own documentation; its name counts for more than what it decodes to.
    OpenOnPurpose,
    /// Says nothing about what it opens: no credential without a name that says so.
    Nameless,
    /// Seeing it is no leak.
    PublicOnPurpose,
    /// An older kind; there is a newer one.
    Deprecated,
    /// Whoever opens the link gets in.
    LinkIsKey,
    /// Reading it can run code.
    RunsCode,
    /// Tells an app who signed in; no key to an API.
    IdToken,
    /// Belongs to the token endpoint only.
    RefreshToken,
    /// Split over several cookies when it grows.
    Chunked,
    /// A key in itself: exposed means lost.
    PrivateKey,
    /// The MAC is HMAC-SHA-1, or shorter than 128 bits.
    WeakMac,
    /// The length of the MAC tells whether it is HMAC-SHA-1 or MD5.
    WeakMacBySize,
    /// Some of its prefixes belong to older kinds.
    DeprecatedByPrefix,
    /// Meant to be read by the scripts of a page.
    ForScripts,
    /// Ends by being used, not by a time inside.
    EndsElsewhere,
    /// Says in the clear when it ends, if it ends.
    ShowsEnd,
    /// No `exp` is right.
    NoEnd,
    /// No `aud` is right.
    NoAudience,
    /// No `iss` is right.
    NoIssuer,
    /// Lives for days or years by design.
    LongLife,
    /// Lives for up to two weeks by design.
    TwoWeeks,
    /// Not to name its key is right.
    NamesNoKey,
    /// A key in the header is right.
    KeyInHeader,
    /// Not meant to sign anybody in again and again, so that no way to withdraw it is no fault.
    NotASession,
    /// Named by this authentication scheme, in lower case.
    Scheme(&'static str),
}

/// Something that a format is recognised by.
#[derive(Debug)]
pub(crate) struct Sign {
    pub(crate) stage: Stage,
    /// Lower is tried first within the stage.
    pub(crate) order: u8,
    pub(crate) confidence: Confidence,
    pub(crate) test: Test,
    /// Why, without a full stop: "the name without its prefix is …" is added where a name was asked for.
    pub(crate) because: &'static str,
}

/// Where in the order of questions a sign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// A product's name and its structure together: nothing else is both.
    Together,
    /// A prefix with a checksum.
    Checksum,
    /// A registered prefix.
    Prefix,
    /// Fixed magic at the start.
    Magic,
    /// JOSE.
    Jose,
    /// What the bytes are, decoded.
    Bytes,
    /// How separators split it.
    Separators,
    /// The name of a cookie alone.
    Name,
    /// The name of a header or field alone.
    Field,
    /// A name that sounds like a session.
    SessionName,
    /// Shape alone.
    Shape,
}

/// How a sign is looked for.
#[derive(Debug)]
pub(crate) enum Test {
    /// The value begins like this and continues in that shape; a beginning without enough behind it is a cut one.
    Key(&'static [&'static str], &'static [Piece]),
    /// A cookie has one of these names, `*` standing for anything.
    Cookie(&'static [&'static str]),
    /// A cookie has one of these names, and the value passes.
    CookieAnd(&'static [&'static str], fn(&Specimen<'_>) -> bool),
    /// A cookie has one of these names, which belong to this format alone: a value that does not pass contradicts its name.
    CookieOnly(&'static [&'static str], fn(&Specimen<'_>) -> bool),
    /// A form field, parameter or member has one of these names.
    Field(&'static [&'static str]),
    /// A form field, parameter or member has one of these names, and the value passes.
    FieldAnd(&'static [&'static str], fn(&Specimen<'_>) -> bool),
    /// A header, in lower case, has one of these names.
    Header(&'static [&'static str]),
    /// A header has one of these names, and the value passes.
    HeaderAnd(&'static [&'static str], fn(&Specimen<'_>) -> bool),
    /// The `Authorization` header has one of these schemes.
    Scheme(&'static [&'static str]),
    /// The authentication scheme is one of these, and the value passes.
    SchemeAnd(&'static [&'static str], fn(&Specimen<'_>) -> bool),
    /// Anything else that is asked of the value.
    Look(fn(&Specimen<'_>) -> bool),
}

/// Writes a sign in one line.
pub(crate) const fn sign(stage: Stage, order: u8, confidence: Confidence, test: Test, because: &'static str) -> Sign {
    Sign { stage, order, confidence, test, because }
}

/// Writes an answer in one line.
pub(crate) const fn told(answer: Answer, detail: &'static str) -> Told {
    Told { answer, detail }
}

impl Format {
    /// Whether the row has that trait.
    pub(crate) fn has(&self, wanted: Trait) -> bool {
        self.traits.contains(&wanted)
    }

    /// Whether it opens something: the word *credential* in the conditions of findings.
    pub(crate) fn is_credential(&self) -> bool {
        use Part::{ApiKey, Encrypted, OneTime, Password, SessionReference, Signed, Unprotected};
        matches!(self.part, SessionReference | Signed | Encrypted | ApiKey | OneTime | Password | Unprotected)
            && !self.has(Trait::Nameless)
    }

    /// Whether the value holds everything itself, and no server keeps a row for it.
    pub(crate) fn is_self_contained(&self) -> bool {
        matches!(self.part, Part::Signed | Part::Encrypted) && self.remembered.answer == Answer::No
    }
}
