//! Symmetric keys, for people who have them: whoever can verify can also sign.
//!
//! 1. A symmetric key is a type of its own. It is no [`SigningKey`](crate::SigningKey) and no [`VerifyingKey`](crate::VerifyingKey), fits
//!    into no [`KeyRing`](crate::KeyRing) and no public [`JwkSet`](crate::JwkSet), and is never written as JSON.
//! 2. A key has one algorithm, which is said when it is made; a JWK without `alg` is refused.
//! 3. A secret is at least as long as its hash (RFC 7518 §3.2): no password is.
//! 4. What looks like a public key (PEM, SPKI, a JWK) is refused as a secret: everybody knows it.
//! 5. In a set all keys are symmetric, and no two have one `kid`.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use cloakroom_primitives::{Random, Secret};
use zeroize::Zeroizing;

use crate::KeyError;
use crate::crypto::{HmacHash, HmacKey, subject_public_key};
use crate::json::decode_object;
use crate::jwk_members::{NOT_A_JWK, SymmetricMembers, SymmetricSetMembers};

/// The name of a symmetric algorithm (RFC 7518 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MacAlgorithm {
    /// `HS256`: HMAC with SHA-256.
    Hs256,
    /// `HS384`: HMAC with SHA-384.
    Hs384,
    /// `HS512`: HMAC with SHA-512.
    Hs512,
}

impl MacAlgorithm {
    /// Every symmetric algorithm there is.
    pub const ALL: [Self; 3] = [Self::Hs256, Self::Hs384, Self::Hs512];

    /// The name in a header and in a JWK.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// Reads a name, byte for byte: no other case, no spaces. `None` when we do not know it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    const fn hash(self) -> HmacHash {
        match self {
            Self::Hs256 => HmacHash::Sha256,
            Self::Hs384 => HmacHash::Sha384,
            Self::Hs512 => HmacHash::Sha512,
        }
    }
}

impl fmt::Display for MacAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A symmetric key, which verifies and signs. Clones share it.
#[derive(Clone)]
pub struct MacKey {
    key: Arc<HmacKey>,
    algorithm: MacAlgorithm,
    kid: Option<Arc<str>>,
}

impl MacKey {
    /// Takes a secret. Fails with [`KeyError::Weak`] when it is too short, and with [`KeyError::Inconsistent`] when it is no secret.
    pub fn new(algorithm: MacAlgorithm, secret: &Secret<Vec<u8>>, kid: Option<&str>) -> Result<Self, KeyError> {
        Self::from_bytes(algorithm, secret.expose(), kid)
    }

    /// Makes a new key whose secret is as long as its hash.
    pub fn generate(algorithm: MacAlgorithm, random: &dyn Random, kid: Option<&str>) -> Result<Self, KeyError> {
        let mut secret = Zeroizing::new(vec![0; algorithm.hash().length()]);
        random.fill(&mut secret);
        Self::from_bytes(algorithm, &secret, kid)
    }

    /// Reads a JWK of type `oct` (RFC 7518 §6.4), which must say its `alg`.
    pub fn from_jwk(json: &[u8]) -> Result<Self, KeyError> {
        Self::from_members(&decode_object(json).map_err(|_| NOT_A_JWK)?)
    }

    fn from_members(members: &SymmetricMembers<'_>) -> Result<Self, KeyError> {
        if &*members.kty.0 != "oct" {
            return Err(KeyError::Unsupported { reason: "kty is not oct" });
        }
        let name = members.alg.as_ref().ok_or(KeyError::Malformed { reason: "a symmetric key without alg" })?;
        let algorithm = MacAlgorithm::parse(&name.0).ok_or(KeyError::Unsupported { reason: "alg" })?;
        Self::from_bytes(algorithm, &members.secret()?, members.kid.as_ref().map(|kid| &*kid.0))
    }

    fn from_bytes(algorithm: MacAlgorithm, secret: &[u8], kid: Option<&str>) -> Result<Self, KeyError> {
        if is_public(secret) {
            return Err(KeyError::Inconsistent { reason: "a public key as a secret" });
        }
        Ok(Self { key: Arc::new(HmacKey::new(algorithm.hash(), secret)?), algorithm, kid: kid.map(Into::into) })
    }

    /// What it is called, if anything. It has no thumbprint: one would help to guess a weak secret (RFC 7638 §7).
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The one algorithm it is for.
    pub fn algorithm(&self) -> MacAlgorithm {
        self.algorithm
    }

    pub(crate) fn tag(&self, signing_input: &[u8]) -> Vec<u8> {
        self.key.tag(signing_input)
    }

