//! What the parts of a cookie mean, in one sentence each.

use crate::set_cookie::{DomainRule, Expires, Known, MaxAge, PathRule, Prefix, SameSite, SetCookie};

/// What a cookie's name promises.
pub(crate) fn name_says(name: &str) -> &'static str {
    match Prefix::of(name) {
        Prefix::HostHttp => "The prefix promises: set by this host over https, for the whole host, and by no script.",
        Prefix::Host => "The prefix promises: this host, over https, for the whole host.",
        Prefix::Http => "The prefix promises: set over https, and by no script.",
        Prefix::Secure => "The prefix promises: set over https.",
        Prefix::None => "Browsers keep one cookie per name, domain and path.",
    }
}

/// What an attribute makes browsers do.
pub(crate) fn attribute_says(cookie: &SetCookie<'_>, known: Option<Known>) -> &'static str {
    match known {
        Some(Known::Secure) => "Sent over https only.",
        Some(Known::HttpOnly) => "Scripts cannot read it.",
        Some(Known::Partitioned) => "Kept apart for each site that embeds this one.",
        Some(Known::Priority) => "Which cookies to drop last; only Chromium knows it.",
        Some(Known::SameSite) => match cookie.same_site {
            SameSite::Strict => "Not sent when another site caused the request.",
            SameSite::Lax => "Sent from other sites only when someone follows a link.",
            SameSite::None => "Sent with requests from every site.",
            SameSite::Absent | SameSite::Invalid | SameSite::NotKept => "Browsers do not know this word.",
        },
        Some(Known::Path) => match cookie.path {
            PathRule::Given("/") => "Sent to every page of the host.",
            PathRule::Given(_) => "Sent to pages under this path only.",
            PathRule::Absent | PathRule::Invalid => "Not a path: browsers use the directory of the page that set it.",
        },
        Some(Known::Domain) => match cookie.domain {
            DomainRule::Given(_) => "Sent to this domain and all its subdomains.",
            DomainRule::HostOnly => "Empty: sent to this host alone.",
        },
        Some(Known::Expires) => match cookie.expires {
            Expires::At(_) if matches!(cookie.max_age, MaxAge::Seconds(_)) => "Not used: Max-Age wins.",
            Expires::At(_) => "The browser forgets it then.",
            Expires::Absent | Expires::Unreadable => "Not a date that browsers can read.",
        },
        Some(Known::MaxAge) => match cookie.max_age {
            MaxAge::Seconds(..=0) => "Deletes it at once.",
            MaxAge::Seconds(_) => "The browser forgets it after so many seconds.",
            MaxAge::Absent | MaxAge::Invalid => "Not whole seconds: ignored.",
        },
        None => "Browsers do not know this attribute.",
    }
}
