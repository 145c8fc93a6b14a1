//! A configuration as `lint` reads it: values only, filled by whoever parsed the file.
//!
//! A setting that the build does not have yet is empty here, and the rules that ask for it sleep ([`LintInput::known`]).

use std::collections::{BTreeMap, BTreeSet};

/// A configuration to check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own, and none depends on another")]
pub struct LintInput {
    /// The settings that the build knows, such as `clients.cells`; a rule that needs another sleeps.
    pub known: BTreeSet<String>,
    /// Where each key stands in the file: `clients[1].lifetimes.access` and its line.
    pub lines: BTreeMap<String, u32>,
    /// The warnings that are silenced, each with a reason.
    pub accepted: Vec<Accepted>,
    /// The public origin, and whether it is this machine.
    pub origin: Option<LintOrigin>,
    /// Where operators ask; empty where nothing is set.
    pub internal_listen: Option<String>,
    /// Origins of other hosts that may send requests with cookies.
    pub trusted_origins: Vec<OriginEntry>,
    /// Insecure settings that are on, by their keys.
    pub insecure: Vec<String>,
    /// The `Domain` of cookies, where one is set, and whether strangers own hosts below it.
    pub cookie_domain: Option<(String, bool)>,
    /// The clients; the built-in one is the one whose id is `cloakroom`.
    pub clients: Vec<LintClient>,
    /// The hosts of forward-auth.
    pub forward_auth_hosts: Vec<ForwardAuthHost>,
    /// Whether forward-auth speaks nginx's dialect.
    pub is_nginx: bool,
    /// The trusted proxies; `None` where there is no such setting.
    pub trusted_proxies: Option<Vec<String>>,
    /// Whether something in the configuration says that a proxy stands in front.
    pub has_proxy: bool,
    /// The store, `sqlite` or `postgres`.
    pub store: String,
    /// How many processes serve.
    pub processes: u32,
    /// Whether the data folder lies on a network file system.
    pub on_network_file_system: bool,
    /// Whether anybody may register.
    pub open_registration: bool,
    /// Whether mail can be sent.
    pub has_mail: bool,
    /// How many sessions a user may have; `None` is no limit.
    pub session_limit: Option<u32>,
    /// How many failed attempts are let through.
    pub failures: Option<u32>,
    /// The roles that are configured, by their ids.
    pub administrative_roles: Vec<String>,
    /// Every scope that the configuration names.
    pub all_scopes: BTreeSet<String>,
    /// The keys.
    pub keys: LintKeys,
    /// What servers do when the feed is lost.
    pub feed_on_lost: Option<String>,
}

/// The public origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintOrigin {
    /// As it is written.
    pub text: String,
    /// Whether it names this machine alone.
    pub is_loopback: bool,
}

/// An origin in a list, and how it stands to the server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginEntry {
    /// As it is written.
    pub text: String,
    /// How it stands to the server's origin; needs the list of public suffixes, which is not here.
    pub site: SiteOf,
}

/// How an origin stands to the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteOf {
    /// It is the server's own.
    SameOrigin,
    /// Another host of the same site.
    SameSite,
    /// They share nothing but a public suffix.
    SharesPublicSuffix,
    /// Another site.
    CrossSite,
    /// It is no origin.
    NotAnOrigin,
}

