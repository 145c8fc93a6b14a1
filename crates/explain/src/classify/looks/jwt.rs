//! Which kind of JWT it is.
//!
//! The rows ask in this order, and the first yes counts: no signature; no claims; what `typ` says; claims that only one kind has; the
//! issuer; what the claims look like together; nothing.

use serde_json::{Map, Value};

use crate::classify::specimen::Specimen;
use crate::inside::{Jose, Payload, SdJwt, Signature};

fn jwt<'s>(specimen: &'s Specimen<'_>) -> Option<&'s Jose> {
    specimen.jwt()
}

fn claim<'s>(specimen: &'s Specimen<'_>, name: &str) -> Option<&'s Value> {
    jwt(specimen)?.claims.get(name)
}

fn text<'s>(specimen: &'s Specimen<'_>, name: &str) -> Option<&'s str> {
    claim(specimen, name)?.as_str()
}

fn has(specimen: &Specimen<'_>, name: &str) -> bool {
    claim(specimen, name).is_some()
}

fn has_all(specimen: &Specimen<'_>, names: &[&str]) -> bool {
    names.iter().all(|name| has(specimen, name))
}

fn has_any(specimen: &Specimen<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| has(specimen, name))
}

fn is_typed(specimen: &Specimen<'_>, kind: &str) -> bool {
    jwt(specimen).and_then(Jose::kind).is_some_and(|found| found == kind)
}

fn issuer<'s>(specimen: &'s Specimen<'_>) -> &'s str {
    text(specimen, "iss").unwrap_or_default()
}

fn issuer_host<'s>(specimen: &'s Specimen<'_>) -> &'s str {
    let issuer = issuer(specimen);
    let host = issuer.strip_prefix("https://").unwrap_or_default();
    host.split(['/', ':']).next().unwrap_or_default()
}

fn is_under(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.'))
}

/// The parts of an SD-JWT, when it is one.
pub(crate) fn is_sd_jwt(specimen: &Specimen<'_>) -> bool {
    crate::classify::sd_jwt::parse(specimen.value).is_some()
}

pub(crate) fn is_sd_jwt_with_proof(specimen: &Specimen<'_>) -> bool {
    crate::classify::sd_jwt::parse(specimen.value).is_some_and(|SdJwt { holder, .. }| holder.is_some())
}

pub(crate) fn is_jwe(specimen: &Specimen<'_>) -> bool {
    specimen.jose().is_some_and(Jose::is_encrypted)
}

pub(crate) fn is_nested_jwe(specimen: &Specimen<'_>) -> bool {
    specimen.jose().filter(|jose| jose.is_encrypted()).is_some_and(|jose| {
        let content = jose.header_text("cty").unwrap_or_default();
        content.eq_ignore_ascii_case("jwt")
            || content.eq_ignore_ascii_case("application/jwt")
            || jose.kind().is_some_and(|kind| kind.ends_with("+jwt"))
    })
}

/// The refresh tokens of Cognito are of one algorithm and one content.
pub(crate) fn is_cognito_refresh(specimen: &Specimen<'_>) -> bool {
    is_nested_jwe(specimen)
        && specimen.jose().is_some_and(|jose| jose.algorithm() == Some("RSA-OAEP") && jose.header_text("enc") == Some("A256GCM"))
}

pub(crate) fn is_detached(specimen: &Specimen<'_>) -> bool {
    specimen.jose().is_some_and(|jose| {
        jose.payload == Payload::Empty && jose.signature != Signature::Empty && jose.signature != Signature::Missing
    })
}

pub(crate) fn is_unsecured(specimen: &Specimen<'_>) -> bool {
    specimen
        .jose()
        .filter(|jose| !jose.is_encrypted())
        .and_then(Jose::algorithm)
        .is_some_and(|algorithm| algorithm.trim().eq_ignore_ascii_case("none"))
}

pub(crate) fn has_other_payload(specimen: &Specimen<'_>) -> bool {
    specimen
        .jose()
        .is_some_and(|jose| matches!(jose.payload, Payload::Json(_) | Payload::Text(_) | Payload::Bytes | Payload::Empty))
}

pub(crate) fn is_jwt(specimen: &Specimen<'_>) -> bool {
    jwt(specimen).is_some()
}

