//! What to say when nothing is left.
//!
//! 1. The smallest sets of rules that already exclude everything, fewest rules first.
//! 2. Up to four ways out: another answer to one question, in a fixed order and never towards a worse web place; then one practice rule
//!    set aside; then two other answers. Of a question the first answer that helps is named.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::answers::Answers;
use crate::decide::{Hard, Verdicts};
use crate::outcome::{Outcome, OutcomeSet};
use crate::questions::Topic;
use crate::rule::Rank;
use crate::system::{Change, System, other_answers};
use crate::words::Facts;

/// The questions that are tried, in this order.
const TRIED: [Topic; 8] =
    [Topic::Proxy, Topic::Place, Topic::Embedded, Topic::Offline, Topic::StoreDown, Topic::Revocation, Topic::Apis, Topic::Nodes];
const MOST_WAYS: usize = 4;
const MOST_CONFLICTS: usize = 4;

/// What resolves a contradiction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WayOut {
    pub(crate) changes: Vec<Change>,
    pub(crate) accept: Option<&'static str>,
    pub(crate) gives: Outcome,
}

impl WayOut {
    /// The changed answers as members of an answers object.
    pub(crate) fn members(&self, answers: &Answers, index: usize) -> Map<String, Value> {
        let mut members = Map::new();
        for change in &self.changes {
            change.put(&mut members, answers, index);
        }
        members
    }
}

/// The smallest sets of rules that exclude everything, each in the order of the table.
pub(crate) fn conflicts(verdicts: &Verdicts) -> Vec<Vec<&'static str>> {
    let clashes = verdicts.clashes();
    let in_clashes = clashes.iter().flat_map(|clash| [clash.rules.0, clash.rules.1]);
    let mut rules: Vec<&'static str> = Vec::new();
    for rule in verdicts.hard.iter().map(|hard| hard.rule).chain(in_clashes) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    let place = |rule: &str| rules.iter().position(|other| *other == rule).expect("every rule was listed above");
    let removals: Vec<(u32, OutcomeSet)> = (verdicts.hard.iter().map(|Hard { rule, removes, .. }| (1 << place(rule), *removes)))
        .chain(clashes.iter().map(|clash| ((1 << place(clash.rules.0)) | (1 << place(clash.rules.1)), clash.removes)))
        .collect();
    let exhausts = |set: u32| {
        let fitting = removals.iter().filter(|(rules, _)| rules & set == *rules);
        verdicts.standing(fitting.fold(OutcomeSet::EMPTY, |removed, (_, removes)| removed.with(*removes))).is_empty()
    };
    let mut found: Vec<u32> = Vec::new();
    for size in 1..=rules.len() as u32 {
        for set in (1..1_u32 << rules.len()).filter(|set| set.count_ones() == size) {
            if found.len() < MOST_CONFLICTS && found.iter().all(|smaller| smaller & set != *smaller) && exhausts(set) {
                found.push(set);
            }
        }
        if found.len() == MOST_CONFLICTS {
            break;
        }
    }
    let named = |set: u32| (0..rules.len()).filter(move |index| set & (1 << index) != 0).map(|index| rules[index]).collect();
    found.into_iter().map(named).collect()
}

/// The ways out of an app's contradiction.
pub(crate) fn ways_out(system: &System<'_>, answers: &Answers, index: usize) -> Vec<WayOut> {
    let (facts, verdicts) = system.judge(answers, index);
    let candidates: Vec<Change> = TRIED.into_iter().flat_map(|topic| tried(&facts, topic)).collect();
    let mut ways: Vec<WayOut> = Vec::new();
    for change in &candidates {
        let is_open = !ways.iter().any(|way| same_question(&way.changes[0], change));
        if is_open && let Some(gives) = system.outcome(&change.applied(answers, index), index) {
            ways.push(WayOut { changes: vec![*change], accept: None, gives });
        }
    }
    let single = ways.len();
    let practice: BTreeSet<_> = verdicts.hard.iter().filter(|hard| hard.rank == Rank::Practice).map(|hard| hard.rule).collect();
    for rule in practice {
        let mut aside = system.aside.clone();
        aside.insert(rule.to_owned());
        if let Some(gives) = (System { aside: &aside, ..*system }).outcome(answers, index) {
            ways.push(WayOut { changes: Vec::new(), accept: Some(rule), gives });
        }
    }
    if ways.len() < MOST_WAYS {
        let solved: Vec<Change> = ways[..single].iter().map(|way| way.changes[0]).collect();
        pairs(system, answers, index, &candidates, &solved, &mut ways);
    }
    ways.truncate(MOST_WAYS);
    ways
}

fn tried(facts: &Facts, topic: Topic) -> impl Iterator<Item = Change> + use<> {
    let now = facts.chosen.get(topic);
    other_answers(facts, topic).filter(move |change| !matches!(change, Change::Answer(Topic::Place, bits) if *bits > now))
}

fn same_question(left: &Change, right: &Change) -> bool {
    matches!((left, right), (Change::Answer(left, _), Change::Answer(right, _)) if left == right)
}

/// Two answers changed at once, of questions that one answer alone does not solve.
fn pairs(system: &System<'_>, answers: &Answers, index: usize, candidates: &[Change], solved: &[Change], ways: &mut Vec<WayOut>) {
    let open = || candidates.iter().filter(|change| solved.iter().all(|other| !same_question(other, change)));
    for (position, first) in open().enumerate() {
        let once = first.applied(answers, index);
        for second in open().skip(position + 1).filter(|second| !same_question(first, second)) {
            let is_known = ways.iter().any(|way| {
                way.changes.len() == 2 && same_question(&way.changes[0], first) && same_question(&way.changes[1], second)
            });
            if ways.len() >= MOST_WAYS {
                return;
            }
            if !is_known && let Some(gives) = system.outcome(&second.applied(&once, index), index) {
                ways.push(WayOut { changes: vec![*first, *second], accept: None, gives });
            }
        }
    }
}
