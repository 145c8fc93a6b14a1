//! English.
//!
//! 1. A sentence without a parameter is a field of [`Texts`]; templates see [`EN`] as `t`.
//! 2. A sentence with a parameter is a function, and the page that knows the parameter calls it.
//! 3. A moment that has passed is told as a distance ("12 minutes ago"), one that will come as a clock reading in UTC, which the
//!    page's script rewrites to the reader's zone. Both carry the exact instant.
//! 4. A distance is rounded down: what is said to live for 4 min lives for at least that long.
//! 5. What reads like a name (a device, an audience, an address) is given in full; the style sheet wraps it.

use std::time::Duration;

use cloakroom_primitives::Timestamp;
use jiff::{Zoned, tz::TimeZone};
use serde::Serialize;

use super::advise::{self, Advise};
use super::explain::{self, Explain};
use super::lab::{self, Lab};

/// Every sentence without a parameter, grouped by the page or part that says it.
#[derive(Debug, Serialize)]
pub(crate) struct Texts {
    /// The BCP 47 tag of the language.
    pub(crate) lang: &'static str,
    pub(crate) frame: Frame,
    pub(crate) fields: Fields,
    pub(crate) cells: Cells,
    pub(crate) picture: Picture,
    pub(crate) start: Start,
    pub(crate) register: Register,
    pub(crate) login: Login,
    pub(crate) behind: Behind,
    pub(crate) logout: Logout,
    pub(crate) account: Account,
    pub(crate) sessions: Sessions,
    pub(crate) problem: ProblemPage,
    pub(crate) problems: ProblemsPage,
    pub(crate) next: Next,
    pub(crate) explain: Explain,
    pub(crate) advise: Advise,
    pub(crate) lab: Lab,
}

/// What stands around every page.
#[derive(Debug, Serialize)]
pub(crate) struct Frame {
    pub(crate) product: &'static str,
    pub(crate) skip: &'static str,
    pub(crate) main_navigation: &'static str,
    pub(crate) account: &'static str,
    pub(crate) sessions: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) create_account: &'static str,
    pub(crate) problems: &'static str,
    pub(crate) api: &'static str,
    pub(crate) nothing_from_elsewhere: &'static str,
    pub(crate) lab: &'static str,
    pub(crate) explain: &'static str,
    pub(crate) advise: &'static str,
    /// Stands before the title of a page that comes back with an error.
    pub(crate) error_prefix: &'static str,
}

/// Labels, hints and what the page's script says beside a field.
#[derive(Debug, Serialize)]
pub(crate) struct Fields {
    pub(crate) email: &'static str,
    pub(crate) name: &'static str,
    pub(crate) optional: &'static str,
    pub(crate) name_hint: &'static str,
    pub(crate) password: &'static str,
    pub(crate) current_password: &'static str,
    pub(crate) new_password: &'static str,
    pub(crate) new_password_hint: &'static str,
    pub(crate) remember: &'static str,
    pub(crate) show: &'static str,
    pub(crate) hide: &'static str,
    /// What is shown or hidden; read out, not seen.
    pub(crate) show_what: &'static str,
    pub(crate) caps_lock: &'static str,
    /// `{n}` is how many characters are missing.
    pub(crate) strength_short: &'static str,
    pub(crate) strength_one_short: &'static str,
    pub(crate) strength_repeats: &'static str,
    pub(crate) strength_enough: &'static str,
    pub(crate) strength_strong: &'static str,
    pub(crate) strength_too_long: &'static str,
}

/// One text for each of the four cells.
#[derive(Debug, Serialize)]
pub(crate) struct Cells {
    pub(crate) cookie: CellText,
    pub(crate) token: CellText,
    pub(crate) jwt_cookie: CellText,
    pub(crate) jwt: CellText,
}

/// What one cell is called and does.
#[derive(Debug, Serialize)]
pub(crate) struct CellText {
    pub(crate) letter: &'static str,
    pub(crate) name: &'static str,
    /// Proof and carrier, as it stands beside a session.
    pub(crate) what: &'static str,
    pub(crate) how: &'static str,
    pub(crate) dies: &'static str,
}

/// The four-cell picture and the three parts.
#[derive(Debug, Serialize)]
pub(crate) struct Picture {
    pub(crate) label: &'static str,
    pub(crate) corner: &'static str,
    pub(crate) session_axis: &'static str,
    pub(crate) session_axis_more: &'static str,
    pub(crate) jwt_axis: &'static str,
    pub(crate) jwt_axis_more: &'static str,
    pub(crate) cookie_axis: &'static str,
    pub(crate) cookie_axis_more: &'static str,
    pub(crate) header_axis: &'static str,
    pub(crate) header_axis_more: &'static str,
    pub(crate) a_ticket: &'static str,
    pub(crate) the_coat: &'static str,
    pub(crate) a_letter: &'static str,
    pub(crate) the_seal: &'static str,
    pub(crate) the_feed: &'static str,
    pub(crate) parts: &'static str,
    pub(crate) cookie: PartText,
    pub(crate) session: PartText,
    pub(crate) jwt: PartText,
}

