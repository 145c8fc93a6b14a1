//! Samples: pastes, and what is expected of their explanation.

use std::collections::BTreeSet;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloakroom_explain::{Explainer, Explanation, ItemReport, Paste};
use cloakroom_primitives::Timestamp;
use serde::Deserialize;

/// A paste with what is expected.
#[derive(Deserialize)]
pub(crate) struct Sample {
    pub(crate) id: String,
    now: String,
    input: Option<String>,
    input_base64: Option<String>,
    input_gen: Option<Generated>,
    origin: Option<String>,
    expect: Expected,
}

/// A text too long to be kept.
#[derive(Deserialize)]
struct Generated {
    prefix: String,
    repeat: String,
    times: usize,
    suffix: String,
}

#[derive(Deserialize)]
struct Expected {
    format: String,
    #[serde(default)]
    findings_include: Vec<String>,
    #[serde(default)]
    findings_exclude: Vec<String>,
    #[serde(default)]
    parts: Vec<ExpectedPart>,
}

#[derive(Deserialize)]
struct ExpectedPart {
    at: String,
    format: String,
}

/// Reads a file of samples.
pub(crate) fn load(name: &str) -> Vec<Sample> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

impl Sample {
    /// The paste.
    pub(crate) fn paste(&self) -> Paste {
        self.paste_of(&self.bytes())
    }

    /// Other bytes in place of the sample's, at the same moment and from the same place.
    pub(crate) fn paste_of(&self, bytes: &[u8]) -> Paste {
        let now: jiff::Timestamp = self.now.parse().unwrap();
        let now = Timestamp::from_seconds(now.as_second().try_into().unwrap());
        let paste = Paste::from_bytes(bytes, now);
        match &self.origin {
            Some(origin) => paste.from_origin(origin.clone()),
            None => paste,
        }
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match (&self.input, &self.input_base64, &self.input_gen) {
            (Some(text), ..) => text.clone().into_bytes(),
            (_, Some(encoded), _) => STANDARD.decode(encoded).unwrap(),
            (.., Some(made)) => format!("{}{}{}", made.prefix, made.repeat.repeat(made.times), made.suffix).into_bytes(),
            _ => panic!("{} has no input", self.id),
        }
    }

    /// The findings that are expected.
    pub(crate) fn expected_findings(&self) -> impl Iterator<Item = &str> {
        self.expect.findings_include.iter().map(String::as_str)
    }

    /// The formats that are expected, of the whole and of things inside.
    pub(crate) fn expected_formats(&self) -> impl Iterator<Item = &str> {
        let parts = self.expect.parts.iter().map(|part| part.format.as_str());
        std::iter::once(self.expect.format.as_str()).chain(parts)
    }

    /// What differs from what is expected; none when nothing does.
    pub(crate) fn complaint(&self, explainer: &Explainer) -> Option<String> {
        let explanation = explainer.explain(&self.paste());
        let found: BTreeSet<&str> = explanation.findings.iter().map(|finding| finding.id).collect();
        let mut complaints = Vec::new();
        if explanation.input.container != self.expect.format {
            complaints.push(format!("is {}, expected {}", explanation.input.container, self.expect.format));
        }
        complaints.extend(
            self.expect.findings_include.iter().filter(|id| !found.contains(id.as_str())).map(|id| format!("{id} is missing")),
        );
        complaints.extend(
            self.expect.findings_exclude.iter().filter(|id| found.contains(id.as_str())).map(|id| format!("{id} is too much")),
        );
        complaints.extend(self.expect.parts.iter().filter_map(|part| part.complaint(&explanation)));
        (!complaints.is_empty()).then(|| format!("{}: {}", self.id, complaints.join("; ")))
    }
}

impl ExpectedPart {
    fn complaint(&self, explanation: &Explanation) -> Option<String> {
        let at: Vec<&ItemReport> = explanation.items.iter().filter(|item| item.at == self.at).collect();
        if at.iter().any(|item| item.format == self.format) {
            return None;
        }
        let formats: Vec<&str> = at.iter().map(|item| item.format).collect();
        Some(format!("{} is {formats:?}, expected {}", self.at, self.format))
    }
}
