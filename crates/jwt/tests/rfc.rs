//! The examples that the RFCs print.

mod vectors;

use std::io::{Write as _, stderr};

use cloakroom_jwt::{
    Algorithm, Jwk, JwtError, KeyError, MacAlgorithm, MacKey, RegisteredClaims, SigningKey, VerifyingKey, sign, verify_mac,
    verify_signature,
};
use cloakroom_primitives::encode_base64url;
use serde_json::Value;

/// The payload of RFC 7515 appendix A.
const JOE: &[u8] = b"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

/// RFC 7515 §A.1; the RFC leaves out `alg`, which a symmetric key must have here.
const A1_KEY: &str =
    r#"{"kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
const A1_TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// RFC 7515 §A.4.
const A4_KEY: &str = r#"{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}"#;
const A4_TOKEN: &str = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";

/// RFC 7515 §A.2.
const A2_KEY: &str = r#"{"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}"#;
const A2_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

/// RFC 7515 §A.3.
const A3_KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
const A3_TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

/// RFC 7515 §A.5.
const A5_TOKEN: &str =
    "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";

/// RFC 7638 §3.1.
const RSA_OF_7638: &str = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;

/// RFC 8037 §A.2 and §A.4.
const ED25519_OF_8037: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const TOKEN_OF_8037: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

/// The keys of RFC 7515 §A.2 and §A.3 as OpenSSL writes them, the second one with its private part too.
const A2_PEM: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj
NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz
P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo
9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB
EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX
FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp
oQIDAQAB
-----END PUBLIC KEY-----
";
const A3_PEM: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----
";
const A3_PRIVATE_PEM: &str = "-----BEGIN PRIVATE KEY-----
MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCCOmxCecZCYv5gEh98f
XXfpyylgbr7SJjtfV8IT34T0sg==
-----END PRIVATE KEY-----
";

/// RFC 8410 §10.3 and §10.1: a private key and its public part.
const PRIVATE_PEM_OF_8410: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";
const PUBLIC_PEM_OF_8410: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
";

/// A key of P-384, written by OpenSSL.
const P384_PEM: &str = "-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE79O6zYCMB2LVO4we3tMAcJD6VD41Snnf
hCyog/slZ6JcTDr+cWoNmTDJqPY+S5RPqNMotMSTe3jkpvzKj0fLtuP+pkBUdiCp
I0WN5q31m5sUiKn0ZPjPTAFS3chajq+8
-----END PUBLIC KEY-----
";

fn key(json: &str) -> VerifyingKey {
    Jwk::parse(json.as_bytes()).and_then(|jwk| VerifyingKey::from_jwk(&jwk)).expect("the RFC's key is good")
}

#[test]
fn the_examples_of_rfc_7515_and_rfc_8037_verify() {
    assert_eq!(verify_signature(A2_TOKEN, &key(A2_KEY)), Ok(JOE.to_vec()));
    assert_eq!(verify_signature(A3_TOKEN, &key(A3_KEY)), Ok(JOE.to_vec()));
    assert_eq!(verify_signature(TOKEN_OF_8037, &key(ED25519_OF_8037)), Ok(b"Example of Ed25519 signing".to_vec()));
}

#[test]
fn the_unsecured_example_of_rfc_7515_is_refused_under_every_key() {
    for json in [A2_KEY, A3_KEY, ED25519_OF_8037] {
        assert!(matches!(verify_signature(A5_TOKEN, &key(json)), Err(JwtError::Untrusted { .. })));
    }
}

