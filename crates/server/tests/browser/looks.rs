//! How every page looks, and that nothing in it is foreign, broken or out of reach: pictures at two widths in light and dark
//! (`target/screenshots`), axe-core without findings, nothing loaded from elsewhere, no error in the console, no sideways scroll.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::chromium::{Browser, say};
use crate::house::{House, PASSWORD};
use crate::stage::{ADA, SUBMIT, Stage, type_credentials};

const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target");
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const ENDLESS: &str = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

/// Takes pictures and looks for faults.
pub(crate) struct Inspector<'a> {
    browser: &'a Browser,
    stage: &'a Stage,
    folder: PathBuf,
    axe: Option<String>,
}

impl<'a> Inspector<'a> {
    pub(crate) fn new(browser: &'a Browser, stage: &'a Stage) -> Self {
        let folder = Path::new(TARGET).join("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let axe = std::fs::read_to_string(Path::new(TARGET).join("node/node_modules/axe-core/axe.min.js")).ok();
        if axe.is_none() {
            say("not run: axe-core is not in target/node (npm install --prefix target/node axe-core)");
        }
        Self { browser, stage, folder, axe }
    }

    /// Looks at an address.
    pub(crate) fn look_at(&self, name: &str, path: &str) {
        self.browser.go(&self.stage.at(path));
        self.look(name);
    }

    /// Looks at where the browser is.
    pub(crate) fn look(&self, name: &str) {
        self.look_elsewhere(name);
        self.nothing_foreign_or_broken(name);
    }

    /// Looks at where the browser is, without a picture: for one page of many that are made alike.
    pub(crate) fn glance(&self, name: &str) {
        self.show(320, 640, "dark");
        let wide = self.browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert_eq!(wide, 0, "{name} at 320 px scrolls sideways");
        self.show(1440, 900, "light");
        self.check_with_axe(name, 1440, "light");
        self.nothing_foreign_or_broken(name);
    }

    /// Looks at a page of another host.
    pub(crate) fn look_elsewhere(&self, name: &str) {
        for (width, height) in [(360, 740), (1440, 900)] {
            for scheme in ["light", "dark"] {
                self.show(width, height, scheme);
                self.browser.photograph(&self.folder.join(format!("{name}-{width}-{scheme}.png")));
                let wide = self.browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
                assert_eq!(wide, 0, "{name} at {width} px scrolls sideways");
            }
        }
        self.check_with_axe(name, 1440, "dark");
        self.show(320, 640, "light");
        let wide = self.browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert_eq!(wide, 0, "{name} at 320 px scrolls sideways");
        self.check_with_axe(name, 320, "light");
    }

    pub(crate) fn show(&self, width: u32, height: u32, scheme: &str) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.browser.devtools("Emulation.setDeviceMetricsOverride", &size);
        self.browser.devtools("Emulation.setScrollbarsHidden", &json!({ "hidden": true }));
        // Without motion: a colour on its way to another has no contrast of its own.
        let features = [("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")];
        let features = json!({ "features": features.map(|(name, value)| json!({ "name": name, "value": value })) });
        self.browser.devtools("Emulation.setEmulatedMedia", &features);
    }

    pub(crate) fn check_with_axe(&self, name: &str, width: u32, scheme: &str) {
        let Some(axe) = &self.axe else { return };
        if self.browser.run("return typeof axe === 'undefined'") == true {
            self.browser.run(axe);
        }
        let found = self.browser.run_until_done(
            "axe.run(document, { resultTypes: ['violations'] }).then((result) => done(result.violations.map(
                (one) => [one.id, one.help, one.nodes.map((node) => node.html + ' ' + node.failureSummary)])))",
        );
        assert_eq!(found, json!([]), "{name} at {width} px, {scheme}");
    }

    fn nothing_foreign_or_broken(&self, name: &str) {
        let loaded = self.browser.run("return performance.getEntriesByType('resource').map((entry) => entry.name)");
        let loaded: Vec<_> = loaded.as_array().unwrap().iter().map(|url| url.as_str().unwrap().to_owned()).collect();
        assert!(loaded.len() >= 2, "{name}: styles and script at least: {loaded:?}");
        assert!(loaded.iter().all(|url| url.starts_with(&self.stage.origin())), "{name}: {loaded:?}");
        let is_fault = |entry: &&Value| {
            let text = entry["message"].as_str().unwrap_or_default();
            // A page that came with an error status is one of ours too.
            entry["level"] == "SEVERE" && !text.contains("Failed to load resource: the server responded with a status of 4")
        };
        let markup = self.browser.run("return document.body.innerText.match(/<\\/?\\w|&#?\\w+;/)");
        assert_eq!(markup, Value::Null, "{name} shows its markup");
        let log = self.browser.log("browser");
        assert_eq!(log.iter().find(is_fault), None, "{name}");
    }
}

/// Signs in as a program or another browser would, from a device of that name.
fn sign_in_from(house: &House, device: &str, cell: &str, more: &Value) {
    let mut body = json!({ "email": ADA, "password": PASSWORD, "deliver": cell });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = house.send_json("POST", "/api/v1/sessions", &[("User-Agent", device)], &body);
    assert_eq!(answer.status, 201, "{answer:?}");
}

