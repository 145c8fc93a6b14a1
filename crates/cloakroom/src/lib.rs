#![doc = include_str!("../README.md")]

mod access_claims;
mod access_tokens;
mod appraisal;
mod auth;
mod authentication;
mod authenticator;
mod builder;
mod caller;
mod client;
mod context;
mod cookies;
mod cross_origin;
mod error;
mod event;
#[cfg(feature = "axum")]
mod extract;
mod head;
mod layer;
mod navigation;
mod origin;
mod principal;
mod problem;
mod proxies;
mod reach;
mod requirement;
mod response;
mod revocations;
#[cfg(feature = "axum")]
mod routes;
mod scheme;
mod sign_in;
mod sign_out;
mod token_pair;

pub use access_claims::{ACCESS_TOKEN_TYPE, AccessClaims};
pub use access_tokens::{AccessTokens, IssuedToken};
pub use appraisal::{Appraisal, AskedBy, Check};
pub use auth::Auth;
pub use authentication::{Authentication, Form, Rejection, Unavailable};
pub use builder::{AuthBuilder, BuildError};
pub use client::{ACCESS_LIFETIME, BUILT_IN_CLIENT, Client, Clients};
pub use context::RequestContext;
pub use cookies::{CookieCatalog, CookieSecurity};
pub use cross_origin::{CrossOrigin, OwnHost, OwnHosts};
pub use error::AuthError;
pub use event::{EventSink, SecurityEvent, TracingEvents};
#[cfg(feature = "axum")]
pub use extract::{CallerRejection, LayerMissing, Refusal};
pub use head::{Bearer, RequestHead};
pub use layer::{AuthLayer, AuthService, RequireLayer, RequireService, asks_to_be_passive};
pub use navigation::is_navigation;
pub use origin::{InvalidOrigin, Origin};
pub use principal::Principal;
pub use problem::{FieldError, Next, Problem, ProblemCode, ProblemsPage};
pub use proxies::{AddressRange, InvalidRange, TrustedProxies};
pub use reach::{AfterEnd, CredentialKind, LiveCredential, Reach, reach_of_ended, reach_of_live};
pub use requirement::Requirement;
pub use response::{add_cookies, add_problem_headers, problem_response, status_of};
pub use revocations::Revocations;
#[cfg(feature = "axum")]
pub use routes::is_own_path;
pub use scheme::{CookieCredential, Scheme, SchemeName};
pub use sign_in::{Delivery, Prepared, PreparedStepUp, SignIn, SignedIn, signed_in_event};
pub use sign_out::SignedOut;
pub use token_pair::{RefreshRequest, Refreshed, RefreshedCookies, TokenPair};

/// The room of cookies.
pub use cloakroom_cookie as cookie;
/// The room of JWTs.
pub use cloakroom_jwt as jwt;
pub use cloakroom_primitives::{
    Clock, ClockHealth, FixedClock, KeyId, MasterKey, MasterKeyError, MasterKeys, OsRandom, Purpose, Random, Secret, SecretHash,
    SeededRandom, ShiftedClock, SystemClock, Timestamp,
};
/// The room of sessions.
pub use cloakroom_session as session;
