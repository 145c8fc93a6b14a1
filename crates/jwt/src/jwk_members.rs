//! The members of a JWK as they stand in the text (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2, RFC 9964 §3).
//!
//! Public, private and symmetric keys are read by three types with three sets of members, so what is not asked for is not read: a public
//! key has no field that a private number could go into.

use std::borrow::Cow;
use std::collections::HashSet;

use cloakroom_primitives::{decode_base64url, decode_base64url_array};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::crypto::{KeyKind, RsaPrivate};
use crate::json::{Text, decode_object, present};
use crate::material::{Material, curve_named};
use crate::{Algorithm, KeyError};

pub(crate) const NOT_A_JWK: KeyError = KeyError::Malformed { reason: "not a JWK or a set of them in strict JSON" };
const MISSING: KeyError = KeyError::Malformed { reason: "a member of the key is missing" };
const NOT_CANONICAL: KeyError = KeyError::Malformed { reason: "a member of the key is not base64url of the right length" };

/// The public members.
#[derive(Deserialize)]
pub(crate) struct PublicMembers<'a> {
    #[serde(borrow)]
    pub(crate) kty: Text<'a>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub(crate) kid: Option<Text<'a>>,
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
    #[serde(borrow, default, rename = "pub", deserialize_with = "present")]
    public: Option<Text<'a>>,
}

/// A key set: public members only.
#[derive(Deserialize)]
pub(crate) struct SetMembers<'a> {
    #[serde(borrow)]
    pub(crate) keys: Vec<PublicMembers<'a>>,
}

/// What a public JWK says, sorted.
pub(crate) struct PublicParts {
    pub(crate) kid: Option<String>,
    pub(crate) algorithm: Option<Algorithm>,
    pub(crate) material: Material,
}

impl PublicMembers<'_> {
    /// Sorts the members of a key that is to do `operation` (`verify` or `sign`).
    pub(crate) fn into_parts(self, operation: &str) -> Result<PublicParts, KeyError> {
        check_use(self.usage.as_ref(), self.key_ops.as_deref(), operation)?;
        let algorithm = match &self.alg {
            None => None,
            Some(name) => Some(Algorithm::parse(&name.0).ok_or(KeyError::Unsupported { reason: "alg" })?),
        };
        let material = self.material(algorithm)?;
        Ok(PublicParts { kid: self.kid.map(|kid| kid.0.into_owned()), algorithm, material })
    }

    fn material(&self, algorithm: Option<Algorithm>) -> Result<Material, KeyError> {
        match &*self.kty.0 {
            "OKP" => match text(self.crv.as_ref())? {
                "Ed25519" => {
                    let x = decode_base64url_array(text(self.x.as_ref())?).map_err(|_| NOT_CANONICAL)?;
                    Ok(Material::Ed25519 { x })
                }
                _ => Err(KeyError::Unsupported { reason: "crv" }),
            },
            "EC" => {
                let curve = curve_named(text(self.crv.as_ref())?).ok_or(KeyError::Unsupported { reason: "crv" })?;
                let (x, y) = (bytes(self.x.as_ref())?, bytes(self.y.as_ref())?);
                let length = curve.coordinate_length();
                if x.len() != length || y.len() != length { Err(NOT_CANONICAL) } else { Ok(Material::Ec { curve, x, y }) }
            }
            "RSA" => Ok(Material::Rsa { n: bytes(self.n.as_ref())?, e: bytes(self.e.as_ref())? }),
            // RFC 9964 §3: `alg` is required, and says what `pub` is.
            "AKP" => match algorithm.ok_or(MISSING)?.scheme().kind() {
                KeyKind::MlDsa(set) => Ok(Material::MlDsa { set, key: bytes(self.public.as_ref())? }),
                _ => Err(KeyError::Inconsistent { reason: "alg is not for this kind of key" }),
            },
            _ => Err(KeyError::Unsupported { reason: "kty" }),
        }
    }
}

