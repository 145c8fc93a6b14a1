//! One piece of advice: the answers, this build, this place and this moment.

use std::net::IpAddr;

use cloakroom::{Auth, Timestamp};
use cloakroom_advise::{Advice, Context, Faults, Request, Site, Want, advise};
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
        let context = Context { want: [].into(), ..Context::of(build(), "", &request) };
        debug_assert!(!context.want.contains(&Want::Costs));
        Ok(to_json(&advise(&request.answers, &context)))
    }
}

fn with_accepted(answers: &Value, accept: &[String]) -> Value {
    json!({ "answers": answers, "accept": accept })
}

fn to_json(advice: &Advice) -> Value {
    serde_json::to_value(advice).expect("advice is texts, numbers and lists")
}
