//! Two tabs refresh at once, and an answer that is lost on its way.

use std::time::Duration;

use cloakroom::session::{Cell, RefreshPolicy};

use crate::lab::agents::Visitor;
use crate::lab::error::LabError;
use crate::lab::house::STRICT_CLIENT;
use crate::lab::report::{Party, Verdict};
use crate::lab::scene::{Scene, Wish, verdict_of};
use crate::texts::en::outcomes as say;

/// How long a spent refresh token still earns its successor in a cell.
fn window(cell: Cell) -> Duration {
    let RefreshPolicy { retry_window, cookie_retry_window, .. } = RefreshPolicy::DEFAULT;
    if cell == Cell::JwtCookie { cookie_retry_window } else { retry_window }
}

/// Two tabs refresh at once.
pub(super) async fn two_tabs(scene: &mut Scene) -> Result<(), LabError> {
    if !scene.is_jwt() {
        scene.outcome(None, None, Verdict::NotApplicable, say::NOTHING_TO_REFRESH.to_owned());
        return Ok(());
    }
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    let (one, other) = refresh_twice(scene, None).await?;
    scene.promise(say::BOTH_HOLD_THE_SAME_TIP, one.copy_of_refresh_token() == other.copy_of_refresh_token());
    let statuses = ask_in_both(scene, one, other).await?;
    let verdict = first_but(Verdict::Accepted, statuses);
    scene.outcome(None, Some("window"), verdict, say::both_tabs_stay_in(window(scene.cell)));

    scene.visitor = Visitor::new(scene.cell, scene.house.authority(scene.cell));
    scene.signed_in(Wish { client: Some(STRICT_CLIENT), ..Wish::default() }).await?;
    let (one, other) = refresh_twice(scene, Some(STRICT_CLIENT)).await?;
    let statuses = ask_in_both(scene, one, other).await?;
    let verdict = first_but(Verdict::Refused, statuses);
    scene.outcome(None, Some("no_window"), verdict, say::BOTH_TABS_ARE_OUT.to_owned());
    Ok(())
}

/// The expected verdict if every answer gives it, else the first that is another.
fn first_but(expected: Verdict, statuses: [u16; 2]) -> Verdict {
    statuses.map(verdict_of).into_iter().find(|verdict| *verdict != expected).unwrap_or(expected)
}

/// Two tabs with the same credential refresh at the same time; each keeps what it got.
async fn refresh_twice(scene: &mut Scene, client: Option<&str>) -> Result<(Visitor, Visitor), LabError> {
    let now = scene.now();
    let (mut one, mut other) = (scene.visitor.clone(), scene.visitor.clone());
    let request = one.refresh_request(client, now).ok_or(LabError::Unexpected("there is nothing to refresh"))?;
    let (server, from) = (scene.house.address(), Some(one.from));
    let (first, second) = tokio::join!(request.send(server, from), request.send(server, from));
    for (tab, answer, label) in [(&mut one, first?, say::FIRST_TAB), (&mut other, second?, say::SECOND_TAB)] {
        tab.take(&answer, &request.target, now);
        scene.write_down(tab.party, Party::Cloakroom, label, &request, &answer);
    }
    Ok((one, other))
}

async fn ask_in_both(scene: &mut Scene, one: Visitor, other: Visitor) -> Result<[u16; 2], LabError> {
    let mut statuses = [0; 2];
    for (tab, status) in [one, other].into_iter().zip(&mut statuses) {
        scene.visitor = tab;
        *status = scene.ask().await?.status;
    }
    Ok(statuses)
}

/// The refresh answer is lost.
pub(super) async fn lost_answer(scene: &mut Scene) -> Result<(), LabError> {
    if !scene.is_jwt() {
        scene.outcome(None, None, Verdict::NotApplicable, say::NOTHING_TO_REFRESH.to_owned());
        return Ok(());
    }
    let (window, tick) = (window(scene.cell), Duration::from_millis(1));
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    lose_an_answer(scene).await?;
    scene.wait(window.saturating_sub(tick));
    let retried = scene.refresh().await?.map_or(0, |answer| answer.status);
    scene.promise(say::RETRY_WORKS, retried == 200);
    let status = scene.ask().await?.status;
    scene.outcome(None, Some("in_time"), verdict_of(status), say::retried_in_time(window));

    scene.visitor = Visitor::new(scene.cell, scene.house.authority(scene.cell));
    scene.signed_in(Wish::default()).await?;
    lose_an_answer(scene).await?;
    scene.wait(window + tick);
    let retried = scene.refresh().await?.map_or(0, |answer| answer.status);
    scene.promise(say::LATE_COMER_IS_REFUSED, matches!(retried, 400 | 401));
    let status = scene.ask().await?.status;
    scene.outcome(None, Some("late"), verdict_of(status), say::retried_late(window));
    Ok(())
}

/// The client refreshes, and the answer never arrives.
async fn lose_an_answer(scene: &mut Scene) -> Result<(), LabError> {
    let before = scene.visitor.clone();
    scene.refresh().await?;
    scene.visitor = before;
    scene.event(Party::Lab, scene.visitor.party, say::LOST, say::ANSWER_IS_LOST);
    Ok(())
}
