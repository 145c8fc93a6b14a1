//! `/advise/result` and `/advise/record`: what fits, drawn, reasoned, priced, and to take along.
//!
//! Everything shown is in the adviser's answer, which is the answer of the API too. Here it gets its words and its links.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use cloakroom::RequestContext;
use cloakroom_advise::{HOLDS_LATER, questions};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};

use super::ask;
use super::desk::Desk;
use super::draft::{Draft, in_short, ticks};
use super::drawing::{Drawing, Drawn};
use super::numbers::{Amount, CostRow};
use super::reading::{list_of, text_of, words_of};
use super::urls::AdviseUrls;
use crate::error::ApiError;
use crate::pages::see_other;
use crate::texts::en::advise as en;

#[derive(Serialize)]
struct ResultPage {
    urls: AdviseUrls,
    query: String,
    title: String,
    in_short: String,
    drawing: Drawing,
    advice: Value,
    promise: Option<String>,
    apps: Vec<AppView>,
    flips: Vec<Way>,
    assumed: Vec<Assumed>,
    accepted: Vec<String>,
    config: String,
}

/// What is said about one app.
#[derive(Serialize)]
struct AppView {
    id: String,
    kind: &'static str,
    /// The answer of the adviser as it is.
    found: Value,
    /// The cell of the outcome, where it has one.
    cell: Option<String>,
    name: String,
    close: Option<String>,
    first_costs: Vec<CostRow>,
    more_costs: Vec<CostRow>,
    runner_up: Option<&'static str>,
    nots: Vec<Not>,
    ways_out: Vec<Way>,
    settings: Vec<SettingRow>,
    snippets: Vec<Snippet>,
}

/// Outcomes that are ruled out for the same reasons.
#[derive(Serialize)]
struct Not {
    names: Vec<&'static str>,
    by: Value,
}

#[derive(Serialize)]
struct Snippet {
    name: String,
    text: String,
}

/// A link to another system, and what comes of it.
#[derive(Serialize)]
struct Way {
    app: String,
    condition: String,
    gives: &'static str,
    url: String,
}

#[derive(Serialize)]
struct Assumed {
    question: &'static str,
    answer: String,
    url: String,
}

#[derive(Serialize)]
struct SettingRow {
    key: String,
    value: String,
    by: String,
}

/// `GET /advise/result`.
pub(crate) async fn show(
    State(desk): State<Desk>,
    RawQuery(query): RawQuery,
    context: RequestContext,
) -> Result<Response, ApiError> {
    let (draft, press) = Draft::read(query.as_deref());
    let here = desk.pages.urls().advise.clone();
    if press.is_some() || draft.apps.is_empty() {
        return see_other(&format!("{here}{}", draft.query()), &[]);
    }
    if let Some(clean) = draft.cleaner_than(query.as_deref()) {
        return see_other(&format!("{}{clean}", AdviseUrls::of(desk.pages.urls()).result), &[]);
    }
    desk.admit(&context)?;
    let advice = match desk.adviser.advise(&draft.to_json(), &draft.accept, context.now()) {
        Ok(advice) => advice,
        Err(faults) => return ask::page(&desk, &draft, Some(&faults), &context).await,
    };
    let viewer = desk.pages.visitor(&context).await.unwrap_or_default();
    desk.pages.show(StatusCode::OK, "advise_result.html", "advise", viewer.as_deref(), page_of(&desk, &draft, advice))
}

