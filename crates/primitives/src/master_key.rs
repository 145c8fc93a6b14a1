//! The one secret of an installation. Everything else that is secret is derived from it or sealed by it.
//!
//! It is a short text, newest key first, one `id:key` per line: the key is 32 bytes in base64url, the id the first 4 bytes of the
//! key's SHA-256. The first key mints; the others still open what they have made.
//!
//! Whoever has it can mint refresh tokens and read what is sealed, so it is never in the database and never in a backup.

use std::fmt;

use aws_lc_rs::{digest, hkdf, hmac};
use zeroize::Zeroizing;

use crate::{Random, Secret, decode_base64url_array, encode_base64url};

/// Which master key something was made with: the first four bytes of its SHA-256. Not secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// Takes the bytes that a token or a row carries.
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// The bytes for a token or a row to carry.
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_base64url(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// What a derived key is for. A key for one purpose is of no use for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The MAC in refresh tokens.
    Refresh,
    /// Sealed values: cookies, form fields, rows.
    Seal,
    /// The MAC under passwords, before they are hashed.
    Pepper,
    /// The names under which failures are counted.
    Limits,
    /// The value in a store that shows whether the right key is used.
    Check,
}

impl Purpose {
    const ALL: [Self; 5] = [Self::Refresh, Self::Seal, Self::Pepper, Self::Limits, Self::Check];

    const fn label(self) -> &'static str {
        match self {
            Self::Refresh => "cloakroom v1 refresh",
            Self::Seal => "cloakroom v1 seal",
            Self::Pepper => "cloakroom v1 pepper",
            Self::Limits => "cloakroom v1 limits",
            Self::Check => "cloakroom v1 check",
        }
    }
}

/// A key derived for one purpose: HKDF-SHA-256 without salt, 32 bytes, info `cloakroom v1 ` and the purpose.
#[derive(Clone)]
pub struct PurposeKey {
    bytes: Secret<[u8; 32]>,
    mac: hmac::Key,
}

impl PurposeKey {
    /// HMAC-SHA-256 over the parts, one after the other.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.mac);
        for part in parts {
            context.update(part);
        }
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }

    /// The key itself, for a cipher.
    pub fn bytes(&self) -> &Secret<[u8; 32]> {
        &self.bytes
    }
}

impl fmt::Debug for PurposeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PurposeKey(..)")
    }
}

/// One master key with what is derived from it.
#[derive(Clone, Debug)]
pub struct MasterKey {
    id: KeyId,
    bytes: Secret<[u8; 32]>,
    derived: [PurposeKey; Purpose::ALL.len()],
}

impl MasterKey {
    /// Makes a new key.
    pub fn generate(random: &dyn Random) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(&mut *bytes);
        Self::from_bytes(*bytes)
    }

    fn from_bytes(bytes: [u8; 32]) -> Self {
        let mut id = [0; 4];
        id.copy_from_slice(&digest::digest(&digest::SHA256, &bytes).as_ref()[..4]);
        let derived = Purpose::ALL.map(|purpose| derive(&bytes, purpose));
        Self { id: KeyId(id), bytes: Secret::new(bytes), derived }
    }

    /// Its public name.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key derived for `purpose`.
    pub fn purpose(&self, purpose: Purpose) -> &PurposeKey {
        &self.derived[purpose as usize]
    }

    /// The line to keep in a key file, without its end.
    pub fn to_line(&self) -> Secret<String> {
        Secret::new(format!("{}:{}", self.id, encode_base64url(self.bytes.expose())))
    }
}

fn derive(master: &[u8; 32], purpose: Purpose) -> PurposeKey {
    let mut bytes = Zeroizing::new([0; 32]);
    let info = [purpose.label().as_bytes()];
    hkdf::Salt::new(hkdf::HKDF_SHA256, &[])
        .extract(master)
        .expand(&info, hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut *bytes))
        .expect("32 bytes are within what HKDF-SHA-256 can give");
    PurposeKey { mac: hmac::Key::new(hmac::HMAC_SHA256, &*bytes), bytes: Secret::new(*bytes) }
}

/// Why a key file was not taken. It names lines, never their content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MasterKeyError {
    /// There is no key in it.
    #[error("the master key file holds no key; a line is `id:key`")]
    Empty,
    /// A line is not `id:key` with 32 bytes in base64url.
    #[error("line {line} of the master key file is not `id:key` with a key of 32 bytes in base64url")]
    Malformed {
        /// Counted from 1.
        line: usize,
    },
    /// The id does not belong to the key: the line was damaged.
    #[error("line {line} of the master key file is damaged: its id does not belong to its key")]
    Damaged {
        /// Counted from 1.
        line: usize,
    },
}

