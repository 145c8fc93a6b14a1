//! The table of rules, read: texts become conditions, sets of outcomes, weights and bounds.

use std::sync::LazyLock;

use crate::condition::{Condition, Known};
use crate::outcome::{Outcome, OutcomeSet};
use crate::rule::{Does, Effect, Level, Rank, Rule};
use crate::rules::RULES;

/// The table, read.
#[derive(Clone, Debug)]
pub(crate) struct Book {
    pub(crate) entries: Vec<Entry>,
}

/// A rule, read.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) rule: &'static Rule,
    when: Condition,
    effects: Vec<ReadEffect>,
}

#[derive(Clone, Debug)]
struct ReadEffect {
    when: Condition,
    act: Act,
}

/// What an effect does, read.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Remove { rank: Rank, outcomes: OutcomeSet, asks_for_none: bool },
    Weigh(Vec<(Outcome, i32)>),
    Bound { on: OutcomeSet, bound: Bound },
    Warn { on: OutcomeSet, is_for_all: bool, level: Level, slug: &'static str },
    Need { on: OutcomeSet, capability: &'static str, instead: &'static str },
}

/// A bound on a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    AtMost(&'static str, u64),
    AtLeast(&'static str, u64),
    Is(&'static str, &'static str),
    Adds(&'static str, &'static str),
}

impl Book {
    /// The table as it is published.
    pub(crate) fn published() -> &'static Self {
        static BOOK: LazyLock<Book> = LazyLock::new(|| Book::read(RULES).expect("the table is read by a test"));
        &BOOK
    }

    /// Reads a table; the error names the rule and the slip.
    pub(crate) fn read(rules: &'static [Rule]) -> Result<Self, String> {
        let entries = rules.iter().map(|rule| Entry::read(rule).map_err(|slip| format!("{}: {slip}", rule.id)));
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }

    /// The rule of that name.
    pub(crate) fn find(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.rule.id == id)
    }
}

impl Entry {
    fn read(rule: &'static Rule) -> Result<Self, String> {
        let read = |effect: &Effect| {
            Ok::<_, String>(ReadEffect { when: Condition::parse(effect.when)?, act: read_act(effect.does, effect.on)? })
        };
        let effects = rule.effects.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { rule, when: Condition::parse(rule.when)?, effects })
    }

    /// What the rule does here, in the order of its effects.
    pub(crate) fn acts<'e>(&'e self, known: &impl Known) -> Vec<&'e Act> {
        if !self.when.holds(known) {
            return Vec::new();
        }
        self.effects.iter().filter(|effect| effect.when.holds(known)).map(|effect| &effect.act).collect()
    }

    /// The mildest rank among its hard effects; `None` where it has none.
    pub(crate) fn rank(&self) -> Option<Rank> {
        let ranks = self.effects.iter().filter_map(|effect| match effect.act {
            Act::Remove { rank, .. } => Some(rank),
            _ => None,
        });
        ranks.max()
    }

    #[cfg(test)]
    pub(crate) fn move_weight(&mut self, effect: usize, index: usize, by: i32) -> bool {
        let Some(Act::Weigh(weights)) = self.effects.get_mut(effect).map(|effect| &mut effect.act) else { return false };
        weights.get_mut(index).map(|weight| weight.1 += by).is_some()
    }

    #[cfg(test)]
    pub(crate) fn drop_effect(&mut self, index: usize) -> bool {
        index < self.effects.len() && {
            self.effects.remove(index);
            true
        }
    }
}

fn read_act(does: Does, on: &str) -> Result<Act, String> {
    let outcomes = |text: &str| OutcomeSet::parse(text).ok_or_else(|| format!("`{text}` names no outcome"));
    let for_outcomes = if on.is_empty() { OutcomeSet::ALL } else { outcomes(on)? };
    Ok(match does {
        Does::Exclude { rank, outcomes: text } => Act::Remove { rank, outcomes: outcomes(text)?, asks_for_none: false },
        Does::Require { rank, outcomes: text } => {
            let kept = outcomes(text)?;
            Act::Remove { rank, outcomes: OutcomeSet::ALL.without(kept), asks_for_none: kept.has(Outcome::None) }
        }
        Does::Prefer { weights } => Act::Weigh(read_weights(weights)?),
        Does::Set { bound } => Act::Bound { on: for_outcomes, bound: read_bound(bound)? },
        Does::Warn { level, slug } => Act::Warn { on: for_outcomes, is_for_all: on.is_empty(), level, slug },
        Does::Need { capability, instead } => Act::Need { on: for_outcomes, capability, instead },
    })
}

fn read_weights(text: &str) -> Result<Vec<(Outcome, i32)>, String> {
    let mut weights = Vec::new();
    for part in text.split(", ") {
        let (glob, weight) = part.rsplit_once(' ').ok_or_else(|| format!("`{part}` has no weight"))?;
        let weight = weight.parse().map_err(|_| format!("`{weight}` is no weight"))?;
        let outcomes = OutcomeSet::parse(glob).ok_or_else(|| format!("`{glob}` names no outcome"))?;
        weights.extend(outcomes.iter().map(|outcome| (outcome, weight)));
    }
    Ok(weights)
}

fn read_bound(text: &'static str) -> Result<Bound, String> {
    let number = |text: &str| text.parse().map_err(|_| format!("`{text}` is no number"));
    if let Some((key, limit)) = text.split_once("<=") {
        return Ok(Bound::AtMost(key, number(limit)?));
    }
    if let Some((key, limit)) = text.split_once(">=") {
        return Ok(Bound::AtLeast(key, number(limit)?));
    }
    if let Some((key, value)) = text.split_once("+=") {
        return Ok(Bound::Adds(key, value));
    }
    text.split_once('=').map(|(key, value)| Bound::Is(key, value)).ok_or_else(|| format!("`{text}` is no bound"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::prefer;

    #[test]
    fn every_row_of_the_table_can_be_read_and_has_a_name_of_its_own() {
        let book = Book::read(RULES).unwrap();
        assert_eq!(book.entries.len(), 61);
        for (index, entry) in book.entries.iter().enumerate() {
            assert!(!entry.rule.say.is_empty() && !entry.rule.sources.is_empty(), "{}", entry.rule.id);
            assert!(book.entries[..index].iter().all(|other| other.rule.id != entry.rule.id), "{}", entry.rule.id);
        }
    }

    #[test]
    fn a_slip_in_a_row_is_named() {
        const SLIPS: &[Rule] =
            &[Rule { id: "X1", when: "browser", effects: &[prefer("cokie +1")], say: "x", sources: &["judgement"] }];
        assert_eq!(Book::read(SLIPS).unwrap_err(), "X1: `cokie` names no outcome");
    }
}
