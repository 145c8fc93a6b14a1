//! Ending sessions: what dies, when, and what a sign-out answers. And reach, which says so beforehand.

use std::sync::Arc;
use std::time::Duration;

use cloakroom::session::{AuthMethod, Cell, EndCause, MemoryStore, Proof};
use cloakroom::{
    AfterEnd, Auth, Clock as _, CredentialKind, Delivery, FixedClock, LiveCredential, Reach, RequestContext, SecurityEvent,
    SignIn, reach_of_ended, reach_of_live,
};
use http::Method;

use crate::house::{
    API, Ask, Held, House, JWT_COOKIE, ORIGIN, Order, REFRESH_COOKIE, SESSION_COOKIE, START, ada, forged, over_each_store, shop,
    signing_key,
};

const SESSION: &str = "/api/v1/session";
const CLEARED_SESSION: &str = "__Host-Http-cloakroom=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax";
const CLEARED_JWT: [&str; 2] = [
    "__Host-Http-cloakroom-jwt=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax",
    "__Secure-cloakroom-refresh=; Path=/api/v1/session; Max-Age=0; Secure; HttpOnly; SameSite=Lax",
];

#[tokio::test]
async fn a_sign_out_ends_everything_under_the_session_at_once() {
    for (kind, house) in over_each_store() {
        for cell in Cell::ALL {
            let (held, other) = (house.sign_in(cell).await, house.sign_in(cell).await);
            let mut tokens: Vec<String> = Vec::new();
            if cell.proof() == Proof::Session {
                let exchanged = house.post("/api/v1/session/tokens").with(&held).ours().send().await;
                tokens.push(exchanged.text("access_token").unwrap());
            } else {
                let refreshed = Held::from(&house.refresh(&held).await);
                tokens.extend([held.jwt().to_owned(), refreshed.jwt().to_owned()]);
            }
            for token in &tokens {
                assert_eq!(house.get("/me").bearer(token).send().await.status, 200);
            }
            house.events();
            let answer = house.delete(SESSION).with(&held).ours().send().await;
            assert_eq!((answer.status, &*answer.body), (204, ""), "{kind} {cell:?}");
            let ended = SecurityEvent::SessionEnded { session: held.id(), user: ada(), cause: EndCause::SignedOut };
            assert_eq!(house.events(), [ended], "{kind} {cell:?}");

            assert!(!house.takes(&held).await, "{kind} {cell:?}");
            assert_eq!(house.refresh(&held).await.status, 401, "{kind} {cell:?}");
            for token in &tokens {
                let answer = house.get("/me").bearer(token).send().await;
                assert_eq!(answer.outcome(), (401, "not_signed_in".to_owned()), "{kind} {cell:?}");
                assert_eq!(house.get("/me").cookie(JWT_COOKIE, token).send().await.status, 401);
            }
            assert!(house.takes(&other).await, "{kind} {cell:?}: that session only");
        }
    }
}

