//! `/advise`: the questions, and what the answers so far leave open.

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use cloakroom::RequestContext;
use cloakroom_advise::{Choice, Faults, Question, questions};
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use super::desk::Desk;
use super::draft::{Draft, DraftApp, Press, Words};
use super::urls::AdviseUrls;
use crate::error::ApiError;
use crate::pages::see_other;
use crate::texts::en::advise as en;
use crate::texts::en::{self as texts, CellText};

#[derive(Serialize)]
struct AskPage {
    urls: AdviseUrls,
    wrong_title: Option<String>,
    faults: Vec<FaultLine>,
    apps_question: &'static Question,
    kinds: &'static [Choice],
    apps: Vec<AppForm>,
    express: Vec<QuestionForm>,
    further: Vec<QuestionForm>,
    more_is_open: bool,
    accept: Vec<String>,
    cells: [CellHead; 4],
    rows: Vec<OpenRow>,
}

#[derive(Serialize)]
struct FaultLine {
    anchor: String,
    message: String,
}

#[derive(Serialize)]
struct AppForm {
    number: usize,
    kind: String,
    kind_text: &'static str,
    rules_out: &'static str,
    id: String,
    id_error: Option<String>,
    ticks: Vec<OptionForm>,
    own: Vec<OwnForm>,
    own_is_open: bool,
}

#[derive(Serialize)]
struct OwnForm {
    name: String,
    short: &'static str,
    several: bool,
    options: Vec<OptionForm>,
    error: Option<String>,
}

#[derive(Serialize)]
struct OptionForm {
    id: &'static str,
    text: &'static str,
    rules_out: &'static str,
    /// Of an option whether it is chosen, of a tick whether it is set.
    chosen: bool,
    on: bool,
}

#[derive(Serialize)]
struct QuestionForm {
    id: &'static str,
    number: usize,
    ask: &'static str,
    why: &'static str,
    several: bool,
    is_answered: bool,
    unsure: String,
    options: Vec<OptionForm>,
    error: Option<String>,
    tick: Option<TickForm>,
    exact: Option<Exact>,
}

#[derive(Serialize)]
struct TickForm {
    id: &'static str,
    ask: &'static str,
    options: Vec<OptionForm>,
}

#[derive(Serialize)]
struct Exact {
    users: String,
    rps: String,
}

#[derive(Serialize)]
struct CellHead {
    id: &'static str,
    letter: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct OpenRow {
    name: String,
    leaning: &'static str,
    cells: Vec<OpenCell>,
}

#[derive(Serialize)]
struct OpenCell {
    id: &'static str,
    letter: &'static str,
    /// Why it is out; `None` while it is open.
    why: Option<String>,
    rule: String,
}

/// `GET /advise`.
pub(crate) async fn show(
    State(desk): State<Desk>,
    RawQuery(query): RawQuery,
    context: RequestContext,
) -> Result<Response, ApiError> {
    let (mut draft, press) = Draft::read(query.as_deref());
    let kind_is_known = |kind: &str| kinds().iter().any(|choice| choice.id == kind);
    match press {
        Some(Press::Add(kind)) if kind_is_known(&kind) => {
            draft.add(&kind);
            let here = format!("{}{}#app-{}", desk.pages.urls().advise, draft.query(), draft.apps.len());
            return see_other(&here, &[]);
        }
        Some(_) => return see_other(&format!("{}{}#apps", desk.pages.urls().advise, draft.query()), &[]),
        None => {}
    }
    if let Some(clean) = draft.cleaner_than(query.as_deref()) {
        return see_other(&format!("{}{clean}", desk.pages.urls().advise), &[]);
    }
    desk.admit(&context)?;
    page(&desk, &draft, None, &context).await
}

/// The questions, with what is wrong with the answers once they were to be judged. Whoever calls it has counted the work.
pub(super) async fn page(
    desk: &Desk,
    draft: &Draft,
    faults: Option<&Faults>,
    context: &RequestContext,
) -> Result<Response, ApiError> {
    let viewer = desk.pages.visitor(context).await.unwrap_or_default();
    let wrong = Wrong::of(faults);
    let shown = |question: &&Question| question.id != "apps" && (question.id != "place" || draft.has_browser_app());
    let forms = |express: bool, first: usize| -> Vec<QuestionForm> {
        let asked = questions().iter().filter(shown).filter(|question| question.express == express);
        asked.enumerate().map(|(index, question)| question_form(question, first + index, &draft.system, &wrong)).collect()
    };
    let express = forms(true, 2);
    let further = forms(false, 2 + express.len());
    let of_page = AskPage {
        urls: AdviseUrls::of(desk.pages.urls()),
        wrong_title: faults.map(|faults| en::answers_wrong(faults.by_member().len())),
        faults: faults.map(fault_lines).unwrap_or_default(),
        apps_question: apps_question(),
        kinds: kinds(),
        apps: draft.apps.iter().enumerate().map(|(index, app)| app_form(index, app, &wrong)).collect(),
        more_is_open: further.iter().any(|question| question.is_answered || question.error.is_some()),
        express,
        further,
        accept: draft.accept.clone(),
        cells: CELLS.map(|(id, text)| CellHead { id, letter: text.letter, name: text.name }),
        rows: open_rows(desk, draft),
    };
    let status = if faults.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    desk.pages.show(status, "advise.html", "advise", viewer.as_deref(), of_page)
}

fn apps_question() -> &'static Question {
    questions().iter().find(|question| question.id == "apps").expect("the first question is about apps")
}

