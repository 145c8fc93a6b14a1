//! Chromium, driven as W3C WebDriver says: JSON over HTTP to `chromedriver`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

/// Keys that have no character, by WebDriver's code points.
pub(crate) const TAB: &str = "\u{E004}";
pub(crate) const ENTER: &str = "\u{E007}";
pub(crate) const SPACE: &str = " ";

/// The name under which WebDriver hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

static IS_PRESENT: LazyLock<bool> = LazyLock::new(|| {
    let works = |program| Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    works("chromium") && works("chromedriver")
});

/// A browser with a profile of its own. Dropping it closes it.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    /// Chromedriver writes there as long as it lives.
    _output: BufReader<ChildStdout>,
    profile: tempfile::TempDir,
}

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scripts {
    On,
    Off,
}

impl Browser {
    /// Opens one with a new profile; `None`, and a visible line, where there is none.
    pub(crate) fn open() -> Option<Self> {
        Self::open_with(Scripts::On)
    }

    /// The same, with scripts on or off.
    pub(crate) fn open_with(scripts: Scripts) -> Option<Self> {
        if !*IS_PRESENT {
            say("not run: chromium and chromedriver are not installed (Debian: chromium, chromium-driver)");
            return None;
        }
        let command = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = command.unwrap();
        let mut output = BufReader::new(driver.stdout.take().unwrap());
        let port = port_in(&mut output);
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Self { driver, port, session: String::new(), _output: output, profile };
        browser.session = browser.start(scripts);
        Some(browser)
    }

    fn start(&self, scripts: Scripts) -> String {
        let folder = format!("--user-data-dir={}", self.profile.path().display());
        let arguments: Vec<&str> = FLAGS.into_iter().chain([folder.as_str()]).collect();
        let setting = if scripts == Scripts::Off { 2 } else { 1 };
        let options = json!({
            "args": arguments,
            "prefs": { "profile.managed_default_content_settings.javascript": setting },
        });
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let answer = self.send("POST", "/session", &json!({ "capabilities": { "alwaysMatch": wanted } })).unwrap();
        answer["sessionId"].as_str().unwrap().to_owned()
    }

