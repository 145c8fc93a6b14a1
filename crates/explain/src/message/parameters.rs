//! `name=value&name=value`: queries, fragments, form bodies.

use std::borrow::Cow;

use crate::limits;

/// One parameter, decoded.
#[derive(Clone, Debug)]
pub(crate) struct Parameter<'t> {
    /// Decoded.
    pub(crate) name: Cow<'t, str>,
    /// Decoded.
    pub(crate) value: Cow<'t, str>,
    /// As written.
    pub(crate) raw: &'t str,
}

/// Reads parameters; at most as many as a message may have header lines.
pub(crate) fn parameters(text: &str) -> Vec<Parameter<'_>> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .take(limits::HEADERS)
        .map(|pair| {
            let (name, raw) = pair.split_once('=').unwrap_or((pair, ""));
            Parameter { name: form_decoded(name), value: form_decoded(raw), raw }
        })
        .collect()
}

/// Decodes `%XX` and `+`, as forms are encoded.
fn form_decoded(text: &str) -> Cow<'_, str> {
    if text.contains('+') { Cow::Owned(percent_decoded(&text.replace('+', " ")).into_owned()) } else { percent_decoded(text) }
}

/// Decodes `%XX`; what does not decode to UTF-8 stays as it is.
pub(crate) fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if let (b'%', Some(high), Some(low)) = (byte, hex_digit(bytes.get(at + 1)), hex_digit(bytes.get(at + 2))) {
            decoded.push(high << 4 | low);
            at += 3;
        } else {
            decoded.push(byte);
            at += 1;
        }
    }
    match String::from_utf8(decoded) {
        Ok(decoded) if decoded != text => Cow::Owned(decoded),
        _ => Cow::Borrowed(text),
    }
}

fn hex_digit(byte: Option<&u8>) -> Option<u8> {
    byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok())
}

/// Parameter names of `OAuth`, `OpenID` Connect and SAML: whoever sees one of these knows that a form is before him.
const KNOWN: &[&str] = &[
    "access_token",
    "assertion",
    "authenticity_token",
    "client_assertion",
    "client_id",
    "client_secret",
    "code_challenge",
    "code_verifier",
    "csrfmiddlewaretoken",
    "device_code",
    "grant_type",
    "id_token",
    "id_token_hint",
    "logout_token",
    "password",
    "redirect_uri",
    "refresh_token",
    "relaystate",
    "request_uri",
    "response_type",
    "samlrequest",
    "samlresponse",
    "subject_token",
    "user_code",
    "username",
    "_csrf",
    "_token",
];

/// Whether `text` is a form body: only pairs, no white space, and a name that everybody knows.
pub(crate) fn looks_like_form(text: &str) -> bool {
    if text.contains(char::is_whitespace) || !text.split('&').all(|pair| pair.contains('=') && !pair.starts_with('=')) {
        return false;
    }
    let found = parameters(text);
    let known = found.iter().filter(|one| KNOWN.iter().any(|name| name.eq_ignore_ascii_case(&one.name))).count();
    // One pair alone is a form only when its name can be nothing else; `password=x` and `access_token=x` are cookies or settings, too.
    known > 0
        && (found.len() > 1
            || found.iter().any(|one| matches!(&*one.name, "SAMLResponse" | "SAMLRequest" | "grant_type" | "logout_token")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_decode_where_they_are_complete() {
        for (text, decoded) in
            [("a%20b", "a b"), ("100%", "100%"), ("%zz", "%zz"), ("%ff", "%ff"), ("%C3%A9", "é"), ("%25%32", "%2")]
        {
            assert_eq!(percent_decoded(text), decoded, "{text}");
        }
        assert_eq!(parameters("q=a+b%2B")[0].value, "a b+");
    }

    #[test]
    fn a_form_is_told_by_a_known_name() {
        assert!(looks_like_form("grant_type=refresh_token&refresh_token=x"));
        assert!(looks_like_form("SAMLResponse=PHNh"));
        for text in
            ["a=1&b=2", "a=b; client_id=c", "client_id", "https://e.test/?client_id=1&x y=2", "=x&client_id=y", "access_token=x"]
        {
            assert!(!looks_like_form(text), "{text}");
        }
    }
}
