//! What was answered: read strictly, so that a slip is named instead of being taken for a default.
//!
//! 1. An unknown member or option is refused with the nearest one that exists, at the member where it stands.
//! 2. An answer inside an app counts for that app alone, before the system's.
//! 3. A single-page app without `place`, of its own or the system's, is refused: nothing can be assumed there.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Map, Value};

use crate::questions::{Topic, band, bands};

/// The most apps one system may list.
const MOST_APPS: usize = 32;
const MOST_USERS: u64 = 10_000_000_000;
const MOST_REQUESTS: u64 = 1_000_000_000;

/// A system as its people describe it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    pub(crate) apps: Vec<App>,
    pub(crate) system: Chosen,
}

/// One app of the system.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) ticks: Ticks,
    pub(crate) own: Chosen,
}

/// What was ticked beside an app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ticks(u8);

impl Ticks {
    /// The ticks there are, in the order of their bits.
    pub(crate) const WORDS: [&'static str; 4] = ["third_party", "admin", "stay", "live"];

    pub(crate) fn has(self, index: usize) -> bool {
        self.0 & (1 << index) != 0
    }

    pub(crate) fn toggled(self, index: usize) -> Self {
        Self(self.0 ^ (1 << index))
    }
}

/// How many people are signed in, and requests a second at the peak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Load {
    Band(&'static str),
    Exact { users: u64, rps: u64 },
}

impl Load {
    pub(crate) fn numbers(self) -> (u64, u64) {
        match self {
            Self::Band(word) => band(word).expect("a band was read from the list of bands"),
            Self::Exact { users, rps } => (users, rps),
        }
    }
}

/// Options by topic, as bits; zero is not answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chosen {
    bits: [u16; Topic::ALL.len()],
    pub(crate) load: Option<Load>,
}

impl Chosen {
    pub(crate) fn get(&self, topic: Topic) -> u16 {
        self.bits[topic as usize]
    }

    pub(crate) fn set(&mut self, topic: Topic, bits: u16) {
        self.bits[topic as usize] = bits;
    }
}

/// What is wrong with the answers, by member: `apps[1].place`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Faults {
    by_member: BTreeMap<String, Vec<Fault>>,
}

/// One thing that is wrong with a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// `unknown`, `missing`, `wrong_type`, `invalid` or `too_many`.
    pub code: &'static str,
    /// What to do about it, in a sentence.
    pub message: String,
}

impl Faults {
    /// The members with something wrong, in order.
    pub fn by_member(&self) -> &BTreeMap<String, Vec<Fault>> {
        &self.by_member
    }

    pub(crate) fn add(&mut self, member: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.by_member.entry(member.into()).or_default().push(Fault { code, message: message.into() });
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (member, faults) in other.by_member {
            self.by_member.entry(member).or_default().extend(faults);
        }
    }

    /// The value, unless something is wrong.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.by_member.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut lines = self.by_member.iter().flat_map(|(member, faults)| faults.iter().map(move |fault| (member, fault)));
        if let Some((member, fault)) = lines.next() {
            write!(out, "{member}: {}", fault.message)?;
        }
        lines.try_for_each(|(member, fault)| write!(out, "\n{member}: {}", fault.message))
    }
}

impl std::error::Error for Faults {}

impl Answers {
    /// Reads an answers object. Fails with everything that is wrong, by member.
    pub fn parse(value: &Value) -> Result<Self, Faults> {
        let Some(members) = value.as_object() else {
            let mut faults = Faults::default();
            faults.add("answers", "wrong_type", "Give an object with a member for each question.");
            return Err(faults);
        };
        let mut faults = Faults::default();
        let answers = Self::read(members, &mut faults);
        faults.or(answers)
    }

    pub(crate) fn read(members: &Map<String, Value>, faults: &mut Faults) -> Self {
        let mut answers = Self { apps: Vec::new(), system: Chosen::default() };
        for (member, value) in members {
            if member == "apps" {
                answers.apps = read_apps(value, faults);
            } else if !read_answer(&mut answers.system, member, value, "", faults) {
                let known = answer_members().chain(["apps", "accept", "measures", "want"]);
                faults.add(member, "unknown", no_such("question", member, known));
            }
        }
        if !members.contains_key("apps") {
            faults.add("apps", "missing", "List every kind of program that signs in; at least one.");
        }
        answers.check_places(faults);
        answers
    }

