//! What is known about one value: the seam between the formats, which know values, and the messages, which know where values stand.

use std::ops::Range;

use cloakroom_primitives::Timestamp;
use serde_json::Value;

use crate::format::Format;
use crate::inside::Inside;
use crate::part::Confidence;

/// Where a value was found; its name and the message around it narrow what it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Pasted alone.
    Bare,
    /// The value of a cookie; whether `Cookie` or `Set-Cookie` is the message's affair.
    Cookie {
        /// The cookie's name, as written.
        name: String,
        /// Whether a cookie of the same name with `.sig` behind it came along.
        has_signature_beside: bool,
    },
    /// The value of a header, or of a parameter of one.
    Header {
        /// The header's name in lower case.
        name: String,
        /// The authentication scheme in lower case, in `Authorization` and `Proxy-Authorization`.
        scheme: Option<String>,
    },
    /// A form field, a query parameter, a member of a JSON body.
    Field {
        /// The field's name, as written.
        name: String,
    },
}

/// What is known about one value.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations, none of which changes what another means")]
pub(crate) struct Classified {
    /// The value as it was recognised: without quotes, percent-decoded where it came from a cookie. All ranges are bytes of it.
    pub(crate) value: String,
    /// Whether percent-decoding changed it.
    pub(crate) is_percent_decoded: bool,
    /// Whether quotes around it were taken off.
    pub(crate) is_unquoted: bool,
    /// The row of the table.
    pub(crate) format: &'static Format,
    /// How sure that is.
    pub(crate) confidence: Confidence,
    /// Why, in sentences without a full stop.
    pub(crate) because: Vec<String>,
    /// What else it could be, at most three, with why.
    pub(crate) alternatives: Vec<(&'static Format, String)>,
    /// What its name belongs to, where the value is something else.
    pub(crate) contradicts: Option<&'static Format>,
    /// The value's segments in order, as byte ranges of the value. They do not overlap; what no segment covers is blanked, separators aside.
    pub(crate) segments: Vec<Segment>,
    /// What decodes inside, for people to read: header and claims of a JWT, the object of a signed cookie. Whole; blanked when shown.
    pub(crate) decoded: Option<Value>,
    /// Complete credentials inside this one, with a path to each.
    pub(crate) nested: Vec<(String, String)>,
    /// Times that stand inside.
    pub(crate) times: Times,
    /// Whether reading what is inside can run code.
    pub(crate) runs_code: bool,
    /// Whether it is the fingerprint of a small number.
    pub(crate) names_a_number: bool,
    /// Estimated bits of the random part, where there is one.
    pub(crate) bits: Option<f64>,
    /// Whether the check digits fit, where the format has some and nothing of them is blanked.
    pub(crate) checksum: Option<bool>,
    /// Whether something is missing at the end.
    pub(crate) is_cut: bool,
    /// Whether part of it was blanked before it got here.
    pub(crate) is_blanked: bool,
    /// Whether it is one of several pieces of a value that did not fit into one cookie.
    pub(crate) is_chunk: bool,
    /// Whether the same bytes are spelled in another way than the one right one; JOSE aside, which has its own finding.
    pub(crate) is_oddly_spelled: bool,
    /// Whether it says that only the holder of a key may use it (`cnf`).
    pub(crate) is_bound: bool,
    /// What only this kind of value has.
    pub(crate) inside: Inside,
}

/// A piece of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Stable word: `header`, `payload`, `signature`, `id`, `secret`, `checksum`, …
    pub(crate) id: &'static str,
    /// What a page calls it.
    pub(crate) label: &'static str,
    /// Bytes of the value.
    pub(crate) range: Range<usize>,
    /// Whether a copy of it is worth something: blanked wherever the value is shown.
    pub(crate) secret: bool,
    /// One sentence for people.
    pub(crate) says: &'static str,
    /// How it is spelled when shown, where only some of its characters are secret; as long as the segment itself.
    pub(crate) shown: Option<String>,
}

/// Times that stand inside a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "the fields say which moment each is: made at, starts at, ends at")]
pub(crate) struct Times {
    /// When it was made.
    pub(crate) issued_at: Option<Timestamp>,
    /// From when it counts.
    pub(crate) starts_at: Option<Timestamp>,
    /// When it ends by itself.
    pub(crate) ends_at: Option<Timestamp>,
}
