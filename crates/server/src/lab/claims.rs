//! True or false? What people believe, each tied to the runs that settle it.
//!
//! A claim's verdict stands only if its evidence came out: [`Claim::is_settled_by`] looks at a report, and whoever shows the claim shows
//! that too.

use cloakroom_session::Cell;

use super::report::{Report, Verifier};
use super::scenario::Scenario;
use crate::texts::en::claims as say;

/// What is true of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It is false.
    False,
    /// It depends, on what its sentences say.
    Depends,
}

impl Truth {
    /// The word in templates.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::False => "false",
            Self::Depends => "depends",
        }
    }
}

/// An answer that a run must have given for a claim to be settled as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence {
    pub(crate) cell: Cell,
    pub(crate) verifier: Option<Verifier>,
    pub(crate) case: Option<&'static str>,
    /// The word of the verdict.
    pub(crate) verdict: &'static str,
}

/// Something that people say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    /// Its name in addresses.
    pub(crate) word: &'static str,
    /// What they say.
    pub(crate) saying: &'static str,
    /// What is true of it.
    pub(crate) truth: Truth,
    /// Why, in two sentences.
    pub(crate) sentences: [&'static str; 2],
    /// The scenario that settles it.
    pub(crate) scenario: Scenario,
    /// What it must have given.
    pub(crate) evidence: &'static [Evidence],
}

const fn found(cell: Cell, verdict: &'static str) -> Evidence {
    Evidence { cell, verifier: None, case: None, verdict }
}

const fn judged(cell: Cell, verifier: Verifier, verdict: &'static str) -> Evidence {
    Evidence { cell, verifier: Some(verifier), case: None, verdict }
}

const fn in_case(cell: Cell, case: &'static str, verdict: &'static str) -> Evidence {
    Evidence { cell, verifier: None, case: Some(case), verdict }
}

