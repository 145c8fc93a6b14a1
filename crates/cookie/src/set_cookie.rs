//! A `Set-Cookie` that a browser will keep.
//!
//! 1. The attributes fulfil what the name's prefix demands (RFC 6265bis §4.1.3).
//! 2. `SameSite=None` and `Partitioned` stand only beside `Secure`.
//! 3. The value is made of `cookie-octet`s alone (RFC 6265bis §4.1.1): no quotes around it either.
//! 4. Name and value have at most 4096 bytes together.
//!
//! The first two are about what is fixed, so [`CookieSpec`] checks them once, at start-up; the last two are about the value.

use std::fmt;

use cloakroom_primitives::Secret;

use crate::attributes::{Attributes, Domain, MaxAge, Partitioned, Path, SameSite};
use crate::error::CookieError;
use crate::name::CookieName;

/// The most bytes of name and value that a browser takes (RFC 6265bis §5.6).
const LONGEST_PAIR: usize = 4096;

/// A cookie for the browser to keep, or to forget. Its value is not shown by `Debug`, only in the header value itself.
#[derive(Clone, Debug)]
pub struct SetCookie {
    spec: CookieSpec,
    value: Secret<String>,
    max_age: Option<MaxAge>,
}

impl SetCookie {
    /// Begins a cookie that is sent to the host that set it, until the browser is closed.
    ///
    /// ```
    /// use cloakroom_cookie::{CookieName, SameSite, SetCookie};
    ///
    /// let cookie = SetCookie::build(CookieName::new("__Secure-a")?, "1").secure().same_site(SameSite::Strict).finish()?;
    /// assert_eq!(cookie.to_header_value(), "__Secure-a=1; Secure; SameSite=Strict");
    /// assert!(SetCookie::build(CookieName::new("__Secure-a")?, "1").finish().is_err());
    /// # Ok::<(), cloakroom_cookie::CookieError>(())
    /// ```
    pub fn build(name: CookieName, value: impl Into<String>) -> SetCookieBuilder {
        SetCookieBuilder { name, value: Secret::new(value.into()), attributes: Attributes::default(), max_age: None }
    }

    /// What makes the browser forget this cookie: the same name and attributes, no value, no time left.
    ///
    /// All attributes stay, because a browser refuses a clearing that does not fulfil the prefix either.
    #[must_use]
    pub fn clear(&self) -> Self {
        self.spec.clear()
    }

    /// The cookie's name.
    pub fn name(&self) -> &CookieName {
        &self.spec.name
    }

    /// The value of the `Set-Cookie` header: visible ASCII and spaces. It holds the cookie's value, so it is not for logs.
    pub fn to_header_value(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.spec.name, self.value.expose())?;
        let Attributes { path, domain, secure, http_only, same_site, partitioned } = &self.spec.attributes;
        if let Some(path) = path {
            write!(f, "; Path={path}")?;
        }
        if let Some(domain) = domain {
            write!(f, "; Domain={domain}")?;
        }
        if let Some(max_age) = self.max_age {
            write!(f, "; Max-Age={max_age}")?;
        }
        if *secure {
            f.write_str("; Secure")?;
        }
        if *http_only {
            f.write_str("; HttpOnly")?;
        }
        if let Some(same_site) = same_site {
            write!(f, "; SameSite={same_site}")?;
        }
        if let Some(partitioned) = partitioned {
            write!(f, "; {partitioned}")?;
        }
        Ok(())
    }
}

/// A [`SetCookie`] in the making; [`SetCookieBuilder::finish`] checks it.
#[derive(Clone, Debug)]
#[must_use = "a cookie exists once it is finished"]
pub struct SetCookieBuilder {
    name: CookieName,
    value: Secret<String>,
    attributes: Attributes,
    max_age: Option<MaxAge>,
}

impl SetCookieBuilder {
    /// Sends it under this path only.
    pub fn path(mut self, path: Path) -> Self {
        self.attributes.path = Some(path);
        self
    }

    /// Sends it to all hosts of this domain.
    pub fn domain(mut self, domain: Domain) -> Self {
        self.attributes.domain = Some(domain);
        self
    }

    /// Sends it over https only.
    pub fn secure(mut self) -> Self {
        self.attributes.secure = true;
        self
    }

    /// Hides it from scripts.
    pub fn http_only(mut self) -> Self {
        self.attributes.http_only = true;
        self
    }

