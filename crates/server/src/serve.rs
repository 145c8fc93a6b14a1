//! The accept loop: from a bound port to requests.
//!
//! 1. HTTP/1.1 alone. A head is at most 32 KiB.
//! 2. Who connects must have sent a whole head within 10 s; who has been served once may stay idle for 75 s, longer than the usual proxy
//!    keeps a connection, so that it is the proxy that closes.
//! 3. So many connections and no more: whoever comes next waits in the kernel's queue. A failing accept rests before it tries again.
//! 4. At the end nothing new is accepted, idle connections close, requests in flight have 10 s, then everything is dropped.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;
use tower::util::Oneshot;

/// How patient the loop is, and with how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServeLimits {
    /// How many connections are open at once.
    pub(crate) connections: usize,
    /// How long after connecting the first head must have come.
    pub(crate) first_head: Duration,
    /// How long a connection that has been served waits for its next head.
    pub(crate) idle: Duration,
    /// The largest head in bytes, request line included.
    pub(crate) head_bytes: usize,
    /// How long requests in flight may go on at the end.
    pub(crate) shutdown: Duration,
}

impl ServeLimits {
    /// What the product uses.
    pub(crate) const DEFAULT: Self = Self {
        connections: 10_000,
        first_head: Duration::from_secs(10),
        idle: Duration::from_secs(75),
        head_bytes: 32 * 1024,
        shutdown: Duration::from_secs(10),
    };
}

/// How long accepting rests after it failed: open files run out together, and each try would fail like the last.
const REST: Duration = Duration::from_millis(200);

/// What a connection buffers at most.
const BUFFER: usize = 64 * 1024;

/// Serves until `shutdown` is ready and then until everything in flight is answered or out of time.
///
/// Each request carries the peer's address as [`ConnectInfo`].
pub(crate) async fn serve<S>(listener: TcpListener, service: S, limits: ServeLimits, shutdown: impl Future<Output = ()>)
where
    S: tower::Service<Request<Incoming>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .max_header_size(limits.head_bytes)
        .max_buf_size(BUFFER.max(limits.head_bytes));
    let slots = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &slots) => accepted,
        };
        let Some((stream, peer, slot)) = accepted else { continue };
        let connection = Connection { http: http.clone(), first_head: limits.first_head, watcher: graceful.watcher() };
        let served = connection.run(stream, Door { service: service.clone(), peer, is_served: Arc::default() });
        connections.spawn(async move {
            served.await;
            drop(slot);
        });
    }
    drop(listener);
    let open = connections.len();
    if timeout(limits.shutdown, graceful.shutdown()).await.is_err() {
        tracing::warn!(open, "requests in flight did not end in time and were dropped");
    }
}

/// Waits for a free slot and then for a connection; `None` when accepting failed and has rested.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> Option<(TcpStream, SocketAddr, impl Drop + use<>)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Without it small answers wait for the peer's acknowledgement. Where it cannot be set, they do.
            let _ = stream.set_nodelay(true);
            Some((stream, peer, slot))
        }
        // The peer's fault, and gone with it.
        Err(error) if is_of_one_connection(&error) => None,
        Err(error) => {
            tracing::warn!(%error, "connections cannot be accepted");
            sleep(REST).await;
            None
        }
    }
}

fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}

struct Connection {
    http: http1::Builder,
    first_head: Duration,
    watcher: Watcher,
}

impl Connection {
    async fn run<S>(self, stream: TcpStream, door: Door<S>)
    where
        S: tower::Service<Request<Incoming>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send,
    {
        let is_served = Arc::clone(&door.is_served);
        let mut connection = pin!(self.watcher.watch(self.http.serve_connection(TokioIo::new(stream), door)));
        let ended = tokio::select! {
            biased;
            ended = &mut connection => ended,
            () = sleep(self.first_head) => {
                if !is_served.load(Ordering::Relaxed) {
                    return;
                }
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
    }
}

/// Where a request enters the product: it learns from whom it comes.
struct Door<S> {
    service: S,
    peer: SocketAddr,
    is_served: Arc<AtomicBool>,
}

impl<S> hyper::service::Service<Request<Incoming>> for Door<S>
where
    S: tower::Service<Request<Incoming>, Response = Response<Body>, Error = Infallible> + Clone,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Oneshot<S, Request<Incoming>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.is_served.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        self.service.clone().oneshot(request)
    }
}

