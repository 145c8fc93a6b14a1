//! Findings on the signature of a token, and on how the token is spelled. Nothing is verified but a short list of public secrets.

use crate::classify::binary::is_der_sequence;
use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::inside::{Jose, Signature};
use crate::part::Severity;
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "jwt.secret_guessable",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "HS*, and the signature verifies with an entry of the public list.",
        text: "We found the secret by trying a short public list: \"{secret}\". Anyone can sign tokens for this system.",
        remedy: Some("Draw a new secret of 256 bits at random; every token signed so far is void."),
        sources: &["8725bis §3.5", "ASVS 9.1.2"],
        at: "signature",
        rule: Rule::Token(secret_guessable),
    },
    Finding {
        id: "jwt.secret_blank",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "HS*, and the signature verifies with the empty key.",
        text: "Signed with an empty secret.",
        remedy: Some("Draw a secret of 256 bits at random; refuse to start without one."),
        sources: &["8725bis §3.5"],
        at: "signature",
        rule: Rule::Token(secret_blank),
    },
    Finding {
        id: "jwt.signature_empty",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`alg` is not `none`, and the third part is empty.",
        text: "The signature is missing.",
        remedy: Some("Refuse it."),
        sources: &[],
        at: "signature",
        rule: Rule::Token(signature_empty),
    },
    Finding {
        id: "jwt.signature_length",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "The length of the signature does not fit `alg`: HS256 32, HS384 48, HS512 64, ES256 64, ES384 96, ES512 132, Ed25519 64, Ed448 114, ML-DSA-44, -65, -87 2420, 3309, 4627, RS* and PS* 256 or more; DER and short RSA have findings of their own.",
        text: "This signature has the wrong length for its algorithm: cut, or not a signature.",
        remedy: Some("Copy it again; if it stays so, refuse it."),
        sources: &["RFC 7518 §3.2–3.5"],
        at: "signature",
        rule: Rule::Token(signature_length),
    },
    Finding {
        id: "jwt.signature_der",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "ES*, and the signature is one DER sequence.",
        text: "The signature is in the wrong wrapping (DER instead of r‖s).",
        remedy: Some("Write r and s side by side, as RFC 7518 has it."),
        sources: &["RFC 7518 §3.4"],
        at: "signature",
        rule: Rule::Token(signature_der),
    },
    Finding {
        id: "jwt.signature_rsa_short",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "RS* or PS*, and the signature has 96 to 255 bytes.",
        text: "The RSA key has fewer than 2048 bits.",
        remedy: Some("Use a key of 2048 bits or more, or Ed25519."),
        sources: &["RFC 7518 §3.3", "RFC 7518 §3.5"],
        at: "signature",
        rule: Rule::Token(signature_rsa_short),
    },
    Finding {
        id: "jwt.signature_zero",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "The signature is nothing but zero bytes.",
        text: "An all-zero signature: the \"psychic\" trick.",
        remedy: Some("Refuse it, and update the library that accepts it."),
        sources: &["CVE-2022-21449"],
        at: "signature",
        rule: Rule::Token(signature_zero),
    },
    Finding {
        id: "jwt.signature_blanked",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "The signature consists of `*`.",
        text: "The signature was blanked before sending, so it was not looked at.",
        remedy: None,
        sources: &[],
        at: "signature",
        rule: Rule::Token(signature_blanked),
    },
    Finding {
        id: "jwt.duplicate_member",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "A name stands twice in an object of header or claims, after unescaping.",
        text: "A name stands there twice; two readers can see two different tokens.",
        remedy: Some("Refuse it."),
        sources: &["RFC 7519 §4", "RFC 7515 §4"],
        at: "",
        rule: Rule::Token(duplicate_member),
    },
    Finding {
        id: "jwt.not_utf8",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "Header or claims are not UTF-8, or start with a byte order mark.",
        text: "The text is not proper UTF-8.",
        remedy: Some("Refuse it."),
        sources: &["8725bis §3.7"],
        at: "",
        rule: Rule::Token(not_utf8),
    },
    Finding {
        id: "jwt.base64_noncanonical",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "A part has `=`, `+`, `/` or white space in it, or unused bits that are not zero.",
        text: "Not spelled as the standard demands; a strict reader refuses it, and one token can be written in several ways.",
        remedy: Some("Refuse it, so that one token has one spelling."),
        sources: &["RFC 7515 §2"],
        at: "",
        rule: Rule::Token(base64_noncanonical),
    },
    Finding {
        id: "jwt.too_big_for_cookie",
        severity: Severity::Warning,
        group: Group::Jose,
        condition: "Longer than 4056 characters: 4096 without 40 for the name.",
        text: "Does not fit into a cookie.",
        remedy: Some("Leave out what the server can look up, or keep a session on the server."),
        sources: &["ASVS 3.3.5"],
        at: "",
        rule: Rule::Token(too_big_for_cookie),
    },
    Finding {
        id: "jwt.big",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "From 1501 to 4056 characters.",
        text: "Large: it travels with every request.",
        remedy: None,
        sources: &["6265bis §4.2.1"],
        at: "",
        rule: Rule::Token(big),
    },
    Finding {
        id: "jwt.too_big_for_header",
        severity: Severity::Warning,
        group: Group::Jose,
        condition: "Longer than 8000 characters.",
        text: "Many servers refuse headers of this size.",
        remedy: Some("Leave out what the server can look up."),
        sources: &["6265bis §4.2.1"],
        at: "",
        rule: Rule::Token(too_big_for_header),
    },
];

