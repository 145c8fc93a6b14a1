//! A cookie jar by the rules of RFC 6265bis, as far as one host on loopback can meet them.
//!
//! Taking a cookie in (§5.6):
//!
//! 1. Name and value have at most 4,096 bytes together, else it is dropped.
//! 2. `Domain`, if it stands, is the host or one above it, and not a top-level one such as `localhost`: that is nobody's, so such a cookie
//!    is refused, unless it is the host itself. Without it the cookie goes back to this host alone.
//! 3. `Secure` is fine here: browsers count `*.localhost` as trustworthy without TLS.
//! 4. `__Secure-` asks for `Secure`; `__Host-` also for `Path=/` and no `Domain`; `__Host-Http-` and `__Http-` also for `HttpOnly`.
//! 5. `SameSite` without a word is `Lax`; `None` asks for `Secure`.
//! 6. `Max-Age` says how long it lives, or else `Expires` until when. A moment that has come removes the cookie of that name, domain and
//!    path.
//!
//! Sending (§5.8): the host, the path and the time must fit; across sites `Strict` never goes, `Lax` goes only with a navigation by a safe
//! method, `None` goes always. Longer paths first, then older cookies.

use std::time::Duration;

use cloakroom_primitives::Timestamp;

/// The most bytes of name and value.
const LONGEST_PAIR: usize = 4096;

/// The longest a cookie lives, however long it asks for.
const LONGEST_LIFE: Duration = Duration::from_hours(400 * 24);

/// How a request comes about, as far as cookies care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coming {
    /// From a page of the same site, or typed by the person.
    SameSite,
    /// A link of another site that the person follows.
    ForeignLink,
    /// A form of another site that the person, or a script, sends.
    ForeignPost,
    /// A script of another site that fetches in the background.
    ForeignFetch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SameSite {
    Strict,
    Lax,
    None,
}

/// A cookie in the jar.
#[derive(Clone, Debug)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Attributes as they were set, in their order.
    pub(crate) attributes: Vec<(String, Option<String>)>,
    path: String,
    /// The host it goes back to; `true` if to hosts below it as well.
    domain: (String, bool),
    same_site: SameSite,
    http_only: bool,
    expires_at: Option<Timestamp>,
}

/// Why a cookie was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dropped {
    /// Name and value are too long.
    TooLong,
    /// It breaks a rule of its name's prefix, of `Domain` or of `SameSite`.
    AgainstTheRules,
}

/// Whether the jar belongs to a browser that knows `SameSite`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Age {
    /// It does.
    #[default]
    Today,
    /// It does not, as before 2016: every cookie goes with every request.
    Old,
}

/// The cookies of one browser.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jar {
    cookies: Vec<Cookie>,
    pub(crate) age: Age,
}

impl Jar {
    /// Takes in a `Set-Cookie` from `host` for a request to `target`.
    pub(crate) fn take(&mut self, set_cookie: &str, host: &str, target: &str, now: Timestamp) -> Result<(), Dropped> {
        let cookie = Cookie::parse(set_cookie, host, target, now)?;
        self.cookies.retain(|kept| (&kept.name, &kept.domain, &kept.path) != (&cookie.name, &cookie.domain, &cookie.path));
        if cookie.expires_at.is_none_or(|at| now < at) {
            self.cookies.push(cookie);
        }
        Ok(())
    }

    /// The value of the `Cookie` header for a request; empty when there is none to send.
    pub(crate) fn header(&self, host: &str, target: &str, coming: Coming, now: Timestamp) -> String {
        let path = target.split(['?', '#']).next().unwrap_or(target);
        let mut going: Vec<_> = self.live(now).filter(|cookie| cookie.fits(host, path) && self.lets_go(cookie, coming)).collect();
        going.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<_> = going.into_iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        pairs.join("; ")
    }

    /// What a script in a page of `host` reads as `document.cookie`.
    pub(crate) fn readable_by_script(&self, host: &str, path: &str, now: Timestamp) -> Vec<&Cookie> {
        self.live(now).filter(|cookie| !cookie.http_only && cookie.fits(host, path)).collect()
    }

    /// All cookies that have not expired.
    pub(crate) fn live(&self, now: Timestamp) -> impl Iterator<Item = &Cookie> {
        self.cookies.iter().filter(move |cookie| cookie.expires_at.is_none_or(|at| now < at))
    }

