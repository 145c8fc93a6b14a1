//! Findings on the claims of a token, times aside.

use serde_json::Value;

use crate::finding::{Fill, Finding, Group, Rule, when};
use crate::format::Trait;
use crate::inside::Payload;
use crate::part::Severity;
use crate::subject::TokenSubject;

pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "jwt.aud_missing",
        severity: Severity::Warning,
        group: Group::Jose,
        condition: "No `aud`, and the kind is not one without audience by design: unsecured, DPoP, DBSC, status list, SD-JWT, Cognito access (uses `client_id`), Clerk (uses `azp`), Play, Supabase key, Keycloak identity, Kubernetes, GitHub installation.",
        text: "Does not say whom it is for, so any service with the same key may take it.",
        remedy: Some("Name the one service it is for, and let that service check it."),
        sources: &["8725bis §3.9", "ASVS 9.2.3"],
        at: "payload",
        rule: Rule::Token(aud_missing),
    },
    Finding {
        id: "jwt.iss_missing",
        severity: Severity::Warning,
        group: Group::Jose,
        condition: "No `iss`, and the kind is not unsecured, DPoP, DBSC, key binding, status list, or a session of Play or Better Auth.",
        text: "Does not say who wrote it.",
        remedy: Some("Name the issuer, and check it against the one you know."),
        sources: &["8725bis §3.8"],
        at: "payload",
        rule: Rule::Token(iss_missing),
    },
    Finding {
        id: "jwt.sub_missing",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "No `sub`, and it is an access token, an ID token or a JWT of no stated kind.",
        text: "Does not say about whom.",
        remedy: None,
        sources: &["RFC 7519 §4.1.2"],
        at: "payload",
        rule: Rule::Token(sub_missing),
    },
    Finding {
        id: "jwt.claim_type",
        severity: Severity::Error,
        group: Group::Jose,
        condition: "`iss`, `sub` or `jti` is no string; `aud` is neither a string nor an array of strings; a time is null, a boolean, an array, an object or no finite number; or a time lies outside ±2⁵³.",
        text: "A claim has the wrong type; libraries disagree on what that means.",
        remedy: Some("Refuse it, and mend the maker."),
        sources: &["RFC 7519 §4.1"],
        at: "payload",
        rule: Rule::Token(claim_type),
    },
    Finding {
        id: "jwt.payload_not_object",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "A signed content that is no JSON object.",
        text: "Signed, but not a set of claims: not a JWT.",
        remedy: None,
        sources: &["RFC 7519 §7.2"],
        at: "payload",
        rule: Rule::Token(payload_not_object),
    },
    Finding {
        id: "jwt.nested",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "`cty` is `JWT`, or the content is itself a compact token.",
        text: "Another token is inside; it must be checked by itself.",
        remedy: None,
        sources: &["RFC 7519 §5.2", "8725bis §3.3"],
        at: "payload",
        rule: Rule::Token(nested),
    },
    Finding {
        id: "jwt.bound",
        severity: Severity::Good,
        group: Group::Jose,
        condition: "A claim `cnf` with `jkt`, `x5t#S256` or `jwk`.",
        text: "Bound to a key: stolen without the key it is useless.",
        remedy: None,
        sources: &["RFC 9449 §6", "ASVS 10.3.5"],
        at: "payload",
        rule: Rule::Token(bound),
    },
    Finding {
        id: "jwt.session_tied",
        severity: Severity::Good,
        group: Group::Jose,
        condition: "A claim `sid` or `session_id`.",
        text: "Tied to a session, so the server can name it when the session ends.",
        remedy: None,
        sources: &["OIDC Back-Channel Logout"],
        at: "payload",
        rule: Rule::Token(session_tied),
    },
    Finding {
        id: "jwt.status_list",
        severity: Severity::Good,
        group: Group::Jose,
        condition: "A claim `status` with `status_list`.",
        text: "Can be withdrawn: the list at this address says whether it still counts.",
        remedy: None,
        sources: &["Token Status List draft-20"],
        at: "payload",
        rule: Rule::Token(status_list),
    },
    Finding {
        id: "jwt.rights_frozen",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "A claim `role`, `roles`, `groups`, `permissions`, `admin`, `is_admin`, `realm_access` or `cognito:groups`.",
        text: "Rights are written into it: taking them away takes effect only when it ends.",
        remedy: None,
        sources: &[],
        at: "payload",
        rule: Rule::Token(rights_frozen),
    },
    Finding {
        id: "jwt.sub_is_email",
        severity: Severity::Note,
        group: Group::Jose,
        condition: "`sub` contains `@`.",
        text: "Names the person by e-mail address, which can change hands.",
        remedy: None,
        sources: &["ASVS 10.3.3"],
        at: "payload",
        rule: Rule::Token(sub_is_email),
    },
    Finding {
        id: "jwt.iss_not_https",
        severity: Severity::Warning,
        group: Group::Jose,
        condition: "`iss` starts with `http://`, and the host is not this very machine.",
        text: "The issuer is at an unencrypted address.",
        remedy: Some("Serve the issuer over https, and name it so."),
        sources: &["OIDC Core §2", "RFC 8414 §2"],
        at: "payload",
        rule: Rule::Token(iss_not_https),
    },
];

