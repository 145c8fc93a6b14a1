//! The formulas, numbered as they are published; the fifteenth is the table in `sign_out.rs`.
//!
//! Each says which numbers it used, and where these are from. A quantity that means nothing for an outcome is not listed.

#![expect(clippy::unnecessary_wraps, reason = "the formulas of a table have one shape, and some mean nothing for some outcomes")]

use std::cell::RefCell;

use serde::Serialize;

use super::measures::{
    CORES, CUT_OFF_S, FAMILY_BYTES, FEED_EVENT_BYTES, FEED_HEARTBEAT_BYTES, FEED_LAG_S, HTTP_US, INNER_SERVICES, Input,
    JWT_FIRST_US, JWT_REPEAT_US, JWT_SIGN_US, LINE_COOKIE, LINE_JWT, LINE_JWT_COOKIE, LINE_TOKEN, MEM_JWT, MEM_SESSION, Measures,
    PASSWORD_MS, PERSON, Provenance, REFRESHES, RTT_LOCAL_MS, RTT_REGION_MS, SESSION_BYTES, SESSION_HIT_US, SESSION_MISS_US,
    SIGN_OUTS, STAY_S, TOUCH_EVERY_S, TOUCHES, number, whole_seconds,
};
use super::peak::{Peak, RENEW_AT};
use super::window::window;
use crate::outcome::Outcome;
use crate::questions::Topic;
use crate::settings::{LEEWAY, Settings};
use crate::words::Facts;

/// Seconds between two heartbeats of the feed.
const HEARTBEAT_S: f64 = 5.0;
/// How many sign-ins of one person fall into the time of one session at the peak.
const PEAK_SIGN_INS: f64 = 3.0;

/// A number of an outcome, with everything it is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// Its name.
    pub id: &'static str,
    /// The number of its formula in the published list.
    pub number: u8,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What it means.
    pub say: &'static str,
    /// The formula.
    pub formula: &'static str,
    /// The numbers it is made of.
    pub inputs: Vec<UsedInput>,
    /// The same of the runner-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<f64>,
}

/// A number that a formula used.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UsedInput {
    /// Its name in formulas.
    pub id: &'static str,
    /// The value.
    pub value: f64,
    /// Where it is from.
    pub from: Provenance,
    /// When it was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Where it was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
}

/// An outcome whose costs are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'c> {
    pub(crate) outcome: Outcome,
    pub(crate) facts: &'c Facts,
    pub(crate) settings: &'c Settings,
    pub(crate) measures: &'c Measures,
}

/// A case, and the numbers that were asked for so far.
struct Sheet<'c> {
    case: Case<'c>,
    peak: Peak,
    used: RefCell<Vec<UsedInput>>,
}

