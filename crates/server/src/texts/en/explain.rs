//! What the pages below `/explain` say.
//!
//! 1. What is known about a format or a finding is the knowledge's own text; here is what stands around it.
//! 2. A word of the answer (`script`, `while_open`, …) that has no sentence here is shown as it is: answers may grow words.

use cloakroom_explain::{Confidence, FormatGroup, Group, Part};
use serde::Serialize;

use super::pages::{capitalized, number};

/// Every sentence of these pages without a parameter.
#[derive(Debug, Serialize)]
pub(crate) struct Explain {
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) label: &'static str,
    /// Stands in place of the label's second half where the page's script runs.
    pub(crate) hint_whole: &'static str,
    pub(crate) hint_blanked: &'static str,
    pub(crate) submit: &'static str,
    pub(crate) send_whole: &'static str,
    pub(crate) send_whole_hint: &'static str,
    pub(crate) failed_to_blank: &'static str,
    pub(crate) preview_title: &'static str,
    /// `{n}` of `{of}` characters.
    pub(crate) preview_count: &'static str,
    pub(crate) preview_none: &'static str,
    pub(crate) was_blanked: &'static str,
    pub(crate) more: &'static str,
    pub(crate) origin: &'static str,
    pub(crate) origin_hint: &'static str,
    pub(crate) now: &'static str,
    pub(crate) now_hint: &'static str,
    pub(crate) not_an_origin: &'static str,
    pub(crate) not_a_moment: &'static str,
    pub(crate) try_one: &'static str,
    pub(crate) samples: &'static [SampleText],
    pub(crate) what_you_see_title: &'static str,
    pub(crate) what_you_see: &'static [&'static str],
    pub(crate) rules_link: &'static str,
    pub(crate) read_instead: &'static str,
    pub(crate) read_it_as: &'static str,
    pub(crate) how_sure: &'static str,
    pub(crate) how_long: &'static str,
    pub(crate) the_copy: &'static str,
    pub(crate) the_browser: &'static str,
    pub(crate) now_mark: &'static str,
    pub(crate) the_pocket: &'static str,
    pub(crate) the_hand: &'static str,
    pub(crate) the_address: &'static str,
    pub(crate) the_body: &'static str,
    pub(crate) inside: &'static str,
    pub(crate) nested: &'static str,
    pub(crate) piece: &'static str,
    pub(crate) value: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) findings_column: &'static str,
    pub(crate) finding: &'static str,
    pub(crate) in_order: &'static str,
    pub(crate) who_title: &'static str,
    pub(crate) who: &'static str,
    pub(crate) can_read: &'static str,
    pub(crate) can_use: &'static str,
    pub(crate) because: &'static str,
    pub(crate) findings_title: &'static str,
    pub(crate) no_findings: &'static str,
    pub(crate) good_title: &'static str,
    pub(crate) do_this: &'static str,
    pub(crate) own_rule: &'static str,
    pub(crate) not_logins_title: &'static str,
    pub(crate) the_seal: &'static str,
    pub(crate) ours_taken: &'static str,
    pub(crate) ours_refused: &'static str,
    pub(crate) ours_title: &'static str,
    pub(crate) nothing_found_title: &'static str,
    pub(crate) rules: RulesText,
}

/// A sample: its name in the address, and what its link says.
#[derive(Debug, Serialize)]
pub(crate) struct SampleText {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
}

/// The page of rules.
#[derive(Debug, Serialize)]
pub(crate) struct RulesText {
    pub(crate) title: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) contents: &'static str,
    pub(crate) thresholds: &'static str,
    pub(crate) threshold: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) from: &'static str,
    pub(crate) formats: &'static str,
    pub(crate) recognised: &'static str,
    pub(crate) ends: &'static str,
    pub(crate) readable: &'static str,
    pub(crate) remembered: &'static str,
    pub(crate) pitfall: &'static str,
    pub(crate) sources: &'static str,
    pub(crate) findings: &'static str,
    pub(crate) when: &'static str,
    pub(crate) blanking: &'static str,
    pub(crate) blanking_lede: &'static str,
    pub(crate) stays: &'static str,
    pub(crate) limits: &'static str,
}

