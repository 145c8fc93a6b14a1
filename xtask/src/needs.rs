//! What tests need beyond Rust and a C compiler, and how it is got. What cannot be got is said plainly.

use crate::run::{Failed, say, step, works};

/// The environment in which the JOSE libraries of Python and `FastAPI` live; the tests look for it here.
const PYTHON: &str = "target/python";

/// The folder in which npm's JOSE library, axe-core and Express live; the tests look for them here.
const NODE: &str = "target/node";

/// Installs what is missing.
pub(crate) fn install() {
    python();
    node();
    chromium();
    servers();
}

fn python() {
    if works(&format!("{PYTHON}/bin/python"), &["-c", "import jwt, joserfc, fastapi, httpx, uvicorn"]) {
        return;
    }
    let venv = || works("python3", &["-m", "venv", PYTHON]);
    let made = (venv() || debian(&["python3-venv"]) && venv())
        && works(
            &format!("{PYTHON}/bin/pip"),
            &["install", "--quiet", "PyJWT[crypto]", "joserfc", "fastapi", "httpx", "uvicorn"],
        );
    if !made {
        say(
            "! PyJWT, joserfc, FastAPI and uvicorn could not be installed (python3 with venv and a package index): agreement with the \
             first two is not tested, and the adviser's snippet for FastAPI is not run",
        );
    }
}

fn node() {
    let has = |package: &str| std::path::Path::new(NODE).join("node_modules").join(package).is_dir();
    if has("jose") && has("axe-core") && has("express") && works("node", &["--version"]) {
        return;
    }
    let npm = works("npm", &["--version"]) || debian(&["nodejs", "npm"]);
    if !npm || !works("npm", &["install", "--silent", "--no-fund", "--no-audit", "--prefix", NODE, "jose", "axe-core", "express"])
    {
        say(
            "! jose, axe-core and Express could not be installed (node with npm and a package index): agreement with jose is not \
             tested, pages are not looked at by axe-core, and the adviser's snippet for Express is not run",
        );
    }
}

fn chromium() {
    let is_there = || works("chromium", &["--version"]) && works("chromedriver", &["--version"]);
    let can_be_used = is_there() || debian(&["chromium", "chromium-driver"]) && is_there();
    if !can_be_used {
        say(
            "! chromium and chromium-driver could not be installed (apt-get, as root or with sudo -n): the pages are not tested in a \
             browser",
        );
    }
}

/// What the adviser's snippets for Go and nginx run in.
fn servers() {
    if !works("go", &["version"]) && !debian(&["golang-go"]) {
        say("! Go could not be installed (apt-get, as root or with sudo -n): the adviser's snippet for Go is not run");
    }
    if !works("nginx", &["-v"]) && !debian(&["nginx-light"]) {
        say("! nginx could not be installed (apt-get, as root or with sudo -n): the adviser's snippet for nginx is not run");
    }
}

/// Installs Debian packages, as root or by `sudo` that asks nothing.
fn debian(packages: &[&str]) -> bool {
    [("apt-get", &[][..]), ("sudo", &["-n", "apt-get"])].into_iter().any(|(program, before)| {
        let apt = |arguments: &[&str]| works(program, &[before, arguments].concat());
        // The lists of a fresh machine are empty or old.
        apt(&["update", "-qq"]) && apt(&[&["install", "-qq", "-y", "--no-install-recommends"], packages].concat())
    })
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
