//! What a browser does with one `Set-Cookie` line: what it understands, whether it stores it, for how long.
//!
//! The rules are those of 6265bis §5.6 and §5.7; where Chromium does otherwise, Chromium counts, because that is what people meet:
//! 1. The value ends at the first `;`, quotes or not. Attributes are switches when their name alone decides; the last of a kind counts.
//! 2. An attribute value of more than 1024 bytes is as good as not there. `Path` that does not begin with `/` is the default path.
//! 3. `Max-Age` is `-?[0-9]+`, and wins over `Expires`; what cannot be read is ignored. Nothing is kept longer than 400 days.
//! 4. Refused: a control character anywhere, also TAB; more than 4096 bytes; `SameSite=None` or `Partitioned` without `Secure`; a broken
//!    prefix promise, whatever the case of its letters; a foreign, public or malformed `Domain`; anything `Secure` over plain http.

use cloakroom_primitives::Timestamp;

use crate::cookie_date::cookie_date;
use crate::hosts::{domain_matches, is_host_name, is_loopback, is_public_suffix};
use crate::limits;
use crate::message::{FileCookie, FileSameSite, Scheme, is_token};

/// The attributes that browsers know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Expires,
    MaxAge,
    Domain,
    Path,
    Secure,
    HttpOnly,
    SameSite,
    Partitioned,
    Priority,
}

impl Known {
    /// Reads an attribute's name, without case.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        const NAMES: [(&str, Known); 9] = [
            ("expires", Known::Expires),
            ("max-age", Known::MaxAge),
            ("domain", Known::Domain),
            ("path", Known::Path),
            ("secure", Known::Secure),
            ("httponly", Known::HttpOnly),
            ("samesite", Known::SameSite),
            ("partitioned", Known::Partitioned),
            ("priority", Known::Priority),
        ];
        NAMES.into_iter().find_map(|(known, attribute)| known.eq_ignore_ascii_case(name).then_some(attribute))
    }
}

/// One attribute as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute<'t> {
    /// Name, without white space around it.
    pub(crate) name: &'t str,
    /// What stands behind `=`; absent where no `=` stands.
    pub(crate) value: Option<&'t str>,
    /// Which one it is.
    pub(crate) known: Option<Known>,
}

impl Attribute<'_> {
    /// The address of this part of the answer. What browsers do not know is named only when it is short: it may be anything.
    pub(crate) fn part_id(&self) -> String {
        const LONGEST: usize = 24;
        let is_name = self.known.is_some() || is_token(self.name) && self.name.len() <= LONGEST;
        if is_name { format!("attribute:{}", self.name.to_ascii_lowercase()) } else { "attribute:unknown".to_owned() }
    }
}

/// What the line says about requests from other sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SameSite {
    /// Nothing.
    Absent,
    /// Something that browsers do not know: as if absent.
    Invalid,
    /// Not known: the cookie was found where this is not kept.
    NotKept,
    Strict,
    Lax,
    None,
}

/// `Path`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathRule<'t> {
    /// Not given: the directory of the address that set it.
    Absent,
    /// Given, but not as a path: as if absent.
    Invalid,
    /// Given.
    Given(&'t str),
}

/// `Domain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DomainRule<'t> {
    /// Not given, or empty: this host alone.
    HostOnly,
    /// Given, one leading dot left away.
    Given(&'t str),
}

/// `Expires`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expires {
    Absent,
    Unreadable,
    At(Timestamp),
}

/// `Max-Age`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MaxAge {
    Absent,
    Invalid,
    Seconds(i64),
}

/// How long the browser keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// Until the browser's session ends.
    Session,
    /// It is deleted at once.
    Deletes,
    /// Until then.
    Until(Timestamp),
}

/// A name's prefix and what it promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefix {
    None,
    Secure,
    Host,
    Http,
    HostHttp,
}