    /// Goes to an address and waits until its page has loaded.
    pub(crate) fn go(&self, url: &str) {
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    pub(crate) fn reload(&self) {
        self.ask("POST", "/refresh", &json!({}));
    }

    pub(crate) fn url(&self) -> String {
        text_of(&self.ask("GET", "/url", &Value::Null))
    }

    /// The path and query of where it is.
    pub(crate) fn path(&self) -> String {
        let url: url::Url = self.url().parse().unwrap();
        url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
    }

    pub(crate) fn title(&self) -> String {
        text_of(&self.ask("GET", "/title", &Value::Null))
    }

    /// The status with which the page came.
    pub(crate) fn status(&self) -> u64 {
        self.run("return performance.getEntriesByType('navigation')[0].responseStatus").as_u64().unwrap()
    }

    fn all(&self, css: &str) -> Vec<String> {
        let found = self.ask("POST", "/elements", &json!({ "using": "css selector", "value": css }));
        found.as_array().unwrap().iter().map(|element| text_of(&element[ELEMENT])).collect()
    }

    fn only(&self, css: &str) -> String {
        let found = self.all(css);
        assert_eq!(found.len(), 1, "{css} at {}: {}", self.url(), self.text("body"));
        found.into_iter().next().unwrap()
    }

    pub(crate) fn count(&self, css: &str) -> usize {
        self.all(css).len()
    }

    pub(crate) fn has(&self, css: &str) -> bool {
        self.count(css) > 0
    }

    /// What a person reads in the first element.
    pub(crate) fn text(&self, css: &str) -> String {
        let first = self.all(css).into_iter().next().unwrap_or_else(|| panic!("no {css} at {}", self.url()));
        text_of(&self.ask("GET", &format!("/element/{first}/text"), &Value::Null))
    }

    /// What stands in the only such field.
    pub(crate) fn value(&self, css: &str) -> String {
        text_of(&self.ask("GET", &format!("/element/{}/property/value", self.only(css)), &Value::Null))
    }

    pub(crate) fn is_checked(&self, css: &str) -> bool {
        self.ask("GET", &format!("/element/{}/selected", self.only(css)), &Value::Null) == true
    }

    /// Clicks the only such element and waits until another page is there.
    pub(crate) fn follow(&self, css: &str) {
        let page = self.only("html");
        self.click(css);
        self.wait_until("another page", |browser| {
            browser.try_ask("GET", &format!("/element/{page}/name"), &Value::Null).is_err()
        });
    }

    /// Clicks the only such element.
    pub(crate) fn click(&self, css: &str) {
        self.ask("POST", &format!("/element/{}/click", self.only(css)), &json!({}));
    }

    /// Types into the only such field, in place of what is there.
    pub(crate) fn fill(&self, css: &str, text: &str) {
        let field = self.only(css);
        self.ask("POST", &format!("/element/{field}/clear"), &json!({}));
        self.ask("POST", &format!("/element/{field}/value"), &json!({ "text": text }));
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub(crate) fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })));
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes.collect::<Vec<_>>() });
        self.ask("POST", "/actions", &json!({ "actions": [keyboard] }));
    }

    /// Runs a script in the page and gives what it returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.ask("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Runs a script that calls `done(value)` when it has ended.
    pub(crate) fn run_until_done(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        self.ask("POST", "/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Asks again and again until something holds.
    pub(crate) fn wait_until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        for _ in 0..600 {
            if holds(self) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{what}: not within 30 s, at {}", self.url());
    }

    /// The tab that commands go to.
    pub(crate) fn tab(&self) -> String {
        text_of(&self.ask("GET", "/window", &Value::Null))
    }

    /// Opens another tab and goes on there.
    pub(crate) fn open_tab(&self) -> String {
        let tab = text_of(&self.ask("POST", "/window/new", &json!({ "type": "tab" }))["handle"]);
        self.show_tab(&tab);
        tab
    }

    pub(crate) fn show_tab(&self, tab: &str) {
        self.ask("POST", "/window", &json!({ "handle": tab }));
    }

    /// Lets pages reach for what their policy forbids, so that a script of a test may use `fetch` there.
    pub(crate) fn lift_policies(&self) {
        self.devtools("Page.setBypassCSP", &json!({ "enabled": true }));
    }

    /// Every cookie that the browser keeps, of every host.
    pub(crate) fn cookies(&self) -> Vec<Value> {
        self.devtools("Storage.getCookies", &json!({}))["cookies"].as_array().unwrap().clone()
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<Value> {
        self.cookies().into_iter().find(|cookie| cookie["name"] == name)
    }

    pub(crate) fn delete_cookie(&self, name: &str, url: &str) {
        self.devtools("Network.deleteCookies", &json!({ "name": name, "url": url }));
    }

    /// What was logged since the last time: `browser` is the console, `performance` what `DevTools` says about the network.
    pub(crate) fn log(&self, kind: &str) -> Vec<Value> {
        self.ask("POST", "/se/log", &json!({ "type": kind })).as_array().unwrap().clone()
    }

    /// Asks Chromium itself, by its `DevTools` protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.ask("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Takes a picture of the whole page.
    pub(crate) fn photograph(&self, file: &Path) {
        let picture = self.devtools("Page.captureScreenshot", &json!({ "captureBeyondViewport": true }));
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }

    fn try_ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        self.send(method, &format!("/session/{}{path}", self.session), body)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_ask(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Sends one command; fails with the driver's own words.
    fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (port, length) = (self.port, body.len());
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(':') else {
                if line.trim_end().is_empty() {
                    break;
                }
                continue;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).unwrap();
        let value = serde_json::from_slice::<Value>(&answer).unwrap()["value"].take();
        match value.get("error") {
            Some(error) => Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default())),
            None => Ok(value),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A browser that has crashed is closed already.
        let _ = self.send("DELETE", &format!("/session/{}", self.session), &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn port_in(output: &mut impl BufRead) -> u16 {
    let found = output.lines().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    found.unwrap()
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// Prints a line that a passing test shows too.
pub(crate) fn say(line: &str) {
    // Whoever closed standard error does not want to know.
    let _ = writeln!(std::io::stderr(), "{line}");
}
