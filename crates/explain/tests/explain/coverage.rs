//! The tables are whole: every row is there once, reads well, and speaks about something.

use std::collections::BTreeSet;

use cloakroom_explain::{Explainer, all_findings, all_formats};

use crate::samples::load;

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
    for sample in ["corpus.json", "tokens.json", "field.json"].into_iter().flat_map(load) {
        for finding in explainer.explain(&sample.paste()).findings {
            assert!(!finding.text.contains(['{', '}']), "{}: {}", sample.id, finding.text);
            made.insert(finding.id);
        }
    }
    let silent: Vec<&str> = all_findings().map(|finding| finding.id).filter(|id| !made.contains(id)).collect();
    assert_eq!(silent, [""; 0]);
}
