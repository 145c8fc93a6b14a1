//! What a run gives: everything that pages and JSON show, and nothing that they must look up.
//!
//! 1. A [`Report`] holds [`Run`]s: one per scenario and cell, with the steps, what each side keeps, what travelled and what it cost.
//! 2. A run holds [`Outcome`]s: the verdicts on its credential, one per verifier and case. The first one answers the scenario's question.
//! 3. In JSON each outcome is one entry of `runs`, with the evidence of its run.
//! 4. Hidden parts of credentials stay hidden: [`Inked`] writes itself without them.

use std::collections::BTreeMap;

use cloakroom_primitives::Timestamp;
use cloakroom_session::{Cell, Proof};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::scenario::Scenario;
use super::wire::{Inked, Message};
use crate::api::Moment;

/// The runs of one go, and where they ran.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// Of Cloakroom.
    pub(crate) version: &'static str,
    /// Where it ran.
    pub(crate) machine: Machine,
    /// When it ran, by the machine's clock. Each house's own clock starts here.
    pub(crate) began_at: Timestamp,
    /// What ran, by scenario and then by cell in the order A, B, C, D.
    pub(crate) runs: Vec<Run>,
}

/// The machine that figures were measured on.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Machine {
    /// How many things it does at once.
    pub(crate) cpus: usize,
    /// Its memory in bytes; zero where it cannot be told.
    pub(crate) memory: u64,
    /// Whether this program was compiled for speed. Figures of one that was not are several times too high.
    pub(crate) optimised: bool,
}

/// One scenario in one cell.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// Which question.
    pub(crate) scenario: Scenario,
    /// In which cell.
    pub(crate) cell: Cell,
    /// The answers; at least one.
    pub(crate) outcomes: Vec<Outcome>,
    /// What happened, in order.
    pub(crate) steps: Vec<Step>,
    /// What the client keeps when the story is at its heart.
    pub(crate) client_keeps: Vec<Kept>,
    /// What the server keeps, row by row, and what it kept until something ended it.
    pub(crate) server_keeps: Vec<Row>,
    /// What one check cost.
    pub(crate) measured: Measured,
    /// What was computed from measurements, in the scenarios that compute.
    pub(crate) computed: Vec<Figure>,
    /// What was looked at on the way, and whether it was so.
    pub(crate) promises: Vec<Promise>,
}

impl Run {
    /// The outcome that answers the question.
    pub(crate) fn answer(&self) -> Option<&Outcome> {
        self.outcomes.first()
    }

    /// Whether all of it came out as the lab's table says.
    pub(crate) fn is_as_expected(&self) -> bool {
        !self.outcomes.is_empty()
            && self.outcomes.iter().all(|outcome| outcome.as_expected)
            && self.promises.iter().all(|promise| promise.kept)
    }
}

/// One answer: what became of the credential.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// Who judged it, where a scenario has several.
    pub(crate) verifier: Option<Verifier>,
    /// Which variant of the story, where a scenario has several: one word.
    pub(crate) case: Option<&'static str>,
    /// What became of it.
    pub(crate) verdict: Verdict,
    /// The same in one sentence.
    pub(crate) sentence: String,
    /// Whether the lab's table says so for this version.
    pub(crate) as_expected: bool,
}

/// Who judges a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Verifier {
    /// Cloakroom itself.
    Cloakroom,
    /// Orders, which verifies alone.
    Alone,
    /// Orders, which follows the feed.
    Feed,
    /// Orders, which asks Cloakroom every time.
    Asks,
}

impl Verifier {
    /// The word in JSON.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Cloakroom => "cloakroom",
            Self::Alone => "alone",
            Self::Feed => "feed",
            Self::Asks => "asks",
        }
    }
}

/// What became of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is taken.
    Accepted,
    /// It is not taken.
    Refused,
    /// It is taken until then: the first moment at which it was refused.
    AcceptedUntil(Timestamp),
    /// Nobody can tell now: 503.
    Unavailable,
    /// The client has it no more.
    Lost,
    /// The question does not arise in this cell, or this version has no such thing.
    NotApplicable,
    /// The answer says nothing about the credential: no scenario expects it.
    Unclear(u16),
}

