//! Puts the advice together: each app is decided, then what holds between apps is added.

use std::collections::BTreeMap;

use serde_json::Map;

use crate::advice::{
    Advice, AppAdvice, AppConflict, Assumed, Conflict, Excluded, ExcludedBy, FlipAdvice, Instead, Promise, RULES_VERSION, Reason,
    RunnerUp, SHAPE, SettingAdvice, SystemAdvice, Warning, WayOutAdvice,
};
use crate::answers::{Answers, said};
use crate::book::Book;
use crate::breaks::breaks_first;
use crate::condition::Word;
use crate::config::{audience, config, whole};
use crate::context::{Context, Want};
use crate::contradiction::{WayOut, conflicts, ways_out};
use crate::costs::{CUT_OFF, Case, Cost, Window, costs, whole_seconds, window};
use crate::decide::{Chosen, Status, Verdicts};
use crate::flips::{Flip, choose_it_if, flips};
use crate::needs::asks_for_the_session;
use crate::outcome::{Outcome, OutcomeSet};
use crate::questions::Topic;
use crate::record;
use crate::rule::Level;
use crate::settings::{Value as SettingValue, settle};
use crate::sign_out::at_sign_out;
use crate::snippets::snippets;
use crate::sources::source;
use crate::system::System;
use crate::words::Facts;

/// Two apps whose windows lie further apart than this end at different speeds.
const WINDOWS_APART: u64 = 60;
/// What a question about signing in has beside these twelve.
const NOT_ASKED: [&str; 3] = ["accounts and their import", "mail", "sources of signing keys"];

/// Says what fits a system.
pub fn advise(answers: &Answers, context: &Context) -> Advice {
    advise_by(Book::published(), answers, context)
}

/// An app that was judged, before anything is said of it.
struct Judged {
    index: usize,
    facts: Facts,
    verdicts: Verdicts,
    chosen: Option<Chosen>,
    window: Option<Window>,
}

pub(crate) fn advise_by(book: &Book, answers: &Answers, context: &Context) -> Advice {
    let system = System { book, build: &context.build, measures: &context.measures, aside: &context.accept };
    let mut judged: Vec<Judged> = (0..answers.apps.len()).map(|index| judge(&system, answers, index, context)).collect();
    judged.sort_by(|left, right| answers.apps[left.index].id.cmp(&answers.apps[right.index].id));
    let seconds = || judged.iter().filter_map(|app| app.window.as_ref()).map(|window| window.seconds);
    let differ = seconds().max().unwrap_or_default() - seconds().min().unwrap_or_default() > WINDOWS_APART;
    if differ {
        for app in &mut judged {
            app.facts.tell(Word::WindowsDiffer, true);
            app.verdicts = Verdicts::gather(book, &app.facts, &context.accept);
        }
    }
    let changes: Vec<Vec<Flip>> = judged.iter().map(|app| flips_of(&system, answers, app, context)).collect();
    let apps: Vec<AppAdvice> =
        judged.iter().zip(&changes).map(|(app, flips)| app_advice(&system, answers, app, flips, context)).collect();
    let contradictions = apps.iter().flat_map(|app| {
        app.contradictions.iter().map(|conflict| AppConflict { app: app.id.clone(), conflict: conflict.clone() })
    });
    let mut advice = Advice {
        api: SHAPE,
        rules_version: RULES_VERSION,
        cloakroom: context.build.version.clone(),
        at: context.at.clone(),
        answers: answers.clone(),
        accepted: context.accept.iter().cloned().collect(),
        assumed: assumed(answers),
        system: system_advice(answers, &judged, &apps, context),
        contradictions: contradictions.collect(),
        flips: context.want.contains(&Want::Flips).then(|| all_flips(answers, &judged, &changes)),
        not_asked: NOT_ASKED.to_vec(),
        record: None,
        sources: Vec::new(),
        apps,
    };
    advice.sources = sources(&advice);
    advice.record = context.want.contains(&Want::Record).then(|| record::write(&advice, &context.measures));
    advice
}

fn judge(system: &System<'_>, answers: &Answers, index: usize, context: &Context) -> Judged {
    let (facts, verdicts) = system.judge(answers, index);
    let chosen = verdicts.choose(&facts, system.build);
    let cut_off = whole_seconds(context.measures.get(&CUT_OFF).0);
    let window = chosen.as_ref().and_then(|chosen| window(chosen.outcome, &facts, &chosen.settings, cut_off));
    Judged { index, facts, verdicts, chosen, window }
}