/// The twelve claims.
pub(crate) const CLAIMS: [Claim; 12] = [
    Claim {
        word: "same_thing",
        saying: say::SAME_THING,
        truth: Truth::False,
        sentences: say::SAME_THING_BECAUSE,
        scenario: Scenario::SignIn,
        evidence: &[found(Cell::Token, "accepted"), found(Cell::JwtCookie, "accepted")],
    },
    Claim {
        word: "cookies_or_jwt",
        saying: say::COOKIES_OR_JWT,
        truth: Truth::False,
        sentences: say::COOKIES_OR_JWT_BECAUSE,
        scenario: Scenario::NextRequest,
        evidence: &[found(Cell::JwtCookie, "accepted")],
    },
    Claim {
        word: "cookies_are_insecure",
        saying: say::COOKIES_ARE_INSECURE,
        truth: Truth::False,
        sentences: say::COOKIES_ARE_INSECURE_BECAUSE,
        scenario: Scenario::PlainCookie,
        evidence: &[found(Cell::Cookie, "refused"), found(Cell::JwtCookie, "refused")],
    },
    Claim {
        word: "stateless_stores_nothing",
        saying: say::STATELESS_STORES_NOTHING,
        truth: Truth::False,
        sentences: say::STATELESS_STORES_NOTHING_BECAUSE,
        scenario: Scenario::SignIn,
        evidence: &[found(Cell::Jwt, "accepted"), found(Cell::JwtCookie, "accepted")],
    },
    Claim {
        word: "jwts_are_encrypted",
        saying: say::JWTS_ARE_ENCRYPTED,
        truth: Truth::False,
        sentences: say::JWTS_ARE_ENCRYPTED_BECAUSE,
        scenario: Scenario::Tamper,
        evidence: &[found(Cell::Jwt, "refused"), found(Cell::JwtCookie, "refused")],
    },
    Claim {
        word: "jwt_logout",
        saying: say::JWT_LOGOUT,
        truth: Truth::Depends,
        sentences: say::JWT_LOGOUT_BECAUSE,
        scenario: Scenario::SignOut,
        evidence: &[
            judged(Cell::Jwt, Verifier::Cloakroom, "refused"),
            judged(Cell::Jwt, Verifier::Alone, "accepted_until"),
            judged(Cell::Jwt, Verifier::Asks, "refused"),
        ],
    },
    Claim {
        word: "jwt_replaces_sessions",
        saying: say::JWT_REPLACES_SESSIONS,
        truth: Truth::False,
        sentences: say::JWT_REPLACES_SESSIONS_BECAUSE,
        scenario: Scenario::StolenRefresh,
        evidence: &[judged(Cell::Jwt, Verifier::Cloakroom, "refused")],
    },
    Claim {
        word: "jwts_are_faster",
        saying: say::JWTS_ARE_FASTER,
        truth: Truth::Depends,
        sentences: say::JWTS_ARE_FASTER_BECAUSE,
        scenario: Scenario::NextRequest,
        evidence: &[found(Cell::Token, "accepted"), found(Cell::Jwt, "accepted")],
    },
    Claim {
        word: "sessions_do_not_scale",
        saying: say::SESSIONS_DO_NOT_SCALE,
        truth: Truth::False,
        sentences: say::SESSIONS_DO_NOT_SCALE_BECAUSE,
        scenario: Scenario::Many,
        evidence: &[found(Cell::Cookie, "not_applicable")],
    },
    Claim {
        word: "local_storage_is_safer",
        saying: say::LOCAL_STORAGE_IS_SAFER,
        truth: Truth::False,
        sentences: say::LOCAL_STORAGE_IS_SAFER_BECAUSE,
        scenario: Scenario::Script,
        evidence: &[
            in_case(Cell::Cookie, "takes_away", "refused"),
            in_case(Cell::Jwt, "takes_away", "accepted"),
            in_case(Cell::Cookie, "acts", "accepted"),
        ],
    },
    Claim {
        word: "same_site_ends_csrf",
        saying: say::SAME_SITE_ENDS_CSRF,
        truth: Truth::False,
        sentences: say::SAME_SITE_ENDS_CSRF_BECAUSE,
        scenario: Scenario::CrossSite,
        evidence: &[found(Cell::Cookie, "refused"), found(Cell::JwtCookie, "refused")],
    },
    Claim {
        word: "one_is_better",
        saying: say::ONE_IS_BETTER,
        truth: Truth::False,
        sentences: say::ONE_IS_BETTER_BECAUSE,
        scenario: Scenario::StoreDown,
        evidence: &[in_case(Cell::Token, "unknown", "unavailable"), in_case(Cell::Jwt, "unknown", "accepted")],
    },
];

impl Claim {
    /// Whether a report settles it as it stands here; `None` when the scenario has not run in the cells that it needs.
    pub(crate) fn is_settled_by(&self, report: &Report) -> Option<bool> {
        let mut settled = true;
        for evidence in self.evidence {
            let run = report.run(self.scenario, evidence.cell)?;
            let outcome =
                run.outcomes.iter().find(|outcome| (outcome.verifier, outcome.case) == (evidence.verifier, evidence.case))?;
            settled &= outcome.verdict.word() == evidence.verdict && run.is_as_expected();
        }
        Some(settled)
    }
}

#[cfg(test)]
mod tests {
    use super::super::expected;
    use super::*;

    #[test]
    fn every_claim_rests_on_what_the_table_expects() {
        for claim in CLAIMS {
            assert!(!claim.evidence.is_empty(), "{}", claim.word);
            for evidence in claim.evidence {
                let Evidence { cell, verifier, case, verdict } = *evidence;
                assert_eq!(expected::verdict_of(claim.scenario, cell, verifier, case), Some(verdict), "{} {cell:?}", claim.word);
            }
        }
    }

    #[test]
    fn a_verdict_is_two_sentences() {
        for claim in CLAIMS {
            for sentence in claim.sentences {
                assert_eq!(sentence.matches(". ").count(), 0, "{}: {sentence}", claim.word);
                assert!(sentence.ends_with('.'), "{}: {sentence}", claim.word);
            }
        }
    }
}
