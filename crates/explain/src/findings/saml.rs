//! Findings on SAML messages.

use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::inside::{Inside, Saml};
use crate::part::{Part, Severity};
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "saml.unsigned",
        severity: Severity::Error,
        group: Group::SamlOtpKeys,
        condition: "No signature in a response or an assertion, and no encrypted assertion.",
        text: "Not signed: anyone can write it.",
        remedy: Some("Sign the assertion, and refuse unsigned ones."),
        sources: &["OWASP SAML \"Validate Signatures\""],
        at: "",
        rule: Rule::Token(unsigned),
    },
    Finding {
        id: "saml.expired",
        severity: Severity::Note,
        group: Group::SamlOtpKeys,
        condition: "`NotOnOrAfter` of the conditions is not after now.",
        text: "Its time is over.",
        remedy: None,
        sources: &["OWASP SAML"],
        at: "",
        rule: Rule::Token(expired),
    },
    Finding {
        id: "saml.audience_missing",
        severity: Severity::Warning,
        group: Group::SamlOtpKeys,
        condition: "A readable assertion without `Audience`.",
        text: "Does not say for which app.",
        remedy: Some("Name the app, and let it check that it is meant."),
        sources: &["OWASP SAML \"Processing Rules\""],
        at: "",
        rule: Rule::Token(audience_missing),
    },
    Finding {
        id: "saml.comment_in_name",
        severity: Severity::Error,
        group: Group::SamlOtpKeys,
        condition: "An XML comment inside `NameID` or `AttributeValue`.",
        text: "A comment splits the name: some readers see only the first half.",
        remedy: Some("Refuse it, and update the XML library."),
        sources: &["CVE-2017-11427"],
        at: "",
        rule: Rule::Token(comment_in_name),
    },
    Finding {
        id: "saml.sha1",
        severity: Severity::Warning,
        group: Group::SamlOtpKeys,
        condition: "A signature or digest algorithm is SHA-1.",
        text: "Signed with SHA-1.",
        remedy: Some("Sign with SHA-256."),
        sources: &["ASVS 11.4.3"],
        at: "",
        rule: Rule::Token(sha1),
    },
    Finding {
        id: "saml.doctype",
        severity: Severity::Error,
        group: Group::SamlOtpKeys,
        condition: "A `DOCTYPE`, or an entity that is not one of the five of XML.",
        text: "Holds an entity declaration: an attack on the XML reader.",
        remedy: Some("Refuse every document type before reading on."),
        sources: &["OWASP SAML \"Input Validation\"", "CWE-611"],
        at: "",
        rule: Rule::Token(doctype),
    },
    Finding {
        id: "saml.several_assertions",
        severity: Severity::Error,
        group: Group::SamlOtpKeys,
        condition: "More than one assertion, and fewer signatures than assertions.",
        text: "Several assertions: signature wrapping.",
        remedy: Some("Refuse it: use only the assertion that the signature covers."),
        sources: &["OWASP SAML \"Validate Signatures\""],
        at: "",
        rule: Rule::Token(several_assertions),
    },
    Finding {
        id: "saml.encrypted",
        severity: Severity::Good,
        group: Group::SamlOtpKeys,
        condition: "An encrypted assertion.",
        text: "The assertion is locked for the app.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(encrypted),
    },
    Finding {
        id: "saml.in_response_to",
        severity: Severity::Note,
        group: Group::SamlOtpKeys,
        condition: "A response without `InResponseTo`.",
        text: "Nobody asked for it (started at the identity provider): replay and login CSRF are harder to stop.",
        remedy: None,
        sources: &["OWASP SAML \"Unsolicited Response\""],
        at: "",
        rule: Rule::Token(in_response_to),
    },
];

fn saml<'t>(token: &TokenSubject<'t>) -> Option<&'t Saml> {
    match &token.classified.inside {
        Inside::Saml(saml) => Some(saml),
        _ => None,
    }
}

/// Messages that say who signed in; requests do not have to be signed.
fn statement<'t>(token: &TokenSubject<'t>) -> Option<&'t Saml> {
    saml(token).filter(|_| token.format().part == Part::Signed)
}

fn unsigned(token: &TokenSubject<'_>) -> Option<Fill> {
    let saml = statement(token)?;
    when(saml.signatures == 0 && saml.encrypted_assertions == 0)
}

fn expired(token: &TokenSubject<'_>) -> Option<Fill> {
    when(statement(token).is_some() && token.classified.times.ends_at.is_some_and(|end| end <= token.now))
}

fn audience_missing(token: &TokenSubject<'_>) -> Option<Fill> {
    let saml = statement(token)?;
    when(saml.assertions > 0 && saml.audiences.is_empty())
}

fn comment_in_name(token: &TokenSubject<'_>) -> Option<Fill> {
    when(saml(token)?.traps.has_comment_in_name)
}

fn sha1(token: &TokenSubject<'_>) -> Option<Fill> {
    when(saml(token)?.algorithms.iter().any(|algorithm| algorithm.to_ascii_lowercase().ends_with("sha1")))
}

fn doctype(token: &TokenSubject<'_>) -> Option<Fill> {
    when(saml(token)?.traps.has_doctype)
}

fn several_assertions(token: &TokenSubject<'_>) -> Option<Fill> {
    let saml = statement(token)?;
    when(saml.assertions > 1 && saml.signatures < saml.assertions)
}

fn encrypted(token: &TokenSubject<'_>) -> Option<Fill> {
    when(saml(token)?.encrypted_assertions > 0)
}

fn in_response_to(token: &TokenSubject<'_>) -> Option<Fill> {
    let saml = statement(token)?;
    when(saml.root == "Response" && saml.in_response_to.is_none())
}
