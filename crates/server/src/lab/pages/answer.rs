//! The answer as one chart: a lane of time per cell and verifier, or the verdicts alone where nothing is a matter of time.
//!
//! 1. The axis begins where the run began and ends with the last moment at which anything was accepted.
//! 2. A verdict that names no time has a mark and no bar.
//! 3. Lengths are shares of the axis in percent; the exact time stands beside them in words.

use std::time::Duration;

use cloakroom_primitives::Timestamp;
use cloakroom_session::Proof;
use serde::Serialize;

use super::evidence::{ShownOutcome, cell_text};
use crate::lab::report::{Run, Verdict};
use crate::texts::en::lab as say;

/// Spans that read well between the marks of an axis.
const STEPS: [u64; 13] = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 43_200, 86_400];
/// More marks than this run into each other.
const MOST_MARKS: u64 = 5;

/// The chart.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    /// The marks of the axis; none where nothing is a matter of time.
    marks: Vec<Mark>,
    cells: Vec<CellAnswer>,
    /// Whether Orders judges anything here, so that its ways must be explained.
    asks_orders: bool,
}

#[derive(Debug, Serialize)]
struct Mark {
    percent: f64,
    words: String,
    is_last: bool,
}

#[derive(Debug, Serialize)]
struct CellAnswer {
    cell: &'static str,
    letter: &'static str,
    name: &'static str,
    hue: &'static str,
    lanes: Vec<Lane>,
}

#[derive(Debug, Serialize)]
struct Lane {
    /// Until where it was accepted; `None` where that is no matter of time.
    percent: Option<f64>,
    /// How much longer, in words.
    longer: Option<String>,
    outcome: ShownOutcome,
}

impl Answer {
    /// What came out of some runs that began at that moment.
    pub(super) fn of(runs: &[&Run], began_at: Timestamp) -> Self {
        let lived = runs.iter().flat_map(|run| &run.outcomes).filter_map(|outcome| outcome.verdict.until());
        let longest = lived.map(|until| until.since(began_at)).max().unwrap_or_default();
        let lane = |outcome: &crate::lab::report::Outcome| {
            let span = outcome.verdict.until().map(|until| until.since(began_at));
            Lane {
                percent: match outcome.verdict {
                    Verdict::AcceptedUntil(_) => span.map(|span| share(span, longest)),
                    Verdict::Refused => Some(0.0),
                    Verdict::Accepted => Some(100.0),
                    _ => None,
                },
                longer: span.map(say::longer),
                outcome: ShownOutcome::of(outcome),
            }
        };
        let cells = runs.iter().map(|run| {
            let text = cell_text(run.cell);
            CellAnswer {
                cell: run.cell.word(),
                letter: text.letter,
                name: text.what,
                hue: if run.cell.proof() == Proof::Session { "session" } else { "jwt" },
                lanes: run.outcomes.iter().map(lane).collect(),
            }
        });
        Self {
            marks: marks(longest),
            cells: cells.collect(),
            asks_orders: runs.iter().flat_map(|run| &run.outcomes).any(|outcome| outcome.verifier.is_some()),
        }
    }
}

fn share(span: Duration, longest: Duration) -> f64 {
    if longest.is_zero() { 0.0 } else { (span.as_secs_f64() / longest.as_secs_f64() * 1000.0).round() / 10.0 }
}

fn marks(longest: Duration) -> Vec<Mark> {
    let seconds = longest.as_secs();
    let Some(step) = STEPS.into_iter().find(|step| seconds / step <= MOST_MARKS).or(STEPS.last().copied()) else {
        return Vec::new();
    };
    let step = step.max(seconds / MOST_MARKS / 86_400 * 86_400);
    let at = (1..=seconds.checked_div(step).unwrap_or_default()).map(|count| Duration::from_secs(count * step));
    at.map(|span| (share(span, longest), span))
        .map(|(percent, span)| Mark { percent, words: say::axis_mark(span), is_last: percent > 92.0 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_a_few_marks_and_none_beyond_its_end() {
        for seconds in [1, 7, 305, 3600, 86_400, 30 * 86_400, 400 * 86_400] {
            let marks = marks(Duration::from_secs(seconds));
            assert!((1..=8).contains(&marks.len()), "{seconds}: {marks:?}");
            assert!(marks.iter().all(|mark| mark.percent <= 100.0), "{seconds}: {marks:?}");
        }
        assert_eq!(
            marks(Duration::from_secs(305)).iter().map(|mark| mark.words.as_str()).collect::<Vec<_>>(),
            ["1 min", "2 min", "3 min", "4 min", "5 min"]
        );
        assert!(marks(Duration::ZERO).is_empty());
    }
}