/// One of the three parts: its name, the question it answers, and the answer.
#[derive(Debug, Serialize)]
pub(crate) struct PartText {
    pub(crate) name: &'static str,
    pub(crate) question: &'static str,
    pub(crate) answer: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct Start {
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) heading: [&'static str; 3],
    pub(crate) lede: &'static str,
    pub(crate) create_first: &'static str,
    pub(crate) first_is_ordinary: &'static str,
    pub(crate) closed_none: &'static str,
    pub(crate) closed_some: &'static str,
    pub(crate) command: &'static str,
    pub(crate) see_sessions: &'static str,
    pub(crate) see_account: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct Register {
    pub(crate) title: &'static str,
    pub(crate) first_title: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) submit: &'static str,
    pub(crate) have_one: &'static str,
    pub(crate) closed_title: &'static str,
    pub(crate) closed: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct Login {
    pub(crate) title: &'static str,
    pub(crate) submit: &'static str,
    pub(crate) wrong_pair: &'static str,
    pub(crate) new_here: &'static str,
}

/// What the button of a sign-in form will do, as steps.
#[derive(Debug, Serialize)]
pub(crate) struct Behind {
    pub(crate) title: &'static str,
    pub(crate) account: Step,
    pub(crate) coat: Step,
    pub(crate) ticket: Step,
    pub(crate) letter: Step,
    pub(crate) pocket: Step,
    pub(crate) pockets: Step,
    pub(crate) cookie_note: &'static str,
    pub(crate) jwt_cookie_note: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct Step {
    pub(crate) what: &'static str,
    pub(crate) more: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct Logout {
    pub(crate) ask_title: &'static str,
    pub(crate) ask: &'static str,
    pub(crate) ask_elsewhere: &'static str,
    pub(crate) submit: &'static str,
    pub(crate) keep: &'static str,
    pub(crate) out_title: &'static str,
    pub(crate) out: &'static str,
    pub(crate) out_elsewhere: &'static str,
    pub(crate) sign_in_again: &'static str,
    pub(crate) to_start: &'static str,
    pub(crate) uncertain_title: &'static str,
    pub(crate) uncertain: &'static str,
    pub(crate) uncertain_todo: &'static str,
    pub(crate) try_again: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct Account {
    pub(crate) title: &'static str,
    pub(crate) facts: &'static str,
    pub(crate) name: &'static str,
    pub(crate) no_name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) verified: &'static str,
    pub(crate) unverified: &'static str,
    pub(crate) since: &'static str,
    pub(crate) password: &'static str,
    pub(crate) password_changed: &'static str,
    pub(crate) roles: &'static str,
    pub(crate) id: &'static str,
    pub(crate) id_hint: &'static str,
    pub(crate) signed_in_at: &'static str,
    pub(crate) change_title: &'static str,
    pub(crate) change_lede: &'static str,
    pub(crate) change_submit: &'static str,
    pub(crate) changed_title: &'static str,
    pub(crate) changed: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct Sessions {
    pub(crate) title: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) none: &'static str,
    pub(crate) this_one: &'static str,
    pub(crate) signed_in: &'static str,
    pub(crate) used: &'static str,
    pub(crate) unknown_place: &'static str,
    pub(crate) legend: &'static str,
    pub(crate) legend_left: &'static str,
    pub(crate) legend_most: &'static str,
    pub(crate) legend_after: &'static str,
    pub(crate) legend_scale: &'static str,
    pub(crate) what_lives: &'static str,
    pub(crate) time_left: &'static str,
    pub(crate) lives_until: &'static str,
    pub(crate) if_you_end: &'static str,
    pub(crate) session_ends: &'static str,
    pub(crate) at_the_latest: &'static str,
    pub(crate) at_most: &'static str,
    pub(crate) elsewhere_until: &'static str,
    pub(crate) good_until: &'static str,
    pub(crate) sign_out_here: &'static str,
    pub(crate) sign_out_there: &'static str,
    pub(crate) keep: &'static str,
    pub(crate) yes: &'static str,
    pub(crate) sign_out_others: &'static str,
    pub(crate) keep_others: &'static str,
    pub(crate) yes_others: &'static str,
    pub(crate) unknown_session: &'static str,
    pub(crate) change_password: &'static str,
    pub(crate) axis: Axis,
}

/// The marks of the time scale.
#[derive(Debug, Serialize)]
pub(crate) struct Axis {
    pub(crate) now: &'static str,
    pub(crate) minute: &'static str,
    pub(crate) ten_minutes: &'static str,
    pub(crate) hour: &'static str,
    pub(crate) day: &'static str,
    pub(crate) week: &'static str,
    pub(crate) month: &'static str,
}

/// The page that shows one problem.
#[derive(Debug, Serialize)]
pub(crate) struct ProblemPage {
    pub(crate) to_start: &'static str,
    pub(crate) to_sign_in: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) all: &'static str,
}

/// The page that lists all problems.
#[derive(Debug, Serialize)]
pub(crate) struct ProblemsPage {
    pub(crate) title: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) code: &'static str,
    pub(crate) status: &'static str,
    pub(crate) happened: &'static str,
    pub(crate) todo: &'static str,
}

/// What each `next` of a problem asks a program to do.
#[derive(Debug, Serialize)]
pub(crate) struct Next {
    pub(crate) retry: &'static str,
    pub(crate) refresh: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) step_up: &'static str,
    pub(crate) correct: &'static str,
    pub(crate) denied: &'static str,
}

/// The sentences templates see as `t`.
pub(crate) const EN: Texts = Texts {
    lang: "en",
    frame: Frame {
        product: "Cloakroom",
        skip: "Skip to the content",
        main_navigation: "Main",
        account: "Account",
        sessions: "Sessions",
        sign_in: "Sign in",
        sign_out: "Sign out",
        create_account: "Create an account",
        problems: "Every error, explained",
        api: "API description",
        nothing_from_elsewhere: "This page loads nothing from elsewhere.",
        lab: "Lab",
        explain: "Explain",
        advise: "Adviser",
        error_prefix: "Error: ",
    },
    fields: Fields {
        email: "Email",
        name: "Name",
        optional: "optional",
        name_hint: "What this server calls you.",
        password: "Password",
        current_password: "Current password",
        new_password: "New password",
        new_password_hint: "15 characters or more. A few words in a row are easy to remember and hard to guess.",
        remember: "Keep me signed in on this device",
        show: "Show",
        hide: "Hide",
        show_what: "password",
        caps_lock: "Caps Lock is on.",
        strength_short: "{n} more characters are needed.",
        strength_one_short: "One more character is needed.",
        strength_repeats: "Long enough, but it repeats itself: that is easy to guess.",
        strength_enough: "Long enough.",
        strength_strong: "Long enough, and hard to guess if the words have nothing to do with each other.",
        strength_too_long: "This is longer than 1,024 bytes. Leave some of it out.",
    },
    cells: Cells {
        cookie: CellText {
            letter: "A",
            name: "Classic web app",
            what: "Session in a cookie",
            how: "The browser shows its ticket. Cloakroom finds the coat.",
            dies: "Signed out: dead at the next request.",
        },
        token: CellText {
            letter: "B",
            name: "Opaque bearer token",
            what: "Session in a header",
            how: "The app shows its ticket. Cloakroom finds the coat.",
            dies: "Signed out: dead at the next request.",
        },
        jwt_cookie: CellText {
            letter: "C",
            name: "JWT in an HttpOnly cookie",
            what: "JWT in a cookie",
            how: "The browser shows a letter. The seal is enough.",
            dies: "Signed out: dead where Cloakroom is asked; elsewhere at the time printed on it.",
        },
        jwt: CellText {
            letter: "D",
            name: "Access and refresh token",
            what: "JWT in a header",
            how: "The app shows a letter. The seal is enough.",
            dies: "Signed out: dead where Cloakroom is asked; elsewhere at the time printed on it.",
        },
    },
    picture: Picture {
        label: "The four cells: how the credential travels, and who remembers the sign-in",
        corner: "Carrier and proof",
        session_axis: "The server remembers",
        session_axis_more: "a session: the coat stays here",
        jwt_axis: "The client carries proof",
        jwt_axis_more: "a JWT: a letter with a seal",
        cookie_axis: "Travels in a cookie",
        cookie_axis_more: "the browser sends it by itself",
        header_axis: "Travels in a header",
        header_axis_more: "the app adds it to each request",
        a_ticket: "a ticket",
        the_coat: "the coat",
        a_letter: "a letter",
        the_seal: "the seal",
        the_feed: "what ended",
        parts: "Three parts, three questions",
        cookie: PartText {
            name: "Cookie",
            question: "How does it travel, and where is it kept?",
            answer: "A pocket in the browser. Whatever lies in it goes along with every request to its site. The other way is a \
                     header: a hand that shows something when the app decides to.",
        },
        session: PartText {
            name: "Session",
            question: "Who remembers that you signed in?",
            answer: "A coat on a numbered hook. The server keeps it; you hold only the ticket. Take the coat off the hook and the \
                     ticket is a piece of paper.",
        },
        jwt: PartText {
            name: "JWT",
            question: "What proves it without asking?",
            answer: "A letter with a seal. Whoever knows the seal can check it alone, and anyone can read it. It cannot be called \
                     back; it can only run out, or be listed as no longer honoured.",
        },
    },
    start: Start {
        title: "Cloakroom: sign in once, carry it four ways, end it everywhere",
        description: "A sign-in server of your own. Cookies, sessions and JWTs are three parts that combine into four cells.",
        heading: ["Sign in once.", "Carry it four ways.", "End it everywhere."],
        lede: "Cloakroom is the sign-in server for your apps. Cookies, sessions and JWTs are not three rivals: they are three \
               parts. Choose how the proof travels and who remembers, and you get one of four cells. All four work here, over \
               one sign-in.",
        create_first: "Create the first account",
        first_is_ordinary: "It becomes an ordinary account: being the first gives it no rights over this server.",
        closed_none: "This server takes no registrations. Whoever runs it creates an account on its command line:",
        closed_some: "This server takes no registrations. Whoever runs it can create an account for you.",
        command: "cloakroom users add",
        see_sessions: "See where you are signed in",
        see_account: "Your account",
    },
    register: Register {
        title: "Create an account",
        first_title: "Create the first account",
        lede: "You are signed in right after.",
        submit: "Create the account",
        have_one: "You have an account?",
        closed_title: "This server takes no registrations",
        closed: "Whoever runs it can create an account for you. If you have one already, sign in.",
    },
    login: Login {
        title: "Sign in",
        submit: "Sign in",
        wrong_pair: "This email and this password do not belong together. Your email is kept; type the password again.",
        new_here: "New here?",
    },
    behind: Behind {
        title: "What happens when you press the button",
        account: Step {
            what: "Cloakroom writes down your account.",
            more: "Your email, your name, and of the password only a hash that is slow to guess at.",
        },
        coat: Step {
            what: "Cloakroom hangs up your coat.",
            more: "It writes one row: who you are, since when, and until when. Of the ticket’s secret it keeps only a hash.",
        },
        ticket: Step { what: "You get the ticket.", more: "74 characters that mean nothing without the row." },
        letter: Step {
            what: "You get a letter with a seal.",
            more: "It says who you are and is good for minutes. A second token, kept apart, fetches the next one.",
        },
        pocket: Step {
            what: "Your browser puts it in its pocket.",
            more: "A cookie that no script can read and that goes to this server only.",
        },
        pockets: Step {
            what: "Your browser puts both in its pockets.",
            more: "Two cookies that no script can read and that go to this server only.",
        },
        cookie_note: "This is cell A, a session in a cookie.",
        jwt_cookie_note: "This is cell C, a JWT in a cookie.",
    },
    logout: Logout {
        ask_title: "Sign out here?",
        ask: "Your session ends at once, with everything that hangs under it. Your account stays, and so do your sessions on other \
              devices.",
        ask_elsewhere: "Letters of this session that others check by themselves stay good until",
        submit: "Sign out",
        keep: "Stay signed in",
        out_title: "You are signed out",
        out: "Nobody is signed in here: this browser holds nothing that opens a session.",
        out_elsewhere: "Letters of that session that others check by themselves stay good until",
        sign_in_again: "Sign in",
        to_start: "To the start page",
        uncertain_title: "It is not certain that you are signed out",
        uncertain: "Cloakroom could not write it down: its store cannot be reached. Your session may still be alive, and this \
                    browser still holds its ticket.",
        uncertain_todo: "Try again in a few seconds. Until it works, do not leave a shared device alone.",
        try_again: "Try again",
    },
    account: Account {
        title: "Your account",
        facts: "What this server knows about you",
        name: "Name",
        no_name: "none given",
        email: "Email",
        verified: "confirmed",
        unverified: "not confirmed",
        since: "Account since",
        password: "Password",
        password_changed: "changed",
        roles: "Roles",
        id: "Account id",
        id_hint: "apps know you by it; it is not secret",
        signed_in_at: "Signed in",
        change_title: "Change your password",
        change_lede: "Every session of yours ends with it, on all devices. This browser gets a new one and stays signed in.",
        change_submit: "Change the password",
        changed_title: "Your password is changed",
        changed: "All your sessions ended with the old one. This browser has a new session; sign in again on your other devices.",
    },
    sessions: Sessions {
        title: "Where you are signed in",
        lede: "Each is a coat on a hook here, and what hangs under it ends with it. The bars show how long each piece lives if \
               you do nothing.",
        none: "You have no session. What you showed is a letter that is still good, and it is good for nothing here.",
        this_one: "this one",
        signed_in: "Signed in",
        used: "used",
        unknown_place: "address not known",
        legend: "How to read the bars",
        legend_left: "lives until then",
        legend_most: "at most, while it is used",
        legend_after: "lives on after you sign it out",
        legend_scale: "The scale is not even: each step is several times the one before.",
        what_lives: "What lives under it",
        time_left: "Time left",
        lives_until: "Lives until",
        if_you_end: "If you sign out there",
        session_ends: "the session ends",
        at_the_latest: "at the latest",
        at_most: "longer while it is used, at most until",
        elsewhere_until: "checked elsewhere: good until",
        good_until: "good until",
        sign_out_here: "Sign out here",
        sign_out_there: "Sign out there",
        keep: "Keep it signed in",
        yes: "Yes, sign it out",
        sign_out_others: "Sign out everywhere else",
        keep_others: "Keep them signed in",
        yes_others: "Yes, sign them all out",
        unknown_session: "A session you do not know? Change your password: that ends all of them, and this browser gets a new one.",
        change_password: "Change your password",
        axis: Axis { now: "now", minute: "1 min", ten_minutes: "10 min", hour: "1 h", day: "1 day", week: "7 d", month: "30 d" },
    },
    problem: ProblemPage {
        to_start: "To the start page",
        to_sign_in: "Sign in",
        try_again: "Try again",
        all: "About this error, and all others",
    },
    problems: ProblemsPage {
        title: "Every error, explained",
        lede: "An answer that is not what was asked for carries one of these codes. The code and what to do next stay the same from \
               version to version; programs may rely on them.",
        code: "Code",
        status: "Status",
        happened: "What happened",
        todo: "What to do",
    },
    next: Next {
        retry: "send it again, after the time in Retry-After if there is one",
        refresh: "refresh, then send it again",
        sign_in: "sign in",
        step_up: "ask for the password again",
        correct: "change the request",
        denied: "do not send it again",
    },
    explain: explain::TEXTS,
    advise: advise::TEXTS,
    lab: lab::TEXTS,
};

/// What a problem code means, for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ProblemText {
    pub(crate) title: &'static str,
    pub(crate) happened: &'static str,
    pub(crate) todo: &'static str,
}

