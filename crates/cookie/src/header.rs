//! Reads `Cookie` headers where they lie, without copying and without failing.
//!
//! 1. A header value is split at every `;`, in quotes too: quotes mean nothing in it (RFC 6265bis §4.1.1).
//! 2. Spaces and tabs around a pair are dropped. What has no `=` is not a pair.
//! 3. The name is what stands before the first `=`, compared byte for byte. The value is everything after it, as it stands: quotes
//!    stay.
//! 4. A name that occurs more than once is [`Found::Duplicate`], even with equal values: which one is ours cannot be told here.
//! 5. A value that is not UTF-8 counts as an occurrence of its name and is never given out: alone, it is as good as no cookie.
//!
//! Several header values are one list, since HTTP/2 splits the header (RFC 9113 §8.2.3).

use std::fmt;

use crate::name::CookieName;

/// How often a cookie of some name was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Found<'a> {
    /// Not at all, or once and unreadable.
    Absent,
    /// Once, with this value.
    One(&'a str),
    /// More than once: one of them may have been planted by a sibling host.
    Duplicate,
}

impl fmt::Debug for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::One(_) => "One(..)",
            Self::Duplicate => "Duplicate",
        })
    }
}

/// Looks for the one cookie called `name` in the values of all `Cookie` headers of a request.
///
/// ```
/// use cloakroom_cookie::{CookieName, Found, header};
///
/// let sid = CookieName::new("sid")?;
/// let headers: [&[u8]; 2] = [b"a=1; sid=x", b"b=2"];
/// assert_eq!(header::find_all(headers, &sid), Found::One("x"));
/// # Ok::<(), cloakroom_cookie::CookieError>(())
/// ```
pub fn find_all<'a>(headers: impl IntoIterator<Item = &'a [u8]>, name: &CookieName) -> Found<'a> {
    let mut occurrences = occurrences(headers, name);
    match (occurrences.next(), occurrences.next()) {
        (None | Some(None), None) => Found::Absent,
        (Some(Some(value)), None) => Found::One(value),
        (_, Some(_)) => Found::Duplicate,
    }
}

/// Every readable value that was sent under `name`, in the order of sending: for a cookie that may come several times.
pub fn values<'a>(headers: impl IntoIterator<Item = &'a [u8]>, name: &CookieName) -> impl Iterator<Item = &'a str> {
    occurrences(headers, name).flatten()
}

fn occurrences<'a>(headers: impl IntoIterator<Item = &'a [u8]>, name: &CookieName) -> impl Iterator<Item = Option<&'a str>> {
    headers
        .into_iter()
        .flat_map(|header| header.split(|&byte| byte == b';'))
        .filter_map(|pair| value_of(pair, name.as_str().as_bytes()))
        .map(|value| str::from_utf8(value).ok())
}

fn value_of<'a>(pair: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    trim(pair).strip_prefix(name)?.strip_prefix(b"=")
}