    fn check_places(&self, faults: &mut Faults) {
        let spa = Topic::Kind.bit("spa").expect("there is such a kind");
        for (index, app) in self.apps.iter().enumerate() {
            let is_placed = app.own.get(Topic::Place) | self.system.get(Topic::Place) != 0;
            if app.own.get(Topic::Kind) == spa && !is_placed {
                let message =
                    "Say where the page gets its data from: same_origin, same_site or cross_site. Nothing is assumed here.";
                faults.add(format!("apps[{index}].place"), "missing", message);
            }
        }
    }

    /// The ids of the apps, in the order in which they were given.
    pub fn app_ids(&self) -> impl Iterator<Item = &str> {
        self.apps.iter().map(|app| app.id.as_str())
    }
}

fn answer_members() -> impl Iterator<Item = &'static str> + Clone {
    Topic::ALL.into_iter().filter(|topic| *topic != Topic::Kind).map(Topic::word).chain(["load"])
}

fn read_apps(value: &Value, faults: &mut Faults) -> Vec<App> {
    let Some(list) = value.as_array() else {
        faults.add("apps", "wrong_type", "Give a list of apps, each an object with a `kind`.");
        return Vec::new();
    };
    if list.is_empty() {
        faults.add("apps", "missing", "List every kind of program that signs in; at least one.");
    }
    if list.len() > MOST_APPS {
        faults.add("apps", "too_many", format!("List {MOST_APPS} apps at most; apps of one kind with the same answers are one."));
        return Vec::new();
    }
    let mut apps: Vec<App> = Vec::new();
    for (index, value) in list.iter().enumerate() {
        let Some(members) = value.as_object() else {
            faults.add(format!("apps[{index}]"), "wrong_type", "Give an object, such as {\"id\": \"web\", \"kind\": \"pages\"}.");
            continue;
        };
        let app = read_app(members, index, faults);
        if apps.iter().any(|other| other.id == app.id) {
            faults.add(format!("apps[{index}].id"), "invalid", "Another app has this id; give each its own.");
        }
        apps.push(app);
    }
    apps
}

fn read_app(members: &Map<String, Value>, index: usize, faults: &mut Faults) -> App {
    let place = format!("apps[{index}]");
    let mut app = App { id: String::new(), ticks: Ticks::default(), own: Chosen::default() };
    for (member, value) in members {
        let at = format!("{place}.{member}");
        match member.as_str() {
            "id" => app.id = read_id(value, &at, faults),
            "kind" => {
                read_option(&mut app.own, Topic::Kind, value, &at, faults);
            }
            _ => {
                if let Some(tick) = Ticks::WORDS.iter().position(|word| word == member) {
                    match value.as_bool() {
                        Some(true) => app.ticks = app.ticks.toggled(tick),
                        Some(false) => {}
                        None => faults.add(at, "wrong_type", "Give true or false."),
                    }
                } else if !read_answer(&mut app.own, member, value, &format!("{place}."), faults) {
                    let known = answer_members().chain(Ticks::WORDS).chain(["id", "kind"]);
                    faults.add(at, "unknown", no_such("member of an app", member, known));
                }
            }
        }
    }
    match app.own.get(Topic::Kind) {
        0 if !members.contains_key("kind") => {
            faults.add(format!("{place}.kind"), "missing", "Say what kind of program it is, such as pages, spa or mobile.");
        }
        kind if !members.contains_key("id") => {
            let word = Topic::Kind.of_bits(kind).next().map_or("app", |choice| choice.id);
            app.id = if index == 0 { word.to_owned() } else { format!("{word}-{}", index + 1) };
        }
        _ => {}
    }
    app
}

