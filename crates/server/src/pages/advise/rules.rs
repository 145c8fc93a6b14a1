//! `/advise/rules`: the whole table, and what lint looks for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::extract::State;
use axum::response::Response;
use cloakroom::RequestContext;
use cloakroom_advise::{Does, Effect, LINTS, Lint, RULES, Source, source};
use http::StatusCode;
use serde::Serialize;

use super::desk::Desk;
use crate::error::ApiError;

#[derive(Serialize)]
struct RulesPage {
    rules: Vec<RuleRow>,
    lints: &'static [Lint],
    sources: Vec<Source>,
}

#[derive(Serialize)]
struct RuleRow {
    id: &'static str,
    when: &'static str,
    say: &'static str,
    sources: &'static [&'static str],
    effects: Vec<String>,
}

/// `GET /advise/rules`.
pub(crate) async fn show(State(desk): State<Desk>, context: RequestContext) -> Result<Response, ApiError> {
    let viewer = desk.pages.visitor(&context).await.unwrap_or_default();
    let rules = RULES.iter().map(|rule| RuleRow {
        id: rule.id,
        when: rule.when,
        say: rule.say,
        sources: rule.sources,
        effects: rule.effects.iter().map(effect_in_words).collect(),
    });
    let cited: BTreeMap<&str, Source> = sources_of_all().map(|cited| (cited, source(cited))).collect();
    let of_page = RulesPage { rules: rules.collect(), lints: LINTS, sources: cited.into_values().collect() };
    desk.pages.show(StatusCode::OK, "advise_rules.html", "advise", viewer.as_deref(), of_page)
}

fn sources_of_all() -> impl Iterator<Item = &'static str> {
    RULES.iter().flat_map(|rule| rule.sources).chain(LINTS.iter().flat_map(|lint| lint.sources)).copied()
}

/// An effect as the table writes it: these are the adviser's words, not sentences.
fn effect_in_words(effect: &Effect) -> String {
    let rank = |rank: cloakroom_advise::Rank| format!("{rank:?}").to_lowercase();
    let mut text = match effect.does {
        Does::Exclude { rank: why, outcomes } => format!("exclude {outcomes} [{}]", rank(why)),
        Does::Require { rank: why, outcomes } => format!("require {outcomes} [{}]", rank(why)),
        Does::Prefer { weights } => format!("prefer {weights}"),
        Does::Set { bound } => format!("set {bound}"),
        Does::Warn { slug, .. } => format!("warn {slug}"),
        Does::Need { capability, instead } => format!("need {capability}; until then: {instead}"),
    };
    // Writing to a text cannot fail.
    if !effect.on.is_empty() {
        let _ = write!(text, " for {}", effect.on);
    }
    if !effect.when.is_empty() {
        let _ = write!(text, " if {}", effect.when);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_effect_of_the_table_is_said() {
        for rule in RULES {
            assert!(!rule.effects.is_empty(), "{}", rule.id);
            assert!(rule.effects.iter().all(|effect| effect_in_words(effect).contains(' ')), "{}", rule.id);
        }
    }
}
