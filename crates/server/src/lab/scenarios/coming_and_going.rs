//! Signing in, the next request, and the browser that was closed.

use std::time::Duration;

use cloakroom::session::{Carrier, Cell};

use crate::lab::agents::{Storage, Visitor};
use crate::lab::error::LabError;
use crate::lab::orders::Setting;
use crate::lab::report::{Party, Verdict};
use crate::lab::scene::{Scene, Wish, is_taken, verdict_of};
use crate::texts::en::outcomes as say;

/// What do I get, who keeps what?
pub(super) async fn sign_in(scene: &mut Scene) -> Result<(), LabError> {
    let answer = scene.sign_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    let in_body = ["session_token", "access_token", "refresh_token"].iter().filter(|name| answer.text(name).is_some()).count();
    let in_cookies = answer.all("set-cookie").count();
    let handed_over = match scene.cell {
        Cell::Cookie => (1, 0),
        Cell::Token => (0, 1),
        Cell::JwtCookie => (2, 0),
        Cell::Jwt => (0, 2),
    };
    scene.promise(say::handed_over(scene.cell), (in_cookies, in_body) == handed_over);
    let hidden = answer.all("set-cookie").all(|cookie| cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"));
    scene.promise(say::COOKIES_ARE_HIDDEN, hidden);
    let rows = (scene.rows_in("sessions"), scene.rows_in("refresh_families"));
    scene.promise(say::rows_after_sign_in(scene.cell), rows == (1, usize::from(scene.is_jwt())));
    let status = scene.ask().await?.status;
    scene.outcome(None, None, verdict_of(status), say::signed_in(scene.cell));
    Ok(())
}

/// What travels, what is looked up?
pub(super) async fn next_request(scene: &mut Scene) -> Result<(), LabError> {
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    scene.ask_orders(Setting::VerifiesAlone).await?;
    // A process that has not met the credential before.
    scene.house.restart().await?;
    scene.event(Party::Lab, Party::Cloakroom, say::RESTART, say::MEMORY_IS_EMPTY);
    let before = scene.house.switch().counted();
    let first = scene.ask().await?.status;
    let between = scene.house.switch().counted();
    let second = scene.ask().await?.status;
    let after = scene.house.switch().counted();
    let (reads, more) = (between.reads - before.reads, after.reads - between.reads);
    scene.promise(say::reads_of_first_check(scene.cell), reads == u32::from(!scene.is_jwt()));
    scene.promise(say::SECOND_CHECK_READS_NOTHING, more == 0);
    scene.promise(say::CHECKS_WRITE_NOTHING, before.writes == after.writes);
    let verdict = if is_taken(first) { verdict_of(second) } else { verdict_of(first) };
    scene.outcome(None, None, verdict, say::next_request(scene.cell));
    Ok(())
}

/// Long enough for every JWT to have run out, and for an ordinary session in a browser to have fallen idle.
const AWAY: Duration = Duration::from_hours(2);

/// The browser is closed and opened again.
pub(super) async fn come_back(scene: &mut Scene) -> Result<(), LabError> {
    match scene.cell.carrier() {
        Carrier::Cookie => come_back_with_cookies(scene).await,
        Carrier::Header => come_back_with_tokens(scene).await,
    }
}

async fn come_back_with_cookies(scene: &mut Scene) -> Result<(), LabError> {
    scene.signed_in(Wish { remember: true, ..Wish::default() }).await?;
    scene.look_at_both_sides().await?;
    go_away(scene);
    let landed = scene.navigate("/account").await?;
    let verdict = if landed == "/account" { Verdict::Accepted } else { Verdict::Refused };
    scene.outcome(None, Some("remembered"), verdict, say::came_back_remembered(scene.cell));

    scene.visitor = Visitor::new(scene.cell, scene.house.authority(scene.cell));
    scene.signed_in(Wish::default()).await?;
    scene.visitor.close_and_open();
    scene.event(scene.visitor.party, scene.visitor.party, say::CLOSED, say::CLOSED_AND_OPENED);
    let verdict = if scene.visitor.holds_anything(scene.now()) { Verdict::Accepted } else { Verdict::Lost };
    let landed = scene.navigate("/account").await?;
    scene.promise(say::SIGN_IN_PAGE_IS_SHOWN, landed == "/login");
    scene.outcome(None, Some("not_remembered"), verdict, say::CAME_BACK_NOT_REMEMBERED.to_owned());
    Ok(())
}

async fn come_back_with_tokens(scene: &mut Scene) -> Result<(), LabError> {
    for (storage, case) in [(Storage::Stored, "stored"), (Storage::InMemory, "in_memory")] {
        scene.visitor = Visitor::new(scene.cell, scene.house.authority(scene.cell));
        scene.visitor.store_in(storage);
        scene.signed_in(Wish::default()).await?;
        if storage == Storage::Stored {
            scene.look_at_both_sides().await?;
        }
        go_away(scene);
        let held = scene.visitor.holds_anything(scene.now());
        if held {
            scene.refresh().await?;
        }
        let status = scene.ask().await?.status;
        let verdict = if held { verdict_of(status) } else { Verdict::Lost };
        scene.promise(say::NOBODY_WITHOUT_A_CREDENTIAL, held || status == 401);
        scene.outcome(None, Some(case), verdict, say::came_back_from(storage == Storage::Stored, scene.cell));
    }
    Ok(())
}

fn go_away(scene: &mut Scene) {
    scene.visitor.close_and_open();
    scene.event(scene.visitor.party, scene.visitor.party, say::CLOSED, say::CLOSED_AND_OPENED);
    scene.wait(AWAY);
}