impl Prefix {
    /// Reads it as new browsers do, without case.
    pub(crate) fn of(name: &str) -> Self {
        let starts = |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        match () {
            () if starts("__Host-Http-") => Self::HostHttp,
            () if starts("__Host-") => Self::Host,
            () if starts("__Http-") => Self::Http,
            () if starts("__Secure-") => Self::Secure,
            () => Self::None,
        }
    }

    /// As it is spelled.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Secure => "__Secure-",
            Self::Host => "__Host-",
            Self::Http => "__Http-",
            Self::HostHttp => "__Host-Http-",
        }
    }

    /// Whether the cookie belongs to this host alone.
    pub(crate) const fn is_host(self) -> bool {
        matches!(self, Self::Host | Self::HostHttp)
    }
}

/// Why a browser does not store a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nothing stands there.
    Empty,
    ControlCharacter,
    TooBig,
    NoneInsecure,
    PartitionedInsecure,
    HostPrefix,
    SecurePrefix,
    HttpPrefix,
    NamelessPrefix,
    DomainInvalid,
    DomainPublicSuffix,
    DomainForeign,
    OverHttp,
}

/// Where a line was met, as far as that decides.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Setting<'t> {
    /// The host that sent it, in lower case.
    pub(crate) host: Option<&'t str>,
    /// How it travelled.
    pub(crate) scheme: Option<Scheme>,
}

impl Setting<'_> {
    /// Whether the host is this very machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host.is_some_and(is_loopback)
    }

    /// Whether it travelled unencrypted to another machine.
    pub(crate) fn is_plain_http(&self) -> bool {
        self.scheme == Some(Scheme::Http) && !self.is_loopback()
    }
}

/// One line, understood as a browser understands it.
#[derive(Clone, Debug)]
pub(crate) struct SetCookie<'t> {
    /// The whole line.
    pub(crate) line: &'t str,
    /// Empty for a cookie without a name.
    pub(crate) name: &'t str,
    /// As written, without white space around it.
    pub(crate) value: &'t str,
    /// As written, in order; empty ones left away.
    pub(crate) attributes: Vec<Attribute<'t>>,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    pub(crate) partitioned: bool,
    pub(crate) same_site: SameSite,
    pub(crate) path: PathRule<'t>,
    pub(crate) domain: DomainRule<'t>,
    pub(crate) expires: Expires,
    pub(crate) max_age: MaxAge,
    pub(crate) life: Life,
}

impl<'t> SetCookie<'t> {
    /// Reads a line, the header's name left away.
    pub(crate) fn read(line: &'t str, now: Timestamp) -> Self {
        let mut pieces = line.split(';');
        let pair = pieces.next().unwrap_or("");
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let attributes = pieces.filter_map(attribute).collect();
        let mut cookie = Self {
            line,
            name: trim(name),
            value: trim(value),
            attributes,
            secure: false,
            http_only: false,
            partitioned: false,
            same_site: SameSite::Absent,
            path: PathRule::Absent,
            domain: DomainRule::HostOnly,
            expires: Expires::Absent,
            max_age: MaxAge::Absent,
            life: Life::Session,
        };
        cookie.apply_attributes();
        cookie.life = life(cookie.max_age, cookie.expires, now);
        cookie
    }

    /// The line that would have made a cookie which a tool keeps.
    pub(crate) fn of_file(cookie: &FileCookie<'t>, now: Timestamp) -> Self {
        let expires = cookie.ends_at.map_or(Expires::Absent, Expires::At);
        Self {
            line: "",
            name: cookie.name,
            value: cookie.value,
            attributes: Vec::new(),
            secure: cookie.secure,
            http_only: cookie.http_only,
            partitioned: false,
            same_site: match cookie.same_site {
                FileSameSite::NotKept => SameSite::NotKept,
                FileSameSite::Written("") => SameSite::Absent,
                FileSameSite::Written(text) => same_site(text),
            },
            path: PathRule::Given(cookie.path),
            domain: if cookie.for_subdomains { DomainRule::Given(cookie.host) } else { DomainRule::HostOnly },
            expires,
            max_age: MaxAge::Absent,
            life: life(MaxAge::Absent, expires, now),
        }
    }

