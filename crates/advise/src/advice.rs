//! The answer: what fits each app, why, what it costs, and what follows.
//!
//! 1. Additive only. Every sentence has a rule, every number a formula and inputs that say where they are from.
//! 2. `outcome` is missing exactly at a contradiction, `runner_up` stands exactly at a close call, `needs` is filled exactly at `not_yet`.
//! 3. The same answers, rules, build and measures give the same bytes: every list has an order, and the only clock is `at`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::answers::Answers;
use crate::breaks::Break;
use crate::costs::Cost;
use crate::decide::Status;
use crate::outcome::Outcome;
use crate::rule::{Level, Rank};
use crate::sign_out::AtSignOut;
use crate::sources::Source;

/// The name and version of this shape.
pub const SHAPE: &str = "cloakroom.advise/1";
/// The version of the table of rules.
pub const RULES_VERSION: &str = "2026.1";

/// What fits a system.
#[derive(Clone, Debug, Serialize)]
pub struct Advice {
    /// The shape.
    pub api: &'static str,
    /// The version of the rules.
    pub rules_version: &'static str,
    /// The version of the build.
    pub cloakroom: String,
    /// When it was asked.
    pub at: String,
    /// What was answered.
    pub answers: Answers,
    /// The rules that were set aside by name.
    pub accepted: Vec<String>,
    /// What was not answered, and what counted instead.
    pub assumed: Vec<Assumed>,
    /// The system as a whole.
    pub system: SystemAdvice,
    /// The apps, by id.
    pub apps: Vec<AppAdvice>,
    /// The contradictions of all apps.
    pub contradictions: Vec<AppConflict>,
    /// What would change an outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flips: Option<Vec<FlipAdvice>>,
    /// What this advice does not speak of.
    pub not_asked: Vec<&'static str>,
    /// The decision record, to commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The sources of all sentences.
    pub sources: Vec<Source>,
}

/// An answer that nobody gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assumed {
    /// The question.
    pub question: &'static str,
    /// What counted.
    pub answer: Value,
}

/// What holds for the system as a whole.
#[derive(Clone, Debug, Serialize)]
pub struct SystemAdvice {
    /// One sentence per app.
    pub summary: String,
    /// The store; missing where no app uses Cloakroom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<&'static str>,
    /// How soon a forced sign-out holds everywhere; missing where no app uses Cloakroom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_promise: Option<Promise>,
    /// What the build lacks for what would fit.
    pub capabilities_missing: Vec<&'static str>,
    /// The whole configuration file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
}

/// The slowest sign-out of a system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Promise {
    /// At worst, in seconds.
    pub seconds: u64,
    /// In normal times.
    pub normal: String,
    /// At worst.
    pub worst: String,
    /// The app that it is the promise of.
    pub weakest_app: String,
    /// Whether this build keeps it; not where it lacks something for what would fit.
    pub holds_today: bool,
}

/// What is said beside a [`Promise`] that does not hold today.
pub const HOLDS_LATER: &str = "once nothing is missing";

/// What fits an app.
#[derive(Clone, Debug, Serialize)]
pub struct AppAdvice {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: &'static str,
    /// How it came out.
    pub status: Status,
    /// What fits.
    pub outcome: Option<Outcome>,
    /// The cell its client uses.
    pub cell: Option<&'static str>,
    /// The outcome in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub say: Option<&'static str>,
    /// The sum of its weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<i32>,
    /// By how much it is ahead; missing where nothing else was possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<i32>,
    /// What fits nearly as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<RunnerUp>,
    /// The rules that spoke for and against it.
    pub reasons: Vec<Reason>,
    /// What was not possible, and by whom.
    pub excluded: Vec<Excluded>,
    /// What to know, loudest first.
    pub warnings: Vec<Warning>,
    /// What the build lacks for it.
    pub needs: Vec<&'static str>,
    /// What to use today instead, for each of `needs`.
    pub instead: Vec<Instead>,
    /// The settings.
    pub settings: Vec<SettingAdvice>,
    /// The costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub costs: Option<Vec<Cost>>,
    /// What a sign-out does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_sign_out: Option<AtSignOut>,
    /// What breaks first.
    pub breaks_first: Vec<Break>,
    /// The entry of the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
    /// Short programs, by framework.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippets: Option<BTreeMap<&'static str, String>>,
    /// The smallest sets of rules that exclude everything.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contradictions: Vec<Conflict>,
    /// What would resolve it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ways_out: Vec<WayOutAdvice>,
}

/// What fits nearly as well.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunnerUp {
    /// Which.
    pub outcome: Outcome,
    /// The sum of its weights.
    pub score: i32,
    /// When to choose it, as the end of a sentence that begins with "if".
    pub choose_it_if: String,
}

/// A rule that weighed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// Which.
    pub rule: &'static str,
    /// Its sentence.
    pub say: &'static str,
    /// Its weight for the outcome.
    pub weight: i32,
    /// Its sources.
    pub sources: &'static [&'static str],
}

/// An outcome that was not possible.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Excluded {
    /// Which.
    pub outcome: Outcome,
    /// By whom.
    pub by: Vec<ExcludedBy>,
}

/// A rule that took an outcome away.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExcludedBy {
    /// Which.
    pub rule: &'static str,
    /// Its rank; missing where two bounds left no room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
    /// Its sentence.
    pub say: &'static str,
}

/// Something to know.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Warning {
    /// Its name.
    pub slug: &'static str,
    /// How loud.
    pub level: Level,
    /// The rule.
    pub rule: &'static str,
    /// The sentence.
    pub say: String,
}

/// What to use where the build lacks something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Instead {
    /// What it lacks.
    pub need: &'static str,
    /// The rule that asks for it.
    pub rule: &'static str,
    /// What to use today.
    pub say: String,
}

/// A setting, and who set it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SettingAdvice {
    /// Its key.
    pub key: &'static str,
    /// Its value.
    pub value: Value,
    /// Its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
    /// The bounds it lies within.
    pub bound: Option<String>,
    /// The rules that set it, or `default`.
    pub by: Vec<&'static str>,
}

/// A set of rules that exclude everything together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conflict {
    /// The rules.
    pub rules: Vec<&'static str>,
    /// Their sentences.
    pub say: Vec<&'static str>,
}

/// A contradiction, and whose it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AppConflict {
    /// The app.
    pub app: String,
    /// The rules and their sentences.
    #[serde(flatten)]
    pub conflict: Conflict,
}

/// What would resolve a contradiction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WayOutAdvice {
    /// The other answers, as members of the app.
    pub change: Map<String, Value>,
    /// The rule to set aside.
    pub accept: Option<&'static str>,
    /// What comes out then.
    pub gives: Outcome,
    /// The same in words, as the end of a sentence that begins with "if".
    pub say: String,
}

/// Another answer, and what would come out then.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FlipAdvice {
    /// The app.
    pub app: String,
    /// The other answer, as a member of the app.
    #[serde(rename = "if")]
    pub change: Map<String, Value>,
    /// What would come out: an outcome, or `contradiction`.
    pub then: &'static str,
}