/// A number that a rule compares with.
#[derive(Debug, Serialize)]
pub(crate) struct Threshold {
    what: &'static str,
    amount: &'static str,
    from: &'static str,
}

const fn threshold(what: &'static str, amount: &'static str, from: &'static str) -> Threshold {
    Threshold { what, amount, from }
}

/// Every number of the rules, and who says so. "Own" is a number that this project has chosen.
pub(crate) const THRESHOLDS: &[Threshold] = &[
    threshold("Cookie, name and value together", "more than 4096 bytes: refused; more than 3500: close to it", "6265bis §5.6"),
    threshold("Value of one attribute", "more than 1024 bytes: ignored", "6265bis §5.6"),
    threshold(
        "How long a browser keeps a cookie",
        "at most 400 days; a login for more than 30 days: a warning",
        "6265bis §5.5, NIST SP 800-63B-4 §2.1.3",
    ),
    threshold("Max-Age against Expires", "may differ by 60 s", "own"),
    threshold(
        "Cookie header",
        "more than 4096 bytes: a note; more than 8190: a warning; more than 50 cookies: a note",
        "6265bis §6.1",
    ),
    threshold("Randomness of a session id", "less than 64 bits: serious; less than 112: a warning", "OWASP, ASVS 7.2.3"),
    threshold("Life of a JWT", "15 min or less: good; more than 24 h: a warning; more than 366 days: serious", "own"),
    threshold(
        "Size of a JWT",
        "more than 1500 bytes: a note; more than 4056: no cookie takes it; more than 8000: many headers do not",
        "own, from the limits above",
    ),
    threshold("Clocks", "60 s for “not before”, 300 s for “issued at” and for proofs", "own, RFC 9449"),
    threshold("A moment in milliseconds instead of seconds", "above 100 000 000 000", "own: the year 5138"),
    threshold("Rounds of password-based keys", "less than 1000 or more than 1 200 000", "RFC 8725bis §3.13"),
    threshold("Strict-Transport-Security", "less than 31 536 000 s", "ASVS 3.4.1"),
    threshold("Seed of one-time codes", "less than 128 bits", "RFC 4226 R6"),
];