#[test]
fn thumbprints_are_those_of_rfc_7638_and_rfc_8037() {
    for (json, thumbprint) in [
        (RSA_OF_7638, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
        (ED25519_OF_8037, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
    ] {
        assert_eq!(Jwk::parse(json.as_bytes()).unwrap().thumbprint(), thumbprint);
    }
    assert_eq!(key(RSA_OF_7638).kid(), "2011-04-29");
    assert_eq!(key(ED25519_OF_8037).kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn a_key_in_pem_is_the_key_in_json() {
    for (pem, json, token) in [(A2_PEM, A2_KEY, A2_TOKEN), (A3_PEM, A3_KEY, A3_TOKEN)] {
        let from_pem = VerifyingKey::from_pem(pem.as_bytes()).unwrap();
        assert_eq!(from_pem.kid(), key(json).kid());
        assert!(verify_signature(token, &from_pem).is_ok());
    }
}

#[test]
fn a_private_key_in_pem_has_the_public_key_in_pem() {
    for (private, public) in [(A3_PRIVATE_PEM, A3_PEM), (PRIVATE_PEM_OF_8410, PUBLIC_PEM_OF_8410)] {
        let private = SigningKey::from_pem(private.as_bytes()).unwrap();
        assert_eq!(private.kid(), VerifyingKey::from_pem(public.as_bytes()).unwrap().kid());
        assert!(SigningKey::from_pem(public.as_bytes()).is_err());
    }
    assert!(VerifyingKey::from_pem(PRIVATE_PEM_OF_8410.as_bytes()).is_err());
    assert_eq!(VerifyingKey::from_pem(P384_PEM.as_bytes()).unwrap().algorithm(), Algorithm::Es384);
    // SPKI of RFC 8410 §4 with the object identifier of Ed448, whatever its 57 bytes are.
    let ed448 = [&[0x30, 0x43, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x71, 0x03, 0x3a, 0x00][..], &[7; 57]].concat();
    assert!(matches!(VerifyingKey::from_spki_der(&ed448), Err(KeyError::Unsupported { .. })));
}

/// What an example of the cookbook is for us.
enum Ours {
    /// A compact JWS that verifies under its key.
    Verifies,
    /// The same, under a key whose JWK has no `alg`: whoever uses it has been told the algorithm.
    VerifiesAs(Algorithm),
    /// A compact JWS that asks for what a JWT must not have.
    Refused,
    /// No compact JWS with a payload in it: we have no form to read it in.
    NoCompactForm,
}

#[test]
fn the_cookbook_of_rfc_7520_verifies_where_it_is_a_compact_jws() {
    let mut verified = 0;
    for (path, ours) in [
        ("cookbook/jws/4_1.rsa_v15_signature.json", Ours::Verifies),
        ("cookbook/jws/4_2.rsa-pss_signature.json", Ours::VerifiesAs(Algorithm::Ps384)),
        ("cookbook/jws/4_3.ecdsa_signature.json", Ours::Verifies),
        ("cookbook/jws/4_4.hmac-sha2_integrity_protection.json", Ours::Verifies),
        ("cookbook/jws/4_5.signature_with_detached_content.json", Ours::Refused),
        ("cookbook/jws/4_6.protecting_specific_header_fields.json", Ours::NoCompactForm),
        ("cookbook/jws/4_7.protecting_content_only.json", Ours::NoCompactForm),
        ("cookbook/jws/4_8.multiple_signatures.json", Ours::NoCompactForm),
        ("cookbook/curve25519/jws.json", Ours::Verifies),
        ("cookbook/rfc7797/4.2.hmac-sha2_b64_false.json", Ours::NoCompactForm),
        ("cookbook/rfc7797/hmac-sha2_b64_false.json", Ours::Refused),
    ] {
        let Some(example) = vectors::read(path) else { return };
        let compact = example["output"]["compact"].as_str();
        let payload = example["input"]["payload"].as_str().map(|text| text.as_bytes().to_vec());
        let json = example["input"]["key"].to_string();
        let opened = |name: Option<Algorithm>| {
            if example["input"]["key"]["kty"] == "oct" {
                return verify_mac(compact.unwrap_or_default(), &MacKey::from_jwk(json.as_bytes()).unwrap());
            }
            let key = key(&json);
            verify_signature(compact.unwrap_or_default(), &name.map_or(key.clone(), |name| key.named(name).unwrap()))
        };
        match ours {
            Ours::Verifies => assert_eq!(opened(None).ok(), payload, "{path}"),
            Ours::VerifiesAs(name) => {
                assert_eq!(opened(Some(name)).ok(), payload, "{path}");
                assert!(opened(None).is_err(), "{path}: no header chooses the algorithm");
            }
            Ours::Refused => assert_ne!(opened(None).ok(), payload, "{path}"),
            Ours::NoCompactForm => assert_eq!(compact, None, "{path}"),
        }
        verified += u32::from(matches!(ours, Ours::Verifies | Ours::VerifiesAs(_)));
    }
    writeln!(stderr(), "cookbook: {verified} examples verified").unwrap();
    assert_eq!(verified, 5);
}

#[test]
fn the_detached_example_of_rfc_7520_verifies_when_its_payload_is_put_back() {
    let Some(example) = vectors::read("cookbook/jws/4_5.signature_with_detached_content.json") else { return };
    let key = MacKey::from_jwk(example["input"]["key"].to_string().as_bytes()).unwrap();
    let detached = example["output"]["compact"].as_str().unwrap();
    let payload = example["input"]["payload"].as_str().unwrap();
    let whole = detached.replace("..", &format!(".{}.", encode_base64url(payload.as_bytes())));
    assert_eq!(verify_mac(&whole, &key).ok(), Some(payload.as_bytes().to_vec()));
}

#[test]
fn each_signature_of_the_multiple_signatures_of_rfc_7520_verifies_under_its_key_alone() {
    let Some(example) = vectors::read("cookbook/jws/4_8.multiple_signatures.json") else { return };
    let payload = example["output"]["json"]["payload"].as_str().unwrap();
    let signatures = example["output"]["json"]["signatures"].as_array().unwrap();
    let keys = example["input"]["key"].as_array().unwrap();
    // The second has no protected header, so it has no compact form.
    let compact = |index: usize| {
        let part = |name: &str| signatures[index][name].as_str().unwrap_or_default();
        format!("{}.{payload}.{}", part("protected"), part("signature"))
    };
    assert!(verify_signature(&compact(0), &key(&keys[0].to_string())).is_ok());
    assert!(verify_signature(&compact(1), &key(&keys[1].to_string())).is_err());
    let secret = MacKey::from_jwk(keys[2].to_string().as_bytes()).unwrap();
    assert!(verify_mac(&compact(2), &secret).is_ok());
    assert!(verify_mac(&compact(0), &secret).is_err());
}

#[test]
fn the_public_keys_of_rfc_7520_are_read() {
    for path in ["cookbook/jwk/3_1.ec_public_key.json", "cookbook/jwk/3_3.rsa_public_key.json"] {
        let Some(jwk) = vectors::read(path) else { return };
        let read = key(&jwk.to_string());
        assert_eq!(read.kid(), "bilbo.baggins@hobbiton.example", "{path}");
        let written: Value = serde_json::from_str(&serde_json::to_string(&read.to_jwk()).unwrap()).unwrap();
        for member in jwk.as_object().unwrap() {
            assert_eq!(written.get(member.0), Some(member.1), "{path}");
        }
    }
}

#[test]
fn the_private_keys_of_rfc_7520_sign_for_the_public_ones() {
    for (public, private) in [
        ("cookbook/jwk/3_1.ec_public_key.json", "cookbook/jwk/3_2.ec_private_key.json"),
        ("cookbook/jwk/3_3.rsa_public_key.json", "cookbook/jwk/3_4.rsa_private_key.json"),
    ] {
        let (Some(public), Some(private)) = (vectors::read(public), vectors::read(private)) else { return };
        let signing = SigningKey::from_jwk(private.to_string().as_bytes()).unwrap();
        assert_eq!(signing.kid(), "bilbo.baggins@hobbiton.example");
        let token = sign(&RegisteredClaims::default(), "JWT", &signing).unwrap();
        assert!(verify_signature(&token, &key(&public.to_string())).is_ok());
        assert!(matches!(SigningKey::from_jwk(public.to_string().as_bytes()), Err(KeyError::Malformed { .. })));
        let again = SigningKey::from_pkcs8_der(signing.to_pkcs8_der().expose()).unwrap();
        assert_eq!(again.verifying_key().to_jwk().thumbprint(), signing.verifying_key().to_jwk().thumbprint());
    }
}

#[test]
fn the_symmetric_keys_of_rfc_7520_are_read_as_what_they_are_for() {
    let (Some(mac), Some(encryption)) = (
        vectors::read("cookbook/jwk/3_5.symmetric_key_mac_computation.json"),
        vectors::read("cookbook/jwk/3_6.symmetric_key_encryption.json"),
    ) else {
        return;
    };
    assert_eq!(MacKey::from_jwk(mac.to_string().as_bytes()).unwrap().algorithm(), MacAlgorithm::Hs256);
    assert!(MacKey::from_jwk(encryption.to_string().as_bytes()).is_err());
    assert!(Jwk::parse(mac.to_string().as_bytes()).is_err(), "a secret is no public key");
}

#[test]
fn the_examples_of_rfc_7515_with_hs256_and_es512_verify() {
    let secret = MacKey::from_jwk(A1_KEY.as_bytes()).unwrap();
    assert_eq!(verify_mac(A1_TOKEN, &secret), Ok(JOE.to_vec()));
    assert_eq!(verify_signature(A4_TOKEN, &key(A4_KEY)), Ok(b"Payload".to_vec()));
}

#[test]
fn a_symmetric_key_without_alg_is_refused_although_rfc_7515_prints_one() {
    let json = A1_KEY.replace(r#""alg":"HS256","#, "");
    assert!(matches!(MacKey::from_jwk(json.as_bytes()), Err(KeyError::Malformed { .. })));
}

#[test]
fn the_private_key_of_rfc_8037_makes_its_signature() {
    let json = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let key = SigningKey::from_jwk(json.as_bytes()).unwrap();
    assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(verify_signature(TOKEN_OF_8037, key.verifying_key()), Ok(b"Example of Ed25519 signing".to_vec()));
    let other = json.replace("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE");
    assert!(matches!(SigningKey::from_jwk(other.as_bytes()), Err(KeyError::Inconsistent { .. })));
}

/// RFC 9964: the keys that follow from a seed of 32 zeros, by the thumbprints its appendix prints as `kid`, and a signature of each.
#[test]
fn the_examples_of_rfc_9964_verify_under_keys_made_from_their_seed() {
    let examples: Value = serde_json::from_str(include_str!("vectors/rfc9964.json")).unwrap();
    for (name, kid) in [
        ("ML-DSA-44", "T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o"),
        ("ML-DSA-65", "Suiu29qbfuaBaR4Ats-c6XQBePB_OpAxAwcTR_0KXVM"),
        ("ML-DSA-87", "tRn1JNIkgMsABVQBlXeDHxAIcclh-2IX0UdDEzPt5XU"),
    ] {
        let private = &examples[name]["key"];
        let key = SigningKey::from_jwk(private.to_string().as_bytes()).unwrap();
        assert_eq!((key.kid(), key.algorithm().name()), (kid, name));
        assert_eq!(key.verifying_key().to_jwk().thumbprint(), kid);
        let token = examples[name]["jws"].as_str().unwrap();
        let payload = "It’s a dangerous business, Frodo, going out your door.";
        assert_eq!(verify_signature(token, key.verifying_key()).ok(), Some(payload.as_bytes().to_vec()), "{name}");
        let again = SigningKey::from_pkcs8_der(key.to_pkcs8_der().expose()).unwrap();
        assert_eq!((again.kid(), again.algorithm()), (kid, key.algorithm()));
        let without_alg = private.to_string().replace(&format!(r#""alg":"{name}","#), "");
        assert!(matches!(SigningKey::from_jwk(without_alg.as_bytes()), Err(KeyError::Malformed { .. })), "{name}");
    }
}
