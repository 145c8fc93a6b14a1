//! What can be tried with one click. Nothing in it was ever a secret: what would be one is blanked, as the page would blank it.

use std::time::Duration;

use cloakroom::Timestamp;
use cloakroom_primitives::encode_base64url;
use serde_json::json;

/// A text to try.
pub(crate) struct Sample {
    /// Its name in the address of the page.
    pub(crate) name: &'static str,
    /// Writes it, as somebody would have copied it a few days or minutes before `now`.
    pub(crate) text: fn(now: Timestamp) -> String,
}

const DAY: Duration = Duration::from_hours(24);

/// The samples, in the order in which the page offers them.
pub(crate) const SAMPLES: &[Sample] = &[
    Sample {
        name: "session-cookie",
        text: |_| "Set-Cookie: sid=Zx******************************; Path=/; Secure; HttpOnly; SameSite=None".to_owned(),
    },
    Sample { name: "jwt-cookie", text: jwt_cookie },
    Sample {
        name: "cookie-header",
        text: |_| {
            "Cookie: _ga=GA1.2.1234567890.1790000000; theme=dark; sessionid=ha******************************; csrftoken=kGde****************************; AWSALB=ab**************************************".to_owned()
        },
    },
    Sample { name: "access-token", text: access_token },
    Sample { name: "sign-in", text: |_| SIGN_IN.to_owned() },
    Sample {
        name: "basic",
        text: |_| {
            "GET /reports HTTP/1.1\nHost: intranet.example.com\nAuthorization: Basic YWRhOm************\nAccept: application/json"
                .to_owned()
        },
    },
    Sample {
        name: "reset-link",
        text: |_| {
            "https://app.example.com/reset-password?token=9f**************************************&email=ada@example.com"
                .to_owned()
        },
    },
    Sample { name: "not-a-jwt", text: |_| "session=eyJ1c2VyIjoiYWRtaW4ifQ.awV56A.***************************".to_owned() },
];

const SIGN_IN: &str = "\
*   Trying 192.0.2.10:443...
* Connected to app.example.com (192.0.2.10) port 443 (#0)
* TLSv1.3 (OUT), TLS handshake, Client hello (1):
> POST /login HTTP/1.1
> Host: app.example.com
> User-Agent: curl/7.88.1
> Accept: */*
> Content-Type: application/x-www-form-urlencoded
>
< HTTP/1.1 303 See Other
< Location: /account
< Cache-Control: no-store
< Set-Cookie: __Host-sid=k3******************************; Path=/; Secure; HttpOnly; SameSite=Lax
< Set-Cookie: lang=en; Path=/; Max-Age=31536000
<
";

fn jwt(header: &serde_json::Value, claims: &serde_json::Value, signature: usize) -> String {
    let part = |value: &serde_json::Value| encode_base64url(value.to_string().as_bytes());
    format!("{}.{}.{}", part(header), part(claims), "*".repeat(signature))
}

fn jwt_cookie(now: Timestamp) -> String {
    let issued = now.minus(DAY * 5);
    let claims = json!({
        "sub": "1042", "name": "Ada Lovelace", "email": "ada@example.org", "role": "admin",
        "iat": issued.as_seconds(), "exp": issued.plus(DAY * 7).as_seconds(),
    });
    let token = jwt(&json!({ "alg": "HS256", "typ": "JWT" }), &claims, 43);
    format!("Set-Cookie: token={token}; Domain=shop.example; Path=/; Max-Age=2592000; Secure; SameSite=None")
}

fn access_token(now: Timestamp) -> String {
    let issued = now.minus(Duration::from_mins(2));
    let claims = json!({
        "iss": "https://id.example.com", "sub": "u_7f3a", "aud": "https://api.example.com", "client_id": "shop",
        "iat": issued.as_seconds(), "exp": issued.plus(Duration::from_mins(5)).as_seconds(), "jti": "c9d8e8", "scope": "orders:read",
    });
    let token = jwt(&json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "2026-11" }), &claims, 86);
    format!("GET /orders HTTP/1.1\nHost: api.example.com\nAuthorization: Bearer {token}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::en;

    #[test]
    fn each_sample_has_a_text_on_the_page_and_no_secret() {
        let offered: Vec<_> = en::EN.explain.samples.iter().map(|sample| sample.name).collect();
        let known: Vec<_> = SAMPLES.iter().map(|sample| sample.name).collect();
        assert_eq!(offered, known);
        for sample in SAMPLES {
            let text = (sample.text)(Timestamp::from_seconds(1_795_521_600));
            assert!(text.len() > 40, "{}", sample.name);
        }
    }
}
