//! What a thief has: a copy of a credential, and nothing of the browser or the app that it was copied from.

use crate::lab::http::Request;

/// A credential outside its client.
#[derive(Clone, Debug)]
pub(crate) struct Copied {
    /// The header that carries it, and its value.
    pub(crate) header: Option<(&'static str, String)>,
}

impl Copied {
    /// All credentials that travelled with a request.
    pub(crate) fn from_wire(request: &Request) -> Self {
        let header = request.headers.iter().find(|(name, _)| matches!(*name, "Cookie" | "Authorization"));
        Self { header: header.cloned() }
    }

    /// A token in an `Authorization` header.
    pub(crate) fn bearer(token: &str) -> Self {
        Self { header: Some(("Authorization", format!("Bearer {token}"))) }
    }

    /// A value for the `Cookie` header.
    pub(crate) fn cookies(value: String) -> Self {
        Self { header: Some(("Cookie", value)).filter(|(_, value)| !value.is_empty()) }
    }

    /// A request with the copy. The thief says of itself what a browser on the page would say, since nothing stops it.
    pub(crate) fn request(&self, method: &'static str, host: &str, target: &str) -> Request {
        let mut request = Request::new(method, host, target).header("User-Agent", "curl/8.15.0").header("Accept", "*/*");
        if let Some((name, value)) = &self.header {
            request = request.header(name, value.clone());
            if *name == "Cookie" {
                request = request.header("Sec-Fetch-Site", "same-origin");
            }
        }
        request
    }

    /// The copy with one character of its secret, or of the claims of a JWT, changed.
    pub(crate) fn edited(&self, edit: impl Fn(&str) -> String) -> Self {
        Self { header: self.header.as_ref().map(|(name, value)| (*name, edit(value))) }
    }
}
