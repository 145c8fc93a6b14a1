//! Tens of thousands of systems against the promises that follow from the rules.
//!
//! The product of all answers, ticks and kinds is walked in steps that share no factor with it, so every answer meets every other.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::advise::advise;
use crate::answers::{Answers, Ticks};
use crate::book::Book;
use crate::capabilities::Build;
use crate::condition::{Known as _, Word};
use crate::context::{Context, Want};
use crate::contradiction::{conflicts, ways_out};
use crate::costs::Measures;
use crate::decide::{Chosen, Status, Verdicts};
use crate::outcome::Outcome;
use crate::questions::{Topic, bands};
use crate::settings::LEEWAY;
use crate::system::System;
use crate::words::Facts;

const SYSTEMS: u64 = 48_000;
/// A prime that divides the size of no list of answers.
const STEP: u64 = 1_000_003;

/// The rules as they come: alone, and in pairs that happen.
const RULE_SETS: [&[&str]; 11] = [
    &["none"],
    &["personal_data"],
    &["pci"],
    &["hipaa"],
    &["psd2"],
    &["nist_aal2"],
    &["nist_aal3"],
    &["asvs_l3"],
    &["personal_data", "pci"],
    &["personal_data", "hipaa", "nist_aal2"],
    &["psd2", "pci", "asvs_l3"],
];

/// The system of that number.
fn system(number: u64) -> Value {
    let mut rest = number.wrapping_mul(STEP);
    let mut digit = |size: usize| {
        let index = (rest % size as u64) as usize;
        rest /= size as u64;
        index
    };
    let mut app = Map::new();
    app.insert("id".to_owned(), "app".into());
    for topic in Topic::ALL {
        let value = match topic {
            Topic::Rules => json!(RULE_SETS[digit(RULE_SETS.len())]),
            _ => topic.options()[digit(topic.options().len())].id.into(),
        };
        app.insert(topic.word().to_owned(), value);
    }
    for word in Ticks::WORDS {
        app.insert(word.to_owned(), (digit(2) == 1).into());
    }
    app.insert("load".to_owned(), bands()[digit(bands().len())].id.into());
    json!({"apps": [app]})
}

fn full_build() -> Build {
    let capabilities = ["feed", "introspection", "forward_auth", "status_list", "sqlite", "postgres", "redis"];
    Build::new("1.0.0", capabilities, ["session_tokens", "trusted_origins", "keys.alg", "clients.origins"])
}

/// How soon a sign-out must hold, in seconds.
fn deadline(facts: &Facts) -> Option<u64> {
    match facts.option(Topic::Revocation) {
        "next_request" => Some(0),
        "one_minute" => Some(60),
        "fifteen_minutes" => Some(900),
        _ => None,
    }
}

