//! Reads a configuration as lint wants it.
//!
//! 1. Lint reads the file as it stands, right or wrong, so that a file which the server refuses gets the rule that says why.
//! 2. What the server refuses and no rule speaks of is a finding too, under the name [`REFUSED`].
//! 3. What stands in the environment is not looked at: the file is what is checked.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use cloakroom::session::{Cell, RefreshPolicy, SessionPolicy};
use cloakroom::{ACCESS_LIFETIME, BUILT_IN_CLIENT, Origin};
use cloakroom_advise::{
    Accepted, Lifetime, LintClient, LintInput, LintOrigin, LintReport, Record, Severity, Silenced, Unchecked, lint,
};
use serde::Serialize;

use crate::config::{Config, ConfigError, Flags, Outline};

/// What a finding is called where this version refuses the file for a reason that lint has no rule for.
pub(crate) const REFUSED: &str = "refused";

/// Settings of this version, as the rules of lint name them.
const KNOWN: [&str; 7] = [
    "clients.cells",
    "clients.audiences",
    "clients.lifetimes",
    "clients.retry_window",
    "proxy.trusted",
    "sessions.limit_per_user",
    "users.registration",
];

/// What lint and the server say of a file.
#[derive(Debug, Serialize)]
pub(crate) struct Linted {
    /// Everything found, by line.
    pub(crate) findings: Vec<Found>,
    silenced: Vec<Silenced>,
    skipped: Vec<Unchecked>,
    #[serde(skip)]
    has_record: bool,
    asleep: Vec<Unchecked>,
}

/// One thing that was found.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    /// The rule, or [`REFUSED`].
    pub(crate) id: &'static str,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// The setting.
    pub(crate) key: String,
    /// Its line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    /// What is wrong.
    pub(crate) say: String,
    /// Whose rule it is.
    pub(crate) source: Vec<&'static str>,
}

impl Linted {
    /// How many errors, warnings and notes there are.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let of = |severity| self.findings.iter().filter(|found| found.severity == severity).count();
        (of(Severity::Error), of(Severity::Warning), of(Severity::Note))
    }

    /// The rules that were not applied for want of a decision record.
    pub(crate) fn skipped(&self) -> impl Iterator<Item = &'static str> {
        self.skipped.iter().filter(|_| !self.has_record).map(|unchecked| unchecked.id)
    }
}

/// Checks a file's text.
pub(crate) fn lint_text(path: &Path, text: &str, record: Option<&Record>) -> Linted {
    let outline = match Outline::of(path, text) {
        Ok(outline) => outline,
        Err(error) => return Linted::of(LintReport::default(), Some(&error)),
    };
    let report = lint(&input(&outline), record);
    let flags = Flags { config: Some(path.to_owned()), ..Flags::default() };
    let read = |_: &Path| -> io::Result<String> { Ok(text.to_owned()) };
    let loaded = Config::load(&flags, &BTreeMap::new(), &read);
    Linted { has_record: record.is_some(), ..Linted::of(report, loaded.err().as_ref()) }
}

impl Linted {
    fn of(report: LintReport, refused: Option<&ConfigError>) -> Self {
        let mut findings: Vec<Found> = report
            .findings
            .into_iter()
            .map(|finding| Found {
                id: finding.id,
                severity: finding.severity,
                key: finding.key,
                line: finding.line,
                say: finding.say,
                source: finding.source,
            })
            .collect();
        for (line, text) in refused.into_iter().flat_map(ConfigError::by_line) {
            let line = line.and_then(|line| u32::try_from(line).ok());
            let is_said = findings.iter().any(|found| found.severity == Severity::Error && found.line == line && line.is_some());
            if !is_said {
                let (key, say) = key_in(text);
                findings.push(Found { id: REFUSED, severity: Severity::Error, key, line, say, source: vec!["cloakroom"] });
            }
        }
        findings.sort_by_key(|found| (found.line.unwrap_or(u32::MAX), found.id));
        Self { findings, silenced: report.silenced, skipped: report.skipped, has_record: false, asleep: report.asleep }
    }
}

