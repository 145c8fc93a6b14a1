//! Who verifies, and what it costs to ask them: a closure that takes the next token of a long round.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ML_DSA_44, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    VerificationAlgorithm,
};
use aws_lc_rs::{digest, hmac};
use cloakroom_jwt::{
    Algorithm, KeyRing, KeyRingHandle, MacAlgorithm, MacKey, MacVerifier, SigningKey, Verifier, sign, sign_with_mac,
};
use cloakroom_primitives::{Secret, SeededRandom, decode_base64url};
use serde_json::Value;

use crate::claims::{AccessClaims, NOW, expectation};
use crate::peers;

/// What the tokens are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// HMAC.
    Hs256,
    /// A key pair.
    Pair(Algorithm),
}

impl Scheme {
    /// Those that are measured.
    pub const ALL: [Self; 5] = [
        Self::Hs256,
        Self::Pair(Algorithm::EdDsa),
        Self::Pair(Algorithm::Es256),
        Self::Pair(Algorithm::Rs256),
        Self::Pair(Algorithm::MlDsa44),
    ];

    /// Its name in a header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Pair(algorithm) => algorithm.name(),
        }
    }
}

/// One way to verify.
pub struct Contender {
    /// Who.
    pub name: &'static str,
    /// Verifies the next token; panics when it is refused.
    pub verify: Box<dyn FnMut()>,
}

/// The secret of HS256.
pub(crate) const SECRET: [u8; 32] = *b"0123456789abcdef0123456789abcdef";

/// So many tokens are in a round: more than the small memory of "first time" can hold.
const ROUND: usize = 1024;

/// Everybody who verifies tokens of a scheme. The bare check is the first.
pub fn contenders(scheme: Scheme) -> Vec<Contender> {
    match scheme {
        Scheme::Hs256 => symmetric(),
        Scheme::Pair(algorithm) => asymmetric(algorithm),
    }
}

fn contender(name: &'static str, tokens: &[String], mut verify: impl FnMut(&str) -> bool + 'static) -> Contender {
    let tokens = tokens.to_vec();
    let mut next = 0;
    let verify = move || {
        next = (next + 1) % tokens.len();
        assert!(verify(&tokens[next]), "{name} refuses a good token");
    };
    Contender { name, verify: Box::new(verify) }
}

/// The bare check, over parts that were taken apart beforehand.
fn bare(tokens: &[String], check: impl Fn(&[u8], &[u8]) -> bool + 'static) -> Contender {
    let parts: Vec<_> = tokens
        .iter()
        .map(|token| {
            let (input, signature) = token.rsplit_once('.').expect("a token has dots");
            (input.as_bytes().to_vec(), decode_base64url(signature).expect("a token is base64url"))
        })
        .collect();
    let mut next = 0;
    let verify = move || {
        next = (next + 1) % parts.len();
        assert!(check(&parts[next].0, &parts[next].1), "the signature is good");
    };
    Contender { name: "bare check", verify: Box::new(verify) }
}

/// The hash that finds a remembered token.
fn bare_hash(tokens: &[String]) -> Contender {
    contender("bare SHA-256 of the token", tokens, |token| {
        digest::digest(&digest::SHA256, token.as_bytes()).as_ref()[..8] != [0; 8]
    })
}

fn symmetric() -> Vec<Contender> {
    let secret = || Secret::new(SECRET.to_vec());
    let key = MacKey::new(MacAlgorithm::Hs256, &secret(), Some("shared")).expect("the secret is long enough");
    let token = |n| sign_with_mac(&AccessClaims::numbered(n), "at+jwt", &key).expect("claims can be signed");
    let tokens: Vec<_> = (0..ROUND).map(token).collect();
    let raw = hmac::Key::new(hmac::HMAC_SHA256, &SECRET);
    let verifier = |most| MacVerifier::<AccessClaims>::new(key.clone(), expectation(), most);
    let ours = |name, most, tokens: &[String]| {
        let verifier = verifier(most);
        contender(name, tokens, move |token| verifier.verify(token, NOW).is_ok())
    };
    let mut all = vec![
        bare(&tokens, move |input, tag| hmac::verify(&raw, input, tag).is_ok()),
        bare_hash(&tokens),
        ours("cloakroom, without memory", 0, &tokens),
        ours("cloakroom, first time", 32, &tokens),
        ours("cloakroom, again", 32, &tokens[..1]),
    ];
    all.push(contender("jsonwebtoken", &tokens, peers::jsonwebtoken_mac()));
    all.push(contender("jwt-simple", &tokens, peers::jwt_simple_mac()));
    all
}

fn asymmetric(algorithm: Algorithm) -> Vec<Contender> {
    let key = SigningKey::generate(algorithm, &SeededRandom::new(1)).expect("a key can be generated");
    let token = |n| sign(&AccessClaims::numbered(n), "at+jwt", &key).expect("claims can be signed");
    let tokens: Vec<_> = (0..ROUND).map(token).collect();
    let jwk = serde_json::to_value(key.verifying_key().to_jwk()).expect("a JWK can be written");
    let parsed = bare_key(algorithm, &jwk);
    let ours = |name, most, tokens: &[String]| {
        let keys = KeyRingHandle::new(KeyRing::of(key.clone()));
        let verifier = Verifier::<AccessClaims>::new(keys, expectation(), most);
        contender(name, tokens, move |token| verifier.verify(token, NOW).is_ok())
    };
    let mut all = vec![
        bare(&tokens, move |input, signature| parsed.verify_sig(input, signature).is_ok()),
        bare_hash(&tokens),
        ours("cloakroom, without memory", 0, &tokens),
        ours("cloakroom, first time", 32, &tokens),
        ours("cloakroom, again", 32, &tokens[..1]),
    ];
    let others = [("jsonwebtoken", peers::jsonwebtoken(algorithm, &jwk)), ("jwt-simple", peers::jwt_simple(algorithm, &jwk))];
    all.extend(others.into_iter().filter_map(|(name, verify)| Some(contender(name, &tokens, verify?))));
    all
}

/// The key as the cryptographic library has it, parsed once.
fn bare_key(algorithm: Algorithm, jwk: &Value) -> ParsedPublicKey {
    let (scheme, bytes): (&'static dyn VerificationAlgorithm, _) = match algorithm {
        Algorithm::Rs256 => {
            let key = RsaPublicKeyComponents { n: number(jwk, "n"), e: number(jwk, "e") };
            return key.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).expect("our own key is good");
        }
        Algorithm::Es256 => (&ECDSA_P256_SHA256_FIXED, [vec![4], number(jwk, "x"), number(jwk, "y")].concat()),
        Algorithm::MlDsa44 => (&ML_DSA_44, number(jwk, "pub")),
        _ => (&ED25519, number(jwk, "x")),
    };
    ParsedPublicKey::new(scheme, bytes).expect("our own key is good")
}

/// A member of a JWK, decoded.
pub(crate) fn number(jwk: &Value, member: &str) -> Vec<u8> {
    decode_base64url(jwk[member].as_str().unwrap_or_default()).expect("a JWK is base64url")
}
