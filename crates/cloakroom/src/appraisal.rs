//! Whether a credential that somebody only asks about would be taken, and which check would refuse it.
//!
//! 1. It is told to the holder, who is signed in as the user whose credential it is, and to operators. To anybody else it would be an
//!    oracle: a thief could try what was stolen without using it.
//! 2. For a holder the store is asked for what is theirs, by their own id, and for the end of the session that the credential names: ids
//!    are public. Nothing that belongs to somebody else is compared with anything.
//! 3. Each check is the verifier's own, so the answer is what a request would get. Nothing is redeemed, written or counted as use.
//! 4. A session token is judged in the carrier that its session has; that it works in no other is for the reader to be told.

use cloakroom_jwt::{JwtError, NumericDate};
use cloakroom_primitives::{Timestamp, decode_base64url};
use cloakroom_session::{
    Cell, EndCause, Redemption, RefreshFamily, RefreshToken, Refusal, Resumed, Session, SessionId, SessionToken, Usage, UserId,
};
use serde::Deserialize;

use crate::auth::Auth;
use crate::error::AuthError;
use crate::reach::CredentialKind;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum AskedBy<'a> {
    /// Somebody who is signed in as this user.
    Holder(&'a UserId),
    /// Whoever holds the data folder.
    Operator,
}

/// What would become of a credential of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appraisal {
    /// What it is.
    pub kind: CredentialKind,
    /// The check that decides.
    pub check: Check,
    /// Since when the check refuses it, where that is known.
    pub since: Option<Timestamp>,
    /// Why its session ended, where it did.
    pub cause: Option<EndCause>,
}

/// The check that decides about a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// All of them let it pass.
    Live,
    /// A secret that a step-up has just replaced: good for safe methods alone.
    Former,
    /// A refresh token that was spent a moment ago: it gets the same successor again.
    Repeat,
    /// The session was ended.
    SessionEnded,
    /// There is no such session, or none any more.
    Unknown,
    /// The secret is not the session's.
    WrongSecret,
    /// The session was not used for too long.
    Idle,
    /// The session has reached its absolute deadline.
    Outlived,
    /// A refresh token that came after its successor: showing it ends the session.
    Reused,
    /// A refresh token whose session is over.
    Expired,
    /// The text is not a JWT that we read.
    Malformed,
    /// No key of ours has signed it.
    Untrusted,
    /// It was made for another audience or another purpose.
    NotMeantForUs,
    /// Its time has not come.
    NotYetValid,
    /// Its own end has passed.
    TokenExpired,
}

impl Check {
    /// Whether the credential would be taken.
    pub const fn accepts(self) -> bool {
        matches!(self, Self::Live | Self::Former | Self::Repeat)
    }

    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Former => "former",
            Self::Repeat => "repeat",
            Self::SessionEnded => "session_ended",
            Self::Unknown => "unknown",
            Self::WrongSecret => "wrong_secret",
            Self::Idle => "idle",
            Self::Outlived => "outlived",
            Self::Reused => "reused",
            Self::Expired => "expired",
            Self::Malformed => "malformed",
            Self::Untrusted => "untrusted",
            Self::NotMeantForUs => "not_meant_for_us",
            Self::NotYetValid => "not_yet_valid",
            Self::TokenExpired => "token_expired",
        }
    }
}

impl From<Refusal> for Check {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown => Self::Unknown,
            Refusal::WrongSecret => Self::WrongSecret,
            Refusal::Idle => Self::Idle,
            Refusal::Outlived => Self::Outlived,
        }
    }
}

impl From<&JwtError> for Check {
    fn from(error: &JwtError) -> Self {
        match error {
            JwtError::Untrusted { .. } => Self::Untrusted,
            JwtError::NotMeantForUs { .. } => Self::NotMeantForUs,
            JwtError::NotYetValid => Self::NotYetValid,
            JwtError::Expired => Self::TokenExpired,
            _ => Self::Malformed,
        }
    }
}

