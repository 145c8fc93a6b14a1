//! What a build can do, in the adviser's words.
//!
//! The sixteen capabilities are what the rules ask for. Beside them a build says which settings and routes it knows, by name, because an
//! outcome may need one of those too. Both are arguments: the table of what is built stands where it is built.

use std::collections::BTreeSet;

use serde::Serialize;

/// Every capability there is a word for.
pub const CAPABILITIES: [&str; 16] = [
    "oidc_provider",
    "device_flow",
    "client_credentials",
    "upstream_oidc",
    "dpop",
    "dbsc",
    "partitioned",
    "passkeys",
    "second_factor",
    "feed",
    "introspection",
    "forward_auth",
    "status_list",
    "sqlite",
    "postgres",
    "redis",
];

/// The part that makes a JWT for a session by HTTP: `POST /api/v1/session/tokens`.
pub const SESSION_TOKENS: &str = "session_tokens";
/// The setting that lets pages of a sibling host send requests.
pub const TRUSTED_ORIGINS: &str = "trusted_origins";
/// The setting that chooses the algorithm of the signing keys.
pub const KEY_ALGORITHM: &str = "keys.alg";

/// What a build of Cloakroom has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Build {
    /// Its version.
    pub version: String,
    /// Those of [`CAPABILITIES`] that it has.
    pub capabilities: BTreeSet<String>,
    /// The settings it accepts, such as `clients.origins`, and [`SESSION_TOKENS`] if it has that route.
    #[serde(skip)]
    pub known: BTreeSet<String>,
}

impl Build {
    /// A build with these capabilities, settings and routes.
    pub fn new<'n>(
        version: &str,
        capabilities: impl IntoIterator<Item = &'n str>,
        known: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        Self {
            version: version.to_owned(),
            capabilities: capabilities.into_iter().map(str::to_owned).collect(),
            known: known.into_iter().map(str::to_owned).collect(),
        }
    }

    /// Whether it has the capability, the setting or the route of that name.
    pub fn has(&self, name: &str) -> bool {
        self.capabilities.contains(name) || self.known.contains(name)
    }
}