pub(crate) fn is_typed_access(specimen: &Specimen<'_>) -> bool {
    is_typed(specimen, "at+jwt")
}

pub(crate) fn is_typed_dpop(specimen: &Specimen<'_>) -> bool {
    is_typed(specimen, "dpop+jwt")
}

pub(crate) fn is_typed_logout(specimen: &Specimen<'_>) -> bool {
    is_typed(specimen, "logout+jwt")
}

pub(crate) fn is_typed_dbsc(specimen: &Specimen<'_>) -> bool {
    is_typed(specimen, "dbsc+jwt")
}

pub(crate) fn is_typed_key_binding(specimen: &Specimen<'_>) -> bool {
    is_typed(specimen, "kb+jwt")
}

pub(crate) fn is_typed_event(specimen: &Specimen<'_>) -> bool {
    is_typed(specimen, "secevent+jwt")
}

pub(crate) fn is_typed_status_list(specimen: &Specimen<'_>) -> bool {
    is_typed(specimen, "statuslist+jwt")
}

pub(crate) fn is_typed_introspection(specimen: &Specimen<'_>) -> bool {
    is_typed(specimen, "token-introspection+jwt")
}

pub(crate) fn is_typed_request(specimen: &Specimen<'_>) -> bool {
    is_typed(specimen, "oauth-authz-req+jwt")
}

pub(crate) fn is_typed_client_assertion(specimen: &Specimen<'_>) -> bool {
    is_typed(specimen, "client-authentication+jwt")
}

/// The event that ends a session (`OpenID` Connect Back-Channel Logout §2.4).
pub(crate) const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn events<'s>(specimen: &'s Specimen<'_>) -> Option<&'s Map<String, Value>> {
    claim(specimen, "events")?.as_object()
}

pub(crate) fn has_logout_event(specimen: &Specimen<'_>) -> bool {
    events(specimen).is_some_and(|events| events.contains_key(LOGOUT_EVENT))
}

pub(crate) fn has_events(specimen: &Specimen<'_>) -> bool {
    events(specimen).is_some()
}

pub(crate) fn has_introspection(specimen: &Specimen<'_>) -> bool {
    has(specimen, "token_introspection")
}

pub(crate) fn has_status_list(specimen: &Specimen<'_>) -> bool {
    has(specimen, "status_list")
}

pub(crate) fn looks_like_dpop(specimen: &Specimen<'_>) -> bool {
    has_all(specimen, &["htm", "htu"]) && jwt(specimen).is_some_and(|jose| jose.header.contains_key("jwk"))
}

pub(crate) fn is_supabase_user(specimen: &Specimen<'_>) -> bool {
    issuer(specimen).ends_with("/auth/v1") && text(specimen, "role") == Some("authenticated")
}

pub(crate) fn is_supabase_key(specimen: &Specimen<'_>) -> bool {
    matches!(issuer(specimen), "supabase" | "supabase-demo") && matches!(text(specimen, "role"), Some("anon" | "service_role"))
}

pub(crate) fn is_firebase_id(specimen: &Specimen<'_>) -> bool {
    issuer(specimen).starts_with("https://securetoken.google.com/")
}

pub(crate) fn is_firebase_session(specimen: &Specimen<'_>) -> bool {
    issuer(specimen).starts_with("https://session.firebase.google.com/")
}

pub(crate) fn is_clerk_session(specimen: &Specimen<'_>) -> bool {
    let is_told = |name: &str, prefix: &str| text(specimen, name).is_some_and(|value| value.starts_with(prefix));
    is_told("sid", "sess_") && is_told("sub", "user_") && issuer(specimen).starts_with("https://")
}

fn is_cognito(specimen: &Specimen<'_>, token_use: &str) -> bool {
    issuer(specimen).starts_with("https://cognito-idp.") && text(specimen, "token_use") == Some(token_use)
}

pub(crate) fn is_cognito_id(specimen: &Specimen<'_>) -> bool {
    is_cognito(specimen, "id")
}

pub(crate) fn is_cognito_access(specimen: &Specimen<'_>) -> bool {
    is_cognito(specimen, "access")
}

