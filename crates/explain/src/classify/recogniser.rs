//! Puts the questions of all rows to a value, in order, and takes the surest answer.
//!
//! 1. The value is cleaned first: quotes around it, percent-encoding in a cookie, an ellipsis at its end.
//! 2. Within a stage the lowest order that matches counts. Among the stages the surest sign wins, among equally sure ones the earlier.
//! 3. A name that says "no login" beats what was found by structure alone, never something specific: a JWT in a cookie called `theme` is
//!    a JWT. A name whose value is open on purpose beats readable JSON.
//! 4. A name that belongs to one product, over a value that does not fit it, is reported beside whatever the value turned out to be.

use cloakroom_primitives::Timestamp;

use super::encoding::percent_decoded;
use super::names::BareName;
use super::randomness::Fingerprints;
use super::shape::{self, is_named};
use super::specimen::Specimen;
use crate::classified::{Classified, Place, Times};
use crate::format::{Format, Sign, Stage, Test, Trait};
use crate::formats;
use crate::inside::Inside;
use crate::part::{Confidence, Part};

const ALTERNATIVES: usize = 3;

/// Every sign of every row, in the order of questions. Built once, and passed around.
#[derive(Debug)]
pub(crate) struct Recogniser {
    signs: Vec<(&'static Format, &'static Sign)>,
    nothing: &'static Format,
    fingerprints: Fingerprints,
}

/// A row that a value may belong to.
#[derive(Clone, Copy)]
struct Candidate {
    format: &'static Format,
    sign: &'static Sign,
    confidence: Confidence,
    fit: Fit,
}

/// How well a sign matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// As the row has it.
    Whole,
    /// The beginning of it.
    Cut,
    /// The name matches, the value does not.
    NameAlone,
}

impl Recogniser {
    /// Sorts the signs of all rows.
    pub(crate) fn new() -> Self {
        let mut signs: Vec<_> =
            formats::all_formats().flat_map(|format| format.signs.iter().map(move |sign| (format, sign))).collect();
        signs.sort_by_key(|(_, sign)| (sign.stage, sign.order));
        Self { signs, nothing: formats::unknown(), fingerprints: Fingerprints::default() }
    }

    /// Says what `value` is, where it stands in `place`.
    pub(crate) fn classify(&self, value: &str, place: &Place, now: Timestamp) -> Classified {
        let (value, is_unquoted, is_percent_decoded) = cleaned(value, place);
        let (seen, has_ellipsis) = without_ellipsis(&value);
        let specimen = Specimen::new(seen, place, now);
        let candidates = self.candidates(&specimen);
        let best = chosen(&candidates);
        let format = best.map_or(self.nothing, |best| best.format);
        let mut classified = Classified {
            value: value.clone(),
            is_percent_decoded,
            is_unquoted,
            format,
            confidence: best.map_or(Confidence::Weak, |best| best.confidence),
            because: reasons(best, &specimen),
            alternatives: alternatives(&candidates, best),
            contradicts: contradiction(&candidates, best),
            segments: Vec::new(),
            decoded: None,
            nested: Vec::new(),
            times: Times::default(),
            names_a_number: false,
            bits: None,
            checksum: None,
            is_cut: has_ellipsis || best.is_some_and(|best| best.fit == Fit::Cut),
            is_blanked: has_blanks(seen),
            is_chunk: is_chunk(&specimen, format),
            is_oddly_spelled: is_oddly_spelled(&specimen, format),
            is_bound: false,
            runs_code: format.has(Trait::RunsCode),
            inside: Inside::Nothing,
        };
        (format.anatomy)(&specimen, &mut classified);
        classified.segments.sort_by_key(|segment| segment.range.start);
        if best.is_some_and(|best| best.fit == Fit::NameAlone) && classified.segments.is_empty() {
            crate::anatomy::opaque(&specimen, &mut classified);
        }
        classified.checksum = checksum(&specimen, &classified);
        let random = classified.segments.iter().filter(|segment| matches!(segment.id, "secret" | "id" | "prefix"));
        let start = random.clone().map(|segment| segment.range.start).min().unwrap_or(0);
        let id = classified
            .segments
            .iter()
            .find(|segment| segment.id == "mac")
            .map_or(seen.len(), |mac| mac.range.start.saturating_sub(1));
        classified.names_a_number = format.part == Part::SessionReference
            && seen.get(start..id).is_some_and(|id| self.fingerprints.is_of_small_number(id));
        classified
    }

