//! What the lab says of a run: the verdicts in one sentence each, the steps in words, and what was looked at on the way.
//!
//! A *ticket* is a session token, a *letter* is a JWT: the pictures of the product. Where a name is exact, the exact one stands.

use std::time::Duration;

use cloakroom_session::{Carrier, Cell, Proof};

use super::in_words;
use crate::lab::{Party, Verdict};

// What an arrow of a drawing is called.

pub(crate) const SIGN_IN: &str = "sign in";
pub(crate) const SIGN_OUT: &str = "sign out";
pub(crate) const WHO_AM_I: &str = "who am I?";
pub(crate) const GET_ORDERS: &str = "my orders?";
pub(crate) const REFRESH: &str = "refresh";
pub(crate) const SHOW_COPY: &str = "who am I?";
pub(crate) const GO_TO_PAGE: &str = "go to the page";
pub(crate) const LIST_SESSIONS: &str = "my sessions?";
pub(crate) const END_IT: &str = "end that session";
pub(crate) const COPY: &str = "copies it";
pub(crate) const KEEPS_USING: &str = "uses it on and on";
pub(crate) const CLOSED: &str = "closed, opened";
pub(crate) const RESTART: &str = "restart";
pub(crate) const EDIT: &str = "edits it";
pub(crate) const TAKE_ROLE: &str = "takes the role";
pub(crate) const GIVE_ROLE: &str = "gives a role";
pub(crate) const PLAIN_COOKIE: &str = "user=mallory";
pub(crate) const EDITED_PLAIN_COOKIE: &str = "user=ada";
pub(crate) const READ_EVERYTHING: &str = "reads what it can";
pub(crate) const ACT: &str = "asks as you";
pub(crate) const FIRST_TAB: &str = "tab 1 refreshes";
pub(crate) const SECOND_TAB: &str = "tab 2 refreshes";
pub(crate) const LOST: &str = "answer lost";
pub(crate) const STOP_STORE: &str = "store stops";
pub(crate) const CLOCK_AHEAD: &str = "10 min ahead";
pub(crate) const CLOCK_BEHIND: &str = "10 min behind";
pub(crate) const ANNOUNCE_KEY: &str = "announces a key";
pub(crate) const KEY_CHANGES: &str = "next key signs";
pub(crate) const DISTRUST_KEY: &str = "distrusts the key";
pub(crate) const THROUGH_A_PROXY: &str = "through a proxy";

/// The arrow of a request that another site causes.
pub(crate) const fn foreign_label(method: &str) -> &'static str {
    match method.as_bytes() {
        b"GET" => "follows a link",
        b"POST" => "posts a form",
        _ => "fetches",
    }
}

/// The gap between two steps.
pub(crate) fn later(span: Duration) -> String {
    format!("{} later", in_words(span))
}

// Steps in words.

/// An exchange.
pub(crate) fn exchange(from: Party, to: Party, method: &str, target: &str, carries: Option<Proof>, status: u16) -> String {
    let path = target.split('?').next().unwrap_or(target);
    let with = match carries {
        Some(Proof::Session) => " with the ticket",
        Some(Proof::Jwt) => " with the letter",
        None => "",
    };
    let (who, whom) = (name(from), name(to));
    format!("{who} sends {method} {path} to {whom}{with}. {} answers {status}.", capital(whom))
}

