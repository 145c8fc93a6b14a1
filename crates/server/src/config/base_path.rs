//! The path below which every URL of ours lies.

use super::setting::{Setting, Unfit};

/// Empty, or a path that begins with a slash and does not end with one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BasePath(String);

impl BasePath {
    /// The path as it stands before ours.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for BasePath {
    const EXPECTED: &'static str = "a path such as \"/auth\", or nothing";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let path = text.strip_prefix('/').ok_or_else(|| Unfit::because("it does not begin with a slash"))?;
        if path.is_empty() || path.ends_with('/') {
            return Err(Unfit::because("it ends with a slash"));
        }
        if path.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
            return Err(Unfit::because("a segment of it is empty, `.` or `..`"));
        }
        // RFC 3986 §2.3: unreserved characters alone mean the same in a route, a `Location` and a cookie's path.
        let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
        if path.bytes().all(is_unreserved) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Unfit::because("it may hold letters, digits, `-`, `.`, `_` and `~` alone"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_begins_with_a_slash_and_does_not_end_with_one() {
        for text in ["", "/auth", "/a/b-c/d.e_f~g"] {
            assert_eq!(BasePath::from_text(text).unwrap().as_str(), text);
        }
        for text in ["auth", "/", "/auth/", "//auth", "/a//b", "/a/../b", "/.", "/a b", "/a;b", "/a%2f", "/ä", "/a\\b", "/a?b"] {
            assert!(BasePath::from_text(text).is_err(), "{text:?}");
        }
    }
}
