//! What the frame of each page of the lab says, and how its figures and verdicts are worded.

use std::time::Duration;

use cloakroom_primitives::Timestamp;
use serde::Serialize;

use super::super::pages::{TimeText, future, in_words};

/// Every sentence of these pages without a parameter.
#[derive(Debug, Serialize)]
pub(crate) struct Lab {
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) heading: [&'static str; 2],
    pub(crate) lede: &'static str,
    pub(crate) how: &'static str,
    pub(crate) rooms: &'static str,
    pub(crate) room_questions: &'static str,
    pub(crate) room_claims: &'static str,
    pub(crate) room_table: &'static str,
    pub(crate) room_examples: &'static str,
    pub(crate) room_browser: &'static str,
    pub(crate) more: &'static str,
    pub(crate) more_claims: &'static str,
    pub(crate) more_table: &'static str,
    pub(crate) more_examples: &'static str,
    pub(crate) more_browser: &'static str,
    pub(crate) off_title: &'static str,
    pub(crate) off: &'static str,
    pub(crate) off_command: &'static str,
    pub(crate) bench: Bench,
    pub(crate) claims: Claims,
    pub(crate) table: Table,
    pub(crate) examples: Examples,
    pub(crate) browser: BrowserPage,
    pub(crate) app: AppPage,
    pub(crate) attacker: AttackerPage,
}

/// The page of one scenario.
#[derive(Debug, Serialize)]
pub(crate) struct Bench {
    pub(crate) scenarios: &'static str,
    pub(crate) scenario: &'static str,
    pub(crate) show: &'static str,
    pub(crate) run: &'static str,
    pub(crate) run_again: &'static str,
    pub(crate) running: &'static str,
    pub(crate) not_run_title: &'static str,
    pub(crate) not_run: &'static str,
    pub(crate) save: &'static str,
    pub(crate) saved_note: &'static str,
    pub(crate) show_secrets: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) chart: &'static str,
    pub(crate) stretched: &'static str,
    pub(crate) verdicts: &'static str,
    pub(crate) cell: &'static str,
    pub(crate) time: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) begin: &'static str,
    pub(crate) orders_title: &'static str,
    pub(crate) orders: [Term; 3],
    pub(crate) unexpected_title: &'static str,
    pub(crate) unexpected: &'static str,
    pub(crate) not_optimised: &'static str,
    pub(crate) switch: &'static str,
    pub(crate) client_keeps: &'static str,
    pub(crate) nothing_kept: &'static str,
    pub(crate) read_by: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) lasts: &'static str,
    pub(crate) attributes: &'static str,
    pub(crate) is_gone: &'static str,
    pub(crate) travels: &'static str,
    pub(crate) nothing_travels: &'static str,
    pub(crate) every_exchange: &'static str,
    pub(crate) credential: &'static str,
    pub(crate) headers: &'static str,
    pub(crate) request: &'static str,
    pub(crate) hidden: &'static str,
    pub(crate) more_characters: &'static str,
    pub(crate) server_keeps: &'static str,
    pub(crate) coat: &'static str,
    pub(crate) for_the_letter: &'static str,
    pub(crate) no_rows: &'static str,
    pub(crate) removed: &'static str,
    pub(crate) cost: &'static str,
    pub(crate) nothing_measured: &'static str,
    pub(crate) cpu: &'static str,
    pub(crate) cpu_again: &'static str,
    pub(crate) lookups: &'static str,
    pub(crate) signatures: &'static str,
    pub(crate) reads: &'static str,
    pub(crate) writes: &'static str,
    pub(crate) computed: &'static str,
    pub(crate) drawing: &'static str,
    pub(crate) in_words: &'static str,
    pub(crate) the_verdict: &'static str,
    pub(crate) checked: &'static str,
    pub(crate) lessons: &'static str,
    pub(crate) onward: &'static str,
    pub(crate) before: &'static str,
    pub(crate) after: &'static str,
}

/// A word and what it means.
#[derive(Debug, Serialize)]
pub(crate) struct Term {
    pub(crate) word: &'static str,
    pub(crate) means: &'static str,
}

