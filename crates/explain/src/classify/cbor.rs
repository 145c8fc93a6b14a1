//! Reads the claims of a CWT (RFC 8392): COSE tags around an array of four, whose third element is a map in bytes.

use serde_json::Value;

const DEPTH: usize = 32;

/// The claims that have a number for a name. `None` when the content is locked, or is something else.
pub(crate) fn claims(bytes: &[u8]) -> Option<Vec<(i64, Value)>> {
    let mut rest = bytes;
    let mut head = head(&mut rest)?;
    while head.0 == 6 {
        if matches!(head.1, 16 | 96) {
            return None;
        }
        head = self::head(&mut rest)?;
    }
    let (4, count) = head else { return None };
    let is_read = (count >= 3 && skip(&mut rest, 0) && skip(&mut rest, 0)).then(|| self::head(&mut rest)).flatten()?;
    let (2, length) = is_read else { return None };
    let mut content = rest.get(..usize::try_from(length).ok()?)?;
    let (5, count) = self::head(&mut content)? else { return None };
    let mut claims = Vec::new();
    for _ in 0..count.min(1000) {
        let name = value(&mut content, 0)?;
        let claim = value(&mut content, 0)?;
        claims.extend(name.as_i64().map(|name| (name, claim)));
    }
    Some(claims)
}

/// Kind and number at the start of an item.
fn head(rest: &mut &[u8]) -> Option<(u8, u64)> {
    let (first, left) = rest.split_first()?;
    *rest = left;
    let bytes = match first & 0x1f {
        small @ 0..=23 => return Some((first >> 5, u64::from(small))),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let (number, left) = rest.split_at_checked(bytes)?;
    *rest = left;
    Some((first >> 5, number.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))))
}

fn skip(rest: &mut &[u8], depth: usize) -> bool {
    value(rest, depth).is_some()
}

fn value(rest: &mut &[u8], depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    let (kind, number) = head(rest)?;
    Some(match kind {
        0 => number.into(),
        1 => (-1 - i64::try_from(number).ok()?).into(),
        2 | 3 => {
            let (bytes, left) = rest.split_at_checked(usize::try_from(number).ok()?)?;
            *rest = left;
            String::from_utf8_lossy(bytes).into_owned().into()
        }
        4 => {
            let mut elements = Vec::new();
            for _ in 0..number {
                elements.push(value(rest, depth + 1)?);
            }
            elements.into()
        }
        5 => {
            let mut members = serde_json::Map::new();
            for _ in 0..number {
                let name = value(rest, depth + 1)?;
                let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
                members.insert(name, value(rest, depth + 1)?);
            }
            members.into()
        }
        6 => value(rest, depth + 1)?,
        _ => match number {
            20 => false.into(),
            21 => true.into(),
            _ => Value::Null,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::encoding::hex;

    #[test]
    fn the_claims_of_the_example_are_read() {
        // RFC 8392 Appendix A.3, a signed CWT.
        let bytes = hex(
            "d28443a10126a104524173796d6d657472696345434453413235365850a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b7158405427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08c8d4d4f96131680c429a01f85951ecee743a52b9b63632c57209120e1c9e30",
        )
        .unwrap();
        let claims = claims(&bytes).unwrap();
        assert_eq!(claims.len(), 7);
        assert_eq!(claims[0], (1, "coap://as.example.com".into()));
        assert_eq!(claims[3], (4, 1_444_064_944_u64.into()));
    }

    #[test]
    fn lengths_beyond_the_end_are_no_claims() {
        for bytes in [
            &b""[..],
            b"\xd2",
            b"\x84\xff",
            b"\x84\x40\x40\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
            &[0x81; 200],
        ] {
            assert!(claims(bytes).is_none(), "{bytes:?}");
        }
    }
}
