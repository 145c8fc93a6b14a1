//! Findings on any credential: whether it is whole, and how hard it is to guess.

use crate::classified::Segment;
use crate::classify::encoding;
use crate::classify::randomness::{is_predictable, uuid_version};
use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::part::{Part, Severity};
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "token.checksum_ok",
        severity: Severity::Good,
        group: Group::Credential,
        condition: "The format has check digits, and they fit.",
        text: "The check digits fit: typed or copied completely. It does not say that the token is still valid.",
        remedy: None,
        sources: &[],
        at: "checksum",
        rule: Rule::Token(checksum_ok),
    },
    Finding {
        id: "token.checksum_bad",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "The format has check digits, nothing is blanked or missing, and they do not fit.",
        text: "The check digits do not fit: cut off, mistyped or made up. The server refuses it without looking.",
        remedy: Some("Copy it again, from beginning to end."),
        sources: &[],
        at: "checksum",
        rule: Rule::Token(checksum_bad),
    },
    Finding {
        id: "token.truncated",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "It ends with `…` or `...`; or a known prefix has too few characters behind it; or the length of a base64 part is 1 modulo 4; or a part of a JWT is missing, or ends inside JSON.",
        text: "Something is missing at the end.",
        remedy: Some("Copy it again, from beginning to end."),
        sources: &[],
        at: "",
        rule: Rule::Token(truncated),
    },
    Finding {
        id: "token.entropy_low",
        severity: Severity::Error,
        group: Group::Credential,
        condition: "A session reference of a known format or name whose longest random run carries fewer than 64 bits (length × log2 of the alphabet in use; repeats and fixed prefixes do not count), and that is not predictable.",
        text: "Too short to be a secret: it can be guessed.",
        remedy: Some("Draw 128 bits or more from the system's random source."),
        sources: &["OWASP Session Mgmt \"Session ID Entropy\""],
        at: "secret",
        rule: Rule::Token(entropy_low),
    },
    Finding {
        id: "token.entropy_medium",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "As above, from 64 to below 112 bits.",
        text: "Shorter than the 128 bits asked for today.",
        remedy: Some("Draw 128 bits or more from the system's random source."),
        sources: &["ASVS 7.2.3"],
        at: "secret",
        rule: Rule::Token(entropy_medium),
    },
    Finding {
        id: "token.predictable",
        severity: Severity::Error,
        group: Group::Credential,
        condition: "A session reference of a known format or name which is a decimal number, a time, a count, an e-mail address, or MD5, SHA-1 or SHA-256 of a number below 100000 or of a user name in the same paste.",
        text: "This value follows from something everybody knows or can count up.",
        remedy: Some("Draw 128 bits or more from the system's random source; derive nothing."),
        sources: &["ASVS 7.2.3", "OWASP Session Mgmt \"Session ID Content\""],
        at: "secret",
        rule: Rule::Token(predictable),
    },
    Finding {
        id: "token.uuid_time",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "A UUID of version 1, 6 or 7, also one in base64.",
        text: "Part of this number is the time of making; only the rest is random.",
        remedy: None,
        sources: &["RFC 9562"],
        at: "",
        rule: Rule::Token(uuid_time),
    },
    Finding {
        id: "token.maybe_hash",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "Hex without a name, with 32, 40, 56, 64, 96 or 128 characters.",
        text: "Has the length of a hash. If it is one, it is a fingerprint of something, not a secret.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(maybe_hash),
    },
    Finding {
        id: "token.known_example",
        severity: Severity::Note,
        group: Group::Credential,
        condition: "It says what a published example says (jwt.io, RFC 7515 A.1, RFC 7519 §3.1), or is a key from documentation.",
        text: "This is an example from a document, known to everyone.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(known_example),
    },
    Finding {
        id: "token.good_reference",
        severity: Severity::Good,
        group: Group::Credential,
        condition: "A session reference of a known format or name with at least 112 estimated bits (a random UUID has 122), and not predictable.",
        text: "Says nothing and opens nothing by itself; the server can end it at any moment.",
        remedy: None,
        sources: &["ASVS 7.2.3", "ASVS 7.4.1"],
        at: "",
        rule: Rule::Token(good_reference),
    },
    Finding {
        id: "token.non_canonical_base64",
        severity: Severity::Warning,
        group: Group::Credential,
        condition: "Base64 outside JOSE with unused bits that are not zero, or with both alphabets in one value.",
        text: "Spelled in a way that strict readers refuse; the same bytes can be written twice.",
        remedy: Some("Write it as the standard has it, and refuse every other spelling."),
        sources: &["RFC 4648 §3.5"],
        at: "",
        rule: Rule::Token(non_canonical_base64),
    },
];