type Answer = Option<(f64, &'static str)>;

struct Formula {
    id: &'static str,
    number: u8,
    unit: &'static str,
    say: &'static str,
    of: fn(&Sheet<'_>) -> Answer,
}

const fn formula(id: &'static str, number: u8, unit: &'static str, say: &'static str, of: fn(&Sheet<'_>) -> Answer) -> Formula {
    Formula { id, number, unit, say, of }
}

const FORMULAS: &[Formula] = &[
    formula("bytes_per_request", 1, "B", "What the client sends with each request", bytes_per_request),
    formula("bytes_inside", 1, "B", "What travels inside with each request, per inner service", bytes_inside),
    formula("upstream_traffic", 2, "bit/s", "The same at the peak", upstream_traffic),
    formula("cpu_per_check", 3, "µs", "Processor time of one check", cpu_per_check),
    formula("wait_per_check", 3, "ms", "Waiting for another machine in one check", wait_per_check),
    formula("cores", 4, "cores", "Processors that checking keeps busy at the peak", cores),
    formula("store_reads", 5, "1/s", "Reads from the store", store_reads),
    formula("durable_writes", 6, "1/s", "Writes that somebody waits for", durable_writes),
    formula("batched_writes", 7, "1/s", "Writes that nobody waits for", batched_writes),
    formula("renewals", 8, "1/s", "Renewed tokens", renewals),
    formula("upstream_signatures", 8, "1/s", "JWTs signed for the inside", upstream_signatures),
    formula("return_jitter", 8, "s", "Over how long clients must spread their return after an outage", return_jitter),
    formula("sign_in_cpu", 9, "cores", "Processors that checking passwords keeps busy", sign_in_cpu),
    formula("revocation_window", 10, "s", "From a forced sign-out until the last door is shut, at worst", revocation_window),
    formula("effective_idle", 11, "s", "After how long without use the last door is shut", effective_idle),
    formula("database_bytes", 12, "B", "Rows of sessions with their indexes", database_bytes),
    formula("memory_per_node", 13, "B", "Memory for what was checked, per node", memory_per_node),
    formula("feed_traffic", 14, "B/s", "The feed of sign-outs, to all who follow", feed_traffic),
    formula("key_rotation_cpu", 16, "core-s", "What each verifier spends when keys change", key_rotation_cpu),
    formula("proxy_cpu", 17, "µs", "What asking adds to every request through the proxy", proxy_cpu),
    formula("nodes_needed", 18, "nodes", "Nodes for the peak, half loaded", nodes_needed),
];

/// The costs of a case, in the order of the published list.
pub(crate) fn costs(case: Case<'_>) -> Vec<Cost> {
    if case.outcome == Outcome::None {
        return Vec::new();
    }
    let peak = Peak::of(case.facts.users, case.facts.rps, case.facts.option(Topic::Nodes), case.measures);
    let list = FORMULAS.iter().filter_map(|formula| {
        let sheet = Sheet { case, peak, used: RefCell::default() };
        let (value, text) = (formula.of)(&sheet)?;
        let mut inputs = sheet.used.into_inner();
        inputs.sort_by_key(|input| input.id);
        inputs.dedup_by_key(|input| input.id);
        let Formula { id, number, unit, say, .. } = *formula;
        Some(Cost { id, number, value: rounded(value), unit, say, formula: text, inputs, runner_up: None })
    });
    list.collect()
}

/// Four significant digits: the inputs are not better known than that.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10_f64.powi(3 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

impl Sheet<'_> {
    fn get(&self, input: &Input) -> f64 {
        let (value, from) = self.case.measures.get(input);
        let of_measured = |text: &Option<String>| text.clone().filter(|_| from == Provenance::Measured);
        let (at, machine) = (of_measured(&self.case.measures.at), of_measured(&self.case.measures.machine));
        self.used.borrow_mut().push(UsedInput { id: input.symbol, value, from, at, machine });
        value
    }

    fn note(&self, id: &'static str, value: f64, from: Provenance) -> f64 {
        self.used.borrow_mut().push(UsedInput { id, value: rounded(value), from, at: None, machine: None });
        value
    }

    fn requests(&self) -> f64 {
        self.note("R", self.peak.requests, Provenance::Assumed)
    }

    fn users(&self) -> f64 {
        self.note("U", self.peak.users, Provenance::Assumed)
    }

    fn active(&self) -> f64 {
        self.note("A", self.peak.active, Provenance::Computed)
    }

    fn nodes(&self) -> f64 {
        self.note("n", self.peak.nodes, Provenance::Assumed)
    }

    fn lifetime(&self) -> f64 {
        self.note("T", number(self.case.settings.access.unwrap_or(300)), Provenance::Computed)
    }

    fn upstream_lifetime(&self) -> f64 {
        self.note("Tu", number(self.case.settings.upstream.unwrap_or(60)), Provenance::Computed)
    }

    fn sign_ins(&self) -> f64 {
        PEAK_SIGN_INS * self.users() / self.note("absolute", number(self.case.settings.absolute), Provenance::Computed)
    }

    /// Sessions that a node does not find in its memory; with page tokens Cloakroom alone looks them up.
    fn misses(&self) -> f64 {
        match self.case.outcome {
            Outcome::CookiePageToken => self.active() / self.get(&STAY_S),
            outcome if outcome.client_holds_jwt() => 0.0,
            _ => self.requests().min(self.nodes() * self.active() / self.get(&STAY_S)),
        }
    }

    fn refreshes(&self) -> f64 {
        if self.case.outcome.has_refresh_family() { self.active() / (RENEW_AT * self.lifetime()) } else { 0.0 }
    }

    fn session_check(&self) -> f64 {
        self.get(&SESSION_HIT_US) + self.misses() / self.requests() * self.get(&SESSION_MISS_US)
    }

    /// Each server sees a token for the first time once in its life.
    fn jwt_check(&self) -> f64 {
        let first = (self.nodes() / (self.get(&PERSON) * self.lifetime())).min(1.0);
        first * self.get(&JWT_FIRST_US) + (1.0 - first) * self.get(&JWT_REPEAT_US)
    }
}

