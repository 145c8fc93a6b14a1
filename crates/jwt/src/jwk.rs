//! Public signature keys as JSON (RFC 7517, RFC 7518 §6, RFC 8037 §2, RFC 9964 §3), one by one and in sets.
//!
//! 1. Private members are never read, kept or written: there is no field for them.
//! 2. A key for another use (`use` other than `sig`, `key_ops` without `verify`) is refused, and so is one whose members contradict
//!    each other.
//! 3. In a set, keys of a kind we do not know are passed over (RFC 7517 §5). The whole set is refused when a key of ours is malformed,
//!    when two keys have one `kid`, or when a symmetric key is among them: whoever published that has published a secret.

use std::collections::HashSet;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::json::decode_object;
use crate::jwk_members::{NOT_A_JWK, PublicMembers, SetMembers};
use crate::material::Material;
use crate::{Algorithm, KeyError};

/// The public parts of a signature key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    kid: Option<String>,
    algorithm: Option<Algorithm>,
    material: Material,
}

impl Jwk {
    /// Reads one key. Fails where the rules above say so; [`KeyError::Unsupported`] and [`KeyError::OtherUse`] mean that it is a good
    /// key for somebody else.
    pub fn parse(json: &[u8]) -> Result<Self, KeyError> {
        Self::from_members(decode_object(json).map_err(|_| NOT_A_JWK)?, "verify")
    }

    /// Reads the public part of a private key, which must be allowed to sign.
    pub(crate) fn parse_signing(json: &[u8]) -> Result<Self, KeyError> {
        Self::from_members(decode_object(json).map_err(|_| NOT_A_JWK)?, "sign")
    }

    fn from_members(members: PublicMembers<'_>, operation: &str) -> Result<Self, KeyError> {
        let parts = members.into_parts(operation)?;
        Self::new(parts.kid, parts.algorithm, parts.material)
    }

    /// Puts a key together. `algorithm` must suit the material.
    pub(crate) fn new(kid: Option<String>, algorithm: Option<Algorithm>, material: Material) -> Result<Self, KeyError> {
        if algorithm.is_some_and(|algorithm| !material.suits(algorithm)) {
            return Err(KeyError::Inconsistent { reason: "alg is not for this kind of key" });
        }
        Ok(Self { kid, algorithm, material })
    }

    /// What the key is called; a foreign key may have no name.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The algorithm it says it is for.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    pub(crate) fn material(&self) -> &Material {
        &self.material
    }

    /// The SHA-256 thumbprint of RFC 7638 in base64url: a name that follows from the key alone.
    pub fn thumbprint(&self) -> String {
        self.material.thumbprint()
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(kid) = &self.kid {
            map.serialize_entry("kid", kid)?;
        }
        self.material.serialize_into(&mut map)?;
        if let Some(algorithm) = self.algorithm {
            map.serialize_entry("alg", algorithm.name())?;
        }
        map.serialize_entry("use", "sig")?;
        map.end()
    }
}

/// A set of public keys (RFC 7517 §5), as an issuer publishes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