/// True or false?
#[derive(Debug, Serialize)]
pub(crate) struct Claims {
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) settle: &'static str,
    pub(crate) settle_again: &'static str,
    pub(crate) seen: &'static str,
    pub(crate) evidence: &'static str,
}

/// The comparison.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) ask_adviser: &'static str,
    pub(crate) measure: &'static str,
    pub(crate) measure_again: &'static str,
    pub(crate) not_yet_title: &'static str,
    pub(crate) not_yet: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) question: &'static str,
    pub(crate) scenario: &'static str,
    pub(crate) by_design: &'static str,
    pub(crate) markdown: &'static str,
    pub(crate) markdown_hint: &'static str,
}

/// The two tiny programs.
#[derive(Debug, Serialize)]
pub(crate) struct Examples {
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) run: &'static str,
    pub(crate) run_again: &'static str,
    pub(crate) source: &'static str,
    pub(crate) steps: &'static str,
    pub(crate) not_run: &'static str,
}

/// The way to the live apps.
#[derive(Debug, Serialize)]
pub(crate) struct BrowserPage {
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) open: &'static str,
    pub(crate) open_site: &'static str,
    pub(crate) open_all: &'static str,
    pub(crate) attacker: &'static str,
    pub(crate) attacker_more: &'static str,
    pub(crate) order: &'static str,
    pub(crate) steps: [&'static str; 4],
    pub(crate) unreachable_title: &'static str,
    pub(crate) unreachable: &'static str,
    pub(crate) agents: &'static str,
    pub(crate) hint: &'static str,
}

/// One app on its own host.
#[derive(Debug, Serialize)]
pub(crate) struct AppPage {
    pub(crate) kicker: &'static str,
    pub(crate) back: &'static str,
    pub(crate) signed_in: &'static str,
    pub(crate) signed_out: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) run_out: &'static str,
    pub(crate) next_letter: &'static str,
    pub(crate) account: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) who_am_i: &'static str,
    pub(crate) no_script: &'static str,
    pub(crate) keeps: &'static str,
    pub(crate) keeps_cookie: &'static str,
    pub(crate) keeps_storage: &'static str,
    pub(crate) keeps_nothing: &'static str,
    pub(crate) answered: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) sent_none: &'static str,
    pub(crate) sent_lede: &'static str,
    pub(crate) other_site: &'static str,
}

/// The page of the other site.
#[derive(Debug, Serialize)]
pub(crate) struct AttackerPage {
    pub(crate) title: &'static str,
    pub(crate) kicker: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) post: &'static str,
    pub(crate) post_more: &'static str,
    pub(crate) link: &'static str,
    pub(crate) why: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) no_token: &'static str,
}

