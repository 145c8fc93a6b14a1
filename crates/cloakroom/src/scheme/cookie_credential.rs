//! Reads a cookie only behind the cross-origin rule, so nobody can mount the cookie without the rule.

use cloakroom_cookie::header::{find_all, values};
use cloakroom_cookie::{CookieName, Found};

use crate::cross_origin::CrossOrigin;
use crate::head::RequestHead;

/// A credential that the browser attached by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CookieCredential<'a> {
    /// There is no such cookie.
    Absent,
    /// There is one, and the request may use it.
    Value(&'a str),
    /// The name came twice.
    Duplicate,
    /// There is one, and the request does not prove that it comes from a page of ours.
    CrossOrigin,
}

impl<'a> CookieCredential<'a> {
    /// Reads the cookie `name`.
    pub fn read(head: &RequestHead<'a>, name: &CookieName) -> Self {
        let found = find_all(head.cookie_headers(), name);
        if matches!(found, Found::Absent) {
            return Self::Absent;
        }
        if !CrossOrigin::check(head).admits_cookies() {
            return Self::CrossOrigin;
        }
        match found {
            Found::Absent => Self::Absent,
            Found::One(value) => Self::Value(value),
            Found::Duplicate => Self::Duplicate,
        }
    }

    /// Reads every cookie of that name, none where the request does not prove that it comes from a page of ours.
    pub fn read_all(head: &RequestHead<'a>, name: &CookieName) -> Vec<&'a str> {
        if !CrossOrigin::check(head).admits_cookies() {
            return Vec::new();
        }
        values(head.cookie_headers(), name).collect()
    }
}

impl std::fmt::Debug for CookieCredential<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Value(_) => "Value(..)",
            Self::Duplicate => "Duplicate",
            Self::CrossOrigin => "CrossOrigin",
        })
    }
}
