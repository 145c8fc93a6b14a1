//! A value under the lens: everything that several rows ask about it, worked out once.

use std::cell::OnceCell;

use cloakroom_primitives::Timestamp;
use serde_json::{Map, Value};

use super::encoding::{self, Decoded};
use super::jose;
use super::json;
use super::names::BareName;
use super::saml;
use crate::classified::Place;
use crate::inside::{Jose, Payload, Saml};

/// A value, where it stood, and what can be seen in it.
pub(crate) struct Specimen<'a> {
    /// The value, cleaned of quotes and percent-encoding, and of an ellipsis at its end.
    pub(crate) value: &'a str,
    /// Where it stood.
    pub(crate) place: &'a Place,
    /// The moment everything is judged at.
    pub(crate) now: Timestamp,
    jose: OnceCell<Option<Jose>>,
    decoded: OnceCell<Option<Decoded>>,
    json: OnceCell<Option<Value>>,
    saml: OnceCell<Option<Saml>>,
}

impl<'a> Specimen<'a> {
    pub(crate) fn new(value: &'a str, place: &'a Place, now: Timestamp) -> Self {
        Self { value, place, now, jose: OnceCell::new(), decoded: OnceCell::new(), json: OnceCell::new(), saml: OnceCell::new() }
    }

    /// The value as JWS or JWE.
    pub(crate) fn jose(&self) -> Option<&Jose> {
        self.jose.get_or_init(|| jose::parse(self.value)).as_ref()
    }

    /// The token, when it is signed and carries claims.
    pub(crate) fn jwt(&self) -> Option<&Jose> {
        self.jose().filter(|jose| matches!(jose.payload, Payload::Claims | Payload::Cut | Payload::Missing | Payload::Blanked))
    }

    /// The bytes that the whole value spells in base64.
    pub(crate) fn decoded(&self) -> Option<&Decoded> {
        self.decoded.get_or_init(|| encoding::base64(self.value)).as_ref()
    }

    /// The bytes that the whole value spells in base64; none when it is something else.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.decoded().map_or(&[], |decoded| &decoded.bytes)
    }

    /// The text that the whole value spells in base64.
    pub(crate) fn decoded_text(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()).ok().filter(|text| !text.is_empty())
    }

    /// The JSON object or array that the value spells in base64, or is, where it does not stand alone.
    pub(crate) fn json(&self) -> Option<&Value> {
        self.json
            .get_or_init(|| {
                let text = match self.decoded_text() {
                    Some(text) => text,
                    None => self.value,
                };
                let is_structure = text.trim_start().starts_with(['{', '[']);
                is_structure.then(|| json::read(text).ok()).flatten().map(|read| read.value)
            })
            .as_ref()
    }

    /// The members, when it is a JSON object.
    pub(crate) fn members(&self) -> Option<&Map<String, Value>> {
        self.json()?.as_object()
    }

    /// The SAML message that the value spells in base64, deflated or not.
    pub(crate) fn saml(&self) -> Option<&Saml> {
        self.saml.get_or_init(|| saml::parse(self.bytes())).as_ref()
    }

    /// The cookie's name, when it stood in one.
    pub(crate) fn cookie(&self) -> Option<BareName<'a>> {
        match self.place {
            Place::Cookie { name, .. } => Some(BareName::of(name)),
            _ => None,
        }
    }

    /// The field's name, when it stood in one.
    pub(crate) fn field(&self) -> Option<&'a str> {
        match self.place {
            Place::Field { name } => Some(name),
            _ => None,
        }
    }

    /// The header's name in lower case, when it stood in one.
    pub(crate) fn header(&self) -> Option<&'a str> {
        match self.place {
            Place::Header { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The authentication scheme in lower case.
    pub(crate) fn scheme(&self) -> Option<&'a str> {
        match self.place {
            Place::Header { scheme, .. } => scheme.as_deref(),
            _ => None,
        }
    }

    /// Whether the cookie's name carries the number of a chunk.
    pub(crate) fn has_chunk_name(&self) -> bool {
        self.cookie().is_some_and(|name| name.unchunked.is_some())
    }
}
