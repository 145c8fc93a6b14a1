//! What is said about the cookies of one request, all `Cookie` lines together.
//!
//! Attributes never travel here: nothing is said about `Secure`, `HttpOnly` or lifetime.

use crate::cookie_header::Pair;
use crate::finding::{Finding, Group, Rule, when};
use crate::limits;
use crate::message::is_token;
use crate::part::{Part, Severity};
use crate::subject::CookieHeaderSubject;

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "cookies.duplicate_name",
        severity: Severity::Error,
        group: Group::CookieHeader,
        condition: "The same name twice, over all Cookie lines of one request.",
        text: "The same name comes twice: two paths, two domains, or someone planted one. Servers disagree on which counts; Cloakroom refuses both.",
        remedy: Some("Find out which path or domain set the second one, and delete it there."),
        sources: &["6265bis §4.2.2"],
        at: "",
        rule: Rule::CookieHeader(|cookies| {
            let names = names(cookies);
            when(names.iter().enumerate().any(|(index, name)| names[..index].contains(name)))
        }),
    },
    Finding {
        id: "cookies.shadowing",
        severity: Severity::Warning,
        group: Group::CookieHeader,
        condition: "Two different names that are equal without prefix and without case.",
        text: "Two cookies differ only in case or prefix; code that falls back from one to the other can be fed the planted one.",
        remedy: Some("Read one name only, and ignore the other."),
        sources: &["6265bis §8.6"],
        at: "",
        rule: Rule::CookieHeader(|cookies| when(is_shadowed(cookies))),
    },
    Finding {
        id: "cookies.too_big",
        severity: Severity::Warning,
        group: Group::CookieHeader,
        condition: "All Cookie lines together have more than 8190 bytes.",
        text: "Many servers refuse headers above 8 KB with 400 or 431.",
        remedy: Some("Keep data on the server, and delete cookies nobody needs."),
        sources: &["6265bis §4.2.1"],
        at: "",
        rule: Rule::CookieHeader(|cookies| when(cookies.header.bytes > limits::COOKIE_HEADER_BYTES)),
    },
    Finding {
        id: "cookies.big",
        severity: Severity::Note,
        group: Group::CookieHeader,
        condition: "All Cookie lines together have more than 4096 bytes, and not more than 8190.",
        text: "These cookies travel with every request, pictures included.",
        remedy: None,
        sources: &["6265bis §6.1"],
        at: "",
        rule: Rule::CookieHeader(|cookies| {
            when(cookies.header.bytes > limits::COOKIE_HEADER_BYTES_BIG && cookies.header.bytes <= limits::COOKIE_HEADER_BYTES)
        }),
    },
    Finding {
        id: "cookies.many",
        severity: Severity::Note,
        group: Group::CookieHeader,
        condition: "More than 50 pairs.",
        text: "Browsers promise room for 50 cookies per domain; the oldest may be dropped, also the login.",
        remedy: None,
        sources: &["6265bis §6.1"],
        at: "",
        rule: Rule::CookieHeader(|cookies| when(cookies.header.pairs.len() > limits::COOKIES_PROMISED)),
    },
    Finding {
        id: "cookies.attributes_inside",
        severity: Severity::Warning,
        group: Group::CookieHeader,
        condition: "A pair is named like an attribute, or is a bare secure or httponly.",
        text: "Attributes never travel in a Cookie header: this was copied from Set-Cookie, or a client is broken.",
        remedy: Some("Send names and values only."),
        sources: &["6265bis §4.2.2"],
        at: "",
        rule: Rule::CookieHeader(|cookies| when(cookies.header.pairs.iter().any(Pair::is_attribute))),
    },
    Finding {
        id: "cookies.rfc2965",
        severity: Severity::Warning,
        group: Group::CookieHeader,
        condition: "A name begins with $.",
        text: "An old dialect that some servers still obey: the same header then reads differently on two machines.",
        remedy: Some("Remove these pairs."),
        sources: &["RFC 2965"],
        at: "",
        rule: Rule::CookieHeader(|cookies| when(cookies.header.pairs.iter().any(Pair::is_rfc2965))),
    },
    Finding {
        id: "cookies.quoted_value",
        severity: Severity::Warning,
        group: Group::CookieHeader,
        condition: "A value begins with a quote.",
        text: "Some servers let quotes swallow the following semicolon, so that cookies hide in each other.",
        remedy: Some("Send values without quotes."),
        sources: &[],
        at: "",
        rule: Rule::CookieHeader(|cookies| {
            when(cookies.header.pairs.iter().any(|pair| pair.is_cookie() && pair.has_equals && pair.value.starts_with('"')))
        }),
    },
    Finding {
        id: "cookies.nameless",
        severity: Severity::Warning,
        group: Group::CookieHeader,
        condition: "A piece without =, or one that begins with =.",
        text: "A cookie without a name; servers guess.",
        remedy: Some("Give every cookie a name."),
        sources: &["6265bis §4.1.1"],
        at: "",
        rule: Rule::CookieHeader(|cookies| {
            when(cookies.header.pairs.iter().any(|pair| pair.is_cookie() && pair.name.is_empty()))
        }),
    },
    Finding {
        id: "cookies.bad_octets",
        severity: Severity::Warning,
        group: Group::CookieHeader,
        condition: "A control character, a character beyond ASCII, or a comma that separates two pairs.",
        text: "Characters outside the standard; parsers differ.",
        remedy: Some("Separate cookies by `; `, and encode values."),
        sources: &["6265bis §4.1.1"],
        at: "",
        rule: Rule::CookieHeader(|cookies| when(cookies.header.pairs.iter().any(|pair| has_bad_octets(pair.piece)))),
    },
    Finding {
        id: "cookies.attributes_unknown",
        severity: Severity::Note,
        group: Group::CookieHeader,
        condition: "Always, for a Cookie header.",
        text: "A Cookie header does not tell lifetime, `Secure`, `HttpOnly` or `Domain`: look at the Set-Cookie line for that.",
        remedy: None,
        sources: &["6265bis §4.2.2"],
        at: "",
        rule: Rule::CookieHeader(|_| when(true)),
    },
    Finding {
        id: "cookies.several_credentials",
        severity: Severity::Note,
        group: Group::CookieHeader,
        condition: "Two or more references, signed or encrypted values of different formats.",
        text: "More than one login travels here; only the server knows which one decides.",
        remedy: Some("Sign out of what is not needed, and decide on the server which one counts."),
        sources: &[],
        at: "",
        rule: Rule::CookieHeader(|cookies| when(has_several_credentials(cookies))),
    },
    Finding {
        id: "cookies.prefix_promise",
        severity: Severity::Good,
        group: Group::CookieHeader,
        condition: "The name of a credential begins with __Host-.",
        text: "The prefix promises that this host set it over https (in browsers since 2016).",
        remedy: None,
        sources: &["6265bis §4.1.3.2"],
        at: "",
        rule: Rule::CookieHeader(|cookies| {
            when(cookies.items.iter().any(|item| item.is_credential() && item.name.starts_with("__Host-")))
        }),
    },
    Finding {
        id: "cookies.tracking_present",
        severity: Severity::Note,
        group: Group::CookieHeader,
        condition: "One of the cookies counts visits.",
        text: "Some of these count visits and have nothing to do with signing in.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::CookieHeader(|cookies| when(cookies.items.iter().any(|item| item.part() == Part::Tracking))),
    },
];

