//! The sealed field of every form.
//!
//! It holds where to go afterwards, and is bound to the form's action and to the session, or before sign-in to the nonce of the flow cookie. So
//! a form that another site made, or that was made for somebody else, does nothing. It is good for 12 h.

use std::sync::Arc;
use std::time::Duration;

use cloakroom::cookie::header::find_all;
use cloakroom::cookie::{CookieError, CookieKeys, CookieSpec, Found, MaxAge, SealPurpose, SetCookie};
use cloakroom::session::SessionId;
use cloakroom::{Auth, Random, Timestamp};
use cloakroom_primitives::{decode_base64url_array, encode_base64url};
use http::{HeaderMap, header};

const FORM: SealPurpose = SealPurpose::new("form");
const GOOD_FOR: Duration = Duration::from_hours(12);
const FLOW_FOR: Duration = Duration::from_hours(1);

/// Whose form it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Somebody who is signed in.
    Session(SessionId),
    /// Somebody who is not, known by the nonce of the flow cookie.
    Flow([u8; 32]),
}

/// Seals and opens the field.
#[derive(Clone)]
pub(crate) struct SealedForm {
    keys: CookieKeys,
    random: Arc<dyn Random>,
    flow: Arc<CookieSpec>,
}

impl SealedForm {
    /// Takes the flow cookie's name from the server's base name.
    pub(crate) fn new(auth: &Auth, keys: CookieKeys) -> Result<Self, CookieError> {
        let flow = Arc::new(auth.cookies().host_bound("flow")?);
        Ok(Self { keys, random: Arc::clone(auth.random()), flow })
    }

    /// The nonce of the flow cookie; where there is none, a new one and the cookie that carries it. One that is there is never overwritten:
    /// two sign-in pages in two tabs both work.
    pub(crate) fn flow(&self, headers: &HeaderMap) -> (Owner, Option<SetCookie>) {
        if let Some(owner) = self.flow_in(headers) {
            return (owner, None);
        }
        let mut nonce = [0; 32];
        self.random.fill(&mut nonce);
        let cookie = self.flow.set(encode_base64url(&nonce), Some(MaxAge::new(FLOW_FOR)));
        (Owner::Flow(nonce), cookie.ok())
    }

    /// The nonce that a request brings.
    pub(crate) fn flow_in(&self, headers: &HeaderMap) -> Option<Owner> {
        let values = headers.get_all(header::COOKIE).iter().map(http::HeaderValue::as_bytes);
        let Found::One(text) = find_all(values, self.flow.name()) else { return None };
        decode_base64url_array(text).ok().map(Owner::Flow)
    }

    /// Seals a field for the form `action`.
    pub(crate) fn seal(&self, action: &str, owner: Owner, return_to: &str, now: Timestamp) -> String {
        let value = [owner.bytes().as_slice(), return_to.as_bytes()].concat();
        self.keys.seal(&*self.random, FORM, action, &value, now.plus(GOOD_FOR))
    }

    /// Opens a field: where to go afterwards, if it is this owner's for this action and still good.
    pub(crate) fn open(&self, action: &str, owner: Option<Owner>, field: &str, now: Timestamp) -> Option<String> {
        let opened = self.keys.open(FORM, action, field, now).ok()?;
        let return_to = opened.expose().strip_prefix(owner?.bytes().as_slice())?;
        String::from_utf8(return_to.to_vec()).ok()
    }
}

impl Owner {
    /// A kind and 32 bytes, so that no owner's bytes begin another's.
    fn bytes(self) -> [u8; 33] {
        let mut bytes = [0; 33];
        match self {
            Self::Session(id) => {
                bytes[0] = 1;
                bytes[1..17].copy_from_slice(id.as_bytes());
            }
            Self::Flow(nonce) => {
                bytes[0] = 2;
                bytes[1..].copy_from_slice(&nonce);
            }
        }
        bytes
    }
}

/// The longest way back that a form carries.
const LONGEST_WAY_BACK: usize = 2_048;

/// Where a person may be sent back to: a path of this server, or its home.
pub(crate) fn return_to<'a>(asked: Option<&'a str>, home: &'a str) -> &'a str {
    asked.filter(|path| path.len() <= LONGEST_WAY_BACK && cloakroom::is_own_path(path)).unwrap_or(home)
}

#[cfg(test)]
mod tests {
    use cloakroom::session::MemoryStore;
    use cloakroom::{MasterKey, MasterKeys, SeededRandom};

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn forms() -> SealedForm {
        let auth = Auth::builder("http://localhost:8080".parse().unwrap()).sessions(MemoryStore::new()).build().unwrap();
        SealedForm::new(&auth, CookieKeys::from_master(&MasterKeys::of(MasterKey::generate(&SeededRandom::new(1))))).unwrap()
    }

    #[test]
    fn a_field_is_good_for_its_owner_its_action_and_its_time_alone() {
        let (forms, mine) = (forms(), Owner::Session(SessionId::from_bytes([1; 16])));
        let field = forms.seal("login", mine, "/account", NOW);
        assert_eq!(forms.open("login", Some(mine), &field, NOW), Some("/account".to_owned()));
        let theirs = Owner::Session(SessionId::from_bytes([2; 16]));
        for (action, owner, now) in [
            ("logout", Some(mine), NOW),
            ("login", Some(theirs), NOW),
            ("login", Some(Owner::Flow([1; 32])), NOW),
            ("login", None, NOW),
            ("login", Some(mine), NOW.plus(GOOD_FOR)),
        ] {
            assert_eq!(forms.open(action, owner, &field, now), None, "{action} {owner:?}");
        }
    }

    #[test]
    fn a_flow_cookie_that_is_there_is_never_overwritten() {
        let forms = forms();
        let (owner, cookie) = forms.flow(&HeaderMap::new());
        let pair = cookie.unwrap().to_header_value();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, pair.split(';').next().unwrap().parse().unwrap());
        let (again, cookie) = forms.flow(&headers);
        assert_eq!((again, cookie.is_none()), (owner, true));
    }

    #[test]
    fn a_way_back_that_is_not_ours_leads_home() {
        assert_eq!(return_to(Some("/orders?x=1"), "/account"), "/orders?x=1");
        for foreign in [None, Some("//evil.example"), Some("https://evil.example"), Some("/\\evil.example"), Some("")] {
            assert_eq!(return_to(foreign, "/account"), "/account", "{foreign:?}");
        }
    }
}