/// A client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own, and none depends on another")]
pub struct LintClient {
    /// Its id.
    pub id: String,
    /// Its place in the file, for keys; `None` for the built-in one where no entry changes it.
    pub index: Option<usize>,
    /// Whether it is the one that is built in.
    pub is_built_in: bool,
    /// Its cells.
    pub cells: Vec<String>,
    /// Its default cell.
    pub default_cell: String,
    /// Its audiences.
    pub audiences: Vec<String>,
    /// The audiences that are servers of other companies.
    pub foreign_audiences: Vec<String>,
    /// The audiences that are gateways, each with the seconds it keeps keys.
    pub gateways: Vec<(String, u64)>,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// Claims that are added to its tokens.
    pub extra_claims: Vec<String>,
    /// Whether one token of it can carry several audiences.
    pub many_audiences_in_one_token: bool,
    /// The pages that may use it.
    pub origins: Vec<OriginEntry>,
    /// Whether its people are staff.
    pub is_staff: bool,
    /// Whether it is an app of the house.
    pub first_party: bool,
    /// Whether passwords may be given to it by the API.
    pub takes_passwords: bool,
    /// Whether it has a secret.
    pub is_confidential: bool,
    /// What it may ask: `introspect`, `feed`.
    pub may: Vec<String>,
    /// The services that use it to ask.
    pub used_by: Vec<String>,
    /// Idle limit in seconds, in browsers and in headers.
    pub idle: Lifetime,
    /// Absolute limit in seconds, in browsers and in headers.
    pub absolute: Lifetime,
    /// The remembered tier, idle and absolute, in seconds.
    pub remembered: Option<(u64, u64)>,
    /// How long its access tokens live, in seconds.
    pub access: u64,
    /// Its retry window in seconds, in headers and in cookies.
    pub retry_window: Lifetime,
    /// How many bytes one of its JWTs has, estimated.
    pub jwt_bytes: u32,
    /// The host its pages stand on, where it is known.
    pub host: Option<String>,
}

/// A duration that may differ between cells that a browser keeps and cells that an app keeps, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lifetime {
    /// In cells that a browser keeps.
    pub in_cookie: u64,
    /// In cells that an app keeps.
    pub in_header: u64,
}

/// A host behind forward-auth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForwardAuthHost {
    /// The host.
    pub host: String,
    /// Its audience.
    pub audience: String,
    /// The role that is asked for.
    pub require_role: Option<String>,
    /// Whether anybody who is signed in may enter.
    pub any_user: bool,
}

/// The signing keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintKeys {
    /// The algorithm of new keys.
    pub alg: Option<String>,
    /// For how long verifiers may keep keys, in seconds.
    pub max_age: Option<u64>,
    /// How long a key is announced before it signs, in seconds.
    pub announce: Option<u64>,
    /// How often keys change, in seconds; `Some(0)` is never.
    pub rotate: Option<u64>,
    /// How often the server reads keys again, in seconds.
    pub reload: u64,
    /// The longest time that a known verifier keeps keys, in seconds.
    pub longest_cache: u64,
    /// Keys that are too short, or that serve two algorithms, by their names.
    pub weak: Vec<String>,
}

/// A warning that is silenced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The rule.
    pub id: String,
    /// Why.
    pub reason: String,
}

impl LintInput {
    /// Whether the server is for this machine alone; so it is where no origin is set.
    pub(crate) fn is_here(&self) -> bool {
        self.origin.as_ref().is_none_or(|origin| origin.is_loopback)
    }
}

impl LintClient {
    /// A key of this client, as the file has it.
    pub(crate) fn key(&self, name: &str) -> String {
        self.index.map_or_else(|| format!("clients.{}.{name}", self.id), |index| format!("clients[{index}].{name}"))
    }

    pub(crate) fn has_cell(&self, cells: &[&str]) -> bool {
        self.cells.iter().any(|cell| cells.contains(&cell.as_str()))
    }

    pub(crate) fn is_in_browser(&self) -> bool {
        self.has_cell(&["cookie", "jwt_cookie"])
    }

    pub(crate) fn is_in_header(&self) -> bool {
        self.has_cell(&["token", "jwt"])
    }

    pub(crate) fn has_jwt(&self) -> bool {
        self.has_cell(&["jwt", "jwt_cookie"])
    }

    /// The shortest and the longest of a lifetime among the client's cells.
    pub(crate) fn range(&self, of: Lifetime) -> Option<(u64, u64)> {
        let cookie = self.is_in_browser().then_some(of.in_cookie);
        let header = self.is_in_header().then_some(of.in_header);
        let values = || [cookie, header].into_iter().flatten();
        Some((values().min()?, values().max()?))
    }
}
