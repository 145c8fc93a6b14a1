//! The ticket: `crs_`, then 16 bytes of session id and 32 bytes of secret in base64url, then a checksum. 74 characters.

use std::fmt;

use cloakroom_primitives::{
    CHECKSUM_LENGTH, Random, Secret, SecretHash, append_checksum, decode_base64url_array, encode_base64url, split_checksum,
};
use zeroize::Zeroizing;

use crate::SessionId;

const PREFIX: &str = "crs_";
const LENGTH: usize = PREFIX.len() + 64 + CHECKSUM_LENGTH;

/// The text is not a session token: wrong length, alphabet or checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a session token")]
pub struct NotASessionToken;

/// What the client holds of a session. The server keeps [`SessionToken::hash`] alone.
#[derive(Clone)]
pub struct SessionToken {
    id: SessionId,
    secret: Secret<[u8; 32]>,
}

impl SessionToken {
    /// Makes a token with a new secret of 256 bits for the session `id`.
    pub fn generate(random: &dyn Random, id: SessionId) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        random.fill(&mut *secret);
        Self { id, secret: Secret::new(*secret) }
    }

    /// Whether a text claims to be a session token, good or not.
    pub fn looks_like(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// Reads a token. Fails with [`NotASessionToken`] on junk, which is thereby refused with no look-up.
    pub fn parse(text: &str) -> Result<Self, NotASessionToken> {
        if text.len() != LENGTH {
            return Err(NotASessionToken);
        }
        let body = split_checksum(text).and_then(|checked| checked.strip_prefix(PREFIX)).ok_or(NotASessionToken)?;
        let bytes: Zeroizing<[u8; 48]> = decode_base64url_array(body).map(Zeroizing::new).map_err(|_| NotASessionToken)?;
        let (mut id, mut secret) = ([0; 16], Zeroizing::new([0; 32]));
        id.copy_from_slice(&bytes[..16]);
        secret.copy_from_slice(&bytes[16..]);
        Ok(Self { id: SessionId::from_bytes(id), secret: Secret::new(*secret) })
    }

    /// The session it belongs to.
    pub fn session(&self) -> SessionId {
        self.id
    }

    /// What the server keeps of the secret.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.secret.expose())
    }

    /// The text for the client.
    pub fn to_text(&self) -> Secret<String> {
        let mut bytes = Zeroizing::new([0; 48]);
        bytes[..16].copy_from_slice(self.id.as_bytes());
        bytes[16..].copy_from_slice(self.secret.expose());
        let body = Zeroizing::new(encode_base64url(&*bytes));
        let mut text = String::with_capacity(LENGTH);
        text.push_str(PREFIX);
        text.push_str(&body);
        append_checksum(&mut text);
        Secret::new(text)
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionToken({}, ..)", self.id)
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::{SeededRandom, Timestamp};

    use super::*;

    fn token() -> SessionToken {
        let random = SeededRandom::new(3);
        SessionToken::generate(&random, SessionId::generate(&random, Timestamp::from_seconds(1)))
    }

    #[test]
    fn a_token_survives_its_text() {
        let token = token();
        let text = token.to_text();
        assert_eq!(text.expose().len(), 74);
        let read = SessionToken::parse(text.expose()).unwrap();
        assert_eq!(read.session(), token.session());
        assert_eq!(read.hash(), token.hash());
    }

    #[test]
    fn a_token_with_one_changed_character_is_junk() {
        let text = token().to_text().expose().clone();
        for index in 0..text.len() {
            let mut changed: Vec<char> = text.chars().collect();
            changed[index] = if changed[index] == 'A' { 'B' } else { 'A' };
            let changed: String = changed.into_iter().collect();
            assert!(SessionToken::parse(&changed).is_err(), "{index}");
        }
    }

    #[test]
    fn a_shortened_lengthened_or_doubled_token_is_junk() {
        let text = token().to_text().expose().clone();
        for junk in [&text[1..], &text[..73], &format!("{text}A"), &format!("{text}{text}"), &format!(" {text}"), ""] {
            assert_eq!(SessionToken::parse(junk).unwrap_err(), NotASessionToken);
        }
    }

    #[test]
    fn a_token_does_not_print_its_secret() {
        let token = token();
        let text = token.to_text();
        assert!(!format!("{token:?}").contains(&text.expose()[26..68]));
    }
}