/// Waits until the process is asked to end: SIGTERM, or SIGINT from a terminal.
pub(crate) async fn asked_to_end() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::*;

    const QUICK: ServeLimits = ServeLimits {
        connections: 2,
        first_head: Duration::from_millis(200),
        idle: Duration::from_secs(20),
        head_bytes: 8 * 1024,
        shutdown: Duration::from_millis(800),
    };

    struct Running {
        address: SocketAddr,
        end: oneshot::Sender<()>,
        served: JoinHandle<()>,
    }

    async fn start(limits: ServeLimits) -> Running {
        let slow = |wait: u64| {
            move || async move {
                sleep(Duration::from_millis(wait)).await;
                "done"
            }
        };
        let router = Router::new()
            .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }))
            .route("/slow", get(slow(300)))
            .route("/endless", get(slow(3_600_000)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let served = tokio::spawn(serve(listener, router, limits, async move {
            let _ = ended.await;
        }));
        Running { address, end, served }
    }

    async fn connect(running: &Running, bytes: &str) -> TcpStream {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream
    }

    /// All that comes until the server closes; fails when it does not close.
    async fn rest(mut stream: TcpStream) -> String {
        let mut answer = Vec::new();
        let read = timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
        // A reset is a way to close, too.
        let _ = read.expect("the server closes the connection");
        String::from_utf8(answer).unwrap()
    }

    fn request(path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    }

    #[tokio::test]
    async fn a_request_knows_its_peer() {
        let running = start(QUICK).await;
        let answer = rest(connect(&running, &request("/")).await).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("127.0.0.1"), "{answer}");
    }

    #[tokio::test]
    async fn a_head_that_does_not_end_is_cut_off() {
        let running = start(QUICK).await;
        let mut stream = connect(&running, "GET / HTTP/1.1\r\nhost: a\r\n").await;
        for _ in 0..20 {
            sleep(Duration::from_millis(20)).await;
            if stream.write_all(b"x: y\r\n").await.is_err() {
                break;
            }
        }
        assert_eq!(rest(stream).await, "");
    }

    #[tokio::test]
    async fn who_was_served_once_may_stay() {
        let running = start(QUICK).await;
        let mut stream = connect(&running, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        sleep(QUICK.first_head * 2).await;
        stream.write_all(request("/").as_bytes()).await.unwrap();
        assert_eq!(rest(stream).await.matches("HTTP/1.1 200 OK").count(), 2);
    }

    #[tokio::test]
    async fn an_idle_connection_is_closed() {
        let running = start(ServeLimits { idle: Duration::from_millis(300), ..QUICK }).await;
        let stream = connect(&running, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        assert_eq!(rest(stream).await.matches("HTTP/1.1 200 OK").count(), 1);
    }

    #[tokio::test]
    async fn a_head_that_is_too_large_is_refused() {
        let running = start(QUICK).await;
        let head = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(9 * 1024));
        let answer = rest(connect(&running, &head).await).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }

    #[tokio::test]
    async fn who_comes_when_all_slots_are_taken_waits_for_one() {
        let running = start(QUICK).await;
        let taken = [connect(&running, &request("/slow")).await, connect(&running, &request("/slow")).await];
        sleep(Duration::from_millis(50)).await;
        let mut late = connect(&running, &request("/")).await;
        let mut byte = [0];
        assert!(timeout(Duration::from_millis(100), late.read(&mut byte)).await.is_err());
        for stream in taken {
            assert!(rest(stream).await.ends_with("done"));
        }
        assert_eq!(timeout(Duration::from_secs(5), late.read(&mut byte)).await.unwrap().unwrap(), 1);
    }

    #[tokio::test]
    async fn what_is_in_flight_is_answered_before_the_end() {
        let running = start(QUICK).await;
        let stream = connect(&running, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
        sleep(Duration::from_millis(100)).await;
        running.end.send(()).unwrap();
        assert!(rest(stream).await.ends_with("done"));
        timeout(Duration::from_secs(5), running.served).await.unwrap().unwrap();
        assert!(TcpStream::connect(running.address).await.is_err());
    }

    #[tokio::test]
    async fn what_does_not_end_in_time_is_dropped() {
        let running = start(QUICK).await;
        let stream = connect(&running, &request("/endless")).await;
        sleep(Duration::from_millis(100)).await;
        running.end.send(()).unwrap();
        timeout(QUICK.shutdown * 3, running.served).await.unwrap().unwrap();
        assert_eq!(rest(stream).await, "");
    }
}
