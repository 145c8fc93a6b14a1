//! What is fuzzed: each target says whether it takes an input, and fails when what it takes does not hold together.

use cloakroom_jwt::{
    Algorithm, JoseHeader, Jwk, JwkSet, KeyError, MacAlgorithm, MacKey, MacKeySet, RegisteredClaims, SigningKey, VerifyingKey,
    sign, sign_with_mac, verify_mac, verify_signature,
};
use cloakroom_primitives::{decode_base64url, encode_base64url};
use serde_json::{Value, json};

use crate::issuer::{GOOD, Issuer, NOW, key};

pub(crate) trait Target {
    /// Inputs that are taken.
    fn seeds(&self) -> Vec<Vec<u8>>;

    /// Words of the format.
    fn words(&self) -> &'static [&'static [u8]];

    /// Whether the input is taken.
    fn takes(&self, input: &[u8]) -> bool;
}

const JSON: &[&[u8]] = &[
    b"null",
    b"true",
    b"-0",
    b"1e999",
    b"0.5",
    b"18446744073709551616",
    b"\"\\u0000\"",
    b"\\ud800",
    b"\\u0061",
    b"{}",
    b"[]",
    b"[[[[",
    b"{\"a\":",
    b"\"kid\":",
    b"\"alg\":",
    b"\"kty\":",
    b"\"exp\":",
    b"\"crit\":[\"b64\"]",
    b"\"EdDSA\"",
    b"\"ES256\"",
    b"\"RS256\"",
    b"\"ML-DSA-44\"",
    b"\"HS256\"",
    b"\"none\"",
    b"\"EC\"",
    b"\"OKP\"",
    b"\"RSA\"",
    b"\"AKP\"",
    b"\"oct\"",
    b"\"P-384\"",
    b"\"AQAB\"",
    b"\xef\xbb\xbf",
    b"\xf0\x9f\xa7\xa5",
];

const DER: &[&[u8]] = &[
    b"\x30\x80",
    b"\x30\x82\xff\xff",
    b"\x30\x84\xff\xff\xff\xff",
    b"\x02\x01\x00",
    b"\x02\x00",
    b"\x03\x01\x00",
    b"\x04\x20",
    b"\x06\x03\x2b\x65\x70",
    b"\x06\x05\x2b\x81\x04\x00\x22",
    b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",
    b"\x05\x00",
    b"\xa1\x23",
];

const PEM: &[&[u8]] = &[
    b"-----BEGIN PUBLIC KEY-----\n",
    b"-----END PUBLIC KEY-----\n",
    b"-----BEGIN PRIVATE KEY-----\n",
    b"-----END PRIVATE KEY-----",
    b"-----",
    b"\r\n",
    b"\n\n",
    b"=",
    b"AAAA",
    b"MCowBQYDK2VwAyEA",
];

/// One verifier and its good tokens.
pub(crate) struct Tokens(Issuer);

/// A verifier of each family of algorithms.
pub(crate) fn verifiers() -> impl Iterator<Item = Tokens> {
    let algorithms = [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Es512, Algorithm::Ps256, Algorithm::MlDsa44];
    algorithms.into_iter().map(|algorithm| Tokens(Issuer::new(algorithm)))
}

impl Target for Tokens {
    fn seeds(&self) -> Vec<Vec<u8>> {
        let more = GOOD.replace('{', r#"{"aud2":["é"],"nbf":1,"iat":2,"x":{"y":[1.5,null]},"#);
        vec![self.0.good().into_bytes(), self.0.forge(self.0.header(), more).into_bytes()]
    }

    fn words(&self) -> &'static [&'static [u8]] {
        &[b".", b"..", b"=", b"eyJhbGciOiJub25lIn0", b"eyJ", b"AAAAAAAAAAAAAAAA", b"%2E", b"\xc3\xa9", b"{\"payload\":\"", b"\"}"]
    }

    fn takes(&self, input: &[u8]) -> bool {
        let Ok(text) = str::from_utf8(input) else { return false };
        let verified = self.0.verifier.verify(text, NOW);
        let recognised = self.0.verifier.verify_ignoring_expiry(text, NOW);
        assert_eq!(verified.is_ok(), recognised.is_ok(), "both ways to verify agree on a token that has not expired: {text}");
        if verified.is_ok() {
            // Nobody else has signed, so what is taken is what was signed; no change has left a signature good.
            assert!(self.signed().iter().any(|good| text.starts_with(good)), "{text}");
            assert!(verify_signature(text, self.0.key.verifying_key()).is_ok());
        }
        verified.is_ok()
    }
}

