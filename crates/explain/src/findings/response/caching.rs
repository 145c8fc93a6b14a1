//! What is said about caches and other origins.

use crate::finding::{Finding, Group, Rule, when};
use crate::hosts::is_same_site;
use crate::message::{Address, split_port};
use crate::part::Severity;
use crate::subject::ResponseSubject;

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "response.vary_missing",
        severity: Severity::Warning,
        group: Group::Response,
        condition: "Shared caches may keep it, the request carried a cookie or Authorization, and Vary names neither.",
        text: "Depends on who asks, but caches are not told.",
        remedy: Some("Send `Cache-Control: private`, or `Vary: Cookie, Authorization`."),
        sources: &["RFC 9110 §12.5.5"],
        at: "",
        rule: Rule::Response(|response| when(depends_on_who_asks(response))),
    },
    Finding {
        id: "response.cors_star_credentials",
        severity: Severity::Error,
        group: Group::Response,
        condition: "Access-Control-Allow-Origin is *, and Access-Control-Allow-Credentials is true.",
        text: "Browsers refuse this pair; someone wanted every site to read with your login.",
        remedy: Some("Name the origins that may read, one by one."),
        sources: &["Fetch \"CORS protocol and credentials\"", "ASVS 3.4.2"],
        at: "",
        rule: Rule::Response(|response| when(allowed_origin(response) == Some("*") && allows_credentials(response))),
    },
    Finding {
        id: "response.cors_reflects",
        severity: Severity::Error,
        group: Group::Response,
        condition: "Access-Control-Allow-Origin repeats an Origin of another site, and Access-Control-Allow-Credentials is true.",
        text: "The server repeats whatever origin asks: every site can read with your login.",
        remedy: Some("Compare the origin with a list."),
        sources: &["ASVS 3.4.2"],
        at: "",
        rule: Rule::Response(|response| when(repeats_any_origin(response))),
    },
    Finding {
        id: "response.cors_null",
        severity: Severity::Error,
        group: Group::Response,
        condition: "Access-Control-Allow-Origin is null, and Access-Control-Allow-Credentials is true.",
        text: "`null` is an origin anyone can have.",
        remedy: Some("Remove `null` from the list."),
        sources: &["ASVS 3.4.2"],
        at: "",
        rule: Rule::Response(|response| when(allowed_origin(response) == Some("null") && allows_credentials(response))),
    },
    Finding {
        id: "response.cors_vary",
        severity: Severity::Warning,
        group: Group::Response,
        condition: "Access-Control-Allow-Origin is one origin, and Vary lacks Origin.",
        text: "Caches may hand the permission for one site to another.",
        remedy: Some("Send `Vary: Origin`."),
        sources: &["Fetch \"CORS protocol and HTTP caches\""],
        at: "",
        rule: Rule::Response(|response| {
            when(allowed_origin(response).is_some_and(|origin| origin != "*") && !varies_by(response, &["origin"]))
        }),
    },
];

/// What `Cache-Control` says, as far as it decides who may keep an answer (RFC 9111 §5.2.2).
pub(crate) struct Caching {
    no_store: bool,
    private: bool,
    shared: bool,
}

impl Caching {
    /// Reads all `Cache-Control` lines.
    pub(crate) fn of(response: &ResponseSubject<'_>) -> Self {
        let directives: Vec<String> = response.response.headers.members("cache-control").map(str::to_ascii_lowercase).collect();
        let has = |name: &str| directives.iter().any(|one| one.split('=').next() == Some(name));
        let seconds = |name: &str| {
            directives.iter().find_map(|one| one.strip_prefix(name)?.strip_prefix('=')?.trim_matches('"').parse::<u64>().ok())
        };
        Self {
            no_store: has("no-store"),
            private: has("private"),
            shared: has("public") || has("s-maxage") || seconds("max-age").is_some_and(|seconds| seconds > 0),
        }
    }

    /// Whether no cache but the browser's may keep it.
    pub(crate) const fn is_kept_private(&self) -> bool {
        self.no_store || self.private
    }

    /// Whether caches between may keep it.
    pub(crate) const fn invites_shared_caches(&self) -> bool {
        self.shared && !self.is_kept_private()
    }
}

fn varies_by(response: &ResponseSubject<'_>, names: &[&str]) -> bool {
    response
        .response
        .headers
        .members("vary")
        .any(|member| member == "*" || names.iter().any(|name| name.eq_ignore_ascii_case(member)))
}

fn depends_on_who_asks(response: &ResponseSubject<'_>) -> bool {
    let asks_as_somebody =
        response.request.is_some_and(|request| request.headers.has("cookie") || request.headers.has("authorization"));
    asks_as_somebody && Caching::of(response).invites_shared_caches() && !varies_by(response, &["cookie", "authorization"])
}

fn allowed_origin<'a>(response: &ResponseSubject<'a>) -> Option<&'a str> {
    response.response.headers.first("access-control-allow-origin").filter(|origin| !origin.is_empty())
}

fn allows_credentials(response: &ResponseSubject<'_>) -> bool {
    response.response.headers.first("access-control-allow-credentials").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// An origin of the same site may well stand on a list; a stranger's that is repeated does not.
fn repeats_any_origin(response: &ResponseSubject<'_>) -> bool {
    let Some(request) = response.request else { return false };
    let origin = request.headers.first("origin").filter(|origin| allowed_origin(response) == Some(origin) && *origin != "null");
    let host = request
        .headers
        .first("host")
        .or_else(|| request.headers.first(":authority"))
        .map(|host| split_port(host).0)
        .or(response.setting.host);
    let hosts = origin.and_then(|origin| Address::split(origin).host).zip(host);
    allows_credentials(response) && hosts.is_some_and(|(origin, host)| !is_same_site(origin, host))
}