    fn apply_attributes(&mut self) {
        for index in 0..self.attributes.len() {
            let Attribute { value, known, .. } = self.attributes[index];
            let text = value.unwrap_or("");
            if text.len() > limits::ATTRIBUTE_BYTES {
                continue;
            }
            match known {
                Some(Known::Secure) => self.secure = true,
                Some(Known::HttpOnly) => self.http_only = true,
                Some(Known::Partitioned) => self.partitioned = true,
                Some(Known::SameSite) => self.same_site = same_site(text),
                Some(Known::Path) => self.path = if text.starts_with('/') { PathRule::Given(text) } else { PathRule::Invalid },
                Some(Known::Domain) => self.domain = domain(text),
                Some(Known::Expires) => self.expires = cookie_date(text).map_or(Expires::Unreadable, Expires::At),
                Some(Known::MaxAge) => self.max_age = max_age(text),
                Some(Known::Priority) | None => {}
            }
        }
    }

    /// The last attribute of that kind.
    pub(crate) fn attribute(&self, wanted: Known) -> Option<&Attribute<'t>> {
        self.attributes.iter().rev().find(|attribute| attribute.known == Some(wanted))
    }

    /// What the name promises.
    pub(crate) fn prefix(&self) -> Prefix {
        Prefix::of(self.name)
    }

    /// Whether the line takes a cookie away.
    pub(crate) fn deletes(&self) -> bool {
        self.life == Life::Deletes
    }

    /// Bytes that count against the limit of a cookie.
    pub(crate) fn size(&self) -> usize {
        self.name.len() + self.value.len()
    }

    /// Whether `other` is the same cookie to a browser: name, domain and path decide (6265bis §5.7).
    pub(crate) fn is_same_cookie(&self, other: &SetCookie<'_>) -> bool {
        let is_path_same = match (self.path, other.path) {
            (PathRule::Given(one), PathRule::Given(other)) => one == other,
            (PathRule::Given(_), _) | (_, PathRule::Given(_)) => false,
            _ => true,
        };
        let is_domain_same = match (self.domain, other.domain) {
            (DomainRule::Given(one), DomainRule::Given(other)) => one.eq_ignore_ascii_case(other),
            (one, other) => std::mem::discriminant(&one) == std::mem::discriminant(&other),
        };
        self.name == other.name && is_path_same && is_domain_same
    }

    /// Whether the name's promise is kept; a name without a prefix promises nothing.
    pub(crate) fn keeps_promise(&self) -> bool {
        let whole_host = self.path == PathRule::Given("/") && self.domain == DomainRule::HostOnly;
        match self.prefix() {
            Prefix::None => true,
            Prefix::Secure => self.secure,
            Prefix::Host => self.secure && whole_host,
            Prefix::Http => self.secure && self.http_only,
            Prefix::HostHttp => self.secure && whole_host && self.http_only,
        }
    }

    /// Whether the value imitates a prefixed name while the cookie has none.
    pub(crate) fn imitates_prefix(&self) -> bool {
        self.name.is_empty() && Prefix::of(self.value) != Prefix::None
    }

    /// Every reason for which a browser would not store it; empty when it would.
    pub(crate) fn refusals(&self, setting: Setting<'_>) -> Vec<Refusal> {
        let whole_host = self.path == PathRule::Given("/") && self.domain == DomainRule::HostOnly;
        let prefix = self.prefix();
        let needs_https = self.secure || self.partitioned || prefix != Prefix::None;
        let (invalid, public, foreign) = self.domain_faults(setting.host);
        [
            (Refusal::Empty, self.name.is_empty() && self.value.is_empty()),
            (Refusal::ControlCharacter, self.line.chars().any(is_refused_control)),
            (Refusal::TooBig, self.size() > limits::COOKIE_BYTES),
            (Refusal::NoneInsecure, self.same_site == SameSite::None && !self.secure),
            (Refusal::PartitionedInsecure, self.partitioned && !self.secure),
            (Refusal::HostPrefix, prefix.is_host() && !(self.secure && whole_host)),
            (Refusal::SecurePrefix, prefix == Prefix::Secure && !self.secure),
            (Refusal::HttpPrefix, matches!(prefix, Prefix::Http | Prefix::HostHttp) && !(self.secure && self.http_only)),
            (Refusal::NamelessPrefix, self.imitates_prefix()),
            (Refusal::DomainInvalid, invalid),
            (Refusal::DomainPublicSuffix, public),
            (Refusal::DomainForeign, foreign),
            (Refusal::OverHttp, needs_https && setting.is_plain_http()),
        ]
        .into_iter()
        .filter_map(|(refusal, applies)| applies.then_some(refusal))
        .collect()
    }

    /// Malformed, public, foreign: at most one of them.
    fn domain_faults(&self, host: Option<&str>) -> (bool, bool, bool) {
        let DomainRule::Given(domain) = self.domain else { return (false, false, false) };
        let invalid = !is_host_name(domain);
        let is_host_itself = host.is_some_and(|host| host.eq_ignore_ascii_case(domain));
        let public = !invalid && !is_host_itself && is_public_suffix(domain);
        let foreign = !invalid && !public && host.is_some_and(|host| !domain_matches(host, domain));
        (invalid, public, foreign)
    }
}

