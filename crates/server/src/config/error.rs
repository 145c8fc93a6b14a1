//! What is wrong with a configuration, and where.

use std::fmt;
use std::path::PathBuf;

/// Where a value was written. A later variant goes before an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// In a file that could not be read at all.
    File(PathBuf),
    /// On a line of the configuration file, counted from 1.
    Line(PathBuf, usize),
    /// In a variable of the environment.
    Variable(String),
    /// In a flag of the command line.
    Flag(&'static str),
}

impl Place {
    /// Whether both are in the same source: the file, the environment, or the flags.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Line(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// One thing to correct.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// Where to correct it.
    pub(crate) place: Place,
    /// What is wrong and what is expected. It never repeats a value: the value may be a secret.
    pub(crate) text: String,
}

/// A configuration that was refused: every problem of it, so that one look at the file mends all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConfigError {
    /// In the order of their places; at least one.
    problems: Vec<Problem>,
}

impl ConfigError {
    /// Refuses with these problems; `None` when there are none.
    pub(crate) fn of(mut problems: Vec<Problem>) -> Option<Self> {
        problems.sort();
        (!problems.is_empty()).then_some(Self { problems })
    }

    /// Refuses with one problem.
    pub(crate) fn one(place: Place, text: impl Into<String>) -> Self {
        Self { problems: vec![Problem { place, text: text.into() }] }
    }
}

impl ConfigError {
    /// Every problem, with its line where it stands on one.
    pub(crate) fn by_line(&self) -> impl Iterator<Item = (Option<usize>, &str)> {
        self.problems.iter().map(|problem| match problem.place {
            Place::Line(_, line) => (Some(line), problem.text.as_str()),
            _ => (None, problem.text.as_str()),
        })
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Problem { place, text }) in self.problems.iter().enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{place}: {text}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
