//! Runs a program and says so.

use std::io::Write;
use std::process::Command;

/// A step failed, and why.
pub(crate) struct Failed(pub(crate) String);

/// Prints one line for whoever watches.
pub(crate) fn say(line: &str) {
    // Whoever closed standard error does not want to know.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Runs a program to its end. Fails when it does.
pub(crate) fn step(program: &str, arguments: &[&str]) -> Result<(), Failed> {
    step_with(program, arguments, &[])
}

/// The same, with more in its environment.
pub(crate) fn step_with(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), Failed> {
    say(&format!("+ {program} {}", arguments.join(" ")));
    let status = Command::new(program).args(arguments).envs(environment.iter().copied()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failed(format!("{program} ended with {status}"))),
        Err(error) => Err(Failed(format!("{program} could not be started: {error}"))),
    }
}

/// Whether a program is there and works.
pub(crate) fn works(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}
