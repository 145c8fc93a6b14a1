//! The keys of an issuer, each in its state, and what each state is good for.
//!
//! | state | signs | verifies | published | reads an expired cookie |
//! |---|---|---|---|---|
//! | next | no | yes | yes | yes |
//! | current | yes | yes | yes | yes |
//! | retired | no | yes | yes | yes |
//! | removed | no | no | no | yes |
//!
//! A distrusted key is in no state: it is not in the ring. A ring never changes; its holder puts another one in its place, and with
//! that every verifier forgets what it has verified.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::{ArcSwap, Guard};

use crate::header::KnownHeader;
use crate::{JwkSet, KeyRingError, SigningKey, VerifyingKey};

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// Announced: verifiers learn it before it signs.
    Next,
    /// Signs.
    Current,
    /// Has signed; its tokens are still out there.
    Retired,
    /// No token under it can be good any more; it is kept to read whose an expired cookie was.
    Removed,
}

/// A key of the ring: with its private part, or without.
#[derive(Clone, Debug)]
pub enum RingKey {
    /// Can sign.
    Signing(SigningKey),
    /// Can verify only.
    Verifying(VerifyingKey),
}

impl RingKey {
    fn verifying_key(&self) -> &VerifyingKey {
        match self {
            Self::Signing(key) => key.verifying_key(),
            Self::Verifying(key) => key,
        }
    }
}

/// A key and its state.
#[derive(Clone, Debug)]
pub struct RingEntry {
    /// The key.
    pub key: RingKey,
    /// Where it is in its life.
    pub state: KeyState,
}

/// Keys by `kid`, at most one of them current.
#[derive(Debug, Default)]
pub struct KeyRing {
    /// No two have one `kid`; at most one is current, and that one can sign.
    slots: Vec<Slot>,
    generation: u64,
}

/// A key with the first header under which a token of it was found good.
#[derive(Debug)]
struct Slot {
    entry: RingEntry,
    header: OnceLock<KnownHeader>,
}

impl From<RingEntry> for Slot {
    fn from(entry: RingEntry) -> Self {
        Self { entry, header: OnceLock::new() }
    }
}

impl KeyRing {
    /// Puts keys together. Fails when two have the same `kid`, or when it is not clear which one signs.
    pub fn new(entries: impl IntoIterator<Item = RingEntry>) -> Result<Self, KeyRingError> {
        let entries: Vec<_> = entries.into_iter().collect();
        let names: HashSet<_> = entries.iter().map(|entry| entry.key.verifying_key().kid()).collect();
        if names.len() < entries.len() {
            return Err(KeyRingError::DuplicateKid);
        }
        let mut current = entries.iter().filter(|entry| entry.state == KeyState::Current);
        match (current.next().map(|entry| &entry.key), current.next()) {
            (Some(RingKey::Verifying(_)), None) => Err(KeyRingError::CurrentCannotSign),
            (_, Some(_)) => Err(KeyRingError::TwoCurrent),
            _ => Ok(Self { slots: entries.into_iter().map(Slot::from).collect(), generation: 0 }),
        }
    }

    /// A ring of one key, which signs.
    pub fn of(key: SigningKey) -> Self {
        Self { slots: vec![RingEntry { key: RingKey::Signing(key), state: KeyState::Current }.into()], generation: 0 }
    }

    /// The key that signs now.
    pub fn signing_key(&self) -> Option<&SigningKey> {
        self.slots.iter().find_map(|slot| match &slot.entry.key {
            RingKey::Signing(key) if slot.entry.state == KeyState::Current => Some(key),
            _ => None,
        })
    }

    /// The key of that name, if its tokens are good.
    pub fn find(&self, kid: &str) -> Option<&VerifyingKey> {
        self.named(kid).filter(|entry| entry.state != KeyState::Removed).map(|entry| entry.key.verifying_key())
    }

    /// The key of that name, if it is kept only to read whose an expired cookie was.
    pub fn find_removed(&self, kid: &str) -> Option<&VerifyingKey> {
        self.named(kid).filter(|entry| entry.state == KeyState::Removed).map(|entry| entry.key.verifying_key())
    }

    fn named(&self, kid: &str) -> Option<&RingEntry> {
        self.slots.iter().map(|slot| &slot.entry).find(|entry| entry.key.verifying_key().kid() == kid)
    }

    /// The key that an encoded header is about, if the header is one that [`KeyRing::learn`] was told of and the key's tokens are good.
    pub(crate) fn recognise(&self, header: &str) -> Option<(&VerifyingKey, &KnownHeader)> {
        let known = self.slots.iter().find_map(|slot| Some((&slot.entry, slot.header.get().filter(|known| known.is(header))?)));
        known.filter(|(entry, _)| entry.state != KeyState::Removed).map(|(entry, known)| (entry.key.verifying_key(), known))
    }

