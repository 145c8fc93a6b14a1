//! Public signature keys as JSON (RFC 7517, RFC 7518 §6, RFC 8037 §2), and their thumbprints (RFC 7638).
//!
//! 1. Private members are never read, kept or written: there is no field for them.
//! 2. A key for another use (`use` other than `sig`, `key_ops` without `verify`) is refused, and so is one whose members contradict
//!    each other.
//! 3. In a set, keys of a kind we do not know are passed over (RFC 7517 §5). The whole set is refused when a key of ours is malformed,
//!    when two keys have one `kid`, or when a symmetric key is among them: whoever published that has published a secret.

use std::collections::HashSet;

use aws_lc_rs::digest;
use cloakroom_primitives::{decode_base64url, decode_base64url_array, encode_base64url};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use crate::json::{Text, decode_object, present};
use crate::{Algorithm, KeyError};

/// The public parts of a signature key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    kid: Option<String>,
    algorithm: Option<Algorithm>,
    material: Material,
}

/// What makes one key another than the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Material {
    Ed25519 { x: [u8; 32] },
    P256 { x: [u8; 32], y: [u8; 32] },
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

impl Material {
    /// Whether a key of this material can go by that name.
    fn suits(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Ed25519 { .. } => matches!(algorithm, Algorithm::EdDsa | Algorithm::Ed25519),
            Self::P256 { .. } => algorithm == Algorithm::Es256,
            Self::Rsa { .. } => algorithm == Algorithm::Rs256,
        }
    }

    pub(crate) fn thumbprint(&self) -> String {
        use encode_base64url as encode;

        // RFC 7638 §3.2, RFC 8037 §2: the required members alone, by name, without spaces. base64url needs no escapes.
        let json = match self {
            Self::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(x)),
            Self::P256 { x, y } => format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, encode(x), encode(y)),
            Self::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, encode(e), encode(n)),
        };
        encode(digest::digest(&digest::SHA256, json.as_bytes()).as_ref())
    }
}

impl Jwk {
    /// Reads one key. Fails where the rules above say so; [`KeyError::Unsupported`] and [`KeyError::OtherUse`] mean that it is a good
    /// key for somebody else.
    pub fn parse(json: &[u8]) -> Result<Self, KeyError> {
        decode_object::<Members<'_>>(json).map_err(|_| NOT_A_JWK)?.into_jwk()
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
        match &self.material {
            Material::Ed25519 { x } => {
                map.serialize_entry("kty", "OKP")?;
                map.serialize_entry("crv", "Ed25519")?;
                map.serialize_entry("x", &encode_base64url(x))?;
            }
            Material::P256 { x, y } => {
                map.serialize_entry("kty", "EC")?;
                map.serialize_entry("crv", "P-256")?;
                map.serialize_entry("x", &encode_base64url(x))?;
                map.serialize_entry("y", &encode_base64url(y))?;
            }
            Material::Rsa { n, e } => {
                map.serialize_entry("kty", "RSA")?;
                map.serialize_entry("n", &encode_base64url(n))?;
                map.serialize_entry("e", &encode_base64url(e))?;
            }
        }
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
            match members.into_jwk() {
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

const NOT_A_JWK: KeyError = KeyError::Malformed { reason: "not a JWK or a set of them in strict JSON" };

#[derive(Deserialize)]
struct SetMembers<'a> {
    #[serde(borrow)]
    keys: Vec<Members<'a>>,
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    kty: Text<'a>,
    #[serde(borrow, default, deserialize_with = "present")]
    kid: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    alg: Option<Text<'a>>,
    #[serde(borrow, default, rename = "use", deserialize_with = "present")]
    usage: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    key_ops: Option<Vec<Text<'a>>>,
    #[serde(borrow, default, deserialize_with = "present")]
    crv: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    x: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    y: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    n: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    e: Option<Text<'a>>,
}

impl Members<'_> {
    fn into_jwk(self) -> Result<Jwk, KeyError> {
        if self.usage.as_ref().is_some_and(|usage| &*usage.0 != "sig") {
            return Err(KeyError::OtherUse { reason: "use is not sig" });
        }
        if let Some(operations) = &self.key_ops {
            check_operations(operations)?;
        }
        let algorithm = match &self.alg {
            None => None,
            Some(name) => Some(Algorithm::parse(&name.0).ok_or(KeyError::Unsupported { reason: "alg" })?),
        };
        let material = self.material()?;
        Jwk::new(self.kid.map(|kid| kid.0.into_owned()), algorithm, material)
    }

    fn material(&self) -> Result<Material, KeyError> {
        match &*self.kty.0 {
            "OKP" => match text(self.crv.as_ref())? {
                "Ed25519" => Ok(Material::Ed25519 { x: array(self.x.as_ref())? }),
                _ => Err(KeyError::Unsupported { reason: "crv" }),
            },
            "EC" => match text(self.crv.as_ref())? {
                "P-256" => Ok(Material::P256 { x: array(self.x.as_ref())?, y: array(self.y.as_ref())? }),
                _ => Err(KeyError::Unsupported { reason: "crv" }),
            },
            "RSA" => Ok(Material::Rsa { n: bytes(self.n.as_ref())?, e: bytes(self.e.as_ref())? }),
            _ => Err(KeyError::Unsupported { reason: "kty" }),
        }
    }
}

/// RFC 7517 §4.3: no operation twice, and ours among them.
fn check_operations(operations: &[Text<'_>]) -> Result<(), KeyError> {
    let different: HashSet<_> = operations.iter().map(|operation| &*operation.0).collect();
    if different.len() < operations.len() {
        return Err(KeyError::Malformed { reason: "key_ops names an operation twice" });
    }
    if different.contains("verify") { Ok(()) } else { Err(KeyError::OtherUse { reason: "key_ops has no verify" }) }
}

const MISSING: KeyError = KeyError::Malformed { reason: "a member of the key is missing" };
const NOT_CANONICAL: KeyError = KeyError::Malformed { reason: "a member of the key is not base64url of the right length" };

fn text<'a>(member: Option<&'a Text<'_>>) -> Result<&'a str, KeyError> {
    member.map(|text| &*text.0).ok_or(MISSING)
}

fn array(member: Option<&Text<'_>>) -> Result<[u8; 32], KeyError> {
    decode_base64url_array(text(member)?).map_err(|_| NOT_CANONICAL)
}

fn bytes(member: Option<&Text<'_>>) -> Result<Vec<u8>, KeyError> {
    decode_base64url(text(member)?).map_err(|_| NOT_CANONICAL)
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
        let foreign = r#"{"kty":"AKP","alg":"ML-DSA-44","kid":"c","pub":"AA"}"#.to_owned();
        let kids: Vec<_> = set(&[a.clone(), foreign, b]).unwrap().iter().map(|jwk| jwk.kid().unwrap().to_owned()).collect();
        assert_eq!(kids, ["a", "b"]);
        assert!(set(&[a.clone(), a.clone()]).is_err());
        assert!(set(&[a.clone(), r#"{"kty":"oct","k":"AAAA"}"#.to_owned()]).is_err());
        assert!(set(&[a, r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#.to_owned()]).is_err());
        assert!(JwkSet::parse(b"[]").is_err());
        assert!(JwkSet::parse(br#"{"keys":null}"#).is_err());
    }
}