/// The sentences.
pub(crate) const TEXTS: Lab = Lab {
    title: "Lab",
    description: "Cookie, session and JWT side by side, on the wire: twenty-one questions, each answered by running it.",
    heading: ["Do not believe it.", "Run it."],
    lede: "Sessions, cookies and JWTs are not three rivals. They are three parts, and they make four combinations. Here you see all \
           four do the same thing at the same time: what you hold, what travels, what the server keeps, what it costs, and when it \
           stops working.",
    how: "Each question is answered by a second Cloakroom inside this program, on data that are thrown away, with a clock that can \
          be moved. Nothing of your own server is touched.",
    rooms: "Lab",
    room_questions: "Questions",
    room_claims: "True or false?",
    room_table: "The table",
    room_examples: "Two tiny programs",
    room_browser: "Your browser",
    more: "More ways to look",
    more_claims: "Twelve things that people say, each with a run that settles it.",
    more_table: "The four cells in one table, measured here. It prints well.",
    more_examples: "Sessions only, JWT only: each under 40 lines, and run step by step.",
    more_browser: "Use the four apps with this very browser, and attack them from another site.",
    off_title: "The lab is closed here",
    off: "It opens only on the machine it runs on: on a server that others reach it would be a door too many. Start it on your own \
          machine with",
    off_command: "cloakroom lab",
    bench: Bench {
        scenarios: "Scenarios",
        scenario: "Scenario",
        show: "Show",
        run: "Run it",
        run_again: "Run it again",
        running: "Running. This takes a few seconds.",
        not_run_title: "Not run yet",
        not_run: "Agents play this through in all four cells against the lab’s own server, over real connections. That takes a few \
                  seconds.",
        save: "Save as a page",
        saved_note: "Saved from the lab. This page needs no server and loads nothing.",
        show_secrets: "Show everything, the secret parts too",
        answer: "The answer",
        chart: "How long it was accepted, from the start of the run",
        stretched: "The scale is stretched: each step is several times the one before.",
        verdicts: "What became of it",
        cell: "Cell",
        time: "Time since the run began",
        verdict: "Verdict",
        begin: "start",
        orders_title: "What Orders does with a letter",
        orders: [
            Term {
                word: "Orders alone",
                means: "It fetches the public keys and checks the seal by itself, with 5 s of leeway. It never asks who is signed in.",
            },
            Term {
                word: "Orders, with the feed",
                means: "A feed tells a program which sessions have ended, as they end. This version has none for others yet.",
            },
            Term {
                word: "Orders, asking",
                means: "It shows Cloakroom what it was shown, and takes the answer. One call per request.",
            },
        ],
        unexpected_title: "This came out otherwise than it should",
        unexpected: "Below is what was seen. The lines with a cross say what should have been so.",
        not_optimised: "This program was compiled without optimisation: times are several times too high. Sizes and look-ups are right.",
        switch: "Which cell to show",
        client_keeps: "What the client keeps",
        nothing_kept: "Nothing.",
        read_by: "Read by",
        sent: "Sent",
        lasts: "Lasts",
        attributes: "Every attribute of",
        is_gone: "gone by the end",
        travels: "What travels",
        nothing_travels: "Nothing travels in this story.",
        every_exchange: "Every exchange",
        credential: "credential",
        headers: "headers",
        request: "request",
        hidden: "hidden",
        more_characters: "more",
        server_keeps: "What the server keeps",
        coat: "A row: the coat on the hook. Of the ticket only a hash is stored.",
        for_the_letter: "Of the letter, nothing. Here is what the server keeps instead:",
        no_rows: "Nothing for this story.",
        removed: "Gone by the end of the story.",
        cost: "What one check costs",
        nothing_measured: "Nothing was measured here: no credential was checked.",
        cpu: "CPU, first time",
        cpu_again: "CPU, again",
        lookups: "Sessions looked up, by design",
        signatures: "Seals checked first time, by design",
        reads: "Store reads",
        writes: "Store writes",
        computed: "Computed from measurements",
        drawing: "The drawing",
        in_words: "The same in words",
        the_verdict: "Verdict",
        checked: "What was checked on the way",
        lessons: "What to take away",
        onward: "The questions beside this one",
        before: "Before",
        after: "Next",
    },
    claims: Claims {
        title: "True or false?",
        description: "Twelve things people say about sessions, cookies and JWTs, each settled by a run.",
        lede: "Things that people say. Each has a button that runs the scenario which settles it. The verdict stands here before the \
               run; the evidence comes from it.",
        settle: "Run the evidence",
        settle_again: "Run it again",
        seen: "What was seen",
        evidence: "Look at the whole run",
    },
    table: Table {
        title: "The four cells, measured",
        description: "Sessions and JWTs, in cookies and in headers: what each costs and where it ends, measured on this machine.",
        lede: "No row says which one is better. Each row says what a choice costs, or where it ends. What fits follows from your \
               system:",
        ask_adviser: "ask the adviser",
        measure: "Measure",
        measure_again: "Measure again",
        not_yet_title: "Not measured yet",
        not_yet: "The table is filled by running every scenario once. That takes up to a minute.",
        copy: "Copy as Markdown",
        copied: "Copied",
        question: "Question",
        scenario: "Scenario",
        by_design: "by design",
        markdown: "The same as Markdown",
        markdown_hint: "Select all of it and copy.",
    },
    examples: Examples {
        title: "Two tiny programs",
        description: "Sessions only and JWT only, each under 40 lines, run step by step.",
        lede: "Two programs that you can hold in your head: one knows sessions only, one knows JWTs only. Below each, the five steps \
               that both have in common, run against the very program you read.",
        run: "Run the five steps",
        run_again: "Run them again",
        source: "Source",
        steps: "The five steps",
        not_run: "Not run yet.",
    },
    browser: BrowserPage {
        title: "Your browser",
        description: "Four small apps on four hosts, one per cell, and a site that attacks them.",
        lede: "Four small apps, one per cell, each on a host of its own, so that your browser keeps their cookies apart. What it \
               really sends and gets is written down at the door and shown to you.",
        open: "Open the app",
        open_site: "Open the other site",
        open_all: "The four apps",
        attacker: "The other site",
        attacker_more: "A page of strangers. It posts a form to the four apps, in your name if it can.",
        order: "How to go about it",
        steps: [
            "Open an app and sign in. It needs no password: the account is Ada’s, and it is thrown away.",
            "Look at what your browser sent. In A and C the cookie goes along by itself; in B and D the app adds a header.",
            "Open the other site and let it post. Then look at the app again: what came along, and what was refused?",
            "Sign out, and look at what is left in your browser.",
        ],
        unreachable_title: "Your browser does not find these hosts",
        unreachable: "It does not know that names ending in .localhost mean this machine. The agents do: they play the same stories.",
        agents: "Let the agents play it",
        hint: "If a link leads nowhere, your browser does not know that names ending in .localhost mean this machine. Then let the \
               agents play the same stories.",
    },
    app: AppPage {
        kicker: "A small app on a host of its own",
        back: "Back to the lab",
        signed_in: "You are signed in as",
        signed_out: "You are not signed in.",
        unknown: "Nobody can tell now who you are. Try again in a moment.",
        run_out: "Your letter has run out: it was good for five minutes.",
        next_letter: "Get the next one",
        account: "This app’s only account is Ada’s. It is made up, and gone when the lab ends.",
        sign_in: "Sign in as Ada",
        sign_out: "Sign out",
        who_am_i: "Who am I?",
        no_script: "This app shows its credential in a header, and only a script can add a header to a request. Without JavaScript it \
                    can do nothing: that is what “the app adds it” means. Let the agents of the lab play it instead.",
        keeps: "What this browser keeps for the app",
        keeps_cookie: "A cookie, if you are signed in. No script can read it, so this page cannot show it: look for the answer with \
                       Set-Cookie that brought it.",
        keeps_storage: "What lies in this app’s sessionStorage. Every script of this page can read it:",
        keeps_nothing: "Nothing.",
        answered: "Cloakroom answered",
        sent: "What this browser sent and got",
        sent_none: "Nothing yet.",
        sent_lede: "Written down at the door, the newest first. Secret parts stay hidden.",
        other_site: "Now open the other site",
    },
    attacker: AttackerPage {
        title: "You have won a voucher",
        kicker: "The page of strangers, on a site of its own",
        lede: "It knows where the apps are, and hopes that your browser lends it your sign-in. What it wants: to sign you out, in your \
               name. It could as well be a payment.",
        post: "Claim your voucher",
        post_more: "It sends a form to the app, in your name if it can.",
        link: "Follow a link to the app",
        why: "A form may be sent to any site in the world, and the browser decides which cookies go along. It keeps a SameSite=Lax \
              cookie at home when another site posts, and brings it along when you follow a link.",
        refused: "The app passes on what the browser said, and Cloakroom refuses whatever comes from another site, cookie or not. \
                  Look at the app afterwards: you are still signed in.",
        no_token: "Nothing goes along: the token is in the app’s hand, and this page cannot reach it.",
    },
};