/// A cookie holds 4096 bytes, its name among them.
const COOKIE: usize = 4096 - 40;
const HEADER: usize = 8000;
const LARGE: usize = 1500;

fn is_hmac(token: &TokenSubject<'_>) -> bool {
    token.jws().and_then(Jose::algorithm).is_some_and(|algorithm| matches!(algorithm, "HS256" | "HS384" | "HS512"))
}

fn secret_guessable(token: &TokenSubject<'_>) -> Option<Fill> {
    if !is_hmac(token) {
        return None;
    }
    match token.guessed {
        Some(secret) if !secret.is_empty() => Some(Fill::default().with("secret", secret)),
        None if token.observed.is_guessable == Some(true) => Some(Fill::default().with("secret", "(seen in your browser)")),
        _ => None,
    }
}

fn secret_blank(token: &TokenSubject<'_>) -> Option<Fill> {
    when(is_hmac(token) && (token.guessed == Some("") || token.observed.is_secret_blank == Some(true)))
}

fn signature<'t>(token: &TokenSubject<'t>) -> Option<&'t Signature> {
    Some(&token.jws()?.signature)
}

fn bytes<'t>(token: &TokenSubject<'t>) -> Option<&'t [u8]> {
    match signature(token)? {
        Signature::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

/// An unsecured token has no signature to speak of.
fn algorithm<'t>(token: &TokenSubject<'t>) -> Option<&'t str> {
    token.jws()?.algorithm().filter(|algorithm| !algorithm.trim().eq_ignore_ascii_case("none"))
}

fn signature_empty(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_unsecured = token.jws().and_then(Jose::algorithm).is_some() && algorithm(token).is_none();
    when(signature(token) == Some(&Signature::Empty) && !is_unsecured)
}

/// Whether so many bytes can be a signature of that algorithm; `None` where the algorithm is not known.
fn fits(algorithm: &str, length: usize) -> Option<bool> {
    let exact = match algorithm {
        "HS256" => 32,
        "HS384" => 48,
        "HS512" | "ES256" | "ES256K" | "ESP256" | "Ed25519" => 64,
        "ES384" | "ESP384" => 96,
        "ES512" | "ESP512" => 132,
        "Ed448" => 114,
        "EdDSA" => return Some(matches!(length, 64 | 114)),
        "ML-DSA-44" => 2420,
        "ML-DSA-65" => 3309,
        "ML-DSA-87" => 4627,
        _ if is_rsa(algorithm) => return Some(length >= 256),
        _ => return None,
    };
    Some(length == exact)
}

fn is_rsa(algorithm: &str) -> bool {
    matches!(algorithm, "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512")
}

fn signature_length(token: &TokenSubject<'_>) -> Option<Fill> {
    let length = match signature(token)? {
        Signature::Bytes(bytes) => bytes.len(),
        Signature::Blanked(length) => token.observed.signature_bytes.unwrap_or(*length),
        Signature::Unreadable => 0,
        Signature::Empty | Signature::Missing => return None,
    };
    let is_told_better = signature_der(token).is_some() || signature_rsa_short(token).is_some();
    when(fits(algorithm(token)?, length) == Some(false) && !is_told_better)
}

fn signature_der(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_wrapped = bytes(token).is_some_and(is_der_sequence) || token.observed.is_signature_der == Some(true);
    when(algorithm(token)?.starts_with("ES") && is_wrapped)
}

fn signature_rsa_short(token: &TokenSubject<'_>) -> Option<Fill> {
    let length = bytes(token).map(<[u8]>::len).or(token.observed.signature_bytes)?;
    when(is_rsa(algorithm(token)?) && (96..256).contains(&length))
}

fn signature_zero(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_zero = bytes(token).is_some_and(|bytes| !bytes.is_empty() && bytes.iter().all(|&byte| byte == 0));
    when(is_zero || token.observed.is_signature_zero == Some(true))
}

fn signature_blanked(token: &TokenSubject<'_>) -> Option<Fill> {
    when(matches!(signature(token), Some(Signature::Blanked(_))))
}

fn duplicate_member(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.jose().is_some_and(|jose| jose.faults.has_duplicates))
}

fn not_utf8(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.jose().is_some_and(|jose| jose.faults.is_not_utf8))
}

fn base64_noncanonical(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_odd = token.jose().map(|jose| jose.faults.is_oddly_spelled)?;
    when((is_odd || token.observed.is_canonical == Some(false)) && !token.classified.is_chunk)
}

fn length(token: &TokenSubject<'_>) -> usize {
    if token.jose().is_some() { token.value.len() } else { 0 }
}

fn too_big_for_cookie(token: &TokenSubject<'_>) -> Option<Fill> {
    when(length(token) > COOKIE)
}

fn big(token: &TokenSubject<'_>) -> Option<Fill> {
    when((LARGE + 1..=COOKIE).contains(&length(token)))
}

fn too_big_for_header(token: &TokenSubject<'_>) -> Option<Fill> {
    when(length(token) > HEADER)
}
