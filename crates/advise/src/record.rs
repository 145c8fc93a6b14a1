//! The decision record: Markdown to commit, which says what was decided and why, and which `lint` reads again.
//!
//! People read the text; `lint` reads the one block between the fences at the end. Nothing else of the file counts for it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::advice::{Advice, AppAdvice};
use crate::answers::written;
use crate::costs::Measures;
use crate::decide::Status;
use crate::questions::Topic;

const FORMAT: &str = "cloakroom.record/1";
const OPENING: &str = "```json cloakroom-record";
const CLOSING: &str = "```";

/// What was decided, as `lint` needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    format: String,
    /// The version of the rules it was decided with.
    pub rules_version: String,
    /// The version of Cloakroom it was decided for.
    pub cloakroom: String,
    /// When, RFC 3339.
    pub at: String,
    /// The rules that were set aside.
    pub accepted: Vec<String>,
    /// The apps.
    pub apps: Vec<RecordedApp>,
}

/// What was decided for an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedApp {
    /// Its id, which is its client's.
    pub id: String,
    /// The outcome; empty at a contradiction.
    pub outcome: String,
    /// How soon a forced sign-out must hold, in seconds; `None` where a token may run out by itself.
    pub deadline: Option<u64>,
    /// Whether the servers that check hear of a sign-out: they look the session up, ask, or follow the feed.
    pub hears_of_sign_out: bool,
    /// What was said of a store that is down.
    pub store_down: String,
    /// The rules that must be followed, of those that concern this app.
    pub rules: Vec<String>,
    /// The idle limit that was decided, in seconds.
    pub idle: Option<u64>,
}

/// Why a text is no decision record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordError {
    /// It holds no block that `advise` wrote.
    NoBlock,
    /// The block was changed so that it cannot be read.
    Unreadable,
    /// It is of a format that this version does not know.
    OtherFormat,
}

impl std::fmt::Display for RecordError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::NoBlock => "this is no decision record: write one with `cloakroom advise --record FILE`",
            Self::Unreadable => "the block at the end of the decision record cannot be read: write the record anew",
            Self::OtherFormat => "the decision record has another format: write it anew with this version",
        })
    }
}

impl std::error::Error for RecordError {}

impl Record {
    /// Reads the block that [`Advice::record`] ends with.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let mut lines = text.lines().skip_while(|line| line.trim_end() != OPENING);
        lines.next().ok_or(RecordError::NoBlock)?;
        let block: Vec<_> = lines.take_while(|line| line.trim_end() != CLOSING).collect();
        let record: Self = serde_json::from_str(&block.join("\n")).map_err(|_| RecordError::Unreadable)?;
        if record.format == FORMAT { Ok(record) } else { Err(RecordError::OtherFormat) }
    }

    /// What was decided for the app of that name.
    pub fn app(&self, id: &str) -> Option<&RecordedApp> {
        self.apps.iter().find(|app| app.id == id)
    }
}

/// Writes the record of an advice.
pub(crate) fn write(advice: &Advice, measures: &Measures) -> String {
    let mut text = String::from("# Decision: how people sign in\n");
    let _ = writeln!(text, "\n{}\n", advice.system.summary);
    let _ = writeln!(text, "Decided on {}, with rules {} and Cloakroom {}.", advice.at, advice.rules_version, advice.cloakroom);
    let _ = writeln!(text, "Measures: {}.", measured(measures));
    write_answers(&mut text, advice);
    for app in &advice.apps {
        write_app(&mut text, app);
    }
    if !advice.accepted.is_empty() {
        let _ = writeln!(text, "\n## Set aside\n\nThese rules were set aside by name: {}. Why:\n", advice.accepted.join(", "));
    }
    let record = Record {
        format: FORMAT.to_owned(),
        rules_version: advice.rules_version.to_owned(),
        cloakroom: advice.cloakroom.clone(),
        at: advice.at.clone(),
        accepted: advice.accepted.clone(),
        apps: advice.apps.iter().map(|app| recorded(advice, app)).collect(),
    };
    let block = serde_json::to_string_pretty(&record).expect("texts and numbers can be written");
    let _ = writeln!(text, "\n## For `cloakroom lint`\n\n{OPENING}\n{block}\n{CLOSING}");
    text
}

fn measured(measures: &Measures) -> String {
    match (&measures.at, &measures.machine) {
        (Some(at), Some(machine)) => format!("taken at {at} on {machine}"),
        (Some(at), None) => format!("taken at {at}"),
        _ => "none were taken; the numbers are those of the makers, and assumptions".to_owned(),
    }
}

fn write_answers(text: &mut String, advice: &Advice) {
    let _ = writeln!(text, "\n## Answers\n");
    let answers = serde_json::to_value(&advice.answers).unwrap_or_default();
    for (question, answer) in answers.as_object().into_iter().flatten().filter(|(question, _)| *question != "apps") {
        let _ = writeln!(text, "- {question}: {}", written(answer));
    }
    for assumed in &advice.assumed {
        let _ = writeln!(text, "- {}: {} (assumed)", assumed.question, written(&assumed.answer));
    }
    for app in answers["apps"].as_array().into_iter().flatten() {
        let own = app.as_object().into_iter().flatten().filter(|(member, _)| *member != "id");
        let own: Vec<_> = own.map(|(member, value)| format!("{member} {}", written(value))).collect();
        let _ = writeln!(text, "- app {}: {}", written(&app["id"]), own.join("; "));
    }
}