    /// Says which requests from other sites carry it.
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.attributes.same_site = Some(same_site);
        self
    }

    /// Keeps it for that long instead of until the browser is closed.
    pub fn max_age(mut self, max_age: MaxAge) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Keeps it apart for each top-level site.
    pub fn partitioned(mut self) -> Self {
        self.attributes.partitioned = Some(Partitioned);
        self
    }

    /// Checks the four sentences of this module. Fails with the first one that does not hold.
    pub fn finish(self) -> Result<SetCookie, CookieError> {
        CookieSpec::new(self.name, self.attributes)?.carry(self.value, self.max_age)
    }
}

/// A cookie without its value: a name and the attributes it always has, which fit each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieSpec {
    name: CookieName,
    attributes: Attributes,
}

impl CookieSpec {
    /// Joins a name with its attributes. Fails when browsers would not keep such a cookie, whatever its value.
    pub fn new(name: CookieName, attributes: Attributes) -> Result<Self, CookieError> {
        conform(&name, &attributes)?;
        Ok(Self { name, attributes })
    }

    /// The cookie's name.
    pub fn name(&self) -> &CookieName {
        &self.name
    }

    /// The attributes it always has.
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// The cookie with a value, for `max_age` or until the browser is closed.
    ///
    /// Fails only because of the value: with [`CookieError::Value`] or [`CookieError::TooLong`].
    pub fn set(&self, value: impl Into<String>, max_age: Option<MaxAge>) -> Result<SetCookie, CookieError> {
        self.clone().carry(Secret::new(value.into()), max_age)
    }

    /// What makes the browser forget it.
    pub fn clear(&self) -> SetCookie {
        SetCookie { spec: self.clone(), value: Secret::new(String::new()), max_age: Some(MaxAge::ZERO) }
    }

    fn carry(self, value: Secret<String>, max_age: Option<MaxAge>) -> Result<SetCookie, CookieError> {
        if !value.expose().bytes().all(is_cookie_octet) {
            return Err(CookieError::Value);
        }
        let length = self.name.as_str().len() + value.expose().len();
        if length > LONGEST_PAIR {
            return Err(CookieError::TooLong { length });
        }
        Ok(SetCookie { spec: self, value, max_age })
    }
}

fn conform(name: &CookieName, attributes: &Attributes) -> Result<(), CookieError> {
    let prefix = name.prefix();
    let demand = |demand| Err(CookieError::Prefix { prefix: prefix.as_str(), demand });
    let insecure = |attribute| Err(CookieError::NotSecure { attribute });
    if prefix.demands_secure() && !attributes.secure {
        return demand("`Secure`");
    }
    if prefix.demands_http_only() && !attributes.http_only {
        return demand("`HttpOnly`");
    }
    if prefix.demands_whole_host() && !attributes.path.as_ref().is_some_and(Path::is_root) {
        return demand("`Path=/`");
    }
    if prefix.demands_whole_host() && attributes.domain.is_some() {
        return demand("no `Domain`");
    }
    if attributes.same_site == Some(SameSite::None) && !attributes.secure {
        return insecure("SameSite=None");
    }
    if attributes.partitioned.is_some() && !attributes.secure {
        return insecure("Partitioned");
    }
    Ok(())
}

