//! What the pages below `/advise` say.

use std::collections::BTreeSet;

use serde::Serialize;

/// Every sentence of these pages without a parameter.
#[derive(Debug, Serialize)]
pub(crate) struct Advise {
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) kicker: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) nothing_stored: &'static str,
    pub(crate) errors_title: &'static str,
    pub(crate) apps: AppsTexts,
    pub(crate) ask: AskTexts,
    pub(crate) open: OpenTexts,
    pub(crate) result: ResultTexts,
    pub(crate) rules: RulesTexts,
    pub(crate) lint: LintTexts,
}

/// The list of apps.
#[derive(Debug, Serialize)]
pub(crate) struct AppsTexts {
    pub(crate) add: &'static str,
    pub(crate) add_more: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_hint: &'static str,
    pub(crate) ticks: &'static str,
    pub(crate) own: &'static str,
    pub(crate) own_hint: &'static str,
    pub(crate) as_for_all: &'static str,
    pub(crate) remove: &'static str,
    pub(crate) none_yet: &'static str,
}

/// The questions.
#[derive(Debug, Serialize)]
pub(crate) struct AskTexts {
    pub(crate) rules_out: &'static str,
    pub(crate) unsure: &'static str,
    pub(crate) not_needed: &'static str,
    pub(crate) must_be_answered: &'static str,
    pub(crate) more: &'static str,
    pub(crate) more_hint: &'static str,
    pub(crate) exact: &'static str,
    pub(crate) users: &'static str,
    pub(crate) rps: &'static str,
    pub(crate) several: &'static str,
    pub(crate) show: &'static str,
    pub(crate) look: &'static str,
    pub(crate) start_over: &'static str,
}

/// What is still open.
#[derive(Debug, Serialize)]
pub(crate) struct OpenTexts {
    pub(crate) title: &'static str,
    pub(crate) empty: &'static str,
    pub(crate) app: &'static str,
    pub(crate) open: &'static str,
    pub(crate) out: &'static str,
    pub(crate) leaning: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) also: &'static str,
    pub(crate) rules: &'static str,
    pub(crate) lint: &'static str,
}

/// The result.
#[derive(Debug, Serialize)]
pub(crate) struct ResultTexts {
    pub(crate) kicker: &'static str,
    pub(crate) change: &'static str,
    pub(crate) change_one: &'static str,
    pub(crate) on_this_page: &'static str,
    pub(crate) legend: &'static str,
    pub(crate) in_words: &'static str,
    pub(crate) revocation: &'static str,
    pub(crate) store: &'static str,
    pub(crate) missing: &'static str,
    pub(crate) why: &'static str,
    pub(crate) mind: &'static str,
    pub(crate) costs: &'static str,
    pub(crate) quantity: &'static str,
    pub(crate) here: &'static str,
    pub(crate) from: &'static str,
    pub(crate) all_costs: &'static str,
    pub(crate) costs_hint: &'static str,
    pub(crate) breaks: &'static str,
    pub(crate) more_breaks: &'static str,
    pub(crate) seen: &'static str,
    pub(crate) helps: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) at_client: &'static str,
    pub(crate) at_servers: &'static str,
    pub(crate) lives_on: &'static str,
    pub(crate) nots: &'static str,
    pub(crate) ranks: Ranks,
    pub(crate) settings: &'static str,
    pub(crate) setting: &'static str,
    pub(crate) value: &'static str,
    pub(crate) set_by: &'static str,
    pub(crate) close: &'static str,
    pub(crate) not_yet: &'static str,
    pub(crate) instead: &'static str,
    pub(crate) not_needed: &'static str,
    pub(crate) contradiction: &'static str,
    pub(crate) contradiction_lede: &'static str,
    pub(crate) together: &'static str,
    pub(crate) ways_out: &'static str,
    pub(crate) no_way_out: &'static str,
    pub(crate) flips: &'static str,
    pub(crate) flips_hint: &'static str,
    pub(crate) no_flips: &'static str,
    pub(crate) assumed: &'static str,
    pub(crate) assumed_hint: &'static str,
    pub(crate) accepted: &'static str,
    pub(crate) config: &'static str,
    pub(crate) config_hint: &'static str,
    pub(crate) no_config: &'static str,
    pub(crate) copy_config: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) download_record: &'static str,
    pub(crate) snippets: &'static str,
    pub(crate) record: &'static str,
    pub(crate) record_hint: &'static str,
    pub(crate) copy_record: &'static str,
    pub(crate) later: &'static str,
    pub(crate) later_text: &'static str,
    pub(crate) not_asked: &'static str,
    pub(crate) sources: &'static str,
    pub(crate) link: &'static str,
}