/// A moment of the lab's own clock, to the second in UTC.
pub(crate) fn lab_time(at: Timestamp) -> TimeText {
    future(at, at)
}

/// A moment of the lab's own clock, with its day where that is another one than that of `began_at`.
pub(crate) fn lab_clock(at: Timestamp, began_at: Timestamp) -> String {
    let TimeText { exact, words, .. } = lab_time(at);
    let day = |at: Timestamp| at.as_seconds() / 86_400;
    if day(at) == day(began_at) { words } else { exact }
}

/// What stands for the verdict of a verifier that this version does not have.
pub(crate) const NOT_IN_THIS_VERSION: &str = "Not in this version";

/// What became of a credential.
pub(crate) fn verdict(word: &str, until: Option<String>) -> String {
    match (word, until) {
        ("accepted", _) => "Accepted".to_owned(),
        ("refused", _) => "Refused".to_owned(),
        ("accepted_until", Some(until)) => format!("Accepted until {until}"),
        ("unavailable", _) => "503, try again later".to_owned(),
        ("lost", _) => "Lost".to_owned(),
        _ => "Does not arise".to_owned(),
    }
}

/// How much longer something was accepted.
pub(crate) fn longer(span: Duration) -> String {
    format!("{} after the start", in_words(span))
}

/// Who judged, as a name.
pub(crate) fn verifier(word: &str) -> &'static str {
    match word {
        "alone" => "Orders alone",
        "feed" => "Orders, with the feed",
        "asks" => "Orders, asking",
        _ => "Cloakroom",
    }
}

