//! Seals a value to a purpose and a name, until a moment.
//!
//! A sealed value is base64url of
//!
//! ```text
//! version 1 ‖ key id (4) ‖ nonce (12) ‖ AES-256-GCM-SIV of (expiry in milliseconds, big-endian (8) ‖ value) ‖ tag (16)
//! ```
//!
//! with purpose ‖ 0 ‖ name as associated data: what was sealed for one cookie, form or row does not open as another. Opening
//! asks, in this order:
//!
//! 1. Has it the form of a sealed value, and is it no longer than [`SEALED_VALUE_LIMIT`]? Otherwise [`OpenError::Malformed`].
//! 2. Is its key still on file? Otherwise [`OpenError::UnknownKey`].
//! 3. Did that key seal it, for this purpose and name? Otherwise [`OpenError::Forged`].
//! 4. Is the moment before its expiry? Otherwise [`OpenError::Expired`].
//!
//! AES-GCM-SIV (RFC 8452), because nonces are drawn at random by every node: should one repeat, it shows whether two values are
//! equal, and nothing else breaks.

use aws_lc_rs::aead::{AES_256_GCM_SIV, NONCE_LEN};
use cloakroom_primitives::{KeyId, Random, Secret, Timestamp, decode_base64url, decode_base64url_array, encode_base64url};
use zeroize::Zeroizing;

use crate::keys::CookieKeys;

/// The longest sealed value that is opened, in characters: it holds a value of 6103 bytes.
pub const SEALED_VALUE_LIMIT: usize = 8 * 1024;

const VERSION: u8 = 1;
const KEY_ID_LENGTH: usize = 4;
const EXPIRY_LENGTH: usize = 8;

/// What a sealed value is for: a fixed word of the program, such as `device` or `signing key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SealPurpose(&'static str);

impl SealPurpose {
    /// Names a purpose. Meant for constants, where a bad word does not compile.
    ///
    /// # Panics
    ///
    /// When the word holds a zero byte: one separates purpose and name.
    pub const fn new(word: &'static str) -> Self {
        let mut rest = word.as_bytes();
        while let [first, others @ ..] = rest {
            assert!(*first != 0, "a purpose holds no zero byte");
            rest = others;
        }
        Self(word)
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    fn bind(self, name: &str) -> Vec<u8> {
        [self.0.as_bytes(), &[0], name.as_bytes()].concat()
    }
}

/// Why a sealed value was not opened. All read the same, since it is shown to whoever sent it; the log has [`OpenError::reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealed value refused")]
#[non_exhaustive]
pub enum OpenError {
    /// It is not a sealed value, or too long for one.
    Malformed,
    /// The key that sealed it is not on file; [`key_id_of`] names it.
    UnknownKey,
    /// It was changed, or sealed for another purpose or name, or not by us.
    Forged,
    /// It was good, until its expiry.
    Expired,
}

impl OpenError {
    /// One word for the log.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownKey => "unknown_key",
            Self::Forged => "forged",
            Self::Expired => "expired",
        }
    }
}

impl CookieKeys {
    /// Seals `value` under the minting key; what never expires gets [`Timestamp::MAX`].
    ///
    /// A value of more than 6103 bytes is sealed too, but is beyond what [`CookieKeys::open`] takes.
    pub fn seal(&self, random: &dyn Random, purpose: SealPurpose, name: &str, value: &[u8], expires_at: Timestamp) -> String {
        let key = self.sealing();
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        let head = [&[VERSION][..], key.id.as_bytes(), &nonce].concat();
        let mut sealed = Vec::with_capacity(head.len() + EXPIRY_LENGTH + value.len() + AES_256_GCM_SIV.tag_len());
        sealed.extend_from_slice(&head);
        sealed.extend_from_slice(&expires_at.as_millis().to_be_bytes());
        sealed.extend_from_slice(value);
        let tag = key.encrypt(nonce, &purpose.bind(name), &mut sealed[head.len()..]);
        sealed.extend_from_slice(tag.as_ref());
        encode_base64url(&sealed)
    }

