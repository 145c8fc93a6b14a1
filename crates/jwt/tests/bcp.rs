//! The best practices of `draft-ietf-oauth-rfc8725bis-08`, section by section: a test for each, named after it.

mod issuer;

use std::time::Duration;

use cloakroom_jwt::{
    Algorithm, Expectation, Jwk, JwtError, KeyError, KeyRing, KeyRingHandle, KeyState, MacAlgorithm, MacKey, MacVerifier,
    RegisteredClaims, RingEntry, RingKey, SigningKey, Verifier, VerifyingKey, sign, verify_mac, verify_signature,
};
use cloakroom_primitives::{Secret, SeededRandom, Timestamp, encode_base64url};
use issuer::{GOOD, Issuer, NOW, expectation, key};
use serde_json::{Value, json};

fn good_claims() -> RegisteredClaims {
    serde_json::from_str(GOOD).expect("the good payload is good")
}

#[test]
fn section_3_1_algorithm_verification_one_key_has_one_algorithm_and_nothing_else_counts() {
    for signer in Algorithm::ALL {
        let signing = key(signer);
        let token = sign(&good_claims(), "at+jwt", &signing).unwrap();
        for named in Algorithm::ALL {
            let is_taken = verify_signature(&token, key(named).verifying_key()).is_ok();
            assert_eq!(is_taken, signer == named, "a token of {signer} under a key of {named}");
        }
    }
}