impl Tokens {
    /// What the good tokens have before their signatures.
    fn signed(&self) -> Vec<String> {
        let header = encode_base64url(self.0.header().as_bytes());
        let payloads = [GOOD.to_owned(), GOOD.replace('{', r#"{"aud2":["é"],"nbf":1,"iat":2,"x":{"y":[1.5,null]},"#)];
        payloads.map(|payload| format!("{header}.{}.", encode_base64url(payload.as_bytes()))).to_vec()
    }
}

/// Payloads under a good signature.
pub(crate) struct Claims(Issuer);

impl Default for Claims {
    fn default() -> Self {
        Self(Issuer::new(Algorithm::EdDsa))
    }
}

impl Target for Claims {
    fn seeds(&self) -> Vec<Vec<u8>> {
        let claims = [
            GOOD.to_owned(),
            GOOD.replace("\"api\"", r#"["web","api"]"#).replace('{', r#"{"nbf":0,"iat":1,"jti":"\u0061\ud83e\udde5","#),
            GOOD.replace('{', r#"{"x":{"a":[{"b":1.5e3},{"b":-0}],"c":[true,false,null]},"#),
        ];
        claims.map(String::into_bytes).to_vec()
    }

    fn words(&self) -> &'static [&'static [u8]] {
        JSON
    }

    fn takes(&self, input: &[u8]) -> bool {
        let Ok(verified) = self.0.verify(&self.0.forge(self.0.header(), input)) else { return false };
        let theirs: Value = serde_json::from_slice(input).expect("what we take is JSON for others");
        let claims: RegisteredClaims = serde_json::from_value(theirs.clone()).expect("and has the types");
        assert_eq!(*verified.claims, claims, "{theirs}");
        assert_eq!(theirs["iss"], "https://id.example");
        true
    }
}

/// Headers, decoded.
pub(crate) struct Header;

impl Target for Header {
    fn seeds(&self) -> Vec<Vec<u8>> {
        let headers = [
            r#"{"alg":"EdDSA","kid":"k","typ":"at+jwt"}"#,
            r#" { "typ" : "at\u002bjwt" , "kid" : "\ud83e\udde5" , "alg" : "ML-DSA-44" , "jwk" : { "kty" : "OKP" , "x" : [ 1 , { } ] } } "#,
            r#"{"alg":"none"}"#,
        ];
        headers.map(|header| header.as_bytes().to_vec()).to_vec()
    }

    fn words(&self) -> &'static [&'static [u8]] {
        JSON
    }

    fn takes(&self, input: &[u8]) -> bool {
        let Ok(header) = JoseHeader::decode(input) else { return false };
        let theirs: Value = serde_json::from_slice(input).expect("what we take is JSON for others");
        assert_eq!(theirs["alg"], header.alg());
        assert_eq!((theirs["kid"].as_str(), theirs["typ"].as_str()), (header.kid(), header.typ()));
        assert!(["crit", "b64", "zip"].iter().all(|member| theirs.get(member).is_none()));
        true
    }
}

const KINDS: [Algorithm; 6] =
    [Algorithm::EdDsa, Algorithm::Ed25519, Algorithm::Es256, Algorithm::Es512, Algorithm::Ps384, Algorithm::MlDsa44];

/// A key that was taken is written and read again as itself.
fn assert_stays_itself(verifying: &VerifyingKey) {
    let jwk = verifying.to_jwk();
    let written = serde_json::to_string(&jwk).expect("a JWK can be written");
    assert_eq!(Jwk::parse(written.as_bytes()).as_ref(), Ok(&jwk));
    let again = VerifyingKey::from_jwk(&jwk).expect("a key that was taken is taken again");
    assert_eq!((again.kid(), again.algorithm()), (verifying.kid(), verifying.algorithm()));
    assert!(!written.contains("\"d\"") && !written.contains("\"priv\""));
    assert!(verifying.verify(b"nobody has signed this", &[0; 64]).is_err());
}

pub(crate) struct PublicJwk;

impl Target for PublicJwk {
    fn seeds(&self) -> Vec<Vec<u8>> {
        KINDS.map(|kind| serde_json::to_vec(&key(kind).verifying_key().to_jwk()).expect("a JWK can be written")).to_vec()
    }

    fn words(&self) -> &'static [&'static [u8]] {
        JSON
    }

    fn takes(&self, input: &[u8]) -> bool {
        let Ok(verifying) = Jwk::parse(input).and_then(|jwk| VerifyingKey::from_jwk(&jwk)) else { return false };
        assert_stays_itself(&verifying);
        true
    }
}

pub(crate) struct KeySet;

impl Target for KeySet {
    fn seeds(&self) -> Vec<Vec<u8>> {
        let set: JwkSet = [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256]
            .map(|kind| key(kind).verifying_key().to_jwk())
            .into_iter()
            .collect();
        vec![set.to_json().into_bytes(), br#"{"keys":[],"more":[{"kty":7}]}"#.to_vec()]
    }

    fn words(&self) -> &'static [&'static [u8]] {
        JSON
    }