/// Explains a problem code. A code it does not know reads like `internal`: what happened is not known here.
pub(crate) fn problem(code: &str) -> ProblemText {
    PROBLEMS.iter().find_map(|(known, text)| (*known == code).then_some(*text)).unwrap_or(INTERNAL)
}

const fn told(title: &'static str, happened: &'static str, todo: &'static str) -> ProblemText {
    ProblemText { title, happened, todo }
}

const INTERNAL: ProblemText = told(
    "Something failed on our side",
    "The server met a fault of its own. Your request was fine, and the fault is in its log.",
    "Try again. If it happens again, tell whoever runs this server when it did.",
);

const PROBLEMS: &[(&str, ProblemText)] = &[
    (
        "malformed_request",
        told(
            "This request cannot be read",
            "What arrived is not a complete request of the kind that this address takes. Nothing was done.",
            "Go back and send it again from the page. In a program, compare the body with the API description.",
        ),
    ),
    (
        "invalid_field",
        told(
            "A field is not right",
            "A field is missing, unknown, or has a value that is not taken. Nothing was done.",
            "The answer names each field and what is wrong with it. Mend those and send it again.",
        ),
    ),
    (
        "unknown_client",
        told(
            "No app of that name",
            "The request names a client that this server does not have. Nothing was done.",
            "Check the client id. Whoever runs this server lists its clients in the configuration.",
        ),
    ),
    (
        "invalid_target",
        told(
            "No token for that audience",
            "The app asked for a token for a service that is not on its list.",
            "Ask for an audience that the app’s configuration names.",
        ),
    ),
    (
        "not_signed_in",
        told(
            "You are not signed in",
            "This needs someone who is signed in, and nothing that proves it came along, or nothing that is still good.",
            "Sign in. You go on where you were.",
        ),
    ),
    (
        "token_expired",
        told(
            "Your token has run out",
            "The token is genuine, only too late: its time is over. Your session may well be alive.",
            "Load the page again. In a program, refresh and send the request once more.",
        ),
    ),
    (
        "session_rotated",
        told(
            "Your ticket was exchanged a moment ago",
            "Another tab was given a new ticket, and this request still came with the former one. Nothing was done, and you are \
             still signed in.",
            "Send it again; it goes out with the new ticket.",
        ),
    ),
    (
        "invalid_credentials",
        told(
            "Email and password do not belong together",
            "The two did not open an account. Which of them is wrong is not told to anyone.",
            "Check the email, type the password again, and look at Caps Lock.",
        ),
    ),
    (
        "step_up_required",
        told(
            "Your password is needed once more",
            "You are signed in, but this asks for a sign-in that is only minutes old.",
            "Type your password again, then repeat what you were doing.",
        ),
    ),
    (
        "cross_origin",
        told(
            "This came from another site",
            "A page that is not ours tried to act in your name, or your browser did not say where the request came from. Nothing \
             was done.",
            "If it was you, open the page on this server and do it there.",
        ),
    ),
    (
        "insufficient_scope",
        told(
            "You may not do this",
            "You are signed in, but what you showed does not carry the right that is needed.",
            "Ask whoever runs this server for that right, or use a token that has it.",
        ),
    ),
    (
        "cell_not_allowed",
        told(
            "This app does not sign in that way",
            "The app asked for a kind of credential that its configuration does not allow.",
            "Ask for one of the app’s own cells, or leave the choice out.",
        ),
    ),
    (
        "client_not_allowed",
        told(
            "This app may not take passwords",
            "Only apps of this server’s own may sign someone in with a password.",
            "Sign in on this server’s own page.",
        ),
    ),
    (
        "registration_closed",
        told(
            "This server takes no registrations",
            "Accounts are created by whoever runs this server. Nothing of what you typed was kept.",
            "Ask them for an account, or sign in if you have one.",
        ),
    ),
    (
        "not_found",
        told(
            "There is nothing here",
            "No page and no thing of yours has this address. It may have ended, or the address has a typing error.",
            "Check the address, or go on from the start page.",
        ),
    ),
    (
        "method_not_allowed",
        told(
            "This address does not work that way",
            "The address exists, but it does not take this kind of request.",
            "Open it from its page. In a program, the Allow header names the methods.",
        ),
    ),
    (
        "email_taken",
        told(
            "This email has an account already",
            "An account with this email exists, so none was created.",
            "Sign in with it, or use another email.",
        ),
    ),
    (
        "session_limit",
        told(
            "Too many places at once",
            "You are signed in at as many places as this server allows, so no session was started.",
            "Sign out somewhere, then sign in again.",
        ),
    ),
    (
        "too_large",
        told("That is too much at once", "What was sent is larger than this address takes. Nothing was done.", "Send less."),
    ),
    (
        "unsupported_media_type",
        told(
            "This format is not taken here",
            "The body is of a type that this address does not read. Nothing was done.",
            "Programs send application/json in UTF-8; pages send their own forms.",
        ),
    ),
    (
        "wrong_host",
        told(
            "This server does not go by that name",
            "The request was meant for a host that is not this one, so it was not answered.",
            "Use the address this server is known by. Whoever runs it sets that as its origin.",
        ),
    ),
    (
        "too_many_attempts",
        told(
            "Too many attempts",
            "There were too many in a short time, so this one was not looked at. Nothing is lost.",
            "Wait as long as the answer says, then try again.",
        ),
    ),
    (
        "busy",
        told(
            "Many people are signing in right now",
            "The server checks passwords one after the other, and the queue is full. Nothing was done.",
            "Wait a few seconds, then send it again.",
        ),
    ),
    (
        "store_unavailable",
        told(
            "The server cannot reach its store",
            "Where sessions and accounts are kept cannot be reached, so nothing could be looked up or written. What was confirmed \
             before is safe.",
            "Nothing but waiting: it goes on by itself when the store is back.",
        ),
    ),
    ("internal", INTERNAL),
];

