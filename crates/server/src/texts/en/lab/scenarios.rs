//! What each scenario of the lab is called, asks and teaches. What came out stands in the run.

use serde::Serialize;

/// What the groups of scenarios are called.
pub(crate) const EVERY_DAY: &str = "Every day";
/// The same of those in which somebody means harm.
pub(crate) const ATTACK: &str = "Attack";
/// The same of those in which something breaks.
pub(crate) const FAILURE: &str = "Failure";
/// The same of those in which something grows.
pub(crate) const SIZE: &str = "Size";

/// What one scenario says apart from its outcome.
#[derive(Debug, Serialize)]
pub(crate) struct ScenarioText {
    /// The name in an address and on the command line.
    pub(crate) name: &'static str,
    /// What the navigation calls it.
    pub(crate) short: &'static str,
    /// What happens, and what one wants to know.
    pub(crate) heading: [&'static str; 2],
    /// What one would tell a colleague.
    pub(crate) answer: &'static str,
    /// What to remember.
    pub(crate) lessons: [&'static str; 3],
}

/// The text of a scenario by its name.
pub(crate) fn scenario(name: &str) -> Option<&'static ScenarioText> {
    SCENARIOS.iter().find(|text| text.name == name)
}

/// Every scenario.
const SCENARIOS: &[ScenarioText] = &[
    ScenarioText {
        name: "sign_in",
        short: "Sign in",
        heading: ["You sign in.", "What do you get, and who keeps what?"],
        answer: "One sign-in, four things to hold. A session gives you a ticket: worthless without the row on the server. A JWT \
                 gives you a sealed letter that anybody can read, and a refresh token to get the next one. In every cell the \
                 server keeps a session.",
        lessons: [
            "A cookie or a header says how it travels. A session or a JWT says what proves it. You choose each by itself.",
            "The server keeps a hash of the ticket, never the ticket: whoever reads the database cannot sign in with what is \
             there.",
            "“Stateless” is about one request. Behind each letter the house keeps a session and a refresh family too.",
        ],
    },
    ScenarioText {
        name: "next_request",
        short: "Next request",
        heading: ["You ask for something.", "What travels, and what is looked up?"],
        answer: "A ticket is short and costs one look-up. A letter is several times as long and costs none: its seal is checked \
                 once, and Cloakroom remembers the result until the letter runs out.",
        lessons: [
            "What a letter saves in look-ups it costs in bytes, with each request and in one direction only.",
            "The look-up of a ticket mostly ends in memory. It is cheap because session and check live in one process here.",
            "No look-up also means that nobody is asked whether the session has ended since. Cloakroom keeps a list in memory for \
             that.",
        ],
    },
    ScenarioText {
        name: "come_back",
        short: "Come back",
        heading: ["You close the browser and open it again.", "Are you still signed in?"],
        answer: "A cookie is sure to outlive the browser only if it was given a lifetime: that is what “keep me signed in” does. What \
                 travels in a header comes back only if the app wrote it down.",
        lessons: [
            "Whether you are still in is settled by the pocket or the hand, not by session or JWT.",
            "A cookie without Max-Age ends with the browser, unless the browser restores its last tabs: then it keeps such cookies too. The \
             session behind it lives until its own deadline either way.",
            "An app that keeps a token in memory forgets it at each reload. One that writes it down must say who can read it there.",
        ],
    },
    ScenarioText {
        name: "sign_out",
        short: "Sign out",
        heading: ["You sign out.", "When does each credential stop working?"],
        answer: "At Cloakroom, at once: all four. At Orders, a program of another team, it depends on whether Orders asks. A \
                 ticket makes it ask. A letter with a good seal does not, until the time printed on it.",
        lessons: [
            "“Stateless” is about one request. The house keeps a session, a refresh family, a key and a list of what has ended \
             for the letter too.",
            "No one can call back a letter that nobody asks about. Make it short, or make its readers ask.",
            "Where a sign-out must hold at the very next request, use a ticket, or ask every time.",
        ],
    },
    ScenarioText {
        name: "end_elsewhere",
        short: "End it from the phone",
        heading: ["You end it from your phone.", "When does the other device notice?"],
        answer: "A ticket is refused at its next request, wherever the end was asked for. Cloakroom refuses the letter just as \
                 soon. A program that checks letters alone goes on until the time printed on it, plus the leeway it grants.",
        lessons: [
            "One session, one end: ticket, letter and refresh token hang under the same row.",
            "The device that lost its session is told at its next request, not before. Nothing is pushed to it.",
            "What the end reaches, and when, can be listed beforehand: your sessions page does.",
        ],
    },
    ScenarioText {
        name: "role_changed",
        short: "Role taken away",
        heading: ["Your role is taken away.", "When do you lose what it allowed?"],
        answer: "A session is looked up, so the next request knows. A letter says what was true when it was sealed: the old role \
                 counts until it runs out, and the next letter has the new one.",
        lessons: [
            "A letter is a copy of what was known. Put into it only what may be a few minutes old.",
            "A list of ended sessions does not help here: no session has ended.",
            "For a right that must go at once, ask at the moment of use, whatever the caller shows.",
        ],
    },
    ScenarioText {
        name: "plain_cookie",
        short: "A cookie that says who I am",
        heading: ["A cookie says user=ada.", "Is that a proof?"],
        answer: "No. Anybody can write anything into a cookie, and an app that believes it is fooled at once. Cloakroom refuses \
                 an edited ticket and an edited letter: a cookie is the pocket, not the proof in it.",
        lessons: [
            "“Cookie auth” says how something travels. What makes it trustworthy is a secret the server knows or a seal it can \
             check.",
            "HttpOnly and Secure keep others away from a cookie. They do not stop its owner from editing it.",
            "A value that must not be edited needs a seal; a value that must not be guessed needs to be random and long.",
        ],
    },
    ScenarioText {
        name: "tamper",
        short: "I change my role",
        heading: ["You change your role in what you hold.", "Does anybody notice?"],
        answer: "Always. A ticket has no role in it: edited, it is the ticket of no coat. A letter has its claims in plain sight, \
                 but one changed character breaks the seal.",
        lessons: [
            "A JWT is not hidden, it is sealed: you can read it, you cannot change it.",
            "Cloakroom’s ticket carries a checksum, so that most nonsense is refused without a look-up.",
            "A verifier that lets the letter say how it is sealed (alg) can be fooled. Cloakroom takes the algorithm from the key.",
        ],
    },
    ScenarioText {
        name: "stolen",
        short: "Stolen copy",
        heading: ["A thief copies what travels with a request.", "How long is the copy good?"],
        answer: "As long as the original: whoever bears it is let in, in all four cells. They differ in how it stops. A stolen \
                 ticket dies with its session, at the next request. A stolen letter dies where Cloakroom is asked, and elsewhere \
                 runs out; it cannot be renewed, because the refresh token does not travel with requests.",
        lessons: [
            "Session or JWT makes no difference to the thief’s first request.",
            "It makes a difference to the last one: end the session and see who still lets the copy in.",
            "A ticket used from elsewhere shows as a new place in your list of sessions. A letter checked alone shows nowhere.",
        ],
    },
    ScenarioText {
        name: "stolen_refresh",
        short: "Stolen refresh token",
        heading: ["A thief copies the refresh token too.", "Who notices, and when?"],
        answer: "A refresh token is spent by its use. Inside a short retry window a second use gets the same successor, so both \
                 hold the same one. Whoever comes after the window shows a spent token: that ends the session for both.",
        lessons: [
            "Nobody can tell at once which of two bearers is the owner. So neither keeps what they have.",
            "The window exists for two tabs and lost answers. Its price is stated: seconds in which a copy goes unnoticed.",
            "Of a refresh token the server stores nothing but a counter.",
        ],
    },
    ScenarioText {
        name: "script",
        short: "Bad script",
        heading: ["A bad script runs in the page.", "Can it take your sign-in away?"],
        answer: "It cannot read an HttpOnly cookie, so it cannot carry it off; while the page is open it can still act as you. \
                 What an app keeps in web storage it reads and takes away, to use later and elsewhere.",
        lessons: [
            "This follows from the carrier. A ticket in web storage is as stealable as a letter there.",
            "HttpOnly turns theft into misuse while the page is open. That is better, and it is not nothing.",
            "The cure for a bad script is no bad script: a strict Content-Security-Policy, and few foreign scripts.",
        ],
    },
    ScenarioText {
        name: "cross_site",
        short: "Another site posts",
        heading: ["Another site posts a form here.", "Does your sign-in go with it?"],
        answer: "A header that the app adds never does: the other site has nothing to attach. A cookie is attached by the rule of \
                 its SameSite attribute. Lax keeps it out of a foreign post; where one comes along all the same, Cloakroom’s \
                 cross-origin rule refuses the request.",
        lessons: [
            "Cross-site request forgery is a matter of cookies, not of sessions: a JWT in a cookie has it too.",
            "SameSite is the browser’s rule, and it counts sites, not origins. A server must check for itself.",
            "Cloakroom looks at Sec-Fetch-Site and Origin before it looks at any cookie.",
        ],
    },
    ScenarioText {
        name: "two_tabs",
        short: "Two tabs refresh",
        heading: ["Two tabs refresh at the same moment.", "Is anybody signed out?"],
        answer: "With a session there is nothing to refresh. With a JWT both tabs show the same refresh token and both get the \
                 same successor, inside the retry window. Without a window the second tab would look like a thief, and the \
                 session would end.",
        lessons: [
            "Rotating refresh tokens without a retry window signs honest people out.",
            "Both tabs get the same successor, so there is still one refresh token and not two.",
            "A session in a cookie has none of this: the ticket stays the same.",
        ],
    },
    ScenarioText {
        name: "lost_answer",
        short: "Answer lost",
        heading: ["The answer to a refresh is lost.", "Can you try again?"],
        answer: "Yes, inside the retry window: 120 s for a JWT in a cookie, 30 s for an app. The same refresh token gets the same \
                 successor once more. Later it cannot be told from theft, and it ends the session.",
        lessons: [
            "Networks lose answers. A client that may not repeat a request will be signed out some day.",
            "The window is a setting of each client. Zero is allowed, and has this price.",
            "A ticket has no such moment: nothing is exchanged.",
        ],
    },
    ScenarioText {
        name: "restart",
        short: "Restart",
        heading: ["The server restarts.", "Are you still signed in?"],
        answer: "In all four cells. Sessions, refresh families and keys are on disk before a sign-in is answered. Nothing that \
                 decides who you are lives only in the memory of a process.",
        lessons: [
            "Sessions that vanish at a restart were kept in memory alone. That is a choice, not what sessions are.",
            "Letters that vanish at a restart had a key that was made at start. That is a choice too.",
            "What is remembered to be fast may be forgotten: it is read again.",
        ],
    },
    ScenarioText {
        name: "store_down",
        short: "Database stops",
        heading: ["The database stops.", "What still works?"],
        answer: "Who is known goes on: a session that is in memory, until its own deadlines; a letter, until the time printed on \
                 it. Whatever must read or write the store answers 503: try again later. Never “nobody”, and never “allowed”.",
        lessons: [
            "A server that cannot know answers 503. “Signed out” would be a lie, “signed in” a hole.",
            "Sign-in, sign-out and refresh are changes: without the store there are none, in any cell.",
            "A letter does not need the store until it runs out. Then it needs it as much as a ticket does.",
        ],
    },
    ScenarioText {
        name: "key_rotation",
        short: "Key changes",
        heading: ["The signing key changes.", "Does anybody notice?"],
        answer: "Nobody should. A ticket has no seal. A letter sealed with the former key holds until it runs out, because that \
                 key stays published as long; the next letter has the new seal.",
        lessons: [
            "Announce a key before it seals, keep it published after it has sealed: then nobody is signed out.",
            "Whoever checks letters must fetch the keys again now and then, and when an unknown one turns up.",
            "Changing keys is routine. Losing one is another scenario.",
        ],
    },
    ScenarioText {
        name: "key_distrusted",
        short: "Key stolen",
        heading: ["The signing key was stolen.", "What has to go?"],
        answer: "Every letter with its seal: whoever has the key can write any letter. Cloakroom refuses them at once. A program \
                 that checks alone goes on until it fetches the keys again, 300 s at most. A ticket does not notice.",
        lessons: [
            "One stolen key forges every user. One stolen ticket is one session.",
            "How long readers keep the keys is how long a stolen key lives on. That is the number to know.",
            "Sessions and refresh tokens survive: they do not hang on the signing key. In a cookie a person signs in once more, \
             since refreshing there reads the letter.",
        ],
    },
    ScenarioText {
        name: "clock_wrong",
        short: "Clock wrong",
        heading: ["Orders’ clock is ten minutes off.", "Who is kept out, who is let in too long?"],
        answer: "A ticket is judged by Cloakroom’s clock alone. A letter is judged by the clock of whoever reads it: ahead, it \
                 refuses letters that are good; behind, it lets in letters that have run out.",
        lessons: [
            "Checking alone means trusting one’s own clock. Leeway forgives seconds, not minutes.",
            "Behind is the dangerous direction: nobody complains about being let in.",
            "Where Orders asks Cloakroom, its own clock does not count.",
        ],
    },
    ScenarioText {
        name: "too_big",
        short: "Claims grow",
        heading: ["You put more and more into it.", "When does it break?"],
        answer: "A ticket stays as long as it is, whatever the session knows. A letter carries all of it with each request: past \
                 4,096 bytes of name and value a browser drops the cookie and says nothing; in a header the request fails at the \
                 first server whose limit it passes.",
        lessons: [
            "A cookie that is dropped looks like a sign-out that nobody asked for.",
            "Put into a letter who you are and what you may do, not what you own.",
            "Whatever must be looked up anyway need not travel.",
        ],
    },
    ScenarioText {
        name: "many",
        short: "Ten million users",
        heading: ["Ten million users, 50,000 requests a second.", "What does each cell need?"],
        answer: "These figures are computed from what was measured on this machine; nobody has run ten million users here. \
                 Sessions need memory and disk. Letters need bytes on the wire and, the first time each is seen, processor time; \
                 and a session row for each sign-in all the same.",
        lessons: [
            "“Sessions do not scale” is a question of gigabytes: read the row and multiply.",
            "“JWTs are faster” is a question of where the look-up would go. In one process it goes nowhere.",
            "Size rarely decides. How fast an end must reach everybody does.",
        ],
    },
];
