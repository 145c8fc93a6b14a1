//! Applies every rule to a configuration.

use super::hit::Hit;
use super::input::LintInput;
use super::lints::{LINTS, Lint};
use super::report::{Finding, LintReport, Severity, Silenced, Unchecked};
use crate::record::Record;

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
