//! `cloakroom lint`.

use std::path::{Path, PathBuf};

use cloakroom_advise::{Record, Severity};

use super::advise::harmless_lines;
use super::failure::Failure;
use super::run::Setting;
use crate::advice::{Linted, lint_text};
use crate::texts::en::advise as en;

const WARNINGS: u8 = 1;
const ERRORS: u8 = 3;

pub(super) fn run(
    setting: &mut Setting<'_, '_>,
    json: bool,
    record: Option<&Path>,
    config: Option<PathBuf>,
) -> Result<(), Failure> {
    let path = config.or_else(|| setting.named_config());
    let path = path.ok_or_else(|| {
        Failure::Configuration("name the configuration to check: `cloakroom lint cloakroom.toml`, or CLOAKROOM_CONFIG".to_owned())
    })?;
    let text = read(&path)?;
    let record = record.map(parse_record).transpose()?;
    let linted = lint_text(&path, &text, record.as_ref());
    let said = if json {
        serde_json::to_string_pretty(&linted).expect("findings are texts and numbers") + "\n"
    } else {
        in_words(&path, &linted)
    };
    setting.terminal.print(&said)?;
    match linted.findings.iter().map(|found| found.severity).max() {
        Some(Severity::Error) => Err(Failure::Answered(ERRORS)),
        Some(Severity::Warning) => Err(Failure::Answered(WARNINGS)),
        Some(Severity::Note) | None => Ok(()),
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::Configuration(format!("{}: cannot be read: {error}", path.display())))
}

fn parse_record(path: &Path) -> Result<Record, Failure> {
    Record::parse(&read(path)?).map_err(|error| Failure::Configuration(format!("{}: {error}", path.display())))
}

fn in_words(path: &Path, linted: &Linted) -> String {
    let mut lines = Vec::new();
    for found in &linted.findings {
        let line = found.line.map_or_else(String::new, |line| format!(":{line}"));
        let severity = format!("{:?}", found.severity).to_lowercase();
        lines.push(format!("{}{line}: {severity} {}: {}", path.display(), found.id, found.key));
        lines.push(format!("  {}", found.say));
        lines.push(format!("  {}", found.source.join(" · ")));
    }
    let (errors, warnings, notes) = linted.counts();
    let counted = en::findings(errors, warnings, notes);
    lines.push(if counted.is_empty() { en::TEXTS.lint.clean.to_owned() } else { counted });
    let skipped: Vec<_> = linted.skipped().collect();
    if !skipped.is_empty() {
        lines.push(format!("{} {}", en::TEXTS.lint.skipped, skipped.join(", ")));
    }
    harmless_lines(&lines.join("\n")) + "\n"
}
