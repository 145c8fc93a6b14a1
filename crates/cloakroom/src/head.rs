//! What a scheme may see of a request.

use std::net::IpAddr;

use http::{HeaderMap, Method, header};

use crate::cross_origin::OwnHost;

/// The part of a request that proves who is calling: no path and no body.
#[derive(Clone, Copy, Debug)]
pub struct RequestHead<'a> {
    /// The method.
    pub method: &'a Method,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The host of ours that the request names; `None` where the host is not asked.
    pub host: Option<&'a OwnHost>,
    /// The client's address, as the layer resolved it.
    pub client: Option<IpAddr>,
}

/// What the `Authorization` header holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer<'a> {
    /// Nothing, or another scheme than `Bearer`.
    Absent,
    /// One bearer token.
    Token(&'a str),
    /// The word `Bearer` with something that is not one token.
    Malformed,
    /// More than one `Authorization` header.
    Ambiguous,
}

impl<'a> RequestHead<'a> {
    /// Reads the bearer token: the word in any case, one space, the token, nothing else (RFC 6750 §2.1).
    pub fn bearer(&self) -> Bearer<'a> {
        let mut values = self.headers.get_all(header::AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Bearer::Absent };
        if values.next().is_some() {
            return Bearer::Ambiguous;
        }
        let Some(rest) = after_bearer(value.as_bytes()) else { return Bearer::Absent };
        match rest.split_first() {
            Some((b' ', token)) if !token.is_empty() && token.iter().all(u8::is_ascii_graphic) => {
                std::str::from_utf8(token).map_or(Bearer::Malformed, Bearer::Token)
            }
            _ => Bearer::Malformed,
        }
    }

    /// Whether a `Bearer` credential is present, good or not.
    pub fn has_bearer(&self) -> bool {
        self.headers.get_all(header::AUTHORIZATION).iter().any(|value| after_bearer(value.as_bytes()).is_some())
    }

    /// The values of the `Cookie` headers.
    pub fn cookie_headers(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.headers.get_all(header::COOKIE).iter().map(http::HeaderValue::as_bytes)
    }
}

fn after_bearer(value: &[u8]) -> Option<&[u8]> {
    let (word, rest) = value.split_at_checked("Bearer".len())?;
    let ends = rest.first().is_none_or(|byte| !byte.is_ascii_graphic());
    (ends && word.eq_ignore_ascii_case(b"Bearer")).then_some(rest)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for value in values {
            map.append(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        map
    }

    #[test]
    fn a_bearer_token_is_one_word_after_one_space() {
        let rows: &[(&[&str], Bearer<'_>)] = &[
            (&[], Bearer::Absent),
            (&["Bearer abc"], Bearer::Token("abc")),
            (&["bEaReR abc"], Bearer::Token("abc")),
            (&["Bearer"], Bearer::Malformed),
            (&["Bearer "], Bearer::Malformed),
            (&["Bearer  abc"], Bearer::Malformed),
            (&["Bearer abc def"], Bearer::Malformed),
            (&["Bearer\tabc"], Bearer::Malformed),
            (&["Basic abc"], Bearer::Absent),
            (&["BearerX abc"], Bearer::Absent),
            (&["Bearer abc", "Bearer abc"], Bearer::Ambiguous),
            (&["Basic abc", "Bearer abc"], Bearer::Ambiguous),
        ];
        for (values, bearer) in rows {
            let map = headers(values);
            let head = RequestHead { method: &Method::GET, headers: &map, host: None, client: None };
            assert_eq!(head.bearer(), *bearer, "{values:?}");
        }
    }
}
