//! What a decision is made with beside the answers: all that this crate must not look up by itself.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::answers::{Answers, Faults, no_such};
use crate::book::{Book, Entry};
use crate::capabilities::Build;
use crate::costs::Measures;
use crate::rule::Rank;

/// Where a Cloakroom is reached, for configuration and snippets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The public origin, which is the issuer.
    pub origin: String,
    /// The path below which its URLs lie; empty is none.
    pub base_path: String,
    /// Where it listens, for a proxy in front of it.
    pub listen: String,
    /// The name of the session cookie.
    pub session_cookie: String,
    /// The name of the cookie that holds a JWT.
    pub jwt_cookie: String,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            origin: "https://id.example.com".to_owned(),
            base_path: String::new(),
            listen: "127.0.0.1:8080".to_owned(),
            session_cookie: "__Host-Http-cloakroom".to_owned(),
            jwt_cookie: "__Host-Http-cloakroom-jwt".to_owned(),
        }
    }
}

/// A part of the advice that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Want {
    /// What it costs.
    Costs,
    /// What would change the outcome.
    Flips,
    /// The configuration.
    Config,
    /// Short programs.
    Snippets,
    /// The decision record.
    Record,
}

impl Want {
    /// Every part, with its word.
    pub const ALL: [(&'static str, Self); 5] = [
        ("costs", Self::Costs),
        ("flips", Self::Flips),
        ("config", Self::Config),
        ("snippets", Self::Snippets),
        ("record", Self::Record),
    ];
}

/// What a decision is made with.
#[derive(Clone, Debug)]
pub struct Context {
    /// What this build can do.
    pub build: Build,
    /// What was measured; the rest has seeds.
    pub measures: Measures,
    /// The rules that are set aside by name; see [`Request::parse`].
    pub accept: BTreeSet<String>,
    /// The parts that are wanted.
    pub want: BTreeSet<Want>,
    /// When it is asked, RFC 3339.
    pub at: String,
    /// Where Cloakroom is reached.
    pub site: Site,
}

impl Context {
    /// A context that sets no rule aside, has measured nothing and wants every part.
    pub fn new(build: Build, at: &str) -> Self {
        let want = Want::ALL.into_iter().map(|(_, want)| want).collect();
        Self { build, measures: Measures::default(), accept: BTreeSet::new(), want, at: at.to_owned(), site: Site::default() }
    }

    /// The context of a request: what it accepts, measured and wants.
    pub fn of(build: Build, at: &str, request: &Request) -> Self {
        Self {
            measures: request.measures.clone(),
            accept: request.accept.clone(),
            want: request.want.clone(),
            ..Self::new(build, at)
        }
    }
}

/// The answers, with what may stand beside them: `accept`, `measures`, `want`.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The answers.
    pub answers: Answers,
    /// The rules that are set aside by name.
    pub accept: BTreeSet<String>,
    /// What was measured.
    pub measures: Measures,
    /// The parts that are wanted; all of them, where the request does not say.
    pub want: BTreeSet<Want>,
}

impl Request {
    /// Reads a request: the answers object with its optional members beside the answers, or with the answers in a member `answers`.
    ///
    /// Fails with everything that is wrong, by member. A rule that is neither good practice nor one's own word cannot be set aside.
    pub fn parse(value: &Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let Some(members) = value.as_object() else {
            faults.add("answers", "wrong_type", "Give an object with a member for each question.");
            return Err(faults);
        };
        let mut rest = members.clone();
        let accept = rest.remove("accept").map_or_else(BTreeSet::new, |value| read_accept(&value, &mut faults));
        let want = read_want(rest.remove("want").as_ref(), &mut faults);
        let measures = rest.remove("measures").map_or_else(Measures::default, |value| {
            Measures::parse(&value).unwrap_or_else(|found| {
                faults.merge(found);
                Measures::default()
            })
        });
        let answers = Answers::read(&answers_of(rest, &mut faults), &mut faults);
        faults.or(Self { answers, accept, measures, want })
    }
}

fn answers_of(mut rest: Map<String, Value>, faults: &mut Faults) -> Map<String, Value> {
    match rest.remove("answers") {
        None => rest,
        Some(Value::Object(answers)) => {
            for member in rest.keys() {
                faults.add(member, "unknown", "The answers stand in `answers`; put this member there.");
            }
            answers
        }
        Some(_) => {
            faults.add("answers", "wrong_type", "Give an object with a member for each question.");
            rest
        }
    }
}

