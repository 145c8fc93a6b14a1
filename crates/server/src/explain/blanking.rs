//! What stays of a value when the page blanks it, as one table: the page's script reads it, and the page of rules shows it.
//!
//! 1. It is an allow-list. Of a shape exactly the named groups of its pattern stay; of a name what its list says; of all else nothing, or
//!    the first two characters where a value is longer than sixteen.
//! 2. Patterns are written in what JavaScript and Rust read alike, match the whole value, and do not go back over what they have read. A
//!    `*` belongs to every class, so that what is blanked already is recognised again.
//! 3. The first shape that matches counts, so the exact ones stand first.
//! 4. A new row is complete by itself: its pattern says what stays, `stays` says it in words.

use serde::Serialize;

/// A shape of values, and what of it stays.
#[derive(Debug, Serialize)]
pub(crate) struct Shape {
    /// What it is a shape of, for people.
    #[serde(skip)]
    pub(crate) name: &'static str,
    /// What stays, in words.
    #[serde(skip)]
    pub(crate) stays: &'static str,
    /// The named groups stay.
    pub(crate) pattern: &'static str,
    /// What the script looks at beside the pattern.
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<&'static str>,
    /// What the script does where a group cannot say what stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    special: Option<&'static str>,
}

const fn shape(name: &'static str, stays: &'static str, pattern: &'static str) -> Shape {
    Shape { name, stays, pattern, check: None, special: None }
}

impl Shape {
    const fn check(mut self, check: &'static str) -> Self {
        self.check = Some(check);
        self
    }

    const fn special(mut self, special: &'static str) -> Self {
        self.special = Some(special);
        self
    }
}

