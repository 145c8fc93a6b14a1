//! The configuration for an outcome: a `[[clients]]` entry that this version accepts.
//!
//! 1. Only keys that exist in this version are written. What needs a later key, and what belongs elsewhere, is said in a comment.
//! 2. Lifetimes are those of the settings, which are already such as this build can keep its promises with.
//! 3. What lint warns of and a rule asks for is accepted in the entry, in the name of that rule.
//! 4. Whoever may not be remembered has a remembered tier as short as the normal one, because every browser may ask for it.

use std::fmt::Write as _;

use crate::capabilities::Build;
use crate::condition::{Known as _, Word};
use crate::context::Site;
use crate::decide::Chosen;
use crate::lint::{LONG_ACCESS, LONG_IDLE_IN_BROWSER};
use crate::outcome::Outcome;
use crate::questions::Topic;
use crate::words::Facts;

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// How long an access token lives where nothing is said, in seconds.
const DEFAULT_ACCESS: u64 = 300;

/// The audience that stands for a server of the reader's own.
pub(crate) const EXAMPLE_AUDIENCE: &str = "https://api.example.com";

/// Writes a duration as the configuration does.
fn duration(seconds: u64) -> String {
    let fits = |unit: &&(char, u64)| seconds >= unit.1 && seconds.is_multiple_of(unit.1);
    let (letter, length) = UNITS.iter().find(fits).unwrap_or(&('s', 1));
    format!("{}{letter}", seconds / length)
}

/// Whom the JWTs of an outcome are for: the cookie that holds one is made out to Cloakroom itself.
pub(crate) fn audience(outcome: Outcome, site: &Site) -> &str {
    match outcome {
        Outcome::JwtCookie | Outcome::Cookie | Outcome::Token | Outcome::TokenIntrospect => &site.origin,
        _ => EXAMPLE_AUDIENCE,
    }
}

/// The entry of an app; `None` where Cloakroom is not used.
pub(crate) fn config(id: &str, chosen: &Chosen, facts: &Facts, site: &Site, build: &Build) -> Option<String> {
    let cell = chosen.outcome.cell()?;
    let settings = &chosen.settings;
    let mut text = String::new();
    for note in notes(chosen, facts, build) {
        let _ = writeln!(text, "# {note}");
    }
    let audience = audience(chosen.outcome, site);
    let is_own = !facts.is(Word::ThirdParty);
    let _ = writeln!(text, "[[clients]]\nid = \"{id}\"\ncells = [\"{cell}\"]\ndefault_cell = \"{cell}\"");
    let _ = writeln!(text, "audiences = [\"{audience}\"]\nfirst_party = {is_own}");
    let access = settings.access;
    let default_window = if chosen.outcome == Outcome::JwtCookie { 120 } else { 30 };
    if let Some(access) = access.filter(|access| chosen.outcome.has_refresh_family() && access / 2 < default_window) {
        let _ = writeln!(text, "retry_window = \"{}\"", duration(access / 2));
    }
    let mut lifetimes = vec![("idle", settings.idle), ("absolute", settings.absolute)];
    if chosen.outcome.travels_in_cookie() {
        let (idle, absolute) = settings.remembered.unwrap_or((settings.idle, settings.absolute));
        lifetimes.extend([("remembered_idle", idle), ("remembered_absolute", absolute)]);
    }
    // An idle limit must be longer than any access token lives, whether the app asks for one or not.
    let access = access.or_else(|| (settings.idle / 2 < DEFAULT_ACCESS).then_some(settings.idle / 2));
    lifetimes.extend(access.map(|access| ("access", access)));
    let written: Vec<_> = lifetimes.iter().map(|(key, seconds)| format!("{key} = \"{}\"", duration(*seconds))).collect();
    let _ = writeln!(text, "lifetimes = {{ {} }}", written.join(", "));
    let accepted = accepted(chosen);
    if !accepted.is_empty() {
        let _ = writeln!(text, "lint_accept = [{}]", accepted.join(", "));
    }
    Some(text)
}