fn write_app(text: &mut String, app: &AppAdvice) {
    let _ = writeln!(text, "\n## {}\n", app.id);
    match (app.outcome, app.say) {
        (Some(outcome), Some(say)) => {
            let _ = writeln!(text, "`{}`: {say}", outcome.word());
        }
        _ => {
            let _ = writeln!(text, "Nothing was decided: the answers exclude each other.");
        }
    }
    if let Some(other) = &app.runner_up {
        let _ = writeln!(text, "\nA close call: `{}` is the better choice if {}.", other.outcome.word(), other.choose_it_if);
    }
    for instead in &app.instead {
        let _ = writeln!(text, "\nNot in this version: {}. Until then: {}.", instead.need, instead.say);
    }
    let _ = writeln!(text);
    for reason in &app.reasons {
        let _ = writeln!(text, "- {} ({:+}): {}", reason.rule, reason.weight, reason.say);
    }
    for (index, warning) in app.warnings.iter().enumerate() {
        let is_said = app.warnings[..index].iter().any(|other| other.say == warning.say);
        let say = if is_said { "as above." } else { &warning.say };
        let _ = writeln!(text, "- {} ({}): {say}", warning.rule, warning.slug);
    }
    for conflict in &app.contradictions {
        let _ = writeln!(text, "- {}: {}", conflict.rules.join(" and "), conflict.say.join(" "));
    }
}

fn recorded(advice: &Advice, app: &AppAdvice) -> RecordedApp {
    let given = advice.answers.apps.iter().find(|given| given.id == app.id);
    let bits = |topic: Topic| {
        let own = given.map_or(0, |given| given.own.get(topic));
        [own, advice.answers.system.get(topic), topic.default_bits()].into_iter().find(|bits| *bits != 0).unwrap_or_default()
    };
    let word = |topic: Topic| topic.of_bits(bits(topic)).next().map_or("", |choice| choice.id);
    let is_admin = given.is_some_and(|given| given.ticks.has(1));
    // Card rules are not meant for shoppers: they concern the apps of staff.
    let concerned = |id: &str| id != "pci" || is_admin;
    let rules = Topic::Rules.of_bits(bits(Topic::Rules)).map(|choice| choice.id).filter(|id| concerned(id)).map(str::to_owned);
    let has = |key: &str| app.settings.iter().find(|setting| setting.key == key);
    RecordedApp {
        id: app.id.clone(),
        outcome: app.outcome.filter(|_| app.status != Status::Contradiction).map_or("", |outcome| outcome.word()).to_owned(),
        deadline: match word(Topic::Revocation) {
            "next_request" => Some(0),
            "one_minute" => Some(60),
            "fifteen_minutes" => Some(900),
            _ => None,
        },
        hears_of_sign_out: match app.outcome {
            Some(outcome) if outcome.is_checked_locally() => has("follow_feed").is_some() && !app.needs.contains(&"feed"),
            _ => !app.needs.contains(&"introspection"),
        },
        store_down: word(Topic::StoreDown).to_owned(),
        rules: rules.collect(),
        idle: has("lifetimes.idle").and_then(|setting| setting.value.as_u64()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::advise::advise;
    use crate::answers::Answers;
    use crate::capabilities::Build;
    use crate::context::Context;

    #[test]
    fn a_record_that_was_written_can_be_read_again() {
        let answers = json!({"apps": [{"id": "web", "kind": "pages", "admin": true}], "rules": ["pci"], "store_down": "minutes"});
        let context = Context::new(Build::new("1.0.0", ["sqlite"], []), "2026-11-24T10:00:00Z");
        let advice = advise(&Answers::parse(&answers).unwrap(), &context);
        let record = Record::parse(&advice.record.unwrap()).unwrap();
        let web = record.app("web").unwrap();
        assert_eq!((web.outcome.as_str(), web.deadline, web.store_down.as_str()), ("cookie", Some(60), "minutes"));
        assert_eq!((web.rules.as_slice(), web.idle), (&["pci".to_owned()][..], Some(895)));
    }

    #[test]
    fn a_text_that_is_no_record_is_refused_with_what_to_do() {
        assert_eq!(Record::parse("# Notes"), Err(RecordError::NoBlock));
        assert_eq!(Record::parse(&format!("{OPENING}\n{{\n{CLOSING}")), Err(RecordError::Unreadable));
        let other = r#"{"format":"x","rules_version":"","cloakroom":"","at":"","accepted":[],"apps":[]}"#;
        assert_eq!(Record::parse(&format!("{OPENING}\n{other}\n{CLOSING}")), Err(RecordError::OtherFormat));
    }
}