/// A close call needs them too, to say when the runner-up is the better choice.
fn flips_of(system: &System<'_>, answers: &Answers, app: &Judged, context: &Context) -> Vec<Flip> {
    let is_close = app.chosen.as_ref().is_some_and(|chosen| chosen.status == Status::CloseCall);
    if is_close || context.want.contains(&Want::Flips) { flips(system, answers, app.index) } else { Vec::new() }
}

fn app_advice(system: &System<'_>, answers: &Answers, app: &Judged, flips: &[Flip], context: &Context) -> AppAdvice {
    let outcome = app.chosen.as_ref().map(|chosen| chosen.outcome);
    let possible = app.verdicts.possible();
    let mut advice = AppAdvice {
        id: answers.apps[app.index].id.clone(),
        kind: app.facts.option(Topic::Kind),
        status: Status::Contradiction,
        outcome,
        cell: outcome.and_then(Outcome::cell),
        say: outcome.map(Outcome::say),
        score: None,
        margin: None,
        runner_up: None,
        reasons: outcome.map_or_else(Vec::new, |outcome| reasons(system.book, &app.verdicts, outcome)),
        excluded: excluded(system.book, &app.verdicts, possible),
        warnings: warnings(system, app),
        needs: Vec::new(),
        instead: Vec::new(),
        settings: Vec::new(),
        costs: None,
        at_sign_out: None,
        breaks_first: outcome.map_or_else(Vec::new, breaks_first),
        config: None,
        snippets: None,
        contradictions: Vec::new(),
        ways_out: Vec::new(),
    };
    if let Some(chosen) = &app.chosen {
        fill(&mut advice, app, chosen, flips, context);
    } else {
        let named = |rules: Vec<&'static str>| Conflict { say: rules.iter().map(|rule| say(system.book, rule)).collect(), rules };
        advice.contradictions = conflicts(&app.verdicts).into_iter().map(named).collect();
        advice.ways_out = ways_out(system, answers, app.index).iter().map(|way| way_out(way, answers, app.index)).collect();
    }
    advice
}

fn fill(advice: &mut AppAdvice, app: &Judged, chosen: &Chosen, flips: &[Flip], context: &Context) {
    let is_wanted = |want| context.want.contains(&want);
    advice.status = chosen.status;
    advice.score = Some(chosen.score);
    advice.margin = chosen.next.map(|(_, score)| chosen.score - score);
    let close = chosen.next.filter(|_| chosen.status == Status::CloseCall);
    advice.runner_up = close.map(|(outcome, score)| RunnerUp { outcome, score, choose_it_if: choose_it_if(flips, outcome) });
    advice.needs = chosen.needs.iter().map(|need| need.name).collect();
    let instead = chosen.needs.iter().map(|need| Instead { need: need.name, rule: need.rule, say: need.instead.clone() });
    advice.instead = instead.collect();
    if chosen.outcome == Outcome::None {
        return;
    }
    advice.settings = chosen.settings.shown().iter().map(setting).collect();
    advice.at_sign_out = at_sign_out(chosen.outcome, &chosen.settings, &context.build);
    if is_wanted(Want::Costs) {
        advice.costs = Some(compared(app, chosen, close.map(|(outcome, _)| outcome), context));
    }
    if is_wanted(Want::Config) {
        advice.config = config(&advice.id, chosen, &app.facts, &context.site, &context.build);
    }
    if is_wanted(Want::Snippets) {
        let audience = audience(chosen.outcome, &context.site);
        advice.snippets = Some(snippets(chosen.outcome, &chosen.needs, &context.site, audience));
    }
}

/// The costs, each beside the same of the runner-up.
fn compared(app: &Judged, chosen: &Chosen, runner_up: Option<Outcome>, context: &Context) -> Vec<Cost> {
    let facts = &app.facts;
    let measures = &context.measures;
    let mut list = costs(Case { outcome: chosen.outcome, facts, settings: &chosen.settings, measures });
    if let Some(outcome) = runner_up {
        let settings = settle(outcome, facts, &app.verdicts.bounds, &context.build);
        let others = costs(Case { outcome, facts, settings: &settings, measures });
        for cost in &mut list {
            cost.runner_up = others.iter().find(|other| other.id == cost.id).map(|other| other.value);
        }
    }
    list
}

