//! Keys: those with check digits, those with a maker's prefix, and keys as such.

use cloakroom_primitives::split_checksum;

use crate::classify::encoding;
use crate::classify::json;
use crate::classify::shape::{Class, Piece, all, exactly, fits};
use crate::classify::specimen::Specimen;
use serde_json::{Map, Value};

/// The six digits of base62 at the end of Cloakroom's tokens count everything before them.
pub(crate) fn is_checked_session(specimen: &Specimen<'_>) -> bool {
    specimen.value.starts_with("crs_") && split_checksum(specimen.value).is_some()
}

/// See [`is_checked_session`].
pub(crate) fn is_checked_refresh(specimen: &Specimen<'_>) -> bool {
    specimen.value.starts_with("crr_") && split_checksum(specimen.value).is_some()
}

/// Shape of a session token of ours.
pub(crate) fn is_own_session(specimen: &Specimen<'_>) -> bool {
    fits(specimen.value, &[Piece::Is("crs_"), Piece::Run(Class::Base64Url, 64, 64), Piece::Run(Class::Alnum, 6, 6)])
}

/// Shape of a refresh token of ours.
pub(crate) fn is_own_refresh(specimen: &Specimen<'_>) -> bool {
    fits(specimen.value, &[Piece::Is("crr_"), Piece::Run(Class::Base64Url, 75, 75), Piece::Run(Class::Alnum, 6, 6)])
}

/// The oldest prefix of AWS has a letter of its own.
pub(crate) fn is_old_aws_key_id(specimen: &Specimen<'_>) -> bool {
    fits(specimen.value, &[Piece::Is("A3T"), Piece::Run(Class::Alnum, 1, 1), Piece::Run(Class::Base32, 16, 16)])
}

/// The number of a bot, and 35 characters that start with AA.
pub(crate) fn is_telegram(specimen: &Specimen<'_>) -> bool {
    fits(specimen.value, &[Piece::Run(Class::Digit, 8, 10), Piece::Is(":AA"), Piece::Run(Class::Base64Url, 33, 33)])
}

/// GitHub and npm count only what stands between prefix and check digits.
pub(crate) fn is_checked_github(specimen: &Specimen<'_>) -> bool {
    ["ghp_", "gho_", "ghu_", "ghr_", "ghs_"].iter().any(|prefix| has_github_digits(specimen.value, prefix))
}

/// See [`is_checked_github`].
pub(crate) fn is_checked_npm(specimen: &Specimen<'_>) -> bool {
    has_github_digits(specimen.value, "npm_")
}

fn has_github_digits(value: &str, prefix: &str) -> bool {
    value
        .strip_prefix(prefix)
        .filter(|body| body.len() == 36)
        .and_then(|body| body.split_at_checked(30))
        .is_some_and(|(text, digits)| digits.as_bytes() == base62_crc(text.as_bytes()))
}

