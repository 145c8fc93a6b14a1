//! CSRF tokens.

use crate::anatomy;
use crate::classify::looks::cookies;
use crate::format::{
    Answer::{Depends, No},
    Format, FormatGroup, Stage, Test, sign, told,
};
use crate::part::{Confidence::Strong, Part};

pub(super) static ROWS: &[Format] = &[
    Format {
        id: "csrf.cookie",
        name: "CSRF cookie",
        group: FormatGroup::Csrf,
        part: Part::Csrf,
        recognised: "cookie `XSRF-TOKEN`, `_csrf`, `csrf_token*`, `csrf-token`, `__Host-csrf`, `_xsrf`, `CSRF-TOKEN` with random value",
        says: "Protects forms against other sites. Logs nobody in.",
        readable: told(No, "random"),
        remembered: told(Depends, ""),
        lifetime: "browser session",
        pitfall: "script may read it on purpose (double submit)",
        sources: &["OWASP CSRF"],
        traits: &[],
        signs: &[sign(
            Stage::Name,
            60,
            Strong,
            Test::CookieAnd(
                &[
                    "XSRF-TOKEN",
                    "_csrf",
                    "csrf_token*",
                    "csrf-token",
                    "csrf",
                    "_xsrf",
                    "CSRF-TOKEN",
                    "csrftoken",
                    "_csrf_token",
                    "xsrf-token",
                ],
                cookies::is_random,
            ),
            "something to be echoed",
        )],
        anatomy: anatomy::csrf,
    },
    Format {
        id: "csrf.field",
        name: "CSRF token in header or form",
        group: FormatGroup::Csrf,
        part: Part::Csrf,
        recognised: "`X-CSRF-Token`, `X-XSRF-Token`, `X-CSRFToken`, `_csrf`, `_token`, `authenticity_token`",
        says: "The echo that proves the request came from the app's own page.",
        readable: told(No, "random"),
        remembered: told(Depends, ""),
        lifetime: "with the session",
        pitfall: "",
        sources: &["OWASP CSRF"],
        traits: &[],
        signs: &[
            sign(Stage::Field, 50, Strong, Test::Header(&["x-csrf-token", "x-xsrf-token", "x-csrftoken", "csrf-token"]), ""),
            sign(
                Stage::Field,
                50,
                Strong,
                Test::Field(&[
                    "_csrf",
                    "_token",
                    "authenticity_token",
                    "csrf_token",
                    "csrfmiddlewaretoken",
                    "csrf",
                    "_csrf_token",
                    "_xsrf",
                    "csrfToken",
                ]),
                "",
            ),
        ],
        anatomy: anatomy::csrf,
    },
];
