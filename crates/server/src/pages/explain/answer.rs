//! An explanation as the page shows it: answer first, then each thing peeled, then what is wrong, numbered and tied to its part.
//!
//! 1. Findings are numbered in the order of the answer, the serious ones first. What is done right has no number but a mark.
//! 2. What signs nobody in is folded away below everything else, unless there is nothing else.
//! 3. Every value is text: nothing that was pasted becomes a link, an address or markup.

use std::collections::HashMap;

use cloakroom::Timestamp;
use cloakroom_explain::{Alternative, Confidence, Explanation, FindingReport, ItemReport, Ours, Part, PartReport, Severity, Who};
use serde::Serialize;
use serde_json::{Map, Value};

use super::lifetime::Lifetime;
use crate::explain::moment;
use crate::texts::en::{self, explain as words};

/// What the name of a member ends with that says a moment in words.
const WRITTEN: &str = "_utc";
/// How many characters of a readable piece stand together.
const GROUP: usize = 8;

#[derive(Serialize)]
pub(super) struct Answer {
    /// What it is, without what is wrong with it.
    title: String,
    /// The first finding, where it is one to act on.
    worst: Option<String>,
    count: String,
    picture: Option<&'static str>,
    was_blanked: bool,
    alternatives: Vec<Reading>,
    ours: Option<OwnAnswer>,
    items: Vec<Thing>,
    quiet: Vec<Thing>,
    findings: Vec<Said>,
    good: Vec<Said>,
}

/// Another way to read a text.
#[derive(Serialize)]
struct Reading {
    format: String,
    words: String,
    because: String,
}

/// What this server would do with it.
#[derive(Serialize)]
struct OwnAnswer {
    accepted: Option<bool>,
    text: String,
}

/// One cookie, token or key.
#[derive(Serialize)]
pub(super) struct Thing {
    id: String,
    name: String,
    place: String,
    format: String,
    confidence: String,
    is_unsure: bool,
    because: Vec<String>,
    says: String,
    what: String,
    class: &'static str,
    icon: &'static str,
    carrier: Option<&'static str>,
    shown: String,
    rows: Vec<Row>,
    inside: Vec<Section>,
    nested: Vec<Thing>,
    who: Vec<Person>,
    lifetime: Option<Lifetime>,
    size: Option<String>,
    pitfall: &'static str,
    alternatives: Vec<Reading>,
    marks: Marks,
}

/// A part of it.
#[derive(Serialize)]
struct Row {
    label: String,
    value: Option<String>,
    groups: Vec<String>,
    blanked: Option<String>,
    says: String,
    marks: Marks,
}

/// What decodes inside.
#[derive(Serialize)]
struct Section {
    title: String,
    rows: Vec<Row>,
}

/// The findings about a part.
#[derive(Serialize, Default, Clone)]
struct Marks {
    numbers: Vec<usize>,
    in_order: bool,
}

#[derive(Serialize)]
struct Person {
    name: String,
    read: String,
    usable: String,
    because: String,
    tone: &'static str,
}

/// A finding.
#[derive(Serialize)]
struct Said {
    number: usize,
    id: String,
    severity: &'static str,
    words: String,
    title: String,
    text: String,
    remedy: Option<String>,
    about: Option<String>,
    sources: Vec<Cited>,
}

#[derive(Serialize)]
struct Cited {
    label: String,
    url: Option<String>,
}

impl Answer {
    pub(super) fn of(explanation: &Explanation) -> Self {
        let numbered = Numbered::of(&explanation.findings);
        let now = moment(&explanation.now).unwrap_or_default();
        let things: Vec<_> = explanation
            .items
            .iter()
            .filter(|item| is_worth_showing(item))
            .map(|item| (is_quiet(item), thing(item, &numbered, now)))
            .collect();
        let several = things.len() > 1;
        let all_quiet = things.iter().all(|(quiet, _)| *quiet);
        let (quiet, items): (Vec<_>, Vec<_>) = things.into_iter().partition(|(quiet, _)| *quiet && !all_quiet);
        let counts = &explanation.counts;
        let names: HashMap<_, _> = explanation.items.iter().map(|item| (item.id.as_str(), words::place(&item.at))).collect();
        let about = |found: &FindingReport| found.item.as_deref().filter(|_| several).and_then(|id| names.get(id)).cloned();
        let (good, findings): (Vec<_>, Vec<_>) = explanation
            .findings
            .iter()
            .map(|found| (found.severity == Severity::Good, said(found, &numbered, about(found))))
            .partition(|(is_good, _)| *is_good);
        Self {
            title: explanation.summary.split_once(". ").map_or(&*explanation.summary, |(title, _)| title).to_owned(),
            worst: explanation
                .findings
                .first()
                .filter(|found| found.severity >= Severity::Warning)
                .map(|found| found.text.clone()),
            count: words::finding_count(counts.error, counts.warning, counts.note),
            picture: explanation
                .items
                .iter()
                .find(|item| !is_quiet(item) && is_worth_showing(item))
                .or(explanation.items.first())
                .and_then(picture),
            was_blanked: explanation.input.blanked,
            alternatives: readings(&explanation.input.alternatives),
            ours: own(&explanation.ours),
            items: items.into_iter().map(|(_, thing)| thing).collect(),
            quiet: quiet.into_iter().map(|(_, thing)| thing).collect(),
            findings: findings.into_iter().map(|(_, said)| said).collect(),
            good: good.into_iter().map(|(_, said)| said).collect(),
        }
    }
}

