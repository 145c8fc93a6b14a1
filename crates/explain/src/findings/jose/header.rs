//! Findings on the header of a signed token: algorithm, key, extensions, type.

use serde_json::Value;

use crate::classify::looks::keys::has_private_member;
use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::format::Trait;
use crate::inside::Jose;
use crate::part::Severity;
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "jwt.alg_none",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`alg`, without white space and in lower case, is `none`.",
        text: "No signature at all: anyone can write this. A server that takes it takes anything.",
        remedy: Some("Refuse it, and pin the algorithms that you accept."),
        sources: &["RFC 8725 §3.2", "ASVS 9.1.2", "OWASP JWT \"Unsecured JWTs\""],
        at: "header",
        rule: Rule::Token(alg_none),
    },
    Finding {
        id: "jwt.alg_missing",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`alg` is not there, or is no string.",
        text: "The header does not say how it is signed.",
        remedy: Some("Refuse it."),
        sources: &["RFC 7515 §4.1.1"],
        at: "header",
        rule: Rule::Token(alg_missing),
    },
    Finding {
        id: "jwt.alg_unknown",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`alg` is not in the JOSE registry.",
        text: "There is no such algorithm. Libraries that treat unknown as \"fine\" have been broken by this.",
        remedy: Some("Refuse every algorithm that you did not choose."),
        sources: &["8725bis §3.1"],
        at: "header",
        rule: Rule::Token(alg_unknown),
    },
    Finding {
        id: "jwt.alg_symmetric",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "`alg` is HS256, HS384 or HS512.",
        text: "The same secret signs and checks: every service that can check can also forge.",
        remedy: None,
        sources: &["RFC 8725 §3.5", "OWASP REST \"JWT\""],
        at: "header",
        rule: Rule::Token(alg_symmetric),
    },
    Finding {
        id: "jwt.alg_deprecated",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "`alg` is `EdDSA`.",
        text: "`EdDSA` leaves the curve open; the exact name is `Ed25519`.",
        remedy: None,
        sources: &["RFC 9864", "8725bis §3.2"],
        at: "header",
        rule: Rule::Token(alg_deprecated),
    },
    Finding {
        id: "jwt.alg_confusion",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "HS* together with `x5c`, `x5u`, `x5t`, or a `jwk` that is no shared secret.",
        text: "Says \"shared secret\" but brings a public key: the classic trick to make a server use its public key as the secret.",
        remedy: Some("Tie each key to one algorithm, and never take the key from the token."),
        sources: &["8725bis §2.1", "8725bis §3.1", "OWASP JWT \"Key type confusion\""],
        at: "header",
        rule: Rule::Token(alg_confusion),
    },
    Finding {
        id: "jwt.alg_key_mismatch",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "A `jwk` in the header whose `kty` and `crv` do not belong to `alg`.",
        text: "Algorithm and key do not belong together.",
        remedy: Some("Refuse it."),
        sources: &["8725bis §3.1", "ASVS 9.1.2"],
        at: "header",
        rule: Rule::Token(alg_key_mismatch),
    },
    Finding {
        id: "jwt.kid_injection",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`kid` has `..`, a `/` at the start, a backslash, a quote, `;`, `|`, `<`, `$(`, a backquote, a control character or `UNION` in it, or more than 256 bytes.",
        text: "The key name looks like an attack on the server's key look-up.",
        remedy: Some("Look keys up in a fixed list; never put a name from outside into a path or a query."),
        sources: &["8725bis §3.10", "OWASP JWT \"Trusting key material\""],
        at: "header",
        rule: Rule::Token(kid_injection),
    },
    Finding {
        id: "jwt.kid_missing",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "An asymmetric `alg`, none of `kid`, `x5t`, `jwk` and `x5c`, and it is no SD-JWT.",
        text: "Does not name its key; when keys rotate, the reader must try them all.",
        remedy: None,
        sources: &["RFC 7515 §4.1.4"],
        at: "header",
        rule: Rule::Token(kid_missing),
    },
    Finding {
        id: "jwt.key_url",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`jku` or `x5u` in the header.",
        text: "Tells the server where to fetch the key: an attacker would name his own place, or an inner one.",
        remedy: Some("Ignore it: fetch keys only from addresses that you wrote into your configuration."),
        sources: &["8725bis §3.10", "ASVS 9.1.3"],
        at: "header",
        rule: Rule::Token(key_url),
    },
    Finding {
        id: "jwt.key_embedded",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`jwk` or `x5c` in the header, and it is neither a DPoP nor a DBSC proof.",
        text: "Brings its own key. A server that believes it believes everyone.",
        remedy: Some("Ignore it: keys come from your configuration."),
        sources: &["ASVS 9.1.3", "CVE-2018-0114", "OWASP JWT"],
        at: "header",
        rule: Rule::Token(key_embedded),
    },
    Finding {
        id: "jwt.key_private",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "A `jwk` in the header with `d`, `p`, `q`, `k` or `priv`.",
        text: "The private key is inside the token.",
        remedy: Some("Replace the key; send only its public part."),
        sources: &["RFC 9449 §4.3", "RFC 7517"],
        at: "header",
        rule: Rule::Token(key_private),
    },
    Finding {
        id: "jwt.crit",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "`crit` lists names, as the standard has it.",
        text: "Demands that the reader understands these extensions, or refuses: {names}. Cloakroom refuses.",
        remedy: None,
        sources: &["RFC 7515 §4.1.11"],
        at: "header",
        rule: Rule::Token(crit),
    },
    Finding {
        id: "jwt.crit_invalid",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`crit` is empty, is no array of strings, or names a registered header or one that is not there.",
        text: "The `crit` list is wrong; it must be refused.",
        remedy: Some("Refuse it."),
        sources: &["RFC 7515 §4.1.11"],
        at: "header",
        rule: Rule::Token(crit_invalid),
    },
    Finding {
        id: "jwt.b64_false",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`b64` in the header is false.",
        text: "Unencoded payload: never allowed in a JWT.",
        remedy: Some("Refuse it where a JWT is expected."),
        sources: &["RFC 7797 §7"],
        at: "header",
        rule: Rule::Token(b64_false),
    },
    Finding {
        id: "jwt.typ_missing",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "No `typ` in the header of a JWT.",
        text: "Does not say which kind of token it is.",
        remedy: None,
        sources: &["8725bis §3.11"],
        at: "header",
        rule: Rule::Token(typ_missing),
    },
    Finding {
        id: "jwt.typ_generic",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "`typ` is `JWT`.",
        text: "`JWT` is not a kind: it does not keep an ID token from being used as an access token.",
        remedy: None,
        sources: &["8725bis §3.11"],
        at: "header",
        rule: Rule::Token(typ_generic),
    },
    Finding {
        id: "jwt.typ_mismatch",
        severity: Severity::Warning,
        group: Group::Jose,
        condition: "`at+jwt` with `nonce`, `at_hash` or `events`; `logout+jwt` without `events`; or `dpop+jwt` without `htm` or `htu`.",
        text: "Type and content do not go together.",
        remedy: Some("Let each kind of token carry its own type and claims, and check both."),
        sources: &["8725bis §3.11", "8725bis §3.12"],
        at: "header",
        rule: Rule::Token(typ_mismatch),
    },
    Finding {
        id: "jwt.header_open",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "Every JWS.",
        text: "Header and claims are unproven here: we have no key to check the signature.",
        remedy: None,
        sources: &["RFC 8725 §3.3"],
        at: "header",
        rule: Rule::Token(header_open),
    },
    Finding {
        id: "jwt.asymmetric",
        severity: Severity::Good,
        group: Group::Jose,
        condition: "`alg` is RS*, PS*, ES*, Ed* or ML-DSA-*.",
        text: "Readers check with a public key and cannot forge.",
        remedy: None,
        sources: &["OWASP REST \"JWT\""],
        at: "header",
        rule: Rule::Token(asymmetric),
    },
];