fn name(party: Party) -> &'static str {
    match party {
        Party::Browser => "The browser",
        Party::App => "The app",
        Party::Phone => "The phone",
        Party::Thief => "The thief",
        Party::OtherSite => "The page of another site",
        Party::Script => "The script",
        Party::CarelessApp => "the careless app",
        Party::Cloakroom => "Cloakroom",
        Party::Orders => "Orders",
        Party::Proxy => "the proxy",
        Party::Operator => "The operator",
        Party::Lab => "The lab",
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Time passes.
pub(crate) fn time_passes(span: Duration) -> String {
    match span.as_millis() {
        0..1000 => "The last millisecond passes.".to_owned(),
        _ => format!("{} pass.", in_words(span)),
    }
}

/// The thief goes on using a copy.
pub(crate) fn used_so_often(times: u32, pause: Duration) -> String {
    format!("The thief uses the copy {times} times more, every {}, so that the session never falls idle.", in_words(pause))
}

/// What a script finds.
pub(crate) fn script_reads(count: usize) -> String {
    match count {
        0 => "The script reads document.cookie, localStorage and the app's memory and finds no credential.".to_owned(),
        1 => "The script reads document.cookie, localStorage and the app's memory and finds one credential.".to_owned(),
        _ => format!("The script reads document.cookie, localStorage and the app's memory and finds {count} credentials."),
    }
}

pub(crate) const MEMORY_IS_EMPTY: &str = "Cloakroom restarts, so that its memory is empty.";
pub(crate) const SERVER_RESTARTS: &str = "Cloakroom stops and starts again on the same data.";
pub(crate) const CLOSED_AND_OPENED: &str = "It is closed and opened again.";
pub(crate) const ROLE_IS_TAKEN: &str = "The operator takes the role away: in the account, and in its sessions. This version has no command \
                                        for it; the lab writes what the command will write.";
pub(crate) const MANY_SCOPES_ARE_GIVEN: &str = "The operator gives a role with very many scopes.";
pub(crate) const MORE_SCOPES_ARE_GIVEN: &str = "The operator gives a role with more scopes still.";
pub(crate) const THIEF_COPIES_A_REQUEST: &str = "A thief copies all that travels with one request.";
pub(crate) const THIEF_COPIES_EVERYTHING: &str = "A thief copies all that the client keeps, the refresh token too.";
pub(crate) const ANSWER_IS_LOST: &str = "The answer is lost on its way: the client still has the former tokens.";
pub(crate) const STORE_STOPS: &str = "The database stops. Cloakroom goes on running.";
pub(crate) const CLOCK_IS_AHEAD: &str = "The clock of Orders is set 10 min ahead.";
pub(crate) const CLOCK_IS_BEHIND: &str = "The clock of Orders is set 10 min behind.";
pub(crate) const KEY_IS_ANNOUNCED: &str = "The operator announces the next key: it is published now and signs in 24 h. This version has no \
                                           command for it; the lab writes the row, and the server reads it at its start.";
pub(crate) const NEXT_KEY_SIGNS: &str = "The next key signs from now on; the former one is kept to verify.";
pub(crate) const KEY_IS_DISTRUSTED: &str = "The operator distrusts the key and puts another in its place. This version has no command for \
                                            it; the lab writes the rows, and the server reads them at its start.";
pub(crate) const EDIT_CLAIMS: &str = "A scope more is written into the claims, under the same seal.";
pub(crate) const EDIT_ALGORITHM: &str = "The header is made to say that no seal is needed, and the seal is cut off.";
pub(crate) const EDIT_ID: &str = "The ticket is made to name another session, with a checksum that fits.";
pub(crate) const EDIT_SECRET: &str = "One bit of the ticket's secret is turned, with a checksum that fits.";

// What was looked at.

/// An answer that should be there.
pub(crate) fn every_outcome_is_there(verifier: Option<&str>, case: Option<&str>) -> String {
    let words: Vec<_> = [verifier, case].into_iter().flatten().collect();
    format!("The run gives an answer for: {}.", if words.is_empty() { "the question".to_owned() } else { words.join(", ") })
}

/// What a sign-in hands over.
pub(crate) const fn handed_over(cell: Cell) -> &'static str {
    match cell {
        Cell::Cookie => "The answer sets one cookie, and no secret stands in its body.",
        Cell::Token => "One token stands in the body of the answer, and it sets no cookie.",
        Cell::JwtCookie => "The answer sets two cookies, and no secret stands in its body.",
        Cell::Jwt => "Two tokens stand in the body of the answer, and it sets no cookie.",
    }
}

/// What the server writes at a sign-in.
pub(crate) const fn rows_after_sign_in(cell: Cell) -> &'static str {
    match cell.proof() {
        Proof::Session => "The server has written one session and no refresh family.",
        Proof::Jwt => "The server has written one session and one refresh family.",
    }
}

/// What the first check reads.
pub(crate) const fn reads_of_first_check(cell: Cell) -> &'static str {
    match cell.proof() {
        Proof::Session => "After a restart the first check reads one row of the store.",
        Proof::Jwt => "After a restart the first check reads nothing from the store.",
    }
}

