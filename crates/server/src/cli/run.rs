//! Runs one command.

use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use super::arguments::{Arguments, Command, SharedFlags};
use super::failure::Failure;
use super::product::Product;
use super::terminal::Terminal;
use super::{advise, check_config, clock, explain, keys, lab, lint, measure, serve, sessions, upgrade, users};
use crate::config::{Config, Environment, Flags, Loaded};
use crate::control::{AskError, ControlReply, ControlRequest, ask};
use crate::telemetry;

/// Runs what the command line says. Exit codes: 0 done, 1 refused or failed, 2 a wrong configuration or command line; what
/// `advise` and `lint` found has codes of its own.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>, product: &dyn Product) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and the version come as errors too; when they cannot be printed there is nobody to tell.
            let _ = error.print();
            return u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    let (mut input, mut output, mut errors) = (io::stdin().lock(), io::stdout(), io::stderr());
    run_command(arguments, product, &mut input, &mut output, &mut errors)
}

fn run_command(
    arguments: Arguments,
    product: &dyn Product,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    errors: &mut dyn Write,
) -> ExitCode {
    let mut terminal = Terminal::new(input, output, errors);
    let done = Environment::read().map_err(Failure::from).and_then(|environment| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let mut setting = Setting { product, environment, terminal: &mut terminal };
        runtime.block_on(setting.dispatch(arguments))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Where standard error is closed too, the exit code has to do. What was printed already is not said again.
            if !matches!(failure, Failure::Answered(_)) {
                let _ = terminal.remark(&failure.to_string());
            }
            failure.exit_code()
        }
    }
}

/// What every command has at hand.
pub(super) struct Setting<'s, 't> {
    pub(super) product: &'s dyn Product,
    environment: Environment,
    pub(super) terminal: &'s mut Terminal<'t>,
}

impl Setting<'_, '_> {
    async fn dispatch(&mut self, arguments: Arguments) -> Result<(), Failure> {
        let level = match &arguments.command {
            Some(Command::Serve(_)) => "info",
            // Its scenarios make servers fail on purpose.
            Some(Command::Lab(flags)) if flags.run.is_some() => "off",
            _ => "warn",
        };
        telemetry::start(self.environment.log_filter.as_deref(), level);
        match arguments.command {
            None => Ok(self.terminal.print(&Arguments::command().render_long_help().to_string())?),
            Some(Command::Serve(flags)) => serve::run(self, &flags.into()).await,
            Some(Command::CheckConfig(flags)) => check_config::run(self, &flags.into()),
            Some(Command::Users { shared, command }) => users::run(self, shared, command).await,
            Some(Command::Sessions { shared, command }) => sessions::run(self, shared, command).await,
            Some(Command::Keys { shared, command }) => keys::run(self, shared, &command).await,
            Some(Command::Clock { shared, command }) => clock::run(self, shared, &command).await,
            Some(Command::Advise { config, json, record, measures, answers }) => {
                advise::run(self, &advise::Order { config, json, record, measures, answers })
            }
            Some(Command::Lint { json, record, config, file }) => lint::run(self, json, record.as_deref(), config.or(file)),
            Some(Command::Measure { shared, save }) => measure::run(self, shared, save.as_deref()).await,
            Some(Command::Lab(flags)) => lab::run(self, flags).await,
            Some(Command::Explain { shared, explain }) => explain::run(self, shared, explain).await,
            Some(Command::Upgrade { shared, .. }) => upgrade::run(self, shared),
        }
    }

    /// The configuration file that the environment names.
    pub(super) fn named_config(&self) -> Option<std::path::PathBuf> {
        self.environment.settings.get("CLOAKROOM_CONFIG").map(Into::into)
    }

    /// Reads the configuration.
    pub(super) fn load(&self, flags: &Flags) -> Result<Loaded, Failure> {
        let read_file = |path: &Path| std::fs::read_to_string(path);
        Ok(Config::load(flags, &self.environment.settings, &read_file)?)
    }

    /// Asks the server that uses the data folder, or the store itself where none is running, and prints the reply.
    pub(super) async fn ask_and_print(
        &mut self,
        shared: SharedFlags,
        request: ControlRequest,
        in_words: fn(&ControlReply) -> Option<String>,
    ) -> Result<(), Failure> {
        let json = shared.json;
        let config = self.load(&shared.into())?.config;
        let reply = match ask(&config.data, &request).await {
            Ok(reply) => reply,
            Err(AskError::NoServer) => self.product.open(&config).await?.answer(request).await,
            Err(error) => return Err(Failure::refused(&error)),
        };
        self.print_reply(&reply, json, in_words)
    }