/// Who takes part, as the name over a lane.
pub(crate) fn party(word: &str) -> &'static str {
    match word {
        "browser" => "Browser",
        "app" => "App",
        "phone" => "Phone",
        "thief" => "Thief",
        "other_site" => "Other site",
        "script" => "Script",
        "careless_app" => "Careless app",
        "orders" => "Orders",
        "proxy" => "Proxy",
        "operator" => "Operator",
        "lab" => "Lab",
        _ => "Cloakroom",
    }
}

/// Which part of a story is meant. What has no wording of its own is said as it is.
pub(crate) fn case(word: &str) -> String {
    word.replace('_', " ")
}

/// Where a client keeps something: the name of the place, and who can read and send what is there.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct PlaceText {
    pub(crate) name: &'static str,
    pub(crate) read_by: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) lasts: &'static str,
}

/// The cookie jar: what lies in it is sent by itself.
pub(crate) const COOKIE_JAR: PlaceText = PlaceText {
    name: "The browser’s pocket",
    read_by: "the browser only; HttpOnly keeps scripts out",
    sent: "by itself, with each request to its host below its Path; a refresh cookie’s is one path alone",
    lasts: "until the time in it; without one, until the browser ends and restores no tabs",
};

/// Storage that outlives the page.
pub(crate) const STORAGE: PlaceText = PlaceText {
    name: "The app’s hand: its storage",
    read_by: "the app, and every script that runs in it",
    sent: "only when the app adds it",
    lasts: "until the app throws it away",
};

/// The memory of a page or program.
pub(crate) const MEMORY: PlaceText = PlaceText {
    name: "The app’s hand: its memory",
    read_by: "the app, and every script that runs in it",
    sent: "only when the app adds it",
    lasts: "until the page or the program ends",
};

/// What lies in a client's hands, as a name.
pub(crate) const A_TICKET: &str = "Ticket: session token";
/// The same of a JWT.
pub(crate) const A_LETTER: &str = "Letter, open to read: JWT";
/// The same of a refresh token.
pub(crate) const A_REFRESH_TOKEN: &str = "Refresh token";
/// The same of whatever else it is.
pub(crate) const SOMETHING: &str = "Plain text";

/// What an attribute of a cookie does.
pub(crate) fn cookie_attribute(name: &str, value: Option<&str>) -> &'static str {
    match (name.to_ascii_lowercase().as_str(), value.map(str::to_ascii_lowercase).as_deref()) {
        ("secure", _) => "goes over TLS only, or to this machine itself",
        ("httponly", _) => "no script can read it",
        ("samesite", Some("lax")) => {
            "a form that another site posts, or a fetch in its background, does not bring it along; following a link to here does"
        }
        ("samesite", Some("strict")) => "nothing that begins on another site brings it along",
        ("samesite", Some("none")) => "every site brings it along, where the browser still allows that",
        ("path", Some("/")) => "goes with every path of this host",
        ("path", _) => "goes with this path, and what stands below it, only",
        ("max-age", Some("0")) => "ends now: this is how a cookie is taken away",
        ("max-age" | "expires", _) => "outlives the browser, until then",
        ("domain", _) => "goes to every host below that name too",
        ("partitioned", _) => "kept apart for each site it is embedded in",
        _ => "an attribute that browsers may pass over",
    }
}