/// The key that a refusal begins with or quotes, and the refusal.
fn key_in(text: &str) -> (String, String) {
    let before = text.split(": ").next().filter(|key| !key.contains(' '));
    let quoted = text.split('`').nth(1);
    (before.or(quoted).unwrap_or_default().to_owned(), text.to_owned())
}

fn input(outline: &Outline) -> LintInput {
    let origin = outline.text("origin").map(|text| LintOrigin {
        text: text.to_owned(),
        is_loopback: text.parse::<Origin>().is_ok_and(|origin| origin.is_loopback()),
    });
    let is_loopback = origin.as_ref().is_none_or(|origin| origin.is_loopback);
    let clients = clients(outline, origin.as_ref().map_or("http://localhost:8080", |origin| &origin.text));
    let roles = (0..outline.count("roles")).map(|index| format!("roles[{index}]"));
    let role_scopes = roles.clone().flat_map(|role| outline.list(&format!("{role}.scopes")).unwrap_or_default().to_vec());
    let all_scopes: BTreeSet<String> = clients.iter().flat_map(|client| client.scopes.clone()).chain(role_scopes).collect();
    let insecure = ["insecure_http_cookies", "limits.insecure_off"].into_iter().filter(|key| outline.flag(key) == Some(true));
    LintInput {
        known: KNOWN.map(str::to_owned).into(),
        lines: outline.lines().filter_map(|(key, line)| Some((key.to_owned(), u32::try_from(line).ok()?))).collect(),
        accepted: accepted(outline),
        insecure: insecure.map(str::to_owned).collect(),
        trusted_proxies: Some(outline.list("proxy.trusted").unwrap_or_default().to_vec()),
        store: "sqlite".to_owned(),
        processes: 1,
        open_registration: outline.text("users.registration").map_or(is_loopback, |word| word == "open"),
        // Zero is no limit to the operator who writes it, and no setting of this version.
        session_limit: outline.number("sessions.limit_per_user").map_or(Some(50), |most| u32::try_from(most).ok()),
        failures: Some(5),
        administrative_roles: roles.filter_map(|role| outline.text(&format!("{role}.id")).map(str::to_owned)).collect(),
        all_scopes,
        clients,
        origin,
        ..LintInput::default()
    }
}

fn accepted(outline: &Outline) -> Vec<Accepted> {
    let places = (0..outline.count("clients")).map(|index| format!("clients[{index}].lint_accept"));
    let lists = std::iter::once("lint_accept".to_owned()).chain(places);
    let entries = lists.flat_map(|list| (0..outline.count(&list)).map(move |index| format!("{list}[{index}]")));
    let read = |entry: String| {
        let text = |key: &str| outline.text(&format!("{entry}.{key}")).map(str::to_owned);
        Some(Accepted { id: text("id")?, reason: text("reason")? })
    };
    entries.filter_map(read).collect()
}

/// The clients of the file, and the one that is built in where the file does not change it.
fn clients(outline: &Outline, origin: &str) -> Vec<LintClient> {
    let mut clients: Vec<_> = (0..outline.count("clients")).map(|index| client(outline, Some(index), origin)).collect();
    if !clients.iter().any(|client| client.is_built_in) {
        clients.insert(0, client(outline, None, origin));
    }
    clients
}

