//! The page of the other site: it sends forms to the apps, as any site in the world can, and cannot do more.

use axum::extract::State;
use axum::response::Response;
use cloakroom_session::Carrier;
use http::{HeaderMap, header};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::apps::Apps;
use super::evidence::cell_text;
use crate::lab::door::FRONT;
use crate::lab::hosts::{CELLS, host_of};

/// An app to attack.
#[derive(Serialize)]
struct Target {
    cell: &'static str,
    letter: &'static str,
    what: &'static str,
    /// What the form is sent to.
    post: String,
    /// Where the link leads.
    link: String,
    is_cookie: bool,
}

/// The page.
pub(super) async fn show(State(apps): State<Apps>, headers: HeaderMap) -> Response {
    let authority = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
    let targets = CELLS.map(|cell| {
        let (origin, text) = (format!("http://{}:{port}", host_of(cell)), cell_text(cell));
        Target {
            cell: cell.word(),
            letter: text.letter,
            what: text.what,
            post: format!("{origin}{FRONT}/sign-out"),
            link: format!("{origin}{FRONT}"),
            is_cookie: cell.carrier() == Carrier::Cookie,
        }
    });
    let aimed_at: String = CELLS.map(|cell| format!(" http://{}:{port}", host_of(cell))).concat();
    apps.page("lab-attacker.html", &aimed_at, context! { targets => Value::from(Serde(&targets)) })
}
