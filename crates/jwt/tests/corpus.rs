//! A corpus of attacks, generated: every way in which a good token is bent, for every algorithm it could be bent under. None is accepted.
//!
//! A good token of each issuer is accepted before and after, so that a verifier that refuses everything does not pass.

mod issuer;

use std::collections::BTreeSet;
use std::io::{Write as _, stderr};

use aws_lc_rs::hmac;
use cloakroom_jwt::{Algorithm, SigningKey, sign};
use cloakroom_primitives::{SeededRandom, encode_base64url};
use issuer::{GOOD, Issuer, NOW};
use serde_json::{Value, json};

/// The names of attacks and the tokens they made.
type Corpus = Vec<(String, String)>;

/// One of each family is enough where the attack is on the framing: the signature is good in all of them.
const FAMILIES: [Algorithm; 5] = [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Es512, Algorithm::Ps256, Algorithm::MlDsa44];

fn b64(bytes: impl AsRef<[u8]>) -> String {
    encode_base64url(bytes.as_ref())
}

fn parts(token: &str) -> (&str, &str, &str) {
    let (input, signature) = token.rsplit_once('.').expect("a token has dots");
    let (header, payload) = input.split_once('.').expect("a token has two dots");
    (header, payload, signature)
}

/// `alg` in every spelling of nothing, and every name but the key's own, each with the good signature, with none, and with an HMAC.
fn names(issuer: &Issuer, corpus: &mut Corpus) {
    let nothing = ["none", "None", "NONE", "nOnE", "none ", "\\u006eone", "", " ", "null", "0", "undefined", "none\\u0000"];
    let macs = ["HS256", "HS384", "HS512", "hs256"];
    let own = issuer.key.algorithm().name();
    let jwk = serde_json::to_string(&issuer.key.verifying_key().to_jwk()).expect("a JWK can be written");
    for alg in nothing.into_iter().chain(macs).chain(Algorithm::ALL.map(Algorithm::name)).filter(|name| *name != own) {
        let header = issuer.header().replacen(own, alg, 1);
        let signed = issuer.forge(&header, GOOD);
        let (header, payload, _) = parts(&signed);
        let input = format!("{header}.{payload}");
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, jwk.as_bytes()), input.as_bytes());
        let blank = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b""), input.as_bytes());
        corpus.push((format!("J1 J2 alg {alg:?}, signed"), signed.clone()));
        corpus.push((format!("J1 alg {alg:?}, unsigned"), format!("{input}.")));
        corpus.push((format!("J2 alg {alg:?}, MAC under the public key"), format!("{input}.{}", b64(tag))));
        corpus.push((format!("J5 alg {alg:?}, MAC under nothing"), format!("{input}.{}", b64(blank))));
    }
}

/// A key or its address in the header, with the signature of an attacker's key.
fn brought_keys(issuer: &Issuer, corpus: &mut Corpus) {
    let attacker = SigningKey::generate(Algorithm::EdDsa, &SeededRandom::new(666)).expect("a key can be generated");
    let forger = Issuer { key: attacker.clone(), ..Issuer::new(Algorithm::EdDsa) };
    let jwk = serde_json::to_value(attacker.verifying_key().to_jwk()).expect("a JWK can be written");
    for (member, value) in [
        ("jwk", jwk.clone()),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t#S256", json!("AAAA")),
        ("keys", json!([jwk])),
    ] {
        for kid in [issuer.key.kid(), attacker.kid()] {
            let header = json!({ "alg": "EdDSA", "kid": kid, "typ": "at+jwt", member: value });
            corpus.push((format!("J3 {member}"), forger.forge(header.to_string(), GOOD)));
        }
    }
}

