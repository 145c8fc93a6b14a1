//! What a `Set-Cookie` says beside name and value (RFC 6265bis §4.1.2). Each value is checked where it is made, so that printing
//! cannot fail and nothing can be smuggled behind a `;`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::CookieError;

/// Browsers ignore an attribute whose value is longer (RFC 6265bis §5.6).
const LONGEST: usize = 1024;

/// Everything fixed about a cookie but its name: what stays the same from one value to the next.
///
/// Whether the parts fit each other and the name's prefix is checked by [`CookieSpec::new`](crate::CookieSpec::new) and
/// [`SetCookieBuilder::finish`](crate::SetCookieBuilder::finish).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// The paths to which it is sent; without one, browsers take the folder of the request, which is seldom meant.
    pub path: Option<Path>,
    /// The domain to whose hosts it is sent; without one, only to the host that set it.
    pub domain: Option<Domain>,
    /// Whether it travels over https alone.
    pub secure: bool,
    /// Whether scripts cannot see it.
    pub http_only: bool,
    /// Which requests from elsewhere carry it; without it, browsers differ.
    pub same_site: Option<SameSite>,
    /// Whether it is kept apart for each top-level site.
    pub partitioned: Option<Partitioned>,
}

/// The path under which a cookie is sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path(Arc<str>);

impl Path {
    /// Takes a path.
    ///
    /// Fails with [`CookieError::Path`] unless it starts with `/` and is visible ASCII without `;`, at most 1024 bytes.
    pub fn new(text: impl Into<Arc<str>>) -> Result<Self, CookieError> {
        let text = text.into();
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';');
        if plain && text.starts_with('/') && text.len() <= LONGEST { Ok(Self(text)) } else { Err(CookieError::Path) }
    }

    /// `/`: the whole host.
    pub fn root() -> Self {
        Self("/".into())
    }

    /// The path as it stands in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `/`.
    pub fn is_root(&self) -> bool {
        &*self.0 == "/"
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The domain to whose hosts a cookie is sent, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Domain(Arc<str>);

impl Domain {
    /// Takes a host name. Fails with [`CookieError::Domain`] unless it is dot-separated labels of letters, digits and hyphens.
    ///
    /// A leading dot is refused: browsers ignore it, so it would only look like a rule.
    pub fn new(text: &str) -> Result<Self, CookieError> {
        let is_name = text.len() <= 253 && text.split('.').all(is_label);
        if is_name { Ok(Self(text.to_ascii_lowercase().into())) } else { Err(CookieError::Domain) }
    }

    /// The domain as it stands in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_label(label: &str) -> bool {
    let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    letters && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

/// Which requests that start on another site carry the cookie (RFC 6265bis §4.1.2.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// None.
    Strict,
    /// Navigations with a safe method.
    Lax,
    /// All; needs `Secure`.
    None,
}

impl fmt::Display for SameSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        })
    }
}

/// How long a browser keeps the cookie: whole seconds, rounded down, at most 400 days, which is what browsers cap it at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MaxAge(u32);

impl MaxAge {
    /// Gone at once: how a cookie is cleared.
    pub const ZERO: Self = Self(0);
    /// 400 days (RFC 6265bis §5.5).
    pub const LONGEST: Self = Self(400 * 24 * 60 * 60);

    /// Keeps it for `span`, or for 400 days if that is shorter.
    pub const fn new(span: Duration) -> Self {
        let seconds = span.as_secs();
        if seconds < Self::LONGEST.0 as u64 { Self(seconds as u32) } else { Self::LONGEST }
    }

    /// Whole seconds, as they stand in the header.
    pub const fn as_seconds(self) -> u32 {
        self.0
    }
}

impl fmt::Display for MaxAge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The cookie is kept apart for each top-level site (CHIPS); needs `Secure`.
///
/// A device-bound session's cookie must not have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Partitioned;

impl fmt::Display for Partitioned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Partitioned")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_smuggle_an_attribute() {
        let longest = format!("/{}", "a".repeat(LONGEST - 1));
        for path in ["/", "/api/v1/session", "/a%20b", "/a=b,c", &longest] {
            assert_eq!(Path::new(path).unwrap().as_str(), path);
        }
        let too_long = format!("/{}", "a".repeat(LONGEST));
        for path in ["", "api", "/; HttpOnly", "/a;", "/a b", "/a ", "/\r\nSet-Cookie: a=b", "/\0", "/\x7f", "/ä", &too_long] {
            assert_eq!(Path::new(path), Err(CookieError::Path), "{path:?}");
        }
    }

    #[test]
    fn a_domain_is_a_host_name_in_ascii() {
        for (domain, kept) in [("example.com", "example.com"), ("EXAMPLE.com", "example.com"), ("localhost", "localhost")] {
            assert_eq!(Domain::new(domain).unwrap().as_str(), kept);
        }
        let (long_label, long_name) = ("a".repeat(64), "a.".repeat(126) + "ab");
        for domain in [
            "",
            ".",
            ".example.com",
            "example.com.",
            "a..b",
            "a b",
            "a;b",
            "a/b",
            "a:1",
            "-a.b",
            "a-.b",
            "ä.de",
            &long_label,
            &long_name,
        ] {
            assert_eq!(Domain::new(domain), Err(CookieError::Domain), "{domain:?}");
        }
    }

    #[test]
    fn a_life_is_whole_seconds_and_at_most_400_days() {
        for (span, seconds) in [
            (Duration::ZERO, 0),
            (Duration::from_millis(999), 0),
            (Duration::from_millis(1_999), 1),
            (Duration::from_secs(34_559_999), 34_559_999),
            (Duration::from_hours(400 * 24), 34_560_000),
            (Duration::from_secs(34_560_001), 34_560_000),
            (Duration::from_secs(1 << 32), 34_560_000),
            (Duration::MAX, 34_560_000),
        ] {
            assert_eq!(MaxAge::new(span).as_seconds(), seconds, "{span:?}");
        }
    }
}
