//! What attackers have done to JWT libraries, class by class, and that it does not work here.
//!
//! The classes are numbered as in the project's threat table. That a comparison takes as long wherever the difference is (J16) is shown
//! where signatures are compared, in `verified.rs`; MACs are compared by the cryptographic library.

mod issuer;

use std::time::Duration;

use aws_lc_rs::hmac;
use cloakroom_jwt::{
    Algorithm, Jwk, JwkSet, JwtError, KeyError, KeyRing, KeyRingHandle, KeyState, MacAlgorithm, MacKey, RegisteredClaims,
    RingEntry, RingKey, SigningKey, Verifier, VerifyingKey, sign, sign_with_mac, verify_mac,
};
use cloakroom_primitives::{Secret, SeededRandom, Timestamp, decode_base64url, encode_base64url};
use issuer::{GOOD, Issuer, NOW, expectation};

fn issuer() -> Issuer {
    Issuer::new(Algorithm::EdDsa)
}

fn with_payload(payload: &str) -> JwtError {
    let issuer = issuer();
    refusal(&issuer, &issuer.forge(issuer.header(), payload))
}

/// The error a token is refused with.
fn refusal(issuer: &Issuer, token: &str) -> JwtError {
    issuer.verify(token).err().expect("the token is refused")
}

fn is_malformed(error: JwtError) -> bool {
    matches!(error, JwtError::Malformed { .. })
}

fn is_untrusted(error: JwtError) -> bool {
    matches!(error, JwtError::Untrusted { .. })
}

#[test]
fn the_good_token_is_taken() {
    for algorithm in Algorithm::ALL {
        let issuer = Issuer::new(algorithm);
        let verified = issuer.verify(&issuer.good()).unwrap();
        assert_eq!(verified.claims.sub.as_deref(), Some("ada"), "{algorithm}");
        assert_eq!(&*verified.kid, issuer.key.kid(), "{algorithm}");
    }
}

#[test]
fn j1_alg_none_is_refused_in_every_spelling_with_and_without_signature() {
    for algorithm in Algorithm::ALL {
        let issuer = Issuer::new(algorithm);
        for alg in ["none", "None", "NONE", "nOnE", "none ", " none", "no\\u006ee", "", "null", "undefined"] {
            let header = format!(r#"{{"alg":"{alg}","kid":"{}","typ":"at+jwt"}}"#, issuer.key.kid());
            let signed = issuer.forge(header, GOOD);
            let unsigned = format!("{}.", signed.rsplit_once('.').unwrap().0);
            assert!(is_untrusted(refusal(&issuer, &signed)), "{alg}");
            assert!(is_untrusted(refusal(&issuer, &unsigned)), "{alg}");
        }
    }
}

#[test]
fn j2_a_public_key_used_as_hmac_secret_signs_nothing() {
    for algorithm in Algorithm::ALL {
        let issuer = Issuer::new(algorithm);
        let jwk = serde_json::to_string(&issuer.key.verifying_key().to_jwk()).unwrap();
        let der = [&SPKI_OF_ED25519[..], b"12345678901234567890123456789012"].concat();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", encode_base64url(&der));
        let secrets = [jwk.as_bytes(), &der, pem.as_bytes(), b"", issuer.key.kid().as_bytes()];
        for secret in secrets.iter().flat_map(|secret| {
            [secret.to_vec(), [b"\n", *secret].concat(), [*secret, b" "].concat(), [&b"\xef\xbb\xbf"[..], secret].concat()]
        }) {
            for alg in ["HS256", issuer.key.algorithm().name()] {
                let header = format!(r#"{{"alg":"{alg}","kid":"{}","typ":"at+jwt"}}"#, issuer.key.kid());
                let input = format!("{}.{}", encode_base64url(header.as_bytes()), encode_base64url(GOOD.as_bytes()));
                let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), input.as_bytes());
                assert!(is_untrusted(refusal(&issuer, &format!("{input}.{}", encode_base64url(tag.as_ref())))), "{alg}");
            }
        }
    }
}