#[test]
fn the_pages_of_a_fresh_server_look_right() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open();
    let inspector = Inspector::new(&browser, &stage);
    inspector.look_at("start-empty", "/");
    inspector.look_at("register-first", "/register");
    browser.fill("#email", "no address");
    browser.fill("#name", &ENDLESS.repeat(3));
    browser.fill("#password", "short");
    browser.follow(SUBMIT);
    inspector.look("register-error");
    stage.house.register(ADA);
    inspector.look_at("start", "/");
    inspector.look_at("register", "/register?return_to=/account/sessions");
    inspector.look_at("login", "/login");
    browser.fill("#email", &format!("{}@{}.example", "a".repeat(60), "b".repeat(60)));
    browser.fill("#password", "not this one at all");
    browser.follow(SUBMIT);
    inspector.look("login-error");
    inspector.look_at("login-on-the-way", &format!("/login?return_to=/{}", "long-way/".repeat(20)));
    browser.run("document.querySelector('[name=form]').value = ''");
    type_credentials(&browser, ADA);
    browser.follow(SUBMIT);
    inspector.look("login-stale");
    inspector.look_at("signed-out", "/logout");
    inspector.look_at("problems", "/problems");
    inspector.look_at("problem", "/nothing");
}

#[test]
fn the_pages_of_somebody_who_is_signed_in_look_right() {
    let Some(browser) = Browser::open() else { return };
    let config = "
        [[clients]]
        id = \"cloakroom\"
        audiences = [\"https://shop.example.com\", \"https://warehouse.example.com\"]
    ";
    let stage = Stage::open_with(config, &[]);
    stage.house.register(ADA);
    let inspector = Inspector::new(&browser, &stage);
    stage.sign_in(&browser);
    inspector.look_at("start-signed-in", "/");
    inspector.look_at("account", "/account");
    inspector.look_at("sessions-one", "/account/sessions");
    sign_in_from(&stage.house, FIREFOX, "jwt_cookie", &json!({ "remember": true }));
    sign_in_from(&stage.house, "backup/2.4 (nas)", "token", &json!({}));
    sign_in_from(&stage.house, "okhttp/4.12.0", "jwt", &json!({}));
    inspector.look_at("sessions-four-cells", "/account/sessions");
    browser.click(".title-row summary");
    inspector.look("sessions-question-others");
    browser.reload();
    browser.click("article:nth-of-type(1) summary");
    inspector.look("sessions-question");
    browser.run("document.querySelector('details[open] [name=form]').value = ''");
    browser.follow("details[open] button");
    inspector.look("sessions-stale");
    browser.click("article:nth-of-type(1) summary");
    browser.follow("details[open] button");
    inspector.look("sessions-receipt");
    browser.go(&stage.at("/account"));
    browser.fill("#current_password", "not this one at all");
    browser.fill("#new_password", "another staple for the battery");
    browser.follow(SUBMIT);
    inspector.look("account-error");
    browser.fill("#current_password", PASSWORD);
    browser.fill("#new_password", "another staple for the battery");
    browser.follow(SUBMIT);
    inspector.look("account-changed");
    inspector.look_at("login-already", "/login");
    inspector.look_at("logout", "/logout");
    browser.follow(SUBMIT);
    assert!(browser.text(".until").contains("stay good until"), "what others check by themselves is told after the end too");
    inspector.look("logout-letters-elsewhere");
}

#[test]
fn very_long_names_break_no_page() {
    let Some(browser) = Browser::open() else { return };
    let config = format!(
        "[[clients]]\nid = \"cloakroom\"\naudiences = [\"https://{}.example.com/{}\"]\n",
        "a-very-long-host-name".repeat(2),
        "path".repeat(40)
    );
    let stage = Stage::open_with(&config, &[]);
    let inspector = Inspector::new(&browser, &stage);
    browser.go(&stage.at("/register"));
    browser.fill("#email", &format!("{}@{}.{}.example", "a".repeat(60), "b".repeat(60), "c".repeat(60)));
    browser.fill("#name", &format!("{ENDLESS} {ENDLESS}"));
    browser.fill("#password", PASSWORD);
    browser.follow(SUBMIT);
    inspector.look("account-long-names");
    inspector.look_at("start-long-names", "/");
    let email = browser.run("return document.querySelector('.name').title").as_str().unwrap_or_default().to_owned();
    for (device, cell) in [(ENDLESS.repeat(5), "jwt"), ("x".repeat(400), "token")] {
        let body = json!({ "email": email, "password": PASSWORD, "deliver": cell });
        let device: String = device.chars().filter(char::is_ascii).collect();
        assert_eq!(stage.house.send_json("POST", "/api/v1/sessions", &[("User-Agent", &device)], &body).status, 201);
    }
    inspector.look_at("sessions-long-names", "/account/sessions");
    browser.click("article:nth-of-type(2) summary");
    inspector.look("sessions-question-long-names");
    inspector.look_at("login-long-names", "/login");
}

#[test]
fn a_server_that_takes_no_registrations_says_so() {
    let Some(browser) = Browser::open() else { return };
    let stage = Stage::open_with("[users]\nregistration = \"closed\"\n", &[]);
    let inspector = Inspector::new(&browser, &stage);
    inspector.look_at("start-closed", "/");
    inspector.look_at("register-closed", "/register");
}