/// Every shape, the exact ones first. JWTs, JSON and XML are read by the script itself.
pub(crate) const SHAPES: &[Shape] = &[
    shape(
        "Cloakroom session token",
        "prefix and public id",
        r"(?<prefix>crs_)(?<id>[A-Za-z0-9_-]{22})[A-Za-z0-9_*-]{42}[0-9A-Za-z*]{6}",
    ),
    shape("Cloakroom refresh token", "prefix", r"(?<prefix>crr_)[A-Za-z0-9_*-]{75}[0-9A-Za-z*]{6}"),
    shape("GitHub installation token", "prefix, id, header and claims", r"(?<prefix>ghs_\d+_)eyJ[\w.*-]+").special("inner"),
    shape("GitHub tokens", "prefix", r"(?<prefix>gh[pousr]_|github_pat_)[\w*]{16,}"),
    shape("GitLab tokens", "prefix", r"(?<prefix>gl[a-z]{2,6}-)[\w.*-]{12,}"),
    shape("Slack tokens", "prefix", r"(?<prefix>xox[a-z](?:\.xox[bp])?-|xapp-)[\w.*%-]{8,}"),
    shape("Publishable keys", "everything: they are public", r"(?<public>pk_(?:live|test)_[\w=]{8,})"),
    shape("Stripe keys", "prefix", r"(?<prefix>(?:sk|rk)_(?:live|test|prod)_)[\w*]{8,}"),
    shape("Webhook secrets", "prefix", r"(?<prefix>whsec_)[\w+/=*-]{12,}"),
    shape("npm tokens", "prefix", r"(?<prefix>npm_)[A-Za-z0-9*]{30,}"),
    shape("PyPI tokens", "prefix", r"(?<prefix>pypi-AgE)[\w*-]{12,}"),
    shape("AWS access key ids", "everything: the id is no secret", r"(?<public>(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z2-7]{16})"),
    shape("AWS session tokens", "prefix", r"(?<prefix>IQoJb3JpZ2lu|FwoGZXIvYXdz)[\w+/=*-]{100,}"),
    shape(
        "OpenAI keys",
        "prefix and the marker inside",
        r"(?<prefix>sk-(?:(?:proj|svcacct|admin)-)?)[\w*-]{8,}(?<marker>T3BlbkFJ)[\w*-]{8,}",
    ),
    shape(
        "OpenAI and Anthropic keys",
        "prefix",
        r"(?<prefix>sk-(?:ant-(?:api|admin|oat)\d\d-|(?:proj|svcacct|admin)-))[\w*-]{16,}",
    ),
    shape("SendGrid keys", "prefix", r"(?<prefix>SG\.)[\w*-]{22}(?<dot>\.)[\w*-]{43}"),
    shape("Discord bot tokens", "the bot’s id", r"(?<id>[MNO][\w-]{23,27})(?<dot>\.)[\w*-]{6}(?<second>\.)[\w*-]{27,38}"),
    shape("Telegram bot tokens", "the bot’s id", r"(?<id>\d{8,10}:AA)[\w*-]{33}"),
    shape("Grafana tokens", "prefix", r"(?<prefix>glsa_)[A-Za-z0-9*]{32}(?<bar>_)[0-9a-f*]{8}"),
    shape("Vault tokens", "prefix", r"(?<prefix>hv[sbr]\.)[\w.*-]{12,}"),
    shape("Google keys and tokens", "prefix", r"(?<prefix>ya29\.|1//0|AIza|GOCSPX-)[\w.*/-]{16,}"),
    shape("Ory and Supabase keys", "prefix", r"(?<prefix>ory_[a-z]{2}_|sb_(?:publishable|secret)_)[\w.*-]{8,}"),
    shape(
        "Keys of other platforms",
        "prefix",
        r"(?<prefix>hf_|api_org_|do[opr]_v1_|shp(?:at|ca|pa|ss)_|dapi|dckr_pat_|ATATT3|HRKU-|lin_api_|ntn_|PMAK-|pul-|rubygems_|sntry[su]_|glc_|dp\.pt\.|pplx-|pscale_[a-z]+_|tskey-|ops_eyJ|figd_|CLOJARS_|fm2_|fo1_|rdme_|EZ[AT]K|xkeysib-|key-)[\w.*=/+-]{16,}",
    ),
    shape(
        "Password hashes",
        "scheme and cost",
        r"(?<scheme>\$(?:2[abxy]|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]*|[156y]|7)\$(?:[a-z]+=[\w,=]+\$|\d{1,8}\$)*)[^\s]{16,}",
    ),
    shape(
        "Password hashes of Django",
        "scheme and cost",
        r"(?<scheme>(?:pbkdf2_sha\d+|argon2|bcrypt_sha256|scrypt)\$\d*\$?)[^\s]{16,}",
    ),
    shape("Pushed request", "prefix", r"(?<prefix>urn:ietf:params:oauth:request_uri:)\S+"),
    shape("PASETO, encrypted", "version, purpose and footer", r"(?<prefix>v[1-4]\.local\.)[\w*-]+(?<footer>(?:\.[\w-]+)?)"),
    shape("PASETO, signed", "everything but the signature", r"(?<prefix>v[1-4]\.public\.)[\w*-]+(?<footer>(?:\.[\w-]+)?)")
        .special("tail"),
    shape("PASERK, public", "everything", r"(?<public>k[1-4]\.(?:public|lid|sid|pid)\.[\w-]+)"),
    shape("PASERK", "version and kind", r"(?<prefix>k[1-4]\.[a-z-]+\.)[\w.*-]+"),
    shape("Iron", "prefix", r"(?<prefix>Fe26\.2\*)\S{40,}"),
    shape("Phoenix", "header and data", r"(?<header>SFMyNTY|SFMzODQ|SFM1MTI)(?<dot>\.)(?<payload>[\w-]+)(?<second>\.)[\w*-]+"),
    shape("Plug, encrypted", "prefix", r"(?<prefix>XCP\.|QTEyOEdDTQ\.)[\w.*-]+"),
    shape("ASP.NET data protection", "header and key id", r"(?<header>CfDJ8[\w-]{21})[\w*-]{32,}"),
    shape("Fernet", "version and time", r"(?<header>gAAAAA[\w-]{6})[\w=*-]{60,}"),
    shape("Rails, encrypted", "the separators", r"[\w+/=*%-]+?(?<first>--)[\w+/=*]{16}(?<second>--)[\w+/=*]{22,24}"),
    shape("Rails, signed", "what can be read, not the seal", r"(?<payload>[\w+/=-]+?)(?<bars>--)[0-9a-f*]{40,128}")
        .check("legible"),
    shape("Rails, encrypted and sealed", "the separator", r"[\w+/=*-]+?(?<bars>--)[0-9a-f*]{40,128}"),
    shape("Express, signed value", "the value, not the seal", r"(?<prefix>s:)(?<value>.+)(?<dot>\.)[A-Za-z0-9+/*]{43}=?")
        .check("note"),
    shape("Express session id", "prefix", r"(?<prefix>s:)[\w*-]{16,}(?<dot>\.)[A-Za-z0-9+/*]{43}=?"),
    shape("Better Auth", "the separator", r"[A-Za-z0-9*]{32}(?<dot>\.)[A-Za-z0-9+/*]{43}(?<end>=)"),
    shape("Fastify", "the separator", r"[\w+/=*-]{20,}(?<bar>;)[\w+/=*-]{32}"),
    shape(
        "Django, signed",
        "what can be read and its time, not the seal",
        r"(?<payload>[\w=.-]+)(?<first>:)(?<time>[0-9A-Za-z]{6})(?<second>:)[\w*-]{27,43}",
    )
    .check("legible"),
    shape(
        "Flask and itsdangerous",
        "what can be read and its time, not the seal",
        r"(?<payload>\.?[\w=+/-]+)(?<dot>\.)(?<time>[\w-]{6})(?<second>\.)[\w*-]{27,86}",
    )
    .check("legible"),
    shape("Tornado", "name, time and value, not the seal", r"(?<fields>2\|1:\d\|\d+:\d+\|.+\|)[0-9a-f*]{64}"),
    shape("WordPress", "user name and end", r"(?<user>[^|]{1,60}\|\d{10})(?<first>\|)[^|]{20,60}(?<second>\|)[0-9a-f*]{64}"),
    shape("oauth2-proxy", "its time", r"[\w=+/*-]+(?<time>\|\d{10}\|)[\w=+/*-]{20,}"),
    shape("Auth.js form token", "the separator", r"[0-9a-f*]{64}(?<bar>\|)[0-9a-f*]{64}"),
    shape("Pyramid", "time and user, not the seal", r"[0-9a-f*]{32,128}(?<rest>[0-9a-f]{8}[^!]{1,80}!.*)"),
    shape("Gorilla", "its time", r"(?<time>[\w-]{14})[\w=-]{26,}").check("barred"),
    shape("Simple web token", "everything but the seal", r"(?<form>.+&HMACSHA256=)\S+"),
    shape("Play, old", "the values, not the seal", r"[0-9a-f*]{40}(?<values>-[^=]+=.*)"),
    shape("Macaroon", "everything but the seal", r"(?:MD[AEIM]|AgE|AgI)[\w+/=-]{40,}").special("tail_34"),
    shape("Biscuit", "everything but the proof", r"(?:biscuit:)?E[\w+/-]{80,}={0,2}").check("biscuit").special("tail_34"),
    shape("Spring remember-me", "user, end and algorithm", r"[A-Za-z0-9+/]{24,}={0,2}").check("colons").special("colons"),
    shape("PHP, serialised", "structure and short texts", r"[aOsibd]:\d+[:;].*").special("texts"),
    shape("Java, Python and Ruby objects", "the first characters", r"(?<first>rO0AB|gA[JQRSV]|BAh[7bJ])[\w+/=*-]+"),
    shape("NTLM and Kerberos", "the header", r"(?<header>TlRMTVNTUAAD[A-Za-z0-9+/]{4}|YII[A-Za-z0-9+/]{21})[A-Za-z0-9+/=*]+"),
    shape("NTLM, first two messages", "everything", r"(?<open>TlRMTVNTUAA[BC][A-Za-z0-9+/=]+)"),
    shape(
        "UUID",
        "the first two characters and the version",
        r"(?<first>[0-9A-Fa-f]{2})[0-9A-Fa-f*]{6}(?<a>-)[0-9A-Fa-f*]{4}(?<b>-)(?<version>[0-9A-Fa-f])[0-9A-Fa-f*]{3}(?<c>-)[0-9A-Fa-f*]{4}(?<d>-)[0-9A-Fa-f*]{12}",
    ),
];

