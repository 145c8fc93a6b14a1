//! The twelve questions: what is asked, why, what can be answered, and what counts when nothing is.
//!
//! 1. Only `apps` must be answered, and `place` where there is a single-page app. The express path asks `apps`, `place`, `revocation`.
//! 2. Every other question has a default; what was assumed is said in the answer.
//! 3. An id never changes its meaning; options may be added at the end of a list.

use serde::Serialize;

/// A question that has a fixed list of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// What kind of program signs in; asked per app, in `apps`.
    Kind,
    /// Where the page gets its data from.
    Place,
    /// Whether other sites show the app in their pages.
    Embedded,
    /// What every request passes.
    Proxy,
    /// Who runs the servers that must know who is calling.
    Apis,
    /// What these servers are written in; a tick of `apis`.
    Stack,
    /// How soon a forced sign-out must hold.
    Revocation,
    /// Whether a server must go on without a line.
    Offline,
    /// What happens while the store is down.
    StoreDown,
    /// On how many machines the servers run.
    Nodes,
    /// Which rules must be followed; several can be.
    Rules,
    /// What there is today.
    Existing,
}

/// An answer that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Its word.
    pub id: &'static str,
    /// What it means, to choose by.
    pub text: &'static str,
    /// The same as the end of a sentence that begins with "if".
    #[serde(skip)]
    pub clause: &'static str,
    /// What it rules out by itself, where it does.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub rules_out: &'static str,
}

/// A tick beside a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tick {
    /// Its word.
    pub id: &'static str,
    /// What it means.
    pub text: &'static str,
    /// The answers, where it is not a plain yes.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub options: &'static [Choice],
}

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Its word.
    pub id: &'static str,
    /// The question.
    pub ask: &'static str,
    /// Why it is asked.
    pub why: &'static str,
    /// What can be answered.
    pub options: &'static [Choice],
    /// What can be ticked beside it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub ticks: &'static [Tick],
    /// Whether several answers can be chosen.
    pub several: bool,
    /// What counts when it is skipped; empty where it cannot be.
    pub default: &'static [&'static str],
    /// When it is worth asking.
    pub asked: &'static str,
    /// Whether it belongs to the express path.
    pub express: bool,
}

/// The twelve questions, in the order in which they are asked.
pub const fn questions() -> &'static [Question] {
    QUESTIONS
}

impl Topic {
    pub(crate) const ALL: [Self; 12] = [
        Self::Kind,
        Self::Place,
        Self::Embedded,
        Self::Proxy,
        Self::Apis,
        Self::Stack,
        Self::Revocation,
        Self::Offline,
        Self::StoreDown,
        Self::Nodes,
        Self::Rules,
        Self::Existing,
    ];

    /// Its word, as conditions and answers write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Place => "place",
            Self::Embedded => "embedded",
            Self::Proxy => "proxy",
            Self::Apis => "apis",
            Self::Stack => "stack",
            Self::Revocation => "revocation",
            Self::Offline => "offline",
            Self::StoreDown => "store_down",
            Self::Nodes => "nodes",
            Self::Rules => "rules",
            Self::Existing => "existing",
        }
    }

    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.word() == word)
    }

    /// What can be answered.
    pub const fn options(self) -> &'static [Choice] {
        match self {
            Self::Kind => KINDS,
            Self::Place => PLACES,
            Self::Embedded => EMBEDDINGS,
            Self::Proxy => PROXIES,
            Self::Apis => APIS,
            Self::Stack => STACKS,
            Self::Revocation => REVOCATIONS,
            Self::Offline => OFFLINES,
            Self::StoreDown => STORE_DOWNS,
            Self::Nodes => NODES,
            Self::Rules => RULES,
            Self::Existing => EXISTING,
        }
    }

    /// The bit of an option; `None` where there is no such option.
    pub(crate) fn bit(self, option: &str) -> Option<u16> {
        self.options().iter().position(|choice| choice.id == option).map(|index| 1 << index)
    }

    /// The options behind bits, in their order.
    pub(crate) fn of_bits(self, bits: u16) -> impl Iterator<Item = &'static Choice> {
        self.options().iter().enumerate().filter(move |(index, _)| bits & (1 << index) != 0).map(|(_, choice)| choice)
    }

    /// What counts when it was not answered; `place` has none for a single-page app, and `kind` never.
    pub(crate) fn default_bits(self) -> u16 {
        let word = match self {
            Self::Kind => return 0,
            Self::Place => "same_origin",
            Self::Embedded | Self::Offline => "no",
            Self::Proxy | Self::Existing => "none",
            Self::Apis => "same_team",
            Self::Stack => "other",
            Self::Revocation => "one_minute",
            Self::StoreDown => "stop",
            Self::Nodes => "one",
            Self::Rules => "personal_data",
        };
        self.bit(word).expect("a default is one of the options; a test walks over all")
    }
}