/// What is wrong with a field, and how it becomes right.
pub(crate) fn field_error(code: &str) -> &'static str {
    match code {
        "missing" => "Fill this in.",
        "unknown" => "This field is not known here. Load the page again.",
        "duplicate" => "This field came twice. Load the page again.",
        "wrong_type" => "This is not the kind of value that belongs here.",
        "invalid_email" => "An email has one @, something before and after it, and no spaces.",
        "too_long" => "This is too long. Shorten it.",
        "password_too_short" => "This is shorter than 15 characters. Add a word or two.",
        "password_too_long" => "This is longer than 1,024 bytes. Leave some of it out.",
        "password_common" => "This is on the list of passwords that are tried first. Choose another.",
        "password_context" => "This is made of your email, this server’s name or its product’s. Choose something unrelated.",
        "email_taken" => "This email has an account already. Sign in with it, or use another.",
        "mismatch" => "This is not your current password. Type it again.",
        _ => "This value is not taken here.",
    }
}

/// Says that a form was too old to be acted upon; its input is kept.
pub(crate) const STALE_FORM: &str =
    "This page was open for too long, so nothing was done. What you typed is kept, but no password; type it again and send it.";

/// The same of a page that only asks.
pub(crate) const STALE_QUESTION: &str =
    "This page was open for too long, so nothing was done and nothing has ended. If you still want to, press the button again.";