    /// Keeps the header of a token whose signature is good under the key of that name. The first one stays: an issuer writes one.
    pub(crate) fn learn(&self, kid: &str, header: &str, typ: Option<Arc<str>>) {
        let slot = self.slots.iter().find(|slot| slot.entry.key.verifying_key().kid() == kid);
        if let Some(slot) = slot.filter(|slot| slot.header.get().is_none()) {
            // Another thread may have been faster, with a header that is as good.
            let _ = slot.header.set(KnownHeader::new(header, typ));
        }
    }

    /// The public keys that verifiers should know.
    pub fn published(&self) -> JwkSet {
        let published = self.slots.iter().map(|slot| &slot.entry).filter(|entry| entry.state != KeyState::Removed);
        published.map(|entry| entry.key.verifying_key().to_jwk()).collect()
    }

    /// The how-manieth ring of its handle this is, from 1; 0 before it is given to one. What was verified under another ring is
    /// forgotten.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}

/// The place where the ring of the moment is found. Clones share the place.
#[derive(Clone, Debug)]
pub struct KeyRingHandle(Arc<Place>);

#[derive(Debug)]
struct Place {
    ring: ArcSwap<KeyRing>,
    generations: AtomicU64,
}

impl KeyRingHandle {
    /// A place with a first ring.
    pub fn new(ring: KeyRing) -> Self {
        let first = KeyRing { generation: 1, ..ring };
        Self(Arc::new(Place { ring: ArcSwap::from_pointee(first), generations: AtomicU64::new(1) }))
    }

    /// The ring of the moment.
    pub fn load(&self) -> Arc<KeyRing> {
        self.0.ring.load_full()
    }

    /// The same without touching its count, for a look that is over at once.
    pub(crate) fn peek(&self) -> Guard<Arc<KeyRing>> {
        self.0.ring.load()
    }

    /// Puts another ring in its place. Whoever has loaded the former one finishes with it; every look after this sees the new one.
    pub fn store(&self, ring: KeyRing) {
        let generation = self.0.generations.fetch_add(1, Ordering::Relaxed) + 1;
        self.0.ring.store(Arc::new(KeyRing { generation, ..ring }));
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::SeededRandom;

    use super::*;
    use crate::Algorithm;

    fn key(seed: u64) -> SigningKey {
        SigningKey::generate(Algorithm::EdDsa, &SeededRandom::new(seed)).unwrap()
    }

    fn entry(seed: u64, state: KeyState) -> RingEntry {
        RingEntry { key: RingKey::Signing(key(seed)), state }
    }

    #[test]
    fn each_state_is_good_for_what_the_table_says() {
        let states = [KeyState::Next, KeyState::Current, KeyState::Retired, KeyState::Removed];
        let ring = KeyRing::new((1..).zip(states).map(|(seed, state)| entry(seed, state))).unwrap();
        assert_eq!(ring.signing_key().unwrap().kid(), key(2).kid());
        let published = ring.published();
        for (seed, verifies) in [(1, true), (2, true), (3, true), (4, false), (5, false)] {
            let kid = key(seed).kid().to_owned();
            assert_eq!(ring.find(&kid).is_some(), verifies, "key {seed}");
            assert_eq!(ring.find_removed(&kid).is_some(), seed == 4, "key {seed}");
            assert_eq!(published.iter().any(|jwk| jwk.kid() == Some(&kid)), verifies, "key {seed}");
        }
    }

    #[test]
    fn an_ambiguous_ring_cannot_be() {
        use KeyState::{Current, Next, Retired};
        assert_eq!(KeyRing::new([entry(1, Current), entry(1, Retired)]).unwrap_err(), KeyRingError::DuplicateKid);
        assert_eq!(KeyRing::new([entry(1, Current), entry(2, Current)]).unwrap_err(), KeyRingError::TwoCurrent);
        let public = RingEntry { key: RingKey::Verifying(key(1).verifying_key().clone()), state: Current };
        assert_eq!(KeyRing::new([public]).unwrap_err(), KeyRingError::CurrentCannotSign);
        let nobody_signs = KeyRing::new([entry(1, Next), entry(2, Retired)]).unwrap();
        assert!(nobody_signs.signing_key().is_none());
    }

    #[test]
    fn every_ring_of_a_handle_has_its_own_generation() {
        let handle = KeyRingHandle::new(KeyRing::of(key(1)));
        let first = handle.load();
        handle.clone().store(KeyRing::of(key(1)));
        assert_ne!(handle.load().generation(), first.generation());
        assert_ne!(first.generation(), KeyRing::default().generation());
    }
}