/// Algorithms of the JOSE registry, for signing and for locking.
const REGISTERED: [&str; 51] = [
    "HS256",
    "HS384",
    "HS512",
    "RS256",
    "RS384",
    "RS512",
    "ES256",
    "ES384",
    "ES512",
    "ES256K",
    "PS256",
    "PS384",
    "PS512",
    "EdDSA",
    "Ed25519",
    "Ed448",
    "ML-DSA-44",
    "ML-DSA-65",
    "ML-DSA-87",
    "RS1",
    "HS1",
    "ESP256",
    "ESP384",
    "ESP512",
    "RSA1_5",
    "RSA-OAEP",
    "RSA-OAEP-256",
    "RSA-OAEP-384",
    "RSA-OAEP-512",
    "A128KW",
    "A192KW",
    "A256KW",
    "dir",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A192KW",
    "ECDH-ES+A256KW",
    "A128GCMKW",
    "A192GCMKW",
    "A256GCMKW",
    "PBES2-HS256+A128KW",
    "PBES2-HS384+A192KW",
    "PBES2-HS512+A256KW",
    "HPKE-0",
    "HPKE-1",
    "HPKE-2",
    "HPKE-3",
    "HPKE-4",
    "HPKE-5",
    "HPKE-6",
    "none",
];

