//! What is said about an answer with a key in it: who may keep it, and where else the key stands.

use super::caching::Caching;
use crate::finding::{Finding, Group, Rule, when};
use crate::item::{Carrier, Item};
use crate::message::{Address, Extent, Parameter, parse_json};
use crate::part::Severity;
use crate::subject::ResponseSubject;

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "response.no_store_missing",
        severity: Severity::Warning,
        group: Group::Response,
        condition: "A credential in a cookie or in the body, and Cache-Control has neither no-store nor private.",
        text: "A cache may keep this answer, with the key in it, and give it to someone else.",
        remedy: Some("Send `Cache-Control: no-store`."),
        sources: &["ASVS 14.3.2", "RFC 6749 §5.1"],
        at: "",
        rule: Rule::Response(|response| {
            when(
                response.response.extent != Extent::Fragment
                    && hands_out_key(response)
                    && !Caching::of(response).is_kept_private(),
            )
        }),
    },
    Finding {
        id: "response.cacheable_credential",
        severity: Severity::Error,
        group: Group::Response,
        condition: "A credential in a cookie or in the body, and Cache-Control has public, s-maxage, or a max-age above zero without private.",
        text: "The answer with the key in it is marked for shared caches.",
        remedy: Some("Send `Cache-Control: no-store`."),
        sources: &["ASVS 14.2.2", "RFC 9111 §7.3"],
        at: "",
        rule: Rule::Response(|response| when(hands_out_key(response) && Caching::of(response).invites_shared_caches())),
    },
    Finding {
        id: "response.token_in_body",
        severity: Severity::Note,
        group: Group::Response,
        condition: "JSON with access_token, refresh_token or id_token.",
        text: "Tokens in the body: the script that reads them must keep them somewhere.",
        remedy: None,
        sources: &["RFC 6749 §5.1"],
        at: "",
        rule: Rule::Response(|response| when(has_token_in_body(response))),
    },
    Finding {
        id: "response.token_in_location",
        severity: Severity::Error,
        group: Group::Response,
        condition: "The query or fragment of Location holds a token or the number of a session.",
        text: "The redirect carries a key in the address.",
        remedy: Some("Use the authorization code flow: a code in the address, the token over a back channel."),
        sources: &["RFC 9700 §2.1.2", "ASVS 14.2.1"],
        at: "",
        rule: Rule::Response(|response| when(has_token_in_location(response))),
    },
    Finding {
        id: "response.cookie_in_body",
        severity: Severity::Error,
        group: Group::Response,
        condition: "The value of an HttpOnly credential stands in the body.",
        text: "The same secret stands in the page, where scripts can read it.",
        remedy: Some("Leave it out of the page."),
        sources: &["ASVS 3.3.4"],
        at: "",
        rule: Rule::Response(|response| when(shows_cookie(response))),
    },
];

/// Whether the answer hands out something that opens something.
fn hands_out_key(response: &ResponseSubject<'_>) -> bool {
    let is_key = |item: &&Item<'_>| item.is_live_credential() && matches!(item.carrier, Carrier::Cookie | Carrier::Body);
    response.items.iter().any(is_key) || has_token_in_body(response)
}

fn has_token_in_body(response: &ResponseSubject<'_>) -> bool {
    let body = response.response.body.as_deref().and_then(parse_json);
    let has = |name: &str| body.as_ref().and_then(|body| body.get(name)?.as_str()).is_some_and(|token| !token.is_empty());
    ["access_token", "refresh_token", "id_token"].into_iter().any(has)
}

fn has_token_in_location(response: &ResponseSubject<'_>) -> bool {
    const NAMES: &[&str] =
        &["access_token", "id_token", "refresh_token", "token", "sid", "sessionid", "session_id", "phpsessid", "jsessionid"];
    let is_token = |one: &Parameter<'_>| NAMES.iter().any(|name| name.eq_ignore_ascii_case(&one.name)) && !one.value.is_empty();
    let address = Address::split(response.response.headers.first("location").unwrap_or(""));
    address.query_parameters().iter().chain(&address.fragment_parameters()).any(is_token)
        || address.path.to_ascii_lowercase().contains(";jsessionid=")
}

fn shows_cookie(response: &ResponseSubject<'_>) -> bool {
    const SHORTEST: usize = 8;
    let Some(body) = response.response.body.as_deref() else { return false };
    response.items.iter().any(|item| {
        let is_hidden = item.cookie.as_ref().is_some_and(|cookie| cookie.http_only);
        let stands_in_body = |value: &str| value.len() >= SHORTEST && body.contains(value);
        is_hidden && item.is_live_credential() && (stands_in_body(&item.raw) || stands_in_body(&item.classified.value))
    })
}
