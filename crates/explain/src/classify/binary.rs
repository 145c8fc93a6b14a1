//! Just enough of DER, protobuf and macaroon packets to tell whether bytes are what their beginning says.

/// Length of the head of a DER element, and of its content.
pub(crate) fn der_length(bytes: &[u8]) -> Option<(usize, usize)> {
    let first = *bytes.get(1)?;
    if first < 0x80 {
        return Some((2, usize::from(first)));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return None;
    }
    let length = bytes.get(2..2 + count)?.iter().fold(0_usize, |length, &byte| length << 8 | usize::from(byte));
    Some((2 + count, length))
}

/// Whether the bytes are one DER sequence of exactly their length.
pub(crate) fn is_der_sequence(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0x30) && der_length(bytes).is_some_and(|(head, length)| head + length == bytes.len())
}

/// A protobuf number: its value and how many bytes it took.
pub(crate) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (index, &byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f).checked_shl(7 * index as u32).unwrap_or(0);
        if byte < 0x80 {
            return Some((value, index + 1));
        }
    }
    None
}

/// One field of a protobuf message.
pub(crate) struct Field<'a> {
    pub(crate) number: u64,
    /// The content of a length-delimited field; empty for numbers.
    pub(crate) content: &'a [u8],
}

/// The fields of a protobuf message; `None` when the bytes are none.
pub(crate) fn protobuf(mut bytes: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let (key, read) = varint(bytes)?;
        bytes = &bytes[read..];
        let mut content: &[u8] = &[];
        match key & 7 {
            0 => bytes = &bytes[varint(bytes)?.1..],
            1 => bytes = bytes.get(8..)?,
            2 => {
                let (length, read) = varint(bytes)?;
                let end = read.checked_add(usize::try_from(length).ok()?)?;
                content = bytes.get(read..end)?;
                bytes = &bytes[end..];
            }
            5 => bytes = bytes.get(4..)?,
            _ => return None,
        }
        if key >> 3 == 0 || fields.len() >= 4096 {
            return None;
        }
        fields.push(Field { number: key >> 3, content });
    }
    Some(fields)
}

/// Whether the bytes are a Biscuit: perhaps a root key id, an authority block with its own fields and a signature of 64 bytes, a proof.
pub(crate) fn is_biscuit(bytes: &[u8]) -> bool {
    let Some(fields) = protobuf(bytes) else { return false };
    let authority = fields.iter().find(|field| field.number == 2);
    let has_proof = fields.iter().any(|field| field.number == 4 && !field.content.is_empty());
    let is_signed = authority.and_then(|field| protobuf(field.content)).is_some_and(|block| {
        block.iter().any(|field| field.number == 1 && !field.content.is_empty())
            && block.iter().any(|field| field.number == 3 && field.content.len() >= 64)
    });
    has_proof && is_signed && fields.iter().all(|field| (1..=4).contains(&field.number))
}

/// What a macaroon holds in the clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Macaroon {
    pub(crate) location: Option<String>,
    pub(crate) identifier: Vec<u8>,
    pub(crate) caveats: Vec<Vec<u8>>,
    /// Where the signature stands.
    pub(crate) signature: std::ops::Range<usize>,
}

/// Reads a macaroon of the first (packets) or second (fields) version.
pub(crate) fn macaroon(bytes: &[u8]) -> Option<Macaroon> {
    if bytes.first() == Some(&2) { macaroon_fields(bytes) } else { macaroon_packets(bytes) }
}

fn macaroon_packets(bytes: &[u8]) -> Option<Macaroon> {
    let mut found = Macaroon::default();
    let mut at = 0;
    while at < bytes.len() {
        let length =
            usize::from_str_radix(std::str::from_utf8(bytes.get(at..at + 4)?).ok()?, 16).ok().filter(|&length| length > 5)?;
        let packet = bytes.get(at + 4..at.checked_add(length)?)?;
        let space = packet.iter().position(|&byte| byte == b' ')?;
        let content = packet[space + 1..].strip_suffix(b"\n")?;
        match &packet[..space] {
            b"location" => found.location = String::from_utf8(content.to_vec()).ok(),
            b"identifier" => found.identifier = content.to_vec(),
            b"cid" => found.caveats.push(content.to_vec()),
            b"signature" => found.signature = at + 4 + space + 1..at + length - 1,
            b"vid" | b"cl" => {}
            _ => return None,
        }
        at += length;
    }
    (!found.identifier.is_empty() && found.signature.len() == 32).then_some(found)
}

fn macaroon_fields(bytes: &[u8]) -> Option<Macaroon> {
    let mut found = Macaroon::default();
    let mut at = 1;
    let (mut section, mut is_section_open) = (0, false);
    loop {
        let kind = *bytes.get(at)?;
        at += 1;
        if kind == 0 {
            // An empty section ends the list of caveats; the signature follows.
            if section > 0 && !is_section_open {
                break;
            }
            (section, is_section_open) = (section + 1, false);
            continue;
        }
        let (length, read) = varint(bytes.get(at..)?)?;
        let start = at + read;
        let content = bytes.get(start..start.checked_add(usize::try_from(length).ok()?)?)?;
        at = start + content.len();
        is_section_open = true;
        match (kind, section) {
            (1, 0) => found.location = String::from_utf8(content.to_vec()).ok(),
            (2, 0) => found.identifier = content.to_vec(),
            (2, _) => found.caveats.push(content.to_vec()),
            (1 | 4, _) => {}
            _ => return None,
        }
    }
    let signature = bytes.get(at..)?;
    let (6, Some((32, read))) = (*signature.first()?, varint(signature.get(1..)?)) else { return None };
    found.signature = at + 1 + read..at + 1 + read + 32;
    (!found.identifier.is_empty() && found.signature.end <= bytes.len()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::encoding::base64;

    #[test]
    fn macaroons_of_both_versions_are_read() {
        let second = base64(
            "AgEUaHR0cHM6Ly9leGFtcGxlLmNvbS8CB2tleWlkLTEAAgp1c2VyID0gYWRhAAAGIPKt4EX1MzkQZyMzDPMnEQmJOPhzusU5u5a9dJ7-XzRT",
        )
        .unwrap();
        let found = macaroon(&second.bytes).unwrap();
        assert_eq!(found.caveats, [b"user = ada".to_vec()]);
        assert_eq!(found.location.as_deref(), Some("https://example.com/"));
        let first = base64("MDAyMmxvY2F0aW9uIGh0dHBzOi8vZXhhbXBsZS5jb20vCjAwMTdpZGVudGlmaWVyIGtleWlkLTEKMDAyZnNpZ25hdHVyZSB5wyLgw7o_yyBDjwaLGhyMx4HGnVNMtY4EZRUg_cP9-go").unwrap();
        assert!(macaroon(&first.bytes).unwrap().caveats.is_empty());
        for other in [&b""[..], b"\x02", b"\x02\x02\x01a\x00\x00", b"0005 ", b"hello world"] {
            assert_eq!(macaroon(other), None);
        }
    }

    #[test]
    fn lengths_are_checked_before_they_are_believed() {
        assert!(is_der_sequence(&[0x30, 2, 5, 0]));
        assert!(!is_der_sequence(&[0x30, 3, 5, 0]));
        assert_eq!(der_length(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), Some((6, 0xffff_ffff)));
        assert_eq!(der_length(&[0x30, 0x85, 0, 0, 0, 0, 0]), None);
        assert!(protobuf(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]).is_none());
        assert_eq!(varint(&[0xff; 12]), None);
    }
}