/// Which number a finding has on the page, and which findings are about which part of which item.
struct Numbered<'a> {
    numbers: HashMap<&'a str, usize>,
    parts: HashMap<(&'a str, &'a str), Marks>,
    whole: HashMap<&'a str, Marks>,
}

impl<'a> Numbered<'a> {
    fn of(findings: &'a [FindingReport]) -> Self {
        let mut numbered = Self { numbers: HashMap::new(), parts: HashMap::new(), whole: HashMap::new() };
        for found in findings {
            let is_good = found.severity == Severity::Good;
            let number = numbered.numbers.len() + 1;
            if !is_good {
                numbered.numbers.insert(&found.reference, number);
            }
            let Some(item) = found.item.as_deref() else { continue };
            let marks = match found.part.as_deref() {
                Some(part) => numbered.parts.entry((item, part)).or_default(),
                None => numbered.whole.entry(item).or_default(),
            };
            if is_good { marks.in_order = true } else { marks.numbers.push(number) }
        }
        numbered
    }

    fn part(&self, item: &str, part: &str) -> Marks {
        self.parts.get(&(item, part)).cloned().unwrap_or_default()
    }
}

fn is_quiet(item: &ItemReport) -> bool {
    matches!(item.part, Part::Tracking | Part::NotAuth)
}

/// A scheme is the word before a credential: it has a place of its own where something is wrong with it.
fn is_worth_showing(item: &ItemReport) -> bool {
    !(item.at.ends_with(".scheme") && item.findings.is_empty())
}

fn is_letter(part: Part) -> bool {
    matches!(part, Part::Signed | Part::Encrypted)
}

/// The picture of what it is and how it travels, where there is one.
fn picture(item: &ItemReport) -> Option<&'static str> {
    let letter = is_letter(item.part);
    if !letter && item.part != Part::SessionReference {
        return None;
    }
    Some(match (item.carrier, letter) {
        (Some("cookie"), false) => "cell-cookie",
        (Some("cookie"), true) => "cell-jwt_cookie",
        (Some("header"), false) => "cell-token",
        (Some("header"), true) => "cell-jwt",
        (_, false) => "ticket",
        (_, true) => "letter",
    })
}

fn thing(item: &ItemReport, numbered: &Numbered<'_>, now: Timestamp) -> Thing {
    let (class, icon) = match item.part {
        Part::SessionReference => ("is-session", "i-ticket"),
        Part::Signed | Part::Encrypted => ("is-jwt", "i-jwt"),
        Part::ApiKey => ("is-header", "i-header"),
        Part::Unprotected | Part::Key | Part::Password => ("is-ended", "i-ended"),
        _ => ("is-plain", "i-note"),
    };
    let carrier = match item.carrier {
        Some("cookie") => Some("cookie"),
        Some("header") => Some("header"),
        Some("url") => Some("address"),
        Some("body") => Some("body"),
        _ => None,
    };
    Thing {
        id: item.id.clone(),
        name: item.name.to_owned(),
        place: words::place(&item.at),
        format: item.format.to_owned(),
        confidence: words::confidence(item.confidence).to_owned(),
        is_unsure: item.confidence == Confidence::Weak,
        because: item.because.clone(),
        says: item.says.to_owned(),
        what: words::part(item.part).to_owned(),
        class,
        icon,
        carrier,
        shown: item.shown.clone(),
        rows: item.parts.iter().map(|piece| row(piece, numbered.part(&item.id, &piece.id))).collect(),
        inside: item.decoded.as_ref().map(|decoded| sections(decoded, now)).unwrap_or_default(),
        nested: item.nested.iter().map(|inner| thing(inner, numbered, now)).collect(),
        who: item.who.iter().map(person).collect(),
        lifetime: Lifetime::of(&item.lifetime, carrier == Some("cookie"), is_letter(item.part), now),
        size: (item.size.bytes > 0).then(|| words::size(item.size.bytes, item.size.limit)),
        pitfall: item.pitfall,
        alternatives: readings(&item.alternatives),
        marks: numbered.whole.get(item.id.as_str()).cloned().unwrap_or_default(),
    }
}