    /// Prints a reply as JSON or in the command's words.
    pub(super) fn print_reply(
        &mut self,
        reply: &ControlReply,
        json: bool,
        in_words: fn(&ControlReply) -> Option<String>,
    ) -> Result<(), Failure> {
        if let ControlReply::Refused { reason } = reply {
            return Err(Failure::Refused(reason.clone()));
        }
        let text = if json { Some(in_json(reply)) } else { in_words(reply) };
        let text = text.ok_or_else(|| {
            Failure::Refused("the server answered something else: use its own version of the command".to_owned())
        })?;
        Ok(self.terminal.print(&text)?)
    }
}

fn in_json(reply: &ControlReply) -> String {
    let mut text = serde_json::to_string(reply).expect("replies are made of strings and numbers");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use async_trait::async_trait;
    use cloakroom_primitives::Timestamp;
    use tokio::net::TcpListener;

    use super::*;
    use crate::cli::StartError;
    use crate::control::{Answer, ControlSocket, UserRow};
    use crate::lab::{Choice, LabError, Report};
    use crate::measure::{MeasureError, Measured};

    /// Answers by a script and remembers what it was asked.
    #[derive(Clone, Default)]
    struct Script(Arc<Mutex<Vec<String>>>);

    #[async_trait]
    impl Answer for Script {
        async fn answer(&self, request: ControlRequest) -> ControlReply {
            self.0.lock().unwrap().push(format!("{request:?}"));
            match request {
                ControlRequest::ListUsers => ControlReply::Users(vec![UserRow {
                    id: "u1".into(),
                    email: "ada@example.com".into(),
                    email_verified: false,
                    name: Some("Ada".into()),
                    roles: vec!["clerk".into()],
                    status: "active".into(),
                    created_at: Timestamp::from_seconds(1_700_000_000),
                }]),
                ControlRequest::EndSessions { .. } => ControlReply::SessionsEnded { sessions_ended: 2 },
                _ => ControlReply::Refused { reason: "not today".into() },
            }
        }
    }

    #[async_trait]
    impl Product for Script {
        async fn serve(&self, _: Config, listener: TcpListener) -> Result<(), StartError> {
            let address = listener.local_addr().unwrap();
            self.0.lock().unwrap().push(format!("serves on {}", address.ip()));
            Ok(())
        }

        async fn open(&self, _: &Config) -> Result<Arc<dyn Answer>, StartError> {
            self.0.lock().unwrap().push("opened".into());
            Ok(Arc::new(self.clone()))
        }

        async fn measure(&self, _: &Config) -> Result<Measured, MeasureError> {
            Err(MeasureError::Answer("this is a script"))
        }

        async fn lab(&self, listener: TcpListener) -> Result<(), StartError> {
            let address = listener.local_addr().expect("a bound listener has an address");
            self.0.lock().unwrap().push(format!("the lab on {}", address.ip()));
            Ok(())
        }

        async fn run_lab(&self, choice: &Choice) -> Result<Report, LabError> {
            self.0.lock().unwrap().push(format!("{choice:?}"));
            Err(LabError::Interrupted)
        }

        fn upgrade_plan(&self, _: &Config) -> Result<Vec<String>, StartError> {
            Err(StartError::Configuration("the schema is newer than this program".into()))
        }
    }

    struct Outcome {
        code: ExitCode,
        output: String,
        errors: String,
        asked: Vec<String>,
    }

    fn outcome(arguments: &[&str], input: &str) -> Outcome {
        let script = Script::default();
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let arguments = Arguments::try_parse_from([&["cloakroom"], arguments].concat()).unwrap();
        let code = run_command(arguments, &script, &mut input.as_bytes(), &mut output, &mut errors);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let asked = script.0.lock().unwrap().clone();
        Outcome { code, output: text(output), errors: text(errors), asked }
    }

    #[test]
    fn no_command_prints_help() {
        let Outcome { code, output, .. } = outcome(&[], "");
        assert_eq!(code, ExitCode::SUCCESS);
        assert!(output.contains("Usage: cloakroom") && output.contains("check-config"), "{output}");
    }

    #[test]
    fn where_no_server_is_running_the_store_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap();
        let Outcome { code, output, asked, .. } = outcome(&["users", "list", "--data", data], "");
        assert_eq!((code, asked), (ExitCode::SUCCESS, vec!["opened".to_owned(), "ListUsers".to_owned()]));
        assert!(output.contains("ada@example.com  Ada   active"), "{output}");
        let Outcome { output, .. } = outcome(&["users", "list", "--json", "--data", data], "");
        let json: serde_json::Value = serde_json::from_str(&output).unwrap();
        assert_eq!(json["users"][0]["created_at"], "2023-11-14T22:13:20.000Z");
    }

    #[test]
    fn where_a_server_is_running_it_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let server = Script::default();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let socket = runtime.block_on(async { ControlSocket::bind(folder.path()).unwrap() });
        runtime.spawn(socket.serve(Arc::new(server.clone())));
        let data = folder.path().to_str().unwrap();
        let Outcome { code, output, asked, .. } = outcome(&["sessions", "end", "--user", "ada", "--data", data], "");
        assert_eq!((code, asked.len()), (ExitCode::SUCCESS, 0));
        assert_eq!(output, "2 sessions have ended.\n");
        assert_eq!(*server.0.lock().unwrap(), ["EndSessions { user: \"ada\" }"]);
    }

    #[test]
    fn a_refusal_is_exit_code_1_and_a_wrong_configuration_2() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap();
        let Outcome { code, errors, .. } = outcome(&["keys", "list", "--data", data], "");
        assert_eq!((code, errors.as_str()), (ExitCode::from(1), "not today\n"));
        let file = folder.path().join("c.toml");
        std::fs::write(&file, "\norgin = 'x'\n").unwrap();
        let Outcome { code, errors, .. } = outcome(&["check-config", "--config", file.to_str().unwrap()], "");
        assert_eq!(code, ExitCode::from(2));
        assert_eq!(errors, format!("{}:2: unknown key `orgin`; did you mean `origin`?\n", file.display()));
        let Outcome { code, errors, .. } = outcome(&["upgrade", "--plan", "--data", data], "");
        assert_eq!((code, errors.as_str()), (ExitCode::from(2), "the schema is newer than this program\n"));
    }

    #[test]
    fn a_password_comes_from_standard_input_and_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap();
        let Outcome { asked, output, errors, .. } =
            outcome(&["users", "add", "ada@example.com", "--data", data], "hunter2 hunter2\n");
        assert!(asked[1].contains("ada@example.com") && !asked[1].contains("hunter2"), "{asked:?}");
        assert!(!output.contains("hunter2") && !errors.contains("hunter2"));
        let Outcome { code, asked, .. } = outcome(&["users", "add", "ada@example.com", "--data", data], "");
        assert_eq!((code, asked.len()), (ExitCode::from(1), 0));
    }

    #[test]
    fn accepting_the_clock_needs_a_running_server() {
        let folder = tempfile::tempdir().unwrap();
        let Outcome { code, errors, asked, .. } = outcome(&["clock", "accept", "--data", folder.path().to_str().unwrap()], "");
        assert_eq!((code, asked.len()), (ExitCode::from(1), 0));
        assert!(errors.starts_with("no server is running in this data folder"), "{errors}");
    }

    #[test]
    fn serving_binds_the_address_and_makes_the_data_folder() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let flags = ["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
        let Outcome { code, asked, errors, .. } = outcome(&flags, "");
        assert_eq!((code, asked), (ExitCode::SUCCESS, vec!["serves on 127.0.0.1".to_owned()]), "{errors}");
        assert!(data.is_dir());
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let Outcome { code, errors, .. } = outcome(&["serve", "--listen", &address, "--data", data.to_str().unwrap()], "");
        assert_eq!(code, ExitCode::from(1));
        assert!(errors.contains(&address), "{errors}");
    }

    #[test]
    fn the_lab_listens_on_this_machine_alone_and_runs_what_it_is_told() {
        let Outcome { code, asked, .. } = outcome(&["lab", "--listen", "127.0.0.1:0"], "");
        assert_eq!((code, asked), (ExitCode::SUCCESS, vec!["the lab on 127.0.0.1".to_owned()]));
        let Outcome { code, asked, errors, .. } = outcome(&["lab", "--listen", "0.0.0.0:0"], "");
        assert_eq!((code, asked.len()), (ExitCode::from(2), 0));
        assert!(errors.starts_with("--listen: the lab is for this machine alone"), "{errors}");
        let Outcome { code, asked, errors, .. } = outcome(&["lab", "--run", "sign_out", "--cell", "jwt"], "");
        assert_eq!((code, errors.as_str()), (ExitCode::from(1), "the run was interrupted\n"));
        assert_eq!(asked, ["Choice { scenarios: [SignOut], cells: [Jwt] }"]);
    }

    #[test]
    fn check_config_prints_the_effective_configuration() {
        let Outcome { code, output, errors, .. } = outcome(&["check-config", "--origin", "https://id.example.com"], "");
        assert_eq!(code, ExitCode::SUCCESS);
        assert!(output.contains("origin = \"https://id.example.com\""), "{output}");
        assert!(errors.starts_with("warning: ") && errors.contains("CLOAKROOM_MASTER_KEY_FILE"), "{errors}");
    }
}
