//! A whole system with one answer changed: what would come out then.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::answers::{Answers, Load, Ticks, said};
use crate::book::Book;
use crate::capabilities::Build;
use crate::costs::Measures;
use crate::decide::Verdicts;
use crate::outcome::Outcome;
use crate::questions::{Topic, bands};
use crate::words::Facts;

/// What every decision is made with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct System<'s> {
    pub(crate) book: &'s Book,
    pub(crate) build: &'s Build,
    pub(crate) measures: &'s Measures,
    pub(crate) aside: &'s BTreeSet<String>,
}

impl System<'_> {
    /// What is known about an app, and what the rules say of it.
    pub(crate) fn judge(&self, answers: &Answers, index: usize) -> (Facts, Verdicts) {
        let facts = Facts::of(answers, index, self.build, self.measures);
        let verdicts = Verdicts::gather(self.book, &facts, self.aside);
        (facts, verdicts)
    }

    /// What comes out for an app; `None` at a contradiction.
    pub(crate) fn outcome(&self, answers: &Answers, index: usize) -> Option<Outcome> {
        self.judge(answers, index).1.ranked().first().map(|(outcome, _)| *outcome)
    }
}

/// Another answer for one app.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Change {
    Answer(Topic, u16),
    Tick(usize),
    Load(&'static str),
}

impl Change {
    /// The answers with this change made, for that app alone.
    pub(crate) fn applied(self, answers: &Answers, index: usize) -> Answers {
        let mut changed = answers.clone();
        let app = &mut changed.apps[index];
        match self {
            Self::Answer(topic, bits) => app.own.set(topic, bits),
            Self::Tick(tick) => app.ticks = app.ticks.toggled(tick),
            Self::Load(word) => app.own.load = Some(Load::Band(word)),
        }
        changed
    }

    /// The change as a member of an answers object.
    pub(crate) fn put(self, into: &mut Map<String, Value>, answers: &Answers, index: usize) {
        match self {
            Self::Answer(topic, bits) => into.insert(topic.word().to_owned(), said(topic, bits)),
            Self::Tick(tick) => into.insert(Ticks::WORDS[tick].to_owned(), (!answers.apps[index].ticks.has(tick)).into()),
            Self::Load(word) => into.insert("load".to_owned(), word.into()),
        };
    }

    /// The change as the end of a sentence that begins with "if".
    pub(crate) fn clause(self) -> Option<&'static str> {
        match self {
            Self::Answer(topic, bits) if bits.is_power_of_two() => topic.of_bits(bits).next().map(|choice| choice.clause),
            Self::Load(word) => bands().iter().find(|choice| choice.id == word).map(|choice| choice.clause),
            Self::Answer(..) | Self::Tick(_) => None,
        }
    }
}

/// Every other single answer to a question that chooses one.
pub(crate) fn other_answers(facts: &Facts, topic: Topic) -> impl Iterator<Item = Change> + use<> {
    let now = facts.chosen.get(topic);
    let bits = (0..topic.options().len()).map(|index| 1_u16 << index);
    bits.filter(move |bit| now != 0 && *bit != now).map(move |bit| Change::Answer(topic, bit))
}
