//! The little DER that tells what kind of key a file holds, and takes the public parts out of it. Private parts are read by the library.

use super::ecdsa::Curve;
use super::ml_dsa::MlDsaSet;
use super::scheme::KeyKind;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_ID: u8 = 0x06;

/// 1.3.101.112 (RFC 8410 §3).
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
/// 1.2.840.10045.2.1 (RFC 5480 §2.1.1).
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.2.840.113549.1.1.1 (RFC 8017 §A.1).
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// 2.16.840.1.101.3.4.3, under which 17, 18 and 19 are the parameter sets of ML-DSA (RFC 9881 §2).
const NIST_SIGNATURES: [u8; 8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03];

/// What kind of private key a PKCS#8 structure holds (RFC 5958 §2); `None` when it is not one, or of a kind we do not know.
pub(crate) fn pkcs8_kind(der: &[u8]) -> Option<KeyKind> {
    let mut key = Reader(Reader(der).last(SEQUENCE)?);
    key.next(INTEGER)?;
    kind(key.next(SEQUENCE)?)
}

/// Kind and bytes of the public key in a SPKI structure (RFC 5280 §4.1); `None` when it is not one, or of a kind we do not know.
pub(crate) fn subject_public_key(der: &[u8]) -> Option<(KeyKind, &[u8])> {
    let mut key = Reader(Reader(der).last(SEQUENCE)?);
    let kind = kind(key.next(SEQUENCE)?)?;
    // The first byte counts the unused bits at the end: none.
    let bytes = key.last(BIT_STRING)?.strip_prefix(&[0])?;
    Some((kind, bytes))
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017 §A.1.1), without leading zeros.
pub(crate) fn rsa_public_key(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut key = Reader(Reader(der).last(SEQUENCE)?);
    let modulus = key.next(INTEGER)?;
    let exponent = key.last(INTEGER)?;
    Some((unsigned(modulus), unsigned(exponent)))
}

fn kind(algorithm: &[u8]) -> Option<KeyKind> {
    let mut algorithm = Reader(algorithm);
    match algorithm.next(OBJECT_ID)? {
        ED25519 if algorithm.0.is_empty() => Some(KeyKind::Ed25519),
        EC_PUBLIC_KEY => {
            let curve = algorithm.last(OBJECT_ID)?;
            Curve::ALL.into_iter().find(|known| known.object_id() == curve).map(KeyKind::Ec)
        }
        RSA => Some(KeyKind::Rsa),
        [arc @ .., set] if *arc == NIST_SIGNATURES && algorithm.0.is_empty() => match set {
            17 => Some(KeyKind::MlDsa(MlDsaSet::MlDsa44)),
            18 => Some(KeyKind::MlDsa(MlDsaSet::MlDsa65)),
            19 => Some(KeyKind::MlDsa(MlDsaSet::MlDsa87)),
            _ => None,
        },
        _ => None,
    }
}

/// An INTEGER has a zero in front when its first bit is set.
fn unsigned(integer: &[u8]) -> &[u8] {
    integer.strip_prefix(&[0]).unwrap_or(integer)
}

/// Reads one element after the other.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The content of the next element, when it has that tag.
    fn next(&mut self, tag: u8) -> Option<&'a [u8]> {
        let rest = self.0.strip_prefix(&[tag])?;
        let (length, rest) = match rest {
            [short @ 0..=0x7f, rest @ ..] => (usize::from(*short), rest),
            [0x81, long @ 0x80..=0xff, rest @ ..] => (usize::from(*long), rest),
            [0x82, high @ 1..=0xff, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(content)
    }

    /// The same, when nothing comes after it.
    fn last(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next(tag).filter(|_| self.0.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_in_their_shortest_form_only() {
        assert_eq!(Reader(&[0x30, 0x02, 1, 2]).last(SEQUENCE), Some(&[1, 2][..]));
        let long: Vec<u8> = [0x30, 0x81, 0x80].into_iter().chain([7; 0x80]).collect();
        assert_eq!(Reader(&long).last(SEQUENCE), Some(&[7; 0x80][..]));
        for der in
            [&[][..], &[0x30], &[0x30, 0x80], &[0x30, 0x02, 1], &[0x30, 0x81, 0x01, 1], &[0x30, 0x82, 0x00, 0x01, 1], &[0x02, 0]]
        {
            assert_eq!(Reader(der).last(SEQUENCE), None, "{der:?}");
        }
        assert_eq!(Reader(&[0x30, 0x01, 1, 9]).last(SEQUENCE), None);
    }

    #[test]
    fn modulus_and_exponent_come_without_leading_zeros() {
        let der = [0x30, 0x08, 0x02, 0x02, 0x00, 0x91, 0x02, 0x02, 0x01, 0x03];
        assert_eq!(rsa_public_key(&der), Some((&[0x91][..], &[0x01, 0x03][..])));
    }
}
