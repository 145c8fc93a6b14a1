//! Addresses (URLs) as pasted: split, never resolved, never fetched.

use super::parameters::{Parameter, parameters};

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `http`, `ws`: readable by everyone on the way.
    Http,
    /// `https`, `wss`.
    Https,
}

impl Scheme {
    /// The word of the answer.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// Reads `http`, `https`, `ws` or `wss`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [("https", Self::Https), ("http", Self::Http), ("wss", Self::Https), ("ws", Self::Http)]
            .into_iter()
            .find_map(|(word, scheme)| word.eq_ignore_ascii_case(text).then_some(scheme))
    }
}

/// An address in its pieces; every piece is a slice of what was pasted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address<'t> {
    /// How, when the address says.
    pub(crate) scheme: Option<Scheme>,
    /// User name before the `@`.
    pub(crate) user: Option<&'t str>,
    /// Password before the `@`.
    pub(crate) password: Option<&'t str>,
    /// Host without port and brackets, as written.
    pub(crate) host: Option<&'t str>,
    /// Port.
    pub(crate) port: Option<&'t str>,
    /// From the first `/`; may be empty.
    pub(crate) path: &'t str,
    /// Without the `?`.
    pub(crate) query: Option<&'t str>,
    /// Without the `#`.
    pub(crate) fragment: Option<&'t str>,
}

impl<'t> Address<'t> {
    /// Splits `text`: a whole address, or a path with what follows it (RFC 3986 §3).
    pub(crate) fn split(text: &'t str) -> Self {
        let mut address = Self::default();
        let (rest, fragment) = cut(text, '#');
        let (rest, query) = cut(rest, '?');
        address.fragment = fragment;
        address.query = query;
        address.path = rest;
        let is_scheme = |word: &str| word.starts_with(|char: char| char.is_ascii_alphabetic()) && !word.contains(['/', '@']);
        if let Some((scheme, after)) = rest.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) {
            address.scheme = Scheme::parse(scheme);
            let authority_end = after.find('/').unwrap_or(after.len());
            address.path = &after[authority_end..];
            address.take_authority(&after[..authority_end]);
        }
        address
    }

    fn take_authority(&mut self, authority: &'t str) {
        let host = match authority.rsplit_once('@') {
            Some((userinfo, host)) => {
                let (user, password) = cut(userinfo, ':');
                self.user = Some(user).filter(|user| !user.is_empty());
                self.password = password.filter(|password| !password.is_empty());
                host
            }
            None => authority,
        };
        let (host, port) = split_port(host);
        self.host = Some(host).filter(|host| !host.is_empty());
        self.port = port;
    }

    /// The host in lower case.
    pub(crate) fn host_lower(&self) -> Option<String> {
        self.host.map(str::to_ascii_lowercase)
    }

    /// The parameters of the query.
    pub(crate) fn query_parameters(&self) -> Vec<Parameter<'t>> {
        self.query.map(parameters).unwrap_or_default()
    }

    /// The parameters of the fragment, when it holds some.
    pub(crate) fn fragment_parameters(&self) -> Vec<Parameter<'t>> {
        // "#/callback?code=…" is how single-page applications route.
        let fragment = self.fragment.map(|fragment| fragment.rsplit_once('?').map_or(fragment, |(_, query)| query));
        fragment.filter(|fragment| fragment.contains('=')).map(parameters).unwrap_or_default()
    }

    /// The segments of the path that are not empty.
    pub(crate) fn segments(&self) -> impl Iterator<Item = &'t str> {
        let path = self.path;
        path.split(['/', ';']).filter(|segment| !segment.is_empty())
    }
}

/// Host and port of an authority or a `Host` header; IPv6 in brackets.
pub(crate) fn split_port(authority: &str) -> (&str, Option<&str>) {
    if let Some(rest) = authority.strip_prefix('[') {
        return match rest.split_once(']') {
            Some((host, after)) => (host, after.strip_prefix(':')),
            None => (authority, None),
        };
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !host.contains(':') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_falls_into_its_pieces() {
        let address = Address::split("https://ada:pw@App.example.com:8443/a/b;jsessionid=1?x=1&y=%20#/cb?access_token=t");
        assert_eq!(address.scheme, Some(Scheme::Https));
        assert_eq!((address.user, address.password), (Some("ada"), Some("pw")));
        assert_eq!(address.host_lower().as_deref(), Some("app.example.com"));
        assert_eq!((address.port, address.path), (Some("8443"), "/a/b;jsessionid=1"));
        assert_eq!(address.segments().last(), Some("jsessionid=1"));
        assert_eq!(address.query_parameters().len(), 2);
        assert_eq!(address.fragment_parameters()[0].name, "access_token");
    }

    #[test]
    fn a_path_is_no_host() {
        let address = Address::split("/redirect?to=https://e.test");
        assert_eq!((address.scheme, address.host, address.path), (None, None, "/redirect"));
        assert_eq!(Address::split("http://[::1]:80/").host, Some("::1"));
        assert_eq!(Address::split("http://").host, None);
        let database = Address::split("postgres://ada:pw@db.e.test/prod");
        assert_eq!(
            (database.scheme, database.user, database.password, database.host),
            (None, Some("ada"), Some("pw"), Some("db.e.test"))
        );
    }
}