#[test]
fn section_3_1_algorithm_verification_a_header_cannot_choose_for_a_key_without_alg() {
    let rsa = key(Algorithm::Ps256);
    let jwk = serde_json::to_string(&rsa.verifying_key().to_jwk()).unwrap().replace(r#""alg":"PS256","#, "");
    let jwk = Jwk::parse(jwk.as_bytes()).unwrap();
    assert_eq!(jwk.algorithm(), None);
    let unnamed = VerifyingKey::from_jwk(&jwk).unwrap();
    let token = sign(&good_claims(), "at+jwt", &rsa).unwrap();
    assert!(verify_signature(&token, &unnamed).is_err());
    assert!(verify_signature(&token, &unnamed.named(Algorithm::Ps256).unwrap()).is_ok());
}

#[test]
fn section_3_2_appropriate_algorithms_neither_none_nor_an_old_one_can_be_written() {
    for name in ["none", "RSA1_5", "RS1", "HS1", "ES256K", "RSA-OAEP", "dir", "MD5", "A128KW", "PBES2-HS256+A128KW"] {
        assert_eq!((Algorithm::parse(name), MacAlgorithm::parse(name)), (None, None), "{name}");
    }
}

#[test]
fn section_3_2_appropriate_algorithms_a_fully_specified_name_can_be_had() {
    let signing = key(Algorithm::Ed25519);
    let token = sign(&good_claims(), "at+jwt", &signing).unwrap();
    let header = cloakroom_primitives::decode_base64url(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    let jwk = serde_json::to_value(signing.verifying_key().to_jwk()).unwrap();
    assert_eq!((&header["alg"], &jwk["alg"]), (&json!("Ed25519"), &json!("Ed25519")), "header and JWK say the same");
}

#[test]
fn section_3_3_validate_crypto_a_jwe_is_no_jws_even_when_a_signed_jwt_is_inside() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    let part = |bytes: &[u8]| encode_base64url(bytes);
    for inner in [issuer.good(), format!("{}.{}.", part(br#"{"alg":"none"}"#), part(GOOD.as_bytes()))] {
        for header in [r#"{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT"}"#, r#"{"alg":"dir","enc":"A256GCM"}"#, &issuer.header()]
        {
            let jwe = [part(header.as_bytes()), part(b"key"), part(b"iv"), part(inner.as_bytes()), part(b"tag")].join(".");
            assert_eq!(issuer.verify(&jwe).err(), Some(JwtError::Malformed { reason: "not three parts" }));
        }
        // Nested: the payload is a token of ours, but the outer one is nobody's.
        let outer = format!("{}.{}.{}", part(issuer.header().as_bytes()), part(inner.as_bytes()), part(&[0; 64]));
        assert!(issuer.verify(&outer).is_err());
    }
}

#[test]
fn section_3_4_validate_inputs_points_and_numbers_are_checked_when_a_key_is_read() {
    let zero = |length| encode_base64url(&vec![0; length]);
    for (curve, length) in [("P-256", 32), ("P-384", 48), ("P-521", 66)] {
        let json = format!(r#"{{"kty":"EC","crv":"{curve}","x":"{0}","y":"{0}"}}"#, zero(length));
        let read = Jwk::parse(json.as_bytes()).and_then(|jwk| VerifyingKey::from_jwk(&jwk));
        assert!(matches!(read, Err(KeyError::Malformed { .. })), "{curve}");
    }
    let small_order = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, zero(32));
    let read = Jwk::parse(small_order.as_bytes()).and_then(|jwk| VerifyingKey::from_jwk(&jwk));
    assert!(matches!(read, Err(KeyError::Weak { .. })));
    let short = r#"{"kty":"AKP","alg":"ML-DSA-44","pub":"AAAA"}"#;
    let read = Jwk::parse(short.as_bytes()).and_then(|jwk| VerifyingKey::from_jwk(&jwk));
    assert!(matches!(read, Err(KeyError::Malformed { .. })));
}

#[test]
fn section_3_5_key_entropy_a_password_is_no_key() {
    for (algorithm, length) in [(MacAlgorithm::Hs256, 32), (MacAlgorithm::Hs384, 48), (MacAlgorithm::Hs512, 64)] {
        for secret in [&b""[..], b"secret", b"correct horse battery staple", &vec![7; length - 1]] {
            let answer = MacKey::new(algorithm, &Secret::new(secret.to_vec()), None);
            assert!(matches!(answer, Err(KeyError::Weak { .. })), "{algorithm} {} bytes", secret.len());
        }
        assert!(MacKey::new(algorithm, &Secret::new(vec![7; length]), None).is_ok());
    }
}

#[test]
fn section_3_6_no_compression_and_section_3_15_limit_decompression_nothing_is_ever_decompressed() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    for zip in [r#""DEF""#, r#""GZ""#, "null", "[]", "false"] {
        let header = issuer.header().replace("\"typ\"", &format!("\"zip\":{zip},\"typ\""));
        let refused = issuer.verify(&issuer.forge(header, GOOD)).err();
        assert!(matches!(refused, Some(JwtError::Malformed { .. })), "{zip}");
    }
}

#[test]
fn section_3_7_utf_8_any_other_encoding_is_refused() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    let utf_16 = |text: &str, big: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let with = |bytes: &[u8]| {
        let (before, after) = GOOD.split_once("ada").unwrap();
        [before.as_bytes(), bytes, after.as_bytes()].concat()
    };
    let payloads = [
        utf_16(GOOD, false),
        utf_16(GOOD, true),
        [b"\xff\xfe", &utf_16(GOOD, false)[..]].concat(),
        [b"\xef\xbb\xbf", GOOD.as_bytes()].concat(),
        with(b"\xc0\xae"),
        with(b"\xe0\x80\xae"),
        with(b"\xed\xa0\x80"),
        with(b"\xf4\x90\x80\x80"),
        with(b"\xff"),
        with(b"\\ud800"),
        with(b"\\udc00\\ud800"),
        with(b"caf\xe9"),
    ];
    for payload in payloads {
        let refused = issuer.verify(&issuer.forge(issuer.header(), &payload)).err();
        assert!(matches!(refused, Some(JwtError::Malformed { .. })), "{}", payload.escape_ascii());
    }
    for header in [utf_16(&issuer.header(), true), [b"\xef\xbb\xbf", issuer.header().as_bytes()].concat()] {
        assert!(matches!(issuer.verify(&issuer.forge(header, GOOD)).err(), Some(JwtError::Malformed { .. })));
    }
}

#[test]
fn section_3_8_validate_issuer_the_keys_of_one_issuer_say_nothing_for_another() {
    // Two issuers whose keys go by the same kid: each verifier asks its own ring and expects its own issuer.
    let named = |seed| {
        let key = SigningKey::generate(Algorithm::EdDsa, &SeededRandom::new(seed)).unwrap();
        let jwk = serde_json::to_string(&key.verifying_key().to_jwk()).unwrap().replace(key.kid(), "1");
        (key, VerifyingKey::from_jwk(&Jwk::parse(jwk.as_bytes()).unwrap()).unwrap())
    };
    let (our_key, our_public) = named(1);
    let (their_key, their_public) = named(2);
    let verifier = |public: VerifyingKey, issuer: &str| {
        let entry = RingEntry { key: RingKey::Verifying(public), state: KeyState::Retired };
        let keys = KeyRingHandle::new(KeyRing::new([entry]).unwrap());
        Verifier::<RegisteredClaims>::new(keys, Expectation { issuer: issuer.to_owned(), ..expectation() }, 8)
    };
    let ours = verifier(our_public, "https://id.example");
    let theirs = verifier(their_public, "https://other.example");
    let token = |key: &SigningKey, issuer: &str| {
        let claims = RegisteredClaims { iss: Some(issuer.to_owned()), ..good_claims() };
        let issuer = Issuer { key: key.clone(), verifier: Issuer::new(Algorithm::EdDsa).verifier };
        let header = issuer.header().replace(key.kid(), "1");
        issuer.forge(header, serde_json::to_vec(&claims).unwrap())
    };
    assert!(ours.verify(&token(&our_key, "https://id.example"), NOW).is_ok());
    assert!(theirs.verify(&token(&their_key, "https://other.example"), NOW).is_ok());
    assert!(ours.verify(&token(&their_key, "https://id.example"), NOW).is_err(), "their key, our name");
    assert!(ours.verify(&token(&our_key, "https://other.example"), NOW).is_err(), "our key, their name");
    assert!(ours.verify(&token(&their_key, "https://other.example"), NOW).is_err(), "all theirs");
}

#[test]
fn section_3_9_audience_a_token_for_somebody_else_or_for_nobody_is_refused() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    for (aud, taken) in [
        (json!("api"), true),
        (json!(["web", "api"]), true),
        (json!("API"), false),
        (json!("api/"), false),
        (json!("ap"), false),
        (json!(["web"]), false),
        (json!([]), false),
        (Value::Null, false),
    ] {
        let mut claims: Value = serde_json::from_str(GOOD).unwrap();
        claims["aud"] = aud.clone();
        assert_eq!(issuer.verify(&issuer.forge(issuer.header(), claims.to_string())).is_ok(), taken, "{aud}");
    }
    assert!(issuer.verify(&issuer.forge(issuer.header(), GOOD.replace(r#""aud":"api","#, ""))).is_err());
}

#[test]
fn section_3_10_do_not_trust_received_claims_a_kid_is_compared_and_an_address_is_not_asked() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}/keys", listener.local_addr().unwrap());
    let attacker =
        Issuer { key: SigningKey::generate(Algorithm::EdDsa, &SeededRandom::new(666)).unwrap(), ..Issuer::new(Algorithm::EdDsa) };
    for member in ["jku", "x5u", "kid", "iss", "url"] {
        for value in [
            address.clone(),
            format!("{address}#{}", attacker.key.kid()),
            "../../etc/passwd".into(),
            "'; DROP TABLE keys; --".into(),
        ] {
            let header = json!({ "alg": "EdDSA", "typ": "at+jwt", member: value });
            assert!(attacker.verify(&attacker.forge(header.to_string(), GOOD)).is_err(), "{member} {value}");
        }
    }
    assert_eq!(
        listener.accept().map(drop).map_err(|error| error.kind()),
        Err(std::io::ErrorKind::WouldBlock),
        "nobody has called"
    );
}

#[test]
fn section_3_11_explicit_typing_jwt_is_no_type_and_a_media_type_has_two_spellings() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    for (typ, taken) in [
        ("at+jwt", true),
        ("application/at+jwt", true),
        ("AT+JWT", true),
        ("Application/AT+JWT", true),
        ("JWT", false),
        ("jwt", false),
        ("application/jwt", false),
        ("at+jwt; charset=utf-8", false),
        ("text/at+jwt", false),
        ("", false),
    ] {
        let header = issuer.header().replace("at+jwt", typ);
        assert_eq!(issuer.verify(&issuer.forge(header, GOOD)).is_ok(), taken, "{typ}");
    }
    assert!(issuer.verify(&issuer.forge(issuer.header().replace(r#","typ":"at+jwt""#, ""), GOOD)).is_err());
}

#[test]
fn section_3_12_preventing_confusion_one_verifier_takes_one_kind() {
    // `kinds.rs` asks every kind of token of every kind of verifier; here the two that share key, issuer and audience.
    let issuer = Issuer::new(Algorithm::EdDsa);
    let keys = KeyRingHandle::new(KeyRing::of(issuer.key.clone()));
    let logout = Verifier::<RegisteredClaims>::new(keys, Expectation { typ: "logout+jwt".to_owned(), ..expectation() }, 8);
    let (access, ending) =
        (sign(&good_claims(), "at+jwt", &issuer.key).unwrap(), sign(&good_claims(), "logout+jwt", &issuer.key).unwrap());
    assert!(issuer.verify(&access).is_ok() && logout.verify(&ending, NOW).is_ok());
    assert!(issuer.verify(&ending).is_err() && logout.verify(&access, NOW).is_err());
}

#[test]
fn section_3_13_limit_iterations_a_password_based_algorithm_does_not_exist() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    for alg in ["PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW"] {
        let header =
            format!(r#"{{"alg":"{alg}","p2s":"AAAAAAAAAAA","p2c":2147483647,"enc":"A128GCM","kid":"{}"}}"#, issuer.key.kid());
        assert!(matches!(issuer.verify(&issuer.forge(header, GOOD)).err(), Some(JwtError::Untrusted { .. })), "{alg}");
    }
}

#[test]
fn section_3_14_token_format_a_jwt_has_letters_digits_dots_and_two_signs() {
    let issuer = Issuer::new(Algorithm::EdDsa);
    let token = issuer.good();
    for byte in (0..=0x7f_u8).filter(|byte| !byte.is_ascii_alphanumeric() && !b"-_".contains(byte)) {
        for at in [0, 10, token.find('.').unwrap() + 5, token.len() - 3, token.len()] {
            let mut changed = token.clone();
            changed.insert(at, char::from(byte));
            assert!(issuer.verify(&changed).is_err(), "{:?} at {at}", char::from(byte));
        }
        // A good signature does not help: the text is no JWT.
        let (header, payload) = (encode_base64url(issuer.header().as_bytes()), encode_base64url(GOOD.as_bytes()));
        let junk = char::from(byte);
        for (header, payload) in [(format!("{header}{junk}"), payload.clone()), (header, format!("{junk}{payload}"))] {
            let refused = issuer.verify(&issuer.forge_encoded(&header, &payload)).err();
            assert!(matches!(refused, Some(JwtError::Malformed { .. })), "{junk:?}");
        }
    }
}

#[test]
fn a_symmetric_verifier_asks_the_same_questions() {
    let secret = MacKey::generate(MacAlgorithm::Hs256, &SeededRandom::new(1), Some("shared")).unwrap();
    let verifier = MacVerifier::<RegisteredClaims>::new(secret.clone(), expectation(), 8);
    let token = |typ: &str, change: &dyn Fn(&mut RegisteredClaims)| {
        let mut claims = good_claims();
        change(&mut claims);
        cloakroom_jwt::sign_with_mac(&claims, typ, &secret).unwrap()
    };
    let good = token("at+jwt", &|_| {});
    for _ in 0..2 {
        assert_eq!(*verifier.verify(&good, NOW).unwrap(), good_claims());
    }
    assert_eq!(verifier.remembered(), 1);
    assert!(verifier.verify(&token("application/AT+jwt", &|_| {}), NOW).is_ok());
    for refused in [
        token("JWT", &|_| {}),
        token("at+jwt", &|claims| claims.iss = Some("https://evil.example".to_owned())),
        token("at+jwt", &|claims| claims.aud = None),
    ] {
        assert!(matches!(verifier.verify(&refused, NOW).err(), Some(JwtError::NotMeantForUs { .. })), "{refused}");
    }
    assert_eq!(verifier.verify(&good, Timestamp::from_seconds(1_300)).err(), Some(JwtError::Expired));
    assert_eq!(verifier.verify(&good, NOW.plus(Duration::from_secs(299))).err(), None);
    let stranger = MacKey::generate(MacAlgorithm::Hs256, &SeededRandom::new(2), Some("shared")).unwrap();
    let other_kid = MacKey::generate(MacAlgorithm::Hs256, &SeededRandom::new(1), Some("other")).unwrap();
    let no_kid = MacKey::generate(MacAlgorithm::Hs256, &SeededRandom::new(1), None).unwrap();
    let signed = |key: &MacKey| cloakroom_jwt::sign_with_mac(&good_claims(), "at+jwt", key).unwrap();
    assert!(verifier.verify(&signed(&stranger), NOW).is_err());
    assert!(verifier.verify(&signed(&other_kid), NOW).is_err());
    assert!(verifier.verify(&signed(&no_kid), NOW).is_ok(), "kid may be left out");
    let nameless = MacVerifier::<RegisteredClaims>::new(no_kid, expectation(), 0);
    assert!(nameless.verify(&signed(&secret), NOW).is_err(), "a key without a name answers to none");
    for algorithm in [MacAlgorithm::Hs384, MacAlgorithm::Hs512] {
        let longer = MacKey::generate(algorithm, &SeededRandom::new(1), Some("shared")).unwrap();
        assert!(verify_mac(&signed(&longer), &secret).is_err(), "{algorithm}");
    }
}
