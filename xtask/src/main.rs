//! Chores: `cargo xtask test` passes all tests, `cargo xtask ci` is that and formatting, lints, docs and the dependency rules, `cargo xtask
//! bench` measures.

mod arrows;
mod needs;
mod run;

use std::process::ExitCode;

use run::{Failed, say, step};

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("test") => test(),
        Some("ci") => ci(),
        Some("arrows") => arrows::check(),
        Some("bench") => bench(),
        _ => Err(Failed("usage: cargo xtask test | ci | arrows | bench".to_owned())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(reason)) => {
            say(&format!("xtask: {reason}"));
            ExitCode::FAILURE
        }
    }
}

/// All tests, with whatever they need installed or named as missing.
fn test() -> Result<(), Failed> {
    needs::install();
    step("cargo", &["test", "--workspace", "--all-features", "--no-fail-fast"])
}

fn ci() -> Result<(), Failed> {
    step("cargo", &["fmt", "--all", "--check"])?;
    arrows::check()?;
    step("cargo", &["clippy", "--workspace", "--all-features", "--all-targets", "--", "-D", "warnings"])?;
    run::step_with("cargo", &["doc", "--workspace", "--all-features", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")])?;
    needs::cargo_deny()?;
    test()
}

/// Figures of JWT verification beside the bare signature check and other libraries, and of the release binary beside the raw limits; with
/// `--idle` also its memory one minute after the last sign-in.
fn bench() -> Result<(), Failed> {
    step("cargo", &["run", "--release", "--quiet", "--manifest-path", "bench/jwt/Cargo.toml", "--target-dir", "target/bench"])?;
    step("cargo", &["build", "--release", "--package", "cloakroom-server"])?;
    let run = ["run", "--release", "--quiet", "--manifest-path", "bench/Cargo.toml", "--target-dir", "target/bench", "--"];
    let more: Vec<String> = std::env::args().skip(2).collect();
    let arguments: Vec<&str> =
        run.into_iter().chain(["target/release/cloakroom"]).chain(more.iter().map(String::as_str)).collect();
    step("cargo", &arguments)
}