/// An edit that really changed something.
pub(crate) fn really_edited(edit: &str) -> String {
    format!("The edit changes the credential: {edit}")
}

/// Whether a script reads the credential.
pub(crate) const fn script_can_read(cell: Cell) -> &'static str {
    match cell.carrier() {
        Carrier::Cookie => "No script can read the credential.",
        Carrier::Header => "A script in the page can read the credential.",
    }
}

pub(crate) const COOKIES_ARE_HIDDEN: &str = "Every cookie that is set is HttpOnly and SameSite=Lax.";
pub(crate) const JAR_TAKES_COOKIES: &str = "The browser takes every cookie that the server sets.";
pub(crate) const SECOND_CHECK_READS_NOTHING: &str = "The second check reads nothing: memory answers.";
pub(crate) const CHECKS_WRITE_NOTHING: &str = "No check writes to the store before its answer.";
pub(crate) const SIGN_IN_PAGE_IS_SHOWN: &str = "The browser is sent to the sign-in page.";
pub(crate) const NOBODY_WITHOUT_A_CREDENTIAL: &str = "Without a credential the answer is 401.";
pub(crate) const SIGN_OUT_IS_DONE: &str = "The answer to the end is 204.";
pub(crate) const NOTHING_LEFT_TO_SHOW: &str = "After the sign-out the client has nothing left to show.";
pub(crate) const ORDERS_LET_IN_BEFORE: &str = "Orders lets the person in before.";
pub(crate) const REFRESH_IS_DEAD: &str = "The refresh token is refused.";
pub(crate) const REFUSED_FOR_ITS_SCOPE: &str = "Orders answers 403: the person is known, the scope is gone.";
pub(crate) const NEW_TOKEN_HAS_NEW_SCOPES: &str = "A JWT that is issued after the change does not have the scope.";
pub(crate) const UNEDITED_IS_TAKEN: &str = "The credential as it was issued is taken.";
pub(crate) const CARELESS_APP_IS_FOOLED: &str = "The careless app greets whomever the cookie names.";
pub(crate) const COPY_WORKS_AT_FIRST: &str = "The copy is taken while the session lives.";
pub(crate) const COPY_WORKS_ALL_ALONG: &str = "The copy is taken each time.";
pub(crate) const A_NEW_PLACE: &str = "The list of sessions on the phone shows the address of the thief.";
pub(crate) const COPY_CANNOT_BE_REFRESHED: &str = "What travels with a request cannot be refreshed.";
pub(crate) const BOTH_HOLD_THE_SAME_TIP: &str = "Both hold the same refresh token: there is one tip, never a fork.";
pub(crate) const LATE_COMER_IS_REFUSED: &str = "Who comes after the window is refused.";
pub(crate) const REUSE_IS_NOTICED: &str = "The server has recorded the event token_reused.";
pub(crate) const SCRIPT_IS_NOT_FOREIGN: &str =
    "The rule against other sites does not stop the script: it comes from the page itself.";
pub(crate) const POST_BRINGS_NOTHING: &str = "The form of another site brings no credential.";
pub(crate) const FETCH_BRINGS_NOTHING: &str = "The fetch of another site brings no credential.";
pub(crate) const LINK_BRINGS_THE_COOKIE: &str =
    "A link of another site brings the cookie: it is a GET, and a GET changes nothing.";
pub(crate) const OLD_BROWSER_ATTACHES: &str = "A browser that does not know SameSite attaches the cookie to the form.";
pub(crate) const OLD_BROWSER_IS_REFUSED: &str = "The server refuses that too, by the Origin header: 403.";
pub(crate) const STILL_SIGNED_IN: &str = "Afterwards the person is still signed in.";
pub(crate) const RETRY_WORKS: &str = "The retry is answered with the successor.";
pub(crate) const REFRESH_GOES_ON: &str = "Refreshing works after the restart.";
pub(crate) const KNOWN_UNTIL_ITS_DEADLINE: &str =
    "The deadline of the session holds without the store: taken before it, refused at it.";
