//! A thief has a copy: of what travels with a request, or of the refresh token too.

use std::time::Duration;

use cloakroom::Timestamp;
use cloakroom::session::Cell;

use super::endings::{Phone, exp_of};
use super::roles::end_at_orders;
use crate::lab::agents::{Copied, ELSEWHERE, Visitor, refresh_form};
use crate::lab::error::LabError;
use crate::lab::orders::Setting;
use crate::lab::report::{Party, Verdict, Verifier};
use crate::lab::scene::{Judge, Scene, Sender, WHO, Wish, is_taken, verdict_of};
use crate::texts::en::outcomes as say;

const ALONE: Judge = Judge::Orders(Setting::VerifiesAlone);

/// A thief copies what travels with a request.
pub(super) async fn stolen(scene: &mut Scene) -> Result<(), LabError> {
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    scene.ask_orders(Setting::VerifiesAlone).await?;
    let copy = scene.copy();
    scene.event(Party::Thief, scene.visitor.party, say::COPY, say::THIEF_COPIES_A_REQUEST);
    scene.wait(Duration::from_secs(30));
    let status = scene.show(&Sender::THIEF, &copy, Judge::Cloakroom).await?;
    scene.promise(say::COPY_WORKS_AT_FIRST, is_taken(status));
    if scene.is_jwt() {
        unnoticed_letter(scene, &copy).await?;
    } else {
        unnoticed_ticket(scene, &copy).await?;
    }
    noticed(scene).await
}

/// Nobody notices: how long does a copied ticket work, if the thief keeps using it?
async fn unnoticed_ticket(scene: &mut Scene, copy: &Copied) -> Result<(), LabError> {
    let phone = Phone::sign_in(scene).await?;
    let listed = phone.session_in_list(scene).await?;
    let seen_from = listed["seen_from"].as_str().and_then(|text| text.parse().ok());
    // Elsewhere than on Linux everybody calls from one loopback address.
    if cfg!(target_os = "linux") {
        scene.promise(say::A_NEW_PLACE, seen_from == Some(ELSEWHERE));
    }
    let left = listed["absolute_expires_in"].as_u64().unwrap_or_default();
    let end = scene.now().plus(Duration::from_secs(left));
    let idle = Duration::from_secs(listed["expires_in"].as_u64().unwrap_or_default());
    keep_using(scene, copy, idle, end).await?;
    let verdict = scene.try_until(&Sender::THIEF, copy, Judge::Cloakroom, end).await?;
    scene.outcome(Some(Verifier::Cloakroom), Some("unnoticed"), verdict, say::stolen_ticket_unnoticed(Duration::from_secs(left)));
    Ok(())
}

/// The thief uses the copy often enough for the session never to fall idle.
async fn keep_using(scene: &mut Scene, copy: &Copied, idle: Duration, end: Timestamp) -> Result<(), LabError> {
    let pause = idle.mul_f64(0.9).max(Duration::from_mins(1));
    let request = copy.request("GET", scene.visitor.host(), WHO);
    let (mut times, mut all_taken) = (0_u32, true);
    while scene.now().plus(pause) < end {
        scene.house.wait(pause);
        all_taken &= is_taken(request.send(scene.house.address(), Some(ELSEWHERE)).await?.status);
        times += 1;
    }
    scene.promise(say::COPY_WORKS_ALL_ALONG, all_taken);
    scene.event(Party::Thief, Party::Cloakroom, say::KEEPS_USING, &say::used_so_often(times, pause));
    Ok(())
}

/// Nobody notices: how long does a copied JWT work, and can the thief renew it?
async fn unnoticed_letter(scene: &mut Scene, copy: &Copied) -> Result<(), LabError> {
    let renewal = match scene.cell {
        Cell::JwtCookie => copy.request("POST", scene.visitor.host(), "/api/v1/session/refresh"),
        _ => refresh_form(scene.visitor.host(), &scene.visitor.credential(scene.now()).unwrap_or_default(), None),
    };
    let answer = scene.exchange(&Sender::THIEF, Party::Cloakroom, say::REFRESH, &renewal).await?;
    scene.promise(say::COPY_CANNOT_BE_REFRESHED, matches!(answer.status, 400 | 401));
    let (exp, end) = (exp_of(copy), end_at_orders(copy));
    let (lasts, lasts_alone) = (exp.since(scene.now()), end.since(scene.now()));
    let verdict = scene.try_until(&Sender::THIEF, copy, Judge::Cloakroom, exp).await?;
    scene.outcome(Some(Verifier::Cloakroom), Some("unnoticed"), verdict, say::stolen_letter_unnoticed(lasts));
    let verdict = scene.try_until(&Sender::THIEF, copy, ALONE, end).await?;
    scene.outcome(Some(Verifier::Alone), Some("unnoticed"), verdict, say::stolen_letter_unnoticed_alone(lasts_alone));
    Ok(())
}

