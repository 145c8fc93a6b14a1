//! What makes one public key another than the next: its kind and its numbers, and the name that follows from them (RFC 7638).
//!
//! 1. Numbers have one text: canonical base64url of the one length their kind has.
//! 2. The thumbprint is over the required members alone, in the order of their names, without spaces (RFC 7638 §3.2; RFC 8037 §2 for
//!    `OKP`, RFC 9964 §6 for `AKP`). What a key is called and what else its JWK says does not change it.

use aws_lc_rs::digest;
use cloakroom_primitives::encode_base64url;
use serde::ser::SerializeMap;

use crate::crypto::{Curve, KeyKind, MlDsaSet, rsa_public_key};
use crate::{Algorithm, KeyError};

/// The public numbers of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Material {
    Ed25519 {
        x: [u8; 32],
    },
    /// Both coordinates have the length of the curve.
    Ec {
        curve: Curve,
        x: Vec<u8>,
        y: Vec<u8>,
    },
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    MlDsa {
        set: MlDsaSet,
        key: Vec<u8>,
    },
}

impl Material {
    /// Takes the bytes that a SPKI structure, or the cryptographic library, has for a key of that kind.
    pub(crate) fn from_public_key(kind: KeyKind, bytes: &[u8]) -> Result<Self, KeyError> {
        match kind {
            KeyKind::Ed25519 => {
                let x = bytes.try_into().map_err(|_| KeyError::Malformed { reason: "an Ed25519 key that has not 32 bytes" })?;
                Ok(Self::Ed25519 { x })
            }
            KeyKind::Ec(curve) => {
                let not_uncompressed = KeyError::Unsupported { reason: "an EC point that is not uncompressed" };
                let coordinates = bytes.strip_prefix(&[4]).ok_or(not_uncompressed)?;
                let (x, y) = coordinates.split_at_checked(curve.coordinate_length()).ok_or(not_uncompressed)?;
                Ok(Self::Ec { curve, x: x.to_vec(), y: y.to_vec() })
            }
            KeyKind::Rsa => {
                let (n, e) = rsa_public_key(bytes).ok_or(KeyError::Malformed { reason: "not an RSAPublicKey" })?;
                Ok(Self::Rsa { n: n.to_vec(), e: e.to_vec() })
            }
            KeyKind::MlDsa(set) => Ok(Self::MlDsa { set, key: bytes.to_vec() }),
        }
    }

    pub(crate) const fn kind(&self) -> KeyKind {
        match self {
            Self::Ed25519 { .. } => KeyKind::Ed25519,
            Self::Ec { curve, .. } => KeyKind::Ec(*curve),
            Self::Rsa { .. } => KeyKind::Rsa,
            Self::MlDsa { set, .. } => KeyKind::MlDsa(*set),
        }
    }

    /// Whether a key of this material can go by that name.
    pub(crate) fn suits(&self, algorithm: Algorithm) -> bool {
        algorithm.scheme().kind() == self.kind()
    }

    /// The name that a key of this material goes by when it came without one.
    pub(crate) const fn usual_name(&self) -> Algorithm {
        match self.kind() {
            KeyKind::Ed25519 => Algorithm::EdDsa,
            KeyKind::Ec(Curve::P256) => Algorithm::Es256,
            KeyKind::Ec(Curve::P384) => Algorithm::Es384,
            KeyKind::Ec(Curve::P521) => Algorithm::Es512,
            KeyKind::Rsa => Algorithm::Rs256,
            KeyKind::MlDsa(set) => ml_dsa_name(set),
        }
    }

    pub(crate) fn thumbprint(&self) -> String {
        use encode_base64url as encode;

        // base64url and the names of curves and algorithms need no escapes.
        let json = match self {
            Self::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(x)),
            Self::Ec { curve, x, y } => {
                format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, curve_name(*curve), encode(x), encode(y))
            }
            Self::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, encode(e), encode(n)),
            Self::MlDsa { set, key } => format!(r#"{{"alg":"{}","kty":"AKP","pub":"{}"}}"#, ml_dsa_name(*set), encode(key)),
        };
        encode(digest::digest(&digest::SHA256, json.as_bytes()).as_ref())
    }

    /// Writes the members of a JWK that are the key itself. `alg`, which an `AKP` key needs too, is left to the JWK.
    pub(crate) fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::Ed25519 { x } => {
                map.serialize_entry("kty", "OKP")?;
                map.serialize_entry("crv", "Ed25519")?;
                map.serialize_entry("x", &encode_base64url(x))
            }
            Self::Ec { curve, x, y } => {
                map.serialize_entry("kty", "EC")?;
                map.serialize_entry("crv", curve_name(*curve))?;
                map.serialize_entry("x", &encode_base64url(x))?;
                map.serialize_entry("y", &encode_base64url(y))
            }
            Self::Rsa { n, e } => {
                map.serialize_entry("kty", "RSA")?;
                map.serialize_entry("n", &encode_base64url(n))?;
                map.serialize_entry("e", &encode_base64url(e))
            }
            Self::MlDsa { key, .. } => {
                map.serialize_entry("kty", "AKP")?;
                map.serialize_entry("pub", &encode_base64url(key))
            }
        }
    }
}

/// The `crv` of a curve (RFC 7518 §6.2.1.1).
const fn curve_name(curve: Curve) -> &'static str {
    match curve {
        Curve::P256 => "P-256",
        Curve::P384 => "P-384",
        Curve::P521 => "P-521",
    }
}

/// The curve of that `crv`; `None` when it is not one we know.
pub(crate) fn curve_named(name: &str) -> Option<Curve> {
    Curve::ALL.into_iter().find(|curve| curve_name(*curve) == name)
}

const fn ml_dsa_name(set: MlDsaSet) -> Algorithm {
    match set {
        MlDsaSet::MlDsa44 => Algorithm::MlDsa44,
        MlDsaSet::MlDsa65 => Algorithm::MlDsa65,
        MlDsaSet::MlDsa87 => Algorithm::MlDsa87,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_name_is_one_that_suits() {
        let ec =
            |curve: Curve| Material::Ec { curve, x: vec![0; curve.coordinate_length()], y: vec![0; curve.coordinate_length()] };
        let ml_dsa = |set| Material::MlDsa { set, key: Vec::new() };
        let materials = [
            Material::Ed25519 { x: [0; 32] },
            ec(Curve::P256),
            ec(Curve::P384),
            ec(Curve::P521),
            Material::Rsa { n: vec![1], e: vec![1] },
            ml_dsa(MlDsaSet::MlDsa44),
            ml_dsa(MlDsaSet::MlDsa65),
            ml_dsa(MlDsaSet::MlDsa87),
        ];
        for material in &materials {
            assert!(material.suits(material.usual_name()), "{material:?}");
        }
        for algorithm in Algorithm::ALL {
            assert_eq!(materials.iter().filter(|material| material.suits(algorithm)).count(), 1, "{algorithm}");
        }
    }
}
