//! Claims, generated: each token says something else, and some of it is hard to write down.

use cloakroom_jwt::{Audience, NumericDate, RegisteredClaims};
use cloakroom_primitives::{Random, SeededRandom, Timestamp};

/// A moment between all `nbf` and all `exp`, near to the clock of the machine that the other libraries look at.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

const LETTERS: [char; 24] = [
    'a',
    'Z',
    '0',
    ' ',
    '"',
    '\\',
    '/',
    '\'',
    '<',
    '&',
    '.',
    ':',
    '\u{1}',
    '\u{1f}',
    '\n',
    '\u{7f}',
    'é',
    'ß',
    '漢',
    '\u{2028}',
    '\u{feff}',
    '\u{fffd}',
    '🧥',
    '\u{10ffff}',
];

/// The claims of the token with that number; the same in every run.
pub(crate) fn numbered(number: usize) -> RegisteredClaims {
    let mut draw = [0; 64];
    SeededRandom::new(number as u64).fill(&mut draw);
    let seconds = |bytes: &[u8]| u64::from(u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]));
    let date = |from: u64, bytes: &[u8]| NumericDate::at(Timestamp::from_seconds(from + seconds(bytes)));
    let audience = || "api".to_owned();
    RegisteredClaims {
        iss: Some("https://id.example".to_owned()),
        sub: Some(draw[..usize::from(draw[40] % 40)].iter().map(|byte| LETTERS[usize::from(*byte) % LETTERS.len()]).collect()),
        aud: Some(match draw[41] % 3 {
            0 => Audience::One(audience()),
            1 => Audience::Many(vec![audience()]),
            _ => Audience::Many(vec!["w\"eb".to_owned(), audience(), String::new()]),
        }),
        exp: Some(date(4_000_000_000, &draw[42..])),
        nbf: (draw[45] % 2 == 0).then(|| date(1_600_000_000, &draw[46..])),
        iat: (draw[49] % 4 != 0).then(|| date(1_600_000_000, &draw[50..])),
        jti: (draw[53] % 2 == 0).then(|| number.to_string()),
    }
}
