//! What holders and operators are told about a credential that they only ask about, and that nobody else is told anything.

use cloakroom::session::{Cell, EndCause, UserId};
use cloakroom::{AskedBy, Check, CredentialKind, SecurityEvent};

use crate::house::{Held, House, MILLISECOND, SESSION_COOKIE, ada};

/// The text of the credential that a sign-in handed out.
fn credential(held: &Held, cell: Cell) -> String {
    match cell {
        Cell::Cookie => held.cookie(SESSION_COOKIE).to_owned(),
        Cell::Token => held.bearer().unwrap().to_owned(),
        Cell::Jwt | Cell::JwtCookie => held.jwt().to_owned(),
    }
}

async fn check(house: &House, text: &str, by: AskedBy<'_>) -> Option<Check> {
    house.auth.appraise(text, by, house.now()).await.unwrap().map(|told| told.check)
}

#[tokio::test]
async fn a_holder_is_told_what_a_request_would_be_told() {
    let house = House::open();
    let user = ada();
    let holder = AskedBy::Holder(&user);
    for cell in Cell::ALL {
        let held = house.sign_in(cell).await;
        let text = credential(&held, cell);
        assert_eq!(check(&house, &text, holder).await, Some(Check::Live), "{cell:?}");
        house.auth.end_session(held.id(), EndCause::SignedOut).await.unwrap();
        let told = house.auth.appraise(&text, holder, house.now()).await.unwrap().unwrap();
        assert_eq!((told.check, told.since, told.cause), (Check::SessionEnded, Some(house.now()), Some(EndCause::SignedOut)));
    }
}

#[tokio::test]
async fn the_checks_are_the_verifiers_own() {
    let house = House::open();
    let (user, operator) = (ada(), AskedBy::Operator);
    let token = house.sign_in(Cell::Token).await;
    let other = house.sign_in(Cell::Token).await;
    let jwt = house.sign_in(Cell::Jwt).await;
    let (own, text) = (token.bearer().unwrap(), jwt.jwt().to_owned());
    let mut forged = text.clone();
    forged.replace_range(text.len() - 8.., "AAAAAAAA");
    assert_eq!(check(&house, &forged, AskedBy::Holder(&user)).await, Some(Check::Untrusted));
    house.later(house.auth.clients().built_in().access_lifetime * 2);
    let told = house.auth.appraise(&text, AskedBy::Holder(&user), house.now()).await.unwrap().unwrap();
    assert_eq!((told.kind, told.check), (CredentialKind::AccessToken, Check::TokenExpired));
    assert!(told.since.is_some_and(|since| since < house.now()), "the end that stands inside");
    house.later(house.row(token.id()).await.unwrap().idle_for);
    assert_eq!(check(&house, own, AskedBy::Holder(&user)).await, Some(Check::Idle));
    house.auth.end_session(other.id(), EndCause::Revoked).await.unwrap();
    assert_eq!(check(&house, other.bearer().unwrap(), operator).await, Some(Check::SessionEnded));
}

#[tokio::test]
async fn asking_about_a_refresh_token_does_not_spend_it() {
    let house = House::open();
    let user = ada();
    let held = house.sign_in(Cell::Jwt).await;
    let first = held.refresh_token.clone().unwrap();
    for _ in 0..3 {
        assert_eq!(check(&house, &first, AskedBy::Holder(&user)).await, Some(Check::Live));
    }
    let next = Held::from(&house.refresh(&held).await).refresh_token.unwrap();
    assert_ne!(next, first);
    assert_eq!(check(&house, &first, AskedBy::Holder(&user)).await, Some(Check::Repeat));
    let second = Held::from(&house.post(&format!("/token?refresh_token={next}")).send().await).refresh_token.unwrap();
    house.events();
    assert_eq!(check(&house, &first, AskedBy::Holder(&user)).await, Some(Check::Reused));
    assert!(house.row(held.id()).await.is_some(), "asking about a spent token ends nothing");
    assert_eq!(house.events(), Vec::<SecurityEvent>::new());
    assert_eq!(check(&house, &second, AskedBy::Operator).await, Some(Check::Live));
}

#[tokio::test]
async fn asking_counts_as_use_of_nothing() {
    let house = House::open();
    let user = ada();
    let held = house.sign_in(Cell::Token).await;
    let before = house.rows().await;
    house.later(MILLISECOND * 600_000);
    check(&house, held.bearer().unwrap(), AskedBy::Holder(&user)).await;
    check(&house, held.bearer().unwrap(), AskedBy::Operator).await;
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn somebody_else_is_told_nothing_whatever_they_have_stolen() {
    let house = House::open();
    let thief = UserId::new("mallory").unwrap();
    for cell in Cell::ALL {
        let held = house.sign_in(cell).await;
        let mut stolen = vec![credential(&held, cell)];
        stolen.extend(held.refresh_token.clone());
        for text in &stolen {
            assert_eq!(check(&house, text, AskedBy::Holder(&thief)).await, None, "{cell:?}, alive");
        }
        house.auth.end_session(held.id(), EndCause::SignedOut).await.unwrap();
        for text in &stolen {
            assert_eq!(check(&house, text, AskedBy::Holder(&thief)).await, None, "{cell:?}, ended");
        }
    }
}

#[tokio::test]
async fn what_claims_to_be_nobodys_is_not_looked_up() {
    let house = House::open();
    let user = ada();
    house.store.switch(false);
    for text in ["", "crs_short", "eyJhbGciOiJub25lIn0.e30.", "a.b.c", "ghp_FAKE", &"x".repeat(70_000)] {
        assert_eq!(house.auth.claims_to_be_ours(text), None, "{text:.40}");
        assert_eq!(check(&house, text, AskedBy::Holder(&user)).await, None);
        assert_eq!(check(&house, text, AskedBy::Operator).await, None);
    }
}
