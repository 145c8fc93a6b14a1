//! The numbers that the formulas are fed with, and where each of them is from.
//!
//! A number that was not measured has a seed: what the makers saw, what can be counted in the formats, or an assumption that says so.

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::answers::{Faults, no_such};

/// Where a number is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// Measured on the machine it speaks of.
    Measured,
    /// Counted from the formats.
    Counted,
    /// Worked out from other numbers.
    Computed,
    /// Nobody measured it.
    Assumed,
    /// Measured or aimed at by the makers of Cloakroom, elsewhere.
    Makers,
}

/// A number that can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its member in the saved measures.
    pub name: &'static str,
    /// Its name in formulas.
    pub symbol: &'static str,
    /// What it is.
    pub say: &'static str,
    /// Its unit.
    pub unit: &'static str,
    seed: Seed,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Seed {
    /// In thousandths, so that a table of constants can be compared.
    thousandths: u64,
    from: Provenance,
}

impl Eq for Seed {}

const fn input(
    name: &'static str,
    symbol: &'static str,
    unit: &'static str,
    thousandths: u64,
    from: Provenance,
    say: &'static str,
) -> Input {
    Input { name, symbol, say, unit, seed: Seed { thousandths, from } }
}

macro_rules! inputs {
    ($($constant:ident = $name:literal, $symbol:literal, $unit:literal, $thousandths:literal, $from:ident, $say:literal;)+) => {
        $(pub(crate) const $constant: Input = input($name, $symbol, $unit, $thousandths, Provenance::$from, $say);)+
        /// Every number that can be measured, in the order of their names in formulas.
        pub const INPUTS: &[Input] = &[$($constant),+];
    };
}

inputs! {
    LINE_COOKIE = "line_cookie", "bytes.line_cookie", "B", 106_000, Counted, "The header line of a session cookie.";
    LINE_JWT = "line_jwt", "bytes.line_jwt", "B", 560_000, Counted, "The header line of a JWT.";
    LINE_JWT_COOKIE = "line_jwt_cookie", "bytes.line_jwt_cookie", "B", 572_000, Counted, "The header line of a JWT cookie.";
    LINE_TOKEN = "line_token", "bytes.line_token", "B", 98_000, Counted, "The header line of a session token.";
    HTTP_US = "http_us", "cpu.http", "µs", 8_800, Makers, "One more small HTTP request.";
    JWT_FIRST_US = "jwt_first_us", "cpu.jwt_first", "µs", 31_000, Makers, "Checking a JWT at first sight.";
    JWT_REPEAT_US = "jwt_repeat_us", "cpu.jwt_repeat", "µs", 600, Makers, "Checking a JWT that is remembered.";
    JWT_SIGN_US = "jwt_sign_us", "cpu.sign", "µs", 15_000, Assumed, "Signing a JWT.";
    PASSWORD_MS = "password_ms", "cpu.password", "ms", 19_000, Makers, "Checking a password.";
    SESSION_HIT_US = "session_hit_us", "cpu.session_hit", "µs", 1_000, Makers, "Checking a session from memory.";
    SESSION_MISS_US = "session_miss_us", "cpu.session_miss", "µs", 43_000, Makers, "Reading a session from the store.";
    CUT_OFF_S = "cut_off_s", "cut", "s", 15_000, Makers, "After how long a node that is cut off stops trusting what it knows.";
    FAMILY_BYTES = "family_bytes", "db.family", "B", 103_000, Makers, "A refresh family in the database, with its indexes.";
    SESSION_BYTES = "session_bytes", "db.session", "B", 253_000, Makers, "A session in the database, with its indexes.";
    FEED_EVENT_BYTES = "feed_event_bytes", "feed.event_bytes", "B", 200_000, Assumed, "One event of the feed.";
    FEED_HEARTBEAT_BYTES = "feed_heartbeat_bytes", "feed.heartbeat", "B", 60_000, Assumed, "One heartbeat of the feed.";
    FEED_LAG_S = "feed_lag_p99_s", "feed.lag_p99", "s", 1_000, Makers, "How late news of a sign-out arrives, 99 times of 100.";
    TOUCH_EVERY_S = "touch_every_s", "g", "s", 60_000, Assumed, "A session's last use is written at most this often.";
    INNER_SERVICES = "inner_services", "h", "", 2_000, Assumed, "How many inner services check each request.";
    CORES = "cores_per_node", "cores per node", "", 2_000, Assumed, "The cores of one node.";
    MEM_JWT = "remembered_jwt_bytes", "mem.jwt", "B", 900_000, Assumed, "A verified JWT in memory.";
    MEM_SESSION = "remembered_session_bytes", "mem.session", "B", 250_000, Makers, "A session in memory.";
    INTROSPECTIONS = "introspections_per_s", "rate.introspect", "1/s", 40_000_000, Assumed, "Introspections that one server answers.";
    REFRESHES = "refreshes_per_s", "rate.refresh", "1/s", 5_000_000, Makers, "Durable refreshes that one server does.";
    TOUCHES = "touch_rows_per_s", "rate.touch", "1/s", 55_600_000, Makers, "Rows of last use that the store takes in batches.";
    RTT_LOCAL_MS = "rtt_local_ms", "rtt.local", "ms", 300, Assumed, "A round trip between machines in one place.";
    RTT_REGION_MS = "rtt_region_ms", "rtt.region", "ms", 90_000, Assumed, "A round trip between regions.";
    SIGN_OUTS = "sign_outs_per_s", "sign-outs", "1/s", 0, Assumed, "Sign-outs a second at the peak.";
    STAY_S = "session_stay_s", "stay", "s", 3_600_000, Assumed, "How long an active session stays of interest to a node.";
    PERSON = "requests_per_s_of_one_person", "u", "1/s", 100, Assumed, "Requests a second of one active person.";
}

