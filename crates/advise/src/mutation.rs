//! The table held against described systems: what each comes out as is written down, and no part of the table can go unnoticed.

use serde_json::Value;

use crate::advice::{Advice, AppAdvice, SettingAdvice};
use crate::advise::{advise, advise_by};
use crate::answers::{Answers, written};
use crate::book::Book;
use crate::capabilities::Build;
use crate::context::Context;
use crate::costs::Measures;
use crate::rules::RULES;
use crate::system::System;

const CASES: &str = include_str!("../tests/samples/cases.json");
const PROBES: &str = include_str!("../tests/samples/probes.json");
const WRITTEN_DOWN: &str = include_str!("../tests/samples/outcomes.txt");

struct Described {
    id: String,
    answers: Answers,
    context: Context,
    accepted: Vec<(String, Vec<String>)>,
}

fn described() -> Vec<Described> {
    let capabilities = ["feed", "introspection", "forward_auth", "status_list", "sqlite", "postgres", "redis"];
    let build = Build::new("1.0.0", capabilities, ["session_tokens", "trusted_origins", "keys.alg", "clients.origins"]);
    let systems = [CASES, PROBES].into_iter().flat_map(|text| serde_json::from_str::<Vec<Value>>(text).unwrap());
    let describe = |system: Value| {
        let mut context = Context::new(build.clone(), "2026-11-24T10:00:00Z");
        context.want.clear();
        if system["measures"].is_object() {
            context.measures = Measures::parse(&system["measures"]).unwrap();
        }
        let words = |value: &Value| value.as_array().into_iter().flatten().map(written).collect();
        let apps = system["expect"]["per_app"].as_array().into_iter().flatten();
        let accepted = apps.map(|app| (written(&app["app"]), words(&app["accept"]))).collect();
        Described { id: written(&system["id"]), answers: Answers::parse(&system["answers"]).unwrap(), context, accepted }
    };
    systems.map(describe).collect()
}

/// An app's result in one line: everything that the table decides, and no sentence.
fn line(app: &AppAdvice) -> String {
    let outcome = app.outcome.map_or("contradiction", |outcome| outcome.word());
    let list = |items: Vec<String>| items.join(" ");
    let reasons = list(app.reasons.iter().map(|reason| format!("{}{:+}", reason.rule, reason.weight)).collect());
    let set = |setting: &SettingAdvice| format!("{}={}({})", setting.key, written(&setting.value), setting.by.join(","));
    let settings = app.settings.iter().map(set).collect();
    let warnings = list(app.warnings.iter().map(|warning| warning.slug.to_owned()).collect());
    let excluded = app.excluded.iter().map(|excluded| {
        let by: Vec<_> = excluded.by.iter().map(|by| by.rule).collect();
        format!("{}:{}", excluded.outcome.word(), by.join(","))
    });
    let instead: Vec<_> = app.instead.iter().map(|instead| format!("{}:{}", instead.need, instead.rule)).collect();
    let conflicts: Vec<_> = app.contradictions.iter().map(|conflict| conflict.rules.join("+")).collect();
    format!(
        "{} {outcome} {:?} | {reasons} | {} | {warnings} | {} | {} | {}",
        app.id,
        app.status,
        list(settings),
        list(excluded.collect()),
        instead.join(" "),
        conflicts.join(" "),
    )
}

fn lines(advice: &Advice) -> Vec<String> {
    advice.apps.iter().map(line).collect()
}

fn all_lines(book: &Book, systems: &[Described]) -> Vec<String> {
    let of = |system: &Described| {
        let advice = advise_by(book, &system.answers, &system.context);
        lines(&advice).into_iter().map(|line| format!("{} / {line}", system.id)).collect::<Vec<_>>()
    };
    systems.iter().flat_map(of).collect()
}

/// Whether every system comes out as it is written down, asked only until one does not.
fn is_unnoticed(book: &Book, systems: &[Described], expected: &[String]) -> bool {
    let mut expected = expected.iter();
    systems.iter().all(|system| all_lines(book, std::slice::from_ref(system)).iter().all(|line| expected.next() == Some(line)))
}

fn written_down() -> Vec<String> {
    WRITTEN_DOWN.lines().map(str::to_owned).collect()
}

#[test]
fn described_systems_come_out_as_it_is_written_down() {
    let found = all_lines(Book::published(), &described());
    let expected = written_down();
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len(), "{}", found.join("\n"));
}

#[test]
fn no_rule_and_no_effect_of_a_rule_can_go_unnoticed() {
    let systems = described();
    let expected = written_down();
    let book = Book::read(RULES).unwrap();
    assert!(is_unnoticed(&book, &systems, &expected), "the whole table comes out as it is written down");
    let mut unnoticed = Vec::new();
    for index in 0..book.entries.len() {
        let mut without = book.clone();
        let gone = without.entries.remove(index);
        if is_unnoticed(&without, &systems, &expected) {
            unnoticed.push(gone.rule.id.to_owned());
        }
        for effect in 0..gone.rule.effects.len() {
            let mut without = book.clone();
            without.entries[index].drop_effect(effect);
            if is_unnoticed(&without, &systems, &expected) {
                unnoticed.push(format!("{}, effect {effect}", gone.rule.id));
            }
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:?}");
}

/// Weights that decide a described system by one; each was looked at.
const TIPPING: &[&str] = &[];

#[test]
fn no_weight_moved_by_one_changes_a_described_system_unseen() {
    let systems = described();
    let book = Book::read(RULES).unwrap();
    let mut tipping = Vec::new();
    for (index, entry) in book.entries.iter().enumerate() {
        for effect in 0..entry.rule.effects.len() {
            let mut weight = 0;
            while {
                let mut probe = book.clone();
                probe.entries[index].move_weight(effect, weight, 1)
            } {
                for by in [-1, 1] {
                    let mut moved = book.clone();
                    moved.entries[index].move_weight(effect, weight, by);
                    tipping.extend(
                        refused(&moved, &systems)
                            .into_iter()
                            .map(|app| format!("{} {effect}.{weight} {by:+}: {app}", entry.rule.id)),
                    );
                }
                weight += 1;
            }
        }
    }
    assert_eq!(tipping, TIPPING);
}

/// The apps of the described systems that a panel would not accept.
fn refused(book: &Book, systems: &[Described]) -> Vec<String> {
    let mut list = Vec::new();
    for described in systems {
        let context = &described.context;
        let system = System { book, build: &context.build, measures: &context.measures, aside: &context.accept };
        for (id, accepted) in described.accepted.iter().filter(|(_, accepted)| !accepted.is_empty()) {
            let index = described.answers.app_ids().position(|app| app == id).unwrap();
            let outcome = system.outcome(&described.answers, index).map_or("contradiction", |outcome| outcome.word());
            if !accepted.iter().any(|word| word == outcome) {
                list.push(format!("{}/{id} {outcome}", described.id));
            }
        }
    }
    list
}

#[test]
fn another_order_of_the_apps_changes_nothing_but_the_answers() {
    for system in described() {
        let mut turned = system.answers.clone();
        turned.apps.reverse();
        assert_eq!(lines(&advise(&turned, &system.context)), lines(&advise(&system.answers, &system.context)), "{}", system.id);
    }
}
