//! What a client holds after a sign-in.

use cloakroom::session::{Cell, SessionId};

use super::{Answer, JWT_COOKIE};

/// A sign-in to ask for.
pub(crate) struct Order(String);

impl Order {
    pub(crate) fn of(cell: Cell) -> Self {
        Self(format!("/sign-in?cell={}", cell.word()))
    }

    pub(crate) fn remembered(self) -> Self {
        Self(self.0 + "&remember=true")
    }

    pub(crate) fn user(self, user: &str) -> Self {
        Self(self.0 + "&user=" + user)
    }

    pub(crate) fn client(self, client: &str) -> Self {
        Self(self.0 + "&client=" + client)
    }

    pub(crate) fn scopes(self, scopes: &str) -> Self {
        Self(self.0 + "&scopes=" + &scopes.replace(' ', "%20"))
    }

    pub(crate) fn path(self) -> String {
        self.0
    }
}

/// Cookies and tokens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    pub(crate) session: Option<SessionId>,
    pub(crate) cookies: Vec<(String, String)>,
    pub(crate) session_token: Option<String>,
    pub(crate) access_token: Option<String>,
    pub(crate) refresh_token: Option<String>,
}

impl From<&Answer> for Held {
    fn from(answer: &Answer) -> Self {
        let pairs = answer.set_cookies().into_iter().map(|line| line.split(';').next().unwrap().split_once('=').unwrap());
        let set = pairs.filter(|(_, value)| !value.is_empty());
        Self {
            session: answer.text("session").map(|id| id.parse().unwrap()),
            cookies: set.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            session_token: answer.text("session_token"),
            access_token: answer.text("access_token"),
            refresh_token: answer.text("refresh_token"),
        }
    }
}

impl Held {
    pub(crate) fn id(&self) -> SessionId {
        self.session.expect("a sign-in names its session")
    }

    /// What goes into `Authorization: Bearer`.
    pub(crate) fn bearer(&self) -> Option<&str> {
        self.session_token.as_deref().or(self.access_token.as_deref())
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> &str {
        self.cookies.iter().find(|(own, _)| own == name).map(|(_, value)| &**value).expect("that cookie is held")
    }

    /// The JWT, wherever it is.
    pub(crate) fn jwt(&self) -> &str {
        self.access_token.as_deref().unwrap_or_else(|| self.cookie(JWT_COOKIE))
    }

    /// The same without one cookie.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.cookies.retain(|(own, _)| own != name);
        self
    }

    /// The cookies of two sign-ins in one browser.
    pub(crate) fn beside(mut self, other: &Self) -> Self {
        self.cookies.extend_from_slice(&other.cookies);
        self
    }
}
