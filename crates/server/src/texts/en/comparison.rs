//! The table of the four cells: its rows and its answers.

use std::time::Duration;

use cloakroom_session::{Carrier, Cell, Proof};

use super::in_words;

pub(crate) const CORE_IDEA: &str = "Core idea";
pub(crate) const STATE: &str = "Who remembers";
pub(crate) const CARRIER: &str = "How it travels";
pub(crate) const READABLE_BY: &str = "Who can read it";
pub(crate) const BYTES: &str = "Bytes per request";
pub(crate) const LOOKUPS: &str = "Sessions looked up per check";
pub(crate) const CPU: &str = "CPU per check";
pub(crate) const AFTER_SIGN_OUT: &str = "Dies after sign-out within";
pub(crate) const AFTER_THEFT: &str = "Dies after a theft is noticed within";
pub(crate) const STORE_LOSS: &str = "The store is gone";
pub(crate) const CLOCK_ERROR: &str = "A clock is 10 min wrong";
pub(crate) const SCRIPT_STEALS: &str = "A script can steal it";
pub(crate) const CROSS_SITE: &str = "Another site can attach it";
pub(crate) const LARGEST: &str = "Largest size";
pub(crate) const SERVER_KEEPS: &str = "What the server still keeps";

/// The name of a cell.
pub(crate) const fn name(cell: Cell) -> &'static str {
    match cell {
        Cell::Cookie => "Session in a cookie",
        Cell::Token => "Session token in a header",
        Cell::JwtCookie => "JWT in a cookie",
        Cell::Jwt => "JWT in a header",
    }
}

pub(crate) const fn core_idea(cell: Cell) -> (&'static str, &'static str) {
    let answer = match cell {
        Cell::Cookie => "A ticket in the browser’s pocket, a coat on the hook",
        Cell::Token => "A ticket in the app’s hand, a coat on the hook",
        Cell::JwtCookie => "A sealed letter in the browser’s pocket",
        Cell::Jwt => "A sealed letter in the app’s hand",
    };
    (answer, "")
}

pub(crate) const fn state(cell: Cell) -> (&'static str, &'static str) {
    match cell.proof() {
        Proof::Session => ("The server", "one row per session"),
        Proof::Jwt => ("The letter, for one request", "the server for the rest"),
    }
}

pub(crate) const fn carrier(cell: Cell) -> (&'static str, &'static str) {
    match cell.carrier() {
        Carrier::Cookie => ("Cookie", "the browser sends it by itself"),
        Carrier::Header => ("Header", "the app adds it"),
    }
}

/// Who can read the credential in the client.
pub(crate) const fn readable_by(cell: Cell, by_scripts: bool) -> (&'static str, &'static str) {
    let main = if by_scripts { "The app and its scripts" } else { "The browser only" };
    let note = match cell.proof() {
        Proof::Session => "it says nothing anyway",
        Proof::Jwt => "its claims are open to whoever gets a copy",
    };
    (main, note)
}

pub(crate) fn bytes(bytes: usize) -> String {
    format!("{bytes} B")
}

pub(crate) fn of_request(bytes: usize) -> String {
    format!("of {bytes} B in all")
}

/// What the first check of a process asks of the store.
pub(crate) fn reads_at_first(reads: u32) -> String {
    match reads {
        0 => "by design; a JWT is looked up in the memory of ended sessions instead".to_owned(),
        _ => "in the store the first time, then in memory".to_owned(),
    }
}

pub(crate) fn micros(micros: f64) -> String {
    format!("{micros:.1} µs")
}

pub(crate) fn then_micros(micros: f64) -> String {
    format!("then {micros:.1} µs, from memory")
}

pub(crate) const fn at_next_request(refused: bool) -> &'static str {
    if refused { "The next request" } else { "Not at the next request" }
}

/// The longest that a JWT goes on where nobody is asked.
pub(crate) fn where_verified_alone(longest: Duration) -> String {
    format!("{} where verified alone", in_words(longest))
}

pub(crate) const NEXT_REQUEST_WHERE_CLOAKROOM_IS_ASKED: &str = "the next request where Cloakroom is asked";

/// What goes on without the store.
pub(crate) fn store_loss(cell: Cell, unknown_waits: bool, lasts: Option<Duration>) -> (String, String) {
    match (cell.proof(), unknown_waits) {
        (Proof::Session, true) => ("What memory knows goes on".to_owned(), "all else is 503, never “nobody”".to_owned()),
        (Proof::Session, false) => ("Checks go on".to_owned(), String::new()),
        (Proof::Jwt, _) => {
            let until = lasts.map(|lasts| format!(", here {}", in_words(lasts))).unwrap_or_default();
            (format!("Checks go on until it runs out{until}"), "refreshing answers 503".to_owned())
        }
    }
}

/// What a wrong clock at the program that checks does.
pub(crate) const fn clock_error(refused_early: bool, accepted_too_long: bool) -> (&'static str, &'static str) {
    match (refused_early, accepted_too_long) {
        (false, false) => ("Nothing changes", "the server judges by its own clock"),
        (true, true) => ("Ahead: refused early", "behind: accepted too long, by the error and 5 s of leeway"),
        (true, false) => ("Ahead: refused early", ""),
        (false, true) => ("Behind: accepted too long", ""),
    }
}

pub(crate) const fn script_steals(stolen: bool, acts: bool) -> (&'static str, &'static str) {
    let main = if stolen { "Yes" } else { "No" };
    let note = match (stolen, acts) {
        (true, _) => "from where the app keeps it",
        (false, true) => "it can act while the page is open",
        (false, false) => "",
    };
    (main, note)
}

pub(crate) const fn cross_site(carried: bool, refused: bool) -> (&'static str, &'static str) {
    match (carried, refused) {
        (true, true) => ("On a link, not on a form", "SameSite=Lax, then the cross-origin rule"),
        (true, false) => ("Yes", "and it is taken"),
        (false, _) => ("No", "nothing goes by itself"),
    }
}

/// How large the credential can become.
pub(crate) fn largest(cell: Cell, bytes: usize) -> (String, String) {
    match cell {
        Cell::Cookie | Cell::Token => (format!("{bytes} B, always"), String::new()),
        Cell::JwtCookie => ("4,096 B with its name".to_owned(), "more, and there is no cookie".to_owned()),
        Cell::Jwt => ("8 KiB".to_owned(), "less where a proxy reads less of a head".to_owned()),
    }
}

/// The rows that are there, and the room they take.
pub(crate) fn server_keeps(sessions: usize, families: usize, disk: f64, cell: Cell) -> (String, String) {
    let rows = match (sessions, families) {
        (1, 0) => "1 row".to_owned(),
        (1, 1) => "1 row and 1 refresh family".to_owned(),
        _ => format!("{} rows", sessions + families),
    };
    let note = match cell.proof() {
        Proof::Session => "",
        Proof::Jwt => "and keys, and the list of what has ended",
    };
    (format!("{rows}, {disk:.0} B"), note.to_owned())
}