    /// The value of the cookie of that name.
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value.as_str())
    }

    /// Closes the browser: what has no time to live of its own is gone.
    pub(crate) fn close(&mut self) {
        self.cookies.retain(|cookie| cookie.expires_at.is_some());
    }

    fn lets_go(&self, cookie: &Cookie, coming: Coming) -> bool {
        match (coming, cookie.same_site) {
            (Coming::SameSite, _) | (_, SameSite::None) | (Coming::ForeignLink, SameSite::Lax) => true,
            (_, SameSite::Lax | SameSite::Strict) => self.age == Age::Old,
        }
    }
}

impl Cookie {
    fn parse(set_cookie: &str, host: &str, target: &str, now: Timestamp) -> Result<Self, Dropped> {
        let mut parts = set_cookie.split(';').map(str::trim);
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).ok_or(Dropped::AgainstTheRules)?;
        if name.len() + value.len() > LONGEST_PAIR {
            return Err(Dropped::TooLong);
        }
        let attributes: Vec<_> = parts
            .map(|part| match part.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (part.to_owned(), None),
            })
            .collect();
        let attribute = |wanted: &str| {
            let mut found = attributes.iter().rev().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.next().map(|(_, value)| value.as_deref().unwrap_or_default())
        };
        let (secure, http_only) = (attribute("Secure").is_some(), attribute("HttpOnly").is_some());
        let asked_path = attribute("Path").filter(|path| path.starts_with('/'));
        let domain = attribute("Domain").map(|domain| domain.trim_start_matches('.').to_ascii_lowercase());
        let (is_host, is_http) = (name.starts_with("__Host-"), name.starts_with("__Host-Http-") || name.starts_with("__Http-"));
        let same_site = match attribute("SameSite").map(str::to_ascii_lowercase).as_deref() {
            Some("strict") => SameSite::Strict,
            Some("none") => SameSite::None,
            _ => SameSite::Lax,
        };
        let follows_the_rules = (secure || !(is_host || is_http || name.starts_with("__Secure-")))
            && (!is_host || (asked_path == Some("/") && domain.is_none()))
            && (!is_http || http_only)
            && (secure || same_site != SameSite::None)
            && domain.as_deref().is_none_or(|domain| host == domain || (domain.contains('.') && is_at_or_below(host, domain)));
        if !follows_the_rules {
            return Err(Dropped::AgainstTheRules);
        }
        let lives = attribute("Max-Age").and_then(|seconds| seconds.parse::<i64>().ok());
        let until = lives.map(|seconds| match u64::try_from(seconds) {
            Ok(seconds) => now.plus(Duration::from_secs(seconds).min(LONGEST_LIFE)),
            Err(_) => Timestamp::ZERO,
        });
        let expires_at = until.or_else(|| Some(moment(attribute("Expires")?)?.min(now.plus(LONGEST_LIFE))));
        Ok(Self {
            name: name.to_owned(),
            value: value.to_owned(),
            path: asked_path.map_or_else(|| default_path(target), str::to_owned),
            domain: domain.map_or_else(|| (host.to_owned(), false), |domain| (domain, true)),
            same_site,
            http_only,
            expires_at,
            attributes,
        })
    }

    fn fits(&self, host: &str, path: &str) -> bool {
        let (domain, below) = &self.domain;
        let host_fits = if *below { is_at_or_below(host, domain) } else { host == domain };
        host_fits && path_matches(path, &self.path)
    }
}

