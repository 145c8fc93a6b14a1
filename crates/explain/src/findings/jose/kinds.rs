//! Findings on what each kind of token must and must not carry.

use crate::classify::looks::jwt::LOGOUT_EVENT;
use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::format::Trait;
use crate::inside::{Inside, Jose, SdJwt};
use crate::part::Severity;
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "jwt.at_claims_missing",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`typ` is `at+jwt`, and one of `iss`, `exp`, `aud`, `sub`, `client_id`, `iat`, `jti` is missing.",
        text: "An `at+jwt` must carry all seven claims; some are missing.",
        remedy: Some("Issue it with all seven, or do not call it `at+jwt`."),
        sources: &["RFC 9068 §2.2"],
        at: "payload",
        rule: Rule::Token(at_claims_missing),
    },
    Finding {
        id: "jwt.id_claims_missing",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "An ID token, and one of `iss`, `sub`, `aud`, `exp`, `iat` is missing.",
        text: "An ID token must carry iss, sub, aud, exp and iat.",
        remedy: Some("Refuse it."),
        sources: &["OIDC Core §2"],
        at: "payload",
        rule: Rule::Token(id_claims_missing),
    },
    Finding {
        id: "jwt.id_aud_many",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "An ID token, and `aud` has more than one entry.",
        text: "Several audiences: `azp` says for whom it really is.",
        remedy: None,
        sources: &["OIDC Core §3.1.3.7"],
        at: "payload",
        rule: Rule::Token(id_aud_many),
    },
    Finding {
        id: "jwt.logout_invalid",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "A logout token with `nonce`, with neither `sub` nor `sid`, without the event, or without `iat`, `jti` or `aud`.",
        text: "Not a valid logout token.",
        remedy: Some("Refuse it."),
        sources: &["OIDC Back-Channel Logout §2.4", "OIDC Back-Channel Logout §2.6"],
        at: "payload",
        rule: Rule::Token(logout_invalid),
    },
    Finding {
        id: "jwt.dpop_invalid",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "A DPoP proof without `jwk`, with a symmetric `alg`, with another `typ`, or without `jti`, `htm`, `htu` or `iat`.",
        text: "Not a valid DPoP proof.",
        remedy: Some("Refuse it."),
        sources: &["RFC 9449 §4.2", "RFC 9449 §4.3"],
        at: "",
        rule: Rule::Token(dpop_invalid),
    },
    Finding {
        id: "sdjwt.digest_mismatch",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "The hash of a disclosure stands in no `_sd` array and no `...` member.",
        text: "A disclosure was not issued by the issuer: made up, or changed.",
        remedy: Some("Refuse it."),
        sources: &["RFC 9901 §7.1"],
        at: "disclosure",
        rule: Rule::Token(digest_mismatch),
    },
    Finding {
        id: "sdjwt.no_key_binding",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "No proof by the holder at the end.",
        text: "Whoever has a copy can show it.",
        remedy: None,
        sources: &["RFC 9901 §9.5"],
        at: "",
        rule: Rule::Token(no_key_binding),
    },
    Finding {
        id: "sdjwt.disclosed",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "There are disclosures.",
        text: "Shows {count}; the others are hidden behind hashes.",
        remedy: None,
        sources: &["RFC 9901 §4"],
        at: "disclosure",
        rule: Rule::Token(disclosed),
    },
];

fn lacks(jose: &Jose, names: &[&str]) -> bool {
    names.iter().any(|name| !jose.has_claim(name))
}

fn at_claims_missing(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.format().id == "jwt.access" && lacks(token.claims_of()?, &["iss", "exp", "aud", "sub", "client_id", "iat", "jti"]))
}

fn id_claims_missing(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.has(Trait::IdToken) && lacks(token.claims_of()?, &["iss", "sub", "aud", "exp", "iat"]))
}

fn id_aud_many(token: &TokenSubject<'_>) -> Option<Fill> {
    let audiences = token.claims_of()?.claims().get("aud")?.as_array()?;
    when(token.has(Trait::IdToken) && audiences.len() > 1)
}

fn logout_invalid(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.claims_of().filter(|_| token.format().id == "jwt.logout")?;
    let has_event = jose.claims().get("events").is_some_and(|events| events.get(LOGOUT_EVENT).is_some());
    let names_nobody = !jose.has_claim("sub") && !jose.has_claim("sid");
    when(jose.has_claim("nonce") || names_nobody || !has_event || lacks(jose, &["iat", "jti", "aud"]))
}

fn dpop_invalid(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.claims_of().filter(|_| token.format().id == "jwt.dpop")?;
    let is_symmetric = jose.algorithm().is_some_and(|algorithm| algorithm.starts_with("HS"));
    let is_typed = jose.kind().is_some_and(|kind| kind == "dpop+jwt");
    when(!jose.header.contains_key("jwk") || is_symmetric || !is_typed || lacks(jose, &["jti", "htm", "htu", "iat"]))
}

fn sd_jwt<'t>(token: &TokenSubject<'t>) -> Option<&'t SdJwt> {
    match &token.classified.inside {
        Inside::SdJwt(parsed) => Some(parsed),
        _ => None,
    }
}

fn digest_mismatch(token: &TokenSubject<'_>) -> Option<Fill> {
    // What the page saw in the whole counts for more than what is left of it here.
    when(token.observed.disclosures_match.or(sd_jwt(token)?.digests_match) == Some(false))
}

fn no_key_binding(token: &TokenSubject<'_>) -> Option<Fill> {
    when(sd_jwt(token)?.holder.is_none())
}

fn disclosed(token: &TokenSubject<'_>) -> Option<Fill> {
    let count = sd_jwt(token)?.disclosed.len();
    let words = if count == 1 { "one detail".to_owned() } else { format!("{count} details") };
    (count > 0).then(|| Fill::default().with("count", words))
}
