//! Tries a short public list of secrets on a signature: it names carelessness, it is no cracker.
//!
//! 1. Tried on JWT with HMAC, on Express cookies and on itsdangerous with its usual salts and derivations; at the first hit it stops.
//! 2. What was blanked, cut or locked is not tried.
//! 3. Whoever runs it for himself may add words of his own; they are tried behind the public ones.

use aws_lc_rs::hmac;

use crate::classified::Classified;
use crate::inside::{Inside, Jose, Mac, MacScheme, Signature};

/// Secrets from documentation and tutorials.
const PUBLIC: [&str; 46] = [
    "",
    "secret",
    "your-256-bit-secret",
    "your-384-bit-secret",
    "your-512-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "changeme",
    "change-me",
    "password",
    "test",
    "dev",
    "development",
    "keyboard cat",
    "jwt_secret",
    "jwtsecret",
    "my_secret",
    "mysecret",
    "supersecret",
    "s3cr3t",
    "admin",
    "key",
    "private",
    "example_key",
    "your-secret-key",
    "your_secret_key",
    "secretkey",
    "secret_key",
    "123456",
    "qwerty",
    "default",
    "hello",
    "token",
    "shhhhh",
    "supersecretkey",
    "SECRET_KEY",
    "app-secret",
    "key1",
    "tobiiscool",
    "supersecretkeyyoushouldnotcommit",
    "session_secret",
    "cookie_secret",
    "mysecretkey",
    "my-secret-key",
    "jwt-secret",
    "mykey",
    "example",
];

/// Returns the secrets from documentation and tutorials that are tried on signatures, in the order in which they are tried.
pub const fn public_secrets() -> &'static [&'static str] {
    &PUBLIC
}

/// Signatures longer than this are not tried: 64 KiB times the list is enough work.
const LONGEST: usize = 64 * 1024;

/// Tries words on signatures.
#[derive(Debug)]
pub(crate) struct Guesser<'w> {
    words: &'w [String],
}

impl<'w> Guesser<'w> {
    /// Tries the public list, and `words` behind it.
    pub(crate) const fn new(words: &'w [String]) -> Self {
        Self { words }
    }

    /// The secret that the value's signature verifies with.
    pub(crate) fn guess(&self, classified: &Classified) -> Option<String> {
        if classified.is_blanked || classified.is_cut {
            return None;
        }
        match &classified.inside {
            Inside::Jose(jose) => self.find(|word| is_signed_with(jose, word)),
            Inside::SdJwt(parsed) => self.find(|word| is_signed_with(&parsed.issuer, word)),
            Inside::Mac(mac) if mac.text.len() <= LONGEST => self.find(|word| is_sealed_with(mac, word)),
            _ => None,
        }
    }

    fn find(&self, fits: impl Fn(&[u8]) -> bool) -> Option<String> {
        PUBLIC.iter().copied().chain(self.words.iter().map(String::as_str)).find(|word| fits(word.as_bytes())).map(str::to_owned)
    }
}

fn verifies(algorithm: hmac::Algorithm, key: &[u8], text: &[u8], mac: &[u8]) -> bool {
    hmac::verify(&hmac::Key::new(algorithm, key), text, mac).is_ok()
}

fn is_signed_with(jose: &Jose, word: &[u8]) -> bool {
    let algorithm = match jose.algorithm() {
        Some("HS256") => hmac::HMAC_SHA256,
        Some("HS384") => hmac::HMAC_SHA384,
        Some("HS512") => hmac::HMAC_SHA512,
        _ => return false,
    };
    let Signature::Bytes(mac) = &jose.signature else { return false };
    let Some(last) = jose.parts.get(2) else { return false };
    let text = &jose.text[..last.start.saturating_sub(1)];
    text.len() <= LONGEST && verifies(algorithm, word, text.as_bytes(), mac)
}

fn is_sealed_with(mac: &Mac, word: &[u8]) -> bool {
    match mac.scheme {
        MacScheme::Express => verifies(hmac::HMAC_SHA256, word, &mac.text, &mac.code),
        MacScheme::ItsDangerous => itsdangerous_keys(word).iter().any(|key| {
            let algorithm = match mac.code.len() {
                20 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
                32 => hmac::HMAC_SHA256,
                _ => hmac::HMAC_SHA512,
            };
            verifies(algorithm, key, &mac.text, &mac.code)
        }),
    }
}

/// Keys for the usual salts: derived with HMAC as Flask does, with a plain hash as `django-concat` does, and not at all, as Starlette does
/// with `itsdangerous.Signer`'s own name for a salt.
fn itsdangerous_keys(word: &[u8]) -> Vec<Vec<u8>> {
    const SALTS: [&[u8]; 3] = [b"cookie-session", b"itsdangerous.Signer", b"itsdangerous"];
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, word);
    let mut keys = Vec::with_capacity(6);
    for salt in SALTS {
        keys.push(hmac::sign(&key, salt).as_ref().to_vec());
        let joined = [salt, b"signer", word].concat();
        keys.push(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, &joined).as_ref().to_vec());
    }
    keys
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::Timestamp;

    use super::*;
    use crate::classified::Place;
    use crate::classify::Recogniser;

    fn guessed(value: &str, words: &[String]) -> Option<String> {
        let now = Timestamp::from_seconds(1_795_521_600);
        let place = Place::Cookie { name: "session".into(), has_signature_beside: false };
        Guesser::new(words).guess(&Recogniser::new().classify(value, &place, now))
    }

    #[test]
    fn careless_secrets_are_found() {
        for (value, secret) in [
            (
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
                Some("your-256-bit-secret"),
            ),
            ("eyJ1c2VyIjoiYWRtaW4ifQ.awV56A.-BbtNwSXvAluodGWGyN8E_w-ln8", Some("dev")),
            ("s:hello.DGDUkGlIkCzPz+C0B064FNgHdEjox7ch8tOBGslZ5QI", Some("tobiiscool")),
            ("s:hello.AGDUkGlIkCzPz+C0B064FNgHdEjox7ch8tOBGslZ5QI", None),
            ("hello", None),
        ] {
            assert_eq!(guessed(value, &[]).as_deref(), secret, "{value}");
        }
    }

    #[test]
    fn a_list_of_ones_own_is_tried_behind_the_public_one() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"Tr0ub4dor");
        let text = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9";
        let token = format!("{text}.{}", cloakroom_primitives::encode_base64url(hmac::sign(&key, text.as_bytes()).as_ref()));
        assert_eq!(guessed(&token, &[]), None);
        assert_eq!(guessed(&token, &["x".into(), "Tr0ub4dor".into()]).as_deref(), Some("Tr0ub4dor"));
    }
}
