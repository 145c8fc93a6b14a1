//! What a verification costs beside the bare signature check, the first time and again.

use std::hint::black_box;
use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, VerificationAlgorithm};
use cloakroom_jwt::{
    Algorithm, Audience, Claims, Expectation, KeyRing, KeyRingHandle, NumericDate, Registered, SigningKey, Verifier, sign,
};
use cloakroom_primitives::{SeededRandom, Timestamp, decode_base64url};
use criterion::{Criterion, criterion_group, criterion_main};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The claims of an access token (RFC 9068).
#[derive(Clone, Serialize, Deserialize)]
struct AccessClaims {
    iss: String,
    sub: String,
    aud: Audience,
    sid: String,
    jti: String,
    client_id: String,
    auth_time: NumericDate,
    iat: NumericDate,
    exp: NumericDate,
    amr: Vec<String>,
    scope: String,
}

impl Claims for AccessClaims {
    fn registered(&self) -> Registered<'_> {
        Registered { iss: Some(&self.iss), aud: Some(&self.aud), exp: Some(self.exp), nbf: None }
    }
}

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn claims(number: u64) -> AccessClaims {
    let date = NumericDate::at(NOW);
    AccessClaims {
        iss: "https://id.example.com".to_owned(),
        sub: "AZmKpQH3dkC0Yc3h2rQ1Zw".to_owned(),
        aud: Audience::One("https://api.example.com".to_owned()),
        sid: "AZmKpQH4e3yTq0b8nXo0uA".to_owned(),
        jti: format!("{number:022}"),
        client_id: "web".to_owned(),
        auth_time: date,
        iat: date,
        exp: NumericDate::at(NOW.plus(Duration::from_mins(5))),
        amr: vec!["pwd".to_owned()],
        scope: "orders:read orders:write".to_owned(),
    }
}

fn expectation() -> Expectation {
    Expectation {
        issuer: "https://id.example.com".to_owned(),
        audiences: vec!["https://api.example.com".to_owned()],
        typ: "at+jwt".to_owned(),
        leeway: Duration::ZERO,
    }
}

/// The bare key, parsed once.
fn bare_key(key: &SigningKey) -> ParsedPublicKey {
    let jwk = serde_json::to_value(key.verifying_key().to_jwk()).expect("a JWK can be written");
    let coordinate = |name: &str| decode_base64url(jwk[name].as_str().unwrap_or_default()).expect("a JWK is base64url");
    let (algorithm, bytes): (&'static dyn VerificationAlgorithm, _) = match key.algorithm() {
        Algorithm::Es256 => (&ECDSA_P256_SHA256_FIXED, [vec![4], coordinate("x"), coordinate("y")].concat()),
        _ => (&ED25519, coordinate("x")),
    };
    ParsedPublicKey::new(algorithm, bytes).expect("our own key is good")
}

fn verify(criterion: &mut Criterion) {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        let key = SigningKey::generate(algorithm, &SeededRandom::new(1)).expect("a key can be generated");
        let tokens: Vec<_> = (0..4096).map(|n| sign(&claims(n), "at+jwt", &key).expect("claims can be signed")).collect();
        let mut group = criterion.benchmark_group(algorithm.name());
        group.sample_size(60).measurement_time(Duration::from_secs(4));

        let bare = bare_key(&key);
        let parts: Vec<_> = tokens
            .iter()
            .map(|token| {
                let (input, signature) = token.rsplit_once('.').expect("a token has dots");
                (input.as_bytes(), decode_base64url(signature).expect("a token is base64url"))
            })
            .collect();
        let mut round = parts.iter().cycle();
        group.bench_function("bare signature check", |bencher| {
            bencher.iter(|| {
                let (input, signature) = round.next().expect("the round has no end");
                bare.verify_sig(black_box(input), signature).expect("the signature is good");
            });
        });

        // The memory is smaller than the round, so every token is verified, remembered and forgotten again.
        let keys = KeyRingHandle::new(KeyRing::of(key.clone()));
        let verifier = Verifier::<AccessClaims>::new(keys.clone(), expectation(), 64);
        let mut round = tokens.iter().cycle();
        group.bench_function("first time", |bencher| {
            bencher.iter(|| verifier.verify(black_box(round.next().expect("the round has no end")), NOW).map(|token| token.kid));
        });

        let verifier = Verifier::<AccessClaims>::new(keys.clone(), expectation(), 0);
        let mut round = tokens.iter().cycle();
        group.bench_function("without memory", |bencher| {
            bencher.iter(|| verifier.verify(black_box(round.next().expect("the round has no end")), NOW).map(|token| token.kid));
        });

        let verifier = Verifier::<AccessClaims>::new(keys, expectation(), 64);
        group.bench_function("again", |bencher| {
            bencher.iter(|| verifier.verify(black_box(&tokens[0]), NOW).map(|token| token.kid));
        });

        let jwk: Value = serde_json::to_value(key.verifying_key().to_jwk()).expect("a JWK can be written");
        let decoding = serde_json::from_value(jwk)
            .map(|jwk| jsonwebtoken::DecodingKey::from_jwk(&jwk).expect("the peer takes our key"))
            .expect("the peer reads our JWK");
        let mut validation = jsonwebtoken::Validation::new(match algorithm {
            Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
            _ => jsonwebtoken::Algorithm::EdDSA,
        });
        validation.set_audience(&["https://api.example.com"]);
        validation.set_issuer(&["https://id.example.com"]);
        // Its clock is its own, and the tokens are of a fixed moment.
        validation.validate_exp = false;
        let mut round = tokens.iter().cycle();
        group.bench_function("jsonwebtoken", |bencher| {
            bencher.iter(|| {
                let token = black_box(round.next().expect("the round has no end"));
                jsonwebtoken::decode::<AccessClaims>(token, &decoding, &validation).map(|data| data.claims.exp)
            });
        });
        group.finish();
    }
}

criterion_group!(benches, verify);
criterion_main!(benches);
