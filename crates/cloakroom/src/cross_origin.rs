//! The cross-origin rule and the hosts that are ours.
//!
//! For every unsafe method and every `Upgrade: websocket`, in this order:
//!
//! 1. A request with a `Bearer` credential passes: no browser attaches one by itself. Another `Authorization` scheme does not count:
//!    after a Basic challenge Chromium repeats a cross-site form post with one.
//! 2. `Sec-Fetch-Site` is present: `same-origin` passes; all else is foreign, `none` too.
//! 3. It is absent: an `Origin` that is exactly one of ours passes; any other, `null` too, is foreign.
//! 4. Both are absent: unproven. The layer lets it pass (that is sign-in by curl); everything that reads a cookie refuses.
//!
//! `same-origin` alone does not prove that the origin is ours: a `Host` that is not one of ours is refused before.

use http::{HeaderMap, Method, header};

use crate::head::RequestHead;
use crate::origin::Origin;

/// What a request's headers prove about the page it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrossOrigin {
    /// It needs no proof: a safe method, or a credential that no browser attaches by itself.
    NotAsked,
    /// It comes from a page of ours.
    Ours,
    /// It says nothing: not a browser of today, so no cookie counts.
    Unproven,
    /// It comes from somewhere else.
    Foreign,
}

impl CrossOrigin {
    /// Judges a request by the four sentences above.
    pub fn check(head: &RequestHead<'_>) -> Self {
        if head.method.is_safe() && !is_websocket(head.headers) || head.has_bearer() {
            return Self::NotAsked;
        }
        let mut sites = head.headers.get_all("sec-fetch-site").iter();
        match (sites.next(), sites.next()) {
            (None, _) => {}
            (Some(site), None) if site == "same-origin" => return Self::Ours,
            _ => return Self::Foreign,
        }
        let mut origins = head.headers.get_all(header::ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => Self::Unproven,
            (Some(origin), None) if head.host.is_some_and(|host| host.has_origin(origin.as_bytes())) => Self::Ours,
            _ => Self::Foreign,
        }
    }

    /// Whether a credential that the browser attaches by itself may count.
    pub fn admits_cookies(self) -> bool {
        matches!(self, Self::NotAsked | Self::Ours)
    }
}

fn is_websocket(headers: &HeaderMap) -> bool {
    headers.get_all(header::UPGRADE).iter().any(|value| {
        value.as_bytes().split(|&byte| byte == b',').any(|protocol| {
            let name = protocol.split(|&byte| byte == b'/').next().unwrap_or_default();
            name.trim_ascii().eq_ignore_ascii_case(b"websocket")
        })
    })
}

/// Whether a method promises to change nothing (RFC 9110 §9.2.1).
pub(crate) fn is_safe(method: &Method) -> bool {
    method.is_safe()
}

/// A host under which the server is reached, and the origins whose pages are ours there.
#[derive(Clone, Debug)]
pub struct OwnHost {
    authority: Box<str>,
    has_port: bool,
    origins: Vec<Origin>,
}

impl OwnHost {
    /// The host of `origin`, with that origin as the only one of ours there.
    pub fn of(origin: &Origin) -> Self {
        Self::with(origin, vec![origin.clone()])
    }

    fn with(origin: &Origin, origins: Vec<Origin>) -> Self {
        let has_port = origin.authority().len() > origin.host().len();
        Self { authority: origin.authority().into(), has_port, origins }
    }

    fn has_origin(&self, origin: &[u8]) -> bool {
        self.origins.iter().any(|own| own.as_str().as_bytes() == origin)
    }

    fn is_named(&self, host: &[u8]) -> bool {
        let own = self.authority.as_bytes();
        if host.eq_ignore_ascii_case(own) {
            return true;
        }
        if self.has_port {
            return false;
        }
        // A client may write the default port.
        let default: &[u8] = if self.origins.first().is_some_and(Origin::is_https) { b":443" } else { b":80" };
        host.len() == own.len() + default.len() && host[..own.len()].eq_ignore_ascii_case(own) && host.ends_with(default)
    }
}

/// The hosts that are ours. They serve the host check and the cross-origin rule alone: issuer and audience stay the configured origin's.
#[derive(Clone, Debug)]
pub struct OwnHosts(Vec<OwnHost>);