/// What the beginning of a cookie's name promises, where browsers hold it to something.
pub(crate) fn cookie_prefix(name: &str) -> Option<(&'static str, &'static str)> {
    let promises = [
        ("__Host-Http-", "set by this very host and by no script: the browser refuses anything else of that name"),
        ("__Host-", "set by this very host: the browser refuses anything else of that name"),
        ("__Http-", "set by a server and by no script"),
        ("__Secure-", "set over TLS only, or by this machine itself"),
    ];
    promises.into_iter().find(|(prefix, _)| name.starts_with(prefix))
}

/// What a table of the server is called.
pub(crate) fn row_name(table: &str) -> String {
    match table {
        "sessions" => "session".to_owned(),
        "refresh_families" => "refresh family".to_owned(),
        "feed" => "what has ended".to_owned(),
        "signing_keys" => "signing key, for every letter".to_owned(),
        other => other.replace('_', " "),
    }
}

/// A time that was measured.
pub(crate) fn micros(us: f64) -> String {
    match us {
        us if us < 10.0 => format!("{us:.2} µs"),
        us if us < 100.0 => format!("{us:.1} µs"),
        us if us < 1000.0 => format!("{us:.0} µs"),
        us => format!("{:.1} ms", us / 1000.0),
    }
}

/// A count of bytes, exact.
pub(crate) fn bytes(count: usize) -> String {
    format!("{} B", grouped(count as u64))
}

/// A figure that was computed, with its unit.
pub(crate) fn figure(value: f64, unit: &str) -> String {
    match unit {
        "bytes" => scaled(value, ["B", "kB", "MB", "GB", "TB"]),
        "bytes_per_second" => scaled(value, ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"]),
        "cores" => format!("{value:.1} cores"),
        "per_second" => format!("{} per second", grouped_f64(value)),
        "seconds" => in_words(Duration::from_secs_f64(value.max(0.0))),
        "" => grouped_f64(value),
        other => format!("{} {}", grouped_f64(value), other.replace('_', " ")),
    }
}

/// What a computed figure is called.
pub(crate) fn figure_name(name: &str) -> String {
    match name {
        "memory" => "Memory".to_owned(),
        "disk" => "Disk".to_owned(),
        "cores" => "Processor".to_owned(),
        "cores_first" => "Processor, if nothing is remembered".to_owned(),
        "writes" => "Store writes".to_owned(),
        "traffic" => "Traffic for credentials".to_owned(),
        other => {
            let mut letters = other.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect::<String>())
                .unwrap_or_default()
                .replace('_', " ")
        }
    }
}

fn scaled(mut value: f64, units: [&str; 5]) -> String {
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{value:.0} {}", units[0]) } else { format!("{value:.1} {}", units[unit]) }
}

fn grouped_f64(value: f64) -> String {
    if (value.fract() == 0.0 || value.abs() >= 100.0) && value.abs() < 1e15 {
        let sign = if value < 0.0 { "−" } else { "" };
        return format!("{sign}{}", grouped(format!("{:.0}", value.abs()).parse().unwrap_or_default()));
    }
    format!("{value:.1}")
}

fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Where and how a run was made.
pub(crate) fn run_on(at: Timestamp, cpus: usize, memory: u64, repeats: Option<u32>) -> String {
    let processors = if cpus == 1 { "one processor".to_owned() } else { format!("{cpus} processors") };
    let megabytes = f64::from(u32::try_from(memory / 1_000_000).unwrap_or(u32::MAX));
    let machine =
        if memory == 0 { processors } else { format!("{processors} and {} of memory", figure(megabytes * 1e6, "bytes")) };
    let how =
        repeats.map(|repeats| format!(" Times are medians of {} repeats.", grouped(u64::from(repeats)))).unwrap_or_default();
    format!("Run by agents on this machine on {}, with {machine}; SQLite on disk.{how}", lab_time(at).exact)
}

/// Which scenario of how many.
pub(crate) fn scenario_of(at: usize, of: usize) -> String {
    format!("Lab, question {at} of {of}")
}

/// What a drawing shows, for whoever cannot see it.
pub(crate) fn drawing_of(cell: &str) -> String {
    format!("Drawing of the steps: {cell}. The same follows in words.")
}

/// A mark on the axis of time.
pub(crate) fn axis_mark(span: Duration) -> String {
    in_words(span)
}

/// How many exchanges there were.
pub(crate) fn exchanges(count: usize) -> String {
    format!("Every exchange ({count})")
}

