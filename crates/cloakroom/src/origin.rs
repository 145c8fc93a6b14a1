//! The public origin: the one decision that `Secure`, issuer, own hosts and cookie names follow from.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use url::{Host, Url};

/// A scheme, a host and a port (RFC 6454), as browsers write it: lower case, no default port, no slash at the end.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    text: Arc<str>,
    secure: bool,
    loopback: bool,
    /// Where the host begins in `text`.
    authority_at: usize,
}

/// The text is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an origin: write the scheme (http or https), the host and, if it is not the default, the port, as in https://app.example"
)]
pub struct InvalidOrigin;

impl Origin {
    /// The origin as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Shared text, for tokens that carry it as their issuer.
    pub fn to_arc(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Whether it is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.secure
    }

    /// Whether it names this machine alone: `localhost`, a name below it, or a loopback address.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Host and port as a `Host` header has them.
    pub fn authority(&self) -> &str {
        &self.text[self.authority_at..]
    }

    /// The host alone.
    pub fn host(&self) -> &str {
        let authority = self.authority();
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }

    /// The same scheme and port on another host.
    pub(crate) fn on_host(&self, host: &str) -> Option<Self> {
        let port = &self.authority()[self.host().len()..];
        let scheme = &self.text[..self.authority_at];
        format!("{scheme}{host}{port}").parse().ok()
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let url = Url::parse(text).map_err(|_| InvalidOrigin)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        let (host, known) = match (url.host(), url.scheme()) {
            (Some(host), "https" | "http") => (host, bare && anonymous),
            _ => return Err(InvalidOrigin),
        };
        if !known || text.ends_with('/') {
            return Err(InvalidOrigin);
        }
        let loopback = match host {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(address) => IpAddr::V4(address).is_loopback(),
            Host::Ipv6(address) => IpAddr::V6(address).is_loopback(),
        };
        let authority_at = url.scheme().len() + "://".len();
        let secure = url.scheme() == "https";
        Ok(Self { text: url.origin().ascii_serialization().into(), secure, loopback, authority_at })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for (text, written, authority, host) in [
            ("https://App.Example", "https://app.example", "app.example", "app.example"),
            ("https://app.example:443", "https://app.example", "app.example", "app.example"),
            ("http://localhost:8080", "http://localhost:8080", "localhost:8080", "localhost"),
            ("http://[::1]:8080", "http://[::1]:8080", "[::1]:8080", "[::1]"),
            ("http://[::1]", "http://[::1]", "[::1]", "[::1]"),
        ] {
            let origin: Origin = text.parse().unwrap();
            assert_eq!((origin.as_str(), origin.authority(), origin.host()), (written, authority, host));
        }
    }

    #[test]
    fn what_is_more_or_less_than_an_origin_is_refused() {
        for text in [
            "",
            "app.example",
            "ftp://app.example",
            "https://app.example/",
            "https://app.example/x",
            "https://u@app.example",
            "https://",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(InvalidOrigin), "{text}");
        }
    }

    #[test]
    fn loopback_is_told_from_the_rest() {
        for (text, loopback) in [
            ("http://localhost:1", true),
            ("http://a.localhost", true),
            ("http://127.0.0.9", true),
            ("http://[::1]:2", true),
            ("http://localhost.example", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().is_loopback(), loopback, "{text}");
        }
    }
}