/// The sentences.
pub(super) const TEXTS: Explain = Explain {
    title: "Explain a cookie or a token",
    description: "Paste a cookie, a token or a whole request: what it is, every part in plain words, and what is wrong with it.",
    heading: "What is this?",
    label: "Paste a cookie, a token, a whole request, or what curl -v printed. Ours or anyone’s.",
    hint_whole: "The whole text goes to this server. It is explained and forgotten: nothing of it is kept or logged.",
    hint_blanked: "Secret parts are blanked here, in your browser. What is sent stands below before you send it.",
    submit: "Explain",
    send_whole: "Send the whole text",
    send_whole_hint: "The whole text tells more: whether a signature has a known secret, and whether this server takes a credential of yours.",
    failed_to_blank: "The text could not be blanked, so nothing was sent. You can send the whole text, or shorten it.",
    preview_title: "This is sent",
    preview_count: "{n} of {of} characters are blanked.",
    preview_none: "Nothing in it looks secret: it is sent as it is.",
    was_blanked: "Secret parts were blanked before this was sent. Each * stands for one character.",
    more: "Tell more about it",
    origin: "Which site is it from?",
    origin_hint: "Such as https://app.example.com. Only needed when the text does not say.",
    now: "Judge it at another moment",
    now_hint: "Such as 2026-11-24T12:00:00Z. Without it: now.",
    not_an_origin: "Write the scheme and the host, such as https://app.example.com.",
    not_a_moment: "Write date, time and zone, such as 2026-11-24T12:00:00Z.",
    try_one: "Or try one",
    samples: &[
        SampleText { name: "session-cookie", title: "A session cookie" },
        SampleText { name: "jwt-cookie", title: "A JWT in a cookie" },
        SampleText { name: "cookie-header", title: "What a browser sends" },
        SampleText { name: "access-token", title: "An API’s access token" },
        SampleText { name: "sign-in", title: "A sign-in, as curl -v shows it" },
        SampleText { name: "basic", title: "A user name in every request" },
        SampleText { name: "reset-link", title: "A password reset link" },
        SampleText { name: "not-a-jwt", title: "Three parts and no JWT" },
    ],
    what_you_see_title: "What you get",
    what_you_see: &[
        "What it is, and how we know.",
        "Every part in plain words: the pocket it travels in, the letter or ticket inside, the seal.",
        "What is wrong with it, which rule says so, and what to do.",
        "How long the browser keeps it, and how long a stolen copy works.",
        "Who can read it, and who can use it without reading it.",
    ],
    rules_link: "All formats and rules",
    read_instead: "It could be something else",
    read_it_as: "Read it as",
    how_sure: "How we know",
    how_long: "How long it lives",
    the_copy: "A copy of it",
    the_browser: "In the browser",
    now_mark: "now",
    the_pocket: "The pocket",
    the_hand: "The hand that shows it",
    the_address: "The address it stands in",
    the_body: "The body it stands in",
    inside: "What can be read inside",
    nested: "Another one inside",
    piece: "Part",
    value: "Value",
    meaning: "What it means",
    findings_column: "Findings",
    finding: "finding",
    in_order: "in order",
    who_title: "Who can read it, and who can use it",
    who: "Who",
    can_read: "Read",
    can_use: "Use",
    because: "Why",
    findings_title: "Findings, the serious ones first",
    no_findings: "Nothing to say against it.",
    good_title: "Done right",
    do_this: "Do:",
    own_rule: "Cloakroom’s own rule",
    not_logins_title: "These sign nobody in",
    the_seal: "The seal",
    ours_taken: "This server takes it.",
    ours_refused: "This server refuses it.",
    ours_title: "Ours?",
    nothing_found_title: "What you can paste",
    rules: RulesText {
        title: "All formats and rules",
        lede: "This is all that explain knows. The page, the API and the command line read this very table.",
        contents: "On this page",
        thresholds: "Thresholds",
        threshold: "What",
        amount: "How much",
        from: "Who says so",
        formats: "Formats",
        recognised: "Recognised by",
        ends: "Ends",
        readable: "The holder can read it",
        remembered: "The server remembers",
        pitfall: "Careful",
        sources: "Source",
        findings: "Findings",
        when: "When",
        blanking: "What is blanked in your browser",
        blanking_lede: "What no rule here calls harmless is blanked. Each character becomes a *, so that lengths stay true.",
        stays: "What stays",
        limits: "Limits",
    },
};

/// How sure an answer is.
pub(crate) const fn confidence(sure: Confidence) -> &'static str {
    match sure {
        Confidence::Certain => "certain",
        Confidence::Strong => "almost certain",
        Confidence::Likely => "likely",
        Confidence::Weak => "perhaps",
    }
}

/// Which part of signing in something is, in plain words.
pub(crate) const fn part(part: Part) -> &'static str {
    match part {
        Part::SessionReference => "A ticket: the server keeps the rest",
        Part::Signed => "A letter with a seal: readable, unchangeable",
        Part::Encrypted => "A locked letter: only the server can read it",
        Part::Unprotected => "A note anyone can rewrite",
        Part::ApiKey => "A key for programs",
        Part::Password => "The password itself",
        Part::OneTime => "Good once",
        Part::Proof => "Proof for this one request, worthless afterwards",
        Part::Csrf => "Proves your own page sent it; signs nobody in",
        Part::FlowState => "A note about a sign-in under way; signs nobody in",
        Part::Key => "The pen that signs: no credential, but worse to lose",
        Part::Tracking | Part::NotAuth => "Not a login",
        Part::Container => "A message that holds others",
        Part::Unknown => "We do not know",
    }
}