/// Whether browsers refuse a line because of this character; TAB counts, although the text would let it pass.
fn is_refused_control(char: char) -> bool {
    char.is_ascii_control()
}

/// Only blanks and TABs go around names and values (6265bis §5.6).
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

fn attribute(piece: &str) -> Option<Attribute<'_>> {
    let (name, value) = piece.split_once('=').map_or((piece, None), |(name, value)| (name, Some(trim(value))));
    let name = trim(name);
    (!name.is_empty() || value.is_some()).then(|| Attribute { name, value, known: Known::parse(name) })
}

fn same_site(text: &str) -> SameSite {
    match text.to_ascii_lowercase().as_str() {
        "strict" => SameSite::Strict,
        "lax" => SameSite::Lax,
        "none" => SameSite::None,
        _ => SameSite::Invalid,
    }
}

fn domain(text: &str) -> DomainRule<'_> {
    match text.strip_prefix('.').unwrap_or(text) {
        "" => DomainRule::HostOnly,
        domain => DomainRule::Given(domain),
    }
}

fn max_age(text: &str) -> MaxAge {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return MaxAge::Invalid;
    }
    // More digits than fit are as good as the largest number: both are beyond every limit.
    MaxAge::Seconds(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
}

fn life(max_age: MaxAge, expires: Expires, now: Timestamp) -> Life {
    let latest = now.plus(limits::COOKIE_LIFE);
    match (max_age, expires) {
        (MaxAge::Seconds(seconds), _) => match u64::try_from(seconds) {
            Ok(seconds @ 1..) => Life::Until(now.plus(std::time::Duration::from_secs(seconds)).min(latest)),
            _ => Life::Deletes,
        },
        (_, Expires::At(at)) if at <= now => Life::Deletes,
        (_, Expires::At(at)) => Life::Until(at.min(latest)),
        _ => Life::Session,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_521_600);
    const HTTPS: Setting<'_> = Setting { host: Some("app.site.test"), scheme: Some(Scheme::Https) };
    const HTTP: Setting<'_> = Setting { host: Some("app.site.test"), scheme: Some(Scheme::Http) };

    #[test]
    fn lines_are_stored_and_refused_as_browsers_do() {
        let sized = |bytes: usize| format!("a={}", "x".repeat(bytes - 1));
        let table: &[(&str, &[Refusal])] = &[
            ("a=1; SameSite=None", &[Refusal::NoneInsecure]),
            ("a=1; SameSite=\"None\"; Secure", &[]),
            ("a=1; SameSite=None; SameSite=Lax", &[]),
            ("a=1; Partitioned", &[Refusal::PartitionedInsecure]),
            ("a=1; Partitioned; Secure; SameSite=Lax", &[]),
            ("__Host-a=1; Secure", &[Refusal::HostPrefix]),
            ("__Host-a=1; Secure; Path=/x", &[Refusal::HostPrefix]),
            ("__Host-a=1; Secure; Path=/; Domain=site.test", &[Refusal::HostPrefix]),
            ("__Host-a=1; Path=/", &[Refusal::HostPrefix]),
            ("__host-a=1; Secure", &[Refusal::HostPrefix]),
            ("__Host-a=1; Secure; Path=/; Domain=", &[]),
            ("__Host-Http-a=1; Secure; Path=/", &[Refusal::HttpPrefix]),
            ("__Http-a=1; Secure", &[Refusal::HttpPrefix]),
            ("__Http-a=1; Secure; HttpOnly; Path=/x", &[]),
            ("__Secure-a=1", &[Refusal::SecurePrefix]),
            ("justavalue", &[]),
            ("=v", &[]),
            ("=__Host-x=1", &[Refusal::NamelessPrefix]),
            ("__Host-x", &[Refusal::NamelessPrefix]),
            ("", &[Refusal::Empty]),
            (&sized(4096), &[]),
            (&sized(4097), &[Refusal::TooBig]),
            ("a=x\ty", &[Refusal::ControlCharacter]),
            ("a=1; Path=/\u{7}", &[Refusal::ControlCharacter]),
            ("a=\u{7f}", &[Refusal::ControlCharacter]),
            ("a=é, \\ x", &[]),
            ("a=1; Domain=.site.test", &[]),
            ("a=1; Domain=site.test:8443", &[Refusal::DomainInvalid]),
            ("a=1; Domain=https://site.test", &[Refusal::DomainInvalid]),
            ("a=1; Domain=*.site.test", &[Refusal::DomainInvalid]),
            ("a=1; Domain=other.site.test", &[Refusal::DomainForeign]),
            ("a=1; Domain=foreign.test", &[Refusal::DomainForeign]),
            ("a=1; Domain=test", &[Refusal::DomainPublicSuffix]),
            ("a=1; Domain=foreign.test; Domain=site.test", &[]),
        ];
        for (line, refusals) in table {
            assert_eq!(SetCookie::read(line, NOW).refusals(HTTPS), *refusals, "{line}");
        }
    }

    #[test]
    fn over_plain_http_nothing_secure_is_stored() {
        for (line, refusals) in [
            ("a=1; Secure", vec![Refusal::OverHttp]),
            ("__Secure-a=1; Secure", vec![Refusal::OverHttp]),
            ("__Host-a=1; Path=/", vec![Refusal::HostPrefix, Refusal::OverHttp]),
            ("a=1; SameSite=None", vec![Refusal::NoneInsecure]),
            ("a=1", vec![]),
        ] {
            assert_eq!(SetCookie::read(line, NOW).refusals(HTTP), refusals, "{line}");
        }
        let here = Setting { host: Some("localhost"), scheme: Some(Scheme::Http) };
        assert_eq!(SetCookie::read("a=1; Secure", NOW).refusals(here), []);
    }

    #[test]
    fn attributes_are_understood_as_browsers_do() {
        let long = format!("a=1; Path=/{}", "x".repeat(1024));
        let fits = format!("a=1; Path=/{}", "x".repeat(1023));
        let long_domain = format!("a=1; Domain={}", "x".repeat(1025));
        assert_eq!(SetCookie::read(&long, NOW).path, PathRule::Absent);
        assert!(matches!(SetCookie::read(&fits, NOW).path, PathRule::Given(path) if path.len() == 1024));
        assert_eq!(SetCookie::read(&long_domain, NOW).domain, DomainRule::HostOnly);
        for (line, path) in [
            ("a=1; Path=foo", PathRule::Invalid),
            ("a=1; Path=", PathRule::Invalid),
            ("a=1", PathRule::Absent),
            ("a=1; path = /x?y ", PathRule::Given("/x?y")),
        ] {
            assert_eq!(SetCookie::read(line, NOW).path, path, "{line}");
        }
        let flags = SetCookie::read("a=1; Secure=false; HttpOnly=false", NOW);
        assert!(flags.secure && flags.http_only);
        for (line, same_site) in [
            ("a=1; SameSite=\"None\"", SameSite::Invalid),
            ("a=1; SameSite=Foo", SameSite::Invalid),
            ("a=1; samesite=STRICT", SameSite::Strict),
            ("a=1; SameSite=Strict; SameSite=Lax", SameSite::Lax),
            ("a=1; SameSite", SameSite::Invalid),
        ] {
            assert_eq!(SetCookie::read(line, NOW).same_site, same_site, "{line}");
        }
    }

    #[test]
    fn the_value_ends_at_the_first_semicolon() {
        for (line, name, value) in [
            ("a=\"hello\"", "a", "\"hello\""),
            ("a=\"x; y\"", "a", "\"x"),
            ("a=1, b=2; Path=/", "a", "1, b=2"),
            (" a = b=c ", "a", "b=c"),
            ("v", "", "v"),
        ] {
            let read = SetCookie::read(line, NOW);
            assert_eq!((read.name, read.value), (name, value), "{line}");
        }
    }

    #[test]
    fn how_long_it_is_kept_is_what_browsers_make_of_it() {
        let after = |seconds| Life::Until(Timestamp::from_seconds(NOW.as_seconds() + seconds));
        let cap = after(34_560_000);
        for (attributes, life) in [
            ("Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=3600", after(3600)),
            ("Max-Age=0; Expires=Wed, 01 Jan 2031 00:00:00 GMT", Life::Deletes),
            ("Max-Age=315360000", cap),
            ("Expires=Fri, 01 Jan 2099 00:00:00 GMT", cap),
            ("Max-Age=99999999999999999999", cap),
            ("Max-Age=-99999999999999999999", Life::Deletes),
            ("Max-Age=3.5", Life::Session),
            ("Max-Age=1h", Life::Session),
            ("Max-Age=\"60\"", Life::Session),
            ("Max-Age=+60", Life::Session),
            ("Max-Age=-1", Life::Deletes),
            ("Max-Age=", Life::Session),
            ("Expires=2030-01-01T00:00:00Z", Life::Session),
            ("Expires=tomorrow", Life::Session),
            ("Max-Age=1h; Expires=Thu, 01 Jan 1970 00:00:00 GMT", Life::Deletes),
            ("Secure", Life::Session),
        ] {
            assert_eq!(SetCookie::read(&format!("a=1; {attributes}"), NOW).life, life, "{attributes}");
        }
    }

    #[test]
    fn name_domain_and_path_make_a_cookie() {
        let first = SetCookie::read("a=1; Domain=.E.test; Path=/", NOW);
        for (line, same) in [
            ("a=2; Domain=e.test; Path=/; Secure", true),
            ("a=2; Path=/", false),
            ("a=2; Domain=e.test", false),
            ("A=2; Domain=e.test; Path=/", false),
        ] {
            assert_eq!(first.is_same_cookie(&SetCookie::read(line, NOW)), same, "{line}");
        }
        assert!(SetCookie::read("a=1; Path=x", NOW).is_same_cookie(&SetCookie::read("a=2", NOW)));
    }
}
