//! `cloakroom keys`.

use super::arguments::{KeysCommand, SharedFlags};
use super::failure::Failure;
use super::run::Setting;
use super::table::table;
use crate::control::{ControlReply, ControlRequest, KeyRow, print_moment};

pub(super) async fn run(setting: &mut Setting<'_, '_>, shared: SharedFlags, command: &KeysCommand) -> Result<(), Failure> {
    let request = match command {
        KeysCommand::List => ControlRequest::ListKeys,
    };
    setting.ask_and_print(shared, request, in_words).await
}

fn in_words(reply: &ControlReply) -> Option<String> {
    let ControlReply::Keys(keys) = reply else { return None };
    Some(table(["KID", "ALG", "STATE", "ANNOUNCED", "SIGNS FROM"], keys.iter().map(row)))
}

fn row(key: &KeyRow) -> [String; 5] {
    let KeyRow { kid, alg, state, announced_at, signs_from } = key.clone();
    [kid, alg, state, print_moment(announced_at), print_moment(signs_from)]
}