/// The owner notices and ends the session from the phone.
async fn noticed(scene: &mut Scene) -> Result<(), LabError> {
    scene.visitor = Visitor::new(scene.cell, scene.house.authority(scene.cell));
    scene.signed_in(Wish::default()).await?;
    scene.ask_orders(Setting::VerifiesAlone).await?;
    let copy = scene.copy();
    let status = scene.show(&Sender::THIEF, &copy, Judge::Cloakroom).await?;
    scene.promise(say::COPY_WORKS_AT_FIRST, is_taken(status));
    let phone = Phone::sign_in(scene).await?;
    phone.end_session(scene).await?;
    let status = scene.show(&Sender::THIEF, &copy, Judge::Cloakroom).await?;
    scene.outcome(Some(Verifier::Cloakroom), Some("ended"), verdict_of(status), say::STOLEN_AND_ENDED.to_owned());
    if scene.is_jwt() {
        let end = end_at_orders(&copy);
        let lasts = end.since(scene.now());
        let verdict = scene.try_until(&Sender::THIEF, &copy, ALONE, end).await?;
        scene.outcome(Some(Verifier::Alone), Some("ended"), verdict, say::stolen_and_ended_alone(lasts));
    }
    Ok(())
}

/// A thief copies the refresh token too.
pub(super) async fn stolen_refresh(scene: &mut Scene) -> Result<(), LabError> {
    if !scene.is_jwt() {
        scene.outcome(None, None, Verdict::NotApplicable, say::NOTHING_TO_REFRESH.to_owned());
        return Ok(());
    }
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    let mut thief = scene.visitor.in_the_hands_of(Party::Thief, ELSEWHERE);
    scene.event(Party::Thief, scene.visitor.party, say::COPY, say::THIEF_COPIES_EVERYTHING);
    scene.wait(Duration::from_secs(10));
    scene.refresh().await?;
    scene.wait(Duration::from_secs(10));
    renew_as(scene, &mut thief).await?;
    let same = scene.visitor.copy_of_refresh_token() == thief.copy_of_refresh_token();
    scene.promise(say::BOTH_HOLD_THE_SAME_TIP, same && scene.visitor.copy_of_refresh_token().is_some());

    // The owner goes on; the thief comes after the window.
    scene.wait(Duration::from_mins(4));
    scene.refresh().await?;
    let status = scene.ask_orders(Setting::VerifiesAlone).await?.status;
    scene.promise(say::ORDERS_LET_IN_BEFORE, is_taken(status));
    scene.wait(Duration::from_mins(2) + Duration::from_secs(1));
    let owners = scene.copy();
    let late = renew_as(scene, &mut thief).await?;
    scene.promise(say::LATE_COMER_IS_REFUSED, matches!(late, 400 | 401));
    scene.promise(say::REUSE_IS_NOTICED, scene.house.events().contains(&"token_reused"));
    let person = scene.person();
    let status = scene.show(&person, &owners, Judge::Cloakroom).await?;
    scene.outcome(Some(Verifier::Cloakroom), None, verdict_of(status), say::REUSE_ENDED_THE_SESSION.to_owned());
    let renewed = scene.refresh().await?.map(|answer| answer.status);
    scene.promise(say::REFRESH_IS_DEAD, matches!(renewed, Some(400 | 401)));
    let end = end_at_orders(&owners);
    let lasts = end.since(scene.now());
    let verdict = scene.try_until(&person, &owners, ALONE, end).await?;
    scene.outcome(Some(Verifier::Alone), None, verdict, say::reuse_verified_alone(lasts));
    Ok(())
}

/// Somebody else's client renews with what it holds, and the status of the answer.
async fn renew_as(scene: &mut Scene, client: &mut Visitor) -> Result<u16, LabError> {
    std::mem::swap(&mut scene.visitor, client);
    let answer = scene.refresh().await;
    std::mem::swap(&mut scene.visitor, client);
    answer?.map(|answer| answer.status).ok_or(LabError::Unexpected("there is nothing to refresh with"))
}
