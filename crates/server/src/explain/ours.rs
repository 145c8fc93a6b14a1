//! Whether a paste holds a credential of this server, and what is told about it.
//!
//! 1. What claims to be ours is looked for in the text itself: a checksum that fits, or our origin as the issuer. That proves nothing and
//!    asks nobody.
//! 2. The first of them counts. What was blanked has no verdict.
//! 3. A verdict is told where somebody was entitled to one; else the answer says who is.

use std::fmt;

use cloakroom::{Appraisal, CredentialKind};
use cloakroom_explain::{Ours, Verdict};

use crate::control::{VerdictRow, print_moment};

/// The longest credential of ours, with room for a JWT with many scopes.
const LONGEST: usize = 16 * 1024;

const BLANKED: &str = "Its secret part is blanked. Whether this server would take it can be told for the whole of it.";
const NOT_YOURS: &str = "It is not yours. Whether this server would take it is told to its holder and to operators only.";
const UNAVAILABLE: &str = "Whether this server would take it cannot be told now: its store does not answer.";

/// The store that would have to say does not answer.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("whether a credential would be taken cannot be told now")]
pub(crate) struct Unavailable;

/// A text that claims to be a credential of ours.
pub(crate) struct Candidate {
    pub(crate) text: String,
    pub(crate) is_blanked: bool,
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("is_blanked", &self.is_blanked).finish_non_exhaustive()
    }
}

/// What would become of a credential, as the answer says it.
pub(crate) fn verdict(told: &Appraisal) -> Verdict {
    let check = Some(told.check.word().to_owned());
    Verdict { accepted: told.check.accepts(), check, since: told.since.map(print_moment) }
}

impl From<VerdictRow> for Verdict {
    fn from(row: VerdictRow) -> Self {
        Self { accepted: row.accepted, check: Some(row.check), since: row.since }
    }
}

/// Finds what claims to be a credential of ours. `claims` says so of one word.
pub(crate) fn candidates(text: &str, claims: impl Fn(&str) -> Option<CredentialKind>) -> Vec<Candidate> {
    let belongs = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | '*');
    let words = text.split(|letter| !belongs(letter)).filter(|word| (40..=LONGEST).contains(&word.len()));
    let looked_at = words.filter(|word| word.starts_with("crs_") || word.starts_with("crr_") || word.starts_with("eyJ"));
    let found = looked_at.filter_map(|word| {
        let is_blanked = word.contains('*');
        let is_ours = claims(word).is_some() || (is_blanked && !word.starts_with("eyJ"));
        is_ours.then(|| Candidate { text: word.to_owned(), is_blanked })
    });
    found.take(1).collect()
}

/// What the answer says. `told` is the verdict, where somebody entitled has asked: nothing in it when the credential is not theirs.
pub(crate) fn ours(candidate: Option<&Candidate>, told: Option<Result<Option<Verdict>, Unavailable>>) -> Ours {
    let without = |why| Ours { is_ours: true, verdict: None, why_no_verdict: Some(why) };
    match (candidate, told) {
        (None, _) => Ours::FOREIGN,
        (Some(Candidate { is_blanked: true, .. }), _) => without(BLANKED),
        (Some(_), None) => Ours::UNTOLD,
        (Some(_), Some(Ok(None))) => without(NOT_YOURS),
        (Some(_), Some(Err(Unavailable))) => without(UNAVAILABLE),
        (Some(_), Some(Ok(verdict))) => Ours { is_ours: true, verdict, why_no_verdict: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_claims_to_be_ours_is_found_wherever_it_stands() {
        let token = format!("crs_{}", "a".repeat(70));
        let claims = |text: &str| (text == token).then_some(CredentialKind::SessionToken);
        for (text, found) in [
            (token.clone(), true),
            (format!("Cookie: a=b; x={token}; c=d"), true),
            (format!("{{\"token\":\"{token}\"}}"), true),
            (format!("{token}a"), false),
            (format!("x{token}"), false),
            ("Cookie: a=b".to_owned(), false),
        ] {
            assert_eq!(candidates(&text, claims).len(), usize::from(found), "{text}");
        }
    }

    #[test]
    fn a_blanked_credential_has_no_verdict() {
        let blanked = format!("crs_{}{}", "a".repeat(22), "*".repeat(48));
        let found = candidates(&blanked, |_| None);
        assert!(found[0].is_blanked && !format!("{found:?}").contains("aaa"));
        let told = ours(found.first(), Some(Ok(None)));
        assert!(told.is_ours && told.verdict.is_none() && told.why_no_verdict.unwrap().contains("blanked"));
    }
}
