//! Logging: to standard error, as text on a terminal and else one JSON object per line.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::Subscriber;

/// Starts logging for the whole process; a second call changes nothing. `filter` is what `RUST_LOG` says; without it events from
/// `level` on are logged.
pub(crate) fn start(filter: Option<&str>, level: &str) {
    let parsed = filter.map(|filter| EnvFilter::builder().parse(filter));
    let (filter, refused) = match parsed {
        Some(Ok(filter)) => (filter, None),
        Some(Err(error)) => (EnvFilter::new(level), Some(error)),
        None => (EnvFilter::new(level), None),
    };
    let subscriber = Subscriber::builder().with_env_filter(filter).with_writer(io::stderr);
    let started = if io::stderr().is_terminal() {
        tracing::subscriber::set_global_default(subscriber.with_ansi(true).finish())
    } else {
        tracing::subscriber::set_global_default(subscriber.with_ansi(false).json().flatten_event(true).finish())
    };
    if let (Ok(()), Some(error)) = (started, refused) {
        tracing::warn!(%error, "RUST_LOG is not understood and has no effect");
    }
}