/// How many columns of a row are folded away.
pub(crate) fn other_columns(count: usize) -> String {
    format!("{count} more columns")
}

/// How many things were checked.
pub(crate) fn checks(count: usize) -> String {
    format!("What was checked on the way ({count})")
}

/// What is true of a claim.
pub(crate) const FALSE: &str = "False";
/// See [`FALSE`].
pub(crate) const DEPENDS: &str = "It depends";

/// What a check took.
pub(crate) fn took(first: &str, again: &str) -> String {
    format!("{first} the first time, {again} again")
}

/// The program that knows sessions only.
pub(crate) const SESSIONS_ONLY: &str = "Sessions only";
/// What it is.
pub(crate) const SESSIONS_ONLY_ABOUT: &str = "The server remembers. No key, no JWT.";
/// Its five steps.
pub(crate) const FIVE_STEPS_OF_A_SESSION: [&str; 5] = [
    "Ada logs in.",
    "The server creates a session and hands out a ticket, in a cookie.",
    "The browser keeps the ticket. It does not know what it means.",
    "Later requests bring it along by themselves.",
    "The server finds the session by the ticket and knows Ada.",
];

/// The program that knows JWTs only.
pub(crate) const JWT_ONLY: &str = "JWT only";
/// What it is.
pub(crate) const JWT_ONLY_ABOUT: &str = "The client carries proof. No store, so nothing can end a token before it runs out.";
/// Its five steps.
pub(crate) const FIVE_STEPS_OF_A_JWT: [&str; 5] = [
    "Ada logs in.",
    "The server writes a letter, seals it and hands it out. It keeps no copy.",
    "The app keeps the letter. It can read it, and so can whoever takes it.",
    "Later requests show it, because the app adds it.",
    "The server checks the seal and the time, looks nothing up, and knows Ada.",
];

/// How a run is called in the file that it is saved as.
pub(crate) fn saved_name(scenario: &str) -> String {
    format!("cloakroom-lab-{scenario}.html")
}

/// When something was written down at the door, and who asked.
pub(crate) fn recorded(at: &str, by_the_app: bool) -> String {
    if by_the_app { format!("{at}, the app’s server asked Cloakroom for you") } else { format!("{at}, your browser") }
}

/// A page in place of its markup.
pub(crate) fn a_page_of(bytes_of_it: usize) -> String {
    format!("(a page of HTML, {})", bytes(bytes_of_it))
}

/// The title of one app.
pub(crate) fn app_title(letter: &str, name: &str) -> String {
    format!("App {letter}: {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_with_three_digits_and_a_unit() {
        assert_eq!(micros(0.684), "0.68 µs");
        assert_eq!(micros(43.06), "43.1 µs");
        assert_eq!(micros(1234.0), "1.2 ms");
        assert_eq!(bytes(4096), "4,096 B");
        assert_eq!(figure(1.84e9, "bytes"), "1.8 GB");
        assert_eq!(figure(999.0, "bytes"), "999 B");
        assert_eq!(figure(50_000.0, "per_second"), "50,000 per second");
        assert_eq!(figure(33_333.3, "per_second"), "33,333 per second");
        assert_eq!(figure(2.16, "cores"), "2.2 cores");
    }

    #[test]
    fn a_time_of_the_lab_is_told_to_the_second() {
        let at = Timestamp::from_seconds(1_800_000_000);
        let until = |began| verdict("accepted_until", Some(lab_clock(at, began)));
        assert_eq!(until(at), "Accepted until 08:00:00 UTC");
        assert_eq!(until(Timestamp::ZERO), "Accepted until 15 January 2027, 08:00:00 UTC");
        assert_eq!(verdict("lost", None), "Lost");
    }

    #[test]
    fn every_attribute_that_we_set_is_explained() {
        for (name, value) in
            [("Secure", None), ("HttpOnly", None), ("SameSite", Some("Lax")), ("Path", Some("/")), ("Max-Age", Some("9"))]
        {
            assert!(!cookie_attribute(name, value).contains("pass over"), "{name}");
        }
        assert_eq!(cookie_prefix("__Host-Http-cloakroom").unwrap().0, "__Host-Http-");
        assert_eq!(cookie_prefix("user"), None);
    }
}