/// The master keys of an installation, newest first; there is at least one.
#[derive(Clone, Debug)]
pub struct MasterKeys {
    newest: MasterKey,
    older: Vec<MasterKey>,
}

impl MasterKeys {
    /// An installation's first key.
    pub fn of(key: MasterKey) -> Self {
        Self { newest: key, older: Vec::new() }
    }

    /// Reads a key file. Empty lines are skipped. Fails when a line is not a key or there is none.
    ///
    /// ```
    /// use cloakroom_primitives::{MasterKey, MasterKeys, SeededRandom};
    ///
    /// let key = MasterKey::generate(&SeededRandom::new(1));
    /// let keys = MasterKeys::parse(key.to_line().expose())?;
    /// assert_eq!(keys.minting().id(), key.id());
    /// # Ok::<(), cloakroom_primitives::MasterKeyError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let mut keys = text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line.trim()))
            .filter(|(_, line)| !line.is_empty())
            .map(|(line, text)| parse_line(line, text))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter();
        let newest = keys.next().ok_or(MasterKeyError::Empty)?;
        Ok(Self { newest, older: keys.collect() })
    }

    /// The key that mints and seals now.
    pub fn minting(&self) -> &MasterKey {
        &self.newest
    }

    /// The key of that name, if it is still on file.
    pub fn find(&self, id: KeyId) -> Option<&MasterKey> {
        self.iter().find(|key| key.id == id)
    }

    /// All keys, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.newest).chain(&self.older)
    }
}

fn parse_line(line: usize, text: &str) -> Result<MasterKey, MasterKeyError> {
    let (id, key) = text.split_once(':').ok_or(MasterKeyError::Malformed { line })?;
    let id = KeyId(decode_base64url_array(id).map_err(|_| MasterKeyError::Malformed { line })?);
    let bytes = Zeroizing::new(decode_base64url_array(key).map_err(|_| MasterKeyError::Malformed { line })?);
    let key = MasterKey::from_bytes(*bytes);
    if key.id == id { Ok(key) } else { Err(MasterKeyError::Damaged { line }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRandom;

    #[test]
    fn the_first_line_mints_and_the_others_stay_on_file() {
        let random = SeededRandom::new(7);
        let (new, old) = (MasterKey::generate(&random), MasterKey::generate(&random));
        let keys = MasterKeys::parse(&format!("{}\n\n{}\n", new.to_line().expose(), old.to_line().expose())).unwrap();
        assert_eq!(keys.minting().id(), new.id());
        assert!(keys.find(old.id()).is_some());
        assert!(keys.find(KeyId::from_bytes([0; 4])).is_none());
    }

    #[test]
    fn a_damaged_key_file_names_its_line_and_not_its_content() {
        let good = MasterKey::generate(&SeededRandom::new(7)).to_line().expose().clone();
        let other = MasterKey::generate(&SeededRandom::new(8)).to_line().expose().clone();
        let mixed = format!("{}:{}", good.split_once(':').unwrap().0, other.split_once(':').unwrap().1);
        assert_eq!(MasterKeys::parse("\n").unwrap_err(), MasterKeyError::Empty);
        assert_eq!(MasterKeys::parse("nonsense").unwrap_err(), MasterKeyError::Malformed { line: 1 });
        let error = MasterKeys::parse(&format!("{good}\n{mixed}")).unwrap_err();
        assert_eq!(error, MasterKeyError::Damaged { line: 2 });
        assert!(!error.to_string().contains(other.split_once(':').unwrap().1));
    }

    #[test]
    fn a_key_for_one_purpose_says_nothing_about_another() {
        let key = MasterKey::generate(&SeededRandom::new(7));
        let tags = Purpose::ALL.map(|purpose| key.purpose(purpose).mac(&[b"same"]));
        for (i, tag) in tags.iter().enumerate() {
            assert!(tags.iter().skip(i + 1).all(|other| other != tag));
        }
    }

    #[test]
    fn purposes_are_found_under_their_own_name() {
        for (index, purpose) in Purpose::ALL.into_iter().enumerate() {
            assert_eq!(purpose as usize, index);
        }
    }

    #[test]
    fn a_master_key_does_not_print_itself() {
        let key = MasterKey::generate(&SeededRandom::new(7));
        let secret = key.to_line().expose().split_once(':').unwrap().1.to_owned();
        assert!(!format!("{key:?}").contains(&secret));
    }
}