/// Names of keys that are more than names to somebody.
fn kids(issuer: &Issuer, corpus: &mut Corpus) {
    let own = issuer.key.kid();
    let long = "k".repeat(3_000);
    for kid in [
        "",
        " ",
        ".",
        "..",
        "/dev/null",
        "../../../../dev/null",
        "file:///etc/passwd",
        "C:\\\\windows",
        "' OR '1'='1",
        "\\\" --",
        "1; SELECT pg_sleep(9)",
        "`id`",
        "$(id)",
        "| id",
        "${jndi:ldap://evil.example}",
        "*",
        "%00",
        "\\u0000",
        "{{7*7}}",
        "<script>",
        &long,
        &own[1..],
        &own.to_lowercase(),
        &format!("{own} "),
        &format!("{own}\\u0000"),
        &format!(" {own}"),
    ] {
        corpus.push((format!("J4 kid {kid:.20}"), issuer.forge(issuer.header().replace(own, kid), GOOD)));
    }
    for value in ["null", "1", "[]", "{}", "true", &format!("[\"{own}\"]")] {
        corpus.push((format!("J4 kid {value}"), issuer.forge(issuer.header().replace(&format!("\"{own}\""), value), GOOD)));
    }
}

/// Signatures of nobody.
fn signatures(issuer: &Issuer, corpus: &mut Corpus) {
    let token = issuer.good();
    let (header, payload, signature) = parts(&token);
    let good = cloakroom_primitives::decode_base64url(signature).expect("a token is base64url");
    let half = good.len() / 2;
    let mut forged = vec![
        vec![],
        vec![0],
        vec![0; good.len()],
        vec![0xff; good.len()],
        vec![1; good.len()],
        good[1..].to_vec(),
        good[..good.len() - 1].to_vec(),
        [&good[..], &[0]].concat(),
        [&[0], &good[..]].concat(),
        [&good[half..], &good[..half]].concat(),
        [&good[..half], &vec![0; half]].concat(),
        [&vec![0; half], &good[half..]].concat(),
        [&good[..], &good[..]].concat(),
        [&[0x30, 0x44, 0x02, 0x20][..], &good].concat(),
        issuer.signature(b""),
        issuer.signature(payload.as_bytes()),
        issuer.signature(format!("{payload}.{header}").as_bytes()),
        issuer.signature(GOOD.as_bytes()),
    ];
    forged.extend((0..8_u8).map(|bit| {
        let mut flipped = good.clone();
        flipped[usize::from(bit) * good.len() / 8] ^= 1 << bit;
        flipped
    }));
    for (index, forged) in forged.iter().enumerate() {
        corpus.push((format!("J5 J15 signature {index}"), format!("{header}.{payload}.{}", b64(forged))));
    }
}

/// Headers that want to be read in another way.
fn extensions(issuer: &Issuer, corpus: &mut Corpus) {
    for member in [
        r#""crit":["exp"]"#,
        r#""crit":["b64"],"b64":false"#,
        r#""crit":["b64"],"b64":true"#,
        r#""crit":[]"#,
        r#""crit":null"#,
        r#""crit":"exp""#,
        r#""crit":{}"#,
        r#""crit":["x"],"x":1"#,
        r#""crit":["crit"]"#,
        r#""crit":["alg"]"#,
        r#""crit":[1]"#,
        r#""cr\u0069t":["x"]"#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""b64":"false""#,
        r#""b64":null"#,
        r#""zip":"DEF""#,
        r#""zip":null"#,
        r#""alg":"none""#,
        r#""\u0061lg":"none""#,
        r#""kid":"x""#,
        r#""typ":"JWT""#,
        r#""x":1,"x":1"#,
        r#""x":{"a":1,"a":2}"#,
        r#""x":[{"a":1,"\u0061":2}]"#,
        r#""x":1e999"#,
        r#""x":"\ud800""#,
        r#""x":01"#,
        r#""x":NaN"#,
        r#""x":'y'"#,
        r#""x":1,"#,
        "x:1",
    ] {
        let header = issuer.header().replacen('{', &format!("{{{member},"), 1);
        corpus.push((format!("J6 J7 J9 header {member}"), issuer.forge(header, GOOD)));
    }
    let nested = format!("\"x\":{}{}", "[".repeat(600), "]".repeat(600));
    corpus.push(("J13 deep header".into(), issuer.forge(issuer.header().replacen('{', &format!("{{{nested},"), 1), GOOD)));
    for header in [
        "",
        "{}",
        "[]",
        "null",
        "\"EdDSA\"",
        "{",
        "}",
        "{}{}",
        "\u{feff}{}",
        r#"{"alg":null}"#,
        r#"{"alg":["EdDSA"]}"#,
        r#"{"typ":"at+jwt"}"#,
    ] {
        corpus.push((format!("J9 J12 header {header:?}"), issuer.forge(header, GOOD)));
    }
    for typ in
        ["JWT", "jwt", "", "at+jwt ", "at+jw", "at jwt", "text/at+jwt", "application/", "dpop+jwt", "id+jwt", "\\u0000at+jwt"]
    {
        corpus.push((format!("J11 typ {typ:?}"), issuer.forge(issuer.header().replace("at+jwt", typ), GOOD)));
    }
}

