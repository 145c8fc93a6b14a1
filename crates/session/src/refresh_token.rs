//! The refresh token: `crr_`, then key id, family, counter and MAC in base64url, then a checksum. 85 characters.
//!
//! Nothing of it is stored. The MAC (HMAC-SHA-256 under the purpose key `refresh`, over prefix, key id, family and counter) lets a guess
//! be refused with no look-up, and lets the same successor be computed again for everyone who asks in time.

use std::fmt;

use cloakroom_primitives::{
    CHECKSUM_LENGTH, KeyId, MasterKeys, Purpose, Secret, append_checksum, decode_base64url_array, encode_base64url,
    split_checksum,
};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{Counter, FamilyId, RefreshFamily};

const PREFIX: &str = "crr_";
const LENGTH: usize = PREFIX.len() + 75 + CHECKSUM_LENGTH;

/// The text is not a refresh token of ours: wrong length, alphabet, checksum or MAC, or minted under a key that is not on file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a refresh token of ours")]
pub struct NotARefreshToken;

/// A refresh token whose MAC is good. Whether it is good for anything is its family's to say: [`RefreshFamily::redeem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The family it belongs to.
    pub family: FamilyId,
    /// Which of the family's tokens it is.
    pub counter: Counter,
}

impl RefreshToken {
    /// Computes the one token of `family` that may be spent now. `None` when the family's key is not on file any more.
    pub fn mint(family: &RefreshFamily, keys: &MasterKeys) -> Option<Secret<String>> {
        let tag = mac(keys, family.key_id, family.id, family.counter)?;
        let mut bytes = Zeroizing::new([0; 56]);
        bytes[..4].copy_from_slice(family.key_id.as_bytes());
        bytes[4..20].copy_from_slice(family.id.as_bytes());
        bytes[20..24].copy_from_slice(&family.counter.to_be_bytes());
        bytes[24..].copy_from_slice(&*tag);
        let body = Zeroizing::new(encode_base64url(&*bytes));
        let mut text = String::with_capacity(LENGTH);
        text.push_str(PREFIX);
        text.push_str(&body);
        append_checksum(&mut text);
        Some(Secret::new(text))
    }

    /// Reads a token and checks its MAC. Fails with [`NotARefreshToken`] on anything this server has not minted.
    pub fn open(text: &str, keys: &MasterKeys) -> Result<Self, NotARefreshToken> {
        if text.len() != LENGTH {
            return Err(NotARefreshToken);
        }
        let body = split_checksum(text).and_then(|checked| checked.strip_prefix(PREFIX)).ok_or(NotARefreshToken)?;
        let bytes: [u8; 56] = decode_base64url_array(body).map_err(|_| NotARefreshToken)?;
        let (mut key_id, mut family, mut counter) = ([0; 4], [0; 16], [0; 4]);
        key_id.copy_from_slice(&bytes[..4]);
        family.copy_from_slice(&bytes[4..20]);
        counter.copy_from_slice(&bytes[20..24]);
        let token = Self { family: FamilyId::from_bytes(family), counter: Counter::from_be_bytes(counter) };
        let tag = mac(keys, KeyId::from_bytes(key_id), token.family, token.counter).ok_or(NotARefreshToken)?;
        if tag[..].ct_eq(&bytes[24..]).into() { Ok(token) } else { Err(NotARefreshToken) }
    }

    /// Whether a text has the shape of a refresh token, whoever minted it.
    pub fn is_well_formed(text: &str) -> bool {
        text.len() == LENGTH && split_checksum(text).is_some_and(|checked| checked.starts_with(PREFIX))
    }

    /// Whether a text claims to be a refresh token, good or not.
    pub fn looks_like(text: &str) -> bool {
        text.starts_with(PREFIX)
    }
}

impl fmt::Display for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token {} of family {}", self.counter, self.family)
    }
}

fn mac(keys: &MasterKeys, key_id: KeyId, family: FamilyId, counter: Counter) -> Option<Zeroizing<[u8; 32]>> {
    let key = keys.find(key_id)?.purpose(Purpose::Refresh);
    Some(Zeroizing::new(key.mac(&[PREFIX.as_bytes(), key_id.as_bytes(), family.as_bytes(), &counter.to_be_bytes()])))
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::{MasterKey, SeededRandom, Timestamp};

    use super::*;
    use crate::{ClientId, Scopes, SessionId};

    fn keys(seed: u64) -> MasterKeys {
        MasterKeys::of(MasterKey::generate(&SeededRandom::new(seed)))
    }

    fn family(keys: &MasterKeys) -> RefreshFamily {
        let (random, now) = (SeededRandom::new(5), Timestamp::from_seconds(1));
        let client = ClientId::new("cloakroom").unwrap();
        let session = SessionId::generate(&random, now);
        let id = FamilyId::generate(&random, now);
        RefreshFamily::open(id, session, client, "https://app.example".into(), Scopes::none(), keys.minting().id(), now)
    }

    #[test]
    fn a_token_is_computed_again_from_its_family() {
        let keys = keys(1);
        let family = family(&keys);
        let text = RefreshToken::mint(&family, &keys).unwrap();
        assert_eq!(text.expose().len(), 85);
        assert_eq!(RefreshToken::mint(&family, &keys).unwrap().expose(), text.expose());
        assert_eq!(RefreshToken::open(text.expose(), &keys), Ok(RefreshToken { family: family.id, counter: family.counter }));
    }

    #[test]
    fn a_guess_is_refused_with_no_look_up() {
        let keys = keys(1);
        let text = RefreshToken::mint(&family(&keys), &keys).unwrap().expose().clone();
        for index in 4..text.len() - 6 {
            let mut bytes = text.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            // A forger computes the checksum too: it is no secret.
            let mut forged = String::from_utf8(bytes[..79].to_vec()).unwrap();
            append_checksum(&mut forged);
            assert_eq!(RefreshToken::open(&forged, &keys), Err(NotARefreshToken), "{index}");
        }
    }

    #[test]
    fn a_token_of_another_installation_is_refused() {
        let (ours, theirs) = (keys(1), keys(2));
        let text = RefreshToken::mint(&family(&theirs), &theirs).unwrap();
        assert_eq!(RefreshToken::open(text.expose(), &ours), Err(NotARefreshToken));
        assert!(RefreshToken::mint(&family(&theirs), &ours).is_none());
    }
}
