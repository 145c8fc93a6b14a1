//! K: signing keys.

use super::hit::Hit;
use super::input::LintInput;
use super::report::Severity;
use crate::record::Record;

const YEAR: u64 = 366 * 86_400;

pub(super) fn late_announcement(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let keys = &input.keys;
    let Some((announce, max_age)) = keys.announce.zip(keys.max_age) else { return Vec::new() };
    if announce < max_age + keys.reload {
        vec![Hit::at("keys.announce")]
    } else if announce < keys.longest_cache {
        vec![Hit::at("keys.announce").as_(Severity::Warning)]
    } else {
        Vec::new()
    }
}

pub(super) fn weak_keys(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    input.keys.weak.iter().map(|name| Hit::at("keys").with(name.clone())).collect()
}

pub(super) fn no_rotation(input: &LintInput, _: Option<&Record>) -> Vec<Hit> {
    let is_late = input.keys.rotate.is_some_and(|rotate| rotate == 0 || rotate > YEAR);
    if is_late { vec![Hit::at("keys.rotate")] } else { Vec::new() }
}
