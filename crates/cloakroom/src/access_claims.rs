//! What our access tokens say (RFC 9068).

use std::sync::Arc;
use std::time::Duration;

use cloakroom_jwt::{Audience, Claims, NumericDate, Registered};
use cloakroom_primitives::{Random, Timestamp, encode_base64url};
use cloakroom_session::{AuthMethods, ClientId, Scopes, Session, SessionId, UserId};
use serde::{Deserialize, Serialize};

/// The type of our access tokens, as the header has it.
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// The payload of an access token.
///
/// Times are whole seconds, rounded down. There is no `nbf`: a clock that is a second behind would refuse a fresh token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// The issuer: the public origin.
    pub iss: String,
    /// Whose it is.
    pub sub: UserId,
    /// Who may take it; we issue exactly one.
    pub aud: Audience,
    /// The session it hangs under. Only an application without sessions issues tokens that have none: nothing can end those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
    /// Names this very token: 16 random bytes.
    pub jti: String,
    /// The app it was issued to.
    pub client_id: ClientId,
    /// When the user proved who they are.
    pub auth_time: NumericDate,
    /// When it was issued.
    pub iat: NumericDate,
    /// When it ceases to be good.
    pub exp: NumericDate,
    /// How the user proved who they are.
    pub amr: AuthMethods,
    /// What it may do; absent when that is nothing in particular.
    #[serde(default, skip_serializing_if = "Scopes::is_empty")]
    pub scope: Scopes,
}

impl Claims for AccessClaims {
    fn registered(&self) -> Registered<'_> {
        Registered { iss: Some(&self.iss), aud: Some(&self.aud), exp: Some(self.exp), nbf: None }
    }
}

/// Who asks for a token, and for what.
#[derive(Clone, Debug)]
pub(crate) struct Grant<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a Arc<str>,
    pub(crate) scopes: Scopes,
    pub(crate) lifetime: Duration,
    /// A token for a passive request ends with the idle deadline: else a page that polls would outlive it.
    pub(crate) not_after: Timestamp,
}

impl AccessClaims {
    /// The claims of a token for a session.
    pub(crate) fn of_session(session: &Session, grant: Grant<'_>, random: &dyn Random, now: Timestamp) -> Self {
        let exp = now.plus(grant.lifetime).min(session.absolute_ends_at).min(grant.not_after);
        Self {
            iss: grant.issuer.to_owned(),
            sub: session.user.clone(),
            aud: Audience::One(grant.audience.to_string()),
            sid: Some(session.id),
            jti: token_id(random),
            client_id: session.client.clone(),
            auth_time: NumericDate::at(session.authenticated_at),
            iat: NumericDate::at(now),
            exp: NumericDate::at(exp),
            amr: session.methods.clone(),
            scope: grant.scopes,
        }
    }

    /// The first moment at which the token is not good any more.
    pub fn expires_at(&self) -> Timestamp {
        self.exp.timestamp()
    }

    /// The one audience of a token of ours.
    pub fn audience(&self) -> &str {
        match &self.aud {
            Audience::One(one) => one,
            Audience::Many(many) => many.first().map_or("", String::as_str),
        }
    }
}

pub(crate) fn token_id(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    encode_base64url(&bytes)
}
