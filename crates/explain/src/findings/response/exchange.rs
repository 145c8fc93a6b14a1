//! What only a request and its response together tell.

use crate::finding::{Finding, Group, Rule, when};
use crate::item::{Carrier, Item};
use crate::part::{Part, Severity};
use crate::set_cookie::SetCookie;
use crate::subject::ExchangeSubject;

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "exchange.session_not_renewed",
        severity: Severity::Warning,
        group: Group::Response,
        condition: "POST to a sign-in with a session reference in a cookie, answered well, and no Set-Cookie of that name with another value.",
        text: "The session's number stays the same over sign-in: someone who planted it is signed in too.",
        remedy: Some("Give out a new session at every sign-in."),
        sources: &["ASVS 7.2.4", "OWASP \"Renew the Session ID\""],
        at: "",
        rule: Rule::Exchange(|exchange| when(keeps_session_over_sign_in(exchange))),
    },
    Finding {
        id: "exchange.logout_keeps_cookie",
        severity: Severity::Warning,
        group: Group::Response,
        condition: "A sign-out with a credential in a cookie, answered well, and neither a deletion of it nor Clear-Site-Data.",
        text: "Signed out, but the cookie was not taken away.",
        remedy: Some("Delete the cookie in the answer, and end the session on the server."),
        sources: &["OWASP \"Logout Button\"", "ASVS 7.4.1"],
        at: "",
        rule: Rule::Exchange(|exchange| when(keeps_cookie_over_sign_out(exchange))),
    },
    Finding {
        id: "exchange.cookie_refused",
        severity: Severity::Error,
        group: Group::Response,
        condition: "A Set-Cookie of this exchange is one that browsers do not store.",
        text: "The browser will not store this cookie; sign-in will seem to do nothing.",
        remedy: Some("Mend the line that the other findings point at."),
        sources: &[],
        at: "",
        rule: Rule::Exchange(|exchange| when(refuses_cookie(exchange))),
    },
];

fn last_segment(exchange: &ExchangeSubject<'_>) -> String {
    exchange.request.address.segments().last().unwrap_or("").to_ascii_lowercase()
}

fn method_is(exchange: &ExchangeSubject<'_>, method: &str) -> bool {
    exchange.request.request.method.as_deref().is_some_and(|given| given.eq_ignore_ascii_case(method))
}

fn is_answered_well(exchange: &ExchangeSubject<'_>) -> bool {
    exchange.response.response.status.is_some_and(|status| (200..400).contains(&status))
}

fn cookies_set<'a>(exchange: &ExchangeSubject<'a>) -> impl Iterator<Item = &'a SetCookie<'a>> {
    exchange.response.items.iter().filter_map(|item| item.cookie.as_ref())
}

fn cookies_sent<'a>(exchange: &ExchangeSubject<'a>) -> impl Iterator<Item = &'a &'a Item<'a>> {
    exchange.request.items.iter().filter(|item| item.carrier == Carrier::Cookie && item.is_credential())
}

fn keeps_session_over_sign_in(exchange: &ExchangeSubject<'_>) -> bool {
    const SIGN_INS: &[&str] = &["login", "log-in", "signin", "sign-in", "session", "sessions", "callback"];
    let is_renewed = |sent: &Item<'_>| cookies_set(exchange).any(|set| set.name == sent.name && set.value != sent.raw);
    let is_sign_in = method_is(exchange, "POST") && SIGN_INS.contains(&last_segment(exchange).as_str());
    let mut references = cookies_sent(exchange).filter(|item| item.part() == Part::SessionReference);
    is_sign_in && is_answered_well(exchange) && references.any(|sent| !is_renewed(sent))
}

fn keeps_cookie_over_sign_out(exchange: &ExchangeSubject<'_>) -> bool {
    const SIGN_OUTS: &[&str] = &["logout", "log-out", "signout", "sign-out", "logoff"];
    let last = last_segment(exchange);
    let ends_session = method_is(exchange, "DELETE") && matches!(last.as_str(), "session" | "sessions");
    let is_sign_out = SIGN_OUTS.contains(&last.as_str()) || ends_session;
    let is_taken_away = |sent: &Item<'_>| cookies_set(exchange).any(|set| set.name == sent.name && set.deletes());
    is_sign_out
        && is_answered_well(exchange)
        && !exchange.response.clears_site_data("cookies")
        && cookies_sent(exchange).any(|sent| !is_taken_away(sent))
}

fn refuses_cookie(exchange: &ExchangeSubject<'_>) -> bool {
    cookies_set(exchange).any(|set| !set.refusals(exchange.response.setting).is_empty())
}
