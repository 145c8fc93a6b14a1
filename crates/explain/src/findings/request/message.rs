//! What is said about a request: who could have caused it, and what travels in it.

use super::address::is_key_in_address;
use crate::finding::{Finding, Group, Rule, when};
use crate::item::{Carrier, Item};
use crate::message::{Address, Scheme, Version, split_port};
use crate::part::{Part, Severity};
use crate::subject::RequestSubject;

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "request.plaintext_http",
        severity: Severity::Error,
        group: Group::Request,
        condition: "Plain http to another machine, and a credential travels.",
        text: "Sent without encryption: anyone on the way can read and use it.",
        remedy: Some("Use https, and redirect http to it."),
        sources: &["ASVS 12.2.1", "6265bis §8.3"],
        at: "",
        rule: Rule::Request(|request| {
            when(request.setting.is_plain_http() && request.items.iter().any(|item| opens_something(item)))
        }),
    },
    Finding {
        id: "request.bearer_and_cookie",
        severity: Severity::Warning,
        group: Group::Request,
        condition: "A credential in Authorization, and one in a cookie.",
        text: "Two proofs in one request; they may name two people. In Cloakroom the header decides.",
        remedy: Some("Send one of them."),
        sources: &[],
        at: "",
        rule: Rule::Request(|request| when(has_authorization_credential(request) && has_cookie_credential(request))),
    },
    Finding {
        id: "request.csrf_cross_site",
        severity: Severity::Error,
        group: Group::Request,
        condition: "A changing method with a credential in a cookie and no Authorization; and Sec-Fetch-Site is cross-site or same-site, or Origin is null or another host.",
        text: "Another site made the browser send this, with your login attached.",
        remedy: Some("Refuse it: check `Sec-Fetch-Site` or `Origin` on the server."),
        sources: &["OWASP CSRF \"Fetch Metadata\""],
        at: "",
        rule: Rule::Request(|request| when(is_change_by_cookie(request) && comes_from_elsewhere(request))),
    },
    Finding {
        id: "request.csrf_exposed",
        severity: Severity::Warning,
        group: Group::Request,
        condition: "A changing method with a credential in a cookie, no Authorization, and none of: Sec-Fetch-Site, Origin, a CSRF token, a custom header, JSON.",
        text: "Nothing in this request proves that your own page sent it.",
        remedy: Some("Ask for a CSRF token, or check `Sec-Fetch-Site` and `Origin`."),
        sources: &["OWASP CSRF", "ASVS 3.5.1"],
        at: "",
        rule: Rule::Request(|request| when(is_change_by_cookie(request) && proves_nothing(request))),
    },
    Finding {
        id: "request.csrf_proven",
        severity: Severity::Good,
        group: Group::Request,
        condition: "A changing method with a credential in a cookie; and Sec-Fetch-Site is same-origin, or Origin is the address it went to.",
        text: "The browser says that your own page sent this.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Request(|request| {
            when(is_change_by_cookie(request) && !comes_from_elsewhere(request) && comes_from_here(request))
        }),
    },
    Finding {
        id: "request.change_by_get",
        severity: Severity::Warning,
        group: Group::Request,
        condition: "GET or HEAD with a credential in a cookie, to an address whose last word changes something, or with action= or _method= in its query.",
        text: "Changes something by following a link: any page can make that happen with an image.",
        remedy: Some("Let only POST, PUT, PATCH and DELETE change anything."),
        sources: &["ASVS 3.5.3"],
        at: "",
        rule: Rule::Request(|request| when(is_safe(request) && has_cookie_credential(request) && sounds_like_change(request))),
    },
    Finding {
        id: "request.forwarded_identity",
        severity: Severity::Warning,
        group: Group::Request,
        condition: "A header in which a proxy names the user.",
        text: "A proxy tells the app who you are. Whoever reaches the app without the proxy can say the same.",
        remedy: Some(
            "Let the app be reached through the proxy alone, and let the proxy remove these headers from what comes in.",
        ),
        sources: &["ASVS 4.1.3"],
        at: "",
        rule: Rule::Request(|request| when(request.request.headers.iter().any(|line| names_user(&line.name)))),
    },
    Finding {
        id: "request.host_problem",
        severity: Severity::Error,
        group: Group::Request,
        condition: "HTTP/1.1 without Host, or two Host headers.",
        text: "The request must name exactly one host.",
        remedy: Some("Send one `Host` header."),
        sources: &["RFC 9112 §3.2"],
        at: "",
        rule: Rule::Request(|request| when(has_host_problem(request))),
    },
    Finding {
        id: "request.framing",
        severity: Severity::Error,
        group: Group::Request,
        condition: "Content-Length and Transfer-Encoding together, or two Content-Length that differ.",
        text: "Two lengths: the way to smuggle a second request into someone's connection.",
        remedy: Some("Send one length. A proxy must refuse this request."),
        sources: &["RFC 9112 §6.1, §6.3"],
        at: "",
        rule: Rule::Request(|request| when(has_two_lengths(request))),
    },
    Finding {
        id: "request.token_in_body",
        severity: Severity::Note,
        group: Group::Request,
        condition: "A form with the field access_token.",
        text: "Bearer token in the form: allowed by the old rules, a bad habit.",
        remedy: Some("Send it in the `Authorization` header."),
        sources: &["RFC 6750 §2.2"],
        at: "",
        rule: Rule::Request(|request| when(request.items.iter().any(|item| item.at == "form.access_token"))),
    },
    Finding {
        id: "request.password_grant",
        severity: Severity::Warning,
        group: Group::Request,
        condition: "A form with grant_type=password.",
        text: "The app sees the password. This way of signing in has been withdrawn.",
        remedy: Some("Use the authorization code flow with PKCE."),
        sources: &["RFC 9700 §2.4", "ASVS 10.4.4"],
        at: "",
        rule: Rule::Request(|request| {
            when(request.request.form().iter().any(|one| one.name == "grant_type" && one.value == "password"))
        }),
    },
    Finding {
        id: "request.websocket_cookie",
        severity: Severity::Note,
        group: Group::Request,
        condition: "An upgrade to WebSocket with a credential in a cookie.",
        text: "Browsers send cookies with WebSockets from any site: the server must check Origin.",
        remedy: Some("Check `Origin` when the connection opens."),
        sources: &["OWASP HTML5 \"WebSockets\""],
        at: "",
        rule: Rule::Request(|request| {
            when(
                request.request.headers.members("upgrade").any(|member| member.eq_ignore_ascii_case("websocket"))
                    && has_cookie_credential(request),
            )
        }),
    },
    Finding {
        id: "request.not_a_browser",
        severity: Severity::Note,
        group: Group::Request,
        condition: "No Sec-Fetch header, no Origin, and a User-Agent of a program.",
        text: "Not sent by a browser.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Request(|request| when(is_program(request))),
    },
];

