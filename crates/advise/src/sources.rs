//! Where the sentences are from.
//!
//! A source is named by the beginning of its name: `ASVS 7.4.1` is found under `ASVS`, `RFC 9700 2.3` under `RFC 9700`, and an issue
//! under its repository and number.

use serde::Serialize;

/// A source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// As it is cited.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Where it can be read, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The source behind a citation.
pub fn source(cited: &str) -> Source {
    let known = KNOWN.iter().filter(|(id, ..)| cited == *id || cited.strip_prefix(id).is_some_and(|rest| rest.starts_with(' ')));
    if let Some((id, title, url)) = known.max_by_key(|(id, ..)| id.len()) {
        let part = cited[id.len()..].trim();
        let title = if part.is_empty() { (*title).to_owned() } else { format!("{title}, {part}") };
        return Source { id: cited.to_owned(), title, url: (!url.is_empty()).then(|| (*url).to_owned()) };
    }
    if let Some((repository, number)) = cited.split_once('#').filter(|(repository, _)| repository.contains('/')) {
        let url = format!("https://github.com/{repository}/issues/{number}");
        return Source { id: cited.to_owned(), title: format!("{repository}, issue {number}"), url: Some(url) };
    }
    Source { id: cited.to_owned(), title: cited.to_owned(), url: None }
}