/// What a JWT says of itself before anybody has checked it.
#[derive(Deserialize)]
struct Claimed {
    iss: String,
    sub: UserId,
    #[serde(default)]
    sid: Option<SessionId>,
    #[serde(default)]
    exp: Option<NumericDate>,
}

impl Auth {
    /// Says what a text claims to be, if it claims to be a credential of ours. It asks nobody and proves nothing.
    pub fn claims_to_be_ours(&self, text: &str) -> Option<CredentialKind> {
        if SessionToken::parse(text).is_ok() {
            return Some(CredentialKind::SessionToken);
        }
        if RefreshToken::is_well_formed(text) {
            return Some(CredentialKind::RefreshToken);
        }
        self.claimed(text).map(|_| CredentialKind::AccessToken)
    }

    /// Says what would become of a credential. `None` when it is not one of ours, or not the asker's.
    ///
    /// Fails when the store cannot say.
    pub async fn appraise(&self, text: &str, by: AskedBy<'_>, now: Timestamp) -> Result<Option<Appraisal>, AuthError> {
        match self.claims_to_be_ours(text) {
            Some(CredentialKind::SessionToken) => match SessionToken::parse(text) {
                Ok(token) => self.appraise_session_token(&token, by, now).await,
                Err(_) => Ok(None),
            },
            Some(CredentialKind::RefreshToken) => self.appraise_refresh_token(text, by, now).await,
            Some(CredentialKind::AccessToken) => self.appraise_access_token(text, by, now).await,
            None => Ok(None),
        }
    }

    async fn appraise_session_token(
        &self,
        token: &SessionToken,
        by: AskedBy<'_>,
        now: Timestamp,
    ) -> Result<Option<Appraisal>, AuthError> {
        let kind = CredentialKind::SessionToken;
        let Some(session) = self.own_session(token.session(), by).await? else {
            return self.ended(kind, token.session(), by).await;
        };
        let carrier = session.cell.carrier();
        let resumed = self.stateful()?.sessions.resume(token, carrier, Usage::Passive, None, now).await?;
        let check = match resumed {
            Resumed::Live(_) => Check::Live,
            Resumed::Former(_) => Check::Former,
            Resumed::Refused(refusal) => refusal.into(),
        };
        let since = matches!(check, Check::Idle | Check::Outlived).then(|| session.ends_at());
        Ok(Some(Appraisal { kind, check, since, cause: None }))
    }

    async fn appraise_refresh_token(&self, text: &str, by: AskedBy<'_>, now: Timestamp) -> Result<Option<Appraisal>, AuthError> {
        let kind = CredentialKind::RefreshToken;
        let store = &self.stateful()?.store;
        // What the holder has is read before anything is known of the token: the time it takes must not tell whether its MAC is right.
        let own = match by {
            AskedBy::Operator => Vec::new(),
            AskedBy::Holder(user) => self.own_families(user).await?,
        };
        let Ok(token) = self.refresh_tokens()?.open(text) else {
            let told = matches!(by, AskedBy::Operator);
            return Ok(told.then_some(Appraisal { kind, check: Check::Untrusted, since: None, cause: None }));
        };
        let found = match by {
            AskedBy::Operator => store.find_family(token.family).await?.map(|(family, session)| (family, session.to_session())),
            AskedBy::Holder(_) => own.into_iter().find(|(family, _)| family.id == token.family),
        };
        let Some((family, session)) = found else {
            let told = matches!(by, AskedBy::Operator);
            return Ok(told.then_some(Appraisal { kind, check: Check::Expired, since: None, cause: None }));
        };
        let policy = self.clients().refresh_policy(&family.client);
        let (check, since) = match family.redeem(&session, token.counter, None, &policy, now) {
            Redemption::Rotate(_) | Redemption::Recover(_) => (Check::Live, None),
            Redemption::Repeat { .. } => (Check::Repeat, None),
            Redemption::Reused => (Check::Reused, family.rotation.map(|last| last.at)),
            Redemption::Expired => (Check::Expired, Some(session.ends_at())),
        };
        Ok(Some(Appraisal { kind, check, since, cause: None }))
    }