pub(crate) const OLD_TOKEN_IS_TAKEN: &str = "The JWT under the former key is taken after the change.";
pub(crate) const NEW_TOKEN_HAS_ANOTHER_KEY: &str = "A JWT that is issued after the change names another key.";
pub(crate) const ORDERS_KNOW_THE_NEXT_KEY: &str = "Orders knows the next key already: it was published a day before.";
pub(crate) const COOKIE_UNDER_A_DISTRUSTED_KEY_RENEWS_NOTHING: &str =
    "Refreshing reads the JWT cookie, so it is refused as well: the person signs in again.";
pub(crate) const REFRESH_GIVES_A_GOOD_ONE: &str = "The refresh token is good: it earns a JWT under the new key.";
pub(crate) const IT_WOULD_LIVE_LONGER: &str =
    "The JWT itself would have lived longer: Orders refuses it because the key is gone.";
pub(crate) const SMALL_IS_TAKEN: &str = "With few scopes everything works.";
pub(crate) const TICKET_KEEPS_ITS_SIZE: &str = "The ticket is as long as before, to the byte.";
pub(crate) const LETTER_GROWS: &str = "The JWT has grown to almost 8 KiB.";
pub(crate) const PROXY_PASSES_SMALL_REQUESTS: &str = "The proxy passes a small request and answers 431 to this one.";
pub(crate) const CLOAKROOM_TAKES_IT: &str = "Cloakroom itself takes it.";
pub(crate) const CLOAKROOM_HAS_A_LIMIT_TOO: &str = "Beyond 8 KiB Cloakroom signs no JWT: the sign-in fails with 500.";
pub(crate) const NO_COOKIE_TOO_LARGE: &str = "Cloakroom sets no cookie that browsers drop: the sign-in fails with 500.";
pub(crate) const BROWSER_DROPS_IT: &str = "A browser takes a cookie of 4,096 bytes and drops one of 4,097.";
pub(crate) const EVERY_FIGURE_IS_POSITIVE: &str = "Every figure is computed from what was measured, and none is zero.";

// Verdicts.

/// A run that contradicts the table: what it gave, and nothing more.
pub(crate) fn not_as_expected(verdict: Verdict) -> String {
    let came = match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Refused => "refused",
        Verdict::AcceptedUntil(_) => "accepted for a while",
        Verdict::Unavailable => "answered with 503",
        Verdict::Lost => "lost by the client",
        Verdict::NotApplicable => "not tried",
        Verdict::Unclear(status) => {
            return format!("This run did not come out as it should: the answer was {status}, which says neither yes nor no.");
        }
    };
    format!("This run did not come out as it should: the credential was {came}.")
}

/// Signing in.
pub(crate) fn signed_in(cell: Cell) -> String {
    match cell {
        Cell::Cookie => "You get one cookie with a ticket in it; the server keeps the row that it names, with a hash of its secret.",
        Cell::Token => "You get a ticket in the answer, and your app keeps it; the server keeps the row that it names.",
        Cell::JwtCookie => {
            "You get two cookies, a JWT and a refresh token; the server keeps a session and a refresh family, and nothing for the JWT \
             itself."
        }
        Cell::Jwt => {
            "You get a JWT and a refresh token in the answer; the server keeps a session and a refresh family, and nothing for the JWT \
             itself."
        }
    }
    .to_owned()
}

/// The next request.
pub(crate) fn next_request(cell: Cell) -> String {
    match cell.proof() {
        Proof::Session => "One look-up: the first time in the store, from then on in memory.",
        Proof::Jwt => "No look-up: one signature is checked, and the result is remembered until the JWT runs out.",
    }
    .to_owned()
}

/// Back after two hours, remembered.
pub(crate) fn came_back_remembered(cell: Cell) -> String {
    match cell.proof() {
        Proof::Session => "Two hours later you are still in, by yourself: the cookie was given a time to live.",
        Proof::Jwt => {
            "Two hours later you are still in: the JWT has run out, and the browser is led through a renewal to the page it wanted."
        }
    }
    .to_owned()
}

pub(crate) const CAME_BACK_NOT_REMEMBERED: &str =
    "The cookie ended with the browser, which restores no tabs here: you are asked to sign in.";