fn bytes_per_request(sheet: &Sheet<'_>) -> Answer {
    Some(match sheet.case.outcome {
        Outcome::Cookie | Outcome::CookieExchange => (sheet.get(&LINE_COOKIE), "line_cookie"),
        Outcome::Token | Outcome::TokenExchange | Outcome::TokenIntrospect => (sheet.get(&LINE_TOKEN), "line_token"),
        Outcome::JwtCookie => (sheet.get(&LINE_JWT_COOKIE), "line_jwt_cookie"),
        Outcome::Jwt | Outcome::JwtIntrospect | Outcome::CookiePageToken => (sheet.get(&LINE_JWT), "line_jwt"),
        Outcome::None => return None,
    })
}

fn bytes_inside(sheet: &Sheet<'_>) -> Answer {
    sheet.case.outcome.is_exchange().then(|| (sheet.get(&LINE_JWT), "line_jwt"))
}

fn upstream_traffic(sheet: &Sheet<'_>) -> Answer {
    let (bytes, _) = bytes_per_request(sheet)?;
    Some((bytes * sheet.requests() * 8.0, "bytes*R*8"))
}

fn cpu_per_check(sheet: &Sheet<'_>) -> Answer {
    let outcome = sheet.case.outcome;
    let asking = || 2.0 * sheet.get(&HTTP_US) + sheet.get(&SESSION_HIT_US);
    if outcome.is_exchange() {
        let first = (sheet.get(&INNER_SERVICES) / (sheet.get(&PERSON) * RENEW_AT * sheet.upstream_lifetime())).min(1.0);
        let inside = first * (sheet.get(&JWT_SIGN_US) + sheet.get(&JWT_FIRST_US)) + (1.0 - first) * sheet.get(&JWT_REPEAT_US);
        return Some((
            sheet.session_check() + sheet.get(&HTTP_US) + inside,
            "hit + misses/R*miss + http + f*(sign + first) + (1-f)*repeat; f = min(1, h/(u*0.8*Tu))",
        ));
    }
    Some(match outcome {
        Outcome::TokenIntrospect => (sheet.session_check() + asking(), "hit + misses/R*miss + 2*http + hit"),
        Outcome::JwtIntrospect => (sheet.jwt_check() + asking(), "f*first + (1-f)*repeat + 2*http + hit; f = min(1, n/(u*T))"),
        _ if outcome.client_holds_jwt() => (sheet.jwt_check(), "f*first + (1-f)*repeat; f = min(1, n/(u*T))"),
        _ => (sheet.session_check(), "hit + misses/R*miss"),
    })
}

fn wait_per_check(sheet: &Sheet<'_>) -> Answer {
    let asks =
        matches!(sheet.case.outcome, Outcome::TokenIntrospect | Outcome::JwtIntrospect) || sheet.case.outcome.is_exchange();
    asks.then(|| {
        let is_far = sheet.case.facts.any(Topic::Nodes, &["regions", "edge"]);
        if is_far { (sheet.get(&RTT_REGION_MS), "rtt.region") } else { (sheet.get(&RTT_LOCAL_MS), "rtt.local") }
    })
}

fn cores(sheet: &Sheet<'_>) -> Answer {
    let (cpu, _) = cpu_per_check(sheet)?;
    Some((cpu * sheet.requests() / 1e6, "cpu*R"))
}

fn store_reads(sheet: &Sheet<'_>) -> Answer {
    let reads = sheet.misses() + sheet.sign_ins() + 2.0 * sheet.refreshes();
    let text = match sheet.case.outcome {
        Outcome::CookiePageToken => "A/stay + signins",
        outcome if outcome.has_refresh_family() => "signins + 2*A/(0.8*T)",
        _ => "n*A/stay + signins",
    };
    Some((reads, text))
}

fn durable_writes(sheet: &Sheet<'_>) -> Answer {
    let writes = sheet.sign_ins() + sheet.get(&SIGN_OUTS) + sheet.refreshes();
    let has_family = sheet.case.outcome.has_refresh_family();
    Some((writes, if has_family { "signins + signouts + A/(0.8*T)" } else { "signins + signouts" }))
}

fn batched_writes(sheet: &Sheet<'_>) -> Answer {
    if sheet.case.outcome.has_refresh_family() {
        return Some((0.0, "0"));
    }
    Some((sheet.active() / sheet.get(&TOUCH_EVERY_S), "A/g"))
}

fn renewals(sheet: &Sheet<'_>) -> Answer {
    if !sheet.case.outcome.client_holds_jwt() {
        return Some((0.0, "0"));
    }
    Some((sheet.active() / (RENEW_AT * sheet.lifetime()), "A/(0.8*T)"))
}