    /// Opens what was sealed for this purpose and name. Fails as the four sentences of this module say.
    pub fn open(&self, purpose: SealPurpose, name: &str, sealed: &str, now: Timestamp) -> Result<Secret<Vec<u8>>, OpenError> {
        if sealed.len() > SEALED_VALUE_LIMIT {
            return Err(OpenError::Malformed);
        }
        let mut bytes = Zeroizing::new(decode_base64url(sealed).map_err(|_| OpenError::Malformed)?);
        let parts = Parts::split(&mut bytes).ok_or(OpenError::Malformed)?;
        let key = self.find(parts.key_id).ok_or(OpenError::UnknownKey)?;
        let plain = key.decrypt(parts.nonce, &purpose.bind(name), parts.sealed).ok_or(OpenError::Forged)?;
        let (expiry, value) = plain.split_first_chunk::<EXPIRY_LENGTH>().ok_or(OpenError::Malformed)?;
        if now >= Timestamp::from_millis(u64::from_be_bytes(*expiry)) {
            return Err(OpenError::Expired);
        }
        Ok(Secret::new(value.to_vec()))
    }
}

/// The key that a sealed value names, for rows that record it; `None` when the text does not begin like a sealed value.
///
/// It is read without opening: only [`CookieKeys::open`] tells whether that key sealed it.
pub fn key_id_of(sealed: &str) -> Option<KeyId> {
    // Eight characters are six bytes: version, key id and the first of the nonce.
    let [VERSION, id @ .., _] = decode_base64url_array::<6>(sealed.get(..8)?).ok()? else { return None };
    Some(KeyId::from_bytes(id))
}

struct Parts<'a> {
    key_id: KeyId,
    nonce: [u8; NONCE_LEN],
    sealed: &'a mut [u8],
}

