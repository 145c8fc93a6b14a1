//! T: how long things live, and whether promises and rules are kept.
//!
//! 1. A client holds JWTs where one of its cells does, and where the record says that its page gets some beside the cookie.
//! 2. Checking a JWT does not count as use, so where a client holds one, the access lifetime comes on top of an idle limit.

use super::hit::Hit;
use super::input::{LintClient, LintInput};
use super::report::Severity;
use crate::costs::number;
use crate::outcome::Outcome;
use crate::record::{Record, RecordedApp};
use crate::settings::LEEWAY;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// A longer access lifetime is a finding.
pub(crate) const LONG_ACCESS: u64 = 15 * MINUTE;
/// A longer idle limit in a browser is a finding.
pub(crate) const LONG_IDLE_IN_BROWSER: u64 = HOUR;

/// Whether the record says that the client's page gets JWTs, which no cell shows.
fn has_page_tokens(client: &LintClient, record: Option<&Record>) -> bool {
    let app = record.and_then(|record| record.app(&client.id));
    client.has_cell(&["cookie"]) && app.is_some_and(|app| app.outcome == Outcome::CookiePageToken.word())
}

/// The clients that hold JWTs.
fn with_jwt<'i>(input: &'i LintInput, record: Option<&'i Record>) -> impl Iterator<Item = &'i LintClient> {
    input.clients.iter().filter(move |client| client.has_jwt() || has_page_tokens(client, record))
}

pub(super) fn long_access(input: &LintInput, record: Option<&Record>) -> Vec<Hit> {
    let lasts =
        |client: &LintClient| record.and_then(|record| record.app(&client.id)).is_some_and(|app| app.store_down == "hours");
    let long = with_jwt(input, record).filter(|client| client.access > LONG_ACCESS);
    let hit = |client: &LintClient| {
        let hit = Hit::at(client.key("lifetimes.access")).with(format!("{} s", client.access));
        if client.access > HOUR && !lasts(client) { hit.as_(Severity::Error) } else { hit }
    };
    long.map(hit).collect()
}

pub(super) fn short_access(input: &LintInput, record: Option<&Record>) -> Vec<Hit> {
    let short = with_jwt(input, record).filter(|client| client.access < 30);
    let rate = |client: &LintClient| format!("{:.1} refreshes a minute", 60.0 / (0.8 * number(client.access.max(1))));
    short.map(|client| Hit::at(client.key("lifetimes.access")).with(rate(client))).collect()
}

pub(super) fn access_and_idle(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let hit = |client: &LintClient| {
        let (idle, _) = client.range(client.idle)?;
        let hit = Hit::at(client.key("lifetimes.access")).with(format!("{} s, idle {idle} s", client.access));
        (2 * client.access > idle).then(|| if client.access >= idle { hit } else { hit.as_(Severity::Warning) })
    };
    input.clients.iter().filter_map(hit).collect()
}

pub(super) fn idle_and_absolute(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let normal = |client: &LintClient| {
        client.is_in_browser() && client.idle.in_cookie > client.absolute.in_cookie
            || client.is_in_header() && client.idle.in_header > client.absolute.in_header
    };
    let remembered =
        |client: &LintClient| client.is_in_browser() && client.remembered.is_some_and(|(idle, absolute)| idle > absolute);
    let mut hits: Vec<_> =
        input.clients.iter().filter(|client| normal(client)).map(|client| Hit::at(client.key("lifetimes.idle"))).collect();
    let remembered = input.clients.iter().filter(|client| remembered(client));
    hits.extend(remembered.map(|client| Hit::at(client.key("lifetimes.remembered_idle"))));
    hits
}

pub(super) fn long_in_browser(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let browsers = input.clients.iter().filter(|client| client.is_in_browser());
    let hits = browsers.flat_map(|client| {
        let idle = (client.idle.in_cookie > LONG_IDLE_IN_BROWSER).then(|| Hit::at(client.key("lifetimes.idle")));
        idle.into_iter().chain((client.absolute.in_cookie > DAY).then(|| Hit::at(client.key("lifetimes.absolute"))))
    });
    hits.collect()
}

pub(super) fn long_in_header(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let long = input.clients.iter().filter(|client| client.is_in_header() && client.absolute.in_header > 30 * DAY);
    long.map(|client| Hit::at(client.key("lifetimes.absolute"))).collect()
}

pub(super) fn remembered_staff(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let longer = |client: &LintClient| {
        client.remembered.is_some_and(|(idle, absolute)| idle > client.idle.in_cookie || absolute > client.absolute.in_cookie)
    };
    let staff = input.clients.iter().filter(|client| client.is_staff && client.is_in_browser() && longer(client));
    staff.map(|client| Hit::at(client.key("lifetimes.remembered_idle"))).collect()
}

pub(super) fn no_retry_window(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let hit = |client: &LintClient| {
        let key = client.key("retry_window");
        if client.has_cell(&["jwt_cookie"]) && client.retry_window.in_cookie == 0 {
            return Some(Hit::at(key));
        }
        let in_page = client.has_cell(&["jwt"]) && client.retry_window.in_header == 0 && !client.origins.is_empty();
        in_page.then(|| Hit::at(key).as_(Severity::Warning))
    };
    input.clients.iter().filter_map(hit).collect()
}

pub(super) fn long_retry_window(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let long = |client: &&LintClient| {
        let in_cookie = client.has_cell(&["jwt_cookie"]).then_some((client.retry_window.in_cookie, 2 * MINUTE));
        let in_header = client.has_cell(&["jwt"]).then_some((client.retry_window.in_header, MINUTE));
        [in_cookie, in_header].into_iter().flatten().any(|(window, most)| window > most || window >= client.access)
    };
    input.clients.iter().filter(long).map(|client| Hit::at(client.key("retry_window"))).collect()
}

