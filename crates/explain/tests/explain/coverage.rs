//! The tables are whole: every row is there once, reads well, and speaks about something.

use std::collections::BTreeSet;

use cloakroom_explain::{Explainer, all_findings, all_formats};

use crate::samples::{Sample, load};

const FILES: [&str; 3] = ["corpus.json", "tokens.json", "field.json"];

fn duplicates<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    ids.filter(|id| !seen.insert(*id)).collect()
}

#[test]
fn every_id_is_given_once() {
    assert_eq!(duplicates(all_findings().map(|finding| finding.id)), [""; 0]);
    assert_eq!(duplicates(all_formats().map(|format| format.id)), [""; 0]);
}

#[test]
fn every_finding_says_when_it_is_made_and_ends_its_sentence() {
    for finding in all_findings() {
        assert!(!finding.condition.is_empty() && finding.condition.ends_with('.'), "{}: {}", finding.id, finding.condition);
        assert!(finding.text.ends_with(['.', '!']), "{}: {}", finding.id, finding.text);
        assert!(finding.remedy.is_none_or(|remedy| remedy.ends_with('.')), "{}: {:?}", finding.id, finding.remedy);
    }
}

#[test]
fn every_finding_is_made_about_some_sample_and_fills_its_sentence() {
    let explainer = Explainer::new();
    let mut made = BTreeSet::new();
    for sample in FILES.into_iter().flat_map(load) {
        for finding in explainer.explain(&sample.paste()).findings {
            assert!(!finding.text.contains(['{', '}']), "{}: {}", sample.id, finding.text);
            made.insert(finding.id);
        }
    }
    let silent: Vec<&str> = all_findings().map(|finding| finding.id).filter(|id| !made.contains(id)).collect();
    assert_eq!(silent, [""; 0]);
}

#[test]
fn every_row_is_missed_by_a_sample_when_it_is_gone() {
    let samples: Vec<_> = FILES.into_iter().flat_map(load).collect();
    let findings: BTreeSet<&str> = samples.iter().flat_map(Sample::expected_findings).collect();
    let formats: BTreeSet<&str> = samples.iter().flat_map(Sample::expected_formats).collect();
    // Only the server that owns an origin can tell that a token is its own.
    let told_by_the_server = "cloakroom.access";
    let unmissed = all_findings().map(|finding| finding.id).filter(|id| !findings.contains(id));
    let unmissed_formats = all_formats().map(|format| format.id).filter(|id| !formats.contains(id) && *id != told_by_the_server);
    assert_eq!(unmissed.chain(unmissed_formats).collect::<Vec<_>>(), [""; 0]);
}