/// A moment for a page: for machines, to the second, and in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TimeText {
    /// RFC 3339 in UTC, for the `datetime` attribute.
    pub(crate) machine: String,
    /// Date and time to the second in UTC.
    pub(crate) exact: String,
    /// What stands on the page.
    pub(crate) words: String,
}

/// Tells a moment that has passed as a distance.
pub(crate) fn past(at: Timestamp, now: Timestamp) -> TimeText {
    TimeText { machine: machine(at), exact: exact(at), words: ago(at, now) }
}

/// Tells a moment that will come as a clock reading.
pub(crate) fn future(at: Timestamp, now: Timestamp) -> TimeText {
    TimeText { machine: machine(at), exact: exact(at), words: clock(at, now) }
}

/// Tells a moment as its day, for what is older than hours matter.
pub(crate) fn day(at: Timestamp) -> TimeText {
    TimeText { machine: machine(at), exact: exact(at), words: utc(at).strftime("%-d %B %Y").to_string() }
}

/// Tells a distance with its two largest units, and with one where the second would say nothing.
pub(crate) fn in_words(span: Duration) -> String {
    let seconds = span.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0 => "less than 1 s".to_owned(),
        1..60 => format!("{seconds} s"),
        60..600 if !seconds.is_multiple_of(60) => format!("{minutes} min {} s", seconds % 60),
        60..3600 => format!("{minutes} min"),
        3600..36_000 if !minutes.is_multiple_of(60) => format!("{hours} h {} min", minutes % 60),
        3600..172_800 => format!("{hours} h"),
        _ => format!("{days} days"),
    }
}

