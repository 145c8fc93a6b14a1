//! The answer as one chart: a lane of time per cell and verifier, or the verdicts alone where nothing is a matter of time.
//!
//! 1. The axis begins where the run began and ends with the last moment at which anything was accepted.
//! 2. A verdict that names no time has a mark and no bar.
//! 3. Where hours and minutes meet, the axis is stretched: each step is several times the one before, and the page says so.
//! 4. Lengths are shares of the axis in percent; the exact time stands beside them in words.

use std::time::Duration;

use cloakroom_primitives::Timestamp;
use cloakroom_session::Proof;
use serde::Serialize;

use super::evidence::{Computed, ShownOutcome, cell_text, is_computed};
use crate::lab::report::{Run, Verdict};
use crate::texts::en::lab as say;

/// Spans that read well between the marks of an even axis.
const STEPS: [u64; 9] = [1, 5, 10, 30, 60, 120, 300, 600, 1800];
/// More marks than this run into each other.
const MOST_MARKS: u64 = 5;
/// What a mark's words take on a phone, in percent of the axis.
const ROOM_ON_A_PHONE: f64 = 17.0;
/// Beyond this, minutes would no longer be seen on an even axis.
const STRETCHED_BEYOND: Duration = Duration::from_hours(1);
/// The marks of a stretched one.
const STRETCHED: [Duration; 6] = [
    Duration::from_mins(1),
    Duration::from_mins(10),
    Duration::from_hours(1),
    Duration::from_hours(10),
    Duration::from_hours(4 * 24),
    Duration::from_hours(29 * 24),
];

/// The chart.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    /// The marks of the axis; none where nothing is a matter of time.
    marks: Vec<Mark>,
    is_stretched: bool,
    cells: Vec<CellAnswer>,
    /// Whether Orders judges anything here, so that its ways must be explained.
    asks_orders: bool,
}

#[derive(Debug, Serialize)]
struct Mark {
    percent: f64,
    words: String,
    is_last: bool,
    /// Whether its words need more room than a phone has.
    is_roomy: bool,
}

#[derive(Debug, Serialize)]
struct CellAnswer {
    cell: &'static str,
    letter: &'static str,
    name: &'static str,
    hue: &'static str,
    lanes: Vec<Lane>,
    /// What was computed, where that is the answer.
    figures: Vec<Computed>,
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
        let axis = Axis::up_to(longest);
        let lane = |outcome: &crate::lab::report::Outcome| {
            let span = outcome.verdict.until().map(|until| until.since(began_at));
            Lane {
                percent: match outcome.verdict {
                    Verdict::AcceptedUntil(_) => span.map(|span| axis.share(span)),
                    Verdict::Refused => Some(0.0),
                    Verdict::Accepted => Some(100.0),
                    _ => None,
                },
                longer: span.map(say::longer),
                outcome: ShownOutcome::of(outcome, began_at),
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
                figures: if is_computed(run) { run.computed.iter().map(Computed::of).collect() } else { Vec::new() },
            }
        });
        Self {
            is_stretched: matches!(axis, Axis::Stretched { .. }),
            marks: axis.marks(),
            cells: cells.collect(),
            asks_orders: runs.iter().flat_map(|run| &run.outcomes).any(|outcome| outcome.verifier.is_some()),
        }
    }
}

/// How time lies along the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Axis {
    /// Each minute is as long as any other.
    Even { longest: Duration },
    /// Each step is several times the one before: minutes and weeks are seen side by side.
    Stretched { longest: Duration },
}

impl Axis {
    fn up_to(longest: Duration) -> Self {
        if longest > STRETCHED_BEYOND { Self::Stretched { longest } } else { Self::Even { longest } }
    }

    /// Where a span ends, in percent.
    fn share(self, span: Duration) -> f64 {
        let share = match self {
            Self::Even { longest } if longest.is_zero() => 0.0,
            Self::Even { longest } => span.as_secs_f64() / longest.as_secs_f64(),
            Self::Stretched { longest } => (1.0 + span.as_secs_f64() / 20.0).ln() / (1.0 + longest.as_secs_f64() / 20.0).ln(),
        };
        (share * 1000.0).round() / 10.0
    }

    fn marks(self) -> Vec<Mark> {
        let spans: Vec<_> = match self {
            Self::Even { longest } => {
                let seconds = longest.as_secs();
                let step = STEPS.into_iter().find(|step| seconds / step <= MOST_MARKS).unwrap_or(STRETCHED_BEYOND.as_secs());
                (1..=seconds / step).map(|count| Duration::from_secs(count * step)).collect()
            }
            Self::Stretched { longest } => STRETCHED.into_iter().filter(|span| *span <= longest).collect(),
        };
        let mut said_at = 0.0;
        let mark = |span| {
            let percent = self.share(span);
            let is_roomy = percent - said_at < ROOM_ON_A_PHONE;
            if !is_roomy {
                said_at = percent;
            }
            Mark { percent, words: say::axis_mark(span), is_last: percent > 92.0, is_roomy }
        };
        spans.into_iter().map(mark).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_a_few_marks_and_none_beyond_its_end() {
        for seconds in [1, 7, 305, 3600, 7200, 86_400, 30 * 86_400, 400 * 86_400] {
            let marks = Axis::up_to(Duration::from_secs(seconds)).marks();
            assert!((1..=6).contains(&marks.len()), "{seconds}: {marks:?}");
            assert!(marks.iter().all(|mark| mark.percent <= 100.0), "{seconds}: {marks:?}");
            assert!(marks.is_sorted_by(|one, next| one.percent + 8.0 < next.percent), "{seconds}: {marks:?}");
        }
        let words: Vec<_> = Axis::up_to(Duration::from_secs(305)).marks().into_iter().map(|mark| mark.words).collect();
        assert_eq!(words, ["1 min", "2 min", "3 min", "4 min", "5 min"]);
        assert!(Axis::up_to(Duration::ZERO).marks().is_empty());
    }

    #[test]
    fn minutes_are_still_seen_beside_weeks() {
        let axis = Axis::up_to(Duration::from_hours(29 * 24));
        assert!(axis.share(Duration::from_mins(5)) > 20.0 && axis.share(Duration::from_hours(29 * 24)) > 99.9);
    }
}