    fn candidates(&self, specimen: &Specimen<'_>) -> Vec<Candidate> {
        let cookie = specimen.cookie();
        let mut found: Vec<Candidate> = Vec::new();
        for &(format, sign) in &self.signs {
            // The kinds of JOSE exclude each other: the first yes counts, and asking on would only cost.
            let is_answered = sign.stage == Stage::Jose && found.last().is_some_and(|last| last.sign.stage == Stage::Jose);
            if is_answered {
                continue;
            }
            if let Some(fit) = fit(&sign.test, specimen, cookie) {
                let confidence = match fit {
                    Fit::Whole => sign.confidence,
                    Fit::Cut => sign.confidence.min(Confidence::Likely),
                    Fit::NameAlone => Confidence::Weak,
                };
                found.push(Candidate { format, sign, confidence, fit });
            }
        }
        found
    }
}

fn cleaned(value: &str, place: &Place) -> (String, bool, bool) {
    let inner = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    let unquoted = inner.unwrap_or(value);
    let decoded = match place {
        Place::Cookie { .. } => percent_decoded(unquoted),
        _ => None,
    };
    let is_decoded = decoded.is_some();
    (decoded.unwrap_or_else(|| unquoted.to_owned()), inner.is_some(), is_decoded)
}

fn without_ellipsis(value: &str) -> (&str, bool) {
    let shortened =
        value.strip_suffix('…').or_else(|| value.strip_suffix("...")).filter(|rest| !rest.is_empty() && !rest.ends_with('.'));
    (shortened.unwrap_or(value), shortened.is_some())
}

/// Whether a page has put stars where the secret stands. Iron's own stars stand alone or in pairs.
fn has_blanks(value: &str) -> bool {
    value.contains("***")
}

fn fit(test: &Test, specimen: &Specimen<'_>, cookie: Option<BareName<'_>>) -> Option<Fit> {
    let has_cookie = |names: &[&str]| {
        cookie.is_some_and(|cookie| cookie.spellings().any(|name| names.iter().any(|pattern| is_named(pattern, name))))
    };
    let has_field = |names: &[&str]| specimen.field().is_some_and(|field| names.contains(&field));
    let has_header = |names: &[&str]| specimen.header().is_some_and(|header| names.contains(&header));
    let has_scheme = |schemes: &[&str]| specimen.scheme().is_some_and(|scheme| schemes.contains(&scheme));
    let whole = |matches: bool| matches.then_some(Fit::Whole);
    match test {
        Test::Key(prefixes, pieces) => key_fit(specimen.value, prefixes, pieces),
        Test::Cookie(names) => whole(has_cookie(names)),
        Test::CookieAnd(names, look) => whole(has_cookie(names) && look(specimen)),
        Test::CookieOnly(names, look) => has_cookie(names)
            .then(|| if look(specimen) { Fit::Whole } else { Fit::NameAlone })
            .filter(|_| !specimen.value.is_empty()),
        Test::Field(names) => whole(has_field(names)),
        Test::FieldAnd(names, look) => whole(has_field(names) && look(specimen)),
        Test::Header(names) => whole(has_header(names)),
        Test::HeaderAnd(names, look) => whole(has_header(names) && look(specimen)),
        Test::Scheme(schemes) => whole(has_scheme(schemes)),
        Test::SchemeAnd(schemes, look) => whole(has_scheme(schemes) && look(specimen)),
        Test::Look(look) => whole(look(specimen)),
    }
}

/// A key that is complete, or the beginning of one: the prefix, and enough behind it that it is no word.
fn key_fit(value: &str, prefixes: &[&str], pieces: &[shape::Piece]) -> Option<Fit> {
    const ENOUGH: usize = 6;
    let body = prefixes.iter().filter_map(|prefix| value.strip_prefix(prefix)).min_by_key(|body| body.len())?;
    if shape::fits(body, pieces) {
        return Some(Fit::Whole);
    }
    (body.len() >= ENOUGH && shape::begins(body, pieces)).then_some(Fit::Cut)
}

fn chosen(candidates: &[Candidate]) -> Option<&Candidate> {
    let by_name = |wanted: Trait| {
        candidates.iter().find(|candidate| candidate.format.has(wanted) && candidate.fit == Fit::Whole && is_by_name(candidate))
    };
    let best = surest(candidates, |_| true)?;
    if best.format.has(Trait::NameSaysNoLogin) {
        let is_specific =
            |candidate: &Candidate| !candidate.format.has(Trait::Generic) && !candidate.format.has(Trait::NameSaysNoLogin);
        let specific = surest(candidates, |candidate| is_specific(candidate) && candidate.sign.stage < Stage::Name);
        return specific.filter(|specific| specific.confidence >= Confidence::Strong).or(Some(best));
    }
    let named = || by_name(Trait::NameSaysNoLogin).or_else(|| by_name(Trait::OpenOnPurpose));
    best.format.has(Trait::Generic).then(named).flatten().or(Some(best))
}

