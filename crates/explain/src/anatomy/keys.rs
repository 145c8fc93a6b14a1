//! Keys and codes: the maker's prefix is shown, the rest is not.

use serde_json::Value;

use super::cuts::{Worth, cut, piece, show_last_as, split_head};
use super::plain::opaque;
use super::secrets::{MOST, PRIVATE_MEMBERS, starred};
use crate::classified::Classified;
use crate::classify::randomness::bits_of_longest_run;
use crate::classify::specimen::Specimen;
use crate::classify::{encoding, json as reader};
use crate::format::Test;
use crate::inside::{Inside, Otp};

/// A key behind a prefix: shown up to the end of the prefix.
pub(crate) fn key(specimen: &Specimen<'_>, classified: &mut Classified) {
    let prefix = prefix_of(specimen.value, classified);
    cut(classified, "prefix", 0..prefix.len(), Worth::Harmless);
    super::plain::words(specimen, classified, prefix.len());
    if !classified.is_blanked {
        classified.bits = Some(bits_of_longest_run(&specimen.value[prefix.len()..]));
    }
    classified.inside = Inside::Prefixed { prefix };
}

/// The longest prefix of the row that the value starts with; else everything to the last separator near the start.
fn prefix_of(value: &str, classified: &Classified) -> String {
    let known = classified.format.signs.iter().flat_map(|sign| match &sign.test {
        Test::Key(prefixes, _) => *prefixes,
        _ => &[],
    });
    if let Some(prefix) = known.filter(|prefix| value.starts_with(**prefix)).max_by_key(|prefix| prefix.len()) {
        return (*prefix).to_owned();
    }
    let head = split_head(value, 12).0;
    head.rfind(['_', '-', '.']).map_or(String::new(), |end| head[..=end].to_owned())
}

/// Prefix and session id are public; secret and check digits are not.
pub(crate) fn own_session(specimen: &Specimen<'_>, classified: &mut Classified) {
    own(specimen, classified, 22);
}

/// Key id, family and counter are public; the MAC and the check digits are not.
pub(crate) fn own_refresh(specimen: &Specimen<'_>, classified: &mut Classified) {
    own(specimen, classified, 32);
}

fn own(specimen: &Specimen<'_>, classified: &mut Classified, public: usize) {
    let value = specimen.value;
    if !value.starts_with("crs_") && !value.starts_with("crr_") {
        return opaque(specimen, classified);
    }
    let middle = split_head(value, 4 + public).0.len();
    let sum = value.len().saturating_sub(6).max(middle);
    cut(classified, "prefix", 0..4, Worth::Harmless);
    cut(classified, "id", 4..middle, Worth::Harmless);
    cut(classified, "secret", middle..sum, Worth::Secret);
    cut(classified, "checksum", sum..value.len(), Worth::Secret);
    if !classified.is_blanked && !classified.is_cut {
        classified.bits = Some(256.0);
    }
}

/// The name of a key: harmless alone.
pub(crate) fn aws_key_id(specimen: &Specimen<'_>, classified: &mut Classified) {
    super::plain::shown(specimen, classified);
}

/// Scheme and cost are shown, salt and hash are not.
pub(crate) fn hash(specimen: &Specimen<'_>, classified: &mut Classified) {
    let value = specimen.value;
    let parts: Vec<_> = value.match_indices('$').map(|(index, _)| index).collect();
    let head = if value.starts_with('$') { parts.get(2) } else { parts.get(1) };
    let head = head.map_or(0, |index| index + 1);
    cut(classified, "cost", 0..head, Worth::Harmless);
    cut(classified, "secret", head..value.len(), Worth::Secret);
}

/// A PASETO key, or the name of one.
pub(crate) fn paserk(specimen: &Specimen<'_>, classified: &mut Classified) {
    let mut parts = specimen.value.splitn(3, '.');
    let (Some(version), Some(kind), Some(body)) = (parts.next(), parts.next(), parts.next()) else { return };
    let is_name = matches!(kind, "lid" | "pid" | "sid" | "public");
    cut(classified, "prefix", 0..version.len() + kind.len() + 2, Worth::Harmless);
    piece(specimen, classified, "key", body, if is_name { Worth::Harmless } else { Worth::Secret });
    classified.inside = Inside::Paserk { kind: kind.to_owned() };
}

