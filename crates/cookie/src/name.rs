//! A cookie's name, and what its prefix demands.
//!
//! A prefix is a promise that the browser keeps: a cookie that arrives under it was set with those attributes. Browsers match
//! prefixes without regard to case (RFC 6265bis §5.4), so `__HOST-a` demands what `__Host-a` demands; names themselves compare byte
//! for byte.

use std::fmt;
use std::sync::Arc;

use crate::error::CookieError;

/// The longest name in bytes.
const LONGEST: usize = 128;

/// The name of a cookie: an HTTP token (RFC 9110 §5.6.2) of at most 128 bytes. Cloning shares the text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CookieName {
    text: Arc<str>,
    prefix: CookiePrefix,
}

impl CookieName {
    /// Takes a name. Fails with [`CookieError::Name`] when it is empty, longer than 128 bytes or not a token.
    ///
    /// ```
    /// use cloakroom_cookie::{CookieName, CookiePrefix};
    ///
    /// assert_eq!(CookieName::new("__Host-Http-sid")?.prefix(), CookiePrefix::HostHttp);
    /// assert!(CookieName::new("two words").is_err());
    /// # Ok::<(), cloakroom_cookie::CookieError>(())
    /// ```
    pub fn new(text: impl Into<Arc<str>>) -> Result<Self, CookieError> {
        let text = text.into();
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(is_token) {
            return Err(CookieError::Name);
        }
        let prefix = CookiePrefix::of(&text);
        Ok(Self { text, prefix })
    }

    /// The name as it stands in a header.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The prefix that browsers see in it.
    pub const fn prefix(&self) -> CookiePrefix {
        self.prefix
    }
}

impl fmt::Display for CookieName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for CookieName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CookieName({self})")
    }
}

const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

/// The promise a name makes by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CookiePrefix {
    /// No promise.
    None,
    /// `__Secure-`: set over https.
    Secure,
    /// `__Host-`: set over https by this very host, for all of it.
    Host,
    /// `__Http-`: set over https by a response, not by a script.
    Http,
    /// `__Host-Http-`: both of the former. Browsers that do not know it still keep `__Host-`.
    HostHttp,
}

impl CookiePrefix {
    /// Longer before shorter: `__Host-Http-` begins with `__Host-`.
    const SPELT: [Self; 4] = [Self::HostHttp, Self::Host, Self::Secure, Self::Http];

    fn of(name: &str) -> Self {
        let begins =
            |prefix: &Self| name.get(..prefix.as_str().len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_str()));
        Self::SPELT.into_iter().find(begins).unwrap_or(Self::None)
    }

    /// The prefix as the standard writes it; empty for [`CookiePrefix::None`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Secure => "__Secure-",
            Self::Host => "__Host-",
            Self::Http => "__Http-",
            Self::HostHttp => "__Host-Http-",
        }
    }

    /// Whether the cookie must be `Secure`.
    pub const fn demands_secure(self) -> bool {
        !matches!(self, Self::None)
    }

    /// Whether the cookie must be `HttpOnly`.
    pub const fn demands_http_only(self) -> bool {
        matches!(self, Self::Http | Self::HostHttp)
    }

    /// Whether the cookie must have `Path=/` and no `Domain`.
    pub const fn demands_whole_host(self) -> bool {
        matches!(self, Self::Host | Self::HostHttp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_token_of_at_most_128_bytes() {
        let longest = "a".repeat(LONGEST);
        for name in ["a", "sid", "__Host-sid", "!#$%&'*+-.^_`|~09azAZ", "$Version", &longest] {
            assert_eq!(CookieName::new(name).unwrap().as_str(), name);
        }
        let too_long = "a".repeat(LONGEST + 1);
        for name in [
            "", " ", "a b", "a=b", "a;b", "a,b", "\"a\"", "a\0", "a\t", "ä", "a(", "a/b", "a:b", "a@b", "[a]", "{a}", "a\\",
            &too_long,
        ] {
            assert_eq!(CookieName::new(name), Err(CookieError::Name), "{name:?}");
        }
    }

    #[test]
    fn a_prefix_is_seen_in_any_case_and_only_in_full() {
        use CookiePrefix::{Host, HostHttp, Http, None, Secure};
        for (name, prefix) in [
            ("sid", None),
            ("__Secure-sid", Secure),
            ("__secure-sid", Secure),
            ("__Host-sid", Host),
            ("__HOST-sid", Host),
            ("__Host-", Host),
            ("__Host-Http", Host),
            ("__Host-Http-sid", HostHttp),
            ("__hOsT-hTtP-sid", HostHttp),
            ("__Http-sid", Http),
            ("__HTTP-sid", Http),
            ("__Http-Host-sid", Http),
            ("__Host", None),
            ("_Host-sid", None),
            ("x__Host-sid", None),
            ("__Secure_sid", None),
        ] {
            assert_eq!(CookieName::new(name).unwrap().prefix(), prefix, "{name}");
        }
    }

    #[test]
    fn names_compare_byte_for_byte() {
        assert_ne!(CookieName::new("__Host-sid"), CookieName::new("__host-sid"));
        assert_eq!(CookieName::new("sid"), CookieName::new("sid".to_owned()));
    }
}
