//! The pairs of a `Cookie` header, over all its lines.
//!
//! Pairs are split at `;` as servers do (6265bis §5.8.3); a comma splits nothing, and quotes protect nothing.

use crate::limits;
use crate::set_cookie::Prefix;

/// One pair, or a piece that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair<'t> {
    /// The whole piece, without white space around it.
    pub(crate) piece: &'t str,
    /// Empty where no name stands.
    pub(crate) name: &'t str,
    /// What stands behind the first `=`; the whole piece where none stands.
    pub(crate) value: &'t str,
    /// Whether an `=` stands in it.
    pub(crate) has_equals: bool,
}

/// The cookies of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct CookieHeader<'t> {
    /// In order, over all lines.
    pub(crate) pairs: Vec<Pair<'t>>,
    /// Bytes of all lines together.
    pub(crate) bytes: usize,
    /// Whether pairs beyond the limit were left unread.
    pub(crate) overflowed: bool,
}

impl<'t> CookieHeader<'t> {
    /// Reads the values of all `Cookie` lines of a request.
    pub(crate) fn read(lines: impl Iterator<Item = &'t str>) -> Self {
        let mut header = Self::default();
        for line in lines {
            header.bytes += line.len();
            for piece in line.split(';').map(str::trim).filter(|piece| !piece.is_empty()) {
                if header.pairs.len() >= limits::COOKIES {
                    header.overflowed = true;
                    break;
                }
                header.pairs.push(Pair::read(piece));
            }
        }
        header
    }
}

impl<'t> Pair<'t> {
    fn read(piece: &'t str) -> Self {
        match piece.split_once('=') {
            Some((name, value)) => Self { piece, name: name.trim(), value: value.trim(), has_equals: true },
            None => Self { piece, name: "", value: piece, has_equals: false },
        }
    }

    /// Whether it is an attribute of `Set-Cookie` that got lost.
    pub(crate) fn is_attribute(&self) -> bool {
        let is_any = |names: &[&str], text: &str| names.iter().any(|name| name.eq_ignore_ascii_case(text));
        if self.has_equals {
            is_any(&["path", "domain", "expires", "max-age", "samesite"], self.name)
        } else {
            is_any(&["secure", "httponly"], self.piece)
        }
    }

    /// Whether it belongs to RFC 2965.
    pub(crate) fn is_rfc2965(&self) -> bool {
        self.has_equals && self.name.starts_with('$')
    }

    /// Whether it is a cookie: neither an attribute nor of the old dialect.
    pub(crate) fn is_cookie(&self) -> bool {
        !self.is_attribute() && !self.is_rfc2965()
    }

    /// The name as code compares it that falls back from one prefix to another: without prefix, in lower case.
    pub(crate) fn bare_name(&self) -> String {
        self.name[Prefix::of(self.name).as_str().len()..].to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_split_at_semicolons_alone() {
        let header = CookieHeader::read(["a=1; b=\"x; y\"; =z; lonely; ;", "c=1, d=2"].into_iter());
        let pairs: Vec<_> = header.pairs.iter().map(|pair| (pair.name, pair.value)).collect();
        assert_eq!(pairs, [("a", "1"), ("b", "\"x"), ("", "y\""), ("", "z"), ("", "lonely"), ("c", "1, d=2")]);
    }

    #[test]
    fn what_is_no_cookie_is_told() {
        let header = CookieHeader::read(["a=1; Path=/; HttpOnly; $Version=1; __Host-SID=2"].into_iter());
        let cookies: Vec<_> = header.pairs.iter().filter(|pair| pair.is_cookie()).map(Pair::bare_name).collect();
        assert_eq!(cookies, ["a", "sid"]);
    }

    #[test]
    fn pairs_beyond_the_limit_are_left_unread() {
        let line = "a=1;".repeat(limits::COOKIES + 1);
        let header = CookieHeader::read([line.as_str()].into_iter());
        assert!(header.overflowed && header.pairs.len() == limits::COOKIES);
    }
}
