//! Reads a configuration against what is known to go wrong.
//!
//! 1. A rule whose settings the build does not have sleeps, and says so. A rule that needs a decision record is skipped without one: it
//!    did not pass.
//! 2. A warning or a note is silenced by name and reason. An error is not.
//! 3. Findings stand by line, then by rule.

mod audiences;
mod clients;
mod feed;
mod hit;
mod input;
mod keys;
mod lints;
mod proxies;
mod report;
mod run;
mod server;
mod times;

pub use input::{Accepted, ForwardAuthHost, Lifetime, LintClient, LintInput, LintKeys, LintOrigin, OriginEntry, SiteOf};
pub use lints::{LINTS, Lint};
pub use report::{Finding, LintReport, Severity, Silenced, Unchecked};
pub use run::lint;
pub(crate) use times::{LONG_ACCESS, LONG_IDLE_IN_BROWSER};