fn setting(shown: &crate::settings::Shown) -> SettingAdvice {
    let (value, unit) = match shown.value {
        SettingValue::Seconds(seconds) => (seconds.into(), Some("s")),
        SettingValue::Count(count) => (count.into(), None),
        SettingValue::Word(word) => (word.into(), None),
        SettingValue::Flag(flag) => (flag.into(), None),
    };
    SettingAdvice { key: shown.key, value, unit, bound: shown.bound.clone(), by: shown.by.clone() }
}

fn say(book: &Book, rule: &str) -> &'static str {
    book.find(rule).map_or("", |entry| entry.rule.say)
}

fn reasons(book: &Book, verdicts: &Verdicts, outcome: Outcome) -> Vec<Reason> {
    let mut list: Vec<Reason> = Vec::new();
    for (rule, _, weight) in verdicts.weights.iter().filter(|(_, weighed, _)| *weighed == outcome) {
        if let Some(same) = list.last_mut().filter(|reason| reason.rule == *rule) {
            same.weight += weight;
        } else {
            let sources = book.find(rule).map_or(&[][..], |entry| entry.rule.sources);
            list.push(Reason { rule, say: say(book, rule), weight: *weight, sources });
        }
    }
    list
}

fn excluded(book: &Book, verdicts: &Verdicts, possible: OutcomeSet) -> Vec<Excluded> {
    let by = |outcome| {
        let rules = verdicts.removed_by(outcome).into_iter();
        rules.map(|(rule, rank)| ExcludedBy { rule, rank, say: say(book, rule) }).collect::<Vec<_>>()
    };
    let gone = OutcomeSet::ALL.without(possible).iter().map(|outcome| Excluded { outcome, by: by(outcome) });
    // `none` goes without a word where no rule speaks for it: that is no exclusion.
    gone.filter(|excluded| !excluded.by.is_empty()).collect()
}

fn warnings(system: &System<'_>, app: &Judged) -> Vec<Warning> {
    let outcome = app.chosen.as_ref().map(|chosen| chosen.outcome);
    let fits = |on: OutcomeSet, is_for_all: bool| outcome.map_or(is_for_all, |outcome| on.has(outcome));
    let told = app.verdicts.warnings.iter().filter(|warned| fits(warned.on, warned.is_for_all));
    let mut list: Vec<Warning> = told
        .map(|warned| Warning {
            slug: warned.slug,
            level: warned.level,
            rule: warned.rule,
            say: say(system.book, warned.rule).to_owned(),
        })
        .collect();
    if outcome.is_some_and(|outcome| asks_for_the_session(outcome, &app.facts, system.build)) {
        list.push(Warning {
            slug: "ask_for_the_session",
            level: Level::Medium,
            rule: "V6",
            say: "This version has no forward-auth: the server that answers asks GET /api/v1/session and passes on the caller's own \
                  cookie, one call per request."
                .to_owned(),
        });
    }
    list.sort_by_key(|warning| (warning.level, warning.slug));
    list.dedup_by_key(|warning| warning.slug);
    list
}

fn way_out(way: &WayOut, answers: &Answers, index: usize) -> WayOutAdvice {
    let mut clauses: Vec<String> = way.changes.iter().filter_map(|change| change.clause()).map(str::to_owned).collect();
    clauses.extend(way.accept.map(|rule| format!("you set the rule {rule} aside, in writing")));
    let change = way.members(answers, index);
    WayOutAdvice { change, accept: way.accept, gives: way.gives, say: clauses.join(" and ") }
}

fn all_flips(answers: &Answers, judged: &[Judged], changes: &[Vec<Flip>]) -> Vec<FlipAdvice> {
    let of_app = |(app, flips): (&Judged, &Vec<Flip>)| {
        let advise = |flip: &Flip| {
            let mut change = Map::new();
            flip.change.put(&mut change, answers, app.index);
            let then = flip.then.map_or("contradiction", Outcome::word);
            FlipAdvice { app: answers.apps[app.index].id.clone(), change, then }
        };
        flips.iter().map(advise).collect::<Vec<_>>()
    };
    judged.iter().zip(changes).flat_map(of_app).collect()
}