fn upstream_signatures(sheet: &Sheet<'_>) -> Answer {
    let signatures = || sheet.active() * sheet.get(&INNER_SERVICES) / (RENEW_AT * sheet.upstream_lifetime());
    sheet.case.outcome.is_exchange().then(|| (signatures(), "A*h/(0.8*Tu)"))
}

fn return_jitter(sheet: &Sheet<'_>) -> Answer {
    sheet.case.outcome.has_refresh_family().then(|| (sheet.active() / sheet.get(&REFRESHES), "A/rate.refresh"))
}

fn sign_in_cpu(sheet: &Sheet<'_>) -> Answer {
    Some((sheet.sign_ins() * sheet.get(&PASSWORD_MS) / 1e3, "3*U/absolute*cpu.password"))
}

fn revocation_window(sheet: &Sheet<'_>) -> Answer {
    let Case { outcome, facts, settings, measures } = sheet.case;
    let found = window(outcome, facts, settings, whole_seconds(measures.get(&CUT_OFF_S).0))?;
    let is_local = outcome.is_checked_locally();
    let until_expiry = |text| {
        sheet.lifetime();
        sheet.note("leeway", number(LEEWAY), Provenance::Computed);
        text
    };
    let text = match found.seconds {
        0 => "next request",
        _ if is_local && !settings.follow_feed => until_expiry("T + leeway"),
        _ => {
            sheet.get(&FEED_LAG_S);
            if is_local && settings.feed_lost.is_some() {
                until_expiry("lag p99; T + leeway while cut off")
            } else {
                sheet.get(&CUT_OFF_S);
                "lag p99; cut-off"
            }
        }
    };
    Some((number(found.seconds), text))
}

fn effective_idle(sheet: &Sheet<'_>) -> Answer {
    let idle = sheet.note("idle", number(sheet.case.settings.idle), Provenance::Computed);
    if sheet.case.outcome.client_holds_jwt() {
        return Some((idle + sheet.lifetime(), "idle + T"));
    }
    Some((idle + sheet.note("flush", 5.0, Provenance::Makers), "idle + flush"))
}

fn database_bytes(sheet: &Sheet<'_>) -> Answer {
    let family = if sheet.case.outcome.has_refresh_family() { sheet.get(&FAMILY_BYTES) } else { 0.0 };
    let text = if family > 0.0 { "U*(db.session + db.family)" } else { "U*db.session" };
    Some((sheet.users() * (sheet.get(&SESSION_BYTES) + family), text))
}

fn memory_per_node(sheet: &Sheet<'_>) -> Answer {
    Some(if sheet.case.outcome.client_holds_jwt() {
        (sheet.active() * sheet.get(&MEM_JWT), "A*mem.jwt")
    } else {
        (sheet.active() * sheet.get(&MEM_SESSION), "A*mem.session")
    })
}

fn feed_traffic(sheet: &Sheet<'_>) -> Answer {
    let followers = sheet.nodes();
    let news = sheet.get(&SIGN_OUTS) * sheet.get(&FEED_EVENT_BYTES) * followers;
    let beats = followers * sheet.get(&FEED_HEARTBEAT_BYTES) / HEARTBEAT_S;
    sheet.case.settings.follow_feed.then_some((news + beats, "signouts*event*n + n*heartbeat/5"))
}

fn key_rotation_cpu(sheet: &Sheet<'_>) -> Answer {
    let spent = || sheet.active() * sheet.get(&JWT_FIRST_US) / 1e6;
    sheet.case.outcome.servers_take_jwt().then(|| (spent(), "A*cpu.jwt_first"))
}

fn proxy_cpu(sheet: &Sheet<'_>) -> Answer {
    let asks = sheet.case.facts.any(Topic::Proxy, &["can_ask"]) && !sheet.case.outcome.client_holds_jwt();
    asks.then(|| (sheet.get(&HTTP_US) + sheet.session_check(), "http + check"))
}

fn nodes_needed(sheet: &Sheet<'_>) -> Answer {
    let (busy, _) = cores(sheet)?;
    let (durable, _) = durable_writes(sheet)?;
    let (batched, _) = batched_writes(sheet)?;
    let shares =
        [busy / (0.5 * sheet.get(&CORES)), batched / (0.5 * sheet.get(&TOUCHES)), durable / (0.5 * sheet.get(&REFRESHES))];
    let most = shares.into_iter().fold(1.0, f64::max).ceil();
    Some((most, "max(cores/(0.5*cores per node), batched/(0.5*rate.touch), durable/(0.5*rate.refresh))"))
}
