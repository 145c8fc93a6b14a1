//! One run as a page shows it: what the client keeps, what travels, what the server keeps, what a check costs, the drawing, the verdict.
//! Words come from the texts, figures from the run; nothing is decided here but how to show it.

use cloakroom_primitives::Timestamp;
use cloakroom_session::{Cell, Proof};
use serde::Serialize;

use super::drawing::{Drawing, draw};
use super::exchange::{Exchange, Piece};
use super::storyboard::{names, parties, scenes};
use crate::lab::report::{Figure, Kept, Measured, Outcome, Place, Row, Run, Step, Verdict, Verifier};
use crate::lab::wire::Ink;
use crate::texts::en::{self, lab as say};

/// A run, ready to be shown.
#[derive(Debug, Serialize)]
pub(super) struct Evidence {
    pub(super) cell: &'static str,
    is_letter: bool,
    holders: Vec<Holder>,
    last: Option<Exchange>,
    exchanges: Vec<Exchange>,
    exchanges_title: String,
    rows: Vec<ShownRow>,
    costs: Vec<Cost>,
    computed: Vec<Computed>,
    drawing: Option<Drawing>,
    drawing_title: String,
    words: Vec<String>,
    pub(super) outcomes: Vec<ShownOutcome>,
    promises: Vec<Checked>,
    promises_title: String,
    pub(super) as_expected: bool,
    /// Whether the figures are the answer.
    is_computed: bool,
}

/// One place in which a client keeps something.
#[derive(Debug, Serialize)]
struct Holder {
    is_cookie: bool,
    place: say::PlaceText,
    slips: Vec<Slip>,
}

#[derive(Debug, Serialize)]
struct Slip {
    hue: &'static str,
    icon: &'static str,
    what: &'static str,
    name: String,
    value: Vec<Piece>,
    claims: Vec<(String, String)>,
    attributes: Vec<Attribute>,
    gone: bool,
}

#[derive(Debug, Serialize)]
struct Attribute {
    written: String,
    means: &'static str,
}

#[derive(Debug, Serialize)]
struct ShownRow {
    hue: &'static str,
    icon: &'static str,
    name: String,
    /// What the story is about.
    columns: Vec<(String, String)>,
    /// Whatever else stands in the row.
    others: Vec<(String, String)>,
    others_title: String,
    gone: bool,
}

/// The columns that tell a row's part in a story; the others are folded away.
const TELLING: [&str; 10] =
    ["id", "secret_hash", "former_hash", "ends_at", "counter", "kid", "alg", "cause", "matters_until", "scopes"];

/// A line of what a check costs, with a bar where the four cells are worth comparing by eye.
#[derive(Debug, Serialize)]
struct Cost {
    what: &'static str,
    amount: String,
    percent: Option<f64>,
}

/// A figure that was computed.
#[derive(Debug, Serialize)]
pub(super) struct Computed {
    what: String,
    amount: String,
    from: String,
}

/// What became of the credential.
#[derive(Debug, Serialize)]
pub(super) struct ShownOutcome {
    pub(super) who: Option<String>,
    pub(super) verdict: String,
    /// The verdict's own mark.
    pub(super) icon: &'static str,
    pub(super) is_no: bool,
    pub(super) sentence: String,
}

#[derive(Debug, Serialize)]
struct Checked {
    sentence: String,
    kept: bool,
}

impl Evidence {
    /// What a run has to show. `slowest` is the longest time that any of the cells took, which the bars are drawn against.
    pub(super) fn of(run: &Run, slowest: f64, began_at: Timestamp) -> Self {
        let exchanges: Vec<_> = run.steps.iter().filter_map(Exchange::of).collect();
        // The last thing that was shown with a credential is what the verdict is about.
        let shows = |step: &&Step| step.request.is_some() && step.carries.is_some();
        let last = run.steps.iter().rev().find(shows).or_else(|| run.steps.iter().rev().find(|step| step.request.is_some()));
        let what = cell_text(run.cell).what;
        let parties = parties(&run.steps);
        let drawing = (!run.steps.is_empty() && !parties.is_empty()).then(|| draw(&names(&parties), &scenes(run, &parties)));
        Self {
            cell: run.cell.word(),
            is_letter: run.cell.proof() == Proof::Jwt,
            holders: holders(&run.client_keeps),
            last: last.and_then(Exchange::of),
            exchanges_title: say::exchanges(exchanges.len()),
            exchanges,
            rows: run.server_keeps.iter().map(shown_row).collect(),
            costs: costs(&run.measured, slowest),
            computed: run.computed.iter().map(Computed::of).collect(),
            drawing,
            drawing_title: say::drawing_of(what),
            words: run.steps.iter().filter(|step| !step.note.is_empty()).map(|step| step.note.clone()).collect(),
            outcomes: run.outcomes.iter().map(|outcome| ShownOutcome::of(outcome, began_at)).collect(),
            promises_title: say::checks(run.promises.len()),
            promises: run.promises.iter().map(|one| Checked { sentence: one.sentence.clone(), kept: one.kept }).collect(),
            as_expected: run.is_as_expected(),
            is_computed: is_computed(run),
        }
    }
}

/// The longest time that a first check took among some runs.
pub(super) fn slowest<'r>(runs: impl IntoIterator<Item = &'r Run>) -> f64 {
    runs.into_iter().filter_map(|run| run.measured.cpu_us).fold(0.0, f64::max)
}

/// What a cell is called.
pub(super) const fn cell_text(cell: Cell) -> &'static en::CellText {
    match cell {
        Cell::Cookie => &en::EN.cells.cookie,
        Cell::Token => &en::EN.cells.token,
        Cell::JwtCookie => &en::EN.cells.jwt_cookie,
        Cell::Jwt => &en::EN.cells.jwt,
    }
}