impl Verdict {
    /// The word in JSON.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::AcceptedUntil(_) => "accepted_until",
            Self::Unavailable => "unavailable",
            Self::Lost => "lost",
            Self::NotApplicable => "not_applicable",
            Self::Unclear(_) => "unclear",
        }
    }

    /// Until when it was taken, where that is the verdict.
    pub(crate) const fn until(self) -> Option<Timestamp> {
        match self {
            Self::AcceptedUntil(until) => Some(until),
            _ => None,
        }
    }
}

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Party {
    /// The browser of the person, cells A and C.
    Browser,
    /// The app of the person, cells B and D.
    App,
    /// The person's other device.
    Phone,
    /// Somebody with a copy.
    Thief,
    /// A page of another site, open in the same browser.
    OtherSite,
    /// A script in the page that should not be there.
    Script,
    /// A careless app that believes a plain cookie.
    CarelessApp,
    /// The server.
    Cloakroom,
    /// The resource server.
    Orders,
    /// Something between client and server that limits headers.
    Proxy,
    /// Whoever runs the server.
    Operator,
    /// The lab itself: it moves clocks and stops stores.
    Lab,
}

impl Party {
    /// The word in JSON.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::App => "app",
            Self::Phone => "phone",
            Self::Thief => "thief",
            Self::OtherSite => "other_site",
            Self::Script => "script",
            Self::CarelessApp => "careless_app",
            Self::Cloakroom => "cloakroom",
            Self::Orders => "orders",
            Self::Proxy => "proxy",
            Self::Operator => "operator",
            Self::Lab => "lab",
        }
    }
}

/// Something that happened: an exchange over the wire, or an event such as a moved clock, which has a note alone.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Who began it.
    pub(crate) from: Party,
    /// Whom it reached; of an event, whom it befell.
    pub(crate) to: Party,
    /// When, by the house's clock.
    pub(crate) at: Timestamp,
    /// What it is, in a word or two: for the arrow of a drawing.
    pub(crate) label: String,
    /// What was carried, if a credential was.
    pub(crate) carries: Option<Proof>,
    /// What was sent.
    pub(crate) request: Option<Message>,
    /// What came back.
    pub(crate) response: Option<Message>,
    /// The status of the answer.
    pub(crate) status: Option<u16>,
    /// The same as a sentence: for the list in words.
    pub(crate) note: String,
}

/// Where a client keeps something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// The browser's cookie jar.
    CookieJar,
    /// The app's `localStorage` or a file of it: it outlives the page.
    Storage,
    /// The app's memory: gone with the page.
    Memory,
}

/// Something that a client keeps.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// Where.
    pub(crate) place: Place,
    /// Under which name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) value: Inked,
    /// Of a JWT, its claims as they stand in it.
    pub(crate) claims: Vec<(String, String)>,
    /// Of a cookie, its attributes as they were set, in their order: `("SameSite", Some("Lax"))`, `("HttpOnly", None)`.
    pub(crate) attributes: Vec<(String, Option<String>)>,
    /// Whether it is gone by the end of the story.
    pub(crate) gone: bool,
}

/// A row of the server's database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The table: `sessions`, `refresh_families`, `feed`, `signing_keys`.
    pub(crate) table: &'static str,
    /// Columns and what stands in them, in the table's order; what is null is left out.
    pub(crate) columns: Vec<(String, String)>,
    /// Whether it was there and is gone.
    pub(crate) gone: bool,
}

/// What one check of the credential cost, on this machine, now. Times are CPU time of this thread: medians of [`Measured::repeats`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    /// Of a check by a process that has not met this credential before: one row read, or one signature verified; in microseconds.
    pub(crate) cpu_us: Option<f64>,
    /// Of a check by a process that has: a look into memory.
    pub(crate) cpu_again_us: Option<f64>,
    /// How often each was repeated; at least 1,000.
    pub(crate) repeats: u32,
    /// Rows that the first check read from the store.
    pub(crate) store_reads: Option<u32>,
    /// Rows that it wrote.
    pub(crate) store_writes: Option<u32>,
    /// Sessions looked up per check, in memory or in the store. Not counted: it follows from the design of the cell.
    pub(crate) lookups: Option<u32>,
    /// Signatures verified at the first check. Not counted: it follows from the design of the cell.
    pub(crate) signatures: Option<u32>,
    /// What travels because of the credential, per request; a cookie's name counts.
    pub(crate) credential_bytes: Option<usize>,
    /// The whole request.
    pub(crate) request_bytes: Option<usize>,
}

