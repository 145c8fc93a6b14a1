//! What tests need beyond Rust and a C compiler, and how it is got. What cannot be got is said plainly.

use crate::run::{Failed, say, step, works};

/// The environment in which the JOSE libraries of Python live; the tests look for it here.
const PYTHON: &str = "target/python";

/// The folder in which the JOSE library of npm lives; the tests look for it here.
const NODE: &str = "target/node";

/// Installs what is missing.
pub(crate) fn install() {
    python();
    node();
}

fn python() {
    if works(&format!("{PYTHON}/bin/python"), &["-c", "import jwt, joserfc"]) {
        return;
    }
    let made = works("python3", &["-m", "venv", PYTHON])
        && works(&format!("{PYTHON}/bin/pip"), &["install", "--quiet", "PyJWT[crypto]", "joserfc"]);
    if !made {
        say(
            "! PyJWT and joserfc could not be installed (python3 with venv and a package index): agreement with them is not tested",
        );
    }
}

fn node() {
    let is_there = std::path::Path::new(NODE).join("node_modules/jose").is_dir() && works("node", &["--version"]);
    if !is_there && !works("npm", &["install", "--silent", "--no-fund", "--no-audit", "--prefix", NODE, "jose"]) {
        say("! jose could not be installed (node with npm and a package index): agreement with it is not tested");
    }
}

/// Checks bans, licences and sources; advisories need a network that not every machine has, and are a step of their own.
pub(crate) fn cargo_deny() -> Result<(), Failed> {
    let own = "target/tools/bin/cargo-deny";
    let program = if works("cargo-deny", &["--version"]) {
        "cargo-deny"
    } else {
        if !works(own, &["--version"]) {
            step("cargo", &["install", "cargo-deny", "--locked", "--quiet", "--root", "target/tools"])?;
        }
        own
    };
    step(program, &["--all-features", "check", "bans", "licenses", "sources"])?;
    if !works(program, &["--all-features", "check", "advisories"]) {
        say(
            "! the advisory database could not be reached, or it has something to say: run `cargo deny check advisories` where there is a network",
        );
    }
    Ok(())
}