/// Back after two hours, with an app.
pub(crate) fn came_back_from(stored: bool, cell: Cell) -> String {
    match (stored, cell) {
        (true, Cell::Jwt) => "You are still in: the app had written both tokens down and renewed the JWT, which had run out.",
        (true, _) => "You are still in, because the app had written the token down.",
        (false, _) => "The app kept it in memory alone, so it is gone: you sign in again.",
    }
    .to_owned()
}

/// After the end, at Cloakroom.
pub(crate) fn ended_at_cloakroom(cell: Cell) -> String {
    match cell.proof() {
        Proof::Session => "The row is gone, so the ticket is worth nothing: refused at the next request.",
        Proof::Jwt => {
            "Cloakroom remembers which sessions have ended, so it refuses the JWT at the next request, though its seal is good."
        }
    }
    .to_owned()
}

/// After the end, where a JWT is verified alone.
pub(crate) fn ended_verified_alone(lasted: Duration) -> String {
    format!(
        "Orders reads the seal and the time, asks nobody, and lets the JWT in for {} more: until it runs out, and 5 s for clocks that \
         differ.",
        in_words(lasted)
    )
}

/// After the end, where Orders asks.
pub(crate) fn ended_asked(cell: Cell) -> String {
    match cell.proof() {
        Proof::Session => "A ticket says nothing by itself, so Orders asks, and hears that nobody has it: refused.",
        Proof::Jwt => "Orders asks Cloakroom about each request, and refuses at once.",
    }
    .to_owned()
}

pub(crate) const NO_FEED_YET: &str = "This version does not publish which sessions have ended, so Orders cannot follow it: it verifies \
                                      alone, or asks every time.";

pub(crate) const ROLE_GONE_AT_NEXT_REQUEST: &str =
    "What you may do stands in the row, so the next request knows: refused with 403.";
pub(crate) const OLD_ROLE_AT_CLOAKROOM: &str =
    "The JWT says what it said when it was issued: the old role holds until it runs out. A new one has the new scopes.";
pub(crate) const OLD_ROLE_AT_ORDERS: &str =
    "Orders believes the JWT: the old role holds until it runs out, and 5 s for clocks that differ.";

pub(crate) const NO_COOKIE_HERE: &str = "Nothing travels in a cookie here.";

/// An edited cookie.
pub(crate) fn edited_cookie(cell: Cell) -> String {
    match cell.proof() {
        Proof::Session => {
            "A cookie is a pocket, not a proof: the careless app was fooled. Cloakroom looks for a secret of 256 bits and refuses the \
             edited ticket."
        }
        Proof::Jwt => {
            "A cookie is a pocket, not a proof: the careless app was fooled. Cloakroom checks the seal and refuses the edited JWT."
        }
    }
    .to_owned()
}

/// An edited credential.
pub(crate) fn tampered(cell: Cell) -> String {
    match cell.proof() {
        Proof::Session => {
            "There is no role in a ticket to edit, and an edited ticket names no session that has this secret: refused."
        }
        Proof::Jwt => "Everybody can read and edit the claims; the seal fits the old ones alone: refused.",
    }
    .to_owned()
}

/// A copied ticket that nobody misses.
pub(crate) fn stolen_ticket_unnoticed(lasts: Duration) -> String {
    format!(
        "As long as the session lives, if nobody ends it: {} more, with steady use. The thief shows as a new place in your list of \
         sessions.",
        in_words(lasts)
    )
}

/// A copied JWT that nobody misses.
pub(crate) fn stolen_letter_unnoticed(lasts: Duration) -> String {
    format!("Until it runs out: {} more. It cannot be renewed, since the refresh token did not travel with it.", in_words(lasts))
}

/// The same where it is verified alone.
pub(crate) fn stolen_letter_unnoticed_alone(lasts: Duration) -> String {
    format!("At Orders until it runs out, and 5 s for clocks that differ: {} more.", in_words(lasts))
}

pub(crate) const STOLEN_AND_ENDED: &str =
    "You end the session from your phone, and the copy dies with it: refused at the next request.";

/// A copied JWT of an ended session, where it is verified alone.
pub(crate) fn stolen_and_ended_alone(lasts: Duration) -> String {
    format!("Orders does not hear of the end: the copy works there for {} more.", in_words(lasts))
}