/// RFC 6265bis §4.1.1: visible ASCII without `"`, `,`, `;` and `\`.
const fn is_cookie_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn name(text: &str) -> CookieName {
        CookieName::new(text).unwrap()
    }

    fn strictest() -> Attributes {
        Attributes { path: Some(Path::root()), secure: true, http_only: true, ..Attributes::default() }
    }

    #[test]
    fn a_prefix_gets_what_it_demands_or_the_cookie_is_refused() {
        let no_secure = || Attributes { secure: false, ..strictest() };
        let scriptable = || Attributes { http_only: false, ..strictest() };
        let no_path = || Attributes { path: None, ..strictest() };
        let folder = || Attributes { path: Some(Path::new("/api").unwrap()), ..strictest() };
        let domain = || Attributes { domain: Some(Domain::new("example.com").unwrap()), ..strictest() };
        let (secure, http, root, whole) = (Some("`Secure`"), Some("`HttpOnly`"), Some("`Path=/`"), Some("no `Domain`"));
        //                       nothing missing, Secure, HttpOnly, Path, Path=/, Domain
        let table = [
            ("sid", [None, None, None, None, None, None]),
            ("__Secure-sid", [None, secure, None, None, None, None]),
            ("__Http-sid", [None, secure, http, None, None, None]),
            ("__Host-sid", [None, secure, None, root, root, whole]),
            ("__Host-Http-sid", [None, secure, http, root, root, whole]),
            ("__host-http-sid", [None, secure, http, root, root, whole]),
        ];
        for (text, missing) in table {
            for (attributes, demand) in
                [strictest(), no_secure(), scriptable(), no_path(), folder(), domain()].into_iter().zip(missing)
            {
                let name = name(text);
                let expected = demand.map(|demand| CookieError::Prefix { prefix: name.prefix().as_str(), demand });
                assert_eq!(CookieSpec::new(name, attributes.clone()).err(), expected, "{text} {attributes:?}");
            }
        }
    }

    #[test]
    fn the_builder_asks_for_the_same_as_the_spec() {
        let build = || SetCookie::build(name("__Host-Http-sid"), "x").secure().path(Path::root());
        let refused = build().finish().unwrap_err();
        assert_eq!(refused, CookieError::Prefix { prefix: "__Host-Http-", demand: "`HttpOnly`" });
        assert!(build().http_only().finish().is_ok());
    }

    #[test]
    fn cross_site_and_partitioned_cookies_are_secure() {
        let build = || SetCookie::build(name("sid"), "x");
        let refused = build().same_site(SameSite::None).finish().unwrap_err();
        assert_eq!(refused, CookieError::NotSecure { attribute: "SameSite=None" });
        assert_eq!(build().partitioned().finish().unwrap_err(), CookieError::NotSecure { attribute: "Partitioned" });
        assert!(build().same_site(SameSite::None).partitioned().secure().finish().is_ok());
        assert!(build().same_site(SameSite::Lax).finish().is_ok());
    }

    #[test]
    fn a_value_cannot_smuggle_an_attribute_or_a_header() {
        let spec = CookieSpec::new(name("sid"), Attributes::default()).unwrap();
        for value in ["a; Domain=evil", "a b", "\"a\"", "a,b", "a\\b", "a\r\nSet-Cookie: b=c", "a\0", "\t", "\x7f", "ä"] {
            assert_eq!(spec.set(value, None).unwrap_err(), CookieError::Value, "{value:?}");
        }
        let octets: String = ('!'..='~').filter(|octet| !"\",;\\".contains(*octet)).collect();
        for value in ["", "a=b", &octets] {
            assert_eq!(spec.set(value, None).unwrap().to_header_value(), format!("sid={value}"));
        }
    }

    #[test]
    fn name_and_value_have_at_most_4096_bytes_together() {
        let spec = CookieSpec::new(name("sid"), Attributes::default()).unwrap();
        assert!(spec.set("a".repeat(4093), None).is_ok());
        assert_eq!(spec.set("a".repeat(4094), None).unwrap_err(), CookieError::TooLong { length: 4097 });
    }

    #[test]
    fn every_attribute_is_printed_in_one_order() {
        let cookie = SetCookie::build(name("a"), "1")
            .partitioned()
            .same_site(SameSite::None)
            .http_only()
            .secure()
            .max_age(MaxAge::new(Duration::from_mins(1)))
            .domain(Domain::new("example.com").unwrap())
            .path(Path::new("/b").unwrap())
            .finish()
            .unwrap();
        let attributes = "Secure; HttpOnly; SameSite=None; Partitioned";
        assert_eq!(cookie.to_header_value(), format!("a=1; Path=/b; Domain=example.com; Max-Age=60; {attributes}"));
        assert_eq!(cookie.clear().to_header_value(), format!("a=; Path=/b; Domain=example.com; Max-Age=0; {attributes}"));
    }

    #[test]
    fn a_spec_clears_what_it_has_set() {
        let attributes = Attributes { same_site: Some(SameSite::Lax), ..strictest() };
        let spec = CookieSpec::new(name("__Host-Http-sid"), attributes).unwrap();
        let set = spec.set("x", Some(MaxAge::LONGEST)).unwrap();
        assert_eq!(set.to_header_value(), "__Host-Http-sid=x; Path=/; Max-Age=34560000; Secure; HttpOnly; SameSite=Lax");
        assert_eq!(spec.clear().to_header_value(), set.clear().to_header_value());
        assert_eq!(spec.clear().to_header_value(), "__Host-Http-sid=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_value_is_not_shown_by_debug_or_by_an_error() {
        let build = |value: &str| SetCookie::build(name("sid"), value);
        let shown = format!("{:?} {:?}", build("hunter2"), build("hunter2").finish().unwrap());
        assert!(shown.contains("sid") && !shown.contains("hunter2"), "{shown}");
        for refused in [build("hunter2;").finish().unwrap_err(), build(&"hunter2".repeat(1000)).finish().unwrap_err()] {
            assert!(!format!("{refused:?} {refused}").contains("hunter2"));
        }
    }
}