/// The clients that the record speaks of.
fn recorded<'i>(input: &'i LintInput, record: &'i Record) -> impl Iterator<Item = (&'i LintClient, &'i RecordedApp)> {
    input.clients.iter().filter_map(|client| Some((client, record.app(&client.id)?)))
}

/// The apps that use Cloakroom by the record, and that no client stands for.
pub(super) fn unmatched<'i>(input: &'i LintInput, record: &'i Record) -> impl Iterator<Item = &'i str> {
    let is_decided = |app: &&RecordedApp| !app.outcome.is_empty() && app.outcome != Outcome::None.word();
    let is_here = |app: &RecordedApp| input.clients.iter().any(|client| client.id == app.id);
    record.apps.iter().filter(is_decided).filter(move |app| !is_here(app)).map(|app| app.id.as_str())
}

pub(super) fn broken_deadline(input: &LintInput, record: Option<&Record>) -> Vec<Hit> {
    let Some(record) = record else { return Vec::new() };
    let broken = recorded(input, record).filter(|(client, app)| {
        (client.has_jwt() || has_page_tokens(client, Some(record)))
            && !app.hears_of_sign_out
            && app.deadline.is_some_and(|deadline| client.access + LEEWAY > deadline)
    });
    let detail = |client: &LintClient, app: &RecordedApp| {
        format!("{} s and {LEEWAY} s of leeway, promised {} s", client.access, app.deadline.unwrap_or_default())
    };
    broken.map(|(client, app)| Hit::at(client.key("lifetimes.access")).with(detail(client, app))).collect()
}

/// A limit on idle time, in seconds.
#[derive(Clone, Copy)]
enum IdleLimit {
    /// After this the last door is shut.
    Effective(u64),
    /// The setting is at most this: it was decided together with the access lifetime.
    Setting(u64),
}

impl IdleLimit {
    /// Whether a setting goes beyond it; `on_top` is the access lifetime where JWTs are checked.
    fn is_below(self, idle: u64, on_top: u64) -> bool {
        match self {
            Self::Effective(limit) => idle.saturating_add(on_top) > limit,
            Self::Setting(limit) => idle > limit,
        }
    }
}

/// The limits of a rule: idle, and absolute in seconds.
fn limits(rule: &str, app: &RecordedApp) -> (Option<IdleLimit>, Option<u64>) {
    match rule {
        "pci" => (Some(IdleLimit::Effective(15 * MINUTE)), None),
        "psd2" => (Some(IdleLimit::Effective(5 * MINUTE)), None),
        "nist_aal2" => (Some(IdleLimit::Effective(HOUR)), Some(DAY)),
        "nist_aal3" => (Some(IdleLimit::Effective(15 * MINUTE)), Some(12 * HOUR)),
        "hipaa" => (app.idle.map(IdleLimit::Setting), None),
        _ => (None, None),
    }
}

pub(super) fn broken_rule(input: &LintInput, record: Option<&Record>) -> Vec<Hit> {
    let Some(record) = record else { return Vec::new() };
    let mut hits = Vec::new();
    for (client, app) in recorded(input, record) {
        for rule in &app.rules {
            let (idle, absolute) = limits(rule, app);
            let has_page_tokens = has_page_tokens(client, Some(record));
            hits.extend(beyond(client, has_page_tokens, idle, absolute).into_iter().map(|hit| hit.with(rule.clone())));
            if rule == "psd2" && input.failures.is_some_and(|failures| failures > 5) {
                hits.push(Hit::at("limits").with(rule.clone()));
            }
        }
    }
    hits
}

fn beyond(client: &LintClient, has_page_tokens: bool, idle: Option<IdleLimit>, absolute: Option<u64>) -> Vec<Hit> {
    let above = |of, limit: Option<u64>| limit.zip(client.range(of)).is_some_and(|(limit, (_, longest))| longest > limit);
    let on_top = |has_jwt: bool| if has_jwt { client.access } else { 0 };
    let in_cookie = on_top(has_page_tokens || client.has_cell(&["jwt_cookie"]));
    let in_header = on_top(client.has_cell(&["jwt"]));
    let is_long = |limit: IdleLimit| {
        client.is_in_browser() && limit.is_below(client.idle.in_cookie, in_cookie)
            || client.is_in_header() && limit.is_below(client.idle.in_header, in_header)
    };
    let mut hits = Vec::new();
    if idle.is_some_and(is_long) {
        hits.push(Hit::at(client.key("lifetimes.idle")));
    }
    if above(client.absolute, absolute) {
        hits.push(Hit::at(client.key("lifetimes.absolute")));
    }
    let (remembered_idle, remembered_absolute) = client.remembered.filter(|_| client.is_in_browser()).unzip();
    if idle.zip(remembered_idle).is_some_and(|(limit, idle)| limit.is_below(idle, in_cookie)) {
        hits.push(Hit::at(client.key("lifetimes.remembered_idle")));
    }
    if absolute.zip(remembered_absolute).is_some_and(|(limit, absolute)| absolute > limit) {
        hits.push(Hit::at(client.key("lifetimes.remembered_absolute")));
    }
    hits
}

pub(super) fn no_session_limit(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    if input.session_limit.is_some() { Vec::new() } else { vec![Hit::at("sessions.limit_per_user")] }
}
