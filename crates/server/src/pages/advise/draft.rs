//! The answers as they stand in a query: half given, in any order, with a button that was pressed.
//!
//! 1. A system is written `place=…`, an app `app1.kind=…`; names are the API's. Nothing is kept anywhere else, so a link is a system.
//! 2. What is empty is not answered. What the adviser does not ask says nothing.
//! 3. A button (`add`, `remove`) changes the draft, and the browser is sent to the query that it then has: going back and reloading do
//!    not press it again.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cloakroom_advise::{Question, questions};
use serde_json::{Map, Value};

/// More than anybody lists, and few enough that a page of them can be read.
const MOST_APPS: usize = 12;
/// The longest answer that is kept; no option is as long.
const LONGEST: usize = 64;

/// A system as far as it is described.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draft {
    pub(super) apps: Vec<DraftApp>,
    pub(super) system: Words,
    /// Rules set aside by name.
    pub(super) accept: Vec<String>,
}

/// Answers by question; several for a question that takes several.
pub(super) type Words = BTreeMap<String, Vec<String>>;

/// An app as far as it is described.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DraftApp {
    pub(super) kind: String,
    pub(super) id: String,
    pub(super) ticks: Vec<String>,
    pub(super) own: Words,
}

/// A button that changes the draft.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Press {
    Add(String),
    Remove(usize),
}

impl Draft {
    /// Reads a query, and the button that was pressed.
    pub(super) fn read(query: Option<&str>) -> (Self, Option<Press>) {
        let (mut draft, mut press) = (Self::default(), None);
        let mut apps: BTreeMap<usize, DraftApp> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let value = value.trim();
            if value.is_empty() || value.len() > LONGEST {
                continue;
            }
            match (&*name, app_member(&name)) {
                (_, Some((number, member))) => apps.entry(number).or_default().take(member, value),
                ("add", _) => press = Some(Press::Add(value.to_owned())),
                ("remove", _) => press = value.parse().ok().map(Press::Remove),
                ("accept", _) if draft.accept.len() < MOST_APPS => draft.accept.push(value.to_owned()),
                (name, _) => take_answer(&mut draft.system, name, value),
            }
        }
        // The button names the app by its number in the query, where numbers may be missing.
        if let Some(Press::Remove(number)) = press {
            apps.remove(&number);
        }
        for app in apps.into_values().filter(|app| !app.kind.is_empty()).take(MOST_APPS) {
            let id = if app.id.is_empty() { draft.free_name(&app.kind) } else { app.id.clone() };
            draft.apps.push(DraftApp { id, ..app });
        }
        (draft, press)
    }

    /// Adds an app of a kind, named after it.
    pub(super) fn add(&mut self, kind: &str) {
        if self.apps.len() < MOST_APPS {
            let id = self.free_name(kind);
            self.apps.push(DraftApp { kind: kind.to_owned(), id, ..DraftApp::default() });
        }
    }

    fn free_name(&self, kind: &str) -> String {
        let name = if kind == "spa" || kind == "pages" { "web" } else { kind };
        let is_taken = |id: &str| self.apps.iter().any(|app| app.id == id);
        if !is_taken(name) {
            return name.to_owned();
        }
        (2..=MOST_APPS + 1).map(|number| format!("{name}-{number}")).find(|id| !is_taken(id)).unwrap_or_default()
    }

    /// The query that holds this draft: `?…`, or nothing.
    pub(super) fn query(&self) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (index, app) in self.apps.iter().enumerate() {
            let mut put = |member: &str, value: &str| {
                pairs.append_pair(&format!("app{}.{member}", index + 1), value);
            };
            put("kind", &app.kind);
            put("id", &app.id);
            app.ticks.iter().for_each(|tick| put(tick, "on"));
            app.own.iter().for_each(|(question, words)| words.iter().for_each(|word| put(question, word)));
        }
        for (question, words) in &self.system {
            for word in words {
                pairs.append_pair(question, word);
            }
        }
        for rule in &self.accept {
            pairs.append_pair("accept", rule);
        }
        let text = pairs.finish();
        if text.is_empty() { text } else { format!("?{text}") }
    }

    /// The query to go to instead, where the one that was read says the same with more words: a form sends what was left empty too.
    pub(super) fn cleaner_than(&self, query: Option<&str>) -> Option<String> {
        let own = self.query();
        (own.trim_start_matches('?') != query.unwrap_or_default()).then_some(own)
    }

    /// The answers object of the API.
    pub(super) fn to_json(&self) -> Value {
        let mut answers = Map::new();
        answers.insert("apps".to_owned(), self.apps.iter().map(DraftApp::to_json).collect());
        put_answers(&mut answers, &self.system);
        Value::Object(answers)
    }

    /// The draft with other answers; `app` is the app that they are for, none for the system.
    pub(super) fn with(&self, app: Option<&str>, changes: &Map<String, Value>) -> Self {
        let mut draft = self.clone();
        for (question, value) in changes {
            let words: Vec<String> = match value {
                Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                Value::Bool(ticked) => vec![ticked.to_string()],
                other => other.as_str().map(str::to_owned).into_iter().collect(),
            };
            if let Some(own) = app.and_then(|id| draft.apps.iter_mut().find(|own| own.id == id)) {
                own.change(question, words);
            } else {
                // An answer of an app's own would hide the system's.
                for app in &mut draft.apps {
                    app.own.remove(question);
                }
                draft.system.insert(question.clone(), words);
            }
        }
        draft
    }

    /// The draft with a rule set aside.
    pub(super) fn accepting(&self, rule: &str) -> Self {
        let mut changed = self.clone();
        changed.accept.push(rule.to_owned());
        changed
    }

    /// Whether any app is of a kind that runs in a browser.
    pub(super) fn has_browser_app(&self) -> bool {
        self.apps.iter().any(|app| matches!(app.kind.as_str(), "pages" | "spa"))
    }
}

