//! The product as the command line sees it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use cloakroom::SystemClock;
use cloakroom_store::sqlite::{STORE_MIGRATIONS, plan};
use tokio::net::TcpListener;

use crate::app::{App, Surroundings, failed, misconfigured};
use crate::cli::{self, Product, StartError};
use crate::config::{Config, ConfigError, Flags};
use crate::control::{Answer, ControlSocket};
use crate::data_folder;
use crate::lab::{self, Access, Choice, Lab, LabDoor, LabError, LabFolder, Report};
use crate::measure::{self, MeasureError, Measured};
use crate::operator::Operator;
use crate::serve::{ServeLimits, asked_to_end, serve};
use crate::storage::sqlite::SERVER_MIGRATIONS;
use crate::urls::Urls;

/// Runs the command line.
pub fn main() -> ExitCode {
    cli::run(std::env::args_os(), &Cloakroom)
}

struct Cloakroom;

#[async_trait]
impl Product for Cloakroom {
    async fn serve(&self, config: Config, listener: TcpListener) -> Result<(), StartError> {
        serve_from(config, listener, |urls| &urls.start).await
    }

    async fn lab(&self, listener: TcpListener) -> Result<(), StartError> {
        let folder = LabFolder::open().map_err(failed)?;
        let config = config_of_the_lab(folder.path()).map_err(misconfigured)?;
        serve_from(config, listener, |urls| &urls.lab).await
    }

    async fn run_lab(&self, choice: &Choice) -> Result<Report, LabError> {
        // In this order: before there is anything to leave behind, the signals are listened to.
        tokio::select! {
            biased;
            ended = asked_to_end() => Err(ended.map_or_else(LabError::from, |()| LabError::Interrupted)),
            report = Box::pin(lab::run(choice)) => report,
        }
    }

    async fn open(&self, config: &Config) -> Result<Arc<dyn Answer>, StartError> {
        data_folder::prepare(&config.data).map_err(failed)?;
        let clock = SystemClock::new();
        let origin = App::origin_of(config, None);
        let app = App::open(config, &origin, clock.clone(), Surroundings::of_this_machine(&clock)).await?;
        Ok(Arc::new(Operator::new(&app)))
    }

    async fn measure(&self, config: &Config) -> Result<Measured, MeasureError> {
        Box::pin(measure::measure(config)).await
    }

    fn upgrade_plan(&self, config: &Config) -> Result<Vec<String>, StartError> {
        let planned = plan(&config.database.file, &[STORE_MIGRATIONS, SERVER_MIGRATIONS]).map_err(misconfigured)?;
        Ok(planned.iter().map(|one| format!("{} {}: {}", one.history, one.version, one.name)).collect())
    }
}

/// The configuration of a server that shows the lab alone.
///
/// 1. Neither a file nor the environment counts: what is set for a real server must not reach this one.
/// 2. Its cookies have a name of their own: ports share cookies, and a real server on this machine must keep its own.
fn config_of_the_lab(data: &Path) -> Result<Config, ConfigError> {
    let flags = Flags { config: Some("the lab".into()), data: data.to_str().map(str::to_owned), ..Flags::default() };
    Ok(Config::load(&flags, &BTreeMap::new(), &|_| Ok("[cookies]\nname = \"cloakroom-lab\"\n".to_owned()))?.config)
}

/// Serves what `config` says and announces one of its pages.
async fn serve_from(config: Config, listener: TcpListener, page: fn(&Urls) -> &str) -> Result<(), StartError> {
    let address = listener.local_addr().map_err(failed)?;
    let origin = App::origin_of(&config, Some(address));
    let config = Config { listen: address, ..config };
    let clock = SystemClock::new();
    let app = App::open(&config, &origin, clock.clone(), Surroundings::of_this_machine(&clock)).await?;
    let operator: Arc<dyn Answer> = Arc::new(Operator::new(&app));
    let control = ControlSocket::bind(&config.data).map_err(failed)?;
    let control = tokio::spawn(control.serve(operator));
    let jobs = app.jobs();
    let running = tokio::spawn(jobs.clone().run());
    cli::announce(&format!("{origin}{}", page(&app.urls))).map_err(failed)?;
    let ended = async {
        if let Err(error) = asked_to_end().await {
            tracing::error!(%error, "signals cannot be listened to");
            std::future::pending::<()>().await;
        }
    };
    let lab = Lab::new(Access::of(&origin, address), clock);
    let rooms = lab::rooms(LabDoor { lab, pages: app.pages.clone(), auth: app.auth.clone() });
    serve(listener, app.service(rooms), ServeLimits::DEFAULT, ended).await;
    running.abort();
    control.abort();
    jobs.finish().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lab_alone_leaves_the_cookies_of_a_real_server_alone() {
        let folder = tempfile::tempdir().unwrap();
        let own = config_of_the_lab(folder.path()).unwrap();
        let real = Config::load(&Flags::default(), &BTreeMap::new(), &|_| Ok(String::new())).unwrap().config;
        assert_eq!(own.cookies.name.as_str(), "cloakroom-lab");
        assert_ne!(own.cookies.name, real.cookies.name);
        assert_eq!(own.data, folder.path());
    }
}
