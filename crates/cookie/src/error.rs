//! What can be wrong with a cookie of ours. None of it comes from a client: what a client sends is read by `header`, which cannot
//! fail.

/// Why a cookie was not built. It names rules and lengths, never a value.
///
/// [`CookieError::Value`] and [`CookieError::TooLong`] speak of the value; every other variant is found at start-up by whoever
/// holds a [`CookieSpec`](crate::CookieSpec).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CookieError {
    /// The name is not one that every browser and server reads alike.
    #[error("a cookie name is 1 to 128 characters of an HTTP token: letters, digits and !#$%&'*+-.^_`|~")]
    Name,
    /// The path is not one that a browser would keep.
    #[error("a cookie path starts with `/`, has at most 1024 characters, all of them visible ASCII, and no `;`")]
    Path,
    /// The domain is not a host name.
    #[error("a cookie domain is a host name in ASCII without a leading or trailing dot; write other letters as `xn--…`")]
    Domain,
    /// Browsers refuse a cookie with this prefix that lacks what the prefix promises (RFC 6265bis §4.1.3).
    #[error("a cookie whose name starts with `{prefix}` needs {demand}; set it, or choose another name")]
    Prefix {
        /// The prefix as the standard writes it.
        prefix: &'static str,
        /// What is missing, in the words of the header.
        demand: &'static str,
    },
    /// Browsers refuse this attribute on a cookie that is not `Secure`.
    #[error("`{attribute}` needs `Secure`; set it, or leave `{attribute}` out")]
    NotSecure {
        /// The attribute in the words of the header.
        attribute: &'static str,
    },
    /// The value holds a character that a cookie cannot carry (RFC 6265bis §4.1.1, `cookie-octet`).
    #[error("the cookie value holds a character other than visible ASCII, or one of `\",;\\`; encode it, say as base64url")]
    Value,
    /// Browsers drop a cookie whose name and value have more than 4096 bytes (RFC 6265bis §5.6).
    #[error("name and value of the cookie have {length} bytes together; browsers drop more than 4096")]
    TooLong {
        /// Bytes of name and value.
        length: usize,
    },
}
