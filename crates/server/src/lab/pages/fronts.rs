//! What the lab's door shows in front of Cloakroom: the apps on their hosts, the other site on its own.

use axum::Router;
use axum::routing::{get, post};

use super::apps::{self, Apps};
use super::attacker;
use crate::lab::door::{FRONT, Fronts};
use crate::pages::assets;

/// Every URL of the apps and of the other site.
pub(crate) fn fronts(apps: &Apps) -> Fronts {
    let at = |path: &str| format!("{FRONT}{path}");
    let of_apps = Router::new()
        .route(FRONT, get(apps::show))
        .route(&at("/sign-in"), post(apps::sign_in))
        .route(&at("/sign-out"), post(apps::sign_out))
        .route(&at("/here"), get(apps::here));
    let of_attacker = Router::new().route("/", get(attacker::show)).route("/assets/{name}", get(assets::show));
    Fronts { apps: of_apps.with_state(apps.clone()), attacker: of_attacker.with_state(apps.clone()) }
}
