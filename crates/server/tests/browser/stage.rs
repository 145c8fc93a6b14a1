//! A server for a test of its own, and the steps that people take again and again.

use std::process::Command;

use serde_json::Value;

use crate::chromium::Browser;
use crate::house::{BINARY, House, PASSWORD};

pub(crate) const ADA: &str = "ada@example.org";

/// What a submit button in the page itself is called by every form.
pub(crate) const SUBMIT: &str = "main form button[type=submit]";

/// A running server and its folder.
pub(crate) struct Stage {
    pub(crate) house: House,
    /// Goes when the server has gone.
    _folder: tempfile::TempDir,
}

impl Stage {
    /// A server as it comes.
    pub(crate) fn open() -> Self {
        Self::open_with("", &[])
    }

    /// A server with a configuration file and variables.
    pub(crate) fn open_with(config: &str, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cloakroom.toml");
        std::fs::write(&file, config).unwrap();
        let mut command = Command::new(BINARY);
        command.env("CLOAKROOM_CONFIG", file).envs(variables.iter().copied());
        let house = House::open_by(command, &folder.path().join("data"), 0);
        Self { house, _folder: folder }
    }

    /// A server on which Ada has an account.
    pub(crate) fn with_ada() -> Self {
        let stage = Self::open();
        stage.house.register(ADA);
        stage
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.house.port)
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// Signs Ada in by the page.
    pub(crate) fn sign_in(&self, browser: &Browser) {
        browser.go(&self.at("/login"));
        type_credentials(browser, ADA);
        browser.follow(SUBMIT);
        assert_eq!(browser.path(), "/account", "{}", browser.text("main"));
    }

    /// Signs Ada in for a cell, by a script in a page of the server.
    pub(crate) fn sign_in_by_script(&self, browser: &Browser, cell: &str) {
        browser.lift_policies();
        browser.go(&self.at("/problems"));
        let body = serde_json::json!({ "email": ADA, "password": PASSWORD, "deliver": cell });
        let status = fetched(
            browser,
            &format!(
                "'/api/v1/sessions', {{ method: 'POST', headers: {{ 'Content-Type': 'application/json' }}, body: JSON.stringify({body}) }}"
            ),
        );
        assert_eq!(status, 201);
    }
}

/// Fills in the form of the sign-in page.
pub(crate) fn type_credentials(browser: &Browser, email: &str) {
    browser.fill("#email", email);
    browser.fill("#password", PASSWORD);
}

/// The status that a `fetch` with these arguments gets in the page.
pub(crate) fn fetched(browser: &Browser, arguments: &str) -> Value {
    browser.run_until_done(&format!("fetch({arguments}).then((answer) => done(answer.status), (error) => done(String(error)))"))
}

/// Whether a page of the server finds somebody signed in.
pub(crate) fn is_signed_in(stage: &Stage, browser: &Browser) -> bool {
    browser.go(&stage.at("/account"));
    browser.path().starts_with("/account")
}