/// "12 minutes ago"; beyond 30 days the date.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.since(at).as_secs();
    match seconds {
        0..10 => "just now".to_owned(),
        10..60 => format!("{seconds} seconds ago"),
        60..3600 => format!("{} ago", counted(seconds / 60, "minute")),
        3600..86_400 => format!("{} ago", counted(seconds / 3600, "hour")),
        86_400..2_592_000 => format!("{} ago", counted(seconds / 86_400, "day")),
        _ => format!("on {}", utc(at).strftime("%-d %B %Y")),
    }
}

/// "in 57 min".
pub(crate) fn ahead(at: Timestamp, now: Timestamp) -> String {
    format!("in {}", in_words(at.since(now)))
}

/// A clock reading in UTC: with seconds when it is minutes away, with the day when that is another, with the year when that is.
pub(crate) fn clock(at: Timestamp, now: Timestamp) -> String {
    let (then, today) = (utc(at), utc(now));
    let format = if then.date() == today.date() && at.since(now) < Duration::from_mins(10) {
        "%H:%M:%S UTC"
    } else if then.date() == today.date() {
        "%H:%M UTC"
    } else if then.year() == today.year() {
        "%-d %B, %H:%M UTC"
    } else {
        "%-d %B %Y, %H:%M UTC"
    };
    then.strftime(format).to_string()
}

fn exact(at: Timestamp) -> String {
    utc(at).strftime("%-d %B %Y, %H:%M:%S UTC").to_string()
}

fn machine(at: Timestamp) -> String {
    utc(at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The calendar ends with the year 9999; a moment beyond it reads as its last.
fn utc(at: Timestamp) -> Zoned {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX).to_zoned(TimeZone::UTC)
}

fn counted(n: u64, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

pub(super) fn number(n: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(n).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

pub(super) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Where the server runs, and that it is still empty.
pub(crate) fn running_on(origin: &str, without_accounts: bool) -> String {
    if without_accounts { format!("Running on {origin}. No account exists yet.") } else { format!("Running on {origin}") }
}

/// Who is signed in here.
pub(crate) fn signed_in_as(name: &str) -> String {
    format!("You are signed in as {name}.")
}

/// Says on the sign-in page that a sign-in replaces the session that is there.
pub(crate) fn already_signed_in(name: &str) -> String {
    format!("You are signed in as {name}. If you sign in again, the new session replaces this one.")
}

/// Where a person goes after the sign-in; of a long way the beginning.
pub(crate) fn on_the_way_to(place: &str) -> String {
    let shown: String =
        if place.chars().nth(60).is_some() { place.chars().take(59).chain(['…']).collect() } else { place.to_owned() };
    format!("You were on your way to {shown}. You go there as soon as you are signed in.")
}

/// How long a remembered session lives: without use, and at most.
pub(crate) fn remember_hint(idle: Duration, absolute: Duration) -> String {
    format!("for {} without a visit, {} at most", in_words(idle), in_words(absolute))
}

/// How long to wait before the next attempt.
pub(crate) fn wait(span: Duration) -> String {
    format!("Try again in {}.", in_words(span.max(Duration::from_secs(1))))
}

/// A refused sign-in that has to wait, beside its form.
pub(crate) fn too_many_attempts(span: Duration) -> String {
    format!("There were too many attempts in a short time, so this one was not looked at. {}", wait(span))
}

/// How many sessions there are.
pub(crate) fn session_count(n: usize) -> String {
    format!("{} session{}.", capitalized(&number(n)), if n == 1 { "" } else { "s" })
}

/// At how many places a person is signed in, for the account page.
pub(crate) fn signed_in_at(n: usize) -> String {
    format!("at {} place{}", number(n), if n == 1 { "" } else { "s" })
}

/// A session or something that lives under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// The row itself.
    Session,
    /// A session token in a cookie.
    TicketInCookie,
    /// A session token in a header.
    TicketInHeader,
    /// A refresh token in a cookie.
    RefreshInCookie,
    /// A refresh token in the client's keeping.
    RefreshInClient,
    /// The JWT in a cookie; its audience is this server.
    LetterInCookie,
    /// JWTs for one audience; nobody keeps a list of them.
    Letters {
        /// Who they are for.
        audience: &'a str,
    },
}

/// The name of a piece and what it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct PieceText {
    pub(crate) name: String,
    pub(crate) hint: &'static str,
}

/// Names a piece.
pub(crate) fn piece(piece: Piece<'_>) -> PieceText {
    let (name, hint) = match piece {
        Piece::Session => ("Session".to_owned(), "the coat on the hook"),
        Piece::TicketInCookie => ("Ticket in the cookie".to_owned(), "opens the session"),
        Piece::TicketInHeader => ("Ticket the app shows".to_owned(), "opens the session"),
        Piece::RefreshInCookie => ("Refresh cookie".to_owned(), "fetches the next letter"),
        Piece::RefreshInClient => ("Refresh token".to_owned(), "fetches the next letters"),
        Piece::LetterInCookie => ("Letter in the cookie".to_owned(), "a JWT for this server"),
        Piece::Letters { audience } => (format!("Letters for {audience}"), "JWTs; nobody keeps a list of them"),
    };
    PieceText { name, hint }
}

/// How soon a piece is refused once its session is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterEnd {
    /// The row it needs is gone.
    AtOnce,
    /// Whoever shows it next is refused.
    NextRequest,
    /// Cloakroom refuses it at the next request; what others do is another matter.
    WhereAsked,
}

/// Says how soon a piece is refused once its session is ended.
pub(crate) fn after_end(after: AfterEnd) -> String {
    match after {
        AfterEnd::AtOnce => "at once".to_owned(),
        AfterEnd::NextRequest => "at the next request".to_owned(),
        AfterEnd::WhereAsked => "at the next request where Cloakroom is asked".to_owned(),
    }
}