    pub(crate) fn verifies(&self, signing_input: &[u8], tag: &[u8]) -> bool {
        self.key.verifies(signing_input, tag)
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MacKey").field("algorithm", &self.algorithm).field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// A set of symmetric keys, as two parties keep it between them.
#[derive(Clone, Debug, Default)]
pub struct MacKeySet {
    keys: Vec<MacKey>,
}

impl MacKeySet {
    /// Reads a set (RFC 7517 §5). Keys for something else are passed over; a key of another type, two keys of one `kid` and a weak key
    /// are reasons to refuse the whole set.
    pub fn parse(json: &[u8]) -> Result<Self, KeyError> {
        let set: SymmetricSetMembers<'_> = decode_object(json).map_err(|_| NOT_A_JWK)?;
        let mut names = HashSet::new();
        let mut keys = Vec::new();
        for members in &set.keys {
            if &*members.kty.0 != "oct" {
                return Err(KeyError::Inconsistent { reason: "a public key in a set of symmetric keys" });
            }
            if members.kid.as_ref().is_some_and(|kid| !names.insert(&*kid.0)) {
                return Err(KeyError::Inconsistent { reason: "two keys of the set have the same kid" });
            }
            match MacKey::from_members(members) {
                Ok(key) => keys.push(key),
                Err(KeyError::Unsupported { .. } | KeyError::OtherUse { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self { keys })
    }

    /// The key of that name.
    pub fn find(&self, kid: &str) -> Option<&MacKey> {
        self.keys.iter().find(|key| key.kid() == Some(kid))
    }

    /// The keys, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &MacKey> {
        self.keys.iter()
    }
}

/// Whether the bytes are a public key in one of the forms in which it is handed around, whatever stands around it.
fn is_public(secret: &[u8]) -> bool {
    let text = secret.strip_prefix(b"\xef\xbb\xbf").unwrap_or(secret).trim_ascii();
    let is_jwk = text.first() == Some(&b'{') && text.windows(5).any(|part| part == b"\"kty\"");
    let is_pem = text.windows(10).any(|part| part == b"-----BEGIN");
    is_jwk || is_pem || text.starts_with(b"ssh-") || subject_public_key(secret).is_some()
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::{SeededRandom, encode_base64url};

    use super::*;

    fn jwk(more: &str) -> String {
        format!(r#"{{"kty":"oct","k":"{}"{more}}}"#, encode_base64url(&[7; 64]))
    }

    #[test]
    fn a_key_says_its_algorithm() {
        for algorithm in MacAlgorithm::ALL {
            assert_eq!(MacAlgorithm::parse(algorithm.name()), Some(algorithm));
            let key = MacKey::from_jwk(jwk(&format!(r#","alg":"{algorithm}","kid":"k""#)).as_bytes()).unwrap();
            assert_eq!((key.algorithm(), key.kid()), (algorithm, Some("k")));
        }
        assert!(matches!(MacKey::from_jwk(jwk("").as_bytes()), Err(KeyError::Malformed { .. })));
        for alg in ["hs256", "HS256 ", "none", "RS256", "A256KW"] {
            let json = jwk(&format!(r#","alg":"{alg}""#));
            assert!(matches!(MacKey::from_jwk(json.as_bytes()), Err(KeyError::Unsupported { .. })), "{alg}");
        }
    }

    #[test]
    fn a_key_for_another_use_is_refused() {
        for more in [r#","use":"enc""#, r#","key_ops":["sign"]"#, r#","key_ops":["encrypt"]"#] {
            let json = jwk(&format!(r#","alg":"HS256"{more}"#));
            assert!(matches!(MacKey::from_jwk(json.as_bytes()), Err(KeyError::OtherUse { .. })), "{more}");
        }
    }

    #[test]
    fn what_everybody_knows_is_no_secret() {
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        let spki = [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], &[9; 32]].concat();
        let jwk = br#" {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        let marked = [b"\xef\xbb\xbf", pem.as_bytes()].concat();
        let late = [b"# our key\n", pem.as_bytes()].concat();
        for secret in [pem.as_bytes(), &spki, jwk, &marked, &late, b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL ada@example.org"] {
            let answer = MacKey::new(MacAlgorithm::Hs256, &Secret::new(secret.to_vec()), None);
            assert!(matches!(answer, Err(KeyError::Inconsistent { .. })), "{}", String::from_utf8_lossy(secret));
        }
    }

    #[test]
    fn a_set_is_of_symmetric_keys_with_different_names() {
        let set = |keys: &[&str]| MacKeySet::parse(format!(r#"{{"keys":[{}]}}"#, keys.join(",")).as_bytes());
        let (one, other) = (jwk(r#","alg":"HS256","kid":"1""#), jwk(r#","alg":"HS512","kid":"2""#));
        let both = set(&[&one, &other, &jwk(r#","alg":"A256KW","kid":"3""#)]).unwrap();
        assert_eq!(both.iter().map(|key| key.kid().unwrap()).collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(both.find("2").unwrap().algorithm(), MacAlgorithm::Hs512);
        assert!(both.find("3").is_none());
        assert!(set(&[&one, &one]).is_err());
        let public = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        assert!(set(&[&one, public]).is_err());
        assert!(set(&[r#"{"kty":"oct","alg":"HS256","k":"AAAA"}"#]).is_err());
    }

    #[test]
    fn a_key_does_not_print_its_secret() {
        let key = MacKey::generate(MacAlgorithm::Hs256, &SeededRandom::new(1), Some("k")).unwrap();
        assert_eq!(format!("{key:?}"), r#"MacKey { algorithm: Hs256, kid: Some("k"), .. }"#);
    }
}