/// `GET /advise/record`: the decision record, as a file to commit.
pub(crate) async fn record(
    State(desk): State<Desk>,
    RawQuery(query): RawQuery,
    context: RequestContext,
) -> Result<Response, ApiError> {
    desk.admit(&context)?;
    let (draft, _) = Draft::read(query.as_deref());
    let advice = match desk.adviser.advise(&draft.to_json(), &draft.accept, context.now()) {
        Ok(advice) => advice,
        Err(faults) => return ask::page(&desk, &draft, Some(&faults), &context).await,
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/markdown; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"DECISION.md\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text_of(&advice["record"]).to_owned()).into_response())
}

fn page_of(desk: &Desk, draft: &Draft, mut advice: Value) -> ResultPage {
    // The adviser orders apps by name; people look for theirs in the order in which they listed them.
    if let Some(apps) = advice["apps"].as_array_mut() {
        apps.sort_by_key(|app| draft.apps.iter().position(|own| own.id == text_of(&app["id"])));
    }
    let links = Links { result: AdviseUrls::of(desk.pages.urls()).result, draft };
    let apps: Vec<AppView> = list_of(&advice["apps"]).map(|app| app_view(app, &links)).collect();
    let outcomes: BTreeSet<&str> = list_of(&advice["apps"]).filter_map(|app| app["outcome"].as_str()).collect();
    let contradictions = apps.iter().filter(|app| app.name.is_empty()).count();
    let drawn: Vec<Drawn<'_>> = list_of(&advice["apps"]).map(drawn).collect();
    let flips = list_of(&advice["flips"]).map(|flip| Way {
        app: text_of(&flip["app"]).to_owned(),
        condition: en::if_clause(&clauses(&flip["if"])),
        gives: en::outcome(text_of(&flip["then"])),
        url: links.to(&links.changed(text_of(&flip["app"]), &flip["if"])),
    });
    let assumed = list_of(&advice["assumed"]).map(|assumed| {
        let question = text_of(&assumed["question"]);
        Assumed {
            question: en::question_in_short(question),
            answer: answer_in_words(question, &assumed["answer"]),
            url: format!(
                "{}{}#q-{}",
                desk.pages.urls().advise,
                draft.query(),
                if question == "stack" { "apis" } else { question }
            ),
        }
    });
    ResultPage {
        urls: AdviseUrls::of(desk.pages.urls()),
        query: draft.query(),
        title: en::advice_title(apps.len(), &outcomes, contradictions),
        in_short: in_short(draft),
        drawing: Drawing::of(&drawn),
        promise: promise(&advice["system"]["revocation_promise"]),
        flips: flips.collect(),
        assumed: assumed.collect(),
        accepted: draft.accept.clone(),
        config: text_of(&advice["system"]["config"]).to_owned(),
        apps,
        advice,
    }
}

/// The promise in words; what the build lacks for it counts, as on the command line.
fn promise(promise: &Value) -> Option<String> {
    let (normal, worst) = (promise["normal"].as_str()?, promise["worst"].as_str()?);
    let mut text = if normal == worst { normal.to_owned() } else { format!("{normal}; {worst}") };
    if promise["holds_today"] == false {
        let _ = write!(text, ", {HOLDS_LATER}");
    }
    Some(text)
}

fn drawn(app: &Value) -> Drawn<'_> {
    let follows = list_of(&app["settings"])
        .any(|setting| text_of(&setting["key"]).ends_with("follow_feed") && setting["value"].as_bool() == Some(true));
    Drawn {
        name: text_of(&app["id"]),
        kind: en::kind(text_of(&app["kind"])),
        outcome: app["outcome"].as_str(),
        follows_feed: follows,
    }
}

fn app_view(app: &Value, links: &Links<'_>) -> AppView {
    let outcome = app["outcome"].as_str();
    let id = text_of(&app["id"]).to_owned();
    let runner_up = app["runner_up"]["outcome"].as_str();
    let close = (text_of(&app["status"]) == "close_call")
        .then(|| en::close_call(runner_up.unwrap_or_default(), text_of(&app["runner_up"]["choose_it_if"])));
    let costs: Vec<CostRow> = list_of(&app["costs"]).map(CostRow::of).collect();
    let (first_costs, more_costs) = costs.into_iter().partition(CostRow::is_first);
    let ways_out = list_of(&app["ways_out"]).map(|way| {
        let changed = links.changed(&id, &way["change"]);
        let changed = way["accept"].as_str().map_or(changed.clone(), |rule| changed.accepting(rule));
        Way {
            app: id.clone(),
            condition: en::if_clause(&[text_of(&way["say"]).to_owned()]),
            gives: en::outcome(text_of(&way["gives"])),
            url: links.to(&changed),
        }
    });
    let settings = list_of(&app["settings"]).map(|setting| SettingRow {
        key: text_of(&setting["key"]).to_owned(),
        value: Amount::of(&setting["value"], text_of(&setting["unit"])).to_string(),
        by: words_of(&setting["by"]).join(", "),
    });
    AppView {
        kind: en::kind(text_of(&app["kind"])),
        cell: app["cell"].as_str().map(str::to_owned),
        name: outcome.map(en::outcome).unwrap_or_default().to_owned(),
        close,
        first_costs,
        more_costs,
        runner_up: runner_up.map(en::outcome),
        nots: nots(&app["excluded"]),
        snippets: snippets(&app["snippets"]),
        ways_out: ways_out.collect(),
        settings: settings.collect(),
        found: app.clone(),
        id,
    }
}