/// Fewer bits than this can be guessed.
const GUESSABLE: f64 = 64.0;
/// Fewer than this are fewer than asked for today; a random UUID has 122.
const ENOUGH: f64 = 112.0;

fn checksum_ok(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.classified.checksum.or(token.observed.checksum_fits) == Some(true))
}

fn checksum_bad(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.classified.checksum.or(token.observed.checksum_fits) == Some(false))
}

fn truncated(token: &TokenSubject<'_>) -> Option<Fill> {
    let has_half_a_byte = token.jose().is_some_and(|jose| {
        let parts = (0..jose.parts.len()).map(|index| jose.part(index).trim_end_matches('='));
        parts.into_iter().any(|part| part.len() % 4 == 1 && !part.contains('*'))
    });
    when((token.classified.is_cut || has_half_a_byte) && !token.classified.is_chunk)
}

/// Bits of a ticket, where its format or name says that it is one; what was seen before it was blanked counts first.
fn ticket_bits(token: &TokenSubject<'_>) -> Option<f64> {
    let is_ticket = token.format().part == Part::SessionReference && token.format().is_credential();
    is_ticket.then(|| token.observed.estimated_bits.or(token.classified.bits)).flatten().filter(|_| predictable(token).is_none())
}

fn entropy_low(token: &TokenSubject<'_>) -> Option<Fill> {
    when(ticket_bits(token).is_some_and(|bits| bits < GUESSABLE))
}

fn entropy_medium(token: &TokenSubject<'_>) -> Option<Fill> {
    when(ticket_bits(token).is_some_and(|bits| (GUESSABLE..ENOUGH).contains(&bits)))
}

fn good_reference(token: &TokenSubject<'_>) -> Option<Fill> {
    when(ticket_bits(token).is_some_and(|bits| bits >= ENOUGH) && token.classified.contradicts.is_none())
}

fn predictable(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_ticket = token.format().part == Part::SessionReference && token.format().is_credential();
    let is_seen = || token.classified.names_a_number || is_predictable(ticket(token), token.user_names, token.now);
    when(is_ticket && token.observed.is_predictable.unwrap_or_else(is_seen))
}

/// The part of a ticket that should be random: what stands between prefix and seal.
fn ticket<'t>(token: &TokenSubject<'t>) -> &'t str {
    let is_random = |segment: &&Segment| segment.id == "secret" || segment.id == "id" || segment.label == "beginning";
    let random = || token.classified.segments.iter().filter(is_random);
    let start = random().map(|segment| segment.range.start).min();
    let end = random().map(|segment| segment.range.end).max();
    start.zip(end).and_then(|(start, end)| token.value.get(start..end)).unwrap_or_default()
}

fn uuid_time(token: &TokenSubject<'_>) -> Option<Fill> {
    let wrapped = encoding::base64(token.value).and_then(|decoded| String::from_utf8(decoded.bytes).ok());
    let version = uuid_version(token.value).or_else(|| uuid_version(&wrapped?));
    when(matches!(version, Some(1 | 6 | 7)))
}

fn maybe_hash(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.format().id == "opaque.hex" && matches!(token.value.len(), 32 | 40 | 56 | 64 | 96 | 128))
}

/// Examples that everybody copies, told by what they say rather than by their signature: jwt.io (two), RFC 7515 A.1, RFC 7519 §3.1, and
/// keys from documentation.
fn known_example(token: &TokenSubject<'_>) -> Option<Fill> {
    const VALUES: [&str; 2] = ["AKIAIOSFODNN7EXAMPLE", concat!("sk_", "test_4eC39HqLyjWDarjtT1zdp7dc")];
    const KEY: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let says = |name: &str, value: &str| token.jose().and_then(|jose| jose.claim_text(name)) == Some(value);
    let is_time = |name: &str, value: f64| token.jose().and_then(|jose| jose.claim_number(name)) == Some(value);
    let is_jwt_io = says("sub", "1234567890") && says("name", "John Doe") && is_time("iat", 1_516_239_022.0);
    let is_rfc = says("iss", "joe") && is_time("exp", 1_300_819_380.0);
    when(is_jwt_io || is_rfc || VALUES.contains(&token.value) || token.value.contains(KEY))
}

fn non_canonical_base64(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.classified.is_oddly_spelled || token.jose().is_none() && token.observed.is_canonical == Some(false))
}
