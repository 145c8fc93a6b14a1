//! How hard a value is to guess, as far as its spelling tells.
//!
//! 1. Bits are an upper bound from length and alphabet: `min(n·log2 A, n·log2 u + 8)`, `A` the alphabet in use, `u` the different
//!    characters. Three or fewer different characters are worth their number in bits.
//! 2. A value that follows from something public has no bits, however random it looks: a count, a time, an address, the fingerprint of a
//!    small number.

use std::collections::HashSet;
use std::sync::OnceLock;

use aws_lc_rs::digest;
use cloakroom_primitives::Timestamp;
use md5::{Digest as _, Md5};

use super::encoding::hex;
use super::moment::is_plausible_second;

/// Estimated bits of a run of characters.
pub(crate) fn estimated_bits(text: &str) -> f64 {
    let different = text.bytes().collect::<HashSet<_>>().len();
    if different <= 3 {
        return length(different);
    }
    let characters = length(text.len());
    (characters * alphabet(text).log2()).min(characters.mul_add(length(different).log2(), 8.0))
}

/// Estimated bits of the longest run of characters that could be random; what dots, colons and the like separate is looked at alone.
pub(crate) fn bits_of_longest_run(text: &str) -> f64 {
    text.split(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '+' | '/')))
        .map(|run| if is_uuid(run) { uuid_bits(run) } else { estimated_bits(run) })
        .fold(0.0, f64::max)
}

/// A count as a number; no text is longer than four billion characters.
pub(crate) fn length(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn alphabet(text: &str) -> f64 {
    let has = |wanted: fn(&u8) -> bool| text.bytes().any(|byte| wanted(&byte));
    let digits_only = text.bytes().all(|byte| byte.is_ascii_digit());
    let hex_only = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (lower, upper) = (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
    if digits_only {
        10.0
    } else if hex_only && !(lower && upper) {
        16.0
    } else if text.bytes().any(|byte| !byte.is_ascii_alphanumeric()) {
        64.0
    } else if lower && upper {
        62.0
    } else {
        36.0
    }
}

/// Whether a value has the look of something drawn at random.
pub(crate) fn looks_random(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'.' | b'~' | b'-' | b'*');
    if text.len() < 16 || !text.bytes().all(allowed) {
        return false;
    }
    if text.bytes().filter(|&byte| byte == b'*').count() >= 8 {
        return true;
    }
    if text.bytes().collect::<HashSet<_>>().len() < 8 {
        return false;
    }
    let bytes = text.as_bytes();
    let pairs = || bytes.windows(2).filter(|pair| pair.iter().all(u8::is_ascii_alphanumeric));
    let changes = pairs().filter(|pair| kind(pair[0]) != kind(pair[1])).count();
    let all = pairs().count();
    all > 0 && changes * 100 > all * 18
}

fn kind(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        _ => 2,
    }
}

/// Whether it is spelled like a UUID, 8-4-4-4-12.
pub(crate) fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').take(6).collect();
    groups.len() == 5
        && groups
            .iter()
            .zip([8, 4, 4, 4, 12])
            .all(|(group, length)| group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'*'))
}

/// The version digit of a UUID.
pub(crate) fn uuid_version(text: &str) -> Option<u8> {
    is_uuid(text).then(|| text.as_bytes()[14]).filter(u8::is_ascii_digit).map(|digit| digit - b'0')
}

/// Random bits of a UUID: 122 of version 4, what is left beside time and machine of the others.
fn uuid_bits(text: &str) -> f64 {
    match uuid_version(text) {
        Some(1 | 6) => 14.0,
        Some(7) => 74.0,
        _ => 122.0,
    }
}

/// Whether the value follows from something everybody knows or can count up.
pub(crate) fn is_predictable(value: &str, user_names: &[&str], now: Timestamp) -> bool {
    let value = value.trim();
    if value.is_empty() || value.contains('*') {
        return false;
    }
    value.bytes().all(|byte| byte.is_ascii_digit())
        || is_email_address(value)
        || counts_up(value)
        || is_written_time(value, now)
        || is_fingerprint_of(value, user_names)
        || user_names.contains(&value)
}

fn counts_up(value: &str) -> bool {
    value.len() >= 4
        && value.as_bytes().windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1) || (pair[0] == b'9' && pair[1] == b'0'))
}

fn is_written_time(value: &str, now: Timestamp) -> bool {
    let hex = u64::from_str_radix(value, 16).ok().filter(|_| value.len() == 8);
    hex.is_some_and(|second| is_plausible_second(second, now)) || value.parse::<jiff::Timestamp>().is_ok()
}

