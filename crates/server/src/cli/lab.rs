//! `cloakroom lab`: the lab alone, or one run without a page.

use std::net::SocketAddr;
use std::path::Path;

use clap::builder::PossibleValuesParser;
use cloakroom_session::Cell;
use tokio::net::TcpListener;

use super::arguments::LabFlags;
use super::failure::Failure;
use super::run::Setting;
use super::table::table;
use crate::lab::{Choice, Report, Scenario, letter_of, saved_page};

/// The word that runs every scenario.
const ALL: &str = "all";

/// Where the lab's pages listen when nothing is said.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

pub(super) async fn run(setting: &mut Setting<'_, '_>, flags: LabFlags) -> Result<(), Failure> {
    let Some(name) = &flags.run else { return serve(setting, flags.listen).await };
    let choice = Choice::of(Scenario::named(name), flags.cell);
    let report = setting.product.run_lab(&choice).await.map_err(|error| Failure::refused(&error))?;
    // What a run gave is printed first: a page that cannot be saved must not take it along.
    let text = if flags.json { in_json(&report)? } else { in_words(&report) };
    setting.terminal.print(&text)?;
    if let Some(path) = &flags.save {
        save(path, &report)?;
    }
    match unexpected(&report).as_slice() {
        [] => Ok(()),
        all => Err(Failure::Refused(format!("not as the lab's table says: {}", all.join(", ")))),
    }
}

async fn serve(setting: &mut Setting<'_, '_>, listen: Option<SocketAddr>) -> Result<(), Failure> {
    let listen = listen.unwrap_or(LISTEN);
    if !listen.ip().is_loopback() {
        return Err(Failure::Configuration(format!(
            "--listen: the lab is for this machine alone, and {listen} is reached from others; use 127.0.0.1"
        )));
    }
    let bound = TcpListener::bind(listen).await;
    let listener = bound.map_err(|error| Failure::Refused(format!("cannot listen on {listen}: {error}")))?;
    Ok(setting.product.lab(listener).await?)
}

/// What can be run, for the command line.
pub(super) fn names() -> PossibleValuesParser {
    std::iter::once(ALL).chain(Scenario::ALL.map(Scenario::word)).collect::<Vec<_>>().into()
}

/// The cell of that name, for the command line.
pub(super) fn cell(word: &str) -> Result<Cell, String> {
    Cell::parse(word).map_err(|_| "a cell is cookie, token, jwt or jwt_cookie".to_owned())
}

fn save(path: &Path, report: &Report) -> Result<(), Failure> {
    let page = saved_page(report).map_err(|error| Failure::refused(&error))?;
    std::fs::write(path, page)
        .map_err(|error| Failure::Refused(format!("the run cannot be saved: {} cannot be written: {error}", path.display())))
}

fn in_json(report: &Report) -> Result<String, Failure> {
    let mut text = serde_json::to_string(report).map_err(|error| Failure::refused(&error))?;
    text.push('\n');
    Ok(text)
}

fn in_words(report: &Report) -> String {
    let rows = report.runs.iter().flat_map(|run| {
        run.outcomes.iter().map(move |outcome| {
            let until = outcome.verdict.until().map(|until| format!(" {}", crate::control::print_moment(until)));
            [
                run.scenario.word().to_owned(),
                format!("{} {}", letter_of(run.cell), run.cell.word()),
                outcome.verifier.map(|verifier| verifier.word().to_owned()).unwrap_or_default(),
                outcome.case.unwrap_or_default().to_owned(),
                format!("{}{}", outcome.verdict.word(), until.unwrap_or_default()),
                outcome.sentence.clone(),
            ]
        })
    });
    table(["SCENARIO", "CELL", "JUDGED BY", "CASE", "VERDICT", "BECAUSE"], rows)
}

/// What did not come out as it should, each in a few words.
fn unexpected(report: &Report) -> Vec<String> {
    let runs = report.runs.iter().filter(|run| !run.is_as_expected());
    runs.map(|run| format!("{} in {}", run.scenario.word(), run.cell.word())).collect()
}
