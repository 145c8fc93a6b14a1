//! Which part of signing in a value is, and how sure that is.

use serde::Serialize;

/// Which part of signing in a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A ticket: the server keeps the rest.
    SessionReference,
    /// A letter with a seal: readable, unchangeable.
    Signed,
    /// A locked letter: only the server can read it.
    Encrypted,
    /// A note anyone can rewrite.
    Unprotected,
    /// A key for programs.
    ApiKey,
    /// The password itself.
    Password,
    /// Good once.
    OneTime,
    /// Proof for one request, worthless afterwards.
    Proof,
    /// Proves that the own page sent a request; signs nobody in.
    Csrf,
    /// A note about a sign-in under way; signs nobody in.
    FlowState,
    /// The pen that signs: not a credential, but worse to lose.
    Key,
    /// Counts visits; no login.
    Tracking,
    /// No login.
    NotAuth,
    /// A message that holds others.
    Container,
    /// Nobody knows.
    Unknown,
}

/// How sure a classification is, the surest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Shape or name alone.
    Weak,
    /// Name, and a structure that is plausible.
    Likely,
    /// Structure, or a registered prefix.
    Strong,
    /// A checksum, a parsed structure with fixed magic, or name and structure together.
    Certain,
}

/// How much somebody will be hurt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Done right.
    Good,
    /// Good to know.
    Note,
    /// Works, but someone will be hurt.
    Warning,
    /// Broken, refused, forgeable or leaking.
    Error,
}
