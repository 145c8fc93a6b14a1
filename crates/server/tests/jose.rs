//! Our access tokens and key set as other languages' JOSE libraries see them: what we sign they take, what was tampered with they refuse.
//!
//! `cargo xtask test` installs the libraries. Where one is missing, a visible line says what was not tested.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use house::{House, PASSWORD};
use serde_json::{Value, json};

const ADA: &str = "ada@example.org";

/// Verifies every token it is given with a key set that it fetches; prints each one's `sid`, or null where it refuses.
const PYJWT: &str = r#"
import json, sys, jwt
asked = json.load(sys.stdin)
keys = jwt.PyJWKClient(asked["jwks"])
def sid(token):
    try:
        key = keys.get_signing_key_from_jwt(token)
        options = {"require": ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "sid", "auth_time"]}
        claims = jwt.decode(token, key, algorithms=["EdDSA"], issuer=asked["issuer"], audience=asked["audience"], options=options)
        return claims["sid"] if jwt.get_unverified_header(token)["typ"] == "at+jwt" else None
    except (jwt.InvalidTokenError, jwt.PyJWKClientError):
        return None
print(json.dumps([sid(token) for token in asked["tokens"]]))
"#;

const JOSERFC: &str = r#"
import json, sys, urllib.request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
asked = json.load(sys.stdin)
keys = KeySet.import_key_set(json.load(urllib.request.urlopen(asked["jwks"])))
expected = jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": asked["issuer"]}, aud={"essential": True, "value": asked["audience"]}, exp={"essential": True})
def sid(token):
    try:
        token = jwt.decode(token, keys, algorithms=["EdDSA"])
        expected.validate(token.claims)
        return token.claims["sid"] if token.header["typ"] == "at+jwt" else None
    except (JoseError, ValueError):
        return None
print(json.dumps([sid(token) for token in asked["tokens"]]))
"#;

const NPM_JOSE: &str = r#"
import { createRemoteJWKSet, jwtVerify, errors } from "jose";
import { readFileSync } from "node:fs";
const asked = JSON.parse(readFileSync(0, "utf8"));
const keys = createRemoteJWKSet(new URL(asked.jwks));
const expected = { issuer: asked.issuer, audience: asked.audience, typ: "at+jwt", algorithms: ["EdDSA"],
  requiredClaims: ["sub", "exp", "iat", "jti", "client_id", "sid", "auth_time"] };
const sid = async (token) => {
  try {
    return (await jwtVerify(token, keys, expected)).payload.sid;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
};
console.log(JSON.stringify(await Promise.all(asked.tokens.map(sid))));
"#;

fn target(path: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")).join(path)
}

/// Whether a program is there and can do this; a visible line says when it cannot.
fn is_there(what: &str, command: &mut Command) -> bool {
    let works = command.output().is_ok_and(|output| output.status.success());
    if !works {
        // Nobody reads where standard error is closed.
        let _ =
            writeln!(std::io::stderr(), "not tested: agreement with {what}, which is not installed (`cargo xtask test` does)");
    }
    works
}

/// Gives a program a question in JSON and returns its answer.
fn ask(command: &mut Command, question: &Value) -> Value {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Replaces the letter at `place` of one of a token's three parts.
fn changed(token: &str, part: usize, place: usize) -> String {
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let letter = if parts[part].as_bytes()[place] == b'A' { "B" } else { "A" };
    parts[part].replace_range(place..=place, letter);
    parts.join(".")
}

/// Has a library verify tokens from every way to get one, each as it is and tampered with.
fn assert_agreement(command: &mut Command) {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(&folder.path().join("data"));
    house.register(ADA);
    let (jwt, jwt_cookie) = (house.sign_in(ADA, "jwt"), house.sign_in(ADA, "jwt_cookie"));
    let session = house.sign_in(ADA, "token");
    let exchanged = session.send(&house, "POST", "/api/v1/session/tokens", &json!({})).json();
    let refreshed = house.refresh(jwt.refresh.as_deref().unwrap()).json();
    let stepped_up = jwt.send(&house, "POST", "/api/v1/session/reauthenticate", &json!({ "password": PASSWORD })).json();
    let token_in = |answer: &Value| answer["access_token"].as_str().unwrap().to_owned();
    let good = [
        (jwt.bearer.clone().unwrap(), &jwt.session),
        (jwt_cookie.cookies[0].split_once('=').unwrap().1.to_owned(), &jwt_cookie.session),
        (token_in(&exchanged), &session.session),
        (token_in(&refreshed), &jwt.session),
        (token_in(&stepped_up), &jwt.session),
    ];
    let origin = format!("http://localhost:{}", house.port);
    let question = |tokens: &[String]| {
        let jwks = format!("http://127.0.0.1:{}/.well-known/jwks.json", house.port);
        json!({ "jwks": jwks, "issuer": origin, "audience": origin, "tokens": tokens })
    };
    let (tokens, sids): (Vec<_>, Vec<_>) = good.into_iter().unzip();
    assert_eq!(ask(command, &question(&tokens)), json!(sids));

    let (token, other) = (&tokens[0], &tokens[1]);
    let cut = |token: &str, from: usize, to: usize| token.split('.').skip(from).take(to - from).collect::<Vec<_>>().join(".");
    let tampered = [
        changed(token, 0, 30),
        changed(token, 1, 40),
        changed(token, 2, 10),
        format!("{}.{}", cut(token, 0, 2), cut(other, 2, 3)),
        format!("{}.{}.{}", cut(token, 0, 1), cut(other, 1, 2), cut(token, 2, 3)),
        format!("{}.", cut(token, 0, 2)),
        // {"alg":"none","typ":"at+jwt"}
        format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{}.", cut(token, 1, 2)),
    ];
    assert_eq!(ask(command, &question(&tampered)), json!(vec![Value::Null; 7]));
    let mut elsewhere = question(&tokens);
    elsewhere["audience"] = "https://elsewhere.example".into();
    assert_eq!(ask(command, &elsewhere), json!(vec![Value::Null; 5]), "another audience");
}

fn python(script: &str) -> Command {
    let mut command = Command::new(target("python/bin/python"));
    command.args(["-c", script]);
    command
}

fn node(script: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("node");
    command.current_dir(target("node")).args(["--input-type=module", "--eval"]).arg(script);
    command
}

#[test]
fn pyjwt_takes_our_tokens_and_refuses_changed_ones() {
    if is_there("PyJWT", &mut python("import jwt, cryptography")) {
        assert_agreement(&mut python(PYJWT));
    }
}

#[test]
fn joserfc_takes_our_tokens_and_refuses_changed_ones() {
    if is_there("joserfc", &mut python("import joserfc")) {
        assert_agreement(&mut python(JOSERFC));
    }
}

#[test]
fn jose_of_npm_takes_our_tokens_and_refuses_changed_ones() {
    if is_there("jose of npm", &mut node("import 'jose'")) {
        assert_agreement(&mut node(NPM_JOSE));
    }
}
