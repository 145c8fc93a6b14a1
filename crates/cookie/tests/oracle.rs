//! Checks what this crate writes and reads against the `cookie` crate, which shares no code with it.

use std::time::Duration;

use cloakroom_cookie::{
    Attributes, CookieName, CookieSpec, Domain, Found, MaxAge, Partitioned, Path, SameSite, SetCookie, SetCookieBuilder, header,
};
use proptest::prelude::*;

const NAME: &str = "(__Secure-|__Host-|__Http-|__Host-Http-|__host-)?[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}";
const VALUE: &str = "[!#-+\\--:<-\\[\\]-~]{0,24}";
const FEW: &str = "[abc]|__Host-a";
const SOUP: &[&str] = &["a", "b", "=", ";", "; ", " ;", "\t;", "\"", "a=", ";a=", "ä", ",", "$"];

fn attributes() -> impl Strategy<Value = Attributes> {
    let path = prop::option::of("/[!-:<-~]{0,16}".prop_map(|text| Path::new(text).expect("a path of ours")));
    let domain = prop::option::of(
        "[a-z0-9]{1,8}(\\.[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?){0,3}".prop_map(|text| Domain::new(&text).expect("a host name")),
    );
    let same_site = prop::option::of(prop::sample::select(&[SameSite::Strict, SameSite::Lax, SameSite::None][..]));
    let partitioned = prop::option::of(Just(Partitioned));
    (path, domain, prop::bool::weighted(0.8), any::<bool>(), same_site, partitioned).prop_map(
        |(path, domain, secure, http_only, same_site, partitioned)| Attributes {
            path,
            domain,
            secure,
            http_only,
            same_site,
            partitioned,
        },
    )
}

/// A name with attributes that fulfil its prefix.
fn conforming() -> impl Strategy<Value = (String, Attributes)> {
    (NAME, attributes()).prop_map(|(name, mut attributes)| {
        let prefix = CookieName::new(name.as_str()).expect("a token").prefix();
        let cross_site = attributes.same_site == Some(SameSite::None) || attributes.partitioned.is_some();
        attributes.secure |= prefix.demands_secure() || cross_site;
        attributes.http_only |= prefix.demands_http_only();
        if prefix.demands_whole_host() {
            attributes.path = Some(Path::root());
            attributes.domain = None;
        }
        (name, attributes)
    })
}

fn max_age() -> impl Strategy<Value = Option<MaxAge>> {
    prop::option::of((0..40_000_000_u64).prop_map(|seconds| MaxAge::new(Duration::from_secs(seconds))))
}

/// The same cookie, made by the oracle.
fn theirs(name: &str, value: &str, attributes: &Attributes, max_age: Option<MaxAge>) -> cookie::Cookie<'static> {
    let mut cookie = cookie::Cookie::new(name.to_owned(), value.to_owned());
    if let Some(path) = &attributes.path {
        cookie.set_path(path.as_str().to_owned());
    }
    if let Some(domain) = &attributes.domain {
        cookie.set_domain(domain.as_str().to_owned());
    }
    if attributes.secure {
        cookie.set_secure(true);
    }
    if attributes.http_only {
        cookie.set_http_only(true);
    }
    cookie.set_same_site(attributes.same_site.map(|same_site| match same_site {
        SameSite::Strict => cookie::SameSite::Strict,
        SameSite::Lax => cookie::SameSite::Lax,
        SameSite::None => cookie::SameSite::None,
    }));
    if attributes.partitioned.is_some() {
        cookie.set_partitioned(true);
    }
    cookie.set_max_age(max_age.map(|max_age| cookie::time::Duration::seconds(i64::from(max_age.as_seconds()))));
    cookie
}

/// The parts of a `Set-Cookie` value: its pair first, then the attributes in no order.
fn parts(printed: &str) -> (&str, Vec<&str>) {
    let (pair, attributes) = printed.split_once("; ").unwrap_or((printed, ""));
    let mut attributes: Vec<_> = attributes.split("; ").filter(|attribute| !attribute.is_empty()).collect();
    attributes.sort_unstable();
    (pair, attributes)
}