/// The heading of a group of formats.
pub(crate) const fn format_group(group: FormatGroup) -> &'static str {
    match group {
        FormatGroup::Cloakroom => "Cloakroom’s own",
        FormatGroup::Jose => "JOSE and COSE: JWT and its relatives",
        FormatGroup::Tokens => "Other token formats",
        FormatGroup::Frameworks => "Session cookies of frameworks",
        FormatGroup::Identity => "Identity products",
        FormatGroup::Keys => "API keys and platform tokens",
        FormatGroup::Schemes => "HTTP authentication schemes",
        FormatGroup::OneTime => "One-time codes and links",
        FormatGroup::Enterprise => "Enterprise sign-in",
        FormatGroup::Csrf => "Tokens that protect forms",
        FormatGroup::NotAuth => "Not a login",
        FormatGroup::Shapes => "Shapes without a name",
        FormatGroup::Containers => "What a paste as a whole is",
    }
}

/// The heading of a group of findings.
pub(crate) const fn finding_group(group: Group) -> &'static str {
    match group {
        Group::SetCookie => "One Set-Cookie line",
        Group::CookieHeader => "A Cookie header",
        Group::Credential => "Any credential",
        Group::Jose => "JWT, JWS and JWE",
        Group::Authorization => "The Authorization header",
        Group::Request => "A request",
        Group::Response => "A response, or a request with its response",
        Group::SamlOtpKeys => "SAML, one-time passwords, keys",
        Group::Input => "The paste itself",
    }
}

/// What a member of a token means; empty for one that is not in a standard.
pub(crate) fn claim(name: &str) -> &'static str {
    match name {
        "alg" => "How it is sealed.",
        "typ" => "What kind of token it says it is.",
        "kid" => "Which key sealed it.",
        "enc" => "How its content is locked.",
        "cty" => "What kind of content it holds.",
        "jwk" | "jku" | "x5u" | "x5c" => "Names its own key: to be believed only where that is expected.",
        "iss" => "Who wrote it.",
        "sub" => "Who it is about.",
        "aud" => "Who it is for.",
        "azp" | "client_id" => "Which app it was given to.",
        "iat" => "Written at",
        "nbf" => "Good from",
        "exp" => "Good until",
        "auth_time" => "The person last proved who they are at",
        "jti" => "Names this very token.",
        "sid" => "The session it hangs under.",
        "scope" | "scp" => "What it may do.",
        "role" | "roles" | "groups" | "permissions" => "A right that holds until the token ends, even if it is taken away.",
        "amr" => "How the person proved who they are.",
        "acr" => "How strong that proof was.",
        "nonce" => "Ties it to the sign-in that asked for it.",
        "cnf" => "Only the holder of this key may use it.",
        "at_hash" | "c_hash" => "Ties it to the token that came with it.",
        "name" | "given_name" | "family_name" => "A name, open to read.",
        "email" => "An address, open to read.",
        _ => "",
    }
}

/// Who might read or use something.
pub(crate) fn who(word: &str) -> &str {
    match word {
        "script" => "Scripts on the page",
        "other_site" => "Other sites",
        "sibling_host" => "Other hosts of the same site",
        "same_host" => "Other paths and ports of the host",
        "network" => "The network",
        "logs" => "Servers on the way, and their logs",
        "device" => "Programs on the device",
        "holder" => "Whoever holds it",
        "verifier" => "Every service that checks it",
        "thief" => "A thief with a copy",
        other => other,
    }
}

/// Whether they can.
pub(crate) fn can(word: &str) -> &str {
    match word {
        "yes" => "yes",
        "no" => "no",
        "partly" => "in part",
        "unknown" => "not known",
        "while_open" => "while the page is open",
        "plant" => "no, but they can plant one",
        "forge" => "they can make more of them",
        "navigation" => "when somebody follows a link to you",
        "link" => "whoever opens the link",
        "until_end" => "until it ends",
        "seconds" => "for seconds",
        other => other,
    }
}

