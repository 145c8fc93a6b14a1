//! What the frame of each page of the lab says, and how its figures and verdicts are worded.

use std::time::Duration;

use cloakroom_primitives::Timestamp;
use serde::Serialize;

use super::super::pages::{clock_to_the_second, exact, in_words, machine, number};
use super::super::pages::TimeText;

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
    pub(crate) show_secrets: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) chart: &'static str,
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
    pub(crate) account: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) who_am_i: &'static str,
    pub(crate) order: &'static str,
    pub(crate) orders_placed: &'static str,
    pub(crate) no_script: &'static str,
    pub(crate) keeps: &'static str,
    pub(crate) keeps_cookie: &'static str,
    pub(crate) keeps_storage: &'static str,
    pub(crate) keeps_nothing: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) sent_none: &'static str,
    pub(crate) sent_lede: &'static str,
    pub(crate) reload: &'static str,
    pub(crate) other_apps: &'static str,
}

/// The page of the other site.
#[derive(Debug, Serialize)]
pub(crate) struct AttackerPage {
    pub(crate) title: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) post: &'static str,
    pub(crate) link: &'static str,
    pub(crate) why: &'static str,
    pub(crate) after: &'static str,
    pub(crate) no_token: &'static str,
}