fn client(outline: &Outline, index: Option<usize>, origin: &str) -> LintClient {
    let key = |name: &str| index.map_or_else(String::new, |index| format!("clients[{index}].{name}"));
    let id = index.and_then(|_| outline.text(&key("id"))).unwrap_or(if index.is_none() { BUILT_IN_CLIENT } else { "" });
    let is_built_in = id == BUILT_IN_CLIENT;
    let list = |name: &str| outline.list(&key(name)).map(<[String]>::to_vec);
    let every_cell = || Cell::ALL.iter().map(|cell| cell.word().to_owned()).collect();
    let cells = list("cells").unwrap_or_else(|| if is_built_in { every_cell() } else { Vec::new() });
    let audiences = list("audiences").unwrap_or_else(|| if is_built_in { vec![origin.to_owned()] } else { Vec::new() });
    let scopes = list("scopes").unwrap_or_default();
    let policy = SessionPolicy::DEFAULT;
    let lifetime = |name: &str, cookie: u64, header: u64| {
        let set = outline.seconds(&key(&format!("lifetimes.{name}")));
        Lifetime { in_cookie: set.unwrap_or(cookie), in_header: set.unwrap_or(header) }
    };
    let one = |name: &str, default: u64| outline.seconds(&key(&format!("lifetimes.{name}"))).unwrap_or(default);
    let window = outline.seconds(&key("retry_window"));
    let first_party = outline.flag(&key("first_party")).unwrap_or(is_built_in);
    LintClient {
        id: id.to_owned(),
        index,
        is_built_in,
        default_cell: outline
            .text(&key("default_cell"))
            .map_or_else(|| cells.first().cloned().unwrap_or_default(), str::to_owned),
        is_staff: scopes.iter().any(|scope| scope.contains("admin") || scope.contains("staff")),
        jwt_bytes: jwt_bytes(origin, &audiences, id, &scopes),
        first_party,
        takes_passwords: first_party,
        idle: lifetime("idle", policy.browser.idle.as_secs(), policy.header.idle.as_secs()),
        absolute: lifetime("absolute", policy.browser.absolute.as_secs(), policy.header.absolute.as_secs()),
        remembered: Some((
            one("remembered_idle", policy.remembered.idle.as_secs()),
            one("remembered_absolute", policy.remembered.absolute.as_secs()),
        )),
        access: one("access", ACCESS_LIFETIME.as_secs()),
        retry_window: Lifetime {
            in_cookie: window.unwrap_or(RefreshPolicy::DEFAULT.cookie_retry_window.as_secs()),
            in_header: window.unwrap_or(RefreshPolicy::DEFAULT.retry_window.as_secs()),
        },
        cells,
        audiences,
        scopes,
        ..LintClient::default()
    }
}

/// What a JWT of a client will have at most: header and signature, and claims around what the configuration says.
fn jwt_bytes(origin: &str, audiences: &[String], id: &str, scopes: &[String]) -> u32 {
    const HEADER_AND_SIGNATURE: usize = 195;
    const OTHER_CLAIMS: usize = 200;
    let audience = audiences.iter().map(String::len).max().unwrap_or(origin.len());
    let scopes: usize = scopes.iter().map(|scope| scope.len() + 1).sum();
    let claims = OTHER_CLAIMS + origin.len() + audience + id.len() + scopes;
    u32::try_from(HEADER_AND_SIGNATURE + claims * 4 / 3).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, Option<u32>)> {
        lint_text(Path::new("c.toml"), text, None).findings.iter().map(|found| (found.id, found.line)).collect()
    }

    #[test]
    fn what_the_server_refuses_has_the_rule_that_says_why() {
        for (text, id, line) in [
            ("[[clients]]\nid='a'\ncells=['jwt']\naudiences=['b']\ndefault_cell='cookie'", "C01", 5),
            ("[[clients]]\nid='a'\ncells=['jwt']\naudiences=['b']\nlifetimes={access='2h',idle='1h',absolute='2h'}", "T03", 5),
            ("origin='http://id.example.com'", "S02", 1),
            ("\norgin='x'", REFUSED, 2),
            ("a = ", REFUSED, 1),
        ] {
            assert!(found(text).contains(&(id, Some(line))), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn a_warning_is_silenced_by_name_and_reason_and_an_error_is_not() {
        let client = "[[clients]]\nid='a'\ncells=['jwt']\naudiences=['b']\nlifetimes={access='20m'}\n";
        assert!(found(client).iter().any(|(id, _)| *id == "T01"));
        let silenced = format!("{client}lint_accept=[{{id='T01',reason='the line is cut for hours'}}]\n");
        assert!(!found(&silenced).iter().any(|(id, _)| *id == "T01" || *id == REFUSED), "{:?}", found(&silenced));
        let error = "lint_accept=[{id='S02',reason='because'}]\norigin='http://id.example.com'\n";
        assert!(found(error).iter().any(|(id, _)| *id == "S02"));
        assert!(found("lint_accept=[{id='T01'}]").iter().any(|(id, _)| *id == REFUSED), "a reason is needed");
    }

    #[test]
    fn the_configuration_of_a_server_to_try_has_no_fault() {
        assert!(lint_text(Path::new("c.toml"), "", None).findings.iter().all(|found| found.severity < Severity::Warning));
    }
}