fn names<'a>(cookies: &CookieHeaderSubject<'a>) -> Vec<&'a str> {
    cookies.header.pairs.iter().filter(|pair| pair.is_cookie() && !pair.name.is_empty()).map(|pair| pair.name).collect()
}

fn is_shadowed(cookies: &CookieHeaderSubject<'_>) -> bool {
    let named: Vec<_> = cookies.header.pairs.iter().filter(|pair| pair.is_cookie() && !pair.name.is_empty()).collect();
    named.iter().enumerate().any(|(index, pair)| {
        let bare = pair.bare_name();
        named[..index].iter().any(|before| before.name != pair.name && before.bare_name() == bare)
    })
}

fn has_bad_octets(piece: &str) -> bool {
    let begins_pair = |text: &str| text.split_once('=').is_some_and(|(name, _)| is_token(name.trim()));
    piece.chars().any(|char| char.is_ascii_control() || !char.is_ascii()) || piece.split(',').skip(1).any(begins_pair)
}

fn has_several_credentials(cookies: &CookieHeaderSubject<'_>) -> bool {
    let is_login = |part| matches!(part, Part::SessionReference | Part::Signed | Part::Encrypted);
    let mut formats: Vec<_> =
        cookies.items.iter().filter(|item| item.is_credential() && is_login(item.part())).map(|item| item.format().id).collect();
    formats.sort_unstable();
    formats.dedup();
    formats.len() > 1
}
