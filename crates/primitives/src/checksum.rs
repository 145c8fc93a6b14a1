//! The checksum at the end of our tokens: junk is told apart without a look-up, and secret scanners have few false alarms.
//!
//! CRC-32 (ISO-HDLC, as in zlib) of every character before it, prefix included, as six digits of `0-9A-Za-z`, most significant first.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many characters a checksum has.
pub const CHECKSUM_LENGTH: usize = 6;

/// Appends the checksum of `text` to it.
pub fn append_checksum(text: &mut String) {
    let digits = checksum(text.as_bytes());
    text.extend(digits.iter().map(|&digit| char::from(digit)));
}

/// Splits off a checksum and returns the text before it; `None` when it is not the checksum of that text.
pub fn split_checksum(text: &str) -> Option<&str> {
    let (body, digits) = text.split_at_checked(text.len().checked_sub(CHECKSUM_LENGTH)?)?;
    (digits.as_bytes() == checksum(body.as_bytes())).then_some(body)
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_LENGTH] {
    let mut rest = crc32fast::hash(bytes);
    let mut digits = [b'0'; CHECKSUM_LENGTH];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_holds() {
        let mut token = format!("crs_{}", "A".repeat(64));
        append_checksum(&mut token);
        assert_eq!(token, format!("crs_{}4DsYOu", "A".repeat(64)));
    }

    #[test]
    fn a_changed_character_is_noticed() {
        let mut token = "crs_abc".to_owned();
        append_checksum(&mut token);
        assert_eq!(split_checksum(&token), Some("crs_abc"));
        assert_eq!(split_checksum(&token.replace("abc", "abd")), None);
        assert_eq!(split_checksum("short"), None);
        assert_eq!(split_checksum("ääää"), None);
    }
}