proptest! {
    #[test]
    fn the_oracle_reads_what_we_print((name, attributes) in conforming(), value in VALUE, max_age in max_age()) {
        let spec = CookieSpec::new(CookieName::new(name.as_str()).unwrap(), attributes.clone()).unwrap();
        let set = spec.set(value.as_str(), max_age).unwrap().to_header_value();
        prop_assert_eq!(cookie::Cookie::parse(set.as_str()).unwrap(), theirs(&name, &value, &attributes, max_age), "{}", set);
        let clear = spec.clear().to_header_value();
        let gone = theirs(&name, "", &attributes, Some(MaxAge::ZERO));
        prop_assert_eq!(cookie::Cookie::parse(clear.as_str()).unwrap(), gone, "{}", clear);
    }

    #[test]
    fn we_print_what_the_oracle_prints((name, attributes) in conforming(), value in VALUE, max_age in max_age()) {
        let spec = CookieSpec::new(CookieName::new(name.as_str()).unwrap(), attributes.clone()).unwrap();
        let ours = spec.set(value.as_str(), max_age).unwrap().to_header_value();
        let theirs = theirs(&name, &value, &attributes, max_age).to_string();
        prop_assert_eq!(parts(&ours), parts(&theirs));
    }

    #[test]
    fn builder_and_spec_agree_on_every_cookie(
        name in NAME,
        value in "[ -~]{0,8}",
        attributes in attributes(),
        max_age in max_age(),
    ) {
        let name = CookieName::new(name).unwrap();
        let Attributes { path, domain, secure, http_only, same_site, partitioned } = attributes.clone();
        let mut builder = SetCookie::build(name.clone(), value.as_str());
        builder = path.into_iter().fold(builder, SetCookieBuilder::path);
        builder = domain.into_iter().fold(builder, SetCookieBuilder::domain);
        builder = same_site.into_iter().fold(builder, SetCookieBuilder::same_site);
        builder = max_age.into_iter().fold(builder, SetCookieBuilder::max_age);
        if secure {
            builder = builder.secure();
        }
        if http_only {
            builder = builder.http_only();
        }
        if partitioned.is_some() {
            builder = builder.partitioned();
        }
        let print = |cookie: SetCookie| cookie.to_header_value();
        let built = builder.finish().map(print);
        let set = CookieSpec::new(name, attributes).and_then(|spec| spec.set(value, max_age)).map(print);
        prop_assert_eq!(built, set);
    }

    #[test]
    fn we_read_what_the_oracle_sends(cookies in prop::collection::vec((FEW, VALUE), 0..6), wanted in FEW) {
        let send = |(name, value): &(String, String)| cookie::Cookie::new(name, value).stripped().to_string();
        let sent: Vec<String> = cookies.iter().map(send).collect();
        let header = sent.join("; ");
        let name = CookieName::new(wanted.as_str()).unwrap();
        let expected: Vec<&str> = cookies.iter().filter(|(name, _)| *name == wanted).map(|(_, value)| value.as_str()).collect();
        prop_assert_eq!(header::values([header.as_bytes()], &name).collect::<Vec<_>>(), expected.clone());
        prop_assert_eq!(header::values(sent.iter().map(String::as_bytes), &name).collect::<Vec<_>>(), expected.clone());
        let found = match expected[..] {
            [] => Found::Absent,
            [value] => Found::One(value),
            _ => Found::Duplicate,
        };
        prop_assert_eq!(header::find_all([header.as_bytes()], &name), found);
    }

    /// The oracle also trims around `=`, which no browser sends; elsewhere both read the same out of any soup.
    #[test]
    fn we_read_a_messy_header_as_the_oracle_does(
        pieces in prop::collection::vec(prop::sample::select(SOUP), 0..16)
    ) {
        let header = pieces.concat();
        let name = CookieName::new("a").unwrap();
        let expected: Vec<String> = cookie::Cookie::split_parse(header.as_str())
            .filter_map(Result::ok)
            .filter(|cookie| cookie.name() == "a")
            .map(|cookie| cookie.value().to_owned())
            .collect();
        prop_assert_eq!(header::values([header.as_bytes()], &name).collect::<Vec<_>>(), expected);
    }
}
