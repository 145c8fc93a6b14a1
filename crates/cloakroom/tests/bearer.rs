//! Several credentials at once, and what a JWT must say.

use std::time::Duration;

use cloakroom::jwt::{Algorithm, KeyRing, KeyState, RingEntry, RingKey, SigningKey, sign};
use cloakroom::session::{Cell, Lifetimes, SessionId, SessionToken};
use cloakroom::{Auth, OsRandom, SeededRandom};
use cloakroom_primitives::encode_base64url;
use serde_json::json;

use crate::house::{
    API, Held, House, JWT_COOKIE, MILLISECOND, ORIGIN, Order, REFRESH_COOKIE, SESSION_COOKIE, START, claims_of, forged,
    header_of, signing_key, with_built_in,
};

#[tokio::test]
async fn a_bearer_credential_is_the_word_in_any_case_one_space_and_the_token() {
    let house = House::open();
    for cell in [Cell::Token, Cell::Jwt] {
        let held = house.sign_in(cell).await;
        let token = held.bearer().unwrap();
        for (value, status) in [
            (format!("Bearer {token}"), 200),
            (format!("bearer {token}"), 200),
            (format!("BEARER {token}"), 200),
            (format!("Bearer  {token}"), 401),
            (format!("Bearer\t{token}"), 401),
            (format!("Bearer {token} more"), 401),
            (format!("Bearer {token},"), 401),
            (format!("Bearer \"{token}\""), 401),
            (format!("Bearer{token}"), 401),
            ("Bearer".to_owned(), 401),
        ] {
            let answer = house.get("/me").header("authorization", &value).send().await;
            assert_eq!(answer.status, status, "{cell:?} {}", value.replace(token, "…"));
        }
    }
}

#[tokio::test]
async fn another_authorization_scheme_is_absent_and_the_cookie_decides() {
    let house = House::open();
    let held = house.sign_in(Cell::Cookie).await;
    for value in ["Basic YTpi", "Digest x", "BearerX y", "Token crs_x"] {
        assert_eq!(house.get("/me").with(&held).header("authorization", value).send().await.status, 200, "{value}");
        assert_eq!(house.get("/maybe").header("authorization", value).send().await.json()["user"], json!(null), "{value}");
    }
}

