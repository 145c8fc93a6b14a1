//! How long browsers keep a cookie, and whether a deletion hits what it means.

use std::time::Duration;

use crate::finding::{Finding, Group, Rule, when};
use crate::limits;
use crate::part::Severity;
use crate::set_cookie::{Expires, Life, MaxAge, PathRule};
use crate::subject::SetCookieSubject;

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "cookie.expires_maxage_conflict",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "Both Max-Age and Expires can be read, and differ by more than 60 seconds, or one deletes and the other keeps.",
        text: "`Max-Age` and `Expires` disagree. `Max-Age` wins in every current browser.",
        remedy: Some("Send `Max-Age` alone, or make both say the same."),
        sources: &["6265bis §4.1.2.2"],
        at: "attribute:expires",
        rule: Rule::SetCookie(|line| when(contradicts_itself(line))),
    },
    Finding {
        id: "cookie.expires_unreadable",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "Expires is given, and browsers cannot read it as a date.",
        text: "Browsers cannot read this date and drop it: the cookie ends with the browser session.",
        remedy: Some("Write it as `Wed, 21 Oct 2026 07:28:00 GMT`, or use `Max-Age`."),
        sources: &["6265bis §5.1.1", "Chromium 156"],
        at: "attribute:expires",
        rule: Rule::SetCookie(|line| when(line.cookie.expires == Expires::Unreadable)),
    },
    Finding {
        id: "cookie.maxage_invalid",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "Max-Age is not a whole number of seconds.",
        text: "`Max-Age` must be whole seconds; this one is ignored.",
        remedy: Some("Write seconds, such as `Max-Age=3600`."),
        sources: &["6265bis §5.6.2", "Chromium 156"],
        at: "attribute:max-age",
        rule: Rule::SetCookie(|line| when(line.cookie.max_age == MaxAge::Invalid)),
    },
    Finding {
        id: "cookie.lifetime_over_400_days",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "Max-Age, or else Expires, is more than 400 days away.",
        text: "Browsers cut this to 400 days.",
        remedy: None,
        sources: &["6265bis §5.5"],
        at: "",
        rule: Rule::SetCookie(|line| when(wanted_life(line).is_some_and(|life| life > limits::COOKIE_LIFE))),
    },
    Finding {
        id: "cookie.lifetime_long",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "A credential that browsers keep for more than 30 days.",
        text: "A copy of this cookie stays useful for a long time, unless the server ends the session earlier.",
        remedy: Some("Keep it for hours or days, and end sessions on the server."),
        sources: &["NIST 63B-4 §2.1.3", "OWASP Session Management \"Expire and Max-Age\""],
        at: "",
        rule: Rule::SetCookie(|line| {
            when(
                line.is_credential()
                    && matches!(line.cookie.life, Life::Until(end) if end.since(line.now) > limits::COOKIE_LIFE_LONG),
            )
        }),
    },
    Finding {
        id: "cookie.session_only",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "Neither a Max-Age nor an Expires that can be read.",
        text: "Ends when the browser ends its session; \"continue where you left off\" brings it back.",
        remedy: None,
        sources: &["6265bis §4.1.2.2", "MDN Set-Cookie"],
        at: "",
        rule: Rule::SetCookie(|line| when(line.cookie.life == Life::Session)),
    },
    Finding {
        id: "cookie.deletes",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "Max-Age is zero or less; or there is no Max-Age that can be read, and Expires has passed.",
        text: "This line does not set a cookie: it deletes one.",
        remedy: None,
        sources: &["6265bis §4.1.2"],
        at: "",
        rule: Rule::SetCookie(|line| when(line.cookie.deletes())),
    },
    Finding {
        id: "cookie.delete_may_miss",
        severity: Severity::Warning,
        group: Group::SetCookie,
        condition: "It deletes, and has no Path, or breaks the promise of its name.",
        text: "Deleting works only with the same name, `Domain` and `Path`, and obeys the prefix rules. This line may hit nothing.",
        remedy: Some("Repeat name, `Domain` and `Path` exactly as they were set, with `Secure` where the name asks for it."),
        sources: &["6265bis §4.1.2, §5.7"],
        at: "",
        rule: Rule::SetCookie(|line| {
            when(line.cookie.deletes() && (!matches!(line.cookie.path, PathRule::Given(_)) || !line.cookie.keeps_promise()))
        }),
    },
    Finding {
        id: "cookie.delete_mismatch",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "It deletes, and the paste also holds the line that set a cookie of this name with another Domain or Path.",
        text: "This deletion does not match the cookie that was set; the old one stays.",
        remedy: Some("Use the same `Domain` and `Path` as the line that set it."),
        sources: &["6265bis §5.7"],
        at: "",
        rule: Rule::SetCookie(|line| when(misses_what_was_set(line))),
    },
    Finding {
        id: "cookie.value_empty",
        severity: Severity::Note,
        group: Group::SetCookie,
        condition: "The value is empty, and the line does not delete.",
        text: "The value is empty.",
        remedy: None,
        sources: &[],
        at: "value",
        rule: Rule::SetCookie(|line| {
            when(line.cookie.value.is_empty() && !line.cookie.name.is_empty() && !line.cookie.deletes())
        }),
    },
    Finding {
        id: "cookie.set_twice",
        severity: Severity::Error,
        group: Group::SetCookie,
        condition: "The same response has a line before it with the same name, Domain and Path.",
        text: "The response sets the same cookie twice; the last one stays.",
        remedy: Some("Set it once."),
        sources: &["6265bis §4.1.1"],
        at: "",
        rule: Rule::SetCookie(|line| when(line.before.iter().any(|before| before.is_same_cookie(line.cookie)))),
    },
];

/// The two dates are compared at the moment of the response, when it tells that: a paste is often older than its reader.
fn contradicts_itself(line: &SetCookieSubject<'_>) -> bool {
    let (MaxAge::Seconds(seconds), Expires::At(end)) = (line.cookie.max_age, line.cookie.expires) else { return false };
    match (u64::try_from(seconds).ok().filter(|seconds| *seconds > 0), end > line.sent_at) {
        (None, false) => false,
        (Some(seconds), true) => {
            let promised = line.sent_at.plus(Duration::from_secs(seconds));
            promised.since(end).max(end.since(promised)) > limits::EXPIRES_SLACK
        }
        _ => true,
    }
}

/// How long the server wants it to be kept, before browsers cut it.
fn wanted_life(line: &SetCookieSubject<'_>) -> Option<Duration> {
    match (line.cookie.max_age, line.cookie.expires) {
        (MaxAge::Seconds(seconds), _) => u64::try_from(seconds).ok().map(Duration::from_secs),
        (_, Expires::At(end)) => Some(end.since(line.now)),
        _ => None,
    }
}

fn misses_what_was_set(line: &SetCookieSubject<'_>) -> bool {
    let mut set = line.before_in_paste.iter().filter(|before| before.name == line.cookie.name && !before.deletes()).peekable();
    line.cookie.deletes() && set.peek().is_some() && !set.any(|before| before.is_same_cookie(line.cookie))
}
