//! The settings that follow from the bounds of the rules that hold.
//!
//! 1. Of upper bounds the smallest counts, of lower bounds the largest; a shared store beats the built-in one, and "do not remember" beats the wish.
//! 2. A limit on the *effective* idle time depends on who checks. A session's last use is written within 5 s, so its limit is 5 s
//!    shorter. Checking a JWT does not count as use, so there the access lifetime is at most a fifth of the limit, and idle is the rest.
//! 3. An access token lives 300 s, at most half the idle limit, within its bounds. An idle limit that nobody bounds grows with it.
//! 4. A lower bound that no upper bound leaves room for is a clash of the rules that set them, and takes the outcome away. An idle limit
//!    is longer than an access token lives, so a bound on the one is a bound on the other.
//! 5. A build that cannot bring news of a sign-out, or cannot be asked, is left with the lifetime: it is shortened until it keeps the
//!    deadline alone. What is shown, reckoned with and written is this one.

use crate::book::Bound;
use crate::capabilities::Build;
use crate::condition::{Known as _, Word};
use crate::outcome::{Outcome, OutcomeSet};
use crate::questions::Topic;
use crate::words::Facts;

/// The clock leeway of those who check.
pub(crate) const LEEWAY: u64 = 10;
/// Within how many seconds the last use of a session is written.
const FLUSH: u64 = 5;
const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;
const ACCESS: u64 = 300;
const UPSTREAM: u64 = 60;
const RETRY_WINDOW: u64 = 30;
/// The access lifetime with which a sign-out holds within the minute: the shortest that clients can live with.
const SHORTEST_ACCESS: u64 = 45;

/// A bound of a rule that holds here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fired {
    pub(crate) rule: &'static str,
    pub(crate) on: OutcomeSet,
    pub(crate) bound: Bound,
}

/// What the settings of an app come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) idle: u64,
    pub(crate) absolute: u64,
    /// The remembered tier; the normal one where nobody is remembered.
    pub(crate) remembered: Option<(u64, u64)>,
    pub(crate) access: Option<u64>,
    pub(crate) retry_window: Option<u64>,
    pub(crate) upstream: Option<u64>,
    pub(crate) store: Option<&'static str>,
    pub(crate) follow_feed: bool,
    pub(crate) feed_lost: Option<&'static str>,
    pub(crate) alg: Option<&'static str>,
    least_access: Option<(&'static str, u64)>,
    /// Bounds and words that change no lifetime, as they are shown.
    shown: Vec<Shown>,
}

/// A setting as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) key: &'static str,
    pub(crate) value: Value,
    pub(crate) bound: Option<String>,
    pub(crate) by: Vec<&'static str>,
}

/// What a setting is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Seconds(u64),
    Count(u64),
    Word(&'static str),
    Flag(bool),
}

struct Bounds<'f> {
    fired: &'f [Fired],
    outcome: Outcome,
}

impl<'f> Bounds<'f> {
    fn all(&self) -> impl Iterator<Item = &'f Fired> + use<'f> {
        let outcome = self.outcome;
        self.fired.iter().filter(move |fired| fired.on.has(outcome))
    }

    fn upper(&self, key: &str) -> Option<(u64, &'static str)> {
        let limits = self.all().filter_map(|fired| match fired.bound {
            Bound::AtMost(name, limit) if name == key => Some((limit, fired.rule)),
            _ => None,
        });
        limits.min_by_key(|(limit, _)| *limit)
    }

    fn lower(&self, key: &str) -> Option<(u64, &'static str)> {
        let limits = self.all().filter_map(|fired| match fired.bound {
            Bound::AtLeast(name, limit) if name == key => Some((limit, fired.rule)),
            _ => None,
        });
        limits.max_by_key(|(limit, _)| *limit)
    }

    fn word(&self, key: &str) -> Option<(&'static str, &'static str)> {
        let words = self.all().filter_map(|fired| match fired.bound {
            Bound::Is(name, value) if name == key => Some((value, fired.rule)),
            _ => None,
        });
        words.min_by_key(|(value, _)| *value != "postgres")
    }

    /// The upper bounds that an access lifetime meets here, each with its rule.
    fn access_limits(&self) -> impl Iterator<Item = (u64, &'static str)> {
        let idle = [self.upper("idle"), self.upper("absolute")].into_iter().flatten().map(|(limit, rule)| (limit - 1, rule));
        let effective = self.upper("idle_eff").map(|(limit, rule)| (limit / 5, rule));
        self.upper("access").into_iter().chain(idle).chain(effective)
    }
}