#[test]
fn j2_a_public_key_is_no_secret_in_any_form() {
    for algorithm in Algorithm::ALL {
        let key = Issuer::new(algorithm).key;
        let jwk = serde_json::to_string(&key.verifying_key().to_jwk()).unwrap();
        let set: JwkSet = [key.verifying_key().to_jwk()].into_iter().collect();
        for public in [jwk, set.to_json()] {
            for around in [format!("\n\t {public}"), format!("{public}\r\n"), format!("\u{feff}{public}")] {
                let secret = MacKey::new(MacAlgorithm::Hs256, &Secret::new(around.into_bytes()), None);
                assert!(matches!(secret, Err(KeyError::Inconsistent { .. })), "{algorithm}");
            }
            assert!(MacKey::from_jwk(public.as_bytes()).is_err());
        }
    }
    let spki = [&SPKI_OF_ED25519[..], &[9; 32]].concat();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", encode_base64url(&spki));
    for public in [spki, format!(" \n{pem}").into_bytes(), pem.into_bytes()] {
        let secret = MacKey::new(MacAlgorithm::Hs256, &Secret::new(public), None);
        assert!(matches!(secret, Err(KeyError::Inconsistent { .. })));
    }
}

const SPKI_OF_ED25519: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

#[test]
fn j2_a_key_takes_no_name_but_its_own() {
    let others = ["HS256", "HS384", "HS512", "Ed448", "eddsa", "EdDSA ", "ES256K", "RS1", "ml-dsa-44", "ML-DSA", ""];
    for algorithm in Algorithm::ALL {
        let issuer = Issuer::new(algorithm);
        let names = Algorithm::ALL.map(Algorithm::name).into_iter().chain(others);
        for name in names.filter(|name| *name != algorithm.name()) {
            let header = issuer.header().replacen(algorithm.name(), name, 1);
            assert!(is_untrusted(refusal(&issuer, &issuer.forge(header, GOOD))), "{algorithm} {name}");
        }
    }
}

#[test]
fn j3_a_header_brings_no_key() {
    let (issuer, attacker) = (issuer(), SigningKey::generate(Algorithm::EdDsa, &SeededRandom::new(666)).unwrap());
    let forger = Issuer { key: attacker.clone(), verifier: Issuer::new(Algorithm::EdDsa).verifier };
    let jwk = serde_json::to_string(&attacker.verifying_key().to_jwk()).unwrap();
    for member in [
        format!(r#""jwk":{jwk}"#),
        r#""jku":"https://evil.example/keys""#.into(),
        r#""x5u":"file:///x""#.into(),
        r#""x5c":["AA"]"#.into(),
    ] {
        for kid in [issuer.key.kid(), attacker.kid()] {
            let header = format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"at+jwt",{member}}}"#);
            assert!(is_untrusted(refusal(&issuer, &forger.forge(&header, GOOD))), "{header}");
        }
        // Under our own key the member is one we do not know, and changes nothing.
        let header = format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"at+jwt",{member}}}"#, issuer.key.kid());
        assert!(issuer.verify(&issuer.forge(&header, GOOD)).is_ok(), "{header}");
    }
}