const HEADERS: [&str; 20] = [
    "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc", "zip", "epk", "apu", "apv", "iv",
    "tag", "p2s", "p2c",
];

fn algorithm<'t>(token: &TokenSubject<'t>) -> Option<&'t str> {
    token.jws()?.algorithm()
}

fn is_symmetric(algorithm: &str) -> bool {
    matches!(algorithm, "HS256" | "HS384" | "HS512")
}

fn is_asymmetric(algorithm: &str) -> bool {
    ["RS", "PS", "ES", "Ed", "ML-DSA-"].iter().any(|family| algorithm.starts_with(family))
}

fn has_header(token: &TokenSubject<'_>, names: &[&str]) -> bool {
    token.jws().is_some_and(|jose| names.iter().any(|name| jose.header.contains_key(*name)))
}

fn alg_none(token: &TokenSubject<'_>) -> Option<Fill> {
    when(algorithm(token).is_some_and(|algorithm| algorithm.trim().eq_ignore_ascii_case("none")))
}

fn alg_missing(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.jose().is_some_and(|jose| jose.algorithm().is_none()))
}

fn alg_unknown(token: &TokenSubject<'_>) -> Option<Fill> {
    let algorithm = token.jose().and_then(Jose::algorithm);
    when(algorithm.is_some_and(|algorithm| !REGISTERED.contains(&algorithm) && !algorithm.trim().eq_ignore_ascii_case("none")))
}

fn alg_symmetric(token: &TokenSubject<'_>) -> Option<Fill> {
    when(algorithm(token).is_some_and(is_symmetric))
}

fn alg_deprecated(token: &TokenSubject<'_>) -> Option<Fill> {
    when(algorithm(token) == Some("EdDSA"))
}

fn alg_confusion(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_foreign_key =
        token.jws().and_then(|jose| jose.header.get("jwk")).is_some_and(|key| key.get("kty").is_some_and(|kind| kind != "oct"));
    let brings_key = has_header(token, &["x5c", "x5u", "x5t", "x5t#S256"]) || is_foreign_key;
    when(algorithm(token).is_some_and(is_symmetric) && brings_key)
}

fn alg_key_mismatch(token: &TokenSubject<'_>) -> Option<Fill> {
    let key = token.jws().and_then(|jose| jose.header.get("jwk"));
    let text = |name: &str| key.and_then(|key| key.get(name)).and_then(Value::as_str).unwrap_or_default();
    let (kind, curve) = (text("kty"), text("crv"));
    when(key.is_some() && algorithm(token).is_some_and(|algorithm| !belong_together(algorithm, kind, curve)))
}