    /// The refresh families of a user, each with its session.
    async fn own_families(&self, user: &UserId) -> Result<Vec<(RefreshFamily, Session)>, AuthError> {
        let store = &self.stateful()?.store;
        let mut own = Vec::new();
        for session in store.list(user).await?.into_iter().filter(|session| holds_families(session.cell)) {
            let families = store.list_families(session.id).await?;
            own.extend(families.into_iter().map(|family| (family, session.clone())));
        }
        Ok(own)
    }

    async fn appraise_access_token(&self, text: &str, by: AskedBy<'_>, now: Timestamp) -> Result<Option<Appraisal>, AuthError> {
        let kind = CredentialKind::AccessToken;
        let (Some(claimed), Some(stateless)) = (self.claimed(text), &self.0.stateless) else { return Ok(None) };
        if let AskedBy::Holder(user) = by
            && claimed.sub != *user
        {
            return Ok(None);
        }
        self.load().await?;
        let verified = match stateless.verifier.verify(text, now) {
            Ok(verified) => verified,
            Err(error) => {
                let check = Check::from(&error);
                let since = claimed.exp.filter(|_| check == Check::TokenExpired).map(NumericDate::timestamp);
                return Ok(Some(Appraisal { kind, check, since, cause: None }));
            }
        };
        let has_ended = verified.claims.sid.is_some_and(|sid| stateless.revocations.ended(sid));
        if let Some(sid) = claimed.sid.filter(|_| has_ended)
            && let Some(ended) = self.ended(kind, sid, by).await?
        {
            return Ok(Some(ended));
        }
        let check = if has_ended { Check::SessionEnded } else { Check::Live };
        Ok(Some(Appraisal { kind, check, since: None, cause: None }))
    }

    /// The session, if it is the asker's to ask about.
    async fn own_session(&self, id: SessionId, by: AskedBy<'_>) -> Result<Option<Session>, AuthError> {
        let store = &self.stateful()?.store;
        Ok(match by {
            AskedBy::Operator => store.find(id).await?.map(|session| session.to_session()),
            AskedBy::Holder(user) => store.list(user).await?.into_iter().find(|session| session.id == id),
        })
    }

    /// The end of a session, if it is the asker's to ask about. An operator is told too that there is no such session.
    async fn ended(&self, kind: CredentialKind, id: SessionId, by: AskedBy<'_>) -> Result<Option<Appraisal>, AuthError> {
        let found = self.stateful()?.store.find_ended(id).await?;
        let own = found.filter(|ended| match by {
            AskedBy::Operator => true,
            AskedBy::Holder(user) => ended.user == *user,
        });
        Ok(match (own, by) {
            (Some(ended), _) => {
                let (since, cause) = (Some(ended.ending.at), Some(ended.ending.cause));
                Some(Appraisal { kind, check: Check::SessionEnded, since, cause })
            }
            (None, AskedBy::Operator) => Some(Appraisal { kind, check: Check::Unknown, since: None, cause: None }),
            (None, AskedBy::Holder(_)) => None,
        })
    }

    /// What a JWT says of itself, if it names this server as its issuer.
    fn claimed(&self, text: &str) -> Option<Claimed> {
        let mut parts = text.split('.');
        let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let claimed: Claimed = serde_json::from_slice(&decode_base64url(payload).ok()?).ok()?;
        (claimed.iss == self.origin().as_str()).then_some(claimed)
    }
}

/// Whether refresh families hang under sessions of this cell.
fn holds_families(cell: Cell) -> bool {
    matches!(cell, Cell::Jwt | Cell::JwtCookie)
}
