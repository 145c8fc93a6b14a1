//! What a rule is: when it holds, and what it then does.
//!
//! 1. `exclude` takes outcomes away, `require` all others. Such an effect has a rank, which says what may be given up: *stated* (better:
//!    change the answer) and *practice* by name, the others never. Rank does not decide who wins; hard rules all apply.
//! 2. `prefer` adds weights: ±1 nice, ±2 matters, ±3 strong, ±5 nearly decides.
//! 3. `set` bounds a setting, `warn` says something once an outcome is chosen, `need` names what a build must have for it.
//! 4. `on` limits an effect to outcomes, `when` to a further condition.
//!
//! The table is written as text and read once, in `book.rs`; a slip in it is found by the first test.

use serde::Serialize;

/// A row of the table.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rule {
    /// Its name.
    pub id: &'static str,
    /// When it holds.
    pub when: &'static str,
    /// What it does.
    pub effects: &'static [Effect],
    /// The sentence that is shown.
    pub say: &'static str,
    /// Where it is from.
    pub sources: &'static [&'static str],
}

/// One thing that a rule does.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Effect {
    /// What.
    #[serde(flatten)]
    pub does: Does,
    /// The outcomes it speaks of; empty is all.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub on: &'static str,
    /// A further condition; empty is none.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub when: &'static str,
}

/// The kinds of effects.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Does {
    /// Takes these outcomes away.
    Exclude {
        /// What may be given up.
        rank: Rank,
        /// Words and globs.
        outcomes: &'static str,
    },
    /// Takes all others away.
    Require {
        /// What may be given up.
        rank: Rank,
        /// Words and globs.
        outcomes: &'static str,
    },
    /// Adds weights, such as `cookie +3, token* -2`.
    Prefer {
        /// The weights.
        weights: &'static str,
    },
    /// Bounds a setting, such as `idle<=3600`.
    Set {
        /// The bound.
        bound: &'static str,
    },
    /// Tells something.
    Warn {
        /// How loud.
        level: Level,
        /// Its name.
        slug: &'static str,
    },
    /// Asks for something that a build must have.
    Need {
        /// What.
        capability: &'static str,
        /// What to use where it is missing.
        instead: &'static str,
    },
}

/// Why a hard rule is hard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Browser, network or this design make it impossible.
    Physics,
    /// It would hand the account to a stranger.
    Safety,
    /// Somebody's own answer.
    Stated,
    /// Good practice.
    Practice,
}

impl Rank {
    /// Whether a rule of this rank can be set aside by name.
    pub const fn can_be_set_aside(self) -> bool {
        matches!(self, Self::Stated | Self::Practice)
    }
}

/// How loud a warning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It decides whether the outcome is safe.
    High,
    /// It costs something.
    Medium,
    /// Good to know.
    Note,
}

pub(crate) const fn exclude(rank: Rank, outcomes: &'static str) -> Effect {
    Effect { does: Does::Exclude { rank, outcomes }, on: "", when: "" }
}

pub(crate) const fn require(rank: Rank, outcomes: &'static str) -> Effect {
    Effect { does: Does::Require { rank, outcomes }, on: "", when: "" }
}

pub(crate) const fn prefer(weights: &'static str) -> Effect {
    Effect { does: Does::Prefer { weights }, on: "", when: "" }
}

pub(crate) const fn set(bound: &'static str) -> Effect {
    Effect { does: Does::Set { bound }, on: "", when: "" }
}

pub(crate) const fn warn(level: Level, slug: &'static str) -> Effect {
    Effect { does: Does::Warn { level, slug }, on: "", when: "" }
}

pub(crate) const fn need(capability: &'static str, instead: &'static str) -> Effect {
    Effect { does: Does::Need { capability, instead }, on: "", when: "" }
}

impl Effect {
    pub(crate) const fn on(self, on: &'static str) -> Self {
        Self { on, ..self }
    }

    pub(crate) const fn when(self, when: &'static str) -> Self {
        Self { when, ..self }
    }
}