/// What is not known is not judged.
fn belong_together(algorithm: &str, kind: &str, curve: &str) -> bool {
    match algorithm {
        "ES256" | "ESP256" => kind == "EC" && curve == "P-256",
        "ES384" | "ESP384" => kind == "EC" && curve == "P-384",
        "ES512" | "ESP512" => kind == "EC" && curve == "P-521",
        "ES256K" => kind == "EC" && curve == "secp256k1",
        "Ed25519" | "Ed448" => kind == "OKP" && curve == algorithm,
        "EdDSA" => kind == "OKP" && matches!(curve, "Ed25519" | "Ed448"),
        _ if algorithm.starts_with("RS") || algorithm.starts_with("PS") => kind == "RSA",
        _ if algorithm.starts_with("HS") => kind == "oct",
        _ if algorithm.starts_with("ML-DSA-") => kind == "AKP",
        _ => true,
    }
}

fn kid_injection(token: &TokenSubject<'_>) -> Option<Fill> {
    const MARKS: [&str; 10] = ["..", "\\", "'", "\"", ";", "|", "<", "$(", "`", "\0"];
    const LONGEST: usize = 256;
    when(token.jose().and_then(|jose| jose.header_text("kid")).is_some_and(|name| {
        name.starts_with('/')
            || name.len() > LONGEST
            || name.chars().any(char::is_control)
            || name.to_ascii_uppercase().contains("UNION")
            || MARKS.iter().any(|mark| name.contains(mark))
    }))
}

fn kid_missing(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_named = has_header(token, &["kid", "x5t", "x5t#S256", "jwk", "x5c"]);
    when(algorithm(token).is_some_and(is_asymmetric) && !is_named && !token.has(Trait::NamesNoKey))
}

fn key_url(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.jose().is_some_and(|jose| ["jku", "x5u"].iter().any(|name| jose.header.contains_key(*name))))
}

fn key_embedded(token: &TokenSubject<'_>) -> Option<Fill> {
    when(has_header(token, &["jwk", "x5c"]) && !token.has(Trait::KeyInHeader))
}

fn key_private(token: &TokenSubject<'_>) -> Option<Fill> {
    let key = token.jose().and_then(|jose| jose.header.get("jwk")).and_then(Value::as_object);
    when(key.is_some_and(|key| has_private_member(key) || key.contains_key("k")))
}

/// The names that `crit` lists, when the list is as RFC 7515 §4.1.11 wants it.
fn critical(jose: &Jose) -> Option<Vec<&str>> {
    let names: Vec<_> = jose.header.get("crit")?.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
    let is_allowed = |name: &&str| !HEADERS.contains(name) && jose.header.contains_key(*name);
    (!names.is_empty() && names.iter().all(is_allowed)).then_some(names)
}

fn crit(token: &TokenSubject<'_>) -> Option<Fill> {
    let names = critical(token.jose()?)?;
    Some(Fill::default().with("names", names.join(", ")))
}

fn crit_invalid(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.jose().is_some_and(|jose| jose.header.contains_key("crit") && critical(jose).is_none()))
}

fn b64_false(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.jws().and_then(|jose| jose.header.get("b64")) == Some(&Value::Bool(false)))
}

fn typ_missing(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_kind = token.jws().is_some_and(|jose| !jose.header.contains_key("typ"));
    when(is_kind && !matches!(token.format().id, "jws" | "jws.detached"))
}

fn typ_generic(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.jws().and_then(Jose::kind).is_some_and(|kind| kind == "jwt"))
}

fn typ_mismatch(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.claims_of()?;
    let has_any = |names: &[&str]| names.iter().any(|name| jose.has_claim(name));
    when(match jose.kind()?.as_str() {
        "at+jwt" => has_any(&["nonce", "at_hash", "events"]),
        "logout+jwt" => !jose.has_claim("events"),
        "dpop+jwt" => !(jose.has_claim("htm") && jose.has_claim("htu")),
        _ => false,
    })
}

fn header_open(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.jws().is_some())
}

fn asymmetric(token: &TokenSubject<'_>) -> Option<Fill> {
    when(algorithm(token).is_some_and(is_asymmetric))
}