#[test]
fn j4_a_kid_only_names_one_of_our_keys() {
    let issuer = issuer();
    for kid in ["", "../../../../dev/null", "' OR 1=1 --", "a\\u0000", "| sleep 9", "*", &"k".repeat(4_000)] {
        let header = format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"at+jwt"}}"#);
        assert!(is_untrusted(refusal(&issuer, &issuer.forge(&header, GOOD))), "{kid}");
    }
    let with_more = format!(r#"{{"alg":"EdDSA","kid":"{}\u0000","typ":"at+jwt"}}"#, issuer.key.kid());
    assert!(is_untrusted(refusal(&issuer, &issuer.forge(with_more, GOOD))));
    assert!(is_untrusted(refusal(&issuer, &issuer.forge(r#"{"alg":"EdDSA","typ":"at+jwt"}"#, GOOD))));
}

#[test]
fn j5_an_empty_blank_or_zero_signature_is_refused() {
    let p256 = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let p384 = "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973";
    let p521 = concat!(
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"
    );
    let orders = [p256, p384, p521].map(|order| {
        let digit = |place: usize| u8::from_str_radix(&order[place..place + 2], 16).unwrap();
        (0..order.len()).step_by(2).map(digit).collect::<Vec<_>>()
    });
    for algorithm in Algorithm::ALL {
        let issuer = Issuer::new(algorithm);
        let token = issuer.good();
        let (input, _) = token.rsplit_once('.').unwrap();
        let length = issuer.signature(b"").len();
        let r_and_s_are_n = orders.iter().map(|order| [&order[..], order].concat());
        let blank = [vec![], vec![0], vec![0; length], vec![0xff; length], vec![0; 1_000]];
        for signature in blank.into_iter().chain(r_and_s_are_n) {
            let forged = format!("{input}.{}", encode_base64url(&signature));
            assert!(is_untrusted(refusal(&issuer, &forged)), "{algorithm} {} bytes", signature.len());
        }
        assert!(is_malformed(refusal(&issuer, &format!("{input}. "))));
    }
}

#[test]
fn j5_an_ecdsa_signature_in_der_is_refused() {
    let issuer = Issuer::new(Algorithm::Es256);
    let token = issuer.good();
    let (input, _) = token.rsplit_once('.').unwrap();
    let fixed = issuer.signature(input.as_bytes());
    let integer = |half: &[u8]| [&[0x02, 33, 0][..], half].concat();
    let content = [integer(&fixed[..32]), integer(&fixed[32..])].concat();
    let der = [&[0x30, content.len() as u8][..], &content].concat();
    assert!(is_untrusted(refusal(&issuer, &format!("{input}.{}", encode_base64url(&der)))));
    for wrong_length in [&fixed[..63], &[&fixed[..], &[0]].concat(), &[&[0], &fixed[..]].concat()] {
        assert!(is_untrusted(refusal(&issuer, &format!("{input}.{}", encode_base64url(wrong_length)))));
    }
}

#[test]
fn j6_any_crit_is_refused() {
    for crit in [r#"["exp"]"#, r#"["b64"]"#, r#"["x"]"#, "[]", "null", "\"exp\"", "{}", r#"["alg"]"#] {
        let issuer = issuer();
        let header = format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"at+jwt","crit":{crit},"x":1}}"#, issuer.key.kid());
        assert!(is_malformed(refusal(&issuer, &issuer.forge(header, GOOD))), "{crit}");
    }
}

#[test]
fn j7_any_b64_is_refused() {
    let issuer = issuer();
    for member in [r#""b64":false"#, r#""b64":true"#, r#""b64":false,"crit":["b64"]"#] {
        let header = format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"at+jwt",{member}}}"#, issuer.key.kid());
        assert!(is_malformed(refusal(&issuer, &issuer.forge(&header, GOOD))), "{member}");
        let payload = "payload-in-the-clear";
        assert!(is_malformed(refusal(&issuer, &issuer.forge_encoded(&encode_base64url(header.as_bytes()), payload))), "{member}");
    }
}

