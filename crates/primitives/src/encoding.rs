//! base64url without padding (RFC 4648 §5), strict when decoding: one text for each value.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The text is not canonical base64url: a foreign character, padding, or bits left over at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not canonical base64url")]
pub struct NotBase64Url;

/// Encodes bytes as base64url without padding.
pub fn encode_base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes canonical base64url. Fails with [`NotBase64Url`] on anything that [`encode_base64url`] would not have written.
pub fn decode_base64url(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBase64Url)
}

/// The same into a buffer that is used again: what was in it is gone, and what is in it after a failure is nothing to rely on.
pub fn decode_base64url_into(text: &str, buffer: &mut Vec<u8>) -> Result<(), NotBase64Url> {
    buffer.clear();
    URL_SAFE_NO_PAD.decode_vec(text, buffer).map_err(|_| NotBase64Url)
}

/// Decodes canonical base64url of exactly `N` bytes, without allocating. Fails with [`NotBase64Url`] on another length too.
pub fn decode_base64url_array<const N: usize>(text: &str) -> Result<[u8; N], NotBase64Url> {
    if text.len() != N / 3 * 4 + [0, 2, 3][N % 3] {
        return Err(NotBase64Url);
    }
    let mut bytes = [0; N];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
        Ok(written) if written == N => Ok(bytes),
        _ => Err(NotBase64Url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_text_is_decoded() {
        assert_eq!(decode_base64url("AQ"), Ok(vec![1]));
        let mut buffer = b"former".to_vec();
        assert_eq!(decode_base64url_into("AQ", &mut buffer).map(|()| &*buffer), Ok(&[1][..]));
        assert_eq!(decode_base64url_into("AR", &mut buffer), Err(NotBase64Url));
        for text in ["AQ==", "AR", "A", "A+", "A/", "A Q", "AQ\n", "ä"] {
            assert_eq!(decode_base64url(text), Err(NotBase64Url), "{text:?}");
        }
    }

    #[test]
    fn an_array_has_one_length() {
        assert_eq!(decode_base64url_array::<16>(&encode_base64url(&[7; 16])), Ok([7; 16]));
        assert_eq!(decode_base64url_array::<16>(&encode_base64url(&[7; 15])), Err(NotBase64Url));
        assert_eq!(decode_base64url_array::<16>(&encode_base64url(&[7; 17])), Err(NotBase64Url));
    }
}
