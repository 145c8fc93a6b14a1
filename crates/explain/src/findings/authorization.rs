//! What is said about `Authorization` and `Proxy-Authorization`.

use aws_lc_rs::digest;
use cloakroom_primitives::encode_base64url;
use serde_json::{Map, Value};

use crate::classified::Place;
use crate::finding::{Finding, Group, Rule, when};
use crate::format::Trait;
use crate::inside::{Basic, Inside, Jose};
use crate::item::{Carrier, Item};
use crate::message::{Address, Extent, split_port};
use crate::part::{Part, Severity};
use crate::subject::{AuthorizationSubject, RequestSubject};

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "auth.scheme_missing",
        severity: Severity::Warning,
        group: Group::Authorization,
        condition: "One word, with no scheme before it.",
        text: "No scheme in front, such as `Bearer`.",
        remedy: Some("Put the scheme in front: `Authorization: Bearer …`."),
        sources: &["RFC 9110 §11.4"],
        at: "",
        rule: Rule::Authorization(|header| {
            when(header.authorization.scheme.is_none() && !header.authorization.credentials.is_empty())
        }),
    },
    Finding {
        id: "auth.scheme_unregistered",
        severity: Severity::Note,
        group: Group::Authorization,
        condition: "The scheme does not stand in the IANA registry.",
        text: "A scheme of the product's own.",
        remedy: None,
        sources: &["IANA HTTP Authentication Schemes"],
        at: "scheme",
        rule: Rule::Authorization(|header| when(header.authorization.scheme.is_some() && !header.authorization.is_registered())),
    },
    Finding {
        id: "auth.duplicate",
        severity: Severity::Error,
        group: Group::Authorization,
        condition: "Two Authorization headers in one request.",
        text: "Two Authorization headers: servers pick different ones. Cloakroom answers 400.",
        remedy: Some("Send one."),
        sources: &["RFC 9110 §5.3"],
        at: "",
        rule: Rule::Authorization(|header| when(header.count > 1)),
    },
    Finding {
        id: "auth.double_bearer",
        severity: Severity::Error,
        group: Group::Authorization,
        condition: "Bearer stands there twice.",
        text: "`Bearer` stands there twice: the client adds it and so does the code.",
        remedy: Some("Pass the bare token to the client."),
        sources: &["RFC 6750 §2.1"],
        at: "",
        rule: Rule::Authorization(|header| when(header.authorization.is_doubled && header.authorization.is("bearer"))),
    },
    Finding {
        id: "auth.bearer_syntax",
        severity: Severity::Error,
        group: Group::Authorization,
        condition: "Behind Bearer stands something other than letters, digits, . _ ~ + / - and = at the end.",
        text: "The token holds characters that are not allowed here.",
        remedy: Some("Send the token without quotes, spaces and percent signs."),
        sources: &["RFC 6750 §2.1"],
        at: "",
        rule: Rule::Authorization(|header| when(header.authorization.is("bearer") && has_foreign_characters(header))),
    },
    Finding {
        id: "auth.basic_password",
        severity: Severity::Warning,
        group: Group::Authorization,
        condition: "Basic, and it decodes to a user name and a password.",
        text: "User name and password in every request; base64 is wrapping, not encryption.",
        remedy: Some("Exchange the password for a session or a token once, over https."),
        sources: &["RFC 7617 §4"],
        at: "password",
        rule: Rule::Authorization(|header| {
            when(basic(header).is_some_and(|basic| basic.password.as_deref().is_some_and(|password| !password.is_empty())))
        }),
    },
    Finding {
        id: "auth.basic_malformed",
        severity: Severity::Error,
        group: Group::Authorization,
        condition: "Basic, and it is no base64 or has no colon inside.",
        text: "Not user:password in base64.",
        remedy: Some("Join user name, a colon and the password, then encode them as base64."),
        sources: &["RFC 7617 §2"],
        at: "",
        rule: Rule::Authorization(|header| when(is_malformed_basic(header))),
    },
    Finding {
        id: "auth.basic_default",
        severity: Severity::Error,
        group: Group::Authorization,
        condition: "User name and password are a pair that is tried first everywhere.",
        text: "A password from every attacker's list.",
        remedy: Some("Change the password now."),
        sources: &["ASVS 6.3.2"],
        at: "password",
        rule: Rule::Authorization(|header| when(basic(header).is_some_and(is_default_pair))),
    },
    Finding {
        id: "auth.basic_empty_password",
        severity: Severity::Note,
        group: Group::Authorization,
        condition: "The password is empty.",
        text: "Only one half is used: an API key sent as user name, as Stripe does.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Authorization(|header| when(basic(header).is_some_and(|basic| basic.password.as_deref() == Some("")))),
    },
    Finding {
        id: "auth.digest_md5",
        severity: Severity::Warning,
        group: Group::Authorization,
        condition: "Digest, and algorithm is absent or MD5.",
        text: "MD5: the answer can be cracked quickly.",
        remedy: Some("Ask for `algorithm=SHA-256`, or leave Digest behind."),
        sources: &["RFC 7616 §5", "ASVS 11.4.1"],
        at: "",
        rule: Rule::Authorization(|header| {
            when(header.authorization.is("digest") && header.authorization.parameter("algorithm").is_none_or(is_md5))
        }),
    },
    Finding {
        id: "auth.digest_no_qop",
        severity: Severity::Warning,
        group: Group::Authorization,
        condition: "Digest without qop.",
        text: "Without `qop` an old answer can be replayed more easily.",
        remedy: Some("Ask for `qop=auth`."),
        sources: &["RFC 7616"],
        at: "",
        rule: Rule::Authorization(|header| {
            when(
                header.authorization.is("digest")
                    && !header.authorization.parameters().is_empty()
                    && header.authorization.parameter("qop").is_none(),
            )
        }),
    },
    Finding {
        id: "auth.ntlm",
        severity: Severity::Warning,
        group: Group::Authorization,
        condition: "An NTLM message inside.",
        text: "NTLM: can be relayed to other servers and cracked.",
        remedy: Some("Use Kerberos, or sign in over https by other means."),
        sources: &[],
        at: "",
        rule: Rule::Authorization(|header| when(is_ntlm(header))),
    },
    Finding {
        id: "auth.kerberos",
        severity: Severity::Note,
        group: Group::Authorization,
        condition: "Negotiate, and no NTLM message inside.",
        text: "A Kerberos ticket for this one service.",
        remedy: None,
        sources: &["RFC 4559"],
        at: "",
        rule: Rule::Authorization(|header| {
            when(header.authorization.is("negotiate") && !header.authorization.credentials.is_empty() && !is_ntlm(header))
        }),
    },
    Finding {
        id: "auth.bound_as_bearer",
        severity: Severity::Error,
        group: Group::Authorization,
        condition: "Bearer, the token names the key it is bound to, and no DPoP header came along.",
        text: "The token is bound to a key but sent as if it were not; the API must refuse it.",
        remedy: Some("Send it as `Authorization: DPoP …`, with a proof."),
        sources: &["RFC 9449 §7.1, §7.2"],
        at: "",
        rule: Rule::Authorization(|header| {
            when(
                header.authorization.is("bearer")
                    && jose(header.item).is_some_and(|token| bound_to(token).is_some())
                    && !header.request.headers.has("dpop"),
            )
        }),
    },
    Finding {
        id: "auth.dpop_without_proof",
        severity: Severity::Error,
        group: Group::Authorization,
        condition: "DPoP, and the request has no DPoP header.",
        text: "The proof is missing.",
        remedy: Some("Make a proof for each request, and send it in a `DPoP` header."),
        sources: &["RFC 9449 §7.1"],
        at: "",
        rule: Rule::Authorization(|header| {
            when(
                header.authorization.is("dpop")
                    && header.request.extent != Extent::Fragment
                    && !header.request.headers.has("dpop"),
            )
        }),
    },
    Finding {
        id: "auth.dpop_mismatch",
        severity: Severity::Error,
        group: Group::Authorization,
        condition: "The proof names another method or address, or another token, or is made with another key.",
        text: "The proof belongs to another request or token.",
        remedy: Some("Make the proof for this request, this token and this key."),
        sources: &["RFC 9449 §4.3"],
        at: "",
        rule: Rule::Authorization(|header| when(is_proof_of_something_else(header))),
    },
    Finding {
        id: "auth.id_token_as_access",
        severity: Severity::Warning,
        group: Group::Authorization,
        condition: "Bearer, and the token is an ID token.",
        text: "An ID token is a receipt for an app, not a key to an API.",
        remedy: Some("Send the access token."),
        sources: &["ASVS 9.2.2", "8725bis §2.8"],
        at: "",
        rule: Rule::Authorization(|header| when(header.authorization.is("bearer") && header.item.format().has(Trait::IdToken))),
    },
    Finding {
        id: "auth.refresh_to_api",
        severity: Severity::Error,
        group: Group::Authorization,
        condition: "A refresh token as Bearer, or sent to an address that is no token, refresh, revocation, introspection or logout endpoint.",
        text: "A refresh token belongs to the token endpoint and nowhere else.",
        remedy: Some("Send it to the token endpoint, and the access token to the API."),
        sources: &["RFC 6749 §10.4", "OAuth 2.1 \"Refresh Token\""],
        at: "",
        rule: Rule::Request(|request| when(request.items.iter().any(|item| is_misplaced_refresh_token(request, item)))),
    },
    Finding {
        id: "auth.session_as_bearer",
        severity: Severity::Note,
        group: Group::Authorization,
        condition: "Bearer, and the token is a reference.",
        text: "A reference in a header: the server looks it up each time.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Authorization(|header| {
            when(header.authorization.is("bearer") && header.item.part() == Part::SessionReference)
        }),
    },
    Finding {
        id: "auth.oauth1_plaintext",
        severity: Severity::Error,
        group: Group::Authorization,
        condition: "OAuth 1.0 with the method PLAINTEXT.",
        text: "The secrets themselves travel in the header.",
        remedy: Some("Sign requests, or use OAuth 2."),
        sources: &["RFC 5849 §3.4.4"],
        at: "",
        rule: Rule::Authorization(|header| {
            when(
                header.authorization.is("oauth")
                    && header
                        .authorization
                        .parameter("oauth_signature_method")
                        .is_some_and(|method| method.eq_ignore_ascii_case("PLAINTEXT")),
            )
        }),
    },
    Finding {
        id: "auth.sigv4_scope",
        severity: Severity::Note,
        group: Group::Authorization,
        condition: "An AWS signature.",
        text: "Signed for this date, region and service; good for some minutes.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Authorization(|header| {
            when(header.authorization.scheme_lower().is_some_and(|scheme| scheme.starts_with("aws4-")))
        }),
    },
    Finding {
        id: "auth.proxy",
        severity: Severity::Note,
        group: Group::Authorization,
        condition: "Proxy-Authorization.",
        text: "Meant for a proxy, not for the site.",
        remedy: None,
        sources: &["RFC 9110 §11.7.2"],
        at: "",
        rule: Rule::Authorization(|header| when(header.is_proxy)),
    },
];