/// How much a finding hurts.
pub(crate) fn severity(word: &'static str) -> &'static str {
    match word {
        "error" => "Serious",
        "warning" => "Worth fixing",
        "note" => "Good to know",
        "good" => "Done right",
        other => other,
    }
}

/// "Five findings, two of them serious".
pub(crate) fn finding_count(serious: usize, warnings: usize, notes: usize) -> String {
    let all = serious + warnings + notes;
    let what = format!("{} finding{}", capitalized(&number(all)), if all == 1 { "" } else { "s" });
    match (all, serious, warnings) {
        (0, ..) => "No findings".to_owned(),
        (1, 1, _) => format!("{what}, and it is serious"),
        (_, serious, _) if serious == all => format!("{what}, all of them serious"),
        (_, 1.., _) => format!("{what}, {} of them serious", number(serious)),
        (1, 0, 1) => format!("{what}, worth fixing"),
        (_, 0, 1..) => format!("{what}, {} of them worth fixing", number(warnings)),
        _ => format!("{what}, none of them serious"),
    }
}

/// "43 characters, blanked".
pub(crate) fn blanked(length: usize) -> String {
    match length {
        0 => "blanked".to_owned(),
        1 => "1 character, blanked".to_owned(),
        _ => format!("{length} characters, blanked"),
    }
}

/// "116 of at most 4096 bytes".
pub(crate) fn size(bytes: usize, limit: Option<usize>) -> String {
    match limit {
        Some(limit) => format!("{bytes} of at most {limit} bytes"),
        None => format!("{bytes} bytes"),
    }
}

/// Where something was found.
pub(crate) fn place(at: &str) -> String {
    match at.split_once(':') {
        Some(("set-cookie", name)) => format!("Set-Cookie: {name}"),
        Some(("cookie", name)) => format!("Cookie: {name}"),
        _ => match at.split_once('.') {
            Some(("form", name)) => format!("Form field {name}"),
            Some(("body", name)) => format!("Member {name} of the body"),
            Some(("url", name)) => format!("Parameter {name} of the address"),
            Some(("fragment", name)) => format!("Parameter {name} behind the # of the address"),
            _ if at.is_empty() => "The whole text".to_owned(),
            _ => format!("Header {at}"),
        },
    }
}

/// What the check of our own verifier found.
pub(crate) fn check(word: &str) -> &str {
    match word {
        "live" => "Every check lets it pass.",
        "former" => "A step-up has just replaced it. It is good for reading only, and not for long.",
        "repeat" => "It was spent a moment ago. Within its window it gets the same successor again.",
        "session_ended" => "Its session was ended.",
        "unknown" => "There is no such session, or none any more.",
        "wrong_secret" => "Its secret is not the session’s.",
        "idle" => "Its session was not used for too long.",
        "outlived" => "Its session has reached its last day.",
        "reused" => "It was spent before. Showing it again ends the session, because that is what a thief would do.",
        "expired" => "Its session is over.",
        "malformed" => "It is not a JWT that this server reads.",
        "untrusted" => "No key of this server has signed it.",
        "not_meant_for_us" => "It was made for another audience or another purpose.",
        "not_yet_valid" => "Its time has not come.",
        "token_expired" => "Its own end has passed.",
        other => other,
    }
}

/// "Read it as a JWT".
pub(crate) fn read_it_as(name: &str) -> String {
    format!("Read it as: {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_counted_in_words() {
        for (counts, words) in [
            ((0, 0, 0), "No findings"),
            ((1, 0, 0), "One finding, and it is serious"),
            ((3, 0, 0), "Three findings, all of them serious"),
            ((3, 2, 3), "Eight findings, three of them serious"),
            ((0, 1, 0), "One finding, worth fixing"),
            ((0, 2, 1), "Three findings, two of them worth fixing"),
            ((0, 0, 13), "13 findings, none of them serious"),
        ] {
            assert_eq!(finding_count(counts.0, counts.1, counts.2), words);
        }
    }

    #[test]
    fn a_place_is_named_as_people_call_it() {
        for (at, words) in [
            ("set-cookie:sid", "Set-Cookie: sid"),
            ("form.a.b", "Form field a.b"),
            ("authorization", "Header authorization"),
            ("", "The whole text"),
        ] {
            assert_eq!(place(at), words);
        }
    }
}
