//! A clock that is wrong, a key that changes, a key that was stolen.

use std::time::Duration;

use cloakroom::session::Cell;

use super::endings::exp_of;
use super::roles::end_at_orders;
use crate::lab::by_hand;
use crate::lab::error::LabError;
use crate::lab::orders::{KEYS_KEPT, LEEWAY, Setting};
use crate::lab::report::{Party, Verifier};
use crate::lab::scene::{Judge, Scene, Wish, is_taken, verdict_of};
use crate::texts::en::outcomes as say;

const ALONE: Judge = Judge::Orders(Setting::VerifiesAlone);

/// How wrong Orders' clock is.
const WRONG_BY: Duration = Duration::from_mins(10);
const WRONG_BY_MS: i64 = 600_000;

/// Orders' clock is ten minutes off.
pub(super) async fn clock_wrong(scene: &mut Scene) -> Result<(), LabError> {
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    scene.house.orders().set_clock_ahead(WRONG_BY_MS);
    scene.event(Party::Lab, Party::Orders, say::CLOCK_AHEAD, say::CLOCK_IS_AHEAD);
    let ahead = scene.ask_orders(Setting::VerifiesAlone).await?.status;
    scene.outcome(None, Some("ahead"), verdict_of(ahead), say::clock_ahead(scene.cell));
    scene.house.orders().set_clock_ahead(-WRONG_BY_MS);
    scene.event(Party::Lab, Party::Orders, say::CLOCK_BEHIND, say::CLOCK_IS_BEHIND);
    if scene.is_jwt() {
        let (person, copy) = (scene.person(), scene.copy());
        let end = end_at_orders(&copy).plus(WRONG_BY);
        let too_long = end.since(exp_of(&copy));
        let verdict = scene.try_until(&person, &copy, ALONE, end).await?;
        scene.outcome(None, Some("behind"), verdict, say::clock_behind(too_long));
    } else {
        let behind = scene.ask_orders(Setting::VerifiesAlone).await?.status;
        scene.outcome(None, Some("behind"), verdict_of(behind), say::CLOCK_DOES_NOT_MATTER.to_owned());
    }
    Ok(())
}

/// How long before it signs a key is announced.
const ANNOUNCED_FOR: Duration = Duration::from_hours(24);

/// The signing key changes.
pub(super) async fn key_rotation(scene: &mut Scene) -> Result<(), LabError> {
    let (master, now) = (scene.house.master_keys()?, scene.now());
    let store = scene.house.app().await?.store;
    by_hand::announce_key(&store, &master, now, now.plus(ANNOUNCED_FOR)).await?;
    drop(store);
    scene.house.restart().await?;
    scene.event(Party::Operator, Party::Cloakroom, say::ANNOUNCE_KEY, say::KEY_IS_ANNOUNCED);
    scene.wait(ANNOUNCED_FOR.saturating_sub(Duration::from_mins(1)));
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    scene.ask_orders(Setting::VerifiesAlone).await?;
    scene.wait(Duration::from_mins(1));
    scene.house.restart().await?;
    scene.event(Party::Operator, Party::Cloakroom, say::KEY_CHANGES, say::NEXT_KEY_SIGNS);
    let status = scene.ask().await?.status;
    if !scene.is_jwt() {
        scene.outcome(None, None, verdict_of(status), say::KEYS_DO_NOT_MATTER.to_owned());
        return Ok(());
    }
    scene.promise(say::OLD_TOKEN_IS_TAKEN, is_taken(status));
    let (person, copy) = (scene.person(), scene.copy());
    let before = scene.visitor.credential(scene.now());
    scene.refresh().await?;
    let after = scene.visitor.credential(scene.now());
    scene.promise(say::NEW_TOKEN_HAS_ANOTHER_KEY, header_of(before.as_deref()) != header_of(after.as_deref()));
    let fetched_before = scene.house.orders().keys_fetched_at();
    let status = scene.ask_orders(Setting::VerifiesAlone).await?.status;
    let fetched_nothing = fetched_before.is_some() && scene.house.orders().keys_fetched_at() == fetched_before;
    scene.promise(say::ORDERS_KNOW_THE_NEXT_KEY, is_taken(status) && fetched_nothing);
    let (exp, end) = (exp_of(&copy), end_at_orders(&copy));
    let verdict = scene.try_until(&person, &copy, Judge::Cloakroom, exp).await?;
    scene.outcome(Some(Verifier::Cloakroom), None, verdict, say::ROTATED_AT_CLOAKROOM.to_owned());
    let verdict = scene.try_until(&person, &copy, ALONE, end).await?;
    scene.outcome(Some(Verifier::Alone), None, verdict, say::rotated_alone(LEEWAY));
    Ok(())
}

/// The encoded header of a JWT, which names the key.
fn header_of(token: Option<&str>) -> Option<&str> {
    token?.split('.').next()
}

/// The signing key was stolen.
pub(super) async fn key_distrusted(scene: &mut Scene) -> Result<(), LabError> {
    scene.signed_in(Wish::default()).await?;
    scene.ask_orders(Setting::VerifiesAlone).await?;
    let keys_end = scene.house.orders().keys_fetched_at().map(|at| at.plus(KEYS_KEPT));
    // A fresh token under the same keys: it would live longer than Orders' memory of its key.
    scene.wait(Duration::from_secs(100));
    if scene.is_jwt() {
        scene.refresh().await?;
    }
    scene.look_at_both_sides().await?;
    scene.wait(Duration::from_secs(20));
    let store = scene.house.app().await?.store;
    by_hand::distrust_keys(&store, &scene.house.master_keys()?, scene.now()).await?;
    drop(store);
    scene.house.restart().await?;
    scene.event(Party::Operator, Party::Cloakroom, say::DISTRUST_KEY, say::KEY_IS_DISTRUSTED);
    let status = scene.ask().await?.status;
    if !scene.is_jwt() {
        scene.outcome(None, None, verdict_of(status), say::KEYS_DO_NOT_MATTER.to_owned());
        return Ok(());
    }
    let (person, copy) = (scene.person(), scene.copy());
    scene.outcome(Some(Verifier::Cloakroom), None, verdict_of(status), say::distrusted_at_cloakroom(scene.cell));
    let renewed = scene.refresh().await?.map_or(0, |answer| answer.status);
    if scene.cell == Cell::JwtCookie {
        scene.promise(say::COOKIE_UNDER_A_DISTRUSTED_KEY_RENEWS_NOTHING, renewed == 401);
    } else {
        let status = scene.ask().await?.status;
        scene.promise(say::REFRESH_GIVES_A_GOOD_ONE, renewed == 200 && is_taken(status));
    }
    let Some(end) = keys_end else { return Err(LabError::Unexpected("Orders has never fetched the keys")) };
    let lasts = end.since(scene.now());
    scene.promise(say::IT_WOULD_LIVE_LONGER, end < exp_of(&copy));
    let verdict = scene.try_until(&person, &copy, ALONE, end).await?;
    scene.outcome(Some(Verifier::Alone), None, verdict, say::distrusted_alone(lasts));
    Ok(())
}