impl DraftApp {
    fn take(&mut self, member: &str, value: &str) {
        match member {
            "kind" => value.clone_into(&mut self.kind),
            "id" => value.clone_into(&mut self.id),
            tick if ticks().any(|known| known == tick) => {
                if !self.ticks.iter().any(|own| own == tick) {
                    self.ticks.push(tick.to_owned());
                }
            }
            question => take_answer(&mut self.own, question, value),
        }
    }

    fn change(&mut self, member: &str, words: Vec<String>) {
        if member == "kind" {
            self.kind = words.into_iter().next().unwrap_or_default();
        } else if ticks().any(|tick| tick == member) {
            self.ticks.retain(|tick| tick != member);
            if words.iter().any(|word| word == "true") {
                self.ticks.push(member.to_owned());
            }
        } else {
            self.own.insert(member.to_owned(), words);
        }
    }

    fn to_json(&self) -> Value {
        let mut app = Map::new();
        app.insert("kind".to_owned(), self.kind.as_str().into());
        if !self.id.is_empty() {
            app.insert("id".to_owned(), self.id.as_str().into());
        }
        for tick in &self.ticks {
            app.insert(tick.clone(), true.into());
        }
        put_answers(&mut app, &self.own);
        Value::Object(app)
    }
}

/// The number and the member in `app2.kind`.
fn app_member(name: &str) -> Option<(usize, &str)> {
    let (number, member) = name.strip_prefix("app")?.split_once('.')?;
    number.parse().ok().filter(|number| (1..=1000).contains(number)).map(|number| (number, member))
}

/// The ticks beside an app.
pub(super) fn ticks() -> impl Iterator<Item = &'static str> {
    questions().iter().filter(|question| question.id == "apps").flat_map(|question| question.ticks).map(|tick| tick.id)
}

/// The words under which something can be answered: the questions, their ticks, and exact numbers for the load.
fn is_asked(name: &str) -> bool {
    let of =
        |question: &Question| question.id != "apps" && (question.id == name || question.ticks.iter().any(|tick| tick.id == name));
    questions().iter().any(of) || matches!(name, "users" | "rps")
}

fn take_answer(words: &mut Words, name: &str, value: &str) {
    if !is_asked(name) {
        return;
    }
    let several = questions().iter().any(|question| question.id == name && question.several);
    let answered = words.entry(name.to_owned()).or_default();
    if !several {
        answered.clear();
    }
    if !answered.iter().any(|word| word == value) {
        answered.push(value.to_owned());
    }
}

/// Exact numbers go before a word for the load; one without the other goes too, so that the adviser says which is missing.
fn put_answers(object: &mut Map<String, Value>, words: &Words) {
    let number = |name: &str| {
        let text = words.get(name)?.first()?;
        Some(text.parse::<u64>().map_or_else(|_| Value::from(text.as_str()), Value::from))
    };
    for (question, words) in words {
        let several = questions().iter().any(|known| known.id == question && known.several);
        match words.first() {
            _ if several => object.insert(question.clone(), words.iter().map(String::as_str).collect()),
            Some(word) if !matches!(question.as_str(), "users" | "rps") => object.insert(question.clone(), word.as_str().into()),
            _ => None,
        };
    }
    let exact: Map<_, _> = ["users", "rps"].into_iter().filter_map(|name| Some((name.to_owned(), number(name)?))).collect();
    if !exact.is_empty() {
        object.insert("load".to_owned(), exact.into());
    }
}

