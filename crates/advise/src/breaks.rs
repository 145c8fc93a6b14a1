//! What breaks first, by outcome: what others saw, and what helps.
//!
//! A report proves that it happened, not how often.

use serde::Serialize;

use crate::outcome::{Outcome, OutcomeSet};

/// Something that broke elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Break {
    #[serde(skip)]
    on: &'static str,
    /// What happens.
    pub what: &'static str,
    /// Where it was seen.
    pub seen: &'static [&'static str],
    /// What helps.
    pub helps: &'static str,
}

/// What breaks first with an outcome, what is special to it first.
pub(crate) fn breaks_first(outcome: Outcome) -> Vec<Break> {
    let speaks = |entry: &&Break| OutcomeSet::parse(entry.on).is_some_and(|outcomes| outcomes.has(outcome));
    BREAKS.iter().filter(speaks).copied().collect()
}

const SESSION_COOKIE: &str = "cookie cookie+exchange cookie+page_token";
const HEADER_TOKEN: &str = "token token+exchange token+introspect";
const LOCAL_JWT: &str = "jwt cookie+page_token";

const BREAKS: &[Break] = &[
    Break {
        on: "*+exchange",
        what: "Somebody reaches the service past the proxy, or sends its headers himself",
        seen: &[
            "vibed-project/vibeD#44",
            "use-agent-os/agent-os#568",
            "home-assistant/core#14345",
            "oauth2-proxy/oauth2-proxy#3478",
        ],
        helps: "A signed JWT with its audience inside; drop headers that a client sends; bind inner listeners to inner addresses.",
    },
    Break {
        on: "cookie+exchange",
        what: "Calls from script get a redirect to a sign-in page on another origin",
        seen: &[
            "axios/axios#932",
            "oauth2-proxy/oauth2-proxy#1522",
            "pomerium/pomerium#2176",
            "envoyproxy/envoy#30102",
            "hivecommons/hive#7433",
        ],
        helps: "401 with problem JSON for everything that is not a navigation.",
    },
    Break {
        on: SESSION_COOKIE,
        what: "The store falls over, and everybody gets errors or is signed out",
        seen: &["MEZMO", "status.out-smart.com: Redis out of memory"],
        helps: "Replicate the store; watch its latency and memory; answer 503, never \"anonymous\"; rehearse the failover.",
    },
    Break {
        on: SESSION_COOKIE,
        what: "One person sees another's session: a cache or a race hands out the wrong answer",
        seen: &["KLARNA", "GitHub, March 2021", "supabase/ssr"],
        helps: "`no-store` on all that sets or shows; a test through the real CDN; no state shared between requests.",
    },
    Break {
        on: SESSION_COOKIE,
        what: "The cookie does not arrive, or an idle limit never bites",
        seen: &[
            "mangit955/nap#61",
            "Hypertopic/Porphyry#165",
            "plivo-labs/glance#71",
            "codeforamerica/sebt-self-service-portal#267",
            "nextcloud/server#3082",
            "elastic/kibana#91070",
        ],
        helps: "One host; exact origins; mark background requests as passive.",
    },
    Break {
        on: HEADER_TOKEN,
        what: "The look-up per request becomes the slow part, once servers introspect",
        seen: &["zitadel/zitadel#6462", "cds-snc/forms-terraform#852", "OpenLiberty/open-liberty#12496"],
        helps: "The crate or forward-auth with a coherent cache; introspection for foreign stacks only, near, with a short cache.",
    },
    Break {
        on: HEADER_TOKEN,
        what: "A token that lives long leaks, and works for months",
        seen: &["HEROKU-2022", "Salesloft Drift, August 2025", "SANCTUM"],
        helps: "30 days at most; list and end per device; a prefix that secret scanners find.",
    },
    Break {
        on: HEADER_TOKEN,
        what: "The Authorization header is lost or logged on the way",
        seen: &["encode/django-rest-framework#488", "traefik/traefik#1264", "home-assistant/core#16306"],
        helps: "A test from end to end through the real proxy; a filter on the log.",
    },
    Break {
        on: "jwt_cookie",
        what: "Two tabs refresh at once, and everybody is out",
        seen: &[
            "opendefender/OpenRisk#700",
            "nightscout/nocturne#391",
            "Bike4Mind/bike4mind#1801",
            "OHDSI/WebAPI#436",
            "supabase/auth-js#213",
            "keycloak/keycloak#14122",
        ],
        helps: "The same successor inside the retry window; the loser never clears a cookie.",
    },
    Break {
        on: "jwt_cookie",
        what: "The refreshed cookie never reaches the browser",
        seen: &["bitly/oauth2_proxy#391", "oauth2-proxy/oauth2-proxy#29", "kubernetes/ingress-nginx#8078"],
        helps: "Refreshing is a request of its own; navigations go through the resume page.",
    },
    Break {
        on: "jwt_cookie",
        what: "The cookie grows past 4,096 bytes and vanishes: a silent sign-in loop",
        seen: &[
            "argoproj/argo-cd#1103",
            "pomerium/pomerium#211",
            "logto-io/logto#6597",
            "opensearch-project/security-dashboards-plugin#1100",
        ],
        helps: "No groups in the token; the lint rule A06.",
    },
    Break {
        on: LOCAL_JWT,
        what: "Signing out does nothing at the API",
        seen: &[
            "casdoor/casdoor#2133",
            "FusionAuth/fusionauth-issues#979",
            "sourcefuse/loopback4-microservice-catalog#2570",
            "gentics/mesh#403",
        ],
        helps: "Follow the feed, or lifetimes that fit the deadline; say the window on the sign-out page.",
    },
    Break {
        on: "jwt jwt_cookie jwt+introspect *+exchange",
        what: "Keys, caches and clocks: a rotation or a skewed clock locks everybody out; a stolen key lets anybody in",
        seen: &["LOGTO", "STORM-0558", "jpadilla/pyjwt#814", "lexik/LexikJWTAuthenticationBundle#286"],
        helps: "Announce a key before it signs; check issuer, audience and type; rotate every 30 days so that it is boring; 10 s leeway.",
    },
    Break {
        on: "jwt jwt+introspect",
        what: "Script on the page carries the token away; in apps, a cookie jar is used instead of the key store",
        seen: &[
            "SandeepVashishtha/Eventra#2446",
            "szerhusenBC/jwt-spring-security-demo#113",
            "react-native-webview/react-native-webview#528",
        ],
        helps: "The cookie cell in browsers; memory only; the key store in apps.",
    },
    Break {
        on: "cookie* token* jwt*",
        what: "Sockets that were opened before the sign-out go on",
        seen: &["kubestellar/console#4906", "mcdonc/klangk#3152", "warp-tech/warpgate#2106", "websockets/ws#1653"],
        helps: "Close them when the session ends; check again every minute.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_that_is_used_says_what_breaks_first() {
        for outcome in Outcome::ALL {
            let count = breaks_first(outcome).len();
            assert_eq!(count == 0, outcome == Outcome::None, "{}", outcome.word());
            assert!(outcome == Outcome::None || count >= 3, "{}", outcome.word());
        }
        assert!(BREAKS.iter().all(|entry| OutcomeSet::parse(entry.on).is_some()));
    }
}