fn kinds() -> &'static [Choice] {
    apps_question().options
}

/// What is wrong, by the name of the field in the form.
struct Wrong(BTreeMap<String, String>);

impl Wrong {
    fn of(faults: Option<&Faults>) -> Self {
        let by_member = faults.into_iter().flat_map(Faults::by_member);
        Self(by_member.filter_map(|(member, faults)| Some((field_of(member), faults.first()?.message.clone()))).collect())
    }

    fn with(&self, field: &str) -> Option<String> {
        self.0.get(field).cloned()
    }
}

/// `apps[1].place` is the field `app2.place`.
fn field_of(member: &str) -> String {
    let in_app = || {
        let (number, rest) = member.strip_prefix("apps[")?.split_once(']')?;
        let number: usize = number.parse().ok()?;
        Some(format!("app{}{rest}", number + 1))
    };
    in_app().unwrap_or_else(|| member.split(['.', '[']).next().unwrap_or_default().to_owned())
}

fn fault_lines(faults: &Faults) -> Vec<FaultLine> {
    let line = |(member, faults): (&String, &Vec<cloakroom_advise::Fault>)| {
        let field = field_of(member);
        let anchor = match field.split_once('.') {
            // The place of an app is asked for all apps first.
            Some((_, "place")) => "q-place".to_owned(),
            Some((app, _)) => format!("app-{}", app.trim_start_matches("app")),
            None if field == "apps" => "apps".to_owned(),
            None => format!("q-{field}"),
        };
        Some(FaultLine { anchor, message: faults.first()?.message.clone() })
    };
    faults.by_member().iter().filter_map(line).collect()
}

fn options(choices: &'static [Choice], chosen: Option<&Vec<String>>) -> Vec<OptionForm> {
    let form = |choice: &'static Choice| {
        let chosen = chosen.is_some_and(|words| words.iter().any(|word| word == choice.id));
        OptionForm { id: choice.id, text: choice.text, rules_out: choice.rules_out, chosen, on: chosen }
    };
    choices.iter().map(form).collect()
}

fn question_form(question: &'static Question, number: usize, answers: &Words, wrong: &Wrong) -> QuestionForm {
    let answered = answers.get(question.id);
    let default: Vec<_> =
        question.options.iter().filter(|choice| question.default.contains(&choice.id)).map(|choice| choice.text).collect();
    let number_of = |name: &str| answers.get(name).and_then(|words| words.first()).cloned().unwrap_or_default();
    let exact = (question.id == "load").then(|| Exact { users: number_of("users"), rps: number_of("rps") });
    let of_spa = (question.id == "place").then(|| {
        (0..).map_while(|index| (index < 64).then(|| format!("app{}.place", index + 1))).find_map(|field| wrong.with(&field))
    });
    QuestionForm {
        id: question.id,
        number,
        ask: question.ask,
        why: question.why,
        several: question.several,
        is_answered: answered.is_some() || exact.as_ref().is_some_and(|exact| !exact.users.is_empty()),
        unsure: en::counts_as(&default.join(", ")),
        options: options(question.options, answered),
        error: wrong.with(question.id).or(of_spa.flatten()),
        tick: question.ticks.first().map(|tick| TickForm {
            id: tick.id,
            ask: tick.text,
            options: options(tick.options, answers.get(tick.id)),
        }),
        exact,
    }
}

