//! The keys that sign access tokens, and the value by which a store knows its master key.
//!
//! 1. A key's states are moments in its row: announced, signing from, retired, removed from the published set, distrusted. What it is
//!    good for at a moment follows from them.
//! 2. The very first key signs at once: nobody has cached anything.
//! 3. Private keys are sealed under the master key, each to its own `kid`; the table alone signs nothing.
//! 4. A store that was begun under another master key is refused: under the wrong one every password would be wrong and every token
//!    unknown.

use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::constant_time;
use cloakroom_cookie::{CookieKeys, SealPurpose};
use cloakroom_jwt::{
    Algorithm, Jwk, KeyError, KeyRing, KeyRingError, KeyRingHandle, KeyState, RingEntry, RingKey, SigningKey, VerifyingKey,
};
use cloakroom_primitives::{KeyId, MasterKey, MasterKeys, Purpose, Random, Timestamp};
use cloakroom_session::StoreError;

/// A key as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyRecord {
    /// Its name: the RFC 7638 thumbprint.
    pub(crate) kid: String,
    /// The one algorithm name it goes by.
    pub(crate) algorithm: Algorithm,
    /// Its public part, as a JWK in JSON.
    pub(crate) public_jwk: String,
    /// Its private part in PKCS#8, sealed; absent once it signs no more.
    pub(crate) sealed_private: Option<String>,
    /// Moves with every change.
    pub(crate) version: u64,
    /// When it was first published.
    pub(crate) announced_at: Timestamp,
    /// From when on it signs.
    pub(crate) signs_from: Timestamp,
    /// When it ceased to sign.
    pub(crate) retired_at: Option<Timestamp>,
    /// When it left the published set.
    pub(crate) removed_at: Option<Timestamp>,
    /// When it was distrusted.
    pub(crate) distrusted_at: Option<Timestamp>,
}

impl KeyRecord {
    /// Where the key is in its life at a moment; `None` when it is distrusted.
    pub(crate) fn state(&self, now: Timestamp) -> Option<KeyState> {
        let has_come = |moment: Option<Timestamp>| moment.is_some_and(|moment| moment <= now);
        if has_come(self.distrusted_at) {
            None
        } else if has_come(self.removed_at) {
            Some(KeyState::Removed)
        } else if has_come(self.retired_at) {
            Some(KeyState::Retired)
        } else if self.signs_from <= now {
            Some(KeyState::Current)
        } else {
            Some(KeyState::Next)
        }
    }
}