/// A count as a number to reckon with.
#[expect(clippy::cast_precision_loss, reason = "counts and seconds here lie far below 2^52")]
pub(crate) const fn number(count: u64) -> f64 {
    count as f64
}

/// A number as whole seconds; what is below zero is zero.
#[expect(clippy::cast_sign_loss, reason = "the cast saturates, and a measure is never below zero")]
pub(crate) const fn whole_seconds(value: f64) -> u64 {
    value as u64
}

impl Input {
    /// What counts when it was not measured.
    pub fn seed(&self) -> (f64, Provenance) {
        (number(self.seed.thousandths) / 1_000.0, self.seed.from)
    }
}

/// What was measured, by name; what was not has its seed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    values: Vec<(&'static str, f64)>,
    /// When it was measured, RFC 3339.
    pub at: Option<String>,
    /// On which machine.
    pub machine: Option<String>,
}

impl Measures {
    /// Says what was measured; a later value takes the place of an earlier one.
    pub fn set(&mut self, input: &Input, value: f64) {
        self.values.retain(|(name, _)| *name != input.name);
        self.values.push((input.name, value));
        self.values.sort_by_key(|(name, _)| *name);
    }

    /// The value that counts, and where it is from.
    pub fn get(&self, input: &Input) -> (f64, Provenance) {
        let measured = self.values.iter().find(|(name, _)| *name == input.name);
        measured.map_or_else(|| input.seed(), |(_, value)| (*value, Provenance::Measured))
    }

    /// Reads saved measures: an object of numbers, with `at` and `machine`. A member `cloakroom` names the version, and is left aside.
    pub fn parse(value: &Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut measures = Self::default();
        let Some(members) = value.as_object() else {
            faults.add("measures", "wrong_type", "Give an object of numbers, as `cloakroom measure --save` writes it.");
            return Err(faults);
        };
        for (member, value) in members {
            let at = format!("measures.{member}");
            match (member.as_str(), INPUTS.iter().find(|input| input.name == member)) {
                ("at" | "machine" | "cloakroom", _) => {
                    let text = value.as_str().filter(|text| text.len() <= 200 && !text.chars().any(char::is_control));
                    if text.is_none() {
                        faults.add(at, "invalid", "Give a text of up to 200 characters.");
                    }
                    match member.as_str() {
                        "at" => measures.at = text.map(str::to_owned),
                        "machine" => measures.machine = text.map(str::to_owned),
                        _ => {}
                    }
                }
                (_, Some(input)) => match value.as_f64().filter(|number| (1e-9..=1e15).contains(number) || *number == 0.0) {
                    Some(number) if number > 0.0 || input.name == "sign_outs_per_s" => measures.set(input, number),
                    _ => faults.add(at, "invalid", "Give a number above zero."),
                },
                (_, None) => {
                    faults.add(at, "unknown", no_such("measure", member, INPUTS.iter().map(|input| input.name)));
                }
            }
        }
        faults.or(measures)
    }
}

impl Serialize for Measures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(at) = &self.at {
            map.serialize_entry("at", at)?;
        }
        if let Some(machine) = &self.machine {
            map.serialize_entry("machine", machine)?;
        }
        for (name, value) in &self.values {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Measures {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
