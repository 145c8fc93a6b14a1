//! `cloakroom advise`.

use std::path::{Path, PathBuf};

use cloakroom::{Clock, SystemClock};
use cloakroom_advise::{Advice, Site, Status, advice_in_words};
use serde_json::Value;

use super::failure::Failure;
use super::questions::ask;
use super::run::Setting;
use super::table::harmless;
use crate::advice::Adviser;
use crate::config::{Config, Flags};

/// The exit code for answers that contradict each other.
const CONTRADICTION: u8 = 3;
/// The longest answers that are read, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// What was typed.
pub(super) struct Order {
    pub(super) config: Option<PathBuf>,
    pub(super) json: bool,
    pub(super) record: Option<PathBuf>,
    pub(super) measures: Option<PathBuf>,
    pub(super) answers: Option<PathBuf>,
}

pub(super) fn run(setting: &mut Setting<'_, '_>, order: &Order) -> Result<(), Failure> {
    let config = setting.load(&Flags { config: order.config.clone(), ..Flags::default() })?.config;
    let mut request = match &order.answers {
        None => ask(setting.terminal)?,
        Some(path) => parse(path, &read(setting, path)?)?,
    };
    if let Some(path) = &order.measures {
        let measures = parse(path, &read(setting, path)?)?;
        let members =
            request.as_object_mut().ok_or_else(|| Failure::Configuration("the answers are a JSON object".to_owned()))?;
        members.insert("measures".to_owned(), measures);
    }
    let adviser = Adviser::at(site_of(&config));
    let advice = adviser
        .answer(&request, SystemClock::new().now())
        .map_err(|faults| Failure::Configuration(harmless_lines(&faults.to_string())))?;
    if let Some(path) = &order.record {
        let record = advice.record.clone().unwrap_or_default();
        std::fs::write(path, record)
            .map_err(|error| Failure::Refused(format!("{} cannot be written: {error}", path.display())))?;
    }
    setting.terminal.print(&in_text(&advice, order.json))?;
    let contradicts = advice.apps.iter().any(|app| app.status == Status::Contradiction);
    if contradicts { Err(Failure::Answered(CONTRADICTION)) } else { Ok(()) }
}

fn in_text(advice: &Advice, json: bool) -> String {
    if json {
        return serde_json::to_string_pretty(advice).expect("advice is texts, numbers and lists") + "\n";
    }
    let text = harmless_lines(&advice_in_words(advice));
    if text.ends_with('\n') { text } else { text + "\n" }
}

/// A text of several lines that people outside may have put words into.
pub(super) fn harmless_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(|line| harmless(&line.replace('\t', "    "))).collect();
    lines.join("\n")
}

fn read(setting: &mut Setting<'_, '_>, path: &Path) -> Result<String, Failure> {
    if path == Path::new("-") {
        let text = String::from_utf8(setting.terminal.read_all(LONGEST)?);
        return text.map_err(|_| Failure::Configuration("standard input is not UTF-8 text".to_owned()));
    }
    std::fs::read_to_string(path).map_err(|error| Failure::Configuration(format!("{}: cannot be read: {error}", path.display())))
}

fn parse(path: &Path, text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::Configuration(format!("{}: it is not JSON: {error}", path.display())))
}

/// Where that server is reached; without a configured origin, an example stands in the snippets.
fn site_of(config: &Config) -> Site {
    let example = Site::default();
    let Some(origin) = &config.origin else { return Site { listen: config.listen.to_string(), ..example } };
    let names = cloakroom::Auth::builder(origin.clone())
        .cookie_name(config.cookies.name.as_str())
        .insecure_http_cookies(config.insecure_http_cookies)
        .build();
    let (session_cookie, jwt_cookie) = match &names {
        Ok(auth) => (auth.cookies().session().name().to_string(), auth.cookies().jwt().name().to_string()),
        Err(_) => (example.session_cookie, example.jwt_cookie),
    };
    Site {
        origin: origin.as_str().to_owned(),
        base_path: config.base_path.as_str().to_owned(),
        listen: config.listen.to_string(),
        session_cookie,
        jwt_cookie,
    }
}