/// Whether it has the shape of an e-mail address.
pub(crate) fn is_email_address(value: &str) -> bool {
    let Some((local, domain)) = value.split_once('@') else { return false };
    !local.is_empty()
        && value.len() <= 254
        && domain.contains('.')
        && domain
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        && local
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'/' | b':' | b'@' | b'<' | b'>' | b'"' | b'\\' | b'(' | b')'))
}

/// The fingerprints of the numbers below 100,000: MD5, SHA-1 and SHA-256. Made on first use, because most pastes hold no fingerprint.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints([OnceLock<HashSet<[u8; 8]>>; 3]);

impl Fingerprints {
    /// Whether the value is the fingerprint of a small number.
    pub(crate) fn is_of_small_number(&self, value: &str) -> bool {
        let Some((algorithm, wanted)) = fingerprint(value) else { return false };
        let Some(head) = wanted.first_chunk::<8>() else { return false };
        let known = self.0[algorithm as usize].get_or_init(|| {
            (0..100_000_u32)
                .filter_map(|number| algorithm.of(number.to_string().as_bytes()).first_chunk::<8>().copied())
                .collect()
        });
        known.contains(head)
    }
}

/// Whether the value is the fingerprint of one of these words.
fn is_fingerprint_of(value: &str, words: &[&str]) -> bool {
    fingerprint(value).is_some_and(|(algorithm, wanted)| words.iter().any(|word| algorithm.of(word.as_bytes()) == wanted))
}

fn fingerprint(value: &str) -> Option<(Fingerprint, Vec<u8>)> {
    let algorithm = match value.len() {
        32 => Fingerprint::Md5,
        40 => Fingerprint::Sha1,
        64 => Fingerprint::Sha256,
        _ => return None,
    };
    Some((algorithm, hex(value)?))
}

#[derive(Clone, Copy)]
enum Fingerprint {
    Md5,
    Sha1,
    Sha256,
}

impl Fingerprint {
    fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => Md5::digest(bytes).to_vec(),
            Self::Sha1 => digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec(),
            Self::Sha256 => digest::digest(&digest::SHA256, bytes).as_ref().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_521_600);

    #[test]
    fn bits_follow_from_length_and_alphabet() {
        for (text, least, most) in [
            ("AAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0.0, 3.0),
            ("hakh10ex4jq66dh1od9hugvxpu95zr4k", 120.0, 166.0),
            ("87066c9f5b17a1b833a0fe8d0006a4bb", 127.9, 128.1),
            ("12345678", 20.0, 27.0),
            ("0a2ef0e5-7d5f-4a1a-9e6f-3d1c1f6b7a11", 121.9, 122.1),
        ] {
            let bits = bits_of_longest_run(text);
            assert!((least..=most).contains(&bits), "{text}: {bits}");
        }
    }

    #[test]
    fn what_everybody_knows_is_predictable() {
        for value in ["42", "ada@example.com", "ada", "6b057bc8", "2026-11-24T12:00:00Z", "8c8d357b5e872bbacd45197626bd5759"] {
            assert!(is_predictable(value, &["ada", "12345"], NOW), "{value}");
        }
        for value in ["Zx81kQpL0vT3mNw7RyUc5BdHfGj2sXaE", "9a4c8750e2437ff30b96c79146a55427", "hello", "**", ""] {
            assert!(!is_predictable(value, &["ada"], NOW), "{value}");
        }
    }

    #[test]
    fn a_small_number_is_found_behind_its_fingerprint() {
        let fingerprints = Fingerprints::default();
        for value in [
            "b52340b4de4566b804c9880aa0b4af5f",
            "8F14E45FCEEA167A5A36DEDD4BEA2543",
            "902ba3cda1883801594b6e1b452790cc53948fda",
            "7902699be42c8a8e46fbbb4501726517e86b22c56a189f7625a6da49081b2451",
        ] {
            assert!(fingerprints.is_of_small_number(value), "{value}");
        }
        assert!(!fingerprints.is_of_small_number("9a4c8750e2437ff30b96c79146a55427"));
    }

    #[test]
    fn words_do_not_look_random() {
        for (text, random) in [
            ("m3JSzkQsXqeqdTPjNtxjd4YMnf4jDHqcR19WzKOXpCQ", true),
            ("some-long-preference-value", false),
            ("abababababababababab", false),
            ("short1A", false),
            ("Zx******************************", true),
            ("My login does not work", false),
        ] {
            assert_eq!(looks_random(text), random, "{text}");
        }
    }
}
