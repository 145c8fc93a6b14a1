//! Is a cookie a proof? An app that believes one, beside a server that does not.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::get;
use cloakroom::session::Carrier;
use tokio::net::TcpListener;

use super::roles::{in_credential, with_another_secret, with_more_scope};
use crate::lab::door::serve_until_dropped;
use crate::lab::error::LabError;
use crate::lab::http::Request;
use crate::lab::report::{Party, Verdict};
use crate::lab::scene::{Judge, Scene, Wish, is_taken, verdict_of};
use crate::texts::en::outcomes as say;

/// An app that takes a cookie's word for who is calling.
async fn believe(headers: HeaderMap) -> (StatusCode, String) {
    let cookie = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match cookie.split("; ").find_map(|pair| pair.strip_prefix("user=")) {
        Some(user) => (StatusCode::OK, format!("Welcome, {user}.")),
        None => (StatusCode::UNAUTHORIZED, "Who are you?".to_owned()),
    }
}

/// Is a cookie a proof?
pub(super) async fn plain_cookie(scene: &mut Scene) -> Result<(), LabError> {
    if scene.cell.carrier() == Carrier::Header {
        scene.outcome(None, None, Verdict::NotApplicable, say::NO_COOKIE_HERE.to_owned());
        return Ok(());
    }
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let server = listener.local_addr()?;
    let _open = serve_until_dropped(listener, Router::new().route("/", get(believe)));
    let host = format!("careless.localhost:{}", server.port());
    let person = scene.person();
    let mut fooled = true;
    for (user, label) in [("mallory", say::PLAIN_COOKIE), ("ada", say::EDITED_PLAIN_COOKIE)] {
        let request = Request::new("GET", &host, "/").header("Cookie", format!("user={user}"));
        let answer = scene.exchange_with(&person, Party::CarelessApp, server, label, &request).await?;
        fooled &= is_taken(answer.status) && answer.body.contains(user);
    }
    scene.promise(say::CARELESS_APP_IS_FOOLED, fooled);

    scene.signed_in(Wish::default()).await?;
    scene.look_at_both_sides().await?;
    let edit = if scene.is_jwt() { with_more_scope } else { with_another_secret };
    let copy = scene.copy();
    let edited = copy.edited(|value| in_credential(value, edit));
    let status = scene.show(&person, &edited, Judge::Cloakroom).await?;
    let unedited = scene.show(&person, &copy, Judge::Cloakroom).await?;
    scene.promise(say::UNEDITED_IS_TAKEN, is_taken(unedited));
    scene.outcome(None, None, verdict_of(status), say::edited_cookie(scene.cell));
    Ok(())
}