#[tokio::test]
async fn a_bearer_credential_decides_alone() {
    let house = House::open();
    let cookie = house.sign_in(Cell::Cookie).await;
    let token = house.sign_in_as(Order::of(Cell::Token).user("grace")).await;
    assert_eq!(house.get("/me").with(&cookie).with(&token).send().await.json()["user"], "grace");
    for path in ["/me", "/maybe"] {
        let answer = house.get(path).with(&cookie).bearer("junk").send().await;
        assert_eq!(answer.outcome(), (401, "not_signed_in".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn two_authorization_headers_cannot_be_read() {
    let house = House::open();
    let (cookie, token) = (house.sign_in(Cell::Cookie).await, house.sign_in(Cell::Token).await);
    for other in ["Basic YTpi", &format!("Bearer {}", token.bearer().unwrap())] {
        for path in ["/me", "/maybe"] {
            let ask = house.get(path).with(&cookie).with(&token).header("authorization", other);
            assert_eq!(ask.send().await.outcome(), (400, "malformed_request".to_owned()), "{path} {}", &other[..6]);
        }
    }
}

#[tokio::test]
async fn the_session_cookie_comes_before_the_jwt_cookie() {
    let house = House::open();
    let session = house.sign_in_as(Order::of(Cell::Cookie).user("grace")).await;
    let jwt = house.sign_in(Cell::JwtCookie).await;
    let both = jwt.clone().beside(&session);
    assert_eq!(house.get("/me").with(&both).send().await.json()["user"], "grace");
    let dead = jwt.beside(&Held { cookies: vec![(SESSION_COOKIE.into(), "junk".into())], ..Held::default() });
    assert_eq!(house.get("/me").with(&dead).send().await.status, 401, "a dead session cookie is not absent");
}

#[tokio::test]
async fn a_cookie_that_comes_twice_is_rejected_and_recorded() {
    let house = House::open();
    for (cell, name) in [(Cell::Cookie, SESSION_COOKIE), (Cell::JwtCookie, JWT_COOKIE)] {
        let held = house.sign_in(cell).await;
        let value = held.cookie(name);
        for second in [value, "planted"] {
            house.events();
            let answer = house.get("/me").cookie(name, value).cookie(name, second).send().await;
            assert_eq!(answer.outcome(), (401, "not_signed_in".to_owned()), "{name}");
            assert_eq!(house.event_names(), ["duplicate_cookie"]);
            let split = house.get("/maybe").header("cookie", &format!("{name}={second}")).cookie(name, value).send().await;
            assert_eq!((split.status, &split.json()["user"]), (200, &json!(null)), "{name}");
        }
    }
}

#[tokio::test]
async fn a_session_token_counts_in_the_carrier_of_its_cell_alone() {
    let house = House::open();
    let (cookie, token) = (house.sign_in(Cell::Cookie).await, house.sign_in(Cell::Token).await);
    let (in_cookie, in_header) = (cookie.cookie(SESSION_COOKIE), token.bearer().unwrap());
    let wrong_secret = wrong_secret_of(token.id());
    let as_header = house.get("/me").bearer(in_cookie).send().await;
    assert_eq!(as_header.status, 401);
    assert_eq!(as_header.seen_from_outside(), house.get("/me").bearer(&wrong_secret).send().await.seen_from_outside());
    let as_cookie = house.get("/me").cookie(SESSION_COOKIE, in_header).send().await;
    let wrong = house.get("/me").cookie(SESSION_COOKIE, &wrong_secret_of(cookie.id())).send().await;
    assert_eq!(as_cookie.seen_from_outside(), wrong.seen_from_outside());
    assert!(house.takes(&cookie).await && house.takes(&token).await);
}

fn wrong_secret_of(session: SessionId) -> String {
    SessionToken::generate(&OsRandom, session).to_text().expose().clone()
}

#[tokio::test]
async fn a_jwt_names_no_cell_and_its_carrier_decides() {
    let house = House::open();
    let (header, cookie) = (house.sign_in(Cell::Jwt).await, house.sign_in(Cell::JwtCookie).await);
    let answer = house.get("/me").cookie(JWT_COOKIE, header.jwt()).send().await;
    assert_eq!(answer.json()["cell"], "jwt_cookie");
    assert_eq!(house.get("/me").bearer(cookie.jwt()).send().await.json()["cell"], "jwt");
}

#[tokio::test]
async fn a_dead_cookie_is_nobody_and_a_bad_header_is_refused_everywhere() {
    let house = House::open();
    let (cookie, token) = (house.sign_in(Cell::Cookie).await, house.sign_in(Cell::Token).await);
    let (jwt_cookie, jwt) = (house.sign_in(Cell::JwtCookie).await, house.sign_in(Cell::Jwt).await);
    for held in [&cookie, &token, &jwt_cookie, &jwt] {
        house.delete("/api/v1/session").with(held).ours().send().await;
    }
    for (held, optional) in [(&cookie, 200), (&jwt_cookie, 200), (&token, 401), (&jwt, 401)] {
        assert_eq!(house.get("/me").with(held).send().await.outcome(), (401, "not_signed_in".to_owned()));
        let answer = house.get("/maybe").with(held).send().await;
        assert_eq!(answer.status, optional);
        assert!(answer.set_cookies().is_empty(), "a dead cookie does no harm and is not cleared");
    }
}

#[tokio::test]
async fn an_expired_jwt_is_nobody_in_a_cookie_and_refused_in_a_header_where_a_caller_is_optional() {
    let house = House::open();
    let (cookie, header) = (house.sign_in(Cell::JwtCookie).await, house.sign_in(Cell::Jwt).await);
    house.later(Duration::from_mins(5));
    for (held, status) in [(&cookie, 200), (&header, 401)] {
        assert_eq!(house.get("/me").with(held).send().await.outcome(), (401, "token_expired".to_owned()));
        assert_eq!(house.get("/maybe").with(held).send().await.status, status);
    }
    assert_eq!(house.get("/me").with(&header).send().await.json()["next"], "refresh");
}

#[tokio::test]
async fn every_401_has_a_challenge_and_names_an_invalid_token_only_where_one_was_presented() {
    let house = House::open();
    for (ask, challenge) in [
        (house.get("/me"), "Bearer"),
        (house.get("/me").cookie(SESSION_COOKIE, "junk"), "Bearer"),
        (house.get("/me").header("authorization", "Basic x"), "Bearer"),
        (house.get("/me").bearer("junk"), "Bearer error=\"invalid_token\""),
        (house.get("/me").bearer(&wrong_secret_of(SessionId::from_bytes([1; 16]))), "Bearer error=\"invalid_token\""),
    ] {
        let answer = ask.send().await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some(challenge)));
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(answer.json()["type"], "https://app.example/problems#not_signed_in");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn all_refusals_of_a_session_token_look_the_same() {
    let house = House::open();
    let held = house.sign_in(Cell::Token).await;
    let token = held.bearer().unwrap();
    let ended = house.sign_in(Cell::Token).await;
    house.delete("/api/v1/session").with(&ended).send().await;
    let mut flipped = token.to_owned();
    flipped.replace_range(20..21, if &token[20..21] == "A" { "B" } else { "A" });
    let expected = house.get("/me").bearer("junk").send().await.seen_from_outside();
    for bad in [
        flipped,
        token[..73].to_owned(),
        format!("{token}A"),
        format!("{token}{token}"),
        token.replacen("crs_", "CRS_", 1),
        token.replacen("crs_", "crr_", 1),
        token[4..].to_owned(),
        wrong_secret_of(held.id()),
        wrong_secret_of(SessionId::from_bytes([7; 16])),
        ended.bearer().unwrap().to_owned(),
    ] {
        assert_eq!(house.get("/me").bearer(&bad).send().await.seen_from_outside(), expected, "{bad}");
    }
    assert!(house.takes(&held).await);
}

#[tokio::test]
async fn a_forged_jwt_is_refused_in_both_carriers_and_all_refusals_look_the_same() {
    let house = House::open();
    let held = house.sign_in(Cell::Jwt).await;
    let good = held.jwt();
    let [header, payload, signature]: [&str; 3] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let changed = |changes: &[(&str, serde_json::Value)]| forged(good, changes, "at+jwt", &house.key);
    let encoded = |json: &str| encode_base64url(json.as_bytes());
    let other_case = sign(&claims_of(good), "at+jwt", &house.key.named(Algorithm::Ed25519).unwrap()).unwrap();
    let in_header = house.get("/me").bearer("junk").send().await.seen_from_outside();
    let in_cookie = house.get("/me").cookie(JWT_COOKIE, "junk").send().await.seen_from_outside();
    for (what, token) in [
        ("signed by a stranger", forged(good, &[], "at+jwt", &signing_key(9))),
        ("another user in the payload", format!("{header}.{}.{signature}", encoded(r#"{"sub":"grace"}"#))),
        ("another audience", changed(&[("aud", json!(API))])),
        ("an audience that begins as ours", changed(&[("aud", json!("https://app.example.evil"))])),
        ("no audience", changed(&[("aud", json!(null))])),
        ("another issuer", changed(&[("iss", json!("https://evil.example"))])),
        ("an issuer with a slash", changed(&[("iss", json!("https://app.example/"))])),
        ("another type", forged(good, &[], "JWT", &house.key)),
        ("a type that is almost ours", forged(good, &[], "at+jwt2", &house.key)),
        ("no session", changed(&[("sid", json!(null))])),
        ("no expiry", changed(&[("exp", json!(null))])),
        ("an expiry that is text", changed(&[("exp", json!("2000000000"))])),
        ("an expiry with a fraction", changed(&[("exp", json!(2_000_000_000.5))])),
        ("another name for the algorithm", other_case),
        ("no algorithm", format!("{}.{payload}.", encoded(r#"{"alg":"none","typ":"at+jwt"}"#))),
        ("no kid", format!("{}.{payload}.{signature}", encoded(r#"{"alg":"EdDSA","typ":"at+jwt"}"#))),
        ("two parts", format!("{header}.{payload}")),
        ("four parts", format!("{good}.{signature}")),
        ("padding", format!("{good}=")),
        ("cut short", good[..good.len() - 1].to_owned()),
        ("longer than anything of ours", format!("{good}{}", "A".repeat(9_000))),
    ] {
        assert_eq!(house.get("/me").bearer(&token).send().await.seen_from_outside(), in_header, "{what}");
        assert_eq!(house.get("/me").cookie(JWT_COOKIE, &token).send().await.seen_from_outside(), in_cookie, "{what}");
    }
    assert!(house.takes(&held).await);
}

#[tokio::test]
async fn what_a_jwt_need_not_say_is_no_reason_to_refuse_it() {
    let house = House::open();
    let held = house.sign_in(Cell::Jwt).await;
    for (what, token) in [
        ("issued a second ahead", forged(held.jwt(), &[("iat", json!(START.as_seconds() + 1))], "at+jwt", &house.key)),
        ("the long form of the type", forged(held.jwt(), &[], "application/AT+JWT", &house.key)),
        ("several audiences", forged(held.jwt(), &[("aud", json!([API, ORIGIN]))], "at+jwt", &house.key)),
    ] {
        assert_eq!(house.get("/me").bearer(&token).send().await.status, 200, "{what}");
    }
}

#[tokio::test]
async fn an_access_token_says_what_rfc_9068_asks_and_no_more() {
    let house = House::open();
    let held = house.sign_in(Cell::Jwt).await;
    assert_eq!(header_of(held.jwt()), json!({ "alg": "EdDSA", "kid": house.key.kid(), "typ": "at+jwt" }));
    let claims = claims_of(held.jwt());
    let jti = claims["jti"].as_str().unwrap();
    assert_eq!(jti.len(), 22);
    let seconds = START.as_seconds();
    assert_eq!(
        claims,
        json!({
            "iss": "https://app.example", "sub": "ada", "aud": "https://app.example", "sid": held.id(), "jti": jti,
            "client_id": "cloakroom", "auth_time": seconds, "iat": seconds, "exp": seconds + 300, "amr": ["pwd"],
        })
    );
    let scoped = house.sign_in_as(Order::of(Cell::Jwt).client("shop").scopes("orders:write orders:read")).await;
    let claims = claims_of(scoped.jwt());
    assert_eq!((&claims["aud"], &claims["scope"]), (&json!(API), &json!("orders:read orders:write")));
    let in_cookie = house.sign_in_as(Order::of(Cell::JwtCookie).client("shop")).await;
    assert_eq!(claims_of(in_cookie.jwt())["aud"], ORIGIN, "in a cookie always the origin");
}

#[tokio::test]
async fn a_jwt_is_good_until_its_expiry_and_not_a_millisecond_longer() {
    let house = House::open();
    for (cell, name) in [(Cell::Jwt, None), (Cell::JwtCookie, Some(JWT_COOKIE))] {
        let held = house.sign_in(cell).await;
        let exp = claims_of(held.jwt())["exp"].as_u64().unwrap() * 1_000;
        house.later(Duration::from_millis(exp - house.now().as_millis() - 1));
        assert!(house.takes(&held).await, "{cell:?}");
        house.later(MILLISECOND);
        let answer = house.get("/me").with(&held).send().await;
        assert_eq!(answer.outcome(), (401, "token_expired".to_owned()), "{cell:?}");
        let stranger = forged(held.jwt(), &[], "at+jwt", &signing_key(9));
        let ask = match name {
            Some(name) => house.get("/me").cookie(name, &stranger),
            None => house.get("/me").bearer(&stranger),
        };
        assert_eq!(ask.send().await.outcome(), (401, "not_signed_in".to_owned()), "only the genuine one is told that it expired");
    }
}

#[tokio::test]
async fn no_jwt_outlives_the_absolute_deadline() {
    let lifetimes = Lifetimes { idle: Duration::from_mins(10), absolute: Duration::from_mins(7) };
    let house = with_built_in(|client| client.sessions.header = lifetimes);
    let held = house.sign_in(Cell::Jwt).await;
    house.later(Duration::from_mins(4));
    let pair = house.refresh(&held).await;
    let exp = claims_of(&pair.text("access_token").unwrap())["exp"].as_u64().unwrap();
    assert_eq!(exp, START.plus(Duration::from_mins(7)).as_seconds());
}

#[tokio::test]
async fn an_application_without_sessions_takes_a_jwt_without_a_session() {
    let house = House::open();
    let alone = Auth::builder(ORIGIN.parse().unwrap()).signing_key(house.key.clone()).build().unwrap();
    let sign_in = cloakroom::SignIn::new(crate::house::ada(), cloakroom::session::AuthMethod::Password);
    let signed_in = alone.sign_in(sign_in, cloakroom::RequestContext::at(START, None)).await.unwrap();
    assert!(signed_in.session.is_none() && signed_in.cookies.is_empty());
    let cloakroom::Delivery::Jwt { access, refresh: None } = signed_in.delivery else { panic!("another delivery") };
    assert!(access.claims.sid.is_none());
    let refused = house.get("/me").bearer(access.token.expose()).send().await;
    assert_eq!(refused.outcome(), (401, "not_signed_in".to_owned()), "where there are sessions it is refused");
}

#[tokio::test]
async fn a_key_that_was_removed_only_reads_whose_an_expired_cookie_was() {
    let house = House::open();
    let (header, cookie) = (house.sign_in(Cell::Jwt).await, house.sign_in(Cell::JwtCookie).await);
    let next = SigningKey::generate(Algorithm::EdDsa, &SeededRandom::new(50)).unwrap();
    let entry = |key: &SigningKey, state| RingEntry { key: RingKey::Signing(key.clone()), state };
    let ring = KeyRing::new([entry(&next, KeyState::Current), entry(&house.key, KeyState::Removed)]).unwrap();
    house.auth.key_ring().unwrap().store(ring);
    assert_eq!(house.get("/me").with(&header).send().await.outcome(), (401, "not_signed_in".to_owned()));
    assert_eq!(house.get("/me").with(&cookie).send().await.outcome(), (401, "token_expired".to_owned()));
    assert_eq!(house.refresh(&cookie).await.status, 200);

    house.auth.key_ring().unwrap().store(KeyRing::of(next));
    let distrusted = house.post("/api/v1/session/refresh").with(&cookie).cookie(REFRESH_COOKIE, "x").ours().send().await;
    assert_eq!(distrusted.outcome(), (401, "not_signed_in".to_owned()), "a distrusted key does not serve");
}
