//! The table that people remember: fifteen rows, four cells, each figure from the run that its row names.
//!
//! 1. A figure stands here only if it was measured or counted in the report at hand. Without that run there is no table.
//! 2. What follows from the construction and not from a run (the core idea, who remembers) names no scenario.

use cloakroom::Timestamp;
use cloakroom_session::Cell;

use super::hosts::{CELLS, letter_of};
use super::report::{Measured, Outcome, Report, Run, Verdict, Verifier, figure};
use super::scenario::Scenario;
use crate::texts::en::comparison as say;

/// One cell of the table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Entry {
    /// The answer, short.
    pub(crate) main: String,
    /// What must be said beside it; empty where nothing must.
    pub(crate) note: String,
    /// The figure behind the answer, for a bar: in the row's own unit.
    pub(crate) figure: Option<f64>,
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    /// Its name: one word.
    pub(crate) word: &'static str,
    /// What is compared.
    pub(crate) title: &'static str,
    /// The scenario that produced it.
    pub(crate) scenario: Option<Scenario>,
    /// In the order A, B, C, D.
    pub(crate) cells: [Entry; 4],
}

/// The table; `None` while a scenario that it rests on has not run in all four cells.
pub(crate) fn compare(report: &Report) -> Option<Vec<Line>> {
    let seen = Seen(report);
    Some(vec![
        by_design("core_idea", say::CORE_IDEA, say::core_idea),
        by_design("state", say::STATE, say::state),
        by_design("carrier", say::CARRIER, say::carrier),
        seen.line("readable_by", say::READABLE_BY, Scenario::Script, readable_by)?,
        seen.line("bytes", say::BYTES, Scenario::NextRequest, bytes)?,
        seen.line("lookups", say::LOOKUPS, Scenario::NextRequest, lookups)?,
        seen.line("cpu", say::CPU, Scenario::NextRequest, cpu)?,
        seen.line("after_sign_out", say::AFTER_SIGN_OUT, Scenario::SignOut, |run| dies_within(run, None))?,
        seen.line("after_theft", say::AFTER_THEFT, Scenario::Stolen, |run| dies_within(run, Some("ended")))?,
        seen.line("store_loss", say::STORE_LOSS, Scenario::StoreDown, store_loss)?,
        seen.line("clock_error", say::CLOCK_ERROR, Scenario::ClockWrong, clock_error)?,
        seen.line("script_steals", say::SCRIPT_STEALS, Scenario::Script, script_steals)?,
        seen.line("cross_site", say::CROSS_SITE, Scenario::CrossSite, cross_site)?,
        seen.line("largest", say::LARGEST, Scenario::TooBig, largest)?,
        seen.line("server_keeps", say::SERVER_KEEPS, Scenario::SignIn, |run| server_keeps(run, report))?,
    ])
}

/// The table as Markdown, to be copied.
pub(crate) fn markdown(lines: &[Line]) -> String {
    let headings = CELLS.map(|cell| format!("{} {}", letter_of(cell), say::name(cell)));
    let mut rows = vec![format!("| | {} |", headings.join(" | ")), "|---|---|---|---|---|".to_owned()];
    for line in lines {
        let cells = line.cells.each_ref().map(|Entry { main, note, .. }| {
            let cell = if note.is_empty() { main.clone() } else { format!("{main} ({note})") };
            cell.replace('|', "\\|")
        });
        rows.push(format!("| {} | {} |", line.title, cells.join(" | ")));
    }
    rows.push(String::new());
    rows.join("\n")
}

fn by_design(word: &'static str, title: &'static str, answer: fn(Cell) -> (&'static str, &'static str)) -> Line {
    let cells = CELLS.map(|cell| {
        let (main, note) = answer(cell);
        entry(main, note)
    });
    Line { word, title, scenario: None, cells }
}

struct Seen<'r>(&'r Report);

impl Seen<'_> {
    fn line(
        &self,
        word: &'static str,
        title: &'static str,
        scenario: Scenario,
        read: impl Fn(&Run) -> Option<Entry>,
    ) -> Option<Line> {
        let mut cells: [Entry; 4] = Default::default();
        for (cell, entry) in CELLS.into_iter().zip(&mut cells) {
            *entry = read(self.0.run(scenario, cell)?)?;
        }
        Some(Line { word, title, scenario: Some(scenario), cells })
    }
}

fn entry(main: impl Into<String>, note: impl Into<String>) -> Entry {
    Entry { main: main.into(), note: note.into(), figure: None }
}

fn outcome<'r>(run: &'r Run, verifier: Option<Verifier>, case: Option<&str>) -> Option<&'r Outcome> {
    run.outcomes.iter().find(|outcome| outcome.verifier == verifier && outcome.case == case)
}

fn verdict(run: &Run, case: &str) -> Option<Verdict> {
    outcome(run, None, Some(case)).map(|outcome| outcome.verdict)
}