/// Names that decide, as patterns in any case.
#[derive(Debug, Serialize)]
pub(crate) struct Names {
    /// Blanked whole.
    password: &'static str,
    /// Numbers under these are codes.
    code: &'static str,
    /// Members whose value is a secret, inside what can be read.
    secret: &'static str,
    /// The first four characters stay.
    csrf: &'static str,
    /// Cookies that sign nobody in: they stay.
    harmless: &'static str,
    /// Fields and members that stay where their value is no token.
    plain: &'static str,
    /// Says who somebody is: stays where it can be read.
    identity: &'static str,
    /// Sounds like a session: nothing stays but the first two characters.
    session: &'static str,
    /// Parameters of an authentication scheme that stay.
    parameter: &'static str,
    /// Values that stay under any name.
    value: &'static str,
}

/// Every name.
pub(crate) const NAMES: Names = Names {
    password: r"(?:.*[._-])?(?:password|passwd|pwd|pass|passphrase|passcode|pin|current-password|new-password|client_secret|secret|private_key|api_?key|otp|totp|mfa_code|recovery_code)(?:[._-]?(?:again|confirm|confirmation|\d))?",
    code: r"(?:.*_)?(?:pin|otp|totp|code|cvc|cvv)",
    secret: r"(?:.*_)?(?:password|passwd|secret|private_key|api_?key|client_secret|pin|passphrase)(?:_.*)?|(?:.*_)?token|signature|mac|tag|iv|value",
    csrf: r"xsrf-token|_csrf|csrf[_-]?token.*|_xsrf|csrftoken|csrfmiddlewaretoken|authenticity_token|x-csrf-token|x-xsrf-token|x-csrftoken|__requestverificationtoken|requestverificationtoken|_token|state",
    harmless: r"_ga(?:_.*)?|_gid|_gat.*|__utm[abctvz]|_fb[pc]|fr|_gcl_.*|IDE|test_cookie|_uetsid|_uetvid|_ttp|li_fat_id|MUID|_pin_unauth|_scid|_pk_(?:id|ses)\..*|mp_.*_mixpanel|ajs_.*|amplitude_id.*|AMP_.*|_hj.*|ph_.*_posthog|_clck|_clsk|optimizelyEndUserId|intercom-id-.*|hubspotutk|__hs.*|_dd_s|OptanonConsent|CookieConsent|euconsent-v2|cookieyes-consent|theme|lang|language|locale|i18n.*|NEXT_LOCALE|timezone|tz|currency|color-scheme|consent",
    plain: r"name|given_name|family_name|iss|aud|azp|sub|scope|scopes|scp|grant_type|response_type|response_mode|client_id|redirect_uri|post_logout_redirect_uri|return_to|next|audience|resource|token_type|token_type_hint|expires|expires_in|exp|iat|nbf|code_challenge_method|prompt|login_hint|ui_locales|acr_values|nonce|realm|error|error_description|method|httpversion|mimetype|kty|crv|alg|enc|use|key_ops|kid|x|y|n|e|typ|cty|ver|issuer|label|algorithm|digits|period|counter|x-amz-(?:algorithm|credential|date|expires|signedheaders)|sigalg|samlrequest|sv|se|sp|sr|st|spr|srt|ss|sip|host|path|domain|samesite|same_?site|priority|version|creator|starteddatetime|statustext|format|lang|page|q|protected",
    identity: r"user|username|user_?name|user_?id|uid|email|e-mail|mail|role|roles|is_?admin|admin|account|authenticated|logged_?in|_user_id|sub|login_name",
    session: r"(?:__host-http-|__host-|__secure-|__http-)?(?:sid|sess(?:ion)?(?:_?id)?|session_?token|auth(?:_?(?:session|token))?|login|sso|(?:access|refresh|id|auth|session)[_-]?token|jwt|token|code|key|.*[._-]session(?:_?id)?|.*[._-](?:sid|auth|token))",
    parameter: r"realm|username|userhash|user|algorithm|qop|nc|uri|nonce|charset|keyid|headers|created|expires|id|ts|alg|version|label|credential|signedheaders|client_id|error|error_description|error_uri|scope|max_age|acr_values|resource_metadata|oauth_consumer_key|oauth_nonce|oauth_signature_method|oauth_timestamp|oauth_version",
    value: r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|true|false|yes|no|on|off|null|none|undefined|-?\d{1,5}(?:\.\d{1,3})?|[a-z]{2}(?:[-_][A-Za-z]{2,4})?|dark|light|deleted|expired|chunks-\d{1,2}|\[?(?:redacted|filtered|hidden|masked|removed)\]?|<[a-z_ -]{3,30}>|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|https?|HTTP/\d(?:\.\d)?|Bearer",
};

