//! Whoever changes what they may do: an operator takes a role away, or the person edits their credential.

use std::time::Duration;

use cloakroom::Timestamp;
use cloakroom::session::Scopes;
use cloakroom_primitives::{append_checksum, decode_base64url, encode_base64url, split_checksum};

use super::endings::exp_of;
use crate::lab::agents::Copied;
use crate::lab::by_hand;
use crate::lab::error::LabError;
use crate::lab::house::EMAIL;
use crate::lab::orders::{LEEWAY, SCOPE, Setting};
use crate::lab::report::{Party, Verdict, Verifier};
use crate::lab::scene::{Judge, Scene, Sender, Wish, is_taken, verdict_of};
use crate::texts::en::outcomes as say;

/// My role is taken away.
pub(super) async fn role_changed(scene: &mut Scene) -> Result<(), LabError> {
    scene.signed_in(Wish::default()).await?;
    let status = scene.ask_orders(Setting::VerifiesAlone).await?.status;
    scene.promise(say::ORDERS_LET_IN_BEFORE, is_taken(status));
    scene.look_at_both_sides().await?;
    scene.wait(Duration::from_secs(48));
    let app = scene.house.app().await?;
    by_hand::give_roles(&app.store, EMAIL, "").await?;
    by_hand::set_scopes(&app, scene.session()?, Scopes::none()).await?;
    drop(app);
    scene.event(Party::Operator, Party::Cloakroom, say::TAKE_ROLE, say::ROLE_IS_TAKEN);
    let copy = scene.copy();
    if !scene.is_jwt() {
        let status = scene.ask_orders(Setting::AsksEveryTime).await?.status;
        scene.promise(say::REFUSED_FOR_ITS_SCOPE, status == 403);
        scene.outcome(None, None, verdict_of(status), say::ROLE_GONE_AT_NEXT_REQUEST.to_owned());
        return Ok(());
    }
    let renewed = {
        let mut renewed = scene.visitor.clone();
        std::mem::swap(&mut scene.visitor, &mut renewed);
        scene.refresh().await?;
        let status = scene.ask_orders(Setting::VerifiesAlone).await?.status;
        std::mem::swap(&mut scene.visitor, &mut renewed);
        status
    };
    scene.promise(say::NEW_TOKEN_HAS_NEW_SCOPES, renewed == 403);
    let exp = exp_of(&copy);
    let person = scene.person();
    scene.wait_until(exp.minus(Duration::from_millis(1)));
    let last = scene.show_for_answer(&person, &copy, Judge::Cloakroom).await?;
    let still = last.json()["session"]["scopes"].as_array().is_some_and(|all| all.iter().any(|s| s == SCOPE));
    scene.wait_until(exp);
    let first_refused = scene.show(&person, &copy, Judge::Cloakroom).await?;
    let verdict = match (verdict_of(last.status), verdict_of(first_refused)) {
        (Verdict::Accepted, _) if !still => Verdict::Refused,
        (Verdict::Accepted, Verdict::Refused) => Verdict::AcceptedUntil(exp),
        (Verdict::Accepted, other) | (other, _) => other,
    };
    scene.outcome(Some(Verifier::Cloakroom), None, verdict, say::OLD_ROLE_AT_CLOAKROOM.to_owned());
    let alone = Judge::Orders(Setting::VerifiesAlone);
    let verdict = scene.try_until(&person, &copy, alone, exp.plus(LEEWAY)).await?;
    scene.outcome(Some(Verifier::Alone), None, verdict, say::OLD_ROLE_AT_ORDERS.to_owned());
    Ok(())
}

/// I change my role.
pub(super) async fn tamper(scene: &mut Scene) -> Result<(), LabError> {
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    let copy = scene.copy();
    let mut worst = Verdict::Refused;
    for (edit, what) in edits(scene.is_jwt()) {
        let edited = copy.edited(|value| in_credential(value, edit));
        scene.promise(say::really_edited(what), edited.header != copy.header);
        let person = Sender { party: scene.visitor.party, ..scene.person() };
        scene.event(scene.visitor.party, scene.visitor.party, say::EDIT, what);
        let status = scene.show(&person, &edited, Judge::Cloakroom).await?;
        let at_orders = scene.show(&person, &edited, Judge::Orders(Setting::VerifiesAlone)).await?;
        let other = [status, at_orders].map(verdict_of).into_iter().find(|verdict| *verdict != Verdict::Refused);
        worst = other.unwrap_or(worst);
    }
    let status = scene.show(&Sender { party: scene.visitor.party, ..scene.person() }, &copy, Judge::Cloakroom).await?;
    scene.promise(say::UNEDITED_IS_TAKEN, is_taken(status));
    scene.outcome(None, None, worst, say::tampered(scene.cell));
    Ok(())
}

