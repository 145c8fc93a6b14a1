//! One scenario as a page shows it, run or not: the question, the answer, the evidence of the four cells, the way on.

use serde::Serialize;

use super::answer::Answer;
use super::evidence::{Evidence, cell_text, slowest};
use crate::lab::report::{Machine, Report, Run};
use crate::lab::scenario::{Group, Scenario};
use crate::texts::en::lab as say;

/// The page of a scenario.
#[derive(Debug, Serialize)]
pub(super) struct Bench {
    name: &'static str,
    kicker: String,
    heading: [&'static str; 2],
    lede: &'static str,
    lessons: [&'static str; 3],
    before: Option<Link>,
    after: Option<Link>,
    /// What a run has shown.
    shown: Option<Shown>,
}

#[derive(Debug, Serialize)]
struct Link {
    name: &'static str,
    words: String,
}

#[derive(Debug, Serialize)]
struct Shown {
    made: String,
    optimised: bool,
    as_expected: bool,
    answer: Answer,
    cells: Vec<CellPage>,
}

#[derive(Debug, Serialize)]
struct CellPage {
    letter: &'static str,
    what: &'static str,
    evidence: Evidence,
}

/// A group of scenarios in the navigation.
#[derive(Debug, Serialize)]
pub(super) struct Ways {
    title: &'static str,
    scenarios: Vec<Way>,
}

#[derive(Debug, Serialize)]
struct Way {
    name: &'static str,
    short: &'static str,
    heading: [&'static str; 2],
}

impl Bench {
    /// The page of `scenario` with what a report says of it.
    pub(super) fn of(scenario: Scenario, report: Option<&Report>) -> Self {
        let at = Scenario::ALL.iter().position(|one| *one == scenario).unwrap_or_default();
        let text = text_of(scenario);
        let link =
            |other: Option<&Scenario>| other.map(|other| Link { name: other.word(), words: text_of(*other).heading.join(" ") });
        let runs: Vec<_> = report.map(|report| report.of(scenario).collect()).unwrap_or_default();
        Self {
            name: scenario.word(),
            kicker: say::scenario_of(at + 1, Scenario::ALL.len()),
            heading: text.heading,
            lede: text.answer,
            lessons: text.lessons,
            before: link(at.checked_sub(1).and_then(|at| Scenario::ALL.get(at))),
            after: link(Scenario::ALL.get(at + 1)),
            shown: report.filter(|_| !runs.is_empty()).map(|report| Shown::of(report, &runs)),
        }
    }
}

impl Shown {
    fn of(report: &Report, runs: &[&Run]) -> Self {
        let slowest = slowest(runs.iter().copied());
        let repeats = runs.iter().map(|run| run.measured.repeats).min().filter(|repeats| *repeats > 0);
        let Machine { cpus, memory, optimised } = report.machine;
        let page = |run: &&Run| {
            let text = cell_text(run.cell);
            CellPage { letter: text.letter, what: text.what, evidence: Evidence::of(run, slowest, report.began_at) }
        };
        Self {
            made: say::run_on(report.began_at, cpus, memory, repeats),
            optimised,
            as_expected: runs.iter().all(|run| run.is_as_expected()),
            answer: Answer::of(runs, report.began_at),
            cells: runs.iter().map(page).collect(),
        }
    }
}

/// Every scenario, by group.
pub(super) fn ways() -> Vec<Ways> {
    let groups = [Group::EveryDay, Group::Attack, Group::Failure, Group::Size];
    let way = |scenario: Scenario| {
        let text = text_of(scenario);
        Way { name: scenario.word(), short: text.short, heading: text.heading }
    };
    let of = |group: Group| Ways {
        title: match group {
            Group::EveryDay => say::EVERY_DAY,
            Group::Attack => say::ATTACK,
            Group::Failure => say::FAILURE,
            Group::Size => say::SIZE,
        },
        scenarios: Scenario::ALL.into_iter().filter(|scenario| scenario.group() == group).map(way).collect(),
    };
    groups.map(of).into()
}

/// What a scenario says.
pub(super) fn text_of(scenario: Scenario) -> &'static say::ScenarioText {
    say::scenario(scenario.word()).expect("a test finds a text for every scenario")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_its_texts() {
        for scenario in Scenario::ALL {
            assert_eq!(text_of(scenario).name, scenario.word());
        }
    }
}
