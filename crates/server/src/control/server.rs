//! The side that owns the store.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::line;
use super::message::{ControlReply, ControlRequest};
use super::path::{OpenFolder, SOCKET};

/// The longest request.
const REQUEST_LIMIT: u64 = 64 * 1024;

/// How long a peer may take to say what it wants, and to take the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many may be answered at once; one person types, not hundreds.
const AT_ONCE: usize = 8;

/// How long accepting rests after it failed.
const REST: Duration = Duration::from_millis(200);

/// What does the work of a request.
#[async_trait]
pub(crate) trait Answer: Send + Sync + 'static {
    /// Does what is asked, or says why not.
    async fn answer(&self, request: ControlRequest) -> ControlReply;
}

/// Why the socket could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum BindError {
    /// Somebody answers on it.
    #[error("another server uses the data folder {}: stop it first", .0.display())]
    Taken(PathBuf),
    /// There is something else under its name.
    #[error("{} is not a socket: move it away", .0.display())]
    NotASocket(PathBuf),
    /// The folder does not let us.
    #[error("the control socket cannot be made in {}", .folder.display())]
    Folder {
        /// The data folder.
        folder: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}

/// The bound socket.
#[derive(Debug)]
pub(crate) struct ControlSocket {
    listener: UnixListener,
}

impl ControlSocket {
    /// Binds `control.sock` in the data folder with mode 0600, in place of a stale one.
    pub(crate) fn bind(folder: &Path) -> Result<Self, BindError> {
        let failed = |source| BindError::Folder { folder: folder.to_owned(), source };
        let open = OpenFolder::open(folder).map_err(failed)?;
        let path = open.join(SOCKET);
        match fs::symlink_metadata(&path) {
            Ok(found) if !found.file_type().is_socket() => return Err(BindError::NotASocket(folder.join(SOCKET))),
            Ok(_) if std::os::unix::net::UnixStream::connect(&path).is_ok() => return Err(BindError::Taken(folder.to_owned())),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        // Bound under another name and moved: nobody meets the socket before it has its mode, and there is never none.
        let made = open.join("control.sock.new");
        let bind = || {
            match fs::remove_file(&made) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = UnixListener::bind(&made)?;
            fs::set_permissions(&made, Permissions::from_mode(0o600))?;
            fs::rename(&made, &path)?;
            Ok(listener)
        };
        bind().map(|listener| Self { listener }).map_err(failed)
    }

    /// Answers until it is dropped.
    pub(crate) async fn serve(self, answer: Arc<dyn Answer>) {
        let slots = Arc::new(Semaphore::new(AT_ONCE));
        loop {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let answer = Arc::clone(&answer);
                    tokio::spawn(async move {
                        let _slot = slot;
                        if let Err(error) = converse(stream, &*answer).await {
                            tracing::debug!(%error, "a conversation on the control socket broke off");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "the control socket does not accept");
                    sleep(REST).await;
                }
            }
        }
    }
}

async fn converse(mut stream: UnixStream, answer: &dyn Answer) -> io::Result<()> {
    let request = match timeout(PATIENCE, line::read::<ControlRequest>(&mut stream, REQUEST_LIMIT)).await? {
        Ok(request) => request,
        // Nobody asked anything: the look whether a server is there.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
        Err(error) => {
            let reason = "the request was not understood: use the same version of the command and the server".to_owned();
            timeout(PATIENCE, line::write(&mut stream, &ControlReply::Refused { reason })).await??;
            return Err(error);
        }
    };
    let reply = answer.answer(request).await;
    timeout(PATIENCE, line::write(&mut stream, &reply)).await?
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream as StdStream;

    use super::super::client::{AskError, ask};
    use super::*;

    struct Echo;

    #[async_trait]
    impl Answer for Echo {
        async fn answer(&self, request: ControlRequest) -> ControlReply {
            match request {
                ControlRequest::AddUser { email, name, password } => {
                    let reason = format!("{email} {name:?} {}", password.into_secret().expose());
                    ControlReply::Refused { reason }
                }
                _ => ControlReply::ClockAccepted,
            }
        }
    }

    fn serve(folder: &Path) {
        tokio::spawn(ControlSocket::bind(folder).unwrap().serve(Arc::new(Echo)));
    }

    #[tokio::test]
    async fn a_request_reaches_the_server_and_its_reply_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        serve(folder.path());
        let request = ControlRequest::AddUser {
            email: "a@b.example".into(),
            name: Some("Ä\n".into()),
            password: super::super::message::Private::new("line\nbreak".into()),
        };
        let reply = ask(folder.path(), &request).await.unwrap();
        assert_eq!(reply, ControlReply::Refused { reason: "a@b.example Some(\"Ä\\n\") line\nbreak".into() });
        assert_eq!(ask(folder.path(), &ControlRequest::AcceptClock).await.unwrap(), ControlReply::ClockAccepted);
    }

    #[tokio::test]
    async fn a_folder_with_a_longer_name_than_a_socket_may_have_works_too() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("f".repeat(120)).join("g".repeat(120));
        fs::create_dir_all(&folder).unwrap();
        serve(&folder);
        assert_eq!(ask(&folder, &ControlRequest::ListKeys).await.unwrap(), ControlReply::ClockAccepted);
        assert!(fs::symlink_metadata(folder.join(SOCKET)).unwrap().file_type().is_socket());
    }

    #[tokio::test]
    async fn only_its_owner_may_open_the_socket() {
        let folder = tempfile::tempdir().unwrap();
        let _socket = ControlSocket::bind(folder.path()).unwrap();
        assert_eq!(fs::metadata(folder.path().join(SOCKET)).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_stale_socket_is_replaced_and_a_living_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        drop(ControlSocket::bind(folder.path()).unwrap());
        assert!(folder.path().join(SOCKET).exists());
        assert!(matches!(ask(folder.path(), &ControlRequest::ListKeys).await, Err(AskError::NoServer)));
        serve(folder.path());
        assert!(matches!(ControlSocket::bind(folder.path()), Err(BindError::Taken(_))));
        assert!(ask(folder.path(), &ControlRequest::ListKeys).await.is_ok());
    }

    #[tokio::test]
    async fn a_file_under_the_sockets_name_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(SOCKET), "mine").unwrap();
        assert!(matches!(ControlSocket::bind(folder.path()), Err(BindError::NotASocket(_))));
        assert_eq!(fs::read(folder.path().join(SOCKET)).unwrap(), b"mine");
    }

    #[tokio::test]
    async fn a_folder_without_a_socket_has_no_server() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(ask(folder.path(), &ControlRequest::ListKeys).await, Err(AskError::NoServer)));
        assert!(matches!(ask(&folder.path().join("gone"), &ControlRequest::ListKeys).await, Err(AskError::NoServer)));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn junk_and_too_much_of_it_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        serve(folder.path());
        for junk in [b"nonsense\n".to_vec(), b"{\"list_keys\":1}\n".to_vec(), [vec![b'x'; 64 * 1024], b"\n".to_vec()].concat()] {
            let path = folder.path().join(SOCKET);
            let reply = tokio::task::spawn_blocking(move || {
                let mut stream = StdStream::connect(path).unwrap();
                let _ = stream.write_all(&junk);
                let mut reply = String::new();
                let _ = stream.read_to_string(&mut reply);
                reply
            });
            assert!(reply.await.unwrap().starts_with("{\"refused\":{\"reason\":\"the request was not understood"));
        }
        assert!(ask(folder.path(), &ControlRequest::ListKeys).await.is_ok());
    }
}