fn basic<'a>(header: &AuthorizationSubject<'a>) -> Option<&'a Basic> {
    match &header.item.classified.inside {
        Inside::Basic(basic) if header.authorization.is("basic") => Some(basic),
        _ => None,
    }
}

fn is_malformed_basic(header: &AuthorizationSubject<'_>) -> bool {
    let is_whole = basic(header).is_some_and(|basic| basic.password.is_some());
    header.authorization.is("basic") && !header.item.classified.is_blanked && !is_whole
}

fn is_default_pair(basic: &Basic) -> bool {
    const PAIRS: &[(&str, &str)] = &[
        ("admin", "admin"),
        ("admin", "changeme"),
        ("admin", "password"),
        ("elastic", "changeme"),
        ("guest", "guest"),
        ("root", "root"),
        ("test", "test"),
        ("tomcat", "tomcat"),
        ("user", "user"),
    ];
    PAIRS.iter().any(|(user, password)| *user == basic.user && basic.password.as_deref() == Some(password))
}

fn has_foreign_characters(header: &AuthorizationSubject<'_>) -> bool {
    let token = header.authorization.credentials;
    !token.is_empty() && !header.item.classified.is_blanked && !is_token68(token)
}

/// `token68` without the rule that something must stand there (RFC 9110 §11.2).
fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~+/-".contains(&byte))
}