/// The pairs of rules whose bounds leave an outcome no room.
pub(crate) fn clashes(outcome: Outcome, fired: &[Fired]) -> Vec<(&'static str, &'static str)> {
    let bounds = Bounds { fired, outcome };
    if !outcome.client_holds_jwt() {
        return Vec::new();
    }
    let Some((least, by)) = bounds.lower("access") else { return Vec::new() };
    bounds.access_limits().filter(|(most, _)| *most < least).map(|(_, rule)| (by, rule)).collect()
}

/// The settings for an outcome that no bounds take away, in this build.
pub(crate) fn settle(outcome: Outcome, facts: &Facts, fired: &[Fired], build: &Build) -> Settings {
    let bounds = Bounds { fired, outcome };
    let mut settings = lifetimes(outcome, facts, &bounds);
    settings.upstream =
        outcome.is_exchange().then(|| bounds.upper("upstream").map_or(UPSTREAM, |(limit, _)| limit.min(UPSTREAM)));
    settings.store = bounds.word("store").map(|(store, _)| store);
    settings.follow_feed = bounds.word("follow_feed").is_some();
    settings.feed_lost = bounds.word("feed_lost").map(|(policy, _)| policy);
    settings.alg = bounds.word("alg").map(|(alg, _)| alg).filter(|_| outcome.servers_take_jwt());
    let shortened = shortened(outcome, &settings, facts, build);
    if let Some((access, _)) = shortened {
        settings.access = Some(access);
        settings.retry_window = settings.retry_window.map(|window| window.min(access / 2));
    }
    settings.shown = shown(outcome, &settings, &bounds);
    let shown = settings.shown.iter_mut().find(|setting| setting.key == "lifetimes.access");
    if let Some((shown, (_, rule))) = shown.zip(shortened) {
        shown.by.retain(|by| *by != "default");
        shown.by.push(rule);
    }
    settings
}

/// The access lifetime that keeps the deadline where the build lacks what else would, and the need that asks for it.
fn shortened(outcome: Outcome, settings: &Settings, facts: &Facts, build: &Build) -> Option<(u64, &'static str)> {
    let access = settings.access?;
    let (shorter, rule) = if outcome == Outcome::JwtIntrospect && !build.has("introspection") {
        (access.min(SHORTEST_ACCESS), "V3")
    } else if settings.follow_feed && outcome.is_checked_locally() && !build.has("feed") {
        (settings.access_without_news(facts)?, "V4")
    } else {
        return None;
    };
    (shorter < access).then_some((shorter, rule))
}

/// Whether the limits of a browser hold: a token in a page is no better kept than its page.
fn is_in_browser(outcome: Outcome, facts: &Facts) -> bool {
    outcome.travels_in_cookie() || facts.is(Word::Browser)
}

fn lifetimes(outcome: Outcome, facts: &Facts, bounds: &Bounds<'_>) -> Settings {
    let (idle, absolute) = if is_in_browser(outcome, facts) { (HOUR, DAY) } else { (7 * DAY, 30 * DAY) };
    let at_most = |value: u64, key: &str| bounds.upper(key).map_or(value, |(limit, _)| value.min(limit));
    let effective = bounds.upper("idle_eff").map(|(limit, _)| limit);
    let mut absolute = at_most(absolute, "absolute");
    let mut idle = at_most(idle, "idle").min(absolute);
    let mut access = None;
    if outcome.client_holds_jwt() {
        let limit = bounds.access_limits().map(|(limit, _)| limit).min().unwrap_or(u64::MAX);
        let least = bounds.lower("access").map_or(0, |(limit, _)| limit);
        let chosen = ACCESS.min(idle / 2).min(limit).max(least);
        access = Some(chosen);
        if let Some(limit) = effective {
            idle = idle.min(limit - chosen - FLUSH);
        }
        // What a lower bound on the token asks for, an idle limit that nobody bounds has to follow.
        let follows = bounds.upper("idle").or(bounds.upper("idle_eff")).is_none();
        if follows && idle < 2 * chosen {
            idle = 2 * chosen;
            absolute = absolute.max(idle);
        }
    } else if let Some(limit) = effective {
        idle = idle.min(limit - FLUSH);
    }
    let forbidden = bounds.word("remember").is_some();
    let wished = facts.is(Word::Stay) && facts.is(Word::Browser) && outcome.travels_in_cookie();
    let remembered = (wished && !forbidden).then(|| (at_most(14 * DAY, "remembered_idle"), at_most(30 * DAY, "absolute")));
    Settings {
        idle,
        absolute,
        remembered,
        access,
        retry_window: outcome.has_refresh_family().then(|| access.map_or(RETRY_WINDOW, |access| RETRY_WINDOW.min(access / 2))),
        upstream: None,
        store: None,
        follow_feed: false,
        feed_lost: None,
        alg: None,
        least_access: bounds.lower("access").filter(|_| access.is_some()).map(|(least, rule)| (rule, least)),
        shown: Vec::new(),
    }
}