/// An app's id becomes a client's id in a configuration, and a heading in a record: it holds nothing that means something there.
fn read_id(value: &Value, at: &str, faults: &mut Faults) -> String {
    let id = value.as_str().unwrap_or_default();
    let fits = (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !fits {
        faults.add(at, "invalid", "Give a name of 1 to 64 letters, digits, `-`, `_` and `.`.");
    } else if id == "cloakroom" {
        faults.add(at, "invalid", "`cloakroom` is the client that is built in; choose another name.");
    }
    id.to_owned()
}

/// Reads one answer; `false` when there is no such question.
fn read_answer(chosen: &mut Chosen, member: &str, value: &Value, prefix: &str, faults: &mut Faults) -> bool {
    let at = format!("{prefix}{member}");
    if member == "load" {
        chosen.load = read_load(value, &at, faults);
        return true;
    }
    match Topic::named(member) {
        None | Some(Topic::Kind) => return false,
        Some(Topic::Rules) => read_rules(chosen, value, &at, faults),
        Some(topic) => read_option(chosen, topic, value, &at, faults),
    }
    true
}

fn read_option(chosen: &mut Chosen, topic: Topic, value: &Value, at: &str, faults: &mut Faults) {
    let Some(word) = value.as_str() else {
        faults.add(at, "wrong_type", format!("Give one of {}.", listed(topic.options().iter().map(|choice| choice.id))));
        return;
    };
    match topic.bit(word) {
        Some(bit) => chosen.set(topic, bit),
        None => faults.add(at, "unknown", no_such("answer", word, topic.options().iter().map(|choice| choice.id))),
    }
}

fn read_rules(chosen: &mut Chosen, value: &Value, at: &str, faults: &mut Faults) {
    let words = || Topic::Rules.options().iter().map(|choice| choice.id);
    let Some(list) = value.as_array() else {
        faults.add(at, "wrong_type", format!("Give a list of {}.", listed(words())));
        return;
    };
    let mut bits = 0;
    for item in list {
        match item.as_str().map(|word| (word, Topic::Rules.bit(word))) {
            Some((_, Some(bit))) => bits |= bit,
            Some((word, None)) => faults.add(at, "unknown", no_such("rule", word, words())),
            None => faults.add(at, "wrong_type", format!("Give a list of {}.", listed(words()))),
        }
    }
    let none = Topic::Rules.bit("none").expect("there is such an option");
    if list.is_empty() {
        faults.add(at, "missing", "Name a rule, or \"none\".");
    } else if bits & none != 0 && bits != none {
        faults.add(at, "invalid", "`none` stands alone: leave it out, or leave out the rules.");
    }
    chosen.set(Topic::Rules, bits);
}

fn read_load(value: &Value, at: &str, faults: &mut Faults) -> Option<Load> {
    let words = || bands().iter().map(|choice| choice.id);
    match value {
        Value::String(word) => {
            let found = words().find(|band| band == word);
            if found.is_none() {
                faults.add(at, "unknown", no_such("word for a load", word, words()));
            }
            found.map(Load::Band)
        }
        Value::Object(members) => {
            for member in members.keys().filter(|member| !matches!(member.as_str(), "users" | "rps")) {
                faults.add(format!("{at}.{member}"), "unknown", no_such("member", member, ["users", "rps"].into_iter()));
            }
            let mut number = |member: &str, most: u64| {
                let number = members.get(member).and_then(Value::as_u64).filter(|number| (1..=most).contains(number));
                if number.is_none() {
                    faults.add(
                        format!("{at}.{member}"),
                        "invalid",
                        format!("Give `{member}` as a whole number from 1 to {most}."),
                    );
                }
                number
            };
            let (users, rps) = (number("users", MOST_USERS), number("rps", MOST_REQUESTS));
            Some(Load::Exact { users: users?, rps: rps? })
        }
        _ => {
            faults.add(at, "wrong_type", format!("Give {}, or {{\"users\": 40000, \"rps\": 400}}.", listed(words())));
            None
        }
    }
}

/// "There is no … `x`; the nearest is `y`."
pub(crate) fn no_such<'n>(what: &str, typed: &str, known: impl Iterator<Item = &'n str> + Clone) -> String {
    let nearest = known.clone().min_by_key(|name| strsim::damerau_levenshtein(typed, name)).unwrap_or_default();
    let shown: String = typed.chars().filter(|letter| !letter.is_control()).take(64).collect();
    format!("There is no {what} `{shown}`; the nearest is `{nearest}`. Known: {}.", listed(known))
}

fn listed<'n>(words: impl Iterator<Item = &'n str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("apps", &self.apps)?;
        serialize_chosen(&self.system, &mut map)?;
        map.end()
    }
}

impl Serialize for App {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        let kind = Topic::Kind.of_bits(self.own.get(Topic::Kind)).next().map_or("", |choice| choice.id);
        map.serialize_entry("kind", kind)?;
        for (index, word) in Ticks::WORDS.iter().enumerate().filter(|(index, _)| self.ticks.has(*index)) {
            map.serialize_entry(word, &self.ticks.has(index))?;
        }
        serialize_chosen(&self.own, &mut map)?;
        map.end()
    }
}

fn serialize_chosen<M: serde::ser::SerializeMap>(chosen: &Chosen, map: &mut M) -> Result<(), M::Error> {
    for topic in Topic::ALL.into_iter().filter(|topic| *topic != Topic::Kind && chosen.get(*topic) != 0) {
        map.serialize_entry(topic.word(), &said(topic, chosen.get(topic)))?;
    }
    chosen.load.map_or(Ok(()), |load| map.serialize_entry("load", &load))
}