pub(crate) const NOTHING_TO_REFRESH: &str = "There is nothing to refresh: a ticket stays the same until its session ends.";
pub(crate) const REUSE_ENDED_THE_SESSION: &str = "Inside the window both held the same refresh token. The first who was late ended the session: refresh tokens and JWTs are dead at \
     Cloakroom at once, for thief and owner alike.";

/// A JWT after reuse, where it is verified alone.
pub(crate) fn reuse_verified_alone(lasts: Duration) -> String {
    format!("Orders does not hear of it and takes the last JWT for {} more.", in_words(lasts))
}

/// A script that takes credentials away.
pub(crate) fn script_takes_away(cell: Cell) -> String {
    match cell.carrier() {
        Carrier::Cookie => "The script cannot read the cookie, so it has nothing to take away.",
        Carrier::Header => "The script reads the token where the app keeps it, and the thief uses it from elsewhere.",
    }
    .to_owned()
}

pub(crate) const SCRIPT_ACTS: &str = "While the page is open the script can do what you can: no carrier protects from that.";

/// A foreign page.
pub(crate) fn cross_site(cell: Cell) -> String {
    match cell.carrier() {
        Carrier::Cookie => {
            "SameSite=Lax keeps the cookie out of the form; and where a browser attaches it all the same, the server refuses what comes \
             from another site."
        }
        Carrier::Header => "Nothing is attached: another site cannot make the browser send a header that only your app knows.",
    }
    .to_owned()
}

/// Two tabs, with a window.
pub(crate) fn both_tabs_stay_in(window: Duration) -> String {
    format!("Both stay in and hold the same successor: a spent refresh token earns it again for {}.", in_words(window))
}

pub(crate) const BOTH_TABS_ARE_OUT: &str =
    "Without a window the second honest use looks like a theft: the session ends, and both tabs are out.";

/// A retry in time.
pub(crate) fn retried_in_time(window: Duration) -> String {
    format!("The retry in the last millisecond of the window of {} earns the same successor: still in.", in_words(window))
}

/// A retry that comes late.
pub(crate) fn retried_late(window: Duration) -> String {
    format!("After {} a spent refresh token counts as stolen: the session ends, and you sign in again.", in_words(window))
}

/// A restart.
pub(crate) fn restarted(cell: Cell) -> String {
    match cell.proof() {
        Proof::Session => "Still in: the row is on disk.",
        Proof::Jwt => "Still in: the keys are on disk, and so is the list of sessions that have ended.",
    }
    .to_owned()
}

/// A known ticket without a store.
pub(crate) fn ticket_without_store(idle: Duration) -> String {
    format!(
        "One process has the store to itself, so its memory is right: a session that it knows goes on, until its own deadlines ({} \
         without use).",
        in_words(idle)
    )
}

/// A JWT without a store.
pub(crate) fn letter_without_store(lasts: Duration) -> String {
    format!(
        "The seal needs no store: checks go on until the JWT runs out, here for {}. It cannot be renewed meanwhile.",
        in_words(lasts)
    )
}

/// A credential that the process has not met, without a store.
pub(crate) fn unknown_without_store(cell: Cell) -> String {
    match cell.proof() {
        Proof::Session => "A session that is not in memory cannot be judged: 503, never “nobody” and never “allowed”.",
        Proof::Jwt => "A JWT that Cloakroom has never met is checked like any other.",
    }
    .to_owned()
}

/// What writes, without a store.
pub(crate) fn changes_without_store(cell: Cell) -> String {
    match cell.proof() {
        Proof::Session => "Sign-in and sign-out answer 503: a sign-out that cannot be recorded is not pretended.",
        Proof::Jwt => "Sign-in, refresh and sign-out answer 503: a sign-out that cannot be recorded is not pretended.",
    }
    .to_owned()
}

/// A clock that is ahead.
pub(crate) fn clock_ahead(cell: Cell) -> String {
    match cell.proof() {
        Proof::Session => CLOCK_DOES_NOT_MATTER,
        Proof::Jwt => "For Orders the JWT has run out before it was issued: refused early, though it is fresh.",
    }
    .to_owned()
}

pub(crate) const CLOCK_DOES_NOT_MATTER: &str = "Not affected: Orders asks, and Cloakroom judges by its own clock.";

/// A clock that is behind.
pub(crate) fn clock_behind(too_long: Duration) -> String {
    format!("Orders takes the JWT too long: for {} after it has run out.", in_words(too_long))
}

