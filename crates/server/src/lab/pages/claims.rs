//! True or false? Each claim with its verdict, and what the run that settles it has shown.

use cloakroom_session::Cell;
use serde::Serialize;

use super::bench::text_of;
use super::evidence::{ShownOutcome, cell_text};
use crate::lab::claims::{CLAIMS, Claim, Truth};
use crate::lab::report::{Report, Run};
use crate::texts::en::lab as say;

/// A claim on the page.
#[derive(Debug, Serialize)]
pub(super) struct ShownClaim {
    word: &'static str,
    claim: &'static str,
    truth: &'static str,
    ruling: &'static str,
    icon: &'static str,
    sentences: [&'static str; 2],
    scenario: &'static str,
    scenario_name: &'static str,
    seen: Vec<Seen>,
    /// Whether what was seen is what the verdict says; `None` before a run.
    settled: Option<bool>,
}

/// What one cell has shown.
#[derive(Debug, Serialize)]
struct Seen {
    letter: &'static str,
    what: &'static str,
    outcome: ShownOutcome,
    /// What a check took, for what is a question of speed.
    took: Option<String>,
}

/// Every claim; `last` gives the last report of a claim's scenario.
pub(super) fn shown_claims<R: AsRef<Report>>(last: impl Fn(&Claim) -> Option<R>) -> Vec<ShownClaim> {
    CLAIMS.iter().map(|claim| shown(claim, last(claim).as_ref().map(AsRef::as_ref))).collect()
}

fn shown(claim: &Claim, report: Option<&Report>) -> ShownClaim {
    let (ruling, icon) = match claim.truth {
        Truth::False => (say::FALSE, "i-ended"),
        Truth::Depends => (say::DEPENDS, "i-lost"),
    };
    ShownClaim {
        word: claim.word,
        claim: claim.saying,
        truth: claim.truth.word(),
        ruling,
        icon,
        sentences: claim.sentences,
        scenario: claim.scenario.word(),
        scenario_name: text_of(claim.scenario).short,
        seen: report.map(|report| seen(claim, report)).unwrap_or_default(),
        settled: report.and_then(|report| claim.is_settled_by(report)),
    }
}

fn seen(claim: &Claim, report: &Report) -> Vec<Seen> {
    let of = |(cell, run, outcome): (Cell, &Run, _)| {
        let text = cell_text(cell);
        let took = run.measured.cpu_us.zip(run.measured.cpu_again_us);
        let took = took.map(|(first, again)| say::took(&say::micros(first), &say::micros(again)));
        Seen { letter: text.letter, what: text.what, outcome: ShownOutcome::of(outcome, report.began_at), took }
    };
    let found = claim.evidence.iter().filter_map(|evidence| {
        let run = report.run(claim.scenario, evidence.cell)?;
        let outcome =
            run.outcomes.iter().find(|outcome| (outcome.verifier, outcome.case) == (evidence.verifier, evidence.case))?;
        Some((evidence.cell, run, outcome))
    });
    found.map(of).collect()
}