/// What nobody answered, for the system or for every app that it concerns.
fn assumed(answers: &Answers) -> Vec<Assumed> {
    let mut list = Vec::new();
    for topic in Topic::ALL.into_iter().filter(|topic| *topic != Topic::Kind) {
        let is_web = |kind: u16| Topic::Kind.of_bits(kind).any(|choice| matches!(choice.id, "pages" | "spa"));
        let concerned = |kind: u16| !matches!(topic, Topic::Place | Topic::Embedded) || is_web(kind);
        let is_open = answers.system.get(topic) == 0
            && answers.apps.iter().any(|app| concerned(app.own.get(Topic::Kind)) && app.own.get(topic) == 0);
        if is_open {
            list.push(Assumed { question: topic.word(), answer: said(topic, topic.default_bits()) });
        }
    }
    if answers.system.load.is_none() && answers.apps.iter().any(|app| app.own.load.is_none()) {
        list.push(Assumed { question: "load", answer: "small".into() });
    }
    list
}

fn system_advice(answers: &Answers, judged: &[Judged], apps: &[AppAdvice], context: &Context) -> SystemAdvice {
    let stores = judged.iter().filter_map(|app| app.chosen.as_ref()).filter(|chosen| chosen.outcome != Outcome::None);
    let store = stores.filter_map(|chosen| chosen.settings.store).min_by_key(|store| *store != "postgres");
    let windows = judged.iter().filter_map(|app| Some((app, app.window.as_ref()?)));
    let promise = windows.fold(None::<(&Judged, &Window)>, |slowest, next| match slowest {
        Some(found) if found.1.seconds >= next.1.seconds => Some(found),
        _ => Some(next),
    });
    let mut missing: Vec<&'static str> = apps.iter().flat_map(|app| app.needs.iter().copied()).collect();
    missing.sort_unstable();
    missing.dedup();
    let entries: Vec<&str> = apps.iter().filter_map(|app| app.config.as_deref()).collect();
    SystemAdvice {
        summary: apps.iter().map(summary).collect::<Vec<_>>().join(" "),
        store,
        revocation_promise: promise.map(|(app, window)| Promise {
            seconds: window.seconds,
            normal: window.normal.clone(),
            worst: window.worst.clone(),
            weakest_app: answers.apps[app.index].id.clone(),
            holds_today: missing.is_empty(),
        }),
        capabilities_missing: missing,
        config: (!entries.is_empty()).then(|| whole(&entries, &context.site)),
    }
}

fn summary(app: &AppAdvice) -> String {
    let id = &app.id;
    let Some(outcome) = app.outcome else { return format!("{id}: your answers exclude each other.") };
    let what = match outcome {
        Outcome::Cookie => "a session in a cookie",
        Outcome::Token => "a session token in a header",
        Outcome::CookieExchange => "a session in a cookie up to the edge, short JWTs inside",
        Outcome::TokenExchange => "a session token up to the proxy, short JWTs inside",
        Outcome::CookiePageToken => "a session in a cookie, and short JWTs in the page",
        Outcome::Jwt => "access and refresh tokens",
        Outcome::JwtCookie => "a JWT in a cookie",
        Outcome::TokenIntrospect => "a session token, and each server asks",
        Outcome::JwtIntrospect => "a JWT, and the servers behind the gate ask as well",
        Outcome::None => return format!("{id}: not Cloakroom."),
    };
    match (app.status, &app.runner_up) {
        (Status::CloseCall, Some(other)) => format!("{id}: {what}; {} is nearly as good.", other.outcome.word()),
        (Status::NotYet, _) => format!("{id}: {what}, which this version cannot do yet ({} missing).", app.needs.join(", ")),
        _ => format!("{id}: {what}."),
    }
}

/// The sources of everything that is said, by the name under which they are cited.
fn sources(advice: &Advice) -> Vec<crate::sources::Source> {
    let book = Book::published();
    let of_rule = |rule: &'static str| book.find(rule).map_or(&[][..], |entry| entry.rule.sources).iter().copied();
    let mut cited = BTreeMap::new();
    for app in &advice.apps {
        let rules = (app.reasons.iter().map(|reason| reason.rule))
            .chain(app.excluded.iter().flat_map(|excluded| excluded.by.iter().map(|by| by.rule)))
            .chain(app.warnings.iter().map(|warning| warning.rule))
            .chain(app.contradictions.iter().flat_map(|conflict| conflict.rules.iter().copied()));
        let seen = app.breaks_first.iter().flat_map(|entry| entry.seen.iter().copied());
        for id in rules.flat_map(of_rule).chain(seen) {
            cited.entry(id).or_insert_with(|| source(id));
        }
    }
    cited.into_values().collect()
}