impl ShownOutcome {
    /// One outcome of a run that began at that moment, in words.
    pub(super) fn of(outcome: &Outcome, began_at: Timestamp) -> Self {
        let who = match (outcome.verifier, outcome.case) {
            (None, None) => None,
            (Some(verifier), None) => Some(say::verifier(verifier.word()).to_owned()),
            (None, Some(case)) => Some(say::case(case)),
            (Some(verifier), Some(case)) => Some(format!("{}, {}", say::verifier(verifier.word()), say::case(case))),
        };
        Self {
            who,
            verdict: match (outcome.verifier, outcome.verdict) {
                (Some(Verifier::Feed), Verdict::NotApplicable) => say::NOT_IN_THIS_VERSION.to_owned(),
                (_, verdict) => say::verdict(verdict.word(), verdict.until().map(|until| say::lab_clock(until, began_at))),
            },
            icon: verdict_icon(outcome.verdict),
            is_no: outcome.verdict == Verdict::Refused,
            sentence: outcome.sentence.clone(),
        }
    }
}

/// The mark of a verdict.
pub(super) const fn verdict_icon(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "i-accepted",
        Verdict::Refused => "i-ended",
        Verdict::AcceptedUntil(_) => "i-until",
        Verdict::Unavailable => "i-unavailable",
        Verdict::Lost => "i-lost",
        Verdict::NotApplicable | Verdict::Unclear(_) => "i-none",
    }
}

/// What is kept, by place, in the order in which it was told.
fn holders(kept: &[Kept]) -> Vec<Holder> {
    let mut places: Vec<Place> = Vec::new();
    for one in kept {
        if !places.contains(&one.place) {
            places.push(one.place);
        }
    }
    let holder = |place: Place| Holder {
        is_cookie: place == Place::CookieJar,
        place: match place {
            Place::CookieJar => say::COOKIE_JAR,
            Place::Storage => say::STORAGE,
            Place::Memory => say::MEMORY,
        },
        slips: kept.iter().filter(|one| one.place == place).map(slip).collect(),
    };
    places.into_iter().map(holder).collect()
}

fn slip(kept: &Kept) -> Slip {
    let inks: Vec<_> = kept.value.0.iter().map(|span| (span.ink, span.text.as_str())).collect();
    let is = |wanted: Ink, text: &str| inks.iter().any(|(ink, found)| *ink == wanted && (text.is_empty() || *found == text));
    let (hue, icon, what) = if is(Ink::JwtClaims, "") {
        ("jwt", "i-jwt", say::A_LETTER)
    } else if is(Ink::Kind, "crr_") {
        ("session", "i-ticket", say::A_REFRESH_TOKEN)
    } else if is(Ink::Kind, "") {
        ("session", "i-ticket", say::A_TICKET)
    } else {
        ("plain", "i-note", say::SOMETHING)
    };
    let prefix = say::cookie_prefix(&kept.name).filter(|_| kept.place == Place::CookieJar);
    let prefix = prefix.map(|(prefix, means)| Attribute { written: prefix.to_owned(), means });
    let attributes = kept.attributes.iter().map(|(name, value)| Attribute {
        written: value.as_ref().map_or_else(|| name.clone(), |value| format!("{name}={value}")),
        means: say::cookie_attribute(name, value.as_deref()),
    });
    Slip {
        hue,
        icon,
        what,
        name: kept.name.clone(),
        value: Piece::all(&kept.value),
        claims: kept.claims.clone(),
        attributes: prefix.into_iter().chain(attributes).collect(),
        gone: kept.gone,
    }
}

fn shown_row(row: &Row) -> ShownRow {
    let (hue, icon) = match row.table {
        "signing_keys" => ("jwt", "i-key"),
        "feed" => ("ended", "i-ended"),
        _ => ("session", "i-session"),
    };
    let (columns, others): (Vec<_>, Vec<_>) = row.columns.iter().cloned().partition(|(name, _)| TELLING.contains(&name.as_str()));
    let others_title = say::other_columns(others.len());
    ShownRow { hue, icon, name: say::row_name(row.table), columns, others, others_title, gone: row.gone }
}

fn costs(measured: &Measured, slowest: f64) -> Vec<Cost> {
    let bench = &en::EN.lab.bench;
    let percent = |us: f64| (slowest > 0.0).then(|| (1000.0 * us / slowest).round().clamp(5.0, 1000.0) / 10.0);
    let time = |what, us: Option<f64>| us.map(|us| Cost { what, amount: say::micros(us), percent: percent(us) });
    let count = |what, count: Option<u32>| count.map(|count| Cost { what, amount: count.to_string(), percent: None });
    [
        time(bench.cpu, measured.cpu_us),
        time(bench.cpu_again, measured.cpu_again_us),
        count(bench.lookups, measured.lookups),
        count(bench.signatures, measured.signatures),
        count(bench.reads, measured.store_reads),
        count(bench.writes, measured.store_writes),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Computed {
    /// A figure in words.
    pub(super) fn of(figure: &Figure) -> Self {
        let Figure { name, value, unit, from } = figure;
        Self { what: say::figure_name(name), amount: say::figure(*value, unit), from: from.clone() }
    }
}

/// Whether a run answers its question by figures and not by a verdict.
pub(super) fn is_computed(run: &Run) -> bool {
    !run.computed.is_empty() && run.outcomes.iter().all(|outcome| outcome.verdict == Verdict::NotApplicable)
}