/// The promises that a decision breaks, each by its name.
fn broken(facts: &Facts, chosen: &Chosen) -> Vec<&'static str> {
    let outcome = chosen.outcome;
    let is = |word| facts.is(word);
    let any = |topic, options: &[&str]| facts.any(topic, options);
    let is_header_session = matches!(outcome, Outcome::Token | Outcome::TokenExchange | Outcome::TokenIntrospect);
    let held = [
        ("no cookie in a native app", !(is(Word::Native) && outcome.travels_in_cookie())),
        ("no login without a person", !is(Word::Machine) || outcome == Outcome::None),
        ("no locally checked JWT where the next click was asked", deadline(facts) != Some(0) || !outcome.is_checked_locally()),
        (
            "no account-wide credential to a foreign server",
            !any(Topic::Apis, &["third_parties"])
                || !matches!(outcome, Outcome::Cookie | Outcome::Token | Outcome::TokenIntrospect | Outcome::JwtCookie),
        ),
        (
            "no account-wide credential to a foreign app",
            !is(Word::ThirdParty) || !(outcome.travels_in_cookie() || is_header_session),
        ),
        (
            "no cookie from another site",
            !any(Topic::Kind, &["spa"])
                || !any(Topic::Place, &["cross_site"])
                || any(Topic::Proxy, &["can_ask"])
                || !outcome.travels_in_cookie(),
        ),
        ("no cookie in a foreign frame", !any(Topic::Embedded, &["other_sites"]) || !outcome.travels_in_cookie()),
        ("no session token to a gateway that reads JWTs", !any(Topic::Proxy, &["jwt_only"]) || !is_header_session),
        (
            "nothing to look up where nobody can be asked",
            !any(Topic::Offline, &["outages", "always"]) || outcome.is_checked_locally(),
        ),
        (
            "nothing to look up through hours without a store",
            !any(Topic::StoreDown, &["hours"]) || matches!(outcome, Outcome::Jwt | Outcome::JwtCookie) || is(Word::Machine),
        ),
        (
            "an exchange has somebody who swaps",
            !outcome.is_exchange()
                || any(Topic::Proxy, &["can_ask"])
                || any(Topic::Kind, &["pages"])
                || any(Topic::Place, &["same_origin"]),
        ),
        ("none has a reason", outcome != Outcome::None || chosen.score > 0 || is(Word::Machine)),
    ];
    let offline_machine = is(Word::Machine) && outcome == Outcome::None;
    held.into_iter()
        .filter(|(_, holds)| !holds && !offline_machine)
        .map(|(name, _)| name)
        .chain(broken_times(facts, chosen))
        .collect()
}

fn broken_times(facts: &Facts, chosen: &Chosen) -> Vec<&'static str> {
    let settings = &chosen.settings;
    if chosen.outcome == Outcome::None {
        return Vec::new();
    }
    let is_local = chosen.outcome.client_holds_jwt();
    let access = settings.access.unwrap_or_default();
    let limits = [("psd2", 300), ("hipaa", 900), ("nist_aal3", 900), ("nist_aal2", 3_600)];
    let mut idle_limits: Vec<u64> =
        limits.into_iter().filter(|(rule, _)| facts.any(Topic::Rules, &[*rule])).map(|(_, limit)| limit).collect();
    idle_limits.extend((facts.any(Topic::Rules, &["pci"]) && facts.is(Word::Admin)).then_some(900));
    let effective = settings.idle + 5 + if is_local { access } else { 0 };
    let absolute_limits = [("nist_aal3", 43_200), ("nist_aal2", 86_400)];
    let mut absolute = absolute_limits.into_iter().filter(|(rule, _)| facts.any(Topic::Rules, &[*rule])).map(|(_, limit)| limit);
    let may_not_be_remembered = facts.is(Word::Regulated) || facts.is(Word::Admin);
    let in_time = |access: u64| deadline(facts).is_none_or(|deadline| access + LEEWAY <= deadline);
    let is_alone = chosen.outcome.is_checked_locally() && !settings.follow_feed;
    let is_page = facts.is(Word::Browser) && !chosen.outcome.travels_in_cookie();
    let held = [
        ("access lifetime plus leeway within the deadline", !is_alone || in_time(access)),
        (
            "without news too, where a lifetime can do it",
            !chosen.outcome.is_checked_locally() || settings.access_without_news(facts).is_none_or(in_time),
        ),
        ("regulated idle limits are kept", idle_limits.iter().all(|limit| effective <= *limit)),
        ("regulated absolute limits are kept", absolute.all(|limit| settings.absolute <= limit)),
        ("nobody is remembered under a rule or among staff", !may_not_be_remembered || settings.remembered.is_none()),
        ("idle is longer than an access token lives", !is_local || settings.idle > access),
        ("idle is not longer than absolute", settings.idle <= settings.absolute),
        ("a token is worth having", !is_local || access > 0),
        ("a token lasts for the hours that were asked", !facts.any(Topic::StoreDown, &["hours"]) || access >= 3_600),
        ("a token in a page lives as a browser's session", !is_page || (settings.idle <= 3_600 && settings.absolute <= 86_400)),
        ("the retry window ends before the token", settings.retry_window.is_none_or(|window| window < access)),
        ("the JWT inside is short", settings.upstream.is_none_or(|lifetime| lifetime <= 300)),
        ("several machines share a store", facts.any(Topic::Nodes, &["one"]) || settings.store == Some("postgres")),
    ];
    held.into_iter().filter(|(_, holds)| !holds).map(|(name, _)| name).collect()
}

