//! The two tiny programs side by side: the source that was compiled in, and the five steps as they went.

use serde::Serialize;

use super::exchange::{Piece, Shown};
use crate::lab::examples::{Example, ExampleRun};
use crate::texts::en::lab as say;

/// A program on the page.
#[derive(Debug, Serialize)]
pub(super) struct Program {
    file: &'static str,
    title: &'static str,
    about: &'static str,
    cell: &'static str,
    source: &'static str,
    steps: Vec<Step>,
    as_expected: bool,
}

#[derive(Debug, Serialize)]
struct Step {
    title: &'static str,
    message: Option<Shown>,
    kept: Vec<Slip>,
}

#[derive(Debug, Serialize)]
struct Slip {
    name: String,
    value: Vec<Piece>,
}

/// Both programs, with what their last runs gave.
pub(super) fn programs(runs: &[ExampleRun]) -> Vec<Program> {
    Example::ALL.map(|example| program(example, runs.iter().find(|run| run.example == example))).into()
}

fn program(example: Example, run: Option<&ExampleRun>) -> Program {
    let (title, about) = match example {
        Example::Sessions => (say::SESSIONS_ONLY, say::SESSIONS_ONLY_ABOUT),
        Example::JwtOnly => (say::JWT_ONLY, say::JWT_ONLY_ABOUT),
    };
    Program {
        file: example.file(),
        title,
        about,
        cell: example.cell().word(),
        source: example.source(),
        steps: run.map(|run| steps(example, run)).unwrap_or_default(),
        as_expected: run.is_none_or(|run| run.as_expected),
    }
}

fn steps(example: Example, run: &ExampleRun) -> Vec<Step> {
    let words = match example {
        Example::Sessions => say::FIVE_STEPS_OF_A_SESSION,
        Example::JwtOnly => say::FIVE_STEPS_OF_A_JWT,
    };
    let sent = [Some(&run.log_in), Some(&run.handed_over), None, Some(&run.later), Some(&run.answered)];
    let kept = || run.kept.iter().map(|kept| Slip { name: kept.name.clone(), value: Piece::all(&kept.value) }).collect();
    words
        .into_iter()
        .zip(sent)
        .map(|(title, message)| Step {
            title,
            message: message.map(Shown::of),
            kept: if message.is_none() { kept() } else { Vec::new() },
        })
        .collect()
}
