//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use cloakroom_session::{Cell, SessionId};

use crate::config::Flags;

/// Sign-in for web apps and APIs: cookies, sessions and JWTs over one login.
#[derive(Debug, Parser)]
#[command(name = "cloakroom", version)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Runs the server until it is asked to end.
    Serve(ServerFlags),
    /// Prints the effective configuration, secrets redacted; exit code 2 when it is refused.
    CheckConfig(ServerFlags),
    /// Makes, lists and disables accounts.
    Users {
        #[command(flatten)]
        shared: SharedFlags,
        #[command(subcommand)]
        command: UsersCommand,
    },
    /// Lists and ends sessions.
    Sessions {
        #[command(flatten)]
        shared: SharedFlags,
        #[command(subcommand)]
        command: SessionsCommand,
    },
    /// Lists the keys that sign tokens.
    Keys {
        #[command(flatten)]
        shared: SharedFlags,
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Settles a quarrel between the server's time and the machine's clock.
    Clock {
        #[command(flatten)]
        shared: SharedFlags,
        #[command(subcommand)]
        command: ClockCommand,
    },
    /// Says what fits a system: asks, or reads the answers from a file; exit code 2 for wrong answers, 3 where they contradict each other.
    Advise {
        /// The configuration file of the server it is for (also `CLOAKROOM_CONFIG`); its origin stands in the snippets.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Prints JSON for machines.
        #[arg(long)]
        json: bool,
        /// Writes the decision record, Markdown to commit.
        #[arg(long, value_name = "FILE")]
        record: Option<PathBuf>,
        /// What `cloakroom measure --save` has written: the costs are then those of this machine.
        #[arg(long, value_name = "FILE")]
        measures: Option<PathBuf>,
        /// The answers as a JSON object, as `POST /api/v1/advise` takes them; `-` is standard input. Without it, it asks.
        #[arg(value_name = "ANSWERS.json")]
        answers: Option<PathBuf>,
    },
    /// Says what is wrong or risky in a configuration; exit code 1 for warnings, 3 for errors.
    Lint {
        /// Prints JSON for machines.
        #[arg(long)]
        json: bool,
        /// The decision record that `advise` wrote; without it, what depends on it is skipped.
        #[arg(long, value_name = "FILE")]
        record: Option<PathBuf>,
        /// The configuration file (also `CLOAKROOM_CONFIG`).
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// The same.
        #[arg(value_name = "CONFIG", conflicts_with = "config")]
        file: Option<PathBuf>,
    },
    /// Measures on this machine what the adviser's costs rest on.
    Measure {
        #[command(flatten)]
        shared: SharedFlags,
        /// Also writes the figures to this file, as JSON, for `cloakroom advise --measures`.
        #[arg(long, value_name = "FILE")]
        save: Option<PathBuf>,
    },
    /// Opens the lab, on throw-away data, or runs its scenarios without a page.
    ///
    /// Exit code 1 when a scenario did not come out as the lab's table says.
    Lab(LabFlags),
    /// Says what a cookie, a token, a request or a response is, and what is wrong with it.
    ///
    /// Exit codes: 0 nothing worse than a note, 1 a warning, 2 nobody can read it, 3 an error.
    Explain {
        #[command(flatten)]
        shared: SharedFlags,
        #[command(flatten)]
        explain: ExplainFlags,
    },
    /// Shows what the next start will change in the database.
    Upgrade {
        #[command(flatten)]
        shared: SharedFlags,
        /// Only show; the changes are made when the server starts.
        #[arg(long, required = true)]
        plan: bool,
    },
}

/// The flags of whatever reads the whole configuration.
#[derive(Args, Debug)]
pub(super) struct ServerFlags {
    /// The configuration file (also `CLOAKROOM_CONFIG`); none is read unless it is named.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen; port 0 is any free port [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The data folder [default: ./cloakroom-data].
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// The origin that browsers see [default: `http://localhost` and the port].
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
}

/// The flags of commands that reach a data folder.
#[derive(Args, Debug)]
pub(super) struct SharedFlags {
    /// The configuration file (also `CLOAKROOM_CONFIG`); none is read unless it is named.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// The data folder [default: ./cloakroom-data].
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<String>,
    /// Prints JSON for machines.
    #[arg(long, global = true)]
    pub(super) json: bool,
}

