//! The advice as text for a terminal, made from the advice and from nothing else.

use std::fmt::Write as _;

use crate::advice::{Advice, AppAdvice, HOLDS_LATER, Promise, Warning};
use crate::answers::written;
use crate::costs::Cost;
use crate::decide::Status;
use crate::rule::Level;

/// The advice in words.
pub fn advice_in_words(advice: &Advice) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", advice.system.summary);
    if let Some(promise) = &advice.system.revocation_promise {
        promise_in_words(&mut text, promise);
    }
    if let Some(store) = advice.system.store {
        let _ = writeln!(text, "Store: {store}.");
    }
    for app in &advice.apps {
        app_in_words(&mut text, app);
    }
    if let Some(flips) = advice.flips.as_ref().filter(|flips| !flips.is_empty()) {
        let _ = writeln!(text, "\nWhat would change it");
        for flip in flips {
            let change: Vec<_> = flip.change.iter().map(|(member, value)| format!("{member} = {}", written(value))).collect();
            let _ = writeln!(text, "  {}: {} -> {}", flip.app, change.join(", "), flip.then);
        }
    }
    if !advice.assumed.is_empty() {
        let list: Vec<_> = advice.assumed.iter().map(|item| format!("{} = {}", item.question, written(&item.answer))).collect();
        let _ = writeln!(text, "\nAssumed: {}.", list.join("; "));
    }
    text
}

/// The promise is that of what would fit: where something is missing, it holds once that is there.
fn promise_in_words(text: &mut String, promise: &Promise) {
    let once = if promise.holds_today { String::new() } else { format!(", {HOLDS_LATER}") };
    let worst = if promise.worst == promise.normal { String::new() } else { format!("; at worst {}", promise.worst) };
    let _ = writeln!(text, "A forced sign-out holds {}{worst} ({}){once}.", promise.normal, promise.weakest_app);
}

fn app_in_words(text: &mut String, app: &AppAdvice) {
    let _ = writeln!(text, "\n{} ({})", app.id, app.kind);
    let status = match app.status {
        Status::Ok | Status::Contradiction => "",
        Status::CloseCall => " (a close call)",
        Status::NotYet => " (not yet in this version)",
        Status::NotNeeded => " (not needed)",
    };
    match (app.outcome, app.say) {
        (Some(outcome), Some(say)) => {
            let _ = writeln!(text, "  {}{status}: {say}", outcome.word());
        }
        _ => contradiction_in_words(text, app),
    }
    if let Some(other) = &app.runner_up {
        let _ = writeln!(text, "  {} is the better choice if {}.", other.outcome.word(), other.choose_it_if);
    }
    for instead in &app.instead {
        let _ = writeln!(text, "  Missing: {} [{}]. Until then: {}.", instead.need, instead.rule, instead.say);
    }
    for reason in &app.reasons {
        let _ = writeln!(text, "  {:+} {} [{}]", reason.weight, reason.say, reason.rule);
    }
    let is_new = |(index, warning): &(usize, &Warning)| app.warnings[..*index].iter().all(|other| other.say != warning.say);
    for (_, warning) in app.warnings.iter().enumerate().filter(is_new) {
        let mark = if warning.level == Level::High { "!" } else { "-" };
        let _ = writeln!(text, "  {mark} {} [{}]", warning.say, warning.rule);
    }
    for cost in app.costs.iter().flatten() {
        cost_in_words(text, cost);
    }
    if let Some(config) = &app.config {
        let _ = writeln!(text, "\n{}", config.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n"));
    }
}

fn contradiction_in_words(text: &mut String, app: &AppAdvice) {
    let _ = writeln!(text, "  Your answers exclude each other.");
    for conflict in &app.contradictions {
        let _ = writeln!(text, "  {}:", conflict.rules.join(" and "));
        for say in &conflict.say {
            let _ = writeln!(text, "    {say}");
        }
    }
    for way in &app.ways_out {
        let _ = writeln!(text, "  A way out: {} if {}.", way.gives.word(), way.say);
    }
}

fn cost_in_words(text: &mut String, cost: &Cost) {
    let runner_up = cost.runner_up.map_or_else(String::new, |value| format!(" (runner-up: {value})"));
    let _ = writeln!(text, "  {}: {} {}{runner_up} = {}", cost.say, cost.value, cost.unit, cost.formula);
}
