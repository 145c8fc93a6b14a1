//! The compact form of a JWS: three parts in base64url, joined by dots (RFC 7515 §7.1).

use cloakroom_primitives::{decode_base64url, decode_base64url_into, encode_base64url};

use crate::JwtError;

/// The longest token that is looked at, in bytes. Anything longer is refused before any work.
pub const MAX_LENGTH: usize = 8 * 1024;

/// A compact JWS in its three parts, still encoded and not yet trusted.
#[derive(Clone, Copy)]
pub(crate) struct CompactJws<'t> {
    signing_input: &'t str,
    header: &'t str,
    payload: &'t str,
    signature: &'t str,
}

impl<'t> CompactJws<'t> {
    /// Splits a text of at most [`MAX_LENGTH`] bytes at its two dots, without copying.
    pub(crate) fn split(text: &'t str) -> Result<Self, JwtError> {
        if text.len() > MAX_LENGTH {
            return Err(JwtError::Malformed { reason: "longer than 8 KiB" });
        }
        let not_three = JwtError::Malformed { reason: "not three parts" };
        let (header, rest) = text.split_once('.').ok_or(not_three)?;
        let (payload, signature) = rest.split_once('.').ok_or(not_three)?;
        // A signature is the longest part and has no dot, so all of it is looked at whatever comes: that is the faster way.
        if signature.bytes().fold(0, |found, byte| found | u8::from(byte == b'.')) != 0 {
            return Err(not_three);
        }
        let signing_input = &text[..header.len() + 1 + payload.len()];
        Ok(Self { signing_input, header, payload, signature })
    }

    /// The header, still encoded.
    pub(crate) fn header(&self) -> &'t str {
        self.header
    }

    /// The signature, still encoded.
    pub(crate) fn signature(&self) -> &'t str {
        self.signature
    }

    /// What the signature is over.
    pub(crate) fn signing_input(&self) -> &'t [u8] {
        self.signing_input.as_bytes()
    }

    pub(crate) fn decode_header(&self) -> Result<Vec<u8>, JwtError> {
        decode_base64url(self.header).map_err(|_| JwtError::Malformed { reason: "header is not base64url" })
    }

    /// Decodes the signature, lets it be judged, and only then decodes the payload into the same room.
    pub(crate) fn open(self, is_good: impl FnOnce(&[u8]) -> Result<(), JwtError>) -> Result<Vec<u8>, JwtError> {
        let mut bytes = Vec::with_capacity(self.payload.len().max(self.signature.len()));
        decode_base64url_into(self.signature, &mut bytes)
            .map_err(|_| JwtError::Malformed { reason: "signature is not base64url" })?;
        is_good(&bytes)?;
        decode_base64url_into(self.payload, &mut bytes)
            .map_err(|_| JwtError::Malformed { reason: "payload is not base64url" })?;
        Ok(bytes)
    }
}

/// Joins header and payload to what is to be signed.
pub(crate) fn signing_input(header: &[u8], payload: &[u8]) -> String {
    let mut text = encode_base64url(header);
    text.push('.');
    text.push_str(&encode_base64url(payload));
    text
}

/// Completes a signing input to a token.
pub(crate) fn append_signature(token: &mut String, signature: &[u8]) {
    token.push('.');
    token.push_str(&encode_base64url(signature));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_dots_make_three_parts() {
        for text in ["", ".", "a.b", "a.b.c.d", "a.b.c.d.e", "...", "{\"payload\":\"\"}"] {
            assert!(CompactJws::split(text).is_err(), "{text:?}");
        }
        let jws = CompactJws::split("aa.bb.cc").unwrap();
        assert_eq!((jws.header, jws.payload, jws.signature), ("aa", "bb", "cc"));
        assert_eq!(jws.signing_input(), b"aa.bb");
    }

    #[test]
    fn a_text_is_too_long_from_the_byte_after_8_kib() {
        let text = format!("a.b.{}", "c".repeat(MAX_LENGTH - 4));
        assert!(CompactJws::split(&text).is_ok());
        assert!(CompactJws::split(&format!("{text}c")).is_err());
    }

    #[test]
    fn what_is_joined_is_split_again() {
        let mut token = signing_input(b"header", b"payload");
        append_signature(&mut token, b"signature");
        let jws = CompactJws::split(&token).unwrap();
        assert_eq!(jws.decode_header(), Ok(b"header".to_vec()));
        let judged = jws.open(|signature| {
            assert_eq!(signature, b"signature");
            Ok(())
        });
        assert_eq!(judged, Ok(b"payload".to_vec()));
    }

    #[test]
    fn a_payload_under_a_bad_signature_is_not_decoded() {
        let refused = JwtError::Untrusted { reason: "bad" };
        assert_eq!(CompactJws::split("aa.?.AAAA").unwrap().open(|_| Err(refused)), Err(refused));
        let malformed = CompactJws::split("aa.?.AAAA").unwrap().open(|_| Ok(()));
        assert_eq!(malformed, Err(JwtError::Malformed { reason: "payload is not base64url" }));
    }
}