/// An answer as it is written: a word, or a list where several can be chosen.
pub(crate) fn said(topic: Topic, bits: u16) -> Value {
    let mut words = topic.of_bits(bits).map(|choice| Value::from(choice.id));
    match topic {
        Topic::Rules => Value::Array(words.collect()),
        _ => words.next().unwrap_or_default(),
    }
}

/// An answer as a reader sees it: words apart by commas, no quotes.
pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_slip_is_refused_at_its_member_with_the_nearest_that_exists() {
        for (answers, member, needle) in [
            (json!({"apps": [{"kind": "pages"}], "revokation": "expiry"}), "revokation", "nearest is `revocation`"),
            (json!({"apps": [{"kind": "pages"}], "revocation": "one_minit"}), "revocation", "nearest is `one_minute`"),
            (json!({"apps": [{"kind": "page"}]}), "apps[0].kind", "nearest is `pages`"),
            (json!({"apps": [{"kind": "pages"}, {"kind": "cli", "prox": "none"}]}), "apps[1].prox", "nearest is `proxy`"),
            (json!({"apps": [{"kind": "pages", "stay": "yes"}]}), "apps[0].stay", "true or false"),
            (json!({"apps": [{"kind": "spa"}]}), "apps[0].place", "same_origin"),
            (json!({"apps": [{"kind": "pages"}], "kind": "spa"}), "kind", "no question"),
            (json!({"apps": []}), "apps", "at least one"),
            (json!({}), "apps", "at least one"),
            (json!({"apps": "pages"}), "apps", "list of apps"),
            (json!({"apps": [{}]}), "apps[0].kind", "what kind"),
            (json!({"apps": [{"kind": "pages", "id": "a b"}]}), "apps[0].id", "1 to 64"),
            (json!({"apps": [{"kind": "pages", "id": "cloakroom"}]}), "apps[0].id", "built in"),
            (json!({"apps": [{"kind": "pages", "id": "a"}, {"kind": "cli", "id": "a"}]}), "apps[1].id", "Another app"),
            (json!({"apps": [{"kind": "pages"}], "rules": ["none", "pci"]}), "rules", "stands alone"),
            (json!({"apps": [{"kind": "pages"}], "rules": ["hippa"]}), "rules", "nearest is `hipaa`"),
            (json!({"apps": [{"kind": "pages"}], "rules": "pci"}), "rules", "a list of"),
            (json!({"apps": [{"kind": "pages"}], "load": "smal"}), "load", "nearest is `small`"),
            (json!({"apps": [{"kind": "pages"}], "load": {"users": 0, "rps": 1}}), "load.users", "from 1"),
            (json!({"apps": [{"kind": "pages"}], "load": {"users": 1, "rps": 1, "x": 1}}), "load.x", "nearest is"),
            (json!([]), "answers", "an object"),
        ] {
            let faults = Answers::parse(&answers).unwrap_err();
            let found = faults.by_member().get(member).unwrap_or_else(|| panic!("{answers}: {faults}"));
            assert!(found.iter().any(|fault| fault.message.contains(needle)), "{answers}: {faults}");
        }
    }

    #[test]
    fn all_slips_are_named_at_once() {
        let answers = json!({"apps": [{"kind": "pagess", "plac": "same_origin"}], "nodes": "two", "proxy": 1});
        let members: Vec<_> = Answers::parse(&answers).unwrap_err().by_member().keys().cloned().collect();
        assert_eq!(members, ["apps[0].kind", "apps[0].plac", "nodes", "proxy"]);
    }

    #[test]
    fn answers_survive_being_written_and_read() {
        let answers = json!({
            "apps": [{"id": "web", "kind": "spa", "stay": true, "place": "same_site", "load": {"users": 6, "rps": 5}}, {"id": "p", "kind": "cli"}],
            "stack": "rust", "rules": ["pci", "hipaa"], "load": "medium",
        });
        let read = Answers::parse(&answers).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), answers);
    }

    #[test]
    fn an_app_without_an_id_is_named_after_its_kind() {
        let read = Answers::parse(&json!({"apps": [{"kind": "pages"}, {"kind": "cli"}]})).unwrap();
        assert_eq!(read.app_ids().collect::<Vec<_>>(), ["pages", "cli-2"]);
    }

    #[test]
    fn a_hostile_name_is_shown_short_and_without_control_characters() {
        let long = "\u{1b}[31m".repeat(1_000);
        let faults = Answers::parse(&json!({"apps": [{"kind": long}]})).unwrap_err();
        let text = faults.to_string();
        assert!(!text.contains('\u{1b}') && text.len() < 600, "{}", text.len());
    }
}
