//! The public origin: from it follow issuer, `Secure`, cookie prefixes and what counts as cross-origin.

use std::fmt;
use std::net::SocketAddr;

use url::{Host, Url};

use super::setting::{Setting, Unfit};

/// Scheme, host and port under which browsers reach the server; nothing after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(Url);

impl Origin {
    /// The origin when none is configured: `http://localhost` and the port that is really bound.
    pub(crate) fn on_localhost(bound: SocketAddr) -> Self {
        let url = Url::parse(&format!("http://localhost:{}", bound.port()));
        Self(url.expect("a host and a port number are a URL"))
    }

    /// Whether it begins with `https`.
    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether its host is this machine by its very name: `localhost` and what ends in it, 127.0.0.0/8, `[::1]`.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

/// As browsers write it in `Origin`: without the default port and without a slash at the end.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

impl Setting for Origin {
    const EXPECTED: &'static str = "an origin such as \"https://id.example.com\"";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let url = Url::parse(text).map_err(|error| Unfit::because(format!("not a URL: {error}")))?;
        let why = if !matches!(url.scheme(), "http" | "https") {
            "the scheme is neither http nor https"
        } else if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
            "it holds a user name or a password"
        } else if url.query().is_some() {
            "it has a query"
        } else if url.fragment().is_some() {
            "it has a fragment"
        } else if url.path() != "/" {
            "it has a path; a path belongs in `base_path`"
        } else {
            return Ok(Self(url));
        };
        Err(Unfit::because(why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_alone() {
        for (text, origin) in [
            ("https://id.example.com", "https://id.example.com"),
            ("https://ID.example.com:443/", "https://id.example.com"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:80", "http://[::1]"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(Origin::from_text(text).unwrap().to_string(), origin);
        }
        for text in [
            "",
            "id.example.com",
            "ftp://id.example.com",
            "https://",
            "https://user@id.example.com",
            "https://@id.example.com",
            "https://user:pass@id.example.com",
            "https://id.example.com/login",
            "https://id.example.com?a=b",
            "https://id.example.com/#a",
            "https://id.example.com:99999",
        ] {
            assert!(Origin::from_text(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn loopback_is_this_machine_and_nothing_that_looks_like_it() {
        for (text, is_loopback) in [
            ("http://localhost:1", true),
            ("http://app.localhost", true),
            ("http://127.0.0.1", true),
            ("http://127.8.9.1", true),
            ("http://[::1]:8080", true),
            ("http://localhost.example.com", false),
            ("http://notlocalhost", false),
            ("http://10.0.0.1", false),
            ("http://0.0.0.0", false),
            ("http://[::]", false),
        ] {
            assert_eq!(Origin::from_text(text).unwrap().is_loopback(), is_loopback, "{text}");
        }
    }
}