/// Why something is ruled out.
#[derive(Debug, Serialize)]
pub(crate) struct Ranks {
    pub(crate) physics: &'static str,
    pub(crate) safety: &'static str,
    pub(crate) stated: &'static str,
    pub(crate) practice: &'static str,
}

/// The published table.
#[derive(Debug, Serialize)]
pub(crate) struct RulesTexts {
    pub(crate) title: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) how: &'static str,
    pub(crate) steps: [&'static str; 6],
    pub(crate) rule: &'static str,
    pub(crate) does: &'static str,
    pub(crate) says: &'static str,
    pub(crate) lints: &'static str,
    pub(crate) lints_lede: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) always: &'static str,
    pub(crate) sources: &'static str,
    pub(crate) needs: &'static str,
    pub(crate) asks_for: &'static str,
    pub(crate) with_record: &'static str,
}

/// Reading a configuration.
#[derive(Debug, Serialize)]
pub(crate) struct LintTexts {
    pub(crate) title: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) goes_to: &'static str,
    pub(crate) config: &'static str,
    pub(crate) config_hint: &'static str,
    pub(crate) record: &'static str,
    pub(crate) record_hint: &'static str,
    pub(crate) check: &'static str,
    pub(crate) clean: &'static str,
    pub(crate) skipped: &'static str,
    pub(crate) asleep: &'static str,
    pub(crate) line: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) silenced: &'static str,
    pub(crate) by_command: &'static str,
}

