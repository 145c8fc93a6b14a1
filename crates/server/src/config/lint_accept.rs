//! `lint_accept`: warnings of `cloakroom lint` that somebody has accepted, with a reason. The server itself does not read them.

use super::section::Section;
use super::setting::{Setting, Unfit};

/// The name of a rule.
struct RuleId;

impl Setting for RuleId {
    const EXPECTED: &'static str = "the name of a rule of `cloakroom lint`, such as \"T05\"";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let fits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits { Ok(Self) } else { Err(Unfit::PLAIN) }
    }
}

/// A sentence.
struct Reason;

impl Setting for Reason {
    const EXPECTED: &'static str = "the reason, in a sentence";

    fn from_text(text: &str) -> Result<Self, Unfit> {
        if text.trim().is_empty() { Err(Unfit::because("it is empty")) } else { Ok(Self) }
    }
}

/// Checks that each entry has a rule and a reason.
pub(super) fn read(section: &mut Section<'_, '_>) {
    section.sections("lint_accept", |entry| {
        entry.required::<RuleId>("id");
        entry.required::<Reason>("reason");
    });
}