/// Each set excludes everything, and no smaller set among them is part of it.
fn conflicts_explain(verdicts: &Verdicts) -> bool {
    let sets = conflicts(verdicts);
    let is_part = |small: &[&str], set: &[&str]| small.iter().all(|rule| set.contains(rule));
    let is_smallest = |set: &Vec<&str>| sets.iter().filter(|other| is_part(other, set)).count() == 1;
    !sets.is_empty() && sets.iter().all(|set| !set.is_empty() && is_smallest(set))
}

#[test]
fn no_system_breaks_a_promise_that_follows_from_the_rules() {
    let (build, measures, aside) = (full_build(), Measures::default(), BTreeSet::new());
    let decider = System { book: Book::published(), build: &build, measures: &measures, aside: &aside };
    let mut outcomes = BTreeSet::new();
    let mut contradictions = 0_u32;
    for number in 0..SYSTEMS {
        let described = system(number);
        let answers = Answers::parse(&described).unwrap();
        let (facts, verdicts) = decider.judge(&answers, 0);
        if let Some(chosen) = verdicts.choose(&facts, &build) {
            assert_eq!(broken(&facts, &chosen), Vec::<&str>::new(), "{} in {described}", chosen.outcome.word());
            outcomes.insert(chosen.outcome);
        } else {
            contradictions += 1;
            if contradictions.is_multiple_of(40) {
                assert!(conflicts_explain(&verdicts), "{described}");
                a_way_out_resolves(&decider, &answers);
            }
        }
    }
    assert_eq!(outcomes.len(), Outcome::ALL.len(), "{outcomes:?}");
    assert!(contradictions > 1_000, "{contradictions}");
}

fn a_way_out_resolves(decider: &System<'_>, answers: &Answers) {
    let ways = ways_out(decider, answers, 0);
    assert!(ways.len() <= 4);
    for way in ways {
        let changed = way.changes.iter().fold(answers.clone(), |answers, change| change.applied(&answers, 0));
        let mut aside = decider.aside.clone();
        aside.extend(way.accept.map(str::to_owned));
        let found = System { aside: &aside, ..*decider }.outcome(&changed, 0);
        assert_eq!(found, Some(way.gives), "{way:?}");
    }
}

#[test]
fn the_shape_of_an_advice_says_what_its_status_says() {
    let small = Build::new("0.1.0", ["sqlite"], []);
    for (number, build) in (0..1_200).map(|number| (number * 37, if number % 2 == 0 { full_build() } else { small.clone() })) {
        let answers = Answers::parse(&system(number)).unwrap();
        let mut context = Context::new(build, "2026-11-24T10:00:00Z");
        context.want.remove(&Want::Flips);
        let advice = advise(&answers, &context);
        let [app] = advice.apps.as_slice() else { panic!("one app was described") };
        assert_eq!(app.status == Status::Contradiction, app.outcome.is_none(), "{number}");
        assert_eq!(app.status == Status::CloseCall, app.runner_up.is_some(), "{number}");
        assert_eq!(app.status == Status::NotYet, !app.needs.is_empty(), "{number}");
        assert_eq!(app.status == Status::NotNeeded, app.outcome == Some(Outcome::None), "{number}");
        assert_eq!(app.status == Status::Contradiction, !advice.contradictions.is_empty(), "{number}");
        assert_eq!(app.score.unwrap_or_default(), app.reasons.iter().map(|reason| reason.weight).sum::<i32>(), "{number}");
        assert_eq!(app.config.is_some(), app.cell.is_some(), "{number}");
        assert!(advice.apps.iter().flat_map(|app| &app.costs).flatten().all(|cost| cost.value.is_finite() && cost.value >= 0.0));
        assert!(crate::record::Record::parse(advice.record.as_ref().unwrap()).is_ok(), "{number}");
    }
}
