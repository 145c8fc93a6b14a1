//! How one app is decided.
//!
//! 1. The rules that hold are gathered: what they take away, what they weigh, what they bound.
//! 2. All hard rules apply, whatever their rank. A rule that was set aside by name takes nothing away and bounds nothing.
//! 3. Bounds that leave an outcome no room take it away, in the name of both rules.
//! 4. `none` stands only where a rule gives a reason for it. Where nothing stands, it is a contradiction.
//! 5. Weights are added; the highest sum wins, and of equal sums the outcome with fewer moving parts.
//! 6. The status: `not_needed` for `none`; `not_yet` where the build lacks something; `close_call` at a margin of one or less; else `ok`.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::book::{Act, Book};
use crate::capabilities::Build;
use crate::needs::{Asked, Need, needs};
use crate::outcome::{Outcome, OutcomeSet};
use crate::rule::{Level, Rank};
use crate::settings::{Fired, Settings, clashes, settle};
use crate::words::Facts;

/// How an app came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It fits, by more than a little.
    Ok,
    /// Another outcome fits nearly as well.
    CloseCall,
    /// It would fit, and this build lacks something for it.
    NotYet,
    /// Cloakroom is not what this app needs.
    NotNeeded,
    /// The answers exclude each other.
    Contradiction,
}

/// Everything that the rules say of an app, before anything is chosen.
#[derive(Clone, Debug)]
pub(crate) struct Verdicts {
    pub(crate) hard: Vec<Hard>,
    pub(crate) weights: Vec<(&'static str, Outcome, i32)>,
    pub(crate) bounds: Vec<Fired>,
    pub(crate) warnings: Vec<Warned>,
    pub(crate) needs: Vec<Asked>,
    none_has_reason: bool,
}

/// What a rule takes away.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hard {
    pub(crate) rule: &'static str,
    pub(crate) rank: Rank,
    pub(crate) removes: OutcomeSet,
}

/// What a rule tells, for these outcomes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Warned {
    pub(crate) rule: &'static str,
    pub(crate) on: OutcomeSet,
    /// Whether it holds whatever is chosen, and so even where nothing can be.
    pub(crate) is_for_all: bool,
    pub(crate) level: Level,
    pub(crate) slug: &'static str,
}

/// Two rules whose bounds leave these outcomes no room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clash {
    pub(crate) rules: (&'static str, &'static str),
    pub(crate) removes: OutcomeSet,
}

/// What was chosen for an app.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) outcome: Outcome,
    pub(crate) score: i32,
    /// The next best and its sum; `None` where nothing else was possible.
    pub(crate) next: Option<(Outcome, i32)>,
    pub(crate) settings: Settings,
    pub(crate) needs: Vec<Need>,
    pub(crate) status: Status,
}

impl Verdicts {
    /// Gathers what the rules of `book` say of an app; `aside` are the rules that were set aside.
    pub(crate) fn gather(book: &Book, facts: &Facts, aside: &BTreeSet<String>) -> Self {
        let mut verdicts = Self {
            hard: Vec::new(),
            weights: Vec::new(),
            bounds: Vec::new(),
            warnings: Vec::new(),
            needs: Vec::new(),
            none_has_reason: false,
        };
        for entry in &book.entries {
            let rule = entry.rule.id;
            let is_aside = aside.contains(rule);
            for act in entry.acts(facts) {
                match act {
                    Act::Remove { rank, outcomes, asks_for_none } if !is_aside => {
                        verdicts.none_has_reason |= asks_for_none;
                        verdicts.hard.push(Hard { rule, rank: *rank, removes: *outcomes });
                    }
                    Act::Bound { on, bound } if !is_aside => verdicts.bounds.push(Fired { rule, on: *on, bound: *bound }),
                    Act::Remove { .. } | Act::Bound { .. } => {}
                    Act::Weigh(weights) => {
                        verdicts.none_has_reason |= weights.iter().any(|(o, weight)| *o == Outcome::None && *weight > 0);
                        verdicts.weights.extend(weights.iter().map(|(outcome, weight)| (rule, *outcome, *weight)));
                    }
                    Act::Warn { on, is_for_all, level, slug } => {
                        verdicts.warnings.push(Warned { rule, on: *on, is_for_all: *is_for_all, level: *level, slug });
                    }
                    Act::Need { on, capability, instead } => {
                        verdicts.needs.push(Asked { rule, on: *on, capability, instead });
                    }
                }
            }
        }
        verdicts
    }

