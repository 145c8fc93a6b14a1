//! Who is calling, proven how and when.

use std::sync::Arc;

use cloakroom_primitives::Timestamp;
use cloakroom_session::{AuthMethods, CachedSession, Carrier, Cell, ClientId, Proof, Scopes, SessionId, UserId};

use crate::access_claims::AccessClaims;

/// Whoever a request's credential speaks for.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Who it is.
    pub user: UserId,
    /// The session behind the credential. Only a scheme of an application's own, or a JWT of an application without sessions, has none.
    pub session: Option<SessionId>,
    /// The app the credential was issued to.
    pub client: ClientId,
    /// What the credential may do.
    pub scopes: Scopes,
    /// How the user proved who they are.
    pub methods: AuthMethods,
    /// When the user proved who they are.
    pub authenticated_at: Timestamp,
    evidence: Evidence,
}

/// What the credential was.
#[derive(Clone, Debug)]
pub(crate) enum Evidence {
    /// A session token, and the session as this process knows it.
    Session { carrier: Carrier, record: Arc<CachedSession>, freshness: Freshness },
    /// A JWT, and what it says.
    Jwt { carrier: Carrier, claims: Arc<AccessClaims> },
    /// Something that an application's own scheme knows.
    Foreign,
}

/// Whether a session token's secret is the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    Current,
    /// A step-up has just replaced it.
    Former,
}

impl Principal {
    /// A principal that an application's own [`Scheme`](crate::Scheme) has proven.
    pub fn of_scheme(user: UserId, client: ClientId, scopes: Scopes, methods: AuthMethods, authenticated_at: Timestamp) -> Self {
        Self { user, session: None, client, scopes, methods, authenticated_at, evidence: Evidence::Foreign }
    }

    pub(crate) fn of_session(record: Arc<CachedSession>, carrier: Carrier, freshness: Freshness) -> Self {
        let session = record.session();
        Self {
            user: session.user.clone(),
            session: Some(session.id),
            client: session.client.clone(),
            scopes: session.scopes.clone(),
            methods: session.methods.clone(),
            authenticated_at: session.authenticated_at,
            evidence: Evidence::Session { carrier, record, freshness },
        }
    }

    pub(crate) fn of_jwt(claims: Arc<AccessClaims>, carrier: Carrier) -> Self {
        Self {
            user: claims.sub.clone(),
            session: claims.sid,
            client: claims.client_id.clone(),
            scopes: claims.scope.clone(),
            methods: claims.amr.clone(),
            authenticated_at: claims.auth_time.timestamp(),
            evidence: Evidence::Jwt { carrier, claims },
        }
    }

    /// How the credential travelled; `None` for a scheme of an application's own.
    pub fn carrier(&self) -> Option<Carrier> {
        match self.evidence {
            Evidence::Session { carrier, .. } | Evidence::Jwt { carrier, .. } => Some(carrier),
            Evidence::Foreign => None,
        }
    }

    /// What the credential was; `None` for a scheme of an application's own.
    pub fn proof(&self) -> Option<Proof> {
        match self.evidence {
            Evidence::Session { .. } => Some(Proof::Session),
            Evidence::Jwt { .. } => Some(Proof::Jwt),
            Evidence::Foreign => None,
        }
    }

    /// Carrier and proof as one word; `None` for a scheme of an application's own.
    pub fn cell(&self) -> Option<Cell> {
        Some(Cell::of(self.carrier()?, self.proof()?))
    }

    /// The session as this process knows it, when the credential is a session token.
    pub fn record(&self) -> Option<&Arc<CachedSession>> {
        match &self.evidence {
            Evidence::Session { record, .. } => Some(record),
            _ => None,
        }
    }

    /// What the token says, when the credential is a JWT.
    pub fn claims(&self) -> Option<&Arc<AccessClaims>> {
        match &self.evidence {
            Evidence::Jwt { claims, .. } => Some(claims),
            _ => None,
        }
    }

    /// Whether the credential is a secret that a step-up has just replaced.
    pub(crate) fn is_former(&self) -> bool {
        matches!(self.evidence, Evidence::Session { freshness: Freshness::Former, .. })
    }
}
