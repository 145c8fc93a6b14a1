//! Described systems, and what a panel should accept for them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;

use cloakroom_advise::{Advice, Answers, Build, CAPABILITIES, Context, Status, advise};
use serde_json::Value;

const AT: &str = "2026-11-24T10:00:00Z";

/// The parts that the described systems take for granted.
fn full_build() -> Build {
    let capabilities = ["feed", "introspection", "forward_auth", "status_list", "sqlite", "postgres", "redis"];
    Build::new("1.0.0", capabilities, ["session_tokens", "trusted_origins", "keys.alg", "clients.origins"])
}

/// A build with its own database and nothing beside it.
fn small_build() -> Build {
    Build::new("0.1.0", ["sqlite"], [])
}

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("samples/cases.json")).unwrap()
}

fn advice(case: &Value, build: Build) -> Advice {
    let answers = Answers::parse(&case["answers"]).unwrap_or_else(|faults| panic!("{}: {faults}", case["id"]));
    advise(&answers, &Context::new(build, AT))
}

fn words<'v>(value: &'v Value, member: &str) -> Vec<&'v str> {
    value[member].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn fits(glob: &str, word: &str) -> bool {
    let parts: Vec<_> = glob.split('*').collect();
    let mut rest = word;
    for (index, part) in parts.iter().enumerate() {
        let found = if index == 0 { rest.strip_prefix(part) } else { rest.find(part).map(|at| &rest[at + part.len()..]) };
        let Some(next) = found else { return false };
        rest = next;
    }
    glob.ends_with('*') || rest.is_empty()
}

/// Whether the app has a setting as an expression says it: `idle<=900`, `remember=false`.
fn has_setting(app: &Value, system: &Value, expression: &str) -> bool {
    let at = expression.find(['<', '>', '=']).unwrap();
    let (key, rest) = expression.split_at(at);
    let sign: String = rest.chars().take_while(|letter| "<>=".contains(*letter)).collect();
    let wanted = &rest[sign.len()..];
    let named = |setting: &&Value| {
        let name = setting["key"].as_str().unwrap();
        name == key || name.ends_with(&format!(".{key}")) || name.starts_with(&format!("{key}."))
    };
    let settings = app["settings"].as_array().unwrap();
    let value = settings.iter().find(named).map_or_else(|| system[key].clone(), |setting| setting["value"].clone());
    let Some(number) = value.as_f64() else {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        return sign == "=" && text == wanted;
    };
    let limit: f64 = wanted.parse().unwrap();
    match sign.as_str() {
        "<=" => number <= limit,
        ">=" => number >= limit,
        "<" => number < limit,
        ">" => number > limit,
        _ => (number - limit).abs() < f64::EPSILON,
    }
}

fn complaints(case: &Value, advice: &Advice, with_status: bool) -> Vec<String> {
    let advice = serde_json::to_value(advice).unwrap();
    let apps = advice["apps"].as_array().unwrap();
    let mut list = Vec::new();
    for expected in case["expect"]["per_app"].as_array().unwrap() {
        let app = apps.iter().find(|app| app["id"] == expected["app"]).unwrap();
        let outcome = app["outcome"].as_str().unwrap_or("null");
        let accepted = words(expected, "accept");
        if !accepted.is_empty() && !accepted.contains(&outcome) {
            list.push(format!("{}: {outcome}", expected["app"]));
        }
        let statuses = words(expected, "status");
        if with_status && !statuses.is_empty() && !statuses.contains(&app["status"].as_str().unwrap()) {
            list.push(format!("{}: status {}", expected["app"], app["status"]));
        }
        for setting in words(expected, "settings") {
            if !has_setting(app, &advice["system"], setting) {
                list.push(format!("{}: no {setting} in {}", expected["app"], app["settings"]));
            }
        }
        for need in words(expected, "needs") {
            if !words(app, "needs").contains(&need) {
                list.push(format!("{}: does not need {need}", expected["app"]));
            }
        }
        let conflict: BTreeSet<_> = words(expected, "conflict").into_iter().collect();
        let sets = app["contradictions"].as_array().into_iter().flatten();
        if !conflict.is_empty()
            && !sets.into_iter().any(|set| words(set, "rules").into_iter().collect::<BTreeSet<_>>() == conflict)
        {
            list.push(format!("{}: conflict {}", expected["app"], app["contradictions"]));
        }
        for way in expected["way_out"].as_array().into_iter().flatten() {
            if !app["ways_out"].as_array().into_iter().flatten().any(|found| found["change"] == *way) {
                list.push(format!("{}: way out {way} not in {}", expected["app"], app["ways_out"]));
            }
        }
    }
    let slugs: BTreeSet<_> =
        apps.iter().flat_map(|app| app["warnings"].as_array().unwrap()).filter_map(|warning| warning["slug"].as_str()).collect();
    list.extend(
        words(&case["expect"], "must_mention")
            .into_iter()
            .filter(|slug| !slugs.contains(slug))
            .map(|slug| format!("not said: {slug}")),
    );
    for glob in words(&case["expect"], "must_not") {
        for app in apps {
            let id = app["id"].as_str().unwrap();
            if let Some((name, expression)) = glob.strip_prefix("set:").map(|rest| rest.split_once('.').unwrap()) {
                if name == id && app["outcome"].is_string() && has_setting(app, &advice["system"], expression) {
                    list.push(format!("{id}: has {expression}"));
                }
            } else if fits(glob, &format!("{id}:{}", app["outcome"].as_str().unwrap_or_default())) {
                list.push(format!("{id}: {glob}"));
            }
        }
    }
    list
}

#[test]
fn every_described_system_comes_out_as_a_panel_accepts_it() {
    let failures: Vec<_> = cases()
        .iter()
        .map(|case| (case["id"].to_string(), complaints(case, &advice(case, full_build()), true)))
        .filter(|(_, complaints)| !complaints.is_empty())
        .collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn a_build_that_lacks_parts_recommends_the_same_and_says_what_is_missing() {
    for case in cases() {
        let advice = advice(&case, small_build());
        assert_eq!(complaints(&case, &advice, false), Vec::<String>::new(), "{}", case["id"]);
        for app in &advice.apps {
            assert_eq!(app.status == Status::NotYet, !app.needs.is_empty(), "{}: {}", case["id"], app.id);
            assert_eq!(app.needs, app.instead.iter().map(|instead| instead.need).collect::<Vec<_>>());
            assert!(app.instead.iter().all(|instead| instead.say.len() > 20));
            let outcome = app.outcome.map_or("", |outcome| outcome.word());
            if matches!(outcome, "token+exchange" | "token+introspect" | "jwt+introspect" | "cookie+page_token") {
                assert_eq!(app.status, Status::NotYet, "{}: {}", case["id"], app.id);
            }
        }
    }
}

#[test]
fn a_build_with_everything_lacks_nothing() {
    for case in cases() {
        let build = Build::new("9.0.0", CAPABILITIES, ["session_tokens", "trusted_origins", "keys.alg", "clients.origins"]);
        let advice = advice(&case, build);
        assert!(advice.system.capabilities_missing.is_empty(), "{}", case["id"]);
    }
}

#[test]
fn the_same_answers_give_the_same_bytes() {
    for case in cases() {
        let bytes = |build| serde_json::to_vec(&advice(&case, build)).unwrap();
        assert_eq!(bytes(full_build()), bytes(full_build()), "{}", case["id"]);
        assert_eq!(bytes(small_build()), bytes(small_build()), "{}", case["id"]);
    }
}
