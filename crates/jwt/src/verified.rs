//! Remembers tokens whose signature has been found good, so that the second use of a token costs a hash and a look-up.
//!
//! 1. A token is found by the SHA-256 of its whole text: another signature over the same claims is another token.
//! 2. What is remembered is that the signature is good under one key of one ring, and what the token says. Whether that key still counts
//!    and whether the token is good *now* and *here* is asked anew every time.
//! 3. What was found under another ring does not count any more.
//! 4. Only good tokens are remembered, so nobody can fill the memory without having been issued tokens.

use std::sync::Arc;

use aws_lc_rs::digest;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, UnitWeighter};

/// The SHA-256 of a token's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(crate) fn of(text: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
        Self(hash)
    }
}

/// What a token with a good signature says.
pub(crate) struct SignedToken<C> {
    pub(crate) claims: Arc<C>,
    pub(crate) kid: Arc<str>,
    pub(crate) typ: Option<Arc<str>>,
    /// The ring whose key has signed it.
    pub(crate) generation: u64,
}

/// The memory of one verifier.
pub(crate) struct VerifiedTokens<C> {
    tokens: Cache<TokenHash, Arc<SignedToken<C>>>,
}

/// The memory grows to its bound; it does not start there.
const EXPECTED_AT_FIRST: usize = 1024;

impl<C> VerifiedTokens<C> {
    /// A memory for about `most` tokens; the bound is rounded up to what its parts can share equally.
    pub(crate) fn new(most: usize) -> Self {
        let options = OptionsBuilder::new()
            .estimated_items_capacity(most.min(EXPECTED_AT_FIRST))
            .weight_capacity(most as u64)
            .build()
            .expect("both capacities are given");
        Self { tokens: Cache::with_options(options, UnitWeighter, DefaultHashBuilder::default(), DefaultLifecycle::default()) }
    }

    /// What the token of that hash says, if its signature was found good.
    pub(crate) fn find(&self, hash: &TokenHash) -> Option<Arc<SignedToken<C>>> {
        self.tokens.get(hash)
    }

    pub(crate) fn insert(&self, hash: TokenHash, token: Arc<SignedToken<C>>) {
        self.tokens.insert(hash, token);
    }

    pub(crate) fn remove(&self, hash: &TokenHash) {
        self.tokens.remove(hash);
    }

    /// How many are remembered.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }
}