/// The sentences.
pub(crate) const TEXTS: Advise = Advise {
    title: "What fits your system",
    description: "A few questions lead to a way of signing in for each app, with reasons, costs and a configuration.",
    kicker: "Adviser",
    heading: "What fits your system?",
    lede: "Three questions are enough. You get an answer for each app, the reasons, what it costs, what breaks first, and a \
           configuration to copy.",
    nothing_stored: "Your answers stand in the address of this page and nowhere else. Keep the link, and you keep the system.",
    errors_title: "One thing is still missing",
    apps: AppsTexts {
        add: "Choose every kind that you have. Each becomes one app.",
        add_more: "Add another app",
        name: "Name",
        name_hint: "Letters, digits, - _ and a full stop.",
        ticks: "What is true of it?",
        own: "Answer something differently for this app",
        own_hint: "An answer here counts for this app alone, before the answer for all.",
        as_for_all: "as for all apps",
        remove: "Remove",
        none_yet: "No app yet. Choose one of the kinds below.",
    },
    ask: AskTexts {
        rules_out: "Rules out:",
        unsure: "I do not know yet",
        not_needed: "This is asked when one of your apps runs in a browser.",
        must_be_answered: "A web app that calls an API needs an answer here. Nothing can be assumed.",
        more: "More questions, if you want to",
        more_hint: "What you skip is assumed. The answer lists every assumption.",
        exact: "Or exact numbers",
        users: "People signed in",
        rps: "Requests a second at the peak",
        several: "Choose all that apply.",
        show: "Show what fits",
        look: "See what is still open",
        start_over: "Start over",
    },
    open: OpenTexts {
        title: "What is still open",
        empty: "There are four ways to stay signed in. Name your apps, and you see here which of them your answers leave open.",
        app: "App",
        open: "open",
        out: "out",
        leaning: "Now leaning towards:",
        hint: "The letters are the four ways: A session in a cookie, B session token in a header, C JWT in a cookie, D JWT in a header.",
        also: "Besides",
        rules: "Read all the rules",
        lint: "Check a configuration that you have",
    },
    result: ResultTexts {
        kicker: "Adviser, result",
        change: "Change the answers",
        change_one: "Change",
        on_this_page: "On this page",
        legend: "Solid: a credential travels. Dashed: programs talk among themselves. The line has the colour of what carries, the thing on \
                 it the colour of what proves.",
        in_words: "The same in words",
        revocation: "Forced sign-out",
        store: "Sessions are kept in",
        missing: "This version still lacks",
        why: "Why",
        mind: "Mind this",
        costs: "What it costs",
        quantity: "Quantity",
        here: "This choice",
        from: "Where the numbers are from",
        all_costs: "All numbers, with their formulas",
        costs_hint: "Run cloakroom measure --save here.json on your machine, then cloakroom advise --measures here.json: the numbers are \
                     then yours.",
        breaks: "What breaks first",
        more_breaks: "What else breaks",
        seen: "Seen at",
        helps: "What helps:",
        sign_out: "When somebody signs out",
        at_client: "At the client",
        at_servers: "At other servers",
        lives_on: "Lives on",
        nots: "Why not the others",
        ranks: Ranks { physics: "cannot be", safety: "not safe", stated: "by your answer", practice: "good practice" },
        settings: "Every setting, and who set it",
        setting: "Setting",
        value: "Value",
        set_by: "Set by",
        close: "A close call",
        not_yet: "Not with this version yet",
        instead: "Until then:",
        not_needed: "Cloakroom is not needed here",
        contradiction: "Your answers contradict each other",
        contradiction_lede: "Nothing is left for this app. No rule was dropped to make something fit.",
        together: "These rules together leave nothing:",
        ways_out: "What would help",
        no_way_out: "No single change helps. Look at the rules above: something in the system has to give.",
        flips: "What would change this",
        flips_hint: "Each line is one other answer. Follow it to see the whole result.",
        no_flips: "No other single answer changes the outcome.",
        assumed: "What was assumed",
        assumed_hint: "You did not answer these. Change what is wrong.",
        accepted: "Set aside by you:",
        config: "The configuration",
        config_hint: "This version accepts it as it stands. Put it into cloakroom.toml.",
        no_config: "There is nothing to configure for these apps.",
        copy_config: "Copy the configuration",
        copy: "Copy",
        copied: "Copied",
        download_record: "Download the decision record",
        snippets: "In your servers",
        record: "The decision record",
        record_hint: "Commit it beside the configuration. cloakroom lint reads it and says which line no longer fits which answer.",
        copy_record: "Copy the record",
        later: "Later",
        later_text: "When something changes, run cloakroom lint --record DECISION.md cloakroom.toml, or paste both here.",
        not_asked: "Not asked here:",
        sources: "Sources",
        link: "The address of this page holds your answers. Whoever has the link sees this result.",
    },
    rules: RulesTexts {
        title: "The rules of the adviser",
        lede: "This is the whole table. Nothing else decides. Every rule names its source, so that you can disagree with it.",
        how: "How a decision is made",
        steps: [
            "For each app, every rule is looked at whose condition holds.",
            "“Exclude” takes outcomes away, “require” takes all others away. All of them apply.",
            "Ranks say what may be given up: your own answers (stated) and good practice; never physics, safety or law.",
            "Where nothing is left, the smallest sets of rules that contradict each other are shown, and what would help.",
            "“Prefer” adds weights. The highest sum wins. A tie goes to the fewest moving parts. A margin of one is a close call.",
            "“Set” bounds a setting: the strictest bound counts. “Warn” is told after the choice.",
        ],
        rule: "Rule",
        does: "What it does",
        says: "What it says, and where it is from",
        lints: "What lint looks for",
        lints_lede: "An error cannot be silenced. A warning can, with a written reason.",
        severity: "Severity",
        always: "always",
        sources: "Sources",
        needs: "Needs",
        asks_for: "The setting",
        with_record: "The decision record.",
    },
    lint: LintTexts {
        title: "Check a configuration",
        lede: "Paste your cloakroom.toml. You see which lines are wrong or risky, and why.",
        goes_to: "The text goes to this server. It is read, answered and forgotten. Leave the value of a master key out.",
        config: "cloakroom.toml",
        config_hint: "The whole file, as it is.",
        record: "Decision record",
        record_hint: "The Markdown file that the adviser gave you. Without it, checks against your answers are skipped.",
        check: "Check it",
        clean: "Nothing to complain about.",
        skipped: "Skipped, because there is no decision record:",
        asleep: "Asleep, because this version has no such setting:",
        line: "line",
        refused: "this version refuses it",
        silenced: "Silenced in the file:",
        by_command: "On the command line: cloakroom lint cloakroom.toml",
    },
};

/// Where a pasted record cannot be read.
pub(crate) const NO_RECORD: &str =
    "This is not a decision record that the adviser wrote. Paste the whole Markdown file, its last block too.";

/// What an outcome is called.
pub(crate) fn outcome(word: &str) -> &'static str {
    match word {
        "cookie" => "Session in a cookie",
        "token" => "Session token in a header",
        "cookie+exchange" => "Session in a cookie, a short JWT inside",
        "token+exchange" => "Session token in a header, a short JWT inside",
        "cookie+page_token" => "Session in a cookie, short JWTs for the page",
        "jwt" => "JWT in a header",
        "jwt_cookie" => "JWT in a cookie",
        "token+introspect" => "Session token in a header, servers ask",
        "jwt+introspect" => "JWT in a header, servers also ask",
        "contradiction" => "A contradiction",
        _ => "Not Cloakroom",
    }
}