/// Headers by how their value is read. One that stands nowhere is read word by word.
pub(crate) const HEADERS: &[(&str, &[&str])] = &[
    ("cookie", &["cookie"]),
    ("set_cookie", &["set-cookie"]),
    ("authorization", &["authorization", "proxy-authorization", "authentication-info"]),
    ("address", &["location", "referer", "content-location", "origin"]),
    (
        "shown",
        &[
            "host",
            "user-agent",
            "accept",
            "accept-language",
            "accept-encoding",
            "accept-charset",
            "accept-ranges",
            "cache-control",
            "pragma",
            "connection",
            "keep-alive",
            "upgrade-insecure-requests",
            "content-type",
            "content-length",
            "content-encoding",
            "content-language",
            "content-disposition",
            "transfer-encoding",
            "date",
            "expires",
            "last-modified",
            "if-modified-since",
            "age",
            "server",
            "vary",
            "via",
            "allow",
            "retry-after",
            "x-powered-by",
            "x-frame-options",
            "x-content-type-options",
            "x-xss-protection",
            "referrer-policy",
            "permissions-policy",
            "strict-transport-security",
            "content-security-policy",
            "content-security-policy-report-only",
            "cross-origin-opener-policy",
            "cross-origin-embedder-policy",
            "cross-origin-resource-policy",
            "clear-site-data",
            "www-authenticate",
            "proxy-authenticate",
            "access-control-allow-origin",
            "access-control-allow-credentials",
            "access-control-allow-headers",
            "access-control-allow-methods",
            "access-control-expose-headers",
            "access-control-max-age",
            "access-control-request-headers",
            "access-control-request-method",
            "sec-fetch-site",
            "sec-fetch-mode",
            "sec-fetch-dest",
            "sec-fetch-user",
            "sec-ch-ua",
            "sec-ch-ua-mobile",
            "sec-ch-ua-platform",
            "sec-gpc",
            "dnt",
            "te",
            "trailer",
            "upgrade",
            "priority",
            "timing-allow-origin",
            "alt-svc",
            "x-requested-with",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwarded-for",
            "forwarded",
            "dpop-nonce",
            ":authority",
            ":scheme",
            ":method",
            ":status",
        ],
    ),
];

/// Attributes of a cookie: they stay with their values.
pub(crate) const ATTRIBUTES: &[&str] =
    &["path", "domain", "expires", "max-age", "secure", "httponly", "samesite", "partitioned", "priority", "version", "comment"];

/// Authentication schemes that a line may begin with.
pub(crate) const SCHEMES: &[&str] = &[
    "Bearer",
    "Basic",
    "Digest",
    "DPoP",
    "Negotiate",
    "NTLM",
    "Hawk",
    "HOBA",
    "OAuth",
    "AWS4-HMAC-SHA256",
    "Signature",
    "Token",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "PrivateToken",
    "GNAP",
    "Mutual",
    "vapid",
    "GoogleLogin",
    "SharedKey",
    "ApiKey",
];
