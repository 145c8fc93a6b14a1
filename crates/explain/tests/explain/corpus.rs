//! Pastes with what must be said about them. Each sample names what it is, findings that must be there, findings that must not, and some
//! of the things inside.

use crate::samples::{Sample, load};

#[test]
fn every_sample_of_the_corpus_is_explained_as_expected() {
    check(&load("corpus.json"));
}

#[test]
fn pastes_from_the_field_are_explained_as_expected() {
    check(&load("field.json"));
}

#[test]
fn a_value_of_every_kind_is_explained_as_expected() {
    check(&load("tokens.json"));
}

fn check(samples: &[Sample]) {
    let explainer = cloakroom_explain::Explainer::new();
    let complaints: Vec<String> = samples.iter().filter_map(|sample| sample.complaint(&explainer)).collect();
    let failed = complaints.len();
    assert!(failed == 0, "{failed} of {} samples:\n{}", samples.len(), complaints.join("\n"));
}
