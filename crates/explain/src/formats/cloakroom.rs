//! What Cloakroom itself issues.

use crate::anatomy;
use crate::classify::looks::{cookies, keys};
use crate::classify::shape::{Class, Piece};
use crate::format::{
    Answer::{No, Partly, Yes},
    Format, FormatGroup, Stage, Test, Trait, sign, told,
};
use crate::part::{
    Confidence::{Certain, Likely, Strong},
    Part,
};

pub(super) static ROWS: &[Format] = &[
    Format {
        id: "cloakroom.session",
        name: "Cloakroom session token",
        group: FormatGroup::Cloakroom,
        part: Part::SessionReference,
        recognised: "`^crs_[A-Za-z0-9_-]{64}[0-9A-Za-z]{6}$`; CRC-32 over prefix+body, base62, equals the last 6",
        says: "A ticket: the number of a session that this server keeps, and a 256-bit secret that proves you may use it.",
        readable: told(Partly, "id only (16-byte session id; the secret is noise)"),
        remembered: told(Yes, ""),
        lifetime: "only the server knows: idle and absolute deadline of the session",
        pitfall: "checksum proves typing, not validity; the last 43+6 characters are the secret; the session id inside is public and may stay visible",
        sources: &[],
        traits: &[],
        signs: &[
            sign(
                Stage::Checksum,
                10,
                Certain,
                Test::Look(keys::is_checked_session),
                "the prefix is ours and the check digits fit",
            ),
            sign(
                Stage::Prefix,
                10,
                Strong,
                Test::Key(&["crs_"], &[Piece::Run(Class::Base64Url, 64, 64), Piece::Run(Class::Alnum, 6, 6)]),
                "prefix, length and alphabet are those of our session tokens",
            ),
            sign(
                Stage::Name,
                10,
                Strong,
                Test::CookieOnly(&["cloakroom"], keys::is_own_session),
                "prefix, length and alphabet are those of our session tokens",
            ),
        ],
        anatomy: anatomy::own_session,
    },
    Format {
        id: "cloakroom.refresh",
        name: "Cloakroom refresh token",
        group: FormatGroup::Cloakroom,
        part: Part::SessionReference,
        recognised: "`^crr_[A-Za-z0-9_-]{75}[0-9A-Za-z]{6}$` (4-byte key id ‖ 16-byte family ‖ 4-byte counter ‖ 32-byte MAC), CRC-32 as in a session token",
        says: "A voucher for the next access token; each use hands out its successor and retires this one.",
        readable: told(Partly, "key id, family id, counter; MAC is noise"),
        remembered: told(Yes, "one row per family"),
        lifetime: "the session's deadlines; a used one is good for the retry window only",
        pitfall: "presenting an old one outside the retry window ends the whole session: never \"try\" a pasted one",
        sources: &[],
        traits: &[Trait::RefreshToken],
        signs: &[
            sign(
                Stage::Checksum,
                11,
                Certain,
                Test::Look(keys::is_checked_refresh),
                "the prefix is ours and the check digits fit",
            ),
            sign(
                Stage::Prefix,
                11,
                Strong,
                Test::Key(&["crr_"], &[Piece::Run(Class::Base64Url, 75, 75), Piece::Run(Class::Alnum, 6, 6)]),
                "prefix, length and alphabet are those of our refresh tokens",
            ),
            sign(
                Stage::Name,
                11,
                Strong,
                Test::CookieOnly(&["cloakroom-refresh"], keys::is_own_refresh),
                "prefix, length and alphabet are those of our refresh tokens",
            ),
        ],
        anatomy: anatomy::own_refresh,
    },
    Format {
        id: "cloakroom.access",
        name: "Cloakroom access token",
        group: FormatGroup::Cloakroom,
        part: Part::Signed,
        recognised: "JWT with `typ: at+jwt`, `sid`, `client_id`, `auth_time` and `iss` = this server's origin",
        says: "A sealed letter that says who you are for a few minutes; no look-up needed.",
        readable: told(Yes, ""),
        remembered: told(No, "followers read the feed"),
        lifetime: "`exp`; ends earlier when its `sid` is announced on the feed",
        pitfall: "verdict only for the holder or an operator (oracle)",
        sources: &[],
        traits: &[],
        signs: &[],
        anatomy: anatomy::jws,
    },
    Format {
        id: "cloakroom.sealed",
        name: "Cloakroom sealed value",
        group: FormatGroup::Cloakroom,
        part: Part::Encrypted,
        recognised: "cookie `__Host-Http-cloakroom-flow`, hidden form field, known-device cookie; AEAD blob with key id",
        says: "A locked note of ours: which sign-in this is, or that this device is known. It logs nobody in.",
        readable: told(No, ""),
        remembered: told(No, ""),
        lifetime: "expiry inside, sealed",
        pitfall: "bound to its cookie name: moving it to another cookie fails",
        sources: &[],
        traits: &[Trait::NotASession, Trait::EndsElsewhere],
        signs: &[
            sign(
                Stage::Name,
                12,
                Likely,
                Test::Cookie(&["cloakroom-flow", "cloakroom-device"]),
                "the name is that of our sealed cookies",
            ),
            sign(
                Stage::Name,
                13,
                Likely,
                Test::CookieAnd(&["flow"], cookies::is_host_bound),
                "the name is that of a sealed cookie bound to its host",
            ),
        ],
        anatomy: anatomy::hidden,
    },
];
