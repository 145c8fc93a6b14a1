//! What is known about one app: the answers that count for it, and the words that follow from them.
//!
//! 1. An answer of the app's own counts before the system's, and the system's before the default.
//! 2. `place` and `embedded` mean nothing outside a browser: there they are not known.
//! 3. A load is heavy where it takes more than half of what was measured.

use crate::answers::{Answers, Chosen};
use crate::capabilities::Build;
use crate::condition::{Known, Word};
use crate::costs::{Measures, Peak};
use crate::questions::Topic;

/// Up to how many people a system is tiny.
const TINY: u64 = 10;

/// The facts about one app.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) chosen: Chosen,
    pub(crate) users: u64,
    pub(crate) rps: u64,
    words: u32,
}

impl Facts {
    /// The facts about the app at `index`.
    pub(crate) fn of(answers: &Answers, index: usize, build: &Build, measures: &Measures) -> Self {
        let app = &answers.apps[index];
        let kind = app.own.get(Topic::Kind);
        let mut facts = Self { chosen: Chosen::default(), users: 0, rps: 0, words: 0 };
        facts.chosen.set(Topic::Kind, kind);
        let is_browser = is_browser(kind);
        for topic in Topic::ALL.into_iter().filter(|topic| *topic != Topic::Kind) {
            let asked = is_browser || !matches!(topic, Topic::Place | Topic::Embedded);
            let given = [app.own.get(topic), answers.system.get(topic), topic.default_bits()];
            let bits = given.into_iter().find(|bits| *bits != 0).unwrap_or_default();
            facts.chosen.set(topic, if asked { bits } else { 0 });
        }
        let load = app.own.load.or(answers.system.load);
        facts.chosen.load = load;
        (facts.users, facts.rps) = load.unwrap_or(crate::answers::Load::Band("small")).numbers();
        facts.derive(answers, index, build, measures);
        facts
    }

    fn derive(&mut self, answers: &Answers, index: usize, build: &Build, measures: &Measures) {
        let ticks = answers.apps[index].ticks;
        for (bit, word) in [Word::ThirdParty, Word::Admin, Word::Stay, Word::Live].into_iter().enumerate() {
            self.tell(word, ticks.has(bit));
        }
        let kind = self.chosen.get(Topic::Kind);
        let is_machine = is_machine(kind);
        self.tell(Word::Browser, is_browser(kind));
        self.tell(Word::Machine, is_machine);
        self.tell(Word::Native, !is_browser(kind) && !is_machine);
        let kinds = || answers.apps.iter().map(|app| app.own.get(Topic::Kind)).filter(|kind| !self::is_machine(*kind));
        self.tell(Word::OnlyBrowser, kinds().all(is_browser));
        self.tell(Word::BrowsersMany, kinds().filter(|kind| is_browser(*kind)).count() > 1);
        let regulated = self.any(Topic::Rules, &["psd2", "hipaa", "nist_aal2", "nist_aal3", "asvs_l3"])
            || self.any(Topic::Rules, &["pci"]) && self.is(Word::Admin);
        self.tell(Word::Regulated, regulated);
        // A gateway that only checks JWTs is not deaf by itself: the server behind it checks again, and can listen.
        let deaf = self.any(Topic::Apis, &["third_parties"])
            || self.any(Topic::Offline, &["always"])
            || self.any(Topic::Nodes, &["edge"])
            || self.any(Topic::Stack, &["per_request"]);
        self.tell(Word::Deaf, deaf);
        self.tell(Word::Lasting, self.any(Topic::Offline, &["outages"]) || self.any(Topic::StoreDown, &["hours"]));
        self.tell(Word::Tiny, self.users <= TINY);
        self.tell(Word::CanUpstreamOidc, build.has("upstream_oidc"));
        let peak = Peak::of(self.users, self.rps, self.option(Topic::Nodes), measures);
        self.tell(Word::SessionHeavy, peak.is_session_heavy());
        self.tell(Word::RefreshHeavy, peak.is_refresh_heavy());
        self.tell(Word::IntrospectHeavy, peak.is_introspect_heavy());
    }

    /// Says whether a word is true.
    pub(crate) fn tell(&mut self, word: Word, is_true: bool) {
        let bit = 1 << word as u32;
        self.words = if is_true { self.words | bit } else { self.words & !bit };
    }

    /// Whether one of the options is chosen.
    pub(crate) fn any(&self, topic: Topic, options: &[&str]) -> bool {
        options.iter().any(|option| topic.bit(option).is_some_and(|bit| self.chosen.get(topic) & bit != 0))
    }

    /// The one option that is chosen; empty where the question means nothing for this app.
    pub(crate) fn option(&self, topic: Topic) -> &'static str {
        topic.of_bits(self.chosen.get(topic)).next().map_or("", |choice| choice.id)
    }
}

impl Known for Facts {
    fn chosen(&self, topic: Topic) -> u16 {
        self.chosen.get(topic)
    }

    fn is(&self, word: Word) -> bool {
        self.words & (1 << word as u32) != 0
    }

    fn users(&self) -> u64 {
        self.users
    }
}

fn bits(words: &[&str]) -> u16 {
    words.iter().filter_map(|word| Topic::Kind.bit(word)).sum()
}

fn is_browser(kind: u16) -> bool {
    kind & bits(&["pages", "spa"]) != 0
}

fn is_machine(kind: u16) -> bool {
    kind & bits(&["job", "webhook"]) != 0
}