fn is_md5(algorithm: &str) -> bool {
    algorithm.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("md5"))
}

/// The base64 of `NTLMSSP` begins every message of NTLM.
fn is_ntlm(header: &AuthorizationSubject<'_>) -> bool {
    let may_carry = header.authorization.is("ntlm") || header.authorization.is("negotiate");
    header.authorization.is("ntlm") && !header.authorization.credentials.is_empty()
        || may_carry && header.authorization.credentials.starts_with("TlRMTVNTU")
}

fn jose<'a>(item: &'a Item<'_>) -> Option<&'a Jose> {
    match &item.classified.inside {
        Inside::Jose(jose) => Some(jose),
        _ => None,
    }
}

/// The thumbprint that a token is bound to (RFC 9449 §6.1).
fn bound_to(token: &Jose) -> Option<&str> {
    token.claims().get("cnf")?.get("jkt")?.as_str()
}

/// The checks of RFC 9449 §4.3 that need no key but the one in the proof; what is not known is not judged.
fn is_proof_of_something_else(header: &AuthorizationSubject<'_>) -> bool {
    let Some(proof) = header.proof.and_then(jose).filter(|_| header.authorization.is("dpop")) else { return false };
    let method = header.request.method.as_deref().zip(proof.claim_text("htm"));
    let is_other_method = method.is_some_and(|(sent, proven)| sent != proven);
    let is_other_address = proof.claim_text("htu").is_some_and(|htu| is_other_address(header, htu));
    let token_hash = || encode_base64url(digest::digest(&digest::SHA256, header.authorization.credentials.as_bytes()).as_ref());
    let is_whole = !header.item.classified.is_blanked && !header.item.classified.is_cut;
    let is_other_token = is_whole && proof.claim_text("ath").is_some_and(|ath| ath != token_hash());
    let thumbprint = proof.header.get("jwk").and_then(Value::as_object).and_then(thumbprint);
    let keys = thumbprint.zip(jose(header.item).and_then(bound_to));
    is_other_method || is_other_address || is_other_token || keys.is_some_and(|(proven, bound)| proven != bound)
}

