//! `cloakroom serve`.

use tokio::net::TcpListener;

use super::failure::Failure;
use super::run::Setting;
use crate::config::{Flags, Loaded};
use crate::data_folder;

pub(super) async fn run(setting: &mut Setting<'_, '_>, flags: &Flags) -> Result<(), Failure> {
    let Loaded { config, warnings } = setting.load(flags)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    data_folder::prepare(&config.data).map_err(|error| Failure::refused(&error))?;
    let bound = TcpListener::bind(config.listen).await;
    let listener = bound.map_err(|error| Failure::Refused(format!("cannot listen on {}: {error}", config.listen)))?;
    Ok(setting.product.serve(config, listener).await?)
}