/// A question before something ends, or a receipt after it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct EndText {
    pub(crate) title: String,
    pub(crate) text: &'static str,
}

/// Asks before the session of a device is ended. `lives_on` says that some piece outlives it.
pub(crate) fn ask_end(device: &str, lives_on: bool) -> EndText {
    EndText {
        title: format!("Sign out {device}?"),
        text: if lives_on {
            "The session and what hangs under it end at once. These letters are checked by others, who need not ask:"
        } else {
            "The session and what hangs under it end at once. Nothing of it lives on."
        },
    }
}

/// Asks before all sessions but this one are ended. `lives_on` says that some piece outlives them.
pub(crate) fn ask_end_others(n: usize, lives_on: bool) -> EndText {
    EndText {
        title: if n == 1 {
            "Sign out the other session?".to_owned()
        } else {
            format!("Sign out the {} other sessions?", number(n))
        },
        text: if lives_on {
            "They and what hangs under them end at once, but for letters that others check by themselves. You stay signed in here."
        } else {
            "They and what hangs under them end at once. You stay signed in here."
        },
    }
}

/// Names a device at the head of what is told about it.
pub(crate) fn device_heading(device: &str) -> String {
    device.strip_prefix("an ").map_or_else(|| device.to_owned(), |rest| format!("An {rest}"))
}

/// A device that said nothing about itself.
pub(crate) const UNKNOWN_DEVICE: &str = "an unknown device";

/// All letters that outlive several sessions, in one line.
pub(crate) const LETTERS_ELSEWHERE: &str = "The last of those letters";

/// A device of which only its cell is known any more: one that kept its credential in a cookie.
pub(crate) const A_BROWSER: &str = "a browser";

/// The same: one that kept its credential by itself.
pub(crate) const AN_APP: &str = "an app";

/// Confirms that the session of a device has ended.
pub(crate) fn ended(device: &str, lives_on: bool) -> EndText {
    EndText {
        title: format!("You signed out {device}"),
        text: if lives_on {
            "The session and what hung under it ended at once. These letters are checked by others, who need not ask:"
        } else {
            "The session and what hung under it ended at once. Nothing of it lives on."
        },
    }
}

