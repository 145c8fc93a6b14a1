//! What is handed in: a text of strangers, and what is to be assumed about it.

use std::collections::BTreeMap;

use cloakroom_primitives::Timestamp;
use serde_json::Value;

use crate::message::Address;
use crate::observed::Observed;

/// A text to be explained.
#[derive(Clone)]
pub struct Paste {
    pub(crate) text: String,
    pub(crate) is_utf8: bool,
    pub(crate) now: Timestamp,
    pub(crate) origin: Option<String>,
    pub(crate) read_as: Option<String>,
    pub(crate) observed: BTreeMap<String, Observed>,
    pub(crate) guesses: bool,
    pub(crate) words: Vec<String>,
}

impl std::fmt::Debug for Paste {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Paste").field("bytes", &self.text.len()).field("now", &self.now).finish_non_exhaustive()
    }
}

impl Paste {
    /// Takes a text, to be judged at `now`. Public secrets are tried on signatures unless [`Paste::without_guessing`] says no.
    pub fn new(text: impl Into<String>, now: Timestamp) -> Self {
        Self {
            text: text.into(),
            is_utf8: true,
            now,
            origin: None,
            read_as: None,
            observed: BTreeMap::new(),
            guesses: true,
            words: Vec::new(),
        }
    }

    /// Takes bytes that need not be text: what is no UTF-8 is replaced, and said.
    pub fn from_bytes(bytes: &[u8], now: Timestamp) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let is_utf8 = matches!(text, std::borrow::Cow::Borrowed(_));
        Self { is_utf8, ..Self::new(text, now) }
    }

    /// Assumes that messages without a host or a scheme belong to this origin, such as `https://app.example.com`.
    #[must_use]
    pub fn from_origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Prefers one of the alternatives of an earlier answer, by the id of its format.
    #[must_use]
    pub fn read_as(mut self, format: impl Into<String>) -> Self {
        self.read_as = Some(format.into());
        self
    }

    /// Takes in a fact that was seen before secrets were blanked; `at` is the address of the item. Unknown facts are passed over.
    #[must_use]
    pub fn observed(mut self, at: &str, fact: &str, value: &Value) -> Self {
        const MOST: usize = 200;
        if self.observed.len() < MOST || self.observed.contains_key(at) {
            self.observed.entry(at.to_owned()).or_default().note(fact, value);
        }
        self
    }

    /// Tries no secrets.
    #[must_use]
    pub fn without_guessing(mut self) -> Self {
        self.guesses = false;
        self
    }

    /// Tries these secrets, too.
    #[must_use]
    pub fn with_words(mut self, words: impl IntoIterator<Item = String>) -> Self {
        self.words = words.into_iter().collect();
        self
    }

    /// The assumed origin, taken apart.
    pub(crate) fn assumed(&self) -> Address<'_> {
        self.origin.as_deref().map(Address::split).unwrap_or_default()
    }
}
