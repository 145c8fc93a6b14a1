//! The one place that reads the environment.

use std::collections::BTreeMap;

use super::error::{ConfigError, Place};
use super::section::PREFIX;

/// What the environment says to this program.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// The variables that begin with our prefix.
    pub(crate) settings: BTreeMap<String, String>,
    /// `RUST_LOG`: which events are logged.
    pub(crate) log_filter: Option<String>,
}

impl Environment {
    /// Reads the process's environment. Fails when a variable of ours is not Unicode.
    pub(crate) fn read() -> Result<Self, ConfigError> {
        let mut environment = Self::default();
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            if name == "RUST_LOG" {
                environment.log_filter = value.into_string().ok();
            } else if name.starts_with(PREFIX) {
                let value = value
                    .into_string()
                    .map_err(|_| ConfigError::one(Place::Variable(name.clone()), "the value is not Unicode text"))?;
                environment.settings.insert(name, value);
            }
        }
        Ok(environment)
    }
}