/// Claims of a wrong type, twice, for somebody else, or out of time.
fn claims(issuer: &Issuer, corpus: &mut Corpus) {
    let mut push = |name: String, payload: String| corpus.push((name, issuer.forge(issuer.header(), payload)));
    let values = [
        "null",
        "true",
        "false",
        "\"\"",
        "\"1300\"",
        "1300.0",
        "1300.5",
        "1.3e3",
        "-1",
        "-0",
        "1e400",
        "9007199254740992",
        "9223372036854775808",
        "18446744073709551616",
        "[]",
        "[1300]",
        "{}",
        "{\"a\":1300}",
        "0x514",
        "01300",
        "+1300",
        "1300n",
    ];
    for value in values {
        push(format!("J8 exp {value}"), GOOD.replace("1300", value));
        push(format!("J8 nbf {value}"), GOOD.replace("\"exp\"", &format!("\"nbf\":{value},\"exp\"")));
        push(format!("J8 iat {value}"), GOOD.replace("\"exp\"", &format!("\"iat\":{value},\"exp\"")));
    }
    for value in ["null", "7", "true", "{}", "[]", "[\"ada\"]", "[7]", "[null]", "[[]]"] {
        for claim in ["\"https://id.example\"", "\"ada\"", "\"api\""] {
            // An array of strings is a good type for `aud`, of a wrong audience.
            push(format!("J8 {claim} {value}"), GOOD.replace(claim, value));
        }
    }
    for claim in ["iss", "sub", "aud", "exp", "other", "\\u0061ud", "\\u0065xp"] {
        let twice = format!("\"{claim}\":\"x\",\"{claim}\":\"x\",\"exp\"");
        push(format!("J9 {claim} twice"), GOOD.replacen("\"exp\"", &twice, 1));
    }
    for iss in [
        "https://id.example/",
        "http://id.example",
        "https://id.example.evil.example",
        "https://ID.EXAMPLE",
        "",
        "https://evil.example",
    ] {
        push(format!("J11 iss {iss}"), GOOD.replace("https://id.example", iss));
    }
    for aud in ["\"API\"", "\"api \"", "\"ap\"", "\"\"", "[\"API\"]", "\"api,web\"", "\"api web\"", "\"*\""] {
        push(format!("J11 aud {aud}"), GOOD.replace("\"api\"", aud));
    }
    for lacking in [r#""iss":"https://id.example","#, r#""aud":"api","#, r#","exp":1300"#] {
        push(format!("J11 without {lacking}"), GOOD.replace(lacking, ""));
    }
    for exp in ["0", "1", "999", "1000"] {
        push(format!("expired at {exp}"), GOOD.replace("1300", exp));
    }
    push("not yet valid".into(), GOOD.replace("\"exp\"", "\"nbf\":1001,\"exp\""));
    for payload in [
        "",
        "{}",
        "[]",
        "null",
        "\"ada\"",
        "1",
        "{",
        &format!("{GOOD}{GOOD}"),
        &format!("{GOOD},"),
        &format!("[{GOOD}]"),
        &format!("\u{feff}{GOOD}"),
    ] {
        push(format!("J12 payload {payload:.12}"), payload.to_owned());
    }
    push("J13 deep claims".into(), GOOD.replace("\"exp\"", &format!("\"x\":{}{},\"exp\"", "[".repeat(600), "]".repeat(600))));
}

