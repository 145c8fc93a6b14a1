//! Runs scenarios and gives a report.
//!
//! Each scenario in each cell has a house of its own: what one does cannot change what another shows. The cost of a check is measured once
//! for each cell that runs.

use std::num::NonZeroUsize;

use cloakroom::{Clock, SystemClock, Timestamp};
use cloakroom_session::Cell;

use super::cost;
use super::error::LabError;
use super::hosts::CELLS;
use super::report::{Machine, Measured, Report, Run};
use super::scenario::Scenario;
use super::scenarios::play;
use super::scene::Scene;

/// What to run.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Which scenarios, in the order in which they stand in the report.
    pub(crate) scenarios: Vec<Scenario>,
    /// In which cells.
    pub(crate) cells: Vec<Cell>,
}

impl Choice {
    /// One scenario, or all, in one cell, or all.
    pub(crate) fn of(scenario: Option<Scenario>, cell: Option<Cell>) -> Self {
        Self {
            scenarios: scenario.map_or_else(|| Scenario::ALL.to_vec(), |one| vec![one]),
            cells: cell.map_or_else(|| CELLS.to_vec(), |one| vec![one]),
        }
    }
}

/// Runs what was chosen.
pub(crate) async fn run(choice: &Choice) -> Result<Report, LabError> {
    // Whole seconds: a JWT knows no others, and so each run meets its deadlines exactly.
    let began_at = Timestamp::from_seconds(SystemClock::new().now().as_seconds());
    let mut costs = Vec::new();
    for cell in &choice.cells {
        costs.push((*cell, cost::measure(*cell, began_at).await?));
    }
    let mut runs = Vec::new();
    for scenario in &choice.scenarios {
        for (cell, cost) in &costs {
            runs.push(run_one(*scenario, *cell, began_at, cost).await?);
        }
    }
    Ok(Report { version: env!("CARGO_PKG_VERSION"), machine: this_machine(), began_at, runs })
}

async fn run_one(scenario: Scenario, cell: Cell, now: Timestamp, cost: &Measured) -> Result<Run, LabError> {
    let mut scene = Scene::open(scenario, cell, now).await?;
    play(scenario, &mut scene, cost).await?;
    scene.finish(cost.clone()).await
}

fn this_machine() -> Machine {
    Machine {
        cpus: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        memory: memory_in(&std::fs::read_to_string("/proc/meminfo").unwrap_or_default()),
        optimised: !cfg!(debug_assertions),
    }
}

/// The machine's memory in bytes, from what Linux says; zero where nothing is said.
fn memory_in(text: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = line.and_then(|rest| rest.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.unwrap_or_default() * 1024
}

#[cfg(test)]
mod tests {
    use super::super::claims::CLAIMS;
    use super::super::comparison::{compare, markdown};
    use super::*;

    #[test]
    fn memory_is_read_in_bytes() {
        assert_eq!(memory_in("MemTotal:       16384 kB\nMemFree: 1 kB\n"), 16_777_216);
        assert_eq!(memory_in(""), 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_scenario_comes_out_as_the_table_says() {
        let report = run(&Choice::of(None, None)).await.unwrap();
        let mut wrong = Vec::new();
        for run in report.runs.iter().filter(|run| !run.is_as_expected()) {
            let broken: Vec<_> = run.promises.iter().filter(|promise| !promise.kept).map(|promise| &promise.sentence).collect();
            let outcomes: Vec<_> = run.outcomes.iter().filter(|outcome| !outcome.as_expected).collect();
            wrong.push(format!("{:?} {:?}: {broken:?} {outcomes:?}", run.scenario, run.cell));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));

        for claim in CLAIMS {
            assert_eq!(claim.is_settled_by(&report), Some(true), "{}", claim.word);
        }
        let table = compare(&report).unwrap();
        assert_eq!(table.len(), 15);
        for line in &table {
            assert!(line.cells.iter().all(|entry| !entry.main.is_empty()), "{line:?}");
        }
        let death =
            |word: &str| table.iter().find(|line| line.word == word).unwrap().cells.clone().map(|entry| entry.figure.unwrap());
        for row in ["after_sign_out", "after_theft"] {
            assert_eq!(death(row).map(|seconds| format!("{seconds:.0}")), ["0", "0", "305", "305"], "{row}");
        }
        assert_eq!(markdown(&table).lines().count(), 17);
    }
}