const KNOWN: &[(&str, &str, &str)] = &[
    ("ASVS", "OWASP Application Security Verification Standard 5.0.0", "https://github.com/OWASP/ASVS/tree/master/5.0/en"),
    ("O-SESS", "OWASP Session Management Cheat Sheet", OWASP_SHEETS),
    ("O-JWT", "OWASP JSON Web Token Cheat Sheet", OWASP_SHEETS),
    ("O-HTML5", "OWASP HTML5 Security Cheat Sheet", OWASP_SHEETS),
    ("O-CSRF", "OWASP Cross-Site Request Forgery Prevention Cheat Sheet", OWASP_SHEETS),
    ("O-MICRO", "OWASP Microservices Security Cheat Sheet", OWASP_SHEETS),
    ("MASTG", "OWASP Mobile Application Security Testing Guide", "https://mas.owasp.org/MASTG/"),
    ("BBA", "OAuth 2.0 for Browser-Based Applications", "https://datatracker.ietf.org/doc/draft-ietf-oauth-browser-based-apps/"),
    ("RFC 7662", "OAuth 2.0 Token Introspection", "https://www.rfc-editor.org/rfc/rfc7662"),
    ("RFC 8252", "OAuth 2.0 for Native Apps", "https://www.rfc-editor.org/rfc/rfc8252"),
    ("RFC 8628", "OAuth 2.0 Device Authorization Grant", "https://www.rfc-editor.org/rfc/rfc8628"),
    ("RFC 9068", "JWT Profile for OAuth 2.0 Access Tokens", "https://www.rfc-editor.org/rfc/rfc9068"),
    ("RFC 9449", "OAuth 2.0 Demonstrating Proof of Possession (DPoP)", "https://www.rfc-editor.org/rfc/rfc9449"),
    ("RFC 9700", "Best Current Practice for OAuth 2.0 Security", "https://www.rfc-editor.org/rfc/rfc9700"),
    ("6265bis", "Cookies: HTTP State Management Mechanism", "https://datatracker.ietf.org/doc/draft-ietf-httpbis-rfc6265bis/"),
    ("8725bis", "JSON Web Token Best Current Practices", "https://datatracker.ietf.org/doc/draft-ietf-oauth-rfc8725bis/"),
    ("NIST", "NIST SP 800-63B-4, Digital Identity Guidelines", "https://pages.nist.gov/800-63-4/sp800-63b.html"),
    ("PCI", "PCI DSS 8.2.8 and FAQ 1147", "https://www.pcisecuritystandards.org/faqs/"),
    ("HIPAA", "45 CFR 164.312(a)(2)(iii), automatic logoff", "https://www.ecfr.gov/current/title-45/section-164.312"),
    ("PSD2", "RTS (EU) 2018/389, Article 4(3)", "https://eur-lex.europa.eu/eli/reg_del/2018/389/oj"),
    ("WP29", "Article 29 Working Party, Opinion 04/2012 on cookie consent exemption (WP 194)", ""),
    (
        "JOEPIE91",
        "\"Stop using JWT for sessions\" (2016)",
        "http://cryto.net/~joepie91/blog/2016/06/13/stop-using-jwt-for-sessions/",
    ),
    ("SANCTUM", "Laravel Sanctum", "https://laravel.com/docs/sanctum"),
    ("DRF", "Django REST framework, Authentication", "https://www.django-rest-framework.org/api-guide/authentication/"),
    ("ALLAUTH", "django-allauth, token strategies", "https://docs.allauth.org/en/latest/headless/token-strategies/"),
    ("STYTCH", "Stytch, session tokens and JWTs", "https://stytch.com/docs/guides/sessions/session-tokens-vs-jwts"),
    ("WORKOS", "WorkOS AuthKit, sessions", "https://workos.com/docs/authkit/sessions"),
    ("CLERK", "How Clerk works", "https://clerk.com/docs/guides/how-clerk-works/overview"),
    ("SUPERTOKENS", "SuperTokens, session management", "https://supertokens.com/docs"),
    ("ORY-SEC", "Ory Kratos, security model", "https://www.ory.sh/docs/kratos/concepts/security"),
    (
        "ORY-NEED",
        "Do you need OAuth2 and OpenID Connect?",
        "https://www.ory.com/blog/oauth2-openid-connect-do-you-need-use-cases-examples",
    ),
    ("AUTH0-STORE", "Auth0, token storage", "https://auth0.com/docs/secure/security-guidance/data-security/token-storage"),
    ("BETTER-AUTH", "Better Auth, cookies and sessions", "https://www.better-auth.com/docs/concepts/cookies"),
    ("DUENDE", "Duende, backend for frontend", "https://docs.duendesoftware.com/bff"),
    (
        "SPRING",
        "Spring Security, opaque tokens",
        "https://docs.spring.io/spring-security/reference/servlet/oauth2/resource-server/opaque-token.html",
    ),
    ("CURITY", "Phantom token approach", "https://curity.io/resources/learn/introspect-with-phantom-token/"),
    (
        "NETFLIX",
        "Edge authentication and token-agnostic identity propagation",
        "https://netflixtechblog.com/edge-authentication-and-token-agnostic-identity-propagation-514e47e0b602",
    ),
    (
        "AWS-HTTP",
        "Amazon API Gateway, JWT authorizers of HTTP APIs",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html",
    ),
    ("AWS-REST", "Amazon API Gateway, JWT authorizers of REST APIs", "https://docs.aws.amazon.com/apigateway/"),
    ("APIM", "Azure API Management, validate-jwt", "https://learn.microsoft.com/azure/api-management/validate-jwt-policy"),
    (
        "ENVOY",
        "Envoy, JWT authentication filter",
        "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter",
    ),
    (
        "CF-ACCESS",
        "Cloudflare Access, validating JWTs",
        "https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/validating-json/",
    ),
    ("SPIFFE", "SPIFFE, identities for workloads", "https://spiffe.io"),
    (
        "WEBKIT",
        "WebKit, full third-party cookie blocking",
        "https://webkit.org/blog/10218/full-third-party-cookie-blocking-and-more/",
    ),
    ("CHIPS#69", "CHIPS, issue 69", "https://github.com/privacycg/CHIPS/issues/69"),
    ("LOOKER", "Looker, cookieless embedding", "https://cloud.google.com/looker/docs/cookieless-embed"),
    ("WS-API", "The WebSocket interface sends no headers of one's own", "https://websockets.spec.whatwg.org/"),
    ("KLARNA", "Klarna, incident report of 27 May 2021: an incorrect cache configuration", "https://www.klarna.com/uk/blog/"),
    (
        "GitHub, March 2021",
        "GitHub security update on a bug in session handling",
        "https://github.blog/2021-03-08-github-security-update-a-bug-related-to-handling-of-authenticated-sessions/",
    ),
    ("LOGTO", "Logto, postmortem of a JWKS cache", "https://blog.logto.io/postmortem-jwks-cache"),
    ("STORM-0558", "Storm-0558: reconstructions of the Microsoft and CSRB reports", ""),
    ("MEZMO", "Mezmo, incidents of 2023-06-19 and 2023-12-04: Redis for sessions", "https://status.mezmo.com"),
    ("HEROKU-2022", "Heroku and Travis tokens used against GitHub, April 2022", ""),
    ("Standard Webhooks", "The Standard Webhooks specification", "https://www.standardwebhooks.com"),
    ("supabase/ssr", "supabase/ssr, cache headers since v0.10", "https://github.com/supabase/ssr"),
    (
        "react-native-webview#528",
        "react-native-webview, issue 528",
        "https://github.com/react-native-webview/react-native-webview/issues/528",
    ),
    (
        "opensearch security-dashboards#1100",
        "OpenSearch Security Dashboards, issue 1100",
        "https://github.com/opensearch-project/security-dashboards-plugin/issues/1100",
    ),
    ("cost formula 8", "The eighth of the adviser's cost formulas", ""),
    ("cloakroom", "How Cloakroom itself works", ""),
    ("judgement", "No source: the opinion of the makers, marked so that it can be attacked", ""),
    ("measured", "`cloakroom measure`, on your machine", ""),
];

const OWASP_SHEETS: &str = "https://cheatsheetseries.owasp.org";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    #[test]
    fn a_citation_is_found_under_the_name_it_begins_with() {
        let found = source("ASVS 7.4.1");
        assert_eq!(found.title, "OWASP Application Security Verification Standard 5.0.0, 7.4.1");
        assert_eq!(source("axios/axios#932").url.unwrap(), "https://github.com/axios/axios/issues/932");
        assert_eq!(source("nobody knows it").url, None);
    }

    #[test]
    fn every_source_of_a_rule_is_known_or_is_an_issue() {
        for cited in RULES.iter().flat_map(|rule| rule.sources) {
            assert_ne!(source(cited).title, *cited, "{cited}");
        }
    }
}
