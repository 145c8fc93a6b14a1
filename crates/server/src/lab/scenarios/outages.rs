//! The server restarts, the database stops.

use std::time::Duration;

use crate::lab::agents::Visitor;
use crate::lab::error::LabError;
use crate::lab::report::{Party, Verdict};
use crate::lab::scene::{Judge, Scene, Wish, is_taken, verdict_of};
use crate::texts::en::outcomes as say;

/// The server restarts.
pub(super) async fn restart(scene: &mut Scene) -> Result<(), LabError> {
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    scene.ask().await?;
    scene.house.restart().await?;
    scene.event(Party::Operator, Party::Cloakroom, say::RESTART, say::SERVER_RESTARTS);
    let status = scene.ask().await?.status;
    if let Some(answer) = scene.refresh().await? {
        scene.promise(say::REFRESH_GOES_ON, answer.status == 200);
    }
    scene.outcome(None, None, verdict_of(status), say::restarted(scene.cell));
    Ok(())
}

/// The database stops.
pub(super) async fn store_down(scene: &mut Scene) -> Result<(), LabError> {
    let stranger = {
        scene.signed_in(Wish::default()).await?;
        scene.visitor.clone()
    };
    scene.visitor = Visitor::new(scene.cell, scene.house.authority(scene.cell));
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    scene.house.restart().await?;
    // From here on the server knows one of the two sessions, and who the user is.
    scene.ask().await?;
    scene.event(Party::Lab, Party::Cloakroom, say::STOP_STORE, say::STORE_STOPS);
    scene.house.switch().stop();
    let known = scene.ask().await?;
    let unknown = {
        let known = std::mem::replace(&mut scene.visitor, stranger);
        let status = scene.ask().await?.status;
        scene.visitor = known;
        status
    };
    let change = try_changes(scene).await?;
    let (cell, person, copy) = (scene.cell, scene.person(), scene.copy());
    if scene.is_jwt() {
        let exp = scene.exp();
        let lasts = exp.since(scene.now());
        let verdict = scene.try_until(&person, &copy, Judge::Cloakroom, exp).await?;
        scene.outcome(None, Some("known"), verdict, say::letter_without_store(lasts));
    } else {
        let ends_in = known.json()["session"]["expires_in"].as_u64().unwrap_or_default();
        let end = scene.now().plus(Duration::from_secs(ends_in));
        let verdict = verdict_of(known.status);
        // Each check is a use and moves the deadline, so the last one counts.
        scene.wait_until(end.minus(Duration::from_millis(1)));
        let before = scene.show(&person, &copy, Judge::Cloakroom).await?;
        scene.wait(Duration::from_secs(ends_in));
        let after = scene.show(&person, &copy, Judge::Cloakroom).await?;
        scene.promise(say::KNOWN_UNTIL_ITS_DEADLINE, is_taken(before) && after == 401);
        scene.outcome(None, Some("known"), verdict, say::ticket_without_store(Duration::from_secs(ends_in)));
    }
    scene.outcome(None, Some("unknown"), verdict_of(unknown), say::unknown_without_store(cell));
    scene.outcome(None, Some("change"), change, say::changes_without_store(cell));
    scene.house.switch().start();
    Ok(())
}

/// Tries everything that writes; all of it must wait.
async fn try_changes(scene: &mut Scene) -> Result<Verdict, LabError> {
    let kept = scene.visitor.clone();
    let mut statuses = vec![scene.sign_out().await?.status];
    scene.visitor = kept.clone();
    statuses.extend(scene.refresh().await?.map(|answer| answer.status));
    scene.visitor = Visitor::new(scene.cell, scene.house.authority(scene.cell));
    statuses.push(scene.sign_in(Wish::default()).await?.status);
    scene.visitor = kept;
    let first = statuses.iter().copied().find(|status| *status != 503).unwrap_or(503);
    Ok(verdict_of(first))
}