/// Armour is shown, the key inside is not.
pub(crate) fn pem(specimen: &Specimen<'_>, classified: &mut Classified) {
    let value = specimen.value;
    let marker = "-----";
    let head = value.match_indices(marker).nth(1).map_or(0, |(index, _)| index + marker.len());
    let foot = value.rfind("-----END").unwrap_or(value.len()).max(head);
    cut(classified, "armour", 0..head, Worth::Harmless);
    cut(classified, "key", head..foot, Worth::Secret);
    cut(classified, "armour", foot..value.len(), Worth::Harmless);
}

/// Members that only the owner may have are starred out.
pub(crate) fn jwk(specimen: &Specimen<'_>, classified: &mut Classified) {
    let Some(members) = reader::object(specimen.value) else { return };
    let keys: Vec<_> = match members.get("keys").and_then(Value::as_array) {
        Some(keys) => keys.iter().filter_map(Value::as_object).collect(),
        None => vec![&members],
    };
    let secrets: Vec<String> = keys
        .iter()
        .flat_map(|key| PRIVATE_MEMBERS.iter().filter_map(|name| key.get(*name)?.as_str()))
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect();
    let is_nested =
        keys.iter().any(|key| PRIVATE_MEMBERS.iter().any(|name| key.get(*name).is_some_and(|value| !value.is_string())));
    if secrets.len() > MOST || is_nested {
        return super::plain::hidden(specimen, classified);
    }
    let shown =
        secrets.iter().fold(specimen.value.to_owned(), |text, secret| text.replace(secret.as_str(), &"*".repeat(secret.len())));
    let is_found = secrets.iter().all(|secret| !shown.contains(secret.as_str()) && specimen.value.contains(secret.as_str()));
    cut(classified, "key", 0..specimen.value.len(), if is_found { Worth::Harmless } else { Worth::Secret });
    show_last_as(classified, Some(shown));
    classified.decoded = Some(starred(&Value::Object(members.clone()), &secrets));
}

/// `otpauth://type/issuer:label?secret=…&…`: everything but the seed is shown.
pub(crate) fn otp(specimen: &Specimen<'_>, classified: &mut Classified) {
    let (before, query) = specimen.value.split_once('?').unwrap_or((specimen.value, ""));
    cut(classified, "parameters", 0..before.len(), Worth::Harmless);
    let text = |text: &str| encoding::percent_decoded(text).unwrap_or_else(|| text.to_owned());
    let mut otp = Otp { digits: "6".into(), period: "30".into(), algorithm: "SHA1".into(), ..Otp::default() };
    let label = text(before.rsplit('/').next().unwrap_or_default());
    otp.issuer = label.split_once(':').map(|(issuer, _)| issuer.trim().to_owned()).filter(|issuer| !issuer.is_empty());
    for pair in query.split('&') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let is_seed = matches!(name.to_ascii_lowercase().as_str(), "secret" | "data");
        piece(specimen, classified, "name", name, Worth::Harmless);
        piece(
            specimen,
            classified,
            if is_seed { "secret" } else { "parameters" },
            value,
            if is_seed { Worth::Secret } else { Worth::Harmless },
        );
        match name.to_ascii_lowercase().as_str() {
            "digits" => otp.digits = text(value),
            "period" => otp.period = text(value),
            "algorithm" => otp.algorithm = text(value),
            "counter" => otp.counter = Some(text(value)),
            "issuer" if !value.is_empty() => otp.issuer = Some(text(value)),
            "secret" if !classified.is_blanked => {
                otp.seed_bits = Some(value.bytes().filter(u8::is_ascii_alphanumeric).count() * 5);
            }
            _ => {}
        }
    }
    classified.inside = Inside::Otp(otp);
}