    /// The clashes of bounds, outcome by outcome.
    pub(crate) fn clashes(&self) -> Vec<Clash> {
        let mut found: Vec<Clash> = Vec::new();
        for outcome in Outcome::ALL {
            for rules in clashes(outcome, &self.bounds) {
                match found.iter_mut().find(|clash| clash.rules == rules) {
                    Some(clash) => clash.removes = clash.removes.with(OutcomeSet::of(outcome)),
                    None => found.push(Clash { rules, removes: OutcomeSet::of(outcome) }),
                }
            }
        }
        found
    }

    /// What is left when these outcomes are gone: `none` is no answer where nothing speaks for it.
    pub(crate) fn standing(&self, removed: OutcomeSet) -> OutcomeSet {
        let left = OutcomeSet::ALL.without(removed);
        if self.none_has_reason { left } else { left.without(OutcomeSet::of(Outcome::None)) }
    }

    /// What the hard rules leave.
    pub(crate) fn possible(&self) -> OutcomeSet {
        let removed = self.hard.iter().fold(OutcomeSet::EMPTY, |removed, hard| removed.with(hard.removes));
        self.standing(self.clashes().iter().fold(removed, |removed, clash| removed.with(clash.removes)))
    }

    /// The sum of an outcome's weights.
    pub(crate) fn score(&self, outcome: Outcome) -> i32 {
        self.weights.iter().filter(|(_, weighed, _)| *weighed == outcome).map(|(_, _, weight)| weight).sum()
    }

    /// What is possible with its sums, best first; empty at a contradiction.
    pub(crate) fn ranked(&self) -> Vec<(Outcome, i32)> {
        let mut ranked: Vec<_> = self.possible().iter().map(|outcome| (outcome, self.score(outcome))).collect();
        // The sort is stable: of equal sums the outcome that comes first in the order of ties stays first.
        ranked.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
        ranked
    }

    /// Chooses; `None` at a contradiction.
    pub(crate) fn choose(&self, facts: &Facts, build: &Build) -> Option<Chosen> {
        let ranked = self.ranked();
        let (outcome, score) = *ranked.first()?;
        let next = ranked.get(1).copied();
        let settings = settle(outcome, facts, &self.bounds, build);
        let needs = needs(outcome, facts, &settings, &self.needs, build);
        let is_close = next.is_some_and(|(_, other)| score - other <= 1);
        let status = match outcome {
            Outcome::None => Status::NotNeeded,
            _ if !needs.is_empty() => Status::NotYet,
            _ if is_close => Status::CloseCall,
            _ => Status::Ok,
        };
        Some(Chosen { outcome, score, next, settings, needs, status })
    }

    /// Who takes an outcome away: the hard rules, and the clashes as pairs.
    pub(crate) fn removed_by(&self, outcome: Outcome) -> Vec<(&'static str, Option<Rank>)> {
        let hard = self.hard.iter().filter(|hard| hard.removes.has(outcome)).map(|hard| (hard.rule, Some(hard.rank)));
        let clashes = self.clashes();
        let pairs = clashes.iter().filter(|clash| clash.removes.has(outcome));
        let mut by: Vec<(&'static str, Option<Rank>)> = Vec::new();
        for (rule, rank) in hard.chain(pairs.flat_map(|clash| [(clash.rules.0, None), (clash.rules.1, None)])) {
            if by.iter().all(|(other, _)| *other != rule) {
                by.push((rule, rank));
            }
        }
        by
    }
}
