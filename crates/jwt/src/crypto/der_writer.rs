//! The little DER that hands private numbers to the library, which takes them in structures alone. What is written is wiped when dropped.

use zeroize::Zeroizing;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;

/// 1.2.840.10045.2.1, with tag and length (RFC 5480 §2.1.1).
const EC_PUBLIC_KEY: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

/// An EC private key in PKCS#8 (RFC 5208 §5, RFC 5915 §3) without its public point, which the library computes.
pub(crate) fn ec_private_key(curve: &[u8], number: &[u8]) -> Zeroizing<Vec<u8>> {
    let algorithm = element(SEQUENCE, &[EC_PUBLIC_KEY, &element(0x06, &[curve])]);
    let key = element(SEQUENCE, &[&element(INTEGER, &[&[1]]), &element(OCTET_STRING, &[number])]);
    element(SEQUENCE, &[&element(INTEGER, &[&[0]]), &algorithm, &element(OCTET_STRING, &[&key])])
}

/// An `RSAPrivateKey` (RFC 8017 §A.1.2) of the eight numbers that follow its version, big-endian.
pub(crate) fn rsa_private_key(numbers: [&[u8]; 8]) -> Zeroizing<Vec<u8>> {
    let mut content = element(INTEGER, &[&[0]]);
    for number in numbers {
        content.extend_from_slice(&unsigned(number));
    }
    element(SEQUENCE, &[&content])
}

/// An INTEGER has no more zeros in front than keep it from being negative.
fn unsigned(number: &[u8]) -> Zeroizing<Vec<u8>> {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let digits = &number[start..];
    let sign: &[u8] = if digits.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
    element(INTEGER, &[sign, digits])
}

fn element(tag: u8, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    // The room is taken at once: a buffer that grows leaves copies behind.
    let mut der = Zeroizing::new(Vec::with_capacity(length + 5));
    der.push(tag);
    let bytes = length.to_be_bytes();
    let digits = &bytes[bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1)..];
    if length >= 0x80 {
        der.push(0x80 | digits.len() as u8);
    }
    der.extend_from_slice(digits);
    for part in parts {
        der.extend_from_slice(part);
    }
    der
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_takes_no_more_bytes_than_it_needs() {
        for (length, head) in
            [(0, &[4, 0][..]), (0x7f, &[4, 0x7f]), (0x80, &[4, 0x81, 0x80]), (0xff, &[4, 0x81, 0xff]), (0x100, &[4, 0x82, 1, 0])]
        {
            let der = element(OCTET_STRING, &[&vec![7; length]]);
            assert_eq!((&der[..head.len()], der.len()), (head, head.len() + length));
        }
    }

    #[test]
    fn an_integer_is_never_negative_and_never_longer_than_it_must() {
        for (number, der) in [
            (&[][..], &[2, 1, 0][..]),
            (&[0, 0], &[2, 1, 0]),
            (&[1], &[2, 1, 1]),
            (&[0, 0x7f], &[2, 1, 0x7f]),
            (&[0x80], &[2, 2, 0, 0x80]),
        ] {
            assert_eq!(&unsigned(number)[..], der);
        }
    }
}
