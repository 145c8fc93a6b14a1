//! The table of rules.
//!
//! 61 rows. N: is it needed at all? K: who holds the credential. S: who checks it. R: revocation. O: offline. P: place and load. L: law.
//! M: migration. B: where to start. D: told after the choice. How a row is read is said in `rule.rs`, how rows become a decision in
//! `decide.rs`, what a word means in `words.rs`.

use crate::rule::Level::{High, Medium, Note};
use crate::rule::Rank::{Physics, Practice, Safety, Stated};
use crate::rule::{Rule, exclude, need, prefer, require, set, warn};

/// Every rule, in the order in which they are shown.
pub const RULES: &[Rule] = &[
    // N: Is it needed at all?
    Rule {
        id: "N1",
        when: "kind=job",
        effects: &[require(Practice, "none"), warn(High, "workload_identity")],
        say: "A program without a person has no login. Give it a machine identity: mutual TLS, SPIFFE, your cloud's workload \
              identity, or OAuth client credentials from a provider that has them.",
        sources: &["ASVS 13.2.1", "SPIFFE"],
    },
    Rule {
        id: "N2",
        when: "kind=webhook",
        effects: &[require(Practice, "none"), warn(High, "webhook_signature")],
        say: "A webhook proves its origin by a signature over the body. Check signature and time stamp; no session is \
              involved.",
        sources: &["Standard Webhooks"],
    },
    Rule {
        id: "N3",
        when: "existing=framework_sessions and apis=one_app and not machine and not rules=nist_aal3/asvs_l3",
        effects: &[
            prefer("none +12").when("only_browser and not place=cross_site and not embedded=other_sites"),
            warn(High, "keep_framework").on("none"),
            warn(Note, "framework_tokens").when("not only_browser"),
            warn(High, "cookie_store_replay").on("none").when("revocation=next_request/one_minute"),
        ],
        say: "Your framework already keeps sessions in a cookie. Keep it: a second system gives you nothing you asked for. If \
              its sessions live only inside the cookie (Rails CookieStore, Flask), move them to the database, because such a \
              session cannot be ended by force. For a phone app beside it, look first at the framework's own tokens (Sanctum, \
              allauth).",
        sources: &["SANCTUM", "DRF", "ALLAUTH", "heartcombo/devise#4272"],
    },
    Rule {
        id: "N4",
        when: "existing=provider_stays and not machine and not can.upstream_oidc",
        effects: &[prefer("none +14"), warn(High, "keep_provider").on("none")],
        say: "Your sign-in provider stays. Then make the app its client: the framework's OIDC library, oauth2-proxy or another \
              back end for the front end, with an ordinary session cookie. This version of Cloakroom cannot stand behind \
              another provider.",
        sources: &["BBA 6.1", "DUENDE", "judgement"],
    },
    Rule {
        id: "N5",
        when: "tiny and browser and proxy=can_ask and not regulated",
        effects: &[warn(Note, "simpler_exists")],
        say: "For ten people a password in the proxy or a private network may do. Cloakroom earns its place when you want \
              sign-out from afar, a list of devices, or different rights.",
        sources: &["judgement"],
    },
    Rule {
        id: "N6",
        when: "third_party",
        effects: &[
            need("oidc_provider", "Ory Hydra, Keycloak or ZITADEL beside your APIs; Cloakroom for your own apps"),
            warn(High, "third_party_oauth"),
        ],
        say: "Apps of other companies need OAuth: authorization code with PKCE and a page where the person agrees. This \
              version has no OAuth provider for them.",
        sources: &["RFC 9700 2.1", "ORY-NEED"],
    },
    // K: Who holds it
    Rule {
        id: "K1",
        when: "native",
        effects: &[exclude(Practice, "cookie* jwt_cookie")],
        say: "Native programs keep a token in the system's key store and send a header. Cookie jars of mobile libraries lose \
              and mix cookies.",
        sources: &["SUPERTOKENS", "MASTG", "react-native-webview#528"],
    },
    Rule {
        id: "K2",
        when: "browser and not third_party and not place=cross_site and not embedded=other_sites",
        effects: &[exclude(Practice, "token* jwt"), exclude(Practice, "jwt+introspect").when("not apis=third_parties")],
        say: "A page that shares a site with its API needs no token that script can read. Script that gets in could carry such \
              a token away; an HttpOnly cookie it can only use while the page is open.",
        sources: &["BBA 7.1", "SANCTUM", "O-HTML5", "AUTH0-STORE"],
    },
    Rule {
        id: "K3",
        when: "kind=spa and place=cross_site and not proxy=can_ask",
        effects: &[exclude(Physics, "cookie* jwt_cookie"), warn(High, "proxy_or_rewrite")],
        say: "For the browser your API is a foreign site: Safari and others do not send its cookies, and a design must not \
              rely on them. First try to forward /api from the page's own host (most static hosts can); then this becomes a \
              plain cookie app.",
        sources: &["6265bis 7.1", "WEBKIT", "mangit955/nap#61"],
    },
    Rule {
        id: "K4",
        when: "browser and place=cross_site and proxy=can_ask",
        effects: &[prefer("cookie+exchange +5"), warn(High, "route_under_page_host").on("cookie* jwt_cookie")],
        say: "Let the proxy serve the API under the page's own name. Then a first-party cookie works in every browser and no \
              token reaches the page.",
        sources: &["BBA 6.1", "BETTER-AUTH"],
    },
    Rule {
        id: "K5",
        when: "browser and embedded=other_sites",
        effects: &[exclude(Physics, "cookie* jwt_cookie"), warn(High, "embed_token")],
        say: "In a frame on a foreign page our SameSite=Lax cookie is never sent. The embedding page's server fetches a short \
              token and hands it in by postMessage; declare the framed part as an app of its own.",
        sources: &["6265bis 8.8.3", "WEBKIT", "LOOKER", "CHIPS#69"],
    },
    Rule {
        id: "K6",
        when: "third_party",
        effects: &[exclude(Safety, "cookie* jwt_cookie token*")],
        say: "Here a session token or cookie is the whole account: it lists and ends sessions and gets tokens for any \
              audience. Never give it to another company's program.",
        sources: &["cloakroom", "RFC 9700 2.3"],
    },
    Rule {
        id: "K7",
        when: "live",
        effects: &[
            prefer("cookie +1, cookie+exchange +1, jwt_cookie +1").when("browser"),
            warn(High, "sockets_outlive"),
            warn(Medium, "ws_no_header").on("token* jwt jwt+introspect cookie+page_token").when("browser"),
        ],
        say: "Browsers cannot add a header to a WebSocket; a cookie travels by itself. An open socket is checked once: close \
              it when the session ends.",
        sources: &["WS-API", "kubestellar/console#4906", "warp-tech/warpgate#2106"],
    },
    Rule {
        id: "K8",
        when: "admin",
        effects: &[
            prefer("cookie +1, cookie+exchange +1, token+introspect +1, token+exchange +1"),
            set("remember=false"),
            set("absolute<=43200"),
            warn(Medium, "separate_admin"),
        ],
        say: "Give the staff area a client of its own and, better, a host of its own: shorter lifetimes, fresh sign-in before \
              dangerous steps, rights read from the store.",
        sources: &["ASVS 7.1.1", "ASVS 7.5.3", "6265bis 8.5"],
    },
    // S: Who checks
    Rule {
        id: "S1",
        when: "not proxy=can_ask and not kind=pages and not (kind=spa and place=same_origin)",
        effects: &[exclude(Physics, "*+exchange")],
        say: "Somebody must swap the session for a short JWT: a proxy that can ask, or the app's own server. You named \
              neither.",
        sources: &["cloakroom"],
    },
    Rule {
        id: "S2",
        when: "apis=one_app",
        effects: &[prefer("cookie +1, token +1")],
        say: "One server program can look the session up itself; that is the fewest parts.",
        sources: &["O-JWT", "JOEPIE91"],
    },
    Rule {
        id: "S3",
        when: "apis=several_teams",
        effects: &[prefer(
            "*+exchange +3, jwt +3, cookie+page_token +3, jwt_cookie +1, cookie -2, token -2, token+introspect -1",
        )],
        say: "Each team's server should learn the caller without our store, from a proof that works nowhere else: a short JWT \
              with its own audience.",
        sources: &["RFC 9700 2.3", "CURITY", "NETFLIX", "ALLAUTH"],
    },
    Rule {
        id: "S4",
        when: "apis=third_parties",
        effects: &[
            exclude(Safety, "cookie token token+introspect jwt_cookie"),
            prefer("jwt +3, cookie+exchange +2, cookie+page_token +2, token+exchange +1"),
            warn(High, "audience_per_company"),
        ],
        say: "A foreign server that sees a session token or cookie can act as the person everywhere. Give it only a JWT made \
              out to it.",
        sources: &["RFC 9700 2.3", "8725bis 3.9", "ASVS 10.3.1"],
    },
    Rule {
        id: "S5",
        when: "not stack=rust and not proxy=can_ask",
        effects: &[
            exclude(Physics, "token"),
            prefer("token+introspect +2").when("apis=one_app/same_team and nodes=one/several"),
            warn(Medium, "one_call_per_request").on("token+introspect"),
        ],
        say: "Somebody must look the session token up. Your servers do not embed the crate and no proxy asks for them, so they \
              ask us themselves: one call per request (introspection), near and with a short cache.",
        sources: &["cloakroom", "RFC 7662 2.1 and 4", "SPRING"],
    },
    Rule {
        id: "S6",
        when: "proxy=can_ask and apis=same_team/several_teams",
        effects: &[prefer("*+exchange +1")],
        say: "The proxy can ask once for everybody behind it.",
        sources: &["O-MICRO", "NETFLIX"],
    },
    Rule {
        id: "S7",
        when: "proxy=jwt_only",
        effects: &[exclude(Stated, "token*"), prefer("cookie+exchange +3, cookie+page_token +3, jwt_cookie +2").when("browser")],
        say: "The gateway understands only JWTs. People's browsers can still hold a cookie, if the page's own server adds the \
              JWT, or the page fetches a short one.",
        sources: &["BBA 6.1", "BBA 6.2", "AWS-HTTP", "APIM"],
    },
    Rule {
        id: "S8",
        when: "proxy=jwt_only",
        effects: &[set("alg=RS256"), set("announce>=86400"), warn(High, "gateway_keys")],
        say: "Check what the gateway needs: several take only RSA, find keys through /.well-known/openid-configuration on the \
              public internet, and keep them for one to two hours, so a distrusted key lives that long there.",
        sources: &["AWS-HTTP", "AWS-REST", "APIM"],
    },
    Rule {
        id: "S9",
        when: "browser or native",
        effects: &[warn(High, "no_bypass").on("*+exchange"), set("upstream<=300").on("*+exchange")],
        say: "The services behind must be reachable only through the edge, must check signature and audience, and the edge \
              must drop identity headers that a client sends.",
        sources: &["O-MICRO", "use-agent-os/agent-os#568", "traefik/traefik#12657"],
    },
    // R: Revocation
    Rule {
        id: "R1",
        when: "revocation=next_request",
        effects: &[exclude(Stated, "jwt jwt_cookie cookie+page_token")],
        say: "A JWT that is checked locally is good until it expires or news arrives. 'At the next click' needs a look-up.",
        sources: &["O-JWT", "STYTCH", "SPRING", "ALLAUTH"],
    },
    Rule {
        id: "R2",
        when: "not deaf and (revocation=one_minute or (revocation=fifteen_minutes and lasting))",
        effects: &[
            set("follow_feed=true").on("jwt jwt_cookie cookie+page_token"),
            warn(High, "feed_required").on("jwt jwt_cookie cookie+page_token"),
        ],
        say: "JWTs are fine if every server that checks them follows our revocation feed: under a second in normal times; cut \
              off for 15 s it asks us, or refuses.",
        sources: &["cloakroom", "ASVS 7.4.1"],
    },
    Rule {
        id: "R3",
        when: "deaf and revocation=one_minute",
        effects: &[
            set("access<=45").on("jwt jwt_cookie cookie+page_token"),
            warn(High, "refresh_every_minute").on("jwt jwt_cookie cookie+page_token"),
        ],
        say: "The servers that check cannot hear the feed, so the token itself must die within the minute: 45 s plus clock \
              leeway. Every active client then refreshes about every 36 s.",
        sources: &["CLERK", "cloakroom"],
    },
    Rule {
        id: "R4",
        when: "revocation=fifteen_minutes and (deaf or not lasting)",
        effects: &[set("access<=840").on("jwt jwt_cookie cookie+page_token")],
        say: "With 14-minute tokens the quarter of an hour holds even where nobody listens to the feed.",
        sources: &["cloakroom", "STYTCH"],
    },
    Rule {
        id: "R5",
        when: "revocation=expiry",
        effects: &[warn(High, "no_kill_switch")],
        say: "Then a stolen token works until its end and a dismissed colleague stays in. ASVS asks that signing out and \
              disabling an account end access; keep tokens at 15 minutes or less even so.",
        sources: &["ASVS 7.4.1", "ASVS 7.4.2", "O-JWT"],
    },
    Rule {
        id: "R6",
        when: "revocation=next_request and not nodes=one",
        effects: &[
            warn(Medium, "lag_between_nodes").on("cookie* token* jwt+introspect"),
            set("authoritative=dangerous_routes").on("cookie* token*"),
        ],
        say: "With several nodes 'next click' means under a second on the others, and 15 s at worst for a node that is cut \
              off. Mark dangerous routes authoritative: they read the store.",
        sources: &["cloakroom"],
    },
    Rule {
        id: "R7",
        when: "windows_differ",
        effects: &[warn(Medium, "weakest_promise")],
        say: "Your apps end at different speeds. If they reach the same servers, the slowest one is your real promise.",
        sources: &["judgement", "ASVS 7.1.3"],
    },
    // O: Offline
    Rule {
        id: "O1",
        when: "offline=outages/always",
        effects: &[
            require(Stated, "jwt jwt_cookie").when("offline=outages"),
            require(Stated, "jwt jwt_cookie cookie+page_token").when("offline=always"),
            warn(High, "offline_window").on("jwt jwt_cookie cookie+page_token").when("offline=always"),
            warn(Medium, "offline_keys").on("jwt jwt_cookie cookie+page_token").when("offline=always"),
        ],
        say: "Only a signed proof can be checked without asking. Where there is never a line, no sign-out is heard: the access \
              lifetime is the window. Such a place must also be given the next public key before it is used.",
        sources: &["O-MICRO", "O-JWT", "cloakroom"],
    },
    Rule {
        id: "O2",
        when: "lasting and not deaf and revocation=one_minute/fifteen_minutes",
        effects: &[
            set("feed_lost=until_expiry").on("jwt jwt_cookie cookie+page_token"),
            warn(High, "two_numbers").on("jwt jwt_cookie cookie+page_token"),
        ],
        say: "You get two promises: while the line holds, your deadline; while it is cut, until the token ends.",
        sources: &["cloakroom"],
    },
    Rule {
        id: "O3",
        when: "store_down=minutes",
        effects: &[prefer("jwt +2, jwt_cookie +2"), warn(Medium, "redundant_store").on("cookie* token* jwt+introspect")],
        say: "Short JWTs bridge minutes. So does a replicated store, which also keeps sign-in and sign-out working: often the \
              better purchase.",
        sources: &["judgement", "MEZMO"],
    },
    Rule {
        id: "O4",
        when: "store_down=hours",
        effects: &[
            require(Stated, "jwt jwt_cookie"),
            set("access>=3600"),
            set("feed_lost=until_expiry"),
            warn(High, "hours_price").on("jwt jwt_cookie cookie+page_token"),
        ],
        say: "To work on for hours a token must live for hours, and in that time nobody can be signed out, nobody can sign in, \
              and no sign-out is recorded.",
        sources: &["cloakroom"],
    },
    Rule {
        id: "O5",
        when: "offline=island",
        effects: &[exclude(Physics, "cookie* token* jwt*").when("not revocation=expiry"), warn(High, "local_instance")],
        say: "No news reaches an island. Run a Cloakroom on it: a sign-out decided there works at once, one decided ashore \
              arrives with the next line. This version does not synchronise accounts between instances.",
        sources: &["judgement"],
    },
    // P: Place and load
    Rule {
        id: "P1",
        when: "not machine",
        effects: &[
            set("store=sqlite").when("nodes=one"),
            set("store=postgres").when("not nodes=one"),
            warn(Note, "big_store").when("users>1000000 and not nodes=one"),
        ],
        say: "One machine: the built-in database, one process. More: PostgreSQL, which every node shares. Sessions by the \
              million are gigabytes, not a problem; Redis pays when session writes outgrow PostgreSQL, not before.",
        sources: &["cloakroom", "measured"],
    },
    Rule {
        id: "P2",
        when: "nodes=regions",
        effects: &[prefer("jwt +2, jwt_cookie +2, cookie+page_token +1, cookie -1, token -1"), warn(Medium, "region_rtt")],
        say: "The first check of a session in each region, every sign-in and every refresh cross the ocean to the store; a \
              signature check does not.",
        sources: &["judgement", "zitadel/zitadel#6462"],
    },
    Rule {
        id: "P3",
        when: "nodes=edge",
        effects: &[prefer("jwt_cookie +5, jwt +3, cookie* -2, token* -2"), warn(Medium, "edge_no_store")],
        say: "At the edge there is no store to look into. A signature check is local; everything else is a trip home.",
        sources: &["ENVOY", "CF-ACCESS"],
    },
    Rule {
        id: "P4",
        when: "browser or native",
        effects: &[
            prefer("jwt +2, jwt_cookie +2").when("session_heavy and not refresh_heavy"),
            prefer("cookie +1, cookie+exchange +1, token +1, token+exchange +1").when("refresh_heavy and not session_heavy"),
            prefer("*+introspect -3").when("introspect_heavy"),
            warn(Note, "load_no_reason").when("not session_heavy and not refresh_heavy"),
            warn(Medium, "load_real").when("session_heavy or refresh_heavy"),
        ],
        say: "What gives first at your peak, by what you measured, else by the makers' numbers: last-seen writes for sessions, \
              durable refreshes for JWTs, calls for introspection. Below half of them, load is no reason for anything.",
        sources: &["measured", "O-JWT"],
    },
    // L: Law
    Rule {
        id: "L1",
        when: "rules=pci",
        effects: &[set("idle_eff<=900").when("admin"), warn(Medium, "pci_scope")],
        say: "PCI DSS 8.2.8: whoever works with card data signs in again after 15 idle minutes. It is not meant for shoppers; \
              mark staff apps as 'admin'.",
        sources: &["PCI"],
    },
    Rule {
        id: "L2",
        when: "rules=hipaa",
        effects: &[set("idle_eff<=900"), warn(Medium, "hipaa_no_number")],
        say: "HIPAA asks for automatic logoff but names no number. We set 15 minutes; write down why, or choose another.",
        sources: &["HIPAA"],
    },
    Rule {
        id: "L3",
        when: "rules=psd2",
        effects: &[
            set("idle_eff<=300"),
            set("failures<=5"),
            need("second_factor", "a second factor from your provider, or wait for passkeys and TOTP here"),
            warn(Medium, "psd2_scope"),
        ],
        say: "PSD2 (RTS Art. 4(3)): five idle minutes and at most five failed attempts, when a payer looks at a payment \
              account. It also asks for two factors (strong customer authentication), and those are not in this version.",
        sources: &["PSD2"],
    },
    Rule {
        id: "L4",
        when: "rules=nist_aal2",
        effects: &[
            set("idle_eff<=3600"),
            set("absolute<=86400"),
            need("second_factor", "a second factor from your provider, or wait for passkeys and TOTP here"),
            warn(Medium, "aal_numbers"),
        ],
        say: "NIST AAL2: at most 24 hours and one idle hour (both 'should'), and two factors ('shall'). Two factors are not in \
              this version.",
        sources: &["NIST"],
    },
    Rule {
        id: "L5",
        when: "rules=nist_aal3",
        effects: &[
            set("idle_eff<=900"),
            set("absolute<=43200"),
            need("passkeys", "a provider with hardware-bound passkeys or client certificates"),
            warn(Medium, "aal_numbers"),
        ],
        say: "NIST AAL3: at most 12 hours ('shall'), 15 idle minutes ('should'), and a hardware-bound key that cannot be \
              phished. That key is not in this version.",
        sources: &["NIST"],
    },
    Rule {
        id: "L6",
        when: "rules=asvs_l3",
        effects: &[
            need("passkeys", "a provider with hardware-bound passkeys"),
            need("dpop", "a provider with DPoP or mutual-TLS tokens for these apps; browsers can use the cookie cell")
                .on("token* jwt jwt+introspect cookie+page_token"),
            warn(High, "sender_constrained").on("token* jwt jwt+introspect cookie+page_token"),
        ],
        say: "ASVS level 3 wants a hardware-bound factor that cannot be phished, and tokens in headers bound to a key of the \
              client (DPoP or mTLS). Neither is in this version.",
        sources: &["ASVS 6.3.3", "ASVS 10.3.5", "RFC 9449"],
    },
    Rule {
        id: "L7",
        when: "regulated",
        effects: &[
            prefer("cookie +1, *+exchange +1"),
            prefer("token +1, token+introspect +1").when("native"),
            set("remember=false"),
            warn(High, "polling_defeats_idle"),
            warn(Medium, "idle_arithmetic").on("jwt jwt_cookie cookie+page_token"),
            warn(High, "stay_vs_rules").when("stay"),
        ],
        say: "Idle limits are counted on the server. Background polling would keep a session alive for ever; checking a JWT \
              does not count as use, so idle plus access lifetime must fit in the limit; 'stay signed in' is off.",
        sources: &["ASVS 7.3.1", "codeforamerica/sebt-self-service-portal#267", "sjacorg/bayanat#343", "cloakroom"],
    },
    Rule {
        id: "L8",
        when: "rules=personal_data",
        effects: &[
            prefer("cookie+exchange +2").when("browser and place=cross_site"),
            warn(Note, "no_pii_in_jwt").on("jwt* *+exchange cookie+page_token"),
            warn(Note, "remember_consent").when("browser and stay"),
        ],
        say: "With personal data the standard strongly recommends that the page's server holds the tokens. Keep names and mail \
              addresses out of claims. A login cookie needs no consent banner; a remembered one may.",
        sources: &["BBA 6.1", "WP29", "O-JWT"],
    },
    // M: Migration
    Rule {
        id: "M1",
        when: "existing=own_jwt",
        effects: &[
            prefer("jwt +1").when("native"),
            warn(Medium, "migrate_jwt"),
            warn(High, "out_of_localstorage").when("browser"),
        ],
        say: "Accept old and new tokens side by side for the old lifetime, then turn the old key off. In browsers take the \
              tokens out of localStorage while you are at it.",
        sources: &["O-HTML5", "O-JWT", "SandeepVashishtha/Eventra#2446"],
    },
    Rule {
        id: "M2",
        when: "existing=provider_leaves and not machine",
        effects: &[warn(Medium, "import_users")],
        say: "Ask for the password hashes before you cancel; without them everybody resets by mail. Map the old user ids to \
              ours first.",
        sources: &["judgement"],
    },
    Rule {
        id: "M3",
        when: "existing=api_keys",
        effects: &[prefer("token +1, token+introspect +1").when("kind=cli"), warn(Medium, "api_keys_stay")],
        say: "A key in a script is no login: keep such keys, hashed, with scope and end date. This version issues none.",
        sources: &["SANCTUM", "HEROKU-2022"],
    },
    // B: Where to start
    Rule {
        id: "B1",
        when: "browser",
        effects: &[
            prefer("cookie +3, cookie+exchange +1, cookie+page_token -1, jwt -1, token* -2, jwt+introspect -2, none -5"),
            prefer("jwt +2, token +1, token+exchange +1").when("place=cross_site or embedded=other_sites"),
        ],
        say: "In a browser start from the HttpOnly session cookie; a token in script memory is the fallback where cookies do \
              not travel.",
        sources: &["O-SESS", "BBA 8", "DUENDE"],
    },
    Rule {
        id: "B2",
        when: "native",
        effects: &[
            prefer("token +3, token+exchange +2, jwt +2, token+introspect +1, none -5"),
            prefer("token +1, token+introspect +1").when("kind=cli"),
        ],
        say: "Outside the browser start from one opaque token: nothing to refresh, ended at once.",
        sources: &["ALLAUTH", "SANCTUM", "STYTCH"],
    },
    // D: Told after the choice
    Rule {
        id: "D1",
        when: "browser and proxy=none and not place=cross_site",
        effects: &[warn(High, "one_host").on("cookie* jwt_cookie")],
        say: "Our cookie belongs to one host. App and Cloakroom must share it (by path), or the app embeds the crate, or a \
              proxy asks us. A small proxy in front (Caddy, nginx) settles this in ten lines.",
        sources: &["cloakroom", "6265bis 4.1.3"],
    },
    Rule {
        id: "D2",
        when: "browser and place=same_site",
        effects: &[set("trusted_origins+=page_origin"), warn(High, "same_site_trust").on("cookie* jwt_cookie")],
        say: "Every host under your domain is same site: list the page's exact origin, and nothing else. A taken-over \
              subdomain could plant cookies, and could send requests if it were listed.",
        sources: &["O-CSRF", "6265bis 8.6", "plivo-labs/glance#71"],
    },
    Rule {
        id: "D3",
        when: "browser and proxy=can_ask",
        effects: &[warn(Medium, "forward_auth_rules").on("cookie* jwt_cookie")],
        say: "Calls from script must get 401, not a redirect; static files stay outside the check; the proxy drops client-sent \
              identity headers.",
        sources: &["axios/axios#932", "pomerium/pomerium#2176", "vibed-project/vibeD#44"],
    },
    Rule {
        id: "D4",
        when: "browser",
        effects: &[warn(High, "jwt_cookie_limits").on("jwt_cookie")],
        say: "Keep the cookie under 4,096 bytes with its name; refreshing is a request of its own, one at a time per browser; \
              nginx auth_request does not hand fresh cookies through by itself.",
        sources: &["6265bis 5.7", "ASVS 3.3.5", "argoproj/argo-cd#1103", "oauth2-proxy/oauth2-proxy#29"],
    },
    Rule {
        id: "D5",
        when: "not machine",
        effects: &[warn(High, "verify_rules").on("jwt* *+exchange cookie+page_token")],
        say: "Every server that takes a JWT checks issuer, its own audience, type and time, and fetches keys with a cache that \
              follows max-age: not once at start, not for a day.",
        sources: &["8725bis 3.9", "8725bis 3.11", "ASVS 9.2", "LOGTO"],
    },
    Rule {
        id: "D6",
        when: "browser",
        effects: &[
            set("idle<=3600").on("token* jwt jwt+introspect"),
            set("absolute<=86400").on("token* jwt jwt+introspect"),
            warn(High, "memory_only").on("token* jwt jwt+introspect cookie+page_token"),
        ],
        say: "Hold the token in memory, never in localStorage. Without a session cookie a reload then means a fresh sign-in. \
              Browser lifetimes apply (an hour idle, a day at most).",
        sources: &["O-HTML5", "BBA 6.2", "BBA 8.4"],
    },
    Rule {
        id: "D7",
        when: "browser",
        effects: &[warn(Medium, "no_store").on("cookie* jwt_cookie")],
        say: "Answers that set a cookie or show personal data must not be cached by a CDN: one shared answer is somebody \
              else's session.",
        sources: &["O-SESS", "KLARNA", "supabase/ssr"],
    },
    Rule {
        id: "D8",
        when: "native",
        effects: &[
            warn(Medium, "native_storage"),
            warn(High, "device_signin").when("kind=device"),
            need("device_flow", "a pairing page of your own").when("kind=device"),
        ],
        say: "Keychain or Keystore, not preferences files. Sign in through the system browser where you can; in this version \
              only your own apps may take the password themselves, and a device without keyboard needs a pairing page of \
              yours.",
        sources: &["RFC 8252", "MASTG", "RFC 8628"],
    },
    Rule {
        id: "D9",
        when: "browsers_many and browser",
        effects: &[warn(Medium, "one_cookie_per_host").on("cookie* jwt_cookie")],
        say: "One session, one cookie per host by hand-off; no cookie for the parent domain. Two apps on one host must use the \
              same cookie cell, or they sign each other out.",
        sources: &["O-CSRF", "ORY-SEC", "cloakroom"],
    },
];
