//! What each URL, `Location` and cookie path is called. Nobody else writes a path.

use serde::Serialize;

/// The paths of the product, below the base path. Serialised, they are the `url` of every template.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Urls {
    pub(crate) start: String,
    pub(crate) register: String,
    pub(crate) login: String,
    pub(crate) logout: String,
    pub(crate) account: String,
    pub(crate) password: String,
    pub(crate) sessions: String,
    pub(crate) end_session: String,
    pub(crate) end_others: String,
    pub(crate) problems: String,
    pub(crate) lab: String,
    pub(crate) explain: String,
    pub(crate) explain_rules: String,
    pub(crate) advise: String,
    /// What the files that pages load stand below.
    pub(crate) assets: String,
    pub(crate) css: String,
    pub(crate) js: String,
    pub(crate) icon: String,
    pub(crate) api_users: String,
    pub(crate) api_sessions: String,
    pub(crate) api_session: String,
    pub(crate) api_password: String,
    pub(crate) api_explain: String,
    pub(crate) api_advise: String,
    pub(crate) api_advise_questions: String,
    pub(crate) api_capabilities: String,
    pub(crate) oauth_token: String,
    pub(crate) oauth_revoke: String,
    /// Where RFC 8414 looks, whatever the base path: the issuer is the origin, which has no path.
    #[serde(skip)]
    pub(crate) well_known: &'static str,
    pub(crate) jwks: String,
    pub(crate) metadata: String,
    pub(crate) health: String,
    pub(crate) ready: String,
    pub(crate) openapi: String,
}

impl Urls {
    /// The paths below `base`, which is empty or begins with a slash and does not end with one.
    pub(crate) fn below(base: &str) -> Self {
        let at = |path: &str| format!("{base}{path}");
        Self {
            start: at("/"),
            register: at("/register"),
            login: at("/login"),
            logout: at("/logout"),
            account: at("/account"),
            password: at("/account/password"),
            sessions: at("/account/sessions"),
            end_session: at("/account/sessions/end"),
            end_others: at("/account/sessions/end-others"),
            problems: at("/problems"),
            lab: at("/lab"),
            explain: at("/explain"),
            explain_rules: at("/explain/rules"),
            advise: at("/advise"),
            assets: at("/assets"),
            css: at("/assets/cloakroom.css"),
            js: at("/assets/cloakroom.js"),
            icon: at("/assets/mark.svg"),
            api_users: at("/api/v1/users"),
            api_sessions: at("/api/v1/sessions"),
            api_session: at("/api/v1/session"),
            api_password: at("/api/v1/user/password"),
            api_explain: at("/api/v1/explain"),
            api_advise: at("/api/v1/advise"),
            api_advise_questions: at("/api/v1/advise/questions"),
            api_capabilities: at("/api/v1/capabilities"),
            oauth_token: at("/oauth/token"),
            oauth_revoke: at("/oauth/revoke"),
            well_known: "/.well-known/oauth-authorization-server",
            jwks: at("/.well-known/jwks.json"),
            metadata: at("/.well-known/oauth-authorization-server"),
            health: at("/healthz"),
            ready: at("/readyz"),
            openapi: at("/openapi.json"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_stands_below_the_base() {
        let urls = serde_json::to_value(Urls::below("/auth")).unwrap();
        assert!(urls.as_object().unwrap().values().all(|url| url.as_str().unwrap().starts_with("/auth/")));
        assert_eq!(Urls::below("").api_session, "/api/v1/session");
    }
}
