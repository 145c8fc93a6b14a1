//! Where a rule is broken, before it is known on which line.

use super::report::Severity;

/// A place where a rule is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) key: String,
    pub(super) severity: Option<Severity>,
    pub(super) detail: String,
}

impl Hit {
    pub(super) fn at(key: impl Into<String>) -> Self {
        Self { key: key.into(), severity: None, detail: String::new() }
    }

    pub(super) fn as_(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }

    pub(super) fn with(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}
