//! What `lint` found.

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// It should be changed, or silenced with a reason.
    Warning,
    /// It is wrong.
    Error,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The setting.
    pub key: String,
    /// Its line, where the key or its section stands in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What is wrong.
    pub say: String,
    /// Which rule of whom says so.
    pub source: Vec<&'static str>,
}

/// A rule that was not applied, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unchecked {
    /// The rule.
    pub id: &'static str,
    /// Why it was not applied.
    pub why: String,
}

/// A warning that somebody silenced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Silenced {
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// Why it is silent.
    pub reason: String,
}

/// What became of a configuration under all rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LintReport {
    /// What was found, by line, then by rule.
    pub findings: Vec<Finding>,
    /// What was found and is silenced.
    pub silenced: Vec<Silenced>,
    /// Rules that need a decision record: none was given, or it speaks of apps that are no clients.
    pub skipped: Vec<Unchecked>,
    /// Rules for settings that this build does not have.
    pub asleep: Vec<Unchecked>,
}

impl LintReport {
    /// The worst that was found; `None` where nothing was.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}
