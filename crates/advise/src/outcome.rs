//! The ten answers there are for one app, and sets of them.
//!
//! An outcome says two things: what the client holds (the cell) and how the servers learn who is calling. The order of the outcomes is
//! the order of ties: of two that weigh the same, the one with fewer moving parts is taken.

use serde::{Serialize, Serializer};

/// What fits an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// A session in a cookie; the server that answers looks it up.
    Cookie,
    /// A session token in the `Authorization` header; the server that answers looks it up.
    Token,
    /// A session in a cookie up to the edge, a short JWT inside.
    CookieExchange,
    /// A session token up to the proxy, a short JWT inside.
    TokenExchange,
    /// A session in a cookie, and short JWTs that the page holds in memory.
    CookiePageToken,
    /// An access token and a refresh token in the client.
    Jwt,
    /// A JWT in an `HttpOnly` cookie.
    JwtCookie,
    /// A session token in the header; each server asks.
    TokenIntrospect,
    /// A JWT in the header; the server behind the gate asks as well.
    JwtIntrospect,
    /// Not Cloakroom, or not for this app.
    None,
}

impl Outcome {
    /// Every outcome, in the order of ties.
    pub const ALL: [Self; 10] = [
        Self::Cookie,
        Self::Token,
        Self::CookieExchange,
        Self::TokenExchange,
        Self::CookiePageToken,
        Self::Jwt,
        Self::JwtCookie,
        Self::TokenIntrospect,
        Self::JwtIntrospect,
        Self::None,
    ];

    /// Its word, as rules and answers write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Token => "token",
            Self::CookieExchange => "cookie+exchange",
            Self::TokenExchange => "token+exchange",
            Self::CookiePageToken => "cookie+page_token",
            Self::Jwt => "jwt",
            Self::JwtCookie => "jwt_cookie",
            Self::TokenIntrospect => "token+introspect",
            Self::JwtIntrospect => "jwt+introspect",
            Self::None => "none",
        }
    }

    /// The cell a client of it uses; `None` where Cloakroom is not used.
    pub const fn cell(self) -> Option<&'static str> {
        match self {
            Self::Cookie | Self::CookieExchange | Self::CookiePageToken => Some("cookie"),
            Self::Token | Self::TokenExchange | Self::TokenIntrospect => Some("token"),
            Self::Jwt | Self::JwtIntrospect => Some("jwt"),
            Self::JwtCookie => Some("jwt_cookie"),
            Self::None => None,
        }
    }

    /// What it is, in one sentence.
    pub const fn say(self) -> &'static str {
        match self {
            Self::Cookie => {
                "Session in a cookie. The server that answers looks the session up (crate, shared host, or forward-auth)."
            }
            Self::Token => {
                "Session token in the Authorization header. The server that answers looks it up (crate or forward-auth)."
            }
            Self::CookieExchange => {
                "Session in a cookie up to the edge (proxy or the app's own server); inside, a short JWT with the inner service's \
                 audience."
            }
            Self::TokenExchange => "Session token up to the proxy; inside, a short JWT (the 'phantom token').",
            Self::CookiePageToken => {
                "Session in a cookie; the page asks Cloakroom for a short JWT per audience, holds it in memory and calls the other \
                 servers itself (a 'token-mediating back end')."
            }
            Self::Jwt => "Access token (JWT) and refresh token in the client; servers check the signature themselves.",
            Self::JwtCookie => "JWT in an HttpOnly cookie plus a refresh cookie; servers check the signature themselves.",
            Self::TokenIntrospect => "Session token in the header; each server asks Cloakroom (RFC 7662).",
            Self::JwtIntrospect => {
                "JWT in the header, checked at the gate by signature; the server behind also asks Cloakroom, so ending is seen at once."
            }
            Self::None => "Not Cloakroom (or not for this app): keep or use what is named.",
        }
    }

    /// Whether servers decide by a signature alone, so that a sign-out reaches them as news or not at all.
    pub const fn is_checked_locally(self) -> bool {
        matches!(self, Self::Jwt | Self::JwtCookie | Self::CookiePageToken)
    }

    /// Whether the client, or its page, holds a JWT.
    pub const fn client_holds_jwt(self) -> bool {
        self.is_checked_locally() || matches!(self, Self::JwtIntrospect)
    }

    /// Whether the edge swaps the session for a JWT.
    pub const fn is_exchange(self) -> bool {
        matches!(self, Self::CookieExchange | Self::TokenExchange)
    }

    /// Whether some server has to take a JWT.
    pub const fn servers_take_jwt(self) -> bool {
        self.client_holds_jwt() || self.is_exchange()
    }

    /// Whether a refresh token hangs under the session.
    pub const fn has_refresh_family(self) -> bool {
        matches!(self, Self::Jwt | Self::JwtCookie | Self::JwtIntrospect)
    }

    /// Whether what the client holds travels in a cookie.
    pub const fn travels_in_cookie(self) -> bool {
        matches!(self, Self::Cookie | Self::CookieExchange | Self::CookiePageToken | Self::JwtCookie)
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// A set of outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OutcomeSet(u16);

impl OutcomeSet {
    pub(crate) const EMPTY: Self = Self(0);
    pub(crate) const ALL: Self = Self((1 << Outcome::ALL.len()) - 1);

    pub(crate) const fn of(outcome: Outcome) -> Self {
        Self(1 << outcome as u16)
    }

    pub(crate) const fn has(self, outcome: Outcome) -> bool {
        self.0 & (1 << outcome as u16) != 0
    }

    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Outcome> {
        Outcome::ALL.into_iter().filter(move |outcome| self.has(*outcome))
    }

    /// Reads words and globs, apart by spaces; `None` when one of them is neither. A star stands for any end or beginning.
    ///
    /// `cookie*` is the three that hold the session cookie: `jwt_cookie` does not begin with that word, and is never among them.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.split(' ').try_fold(Self::EMPTY, |set, glob| {
            let fits = |outcome: &Outcome| match (glob.strip_suffix('*'), glob.strip_prefix('*')) {
                (Some(start), _) => outcome.word().starts_with(start),
                (_, Some(end)) => outcome.word().ends_with(end),
                _ => outcome.word() == glob,
            };
            let found =
                Outcome::ALL.iter().filter(|outcome| fits(outcome)).fold(Self::EMPTY, |found, o| found.with(Self::of(*o)));
            (!found.is_empty()).then(|| set.with(found))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_stands_for_the_outcomes_it_names() {
        for (text, words) in [
            ("cookie*", &["cookie", "cookie+exchange", "cookie+page_token"][..]),
            ("token*", &["token", "token+exchange", "token+introspect"]),
            ("*+exchange", &["cookie+exchange", "token+exchange"]),
            ("*+introspect", &["token+introspect", "jwt+introspect"]),
            ("jwt*", &["jwt", "jwt_cookie", "jwt+introspect"]),
            ("jwt none", &["jwt", "none"]),
        ] {
            let found: Vec<_> = OutcomeSet::parse(text).unwrap().iter().map(Outcome::word).collect();
            assert_eq!(found, words, "{text}");
        }
        assert!(["cokie", "", "jwt ", "x*"].iter().all(|text| OutcomeSet::parse(text).is_none()));
    }
}
