//! The keys under which values are sealed: one seals, all open.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, Tag, UnboundKey};
use cloakroom_primitives::{KeyId, MasterKey, MasterKeys, Purpose};

/// The sealing keys of an installation, one for each master key on file. Cloning shares them.
#[derive(Clone)]
pub struct CookieKeys {
    /// Newest first; never empty.
    keys: Arc<[SealingKey]>,
}

/// One key and the name it goes by.
pub(crate) struct SealingKey {
    pub(crate) id: KeyId,
    cipher: LessSafeKey,
}

impl CookieKeys {
    /// Takes the keys derived for sealing: the minting key's seals, and each one opens what it has sealed.
    pub fn from_master(keys: &MasterKeys) -> Self {
        Self { keys: keys.iter().map(SealingKey::of).collect() }
    }

    /// The key that seals now.
    pub(crate) fn sealing(&self) -> &SealingKey {
        self.keys.first().expect("an installation has at least one master key")
    }

    /// The key of that name, if it is still on file.
    pub(crate) fn find(&self, id: KeyId) -> Option<&SealingKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl fmt::Debug for CookieKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| key.id)).finish()
    }
}

impl SealingKey {
    fn of(master: &MasterKey) -> Self {
        let key = UnboundKey::new(&AES_256_GCM_SIV, master.purpose(Purpose::Seal).bytes().expose());
        Self { id: master.id(), cipher: LessSafeKey::new(key.expect("a purpose key has the 32 bytes of AES-256")) }
    }

    /// Encrypts `text` in place, bound to `context`.
    pub(crate) fn encrypt(&self, nonce: [u8; NONCE_LEN], context: &[u8], text: &mut [u8]) -> Tag {
        self.cipher
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), text)
            .expect("AES-GCM-SIV takes up to 64 GiB")
    }

    /// Decrypts what ends with its tag, in place; `None` when it was not encrypted by this key for this context.
    pub(crate) fn decrypt<'a>(&self, nonce: [u8; NONCE_LEN], context: &[u8], sealed: &'a mut [u8]) -> Option<&'a [u8]> {
        let text = self.cipher.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(context), sealed).ok()?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::SeededRandom;

    use super::*;

    #[test]
    fn keys_show_their_names_and_nothing_else() {
        let master = MasterKeys::of(MasterKey::generate(&SeededRandom::new(1)));
        let keys = CookieKeys::from_master(&master);
        assert_eq!(format!("{keys:?}"), format!("[{:?}]", master.minting().id()));
    }
}