/// A draft in a few words, for a title: `web: spa, phone: mobile`.
pub(super) fn in_short(draft: &Draft) -> String {
    draft.apps.iter().fold(String::new(), |mut text, app| {
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a text cannot fail.
        let _ = write!(text, "{comma}{}", app.id);
        text
    })
}

#[cfg(test)]
mod tests {
    use cloakroom_advise::Request;
    use serde_json::json;

    use super::*;

    #[test]
    fn one_exact_number_without_the_other_is_refused_by_name() {
        for (query, missing) in [("users=40000", "load.rps"), ("rps=400&load=small", "load.users")] {
            let faults = Request::parse(&read(&format!("app1.kind=cli&{query}")).to_json()).unwrap_err();
            let named: Vec<_> = faults.by_member().keys().map(String::as_str).collect();
            assert_eq!(named, [missing]);
        }
    }

    fn read(query: &str) -> Draft {
        Draft::read(Some(query)).0
    }

    #[test]
    fn a_query_is_the_answers_object_of_the_api() {
        let query = "app1.kind=spa&app1.id=web&app1.live=on&app4.kind=mobile&app4.id=phone&app4.revocation=next_request\
                     &place=same_origin&rules=pci&rules=psd2&users=40000&rps=400&load=small&revocation=&colour=red";
        let expected = json!({
            "apps": [
                { "kind": "spa", "id": "web", "live": true },
                { "kind": "mobile", "id": "phone", "revocation": "next_request" },
            ],
            "place": "same_origin",
            "rules": ["pci", "psd2"],
            "load": { "users": 40000, "rps": 400 },
        });
        assert_eq!(read(query).to_json(), expected);
    }

    #[test]
    fn a_draft_survives_its_query() {
        let query = "app1.kind=spa&app1.id=a%26b&app1.stay=on&app1.place=cross_site&rules=pci&rules=hipaa&accept=K2";
        let draft = read(query);
        assert_eq!(read(draft.query().trim_start_matches('?')), draft);
        assert_eq!(Draft::default().query(), "");
        let clean = draft.cleaner_than(Some(&format!("{query}&proxy=&users="))).unwrap();
        assert_eq!(draft.cleaner_than(Some(clean.trim_start_matches('?'))), None, "it is cleaned once");
    }

    #[test]
    fn a_button_adds_an_app_with_a_name_of_its_own_or_takes_one_away() {
        let mut draft = read("app1.kind=spa&app1.id=web");
        draft.add("pages");
        draft.add("mobile");
        let ids: Vec<_> = draft.apps.iter().map(|app| app.id.as_str()).collect();
        assert_eq!(ids, ["web", "web-2", "mobile"]);
        let (draft, press) = Draft::read(Some("app2.kind=spa&app2.id=a&app5.kind=cli&app5.id=b&remove=5"));
        assert_eq!((draft.apps.len(), draft.apps[0].id.as_str(), press), (1, "a", Some(Press::Remove(5))));
        assert_eq!(Draft::read(Some("add=cli")).1, Some(Press::Add("cli".to_owned())));
    }

    #[test]
    fn a_change_for_the_system_counts_for_an_app_that_had_an_answer_of_its_own() {
        let draft = read("app1.kind=spa&app1.id=web&app1.proxy=none&proxy=none");
        let change = |value: Value| value.as_object().unwrap().clone();
        let changed = draft.with(None, &change(json!({ "proxy": "can_ask" })));
        assert_eq!(changed.to_json(), json!({ "apps": [{ "kind": "spa", "id": "web" }], "proxy": "can_ask" }));
        let changed = draft.with(Some("web"), &change(json!({ "admin": true, "rules": ["pci"] })));
        assert_eq!(
            changed.to_json()["apps"][0],
            json!({ "kind": "spa", "id": "web", "proxy": "none", "admin": true, "rules": ["pci"] })
        );
    }

    #[test]
    fn a_hostile_query_is_a_small_draft() {
        let apps: Vec<_> = (0..2000).map(|number| format!("app{number}.kind=spa&app{number}.id={number}&")).collect();
        assert_eq!(read(&apps.concat()).apps.len(), MOST_APPS);
        let long = format!("app1.kind=spa&app1.id={}", "x".repeat(1000));
        assert_eq!(read(&long).apps[0].id, "web");
        assert_eq!(Draft::read(None).0, Draft::default());
    }
}
