//! What this build has, in the adviser's words: the one table.

use cloakroom_advise::Build;

/// Capabilities. One is added here when its part works, and nowhere else.
const CAPABILITIES: [&str; 1] = ["sqlite"];

/// Settings and routes that advice may lean on.
const KNOWN: [&str; 1] = [cloakroom_advise::SESSION_TOKENS];

/// This build.
pub(crate) fn build() -> Build {
    Build::new(env!("CARGO_PKG_VERSION"), CAPABILITIES, KNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capability_is_a_word_of_the_adviser() {
        assert!(CAPABILITIES.iter().all(|word| cloakroom_advise::CAPABILITIES.contains(word)));
    }
}