#[tokio::test]
async fn a_sign_out_clears_cookies_exactly_when_it_was_asked_by_cookie() {
    let house = House::open();
    for (cell, cleared) in
        [(Cell::Cookie, &[CLEARED_SESSION] as &[_]), (Cell::JwtCookie, &CLEARED_JWT), (Cell::Token, &[]), (Cell::Jwt, &[])]
    {
        let held = house.sign_in(cell).await;
        for round in ["alive", "dead"] {
            let answer = house.delete(SESSION).with(&held).ours().send().await;
            assert_eq!((answer.status, answer.set_cookies()), (204, cleared.to_vec()), "{cell:?} {round}");
            assert_eq!(answer.header("clear-site-data"), None);
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
    let both = house.sign_in(Cell::Token).await;
    let cookie = house.sign_in(Cell::Cookie).await;
    let answer = house.delete(SESSION).with(&both).with(&cookie).send().await;
    assert!(answer.set_cookies().is_empty(), "asked by header, cookies are left alone");
    assert!(house.takes(&cookie).await && !house.takes(&both).await);
}

#[tokio::test]
async fn a_sign_out_with_a_well_formed_credential_that_is_not_good_ends_nothing() {
    let house = House::open();
    let (cookie, token, jwt) =
        (house.sign_in(Cell::Cookie).await, house.sign_in(Cell::Token).await, house.sign_in(Cell::Jwt).await);
    let stranger = forged(jwt.jwt(), &[], "at+jwt", &signing_key(9));
    house.events();
    for ask in [
        house.delete(SESSION).bearer(cookie.cookie(SESSION_COOKIE)),
        house.delete(SESSION).cookie(SESSION_COOKIE, token.bearer().unwrap()).ours(),
        house.delete(SESSION).bearer(&stranger),
        house.delete(SESSION).cookie(JWT_COOKIE, &stranger).ours(),
    ] {
        assert_eq!(ask.send().await.status, 204);
    }
    assert!(house.events().is_empty());
    for held in [cookie, token, jwt] {
        assert!(house.takes(&held).await);
    }
}

#[tokio::test]
async fn a_sign_out_with_nothing_or_with_junk_is_401() {
    let house = House::open();
    for ask in [house.delete(SESSION), house.delete(SESSION).ours(), house.delete(SESSION).bearer("junk")] {
        assert_eq!(ask.send().await.outcome(), (401, "not_signed_in".to_owned()));
    }
    let held = house.sign_in(Cell::Token).await;
    let twice = house.delete(SESSION).with(&held).with(&held);
    assert_eq!(twice.send().await.outcome(), (400, "malformed_request".to_owned()));
    assert!(house.takes(&held).await);
}

#[tokio::test]
async fn a_credential_without_a_session_is_not_said_to_have_ended() {
    let alone = Auth::builder(ORIGIN.parse().unwrap()).signing_key(signing_key(1)).build().unwrap();
    let sign_in = SignIn::new(ada(), AuthMethod::Password);
    let signed_in = alone.sign_in(sign_in, RequestContext::at(alone.now(), None)).await.unwrap();
    let Delivery::Jwt { access, .. } = signed_in.delivery else { panic!("another delivery") };
    let router = alone.routes().layer(alone.layer());
    let ask = Ask::new(&router, "app.example", Method::DELETE, SESSION).bearer(access.token.expose());
    assert_eq!(ask.send().await.outcome(), (401, "not_signed_in".to_owned()));
}

#[tokio::test]
async fn an_expired_jwt_with_a_good_signature_ends_its_session_and_no_other() {
    let house = House::open();
    for cell in [Cell::Jwt, Cell::JwtCookie] {
        let (held, other) = (house.sign_in(cell).await, house.sign_in(cell).await);
        house.later(Duration::from_mins(10));
        let shown = held.clone().without(REFRESH_COOKIE);
        assert_eq!(house.delete(SESSION).with(&shown).ours().send().await.status, 204, "{cell:?}");
        assert!(house.row(held.id()).await.is_none() && house.row(other.id()).await.is_some(), "{cell:?}");
        assert_eq!(house.refresh(&held).await.status, 401);
    }
}

#[tokio::test]
async fn a_refresh_cookie_alone_ends_its_session() {
    let house = House::open();
    let (held, header) = (house.sign_in(Cell::JwtCookie).await, house.sign_in(Cell::Jwt).await);
    let answer = house.delete(SESSION).with(&held.clone().without(JWT_COOKIE)).ours().send().await;
    assert_eq!((answer.status, answer.set_cookies()), (204, CLEARED_JWT.to_vec()));
    assert!(!house.takes(&held).await);
    let foreign = house.delete(SESSION).cookie(REFRESH_COOKIE, header.refresh_token.as_deref().unwrap()).ours();
    foreign.send().await;
    assert!(house.takes(&header).await, "a refresh token of another cell ends nothing");
}

#[tokio::test]
async fn who_signs_out_of_a_browser_means_both_cookie_cells() {
    let house = House::open();
    let (session, jwt) = (house.sign_in(Cell::Cookie).await, house.sign_in(Cell::JwtCookie).await);
    let answer = house.delete(SESSION).with(&session.clone().beside(&jwt)).ours().send().await;
    assert_eq!(answer.set_cookies(), [CLEARED_SESSION, CLEARED_JWT[0], CLEARED_JWT[1]]);
    assert!(!house.takes(&session).await && !house.takes(&jwt).await);
    assert!(house.row(session.id()).await.is_none() && house.row(jwt.id()).await.is_none());
}

#[tokio::test]
async fn a_sign_out_that_does_not_prove_where_it_comes_from_ends_nothing() {
    let house = House::open();
    for cell in [Cell::Cookie, Cell::JwtCookie] {
        let held = house.sign_in(cell).await;
        for headers in [&[] as &[_], &[("sec-fetch-site", "same-site")], &[("origin", "https://evil.example")]] {
            let answer = house.delete(SESSION).with(&held).headers(headers).send().await;
            assert_eq!(answer.outcome(), (403, "cross_origin".to_owned()), "{cell:?} {headers:?}");
            assert!(answer.set_cookies().is_empty());
        }
        assert!(house.takes(&held).await);
    }
}

#[tokio::test]
async fn all_sessions_of_a_user_end_in_one_step_but_for_the_one_to_keep() {
    for (kind, house) in over_each_store() {
        let mut all = Vec::new();
        for cell in Cell::ALL {
            all.push(house.sign_in(cell).await);
        }
        let grace = house.sign_in_as(Order::of(Cell::Jwt).user("grace")).await;
        let keep = all.pop().unwrap();
        house.events();
        let ended = house.auth.end_all_sessions(&ada(), Some(keep.id()), EndCause::EndedElsewhere).await.unwrap();
        assert_eq!(ended.len(), 3, "{kind}");
        assert_eq!(house.event_names(), ["session_ended"; 3], "{kind}");
        for held in &all {
            assert!(!house.takes(held).await, "{kind}");
        }
        assert!(house.takes(&keep).await && house.takes(&grace).await, "{kind}");
        house.auth.end_all_sessions(&ada(), None, EndCause::AccountDisabled).await.unwrap();
        assert!(!house.takes(&keep).await && house.takes(&grace).await, "{kind}");
    }
}

#[tokio::test]
async fn what_ended_before_the_start_is_known_before_the_first_jwt_counts() {
    let (store, clock) = (Arc::new(MemoryStore::new()), FixedClock::at(START));
    let house = || House::built_at(ORIGIN, store.clone(), clock.clone(), |builder| builder);
    let before = house();
    let (ended, live) = (before.sign_in(Cell::Jwt).await, before.sign_in(Cell::Jwt).await);
    before.delete(SESSION).with(&ended).send().await;
    let restarted = house();
    assert!(!restarted.takes(&ended).await && restarted.takes(&live).await);
}

#[tokio::test]
async fn an_end_is_remembered_for_as_long_as_a_jwt_of_it_could_be_good() {
    let house = House::open();
    let held = house.sign_in(Cell::Jwt).await;
    house.delete(SESSION).with(&held).send().await;
    let store = house.auth.store().unwrap();
    let ended = store.find_ended(held.id()).await.unwrap().unwrap();
    // The lifetime, the leeway of a remote verifier, and how far two clocks may be apart.
    assert_eq!(ended.ending.matters_until, house.now().plus(Duration::from_secs(300 + 5 + 5)));
    house.later(Duration::from_secs(309));
    house.auth.prune_revocations(house.now());
    assert_eq!(store.prune(house.now()).await.unwrap(), 0);
    assert_eq!(house.get("/me").with(&held).send().await.outcome(), (401, "not_signed_in".to_owned()));
    house.later(Duration::from_secs(1));
    house.auth.prune_revocations(house.now());
    assert_eq!(store.prune(house.now()).await.unwrap(), 1);
    assert_eq!(house.get("/me").with(&held).send().await.outcome(), (401, "token_expired".to_owned()));
}

fn rows(credentials: &[LiveCredential], house: &House) -> Vec<(CredentialKind, AfterEnd, u64)> {
    credentials.iter().map(|one| (one.kind, one.after_end, one.dies_at.since(house.now()).as_secs())).collect()
}

#[tokio::test]
async fn reach_lists_what_is_stored_and_one_row_for_each_audience() {
    let house = House::open();
    let (client, origin) = (shop(), house.auth.origin().clone());
    let (hour, day): (u64, u64) = (3_600, 86_400);
    let elsewhere = AfterEnd::Feed(Duration::from_secs(310));
    let tokens = [(CredentialKind::AccessToken, elsewhere, 310), (CredentialKind::AccessToken, AfterEnd::NextRequest, 300)];
    for (cell, stored) in [
        (Cell::Cookie, (CredentialKind::SessionToken, AfterEnd::NextRequest, hour)),
        (Cell::Token, (CredentialKind::SessionToken, AfterEnd::NextRequest, 7 * day)),
        (Cell::Jwt, (CredentialKind::RefreshToken, AfterEnd::AtOnce, 7 * day)),
        (Cell::JwtCookie, (CredentialKind::RefreshToken, AfterEnd::AtOnce, hour)),
    ] {
        let held = house.sign_in_as(Order::of(cell).client("shop")).await;
        let session = house.row(held.id()).await.unwrap();
        let families = house.auth.store().unwrap().list_families(held.id()).await.unwrap();
        let Reach::Live { credentials, .. } = reach_of_live(&session, &families, &client, &origin, house.now()) else {
            panic!("it is alive")
        };
        // The JWT of a cookie is for this server alone.
        let (tokens, names) =
            if cell == Cell::JwtCookie { (&tokens[1..], &[ORIGIN][..]) } else { (&tokens[..], &[API, ORIGIN][..]) };
        assert_eq!(rows(&credentials, &house), [&[stored] as &[_], tokens].concat(), "{cell:?}");
        assert_eq!(credentials[0].carrier, Some(cell.carrier()));
        assert!(credentials[0].stored && !credentials[1].stored);
        let audiences: Vec<_> = credentials[1..].iter().map(|one| one.audience.as_deref().unwrap()).collect();
        assert_eq!(audiences, names);
    }
}

#[tokio::test]
async fn reach_ends_with_the_absolute_deadline() {
    let house = House::open();
    let held = house.sign_in_as(Order::of(Cell::Jwt).client("shop")).await;
    let session = house.row(held.id()).await.unwrap();
    let late = session.absolute_ends_at.minus(Duration::from_secs(100));
    let Reach::Live { credentials, .. } = reach_of_live(&session, &[], &shop(), house.auth.origin(), late) else {
        panic!("it is listed as alive")
    };
    let dies: Vec<_> = credentials.iter().map(|one| one.dies_at.since(late).as_secs()).collect();
    assert_eq!(dies, [110, 100]);
}

#[tokio::test]
async fn reach_of_an_ended_session_says_what_others_still_take() {
    let house = House::open();
    let held = house.sign_in_as(Order::of(Cell::Token).client("shop")).await;
    house.delete(SESSION).with(&held).send().await;
    let ended = house.auth.store().unwrap().find_ended(held.id()).await.unwrap().unwrap();
    house.later(Duration::from_mins(1));
    let Reach::Ended { session, at, cause, credentials } =
        reach_of_ended(&ended, &shop(), house.auth.origin(), house.clock.now())
    else {
        panic!("it has ended")
    };
    assert_eq!((session, at, cause), (held.id(), START, EndCause::SignedOut));
    let elsewhere = credentials.iter().find(|one| one.audience.as_deref() == Some(API)).unwrap();
    assert_eq!((elsewhere.kind, elsewhere.after_end.lasts()), (CredentialKind::AccessToken, Duration::from_secs(250)));
    house.later(Duration::from_secs(250));
    let Reach::Ended { credentials, .. } = reach_of_ended(&ended, &shop(), house.auth.origin(), house.now()) else {
        panic!("it has ended")
    };
    assert!(credentials.is_empty());
}