    fn takes(&self, input: &[u8]) -> bool {
        let Ok(set) = JwkSet::parse(input) else { return false };
        assert_eq!(JwkSet::parse(set.to_json().as_bytes()), Ok(set.clone()));
        let mut kids: Vec<_> = set.iter().filter_map(Jwk::kid).collect();
        let count = kids.len();
        kids.sort_unstable();
        kids.dedup();
        assert_eq!(kids.len(), count, "two keys of one name");
        true
    }
}

/// `SubjectPublicKeyInfo` of Ed25519 around a key, and one of P-384 and of RSA written by OpenSSL.
fn spki() -> Vec<Vec<u8>> {
    let jwk = serde_json::to_value(key(Algorithm::EdDsa).verifying_key().to_jwk()).expect("a JWK can be written");
    let x = decode_base64url(jwk["x"].as_str().expect("it has an x")).expect("a JWK is base64url");
    let p384 = "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE79O6zYCMB2LVO4we3tMAcJD6VD41SnnfhCyog_slZ6JcTDr-cWoNmTDJqPY-S5RPqNMotMSTe3jkpvzKj0fLtuP-pkBUdiCpI0WN5q31m5sUiKn0ZPjPTAFS3chajq-8";
    let rsa = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQIDAQAB";
    let written = [p384, rsa].map(|text| decode_base64url(text).expect("it is base64url"));
    let ed25519 = [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], &x].concat();
    written.into_iter().chain([ed25519]).collect()
}

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    let mut base64 = encode_base64url(der).replace('-', "+").replace('_', "/");
    base64.extend(std::iter::repeat_n('=', (4 - base64.len() % 4) % 4));
    format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n").into_bytes()
}

pub(crate) struct PublicDer;

impl Target for PublicDer {
    fn seeds(&self) -> Vec<Vec<u8>> {
        spki()
    }

    fn words(&self) -> &'static [&'static [u8]] {
        DER
    }

    fn takes(&self, input: &[u8]) -> bool {
        VerifyingKey::from_spki_der(input).map(|verifying| assert_stays_itself(&verifying)).is_ok()
    }
}

pub(crate) struct PublicPem;

impl Target for PublicPem {
    fn seeds(&self) -> Vec<Vec<u8>> {
        spki().iter().map(|der| pem("PUBLIC KEY", der)).collect()
    }

    fn words(&self) -> &'static [&'static [u8]] {
        PEM
    }

    fn takes(&self, input: &[u8]) -> bool {
        VerifyingKey::from_pem(input).map(|verifying| assert_stays_itself(&verifying)).is_ok()
    }
}

/// A private key that was taken signs what its public part verifies, and survives its file.
fn assert_signs(signing: &SigningKey) {
    assert_stays_itself(signing.verifying_key());
    let token = sign(&json!({ "x": 1 }), "JWT", signing).expect("a key that was taken signs");
    assert!(verify_signature(&token, signing.verifying_key()).is_ok(), "{signing:?}");
    let again = SigningKey::from_pkcs8_der(signing.to_pkcs8_der().expose()).expect("a key survives its file");
    let thumbprint = |key: &SigningKey| key.verifying_key().to_jwk().thumbprint();
    assert_eq!(thumbprint(&again), thumbprint(signing));
}

