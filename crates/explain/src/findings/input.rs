//! What is said about the paste itself.

use crate::clean::Repair;
use crate::finding::{Finding, Group, Rule, when};
use crate::item::{Carrier, Item};
use crate::part::{Confidence, Part, Severity};
use crate::subject::InputSubject;

/// The rows.
pub(crate) const ROWS: &[Finding] = &[
    Finding {
        id: "input.unwrapped",
        severity: Severity::Note,
        group: Group::Input,
        condition: "Line breaks or spaces inside a token were removed.",
        text: "We joined broken lines.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(input.repairs.contains(&Repair::WhiteSpace))),
    },
    Finding {
        id: "input.percent_decoded",
        severity: Severity::Note,
        group: Group::Input,
        condition: "It was recognised only after percent-decoding.",
        text: "We decoded percent signs.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(input.repairs.contains(&Repair::Percent))),
    },
    Finding {
        id: "input.quotes_removed",
        severity: Severity::Note,
        group: Group::Input,
        condition: "Quotes, backticks, a code fence, a comma or a semicolon around it were removed.",
        text: "We removed quotes around it.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(input.repairs.contains(&Repair::Quotes) || input.repairs.contains(&Repair::CodeFence))),
    },
    Finding {
        id: "input.prefix_removed",
        severity: Severity::Note,
        group: Group::Input,
        condition: "A shell prompt, Bearer, a variable or a member name in front was removed.",
        text: "We removed what stood in front.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(input.repairs.contains(&Repair::Prefix) || input.repairs.contains(&Repair::Prompt))),
    },
    Finding {
        id: "input.blanked",
        severity: Severity::Note,
        group: Group::Input,
        condition: "Runs of * stand where a secret part belongs.",
        text: "The secret part was blanked; we could not look at it.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(input.items.iter().any(is_blanked))),
    },
    Finding {
        id: "input.shortened",
        severity: Severity::Warning,
        group: Group::Input,
        condition: "A value holds an ellipsis or a placeholder.",
        text: "Something was left out; what we say may be incomplete.",
        remedy: Some("Paste it whole, if it may be seen here."),
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(is_shortened(input))),
    },
    Finding {
        id: "input.lookalike",
        severity: Severity::Warning,
        group: Group::Input,
        condition: "Characters that cannot be seen, other spaces than the plain one, or letters beyond ASCII in a token.",
        text: "Holds characters that look like others or like nothing; a copy from a chat or document may be damaged, or someone is hiding something.",
        remedy: Some("Copy it again from where it was made."),
        sources: &["Unicode TR39"],
        at: "",
        rule: Rule::Input(|input| {
            when(input.repairs.contains(&Repair::Lookalike) || input.items.iter().any(has_foreign_letters))
        }),
    },
    Finding {
        id: "input.smart_quotes",
        severity: Severity::Note,
        group: Group::Input,
        condition: "Typographic quotes.",
        text: "Typographic quotes were put in by an editor.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(input.repairs.contains(&Repair::SmartQuotes))),
    },
    Finding {
        id: "input.control",
        severity: Severity::Warning,
        group: Group::Input,
        condition: "Control characters other than TAB, CR and LF, or bytes that are no UTF-8.",
        text: "Holds control characters.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(input.has_control || input.repairs.contains(&Repair::NotUtf8))),
    },
    Finding {
        id: "input.too_large",
        severity: Severity::Error,
        group: Group::Input,
        condition: "More than 256 KiB, a value of more than 64 KiB, more than 200 headers, 100 cookies, 50 exchanges, 100 things found or 100 parts of one.",
        text: "Too large to explain. We looked at the beginning only.",
        remedy: Some("Paste the part that matters."),
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(input.is_too_large)),
    },
    Finding {
        id: "input.nothing",
        severity: Severity::Note,
        group: Group::Input,
        condition: "Empty, or nothing but white space.",
        text: "Nothing to explain.",
        remedy: Some("Paste a cookie, a token, a header, or a whole request."),
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(input.text.trim().is_empty())),
    },
    Finding {
        id: "input.unrecognised",
        severity: Severity::Note,
        group: Group::Input,
        condition: "Nobody knows the format, and nothing was found in it.",
        text: "We do not know this one; this is what can be seen from outside.",
        remedy: Some("Paste it with what stood around it: the name of the cookie or the header helps."),
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(!input.text.trim().is_empty() && is_unrecognised(input))),
    },
    Finding {
        id: "input.ambiguous",
        severity: Severity::Note,
        group: Group::Input,
        condition: "The best reading is weak and another one fits, too.",
        text: "It could also be something else; both are shown.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(input.items.iter().any(|item| is_ambiguous(input, item)))),
    },
    Finding {
        id: "input.several",
        severity: Severity::Note,
        group: Group::Input,
        condition: "More than one credential was found.",
        text: "Several things were pasted; each is explained.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(input.items.iter().filter(|item| item.is_live_credential()).count() > 1)),
    },
    Finding {
        id: "input.no_secret",
        severity: Severity::Note,
        group: Group::Input,
        condition: "Something was found, and all of it is tracking, no authentication, a CSRF token or a note about a sign-in.",
        text: "Nothing in here signs anyone in.",
        remedy: None,
        sources: &[],
        at: "",
        rule: Rule::Input(|input| when(has_no_secret(input))),
    },
];

/// A name such as `sid` says enough once it is known whose cookie it is.
fn is_ambiguous(input: &InputSubject<'_>, item: &Item<'_>) -> bool {
    let is_bare = item.carrier == Carrier::Alone;
    let is_nobodys = !input.has_host && matches!(&*item.name, "sid" | "idx");
    let has_other = item.classified.confidence == Confidence::Weak && !item.classified.alternatives.is_empty();
    has_other && (is_bare || is_nobodys)
}

fn is_blanked(item: &Item<'_>) -> bool {
    const RUN: &str = "****";
    item.classified.is_blanked || item.raw.contains(RUN)
}

/// A JWS without its content holds `..`, a path may hold dots: only what people and tools put in for something left out counts.
fn is_shortened(input: &InputSubject<'_>) -> bool {
    const MARKS: &[&str] = &["…", "...", "<snip>", "[snip]", "[redacted]", "<redacted>", "xxxx"];
    let has_mark = |text: &str| {
        let text = text.to_lowercase();
        MARKS.iter().any(|mark| text.contains(mark))
    };
    let is_alone = input.items.is_empty() && !input.text.contains('\n');
    input.items.iter().any(|item| has_mark(&item.raw)) || is_alone && has_mark(input.text)
}

/// Words of other alphabets are no damage; in something as long as a token they are.
fn has_foreign_letters(item: &Item<'_>) -> bool {
    const SHORTEST: usize = 16;
    let is_token = item.raw.chars().count() >= SHORTEST && !item.raw.contains(char::is_whitespace);
    is_token && item.raw.chars().any(|char| !char.is_ascii() && char.is_alphabetic())
}

fn is_unrecognised(input: &InputSubject<'_>) -> bool {
    let is_known = |item: &Item<'_>| item.part() != Part::Unknown;
    match input.format {
        None => !input.items.iter().any(is_known),
        Some(format) => format.part == Part::Unknown,
    }
}

fn has_no_secret(input: &InputSubject<'_>) -> bool {
    let mut parts = input.items.iter().map(Item::part).filter(|part| *part != Part::Container).peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Part::Tracking | Part::NotAuth | Part::Csrf | Part::FlowState))
}