/// The first yes of each stage, then the earliest of the surest: candidates come in the order of questions.
fn surest<'c>(candidates: &'c [Candidate], fits: impl Fn(&Candidate) -> bool) -> Option<&'c Candidate> {
    let stages = candidates.chunk_by(|one, other| one.sign.stage == other.sign.stage);
    let first = |stage: &'c [Candidate]| {
        let fitting = || stage.iter().filter(|candidate| fits(candidate));
        fitting().find(|candidate| candidate.fit == Fit::Whole).or_else(|| fitting().next())
    };
    stages.filter_map(first).rev().max_by_key(|candidate| candidate.confidence)
}

fn is_by_name(candidate: &Candidate) -> bool {
    matches!(candidate.sign.test, Test::Cookie(_) | Test::CookieAnd(..) | Test::CookieOnly(..))
}

fn reasons(best: Option<&Candidate>, specimen: &Specimen<'_>) -> Vec<String> {
    let Some(best) = best else { return vec!["nothing that we know fits".to_owned()] };
    let name = match &best.sign.test {
        Test::Cookie(_) | Test::CookieAnd(..) | Test::CookieOnly(..) => {
            specimen.cookie().map(|name| format!("the cookie is called \"{}\"", name.bare))
        }
        Test::Field(_) | Test::FieldAnd(..) => specimen.field().map(|name| format!("the field is called \"{name}\"")),
        Test::Header(_) | Test::HeaderAnd(..) => specimen.header().map(|name| format!("it stands in the header \"{name}\"")),
        Test::Scheme(_) | Test::SchemeAnd(..) => specimen.scheme().map(|scheme| format!("the scheme is \"{scheme}\"")),
        _ if best.sign.stage == Stage::SessionName => match specimen.place {
            Place::Cookie { .. } => specimen.cookie().map(|name| format!("the name without its prefix is \"{}\"", name.bare)),
            _ => specimen.field().map(|name| format!("the field is called \"{name}\"")),
        },
        _ => None,
    };
    let mut reasons: Vec<_> = name.into_iter().collect();
    reasons.push(match best.fit {
        Fit::Whole => best.sign.because.to_owned(),
        Fit::Cut => format!("{}, but the end is missing", best.sign.because),
        Fit::NameAlone => "only the name says so: the value looks different".to_owned(),
    });
    reasons.retain(|reason| !reason.is_empty());
    reasons
}

fn alternatives(candidates: &[Candidate], best: Option<&Candidate>) -> Vec<(&'static Format, String)> {
    let Some(best) = best else { return Vec::new() };
    let mut others: Vec<(&'static Format, String)> = Vec::new();
    for candidate in candidates.iter().filter(|candidate| candidate.fit == Fit::Whole && candidate.format.id != best.format.id) {
        if others.len() < ALTERNATIVES && others.iter().all(|(format, _)| format.id != candidate.format.id) {
            others.push((candidate.format, candidate.sign.because.to_owned()));
        }
    }
    others
}

/// The row whose name the cookie bears, when the value is something else: it does not fit that row, or is surely of another kind.
fn contradiction(candidates: &[Candidate], best: Option<&Candidate>) -> Option<&'static Format> {
    let best = best?;
    let has_fitting_name =
        |candidate: &Candidate| candidates.iter().any(|other| other.format.id == candidate.format.id && other.fit == Fit::Whole);
    candidates
        .iter()
        .find(|candidate| candidate.fit == Fit::NameAlone && !has_fitting_name(candidate))
        .filter(|candidate| {
            candidate.format.id == best.format.id || best.confidence > Confidence::Weak || best.fit == Fit::NameAlone
        })
        .map(|candidate| candidate.format)
}

fn is_chunk(specimen: &Specimen<'_>, format: &Format) -> bool {
    format.has(Trait::Chunked) && (specimen.has_chunk_name() || specimen.value.starts_with("chunks-"))
}

/// JOSE has its own finding; hex, opaque values and values that are no base64 have no one right spelling.
fn is_oddly_spelled(specimen: &Specimen<'_>, format: &Format) -> bool {
    let is_judged =
        !format.has(Trait::Nameless) && specimen.jose().is_none() && format.part != Part::Unknown && !has_blanks(specimen.value);
    let is_bytes =
        format.signs.iter().any(|sign| sign.stage == Stage::Bytes && matches!(sign.test, Test::Look(look) if look(specimen)));
    is_judged && is_bytes && specimen.decoded().is_some_and(|decoded| !decoded.is_regular())
}

/// What the check digits say, where the row has a sign that reads them.
fn checksum(specimen: &Specimen<'_>, classified: &Classified) -> Option<bool> {
    let mut checks = classified.format.signs.iter().filter(|sign| sign.stage == Stage::Checksum).peekable();
    checks.peek()?;
    let is_whole = !classified.is_blanked && !classified.is_cut && classified.contradicts.is_none();
    is_whole.then(|| checks.any(|sign| fit(&sign.test, specimen, None) == Some(Fit::Whole)))
}