/// The warnings of lint that a rule makes unavoidable, each with that rule.
fn accepted(chosen: &Chosen) -> Vec<String> {
    let settings = &chosen.settings;
    let Some((rule, least)) = settings.least_access() else { return Vec::new() };
    let entry =
        |lint: &str| format!("{{ id = \"{lint}\", reason = \"rule {rule} asks for an access lifetime of {least} s or more\" }}");
    let is_long = settings.access.is_some_and(|access| access > LONG_ACCESS);
    // An idle limit that nobody bounds grows with the token.
    let is_long_idle = chosen.outcome.travels_in_cookie() && settings.idle > LONG_IDLE_IN_BROWSER;
    [("T01", is_long), ("T05", is_long_idle)].into_iter().filter(|(_, is_found)| *is_found).map(|(lint, _)| entry(lint)).collect()
}

/// The whole file: the origin, and the entries of all apps.
pub(crate) fn whole(entries: &[&str], site: &Site) -> String {
    let mut text = format!("origin = \"{}\"\n", site.origin);
    if !site.base_path.is_empty() {
        let _ = writeln!(text, "base_path = \"{}\"", site.base_path);
    }
    entries.iter().fold(text, |text, entry| format!("{text}\n{entry}"))
}

fn notes(chosen: &Chosen, facts: &Facts, build: &Build) -> Vec<String> {
    let settings = &chosen.settings;
    let mut notes = Vec::new();
    for need in &chosen.needs {
        notes.push(format!("Not in this version: {}. Until then: {}.", need.name, need.instead));
    }
    if !build.has("clients.origins") && facts.any(Topic::Place, &["same_site", "cross_site"]) {
        notes.push("Origins of pages are not a setting of this version: serve page and API under one host.".to_owned());
    }
    if chosen.outcome.travels_in_cookie() {
        notes.push(match settings.remembered {
            Some(_) => "Remembered: the sign-in form asks, or the API is told `remember`.".to_owned(),
            None => "Nobody is remembered: both tiers are equally short.".to_owned(),
        });
    }
    if audience(chosen.outcome, &Site::default()) == EXAMPLE_AUDIENCE {
        notes.push("Put the address of your own server in `audiences`; a second server gets a second entry.".to_owned());
    }
    if settings.shown().iter().any(|setting| setting.key == "authoritative") {
        notes.push("Dangerous routes read the store: `Requirement::authoritative()` of the crate.".to_owned());
    }
    if settings.shown().iter().any(|setting| setting.key == "failures") {
        notes.push("Failed attempts are limited by the server itself; there is no setting for it in this version.".to_owned());
    }
    notes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::advise::advise;
    use crate::answers::Answers;
    use crate::context::Context;

    #[test]
    fn what_is_written_is_what_is_shown_and_reckoned_with_whatever_the_build_lacks() {
        let mut shortened = 0;
        for (kind, apis) in
            [("mobile", "several_teams"), ("spa", "several_teams"), ("cli", "same_team"), ("mobile", "third_parties")]
        {
            for soon in ["next_request", "one_minute", "fifteen_minutes", "expiry"] {
                for build in [Build::new("1.0.0", ["sqlite"], ["session_tokens"]), Build::new("1.0.0", ["sqlite", "feed"], [])] {
                    let answers = json!({ "apps": [{ "kind": kind }], "apis": apis, "revocation": soon, "place": "same_origin" });
                    let advice = advise(&Answers::parse(&answers).unwrap(), &Context::new(build, ""));
                    let app = &advice.apps[0];
                    let Some(shown) = app.settings.iter().find(|setting| setting.key == "lifetimes.access") else { continue };
                    let written = format!("access = \"{}\"", duration(shown.value.as_u64().unwrap()));
                    assert!(app.config.as_deref().unwrap_or_default().contains(&written), "{answers}: {written}");
                    let inputs = app.costs.iter().flatten().flat_map(|cost| &cost.inputs);
                    let reckoned: Vec<_> = inputs.filter(|input| input.id == "T").map(|input| input.value).collect();
                    let seconds = shown.value.as_f64().unwrap();
                    assert!(
                        !reckoned.is_empty() && reckoned.iter().all(|value| (value - seconds).abs() < 0.5),
                        "{answers}: {reckoned:?}"
                    );
                    shortened += usize::from(shown.by.iter().any(|by| matches!(*by, "V3" | "V4")));
                }
            }
        }
        assert!(shortened > 0);
    }

    #[test]
    fn a_duration_is_written_in_the_largest_unit_that_fits() {
        for (seconds, text) in [(45, "45s"), (300, "5m"), (895, "895s"), (3_600, "1h"), (86_400, "1d"), (604_800, "7d")] {
            assert_eq!(duration(seconds), text);
        }
    }
}
