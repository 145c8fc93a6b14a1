//! `cargo xtask bench`: what a check, a sign-in and a durable session cost here, beside the raw limits, in one run.
//!
//! Rates move with whatever else the machine does; the server's own CPU time for each request moves less. Rounds alternate between ours and
//! the bare handler, and medians are printed.

mod bare;
mod load;
mod process;
mod report;
mod sessions;
mod sign_ins;
mod start;
mod whoami;

use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("--bare") => bare::serve(arguments.next().expect("the file with the answer to send")),
        Some(binary) => run(&PathBuf::from(binary), &arguments.collect::<Vec<_>>()),
        None => panic!("usage: cloakroom-bench BINARY [start] [whoami] [sessions] [sign-ins] [--idle]"),
    }
}

fn run(binary: &PathBuf, asked: &[String]) {
    let idle = asked.iter().any(|word| word == "--idle");
    let everything = asked.iter().all(|word| word == "--idle");
    let wants = |part: &str| everything || asked.iter().any(|word| word == part);
    report::machine();
    if wants("start") {
        start::measure(binary);
    }
    if wants("whoami") {
        whoami::measure(binary);
    }
    if wants("sessions") {
        sessions::measure();
    }
    if wants("sign-ins") {
        sign_ins::measure(binary, idle);
    }
}