fn app_form(index: usize, app: &DraftApp, wrong: &Wrong) -> AppForm {
    let number = index + 1;
    let kind = kinds().iter().find(|choice| choice.id == app.kind);
    let ticks = apps_question().ticks.iter().map(|tick| {
        let on = app.ticks.iter().any(|own| own == tick.id);
        OptionForm { id: tick.id, text: tick.text, rules_out: "", chosen: on, on }
    });
    let is_browser = matches!(app.kind.as_str(), "pages" | "spa");
    let fits = |question: &&Question| match question.id {
        "apps" => false,
        "place" | "embedded" => is_browser,
        _ => true,
    };
    let own = |(id, several, choices): (&'static str, bool, &'static [Choice])| {
        let name = format!("app{number}.{id}");
        let error = wrong.with(&name).filter(|_| id != "place");
        OwnForm { short: en::question_in_short(id), several, options: options(choices, app.own.get(id)), error, name }
    };
    let asked = questions().iter().filter(fits);
    let with_ticks = asked.flat_map(|question| {
        let ticks = question.ticks.iter().map(|tick| (tick.id, false, tick.options));
        std::iter::once((question.id, question.several, question.options)).chain(ticks)
    });
    let own: Vec<_> = with_ticks.map(own).collect();
    AppForm {
        number,
        kind: app.kind.clone(),
        kind_text: kind.map_or("", |choice| choice.text),
        rules_out: kind.map_or("", |choice| choice.rules_out),
        id: app.id.clone(),
        id_error: wrong.with(&format!("app{number}.id")),
        ticks: ticks.collect(),
        own_is_open: !app.own.is_empty() || own.iter().any(|question| question.error.is_some()),
        own,
    }
}

const CELLS: [(&str, &CellText); 4] = [
    ("cookie", &texts::EN.cells.cookie),
    ("token", &texts::EN.cells.token),
    ("jwt_cookie", &texts::EN.cells.jwt_cookie),
    ("jwt", &texts::EN.cells.jwt),
];

/// The cell of an outcome.
fn cell_of(outcome: &str) -> &str {
    outcome.split('+').next().unwrap_or(outcome)
}

/// What is open for each app; nothing while the answers cannot be judged.
fn open_rows(desk: &Desk, draft: &Draft) -> Vec<OpenRow> {
    // A place that is still open is taken as the same address, until it is said.
    let mut assumed = draft.clone();
    assumed.system.entry("place".to_owned()).or_insert_with(|| vec!["same_origin".to_owned()]);
    let Ok(advice) = desk.adviser.glance(&assumed.to_json(), &draft.accept) else { return Vec::new() };
    let found = advice["apps"].as_array().into_iter().flatten();
    let by_app: BTreeMap<&str, &Value> = found.filter_map(|app| Some((app["id"].as_str()?, app))).collect();
    draft.apps.iter().filter_map(|app| by_app.get(app.id.as_str()).map(|found| open_row(&app.id, found))).collect()
}

fn open_row(name: &str, found: &Value) -> OpenRow {
    let excluded: Vec<&Value> = found["excluded"].as_array().into_iter().flatten().collect();
    let cells = CELLS.map(|(id, text)| {
        let of_cell = ["", "+exchange", "+page_token", "+introspect"].map(|way| format!("{id}{way}"));
        let out: Vec<_> = excluded.iter().filter(|one| one["outcome"].as_str().is_some_and(|word| cell_of(word) == id)).collect();
        let there_are = of_cell.iter().filter(|word| en::outcome(word) != en::outcome("none")).count();
        let why = out.first().filter(|_| out.len() >= there_are);
        let rule = why.map(|one| &one["by"][0]);
        OpenCell {
            id,
            letter: text.letter,
            why: rule.map(|rule| first_sentence(rule["say"].as_str().unwrap_or_default())),
            rule: rule.and_then(|rule| rule["rule"].as_str()).unwrap_or_default().to_owned(),
        }
    });
    let leaning = found["outcome"].as_str().map_or("", en::outcome);
    OpenRow { name: name.to_owned(), leaning, cells: cells.into() }
}

fn first_sentence(text: &str) -> String {
    text.split_inclusive(". ").next().unwrap_or(text).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_of_the_api_is_a_field_of_the_form() {
        for (member, field) in [
            ("apps", "apps"),
            ("apps[0].place", "app1.place"),
            ("apps[11].id", "app12.id"),
            ("load.users", "load"),
            ("rules[2]", "rules"),
            ("place", "place"),
        ] {
            assert_eq!(field_of(member), field);
        }
    }

    #[test]
    fn the_first_sentence_ends_with_its_full_stop() {
        assert_eq!(first_sentence("One. Two."), "One.");
        assert_eq!(first_sentence("Only one"), "Only one");
    }
}