const fn choice(id: &'static str, text: &'static str, clause: &'static str) -> Choice {
    Choice { id, text, clause, rules_out: "" }
}

const fn ruling_out(id: &'static str, text: &'static str, clause: &'static str, rules_out: &'static str) -> Choice {
    Choice { id, text, clause, rules_out }
}

const NO_COOKIE: &str = "Cookies: programs keep tokens.";
const NO_LOGIN: &str = "Every login: there is no person.";

const KINDS: &[Choice] = &[
    choice("pages", "Web pages made by a server (Rails, Django, Laravel, axum, PHP …)", "it is a site of server-made pages"),
    choice("spa", "A web app that runs in the browser and calls an API (React, Vue, Svelte …)", "it is a web app in the browser"),
    ruling_out("mobile", "An app on a phone or tablet", "it is an app on a phone", NO_COOKIE),
    ruling_out("desktop", "A program installed on a computer", "it is a program on a computer", NO_COOKIE),
    ruling_out("cli", "A command in a terminal", "it is a command in a terminal", NO_COOKIE),
    ruling_out("device", "A thing without a keyboard (television, printer, till)", "it is a thing without a keyboard", NO_COOKIE),
    ruling_out(
        "job",
        "A program that runs by itself, with no person (nightly job, another server)",
        "it runs without a person",
        NO_LOGIN,
    ),
    ruling_out("webhook", "Other companies' servers that send you events", "it is a webhook", NO_LOGIN),
];

const PLACES: &[Choice] = &[
    choice(
        "same_origin",
        "The same address (shop.example and shop.example/api), or the server makes the whole page",
        "page and API share one address",
    ),
    choice(
        "same_site",
        "Another name under the same domain that only you own (app.example.com and api.example.com)",
        "the API has another name under the same domain",
    ),
    ruling_out(
        "cross_site",
        "Another domain, or a free name under a hosting company (myapp.vercel.app and api.example.com)",
        "the API is on another domain",
        "Cookies, unless a proxy brings the API under the page's own name.",
    ),
];

const EMBEDDINGS: &[Choice] = &[
    choice("no", "No", "nobody shows the app inside another page"),
    choice("same_site", "Only other pages under our own domain do", "only pages of your own domain show the app"),
    ruling_out(
        "other_sites",
        "Yes, sites of customers or partners do",
        "other sites show the app inside their pages",
        "Cookies: in a foreign page they are not sent.",
    ),
];

const PROXIES: &[Choice] = &[
    choice("none", "No, requests reach the servers directly", "nothing stands in front of your servers"),
    choice(
        "can_ask",
        "Yes, and it can ask another server first (nginx, Caddy, Traefik, Envoy, HAProxy, or our own back end for the front end)",
        "a proxy that can ask stands in front",
    ),
    ruling_out(
        "jwt_only",
        "Yes, and all it can do is check a JWT (a cloud API gateway)",
        "the proxy can only check a JWT",
        "Session tokens in a header: the gateway does not understand them.",
    ),
];

const APIS: &[Choice] = &[
    choice("one_app", "There is one server program", "there is one server program"),
    choice("same_team", "Several, all run by one team", "one team runs all the servers"),
    choice("several_teams", "Several teams, each deploys on its own", "several teams run the servers"),
    ruling_out(
        "third_parties",
        "Also servers of other companies",
        "servers of other companies take part",
        "A session shown to those servers: it is the whole account.",
    ),
];

const STACKS: &[Choice] = &[
    choice("rust", "Our servers are written in Rust (they can embed the crate)", "your servers are written in Rust"),
    choice("other", "Another language, running all the time", "your servers run all the time, in another language"),
    choice(
        "per_request",
        "A program that starts anew for every request (PHP, serverless functions: it cannot listen to a feed)",
        "your servers start anew for every request",
    ),
];

