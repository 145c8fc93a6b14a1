//! Pages that mean harm: a script in the person's own page, and a page of another site.

use cloakroom::session::Carrier;

use crate::lab::agents::{Age, Coming, Copied};
use crate::lab::error::LabError;
use crate::lab::hosts::ATTACKER;
use crate::lab::http::Request;
use crate::lab::orders::Setting;
use crate::lab::report::{Party, Verdict};
use crate::lab::scene::{Judge, Scene, Sender, WHO, Wish, is_taken, verdict_of};
use crate::texts::en::outcomes as say;

/// A bad script runs in the page.
pub(super) async fn script(scene: &mut Scene) -> Result<(), LabError> {
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    let read = scene.visitor.readable_by_script(scene.now());
    scene.event(Party::Script, scene.visitor.party, say::READ_EVERYTHING, &say::script_reads(read.len()));
    let taken = read.first().map_or_else(|| Copied::cookies(String::new()), |token| Copied::bearer(token));
    let hides = scene.cell.carrier() == Carrier::Cookie;
    scene.promise(say::script_can_read(scene.cell), read.is_empty() == hides);
    let status = scene.show(&Sender::THIEF, &taken, Judge::Cloakroom).await?;
    scene.outcome(None, Some("takes_away"), verdict_of(status), say::script_takes_away(scene.cell));

    // In the page the script is the page: the browser, or the app's own code, sends the credential for it.
    let in_page = Sender { party: Party::Script, from: scene.visitor.from };
    scene.house.orders().set(Setting::VerifiesAlone);
    let orders = scene.visitor.request_to_orders(&scene.house.orders_authority(scene.cell), scene.now());
    let read = scene.exchange(&in_page, Party::Orders, say::GET_ORDERS, &orders).await?;
    let post = scene.visitor.request("POST", "/api/v1/session/tokens", scene.now()).json(&serde_json::json!({}));
    let acted = scene.exchange(&in_page, Party::Cloakroom, say::ACT, &post).await?;
    // A JWT is not exchanged for another one, by anybody; what matters is that the rule against other sites does not stop the script.
    scene.promise(say::SCRIPT_IS_NOT_FOREIGN, acted.json()["code"] != "cross_origin");
    scene.outcome(None, Some("acts"), verdict_of(read.status), say::SCRIPT_ACTS.to_owned());
    Ok(())
}

/// Another site posts a form.
pub(super) async fn cross_site(scene: &mut Scene) -> Result<(), LabError> {
    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    let posted = foreign(scene, Coming::ForeignPost, "POST", "/logout").await?;
    scene.promise(say::POST_BRINGS_NOTHING, !posted.carried);
    let fetched = foreign(scene, Coming::ForeignFetch, "DELETE", WHO).await?;
    scene.promise(say::FETCH_BRINGS_NOTHING, !fetched.carried);
    let mut worst = posted.status.max(fetched.status);
    if scene.cell.carrier() == Carrier::Cookie {
        let linked = foreign(scene, Coming::ForeignLink, "GET", "/account").await?;
        scene.promise(say::LINK_BRINGS_THE_COOKIE, linked.carried && is_taken(linked.status));
        // The rule of the server holds for browsers that have none of their own.
        if let Some(jar) = scene.visitor.jar() {
            jar.age = Age::Old;
        }
        let attached = foreign(scene, Coming::ForeignPost, "POST", "/logout").await?;
        if let Some(jar) = scene.visitor.jar() {
            jar.age = Age::Today;
        }
        scene.promise(say::OLD_BROWSER_ATTACHES, attached.carried);
        scene.promise(say::OLD_BROWSER_IS_REFUSED, attached.status == 403);
        worst = if is_taken(attached.status) || attached.status == 303 { attached.status } else { worst };
    }
    let still_in = is_taken(scene.ask().await?.status);
    scene.promise(say::STILL_SIGNED_IN, still_in);
    let verdict = if still_in { verdict_of(worst) } else { Verdict::Accepted };
    scene.outcome(None, None, verdict, say::cross_site(scene.cell));
    Ok(())
}

struct Foreign {
    carried: bool,
    status: u16,
}

/// A page of the attacker makes the person's browser send something to the app's server.
async fn foreign(scene: &mut Scene, coming: Coming, method: &'static str, target: &str) -> Result<Foreign, LabError> {
    let attacker = format!("http://{ATTACKER}:{}", scene.house.address().port());
    let host = scene.visitor.host().to_owned();
    let now = scene.now();
    let mut request = Request::new(method, &host, target).header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0)");
    let (mut cookies, mut is_old) = (String::new(), false);
    if let Some(jar) = scene.visitor.jar() {
        let bare = host.split(':').next().unwrap_or_default();
        (cookies, is_old) = (jar.header(bare, target, coming, now), jar.age == Age::Old);
    }
    if !is_old {
        let (mode, destination) = match coming {
            Coming::ForeignFetch => ("cors", "empty"),
            _ => ("navigate", "document"),
        };
        request =
            request.header("Sec-Fetch-Site", "cross-site").header("Sec-Fetch-Mode", mode).header("Sec-Fetch-Dest", destination);
    }
    if method != "GET" {
        request = request.header("Origin", attacker);
    }
    if coming != Coming::ForeignFetch {
        request = request.header("Accept", "text/html");
    }
    if coming == Coming::ForeignPost {
        request = request.form(&[("form", "guessed")]);
    }
    if !cookies.is_empty() {
        request = request.header("Cookie", cookies);
    }
    let sender = Sender { party: Party::OtherSite, from: scene.visitor.from };
    let answer = scene.exchange(&sender, Party::Cloakroom, say::foreign_label(method), &request).await?;
    Ok(Foreign { carried: answer.sent.bytes.credential > 0, status: answer.status })
}