fn opens_something(item: &Item<'_>) -> bool {
    item.is_live_credential() || item.is_password() || is_key_in_address(item)
}

fn has_cookie_credential(request: &RequestSubject<'_>) -> bool {
    request.items.iter().any(|item| item.carrier == Carrier::Cookie && item.is_live_credential())
}

fn has_authorization_credential(request: &RequestSubject<'_>) -> bool {
    request.request.headers.has("authorization")
        && request.items.iter().any(|item| {
            item.at == "authorization"
                && (item.is_credential() || item.part() == Part::SessionReference || item.part() == Part::Container)
        })
}

fn method_is(request: &RequestSubject<'_>, methods: &[&str]) -> bool {
    request.request.method.as_deref().is_some_and(|method| methods.iter().any(|one| one.eq_ignore_ascii_case(method)))
}

fn is_safe(request: &RequestSubject<'_>) -> bool {
    method_is(request, &["GET", "HEAD"])
}

fn is_change_by_cookie(request: &RequestSubject<'_>) -> bool {
    method_is(request, &["POST", "PUT", "PATCH", "DELETE"])
        && has_cookie_credential(request)
        && !request.request.headers.has("authorization")
}

fn fetch_site<'a>(request: &RequestSubject<'a>) -> Option<&'a str> {
    request.request.headers.first("sec-fetch-site")
}

/// Host and port that the request names.
fn authority<'a>(request: &RequestSubject<'a>) -> Option<&'a str> {
    request.request.headers.first("host").or_else(|| request.request.headers.first(":authority"))
}

fn target_host(request: &RequestSubject<'_>) -> Option<String> {
    authority(request)
        .map(|authority| split_port(authority).0.to_ascii_lowercase())
        .or_else(|| request.setting.host.map(str::to_owned))
}