/// What the lab is to do.
#[derive(Args, Debug)]
pub(super) struct LabFlags {
    /// Where the lab's pages listen, on this machine; port 0 is any free port [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR", conflicts_with = "run")]
    pub(super) listen: Option<SocketAddr>,
    /// Runs one scenario, or `all` of them, and prints what came out.
    #[arg(long, value_name = "all|NAME", value_parser = super::lab::names(), hide_possible_values = true)]
    pub(super) run: Option<String>,
    /// Runs in one cell alone: `cookie`, `token`, `jwt` or `jwt_cookie`.
    #[arg(long, value_name = "CELL", requires = "run", value_parser = super::lab::cell)]
    pub(super) cell: Option<Cell>,
    /// Prints JSON for machines.
    #[arg(long, requires = "run")]
    pub(super) json: bool,
    /// Also writes the run as a page that needs no server.
    #[arg(long, value_name = "FILE.html", requires = "run")]
    pub(super) save: Option<PathBuf>,
}

/// What is explained, and what is known beside it.
#[derive(Args, Debug)]
pub(super) struct ExplainFlags {
    /// The site it is from, where the text does not say.
    #[arg(long, value_name = "URL")]
    pub(super) origin: Option<String>,
    /// The moment to judge it at [default: now].
    #[arg(long, value_name = "TIME")]
    pub(super) at: Option<String>,
    /// Tries no well-known secrets on signatures.
    #[arg(long)]
    pub(super) no_guess: bool,
    /// Secrets to try beside the well-known ones, one a line.
    #[arg(long, value_name = "FILE", conflicts_with = "no_guess")]
    pub(super) wordlist: Option<PathBuf>,
    /// What to explain [default: standard input].
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum UsersCommand {
    /// Makes an account. The password is the first line of standard input, never an argument.
    Add {
        /// The address to sign in with.
        email: String,
        /// The name that pages show.
        #[arg(long)]
        name: Option<String>,
    },
    /// Lists all accounts.
    List,
    /// Disables an account and ends all its sessions.
    Disable {
        /// Its address or its id.
        user: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum SessionsCommand {
    /// Lists the sessions of a user, newest first.
    List {
        /// Their address or id.
        user: String,
    },
    /// Ends one session, or all of a user.
    #[command(group = clap::ArgGroup::new("which").required(true).args(["session", "user"]))]
    End {
        /// The id of the session.
        session: Option<SessionId>,
        /// Ends all sessions of this user, by address or id.
        #[arg(long, value_name = "USER")]
        user: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Lists them, newest first.
    List,
}

#[derive(Debug, Subcommand)]
pub(super) enum ClockCommand {
    /// Makes the running server take the machine's clock as right.
    Accept,
}

impl From<ServerFlags> for Flags {
    fn from(flags: ServerFlags) -> Self {
        let ServerFlags { config, listen, data, origin } = flags;
        Self { config, listen, data, origin }
    }
}

impl From<SharedFlags> for Flags {
    fn from(flags: SharedFlags) -> Self {
        Self { config: flags.config, data: flags.data, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_password_cannot_be_an_argument() {
        assert!(Arguments::try_parse_from(["cloakroom", "users", "add", "a@b.example"]).is_ok());
        assert!(Arguments::try_parse_from(["cloakroom", "users", "add", "a@b.example", "hunter2"]).is_err());
        assert!(Arguments::try_parse_from(["cloakroom", "users", "add", "a@b.example", "--password", "hunter2"]).is_err());
    }

    #[test]
    fn ending_sessions_names_one_or_a_user() {
        let id = SessionId::from_bytes([1; 16]).to_string();
        for (arguments, is_right) in [
            (vec![], false),
            (vec![id.as_str()], true),
            (vec!["--user", "a"], true),
            (vec![&id, "--user", "a"], false),
            (vec!["x"], false),
        ] {
            let all = ["cloakroom", "sessions", "end"].into_iter().chain(arguments.iter().copied());
            assert_eq!(Arguments::try_parse_from(all).is_ok(), is_right, "{arguments:?}");
        }
    }
}