fn trim(mut pair: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = pair {
        pair = rest;
    }
    pair
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SOUP: &[&str] = &["sid", "=", ";", " ", "\t", "\"", "x", "a=", "; sid=", ","];

    fn name(text: &str) -> CookieName {
        CookieName::new(text).unwrap()
    }

    fn one_header(header: &[u8]) -> Found<'_> {
        find_all([header], &name("sid"))
    }

    #[test]
    fn a_cookie_is_found_among_others_and_among_junk() {
        for (header, found) in [
            ("sid=x", Found::One("x")),
            ("sid=", Found::One("")),
            ("a=1; sid=x; b=2", Found::One("x")),
            ("a=1;sid=x;b=2", Found::One("x")),
            ("a=1 \t;\t sid=x \t", Found::One("x")),
            (";; ;sid=x;;", Found::One("x")),
            ("sid=x=y==", Found::One("x=y==")),
            ("sid=\"x\"", Found::One("\"x\"")),
            ("sid=\"x y\"", Found::One("\"x y\"")),
            ("sid=ä", Found::One("ä")),
            ("$Version=1; sid=x; $Path=/", Found::One("x")),
            ("junk; sid=x", Found::One("x")),
            ("=nameless; sid=x", Found::One("x")),
            ("a=\"; sid=x; b=\"", Found::One("x")),
            ("sid=x, sid=y", Found::One("x, sid=y")),
            ("", Found::Absent),
            (";", Found::Absent),
            ("=", Found::Absent),
            ("sid", Found::Absent),
            ("=sid", Found::Absent),
            ("=sid=x", Found::Absent),
            ("SID=x", Found::Absent),
            ("sid =x", Found::Absent),
            ("xsid=x", Found::Absent),
            ("sidx=x", Found::Absent),
            ("a=sid=x", Found::Absent),
            ("\0sid=x", Found::Absent),
            ("\u{a0}sid=x", Found::Absent),
            ("sid=x; sid=x", Found::Duplicate),
            ("sid=x; sid=y; sid=z", Found::Duplicate),
            ("sid=; sid=x", Found::Duplicate),
            ("a=\"; sid=x; \"; sid=y", Found::Duplicate),
        ] {
            assert!(one_header(header.as_bytes()) == found, "{header:?}");
        }
    }

    /// Pairs that browsers do send, from the http-state corpus.
    #[test]
    fn a_value_is_given_as_a_browser_sends_it() {
        for value in [
            "\"bar\"",
            "\"  bar \"",
            "\"bar",
            "\"bar=baz\"",
            "A\"B",
            "\"zzz \"   \"ppp\"",
            "== BC",
            "bar, baz=qux",
            "\"bar, baz=qux\"",
            "\"fubar! = foo",
            "春节回家路·春运完全手册",
        ] {
            for header in [format!("sid={value}"), format!("a=1; sid={value}; b=\""), format!("春=1; (a=\"; sid={value}")] {
                assert!(one_header(header.as_bytes()) == Found::One(value), "{header}");
            }
        }
        for sent in ["$", "!a", "#a", "%a", "^a", "&a", "*a", "-a", "+", "$Version"] {
            assert!(find_all([format!("{sent}=bar").as_bytes()], &name(sent)) == Found::One("bar"), "{sent}");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        let headers: [&[u8]; 3] = [b"a=1", b"sid=x; b=2", b""];
        assert!(find_all(headers, &name("sid")) == Found::One("x"));
        for headers in [[&b"sid=x"[..], b"sid=y"], [b"sid=y", b"sid=x"]] {
            assert!(find_all(headers, &name("sid")) == Found::Duplicate);
        }
        let halves: [&[u8]; 2] = [b"si", b"d=x"];
        assert!(find_all(halves, &name("sid")) == Found::Absent);
    }

    #[test]
    fn an_unreadable_value_is_no_cookie_and_hides_no_second_one() {
        assert!(one_header(b"sid=\xff") == Found::Absent);
        assert!(one_header(b"a=\xff; sid=x; \xff") == Found::One("x"));
        assert!(one_header(b"sid=x; sid=\xff") == Found::Duplicate);
        assert!(one_header(b"sid=\xff; sid=x") == Found::Duplicate);
    }

    #[test]
    fn all_values_of_a_name_come_in_the_order_of_sending() {
        let headers: [&[u8]; 2] = [b"r=1; a=9; r=2; r=\xff", b"r=1"];
        assert_eq!(values(headers, &name("r")).collect::<Vec<_>>(), ["1", "2", "1"]);
        assert_eq!(values(headers, &name("R")).count(), 0);
    }

    #[test]
    fn what_was_found_does_not_print_itself() {
        assert_eq!(format!("{:?}", one_header(b"sid=hunter2")), "One(..)");
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic_or_invent_a_value(
            headers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..4),
        ) {
            let wanted = name("a");
            let given: Vec<&[u8]> = headers.iter().map(Vec::as_slice).collect();
            for value in values(given.iter().copied(), &wanted) {
                let pair = [b"a=", value.as_bytes()].concat();
                prop_assert!(given.iter().any(|header| header.windows(pair.len()).any(|window| window == pair)));
            }
        }

        #[test]
        fn a_junk_neighbour_neither_hides_nor_changes_a_cookie(
            before in "[ -:<-~\t]{0,20}",
            after in prop::collection::vec(any::<u8>().prop_filter("no second pair", |&byte| byte != b';'), 0..20),
        ) {
            prop_assume!(!before.trim_matches([' ', '\t']).starts_with("sid="));
            prop_assume!(!trim(&after).starts_with(b"sid="));
            let header = [before.as_bytes(), b"; sid=x; ", &after].concat();
            prop_assert!(one_header(&header) == Found::One("x"));
        }

        #[test]
        fn soup_made_of_a_headers_own_characters_counts_every_occurrence(
            pieces in prop::collection::vec(prop::sample::select(SOUP), 0..24),
        ) {
            let header = pieces.concat();
            let times = header.split(';').filter(|pair| pair.trim_matches([' ', '\t']).starts_with("sid=")).count();
            let found = one_header(header.as_bytes());
            prop_assert!(match found {
                Found::Absent => times == 0,
                Found::One(_) => times == 1,
                Found::Duplicate => times > 1,
            }, "{header:?}");
        }
    }
}
