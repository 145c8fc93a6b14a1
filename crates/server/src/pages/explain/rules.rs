//! `/explain/rules`: everything that explain knows, as the tables it reads: formats, findings, thresholds, and what the page blanks.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use cloakroom::RequestContext;
use cloakroom_explain::{Answer, Finding, Format, Told, all_findings, all_formats};
use http::StatusCode;
use serde::Serialize;

use super::answer::severity_word;
use crate::error::ApiError;
use crate::explain::blanking::SHAPES;
use crate::pages::page::Pages;
use crate::texts::en::explain as words;

#[derive(Serialize)]
struct RulesPage {
    format_count: usize,
    finding_count: usize,
    thresholds: &'static [words::Threshold],
    format_groups: Vec<FormatSection>,
    finding_groups: Vec<FindingSection>,
    blanking: Vec<Blanked>,
}

#[derive(Serialize)]
struct FormatSection {
    title: &'static str,
    anchor: String,
    rows: Vec<FormatRow>,
}

#[derive(Serialize)]
struct FormatRow {
    id: &'static str,
    name: &'static str,
    part: &'static str,
    says: &'static str,
    recognised: &'static str,
    readable: String,
    remembered: String,
    lifetime: &'static str,
    pitfall: &'static str,
    sources: Vec<&'static str>,
}

#[derive(Serialize)]
struct FindingSection {
    title: &'static str,
    anchor: String,
    rows: Vec<FindingRow>,
}

#[derive(Serialize)]
struct FindingRow {
    id: &'static str,
    severity: &'static str,
    words: &'static str,
    condition: &'static str,
    text: &'static str,
    remedy: Option<&'static str>,
    sources: Vec<&'static str>,
}

#[derive(Serialize)]
struct Blanked {
    name: &'static str,
    stays: &'static str,
}

/// `GET /explain/rules`.
pub(crate) async fn rules(State(pages): State<Pages>, context: RequestContext) -> Result<Response, ApiError> {
    let viewer = pages.visitor(&context).await.unwrap_or_default();
    let of_page = RulesPage {
        format_count: all_formats().count(),
        finding_count: all_findings().count(),
        thresholds: words::THRESHOLDS,
        format_groups: format_groups(),
        finding_groups: finding_groups(),
        blanking: SHAPES.iter().map(|shape| Blanked { name: shape.name, stays: shape.stays }).collect(),
    };
    pages.show(StatusCode::OK, "explain_rules.html", "explain", viewer.as_deref(), of_page)
}

fn format_groups() -> Vec<FormatSection> {
    let mut groups: BTreeMap<_, Vec<FormatRow>> = BTreeMap::new();
    for format in all_formats() {
        groups.entry(format.group).or_default().push(format_row(format));
    }
    let section =
        |(number, (group, rows))| FormatSection { title: words::format_group(group), anchor: format!("formats-{number}"), rows };
    groups.into_iter().enumerate().map(section).collect()
}

fn format_row(format: &'static Format) -> FormatRow {
    FormatRow {
        id: format.id,
        name: format.name,
        part: words::part(format.part),
        says: format.says,
        recognised: format.recognised,
        readable: told(format.readable),
        remembered: told(format.remembered),
        lifetime: format.lifetime,
        pitfall: format.pitfall,
        sources: format.sources.to_vec(),
    }
}

fn finding_groups() -> Vec<FindingSection> {
    let mut groups: BTreeMap<_, Vec<FindingRow>> = BTreeMap::new();
    for finding in all_findings() {
        groups.entry(finding.group).or_default().push(finding_row(finding));
    }
    let section = |(number, (group, rows))| FindingSection {
        title: words::finding_group(group),
        anchor: format!("findings-{number}"),
        rows,
    };
    groups.into_iter().enumerate().map(section).collect()
}

fn finding_row(finding: &'static Finding) -> FindingRow {
    let severity = severity_word(finding.severity);
    FindingRow {
        id: finding.id,
        severity,
        words: words::severity(severity),
        condition: finding.condition,
        text: finding.text,
        remedy: finding.remedy,
        sources: finding.sources.to_vec(),
    }
}

/// A short answer with what has to be added.
fn told(told: Told) -> String {
    let answer = match told.answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Partly => "in part",
        Answer::Probably => "probably",
        Answer::Depends => "it depends",
        Answer::NotApplicable => "–",
    };
    if told.detail.is_empty() { answer.to_owned() } else { format!("{answer}: {}", told.detail) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_both_tables_is_published_once() {
        let shown: Vec<_> = format_groups().iter().flat_map(|group| group.rows.iter().map(|row| row.id)).collect();
        assert_eq!(shown.len(), all_formats().count());
        let shown: Vec<_> = finding_groups().iter().flat_map(|group| group.rows.iter().map(|row| row.id)).collect();
        assert_eq!(shown.len(), all_findings().count());
    }
}