fn nots(excluded: &Value) -> Vec<Not> {
    let mut nots: Vec<Not> = Vec::new();
    for one in list_of(excluded) {
        let name = en::outcome(text_of(&one["outcome"]));
        match nots.iter_mut().find(|not| not.by == one["by"]) {
            Some(not) => not.names.push(name),
            None => nots.push(Not { names: vec![name], by: one["by"].clone() }),
        }
    }
    nots
}

fn snippets(snippets: &Value) -> Vec<Snippet> {
    let snippet =
        |(name, text): (&String, &Value)| Snippet { name: en::framework(name).to_owned(), text: text_of(text).to_owned() };
    snippets.as_object().into_iter().flatten().map(snippet).collect()
}

/// Links to the results of other systems.
struct Links<'a> {
    result: String,
    draft: &'a Draft,
}

impl Links<'_> {
    /// The draft with other answers for an app; where it is the only one, for the system.
    fn changed(&self, app: &str, change: &Value) -> Draft {
        let empty = Map::new();
        let change = change.as_object().unwrap_or(&empty);
        let is_own = self.draft.apps.len() > 1 || change.keys().any(|key| key == "kind" || ticks().any(|tick| tick == key));
        self.draft.with(Some(app).filter(|_| is_own), change)
    }

    fn to(&self, draft: &Draft) -> String {
        format!("{}{}", self.result, draft.query())
    }
}

/// Changes as ends of a sentence that begins with "if".
fn clauses(change: &Value) -> Vec<String> {
    let clause = |(member, value): (&String, &Value)| {
        if let Some(on) = value.as_bool() {
            return en::tick_clause(member, on);
        }
        let words = if value.is_array() { words_of(value) } else { vec![text_of(value).to_owned()] };
        let said: Vec<_> = words.iter().map(|word| choice_clause(member, word).unwrap_or(word)).collect();
        said.join(" and ")
    };
    change.as_object().into_iter().flatten().map(clause).collect()
}

fn choices(member: &str) -> impl Iterator<Item = &'static cloakroom_advise::Choice> {
    let own = questions().iter().filter(move |question| question.id == member || member == "kind" && question.id == "apps");
    let ticked = questions().iter().flat_map(|question| question.ticks).filter(move |tick| tick.id == member);
    own.flat_map(|question| question.options).chain(ticked.flat_map(|tick| tick.options))
}

fn choice_clause(member: &str, word: &str) -> Option<&'static str> {
    choices(member).find(|choice| choice.id == word).map(|choice| choice.clause)
}

fn answer_in_words(question: &str, answer: &Value) -> String {
    let words = if answer.is_array() { words_of(answer) } else { vec![text_of(answer).to_owned()] };
    let text =
        |word: &String| choices(question).find(|choice| choice.id == word).map_or(word.as_str(), |choice| choice.text).to_owned();
    words.iter().map(text).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_promise_that_this_version_cannot_keep_yet_says_so() {
        let of = |holds: bool| promise(&json!({ "normal": "under 1 s", "worst": "15 s", "holds_today": holds })).unwrap();
        assert_eq!(of(true), "under 1 s; 15 s");
        assert_eq!(of(false), "under 1 s; 15 s, once nothing is missing");
        assert_eq!(promise(&json!(null)), None);
    }
}
