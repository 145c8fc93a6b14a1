//! The comparison as a page: rows, bars, the scenario behind each row, and the same as Markdown.

use cloakroom_session::Proof;
use serde::Serialize;

use super::bench::text_of;
use super::evidence::cell_text;
use crate::lab::comparison::{Entry, Line, compare, longest, markdown};
use crate::lab::hosts::CELLS;
use crate::lab::report::Report;
use crate::lab::scenario::Scenario;
use crate::texts::en::lab as say;

/// The scenarios that the table rests on.
pub(super) const MEASURED: [Scenario; 10] = [
    Scenario::SignIn,
    Scenario::NextRequest,
    Scenario::SignOut,
    Scenario::Stolen,
    Scenario::Script,
    Scenario::CrossSite,
    Scenario::StoreDown,
    Scenario::ClockWrong,
    Scenario::TooBig,
    Scenario::Many,
];

/// The table.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    made: String,
    optimised: bool,
    columns: Vec<Column>,
    lines: Vec<ShownLine>,
    markdown: String,
}

#[derive(Debug, Serialize)]
struct Column {
    cell: &'static str,
    letter: &'static str,
    what: &'static str,
}

#[derive(Debug, Serialize)]
struct ShownLine {
    word: &'static str,
    title: &'static str,
    scenario: Option<&'static str>,
    scenario_name: &'static str,
    cells: Vec<ShownEntry>,
}

#[derive(Debug, Serialize)]
struct ShownEntry {
    letter: &'static str,
    main: String,
    note: String,
    hue: &'static str,
    /// How long its bar is; `None` where there is no figure.
    percent: Option<f64>,
}

impl Comparison {
    /// The table of a report; `None` while something that it rests on has not run.
    pub(super) fn of(report: &Report) -> Option<Self> {
        let lines = compare(report)?;
        let column = |cell| {
            let text = cell_text(cell);
            Column { cell: cell.word(), letter: text.letter, what: text.what }
        };
        let repeats = report.of(Scenario::NextRequest).map(|run| run.measured.repeats).min();
        Some(Self {
            made: say::run_on(report.began_at, report.machine.cpus, report.machine.memory, repeats),
            optimised: report.machine.optimised,
            columns: CELLS.map(column).into(),
            markdown: markdown(&lines),
            lines: lines.iter().map(shown).collect(),
        })
    }
}

fn shown(line: &Line) -> ShownLine {
    let most = longest(line);
    let entry = |(cell, entry): (cloakroom_session::Cell, &Entry)| ShownEntry {
        letter: cell_text(cell).letter,
        main: entry.main.clone(),
        note: entry.note.clone(),
        hue: if cell.proof() == Proof::Session { "session" } else { "jwt" },
        percent: entry.figure.zip(most).map(|(figure, most)| (1000.0 * figure / most).round() / 10.0),
    };
    ShownLine {
        word: line.word,
        title: line.title,
        scenario: line.scenario.map(Scenario::word),
        scenario_name: line.scenario.map_or("", |scenario| text_of(scenario).short),
        cells: CELLS.into_iter().zip(&line.cells).map(entry).collect(),
    }
}
