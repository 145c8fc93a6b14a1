//! One piece of advice: the answers, this build, this place and this moment.

use std::net::IpAddr;

use cloakroom::{Auth, Timestamp};
use cloakroom_advise::{Advice, Context, Faults, Request, Site, advise};
use serde_json::{Value, json};

use super::built::build;
use crate::control::print_moment;
use crate::limits::{OpenWork, RetryAfter, Source};

/// Gives advice, and counts how often. Cloning shares the count.
#[derive(Clone)]
pub(crate) struct Adviser {
    site: Site,
    work: OpenWork,
}

impl Adviser {
    /// The adviser of a server. `listen` is where a proxy in front of it would reach it.
    pub(crate) fn new(auth: &Auth, base_path: &str, listen: String, is_limited: bool) -> Self {
        let site = Site {
            origin: auth.origin().as_str().to_owned(),
            base_path: base_path.to_owned(),
            listen,
            session_cookie: auth.cookies().session().name().to_string(),
            jwt_cookie: auth.cookies().jwt().name().to_string(),
        };
        Self { site, work: OpenWork::new(is_limited) }
    }

    /// The adviser of the command line, for a server that need not run.
    pub(crate) fn at(site: Site) -> Self {
        Self { site, work: OpenWork::new(false) }
    }

    /// Counts one piece of work for a source. Fails with how long to wait.
    pub(crate) fn admit(&self, from: IpAddr, now: Timestamp) -> Result<(), RetryAfter> {
        self.work.admit(Source::of(from), now)
    }

    /// Answers a request as the API takes it. Fails with everything that is wrong, by member.
    pub(crate) fn answer(&self, request: &Value, now: Timestamp) -> Result<Advice, Faults> {
        let request = Request::parse(request)?;
        let context = Context { site: self.site.clone(), ..Context::of(build(), &print_moment(now), &request) };
        Ok(advise(&request.answers, &context))
    }

    /// Answers what a page asks, whole.
    pub(crate) fn advise(&self, answers: &Value, accept: &[String], now: Timestamp) -> Result<Value, Faults> {
        self.answer(&with_accepted(answers, accept), now).map(|advice| to_json(&advice))
    }

    /// Answers no more than what fits, for a page that is being filled in.
    pub(crate) fn glance(&self, answers: &Value, accept: &[String]) -> Result<Value, Faults> {
        let request = Request::parse(&with_accepted(answers, accept))?;
        let context = Context { want: [].into(), site: self.site.clone(), ..Context::of(build(), "", &request) };
        Ok(to_json(&advise(&request.answers, &context)))
    }
}

fn with_accepted(answers: &Value, accept: &[String]) -> Value {
    json!({ "answers": answers, "accept": accept })
}

fn to_json(advice: &Advice) -> Value {
    serde_json::to_value(advice).expect("advice is texts, numbers and lists")
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use cloakroom_advise::{Record, Severity, Status};

    use super::*;
    use crate::advice::linting::{Found, lint_text};
    use crate::config::{Config, Flags};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn advised(answers: &Value) -> Advice {
        let advice = Adviser::at(Site::default()).answer(answers, NOW);
        advice.unwrap_or_else(|faults| panic!("{answers}: {faults}"))
    }

    /// Systems of one app and of two, over answers that move lifetimes, cells and promises.
    fn systems() -> impl Iterator<Item = Value> {
        const KINDS: [&str; 6] = ["pages", "spa", "mobile", "cli", "device", "job"];
        const REVOCATIONS: [&str; 4] = ["next_request", "one_minute", "fifteen_minutes", "expiry"];
        const LAWS: [&str; 6] = ["none", "pci", "psd2", "hipaa", "nist_aal2", "nist_aal3"];
        const PROXIES: [&str; 3] = ["none", "can_ask", "jwt_only"];
        const APIS: [&str; 4] = ["one_app", "same_team", "several_teams", "third_parties"];
        let all = KINDS.into_iter().flat_map(|kind| REVOCATIONS.into_iter().map(move |revocation| (kind, revocation)));
        let all = all.flat_map(|pair| LAWS.into_iter().flat_map(move |law| PROXIES.map(move |proxy| (pair, law, proxy))));
        let all = all.flat_map(|three| APIS.map(move |apis| (three, apis)));
        all.enumerate().map(|(index, (((kind, revocation), law, proxy), apis))| {
            let place = ["same_origin", "same_site", "cross_site"][index % 3];
            let stack = ["rust", "other", "per_request"][index % 5 % 3];
            let offline = ["no", "outages", "always"][index % 11 % 3];
            let app = json!({ "id": "one", "kind": kind, "stay": index % 2 == 0, "admin": index % 7 == 0 });
            json!({
                "apps": [app, { "id": "two", "kind": KINDS[index % 4], "place": "same_origin" }],
                "revocation": revocation, "rules": [law], "proxy": proxy, "apis": apis, "place": place, "stack": stack,
                "offline": offline,
                "want": ["config", "record"],
            })
        })
    }

    #[test]
    fn this_version_accepts_every_configuration_that_it_advises_and_finds_no_error_in_it() {
        let (mut count, mut cells) = (0, BTreeSet::new());
        for answers in systems() {
            let advice = advised(&answers);
            let Some(config) = &advice.system.config else { continue };
            let flags = Flags { config: Some("advised.toml".into()), ..Flags::default() };
            let loaded = Config::load(&flags, &BTreeMap::new(), &|_| Ok(config.clone()));
            let loaded = loaded.unwrap_or_else(|error| panic!("{answers}\n{config}\n{error}")).config;
            cells.extend(loaded.clients.iter().skip(1).map(|client| client.default_cell.word()));
            let record = Record::parse(advice.record.as_deref().unwrap_or_default()).unwrap();
            let linted = lint_text(Path::new("advised.toml"), config, Some(&record));
            // A promise that this version cannot keep is an error in its configuration too: it says so.
            let is_whole = advice.apps.iter().all(|app| app.needs.is_empty());
            let is_error = |found: &&Found| found.severity == Severity::Error && (is_whole || found.id != "T10");
            let errors: Vec<_> = linted.findings.iter().filter(is_error).collect();
            assert!(errors.is_empty(), "{answers}\n{config}\n{errors:?}");
            count += 1;
        }
        assert!(count > 1_000, "{count}");
        assert!(cells.len() >= 3, "{cells:?}");
    }

    #[test]
    fn what_this_version_lacks_is_named_with_what_to_use_instead() {
        let advice = advised(&json!({ "apps": [{ "kind": "device" }], "apis": "one_app" }));
        let app = &advice.apps[0];
        assert_eq!(app.status, Status::NotYet);
        assert!(app.needs.contains(&"device_flow"), "{:?}", app.needs);
        assert!(app.instead.iter().all(|instead| !instead.say.is_empty()));
    }

    #[test]
    fn the_same_answers_give_the_same_bytes() {
        let answers = json!({ "apps": [{ "kind": "spa" }, { "kind": "mobile" }], "place": "same_origin" });
        assert_eq!(to_json(&advised(&answers)).to_string(), to_json(&advised(&answers)).to_string());
    }
}
