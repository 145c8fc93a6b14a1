//! Remembers tokens whose signature has been found good, so that the second use of a token costs a hash and a look-up.
//!
//! 1. A token is found by the SHA-256 of what is signed, and is the same only if its signature is the same text, which is compared without
//!    a hint at where it differs: who knows what a token says but not its signature has no token. Hashing the signature too would be as
//!    safe, and for the long ones of RSA and ML-DSA slower than all the rest.
//! 2. What is remembered is that the signature is good under one key of one ring, and what the token says. Whether that key still counts
//!    and whether the token is good *now* and *here* is asked anew every time.
//! 3. What was found under another ring does not count any more.
//! 4. Only good tokens are remembered, so nobody can fill the memory without having been issued tokens.

use std::ops::Deref;
use std::sync::Arc;

use aws_lc_rs::digest;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, UnitWeighter};

use crate::compact::CompactJws;

/// The SHA-256 of what a token's signature is over.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct InputHash([u8; 32]);

impl InputHash {
    pub(crate) fn of(jws: &CompactJws<'_>) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, jws.signing_input()).as_ref());
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
    tokens: Cache<InputHash, Arc<Remembered<C>>>,
}

struct Remembered<C> {
    /// As it stands in the token.
    signature: Box<str>,
    token: SignedToken<C>,
}

/// A token that was found in the memory.
pub(crate) struct Found<C>(Arc<Remembered<C>>);

impl<C> Deref for Found<C> {
    type Target = SignedToken<C>;

    fn deref(&self) -> &SignedToken<C> {
        &self.0.token
    }
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

    /// What the token says, if this very text was found good.
    pub(crate) fn find(&self, hash: &InputHash, jws: &CompactJws<'_>) -> Option<Found<C>> {
        let remembered = self.tokens.get(hash)?;
        is_same(remembered.signature.as_bytes(), jws.signature().as_bytes()).then_some(Found(remembered))
    }

    /// Remembers a token. Another signature over the same is forgotten for it.
    pub(crate) fn insert(&self, hash: InputHash, jws: &CompactJws<'_>, token: SignedToken<C>) {
        self.tokens.insert(hash, Arc::new(Remembered { signature: jws.signature().into(), token }));
    }

    pub(crate) fn remove(&self, hash: &InputHash) {
        self.tokens.remove(hash);
    }

    /// How many are remembered.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }
}

/// Compares texts in a time that follows from their length alone: all differences are gathered before any is looked at.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let (words, rest) = one.as_chunks::<8>();
    let (other_words, other_rest) = other.as_chunks::<8>();
    let difference = words
        .iter()
        .zip(other_words)
        .fold(0, |difference, (one, other)| difference | (u64::from_ne_bytes(*one) ^ u64::from_ne_bytes(*other)));
    let difference = rest.iter().zip(other_rest).fold(difference, |difference, (one, other)| difference | u64::from(one ^ other));
    one.len() == other.len() && difference == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shortest of many times that so many comparisons take, for either text by turns.
    #[expect(clippy::disallowed_methods, reason = "this test is about time itself")]
    fn shortest_times(text: &[u8], others: [&[u8]; 2]) -> [u128; 2] {
        let mut shortest = [u128::MAX; 2];
        for _ in 0..400 {
            for (shortest, other) in shortest.iter_mut().zip(others) {
                let start = std::time::Instant::now();
                for _ in 0..10 {
                    std::hint::black_box(is_same(std::hint::black_box(text), std::hint::black_box(other)));
                }
                *shortest = start.elapsed().as_nanos().min(*shortest);
            }
        }
        shortest
    }

    #[test]
    fn j16_comparing_takes_as_long_wherever_the_difference_is() {
        let text = vec![b'a'; 6_170];
        let changed_at = |place: usize| {
            let mut other = text.clone();
            other[place] = b'b';
            other
        };
        let [first, last] = shortest_times(&text, [&changed_at(0), &changed_at(text.len() - 1)]);
        assert!(first < 2 * last && last < 2 * first, "{first} ns when the first byte differs, {last} ns when the last does");
    }

    #[test]
    fn texts_are_the_same_only_when_every_byte_is() {
        for length in 0..40 {
            let text = vec![b'a'; length];
            assert!(is_same(&text, &text.clone()));
            for place in 0..length {
                for bit in 0..8 {
                    let mut other = text.clone();
                    other[place] ^= 1 << bit;
                    assert!(!is_same(&text, &other), "bit {bit} of byte {place} of {length}");
                }
            }
            assert!(!is_same(&text, &vec![b'a'; length + 1]));
            assert!(!is_same(&vec![b'a'; length + 8], &text));
        }
    }
}