/// What kind of program an app is, in short.
pub(crate) fn kind(word: &str) -> &'static str {
    match word {
        "pages" => "server-made pages",
        "spa" => "app in the browser",
        "mobile" => "app on a phone",
        "desktop" => "on a computer",
        "cli" => "in a terminal",
        "device" => "without a keyboard",
        "job" => "runs by itself",
        "webhook" => "sends you events",
        _ => "app",
    }
}

/// The heading of a result.
pub(crate) fn advice_title(apps: usize, outcomes: &BTreeSet<&str>, contradictions: usize) -> String {
    match (apps, outcomes.len(), contradictions) {
        (1, _, 1) => "Your answers contradict each other".to_owned(),
        (apps, _, broken) if broken > 0 => format!("{broken} of {apps} apps: answers that contradict each other"),
        (1, _, _) => outcomes.first().map_or("No answer", |word| outcome(word)).to_owned(),
        (apps, 1, _) => format!("{} apps, one way to sign in", count(apps)),
        (apps, ways, _) => format!("{} apps, {} ways, one sign-in", count(apps), count(ways).to_lowercase()),
    }
}

fn count(number: usize) -> String {
    let words = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];
    words.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// The heading above what is wrong with the answers.
pub(crate) fn answers_wrong(count: usize) -> String {
    if count == 1 {
        "One answer is still missing or wrong".to_owned()
    } else {
        format!("{count} answers are still missing or wrong")
    }
}

/// What an unanswered question counts as: "Counts as “Within a minute”."
pub(crate) fn counts_as(default: &str) -> String {
    format!("Counts as “{default}”.")
}

/// What a status adds to the name of an outcome.
pub(crate) fn close_call(runner_up: &str, choose_it_if: &str) -> String {
    if choose_it_if.is_empty() {
        return format!("{} is nearly as good.", outcome(runner_up));
    }
    format!("{} is nearly as good. Choose it if {choose_it_if}.", outcome(runner_up))
}

/// A flip: "If a proxy that can ask stands in front".
pub(crate) fn if_clause(clauses: &[String]) -> String {
    format!("If {}", clauses.join(" and "))
}

/// What a tick turned on or off means, as the end of a sentence that begins with "if".
pub(crate) fn tick_clause(tick: &str, is_on: bool) -> String {
    let (yes, no) = match tick {
        "third_party" => ("another company made the app", "your own company made the app"),
        "admin" => ("staff or administrators used it", "no staff or administrators used it"),
        "stay" => ("people had to stay signed in for weeks", "people need not stay signed in for weeks"),
        "live" => ("it kept a WebSocket or event stream open", "it kept no WebSocket or event stream open"),
        other => (other, other),
    };
    if is_on { yes } else { no }.to_owned()
}

/// A programming framework or server by its name.
pub(crate) fn framework(word: &str) -> &str {
    match word {
        "express" => "Express",
        "fastapi" => "FastAPI",
        "go" => "Go",
        other => other,
    }
}

/// What no time at all is called where a sign-out is waited for.
pub(crate) const NEXT_REQUEST: &str = "next request";

/// Where a number is from.
pub(crate) fn number_from(word: &str) -> &'static str {
    match word {
        "measured" => "measured here",
        "counted" => "counted",
        "computed" => "computed",
        "makers" => "measured by the makers",
        _ => "assumed",
    }
}

/// A question by its short name, where an answer is listed.
pub(crate) fn question_in_short(id: &str) -> &'static str {
    match id {
        "place" => "Where the page gets its data from",
        "embedded" => "Shown inside other sites",
        "proxy" => "What every request passes",
        "apis" => "Who runs the servers",
        "stack" => "What the servers are written in",
        "revocation" => "A forced sign-out holds",
        "offline" => "A server without a line",
        "store_down" => "While the database is down",
        "load" => "Load",
        "nodes" => "Machines",
        "rules" => "Rules to follow",
        "existing" => "What there is today",
        _ => "Another question",
    }
}

