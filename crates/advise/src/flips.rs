//! What would change an outcome: every other answer to every question is tried, one at a time.

use crate::answers::{Answers, Ticks};
use crate::outcome::Outcome;
use crate::questions::{Topic, bands};
use crate::system::{Change, System, other_answers};
use crate::words::Facts;

/// One other answer, and what would come out then; `None` is a contradiction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Flip {
    pub(crate) change: Change,
    pub(crate) then: Option<Outcome>,
}

/// The changes that change the outcome of an app, in the order of the questions.
pub(crate) fn flips(system: &System<'_>, answers: &Answers, index: usize) -> Vec<Flip> {
    let (facts, verdicts) = system.judge(answers, index);
    let now = verdicts.ranked().first().map(|(outcome, _)| *outcome);
    let tried = changes(&facts).map(|change| Flip { change, then: system.outcome(&change.applied(answers, index), index) });
    tried.filter(|flip| flip.then != now).collect()
}

fn changes(facts: &Facts) -> impl Iterator<Item = Change> {
    let single = Topic::ALL.into_iter().filter(|topic| !matches!(topic, Topic::Kind | Topic::Rules));
    let single = single.flat_map(|topic| other_answers(facts, topic));
    let ticks = (0..Ticks::WORDS.len()).map(Change::Tick);
    let loads = bands().iter().map(|choice| Change::Load(choice.id));
    single.chain(rules(facts)).chain(ticks).chain(loads)
}

/// Each rule that is named is left out once, and each other one is added once.
fn rules(facts: &Facts) -> impl Iterator<Item = Change> {
    let now = facts.chosen.get(Topic::Rules);
    let none = Topic::Rules.bit("none").expect("there is such an option");
    let toggled = (0..Topic::Rules.options().len()).map(|index| 1 << index).filter(move |bit| *bit != none);
    toggled.map(move |bit| match (now & !none) ^ bit {
        0 => Change::Answer(Topic::Rules, none),
        bits => Change::Answer(Topic::Rules, bits),
    })
}

/// When to choose the runner-up: the changes that lead to it, as the end of a sentence that begins with "if".
pub(crate) fn choose_it_if(flips: &[Flip], runner_up: Outcome) -> String {
    let clauses: Vec<_> =
        flips.iter().filter(|flip| flip.then == Some(runner_up)).filter_map(|flip| flip.change.clause()).take(3).collect();
    if clauses.is_empty() {
        "you already run what it asks for, or like its parts better".to_owned()
    } else {
        clauses.join(", or ")
    }
}
