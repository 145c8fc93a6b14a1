//! Who can read a credential, and who can use it: one line per kind of bystander.
//!
//! *Use* without *read* is the point most people miss: a page can cause requests with a cookie that no script can read.

use crate::explanation::Who;
use crate::format::Answer;
use crate::inside::Inside;
use crate::item::{Carrier, Item};
use crate::part::Part;
use crate::set_cookie::{DomainRule, SameSite, SetCookie, Setting};

/// The table for one item; empty for what opens nothing.
pub(crate) fn who(item: &Item<'_>, setting: Setting<'_>) -> Vec<Who> {
    if !item.is_credential() && item.part() != Part::Proof && item.part() != Part::SessionReference {
        return Vec::new();
    }
    let mut table = match (item.carrier, &item.cookie) {
        (Carrier::Cookie, Some(cookie)) => of_set_cookie(cookie, setting),
        (Carrier::Cookie, None) => of_cookie(item, setting),
        (Carrier::Url, _) => of_address(setting),
        (Carrier::Header | Carrier::Body | Carrier::Alone, _) => of_header(setting),
    };
    table.push(device(item));
    table.push(holder(item));
    table.extend(verifier(item));
    table.push(thief(item));
    table
}

const fn line(who: &'static str, read: &'static str, r#use: &'static str, because: &'static str) -> Who {
    Who { who, read, r#use, because }
}

fn of_set_cookie(cookie: &SetCookie<'_>, setting: Setting<'_>) -> Vec<Who> {
    let script = if cookie.http_only {
        line(
            "script",
            "no",
            "while_open",
            "HttpOnly: it cannot be read, but a script on the page can still cause requests with it",
        )
    } else {
        line("script", "yes", "yes", "no HttpOnly")
    };
    let other_site = match cookie.same_site {
        SameSite::None => line("other_site", "no", "yes", "SameSite=None"),
        SameSite::Lax => line("other_site", "no", "navigation", "SameSite=Lax: sent when someone follows a link"),
        SameSite::Strict => line("other_site", "no", "no", "SameSite=Strict"),
        SameSite::Absent | SameSite::Invalid => line(
            "other_site",
            "no",
            "navigation",
            "no SameSite: sent when someone follows a link, and with forms for two minutes after it was set",
        ),
        SameSite::NotKept => line("other_site", "no", "unknown", "SameSite is not kept in this file"),
    };
    let sibling = match cookie.domain {
        DomainRule::Given(_) => line("sibling_host", "yes", "yes", "Domain is set"),
        DomainRule::HostOnly if cookie.prefix().is_host() => line("sibling_host", "no", "no", "__Host-"),
        DomainRule::HostOnly => line("sibling_host", "no", "plant", "it cannot read it, but can set one of the same name"),
    };
    let network = if !cookie.secure {
        line("network", "yes", "yes", "no Secure: also sent over http")
    } else if setting.is_plain_http() {
        line("network", "yes", "yes", "this exchange was not encrypted")
    } else {
        line("network", "no", "no", "Secure")
    };
    vec![script, other_site, sibling, SAME_HOST, network, SERVERS]
}

const SAME_HOST: Who = line("same_host", "yes", "yes", "neither Path nor the port keeps pages of one host apart");
const SERVERS: Who = line("logs", "yes", "yes", "proxies and servers on the way see headers");

fn of_cookie(item: &Item<'_>, setting: Setting<'_>) -> Vec<Who> {
    let sibling = if item.name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("__Host-")) {
        line("sibling_host", "no", "no", "__Host-")
    } else {
        line("sibling_host", "unknown", "plant", "Domain is not told here")
    };
    vec![
        line("script", "unknown", "while_open", "HttpOnly is not told here"),
        line("other_site", "no", "unknown", "SameSite is not told here"),
        sibling,
        SAME_HOST,
        on_the_way(setting),
        SERVERS,
    ]
}

fn of_header(setting: Setting<'_>) -> Vec<Who> {
    vec![
        line("script", "yes", "yes", "the script that sends it can read it"),
        line("other_site", "no", "no", "browsers add no header of their own for other sites"),
        line("sibling_host", "no", "no", "it is kept by the page's own origin"),
        on_the_way(setting),
        SERVERS,
    ]
}

fn of_address(setting: Setting<'_>) -> Vec<Who> {
    vec![
        line("script", "yes", "yes", "addresses can be read by every script of the page"),
        line("other_site", "unknown", "unknown", "the address may be passed on as Referer"),
        on_the_way(setting),
        line("logs", "yes", "yes", "addresses stand in history, in logs and in the Referer of the next page"),
    ]
}

fn on_the_way(setting: Setting<'_>) -> Who {
    if setting.is_plain_http() {
        return line("network", "yes", "yes", "this exchange was not encrypted");
    }
    match setting.scheme {
        Some(_) => line("network", "no", "no", "this exchange was encrypted"),
        None => line("network", "unknown", "unknown", "nobody says whether it travels encrypted"),
    }
}

fn device(item: &Item<'_>) -> Who {
    if item.classified.is_bound {
        line("device", "yes", "no", "bound to a key that need not be readable")
    } else {
        line("device", "yes", "yes", "not bound to a key")
    }
}

fn holder(item: &Item<'_>) -> Who {
    let because = "whoever holds it can use it";
    match item.format().readable.answer {
        Answer::Yes => line("holder", "yes", "yes", because),
        Answer::No => line("holder", "no", "yes", because),
        Answer::Partly => line("holder", "partly", "yes", because),
        Answer::Probably | Answer::Depends | Answer::NotApplicable => line("holder", "unknown", "yes", because),
    }
}

/// Whoever can check an HMAC can make one.
fn verifier(item: &Item<'_>) -> Option<Who> {
    if item.part() != Part::Signed {
        return None;
    }
    let is_symmetric = match &item.classified.inside {
        Inside::Jose(jose) => jose.algorithm()?.starts_with("HS"),
        Inside::Mac(_) => true,
        _ => return None,
    };
    Some(if is_symmetric {
        line("verifier", "yes", "forge", "the key that checks it also makes it")
    } else {
        line("verifier", "yes", "no", "the key that checks it cannot make it")
    })
}

fn thief(item: &Item<'_>) -> Who {
    match item.part() {
        Part::Proof => line("thief", "yes", "seconds", "made for one request"),
        Part::OneTime => line("thief", "yes", "once", "good once"),
        _ if item.classified.is_bound => line("thief", "yes", "no", "useless without the key it is bound to"),
        Part::SessionReference => line("thief", "yes", "until_end", "until the server ends it"),
        _ if item.classified.times.ends_at.is_some() => line("thief", "yes", "until_end", "until the end inside"),
        _ => line("thief", "yes", "until_end", "until the server stops taking it"),
    }
}
