//! Spellings of bytes: base64 in all its dialects, base62, hex, percent. Lenient where a value is read, exact where its spelling is judged.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// Bytes behind a base64 spelling, and what that spelling is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) bytes: Vec<u8>,
    /// Which of the two alphabets it is written in.
    pub(crate) alphabet: Alphabet,
    /// Ends in `=`.
    pub(crate) is_padded: bool,
    /// The unused bits of the last character are not all zero, so that the same bytes can be written in another way.
    pub(crate) has_stray_bits: bool,
}

/// The alphabet of a base64 spelling, as far as its characters tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// Nothing but letters and digits: either.
    Either,
    /// Has `-` or `_`.
    Url,
    /// Has `+` or `/`.
    Standard,
    /// Has characters of both.
    Mixed,
}

impl Decoded {
    /// Whether nothing about the spelling is odd: one alphabet, no stray bits.
    pub(crate) const fn is_regular(&self) -> bool {
        !self.has_stray_bits && !matches!(self.alphabet, Alphabet::Mixed)
    }
}

/// Reads base64 of either alphabet, padded or not; a `*` (a blanked character) is read as zero bits.
pub(crate) fn base64(text: &str) -> Option<Decoded> {
    if text.is_empty() || !text.is_ascii() {
        return None;
    }
    let body = text.trim_end_matches('=');
    if text.len() - body.len() > 2 || body.len() % 4 == 1 {
        return None;
    }
    let mut plain = body.as_bytes().to_vec();
    let (mut is_url, mut is_standard) = (false, false);
    for byte in &mut plain {
        match *byte {
            b'-' | b'_' => is_url = true,
            b'+' => (is_standard, *byte) = (true, b'-'),
            b'/' => (is_standard, *byte) = (true, b'_'),
            b'*' => *byte = b'A',
            _ => {}
        }
    }
    let bytes = LENIENT.decode(&plain).ok()?;
    let unused = [0, 0, 0b1111, 0b11][plain.len() % 4];
    let has_stray_bits = plain.last().and_then(|&last| digit64(last)).is_some_and(|digit| digit & unused != 0);
    let alphabet = match (is_url, is_standard) {
        (false, false) => Alphabet::Either,
        (true, false) => Alphabet::Url,
        (false, true) => Alphabet::Standard,
        (true, true) => Alphabet::Mixed,
    };
    Some(Decoded { bytes, alphabet, is_padded: body.len() < text.len(), has_stray_bits })
}

fn digit64(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    })
}

/// How many bytes a base64 text of so many characters, padding not counted, stands for.
pub(crate) const fn decoded_length(characters: usize) -> usize {
    characters * 3 / 4
}

/// Which characters of a base64 text spell these bytes, wholly or in part.
pub(crate) fn characters_of(bytes: std::ops::Range<usize>) -> std::ops::Range<usize> {
    bytes.start * 8 / 6..(bytes.end * 8).div_ceil(6)
}

/// Reads hex digits, at least two.
pub(crate) fn hex(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    text.as_bytes().chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Reads base62 (`0-9A-Za-z`) as one big number. At most 400 characters: longer ones cost more than they tell.
pub(crate) fn base62(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || text.len() > 400 {
        return None;
    }
    let mut number: Vec<u8> = Vec::new(); // least byte first
    for byte in text.bytes() {
        let mut carry = match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            b'A'..=b'Z' => u32::from(byte - b'A') + 10,
            b'a'..=b'z' => u32::from(byte - b'a') + 36,
            _ => return None,
        };
        for place in &mut number {
            carry += u32::from(*place) * 62;
            *place = carry as u8;
            carry >>= 8;
        }
        if carry > 0 {
            number.push(carry as u8);
        }
    }
    number.reverse();
    Some(number)
}

/// Undoes percent-encoding, once. `None` when nothing is encoded, or when the result is no text.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let has_code =
        text.as_bytes().windows(3).any(|code| code[0] == b'%' && code[1].is_ascii_hexdigit() && code[2].is_ascii_hexdigit());
    has_code.then(|| percent_encoding::percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_of_base64_is_read_and_judged() {
        for (text, bytes, regular) in [
            ("AQ", Some(vec![1]), true),
            ("AQ==", Some(vec![1]), true),
            ("AR", Some(vec![1]), false),
            ("-_8", Some(vec![0xfb, 0xff]), true),
            ("+/8", Some(vec![0xfb, 0xff]), true),
            ("+_8", Some(vec![0xfb, 0xff]), false),
            ("**", Some(vec![0]), true),
            ("A", None, true),
            ("", None, true),
            ("AQ===", None, true),
            ("A Q", None, true),
            ("é", None, true),
        ] {
            let decoded = base64(text);
            assert_eq!(decoded.as_ref().map(|decoded| decoded.bytes.clone()), bytes, "{text}");
            if let Some(decoded) = decoded {
                assert_eq!(decoded.is_regular(), regular, "{text}");
            }
        }
    }

    #[test]
    fn characters_cover_the_bytes_they_spell() {
        for (bytes, characters) in [(0..3, 0..4), (1..2, 1..3), (4..6, 5..8), (0..0, 0..0)] {
            assert_eq!(characters_of(bytes), characters);
        }
    }

    #[test]
    fn other_spellings_are_read() {
        assert_eq!(hex("00fF"), Some(vec![0, 255]));
        assert_eq!(hex("0"), None);
        assert_eq!(hex("éé"), None);
        assert_eq!(base62("10"), Some(vec![62]));
        assert_eq!(base62("48"), Some(vec![1, 0]));
        assert_eq!(base62("a-b"), None);
        assert_eq!(percent_decoded("s%3Ax"), Some("s:x".into()));
        assert_eq!(percent_decoded("100%"), None);
        assert_eq!(percent_decoded("%ff"), None);
    }
}