/// Confirms that all sessions but this one have ended. `lives_on` says that some piece outlives them.
pub(crate) fn ended_others(n: usize, lives_on: bool) -> EndText {
    EndText {
        title: if n == 1 {
            "You signed out the other session".to_owned()
        } else {
            format!("You signed out {} other sessions", number(n))
        },
        text: if lives_on {
            "They and what hung under them ended at once, but for letters that others check by themselves. You are signed in here \
             alone."
        } else {
            "They and what hung under them ended at once. You are signed in here alone."
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-16T14:02:51Z, a Monday.
    const NOW: Timestamp = Timestamp::from_seconds(1_794_837_771);

    fn later(seconds: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(seconds))
    }

    fn earlier(seconds: u64) -> Timestamp {
        NOW.minus(Duration::from_secs(seconds))
    }

    #[test]
    fn a_distance_shows_two_units_at_most_and_is_rounded_down() {
        for (millis, words) in [
            (0, "less than 1 s"),
            (999, "less than 1 s"),
            (1_000, "1 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (252_000, "4 min 12 s"),
            (599_999, "9 min 59 s"),
            (600_000, "10 min"),
            (3_599_999, "59 min"),
            (3_600_000, "1 h"),
            (7_500_000, "2 h 5 min"),
            (36_060_000, "10 h"),
            (172_799_999, "47 h"),
            (172_800_000, "2 days"),
            (1_209_600_000, "14 days"),
        ] {
            assert_eq!(in_words(Duration::from_millis(millis)), words, "{millis} ms");
        }
    }

    #[test]
    fn what_has_passed_is_told_as_a_distance_and_what_is_long_past_as_a_date() {
        for (seconds, words) in [
            (0, "just now"),
            (9, "just now"),
            (48, "48 seconds ago"),
            (60, "1 minute ago"),
            (720, "12 minutes ago"),
            (3_600, "1 hour ago"),
            (86_399, "23 hours ago"),
            (86_400, "1 day ago"),
            (2_591_999, "29 days ago"),
            (2_592_000, "on 17 October 2026"),
        ] {
            assert_eq!(ago(earlier(seconds), NOW), words, "{seconds} s");
        }
    }

    #[test]
    fn a_moment_that_a_clock_set_back_puts_into_the_future_is_just_now() {
        assert_eq!(ago(later(30), NOW), "just now");
        assert_eq!(ahead(earlier(30), NOW), "in less than 1 s");
    }

    #[test]
    fn what_will_come_is_told_as_a_clock_reading_that_is_no_longer_than_it_must_be() {
        for (seconds, words) in [
            (279, "14:07:30 UTC"),
            (600, "14:12 UTC"),
            (3_453, "15:00 UTC"),
            (36_000, "17 November, 00:02 UTC"),
            (604_800, "23 November, 14:02 UTC"),
            (5_184_000, "15 January 2027, 14:02 UTC"),
        ] {
            assert_eq!(clock(later(seconds), NOW), words, "{seconds} s");
        }
        assert_eq!(ahead(later(3_453), NOW), "in 57 min");
    }

    #[test]
    fn every_moment_carries_its_exact_instant() {
        let time = past(earlier(27), NOW);
        assert_eq!(time.machine, "2026-11-16T14:02:24Z");
        assert_eq!(time.exact, "16 November 2026, 14:02:24 UTC");
        assert_eq!(time.words, "27 seconds ago");
        assert_eq!(future(later(279), NOW).words, "14:07:30 UTC");
        assert_eq!(day(NOW).words, "16 November 2026");
    }

    #[test]
    fn a_moment_beyond_the_calendar_is_its_last() {
        assert_eq!(day(Timestamp::MAX).words, "30 December 9999");
    }

    #[test]
    fn counts_read_like_a_sentence() {
        for (n, sessions, places) in [
            (0, "No sessions.", "at no places"),
            (1, "One session.", "at one place"),
            (4, "Four sessions.", "at four places"),
            (13, "13 sessions.", "at 13 places"),
        ] {
            assert_eq!(session_count(n), sessions);
            assert_eq!(signed_in_at(n), places);
        }
        assert_eq!(ask_end_others(1, false).title, "Sign out the other session?");
        assert_eq!(ask_end_others(3, false).title, "Sign out the three other sessions?");
        assert_eq!(ended_others(1, false).title, "You signed out the other session");
        assert_eq!(ended_others(49, false).title, "You signed out 49 other sessions");
    }

    #[test]
    fn sentences_hold_what_they_were_given() {
        assert_eq!(running_on("http://localhost:8080", true), "Running on http://localhost:8080. No account exists yet.");
        assert_eq!(running_on("http://localhost:8080", false), "Running on http://localhost:8080");
        assert_eq!(signed_in_as("Ada"), "You are signed in as Ada.");
        assert_eq!(
            already_signed_in("Ada"),
            "You are signed in as Ada. If you sign in again, the new session replaces this one."
        );
        let long = on_the_way_to(&format!("/{}", "x".repeat(60)));
        assert!(long.starts_with(&format!("You were on your way to /{}….", "x".repeat(58))), "{long}");
        assert_eq!(
            ["an app", "an app on Android", "Go on Linux"].map(device_heading),
            ["An app", "An app on Android", "Go on Linux"]
        );
        assert_eq!(on_the_way_to("/account"), "You were on your way to /account. You go there as soon as you are signed in.");
        assert_eq!(
            remember_hint(Duration::from_hours(14 * 24), Duration::from_hours(30 * 24)),
            "for 14 days without a visit, 30 days at most"
        );
    }

    #[test]
    fn nobody_is_asked_to_wait_for_nothing() {
        assert_eq!(wait(Duration::ZERO), "Try again in 1 s.");
        assert_eq!(wait(Duration::from_mins(15)), "Try again in 15 min.");
        assert!(too_many_attempts(Duration::from_secs(8)).ends_with("Try again in 8 s."));
    }

    #[test]
    fn an_end_that_leaves_something_alive_says_so() {
        for (question, receipt) in [(ask_end("nas", true), ended("nas", true)), (ask_end("nas", false), ended("nas", false))] {
            assert_eq!(question.title, "Sign out nas?");
            assert_eq!(receipt.title, "You signed out nas");
        }
        assert!(ask_end("nas", false).text.ends_with("Nothing of it lives on."));
        assert!(!ask_end("nas", true).text.contains("Nothing"));
        assert!(ended("nas", false).text.ends_with("Nothing of it lives on."));
        assert!(!ended("nas", true).text.contains("Nothing"));
        assert!(ask_end_others(2, true).text.contains("letters") && ended_others(2, true).text.contains("letters"));
        assert!(!ask_end_others(2, false).text.contains("letters") && !ended_others(2, false).text.contains("letters"));
    }

    #[test]
    fn every_piece_and_its_end_have_words() {
        assert_eq!(piece(Piece::Letters { audience: "https://a.example" }).name, "Letters for https://a.example");
        let fixed = [
            Piece::Session,
            Piece::TicketInCookie,
            Piece::TicketInHeader,
            Piece::RefreshInCookie,
            Piece::RefreshInClient,
            Piece::LetterInCookie,
        ];
        for (index, one) in fixed.iter().enumerate() {
            assert!(fixed[..index].iter().all(|other| piece(*other).name != piece(*one).name), "{one:?}");
        }
        assert_eq!(after_end(AfterEnd::AtOnce), "at once");
        assert_eq!(after_end(AfterEnd::NextRequest), "at the next request");
        assert_eq!(after_end(AfterEnd::WhereAsked), "at the next request where Cloakroom is asked");
    }

    #[test]
    fn every_problem_code_has_a_text_of_its_own() {
        let codes = [
            "malformed_request",
            "invalid_field",
            "unknown_client",
            "invalid_target",
            "not_signed_in",
            "token_expired",
            "session_rotated",
            "invalid_credentials",
            "step_up_required",
            "cross_origin",
            "insufficient_scope",
            "cell_not_allowed",
            "client_not_allowed",
            "registration_closed",
            "not_found",
            "method_not_allowed",
            "email_taken",
            "session_limit",
            "too_large",
            "unsupported_media_type",
            "wrong_host",
            "too_many_attempts",
            "busy",
            "store_unavailable",
            "internal",
        ];
        for (index, code) in codes.iter().enumerate() {
            let text = problem(code);
            assert!(!text.title.ends_with('.') && text.happened.ends_with('.') && text.todo.ends_with('.'), "{code}");
            assert!(codes[..index].iter().all(|other| problem(other).title != text.title), "{code}");
        }
        assert_eq!(problem("of a later version"), problem("internal"));
    }

    #[test]
    fn every_field_error_has_a_text_of_its_own() {
        let codes = [
            "missing",
            "unknown",
            "duplicate",
            "wrong_type",
            "invalid_email",
            "too_long",
            "password_too_short",
            "password_too_long",
            "password_common",
            "password_context",
            "email_taken",
            "mismatch",
            "invalid_value",
        ];
        for (index, code) in codes.iter().enumerate() {
            let text = field_error(code);
            assert!(text.ends_with('.'), "{code}");
            assert!(codes[..index].iter().all(|other| field_error(other) != text), "{code}");
        }
    }

    #[test]
    fn templates_find_every_cell_under_the_name_that_the_wire_has_for_it() {
        let texts = serde_json::to_value(&EN).unwrap();
        for cell in ["cookie", "token", "jwt", "jwt_cookie"] {
            assert!(texts["cells"][cell]["what"].is_string(), "{cell}");
        }
        for next in ["retry", "refresh", "sign_in", "step_up", "correct", "denied"] {
            assert!(texts["next"][next].is_string(), "{next}");
        }
    }
}