impl JwkSet {
    /// Reads a set. Fails where the rules above say so.
    pub fn parse(json: &[u8]) -> Result<Self, KeyError> {
        let set: SetMembers<'_> = decode_object(json).map_err(|_| NOT_A_JWK)?;
        let mut names = HashSet::new();
        let mut keys = Vec::new();
        for members in set.keys {
            if &*members.kty.0 == "oct" {
                return Err(KeyError::Inconsistent { reason: "a symmetric key in a public key set" });
            }
            if members.kid.as_ref().is_some_and(|kid| !names.insert(kid.clone())) {
                return Err(KeyError::Inconsistent { reason: "two keys of the set have the same kid" });
            }
            match Jwk::from_members(members, "verify") {
                Ok(jwk) => keys.push(jwk),
                Err(KeyError::Unsupported { .. } | KeyError::OtherUse { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self { keys })
    }

    /// The keys, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Jwk> {
        self.keys.iter()
    }

    /// The set as JSON, to publish.
    #[expect(clippy::missing_panics_doc, reason = "strings in a list can always be written as JSON")]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings in a list can be written as JSON")
    }
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self { keys: keys.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn okp(more: &str) -> String {
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}"{more}}}"#)
    }

    #[test]
    fn private_members_go_no_further() {
        let jwk = Jwk::parse(okp(r#","kid":"k","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A""#).as_bytes()).unwrap();
        let written = JwkSet::from_iter([jwk.clone()]).to_json();
        assert_eq!(written, format!(r#"{{"keys":[{{"kid":"k","kty":"OKP","crv":"Ed25519","x":"{X}","use":"sig"}}]}}"#));
        assert!(!format!("{jwk:?}").contains("nWGxne"));
    }

    #[test]
    fn a_key_for_another_use_is_refused() {
        for more in [
            r#","use":"enc""#,
            r#","use":"""#,
            r#","key_ops":["sign"]"#,
            r#","key_ops":[]"#,
            r#","use":"sig","key_ops":["encrypt"]"#,
        ] {
            assert!(matches!(Jwk::parse(okp(more).as_bytes()), Err(KeyError::OtherUse { .. })), "{more}");
        }
        for more in ["", r#","use":"sig""#, r#","key_ops":["sign","verify"]"#] {
            assert!(Jwk::parse(okp(more).as_bytes()).is_ok(), "{more}");
        }
    }

    #[test]
    fn a_key_that_contradicts_itself_is_refused() {
        for more in [r#","alg":"ES256""#, r#","alg":"RS256""#] {
            assert!(matches!(Jwk::parse(okp(more).as_bytes()), Err(KeyError::Inconsistent { .. })), "{more}");
        }
        for more in [r#","alg":"HS256""#, r#","alg":"none""#, r#","alg":"eddsa""#] {
            assert!(matches!(Jwk::parse(okp(more).as_bytes()), Err(KeyError::Unsupported { .. })), "{more}");
        }
        for more in [r#","kty":"OKP""#, r#","use":null"#, r#","kid":7"#, r#","key_ops":["verify","verify"]"#, r#","alg":null"#] {
            assert!(matches!(Jwk::parse(okp(more).as_bytes()), Err(KeyError::Malformed { .. })), "{more}");
        }
    }

    #[test]
    fn coordinates_have_one_text() {
        for x in ["", "AA", &X[1..], &format!("{X}="), &format!("A{X}"), &X.replace('_', "/"), &X.replace("Ro", "Rp")] {
            let json = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#);
            assert!(Jwk::parse(json.as_bytes()).is_err(), "{x}");
        }
    }

    #[test]
    fn a_set_passes_over_keys_of_others_and_refuses_ambiguity() {
        let set = |keys: &[String]| JwkSet::parse(format!(r#"{{"keys":[{}],"more":1}}"#, keys.join(",")).as_bytes());
        let (a, b) = (okp(r#","kid":"a""#), okp(r#","kid":"b""#));
        let foreign = r#"{"kty":"AKP","alg":"SLH-DSA-SHA2-128s","kid":"c","pub":"AA"}"#.to_owned();
        let kids: Vec<_> = set(&[a.clone(), foreign, b]).unwrap().iter().map(|jwk| jwk.kid().unwrap().to_owned()).collect();
        assert_eq!(kids, ["a", "b"]);
        assert!(set(&[a.clone(), a.clone()]).is_err());
        assert!(set(&[a.clone(), r#"{"kty":"oct","k":"AAAA"}"#.to_owned()]).is_err());
        assert!(set(&[a, r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#.to_owned()]).is_err());
        assert!(JwkSet::parse(b"[]").is_err());
        assert!(JwkSet::parse(br#"{"keys":null}"#).is_err());
    }
}