/// Query and fragment do not count, nor the spelling of the host or a port that goes without saying.
fn is_other_address(header: &AuthorizationSubject<'_>, htu: &str) -> bool {
    let proven = Address::split(htu);
    let sent = Address::split(header.request.target.as_deref().unwrap_or(""));
    let authority = header.request.headers.first("host").or_else(|| header.request.headers.first(":authority"));
    let host = sent.host_lower().or_else(|| authority.map(|authority| split_port(authority).0.to_ascii_lowercase()));
    let is_other = |sent: Option<String>, proven: Option<String>| sent.zip(proven).is_some_and(|(sent, proven)| sent != proven);
    let path = |path: &str| if path.is_empty() { "/".to_owned() } else { path.to_owned() };
    is_other(host, proven.host_lower())
        || header.request.target.is_some() && path(sent.path) != path(proven.path)
        || header.setting.scheme.zip(proven.scheme).is_some_and(|(sent, proven)| sent != proven)
}

/// The thumbprint of a public key (RFC 7638 §3): the required members in the order of their names.
fn thumbprint(key: &Map<String, Value>) -> Option<String> {
    let names: &[&str] = match key.get("kty")?.as_str()? {
        "EC" => &["crv", "kty", "x", "y"],
        "OKP" => &["crv", "kty", "x"],
        "RSA" => &["e", "kty", "n"],
        _ => return None,
    };
    let members: Option<Vec<String>> = names.iter().map(|name| Some(format!("\"{name}\":{}", key.get(*name)?))).collect();
    let text = format!("{{{}}}", members?.join(","));
    Some(encode_base64url(digest::digest(&digest::SHA256, text.as_bytes()).as_ref()))
}

fn is_misplaced_refresh_token(request: &RequestSubject<'_>, item: &Item<'_>) -> bool {
    const ENDPOINTS: &[&str] = &["token", "refresh", "renew", "revoke", "revocation", "introspect", "logout", "signout"];
    if !item.format().has(Trait::RefreshToken) {
        return false;
    }
    let is_bearer = matches!(&item.place, Place::Header { scheme: Some(scheme), .. } if scheme == "bearer");
    let mut segments = request.address.segments().map(str::to_ascii_lowercase);
    let is_endpoint = segments.any(|segment| ENDPOINTS.iter().any(|word| segment.contains(word)));
    let is_told = request.request.target.is_some();
    is_bearer || is_told && !is_endpoint && matches!(item.carrier, Carrier::Body | Carrier::Url | Carrier::Header)
}