type Edit = fn(&str) -> String;

fn edits(is_jwt: bool) -> Vec<(Edit, &'static str)> {
    if is_jwt {
        vec![(with_more_scope, say::EDIT_CLAIMS), (without_algorithm, say::EDIT_ALGORITHM)]
    } else {
        vec![(of_another_session, say::EDIT_ID), (with_another_secret, say::EDIT_SECRET)]
    }
}

/// Edits the credential within a header's value, and leaves the rest.
pub(super) fn in_credential(value: &str, edit: Edit) -> String {
    let at = ["crs_", "eyJ"].iter().filter_map(|begin| value.find(begin)).min().unwrap_or(value.len());
    let length = value[at..].find(';').unwrap_or(value.len() - at);
    format!("{}{}{}", &value[..at], edit(&value[at..at + length]), &value[at + length..])
}

/// The ticket with one bit of its id turned, and a checksum that fits.
fn of_another_session(ticket: &str) -> String {
    with_turned_bit(ticket, 0)
}

/// The ticket with one bit of its secret turned, and a checksum that fits.
pub(super) fn with_another_secret(ticket: &str) -> String {
    with_turned_bit(ticket, 47)
}

fn with_turned_bit(ticket: &str, at: usize) -> String {
    let body = split_checksum(ticket).and_then(|checked| checked.strip_prefix("crs_")).unwrap_or_default();
    let mut bytes = decode_base64url(body).unwrap_or_default();
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1;
    }
    let mut edited = format!("crs_{}", encode_base64url(&bytes));
    append_checksum(&mut edited);
    edited
}

/// The JWT with a scope more in its claims, under the same seal.
pub(super) fn with_more_scope(jwt: &str) -> String {
    with_part(jwt, 1, |claims| claims["scope"] = "orders:read orders:write".into())
}

/// The same, with a header that asks for no seal, and none.
fn without_algorithm(jwt: &str) -> String {
    let edited = with_part(&with_more_scope(jwt), 0, |header| header["alg"] = "none".into());
    let (signed, _) = edited.rsplit_once('.').unwrap_or((&edited, ""));
    format!("{signed}.")
}

fn with_part(jwt: &str, index: usize, change: impl Fn(&mut serde_json::Value)) -> String {
    let mut parts: Vec<_> = jwt.split('.').map(str::to_owned).collect();
    if let Some(part) = parts.get_mut(index) {
        let bytes = decode_base64url(part).unwrap_or_default();
        let mut value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        change(&mut value);
        *part = encode_base64url(value.to_string().as_bytes());
    }
    parts.join(".")
}

/// When a copy's JWT runs out, with what Orders allows.
pub(super) fn end_at_orders(copy: &Copied) -> Timestamp {
    exp_of(copy).plus(LEEWAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_ticket_is_still_well_formed() {
        let mut ticket = format!("crs_{}", "A".repeat(64));
        append_checksum(&mut ticket);
        for edit in [of_another_session as Edit, with_another_secret] {
            let header = in_credential(&format!("__Host-Http-cloakroom={ticket}; x=1"), edit);
            let edited = header.strip_prefix("__Host-Http-cloakroom=").unwrap().strip_suffix("; x=1").unwrap();
            assert_ne!(edited, ticket);
            assert!(cloakroom::session::SessionToken::parse(edited).is_ok());
        }
    }

    #[test]
    fn an_edited_jwt_says_something_else_under_the_same_seal() {
        let jwt = format!("{}.{}.c2ln", encode_base64url(b"{\"alg\":\"EdDSA\"}"), encode_base64url(b"{\"scope\":\"a\"}"));
        let edited = in_credential(&format!("Bearer {jwt}"), with_more_scope);
        assert_eq!(edited.rsplit_once('.').unwrap().1, "c2ln");
        assert_eq!(crate::lab::agents::claims_of(edited.strip_prefix("Bearer ").unwrap())["scope"], "orders:read orders:write");
        assert!(without_algorithm(&jwt).ends_with('.'));
    }
}
