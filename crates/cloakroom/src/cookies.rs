//! Our cookies: one base name, one set of attributes, two modes that ignore each other's names.
//!
//! 1. Names derive from a base name, so that a second server on another port of localhost (ports share cookies) keeps apart.
//! 2. `__Host-Http-` binds a cookie to this host and to HTTP: no sibling and no script can plant it. The refresh cookie is limited to its
//!    path, which `__Host-` forbids, so it is `__Secure-`, and a planted one is met by the rule of [`token_pair`](crate::token_pair).
//! 3. Without TLS (`insecure_http_cookies`) there is no prefix and no `Secure`; such names mean nothing in the other mode.

use cloakroom_cookie::{Attributes, CookieError, CookieName, CookieSpec, Path, SameSite};

/// Whether cookies are kept to TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieSecurity {
    /// Prefix and `Secure`. Browsers take such cookies on localhost without TLS too, Safari from version 26.
    Strict,
    /// Neither: for plain HTTP to another machine. Whoever listens on the way can read them.
    InsecureHttp,
}

/// The cookies of the two cookie cells, and how the names of others are made.
#[derive(Clone, Debug)]
pub struct CookieCatalog {
    base: String,
    security: CookieSecurity,
    session: CookieSpec,
    jwt: CookieSpec,
    refresh: CookieSpec,
}

impl CookieCatalog {
    /// Derives all from a base name; the refresh cookie travels below `session_path` alone. Fails when either cannot stand in a cookie.
    pub fn new(base: &str, security: CookieSecurity, session_path: &str) -> Result<Self, CookieError> {
        let host_bound = |suffix: &str| spec(security, "__Host-Http-", &format!("{base}{suffix}"), Path::root());
        Ok(Self {
            session: host_bound("")?,
            jwt: host_bound("-jwt")?,
            refresh: spec(security, "__Secure-", &format!("{base}-refresh"), Path::new(session_path)?)?,
            base: base.to_owned(),
            security,
        })
    }

    /// The session token of the cell `cookie`.
    pub fn session(&self) -> &CookieSpec {
        &self.session
    }

    /// The JWT of the cell `jwt_cookie`.
    pub fn jwt(&self) -> &CookieSpec {
        &self.jwt
    }

    /// The refresh token of the cell `jwt_cookie`.
    pub fn refresh(&self) -> &CookieSpec {
        &self.refresh
    }

    /// One more cookie for the whole host, named after the base name and `suffix`.
    pub fn host_bound(&self, suffix: &str) -> Result<CookieSpec, CookieError> {
        spec(self.security, "__Host-Http-", &format!("{}-{suffix}", self.base), Path::root())
    }
}

fn spec(security: CookieSecurity, prefix: &str, name: &str, path: Path) -> Result<CookieSpec, CookieError> {
    let strict = security == CookieSecurity::Strict;
    let name = if strict { format!("{prefix}{name}") } else { name.to_owned() };
    let attributes =
        Attributes { path: Some(path), secure: strict, http_only: true, same_site: Some(SameSite::Lax), ..Attributes::default() };
    CookieSpec::new(CookieName::new(name)?, attributes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(spec: &CookieSpec) -> String {
        spec.set("v", None).unwrap().to_header_value()
    }

    #[test]
    fn each_cookie_has_the_name_and_path_of_the_table() {
        let cookies = CookieCatalog::new("cloakroom", CookieSecurity::Strict, "/api/v1/session").unwrap();
        assert_eq!(written(cookies.session()), "__Host-Http-cloakroom=v; Path=/; Secure; HttpOnly; SameSite=Lax");
        assert_eq!(written(cookies.jwt()), "__Host-Http-cloakroom-jwt=v; Path=/; Secure; HttpOnly; SameSite=Lax");
        assert_eq!(
            written(cookies.refresh()),
            "__Secure-cloakroom-refresh=v; Path=/api/v1/session; Secure; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            written(&cookies.host_bound("flow").unwrap()),
            "__Host-Http-cloakroom-flow=v; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn plain_http_has_names_of_its_own() {
        let cookies = CookieCatalog::new("lab", CookieSecurity::InsecureHttp, "/s").unwrap();
        assert_eq!(written(cookies.session()), "lab=v; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(written(cookies.refresh()), "lab-refresh=v; Path=/s; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_base_name_that_no_cookie_can_have_is_refused() {
        assert!(CookieCatalog::new("a b", CookieSecurity::Strict, "/").is_err());
        assert!(CookieCatalog::new("a", CookieSecurity::Strict, "relative").is_err());
    }
}
