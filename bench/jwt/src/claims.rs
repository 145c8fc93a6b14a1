//! The claims of an access token (RFC 9068), as the server writes them.

use std::time::Duration;

use cloakroom_jwt::{Audience, Claims, Expectation, NumericDate, Registered};
use cloakroom_primitives::Timestamp;
use serde::{Deserialize, Serialize};

/// The moment at which the tokens are good.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
pub(crate) const ISSUER: &str = "https://id.example.com";
pub(crate) const AUDIENCE: &str = "https://api.example.com";

/// An access token's payload.
#[derive(Clone, Serialize, Deserialize)]
pub struct AccessClaims {
    iss: String,
    sub: String,
    aud: Audience,
    sid: String,
    jti: String,
    client_id: String,
    auth_time: NumericDate,
    iat: NumericDate,
    exp: NumericDate,
    amr: Vec<String>,
    scope: String,
}

impl AccessClaims {
    /// The claims of the token with that number.
    pub(crate) fn numbered(number: usize) -> Self {
        let date = NumericDate::at(NOW);
        Self {
            iss: ISSUER.to_owned(),
            sub: "AZmKpQH3dkC0Yc3h2rQ1Zw".to_owned(),
            aud: Audience::One(AUDIENCE.to_owned()),
            sid: "AZmKpQH4e3yTq0b8nXo0uA".to_owned(),
            jti: format!("{number:022}"),
            client_id: "web".to_owned(),
            auth_time: date,
            iat: date,
            exp: NumericDate::at(NOW.plus(Duration::from_mins(5))),
            amr: vec!["pwd".to_owned()],
            scope: "orders:read orders:write".to_owned(),
        }
    }
}

impl Claims for AccessClaims {
    fn registered(&self) -> Registered<'_> {
        Registered { iss: Some(&self.iss), aud: Some(&self.aud), exp: Some(self.exp), nbf: None }
    }
}

pub(crate) fn expectation() -> Expectation {
    Expectation {
        issuer: ISSUER.to_owned(),
        audiences: vec![AUDIENCE.to_owned()],
        typ: "at+jwt".to_owned(),
        leeway: Duration::ZERO,
    }
}
