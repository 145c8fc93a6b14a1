//! `cloakroom clock`.

use super::arguments::{ClockCommand, SharedFlags};
use super::failure::Failure;
use super::run::Setting;
use crate::control::{AskError, ControlReply, ControlRequest, ask};

pub(super) async fn run(setting: &mut Setting<'_, '_>, shared: SharedFlags, command: &ClockCommand) -> Result<(), Failure> {
    let request = match command {
        ClockCommand::Accept => ControlRequest::AcceptClock,
    };
    let json = shared.json;
    let config = setting.load(&shared.into())?.config;
    let reply = ask(&config.data, &request).await.map_err(|error| match error {
        // A time of its own is a thing that only a running server has.
        AskError::NoServer => Failure::Refused(format!("{error}; one that starts takes the machine's clock as it is")),
        broken => Failure::refused(&broken),
    })?;
    setting.print_reply(&reply, json, in_words)
}

fn in_words(reply: &ControlReply) -> Option<String> {
    matches!(reply, ControlReply::ClockAccepted).then(|| "The server follows the machine's clock again.\n".to_owned())
}