fn readable_by(run: &Run) -> Option<Entry> {
    let (main, note) = say::readable_by(run.cell, verdict(run, "takes_away")? == Verdict::Accepted);
    Some(entry(main, note))
}

fn bytes(run: &Run) -> Option<Entry> {
    let bytes = run.measured.credential_bytes?;
    Some(Entry { figure: Some(figure(bytes)), ..entry(say::bytes(bytes), say::of_request(run.measured.request_bytes?)) })
}

fn lookups(run: &Run) -> Option<Entry> {
    let Measured { lookups, store_reads, .. } = run.measured;
    Some(Entry { figure: Some(f64::from(lookups?)), ..entry(lookups?.to_string(), say::reads_at_first(store_reads?)) })
}

fn cpu(run: &Run) -> Option<Entry> {
    let Measured { cpu_us, cpu_again_us, .. } = run.measured;
    Some(Entry { figure: cpu_us, ..entry(say::micros(cpu_us?), say::then_micros(cpu_again_us?)) })
}

/// How long a credential can go on after an end: at Cloakroom not at all; verified alone, from its issue to its last moment at most.
fn dies_within(run: &Run, case: Option<&str>) -> Option<Entry> {
    let alone = outcome(run, Some(Verifier::Alone), case);
    match alone {
        None => {
            let refused = outcome(run, Some(Verifier::Cloakroom), case)?.verdict == Verdict::Refused;
            Some(Entry { figure: Some(0.0), ..entry(say::at_next_request(refused), "") })
        }
        Some(outcome) => {
            let until = outcome.verdict.until()?;
            let longest = until.since(issued_before(run, until)?);
            let note = say::NEXT_REQUEST_WHERE_CLOAKROOM_IS_ASKED;
            Some(Entry { figure: Some(longest.as_secs_f64()), ..entry(say::where_verified_alone(longest), note) })
        }
    }
}

/// When the JWT that was good until then had been issued: at the last sign-in or refresh before its time began.
fn issued_before(run: &Run, until: Timestamp) -> Option<Timestamp> {
    let longest = cloakroom::ACCESS_LIFETIME + super::orders::LEEWAY;
    let issues = run.steps.iter().filter(|step| matches!(step.status, Some(200 | 201)) && is_issue(step.request.as_ref()));
    issues.map(|step| step.at).filter(|at| until.since(*at) <= longest).min()
}

fn is_issue(request: Option<&super::wire::Message>) -> bool {
    request.is_some_and(|request| request.line.starts_with("POST "))
}

fn store_loss(run: &Run) -> Option<Entry> {
    let lasts = outcome(run, None, Some("known"))?.verdict.until().and_then(|until| {
        let stopped = run.steps.iter().find(|step| step.label == crate::texts::en::outcomes::STOP_STORE)?;
        Some(until.since(stopped.at))
    });
    let (main, note) = say::store_loss(run.cell, verdict(run, "unknown")? == Verdict::Unavailable, lasts);
    Some(entry(main, note))
}

fn clock_error(run: &Run) -> Option<Entry> {
    let (ahead, behind) = (verdict(run, "ahead")?, verdict(run, "behind")?);
    let (main, note) = say::clock_error(ahead == Verdict::Refused, behind.until().is_some());
    Some(entry(main, note))
}

fn script_steals(run: &Run) -> Option<Entry> {
    let stolen = verdict(run, "takes_away")? == Verdict::Accepted;
    let acts = verdict(run, "acts")? == Verdict::Accepted;
    let (main, note) = say::script_steals(stolen, acts);
    Some(entry(main, note))
}

fn cross_site(run: &Run) -> Option<Entry> {
    let refused = run.answer()?.verdict == Verdict::Refused;
    let carried = run.steps.iter().any(|step| step.from == super::report::Party::OtherSite && step.carries.is_some());
    let (main, note) = say::cross_site(carried, refused);
    Some(entry(main, note))
}

fn largest(run: &Run) -> Option<Entry> {
    let bytes = run.measured.credential_bytes?;
    let (main, note) = say::largest(run.cell, bytes);
    Some(entry(main, note))
}

fn server_keeps(run: &Run, report: &Report) -> Option<Entry> {
    let rows = |table: &str| run.server_keeps.iter().filter(|row| row.table == table).count();
    let many = report.run(Scenario::Many, run.cell)?;
    let disk = many.computed.iter().find(|figure| figure.name == "disk")?.value / USERS;
    let (main, note) = say::server_keeps(rows("sessions"), rows("refresh_families"), disk, run.cell);
    Some(Entry { figure: Some(disk), ..entry(main, note) })
}

/// Of how many people the scenario `many` speaks.
const USERS: f64 = 10_000_000.0;

/// How long the longest of a row's figures is; for bars.
pub(crate) fn longest(line: &Line) -> Option<f64> {
    line.cells.iter().filter_map(|entry| entry.figure).reduce(f64::max).filter(|figure| *figure > 0.0)
}
