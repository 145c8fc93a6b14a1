//! A session ends: here, or from another device.

use std::time::Duration;

use cloakroom::session::Cell;
use serde_json::json;

use crate::lab::agents::{Copied, ON_THE_MOVE, Visitor};
use crate::lab::error::LabError;
use crate::lab::house::{EMAIL, PASSWORD};
use crate::lab::orders::{LEEWAY, Setting};
use crate::lab::report::{Party, Verdict, Verifier};
use crate::lab::scene::{Judge, Scene, Sender, Wish, is_taken, verdict_of};
use crate::texts::en::outcomes as say;

/// How long after sign-in the session ends.
const USED_FOR: Duration = Duration::from_secs(48);

/// I sign out here.
pub(super) async fn sign_out(scene: &mut Scene) -> Result<(), LabError> {
    let copy = sign_in_and_use(scene).await?;
    let refresh = scene.visitor.clone();
    let answer = scene.sign_out().await?;
    scene.promise(say::SIGN_OUT_IS_DONE, answer.status == 204);
    scene.promise(say::NOTHING_LEFT_TO_SHOW, !scene.visitor.holds_anything(scene.now()));
    try_after_the_end(scene, &copy, refresh).await
}

/// I end it from my phone.
pub(super) async fn end_elsewhere(scene: &mut Scene) -> Result<(), LabError> {
    let copy = sign_in_and_use(scene).await?;
    let refresh = scene.visitor.clone();
    let phone = Phone::sign_in(scene).await?;
    let status = phone.end_session(scene).await?;
    scene.promise(say::SIGN_OUT_IS_DONE, status == 204);
    try_after_the_end(scene, &copy, refresh).await
}

async fn sign_in_and_use(scene: &mut Scene) -> Result<Copied, LabError> {
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    let status = scene.ask_orders(Setting::VerifiesAlone).await?.status;
    scene.promise(say::ORDERS_LET_IN_BEFORE, is_taken(status));
    scene.wait(USED_FOR);
    Ok(scene.copy())
}

/// Shows a copy to everybody after the session has ended, and tries to refresh with what the client had.
async fn try_after_the_end(scene: &mut Scene, copy: &Copied, mut had: Visitor) -> Result<(), LabError> {
    let cell = scene.cell;
    let at_cloakroom = scene.show(&Sender::THIEF, copy, Judge::Cloakroom).await?;
    scene.outcome(Some(Verifier::Cloakroom), None, verdict_of(at_cloakroom), say::ended_at_cloakroom(cell));
    std::mem::swap(&mut scene.visitor, &mut had);
    if let Some(answer) = scene.refresh().await? {
        scene.promise(say::REFRESH_IS_DEAD, matches!(answer.status, 400 | 401));
    }
    scene.visitor = had;
    let asked = scene.show(&Sender::THIEF, copy, Judge::Orders(Setting::AsksEveryTime)).await?;
    if scene.is_jwt() {
        let end = exp_of(copy).plus(LEEWAY);
        let lasted = end.since(scene.now());
        let alone = Judge::Orders(Setting::VerifiesAlone);
        let verdict = scene.try_until(&Sender::THIEF, copy, alone, end).await?;
        scene.outcome(Some(Verifier::Alone), None, verdict, say::ended_verified_alone(lasted));
    }
    scene.outcome(Some(Verifier::Asks), None, verdict_of(asked), say::ended_asked(cell));
    if scene.is_jwt() {
        scene.outcome(Some(Verifier::Feed), None, Verdict::NotApplicable, say::NO_FEED_YET.to_owned());
    }
    Ok(())
}

/// When the JWT of a copy runs out.
pub(super) fn exp_of(copy: &Copied) -> cloakroom::Timestamp {
    let value = copy.header.as_ref().map(|(_, value)| value.as_str()).unwrap_or_default();
    let token = value.split([' ', '=', ';']).find(|part| part.starts_with("eyJ")).unwrap_or_default();
    let exp = crate::lab::agents::claims_of(token)["exp"].as_u64();
    cloakroom::Timestamp::from_seconds(exp.unwrap_or_default())
}

/// The person's second device: an app with a session of its own.
pub(super) struct Phone {
    visitor: Visitor,
    sender: Sender,
}

impl Phone {
    /// The person signs in on the phone too.
    pub(super) async fn sign_in(scene: &mut Scene) -> Result<Self, LabError> {
        let visitor = Visitor::new(Cell::Token, scene.house.authority(Cell::Token));
        let mut phone = Self { visitor, sender: Sender { party: Party::Phone, from: ON_THE_MOVE } };
        let body = json!({ "email": EMAIL, "password": PASSWORD, "deliver": "token" });
        let request = phone.visitor.request("POST", "/api/v1/sessions", scene.now()).json(&body);
        let answer = scene.exchange(&phone.sender, Party::Cloakroom, say::SIGN_IN, &request).await?;
        phone.visitor.take(&answer, "/api/v1/sessions", scene.now());
        Ok(phone)
    }

    /// The scene's session, as the list on the phone shows it.
    pub(super) async fn session_in_list(&self, scene: &mut Scene) -> Result<serde_json::Value, LabError> {
        let request = self.visitor.request("GET", "/api/v1/sessions", scene.now());
        let answer = scene.exchange(&self.sender, Party::Cloakroom, say::LIST_SESSIONS, &request).await?;
        let id = scene.session()?.to_string();
        let json = answer.json();
        let found = json["sessions"].as_array().and_then(|all| all.iter().find(|session| session["id"] == id.as_str()).cloned());
        Ok(found.unwrap_or_default())
    }

    /// Ends the scene's session, and the status of the answer.
    pub(super) async fn end_session(&self, scene: &mut Scene) -> Result<u16, LabError> {
        let target = format!("/api/v1/sessions/{}", scene.session()?);
        let request = self.visitor.request("DELETE", &target, scene.now());
        Ok(scene.exchange(&self.sender, Party::Cloakroom, say::END_IT, &request).await?.status)
    }
}