fn read_accept(value: &Value, faults: &mut Faults) -> BTreeSet<String> {
    let book = Book::published();
    let ids = || book.entries.iter().map(|entry| entry.rule.id);
    let mut accepted = BTreeSet::new();
    let Some(list) = value.as_array() else {
        faults.add("accept", "wrong_type", "Give a list of rules, such as [\"K2\"].");
        return accepted;
    };
    for (index, item) in list.iter().enumerate() {
        let at = format!("accept[{index}]");
        let word = item.as_str().unwrap_or_default();
        match book.find(word).map(Entry::rank) {
            None => faults.add(at, "unknown", no_such("rule", word, ids())),
            Some(rank) if rank.is_some_and(Rank::can_be_set_aside) => {
                accepted.insert(word.to_owned());
            }
            Some(_) => {
                let message = format!("`{word}` cannot be set aside: only rules of good practice and of your own word can be.");
                faults.add(at, "invalid", message);
            }
        }
    }
    accepted
}

fn read_want(value: Option<&Value>, faults: &mut Faults) -> BTreeSet<Want> {
    let Some(value) = value else { return Want::ALL.into_iter().map(|(_, want)| want).collect() };
    let words = || Want::ALL.into_iter().map(|(word, _)| word);
    let Some(list) = value.as_array() else {
        faults.add("want", "wrong_type", "Give a list of parts, such as [\"costs\"].");
        return BTreeSet::new();
    };
    let mut wanted = BTreeSet::new();
    for (index, item) in list.iter().enumerate() {
        let word = item.as_str().unwrap_or_default();
        match Want::ALL.into_iter().find(|(known, _)| *known == word) {
            Some((_, want)) => {
                wanted.insert(want);
            }
            None => faults.add(format!("want[{index}]"), "unknown", no_such("part", word, words())),
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stands_beside_the_answers_is_read_in_both_places() {
        let beside = json!({"apps": [{"kind": "pages"}], "accept": ["K2"], "want": ["costs"], "measures": {"http_us": 9.5}});
        let inside =
            json!({"answers": {"apps": [{"kind": "pages"}]}, "accept": ["K2"], "want": ["costs"], "measures": {"http_us": 9.5}});
        assert_eq!(Request::parse(&beside).unwrap(), Request::parse(&inside).unwrap());
        assert_eq!(Request::parse(&json!({"apps": [{"kind": "pages"}]})).unwrap().want.len(), 5);
    }

    #[test]
    fn a_rule_that_nobody_may_give_up_cannot_be_set_aside() {
        for (member, value, needle) in [
            ("accept[0]", json!(["K6"]), "cannot be set aside"),
            ("accept[0]", json!(["B1"]), "cannot be set aside"),
            ("accept[0]", json!(["K22"]), "nearest is `K2`"),
            ("accept", json!("K2"), "a list of rules"),
        ] {
            let faults = Request::parse(&json!({"apps": [{"kind": "pages"}], "accept": value})).unwrap_err();
            assert!(faults.by_member()[member][0].message.contains(needle), "{faults}");
        }
    }

    #[test]
    fn slips_beside_the_answers_are_named_by_member() {
        let request = json!({"apps": [{"kind": "pages"}], "want": ["cost"], "measures": {"http_s": 1, "http_us": -1, "at": 3}});
        let faults = Request::parse(&request).unwrap_err();
        let members: Vec<_> = faults.by_member().keys().map(String::as_str).collect();
        assert_eq!(members, ["measures.at", "measures.http_s", "measures.http_us", "want[0]"]);
    }

    /// Values that are nearly answers: right words in wrong places, and junk.
    fn nearly() -> impl Strategy<Value = Value> {
        let word = prop_oneof![Just("pages"), Just("spa"), Just("none"), Just("same_site"), Just("K2"), Just("small"), Just("")];
        let leaf = prop_oneof![
            word.prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            Just(Value::Null),
        ];
        let members =
            vec!["apps", "id", "kind", "place", "rules", "load", "users", "accept", "measures", "want", "answers", "none"];
        let member = prop::sample::select(members);
        leaf.prop_recursive(4, 32, 5, move |inner| {
            let list = prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from);
            let object = prop::collection::vec((member.clone(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()));
            prop_oneof![list, object]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_asked_is_answered_or_refused_with_a_reason(value in nearly()) {
            match Request::parse(&value) {
                Ok(request) => {
                    let context = Context::of(Build::new("1.0.0", ["sqlite"], []), "2026-11-24T10:00:00Z", &request);
                    prop_assert!(context.want.len() <= 5 && request.answers.app_ids().count() > 0);
                }
                Err(faults) => prop_assert!(!faults.by_member().is_empty()),
            }
        }
    }
}
