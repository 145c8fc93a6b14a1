//! The known-device cookie: our pages set it at sign-in, the API only reads it.

use std::sync::Arc;

use cloakroom::cookie::header::find_all;
use cloakroom::cookie::{CookieError, CookieKeys, CookieSpec, Found, MaxAge, SetCookie};
use cloakroom::session::UserId;
use cloakroom::{Auth, Random, Timestamp};
use http::{HeaderMap, header};

use crate::device::{KNOWN_FOR, KnownDevice};

/// Reads and issues the cookie.
#[derive(Clone)]
pub(crate) struct DeviceCookie {
    spec: Arc<CookieSpec>,
    keys: CookieKeys,
    random: Arc<dyn Random>,
}

impl DeviceCookie {
    /// Takes its name from the server's base name.
    pub(crate) fn new(auth: &Auth, keys: CookieKeys) -> Result<Self, CookieError> {
        let spec = Arc::new(auth.cookies().host_bound("device")?);
        Ok(Self { spec, keys, random: Arc::clone(auth.random()) })
    }

    /// The device that a request's cookie names, if it is one of ours and still good.
    pub(crate) fn read(&self, headers: &HeaderMap, now: Timestamp) -> Option<KnownDevice> {
        let values = headers.get_all(header::COOKIE).iter().map(http::HeaderValue::as_bytes);
        let Found::One(value) = find_all(values, self.spec.name()) else { return None };
        KnownDevice::read(&self.keys, self.spec.name().as_str(), value, now)
    }

    /// The cookie for a device on which `user` has signed in; a device that is known already keeps its id.
    pub(crate) fn issue(&self, known: Option<KnownDevice>, user: &UserId, now: Timestamp) -> Result<SetCookie, CookieError> {
        let device = known
            .filter(|device| device.of_user(user).is_some())
            .unwrap_or_else(|| KnownDevice::new(user.clone(), &*self.random));
        let value = device.issue(&self.keys, &*self.random, self.spec.name().as_str(), now);
        self.spec.set(value, Some(MaxAge::new(KNOWN_FOR)))
    }
}
