//! A whole server on a store of its own, in the file system of the data folder, gone when it is dropped.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cloakroom::session::StoreError;
use cloakroom::{MasterKey, MasterKeys, Origin, Random, SystemClock};
use cloakroom_primitives::encode_base64url;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::line::{Answer, Line};
use crate::app::{App, Surroundings};
use crate::cli::StartError;
use crate::config::{Config, MasterKeySource, Registration};
use crate::data_folder;
use crate::serve::{ServeLimits, serve};

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum MeasureError {
    /// The folder, the port or the connection: free them and measure again.
    #[error("nothing can be measured here: {0}")]
    Io(#[from] io::Error),
    /// The server under measurement did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The store under measurement did not answer.
    #[error("the store under measurement: {0}")]
    Store(#[from] StoreError),
    /// The server under measurement answered something else than it should.
    #[error("the server under measurement did not answer as it should: {0}")]
    Answer(&'static str),
}

const EMAIL: &str = "measure@cloakroom.invalid";
const PASSWORD: &str = "four words nobody keeps";

/// The server, running.
pub(super) struct Stage {
    pub(super) app: App,
    pub(super) keys: Arc<MasterKeys>,
    address: SocketAddr,
    serving: JoinHandle<()>,
    /// Goes last.
    _folder: ThrowAway,
}

impl Stage {
    /// Starts a server like the configured one, but with a store, a key and clients of its own.
    pub(super) async fn open(config: &Config) -> Result<Self, MeasureError> {
        let clock = SystemClock::new();
        let around = Surroundings::of_this_machine(&clock);
        let folder = ThrowAway::in_folder(&config.data, &*around.random)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let keys = MasterKeys::of(MasterKey::generate(&*around.random));
        let own = own_config(config, folder.path(), keys.clone());
        let app = App::open(&own, &own.origin_for(address), clock, around).await?;
        let serving =
            tokio::spawn(serve(listener, app.service(axum::Router::new()), ServeLimits::DEFAULT, std::future::pending()));
        let stage = Self { app, keys: Arc::new(keys), address, serving, _folder: folder };
        let made = stage.line().await?.post(&stage.app.urls.api_users, &json!({ "email": EMAIL, "password": PASSWORD })).await?;
        if made.status == 201 { Ok(stage) } else { Err(MeasureError::Answer("an account could not be made")) }
    }

    /// A connection to it.
    pub(super) async fn line(&self) -> io::Result<Line> {
        let origin: &Origin = self.app.auth.origin();
        Line::open(self.address, origin.as_str().split("://").nth(1).unwrap_or_default().to_owned()).await
    }

    /// Signs in for a cell.
    pub(super) async fn sign_in(&self, cell: &str) -> Result<Answer, MeasureError> {
        let body = json!({ "email": EMAIL, "password": PASSWORD, "deliver": cell });
        let answer = self.line().await?.post(&self.app.urls.api_sessions, &body).await?;
        if answer.status == 201 { Ok(answer) } else { Err(MeasureError::Answer("nobody could sign in")) }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The origin stays, since it stands in every JWT; whatever could refuse or reach outside is as it comes.
fn own_config(config: &Config, folder: &Path, master: MasterKeys) -> Config {
    let mut own = Config::as_it_comes();
    own.origin.clone_from(&config.origin);
    own.insecure_http_cookies = config.insecure_http_cookies;
    own.cookies = config.cookies.clone();
    folder.clone_into(&mut own.data);
    own.database.file = folder.join("measure.db");
    own.master.key = MasterKeySource::Given(Box::new(master));
    own.users.registration = Registration::Open;
    own
}

/// A folder that goes with everything in it.
struct ThrowAway(PathBuf);

impl ThrowAway {
    fn in_folder(data: &Path, random: &dyn Random) -> io::Result<Self> {
        data_folder::prepare(data).map_err(io::Error::other)?;
        let mut mark = [0; 9];
        random.fill(&mut mark);
        let path = data.join(format!(".measure-{}", encode_base64url(&mark)));
        data_folder::prepare(&path).map_err(io::Error::other)?;
        Ok(Self(path))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ThrowAway {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "a folder that was only for measuring is left over; it can be removed");
        }
    }
}
