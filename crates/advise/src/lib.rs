#![doc = include_str!("../README.md")]

mod advice;
mod advise;
mod answers;
mod book;
mod breaks;
mod capabilities;
mod condition;
mod config;
mod context;
mod contradiction;
mod costs;
mod decide;
mod flips;
mod in_words;
mod lint;
#[cfg(test)]
mod mutation;
mod needs;
mod outcome;
mod questions;
mod record;
mod rule;
mod rules;
mod settings;
mod sign_out;
mod snippets;
mod sources;
#[cfg(test)]
mod sweep;
mod system;
mod words;

pub use advice::{
    Advice, AppAdvice, AppConflict, Assumed, Conflict, Excluded, ExcludedBy, FlipAdvice, HOLDS_LATER, Instead, Promise,
    RULES_VERSION, Reason, RunnerUp, SHAPE, SettingAdvice, SystemAdvice, Warning, WayOutAdvice,
};
pub use advise::advise;
pub use answers::{Answers, Fault, Faults};
pub use breaks::Break;
pub use capabilities::{Build, CAPABILITIES, KEY_ALGORITHM, SESSION_TOKENS, TRUSTED_ORIGINS};
pub use context::{Context, Request, Site, Want};
pub use costs::{Cost, INPUTS, Input, Measures, Provenance, UsedInput};
pub use decide::Status;
pub use in_words::advice_in_words;
pub use lint::{
    Accepted, Finding, ForwardAuthHost, LINTS, Lifetime, Lint, LintClient, LintInput, LintKeys, LintOrigin, LintReport,
    OriginEntry, Severity, Silenced, SiteOf, Unchecked, lint,
};
pub use outcome::Outcome;
pub use questions::{Choice, Question, Tick, Topic, questions};
pub use record::{Record, RecordError, RecordedApp};
pub use rule::{Does, Effect, Level, Rank, Rule};
pub use rules::RULES;
pub use sign_out::AtSignOut;
pub use sources::{Source, source};