/// Keeps signing keys, and the check value of the master key.
#[async_trait]
pub(crate) trait KeyStore: Send + Sync + 'static {
    /// All keys on file, the oldest first.
    async fn list(&self) -> Result<Vec<KeyRecord>, StoreError>;

    /// Adds a key. Fails with [`StoreError::Conflict`] when its `kid` is on file.
    async fn insert(&self, key: KeyRecord) -> Result<(), StoreError>;

    /// The check value; `None` in a store that has just been made.
    async fn find_check(&self) -> Result<Option<Vec<u8>>, StoreError>;

    /// Writes the check value.
    async fn set_check(&self, value: Vec<u8>) -> Result<(), StoreError>;
}

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A private key was sealed under a master key that is not on file, or its row was changed.
    #[error("signing key {kid} cannot be opened ({reason}); put the master key that sealed it back into the key file")]
    Sealed {
        /// Which.
        kid: String,
        /// One word on what stood in the way.
        reason: &'static str,
    },
    /// A row is not the key it says it is.
    #[error("the row of signing key {kid} is damaged; restore it from a backup")]
    Damaged {
        /// Which.
        kid: String,
        /// What is wrong with it.
        #[source]
        source: Option<KeyError>,
    },
    /// The keys on file do not make a ring.
    #[error("the signing keys on file contradict each other")]
    Ring(#[from] KeyRingError),
    /// No key could be made.
    #[error("a signing key could not be made")]
    NotMade(#[source] KeyError),
}

/// The signing keys of an installation. Cloning shares the ring.
#[derive(Clone)]
pub(crate) struct SigningKeys {
    store: Arc<dyn KeyStore>,
    ring: KeyRingHandle,
}

const PRIVATE_KEY: SealPurpose = SealPurpose::new("signing_key");

impl SigningKeys {
    /// Loads the keys on file; makes the first one when there is none, which signs at once.
    pub(crate) async fn load_or_create(
        store: Arc<dyn KeyStore>,
        sealing: &CookieKeys,
        random: &dyn Random,
        now: Timestamp,
    ) -> Result<Self, KeysError> {
        let mut records = store.list().await?;
        if records.is_empty() {
            let first = new_key(sealing, random, now, now)?;
            store.insert(first.clone()).await?;
            records.push(first);
        }
        let ring = KeyRingHandle::new(ring_of(&records, sealing, now)?);
        Ok(Self { store, ring })
    }

    /// Where the ring of the moment is found.
    pub(crate) fn ring(&self) -> &KeyRingHandle {
        &self.ring
    }

    /// All keys on file, the oldest first.
    pub(crate) async fn list(&self) -> Result<Vec<KeyRecord>, StoreError> {
        self.store.list().await
    }
}

/// Makes a key that is announced at one moment and signs from another on, which for the very first key are the same.
pub(crate) fn new_key(
    sealing: &CookieKeys,
    random: &dyn Random,
    announced_at: Timestamp,
    signs_from: Timestamp,
) -> Result<KeyRecord, KeysError> {
    let key = SigningKey::generate(Algorithm::EdDsa, random).map_err(KeysError::NotMade)?;
    let kid = key.kid().to_owned();
    let sealed = sealing.seal(random, PRIVATE_KEY, &kid, key.to_pkcs8_der().expose(), Timestamp::MAX);
    let public_jwk = serde_json::to_string(&key.verifying_key().to_jwk()).expect("a JWK has text keys and text values");
    Ok(KeyRecord {
        kid,
        algorithm: key.algorithm(),
        public_jwk,
        sealed_private: Some(sealed),
        version: 1,
        announced_at,
        signs_from,
        retired_at: None,
        removed_at: None,
        distrusted_at: None,
    })
}

/// The ring of a moment. Of several keys that sign, the one that began last does; the others are as good as retired.
fn ring_of(records: &[KeyRecord], sealing: &CookieKeys, now: Timestamp) -> Result<KeyRing, KeysError> {
    let signs = |record: &&KeyRecord| record.state(now) == Some(KeyState::Current);
    let current = records.iter().filter(signs).max_by_key(|record| record.signs_from).map(|record| &record.kid);
    let mut entries = Vec::new();
    for record in records {
        let Some(state) = record.state(now) else { continue };
        let state = if state == KeyState::Current && current != Some(&record.kid) { KeyState::Retired } else { state };
        entries.push(RingEntry { key: open(record, sealing, now)?, state });
    }
    Ok(KeyRing::new(entries)?)
}

fn open(record: &KeyRecord, sealing: &CookieKeys, now: Timestamp) -> Result<RingKey, KeysError> {
    let damaged = |source| KeysError::Damaged { kid: record.kid.clone(), source };
    let public = Jwk::parse(record.public_jwk.as_bytes()).and_then(|jwk| VerifyingKey::from_jwk(&jwk));
    let public = public.map_err(|error| damaged(Some(error)))?;
    let key = match &record.sealed_private {
        None => RingKey::Verifying(public.clone()),
        Some(sealed) => {
            let der = sealing
                .open(PRIVATE_KEY, &record.kid, sealed, now)
                .map_err(|error| KeysError::Sealed { kid: record.kid.clone(), reason: error.reason() })?;
            let key = SigningKey::from_pkcs8_der(der.expose()).and_then(|key| key.named(record.algorithm));
            RingKey::Signing(key.map_err(|error| damaged(Some(error)))?)
        }
    };
    let named_alike = match &key {
        RingKey::Signing(key) => key.kid() == record.kid && key.algorithm() == public.algorithm(),
        RingKey::Verifying(key) => key.algorithm() == record.algorithm,
    };
    if named_alike && public.kid() == record.kid { Ok(key) } else { Err(damaged(None)) }
}

/// Why a store and the master keys on file do not belong together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MasterKeyRefused {
    /// The store was begun under another master key.
    #[error(
        "the store was made under master key {0}, which is not in the key file; start with the key file that belongs to this store"
    )]
    Foreign(KeyId),
    /// The check value is not one.
    #[error("the store's check value of the master key is damaged; restore it from a backup")]
    Damaged,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Proves that a store was made under a master key on file. A store that has just been made learns the key that mints; any other moves on
