//! What a cookie is called, and where browsers send it.

use crate::finding::{Finding, Group, Rule, when};
use crate::message::is_token;
use crate::part::Severity;
use crate::set_cookie::{DomainRule, Known, PathRule, Prefix, Refusal};
use crate::subject::SetCookieSubject;

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "cookie.prefix_host_violated",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "The name begins with __Host-, in any case, and Secure is missing, Path is not /, or a Domain is given.",
        text: "Browsers refuse this cookie: a name that starts with `__Host-` needs `Secure`, `Path=/` and no `Domain`.",
        remedy: Some("Add `Secure` and `Path=/`, and leave `Domain` away."),
        sources: &["6265bis §4.1.3.2, §5.4", "Chromium 156"],
        at: "name",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::HostPrefix))),
    },
    Finding {
        id: "cookie.prefix_secure_violated",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "The name begins with __Secure-, in any case, and Secure is missing.",
        text: "Browsers refuse this cookie: a name that starts with `__Secure-` needs `Secure`.",
        remedy: Some("Add `Secure`."),
        sources: &["6265bis §4.1.3.1"],
        at: "name",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::SecurePrefix))),
    },
    Finding {
        id: "cookie.prefix_http_violated",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "The name begins with __Http- or __Host-Http-, in any case, and HttpOnly or Secure is missing.",
        text: "Browsers that know this prefix refuse the cookie: it needs `HttpOnly` and `Secure`.",
        remedy: Some("Add `HttpOnly` and `Secure`."),
        sources: &["layered-cookies \"The __Http- Prefix\"", "Chromium 156"],
        at: "name",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::HttpPrefix))),
    },
    Finding {
        id: "cookie.prefix_case",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "The name begins with a prefix only when case is ignored.",
        text: "The prefix is spelled in another case. New browsers enforce it all the same; old ones and servers may not.",
        remedy: Some("Spell the prefix as the standard does: `__Host-`, `__Secure-`, `__Http-`, `__Host-Http-`."),
        sources: &["layered-cookies \"Store a Cookie\""],
        at: "name",
        rule: Rule::SetCookie(|line| when(!line.cookie.name.starts_with(line.cookie.prefix().as_str()))),
    },
    Finding {
        id: "cookie.prefix_missing",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "A credential without Domain whose name has no prefix.",
        text: "A `__Host-` name would stop sibling hosts and plain http from planting a cookie of this name.",
        remedy: Some("Call it `__Host-` and its name, with `Secure`, `Path=/` and no `Domain`."),
        sources: &["ASVS 3.3.3, 3.3.1", "NIST 63B-4 §5.1.1"],
        at: "name",
        rule: Rule::SetCookie(|line| {
            when(line.is_credential() && line.cookie.domain == DomainRule::HostOnly && line.cookie.prefix() == Prefix::None)
        }),
    },
    Finding {
        id: "cookie.prefix_http_available",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "A credential with HttpOnly whose name begins with __Host-, but not with __Host-Http-.",
        text: "`__Host-Http-` would also stop scripts of this very host from planting it.",
        remedy: None,
        sources: &["layered-cookies"],
        at: "name",
        rule: Rule::SetCookie(|line| {
            when(
                line.is_credential()
                    && line.cookie.http_only
                    && line.cookie.prefix() == Prefix::Host
                    && line.cookie.name.starts_with("__Host-"),
            )
        }),
    },
    Finding {
        id: "cookie.nameless",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "No = in the pair, or nothing before it.",
        text: "This cookie has no name. Browsers send it back as a bare value, which servers read in different ways.",
        remedy: Some("Give it a name."),
        sources: &["6265bis §4.1.1", "Chromium 156"],
        at: "name",
        rule: Rule::SetCookie(|line| when(line.cookie.name.is_empty() && !line.cookie.value.is_empty())),
    },
    Finding {
        id: "cookie.nameless_prefix",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "No name, and a value that begins with a prefix, in any case.",
        text: "Browsers refuse this: a nameless cookie must not imitate a prefixed name.",
        remedy: None,
        sources: &["layered-cookies \"Store a Cookie\""],
        at: "value",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::NamelessPrefix))),
    },
    Finding {
        id: "cookie.name_not_token",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "The name holds a character that is not allowed in a token.",
        text: "The name holds characters that the standard forbids; parsers differ.",
        remedy: Some("Use letters, digits, `-` and `_` only."),
        sources: &["6265bis §4.1.1"],
        at: "name",
        rule: Rule::SetCookie(|line| when(!line.cookie.name.is_empty() && !is_token(line.cookie.name))),
    },
    Finding {
        id: "cookie.domain_set",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "A credential with a Domain that browsers take.",
        text: "The cookie goes to this domain and to every subdomain: each of those servers can read it.",
        remedy: Some("Leave `Domain` away: then this host alone gets the cookie."),
        sources: &["6265bis §4.1.2.3", "OWASP Session Management \"Domain and Path\""],
        at: "attribute:domain",
        rule: Rule::SetCookie(|line| when(is_shared(line))),
    },
    Finding {
        id: "cookie.domain_takeover",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "A credential with a Domain that browsers take.",
        text: "One abandoned subdomain that someone else can claim is enough to collect these cookies.",
        remedy: Some("Remove DNS entries of subdomains that nobody serves."),
        sources: &["6265bis §8.6", "OWASP"],
        at: "attribute:domain",
        rule: Rule::SetCookie(|line| when(is_shared(line))),
    },
    Finding {
        id: "cookie.tossing",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "A credential whose name does not begin with __Host-, in any case.",
        text: "A sibling subdomain can set a cookie of the same name for the whole domain; your server would see both and cannot tell which is its own.",
        remedy: Some("Use a `__Host-` name."),
        sources: &["6265bis §8.6 Weak Integrity"],
        at: "name",
        rule: Rule::SetCookie(|line| when(line.is_credential() && !line.cookie.prefix().is_host())),
    },
    Finding {
        id: "cookie.domain_leading_dot",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "Domain begins with one dot.",
        text: "The leading dot is ignored; it means the same without.",
        remedy: None,
        sources: &["6265bis §4.1.2.3"],
        at: "attribute:domain",
        rule: Rule::SetCookie(|line| {
            when(domain_text(line).is_some_and(|domain| domain.starts_with('.') && !domain.starts_with("..") && domain.len() > 1))
        }),
    },
    Finding {
        id: "cookie.domain_invalid",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "Domain has a scheme, a port, a path, a star or a space, or is no host name.",
        text: "Browsers refuse this cookie: `Domain` takes a bare host name.",
        remedy: Some("Write the host name alone, such as `example.com`."),
        sources: &["6265bis §5.6.3", "Chromium 156"],
        at: "attribute:domain",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::DomainInvalid))),
    },
    Finding {
        id: "cookie.domain_public_suffix",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "Domain is a single label or a known public suffix, and not the host itself.",
        text: "Browsers refuse a cookie for a whole public suffix.",
        remedy: Some("Name your own domain."),
        sources: &["6265bis §5.7"],
        at: "attribute:domain",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::DomainPublicSuffix))),
    },
    Finding {
        id: "cookie.domain_foreign",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "The host that set it is known, and does not lie in Domain.",
        text: "Browsers refuse this cookie: a host can set cookies for itself and its parent domains only.",
        remedy: Some("Name the host itself or a domain above it."),
        sources: &["6265bis §5.7", "Chromium 156"],
        at: "attribute:domain",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::DomainForeign))),
    },
    Finding {
        id: "cookie.path_missing",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "No Path.",
        text: "Without `Path` it belongs to the directory of the address that set it, and signing out elsewhere may miss it.",
        remedy: Some("Add `Path=/`."),
        sources: &["6265bis §5.1.4"],
        at: "",
        rule: Rule::SetCookie(|line| when(line.cookie.attribute(Known::Path).is_none() && line.cookie.path == PathRule::Absent)),
    },
    Finding {
        id: "cookie.path_narrow",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "A credential with a Path other than /.",
        text: "A path keeps the cookie out of other requests, but not away from other pages of this host.",
        remedy: None,
        sources: &["6265bis §4.1.2.4, §8.6", "MDN"],
        at: "attribute:path",
        rule: Rule::SetCookie(|line| {
            when(line.is_credential() && matches!(line.cookie.path, PathRule::Given(path) if path != "/"))
        }),
    },
    Finding {
        id: "cookie.path_invalid",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "Path does not begin with /.",
        text: "This path is ignored; the default path is used.",
        remedy: Some("Begin it with `/`."),
        sources: &["6265bis §5.6.4"],
        at: "attribute:path",
        rule: Rule::SetCookie(|line| when(line.cookie.path == PathRule::Invalid)),
    },
    Finding {
        id: "cookie.path_never_matches",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "Path holds ? or #.",
        text: "Paths are compared without the query: this cookie is never sent.",
        remedy: Some("Leave the query away."),
        sources: &["6265bis §5.1.4", "Chromium 156"],
        at: "attribute:path",
        rule: Rule::SetCookie(|line| when(matches!(line.cookie.path, PathRule::Given(path) if path.contains(['?', '#'])))),
    },
    Finding {
        id: "cookie.path_trailing_slash",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "Path is longer than / and ends with /.",
        text: "It is sent for pages under this path, but not for the path without the slash.",
        remedy: Some("Leave the last `/` away."),
        sources: &["6265bis §5.1.4"],
        at: "attribute:path",
        rule: Rule::SetCookie(|line| {
            when(matches!(line.cookie.path, PathRule::Given(path) if path.len() > 1 && path.ends_with('/')))
        }),
    },
    Finding {
        id: "cookie.name_tells_framework",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "The name is one that a framework or language gives by default.",
        text: "The name tells everyone which software runs here.",
        remedy: Some("Give it a name of your own."),
        sources: &["OWASP Session Management \"Session ID Name Fingerprinting\""],
        at: "name",
        rule: Rule::SetCookie(|line| when(tells_framework(line.cookie.name))),
    },
    Finding {
        id: "cookie.good_host_prefix",
        severity: Severity::Good,
        group: Group::SetCookie,
        condition: "The name begins with __Host- in this case, its promise is kept, and it did not come over plain http.",
        text: "The name guarantees: set by this host, over https, for the whole host.",
        remedy: None,
        sources: &["6265bis §4.1.3.2"],
        at: "name",
        rule: Rule::SetCookie(|line| {
            when(line.cookie.name.starts_with("__Host-") && line.cookie.keeps_promise() && !line.setting.is_plain_http())
        }),
    },
    Finding {
        id: "cookie.good_http_prefix",
        severity: Severity::Good,
        group: Group::SetCookie,
        condition: "The name begins with __Http- or __Host-Http- in this case, its promise is kept, and it did not come over plain http.",
        text: "The name also guarantees that no script made it.",
        remedy: None,
        sources: &["layered-cookies"],
        at: "name",
        rule: Rule::SetCookie(|line| when(keeps_http_promise(line) && !line.setting.is_plain_http())),
    },
];

fn is_shared(line: &SetCookieSubject<'_>) -> bool {
    let is_taken = !line
        .refusals
        .iter()
        .any(|refusal| matches!(refusal, Refusal::DomainInvalid | Refusal::DomainPublicSuffix | Refusal::DomainForeign));
    line.is_credential() && matches!(line.cookie.domain, DomainRule::Given(_)) && is_taken
}

fn domain_text<'a>(line: &SetCookieSubject<'a>) -> Option<&'a str> {
    line.cookie.attribute(Known::Domain).and_then(|attribute| attribute.value)
}

fn tells_framework(name: &str) -> bool {
    const NAMES: &[&str] =
        &["PHPSESSID", "JSESSIONID", "ASP.NET_SessionId", "connect.sid", "CFID", "CFTOKEN", "laravel_session", "ci_session"];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn keeps_http_promise(line: &SetCookieSubject<'_>) -> bool {
    let prefix = line.cookie.prefix();
    matches!(prefix, Prefix::Http | Prefix::HostHttp)
        && line.cookie.name.starts_with(prefix.as_str())
        && line.cookie.keeps_promise()
}