fn pkcs8() -> Vec<Vec<u8>> {
    [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Es384, Algorithm::Rs256, Algorithm::MlDsa44]
        .map(|kind| key(kind).to_pkcs8_der().expose().clone())
        .to_vec()
}

pub(crate) struct PrivateDer;

impl Target for PrivateDer {
    fn seeds(&self) -> Vec<Vec<u8>> {
        pkcs8()
    }

    fn words(&self) -> &'static [&'static [u8]] {
        DER
    }

    fn takes(&self, input: &[u8]) -> bool {
        SigningKey::from_pkcs8_der(input).map(|signing| assert_signs(&signing)).is_ok()
    }
}

pub(crate) struct PrivatePem;

impl Target for PrivatePem {
    fn seeds(&self) -> Vec<Vec<u8>> {
        pkcs8().iter().map(|der| pem("PRIVATE KEY", der)).collect()
    }

    fn words(&self) -> &'static [&'static [u8]] {
        PEM
    }

    fn takes(&self, input: &[u8]) -> bool {
        SigningKey::from_pem(input).map(|signing| assert_signs(&signing)).is_ok()
    }
}

pub(crate) struct PrivateJwk;

impl Target for PrivateJwk {
    fn seeds(&self) -> Vec<Vec<u8>> {
        let private = |kind: Algorithm, member: &str, place: std::ops::Range<usize>| {
            let key = key(kind);
            let mut jwk = serde_json::to_value(key.verifying_key().to_jwk()).expect("a JWK can be written");
            jwk[member] = encode_base64url(&key.to_pkcs8_der().expose()[place]).into();
            jwk.to_string().into_bytes()
        };
        vec![
            private(Algorithm::EdDsa, "d", 16..48),
            private(Algorithm::Es256, "d", 35..67),
            // The seed is the last element of the file.
            private(
                Algorithm::MlDsa44,
                "priv",
                key(Algorithm::MlDsa44).to_pkcs8_der().expose().len() - 32..key(Algorithm::MlDsa44).to_pkcs8_der().expose().len(),
            ),
        ]
    }

    fn words(&self) -> &'static [&'static [u8]] {
        JSON
    }

    fn takes(&self, input: &[u8]) -> bool {
        SigningKey::from_jwk(input).map(|signing| assert_signs(&signing)).is_ok()
    }
}

pub(crate) struct Secret;

fn assert_verifies_itself(secret: &MacKey) {
    let token = sign_with_mac(&json!({ "x": 1 }), "JWT", secret).expect("a secret that was taken signs");
    assert!(verify_mac(&token, secret).is_ok());
}

fn secret(alg: MacAlgorithm) -> Value {
    json!({ "kty": "oct", "alg": alg.name(), "kid": alg.name(), "k": encode_base64url(&[7; 64]) })
}

impl Target for Secret {
    fn seeds(&self) -> Vec<Vec<u8>> {
        MacAlgorithm::ALL.map(|alg| secret(alg).to_string().into_bytes()).to_vec()
    }

    fn words(&self) -> &'static [&'static [u8]] {
        JSON
    }

    fn takes(&self, input: &[u8]) -> bool {
        let taken = MacKey::from_jwk(input);
        if let Ok(secret) = &taken {
            assert_verifies_itself(secret);
            assert!(Jwk::parse(input).is_err(), "a secret is no public key");
        }
        taken.is_ok()
    }
}

pub(crate) struct SecretSet;

impl Target for SecretSet {
    fn seeds(&self) -> Vec<Vec<u8>> {
        vec![json!({ "keys": MacAlgorithm::ALL.map(secret) }).to_string().into_bytes()]
    }

    fn words(&self) -> &'static [&'static [u8]] {
        JSON
    }

    fn takes(&self, input: &[u8]) -> bool {
        let taken = MacKeySet::parse(input);
        if let Ok(set) = &taken {
            set.iter().for_each(assert_verifies_itself);
            let public = JwkSet::parse(input);
            assert!(set.iter().count() == 0 || matches!(public, Err(KeyError::Inconsistent { .. })), "a set of both kinds");
        }
        taken.is_ok()
    }
}