/// to it.
pub(crate) async fn check_master_key(store: &dyn KeyStore, keys: &MasterKeys) -> Result<(), MasterKeyRefused> {
    let newest = check_value(keys.minting());
    match store.find_check().await? {
        Some(found) if found == newest => return Ok(()),
        Some(found) => judge_check(&found, keys)?,
        None => {}
    }
    Ok(store.set_check(newest).await?)
}

fn judge_check(found: &[u8], keys: &MasterKeys) -> Result<(), MasterKeyRefused> {
    let (id, _) = found.split_first_chunk().ok_or(MasterKeyRefused::Damaged)?;
    let id = KeyId::from_bytes(*id);
    let key = keys.find(id).ok_or(MasterKeyRefused::Foreign(id))?;
    constant_time::verify_slices_are_equal(&check_value(key), found).map_err(|_| MasterKeyRefused::Damaged)
}

/// Key id ‖ HMAC-SHA-256 under the key for checking.
fn check_value(key: &MasterKey) -> Vec<u8> {
    [&key.id().as_bytes()[..], &key.purpose(Purpose::Check).mac(&[b"cloakroom v1"])].concat()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use cloakroom_primitives::SeededRandom;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    #[derive(Default)]
    struct MemoryKeys {
        keys: Mutex<Vec<KeyRecord>>,
        check: Mutex<Option<Vec<u8>>>,
    }

    #[async_trait]
    impl KeyStore for MemoryKeys {
        async fn list(&self) -> Result<Vec<KeyRecord>, StoreError> {
            Ok(self.keys.lock().unwrap().clone())
        }

        async fn insert(&self, key: KeyRecord) -> Result<(), StoreError> {
            self.keys.lock().unwrap().push(key);
            Ok(())
        }

        async fn find_check(&self) -> Result<Option<Vec<u8>>, StoreError> {
            Ok(self.check.lock().unwrap().clone())
        }

        async fn set_check(&self, value: Vec<u8>) -> Result<(), StoreError> {
            *self.check.lock().unwrap() = Some(value);
            Ok(())
        }
    }

    fn master(seeds: &[u64]) -> MasterKeys {
        let line = |seed: &u64| MasterKey::generate(&SeededRandom::new(*seed)).to_line().expose().clone();
        MasterKeys::parse(&seeds.iter().map(line).collect::<Vec<_>>().join("\n")).unwrap()
    }

    fn sealing(seed: u64) -> CookieKeys {
        CookieKeys::from_master(&master(&[seed]))
    }

    async fn load(store: &Arc<MemoryKeys>, master: u64, random: u64) -> Result<SigningKeys, KeysError> {
        SigningKeys::load_or_create(Arc::clone(store) as _, &sealing(master), &SeededRandom::new(random), NOW).await
    }

    #[tokio::test]
    async fn the_first_key_signs_at_once_and_stays() {
        let store = Arc::new(MemoryKeys::default());
        let kid = load(&store, 1, 2).await.unwrap().ring().load().signing_key().unwrap().kid().to_owned();
        let again = load(&store, 1, 3).await.unwrap();
        let ring = again.ring().load();
        assert_eq!(ring.signing_key().unwrap().kid(), kid);
        assert_eq!(ring.signing_key().unwrap().algorithm(), Algorithm::EdDsa);
        assert_eq!(ring.published().iter().count(), 1);
        assert_eq!(again.list().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_private_key_opens_only_under_its_master_key_and_its_own_name() {
        let store = Arc::new(MemoryKeys::default());
        load(&store, 1, 2).await.unwrap();
        assert!(matches!(load(&store, 9, 2).await, Err(KeysError::Sealed { reason: "unknown_key", .. })));
        let other = Arc::new(MemoryKeys::default());
        load(&other, 1, 3).await.unwrap();
        let foreign = other.keys.lock().unwrap()[0].sealed_private.clone();
        store.keys.lock().unwrap()[0].sealed_private = foreign;
        assert!(matches!(load(&store, 1, 2).await, Err(KeysError::Sealed { reason: "forged", .. })));
    }

    #[tokio::test]
    async fn a_row_that_contradicts_itself_is_refused() {
        for spoil in [
            (|record: &mut KeyRecord| record.public_jwk = "{}".to_owned()) as fn(&mut KeyRecord),
            |record| record.algorithm = Algorithm::Es256,
            |record| record.algorithm = Algorithm::Ed25519,
        ] {
            let store = Arc::new(MemoryKeys::default());
            load(&store, 1, 2).await.unwrap();
            spoil(&mut store.keys.lock().unwrap()[0]);
            assert!(matches!(load(&store, 1, 2).await, Err(KeysError::Damaged { .. })));
        }
    }

    #[test]
    fn a_row_holds_no_private_key_in_the_open() {
        let record = new_key(&sealing(1), &SeededRandom::new(2), NOW, NOW).unwrap();
        let key = SigningKey::generate(Algorithm::EdDsa, &SeededRandom::new(2)).unwrap();
        let der = key.to_pkcs8_der();
        let sealed = cloakroom_primitives::decode_base64url(&record.sealed_private.unwrap()).unwrap();
        assert!(!sealed.windows(16).any(|part| der.expose().windows(16).any(|secret| secret == part)));
        assert!(!record.public_jwk.contains("\"d\""));
    }

    #[test]
    fn a_state_follows_from_the_moments_in_the_row() {
        let at = |seconds| NOW.plus(Duration::from_secs(seconds));
        let mut record = new_key(&sealing(1), &SeededRandom::new(2), NOW, NOW).unwrap();
        record.signs_from = at(10);
        record.retired_at = Some(at(20));
        record.removed_at = Some(at(30));
        for (seconds, state) in [
            (0, Some(KeyState::Next)),
            (9, Some(KeyState::Next)),
            (10, Some(KeyState::Current)),
            (20, Some(KeyState::Retired)),
            (30, Some(KeyState::Removed)),
        ] {
            assert_eq!(record.state(at(seconds)), state, "at {seconds}");
        }
        record.distrusted_at = Some(at(15));
        assert_eq!((record.state(at(14)), record.state(at(15))), (Some(KeyState::Current), None));
    }

    #[test]
    fn of_two_keys_that_sign_the_later_one_does() {
        let (older, mut newer) =
            (new_key(&sealing(1), &SeededRandom::new(2), NOW, NOW), new_key(&sealing(1), &SeededRandom::new(3), NOW, NOW));
        newer.as_mut().unwrap().signs_from = NOW.plus(Duration::from_secs(10));
        let records = [newer.unwrap(), older.unwrap()];
        for (seconds, signs) in [(0, 1), (10, 0)] {
            let ring = ring_of(&records, &sealing(1), NOW.plus(Duration::from_secs(seconds))).unwrap();
            assert_eq!(ring.signing_key().unwrap().kid(), records[signs].kid, "at {seconds}");
            assert_eq!(ring.published().iter().count(), 2);
        }
    }

    #[tokio::test]
    async fn a_store_keeps_to_its_master_key() {
        let store = MemoryKeys::default();
        check_master_key(&store, &master(&[1])).await.unwrap();
        check_master_key(&store, &master(&[1])).await.unwrap();
        let foreign = check_master_key(&store, &master(&[2])).await.unwrap_err();
        assert!(matches!(foreign, MasterKeyRefused::Foreign(id) if id == master(&[1]).minting().id()));
        check_master_key(&store, &master(&[2, 1])).await.unwrap();
        check_master_key(&store, &master(&[2])).await.unwrap();
        assert!(matches!(check_master_key(&store, &master(&[1])).await, Err(MasterKeyRefused::Foreign(_))));
    }

    #[test]
    fn a_damaged_check_value_is_refused() {
        let keys = master(&[1]);
        let good = check_value(keys.minting());
        let mut bent = good.clone();
        bent[20] ^= 1;
        assert!(judge_check(&good, &keys).is_ok());
        for damaged in [&bent[..], &good[..35], &good[..4], &good[..3], b""] {
            assert!(matches!(judge_check(damaged, &keys), Err(MasterKeyRefused::Damaged)), "{damaged:?}");
        }
    }
}
