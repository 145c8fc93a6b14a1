//! `cloakroom users`.

use super::arguments::{SharedFlags, UsersCommand};
use super::failure::Failure;
use super::run::Setting;
use super::table::{harmless, table};
use crate::control::{ControlReply, ControlRequest, UserRow, print_moment};

pub(super) async fn run(setting: &mut Setting<'_, '_>, shared: SharedFlags, command: UsersCommand) -> Result<(), Failure> {
    let request = match command {
        UsersCommand::Add { email, name } => ControlRequest::AddUser { email, name, password: setting.terminal.read_password()? },
        UsersCommand::List => ControlRequest::ListUsers,
        UsersCommand::Disable { user } => ControlRequest::DisableUser { user },
    };
    setting.ask_and_print(shared, request, in_words).await
}

fn in_words(reply: &ControlReply) -> Option<String> {
    match reply {
        ControlReply::UserAdded(user) => {
            Some(format!("{} can sign in; the account's id is {}.\n", harmless(&user.email), user.id))
        }
        ControlReply::UserDisabled { user, sessions_ended } => {
            let email = harmless(&user.email);
            Some(format!("{email} cannot sign in any more; sessions ended with it: {sessions_ended}.\n"))
        }
        ControlReply::Users(users) => Some(table(["ID", "EMAIL", "NAME", "STATUS", "ROLES", "CREATED"], users.iter().map(row))),
        _ => None,
    }
}

fn row(user: &UserRow) -> [String; 6] {
    let UserRow { id, email, name, roles, status, created_at, .. } = user.clone();
    [id, email, name.unwrap_or_default(), status, roles.join(" "), print_moment(created_at)]
}
