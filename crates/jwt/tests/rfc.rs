//! The examples that the RFCs print, as far as they are of our algorithms.

mod vectors;

use std::io::{Write as _, stderr};

use cloakroom_jwt::{Jwk, JwtError, KeyError, SigningKey, VerifyingKey, verify_signature};
use serde_json::Value;

/// The payload of RFC 7515 appendix A.
const JOE: &[u8] = b"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

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
    assert!(matches!(VerifyingKey::from_pem(P384_PEM.as_bytes()), Err(KeyError::Unsupported { .. })));
}

#[test]
fn the_cookbook_of_rfc_7520_verifies_where_it_is_ours_and_is_refused_where_it_is_not() {
    let (mut verified, mut refused) = (0, 0);
    for (path, is_ours) in [
        ("cookbook/jws/4_1.rsa_v15_signature.json", true),
        ("cookbook/jws/4_2.rsa-pss_signature.json", false),
        ("cookbook/jws/4_3.ecdsa_signature.json", false),
        ("cookbook/jws/4_4.hmac-sha2_integrity_protection.json", false),
        ("cookbook/curve25519/jws.json", true),
        ("cookbook/rfc7797/4.2.hmac-sha2_b64_false.json", false),
    ] {
        let Some(example) = vectors::read(path) else { return };
        let key = Jwk::parse(example["input"]["key"].to_string().as_bytes()).and_then(|jwk| VerifyingKey::from_jwk(&jwk));
        // An example of a detached payload has no compact form that stands alone.
        let compact = example["output"]["compact"].as_str().unwrap_or_default();
        if is_ours {
            let payload = example["input"]["payload"].as_str().map(|text| text.as_bytes().to_vec());
            assert_eq!(verify_signature(compact, &key.unwrap()).ok(), payload, "{path}");
            verified += 1;
        } else {
            assert!(!key.is_ok_and(|key| verify_signature(compact, &key).is_ok()), "{path}");
            refused += 1;
        }
    }
    writeln!(stderr(), "cookbook: {verified} examples verified, {refused} of other algorithms refused").unwrap();
}

#[test]
fn the_keys_of_rfc_7520_are_read_where_they_are_ours() {
    let kinds = [("cookbook/jwk/3_1.ec_public_key.json", false), ("cookbook/jwk/3_3.rsa_public_key.json", true)];
    for (path, is_ours) in kinds.into_iter().chain([("cookbook/jwk/3_5.symmetric_key_mac_computation.json", false)]) {
        let Some(jwk) = vectors::read(path) else { return };
        let json = Value::to_string(&jwk);
        assert_eq!(Jwk::parse(json.as_bytes()).is_ok(), is_ours, "{path}");
    }
}
