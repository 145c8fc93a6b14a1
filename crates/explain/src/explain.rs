//! From a paste to its explanation, in six steps.
//!
//! 1. Clean the text ([`crate::clean`]).
//! 2. Tell what it is as a whole, and take it apart ([`crate::sniff`]).
//! 3. Collect what may be a credential, each recognised in its place ([`crate::collect`]).
//! 4. Try public secrets on signatures ([`crate::guess`]).
//! 5. Ask every finding ([`crate::judge`]).
//! 6. Report, with every secret veiled ([`crate::report`]).

use crate::classify::Recogniser;
use crate::clean::{Cleaned, Repair};
use crate::collect::collect;
use crate::explanation::Explanation;
use crate::formats::by_id;
use crate::guess::Guesser;
use crate::item::Item;
use crate::judge::{Case, Route};
use crate::lens::Lens;
use crate::paste::Paste;
use crate::report::Report;
use crate::sniff::{Content, read};

/// Explains pastes. Built once and shared; it keeps nothing of what it read.
#[derive(Debug)]
pub struct Explainer {
    recogniser: Recogniser,
}

impl Default for Explainer {
    fn default() -> Self {
        Self::new()
    }
}

impl Explainer {
    /// Builds the tables.
    pub fn new() -> Self {
        Self { recogniser: Recogniser::new() }
    }

    /// Says what `paste` is, and what is wrong with it.
    ///
    /// Never fails and never panics: what cannot be read is said to be unknown. The time it takes is bounded by the limits of the crate,
    /// whatever the size of the paste.
    pub fn explain(&self, paste: &Paste) -> Explanation {
        let cleaned = Cleaned::of(&paste.text);
        let lens = Lens::new(&self.recogniser, paste.now);
        let document = read(cleaned.text(), paste.read_as.as_deref(), &lens);
        let found = collect(&document, &lens);
        let exchanges = match &document.content {
            Content::Messages(exchanges) => &exchanges[..],
            _ => &[],
        };
        let assumed = paste.assumed();
        let routes: Vec<Route> = exchanges.iter().map(|exchange| Route::of(exchange, &assumed)).collect();
        let list = Guesser::new(&paste.words);
        let guess = |item: &Item<'_>| if paste.guesses { list.guess(&item.classified) } else { None };
        let guessed: Vec<Option<String>> = found.items.iter().map(guess).collect();
        let mut repairs: Vec<Repair> = cleaned.repairs.iter().chain(&document.repairs).copied().collect();
        if !paste.is_utf8 {
            repairs.push(Repair::NotUtf8);
        }
        repairs.sort_unstable();
        repairs.dedup();
        let whole = match (&document.content, document.container) {
            (_, Some(container)) => by_id(container),
            (Content::Value(bare), None) => Some(bare.classified.format),
            _ => None,
        };
        let case = Case {
            paste,
            cleaned: &cleaned,
            repairs: &repairs,
            is_too_large: cleaned.cut_at.is_some() || found.overflowed,
            format: whole,
            exchanges,
            routes: &routes,
            items: &found.items,
            guessed: &guessed,
        };
        Report::new(&case, &document).finish()
    }
}