/// The private members. The decoded numbers are wiped when dropped; the text is its owner's to wipe.
#[derive(Deserialize)]
pub(crate) struct PrivateMembers<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    d: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    p: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    q: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    dp: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    dq: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    qi: Option<Text<'a>>,
    #[serde(default, deserialize_with = "present")]
    oth: Option<serde::de::IgnoredAny>,
    #[serde(borrow, default, rename = "priv", deserialize_with = "present")]
    private: Option<Text<'a>>,
}

impl PrivateMembers<'_> {
    /// Reads the private members of a text that is read as a public key too.
    pub(crate) fn parse(json: &[u8]) -> Result<PrivateMembers<'_>, KeyError> {
        decode_object(json).map_err(|_| NOT_A_JWK)
    }

    /// `d` of an `OKP` or `EC` key.
    pub(crate) fn number(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        secret(self.d.as_ref())
    }

    /// `priv` of an `AKP` key.
    pub(crate) fn seed(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        secret(self.private.as_ref())
    }

    /// The six private numbers of an `RSA` key; all of them are needed, and no more than two primes are read.
    pub(crate) fn rsa(&self) -> Result<RsaPrivate, KeyError> {
        if self.oth.is_some() {
            return Err(KeyError::Unsupported { reason: "an RSA key of more than two primes" });
        }
        Ok(RsaPrivate {
            d: secret(self.d.as_ref())?,
            p: secret(self.p.as_ref())?,
            q: secret(self.q.as_ref())?,
            dp: secret(self.dp.as_ref())?,
            dq: secret(self.dq.as_ref())?,
            qi: secret(self.qi.as_ref())?,
        })
    }
}

/// The members of a symmetric key (RFC 7518 §6.4).
#[derive(Deserialize)]
pub(crate) struct SymmetricMembers<'a> {
    #[serde(borrow)]
    pub(crate) kty: Text<'a>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub(crate) kid: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub(crate) alg: Option<Text<'a>>,
    #[serde(borrow, default, rename = "use", deserialize_with = "present")]
    usage: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    key_ops: Option<Vec<Text<'a>>>,
    #[serde(borrow, default, deserialize_with = "present")]
    k: Option<Text<'a>>,
}

/// A set of symmetric keys.
#[derive(Deserialize)]
pub(crate) struct SymmetricSetMembers<'a> {
    #[serde(borrow)]
    pub(crate) keys: Vec<SymmetricMembers<'a>>,
}

impl SymmetricMembers<'_> {
    /// The secret, when the key is one for checking MACs.
    pub(crate) fn secret(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        check_use(self.usage.as_ref(), self.key_ops.as_deref(), "verify")?;
        secret(self.k.as_ref())
    }
}

/// RFC 7517 §4.2, §4.3: for signatures, no operation twice, and ours among them.
fn check_use(usage: Option<&Text<'_>>, operations: Option<&[Text<'_>]>, ours: &str) -> Result<(), KeyError> {
    if usage.is_some_and(|usage| &*usage.0 != "sig") {
        return Err(KeyError::OtherUse { reason: "use is not sig" });
    }
    let Some(operations) = operations else { return Ok(()) };
    let different: HashSet<_> = operations.iter().map(|operation| &*operation.0).collect();
    if different.len() < operations.len() {
        return Err(KeyError::Malformed { reason: "key_ops names an operation twice" });
    }
    if different.contains(ours) { Ok(()) } else { Err(KeyError::OtherUse { reason: "key_ops has not our operation" }) }
}

fn text<'a>(member: Option<&'a Text<'_>>) -> Result<&'a str, KeyError> {
    member.map(|text| &*text.0).ok_or(MISSING)
}

fn bytes(member: Option<&Text<'_>>) -> Result<Vec<u8>, KeyError> {
    decode_base64url(text(member)?).map_err(|_| NOT_CANONICAL)
}

fn secret(member: Option<&Text<'_>>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    // base64url needs no escapes, and a text that had some has been copied to where nobody wipes it.
    if member.is_some_and(|text| matches!(text.0, Cow::Owned(_))) {
        return Err(NOT_CANONICAL);
    }
    bytes(member).map(Zeroizing::new)
}