/// Beyond this, numbers of JSON lose digits.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn aud_missing(token: &TokenSubject<'_>) -> Option<Fill> {
    when(!token.claims_of()?.has_claim("aud") && !token.has(Trait::NoAudience))
}

fn iss_missing(token: &TokenSubject<'_>) -> Option<Fill> {
    when(!token.claims_of()?.has_claim("iss") && !token.has(Trait::NoIssuer))
}

fn sub_missing(token: &TokenSubject<'_>) -> Option<Fill> {
    let is_asked = matches!(token.format().id, "jwt" | "jwt.access" | "jwt.access_untyped" | "jwt.id_token");
    when(is_asked && !token.claims_of()?.has_claim("sub"))
}

fn claim_type(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.claims_of()?;
    let is_no_text = |name: &str| jose.claims().get(name).is_some_and(|value| !value.is_string());
    let is_no_time = |name: &str| {
        jose.claims().get(name).is_some_and(|value| match value.as_f64() {
            Some(number) => number.abs() > EXACT,
            None => !value.is_string(),
        })
    };
    let is_no_audience = jose.claims().get("aud").is_some_and(|value| match value {
        Value::String(_) => false,
        Value::Array(audiences) => !audiences.iter().all(Value::is_string),
        _ => true,
    });
    let times = ["exp", "nbf", "iat", "auth_time"];
    when(["iss", "sub", "jti"].into_iter().any(is_no_text) || times.into_iter().any(is_no_time) || is_no_audience)
}

fn payload_not_object(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.format().id == "jws")
}

fn nested(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.jose()?;
    let content = jose.header_text("cty").unwrap_or_default().to_ascii_lowercase();
    let is_token = matches!(&jose.payload, Payload::Text(text) if crate::classify::jose::parse(text).is_some_and(|inner| inner.parts.len() >= 3));
    when(matches!(content.as_str(), "jwt" | "application/jwt") || is_token)
}

fn bound(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.classified.is_bound)
}

fn session_tied(token: &TokenSubject<'_>) -> Option<Fill> {
    let jose = token.claims_of()?;
    when(jose.has_claim("sid") || jose.has_claim("session_id"))
}

fn status_list(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.claims_of()?.claims().get("status")?.get("status_list").is_some())
}

fn rights_frozen(token: &TokenSubject<'_>) -> Option<Fill> {
    const NAMES: [&str; 8] = ["role", "roles", "groups", "permissions", "admin", "is_admin", "realm_access", "cognito:groups"];
    let jose = token.claims_of()?;
    when(NAMES.iter().any(|name| jose.has_claim(name)))
}

fn sub_is_email(token: &TokenSubject<'_>) -> Option<Fill> {
    when(token.claims_of()?.claim_text("sub")?.contains('@'))
}

fn iss_not_https(token: &TokenSubject<'_>) -> Option<Fill> {
    let issuer = token.claims_of()?.claim_text("iss")?;
    let rest = issuer.strip_prefix("http://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = if authority.starts_with('[') { authority.split_inclusive(']').next() } else { authority.split(':').next() };
    let host = host.unwrap_or_default();
    when(!(host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]"))
}