/// Texts around the token, and other texts for the same bytes.
fn framing(issuer: &Issuer, corpus: &mut Corpus) {
    let token = issuer.good();
    let (header, payload, signature) = parts(&token);
    for junk in [
        "=", "==", "===", " ", "\t", "\n", "\r\n", "+", "/", "?", ".", "..", "%", "%2E", "\0", "\u{feff}", "\u{200b}", "ä", "🧥",
        "\"", "A",
    ] {
        corpus.push((format!("J14 {junk:?} in front"), format!("{junk}{token}")));
        corpus.push((format!("J14 {junk:?} behind"), format!("{token}{junk}")));
        corpus.push((format!("J14 {junk:?} in the header"), issuer.forge_encoded(&format!("{header}{junk}"), payload)));
        corpus.push((format!("J14 {junk:?} in the payload"), issuer.forge_encoded(header, &format!("{payload}{junk}"))));
        corpus.push((format!("J14 {junk:?} in the signature"), format!("{header}.{payload}.{junk}{signature}")));
    }
    for text in [
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        format!("{header}.{payload}"),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{payload}.{header}.{signature}"),
        format!("{token}.{signature}.{signature}"),
        format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#),
        format!(r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#),
        format!("Bearer {token}"),
        format!("\"{token}\""),
        format!("{token},{token}"),
        token.to_uppercase(),
        token.to_lowercase(),
        token.chars().rev().collect(),
        format!("{header}.{payload}.{}", signature.to_uppercase()),
        "a".repeat(9_000),
        ".".repeat(9_000),
        format!("{token}.{}", "a".repeat(9_000)),
    ] {
        corpus.push(("J12 J13 framing".into(), text));
    }
    let long = GOOD.replace("\"exp\"", &format!("\"x\":\"{}\",\"exp\"", "y".repeat(6_500)));
    corpus.push(("J13 longer than 8 KiB".into(), issuer.forge(issuer.header(), long)));
    for step in 1..8 {
        corpus.push((format!("J18 cut at {step}/8"), token[..token.len() * step / 8].to_owned()));
        corpus.push((format!("J18 from {step}/8"), token[token.len() * step / 8..].to_owned()));
    }
}

/// Parts of two good tokens of the same key.
fn mixtures(issuer: &Issuer, corpus: &mut Corpus) {
    let one = issuer.good();
    let claims: Value = serde_json::from_str(&GOOD.replace("ada", "eve")).expect("the payload is JSON");
    let other = sign(&claims, "at+jwt", &issuer.key).expect("claims can be signed");
    let (a, b) = (parts(&one), parts(&other));
    corpus.push(("J18 their claims, our signature".into(), format!("{}.{}.{}", a.0, b.1, a.2)));
    corpus.push(("J18 our claims, their signature".into(), format!("{}.{}.{}", a.0, a.1, b.2)));
}

fn corpus(issuer: &Issuer) -> Corpus {
    let mut corpus = Corpus::new();
    for attack in [names, brought_keys, kids, signatures, extensions, claims, framing, mixtures] {
        attack(issuer, &mut corpus);
    }
    corpus
}

#[test]
fn of_a_generated_corpus_of_attacks_none_is_accepted() {
    let mut distinct = BTreeSet::new();
    for algorithm in FAMILIES {
        let issuer = Issuer::new(algorithm);
        let good = issuer.good();
        assert!(issuer.verify(&good).is_ok(), "{algorithm}");
        for (name, token) in corpus(&issuer) {
            assert_ne!(token, good, "{algorithm}: {name} changes nothing");
            // Asked twice: a refusal is not remembered as anything else.
            for _ in 0..2 {
                assert!(issuer.verify(&token).is_err(), "{algorithm}: {name} is accepted: {token}");
            }
            let recognised = issuer.verifier.verify_ignoring_expiry(&token, NOW);
            assert!(recognised.is_err() || name.starts_with("expired"), "{algorithm}: {name} is recognised: {token}");
            distinct.insert(token);
        }
        assert!(issuer.verify(&good).is_ok(), "{algorithm}");
        assert_eq!(issuer.verifier.remembered(), 1, "{algorithm}: an attack is remembered");
    }
    writeln!(stderr(), "attack corpus: {} distinct tokens, none accepted", distinct.len()).unwrap();
    assert!(distinct.len() >= 500, "{}", distinct.len());
}