impl<'a> Parts<'a> {
    fn split(bytes: &'a mut [u8]) -> Option<Self> {
        let (&mut version, rest) = bytes.split_first_mut()?;
        let (&mut key_id, rest) = rest.split_first_chunk_mut::<KEY_ID_LENGTH>()?;
        let (&mut nonce, sealed) = rest.split_first_chunk_mut::<NONCE_LEN>()?;
        let whole = version == VERSION && sealed.len() >= EXPIRY_LENGTH + AES_256_GCM_SIV.tag_len();
        whole.then_some(Self { key_id: KeyId::from_bytes(key_id), nonce, sealed })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cloakroom_primitives::{MasterKey, MasterKeys, SeededRandom};
    use proptest::prelude::*;

    use super::*;

    const DEVICE: SealPurpose = SealPurpose::new("device");
    const FORM: SealPurpose = SealPurpose::new("form");
    const NAME: &str = "__Host-Http-cloakroom-device";
    const NOON: Timestamp = Timestamp::from_seconds(43_200);

    fn master(seed: u64) -> MasterKey {
        MasterKey::generate(&SeededRandom::new(seed))
    }

    /// Keys on file, newest first.
    fn keys(seeds: &[u64]) -> CookieKeys {
        let lines: Vec<_> = seeds.iter().map(|&seed| master(seed).to_line().expose().clone()).collect();
        CookieKeys::from_master(&MasterKeys::parse(&lines.join("\n")).unwrap())
    }

    fn seal(keys: &CookieKeys, value: &[u8], expires_at: Timestamp) -> String {
        keys.seal(&SeededRandom::new(9), DEVICE, NAME, value, expires_at)
    }

    fn open(keys: &CookieKeys, sealed: &str, now: Timestamp) -> Result<Vec<u8>, OpenError> {
        keys.open(DEVICE, NAME, sealed, now).map(|value| value.expose().clone())
    }

    /// Made by another implementation (OpenSSL, by way of pyca/cryptography) from the master key of 32 bytes 7 and the nonce that
    /// the seeded source draws first.
    #[test]
    fn the_format_is_the_one_that_is_written_down() {
        let line = "S7Bvjg:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
        let keys = CookieKeys::from_master(&MasterKeys::parse(line).unwrap());
        let sealed = "AUuwb44d8MtV_Cc9-C10ZstRAkog_wxGaDf-tiaBju8a586hfjj6o686R7pT2fY";
        assert_eq!(seal(&keys, b"user 7", NOON), sealed);
        assert_eq!(open(&keys, sealed, Timestamp::ZERO), Ok(b"user 7".to_vec()));
    }

    #[test]
    fn an_expiry_is_exact_to_the_millisecond() {
        let keys = keys(&[1]);
        let sealed = seal(&keys, b"x", NOON);
        let (before, after) = (Timestamp::from_millis(43_199_999), Timestamp::from_millis(43_200_001));
        assert_eq!(open(&keys, &sealed, before), Ok(b"x".to_vec()));
        assert_eq!(open(&keys, &sealed, NOON), Err(OpenError::Expired));
        assert_eq!(open(&keys, &sealed, after), Err(OpenError::Expired));
        let lasting = seal(&keys, b"x", Timestamp::MAX);
        assert_eq!(open(&keys, &lasting, Timestamp::MAX.minus(Duration::from_millis(1))), Ok(b"x".to_vec()));
    }

    #[test]
    fn another_purpose_or_name_does_not_open_it() {
        let keys = keys(&[1]);
        let sealed = seal(&keys, b"x", NOON);
        for (purpose, name) in [(FORM, NAME), (DEVICE, "sid"), (DEVICE, ""), (DEVICE, "__host-http-cloakroom-device")] {
            assert_eq!(keys.open(purpose, name, &sealed, Timestamp::ZERO).unwrap_err(), OpenError::Forged, "{purpose:?} {name}");
        }
    }

    #[test]
    fn purpose_and_name_cannot_be_shifted_into_each_other() {
        let keys = keys(&[1]);
        let sealed = keys.seal(&SeededRandom::new(9), SealPurpose::new("ab"), "c", b"x", NOON);
        assert_eq!(keys.open(SealPurpose::new("a"), "bc", &sealed, Timestamp::ZERO).unwrap_err(), OpenError::Forged);
        assert_eq!(keys.open(SealPurpose::new("a"), "b\0c", &sealed, Timestamp::ZERO).unwrap_err(), OpenError::Forged);
    }

    #[test]
    #[should_panic(expected = "no zero byte")]
    fn a_purpose_with_a_zero_byte_is_refused() {
        SealPurpose::new("a\0b");
    }

    #[test]
    fn a_retired_key_opens_while_it_is_on_file_and_not_after() {
        let sealed = seal(&keys(&[1]), b"x", NOON);
        assert_eq!(open(&keys(&[2, 1]), &sealed, Timestamp::ZERO), Ok(b"x".to_vec()));
        assert_eq!(open(&keys(&[2]), &sealed, Timestamp::ZERO), Err(OpenError::UnknownKey));
        assert_eq!(key_id_of(&seal(&keys(&[2, 1]), b"x", NOON)), Some(master(2).id()));
    }

    #[test]
    fn the_same_randomness_seals_the_same_and_other_randomness_does_not() {
        let keys = keys(&[1]);
        assert_eq!(seal(&keys, b"x", NOON), seal(&keys, b"x", NOON));
        let random = SeededRandom::new(9);
        let next = || keys.seal(&random, DEVICE, NAME, b"x", NOON);
        assert_ne!(next(), next());
    }

    #[test]
    fn what_has_not_the_form_of_a_sealed_value_is_malformed() {
        let keys = keys(&[1]);
        let sealed = seal(&keys, b"", NOON);
        let bytes = decode_base64url(&sealed).unwrap();
        let (short, version_2) = (encode_base64url(&bytes[..bytes.len() - 1]), encode_base64url(&[&[2], &bytes[1..]].concat()));
        let too_long = "A".repeat(SEALED_VALUE_LIMIT + 1);
        for text in ["", "A", "ä", "a b", &format!("{sealed}="), &format!(" {sealed}"), &short, &version_2, &too_long] {
            assert_eq!(open(&keys, text, Timestamp::ZERO), Err(OpenError::Malformed), "{text:?}");
        }
    }

    #[test]
    fn the_longest_value_that_opens_has_6103_bytes() {
        let keys = keys(&[1]);
        let (longest, longer) = (seal(&keys, &[7; 6103], NOON), seal(&keys, &[7; 6104], NOON));
        assert_eq!(open(&keys, &longest, Timestamp::ZERO), Ok(vec![7; 6103]));
        assert_eq!(open(&keys, &longer, Timestamp::ZERO), Err(OpenError::Malformed));
    }

    #[test]
    fn all_refusals_read_the_same_and_the_log_tells_them_apart() {
        let refusals = [OpenError::Malformed, OpenError::UnknownKey, OpenError::Forged, OpenError::Expired];
        assert!(refusals.iter().all(|refusal| refusal.to_string() == "sealed value refused"));
        assert_eq!(refusals.map(OpenError::reason), ["malformed", "unknown_key", "forged", "expired"]);
    }

    #[test]
    fn only_a_sealed_value_names_its_key() {
        let sealed = seal(&keys(&[1]), b"x", NOON);
        assert_eq!(key_id_of(&sealed), Some(master(1).id()));
        for text in ["", "AQ", "AQAAAAA", "AgAAAAAA", "AAAAAAAA", "AQAAAAA=", "ääää", "aaaaaaaä"] {
            assert_eq!(key_id_of(text), None, "{text}");
        }
    }

    fn bytes(below: usize) -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(any::<u8>(), 0..below)
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens(value in bytes(200), name in ".{0,40}", seed: u64, expiry in 1..u64::MAX) {
            let (keys, expires_at) = (keys(&[1]), Timestamp::from_millis(expiry));
            let sealed = keys.seal(&SeededRandom::new(seed), DEVICE, &name, &value, expires_at);
            let opened = keys.open(DEVICE, &name, &sealed, Timestamp::ZERO).unwrap();
            prop_assert_eq!(opened.expose(), &value);
            prop_assert!(!sealed.bytes().any(|byte| b"\",;\\= ".contains(&byte)));
        }

        #[test]
        fn one_flipped_bit_anywhere_is_refused(value in bytes(40), place: prop::sample::Index, bit in 0..8) {
            let keys = keys(&[1]);
            let mut bytes = decode_base64url(&seal(&keys, &value, NOON)).unwrap();
            let place = place.index(bytes.len());
            bytes[place] ^= 1_u8 << bit;
            let expected = match place {
                0 => OpenError::Malformed,
                1..5 => OpenError::UnknownKey,
                _ => OpenError::Forged,
            };
            prop_assert_eq!(open(&keys, &encode_base64url(&bytes), Timestamp::ZERO), Err(expected));
        }

        #[test]
        fn a_value_cut_anywhere_is_refused(value in bytes(40), place: prop::sample::Index) {
            let keys = keys(&[1]);
            let sealed = seal(&keys, &value, NOON);
            prop_assert!(open(&keys, &sealed[..place.index(sealed.len())], Timestamp::ZERO).is_err());
        }

        #[test]
        fn no_text_makes_opening_panic(text in "(AQ)?[A-Za-z0-9_-]{0,120}|.{0,40}") {
            prop_assert!(open(&keys(&[1]), &text, Timestamp::ZERO).is_err());
            let _ = key_id_of(&text);
        }
    }
}