fn comes_from_elsewhere(request: &RequestSubject<'_>) -> bool {
    if let Some(site) = fetch_site(request) {
        return matches!(site, "cross-site" | "same-site");
    }
    match request.request.headers.first("origin") {
        Some("null") => true,
        Some(origin) => {
            matches!((Address::split(origin).host_lower(), target_host(request)), (Some(origin), Some(target)) if origin != target)
        }
        None => false,
    }
}

/// Scheme, host and port of `Origin` are those of the target, as far as they are known.
fn comes_from_here(request: &RequestSubject<'_>) -> bool {
    if fetch_site(request) == Some("same-origin") {
        return true;
    }
    let Some(origin) = request.request.headers.first("origin").map(Address::split) else { return false };
    let is_scheme_same = origin.scheme.zip(request.setting.scheme).is_none_or(|(origin, target)| origin == target);
    let usual = |port: Option<&str>| {
        port.filter(|port| !matches!((origin.scheme, *port), (Some(Scheme::Https), "443") | (Some(Scheme::Http), "80")))
            .map(str::to_owned)
    };
    let is_port_same = authority(request).is_none_or(|authority| usual(split_port(authority).1) == usual(origin.port));
    let hosts = origin.host_lower().zip(target_host(request));
    is_scheme_same && is_port_same && hosts.is_some_and(|(origin, target)| origin == target)
}

fn proves_nothing(request: &RequestSubject<'_>) -> bool {
    let headers = &request.request.headers;
    let is_csrf_name = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["csrf", "xsrf", "authenticity_token", "requestverificationtoken"].iter().any(|word| name.contains(word))
            || name == "_token"
    };
    let has_token = request.items.iter().any(|item| item.part() == Part::Csrf && item.carrier != Carrier::Cookie);
    let has_custom_header = headers.iter().any(|line| {
        let name = line.name.to_ascii_lowercase();
        name.starts_with("x-") && !name.starts_with("x-forwarded") && name != "x-real-ip" || is_csrf_name(&name)
    });
    let is_json =
        headers.first("content-type").is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("application/json"));
    let has_field = request.request.form().iter().any(|one| is_csrf_name(&one.name));
    fetch_site(request).is_none() && !headers.has("origin") && !has_token && !has_custom_header && !is_json && !has_field
}

fn sounds_like_change(request: &RequestSubject<'_>) -> bool {
    const WORDS: &[&str] = &["logout", "signout", "delete", "remove", "transfer", "approve", "reset", "disable", "enable"];
    let last = request.address.segments().last().map(str::to_ascii_lowercase);
    let is_word = last.is_some_and(|last| WORDS.contains(&last.as_str()));
    is_word || request.address.query_parameters().iter().any(|one| matches!(&*one.name, "action" | "_method"))
}

fn names_user(header: &str) -> bool {
    const NAMES: &[&str] = &[
        "x-auth-user",
        "x-forwarded-user",
        "x-remote-user",
        "remote-user",
        "x-webauth-user",
        "x-authenticated-user",
        "x-forwarded-email",
    ];
    let header = header.to_ascii_lowercase();
    NAMES.contains(&header.as_str()) || header.starts_with("x-auth-request-")
}

fn has_host_problem(request: &RequestSubject<'_>) -> bool {
    let hosts = request.request.headers.all("host").count();
    hosts > 1 || hosts == 0 && request.request.version == Version::Http11 && !request.request.headers.has(":authority")
}

fn has_two_lengths(request: &RequestSubject<'_>) -> bool {
    let headers = &request.request.headers;
    let lengths: Vec<&str> = headers.members("content-length").collect();
    let differ = lengths.windows(2).any(|pair| pair[0] != pair[1]);
    differ || !lengths.is_empty() && headers.has("transfer-encoding")
}

fn is_program(request: &RequestSubject<'_>) -> bool {
    const PROGRAMS: &[&str] = &["curl", "wget", "python", "okhttp", "go-http-client"];
    let headers = &request.request.headers;
    let agent = headers.first("user-agent").map(str::to_ascii_lowercase);
    let has_fetch = headers.iter().any(|line| line.name.to_ascii_lowercase().starts_with("sec-fetch-"));
    !has_fetch && !headers.has("origin") && agent.is_some_and(|agent| PROGRAMS.iter().any(|program| agent.contains(program)))
}