fn is_keycloak(specimen: &Specimen<'_>, kinds: &[&str]) -> bool {
    issuer(specimen).contains("/realms/") && text(specimen, "typ").is_some_and(|kind| kinds.contains(&kind))
}

pub(crate) fn is_keycloak_identity(specimen: &Specimen<'_>) -> bool {
    is_keycloak(specimen, &["Serialized-ID"])
}

pub(crate) fn is_keycloak_access(specimen: &Specimen<'_>) -> bool {
    is_keycloak(specimen, &["Bearer", "DPoP"])
}

pub(crate) fn is_keycloak_refresh(specimen: &Specimen<'_>) -> bool {
    is_keycloak(specimen, &["Refresh", "Offline"])
}

pub(crate) fn says_refresh(specimen: &Specimen<'_>) -> bool {
    matches!(text(specimen, "typ"), Some("Refresh" | "Offline")) || text(specimen, "token_type") == Some("refresh")
}

pub(crate) fn is_entra(specimen: &Specimen<'_>) -> bool {
    let issuer = issuer(specimen);
    let is_issuer = issuer.starts_with("https://login.microsoftonline.com/") || issuer.starts_with("https://sts.windows.net/");
    is_issuer && has(specimen, "tid")
}

pub(crate) fn is_kubernetes(specimen: &Specimen<'_>) -> bool {
    text(specimen, "sub").is_some_and(|subject| subject.starts_with("system:serviceaccount:"))
}

pub(crate) fn is_cloudflare_access(specimen: &Specimen<'_>) -> bool {
    is_under(issuer_host(specimen), "cloudflareaccess.com")
}

pub(crate) fn is_okta(specimen: &Specimen<'_>) -> bool {
    ["okta.com", "oktapreview.com", "okta-emea.com"].iter().any(|domain| is_under(issuer_host(specimen), domain))
}

pub(crate) fn is_auth0(specimen: &Specimen<'_>) -> bool {
    is_under(issuer_host(specimen), "auth0.com")
}

pub(crate) fn is_github_actions(specimen: &Specimen<'_>) -> bool {
    issuer_host(specimen) == "token.actions.githubusercontent.com"
}

pub(crate) fn is_google_id(specimen: &Specimen<'_>) -> bool {
    matches!(issuer(specimen), "https://accounts.google.com" | "accounts.google.com")
}

pub(crate) fn looks_like_request(specimen: &Specimen<'_>) -> bool {
    has_all(specimen, &["response_type", "client_id", "redirect_uri"])
}

pub(crate) fn has_id_token_claims(specimen: &Specimen<'_>) -> bool {
    has_any(specimen, &["nonce", "at_hash", "c_hash"])
}

pub(crate) fn looks_like_client_assertion(specimen: &Specimen<'_>) -> bool {
    let issuer = issuer(specimen);
    let is_own = !issuer.is_empty() && text(specimen, "sub") == Some(issuer);
    is_own && has(specimen, "aud") && !has_any(specimen, &["scope", "scp"])
}

pub(crate) fn looks_like_access(specimen: &Specimen<'_>) -> bool {
    has_any(specimen, &["scope", "scp", "client_id", "cid"])
}

pub(crate) fn looks_like_id_token(specimen: &Specimen<'_>) -> bool {
    has_all(specimen, &["iss", "sub", "aud", "iat", "exp"]) && has_any(specimen, &["auth_time", "acr", "amr", "email", "name"])
}

/// Play keeps the session in one claim.
pub(crate) fn has_play_data(specimen: &Specimen<'_>) -> bool {
    has(specimen, "data") || {
        let digest = specimen.value.split_once('-').map_or("", |(digest, _)| digest);
        crate::classify::shape::exactly(digest, crate::classify::shape::Class::HexLower, 40) && specimen.value.contains('=')
    }
}

/// `ghs_`, the app's id, and a JWT that only GitHub can check.
pub(crate) fn is_github_installation(specimen: &Specimen<'_>) -> bool {
    behind_installation_prefix(specimen.value).is_some()
}

/// The token behind `ghs_<digits>_`.
pub(crate) fn behind_installation_prefix(value: &str) -> Option<Jose> {
    let (app, token) = value.strip_prefix("ghs_")?.split_once('_')?;
    crate::classify::moment::digits(app)?;
    crate::classify::jose::parse(token)
}
