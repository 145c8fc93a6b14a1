//! Findings on locked tokens (JWE): what the header tells about the lock.

use crate::classify::encoding::decoded_length;
use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::part::Severity;
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "jwe.rsa1_5",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`alg` is `RSA1_5`.",
        text: "A broken kind of encryption (padding oracle).",
        remedy: Some("Use ECDH-ES or RSA-OAEP-256."),
        sources: &["8725bis §3.2"],
        at: "header",
        rule: Rule::Token(rsa1_5),
    },
    Finding {
        id: "jwe.zip",
        severity: Severity::Warning,
        group: Group::Jose,
        condition: "`zip` in the header.",
        text: "Compressed before encryption: length gives content away, and unpacking can flood memory.",
        remedy: Some("Do not compress what you lock."),
        sources: &["8725bis §3.6", "8725bis §3.15"],
        at: "header",
        rule: Rule::Token(zip),
    },
    Finding {
        id: "jwe.pbes2",
        severity: Severity::Warning,
        group: Group::Jose,
        condition: "`alg` is PBES2-*.",
        text: "Locked with a password.",
        remedy: Some("Lock with a random key; keep passwords for people."),
        sources: &["RFC 7518 §4.8", "8725bis §3.13"],
        at: "header",
        rule: Rule::Token(pbes2),
    },
    Finding {
        id: "jwe.p2c",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`p2c` is below 1000 or above 1200000, or no number.",
        text: "The work factor is out of bounds: too weak, or made to stall the server.",
        remedy: Some("Refuse counts outside your own bounds before you start counting."),
        sources: &["8725bis §3.13"],
        at: "header",
        rule: Rule::Token(p2c),
    },
    Finding {
        id: "jwe.shape",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "The start value or the tag has not the length that `enc` needs (GCM 12 and 16; CBC-HS 16 and 16, 24 or 32); `dir` with a key part; or an unknown `enc`.",
        text: "The parts do not have the lengths this encryption needs.",
        remedy: Some("Refuse it."),
        sources: &["RFC 7518 §5"],
        at: "",
        rule: Rule::Token(shape),
    },
    Finding {
        id: "jwe.sender_unknown",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "`alg` is RSA-OAEP* or ECDH-ES*.",
        text: "Locked for someone with a public key: anyone could have written it.",
        remedy: None,
        sources: &["8725bis §2.3", "8725bis §3.3"],
        at: "header",
        rule: Rule::Token(sender_unknown),
    },
    Finding {
        id: "jwe.content_type",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "`cty` in the header.",
        text: "Says what is inside.",
        remedy: None,
        sources: &["RFC 7516 §4.1.12"],
        at: "header",
        rule: Rule::Token(content_type),
    },
];

fn algorithm<'t>(token: &TokenSubject<'t>) -> Option<&'t str> {
    token.jwe()?.algorithm()
}

fn rsa1_5(token: &TokenSubject<'_>) -> Option<Fill> {
    when(algorithm(token)? == "RSA1_5")
}

fn zip(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.jwe()?.header.contains_key("zip"))
}

fn pbes2(token: &TokenSubject<'_>) -> Option<Fill> {
    when(algorithm(token)?.starts_with("PBES2-"))
}

fn p2c(token: &TokenSubject<'_>) -> Option<Fill> {
    let count = token.jwe()?.header.get("p2c")?;
    when(count.as_f64().is_none_or(|count| !(1000.0..=1_200_000.0).contains(&count)))
}

/// Bytes of the start value and of the tag that an encryption needs.
fn lengths(encryption: &str) -> Option<(usize, usize)> {
    Some(match encryption {
        "A128GCM" | "A192GCM" | "A256GCM" => (12, 16),
        "A128CBC-HS256" => (16, 16),
        "A192CBC-HS384" => (16, 24),
        "A256CBC-HS512" => (16, 32),
        _ => return None,
    })
}

fn shape(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.jwe().filter(|jose| jose.parts.len() == 5 && !token.classified.is_chunk)?;
    let length = |index: usize| decoded_length(jose.part(index).trim_end_matches('=').len());
    let has_foreign_key = jose.algorithm() == Some("dir") && !jose.part(1).is_empty();
    let fits = lengths(jose.header_text("enc")?).is_some_and(|(start, tag)| length(2) == start && length(4) == tag);
    when(!fits || has_foreign_key)
}

fn sender_unknown(token: &TokenSubject<'_>) -> Option<Fill> {
    let algorithm = algorithm(token)?;
    when(algorithm.starts_with("RSA-OAEP") || algorithm.starts_with("ECDH-ES"))
}

fn content_type(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.jwe()?.header.contains_key("cty"))
}
