//! Reads Erlang's external term format as far as sessions use it: maps, tuples, lists, atoms, binaries, numbers.

use serde_json::{Map, Value, json};

const DEPTH: usize = 32;

/// Reads one term; `None` for kinds that sessions do not hold, and for bytes that end too early.
pub(crate) fn term(bytes: &[u8]) -> Option<Value> {
    let mut rest = bytes.strip_prefix(&[131])?;
    read(&mut rest, 0)
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn number(rest: &mut &[u8], bytes: usize) -> Option<usize> {
    Some(take(rest, bytes)?.iter().fold(0, |number, &byte| number << 8 | usize::from(byte)))
}

fn text(bytes: &[u8]) -> Value {
    String::from_utf8_lossy(bytes).into_owned().into()
}

fn read(rest: &mut &[u8], depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    Some(match take(rest, 1)?[0] {
        70 => json!(f64::from_be_bytes(take(rest, 8)?.try_into().ok()?)),
        97 => number(rest, 1)?.into(),
        98 => i32::from_be_bytes(take(rest, 4)?.try_into().ok()?).into(),
        100 | 118 => {
            let length = number(rest, 2)?;
            atom(take(rest, length)?)
        }
        119 => {
            let length = number(rest, 1)?;
            atom(take(rest, length)?)
        }
        104 => {
            let count = number(rest, 1)?;
            list(rest, count, depth)?
        }
        106 => Value::Array(Vec::new()),
        107 => {
            let length = number(rest, 2)?;
            text(take(rest, length)?)
        }
        108 => {
            let count = number(rest, 4)?;
            let elements = list(rest, count, depth)?;
            read(rest, depth + 1)?;
            elements
        }
        109 => {
            let length = number(rest, 4)?;
            text(take(rest, length)?)
        }
        110 => {
            let length = number(rest, 1)?;
            let is_negative = number(rest, 1)? == 1;
            let magnitude =
                take(rest, length)?.iter().rev().fold(0_u128, |number, &byte| number.wrapping_shl(8) | u128::from(byte));
            let magnitude = i64::try_from(magnitude).ok().filter(|_| length <= 8)?;
            (if is_negative { -magnitude } else { magnitude }).into()
        }
        116 => {
            let count = number(rest, 4)?;
            let mut members = Map::new();
            for _ in 0..count {
                let key = read(rest, depth + 1)?;
                let name = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                members.insert(name, read(rest, depth + 1)?);
            }
            Value::Object(members)
        }
        _ => return None,
    })
}

fn atom(name: &[u8]) -> Value {
    match name {
        b"nil" => Value::Null,
        b"true" => true.into(),
        b"false" => false.into(),
        other => text(other),
    }
}

fn list(rest: &mut &[u8], count: usize, depth: usize) -> Option<Value> {
    let mut elements = Vec::new();
    for _ in 0..count {
        elements.push(read(rest, depth + 1)?);
    }
    Some(Value::Array(elements))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_read_and_nonsense_is_not() {
        let bytes = crate::classify::encoding::base64(
            "g3QAAAACbQAAAAtfY3NyZl90b2tlbm0AAAAYYWJjREVGMTIzYWJjREVGMTIzYWJjREVGbQAAAAd1c2VyX2lkYSo",
        )
        .unwrap()
        .bytes;
        assert_eq!(term(&bytes), Some(json!({"_csrf_token": "abcDEF123abcDEF123abcDEF", "user_id": 42})));
        for other in [
            &b""[..],
            b"\x83",
            b"\x83\x74\xff\xff\xff\xff",
            b"\x83\x6d\x00\x00\x00\x09a",
            b"\x83\x6c\xff\xff\xff\xff\x6a",
            &[131; 100],
        ] {
            assert_eq!(term(other), None);
        }
        assert_eq!(term(&[&[131][..], &[104, 1].repeat(100)].concat()), None);
    }
}
