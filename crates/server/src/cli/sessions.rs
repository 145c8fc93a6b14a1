//! `cloakroom sessions`.

use super::arguments::{SessionsCommand, SharedFlags};
use super::failure::Failure;
use super::run::Setting;
use super::table::table;
use crate::control::{ControlReply, ControlRequest, SessionRow, print_moment};

pub(super) async fn run(setting: &mut Setting<'_, '_>, shared: SharedFlags, command: SessionsCommand) -> Result<(), Failure> {
    let request = match command {
        SessionsCommand::List { user } => ControlRequest::ListSessions { user },
        SessionsCommand::End { session: Some(session), .. } => ControlRequest::EndSession { session },
        SessionsCommand::End { user, .. } => ControlRequest::EndSessions { user: user.expect("one of the two is required") },
    };
    setting.ask_and_print(shared, request, in_words).await
}

fn in_words(reply: &ControlReply) -> Option<String> {
    match reply {
        ControlReply::SessionsEnded { sessions_ended: 1 } => Some("1 session has ended.\n".to_owned()),
        ControlReply::SessionsEnded { sessions_ended } => Some(format!("{sessions_ended} sessions have ended.\n")),
        ControlReply::Sessions(sessions) => {
            Some(table(["ID", "CLIENT", "CELL", "DEVICE", "LAST USED", "FROM", "EXPIRES"], sessions.iter().map(row)))
        }
        _ => None,
    }
}

fn row(session: &SessionRow) -> [String; 7] {
    let SessionRow { id, client_id, cell, device, seen_at, seen_from, expires_at, .. } = session.clone();
    [
        id.to_string(),
        client_id.to_string(),
        cell,
        device.unwrap_or_default(),
        print_moment(seen_at),
        seen_from.unwrap_or_default(),
        print_moment(expires_at),
    ]
}
