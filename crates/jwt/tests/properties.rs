//! What holds for every token, every change of it, and every text.

mod issuer;

use std::sync::LazyLock;

use cloakroom_jwt::{
    Algorithm, Audience, JoseHeader, Jwk, JwkSet, NumericDate, RegisteredClaims, SigningKey, VerifyingKey, sign,
};
use cloakroom_primitives::{SeededRandom, Timestamp};
use issuer::{Issuer, NOW};
use proptest::prelude::*;

/// RSA keys are slow to make, so each issuer is made once.
static ISSUERS: LazyLock<[Issuer; 14]> = LazyLock::new(|| Algorithm::ALL.map(Issuer::new));

fn claims(sub: String, jti: String) -> RegisteredClaims {
    RegisteredClaims {
        iss: Some("https://id.example".to_owned()),
        sub: Some(sub),
        aud: Some(Audience::Many(vec!["other".to_owned(), "api".to_owned()])),
        exp: Some(NumericDate::at(Timestamp::from_seconds(1_001))),
        nbf: Some(NumericDate::at(NOW)),
        iat: Some(NumericDate::at(Timestamp::MAX)),
        jti: Some(jti),
    }
}

fn signed(issuer: &Issuer, sub: &str) -> String {
    sign(&claims(sub.to_owned(), "1".to_owned()), "at+jwt", &issuer.key).expect("the claims can be signed")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_is_verified_and_says_the_same(who in 0..14_usize, sub in "\\PC{0,40}", jti in ".{0,20}") {
        let issuer = &ISSUERS[who];
        let claims = claims(sub, jti);
        let token = sign(&claims, "at+jwt", &issuer.key).unwrap();
        prop_assert_eq!(&*issuer.verify(&token).unwrap().claims, &claims);
        prop_assert_eq!(&*issuer.verify(&token).unwrap().claims, &claims);
    }

    #[test]
    fn a_token_with_a_flipped_bit_is_refused(who in 0..14_usize, position in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let issuer = &ISSUERS[who];
        let mut token = signed(issuer, "ada").into_bytes();
        let position = position.index(token.len());
        token[position] ^= 1 << bit;
        let is_taken = std::str::from_utf8(&token).is_ok_and(|token| issuer.verify(token).is_ok());
        prop_assert!(!is_taken, "bit {} of byte {}", bit, position);
    }

    #[test]
    fn a_truncated_token_is_refused(who in 0..14_usize, from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let issuer = &ISSUERS[who];
        let token = issuer.good();
        let (from, to) = (from.index(token.len()), to.index(token.len() + 1));
        let part = token.get(from..to).unwrap_or_default();
        prop_assert!(part == token || issuer.verify(part).is_err());
    }

    #[test]
    fn a_token_of_another_key_is_refused(who in 0..5_usize, seed in 2..u64::MAX) {
        let issuer = &ISSUERS[who];
        let stranger = SigningKey::generate(Algorithm::ALL[who], &SeededRandom::new(seed)).unwrap();
        let stranger = Issuer { key: stranger, verifier: Issuer::new(Algorithm::ALL[who]).verifier };
        prop_assert!(issuer.verify(&signed(&stranger, "ada")).is_err());
        // The same with our kid in the header: the signature decides.
        let header = issuer.header();
        prop_assert!(issuer.verify(&stranger.forge(header, issuer::GOOD)).is_err());
    }

    #[test]
    fn two_tokens_cannot_be_mixed(who in 0..14_usize, part in 0..3_usize) {
        let issuer = &ISSUERS[who];
        let (one, other) = (signed(issuer, "ada"), signed(&ISSUERS[(who + 1) % 14], "eve"));
        let mut parts: Vec<_> = one.split('.').collect();
        parts[part] = other.split('.').nth(part).unwrap();
        prop_assert!(issuer.verify(&parts.join(".")).is_err());
    }

    #[test]
    fn no_text_makes_the_verifier_panic(who in 0..14_usize, text in "\\PC{0,200}", parts in prop::array::uniform3("[A-Za-z0-9_-]{0,60}")) {
        prop_assert!(ISSUERS[who].verify(&text).is_err());
        prop_assert!(ISSUERS[who].verify(&parts.join(".")).is_err());
        prop_assert!(ISSUERS[who].verifier.verify_ignoring_expiry(&parts.join("."), NOW).is_err());
    }

    #[test]
    fn no_header_or_payload_makes_the_verifier_panic(header in prop::collection::vec(any::<u8>(), 0..100), payload in "\\PC{0,100}") {
        let issuer = &ISSUERS[0];
        prop_assert!(issuer.verify(&issuer.forge(&header, issuer::GOOD)).is_err());
        prop_assert!(issuer.verify(&issuer.forge(issuer.header(), payload)).is_err());
    }

    #[test]
    fn no_bytes_make_a_reader_of_keys_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), x in "[A-Za-z0-9_-]{43}") {
        prop_assert!(JoseHeader::decode(&bytes).is_err());
        prop_assert!(JwkSet::parse(&bytes).is_err());
        prop_assert!(SigningKey::from_pkcs8_der(&bytes).is_err());
        prop_assert!(SigningKey::from_pem(&bytes).is_err());
        prop_assert!(VerifyingKey::from_pem(&bytes).is_err());
        let point = format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{x}"}}"#);
        prop_assert!(!Jwk::parse(point.as_bytes()).is_ok_and(|jwk| VerifyingKey::from_jwk(&jwk).is_ok()));
    }
}