/// A figure that was computed from measurements.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// What it is, one word: `memory`, `disk`, `cores`, `traffic`, …
    pub(crate) name: &'static str,
    /// How much.
    pub(crate) value: f64,
    /// Of what: `bytes`, `cores`, `bytes_per_second`, `per_second`.
    pub(crate) unit: &'static str,
    /// How it was computed, and from which measurement.
    pub(crate) from: String,
}

/// Something that was looked at, and whether it was so.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    /// What should be so.
    pub(crate) sentence: String,
    /// Whether it was.
    pub(crate) kept: bool,
}

/// A count as a figure: exact up to four billion.
pub(crate) fn figure(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

impl Report {
    /// The runs of a scenario, in the order A, B, C, D.
    pub(crate) fn of(&self, scenario: Scenario) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(move |run| run.scenario == scenario)
    }

    /// The run of a scenario in a cell.
    pub(crate) fn run(&self, scenario: Scenario, cell: Cell) -> Option<&Run> {
        self.of(scenario).find(|run| run.cell == cell)
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries: Vec<_> =
            self.runs.iter().flat_map(|run| run.outcomes.iter().map(move |outcome| Entry { run, outcome })).collect();
        let mut report = serializer.serialize_struct("Report", 4)?;
        report.serialize_field("version", self.version)?;
        report.serialize_field("machine", &self.machine)?;
        report.serialize_field("began_at", &Moment(self.began_at))?;
        report.serialize_field("runs", &entries)?;
        report.end()
    }
}

/// One outcome with the evidence of its run, as JSON has it.
struct Entry<'r> {
    run: &'r Run,
    outcome: &'r Outcome,
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { run, outcome } = self;
        let as_expected = outcome.as_expected && run.promises.iter().all(|promise| promise.kept);
        EntryShape {
            scenario: run.scenario.word(),
            cell: run.cell.word(),
            verifier: outcome.verifier.map(Verifier::word),
            case: outcome.case,
            verdict: outcome.verdict.word(),
            until: outcome.verdict.until().map(Moment),
            sentence: &outcome.sentence,
            measured: MeasuredShape::of(run),
            steps: run.steps.iter().map(StepShape::of).collect(),
            not_kept: run.promises.iter().filter(|promise| !promise.kept).map(|promise| promise.sentence.as_str()).collect(),
            as_expected,
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct EntryShape<'r> {
    scenario: &'static str,
    cell: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verifier: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<&'static str>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Moment>,
    sentence: &'r str,
    measured: MeasuredShape,
    steps: Vec<StepShape<'r>>,
    /// What should have been so and was not; left out when all is well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_kept: Vec<&'r str>,
    as_expected: bool,
}

#[derive(Serialize)]
struct MeasuredShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_us: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_again_us: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    store_reads: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    store_writes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_bytes: Option<usize>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    computed: BTreeMap<&'static str, FigureShape>,
}

#[derive(Serialize)]
struct FigureShape {
    value: f64,
    unit: &'static str,
    from: String,
}

impl MeasuredShape {
    fn of(run: &Run) -> Self {
        let Measured { cpu_us, cpu_again_us, store_reads, store_writes, credential_bytes, request_bytes, .. } = run.measured;
        let figure =
            |figure: &Figure| (figure.name, FigureShape { value: figure.value, unit: figure.unit, from: figure.from.clone() });
        Self {
            cpu_us,
            cpu_again_us,
            store_reads,
            store_writes,
            credential_bytes,
            request_bytes,
            computed: run.computed.iter().map(figure).collect(),
        }
    }
}

#[derive(Serialize)]
struct StepShape<'r> {
    from: &'static str,
    to: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'r Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<&'r Message>,
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'r str,
}

impl<'r> StepShape<'r> {
    fn of(step: &'r Step) -> Self {
        let Step { from, to, request, response, note, .. } = step;
        Self { from: from.word(), to: to.word(), request: request.as_ref(), response: response.as_ref(), note }
    }
}