fn shown(outcome: Outcome, settings: &Settings, bounds: &Bounds<'_>) -> Vec<Shown> {
    let mut list = Vec::new();
    let mut seconds = |key: &'static str, value: u64, bound_keys: &[&str]| {
        let mut by = Vec::new();
        let mut texts = Vec::new();
        for bound_key in bound_keys {
            for (sign, found) in [("<=", bounds.upper(bound_key)), (">=", bounds.lower(bound_key))] {
                let Some((limit, rule)) = found else { continue };
                texts.push(if *bound_key == "idle_eff" { format!("effective {sign}{limit}") } else { format!("{sign}{limit}") });
                by.push(rule);
            }
        }
        let by = if by.is_empty() { vec!["default"] } else { by };
        list.push(Shown { key, value: Value::Seconds(value), bound: (!texts.is_empty()).then(|| texts.join(", ")), by });
    };
    seconds("lifetimes.idle", settings.idle, &["idle", "idle_eff"]);
    seconds("lifetimes.absolute", settings.absolute, &["absolute"]);
    if let Some((idle, absolute)) = settings.remembered {
        seconds("lifetimes.remembered_idle", idle, &["remembered_idle"]);
        seconds("lifetimes.remembered_absolute", absolute, &["absolute"]);
    }
    if let Some(access) = settings.access {
        seconds("lifetimes.access", access, &["access"]);
    }
    if let Some(window) = settings.retry_window {
        seconds("retry_window", window, &[]);
    }
    if let Some(lifetime) = settings.upstream {
        seconds("upstream.lifetime", lifetime, &["upstream"]);
    }
    if settings.alg.is_some() {
        seconds("keys.announce", bounds.lower("announce").map_or(DAY, |(limit, _)| limit.max(DAY)), &["announce"]);
    }
    list.extend(words(outcome, settings, bounds));
    list.sort_by_key(|setting| setting.key);
    list
}

fn words(outcome: Outcome, settings: &Settings, bounds: &Bounds<'_>) -> Vec<Shown> {
    let mut list = Vec::new();
    let mut word = |key: &'static str, value: Value, by: &'static str| {
        list.push(Shown { key, value, bound: None, by: vec![by] });
    };
    for (key, kept) in [("alg", settings.alg.is_some()), ("feed_lost", true), ("authoritative", true), ("store", true)] {
        if let Some((value, rule)) = bounds.word(key).filter(|_| kept) {
            word(if key == "alg" { "keys.alg" } else { key }, Value::Word(value), rule);
        }
    }
    if let Some((_, rule)) = bounds.word("follow_feed") {
        word("follow_feed", Value::Flag(true), rule);
    }
    if outcome.travels_in_cookie() {
        let by = bounds.word("remember").map_or("default", |(_, rule)| rule);
        word("remember", Value::Flag(settings.remembered.is_some()), by);
    } else if let Some((_, rule)) = bounds.word("remember") {
        word("remember", Value::Flag(false), rule);
    }
    if let Some((limit, rule)) = bounds.upper("failures") {
        word("failures", Value::Count(limit), rule);
    }
    for fired in bounds.all() {
        if let Bound::Adds(key, value) = fired.bound
            && outcome.travels_in_cookie()
        {
            word(key, Value::Word(value), fired.rule);
        }
    }
    list
}

impl Settings {
    /// What is shown of them, by key.
    pub(crate) fn shown(&self) -> &[Shown] {
        &self.shown
    }

    /// The rule that keeps the access lifetime up, and to how many seconds.
    pub(crate) fn least_access(&self) -> Option<(&'static str, u64)> {
        self.least_access
    }

    /// The access lifetime with which a deadline holds where no news of a sign-out arrives; `None` where no lifetime can do it.
    pub(crate) fn access_without_news(&self, facts: &Facts) -> Option<u64> {
        let access = self.access?;
        let deadline = match facts.option(Topic::Revocation) {
            "next_request" => return None,
            "one_minute" => 60,
            "fifteen_minutes" => 900,
            _ => return Some(access),
        };
        // R3 and R4 leave more than the leeway: a quarter and a half of the last minute.
        let fits = access.min(if deadline == 60 { SHORTEST_ACCESS } else { 840 });
        let must_last = facts.any(Topic::StoreDown, &["hours"]);
        (!must_last || fits == access).then_some(fits)
    }
}
