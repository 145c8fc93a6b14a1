//! How long from start to ready on a data folder that exists, and how large the binary is.

use std::path::Path;
use std::time::Instant;

use crate::process::Process;
use crate::report::median;

pub(crate) fn measure(binary: &Path) {
    let size = std::fs::metadata(binary).map_or(0, |metadata| metadata.len()) as f64 / 1e6;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let data = data.to_str().expect("a path that is text");
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", data];
    drop(Process::start(binary, &arguments));
    let started = (0..7).map(|_| {
        let began = Instant::now();
        let server = Process::start(binary, &arguments);
        let took = began.elapsed().as_secs_f64() * 1e3;
        drop(server);
        took
    });
    println!("binary {size:.1} MB; start to ready {:.0} ms", median(started.collect()));
}
