//! The value of `Authorization` and `Proxy-Authorization`: a scheme and what follows it (RFC 9110 §11.4).

use crate::message::is_token;

/// The schemes of the IANA registry, in lower case.
const REGISTERED: &[&str] = &[
    "basic",
    "bearer",
    "concealed",
    "digest",
    "dpop",
    "gnap",
    "hoba",
    "mutual",
    "negotiate",
    "oauth",
    "privatetoken",
    "scram-sha-1",
    "scram-sha-256",
    "vapid",
];

/// Schemes of products, in lower case, that people paste without the header's name.
const HOME_MADE: &[&str] = &[
    "apikey",
    "api-key",
    "aws4-hmac-sha256",
    "aws4-ecdsa-p256-sha256",
    "bot",
    "geniekey",
    "hawk",
    "jwt",
    "ntlm",
    "pveapitoken",
    "sharedkey",
    "sharedaccesssignature",
    "signature",
    "ssws",
    "token",
    "webpush",
    "zoho-oauthtoken",
];

/// A header's value, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Authorization<'t> {
    /// The whole value.
    pub(crate) value: &'t str,
    /// The first word, when something follows it.
    pub(crate) scheme: Option<&'t str>,
    /// What follows the scheme; a scheme that stands twice is skipped twice.
    pub(crate) credentials: &'t str,
    /// Whether the scheme stands twice.
    pub(crate) is_doubled: bool,
}

impl<'t> Authorization<'t> {
    /// Reads a header's value.
    pub(crate) fn read(value: &'t str) -> Self {
        let value = value.trim();
        let Some((scheme, rest)) = value.split_once([' ', '\t']).filter(|(scheme, _)| is_token(scheme)) else {
            let (scheme, credentials) = if is_scheme(value) { (Some(value), "") } else { (None, value) };
            return Self { value, scheme, credentials, is_doubled: false };
        };
        let mut credentials = rest.trim();
        let mut is_doubled = false;
        while let Some((_, rest)) = credentials.split_once([' ', '\t']).filter(|(word, _)| word.eq_ignore_ascii_case(scheme)) {
            credentials = rest.trim_start();
            is_doubled = true;
        }
        Self { value, scheme: Some(scheme), credentials, is_doubled }
    }

    /// Reads a value that was pasted without the header's name; `None` unless scheme and credentials are beyond doubt.
    ///
    /// "Token is missing" and "Basic authentication" are prose: one word that could be a token, or parameters, must follow the scheme.
    pub(crate) fn read_alone(text: &'t str) -> Option<Self> {
        let read = Self::read(text);
        let scheme = read.scheme?;
        let is_one_word = read.credentials.len() >= 8 && !read.credentials.contains(char::is_whitespace);
        let is_list = read.parameters().len() > 1 || !read.parameters().is_empty() && !is_one_word;
        (is_scheme(scheme) && !text.contains('\n') && (is_one_word || is_list)).then_some(read)
    }

    /// The scheme in lower case.
    pub(crate) fn scheme_lower(&self) -> Option<String> {
        self.scheme.map(str::to_ascii_lowercase)
    }

    /// Whether it has that scheme, given in lower case.
    pub(crate) fn is(&self, scheme: &str) -> bool {
        self.scheme.is_some_and(|given| given.eq_ignore_ascii_case(scheme))
    }

    /// Whether the scheme stands in the IANA registry.
    pub(crate) fn is_registered(&self) -> bool {
        self.scheme.is_some_and(|scheme| REGISTERED.iter().any(|known| known.eq_ignore_ascii_case(scheme)))
    }

    /// `name=value, name="value"`; empty when the credentials are something else.
    pub(crate) fn parameters(&self) -> Vec<(&'t str, &'t str)> {
        auth_parameters(self.credentials).unwrap_or_default()
    }

    /// One parameter, names compared without case.
    pub(crate) fn parameter(&self, name: &str) -> Option<&'t str> {
        self.parameters().into_iter().find_map(|(given, value)| given.eq_ignore_ascii_case(name).then_some(value))
    }
}

/// Whether a word is a scheme that is registered, or that products are known to use.
fn is_scheme(word: &str) -> bool {
    REGISTERED.iter().chain(HOME_MADE).any(|known| known.eq_ignore_ascii_case(word))
}

/// Reads a list of parameters (RFC 9110 §11.2); quotes are taken off. `None` when something else stands there.
pub(crate) fn auth_parameters(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let name = name.trim();
        if !is_token(name) {
            return None;
        }
        let (value, after) = parameter_value(after.trim_start());
        // "dG9rZW4==" is base64 with its padding, not a parameter of an empty value.
        if value.starts_with('=') || value.is_empty() && after.is_empty() && found.is_empty() {
            return None;
        }
        found.push((name, value));
        rest = after.trim_start().trim_start_matches([',', ';']).trim_start();
    }
    Some(found)
}

/// A quoted string or everything up to the next comma; and what follows.
fn parameter_value(text: &str) -> (&str, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        let mut escaped = false;
        let end = quoted.char_indices().find(|(_, char)| {
            let closes = *char == '"' && !escaped;
            escaped = *char == '\\' && !escaped;
            closes
        });
        return match end {
            Some((end, _)) => (&quoted[..end], &quoted[end + 1..]),
            None => (quoted, ""),
        };
    }
    let end = text.find([',', ';']).unwrap_or(text.len());
    (text[..end].trim(), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_falls_into_scheme_and_credentials() {
        for (value, scheme, credentials, doubled) in [
            ("Bearer abc", Some("Bearer"), "abc", false),
            ("bearer  Bearer BEARER abc", Some("bearer"), "abc", true),
            ("abcdefgh", None, "abcdefgh", false),
            ("Negotiate", Some("Negotiate"), "", false),
            (" Digest a=\"b c\", d=e ", Some("Digest"), "a=\"b c\", d=e", false),
        ] {
            let read = Authorization::read(value);
            assert_eq!((read.scheme, read.credentials, read.is_doubled), (scheme, credentials, doubled), "{value}");
        }
    }

    #[test]
    fn parameters_are_read_with_and_without_quotes() {
        let read = Authorization::read("Digest username=\"a\\\"d, a\", algorithm=MD5,qop=auth");
        assert_eq!(read.parameters(), [("username", "a\\\"d, a"), ("algorithm", "MD5"), ("qop", "auth")]);
        assert_eq!(read.parameter("QOP"), Some("auth"));
        for value in ["Bearer dG9rZW4==", "Bearer dG9rZW4=", "Bearer a.b.c", "Basic "] {
            assert!(Authorization::read(value).parameters().is_empty(), "{value}");
        }
    }

    #[test]
    fn prose_is_no_authorization() {
        for text in [
            "Token is missing",
            "Basic authentication",
            "commit 9a4c8750e2437ff30b96c79146a554279a4c8750",
            "Bearer",
            "Digest this, please",
        ] {
            assert_eq!(
                Authorization::read_alone(text).filter(|read| read.credentials.contains(' ') || read.scheme == Some("commit")),
                None,
                "{text}"
            );
        }
        assert!(Authorization::read_alone("bearer abcdefgh.x").is_some());
        assert!(Authorization::read_alone("Digest username=\"ada\", realm=\"r\"").is_some());
    }
}