#[test]
fn j8_a_claim_of_a_wrong_type_is_refused_and_never_absent() {
    let dates = [
        "\"1300\"",
        "1300.5",
        "1300.0",
        "1e400",
        "-1",
        "9007199254740993",
        "9223372036854775808",
        "18446744073709551616",
        "null",
        "[1300]",
        "{}",
        "true",
    ];
    for value in dates {
        assert!(is_malformed(with_payload(&GOOD.replace("1300", value))), "exp {value}");
        for claim in ["nbf", "iat"] {
            let payload = GOOD.replace("\"exp\"", &format!("\"{claim}\":{value},\"exp\""));
            assert!(is_malformed(with_payload(&payload)), "{claim} {value}");
        }
    }
    for value in ["7", "null", "true", "{}", "[\"https://id.example\"]"] {
        assert!(is_malformed(with_payload(&GOOD.replace("\"https://id.example\"", value))), "iss {value}");
        assert!(is_malformed(with_payload(&GOOD.replace("\"ada\"", value))), "sub {value}");
    }
    for value in ["7", "null", "true", "{}", "[7]", "[[\"api\"]]", "[\"api\",null]"] {
        assert!(is_malformed(with_payload(&GOOD.replace("\"api\"", value))), "aud {value}");
    }
    assert!(is_malformed(with_payload(r#"{"iss":"https://id.example","aud":"api"}"#)), "no exp");
}

#[test]
fn j9_two_members_of_one_name_are_refused_wherever_they_are() {
    for more in [
        r#""aud":"api""#,
        r#""\u0061ud":"api""#,
        r#""unknown":1,"unknown":1"#,
        r#""deep":{"a":1,"a":1}"#,
        r#""deep":[{"x":{"a":1,"\u0061":1}}]"#,
    ] {
        assert!(is_malformed(with_payload(&GOOD.replace("\"exp\"", &format!("{more},\"exp\"")))), "{more}");
    }
    let issuer = issuer();
    for more in [r#""alg":"EdDSA""#, r#""\u006bid":"k""#, r#""x":1,"x":2"#] {
        let header = issuer.header().replace("\"typ\"", &format!("{more},\"typ\""));
        assert!(is_malformed(refusal(&issuer, &issuer.forge(header, GOOD))), "{more}");
    }
}

#[test]
fn j10_an_algorithm_nobody_knows_never_succeeds() {
    let issuer = issuer();
    for alg in ["XX256", "EdDSA2", "ML-DSA-45", "ES521", "RSA1_5", "dir", "A256GCM", "ES256K", "SLH-DSA-SHA2-128s"] {
        let header = format!(r#"{{"alg":"{alg}","kid":"{}","typ":"at+jwt"}}"#, issuer.key.kid());
        assert!(is_untrusted(refusal(&issuer, &issuer.forge(header, GOOD))), "{alg}");
        let jwk = serde_json::to_string(&issuer.key.verifying_key().to_jwk()).unwrap().replace("EdDSA", alg);
        assert!(Jwk::parse(jwk.as_bytes()).is_err(), "{alg}");
    }
}

#[test]
fn j11_another_issuer_audience_or_purpose_is_refused_although_the_signature_is_good() {
    let not_meant = |error| matches!(error, JwtError::NotMeantForUs { .. });
    for iss in ["https://id.example/", "https://ID.example", "https://id.example.evil.example", ""] {
        assert!(not_meant(with_payload(&GOOD.replace("https://id.example", iss))), "{iss}");
    }
    for aud in ["\"API\"", "\"ap\"", "\"apix\"", "\"\"", "[]", "[\"web\"]", "\"api other\""] {
        assert!(not_meant(with_payload(&GOOD.replace("\"api\"", aud))), "{aud}");
    }
    assert!(not_meant(with_payload(r#"{"aud":"api","exp":1300}"#)), "no iss");
    assert!(not_meant(with_payload(r#"{"iss":"https://id.example","exp":1300}"#)), "no aud");
    let issuer = issuer();
    for typ in [r#","typ":"JWT""#, r#","typ":"dpop+jwt""#, r#","typ":"""#, ""] {
        let header = issuer.header().replace(r#","typ":"at+jwt""#, typ);
        assert!(not_meant(refusal(&issuer, &issuer.forge(header, GOOD))), "{typ}");
    }
    for typ in ["application/at+jwt", "AT+JWT"] {
        assert!(issuer.verify(&issuer.forge(issuer.header().replace("at+jwt", typ), GOOD)).is_ok(), "{typ}");
    }
}

#[test]
fn j12_what_is_not_a_compact_jws_is_not_read() {
    let issuer = issuer();
    let token = issuer.good();
    let parts: Vec<_> = token.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    for text in [
        String::new(),
        "..".to_owned(),
        format!("{header}.{payload}"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.x.y"),
        format!("{token}{token}"),
        format!(r#"{{"payload":"{payload}","protected":"{header}","signature":"{signature}"}}"#),
        format!(r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#),
        format!(r#"{{"a":".","b":"{token}"}}"#),
        format!("Bearer {token}"),
        format!("\"{token}\""),
    ] {
        assert!(is_malformed(refusal(&issuer, &text)), "{text}");
    }
    let array = issuer.forge(issuer.header(), r#"["https://id.example","ada","api",1300,1,1,"j"]"#);
    assert!(is_malformed(refusal(&issuer, &array)), "an array is no set of claims");
}

#[test]
fn j13_large_input_is_refused_before_any_work() {
    let issuer = issuer();
    let too_long = JwtError::Malformed { reason: "longer than 8 KiB" };
    for text in ["a".repeat(10_000_000), ".".repeat(1_000_000), format!("{}.{}", issuer.good(), "a".repeat(8_192))] {
        assert_eq!(refusal(&issuer, &text), too_long);
    }
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let deep_header = issuer.header().replace("\"typ\"", &format!("\"x\":{},\"typ\"", nested(2_000)));
    assert!(is_malformed(refusal(&issuer, &issuer.forge(deep_header, GOOD))));
    assert!(is_malformed(with_payload(&GOOD.replace("\"exp\"", &format!("\"x\":{},\"exp\"", nested(2_000))))));
    let zipped = issuer.header().replace("\"typ\"", "\"zip\":\"DEF\",\"typ\"");
    assert!(is_malformed(refusal(&issuer, &issuer.forge(zipped, GOOD))));
}

#[test]
fn j14_base64url_has_one_text() {
    let issuer = issuer();
    let (header, payload) = (encode_base64url(issuer.header().as_bytes()), encode_base64url(format!("{GOOD} ").as_bytes()));
    assert!(issuer.verify(&issuer.forge_encoded(&header, &payload)).is_ok());
    let token = issuer.forge_encoded(&header, &payload);
    let (input, signature) = token.rsplit_once('.').unwrap();
    for junk in ["=", "==", " ", "\n", "\r\n", "+", "/", "?", "\0", "%3D"] {
        assert!(is_malformed(refusal(&issuer, &issuer.forge_encoded(&format!("{header}{junk}"), &payload))), "header {junk:?}");
        assert!(is_malformed(refusal(&issuer, &issuer.forge_encoded(&header, &format!("{payload}{junk}")))), "payload {junk:?}");
        assert!(is_malformed(refusal(&issuer, &format!("{input}.{signature}{junk}"))), "signature {junk:?}");
        assert!(issuer.verify(&format!("{junk}{token}")).is_err(), "in front {junk:?}");
    }
    // The last of 86 characters has four unused bits; every other setting of them is another text for the same bytes.
    let last = signature.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for other in alphabet.chars().filter(|other| *other != last) {
        let changed = format!("{input}.{}{other}", &signature[..signature.len() - 1]);
        assert!(issuer.verify(&changed).is_err(), "{other}");
    }
}

#[test]
fn j15_the_other_form_of_an_ecdsa_signature_is_another_token_with_the_same_claims() {
    let issuer = Issuer::new(Algorithm::Es256);
    let token = issuer.good();
    let (input, _) = token.rsplit_once('.').unwrap();
    let mut signature = issuer.signature(input.as_bytes());
    negate_s(&mut signature[32..]);
    let other = format!("{input}.{}", encode_base64url(&signature));
    assert_eq!(issuer.verify(&token).unwrap().claims, issuer.verify(&other).unwrap().claims);
    // The memory lends the verdict on one text to no other: one that was never good is refused while these are remembered.
    signature[63] ^= 1;
    let forged = format!("{input}.{}", encode_base64url(&signature));
    for good in [&token, &other, &token] {
        assert!(issuer.verify(good).is_ok());
        assert!(is_untrusted(refusal(&issuer, &forged)));
    }
}

/// n − s, big-endian.
fn negate_s(s: &mut [u8]) {
    let order = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
        0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let mut borrow = 0;
    for (digit, order) in s.iter_mut().zip(order).rev() {
        let difference = order - i16::from(*digit) - borrow;
        borrow = i16::from(difference < 0);
        *digit = difference.rem_euclid(256) as u8;
    }
}

#[test]
fn j5_a_blank_secret_cannot_be_had_and_its_mac_is_refused() {
    for secret in [vec![], vec![0; 31], b"secret".to_vec()] {
        assert!(matches!(MacKey::new(MacAlgorithm::Hs256, &Secret::new(secret), None), Err(KeyError::Weak { .. })));
    }
    let secret = MacKey::generate(MacAlgorithm::Hs256, &SeededRandom::new(1), None).unwrap();
    let input = format!("{}.{}", encode_base64url(br#"{"alg":"HS256"}"#), encode_base64url(GOOD.as_bytes()));
    for guess in [&b""[..], &[0; 32], b"secret", b"HS256"] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, guess), input.as_bytes());
        assert!(verify_mac(&format!("{input}.{}", encode_base64url(tag.as_ref())), &secret).is_err());
    }
}

#[test]
fn j16_a_mac_is_compared_to_its_last_bit() {
    for algorithm in MacAlgorithm::ALL {
        let secret = MacKey::generate(algorithm, &SeededRandom::new(1), None).unwrap();
        let token = sign_with_mac(&serde_json::from_str::<RegisteredClaims>(GOOD).unwrap(), "at+jwt", &secret).unwrap();
        assert!(verify_mac(&token, &secret).is_ok());
        let (input, tag) = token.rsplit_once('.').unwrap();
        let tag = decode_base64url(tag).unwrap();
        for bit in 0..tag.len() * 8 {
            let mut bent = tag.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            let refused = verify_mac(&format!("{input}.{}", encode_base64url(&bent)), &secret);
            assert!(refused.is_err_and(is_untrusted), "{algorithm} bit {bit}");
        }
    }
}

#[test]
fn j17_text_that_is_no_token_is_refused_and_never_a_panic() {
    let issuer = issuer();
    let token = issuer.good();
    for text in ["%", "%00.%00.%00", "ä.ö.ü", "\u{202e}.a.b", "\u{feff}a.b.c", "🧥.🧥.🧥", "\0.\0.\0"] {
        assert!(issuer.verify(text).is_err(), "{text:?}");
        assert!(issuer.verify(&format!("{text}{token}")).is_err(), "{text:?}");
        assert!(issuer.verify(&format!("{token}{text}")).is_err(), "{text:?}");
    }
}

#[test]
fn j18_no_part_of_a_token_is_a_token() {
    for algorithm in Algorithm::ALL {
        let issuer = Issuer::new(algorithm);
        let token = issuer.good();
        assert!(issuer.verify(&token).is_ok());
        for cut in 1..token.len() {
            assert!(issuer.verify(&token[cut..]).is_err(), "{algorithm} without the first {cut}");
            assert!(issuer.verify(&token[..cut]).is_err(), "{algorithm} the first {cut}");
        }
    }
}

#[test]
fn j19_a_thumbprint_follows_from_the_key_alone() {
    for algorithm in Algorithm::ALL {
        let key = Issuer::new(algorithm).key;
        let jwk = key.verifying_key().to_jwk();
        assert_eq!(jwk.thumbprint(), key.kid());
        let renamed = serde_json::to_string(&jwk).unwrap().replace(key.kid(), "other");
        let renamed = Jwk::parse(renamed.as_bytes()).unwrap();
        assert_eq!((renamed.kid(), renamed.thumbprint()), (Some("other"), key.kid().to_owned()));
    }
}

#[test]
fn j20_an_ambiguous_or_weak_key_set_is_refused() {
    let jwk = |algorithm| serde_json::to_string(&Issuer::new(algorithm).key.verifying_key().to_jwk()).unwrap();
    let (ed25519, rsa) = (jwk(Algorithm::EdDsa), jwk(Algorithm::Rs256));
    let set = |keys: &[&str]| JwkSet::parse(format!(r#"{{"keys":[{}]}}"#, keys.join(",")).as_bytes());
    assert!(set(&[&ed25519, &rsa]).is_ok());
    assert!(set(&[&ed25519, &ed25519]).is_err());
    assert!(set(&[&ed25519, r#"{"kty":"oct","kid":"s","k":"AAAA","alg":"HS256"}"#]).is_err());
    for (from, to) in
        [("\"use\":\"sig\"", "\"use\":\"enc\""), ("\"use\":\"sig\"", "\"key_ops\":[\"encrypt\"]"), ("RS256", "ES256")]
    {
        assert!(Jwk::parse(rsa.replace(from, to).as_bytes()).is_err(), "{to}");
    }
    let weak = |from: &str, to: &str| VerifyingKey::from_jwk(&Jwk::parse(rsa.replace(from, to).as_bytes()).unwrap()).is_err();
    assert!(weak("AQAB", "AQ"), "e = 1");
    assert!(weak("AQAB", "Aw"), "e = 3");
    let n = serde_json::from_str::<serde_json::Value>(&rsa).unwrap()["n"].as_str().unwrap().to_owned();
    assert!(weak(&n, &n[..172]), "1,024 bits");
    assert!(weak(&n, &format!("AAAA{n}")), "leading zeros");
    let key = Issuer::new(Algorithm::EdDsa).key;
    let entry = |state| RingEntry { key: RingKey::Signing(key.clone()), state };
    assert!(KeyRing::new([entry(KeyState::Current), entry(KeyState::Retired)]).is_err());
}

/// A ring whose one key is in `state`.
fn ring(key: &SigningKey, state: KeyState) -> KeyRing {
    KeyRing::new([RingEntry { key: RingKey::Signing(key.clone()), state }]).expect("one key is never ambiguous")
}

#[test]
fn a_remembered_token_is_asked_about_time_and_keys_again() {
    let issuer = issuer();
    let keys = KeyRingHandle::new(ring(&issuer.key, KeyState::Current));
    let verifier = Verifier::<RegisteredClaims>::new(keys.clone(), expectation(), 8);
    let token = issuer.good();
    let last = Timestamp::from_millis(1_299_999);
    for _ in 0..3 {
        assert!(verifier.verify(&token, last).is_ok());
    }
    assert_eq!(verifier.remembered(), 1);
    keys.store(ring(&issuer.key, KeyState::Retired));
    assert!(verifier.verify(&token, last).is_ok());
    keys.store(ring(&issuer.key, KeyState::Removed));
    assert!(is_untrusted(verifier.verify(&token, last).err().unwrap()));
    keys.store(KeyRing::default());
    assert!(is_untrusted(verifier.verify(&token, last).err().unwrap()));
    keys.store(ring(&issuer.key, KeyState::Current));
    assert!(verifier.verify(&token, last).is_ok());
    assert_eq!(verifier.verify(&token, last.plus(Duration::from_millis(1))).err(), Some(JwtError::Expired));
    assert_eq!(verifier.remembered(), 0);
}

#[test]
fn the_memory_is_bounded_and_takes_good_tokens_only() {
    let issuer = issuer();
    let bad = issuer.forge(issuer.header(), GOOD.replace("api", "other"));
    assert!(issuer.verify(&bad).is_err());
    assert_eq!(issuer.verifier.remembered(), 0);
    for n in 0..1_000 {
        assert!(issuer.verify(&issuer.forge(issuer.header(), GOOD.replace("ada", &n.to_string()))).is_ok());
    }
    assert!((1..=64).contains(&issuer.verifier.remembered()));
}

#[test]
fn a_verifier_without_memory_judges_alike() {
    let issuer = issuer();
    let verifier = Verifier::<RegisteredClaims>::new(KeyRingHandle::new(KeyRing::of(issuer.key.clone())), expectation(), 0);
    assert!(verifier.verify(&issuer.good(), NOW).is_ok());
    assert!(verifier.verify(&issuer.good()[1..], NOW).is_err());
    assert_eq!(verifier.remembered(), 0);
}

#[test]
fn an_expired_token_still_says_whose_it_was_but_a_forged_one_does_not() {
    let issuer = issuer();
    let token = issuer.good();
    let late = Timestamp::from_seconds(1_000_000);
    let recognise = |state, token: &str, now| {
        let keys = KeyRingHandle::new(ring(&issuer.key, state));
        Verifier::<RegisteredClaims>::new(keys, expectation(), 8).verify_ignoring_expiry(token, now)
    };
    for state in [KeyState::Next, KeyState::Current, KeyState::Retired, KeyState::Removed] {
        let recognised = recognise(state, &token, late).unwrap();
        assert_eq!((recognised.claims.sub.as_deref(), recognised.expired), (Some("ada"), true), "{state:?}");
        let early = recognise(state, &token, NOW).unwrap();
        assert_eq!(early.expired, state == KeyState::Removed, "{state:?}");
    }
    let input = token.rsplit_once('.').unwrap().0;
    let forged = format!("{input}.{}", encode_base64url(&issuer.signature(b"another text")));
    assert!(is_untrusted(issuer.verifier.verify_ignoring_expiry(&forged, late).err().unwrap()));
    for (from, to) in [("api", "other"), ("id.example", "evil.example")] {
        let other = issuer.forge(issuer.header(), GOOD.replace(from, to));
        let answer = issuer.verifier.verify_ignoring_expiry(&other, late);
        assert!(matches!(answer.err(), Some(JwtError::NotMeantForUs { .. })), "{to}");
    }
    let stranger = SigningKey::generate(Algorithm::EdDsa, &SeededRandom::new(9)).unwrap();
    let foreign = sign(&serde_json::from_str::<serde_json::Value>(GOOD).unwrap(), "at+jwt", &stranger).unwrap();
    assert!(is_untrusted(issuer.verifier.verify_ignoring_expiry(&foreign, late).err().unwrap()));
}

#[test]
fn no_error_repeats_the_token() {
    let issuer = issuer();
    let secret = "s3cr3t-claim";
    let tokens = [
        issuer.forge(issuer.header(), GOOD.replace("\"ada\"", &format!("[\"{secret}\"]"))),
        issuer.forge(issuer.header(), GOOD.replace("api", secret)),
        issuer.forge(format!(r#"{{"alg":"{secret}","kid":"{secret}"}}"#), GOOD),
        secret.to_owned(),
    ];
    for token in tokens {
        let error = refusal(&issuer, &token);
        assert!(!format!("{error} {error:?} {}", error.reason()).contains(secret));
    }
}
