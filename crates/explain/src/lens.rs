//! The recogniser and the moment it looks at: what every reader of a paste needs to ask what a value is.

use cloakroom_primitives::Timestamp;

use crate::classified::{Classified, Place};
use crate::classify::Recogniser;
use crate::clean::floor_char_boundary;
use crate::item::is_specific;
use crate::limits;
use crate::part::Confidence;

/// Asks what values are.
#[derive(Clone, Copy)]
pub(crate) struct Lens<'r> {
    recogniser: &'r Recogniser,
    /// The moment everything is judged at.
    pub(crate) now: Timestamp,
}

impl<'r> Lens<'r> {
    /// Looks with `recogniser`, at `now`.
    pub(crate) const fn new(recogniser: &'r Recogniser, now: Timestamp) -> Self {
        Self { recogniser, now }
    }

    /// What `value` is in its place; of a value beyond the limit, the beginning is looked at.
    pub(crate) fn look(&self, value: &str, place: &Place) -> Classified {
        let seen = &value[..floor_char_boundary(value, limits::VALUE)];
        self.recogniser.classify(seen, place, self.now)
    }

    /// What `value` is, pasted alone.
    pub(crate) fn alone(&self, value: &str) -> Classified {
        self.look(value, &Place::Bare)
    }

    /// What the value of a cookie is.
    pub(crate) fn cookie(&self, name: &str, value: &str) -> Classified {
        self.look(value, &Place::Cookie { name: name.to_owned(), has_signature_beside: false })
    }

    /// Whether `value` alone is something by more than its shape.
    pub(crate) fn is_beyond_doubt(&self, value: &str) -> bool {
        let classified = self.alone(value);
        classified.confidence >= Confidence::Strong && is_specific(&classified)
    }
}
