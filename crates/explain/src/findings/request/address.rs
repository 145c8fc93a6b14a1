//! What is said about the address of a request.

use crate::classify::looks_random;
use crate::finding::{Finding, Group, Rule, when};
use crate::item::{Carrier, Item};
use crate::part::Severity;
use crate::subject::RequestSubject;

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "request.credential_in_url",
        severity: Severity::Error,
        group: Group::Request,
        condition: "A parameter of the query is named like a credential, and its value is one or is random; or a key stands before the host.",
        text: "A key in the address: it lands in history, logs, and in the Referer of the next page.",
        remedy: Some("Send it in the `Authorization` header or in the body."),
        sources: &["OAuth 2.1 \"Bearer Token Requests\"", "ASVS 14.2.1", "OWASP REST \"Sensitive information\""],
        at: "",
        rule: Rule::Request(|request| {
            when(request.items.iter().any(|item| item.at.starts_with("url.") && is_key_in_address(item)))
        }),
    },
    Finding {
        id: "request.session_id_in_url",
        severity: Severity::Error,
        group: Group::Request,
        condition: "The path holds ;jsessionid=, or the query a parameter named like a session.",
        text: "The session's number is in the address: whoever gets the link gets the session.",
        remedy: Some("Keep the session in a cookie alone."),
        sources: &["OWASP Session Management \"Used vs. Accepted\"", "ASVS 14.2.1"],
        at: "",
        rule: Rule::Request(|request| when(names_session(request))),
    },
    Finding {
        id: "request.userinfo_in_url",
        severity: Severity::Error,
        group: Group::Request,
        condition: "A user name and a password before the host.",
        text: "User name and password in the address.",
        remedy: Some("Leave them away; send them in a header."),
        sources: &["RFC 9110 §4.2.4", "RFC 3986 §3.2.1"],
        at: "",
        rule: Rule::Request(|request| when(request.address.user.is_some() && request.address.password.is_some())),
    },
    Finding {
        id: "request.token_in_fragment",
        severity: Severity::Warning,
        group: Group::Request,
        condition: "The fragment holds access_token or id_token.",
        text: "The implicit flow: the token passes through the address bar.",
        remedy: Some("Use the authorization code flow with PKCE."),
        sources: &["RFC 9700 §2.1.2", "ASVS 10.4.4"],
        at: "",
        rule: Rule::Request(|request| {
            when(request.address.fragment_parameters().iter().any(|one| matches!(&*one.name, "access_token" | "id_token")))
        }),
    },
    Finding {
        id: "request.code_in_url",
        severity: Severity::Note,
        group: Group::Request,
        condition: "The query holds code.",
        text: "One-time voucher; fine here if PKCE is used and the page behind it redirects on.",
        remedy: None,
        sources: &["ASVS 10.4.3"],
        at: "",
        rule: Rule::Request(|request| {
            when(request.address.query_parameters().iter().any(|one| one.name == "code" && !one.value.is_empty()))
        }),
    },
    Finding {
        id: "request.referer_leak",
        severity: Severity::Error,
        group: Group::Request,
        condition: "The Referer holds a credential.",
        text: "The address of the page before, with its key, was passed on.",
        remedy: Some("Send `Referrer-Policy: no-referrer`, and keep keys out of addresses."),
        sources: &["OWASP", "ASVS 14.2.1"],
        at: "",
        rule: Rule::Request(|request| {
            when(
                request
                    .items
                    .iter()
                    .any(|item| item.at.starts_with("referer.") && (item.is_credential() || is_key_in_address(item))),
            )
        }),
    },
    Finding {
        id: "request.client_secret_in_url",
        severity: Severity::Error,
        group: Group::Request,
        condition: "The query holds client_secret.",
        text: "The application's password is in the address.",
        remedy: Some("Send it in the body, or use a signed assertion."),
        sources: &["RFC 6749 §2.3.1"],
        at: "",
        rule: Rule::Request(|request| {
            when(request.address.query_parameters().iter().any(|one| one.name == "client_secret" && !one.value.is_empty()))
        }),
    },
    Finding {
        id: "request.plain_pkce",
        severity: Severity::Warning,
        group: Group::Request,
        condition: "code_challenge_method is plain, or there is a code_challenge without a method.",
        text: "`plain` protects nothing.",
        remedy: Some("Use `S256`."),
        sources: &["ASVS 10.4.6"],
        at: "",
        rule: Rule::Request(|request| when(has_plain_challenge(request))),
    },
    Finding {
        id: "request.login_over_get",
        severity: Severity::Error,
        group: Group::Request,
        condition: "GET, and the query holds a password.",
        text: "A password in the address.",
        remedy: Some("Send forms that hold a password by POST."),
        sources: &["ASVS 14.2.1"],
        at: "",
        rule: Rule::Request(|request| {
            when(
                is_get(request)
                    && request
                        .address
                        .query_parameters()
                        .iter()
                        .any(|one| matches!(&*one.name, "password" | "passwd" | "pwd") && !one.value.is_empty()),
            )
        }),
    },
];

/// Whether a parameter is named like a credential, and holds one or something random.
pub(crate) fn is_key_in_address(item: &Item<'_>) -> bool {
    const NAMES: &[&str] = &[
        "access_token",
        "token",
        "id_token",
        "refresh_token",
        "api_key",
        "apikey",
        "key",
        "auth",
        "jwt",
        "session",
        "sid",
        "password",
        "client_secret",
    ];
    // Before the host a name may stand, and often a key does.
    let is_user = matches!(item.at.rsplit_once('.'), Some((_, "user"))) && item.is_credential();
    let is_named = is_user || NAMES.iter().any(|name| name.eq_ignore_ascii_case(&item.name));
    let value = &item.classified.value;
    let is_random = value.len() >= 16 && (looks_random(value) || item.classified.is_blanked);
    item.carrier == Carrier::Url && is_named && (item.is_credential() || is_random)
}

fn names_session(request: &RequestSubject<'_>) -> bool {
    let is_session = |name: &str| {
        let name = name.to_ascii_lowercase();
        matches!(name.as_str(), "phpsessid" | "jsessionid" | "sessionid" | "sid") || name.starts_with("aspsessionid")
    };
    let in_path = request.address.path.to_ascii_lowercase().contains(";jsessionid=");
    in_path || request.address.query_parameters().iter().any(|one| is_session(&one.name) && !one.value.is_empty())
}

fn has_plain_challenge(request: &RequestSubject<'_>) -> bool {
    let query = request.address.query_parameters();
    let form = request.request.form();
    let value = |name: &str| query.iter().chain(&form).find(|one| one.name == name).map(|one| one.value.clone());
    match value("code_challenge_method") {
        Some(method) => method.eq_ignore_ascii_case("plain"),
        None => value("code_challenge").is_some(),
    }
}

fn is_get(request: &RequestSubject<'_>) -> bool {
    request.request.method.as_deref().is_some_and(|method| method.eq_ignore_ascii_case("GET"))
}
