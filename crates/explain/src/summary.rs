//! The one sentence that stands above the answer: what it is, the worst about it, and how much there is to say.

use crate::explanation::{Counts, FindingReport, Input, ItemReport};
use crate::formats::by_id;
use crate::part::{Confidence, Part, Severity};

/// Writes it.
pub(crate) fn summary(input: &Input, items: &[ItemReport], findings: &[FindingReport], counts: Counts) -> String {
    if let Some(nothing) = findings.iter().find(|finding| finding.id == "input.nothing") {
        return nothing.text.clone();
    }
    let what = what(input, items);
    let worst = findings.first().filter(|finding| matches!(finding.severity, Severity::Error | Severity::Warning));
    match worst {
        Some(only) if counts.error + counts.warning == 1 => format!("{what}. {}", only.text),
        Some(worst) => format!("{what}. The worst: {} In all {}.", worst.text, counted(counts)),
        None if items.len() <= 1 && is_unknown(input.container) && items.iter().all(is_unknown_item) => {
            "We do not know this one.".to_owned()
        }
        None if !items.is_empty() && items.iter().all(is_unknown_item) => {
            format!("{what}. We do not know {}.", if items.len() == 1 { "it" } else { "any of them" })
        }
        None => format!("{what}. Nothing wrong was found."),
    }
}

/// Whether nothing but its shape is known of it: that tells nothing of what may be wrong.
fn is_unknown_item(item: &ItemReport) -> bool {
    item.part == Part::Unknown || item.confidence == Confidence::Weak && !matches!(item.carrier, Some("cookie"))
}

fn is_unknown(container: &str) -> bool {
    by_id(container).is_none_or(|format| format.part == Part::Unknown)
}

/// The one thing that was pasted, or how many there are in what.
fn what(input: &Input, items: &[ItemReport]) -> String {
    let container = by_id(input.container).map_or(input.container, |format| format.name);
    let items: Vec<&ItemReport> = items.iter().filter(|item| !item.at.ends_with(".scheme")).collect();
    match items[..] {
        [] => container.to_owned(),
        [only] => match only.carrier {
            Some("cookie") => format!("{} in a cookie", only.name),
            Some("header") => format!("{} in a header", only.name),
            Some("url") => format!("{} in an address", only.name),
            Some("body") => format!("{} in a body", only.name),
            _ => only.name.to_owned(),
        },
        [_, ..] if input.container == "unknown" => format!("{} things", items.len()),
        [_, ..] => format!("{container} with {} things in it", items.len()),
    }
}

fn counted(counts: Counts) -> String {
    let one = |count: usize, word: &str| (count > 0).then(|| format!("{count} {word}{}", if count == 1 { "" } else { "s" }));
    let found: Vec<String> = [one(counts.error, "error"), one(counts.warning, "warning")].into_iter().flatten().collect();
    found.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_as_people_count() {
        for (error, warning, words) in [(1, 0, "1 error"), (2, 1, "2 errors and 1 warning"), (0, 3, "3 warnings")] {
            assert_eq!(counted(Counts { error, warning, ..Counts::default() }), words);
        }
    }
}