const REVOCATIONS: &[Choice] = &[
    ruling_out(
        "next_request",
        "At their next click",
        "a forced sign-out must hold at the next click",
        "A JWT that is checked by its signature alone.",
    ),
    choice("one_minute", "Within a minute", "a forced sign-out may take a minute"),
    choice("fifteen_minutes", "Within a quarter of an hour", "a forced sign-out may take a quarter of an hour"),
    choice("expiry", "When the ticket runs out by itself is fine", "a ticket may run out by itself"),
];

const ASKS_NOTHING: &str = "Everything that has to be looked up.";

const OFFLINES: &[Choice] = &[
    choice("no", "No", "every server reaches the sign-in server"),
    ruling_out(
        "outages",
        "Normally connected, but it must go on when the line is cut",
        "a server must go on when its line is cut",
        ASKS_NOTHING,
    ),
    ruling_out(
        "always",
        "That server never has a line, but the people's devices do (a closed network at a customer)",
        "a server never has a line",
        ASKS_NOTHING,
    ),
    ruling_out(
        "island",
        "Neither the server nor the people there have a line for long times (a ship at sea)",
        "server and people have no line for long times",
        "A sign-out that arrives before the line is back.",
    ),
];

const STORE_DOWNS: &[Choice] = &[
    choice(
        "stop",
        "They see an error until it is back; better closed than wrong",
        "people may see an error while the store is down",
    ),
    choice("minutes", "They should work on for some minutes", "people should work on for minutes when the store is down"),
    ruling_out(
        "hours",
        "They must work on for hours",
        "people must work on for hours when the store is down",
        "Everything that has to be looked up.",
    ),
];

const NODES: &[Choice] = &[
    choice("one", "One machine", "the servers run on one machine"),
    choice("several", "Several in one place", "the servers run on several machines in one place"),
    choice("regions", "Several regions of the world", "the servers run in several regions of the world"),
    choice("edge", "At the edge (CDN workers) without a database", "the servers run at the edge"),
];

const RULES: &[Choice] = &[
    choice("none", "None", "no rules have to be followed"),
    choice("personal_data", "We hold personal data (GDPR and the like)", "you hold personal data"),
    choice("pci", "We handle card data (PCI DSS)", "you handle card data"),
    choice("hipaa", "Health data in the USA (HIPAA)", "you hold health data in the USA"),
    choice("psd2", "Payment accounts in Europe (PSD2)", "you run payment accounts in Europe"),
    choice("nist_aal2", "NIST AAL2", "NIST AAL2 must be met"),
    choice("nist_aal3", "NIST AAL3", "NIST AAL3 must be met"),
    choice("asvs_l3", "OWASP ASVS level 3", "OWASP ASVS level 3 must be met"),
];

const EXISTING: &[Choice] = &[
    choice("none", "Nothing yet", "there is nothing yet"),
    choice("framework_sessions", "The framework's own login with sessions", "the framework already has sessions"),
    choice("own_jwt", "JWTs that we made ourselves", "you have JWTs of your own making"),
    choice("provider_stays", "A sign-in provider that must stay (Keycloak, Entra, Okta …)", "a sign-in provider must stay"),
    choice("provider_leaves", "A sign-in provider that we want to leave", "you leave a sign-in provider"),
    choice("api_keys", "API keys that people put into scripts", "people use API keys in scripts"),
];

const BANDS: &[Choice] = &[
    choice("small", "Up to 500 people, 20 requests/s", "the load is small"),
    choice("medium", "Up to 50,000 people, 1,000/s", "the load is medium"),
    choice("large", "Up to 2 million people, 20,000/s", "the load is large"),
    choice("huge", "More: 50 million people, 500,000/s", "the load is huge"),
];

/// The people and the requests a second that a word for the load stands for.
pub(crate) fn band(word: &str) -> Option<(u64, u64)> {
    Some(match word {
        "small" => (500, 20),
        "medium" => (50_000, 1_000),
        "large" => (2_000_000, 20_000),
        "huge" => (50_000_000, 500_000),
        _ => return None,
    })
}

/// The words for the load, smallest first.
pub(crate) const fn bands() -> &'static [Choice] {
    BANDS
}

const fn tick(id: &'static str, text: &'static str) -> Tick {
    Tick { id, text, options: &[] }
}

const BROWSER_APPS: &str = "there is an app in a browser";
const ALWAYS: &str = "always";

const fn question(id: &'static str, options: &'static [Choice], default: &'static [&'static str]) -> Question {
    Question { id, ask: "", why: "", options, ticks: &[], several: false, default, asked: ALWAYS, express: false }
}