fn is_at_or_below(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// The moment of an `Expires` in the form that servers send, `Sun, 06 Nov 1994 08:49:37 GMT`; any other counts as none.
fn moment(expires: &str) -> Option<Timestamp> {
    let moment = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(expires).ok()?;
    Some(u64::try_from(moment.as_millisecond()).map_or(Timestamp::ZERO, Timestamp::from_millis))
}

/// RFC 6265bis §5.1.4.
fn path_matches(path: &str, cookie_path: &str) -> bool {
    path.strip_prefix(cookie_path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie_path.ends_with('/'))
}

/// The path of a request up to its last slash (RFC 6265bis §5.1.4).
fn default_path(target: &str) -> String {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    match path.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(last) => path[..last].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);
    const HOST: &str = "a.localhost";

    fn jar(cookies: &[&str]) -> Jar {
        let mut jar = Jar::default();
        for cookie in cookies {
            jar.take(cookie, HOST, "/x/y", NOW).unwrap();
        }
        jar
    }

    #[test]
    fn a_prefix_is_a_promise_that_the_jar_holds() {
        for (cookie, taken) in [
            ("a=1", true),
            ("__Secure-a=1; Secure", true),
            ("__Secure-a=1", false),
            ("__Host-a=1; Secure; Path=/", true),
            ("__Host-a=1; Secure", false),
            ("__Host-a=1; Secure; Path=/; Domain=a.localhost", false),
            ("__Host-Http-a=1; Secure; Path=/", false),
            ("__Host-Http-a=1; Secure; Path=/; HttpOnly", true),
            ("__Http-a=1; Secure; HttpOnly", true),
            ("a=1; SameSite=None", false),
            ("a=1; SameSite=None; Secure", true),
            ("a=1; Domain=localhost", false),
            ("a=1; Domain=.a.localhost", true),
            ("a=1; Domain=b.localhost", false),
            ("nothing", false),
        ] {
            assert_eq!(Jar::default().take(cookie, HOST, "/", NOW).is_ok(), taken, "{cookie}");
        }
    }

    #[test]
    fn a_pair_of_4096_bytes_is_taken_and_one_more_is_dropped() {
        let fits = format!("a={}", "x".repeat(4095));
        assert_eq!(Jar::default().take(&fits, HOST, "/", NOW), Ok(()));
        assert_eq!(Jar::default().take(&format!("{fits}x"), HOST, "/", NOW), Err(Dropped::TooLong));
    }

    #[test]
    fn a_cookie_goes_to_its_own_path_and_below() {
        let jar = jar(&["r=1; Path=/api/v1/session", "d=2", "all=3; Path=/"]);
        for (target, header) in [
            ("/api/v1/session", "r=1; all=3"),
            ("/api/v1/session?x", "r=1; all=3"),
            ("/api/v1/session/refresh", "r=1; all=3"),
            ("/api/v1/sessions", "all=3"),
            ("/x", "d=2; all=3"),
            ("/x/z", "d=2; all=3"),
            ("/", "all=3"),
        ] {
            assert_eq!(jar.header(HOST, target, Coming::SameSite, NOW), header, "{target}");
        }
        assert_eq!(jar.header("b.a.localhost", "/", Coming::SameSite, NOW), "");
    }

    #[test]
    fn another_site_gets_what_same_site_lets_go() {
        let jar = jar(&[
            "s=1; SameSite=Strict; Path=/",
            "l=2; SameSite=Lax; Path=/",
            "d=3; Path=/",
            "n=4; SameSite=None; Secure; Path=/",
        ]);
        for (coming, header) in [
            (Coming::SameSite, "s=1; l=2; d=3; n=4"),
            (Coming::ForeignLink, "l=2; d=3; n=4"),
            (Coming::ForeignPost, "n=4"),
            (Coming::ForeignFetch, "n=4"),
        ] {
            assert_eq!(jar.header(HOST, "/", coming, NOW), header, "{coming:?}");
            let old = Jar { age: Age::Old, ..jar.clone() };
            assert_eq!(old.header(HOST, "/", coming, NOW), "s=1; l=2; d=3; n=4");
        }
    }

    #[test]
    fn max_age_goes_before_expires() {
        let second_60 = "Expires=Thu, 01 Jan 1970 00:17:40 GMT";
        for (cookie, at_59, at_60) in [
            (format!("e=1; {second_60}; Path=/"), "e=1", ""),
            (format!("e=1; Max-Age=61; {second_60}; Path=/"), "e=1", "e=1"),
            ("e=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/".to_owned(), "", ""),
            ("e=1; Expires=whenever; Path=/".to_owned(), "e=1", "e=1"),
        ] {
            let jar = jar(&[&cookie]);
            let headers = [59, 60].map(|second| jar.header(HOST, "/", Coming::SameSite, NOW.plus(Duration::from_secs(second))));
            assert_eq!(headers, [at_59, at_60], "{cookie}");
        }
        let far = jar(&["e=1; Expires=Fri, 31 Dec 2100 00:00:00 GMT; Path=/"]);
        assert_eq!(far.header(HOST, "/", Coming::SameSite, NOW.plus(LONGEST_LIFE)), "");
    }

    #[test]
    fn a_cookie_lives_as_long_as_it_was_given_or_as_the_browser() {
        let mut kept = jar(&["m=1; Max-Age=60; Path=/", "s=2; Path=/", "h=3; HttpOnly; Path=/"]);
        assert_eq!(kept.header(HOST, "/", Coming::SameSite, NOW.plus(Duration::from_mins(1))), "s=2; h=3");
        let names: Vec<_> = kept.readable_by_script(HOST, "/", NOW).into_iter().map(|cookie| &*cookie.name).collect();
        assert_eq!(names, ["m", "s"]);
        kept.close();
        assert_eq!(kept.header(HOST, "/", Coming::SameSite, NOW), "m=1");
        kept.take("m=; Max-Age=0; Path=/", HOST, "/", NOW).unwrap();
        assert_eq!(kept.header(HOST, "/", Coming::SameSite, NOW), "");
    }
}
