//! Applies every rule to a configuration.

use super::hit::Hit;
use super::input::LintInput;
use super::lints::{LINTS, Lint};
use super::report::{Finding, LintReport, Severity, Silenced, Unchecked};
use super::times;
use crate::record::Record;

/// The rules that compare a client with what was decided for the app of its name.
const BY_APP: [&str; 2] = ["T10", "T11"];

/// Checks a configuration, with the decision record where there is one.
pub fn lint(input: &LintInput, record: Option<&Record>) -> LintReport {
    let mut report = LintReport::default();
    for rule in LINTS {
        if let Some(missing) = rule.settings.iter().find(|setting| !input.known.contains(**setting)) {
            report.asleep.push(Unchecked { id: rule.id, why: format!("This version has no setting `{missing}`.") });
        } else if rule.needs_record && record.is_none() {
            let why = "It compares with a decision record, and none was given.".to_owned();
            report.skipped.push(Unchecked { id: rule.id, why });
        } else {
            report.skipped.extend(record.and_then(|record| without_client(input, rule, record)));
            for hit in (rule.check)(input, record) {
                report.add(input, finding(input, rule, hit));
            }
        }
    }
    report.findings.sort_by(|left, right| {
        let place = |finding: &Finding| (finding.line.unwrap_or(u32::MAX), finding.id, finding.key.clone());
        place(left).cmp(&place(right))
    });
    report
}

/// What a rule could not compare, because the record names apps that are no clients.
fn without_client(input: &LintInput, rule: &Lint, record: &Record) -> Option<Unchecked> {
    let shown = |id: &str| format!("`{}`", id.chars().filter(|letter| !letter.is_control()).take(64).collect::<String>());
    let names: Vec<_> = times::unmatched(input, record).filter(|_| BY_APP.contains(&rule.id)).map(shown).collect();
    let why = || format!("The record decides for {}, and no client has that id: give both one name.", names.join(", "));
    (!names.is_empty()).then(|| Unchecked { id: rule.id, why: why() })
}

fn finding(input: &LintInput, rule: &Lint, hit: Hit) -> Finding {
    let say = if hit.detail.is_empty() { rule.say.to_owned() } else { format!("{} ({})", rule.say, hit.detail) };
    Finding {
        id: rule.id,
        severity: hit.severity.unwrap_or(rule.severity),
        line: line_of(input, &hit.key),
        key: hit.key,
        say,
        source: rule.sources.to_vec(),
    }
}

/// The line of a key, or of the nearest section around it that stands in the file.
fn line_of(input: &LintInput, key: &str) -> Option<u32> {
    let mut key = key;
    loop {
        if let Some(line) = input.lines.get(key) {
            return Some(*line);
        }
        key = &key[..key.rfind('.')?];
    }
}

impl LintReport {
    fn add(&mut self, input: &LintInput, finding: Finding) {
        let accepted = input.accepted.iter().find(|accepted| accepted.id == finding.id && !accepted.reason.trim().is_empty());
        match accepted.filter(|_| finding.severity < Severity::Error) {
            Some(accepted) => self.silenced.push(Silenced { finding, reason: accepted.reason.clone() }),
            None => self.findings.push(finding),
        }
    }
}
