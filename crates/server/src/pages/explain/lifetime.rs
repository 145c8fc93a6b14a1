//! How long something lives, as two bars over one time: what the browser keeps, and how long a copy works.

use cloakroom::Timestamp;
use serde::Serialize;

use crate::explain::moment;
use crate::texts::en::{self, TimeText};

/// The two ends of one thing.
#[derive(Serialize)]
pub(super) struct Lifetime {
    copy: Life,
    browser: Option<Life>,
    /// Where now is, in percent; `None` where no end is known and nothing can be drawn.
    now: Option<f64>,
    first: Option<TimeText>,
    last: Option<TimeText>,
}

/// One of them: a sentence, and where there is a time, a bar in percent.
#[derive(Serialize)]
struct Life {
    class: &'static str,
    icon: &'static str,
    rule: String,
    until: Option<TimeText>,
    left: Option<String>,
    is_over: bool,
    from: f64,
    spent: f64,
    rest: f64,
}

impl Lifetime {
    /// Draws both ends; `None` when the answer says nothing about either.
    pub(super) fn of(life: &cloakroom_explain::Lifetime, in_cookie: bool, is_letter: bool, now: Timestamp) -> Option<Self> {
        let at = |text: &Option<String>| text.as_deref().and_then(moment);
        let (issued, copy_end, kept) = (at(&life.issued_at), at(&life.copy_good_until), at(&life.browser_keeps_until));
        if copy_end.is_none() && kept.is_none() && life.copy_rule.is_empty() && life.browser_rule.is_none() {
            return None;
        }
        let first = issued.map_or(now, |issued| issued.min(now));
        let last = copy_end.into_iter().chain(kept).max().filter(|last| *last > first).map(|last| last.max(now));
        let scale = last.map(|last| Scale { first, last });
        let (class, icon) = if is_letter { ("is-jwt", "i-jwt") } else { ("is-session", "i-ticket") };
        let has_browser = in_cookie && (kept.is_some() || life.browser_rule.is_some());
        Some(Self {
            copy: bar(class, icon, &life.copy_rule, issued.unwrap_or(now), copy_end, scale.as_ref(), now),
            browser: has_browser
                .then(|| bar("is-cookie", "i-cookie", life.browser_rule.unwrap_or_default(), now, kept, scale.as_ref(), now)),
            now: scale.as_ref().map(|scale| scale.percent(now)),
            first: issued.filter(|_| scale.is_some()).map(en::day),
            last: last.map(en::day),
        })
    }
}

struct Scale {
    first: Timestamp,
    last: Timestamp,
}

impl Scale {
    /// Where a moment is, from 0 at the first to 100 at the last, to a tenth.
    fn percent(&self, at: Timestamp) -> f64 {
        let whole = self.last.since(self.first).as_secs_f64();
        if whole <= 0.0 {
            return 0.0;
        }
        ((at.since(self.first).as_secs_f64() / whole).clamp(0.0, 1.0) * 1_000.0).round() / 10.0
    }
}

fn bar(
    class: &'static str,
    icon: &'static str,
    rule: &str,
    from: Timestamp,
    until: Option<Timestamp>,
    scale: Option<&Scale>,
    now: Timestamp,
) -> Life {
    let percent = |at| scale.map_or(0.0, |scale| scale.percent(at));
    let (start, middle, end) = (percent(from), percent(now), until.map_or(0.0, percent));
    let is_over = until.is_some_and(|until| until <= now);
    Life {
        class: if is_over { "is-ended" } else { class },
        icon,
        rule: rule.to_owned(),
        until: until.map(|until| en::future(until, now)),
        left: until.filter(|_| !is_over).map(|until| en::in_words(until.since(now))),
        is_over,
        from: start,
        spent: (middle.min(end) - start).max(0.0),
        rest: (end - middle.max(start)).max(0.0),
    }
}