fn base62_crc(bytes: &[u8]) -> [u8; 6] {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32fast::hash(bytes);
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

/// Grafana's last eight digits are the CRC-32 of what stands before the last underscore.
pub(crate) fn is_checked_grafana(specimen: &Specimen<'_>) -> bool {
    specimen.value.strip_prefix("glsa_").and_then(|rest| rest.rsplit_once('_')).is_some_and(|(body, sum)| {
        let of = |text: &str| format!("{:08x}", crc32fast::hash(text.as_bytes()));
        of(body) == sum || of(&format!("glsa_{body}")) == sum
    })
}

/// Clerk's publishable key spells a host and a dollar sign in base64.
pub(crate) fn is_clerk_publishable(specimen: &Specimen<'_>) -> bool {
    let Some(body) = specimen.value.strip_prefix("pk_live_").or_else(|| specimen.value.strip_prefix("pk_test_")) else {
        return false;
    };
    encoding::base64(body)
        .and_then(|decoded| String::from_utf8(decoded.bytes).ok())
        .is_some_and(|host| host.ends_with('$') && host.contains('.'))
}

/// The first part of a bot token is the bot's decimal number.
pub(crate) fn is_discord(specimen: &Specimen<'_>) -> bool {
    let parts: Vec<_> = specimen.value.splitn(4, '.').collect();
    let [id, time, mac] = parts.as_slice() else { return false };
    let is_number =
        encoding::base64(id).is_some_and(|decoded| decoded.bytes.len() >= 15 && decoded.bytes.iter().all(u8::is_ascii_digit));
    is_number && exactly(time, Class::Base64Url, 6) && (27..=38).contains(&mac.len()) && all(mac, Class::Base64Url)
}

pub(crate) fn is_openai(specimen: &Specimen<'_>) -> bool {
    let has_prefix = ["sk-proj-", "sk-svcacct-", "sk-admin-"].iter().any(|prefix| specimen.value.starts_with(prefix));
    has_prefix || specimen.value.starts_with("sk-") && specimen.value.contains("T3BlbkFJ")
}

pub(crate) fn is_aws_session_token(specimen: &Specimen<'_>) -> bool {
    specimen.value.len() >= 200
        && ["IQoJb3JpZ2lu", "FwoGZXIvYXdz"].iter().any(|start| specimen.value.starts_with(start))
        && all(specimen.value, Class::Base64)
}

fn key(specimen: &Specimen<'_>) -> Option<Map<String, Value>> {
    specimen.value.trim_start().starts_with('{').then(|| json::object(specimen.value)).flatten()
}

/// The keys of a set, or the one key.
fn members_of(object: &Map<String, Value>) -> Vec<&Map<String, Value>> {
    match object.get("keys").and_then(Value::as_array) {
        Some(keys) => keys.iter().filter_map(Value::as_object).collect(),
        None => vec![object],
    }
}

fn is_key(object: &Map<String, Value>) -> bool {
    let keys = members_of(object);
    !keys.is_empty() && keys.iter().all(|key| key.get("kty").is_some_and(Value::is_string))
}

/// A key with private members; a set with one of them is lost as a whole.
pub(crate) fn is_private_jwk(specimen: &Specimen<'_>) -> bool {
    key(specimen).is_some_and(|object| is_key(&object) && members_of(&object).iter().any(|key| has_private_member(key)))
}

/// Whether a key has the members that only its owner may have.
pub(crate) fn has_private_member(key: &Map<String, Value>) -> bool {
    ["d", "p", "q", "priv"].iter().any(|name| key.get(*name).is_some_and(Value::is_string))
}

pub(crate) fn is_symmetric_jwk(specimen: &Specimen<'_>) -> bool {
    key(specimen).is_some_and(|object| {
        is_key(&object)
            && members_of(&object).iter().any(|key| key.get("kty").is_some_and(|kind| kind == "oct") && key.contains_key("k"))
    })
}

pub(crate) fn is_public_jwk(specimen: &Specimen<'_>) -> bool {
    key(specimen).is_some_and(|object| is_key(&object))
}

pub(crate) fn is_jws_object(specimen: &Specimen<'_>) -> bool {
    key(specimen).is_some_and(|object| {
        object.contains_key("payload") && (object.contains_key("signatures") || object.contains_key("signature"))
    })
}

pub(crate) fn is_jwe_object(specimen: &Specimen<'_>) -> bool {
    key(specimen).is_some_and(|object| object.contains_key("ciphertext"))
}

/// A key in armour, of whatever kind.
pub(crate) fn is_private_pem(specimen: &Specimen<'_>) -> bool {
    let value = specimen.value.trim_start();
    armour(value).is_some_and(|words| words.ends_with("PRIVATE KEY")) || value.starts_with("AGE-SECRET-KEY-1")
}

/// A certificate or a public key in armour.
pub(crate) fn is_public_pem(specimen: &Specimen<'_>) -> bool {
    is_public_armour(specimen.value)
}

fn is_public_armour(value: &str) -> bool {
    armour(value.trim_start()).is_some_and(|words| words.ends_with("CERTIFICATE") || words.ends_with("PUBLIC KEY"))
}

/// The words of the first line of an armour.
fn armour(value: &str) -> Option<&str> {
    value.strip_prefix("-----BEGIN ")?.split("-----").next()
}

/// `:base64:` of a DER sequence, as `Client-Cert` has it (RFC 9440), or armour, percent-encoded as proxies write it.
pub(crate) fn is_certificate_item(specimen: &Specimen<'_>) -> bool {
    specimen
        .value
        .strip_prefix(':')
        .and_then(|rest| rest.strip_suffix(':'))
        .and_then(encoding::base64)
        .is_some_and(|decoded| crate::classify::binary::is_der_sequence(&decoded.bytes))
        || is_public_pem(specimen)
        || encoding::percent_decoded(specimen.value).is_some_and(|text| is_public_armour(&text))
}

/// What makers put in front of their keys.
const PREFIXES: [&str; 93] = [
    "ory_st_",
    "ory_at_",
    "ory_rt_",
    "ory_ac_",
    "ory_pat_",
    "ory_apikey_",
    "ory_wak_",
    "sb_publishable_",
    "sb_secret_",
    "ya29.",
    "1//0",
    "AIza",
    "GOCSPX-",
    "ghp_",
    "gho_",
    "ghu_",
    "ghr_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "glrt-",
    "glcbt-",
    "glptt-",
    "glft-",
    "glimt-",
    "glagent-",
    "glsoat-",
    "glffct-",
    "gloas-",
    "xoxa-",
    "xoxb-",
    "xoxp-",
    "xoxo-",
    "xoxs-",
    "xoxr-",
    "xoxe-",
    "xapp-",
    "xoxd-",
    "sk_live_",
    "sk_test_",
    "sk_prod_",
    "rk_live_",
    "rk_test_",
    "rk_prod_",
    "whsec_",
    "npm_",
    "pypi-AgE",
    "sk-ant-",
    "SG.",
    "glsa_",
    "hvs.",
    "hvb.",
    "hvr.",
    "hf_",
    "api_org_",
    "dop_v1_",
    "doo_v1_",
    "dor_v1_",
    "shpat_",
    "shpca_",
    "shppa_",
    "shpss_",
    "dckr_pat_",
    "ATATT3",
    "HRKU-",
    "lin_api_",
    "ntn_",
    "PMAK-",
    "pul-",
    "rubygems_",
    "sntrys_",
    "sntryu_",
    "glc_",
    "dp.pt.",
    "pplx-",
    "pscale_",
    "tskey-",
    "ops_eyJ",
    "figd_",
    "CLOJARS_",
    "fm2_",
    "fo1_",
    "rdme_",
    "EZAK",
    "EZTK",
    "xkeysib-",
    "crs_",
    "crr_",
    "xoxe.",
    "sk-proj-",
    "sk-svcacct-",
    "sk-admin-",
];

/// Whether the value begins as a maker's keys do and goes on long enough to be one, whatever stands around it.
pub(crate) fn has_key_prefix(value: &str) -> bool {
    // These are words or initials, too: what follows them tells.
    const BEFORE_HEX: [&str; 3] = ["dapi", "key-", "SK"];
    const SHORTEST: usize = 16;
    let is_body = |body: &str| {
        body.len() >= SHORTEST && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/=|~".contains(&byte))
    };
    PREFIXES.iter().any(|prefix| value.strip_prefix(prefix).is_some_and(is_body))
        || BEFORE_HEX.iter().any(|prefix| value.strip_prefix(prefix).is_some_and(|body| exactly(body, Class::Hex, 32)))
}

/// Stored forms of passwords, as `crypt`, PHC and Django write them.
pub(crate) fn is_password_hash(specimen: &Specimen<'_>) -> bool {
    is_stored_password(specimen.value)
}

/// See [`is_password_hash`].
pub(crate) fn is_stored_password(value: &str) -> bool {
    const MARKED: [&str; 14] = [
        "$2a$",
        "$2b$",
        "$2y$",
        "$2x$",
        "$argon2id$",
        "$argon2i$",
        "$argon2d$",
        "$scrypt$",
        "$pbkdf2",
        "$6$",
        "$5$",
        "$y$",
        "$1$",
        "$P$",
    ];
    const DJANGO: [&str; 6] = ["pbkdf2_sha256$", "pbkdf2_sha1$", "argon2$argon2", "bcrypt_sha256$", "bcrypt$$", "scrypt$"];
    let is_marked = MARKED.iter().chain(&DJANGO).any(|mark| value.starts_with(mark));
    is_marked && value.len() >= 20 && value.bytes().all(|byte| byte.is_ascii_graphic())
}
