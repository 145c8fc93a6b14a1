//! Signs claims to a compact JWT (RFC 7519 §7.1).

use serde::Serialize;

use crate::compact::{MAX_LENGTH, append_signature, signing_input};
use crate::{MacKey, SignError, SigningKey, header};

/// Signs `claims` as a token of kind `typ`, such as `at+jwt`. The header has `alg`, `kid` and `typ`, and nothing else.
///
/// Fails when the claims are not a JSON object, or when the token would be longer than [`MAX_LENGTH`](crate::MAX_LENGTH).
pub fn sign<C: Serialize>(claims: &C, typ: &str, key: &SigningKey) -> Result<String, SignError> {
    let header = header::encode(key.algorithm().name(), Some(key.kid()), typ);
    complete(&header, claims, |signing_input| key.sign(signing_input))
}

/// The same with a symmetric key; the header has a `kid` if the key has one.
pub fn sign_with_mac<C: Serialize>(claims: &C, typ: &str, key: &MacKey) -> Result<String, SignError> {
    let header = header::encode(key.algorithm().name(), key.kid(), typ);
    complete(&header, claims, |signing_input| Ok(key.tag(signing_input)))
}

fn complete<C: Serialize>(
    header: &[u8],
    claims: &C,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, SignError>,
) -> Result<String, SignError> {
    let payload = serde_json::to_vec(claims).map_err(|error| SignError::Claims(error.into()))?;
    if payload.first() != Some(&b'{') {
        return Err(SignError::NotAnObject);
    }
    let mut token = signing_input(header, &payload);
    let signature = sign(token.as_bytes())?;
    append_signature(&mut token, &signature);
    if token.len() > MAX_LENGTH { Err(SignError::TooLong) } else { Ok(token) }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::SeededRandom;
    use serde_json::json;

    use super::*;
    use crate::Algorithm;

    #[test]
    fn what_a_verifier_would_not_read_is_not_signed() {
        let key = SigningKey::generate(Algorithm::EdDsa, &SeededRandom::new(1)).unwrap();
        assert!(matches!(sign(&[1, 2], "at+jwt", &key), Err(SignError::NotAnObject)));
        assert!(matches!(sign(&std::collections::BTreeMap::from([(vec![1], 1)]), "at+jwt", &key), Err(SignError::Claims(_))));
        assert!(matches!(sign(&json!({"x": "y".repeat(MAX_LENGTH)}), "at+jwt", &key), Err(SignError::TooLong)));
        assert!(sign(&json!({"x": "y"}), "at+jwt", &key).is_ok());
    }
}