pub(crate) const KEYS_DO_NOT_MATTER: &str = "Nothing happens: no key signs a ticket.";
pub(crate) const ROTATED_AT_CLOAKROOM: &str =
    "Nobody notices: the old key verifies what it has signed until that runs out, and new JWTs name the new key.";

/// A changed key, where JWTs are verified alone.
pub(crate) fn rotated_alone(leeway: Duration) -> String {
    format!("The same at Orders, with its {} for clocks that differ.", in_words(leeway))
}

/// A distrusted key at Cloakroom.
pub(crate) fn distrusted_at_cloakroom(cell: Cell) -> String {
    match cell {
        Cell::JwtCookie => "Refused at once. Refreshing reads the JWT cookie, so you sign in again.",
        _ => "Refused at once. The refresh token is good and earns a JWT under the new key.",
    }
    .to_owned()
}

/// A distrusted key, where JWTs are verified alone.
pub(crate) fn distrusted_alone(lasts: Duration) -> String {
    format!(
        "Orders takes whatever that key has signed, the thief's letters too, until it fetches the keys again: {} more.",
        in_words(lasts)
    )
}

/// A ticket when claims grow.
pub(crate) fn ticket_stays_small(bytes: usize) -> String {
    format!("The ticket stays at {bytes} bytes: what you may do stands in the row.")
}

/// A JWT cookie that is too big.
pub(crate) fn cookie_too_big(before: usize) -> String {
    format!(
        "With few scopes the JWT had {before} bytes; beyond 4,096 with its name there is none. Cloakroom knows that every browser would \
         drop such a cookie, so the sign-in fails."
    )
}

/// A JWT that is too big for a proxy.
pub(crate) fn letter_too_big(before: usize, after: usize) -> String {
    format!(
        "The JWT grew from {before} to {after} bytes. Beside the other headers that is more than \
         the 8 KiB that many proxies and servers read: 431, and the app is cut off."
    )
}

/// Ten million users.
pub(crate) fn many(cell: Cell, disk: f64, cores: f64, writes: f64) -> String {
    let (gigabytes, what) = (disk / 1e9, if cell.proof() == Proof::Session { "last uses" } else { "renewals" });
    format!(
        "Computed, not run: the rows of all sign-ins take {gigabytes:.1} GB of disk, checks from memory {cores:.1} cores, and up to \
         {writes:.0} {what} are written a second."
    )
}

// How figures were computed.

/// The database.
pub(crate) fn disk_from(bytes: f64, sample: u32) -> String {
    format!("{bytes:.0} bytes of the database file for each sign-in, measured on {sample}, times 10,000,000")
}

/// What travels.
pub(crate) fn traffic_from(bytes: f64) -> String {
    format!("{bytes:.0} bytes of credential in each request, counted, times 50,000 requests a second")
}

/// The cost of remembered checks.
pub(crate) fn cores_from(micros: f64, is_jwt: bool) -> String {
    let what = if is_jwt { "a JWT that is remembered" } else { "a session in memory" };
    format!("{micros:.2} µs of one core to check {what}, measured, times 50,000 a second")
}

/// The cost of first checks.
pub(crate) fn cores_first_from(micros: f64, is_jwt: bool) -> String {
    let what = if is_jwt { "verify a signature" } else { "read and judge a row" };
    format!("{micros:.2} µs of one core to {what}, measured, times 50,000 a second: if nothing were remembered")
}

/// Renewals.
pub(crate) fn refreshes_from(lifetime: f64) -> String {
    format!(
        "10,000,000 users who stay in, divided by the {lifetime:.0} s that a JWT lives: at most so many refreshes are written a second"
    )
}

/// Sessions in memory.
pub(crate) fn memory_from(bytes: f64) -> String {
    format!(
        "{bytes:.0} bytes for each session kept in memory, times 10,000,000: the size of its record as the compiler lays it out, without \
         the texts it points to, so it is the least"
    )
}

/// Last uses.
pub(crate) fn touches_from(each: f64) -> String {
    format!(
        "10,000,000 users who each ask every {each:.0} s; a last use is written at most once a minute for each, in batches, after the \
         answer"
    )
}
