//! What was measured: the figures, where and when, for machines and for people.

use serde::Serialize;

use cloakroom::Timestamp;

/// What one run of `cloakroom measure` found. Serialised, it is what the adviser takes as `measures`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    /// The version of this program.
    pub(crate) cloakroom: &'static str,
    /// When, RFC 3339.
    pub(crate) at: String,
    /// On how many CPUs, and by which build: the figures of a debug build say little about the product.
    pub(crate) machine: String,
    /// The figures, each the median of several samples.
    #[serde(flatten)]
    pub(crate) figures: Figures,
}

/// The figures by the names of the adviser's formulas. Lengths are of whole header lines, in bytes, with their line ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// One Argon2id hash with the parameters of this version.
    pub(crate) password_ms: f64,
    /// Signing a JWT with Ed25519.
    pub(crate) jwt_sign_us: f64,
    /// Checking a JWT that was not seen before.
    pub(crate) jwt_first_us: f64,
    /// Checking a JWT that was seen before.
    pub(crate) jwt_repeat_us: f64,
    /// Checking a session token whose session is in memory.
    pub(crate) session_hit_us: f64,
    /// Reading a session from the store.
    pub(crate) session_miss_us: f64,
    /// One more small request over HTTP.
    pub(crate) http_us: f64,
    /// Refresh tokens redeemed a second, each on disk before it is answered.
    pub(crate) refreshes_per_s: f64,
    /// Last-seen times written a second, in batches.
    pub(crate) touch_rows_per_s: f64,
    /// The `Cookie` line with a session token.
    pub(crate) line_cookie: f64,
    /// The `Authorization` line with a session token.
    pub(crate) line_token: f64,
    /// The `Cookie` line with a JWT.
    pub(crate) line_jwt_cookie: f64,
    /// The `Authorization` line with a JWT.
    pub(crate) line_jwt: f64,
    /// What a session takes in the database, with its indexes.
    pub(crate) session_bytes: f64,
    /// What a refresh family takes on top.
    pub(crate) family_bytes: f64,
    /// How many threads run at once here.
    pub(crate) cores_per_node: f64,
}

impl Measured {
    /// What was found at `now` on a machine with so many threads.
    pub(super) fn new(figures: Figures, cpus: usize, now: Timestamp) -> Self {
        let build = if cfg!(debug_assertions) { "debug build" } else { "release build" };
        let at = crate::control::print_moment(now);
        Self { cloakroom: env!("CARGO_PKG_VERSION"), at, machine: format!("{cpus} CPUs, {build}"), figures }
    }
}

impl Figures {
    /// Each figure with what it is, its unit, and how it was found.
    pub(crate) fn rows(&self) -> [(&'static str, f64, &'static str, &'static str); 16] {
        [
            ("password, Argon2id", self.password_ms, "ms", "measured"),
            ("JWT, signing (Ed25519)", self.jwt_sign_us, "µs", "measured"),
            ("JWT, check at first sight", self.jwt_first_us, "µs", "measured"),
            ("JWT, check when seen before", self.jwt_repeat_us, "µs", "measured"),
            ("session, check from memory", self.session_hit_us, "µs", "measured"),
            ("session, read from SQLite", self.session_miss_us, "µs", "measured"),
            ("one more HTTP request", self.http_us, "µs", "measured"),
            ("refreshes, each on disk", self.refreshes_per_s, "1/s", "measured"),
            ("last-seen rows, in batches", self.touch_rows_per_s, "1/s", "measured"),
            ("header line, session in a cookie", self.line_cookie, "B", "counted"),
            ("header line, session token", self.line_token, "B", "counted"),
            ("header line, JWT in a cookie", self.line_jwt_cookie, "B", "counted"),
            ("header line, JWT", self.line_jwt, "B", "counted"),
            ("database, one session", self.session_bytes, "B", "counted"),
            ("database, one refresh family", self.family_bytes, "B", "counted"),
            ("processor cores", self.cores_per_node, "", "counted"),
        ]
    }
}