impl OwnHosts {
    /// The host of the public origin; for a loopback origin also the other names of this machine, with the same port.
    pub fn of(origin: &Origin) -> Self {
        let mut origins = vec![origin.clone()];
        if origin.is_loopback() {
            let others = ["localhost", "127.0.0.1", "[::1]"].iter().filter_map(|host| origin.on_host(host));
            origins.extend(others.filter(|other| other != origin));
        }
        let hosts = origins.iter().map(|host| OwnHost::with(host, origins.clone()));
        Self(hosts.collect())
    }

    /// Exactly these hosts.
    pub fn list(hosts: impl IntoIterator<Item = OwnHost>) -> Self {
        Self(hosts.into_iter().collect())
    }

    /// The host a request names, if it is ours; compared without case and default port.
    pub fn find(&self, host: &[u8]) -> Option<&OwnHost> {
        self.0.iter().find(|own| own.is_named(host))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn judge(method: &Method, headers: &[(&'static str, &'static str)]) -> CrossOrigin {
        let hosts = OwnHosts::of(&"https://app.example".parse().unwrap());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        CrossOrigin::check(&RequestHead { method, headers: &map, host: hosts.find(b"app.example"), client: None })
    }

    #[test]
    fn the_four_sentences_hold() {
        use CrossOrigin::{Foreign, NotAsked, Ours, Unproven};
        let rows: &[(&[(&str, &str)], CrossOrigin)] = &[
            (&[], Unproven),
            (&[("authorization", "Bearer x"), ("sec-fetch-site", "cross-site")], NotAsked),
            (&[("authorization", "bEARER x")], NotAsked),
            (&[("authorization", "Basic x"), ("sec-fetch-site", "cross-site")], Foreign),
            (&[("authorization", "Basic x")], Unproven),
            (&[("sec-fetch-site", "same-origin")], Ours),
            (&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], Ours),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], Foreign),
            (&[("sec-fetch-site", "same-site")], Foreign),
            (&[("sec-fetch-site", "none")], Foreign),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://app.example")], Foreign),
            (&[("sec-fetch-site", "")], Foreign),
            (&[("origin", "https://app.example")], Ours),
            (&[("origin", "https://app.example"), ("origin", "https://app.example")], Foreign),
            (&[("origin", "https://app.example/")], Foreign),
            (&[("origin", "https://app.example.evil.example")], Foreign),
            (&[("origin", "http://app.example")], Foreign),
            (&[("origin", "https://app.example:8443")], Foreign),
            (&[("origin", "null")], Foreign),
        ];
        for (headers, verdict) in rows {
            for method in [&Method::POST, &Method::PUT, &Method::PATCH, &Method::DELETE] {
                assert_eq!(judge(method, headers), *verdict, "{headers:?}");
            }
        }
    }

    #[test]
    fn a_safe_method_is_not_asked_unless_it_opens_a_websocket() {
        assert_eq!(judge(&Method::GET, &[("sec-fetch-site", "cross-site")]), CrossOrigin::NotAsked);
        assert_eq!(judge(&Method::GET, &[("upgrade", "WebSocket"), ("sec-fetch-site", "cross-site")]), CrossOrigin::Foreign);
        assert_eq!(judge(&Method::GET, &[("upgrade", "websocket/13"), ("origin", "null")]), CrossOrigin::Foreign);
        assert_eq!(judge(&Method::GET, &[("upgrade", "h2c, websocket"), ("origin", "https://app.example")]), CrossOrigin::Ours);
    }

    #[test]
    fn a_host_is_ours_without_case_and_default_port() {
        let hosts = OwnHosts::of(&"https://app.example".parse().unwrap());
        for (host, ours) in [
            ("app.example", true),
            ("APP.Example", true),
            ("app.example:443", true),
            ("app.example:80", false),
            ("app.example:8443", false),
            ("app.example.", false),
            ("evil.example", false),
            ("", false),
        ] {
            assert_eq!(hosts.find(host.as_bytes()).is_some(), ours, "{host}");
        }
    }

    #[test]
    fn the_names_of_this_machine_stand_for_each_other() {
        let hosts = OwnHosts::of(&"http://localhost:8080".parse().unwrap());
        for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(hosts.find(host.as_bytes()).is_some_and(|own| own.has_origin(b"http://127.0.0.1:8080")), "{host}");
        }
        assert!(hosts.find(b"localhost:8081").is_none());
        assert!(hosts.find(b"localhost").is_none());
        assert!(hosts.find(b"localhost:8080:80").is_none());
    }
}
