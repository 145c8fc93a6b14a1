//! Who may read a cookie, and who may cause it to be sent.
//!
//! A line that deletes is not looked at: what it takes away can no longer be read or sent.

use crate::finding::{Finding, Group, Rule, when};
use crate::format::Trait;
use crate::part::{Part, Severity};
use crate::set_cookie::{Refusal, SameSite};

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "cookie.secure_missing",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "A credential, no Secure, and the host is not this very machine.",
        text: "This cookie opens an account, and without `Secure` the browser also sends it over unencrypted http://, where anyone on the way can read it.",
        remedy: Some("Add `Secure`."),
        sources: &["6265bis §8.3, §4.1.2.5", "ASVS 3.3.1", "OWASP Session Management \"Secure Attribute\""],
        at: "",
        rule: Rule::SetCookie(|line| when(line.is_credential() && !line.cookie.secure && !line.setting.is_loopback())),
    },
    Finding {
        id: "cookie.secure_missing_minor",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "No credential, and no Secure.",
        text: "Without `Secure` this cookie also travels over unencrypted http://.",
        remedy: None,
        sources: &["6265bis §4.1.2.5"],
        at: "",
        rule: Rule::SetCookie(|line| {
            when(!line.item.is_credential() && !line.cookie.deletes() && !line.cookie.secure && !line.setting.is_loopback())
        }),
    },
    Finding {
        id: "cookie.httponly_missing",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "A credential that scripts have no business with, and no HttpOnly.",
        text: "Any script that runs on the page, also one an attacker slips in, can read this cookie and send it away.",
        remedy: Some("Add `HttpOnly`."),
        sources: &["6265bis §4.1.2.6", "ASVS 3.3.4", "OWASP Session Management \"HttpOnly Attribute\""],
        at: "",
        rule: Rule::SetCookie(|line| {
            when(line.is_credential() && !line.cookie.http_only && !line.item.format().has(Trait::ForScripts))
        }),
    },
    Finding {
        id: "cookie.csrf_readable",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "A CSRF token, and no HttpOnly.",
        text: "Script may read this one on purpose: the page must echo it. It logs nobody in.",
        remedy: None,
        sources: &["OWASP CSRF \"Double-Submit Cookie\""],
        at: "",
        rule: Rule::SetCookie(|line| when(line.item.part() == Part::Csrf && !line.cookie.deletes() && !line.cookie.http_only)),
    },
    Finding {
        id: "cookie.csrf_httponly",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "The name is XSRF-TOKEN or csrftoken, and HttpOnly is set.",
        text: "Script cannot read this cookie, so a page that copies it into a header (Angular, axios) will fail.",
        remedy: Some("Leave `HttpOnly` away if a script must copy this cookie into a header."),
        sources: &["OWASP CSRF"],
        at: "attribute:httponly",
        rule: Rule::SetCookie(|line| {
            when(matches!(line.cookie.name, "XSRF-TOKEN" | "csrftoken") && line.cookie.http_only && !line.cookie.deletes())
        }),
    },
    Finding {
        id: "cookie.samesite_missing",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "A credential, and no SameSite that browsers know.",
        text: "The server does not say whether other sites may cause requests with this cookie. Browsers guess, and they guess differently.",
        remedy: Some("Add `SameSite=Lax`."),
        sources: &["6265bis §4.1.2.7", "ASVS 3.3.2"],
        at: "",
        rule: Rule::SetCookie(|line| when(line.is_credential() && line.has_no_same_site())),
    },
    Finding {
        id: "cookie.samesite_invalid",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "SameSite is neither Strict nor Lax nor None; quotes count as part of the word.",
        text: "Browsers do not know this `SameSite` value and act as if it were missing.",
        remedy: Some("Write `SameSite=Lax`, without quotes."),
        sources: &["6265bis §5.6.7", "Chromium 156"],
        at: "attribute:samesite",
        rule: Rule::SetCookie(|line| when(line.cookie.same_site == SameSite::Invalid && !line.cookie.deletes())),
    },
    Finding {
        id: "cookie.samesite_none_insecure",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "The last SameSite is None, and Secure is missing.",
        text: "Browsers refuse this cookie: `SameSite=None` needs `Secure`.",
        remedy: Some("Add `Secure`, or use `SameSite=Lax`."),
        sources: &["6265bis §5.7", "Chromium 156"],
        at: "attribute:samesite",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::NoneInsecure))),
    },
    Finding {
        id: "cookie.samesite_none",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "A credential with SameSite=None and Secure, not Partitioned.",
        text: "Every other site can make the browser send this cookie. Forged requests must be stopped by other means.",
        remedy: Some("Use `SameSite=Lax` unless the page must work inside other sites."),
        sources: &["6265bis §4.1.2.7, §8.8", "OWASP CSRF"],
        at: "attribute:samesite",
        rule: Rule::SetCookie(|line| {
            when(
                line.is_credential() && line.cookie.same_site == SameSite::None && line.cookie.secure && !line.cookie.partitioned,
            )
        }),
    },
    Finding {
        id: "cookie.samesite_strict",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "A credential with SameSite=Strict.",
        text: "Strong against forged requests. People who follow a link from another site arrive signed out.",
        remedy: None,
        sources: &["6265bis §5.6.7.1"],
        at: "attribute:samesite",
        rule: Rule::SetCookie(|line| when(line.is_credential() && line.cookie.same_site == SameSite::Strict)),
    },
    Finding {
        id: "cookie.lax_post_window",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "A credential, and no SameSite that browsers know.",
        text: "Chromium treats a missing `SameSite` as Lax, but for two minutes after setting it also sends the cookie with POSTs from other sites.",
        remedy: Some("Write `SameSite=Lax`: then there is no such window."),
        sources: &["6265bis §5.6.7.2", "MDN Set-Cookie"],
        at: "",
        rule: Rule::SetCookie(|line| when(line.is_credential() && line.has_no_same_site())),
    },
    Finding {
        id: "cookie.partitioned_insecure",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "Partitioned without Secure.",
        text: "Browsers refuse this cookie: `Partitioned` needs `Secure`.",
        remedy: Some("Add `Secure`."),
        sources: &["MDN Set-Cookie", "Chromium 156"],
        at: "attribute:partitioned",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::PartitionedInsecure))),
    },
    Finding {
        id: "cookie.partitioned",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "Partitioned with Secure.",
        text: "The browser keeps a separate copy for each site that embeds this one.",
        remedy: None,
        sources: &["MDN, CHIPS"],
        at: "attribute:partitioned",
        rule: Rule::SetCookie(|line| when(line.cookie.partitioned && line.cookie.secure)),
    },
    Finding {
        id: "cookie.partitioned_not_none",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "Partitioned with SameSite Lax or Strict.",
        text: "Partitioning only matters inside other sites, where Lax and Strict cookies are not sent.",
        remedy: Some("Use `SameSite=None` with `Partitioned`, or leave `Partitioned` away."),
        sources: &["6265bis §5.6.7.1", "Chromium 156"],
        at: "attribute:partitioned",
        rule: Rule::SetCookie(|line| {
            when(line.cookie.partitioned && matches!(line.cookie.same_site, SameSite::Lax | SameSite::Strict))
        }),
    },
    Finding {
        id: "cookie.refused_on_http",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "Set over plain http by another machine, with Secure, a name prefix or Partitioned.",
        text: "Set over http://, this cookie is refused.",
        remedy: Some("Serve the page over https."),
        sources: &["6265bis §5.7", "Chromium 156"],
        at: "",
        rule: Rule::SetCookie(|line| when(line.refusals.contains(&Refusal::OverHttp))),
    },
    Finding {
        id: "cookie.good_attributes",
        severity: Severity::Good,
        group: Group::SetCookie,
        condition: "A credential with Secure, HttpOnly, and SameSite Lax or Strict.",
        text: "Sent encrypted only, hidden from scripts, not sent with forged posts.",
        remedy: None,
        sources: &["ASVS 3.3.1, 3.3.2, 3.3.4"],
        at: "",
        rule: Rule::SetCookie(|line| {
            when(
                line.is_credential()
                    && line.cookie.secure
                    && line.cookie.http_only
                    && matches!(line.cookie.same_site, SameSite::Lax | SameSite::Strict),
            )
        }),
    },
];