fn row(piece: &PartReport, marks: Marks) -> Row {
    let length = piece.span.map_or(0, |[from, until]| until.saturating_sub(from));
    let value = piece.value.clone().filter(|_| !piece.secret);
    Row {
        label: piece.label.clone(),
        groups: value.as_deref().map(grouped).unwrap_or_default(),
        blanked: piece.secret.then(|| words::blanked(length)),
        value,
        says: piece.says.clone(),
        marks,
    }
}

/// A long piece without a space, in groups that can be compared by eye; nothing where it is short or prose.
fn grouped(value: &str) -> Vec<String> {
    let letters: Vec<char> = value.chars().collect();
    if letters.len() <= 3 * GROUP || value.contains(' ') {
        return Vec::new();
    }
    letters.chunks(GROUP).map(|group| group.iter().collect()).collect()
}

/// Header and claims, the header first, or whatever else decodes; one row for each member.
fn sections(decoded: &Value, now: Timestamp) -> Vec<Section> {
    let Value::Object(members) = decoded else {
        return vec![Section { title: String::new(), rows: vec![claim("", decoded, None)] }];
    };
    if members.is_empty() || !members.values().all(Value::is_object) {
        return vec![Section { title: String::new(), rows: claims(members, now) }];
    }
    let mut sections: Vec<_> = members
        .iter()
        .filter_map(|(title, value)| Some(Section { title: title.clone(), rows: claims(value.as_object()?, now) }))
        .collect();
    sections.sort_by_key(|section| section.title != "header");
    sections
}

/// The members of an object. A date has a second member with the same moment in words: both are one row.
fn claims(members: &Map<String, Value>, now: Timestamp) -> Vec<Row> {
    let is_written = |name: &String| name.strip_suffix(WRITTEN).is_some_and(|of| members.contains_key(of));
    let moment_of = |name: &String| members.get(&format!("{name}{WRITTEN}")).and_then(Value::as_str).and_then(moment);
    let own = members.iter().filter(|(name, _)| !is_written(name));
    own.map(|(name, value)| claim(name, value, moment_of(name).map(|at| en::clock(at, now)))).collect()
}

fn claim(name: &str, value: &Value, at: Option<String>) -> Row {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let says = [words::claim(name).to_owned(), at.unwrap_or_default()].into_iter().filter(|text| !text.is_empty());
    let says = says.collect::<Vec<_>>().join(" ");
    Row { label: name.to_owned(), value: Some(text), groups: Vec::new(), blanked: None, says, marks: Marks::default() }
}

fn person(who: &Who) -> Person {
    let tone = match (who.read, who.r#use) {
        (_, "yes") | ("yes", _) => "open",
        ("no", "no") => "shut",
        _ => "partly",
    };
    Person {
        name: words::who(who.who).to_owned(),
        read: words::can(who.read).to_owned(),
        usable: words::can(who.r#use).to_owned(),
        because: who.because.to_owned(),
        tone,
    }
}

fn readings(alternatives: &[Alternative]) -> Vec<Reading> {
    let reading = |one: &Alternative| Reading {
        format: one.format.to_owned(),
        words: words::read_it_as(one.name),
        because: one.because.clone(),
    };
    alternatives.iter().map(reading).collect()
}

fn own(ours: &Ours) -> Option<OwnAnswer> {
    if !ours.is_ours {
        return None;
    }
    let Some(verdict) = &ours.verdict else {
        return Some(OwnAnswer { accepted: None, text: ours.why_no_verdict.unwrap_or_default().to_owned() });
    };
    let check = verdict.check.as_deref().unwrap_or_default();
    Some(OwnAnswer { accepted: Some(verdict.accepted), text: words::check(check).to_owned() })
}

fn said(found: &FindingReport, numbered: &Numbered<'_>, about: Option<String>) -> Said {
    let (title, text) = found.text.split_once(". ").map_or((found.text.as_str(), ""), |(title, text)| (title, text));
    Said {
        number: numbered.numbers.get(found.reference.as_str()).copied().unwrap_or_default(),
        id: found.id.to_owned(),
        severity: severity_word(found.severity),
        words: words::severity(severity_word(found.severity)).to_owned(),
        title: title.trim_end_matches('.').to_owned(),
        text: text.to_owned(),
        remedy: found.remedy.map(str::to_owned),
        about,
        sources: found.sources.iter().map(|source| Cited { label: source.label.to_owned(), url: source.url.clone() }).collect(),
    }
}

pub(super) const fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
        Severity::Good => "good",
    }
}