/// How many findings of each kind there are.
pub(crate) fn findings(errors: usize, warnings: usize, notes: usize) -> String {
    let part = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        more => Some(format!("{more} {many}")),
    };
    let parts = [part(errors, "error", "errors"), part(warnings, "warning", "warnings"), part(notes, "note", "notes")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Something in the drawing of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DrawnPart {
    House,
    Sessions,
    SigningKeys,
    EndedList,
    YourServer,
    YourServers,
    Edge,
    Behind,
    PageServer,
    OtherServers,
    Gate,
    ServerBehind,
    TicketInCookie,
    TicketInHeader,
    TicketShort,
    LetterInCookie,
    LetterInHeader,
    LetterShort,
    ShortLetter,
    SameLetter,
    WhoIsThis,
    EachTime,
    Swaps,
    FetchesLetters,
    Keys,
    Feed,
}

/// What stands at it.
pub(crate) struct DrawnText {
    pub(crate) title: &'static str,
    pub(crate) more: &'static str,
}

/// What stands at a part of the drawing.
pub(crate) fn drawn(part: DrawnPart) -> DrawnText {
    let (title, more) = match part {
        DrawnPart::House => ("Cloakroom", "sessions and keys"),
        DrawnPart::Sessions => ("Sessions", "one row each"),
        DrawnPart::SigningKeys => ("Keys", "seal the letters"),
        DrawnPart::EndedList => ("Ended", "told by the feed"),
        DrawnPart::YourServer => ("Your server", "looks the session up"),
        DrawnPart::YourServers => ("Your servers", "know the caller"),
        DrawnPart::Edge => ("The edge", "proxy or own server"),
        DrawnPart::Behind => ("Services behind", "check the seal"),
        DrawnPart::PageServer => ("The page’s server", "looks the session up"),
        DrawnPart::OtherServers => ("Other servers", "check the seal"),
        DrawnPart::Gate => ("The gate", "checks the seal"),
        DrawnPart::ServerBehind => ("The server behind", "asks as well"),
        DrawnPart::TicketInCookie => ("a ticket, in a cookie", ""),
        DrawnPart::TicketInHeader => ("a ticket, in a header", ""),
        DrawnPart::TicketShort => ("a ticket", ""),
        DrawnPart::LetterInCookie => ("a letter, in a cookie", ""),
        DrawnPart::LetterInHeader => ("a letter, in a header", ""),
        DrawnPart::LetterShort => ("a letter", ""),
        DrawnPart::ShortLetter => ("a short letter", ""),
        DrawnPart::SameLetter => ("the same letter", ""),
        DrawnPart::WhoIsThis => ("asks: who is this?", ""),
        DrawnPart::EachTime => ("asks at each request", ""),
        DrawnPart::Swaps => ("asks, and gets a letter", ""),
        DrawnPart::FetchesLetters => ("asks; the page gets letters", ""),
        DrawnPart::Keys => ("fetches the keys", ""),
        DrawnPart::Feed => ("follows what has ended", ""),
    };
    DrawnText { title, more }
}

/// One arrow from an app in words.
pub(crate) fn drawn_sends(what: &str, to: &str) -> String {
    format!("sends {what} to {}", small(to))
}

/// The arrow between two servers in words.
pub(crate) fn drawn_hands_on(from: &str, what: &str, to: &str) -> String {
    format!("{} hands {what} on to {}", small(from), small(to))
}

/// One arrow between a server and the house in words.
pub(crate) fn drawn_talks(server: &str, talk: &str) -> String {
    format!("{}: {talk}", small(server))
}

/// All arrows of an app in one sentence.
pub(crate) fn drawn_in_words(app: &str, arrows: impl Iterator<Item = String>) -> String {
    format!("{app} {}.", arrows.collect::<Vec<_>>().join("; "))
}

/// An app for which nothing is drawn.
pub(crate) fn drawn_nothing(app: &str, contradicts: bool) -> String {
    if contradicts {
        format!("{app}: the answers contradict each other, so nothing is drawn.")
    } else {
        format!("{app}: Cloakroom is not needed here.")
    }
}

fn small(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_says_how_many_apps_and_how_many_ways() {
        let of = |words: &[&'static str]| words.iter().copied().collect::<BTreeSet<_>>();
        for (apps, outcomes, contradictions, title) in [
            (1, of(&["cookie"]), 0, "Session in a cookie"),
            (2, of(&["cookie"]), 0, "Two apps, one way to sign in"),
            (3, of(&["cookie", "jwt"]), 0, "Three apps, two ways, one sign-in"),
            (1, of(&[]), 1, "Your answers contradict each other"),
            (3, of(&["jwt"]), 2, "2 of 3 apps: answers that contradict each other"),
        ] {
            assert_eq!(advice_title(apps, &outcomes, contradictions), title);
        }
    }

    #[test]
    fn findings_are_counted_by_severity() {
        assert_eq!(findings(1, 2, 0), "1 error, 2 warnings");
        assert_eq!(findings(0, 0, 1), "1 note");
    }
}
