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
    // A line that cannot be written is lost. Saying so would go to standard error too, and panic there: a full disk would end the writer.
    let subscriber = Subscriber::builder().with_env_filter(filter).with_writer(io::stderr).log_internal_errors(false);
    let started = if io::stderr().is_terminal() {
        tracing::subscriber::set_global_default(subscriber.with_ansi(true).finish())
    } else {
        tracing::subscriber::set_global_default(subscriber.with_ansi(false).json().flatten_event(true).finish())
    };
    if let (Ok(()), Some(error)) = (started, refused) {
        tracing::warn!(%error, "RUST_LOG is not understood and has no effect");
    }
}