const QUESTIONS: &[Question] = &[
    Question {
        ask: "What signs in? List every kind of program your people use.",
        why: "The client decides what it can hold safely; everything else follows.",
        ticks: &[
            tick("third_party", "Another company made it"),
            tick("admin", "Staff or administrators use it"),
            tick("stay", "People must stay signed in for weeks"),
            tick("live", "It keeps a WebSocket or event stream open"),
        ],
        several: true,
        express: true,
        ..question("apps", KINDS, &[])
    },
    Question {
        ask: "Look at the address bar. Where does the page get its data from?",
        why: "Browsers send cookies freely in the first case, with care in the second, and often not at all in the third.",
        asked: "there is an app in a browser; it must be answered where one runs in the browser itself",
        express: true,
        ..question("place", PLACES, &["same_origin"])
    },
    Question {
        ask: "Do other people's web sites show your app inside their pages (a frame, a widget)?",
        why: "Inside a foreign page your cookie counts as third-party and is mostly not sent.",
        asked: BROWSER_APPS,
        ..question("embedded", EMBEDDINGS, &["no"])
    },
    Question {
        ask: "Is there something in front of your servers that every request passes?",
        why: "A proxy that can ask lets people carry a plain session while the servers behind get a short signed proof.",
        ..question("proxy", PROXIES, &["none"])
    },
    Question {
        ask: "Who runs the servers that must know who is calling?",
        why: "The further a server is from you, the less its copy of a credential may be worth.",
        ticks: &[Tick { id: "stack", text: "What are they written in?", options: STACKS }],
        ..question("apis", APIS, &["same_team"])
    },
    Question {
        ask: "You sign somebody out by force: a stolen phone, a dismissed colleague. After how long may no door open any more?",
        why: "A signed token that nobody looks up works until it expires; this answer decides if that is allowed.",
        express: true,
        ..question("revocation", REVOCATIONS, &["one_minute"])
    },
    Question {
        ask: "Must one of your servers be able to tell who is calling while it cannot reach the sign-in server?",
        why: "Only a signed proof can be checked without asking; the price is that news of a sign-out does not arrive.",
        asked: "there is more than one server, or people should work on while the store is down",
        ..question("offline", OFFLINES, &["no"])
    },
    Question {
        ask: "The database behind sign-in is down. What should happen to people who are already signed in?",
        why: "Working on without the store means nobody can be signed out in that time.",
        ..question("store_down", STORE_DOWNS, &["stop"])
    },
    Question {
        ask: "On how many machines, and where, do the servers run that check who is calling?",
        why: "Distance to the store is the real price of looking things up.",
        ..question("nodes", NODES, &["one"])
    },
    Question {
        ask: "Which rules must you follow? Choose all that apply.",
        why: "Some rules fix how long somebody may be idle, or which factors they must use.",
        several: true,
        ..question("rules", RULES, &["personal_data"])
    },
    Question {
        ask: "What do you have today?",
        why: "The best answer is often to keep what works; a move must not sign everybody out.",
        ..question("existing", EXISTING, &["none"])
    },
    Question {
        ask: "How many people are signed in, and how many requests a second do your servers get at the busiest time?",
        why: "Turns every claim about cost into a number for you; it rarely changes the choice. Exact numbers can be given instead.",
        asked: "last, for the numbers",
        ..question("load", BANDS, &["small"])
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twelve_questions_and_each_says_why_it_is_asked() {
        assert_eq!(QUESTIONS.len(), 12);
        for question in QUESTIONS {
            assert!(!question.ask.is_empty() && !question.why.is_empty() && !question.options.is_empty(), "{}", question.id);
            for word in question.default {
                assert!(question.options.iter().any(|choice| choice.id == *word), "{}: {word}", question.id);
            }
        }
    }

    #[test]
    fn what_is_assumed_is_what_the_question_says() {
        for topic in Topic::ALL {
            let Some(question) = QUESTIONS.iter().find(|question| question.id == topic.word()) else { continue };
            let assumed: Vec<_> = topic.of_bits(topic.default_bits()).map(|choice| choice.id).collect();
            assert_eq!(assumed, question.default, "{}", question.id);
            assert_eq!(topic.options(), question.options);
        }
        assert_eq!(Topic::Stack.of_bits(Topic::Stack.default_bits()).next().unwrap().id, "other");
    }

    #[test]
    fn every_word_for_the_load_has_numbers() {
        assert!(bands().iter().all(|choice| band(choice.id).is_some()));
    }
}
