//! Findings on one-time-password seeds, keys, macaroons, PASETO and links that are keys.

use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::format::Trait;
use crate::inside::{Inside, Otp};
use crate::part::Severity;
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "otp.seed_exposed",
        severity: Severity::Error,
        group: Group::SamlOtpKeys,
        condition: "An enrolment or an export of an authenticator app whose seed is not blanked.",
        text: "This is the seed itself. Whoever saw it can make your codes: set up the app anew.",
        remedy: Some("Remove the app from the account, and set it up with a new seed."),
        sources: &["RFC 6238 §5.1", "ASVS 6.5.3"],
        at: "secret",
        rule: Rule::Token(seed_exposed),
    },
    Finding {
        id: "otp.seed_short",
        severity: Severity::Warning,
        group: Group::SamlOtpKeys,
        condition: "The seed has fewer than 128 bits.",
        text: "The seed is shorter than 128 bits.",
        remedy: Some("Draw 160 bits."),
        sources: &["RFC 4226 §4 R6"],
        at: "secret",
        rule: Rule::Token(seed_short),
    },
    Finding {
        id: "otp.parameters",
        severity: Severity::Note,
        group: Group::SamlOtpKeys,
        condition: "An enrolment of an authenticator app.",
        text: "How the codes are made: {digits} digits {step}, {algorithm}.",
        remedy: None,
        sources: &["Key URI format"],
        at: "parameters",
        rule: Rule::Token(parameters),
    },
    Finding {
        id: "otp.issuer_missing",
        severity: Severity::Note,
        group: Group::SamlOtpKeys,
        condition: "Neither label nor parameter names the site.",
        text: "Does not say for which site.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(issuer_missing),
    },
    Finding {
        id: "key.private_exposed",
        severity: Severity::Error,
        group: Group::SamlOtpKeys,
        condition: "A private or symmetric JWK, a private key in armour, or a PASERK of kind `local` or `secret`, not blanked.",
        text: "This is a private key. From now on it counts as known: replace it.",
        remedy: Some("Make a new key, publish its public part, withdraw this one."),
        sources: &["OWASP Key Mgmt"],
        at: "",
        rule: Rule::Token(private_exposed),
    },
    Finding {
        id: "key.public",
        severity: Severity::Note,
        group: Group::SamlOtpKeys,
        condition: "A public JWK, a certificate, or a PASERK of kind `public`.",
        text: "A public key: meant to be shown.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(public),
    },
    Finding {
        id: "key.hash_shown",
        severity: Severity::Warning,
        group: Group::SamlOtpKeys,
        condition: "A stored form of a password.",
        text: "The stored form of a password; weak passwords can be found from it.",
        remedy: Some("Ask its owner to choose a new password."),
        sources: &["OWASP Password Storage"],
        at: "",
        rule: Rule::Token(hash_shown),
    },
    Finding {
        id: "macaroon.no_caveat",
        severity: Severity::Warning,
        group: Group::SamlOtpKeys,
        condition: "A macaroon without conditions.",
        text: "No condition at all: good for everything, for ever.",
        remedy: Some("Add conditions before you hand it on: for what, and until when."),
        sources: &[],
        at: "",
        rule: Rule::Token(no_caveat),
    },
    Finding {
        id: "macaroon.caveats",
        severity: Severity::Note,
        group: Group::SamlOtpKeys,
        condition: "A macaroon with conditions.",
        text: "Narrowed by: {caveats}.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Token(caveats),
    },
    Finding {
        id: "paseto.footer",
        severity: Severity::Note,
        group: Group::SamlOtpKeys,
        condition: "A PASETO with a footer.",
        text: "The footer is readable by everyone.",
        remedy: None,
        sources: &["PASETO spec"],
        at: "footer",
        rule: Rule::Token(footer),
    },
    Finding {
        id: "magic.link_is_key",
        severity: Severity::Warning,
        group: Group::SamlOtpKeys,
        condition: "A sign-in or reset link, a presigned address of AWS, a shared access signature of Azure, or a webhook of Slack.",
        text: "The link is the key: whoever opens it first gets in.",
        remedy: Some("Open it once, and do not pass it on."),
        sources: &["ASVS 6.5.5"],
        at: "",
        rule: Rule::Token(link_is_key),
    },
];

fn otp<'t>(token: &TokenSubject<'t>) -> Option<&'t Otp> {
    match &token.classified.inside {
        Inside::Otp(otp) => Some(otp),
        _ => None,
    }
}

fn seed_exposed(token: &TokenSubject<'_>) -> Option<Fill> {
    when(otp(token).is_some() && !token.classified.is_blanked)
}

fn seed_short(token: &TokenSubject<'_>) -> Option<Fill> {
    const ENOUGH: usize = 128;
    when(otp(token)?.seed_bits.or(token.observed.seed_bits)? < ENOUGH)
}

fn parameters(token: &TokenSubject<'_>) -> Option<Fill> {
    let otp = otp(token).filter(|_| token.format().id != "otp.migration")?;
    let step = match &otp.counter {
        Some(counter) => format!("for each press, the next is number {counter}"),
        None => format!("every {} s", otp.period),
    };
    Some(Fill::default().with("digits", otp.digits.clone()).with("step", step).with("algorithm", otp.algorithm.clone()))
}

fn issuer_missing(token: &TokenSubject<'_>) -> Option<Fill> {
    when(otp(token)?.issuer.is_none() && token.format().id != "otp.migration")
}

fn paserk<'t>(token: &TokenSubject<'t>) -> &'t str {
    match &token.classified.inside {
        Inside::Paserk { kind } => kind,
        _ => "",
    }
}

fn private_exposed(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_key = token.has(Trait::PrivateKey) || matches!(paserk(token), "local" | "secret");
    when(is_key && !token.classified.is_blanked)
}

fn public(token: &TokenSubject<'_>) -> Option<Fill> {
    when(matches!(token.format().id, "jwk.public" | "x509.certificate") || paserk(token) == "public")
}

fn hash_shown(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.format().id == "hash.password")
}

fn conditions<'t>(token: &TokenSubject<'t>) -> Option<&'t [String]> {
    match &token.classified.inside {
        Inside::Macaroon { caveats } => Some(caveats),
        _ => None,
    }
}

fn no_caveat(token: &TokenSubject<'_>) -> Option<Fill> {
    when(conditions(token)?.is_empty())
}

fn caveats(token: &TokenSubject<'_>) -> Option<Fill> {
    const MOST: usize = 5;
    let conditions = conditions(token)?;
    let shown: Vec<String> = conditions
        .iter()
        .take(MOST)
        .map(|caveat| caveat.chars().filter(|character| !character.is_control()).take(80).collect())
        .collect();
    (!conditions.is_empty()).then(|| Fill::default().with("caveats", shown.join("; ")))
}

fn footer(token: &TokenSubject<'_>) -> Option<Fill> {
    when(matches!(token.classified.inside, Inside::Paseto { has_footer: true, .. }))
}

fn link_is_key(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.has(Trait::LinkIsKey))
}
